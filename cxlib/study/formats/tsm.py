"""The regulator's workbook of Tenant Satisfaction Measures (England), as it is published.

Columns are found by their headings, for their places differ from year to year. A marker such as
[X] (not supplied), [Z] (not applicable), [U] (of nobody) or [E] (excluded) is an empty cell.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.study.cells import empty
from cxlib.study.problems import Problem
from cxlib.study.readers import Rows, Sheet, filled

MEASURES = tuple(f"TP{number:02d}" for number in range(1, 13))
METHODS = ("Telephone", "Internet", "Postal", "FacetoFace", "SMS")
ANSWERS = (5, 4, 3, 2, 1)  # very satisfied … very dissatisfied
_PERCEPTION = re.compile(r"TSM\s*(\d\d)[\s_]*LCRA[\s_]*Perception", re.IGNORECASE)
_REGISTERS = re.compile(r"TSM\s*\d\d[\s_]*Management[\s_]*Info", re.IGNORECASE)
_MARKER = re.compile(r"\[[A-Za-z]\]")
_TOP = 30  # rows in which the headings are looked for
_ABOUT = {
    "landlord": r"^landlord name",
    "code": r"^landlord code",
    "type": r"^landlord type",
    "region": r"predominant region",
    "size_band": r"^landlord group size",
    "supported30": r"30% supported",
    "population": r"relevant tenant population",
    "sample": r"^total sample size achieved",
    "moe": r"margin of error achieved",
    "method_main": r"^predominant collection method",
}
_OF_REGISTERS = {
    "CH01": r"^lcra\b.*number.*per 1,?000 homes.*\(ch01\W*1\W",
    "CH02": r"^lcra\b.*(proportion|percentage).*\(ch02\W*1\W",
    "RP02": r"^(proportion|percentage).*\(rp02\W*1\W",
}
_NEEDED = ("landlord", "code", "sample", *MEASURES)
# In this order: "very dissatisfied" must be told from "satisfied", "disagree" from "agree".
_GRADES = {
    3: r"\b(neither|not satisfied or)\b",
    5: r"\b(very satisfied|strongly agree)\b",
    1: r"\b(very dissatisfied|strongly disagree)\b",
    2: r"\b(fairly dissatisfied|disagree)\b",
    4: r"\b(fairly satisfied|agree)\b",
}


def is_tsm(sheets: Mapping[str, Any]) -> bool:
    """Return whether the sheets are those of the regulator's workbook."""
    return any(_PERCEPTION.fullmatch(title.strip()) for title in sheets)


def recognised(path: Path) -> bool:
    """Return whether a file is the regulator's workbook, by the names of its sheets alone."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return bool(_PERCEPTION.search(part.read(1_000_000).decode("utf-8", "replace")))
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False


def read_tsm(sheets: Mapping[str, Rows], file: str) -> tuple[Sheet | None, list[Problem]]:
    """Make one table of the workbook: a row a landlord that reports on its rented homes (LCRA).

    Parameters
    ----------
    sheets : dict of title to Rows
    file : str
        Its name in problems.

    Returns
    -------
    Sheet or None, list of Problem
        Columns by their names in the field dictionary; rows count as on the sheet of perceptions.
        All headings that are needed and absent are named in one problem.
    """
    title = next(title for title in sheets if _PERCEPTION.fullmatch(title.strip()))
    place = f"{file} ({title})"
    headings, body = _table(sheets[title])
    found = _perceptions(headings)
    absent = [name for name in _NEEDED if name not in found]
    if absent or not body:
        expected = f"headings for {', '.join(absent)}" if absent else "a row below the headings"
        remedy = "Take the workbook as the regulator publishes it; columns may stand in any order."
        return None, [Problem(place, expected, remedy)]
    frame = _frame(body, found)
    year = _PERCEPTION.fullmatch(title.strip())
    frame.insert(2, "year", 2000 + int(year[1]) if year else None)
    for other, rows in sheets.items():
        if _REGISTERS.fullmatch(other.strip()):
            frame = _beside(frame, *_table(rows))
    return Sheet(place, frame), []


def without_markers(sheet: Sheet) -> Sheet:
    """Return the sheet with empty cells for markers; a landlord may be called like one."""
    names = [name for name in sheet.frame.columns if str(name).casefold() != "landlord"]
    cleared = sheet.frame.assign(**{name: sheet.frame[name].map(_unmarked) for name in names})
    return Sheet(sheet.file, cleared)


def _unmarked(cell: Any) -> Any:
    return None if isinstance(cell, str) and _MARKER.fullmatch(cell.strip()) else cell


def _table(rows: Rows) -> tuple[list[str], dict[int, Sequence[Any]]]:
    """Headings in plain letters, and the rows below them: a note has one cell, a landlord more."""
    numbered = list(enumerate(rows.cells, rows.first))
    for number, row in numbered[:_TOP]:
        headings = [_plain(cell) for cell in row]
        if {"landlord name", "landlord code"} <= set(headings):
            below = numbered[number - rows.first + 1 :]
            return headings, {at: row for at, row in below if sum(map(_full, row)) > 1}
    return [], {}


def _full(cell: Any) -> bool:
    return filled([cell])


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
    found = {}
    for name, pattern in patterns.items():
        places = [i for i, heading in enumerate(headings) if re.search(pattern, heading)]
        if places:
            found[name] = places[0]
    return found


def _counts(headings: Sequence[str], measure: str, code: str) -> Iterator[tuple[str, int]]:
    """Columns of the five answers; the one heading without its answer is the one left over."""
    number = re.compile(rf"^(total )?number of (respondents|tenants) who report.*{code}")
    others = re.compile(r"not applicable|don.t know|carried out")
    places = [i for i, h in enumerate(headings) if number.search(h) and not others.search(h)]
    answers = [
        next((g for g, p in _GRADES.items() if re.search(p, headings[i])), 0) for i in places
    ]
    if answers.count(0) == 1:
        left = sorted(set(ANSWERS) - set(answers))
        answers[answers.index(0)] = left[0] if len(left) == 1 else 0
    if sorted(answers) == sorted(ANSWERS):
        for answer, place in sorted(zip(answers, places, strict=True), reverse=True):
            yield f"{measure}_n{answer}", place


def _frame(body: Mapping[int, Sequence[Any]], found: Mapping[str, int]) -> pd.DataFrame:
    cells = [[row[at] if at < len(row) else None for at in found.values()] for row in body.values()]
    return pd.DataFrame(cells, index=list(body), columns=list(found), dtype=object)


def _beside(
    frame: pd.DataFrame, headings: Sequence[str], body: Mapping[int, Sequence[Any]]
) -> pd.DataFrame:
    """Add what the landlords' own registers say, by the landlord's code."""
    found = _search(headings, {"code": _ABOUT["code"], **_OF_REGISTERS})
    if "code" not in found:
        return frame
    registers = _frame(body, found).drop_duplicates("code").set_index("code")
    return frame.join(registers, on="code")
