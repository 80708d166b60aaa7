"""One sheet of cells from a CSV file, a workbook or a Parquet file."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from pyarrow.lib import ArrowException

from cxlib.study.cells import empty
from cxlib.study.decoding import TextFault, decode
from cxlib.study.problems import Problem, shown

FORMATS = (".csv", ".xlsx", ".parquet")
CELL = 32_767  # signs that fit in a spreadsheet's cell
BYTES = 300_000_000
UNPACKED = 1_500_000_000
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Sheet:
    """Cells as they were typed; the index counts rows as a spreadsheet does."""

    file: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Rows:
    """All rows of a sheet, the header included, with the number of the first."""

    cells: list[Sequence[Any]]
    first: int = 1


def read_sheet(path: Path, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Read a file with one table.

    Parameters
    ----------
    path : Path
        File that ends in .csv, .xlsx or .parquet.
    file : str
        Its name in problems.

    Returns
    -------
    Sheet or None, list of Problem
        None if the file could not be read at all.
    """
    try:
        if path.suffix.lower() == ".parquet":
            check_size(path)
            return _parquet(path, file), []
        return sheet_of(rows_of(path), path.stem, file)
    except TextFault as fault:
        return None, [fault.problem(file)]
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]


def rows_of(path: Path) -> dict[str, Rows]:
    """Return the rows of every sheet in a workbook, or of a CSV file; raises TextFault."""
    check_size(path)
    if path.suffix.lower() == ".xlsx":
        return workbook(path)
    return {path.stem: Rows(_csv(decode(path.read_bytes())))}


def check_size(path: Path) -> None:
    """Raise TextFault if a file is too large to be what it should be."""
    if path.stat().st_size > BYTES:
        raise TextFault("a file below 300 MB", "Split it, or save it as Parquet.")


def sheet(rows: Rows, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Make a sheet of rows: header apart, empty rows and columns away, everything in bounds."""
    numbered = [(number, row) for number, row in enumerate(rows.cells, rows.first) if filled(row)]
    if not numbered:
        return None, [Problem(file, "a row with column names", "Fill the file, or remove it.")]
    top, header = numbered[0]
    names = [" ".join(str(name).split()) if not empty(name) else "" for name in header]
    width = max(_width(row) for _, row in numbered)
    names += [""] * (width - len(names))
    problems = list(_oversize(numbered, names, file)) + list(_headers(numbered, names, top, file))
    if problems:
        return None, problems
    kept = [place for place, name in enumerate(names) if name]
    body = [[_cell(row, place) for place in kept] for _, row in numbered[1:]]
    index = [number for number, _ in numbered[1:]]
    if not body:
        return None, [
            Problem(file, "a row below the column names", "Add rows, or remove the file.")
        ]
    frame = pd.DataFrame(body, index=index, columns=[names[place] for place in kept], dtype=object)
    return Sheet(file, frame), []


def sheet_of(sheets: dict[str, Rows], stem: str, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Return the sheet that is named like its file, or else the first one that holds something."""
    named = [rows for title, rows in sheets.items() if title.casefold() == stem.casefold()]
    rows = next((rows for rows in [*named, *sheets.values()] if rows.cells), Rows([]))
    return sheet(rows, file)


def workbook(path: Path) -> dict[str, Rows]:
    """Return the rows of every sheet in a workbook; raises TextFault."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise TextFault("a workbook", "The file is empty: fill it, or remove it.")
    if start == b"\xd0\xcf\x11\xe0":
        raise TextFault("a workbook without a password", "Save it as .xlsx, without a password.")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                raise TextFault("a workbook of normal size", "Save the table as CSV or Parquet.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl on styles and validation that we don't read
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            return {part.title: Rows(_excel(part)) for part in book.worksheets}
    except TextFault:
        raise
    except Exception as error:  # a broken workbook can break its reader anywhere
        raise TextFault(
            "a workbook that opens", "Open it in your spreadsheet and save it again as .xlsx."
        ) from error


def filled(row: Iterable[Any]) -> bool:
    """Return whether some cell of a row holds something."""
    return any(not (empty(cell) or (isinstance(cell, str) and not cell.strip())) for cell in row)


def _excel(part: Any) -> list[Sequence[Any]]:
    part.reset_dimensions()  # a sheet may say that it has a million rows
    rows = [row[: _width(row)] for row in part.iter_rows(values_only=True)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _parquet(path: Path, file: str) -> Sheet:
    try:
        frame = pd.read_parquet(path)
    except (ArrowException, ValueError, OSError) as error:
        raise TextFault("a Parquet file that opens", "Write it again, or use CSV.") from error
    if frame.empty:
        raise TextFault("a row below the column names", "Add rows, or remove the file.")
    frame.columns = frame.columns.map(str)
    if not frame.columns.is_unique:
        raise TextFault("each column name once", "Rename or remove the double column.")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    for name in frame.columns[[kind.kind == "O" for kind in frame.dtypes]]:  # lists become text
        frame[name] = [cell if pd.api.types.is_scalar(cell) else str(cell) for cell in frame[name]]
    return Sheet(file, frame)


def _csv(text: str) -> list[Sequence[Any]]:
    first, _, rest = text.partition("\n")
    if first.casefold().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint
        return _records(rest, first[4])
    return _records(text, _delimiter(text))


def _records(text: str, delimiter: str) -> list[Sequence[Any]]:
    records: list[Sequence[Any]] = []
    with _long_cells(len(text)):
        try:
            records.extend(
                csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            )
        except csv.Error as error:
            raise TextFault(
                "every quote closed",
                "Look for a lone quotation mark in this row, or save the file again as CSV.",
                len(records) + 1,
            ) from error
    return records


@contextmanager
def _long_cells(size: int) -> Iterator[None]:
    # The reader stops at 128 kB a cell without naming its column; we do that ourselves.
    limit = csv.field_size_limit(max(size, 131_072))
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """Choose the sign that cuts the first rows into the most columns, equally many in each."""

    def score(delimiter: str) -> tuple[float, int]:
        lines = io.StringIO(text[:100_000], newline="")
        widths = []
        with _long_cells(100_000):
            for row, _ in zip(csv.reader(lines, delimiter=delimiter), range(50), strict=False):
                widths += [len(row)] if row else []
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 1)

    return max(_DELIMITERS, key=score)


def _width(row: Sequence[Any]) -> int:
    return next((place for place in range(len(row), 0, -1) if filled(row[place - 1 : place])), 0)


def _cell(row: Sequence[Any], place: int) -> Any:
    cell = row[place] if place < len(row) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def _oversize(
    rows: Iterable[tuple[int, Sequence[Any]]], names: Sequence[str], file: str
) -> Iterator[Problem]:
    for number, row in rows:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > CELL:
                remedy = "Shorten it; look for a quotation mark that was never closed."
                name = shown(names[place]) or get_column_letter(place + 1)
                yield Problem(
                    file, f"at most {CELL:,} characters", remedy, number, name, shown(cell)
                )


def _headers(
    rows: Sequence[tuple[int, Sequence[Any]]], names: Sequence[str], top: int, file: str
) -> Iterator[Problem]:
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield Problem(
            file, "each column name once", "Rename or remove the double column.", top, shown(name)
        )
    for place, name in enumerate(names):
        full = [(number, row[place]) for number, row in rows if filled(row[place : place + 1])]
        if not name and full:
            number, cell = full[0]
            remedy = "Name the column, or look for a comma too many in this row."
            yield Problem(
                file,
                "a column name above it",
                remedy,
                number,
                get_column_letter(place + 1),
                shown(cell),
            )
