"""Workbooks, zips and CSV of KADE and Ken-Q Analysis: sorts and statements in one file.

Type 1 has a column a sort and says which statement lies on each place of the grid. Type 2 has a
row a sort with the values in the order of the statements; a zip has the same in text files. Type 3
is what the programs write themselves: the same below a few lines of heading, with mean and
standard deviation to the right; in CSV all tables stand in one sheet. Older workbooks have the
grid above the sorts.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from cxlib.study.books import UNPACKED
from cxlib.study.cells import filled, text
from cxlib.study.decoding import TextFault, decode
from cxlib.study.dictionary import tables
from cxlib.study.formats.imported import (
    STATISTICS,
    Imported,
    Place,
    counted,
    heading,
    labelled,
    numbers,
    piles,
    table,
    whole,
    word,
)
from cxlib.study.problems import Problem, StudyError, shown
from cxlib.study.readers import Rows, Sheet, rows_of

_SORTS = ("q-sorts", "q sorts", "qsorts", "sorts")
_STATEMENTS = ("statements", "statement")
_PATTERNS = ("pattern", "patterns")
SLOTS = range(-6, 14)  # the values that a pattern counts the cards of
_OVERVIEWS = ("project overview", "analysis overview", "overview")
Line = tuple[int, Sequence[Any]]


def is_kade(sheets: dict[str, Rows]) -> bool:
    """Return whether a workbook has a sheet of sorts, and one of statements or the pattern."""
    titles = {title.strip().casefold() for title in sheets}
    return bool(titles & set(_SORTS)) and bool(titles & {*_STATEMENTS, *_PATTERNS})


def sections(rows: Rows) -> dict[str, Rows]:
    """Cut results in CSV into the tables that lie between blank lines; {} if they are no such."""
    found: dict[str, Rows] = {}
    start = 0
    for at, row in enumerate([*rows.cells, []]):
        if filled(row):
            continue
        head = [word(cell) for cell in rows.cells[start] if filled([cell])] if at > start else []
        part, start = Rows(rows.cells[start:at], rows.first + start), at + 1
        if head[1:2] == ["statements"] and len(head) == 2:
            found.setdefault("statements", part)
        elif len(counted(head[1:])) > 1 and STATISTICS & {*head[-2:]}:
            found.setdefault("sorts", part)
    return found | {"overview": rows} if is_kade(found) else {}


def unzip(path: Path, folder: Path) -> dict[str, Rows]:
    """Unpack a zip; return the tables of a KADE project (sorts.txt, statements.txt, pattern.txt).

    Raises
    ------
    TextFault
        If it does not open, or is too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [p for p in archive.infolist() if Path(p.filename).name[:1] not in ("", ".")]
            parts = [part for part in parts if not part.is_dir()]
            if sum(part.file_size for part in parts) > UNPACKED:
                raise TextFault("a zip of normal size", "Put the file with the sorts here itself.")
            for part in parts:
                (folder / Path(part.filename).name).write_bytes(archive.read(part))
    except TextFault:
        raise
    except Exception as error:  # a broken archive can break its reader anywhere
        raise TextFault(
            "a zip that opens, without a password", "Unpack it, and put its files here."
        ) from error
    texts = {part.stem.casefold(): part for part in folder.glob("*.[tT][xX][tT]")}
    book = {name: rows_of(texts[name])[texts[name].stem] for name in texts if name in _SORTS}
    if book and "pattern" in texts:
        book["pattern"] = Rows([SLOTS, rows_of(texts["pattern"])[texts["pattern"].stem].cells[-1]])
    for name in (name for name in texts if book and name in _STATEMENTS):
        lines = decode(texts[name].read_bytes()).splitlines()
        book[name] = Rows([[line] for line in lines])
    return book


def read_kade(sheets: dict[str, Rows], file: str) -> tuple[Imported | None, list[Problem]]:
    """Read a workbook of type 1, 2 or 3; without statements, a name and values in each row.

    Parameters
    ----------
    sheets : dict of sheet title to Rows
    file : str
        Name in problems.

    Raises
    ------
    TextFault
        If it has no sorts, or an empty sheet of statements.
    """
    named = {title.strip().casefold(): rows for title, rows in sheets.items()}
    sorts = _first(named, _SORTS)
    lines = [(at, row) for at, row in enumerate(sorts.cells, sorts.first) if filled(row)]
    cards = None
    if set(named) & set(_STATEMENTS):
        cards = _cards(_first(named, _STATEMENTS), f"{file} (statements)")
    if not lines or (cards and cards.frame.empty):
        raise TextFault("sorts and statements in the workbook", "Fill both sheets.")
    kinds = [whole(row[0]) for row in _first(named, ("type",)).cells[:3] if row]
    kind = next((kind for kind in kinds if kind is not None), None)
    grid = _pattern(_first(named, _PATTERNS).cells)
    if cards and (kind == 1 or (kind is None and _by_place(lines, len(cards.frame)))):
        return _columns(lines, cards, file, grid)
    grid = grid or _listed(_first(named, _OVERVIEWS).cells, len(cards.frame) if cards else 0)
    found, problems = _rows(lines, cards, file, grid)
    people = _first(named, ("participants",)).cells[1:]
    sessions = {text(_at(row, 0)): _at(row, 1) for row in people if row}
    if sessions:  # which `cxlib export` adds
        names = found.sorts.frame["participant"].map(text)
        found.sorts.frame["session"] = [sessions.get(name) for name in names]
    return found, problems


def _rows(
    lines: list[Line], cards: Sheet | None, file: str, grid: dict[int, int] | None
) -> tuple[Imported, list[Problem]]:
    """Types 2 and 3: skip the heading; every line after it is a sort."""
    for place, (_, row) in enumerate(lines):
        if word(row[0]).startswith("sortpattern"):
            grid = grid or piles([whole(cell) for cell in row[1:]])
            lines = lines[place + 1 :]
            break
    usual = max(len(row) for _, row in lines) - 1 if lines else 0
    ids = list(cards.frame["card"]) if cards else numbers(usual)
    ranks, head = grid == dict.fromkeys(range(1, len(ids) + 1), 1), []
    while len(lines) > 1 and _heads(lines[0][1], len(ids), ranks):
        head, lines = list(map(word, lines[0][1])), lines[1:]
    beside = [place for place, name in enumerate(head) if place and name in STATISTICS]
    rows = {at: [c for i, c in enumerate(row) if i not in beside] for at, row in lines}
    problems = []
    for at, row in rows.items():
        if len(row) - 1 > len(ids):
            expected = f"{len(ids)} values, one a statement"
            remedy = "Give every statement one value, and nothing to the right of them."
            problems.append(Problem(file, expected, remedy, at, value=str(len(row) - 1)))
    return Imported(table(file, rows, ids), cards, grid), problems


def _columns(
    lines: list[Line], cards: Sheet, file: str, grid: dict[int, int] | None
) -> tuple[Imported | None, list[Problem]]:
    """Type 1: below each participant the numbers of the statements, beside the grid's values."""
    ids = list(cards.frame["card"])
    top = _names(lines)
    heads = [(column, cell) for column, cell in enumerate(lines[top][1]) if column and text(cell)]
    above = [(whole(row[0]), whole(row[1])) for _, row in lines[:top] if len(row) > 1]
    grid = grid or {v: n for v, n in above if v is not None and n} or None
    problems: list[Problem] = []
    rows: dict[int, Sequence[Any]] = {}
    places: dict[Place, Place] = {}
    for sort, (column, name) in enumerate(heads, 1):
        title, values = heading(name, column), dict[int, Any]()
        for at, row in lines[top + 1 :]:
            cell = _at(row, column)
            statement = whole(cell) or 0
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
    return Imported(table(file, rows, ids), cards, grid, places), []


def _by_place(lines: list[Line], count: int) -> bool:
    """Return whether cells are numbers of statements: in range, none twice in a column."""
    top = _names(lines)
    body = [row for _, row in lines[top + 1 :]]
    if filled(lines[top][1][:1]) and whole(lines[top][1][0]) is not None:
        return False
    values = [whole(row[0]) for row in body]
    column = [whole(row[1]) for row in body if len(row) > 1]
    placed = [value for value in column if value is not None]
    return (
        len(placed) * 2 > len(body) > 1
        and None not in values
        and len(set(placed)) == len(placed)
        and all(1 <= value <= count for value in placed)
    )


def _names(lines: list[Line]) -> int:
    """Return which line of type 1 holds the participants: the last with names, not values."""
    starts = [i for i, (_, row) in enumerate(lines) if whole(row[0]) is None and filled(row[1:])]
    named = [i for i in starts if any(text(c) and whole(c) is None for c in lines[i][1][1:])]
    return named[-1] if named else next(iter(starts), 0)


def _heads(row: Sequence[Any], count: int, ranks: bool) -> bool:
    """Whether a line numbers the statements; where cards are ranked one by one, it is a sort."""
    values = [whole(cell) for cell in row[1 : count + 1]]
    if not any(value is not None for value in values):
        return True
    return values == [*range(1, count + 1)] and not (ranks and filled(row[:1]))


def _cards(rows: Rows, file: str) -> Sheet:
    """Return the statements; columns of cards.csv beside them, as `cxlib export` adds, count."""
    lines = [(at, row) for at, row in enumerate(rows.cells, rows.first) if filled(row)]
    heads = [list(map(word, row)) for _, row in lines]
    head = next((head for head in reversed(heads[:9]) if set(head) & set(_STATEMENTS)), [])
    lines = lines[heads.index(head) + 1 if head else 0 :]
    column = next((place for place, name in enumerate(head) if name in _STATEMENTS), 0)
    numbered = [(at, row) for at, row in lines if whole(row[0]) is not None]
    if len(numbered) * 2 > len(lines):
        lines, column = numbered, 1
    while lines and not filled(lines[-1][1][column:]):  # the form numbers empty lines too
        lines.pop()
    fields = {word(field.name): field.name for field in tables()["cards"].fields}
    found = {fields[name]: place for place, name in enumerate(head) if name in fields}
    if "card" not in found:
        return labelled([text(_at(row, column)) for _, row in lines], file)
    body = [[_at(row, place) for place in found.values()] for _, row in lines]
    index = [at for at, _ in lines]
    return Sheet(file, pd.DataFrame(body, index=index, columns=list(found), dtype=object))


def _pattern(rows: Sequence[Sequence[Any]]) -> dict[int, int] | None:
    pairs = zip(map(whole, rows[0]), map(whole, rows[1]), strict=False) if rows[1:] else ()
    return {value: n for value, n in pairs if value is not None and n} or None


def _listed(rows: Sequence[Sequence[Any]], count: int) -> dict[int, int] | None:
    """Return the grid that an overview spells out: a value for each statement in one cell."""
    for row in rows:
        for cell in row:
            values = re.findall(r"-?\d{1,3}", cell) if isinstance(cell, str) else []
            if len(values) == count > 2:
                return piles(list(map(int, values)))
    return None


def _first(named: dict[str, Rows], titles: Sequence[str]) -> Rows:
    return next((named[title] for title in titles if title in named), Rows([]))


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
