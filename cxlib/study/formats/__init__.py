"""What programs for Q methodology and a regulator write, recognised by its content.

`read_sorts` reads sorts/<group>.<ext> of a study folder: tables in either orientation, KADE and
Ken-Q workbooks, PQMethod, HTMLQ, easy-htmlq. The writers write what those programs read.
`read_landlords` reads a table of landlords, or the English regulator's workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxlib.study.decoding import TextFault
from cxlib.study.formats.imported import Imported
from cxlib.study.formats.kade import is_kade, read_kade
from cxlib.study.formats.plain import cornered, read_plain
from cxlib.study.formats.pqmethod import read_pqmethod
from cxlib.study.formats.records import read_records
from cxlib.study.formats.tsm import is_tsm, read_tsm, without_markers
from cxlib.study.problems import Problem
from cxlib.study.readers import Sheet, Source, read_sheet, rows_of, sheet_of

__all__ = ["Imported", "read_landlords", "read_sorts"]


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
        File that ends in .csv, .xlsx, .parquet, .dat or .json.
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
    path: Path, file: str, known: Sequence[str] | None, source: Source | None
) -> tuple[Imported | None, list[Problem]]:
    suffix = path.suffix.lower()
    if suffix == ".dat":
        return read_pqmethod(path, file)
    if suffix == ".json":
        return read_records(path, file)
    if suffix == ".parquet":
        sheet, problems = read_sheet(path, file)
    else:
        sheets = rows_of(path, source)
        if is_kade(sheets):
            return read_kade(sheets, file)
        named = {title: cornered(rows) for title, rows in sheets.items()}
        sheet, problems = sheet_of(named, path.stem, file, source)
    if sheet is None:
        return None, problems
    found, more = read_plain(sheet, known)
    return found, problems + more
