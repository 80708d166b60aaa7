"""Workbooks of KADE and Ken-Q Analysis: sorts and statements in one file.

Type 1 has a column a sort and says which statement lies on each place of the grid. Type 2 has a
row a sort with the values in the order of the statements. Type 3 is what the programs write
themselves: the same, below a few lines of heading. Older workbooks have the grid above the sorts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from cxlib.study.cells import number, text
from cxlib.study.decoding import TextFault
from cxlib.study.dictionary import tables
from cxlib.study.formats.imported import Imported, Place, counted, heading, numbers, table
from cxlib.study.problems import Problem, StudyError, shown
from cxlib.study.readers import Rows, Sheet, filled

_SORTS = ("q-sorts", "q sorts", "qsorts", "sorts")
_STATEMENTS = ("statements", "statement")
SLOTS = range(-6, 14)  # the values that a pattern counts the cards of
_OVERVIEWS = ("project overview", "analysis overview", "overview")
Line = tuple[int, Sequence[Any]]


def is_kade(sheets: dict[str, Rows]) -> bool:
    """Return whether a workbook has a sheet of sorts and one of statements."""
    titles = {title.strip().casefold() for title in sheets}
    return bool(titles & set(_SORTS)) and bool(titles & set(_STATEMENTS))


def read_kade(sheets: dict[str, Rows], file: str) -> tuple[Imported | None, list[Problem]]:
    """Read a workbook of type 1, 2 or 3.

    Parameters
    ----------
    sheets : dict of sheet title to Rows
    file : str
        Name in problems.

    Raises
    ------
    TextFault
        If it has no sorts or statements.
    """
    named = {title.strip().casefold(): rows.cells for title, rows in sheets.items()}
    cards = _cards(_first(named, _STATEMENTS), f"{file} (statements)")
    lines = [(at, row) for at, row in enumerate(_first(named, _SORTS), 1) if filled(row)]
    count = len(cards.frame)
    if not lines or not count:
        raise TextFault("sorts and statements in the workbook", "Fill both sheets.")
    kinds = [_value(row[0]) for row in named.get("type", [])[:3] if row]
    kind = next((kind for kind in kinds if kind is not None), None)
    grid = _pattern(named.get("pattern", named.get("patterns", [])))
    if kind == 1 or (kind is None and _by_place(lines, count)):
        return _columns(lines, cards, file, grid)
    grid = grid or _listed(_first(named, _OVERVIEWS), count)
    found, problems = _rows(lines, cards, file, grid)
    sessions = {text(_at(row, 0)): _at(row, 1) for row in named.get("participants", [])[1:] if row}
    if sessions:  # which `cxlib export` adds
        names = found.sorts.frame["participant"].map(text)
        found.sorts.frame["session"] = [sessions.get(name) for name in names]
    return found, problems


def _rows(
    lines: list[Line], cards: Sheet, file: str, grid: dict[int, int] | None
) -> tuple[Imported, list[Problem]]:
    """Types 2 and 3: skip the heading; every line after it is a sort."""
    ids, problems = list(cards.frame["card"]), []
    for place, (_, row) in enumerate(lines):
        if (text(row[0]) or "").casefold().startswith("sort pattern"):
            grid = grid or _piles([_value(cell) for cell in row[1:]])
            lines = lines[place + 1 :]
            break
    ranks = grid == dict.fromkeys(range(1, len(ids) + 1), 1)
    while len(lines) > 1 and _heads(lines[0][1], len(ids), ranks):
        lines = lines[1:]
    for at, row in lines:
        if len(row) - 1 > len(ids):
            expected = f"{len(ids)} values, one a statement"
            remedy = "Give every statement one value, and nothing to the right of them."
            problems.append(Problem(file, expected, remedy, at, value=str(len(row) - 1)))
    sheet = table(file, dict(lines), ids)
    return Imported(sheet, cards, grid, numbered=ids == numbers(len(ids))), problems


def _columns(
    lines: list[Line], cards: Sheet, file: str, grid: dict[int, int] | None
) -> tuple[Imported | None, list[Problem]]:
    """Type 1: below each participant the numbers of the statements, beside the grid's values."""
    ids = list(cards.frame["card"])
    top = _names(lines)
    heads = [(column, cell) for column, cell in enumerate(lines[top][1]) if column and text(cell)]
    above = [(_value(row[0]), _value(row[1])) for _, row in lines[:top] if len(row) > 1]
    grid = grid or {int(v): int(n) for v, n in above if v is not None and n} or None
    problems: list[Problem] = []
    rows: dict[int, Sequence[Any]] = {}
    places: dict[Place, Place] = {}
    for sort, (column, name) in enumerate(heads, 1):
        title, values = heading(name, column), dict[int, Any]()
        for at, row in lines[top + 1 :]:
            cell = _at(row, column)
            statement = _value(cell) or 0
            place = int(statement) if statement in range(1, len(ids) + 1) else 0
            if place and place not in values:
                values[place] = row[0]
                places[sort, ids[place - 1]] = (at, title)
            elif filled([cell]):
                expected = f"the number of each statement once, 1 to {len(ids)}"
                remedy = "Correct this number."
                problems.append(Problem(file, expected, remedy, at, title, shown(cell)))
        absent = ", ".join(str(n) for n in range(1, len(ids) + 1) if n not in values)
        if absent:
            remedy = f"Place the statements that are absent: {shown(absent)}."
            problems.append(Problem(file, "every statement on the grid", remedy, column=title))
        places[sort, "participant"] = (lines[top][0], title)
        places[sort, None] = (None, title)
        rows[sort] = [name, *(values.get(n) for n in range(1, len(ids) + 1))]
    if not rows:
        raise TextFault("a name above each sort", "Put the participants in the first row.")
    if problems:
        return None, problems
    sheet, counts = table(file, rows, ids), ids == numbers(len(ids))
    return Imported(sheet, cards, grid, numbered=counts, places=places), []


def _by_place(lines: list[Line], count: int) -> bool:
    """Return whether cells are numbers of statements: in range, none twice in a column."""
    top = _names(lines)
    body = [row for _, row in lines[top + 1 :]]
    if filled(lines[top][1][:1]) and _value(lines[top][1][0]) is not None:
        return False
    values = [_value(row[0]) for row in body]
    column = [_value(row[1]) for row in body if len(row) > 1]
    placed = [value for value in column if value is not None]
    return (
        len(placed) * 2 > len(body) > 1
        and None not in values
        and len(set(placed)) == len(placed)
        and all(1 <= value <= count for value in placed)
    )


def _names(lines: list[Line]) -> int:
    """Return which line of type 1 holds the participants: the last with names, not values."""
    starts = [i for i, (_, row) in enumerate(lines) if _value(row[0]) is None and filled(row[1:])]
    named = [i for i in starts if any(text(c) and _value(c) is None for c in lines[i][1][1:])]
    return named[-1] if named else next(iter(starts), 0)


def _heads(row: Sequence[Any], count: int, ranks: bool) -> bool:
    """Whether a line numbers the statements; where cards are ranked one by one, it is a sort."""
    values = [_value(cell) for cell in row[1 : count + 1]]
    if not any(value is not None for value in values):
        return True
    return values == [*range(1, count + 1)] and not (ranks and filled(row[:1]))


def _cards(rows: Sequence[Sequence[Any]], file: str) -> Sheet:
    """Return the statements; columns of cards.csv beside them, as `cxlib export` adds, count."""
    lines = [(at, row) for at, row in enumerate(rows, 1) if filled(row)]
    heads = [list(map(_word, row)) for _, row in lines]
    head = next((head for head in reversed(heads[:9]) if set(head) & set(_STATEMENTS)), [])
    lines = lines[heads.index(head) + 1 if head else 0 :]
    column = next((place for place, word in enumerate(head) if word in _STATEMENTS), 0)
    counted_lines = [(at, row) for at, row in lines if _value(row[0]) is not None]
    if len(counted_lines) * 2 > len(lines):
        lines, column = counted_lines, 1
    while lines and not filled(lines[-1][1][column:]):  # the form numbers empty lines too
        lines.pop()
    fields = {field.name for field in tables()["cards"].fields}
    found = {word: place for place, word in enumerate(head) if word in fields}
    if "card" not in found:
        return counted([text(_at(row, column)) for _, row in lines], file)
    body = [[_at(row, place) for place in found.values()] for _, row in lines]
    index = [at for at, _ in lines]
    return Sheet(file, pd.DataFrame(body, index=index, columns=list(found), dtype=object))


def _pattern(rows: Sequence[Sequence[Any]]) -> dict[int, int] | None:
    if len(rows) < 2:
        return None
    pairs = zip(map(_value, rows[0]), map(_value, rows[1]), strict=False)
    return {int(value): int(n) for value, n in pairs if value is not None and n} or None


def _listed(rows: Sequence[Sequence[Any]], count: int) -> dict[int, int] | None:
    """Return the grid that an overview spells out: a value for each statement in one cell."""
    for row in rows:
        for cell in row:
            values = re.findall(r"-?\d{1,3}", cell) if isinstance(cell, str) else []
            if len(values) == count > 2:
                return _piles([float(value) for value in values])
    return None


def _piles(values: Sequence[float | None]) -> dict[int, int] | None:
    piles = Counter(int(value) for value in values if value is not None)
    return dict(sorted(piles.items())) or None


def _first(named: dict[str, list], titles: Sequence[str]) -> list:
    return next((named[title] for title in titles if title in named), [])


def _value(cell: Any) -> float | None:
    value = number(cell)
    return None if value is None or value != value else value


def _word(cell: Any) -> str:
    return (text(cell) or "").casefold()


def _at(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


def write_kade(
    sorts: pd.DataFrame,
    people: pd.DataFrame,
    cards: pd.DataFrame,
    grid: dict[int, int] | None,
    title: str,
    path: Path,
) -> None:
    """Write a workbook of type 2, with the cards' further columns beside the statements.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
    people : DataFrame, index sort: session
    cards : DataFrame, index card: `statement` and the columns of cards.csv
    grid : dict, optional
        Without it the pattern holds zeros, to be filled in.
    title : str
    path : Path
    """
    outside = [value for value in grid or {} if value not in SLOTS]
    if outside:
        expected, remedy = "grid values from -6 to 13", "Choose another format."
        raise StudyError([Problem("", expected, remedy, value=str(outside[0]))])
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "name", [["Project Name"], [title]])
    add_sheet(book, "sorts", [[name, *values] for name, values in sorts.items()])
    add_sheet(book, "pattern", [list(SLOTS), [(grid or {}).get(value, 0) for value in SLOTS]])
    add_statements(book, "statements", cards)
    add_sheet(book, "version", [["Version"], [2]])
    add_sheet(book, "type", [["Type"], [2]])
    add_sheet(book, "participants", [["participant", "session"], *people.itertuples()])
    book.save(path)


def add_statements(book: Workbook, title: str, cards: pd.DataFrame) -> Worksheet:
    """Add the numbered statements, and what else is known of the cards."""
    about = cards.drop(columns="statement").reset_index()
    rows = zip(cards["statement"], about.itertuples(index=False), strict=True)
    body = [[place, words, *row] for place, (words, row) in enumerate(rows, 1)]
    return add_sheet(book, title, [["Number", "Statements", *about.columns], *body])


def add_sheet(book: Workbook, title: str, rows: Iterable[Iterable[Any]]) -> Worksheet:
    """Add a sheet in which text that starts with "=" stays text."""
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_written(cell) for cell in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    return sheet


def _written(cell: Any) -> Any:
    if isinstance(cell, str):
        return ILLEGAL_CHARACTERS_RE.sub("", cell)
    return None if pd.isna(cell) else cell.item() if hasattr(cell, "item") else cell
