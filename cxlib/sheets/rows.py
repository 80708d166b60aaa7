"""From a file to rows of cells: text in any encoding, workbooks of every kind, SPSS.

What spreadsheets and exports in the Netherlands really write. What a spreadsheet shows as #N/A, and
a formula whose result is not stored, stay in sight: in a cell that is read they are faults.
Calamine gives both as empty, and is asked for other kinds than .xlsx only.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

from cxlib.problems import TextFault
from cxlib.sheets.cells import RECOGNISED, Unstored, filled

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
SPSS = (".sav", ".zsav")
FORMATS = (".csv", ".tsv", *BOOKS, ".parquet", *SPSS)
UNPACKED = 1_500_000_000
CELLS = 30_000_000  # calamine makes room for all up to the last one
BYTES = 300_000_000
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PAGES = RECOGNISED["pages"]
_HOME = "áàâäçéèêëíîïóôöúùûüÿœß"  # Dutch, French and German: no question about these
_SIGNS = frozenset("€£‘’“”„–—…·•°²½©®«»\xa0")
_FOREIGN = re.compile("[\x80-\u052f\u0590-\U0010ffff]")  # Armenian: an old Macintosh's ’é
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
# Czech read as Western, two scripts in a word, Russian read as Greek, signs inside words.
_CLASH = re.compile(
    r"[áàèìíòóùú][àèìòùêâîôû]|[àèìòù][aeiouyáéíóú]|[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]|ς\w|σ\b"
    r"|(?<=[^\W\d_])[^\w\s’](?=[^\W\d_])"
)
_AGAIN = "Save it again from your spreadsheet as CSV UTF-8."
_MARKED = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
_MARKED[42] = "#N/A"
# Records of .xls: an error, and a formula that gives one: row, column, format, error.
_CODE = rb"([\x00\x07\x0f\x17\x1d\x24\x2a])"
_ERRORS = (
    re.compile(rb"\x05\x02\x08\x00(..)(..).." + _CODE + rb"\x01", re.DOTALL),
    re.compile(rb"\x06\x00..(..)(..)..\x02\x00" + _CODE + rb"\x00\x00\x00\xff\xff", re.DOTALL),
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
Cells = list[Sequence[Any]]
Error = tuple[int, int, str]  # row and column from 0
csv.field_size_limit(BYTES)  # it stops at 128 kB a cell without naming its column; `sheets` does


@dataclass(frozen=True)
class Source:
    """What study.yaml says of a file: the table that it holds, its sheet and its encoding."""

    table: str = ""
    sheet: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Rows:
    """All rows of a sheet, the header included, with the number of the first.

    `whole` tells that every row should have as many cells as there are names, as in a text file.
    """

    cells: list[Sequence[Any]]
    first: int = 1
    whole: bool = False


def rows_of(path: Path, source: Source | None = None) -> dict[str, Rows]:
    """Return the rows of every sheet in a workbook, or of a text file; raises TextFault."""
    check_size(path)
    if path.suffix.lower() in BOOKS and not _text(path):
        return {title: Rows(cells) for title, cells in workbook(path).items()}
    source = source or Source(path.stem)
    text = decode(path.read_bytes(), source.encoding, source.table)
    return {path.stem: Rows(_csv(text), 1, True)}


def _text(path: Path) -> bool:
    """Whether a file that is called .xls is text, as many programs write it."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    binary = start.startswith((b"PK", b"\xd0\xcf")) or b"\x00" in start[2:] or start[:1] < b" "
    return path.suffix.lower() == ".xls" and not binary


def check_size(path: Path) -> None:
    """Raise TextFault if a file is too large to be what it should be."""
    if path.stat().st_size > BYTES:
        raise TextFault("a file below 300 MB", "Split it, or save it as Parquet.")


def _csv(text: str) -> list[Sequence[Any]]:
    if text.lstrip()[:1] == "<":
        raise TextFault("a table", "This is a web page: open it and save the table as .xlsx.")
    first, _, rest = text.partition("\n")
    hinted = first.casefold().startswith("sep=") and len(first.strip()) == 5  # by Excel
    text, delimiter = (rest, first[4]) if hinted else (text, _delimiter(text))
    records: list[Sequence[Any]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        remedy = "Look for a lone quotation mark in this row, or save the file again as CSV."
        raise TextFault("every quote closed", remedy, len(records) + 1) from error
    return records


def _delimiter(text: str) -> str:
    """Choose the sign that cuts the first rows into the most columns, equally many in each."""

    def score(delimiter: str) -> tuple[float, int]:
        lines = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
        widths = [len(row) for row, _ in zip(lines, range(50), strict=False) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 1)

    return max(_DELIMITERS, key=score)


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
            value=f"byte {data[error.start]:#x} in place {place} of the line",
        ) from error
    if "\x00" in text:
        raise TextFault("a text file", _AGAIN)
    return text


def _page(data: bytes, table: str) -> str:
    """Return the older page whose letters all fit one language; ask where several do."""
    words = sorted(set(_WORD.findall(data[:4_000_000])))[:5_000]
    misfits = {page: _misfits(words, page, letters) for page, letters in _PAGES.items()}
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
        value=" or ".join(f"{text[at][part]} ({page})" for page, text in texts.items()),
    )


def _misfits(words: Iterable[bytes], page: str, languages: Iterable[str]) -> int:
    """Count what no text would have: letters of no language, capitals or signs inside words."""
    texts = [word.decode(page, errors="replace").replace("İ", "I") for word in words]
    odd = [sign for sign in "".join(texts) if sign > "\x7f" and sign not in _SIGNS]
    strange = min(sum(sign.lower() not in letters for sign in odd) for letters in languages)
    capitals = sum(text[1:] != text[1:].lower() and text != text.upper() for text in texts)
    return strange + capitals + len(_CLASH.findall(" ".join(texts).lower()))


def workbook(path: Path) -> dict[str, Cells]:
    """Return the cells of every sheet; raises TextFault.

    Rows are as long as their last filled cell, and there are none below the last filled row.
    """
    data = path.read_bytes()
    if not data:
        raise TextFault("a workbook", "The file is empty: fill it, or remove it.")
    try:
        if not data.startswith(b"PK"):
            if data[30:34] not in (b"\t\0\x06\0", b"\x0c\0\x06\0"):  # sizes of its sectors
                raise ValueError("no workbook of this kind")
            return _other(data + bytes(-len(data) % 512), _of_xls(data))  # if it was cut off
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                raise _large()
            if "xl/workbook.xml" in names:
                return _excel(path, archive)
            parts = [name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.bin", name)]
            errors = [error for name in parts for error in _of_xlsb(archive.read(name))]
            errors += _of_ods(archive.read("content.xml")) if "content.xml" in names else []
            return _other(data, errors)
    except TextFault:
        raise
    except Exception as error:  # a broken workbook can break its reader anywhere
        raise TextFault(
            "a workbook that opens, without a password",
            "Open it in your spreadsheet and save it again as .xlsx.",
        ) from error


def _large() -> TextFault:
    return TextFault("a workbook of normal size", "Save the table as CSV or Parquet.")


def _trimmed(rows: Iterable[Sequence[Any]]) -> Cells:
    kept: Cells = []
    for row in rows:
        ends = (place for place in range(len(row), 0, -1) if filled(row[place - 1 : place]))
        kept.append(row[: next(ends, 0)])
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _excel(path: Path, archive: zipfile.ZipFile) -> dict[str, Cells]:
    """Read .xlsx row by row: a sheet may say that it has a million of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and validation that we don't read
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for part in book.worksheets:
            part.reset_dimensions()
        sheets = {part.title: part.iter_rows(values_only=True) for part in book.worksheets}
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if any(re.search(rb"<(\w+:)?f[ >/]", archive.read(name)) for name in parts):
            written = openpyxl.load_workbook(path, read_only=True)
            pairs = zip(book.worksheets, written.worksheets, strict=True)
            sheets = {part.title: _results(part, formulas) for part, formulas in pairs}
        return {title: _trimmed(rows) for title, rows in sheets.items()}


def _results(part: Any, formulas: Any) -> Iterator[list[Any]]:
    """Yield rows with the formula itself where no result of it is stored; "" is a result."""
    formulas.reset_dimensions()
    for row, written in zip(part.iter_rows(), formulas.iter_rows(), strict=True):
        yield [
            Unstored(getattr(formula.value, "text", formula.value))
            if formula.data_type == "f" and cell.value is None and cell.data_type != "str"
            else cell.value
            for cell, formula in zip(row, written, strict=True)
        ]


def _other(data: bytes, errors: Iterable[Error]) -> dict[str, Cells]:
    """Read .xls, .xlsb and .ods; an error goes to the first sheet that is empty in its place."""
    from python_calamine import CalamineWorkbook

    sheets: dict[str, list[list[Any]]] = {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for title in book.sheet_names:
                part = book.get_sheet_by_name(title)
                if part.total_height * part.total_width > CELLS:
                    raise _large()
                rows = part.to_python(skip_empty_area=False)
                sheets[title] = [[_plain(cell) for cell in row] for row in rows]
    except BaseException as error:  # where a file is broken it may panic, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("a broken workbook") from error
    for row, column, sign in errors:
        for cells in sheets.values():
            if row < len(cells) and column < len(cells[row]) and cells[row][column] is None:
                cells[row][column] = sign
                break
    return {title: _trimmed(cells) for title, cells in sheets.items()}


def _plain(cell: Any) -> Any:
    if cell == "":
        return None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _of_xls(data: bytes) -> Iterator[Error]:
    for found in (match for pattern in _ERRORS for match in pattern.finditer(data)):
        row, column = (int.from_bytes(part, "little") for part in found.groups()[:2])
        yield row, column, _MARKED[found[3][0]]


def _of_xlsb(part: bytes) -> Iterator[Error]:
    """Go through records (type, length, content): 0 begins a row, 3 and 11 hold an error."""
    at, row = 0, 0
    while at < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = kind | part[at] << 8, at + 1
        length = 0
        for shift in range(0, 28, 7):
            length, at = length | (part[at] & 0x7F) << shift, at + 1
            if not part[at - 1] & 0x80:
                break
        if kind == 0:
            row = struct.unpack_from("<i", part, at)[0]
        elif kind < 12 and (row + 1) * (struct.unpack_from("<i", part, at)[0] + 1) > CELLS:
            raise _large()
        elif kind in (3, 11):
            yield row, struct.unpack_from("<i", part, at)[0], _MARKED.get(part[at + 8], "#N/A")
        at += length


def _of_ods(content: bytes) -> Iterator[Error]:
    """Count rows and cells, which may stand for several."""
    if b'value-type="error"' not in content:
        return
    for table in ElementTree.fromstring(content).iter(f"{_TABLE}table"):
        row = 0
        for line in table.iter(f"{_TABLE}table-row"):
            column = 0
            for cell in line:
                if cell.get(_TYPE) == "error":
                    yield row, column, "".join(cell.itertext()).strip() or "#N/A"
                column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
