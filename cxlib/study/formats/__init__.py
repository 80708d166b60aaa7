"""What programs for Q methodology and a regulator write, recognised by its content.

`read_sorts` reads sorts/<group>.<ext> of a study folder: `shapes` one table, however it lies,
`kade` several in a book, `pqmethod` fixed columns, `records` JSON. The writers write what those
programs read.
`read_landlords` reads a table of landlords, or the English regulator's workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cxlib.study.decoding import TextFault
from cxlib.study.formats.imported import Imported
from cxlib.study.formats.kade import is_kade, read_kade, sections, unzip
from cxlib.study.formats.pqmethod import read_listing, read_pqmethod, statements_beside
from cxlib.study.formats.records import read_records
from cxlib.study.formats.shapes import headless, read_shape, tabled
from cxlib.study.formats.tsm import is_tsm, read_tsm, without_markers
from cxlib.study.problems import Problem, shown
from cxlib.study.readers import FORMATS, Rows, Sheet, Source, read_sheet, rows_of, sheet_of

__all__ = ["Imported", "read_landlords", "read_sorts"]

_ZIPPED = (*FORMATS, ".dat", ".json")


def read_landlords(
    path: Path, file: str, source: Source | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Read a table of landlords, or the regulator's workbook as it is.

    Parameters
    ----------
    path : Path
    file : str
        Its name in problems.
    source : Source, optional
        What study.yaml says of it.

    Returns
    -------
    Sheet or None, list of Problem
        Columns by their names in the field dictionary, without the regulator's markers.
    """
    try:
        sheets = {} if path.suffix.lower() == ".parquet" else rows_of(path, source)
    except TextFault as fault:
        return None, [fault.problem(file)]
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]
    if is_tsm(sheets):
        sheet, problems = read_tsm(sheets, file)
    else:
        found = sheet_of(sheets, path.stem, file, source) if sheets else read_sheet(path, file)
        sheet, problems = found
    return without_markers(sheet) if sheet else None, problems


def read_sorts(
    path: Path, file: str, known: Sequence[str] | None, source: Source | None = None
) -> tuple[Imported | None, list[Problem]]:
    """Read a file with sorts.

    Parameters
    ----------
    path : Path
        A table, or a file of a program for Q methodology.
    file : str
        Its name in problems.
    known : sequence of str, optional
        The study's cards, where it has a table of them.
    source : Source, optional
        What study.yaml says of the file.

    Returns
    -------
    Imported or None, list of Problem
        None if the file could not be read as sorts at all.
    """
    try:
        found, problems = _read(path, file, known, source)
    except TextFault as fault:
        return None, [fault.problem(file)]
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]
    return found.named(known) if found else None, problems


def _read(
    path: Path, file: str, known: Sequence[str] | None, source: Source | None = None
) -> tuple[Imported | None, list[Problem]]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _read_zip(path, file, known)
    read: Any = {".dat": read_pqmethod, ".lis": read_listing}.get(suffix)
    found, problems = read(path, file) if read else _read_tables(path, file, known, source)
    if found is None:
        return None, problems
    found, more = statements_beside(path, found, file)
    return found, problems + more


def _read_tables(
    path: Path, file: str, known: Sequence[str] | None, source: Source | None
) -> tuple[Imported | None, list[Problem]]:
    """Read what has rows and columns: CSV, workbooks, Parquet, records in JSON."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        records = read_records(path, file)
        if isinstance(records, Imported):
            return records, []
        sheets = {path.stem: records}
    elif suffix == ".parquet":
        sheet, problems = read_sheet(path, file)
        return read_shape(sheet, known) if sheet else (None, problems)
    else:
        sheets = rows_of(path, source)
    for book in (sheets, *(sections(rows) for rows in sheets.values() if len(sheets) == 1)):
        if is_kade(book):
            return read_kade(book, file)
    named = {title: tabled(rows) for title, rows in sheets.items()}
    only = next(iter(named.values())) if len(named) == 1 else Rows([])
    if headless(only):
        return read_kade({"sorts": only}, file)
    sheet, problems = sheet_of(named, path.stem, file, source)
    if sheet is None:
        return None, problems
    found, more = read_shape(sheet, known)
    return found, problems + more


def _read_zip(
    path: Path, file: str, known: Sequence[str] | None
) -> tuple[Imported | None, list[Problem]]:
    """Read a project of KADE, or the one file with sorts that a zip holds."""
    with TemporaryDirectory() as place:
        book = unzip(path, Path(place))
        if book:
            return read_kade(book, file)
        names = sorted(part.name for part in Path(place).iterdir())
        inside = [name for name in names if Path(name).suffix.lower() in _ZIPPED]
        if len(inside) != 1:
            expected = "a KADE project, or one file with sorts, in the zip"
            remedy = "Nothing in it can be analysed: unpack it, and put the sorts here."
            found = shown(", ".join(names)) or "no files"
            return None, [Problem(file, expected, remedy, value=found)]
        read, problems = _read(Path(place) / inside[0], file, known)
        return replace(read, beside=()) if read else None, problems
