"""Workbooks of every kind as rows of cells: .xlsx row by row, the other kinds by calamine.

What a spreadsheet shows as #N/A, and a formula whose result is not stored, stay in sight: in a cell
that is read they are faults. Calamine gives both as empty, and is asked for the other kinds only.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

from cxlib.study.cells import Unstored, filled
from cxlib.study.decoding import TextFault

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
UNPACKED = 1_500_000_000
CELLS = 30_000_000  # calamine makes room for all up to the last one
_SIGNS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!"}
_SIGNS[42] = "#N/A"
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


def width(row: Sequence[Any]) -> int:
    """Return how many cells a row has up to its last filled one."""
    return next((place for place in range(len(row), 0, -1) if filled(row[place - 1 : place])), 0)


def _trimmed(rows: Iterable[Sequence[Any]]) -> Cells:
    kept: Cells = [row[: width(row)] for row in rows]
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
        if not _formulas(archive):
            sheets = {part.title: part.iter_rows(values_only=True) for part in book.worksheets}
        else:
            written = openpyxl.load_workbook(path, read_only=True)
            sheets = {
                part.title: _results(part, formulas)
                for part, formulas in zip(book.worksheets, written.worksheets, strict=True)
            }
        return {title: _trimmed(rows) for title, rows in sheets.items()}


def _formulas(archive: zipfile.ZipFile) -> bool:
    parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    return any(re.search(rb"<(\w+:)?f[ >/]", archive.read(name)) for name in parts)


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
        yield row, column, _SIGNS[found[3][0]]


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
            yield row, struct.unpack_from("<i", part, at)[0], _SIGNS.get(part[at + 8], "#N/A")
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
