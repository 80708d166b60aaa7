"""What programs for Q methodology write, recognised by its content.

`read_sorts` reads sorts/<group>.<ext> of a study folder: tables in either orientation, KADE and
Ken-Q workbooks, PQMethod, HTMLQ, easy-htmlq. The writers write what those programs read.
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
from cxlib.study.problems import Problem
from cxlib.study.readers import read_sheet, rows_of, sheet_of

__all__ = ["Imported", "read_sorts"]


def read_sorts(
    path: Path, file: str, known: Sequence[str] | None
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

    Returns
    -------
    Imported or None, list of Problem
        None if the file could not be read as sorts at all.
    """
    try:
        found, problems = _read(path, file, known)
    except TextFault as fault:
        return None, [fault.problem(file)]
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]
    return found.named(known) if found else None, problems


def _read(
    path: Path, file: str, known: Sequence[str] | None
) -> tuple[Imported | None, list[Problem]]:
    suffix = path.suffix.lower()
    if suffix == ".dat":
        return read_pqmethod(path, file)
    if suffix == ".json":
        return read_records(path, file)
    if suffix == ".parquet":
        sheet, problems = read_sheet(path, file)
    else:
        sheets = rows_of(path)
        if is_kade(sheets):
            return read_kade(sheets, file)
        named = {title: cornered(rows) for title, rows in sheets.items()}
        sheet, problems = sheet_of(named, path.stem, file)
    if sheet is None:
        return None, problems
    found, more = read_plain(sheet, known)
    return found, problems + more
