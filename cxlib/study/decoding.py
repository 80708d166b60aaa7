"""From bytes to text: what spreadsheets and exports in the Netherlands really write."""

from __future__ import annotations

import codecs

from cxlib.study.problems import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OLDER = ("cp1252", "cp850", "mac_roman")  # Windows, DOS and old Macintosh, likeliest first
_WESTERN = frozenset("áàâäãåæçéèêëíìîïñóòôöõøœúùûüýßÉÈÖÜÇÅ€‘’“”–—…·°²½")


class TextFault(ValueError):
    """A file that can't be read as a whole; says what was expected and what to do."""

    def __init__(self, expected: str, remedy: str, row: int | None = None) -> None:
        super().__init__(f"expected {expected}")
        self.expected, self.remedy, self.row = expected, remedy, row

    def problem(self, file: str) -> Problem:
        """Return the fault as a problem of a file."""
        return Problem(file, self.expected, self.remedy, self.row)


def decode(data: bytes) -> str:
    """Decode a text file: UTF-8 (with or without mark), UTF-16, or an older Windows page.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    str

    Raises
    ------
    TextFault
        If the bytes are no text.

    Examples
    --------
    >>> decode("één buurt".encode("utf-16")), decode("één buurt".encode("cp1252"))
    ('één buurt', 'één buurt')
    """
    if data.startswith(_WORKBOOKS):
        raise TextFault("a text file", "This is a workbook: give it a name that ends in .xlsx.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\x00" in data[:4096]:
        odd, even = data[1:4096:2].count(0), data[0:4096:2].count(0)
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _older(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise TextFault("a text file", "Save it again from your spreadsheet as CSV UTF-8.")
    return text


def _older(data: bytes) -> str:
    # Guessing by language fails on short tables; letters that Western text really has do not.
    if any(byte < 9 for byte in data[:4096]):
        raise TextFault("a text file", "Save it again from your spreadsheet as CSV UTF-8.")
    sample = bytes(byte for byte in data[:1_000_000] if byte > 127)

    def western(encoding: str) -> int:
        return sum(sign in _WESTERN for sign in sample.decode(encoding, errors="replace"))

    return data.decode(max(_OLDER, key=western), errors="replace")
