"""One sheet as one table: columns found, cells typed, everything checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import pandas as pd

from cxlib.study import cells
from cxlib.study.config import Columns
from cxlib.study.dictionary import Field, Table
from cxlib.study.problems import Problem, nearest, shown
from cxlib.study.readers import Sheet
from cxlib.study.remedies import absent, means_unknown
from cxlib.study.schema import Lists, validate

_CONVERT: dict[str, Callable[[pd.Series], tuple[pd.Series, pd.Series]]] = {
    "id": cells.texts,
    "text": cells.texts,
    "words": cells.texts,
    "number": cells.numbers,
    "whole": cells.numbers,
    "date": cells.dates,
    "flag": cells.flags,
}
_TYPED = {
    "number": ("a number", "Write it in figures, such as 7 or 7.5."),
    "whole": ("a whole number", "Write it in figures, such as 7."),
    "date": ("a clear date", "Write it as 2019-12-31, or as 31-12-2019."),
    "flag": ("yes or no", "Write yes or no, or leave the cell empty for no."),
}
UNKNOWN = "Name it under survey.unknown in study.yaml, if it means don't know; nothing is lost."
_FALLBACKS = (
    ("label_nl", ("label_en",)),
    ("label_en", ("label_nl",)),
    ("label_group_nl", ("label_group_en", "group")),
    ("label_group_en", ("label_group_nl", "group")),
    ("short_nl", ("short_en", "label_nl")),
    ("short_en", ("short_nl", "label_en")),
)


def read_table(sheet: Sheet, table: Table, lists: Lists) -> tuple[pd.DataFrame, list[Problem]]:
    """Type and check a sheet.

    Parameters
    ----------
    sheet : Sheet
        Cells as they were typed.
    table : Table
        What the dictionary says, expanded for this study.
    lists : dict
        Ids, grid and scale that cells are held against; see `schema.schema`.

    Returns
    -------
    DataFrame, list of Problem
        Columns in the dictionary's order and by its names; the index counts rows as a
        spreadsheet does, and counts a row with several values in a cell for each of them.
    """
    found = _match(sheet.frame, table)
    problems = list(_absent(sheet, table, found)) + list(_strange(sheet, table, found))
    typed: dict[str, pd.Series] = {}
    for field in table.fields:
        if field.name in found:
            column = sheet.frame[found[field.name]]
            typed[field.name], wrong = _CONVERT[field.type](column)
            problems += _untyped(column[wrong], field, sheet.file)
            typed[field.name] = _by_id(
                typed[field.name], lists.get("labels", {}).get(field.allowed)
            )
    frame = pd.DataFrame(typed, index=sheet.frame.index)
    for name in (field.name for field in table.fields if field.many and field.name in frame):
        frame = _apart(frame, name)
    problems += validate(frame, table, lists, sheet.file)
    problems += _too_early(frame, table, sheet.file)
    first: dict[tuple, Problem] = {}  # one fault a cell is enough
    for problem in problems:
        first.setdefault((problem.row, problem.column, problem.row or problem.expected), problem)
    return frame, list(first.values())


def set_apart(sheet: Sheet, table: Table, codes: Sequence[str]) -> tuple[Sheet, pd.DataFrame]:
    """Empty the cells of grades that hold a code for don't know.

    Parameters
    ----------
    sheet : Sheet
    table : Table
    codes : sequence of str
        Words, in any capitals, or numbers.

    Returns
    -------
    Sheet
    DataFrame of bool
        Which cells held a code; a column a graded field, by its name.
    """
    words = {code.casefold() for code in codes}
    numbers = {value for value in map(cells.number, codes) if value is not None}
    found = _match(sheet.frame, table)
    frame, apart = sheet.frame.copy(deep=False), {}
    for field in table.fields:
        if field.allowed == "scale" and field.name in found:
            column = frame[found[field.name]]
            given = [cell for cell in column.dropna().unique() if not isinstance(cell, bool)]
            coded = [
                cell
                for cell in given
                if cells.number(cell) in numbers or str(cells.text(cell)).casefold() in words
            ]
            apart[field.name] = column.isin(coded)
            frame[found[field.name]] = column.mask(apart[field.name])
    return Sheet(sheet.file, frame), pd.DataFrame(apart, index=frame.index)


def _by_id(column: pd.Series, ids: Mapping[str, str]) -> pd.Series:
    """Replace labels by their ids, in any capitals: a survey says De Hoef, study.yaml de-hoef."""
    strange = [cell for cell in column.dropna().unique() if cell not in ids.values()] if ids else []
    known = {cell: ids[cell.casefold()] for cell in strange if cell.casefold() in ids}
    return column.replace(known) if known else column


def _match(frame: pd.DataFrame, table: Table) -> dict[str, str]:
    """Find every field's column: as it is written, or else in other capitals."""
    exact = {str(column): str(column) for column in frame.columns}
    loose = {name.casefold(): name for name in exact}
    found: dict[str, str] = {}
    for field in table.fields:
        column = exact.get(field.header, loose.get(field.header.casefold()))
        if column is not None:
            found[field.name] = column
    return found


def languages(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Add the columns that are absent, and let one language fall back on the other."""
    names = [
        field.name for field in table.fields if field.name not in ("card", "code", *frame.columns)
    ]
    if not any(name.endswith("_nl") for name in [*names, *frame.columns]):
        return frame
    full = frame.assign(**{name: pd.Series(pd.NA, frame.index, dtype="str") for name in names})
    for name, others in _FALLBACKS:
        for other in others:
            if {name, other} <= set(full.columns):
                full[name] = full[name].fillna(full[other])
    return full[[field.name for field in table.fields if field.name in full]]


def _apart(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Make a row of every value in a cell that holds several."""
    parts = (
        frame[name]
        .str.split(";")
        .map(
            lambda values: [value.strip() for value in values if value.strip()], na_action="ignore"
        )
    )
    return frame.assign(**{name: parts}).explode(name).astype({name: "str"})


def _absent(sheet: Sheet, table: Table, found: dict[str, str]) -> Iterator[Problem]:
    free = [shown(column) for column in sheet.frame.columns if column not in found.values()]
    for field in table.fields:
        if field.required and field.name not in found:
            remedy = absent(field.header, free, _setting(field, table))
            yield Problem(sheet.file, f"a column {shown(field.header)}", remedy)


def _setting(field: Field, table: Table) -> str:
    """Return the key of study.yaml that names a column of the survey."""
    if table.name != "survey":
        return ""
    parts = Columns.model_fields
    return f"survey.columns.{field.name}" if field.name in parts else "values (items)"


def _strange(sheet: Sheet, table: Table, found: dict[str, str]) -> Iterator[Problem]:
    """Columns that nobody asked for: a fault in a closed table, else when they look misspelt."""
    absent = [field.header for field in table.fields if field.name not in found]
    for column in map(str, sheet.frame.columns):
        if column in found.values():
            continue
        close = get_close_matches(column.casefold(), absent, n=1, cutoff=0.8)
        if table.closed:
            remedy = nearest(column, absent)
            remedy = remedy if "Did" in remedy else "Add it to the cards, or remove the column."
            yield Problem(sheet.file, "a card of this study", remedy, column=shown(column))
        elif close and not _required(table, close[0]):
            remedy = f"Did you mean {close[0]}?"
            yield Problem(sheet.file, "a column that is known", remedy, column=shown(column))


def _required(table: Table, header: str) -> bool:
    return any(field.header == header and field.required for field in table.fields)


def _untyped(column: pd.Series, field: Field, file: str) -> Iterator[Problem]:
    expected, remedy = _TYPED.get(field.type, ("a text", "Correct it."))
    for row, cell in zip(column.index, column, strict=True):
        unknown = field.allowed == "scale" and means_unknown(cell)
        said = UNKNOWN if unknown else remedy
        yield Problem(file, expected, said, int(row), shown(field.header), shown(cell))


def _too_early(frame: pd.DataFrame, table: Table, file: str) -> Iterator[Problem]:
    for field in table.fields:
        if field.after is None or not {field.name, field.after} <= set(frame.columns):
            continue
        late, early = frame[field.name], frame[field.after]
        # A day without a clock time is not before a moment on that same day.
        early = early.where(late != late.dt.normalize(), early.dt.normalize())
        wrong = late[late < early]
        for row, day in zip(wrong.index, wrong, strict=True):
            expected, remedy = f"a day not before {field.after}", "Correct one of the two dates."
            yield Problem(file, expected, remedy, int(row), field.header, f"{day:%Y-%m-%d}")
