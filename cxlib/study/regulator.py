"""The table of landlords, or the English regulator's workbook as it is published.

Columns of the workbook (Tenant Satisfaction Measures) are found by their headings, for their places
differ from year to year. A marker such as [X] (not supplied), [Z] (not applicable), [U] (of nobody)
or [E] (excluded) is an empty cell.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.problems import Problem, TextFault, attempt, nearest
from cxlib.sheets.cells import RECOGNISED, cell_of, empty, filled
from cxlib.sheets.rows import SPSS, Rows, Source, rows_of
from cxlib.sheets.sheet import Sheet, load, sheet_of
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import Table, tables
from cxlib.study.folder import find, only, workbooks

MEASURES = tuple(f"TP{number:02d}" for number in range(1, 13))
METHODS = ("Telephone", "Internet", "Postal", "FacetoFace", "SMS")
ANSWERS = (5, 4, 3, 2, 1)  # very satisfied … very dissatisfied
_PERCEPTION = re.compile(r"TSM\s*(\d\d)[\s_]*LCRA[\s_]*Perception", re.IGNORECASE)
_REGISTERS = re.compile(r"TSM\s*\d\d[\s_]*Management[\s_]*Info", re.IGNORECASE)
_MARKER = re.compile(r"\[[A-Za-z]\]")
_TOP = 30  # rows in which the headings are looked for
_ABOUT, _OF_REGISTERS, _GRADES = RECOGNISED["regulator"].values()
_NEEDED = ("landlord", "code", "sample", *MEASURES)


def read_landlords(
    path: Path, file: str, source: Source | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Read a table of landlords, or the regulator's workbook as it is, as `read_sheet` does.

    Columns go by their names in the field dictionary, without the regulator's markers.
    """
    return attempt(file, lambda: _without_markers(_read(path, file, source)))


def _read(path: Path, file: str, source: Source | None) -> Sheet:
    if path.suffix.lower() in (".parquet", *SPSS):
        return load(path, file, source)
    sheets = rows_of(path, source)
    found = any(_PERCEPTION.fullmatch(title.strip()) for title in sheets)
    return _tsm(sheets, file) if found else sheet_of(sheets, path.stem, file, source)


def _tsm(sheets: Mapping[str, Rows], file: str) -> Sheet:
    """Make one table of the workbook: a row a landlord that reports on its rented homes (LCRA).

    Rows count as on the sheet of perceptions. All headings that are needed and absent are named in
    one problem.
    """
    title, year = next((t, m) for t in sheets if (m := _PERCEPTION.fullmatch(t.strip())))
    place = f"{file} ({title})"
    headings, body = _table(sheets[title])
    found = _perceptions(headings)
    absent = [name for name in _NEEDED if name not in found]
    if absent or not body:
        expected = f"headings for {', '.join(absent)}" if absent else "a row below the headings"
        remedy = "Take the workbook as the regulator publishes it; columns may stand in any order."
        raise TextFault(expected, remedy, file=place)
    frame = _frame(body, found)
    frame.insert(2, "year", 2000 + int(year[1]))
    for other, rows in sheets.items():
        if _REGISTERS.fullmatch(other.strip()):
            headings, body = _table(rows)
            found = _search(headings, {"code": _ABOUT["code"], **_OF_REGISTERS})
            if "code" in found:  # what the landlords' own registers say
                registers = _frame(body, found).drop_duplicates("code").set_index("code")
                frame = frame.join(registers, on="code")
    return Sheet(place, frame)


def _recognised(path: Path) -> bool:
    """Return whether a file is the regulator's workbook, by the names of its sheets alone."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return bool(_PERCEPTION.search(part.read(1_000_000).decode("utf-8", "replace")))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False


def _without_markers(sheet: Sheet) -> Sheet:
    """Return the sheet with empty cells for markers; a landlord may be called like one."""

    def unmarked(cell: Any) -> Any:
        return None if isinstance(cell, str) and _MARKER.fullmatch(cell.strip()) else cell

    names = [name for name in sheet.frame.columns if str(name).casefold() != "landlord"]
    cleared = sheet.frame.assign(**{name: sheet.frame[name].map(unmarked) for name in names})
    return Sheet(sheet.file, cleared)


def _table(rows: Rows) -> tuple[list[str], dict[int, Sequence[Any]]]:
    """Headings in plain letters, and the rows below them: a note has one cell, a landlord more."""
    numbered = list(enumerate(rows.cells, rows.first))
    for number, row in numbered[:_TOP]:
        headings = [_plain(cell) for cell in row]
        if {"landlord name", "landlord code"} <= set(headings):
            below = numbered[number - rows.first + 1 :]
            full = {at for at, row in below if sum(filled([cell]) for cell in row) > 1}
            return headings, {at: row for at, row in below if at in full}
    return [], {}


def _plain(cell: Any) -> str:
    """A heading in small letters, without marks that nobody sees and numbers of footnotes."""
    if empty(cell):
        return ""
    text = unicodedata.normalize("NFKC", str(cell)).casefold()
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return re.sub(r"(?<=[a-z)])[\d,]+$", "", " ".join(seen.split()))


def _perceptions(headings: Sequence[str]) -> dict[str, int]:
    """Column of everything on the sheet of perceptions, by its name in the dictionary."""
    found = _search(headings, _ABOUT)
    for measure in MEASURES:
        code = rf"\({measure.casefold()}\)$"
        share = rf"^(?!.*\bunweighted)(proportion|percentage)\b.*\b(satisfied|agree)\b.*{code}"
        found |= _search(headings, {measure: share}) | dict(_counts(headings, measure, code))
    by = r"^{}.*method - {}$"
    shares = {f"TP01_{method}": by.format("proportion", method.casefold()) for method in METHODS}
    counts = {f"n_{method}": by.format("number", method.casefold()) for method in METHODS}
    return found | _search(headings, shares | counts)


def _search(headings: Sequence[str], patterns: Mapping[str, str]) -> dict[str, int]:
    pairs = ((name, place) for name in patterns for place in reversed(range(len(headings))))
    return {name: place for name, place in pairs if re.search(patterns[name], headings[place])}


def _counts(headings: Sequence[str], measure: str, code: str) -> Iterator[tuple[str, int]]:
    """Columns of the five answers; the one heading without its answer is the one left over."""
    number = re.compile(rf"^(total )?number of (respondents|tenants) who report.*{code}")
    others = re.compile(r"not applicable|don.t know|carried out")
    places = [i for i, h in enumerate(headings) if number.search(h) and not others.search(h)]
    grades = [[g for g, p in _GRADES.items() if re.search(p, headings[i])] for i in places]
    answers = [next(iter(found), 0) for found in grades]
    if answers.count(0) == 1:
        left = sorted(set(ANSWERS) - set(answers))
        answers[answers.index(0)] = left[0] if len(left) == 1 else 0
    if sorted(answers) == sorted(ANSWERS):
        for answer, place in sorted(zip(answers, places, strict=True), reverse=True):
            yield f"{measure}_n{answer}", place


def _frame(body: Mapping[int, Sequence[Any]], found: Mapping[str, int]) -> pd.DataFrame:
    cells = [[cell_of(row, at) for at in found.values()] for row in body.values()]
    return pd.DataFrame(cells, index=list(body), columns=list(found), dtype=object)


def landlords_table() -> Table:
    """Return what the dictionary says of the table, with a column a measure, method and answer."""
    columns = {
        "TP<measure>": MEASURES[1:],
        "TP01_<method>": [f"TP01_{method}" for method in METHODS],
        "n_<method>": [f"n_{method}" for method in METHODS],
        "TP<measure>_n<answer>": [f"{measure}_n{n}" for measure in MEASURES for n in ANSWERS],
    }
    many = {name: dict(zip(found, found, strict=True)) for name, found in columns.items()}
    return tables()["landlords"].expand(many)


def landlords_file(folder: Path, config: StudyConfig) -> Path | None:
    """Return landlords.csv (.xlsx, .parquet), or a workbook of the regulator under any name."""
    path = find(folder, "landlords", config)
    found = [*([path] if path else []), *filter(_recognised, workbooks(folder))]
    return only(list(dict.fromkeys(found)))


def faults(frame: pd.DataFrame, own: str | None, file: str) -> Iterator[Problem]:
    """Yield landlords that occur twice in a year, and the name of this one if there is none."""
    known = [name for name in ("landlord", "code") if name in frame]
    years = frame["year"] if "year" in frame else pd.Series(0, frame.index)
    for name in known:
        twice = frame[name].notna() & pd.DataFrame({0: frame[name], 1: years}).duplicated()
        for row in frame.index[twice]:
            remedy = "Remove the double row."
            yield Problem(file, "a landlord once a year", remedy, int(row), name, frame[name][row])
    last = latest(frame)
    if own is not None and known and not marked(last, own).any():
        names = [str(cell) for name in known for cell in last[name].dropna()]
        alike = [name for name in names if own.casefold() in name.casefold()]
        remedy = f"{nearest(own, alike or names)} Set landlords.own in study.yaml."
        yield Problem(file, f"a row of landlord {own}", remedy, column="landlord")


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last year; all of them where there are no years."""
    if "year" not in frame or frame["year"].isna().all():
        return frame
    return frame[frame["year"] == frame["year"].max()]


def marked(frame: pd.DataFrame, own: str) -> pd.Series:
    """Return which rows are those of a landlord, by its name or code."""
    wanted = " ".join(own.casefold().split())
    hits = [frame[name].str.casefold() == wanted for name in ("landlord", "code") if name in frame]
    return pd.concat(hits, axis=1).any(axis=1)
