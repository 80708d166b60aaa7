"""From bytes to text: what spreadsheets and exports in the Netherlands really write."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from cxlib.study.problems import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HOME = "áàâäçéèêëíîïóôöúùûüÿœß"  # Dutch, French and German: no question about these
# The letters of languages by their page, for the letters that a table holds tell pages apart where
# guessing by how often they occur fails: a table of tenants has too few of them.
_LETTERS = {
    "cp1252": (_HOME, "áéíñóúü", "àâãáçéêíóôõú", "àèéìòóù", "åäöæøé", "áðéíóúýþæö"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäľô", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "cp1254": ("çğıi̇öşüâîû",),
    "cp1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
    "cp850": (_HOME,),
    "mac_roman": (_HOME,),
}
_SIGNS = frozenset("€£‘’“”„–—…·•°²½©®«»\xa0")
_FOREIGN = re.compile("[\x80-\u052f\u0590-\U0010ffff]")  # Armenian: an old Macintosh's ’é
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
# Czech read as Western, two scripts in a word, Russian read as Greek, signs inside words.
_CLASH = re.compile(
    r"[áàèìíòóùú][àèìòùêâîôû]|[àèìòù][aeiouyáéíóú]|[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]|ς\w|σ\b"
    r"|(?<=[^\W\d_])[^\w\s’](?=[^\W\d_])"
)
_AGAIN = "Save it again from your spreadsheet as CSV UTF-8."


class TextFault(ValueError):
    """A file that can't be read as a whole; says what was expected and what to do."""

    def __init__(
        self, expected: str, remedy: str, row: int | None = None, value: str | None = None
    ) -> None:
        super().__init__(f"expected {expected}")
        self.expected, self.remedy, self.row, self.value = expected, remedy, row, value

    def problem(self, file: str) -> Problem:
        """Return the fault as a problem of a file."""
        return Problem(file, self.expected, self.remedy, self.row, value=self.value)


def decode(data: bytes, encoding: str | None = None, table: str = "") -> str:
    """Decode a text file: UTF-8 (with or without mark), UTF-16, or an older page.

    Parameters
    ----------
    data : bytes
        The whole file.
    encoding : str, optional
        What study.yaml says that it is.
    table : str
        What study.yaml calls it, if it can say its encoding.

    Returns
    -------
    str

    Raises
    ------
    TextFault
        If the bytes are no text, if some line of a UTF-8 file is not UTF-8, or if two older pages
        make equally good words of it: then study.yaml has to say which it is.

    Examples
    --------
    >>> decode("één buurt".encode("utf-16")), decode("één buurt".encode("cp1252"))
    ('één buurt', 'één buurt')
    >>> decode("Łódź".encode("cp1250")), decode("Søren".encode("cp1252"), "cp1252")
    ('Łódź', 'Søren')
    """
    if data.startswith(_WORKBOOKS):
        raise TextFault("a text file", "This is a workbook: give it a name that ends in .xlsx.")
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _strict(data, marked)
    if encoding is not None:
        return _strict(data, encoding)
    if b"\x00" in data[:4096]:
        odd, even = data[1:4096:2].count(0), data[0:4096:2].count(0)
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if any(byte < 9 for byte in data[:4096]):
        raise TextFault("a text file", _AGAIN)
    whole = data.decode("utf-8", errors="ignore")
    if len(_FOREIGN.findall(whole)) * 4 >= len(data) - len(whole.encode()):
        return _strict(data, "utf-8")  # a few odd bytes among letters of UTF-8
    return _strict(data, _page(data, table))


def _strict(data: bytes, encoding: str) -> str:
    """Decode, or name the lines that can't be decoded; not their words, which may be a name."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            raise TextFault("a text file", _AGAIN) from error
        lines = enumerate(data.split(b"\n"), 1)
        wrong = [at for at, line in lines if "�" in line.decode(encoding, errors="replace")]
        others = f" So in lines {', '.join(map(str, wrong[1:12]))}." if len(wrong) > 1 else ""
        place = error.start - data.rfind(b"\n", 0, error.start)
        raise TextFault(
            f"letters in {encoding.removesuffix('-sig').upper()}, as in the rest of the file",
            f"Correct this letter, and save the file as CSV UTF-8.{others}",
            wrong[0] if wrong else None,
            f"byte {data[error.start]:#x} in place {place} of the line",
        ) from error
    if "\x00" in text:
        raise TextFault("a text file", _AGAIN)
    return text


def _page(data: bytes, table: str) -> str:
    """Return the older page whose letters all fit one language; ask where several do."""
    words = sorted(set(_WORD.findall(data[:4_000_000])))[:5_000]
    misfits = {page: _misfits(words, page, letters) for page, letters in _LETTERS.items()}
    fewest = min(misfits.values())
    best = [page for page, count in misfits.items() if count == fewest]
    texts = {page: [word.decode(page, errors="replace") for word in words] for page in best}
    if all(text == texts[best[0]] for text in texts.values()):
        return best[0]
    if "cp1252" in best and _misfits(words, "cp1252", (_HOME,)) == fewest:
        return "cp1252"
    at = next(i for i, _ in enumerate(words) if len({text[i] for text in texts.values()}) > 1)
    letter = next(i for i, byte in enumerate(words[at]) if byte > 127)
    part = slice(max(0, letter - 2), letter + 3)  # enough to see it by, and no whole name
    which = f"Say in study.yaml which it is: files: {{{table}: {{encoding: {best[0]}}}}}; or s"
    raise TextFault(
        "a text of which the encoding is known",
        f"{which if table else 'S'}ave the file as UTF-8.",
        data[: data.find(words[at])].count(b"\n") + 1,
        " or ".join(f"{text[at][part]} ({page})" for page, text in texts.items()),
    )


def _misfits(words: Iterable[bytes], page: str, languages: Iterable[str]) -> int:
    """Count what no text would have: letters of no language, capitals or signs inside words."""
    texts = [word.decode(page, errors="replace").replace("İ", "I") for word in words]
    odd = [sign for sign in "".join(texts) if sign > "\x7f" and sign not in _SIGNS]
    strange = min(sum(sign.lower() not in letters for sign in odd) for letters in languages)
    capitals = sum(text[1:] != text[1:].lower() and text != text.upper() for text in texts)
    return strange + capitals + len(_CLASH.findall(" ".join(texts).lower()))
