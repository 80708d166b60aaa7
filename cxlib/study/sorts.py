"""Q-sorts and ratings: a row a participant in the file, a row a card in the study."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from cxlib.problems import Problem, shown
from cxlib.sheets.cells import RECOGNISED, number, text
from cxlib.sheets.sheet import Sheet
from cxlib.study.checked import read_table
from cxlib.study.dictionary import Lists, personal, tables

Place = tuple[int | None, str | None]  # row and column, as a problem names them
# Columns that programs and people put to the right of the sorts, or rows below them.
STATISTICS = frozenset(RECOGNISED["headings"]["statistics"].split())
_COUNTED = re.compile(r"(s|st|stmt|statement|stelling|item|uitspraak|)(\d{1,3})")


@dataclass(frozen=True)
class Imported:
    """What a file with sorts holds.

    Parameters
    ----------
    sorts : Sheet
        A row a sort: participant, perhaps session, and a column a card.
    cards : Sheet, optional
        The cards, in the columns of cards.csv, where the file has them.
    grid : dict of grid value to number of cards, optional
    places : dict
        Where cells of `sorts` stand in a file of another shape: by row and column of `sorts`.
    beside : tuple of str
        Names of files next to this one that were read as well.
    problems : list of Problem
        What is wrong with sorts that can be read.
    """

    sorts: Sheet
    cards: Sheet | None = None
    grid: dict[int, int] | None = None
    places: Mapping[Place, Place] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def named(self, known: Sequence[str] | None) -> Imported:
        """Call statements that are only counted by the study's own cards, if equally many."""
        own = [str(name) for name in self.sorts.frame.columns.drop(["participant"], "ignore")]
        order = counted([name for name in own if name.casefold() != "session"])
        if known is None or len(known) != len(order) or set(known) & set(order):
            return self
        names = dict(zip(order, known, strict=True))
        places = {(row, names.get(str(card), card)): to for (row, card), to in self.places.items()}
        frame = self.sorts.frame.rename(columns=names)
        return replace(self, sorts=replace(self.sorts, frame=frame), places=places)

    def placed(self, problem: Problem) -> Problem:
        """Say where a problem stands in the file itself."""
        if not self.places:
            return problem
        if problem.row is None and problem.column is None:  # a card without a row of its own
            expected = problem.expected.replace("a column ", "a row ")
            remedy = problem.remedy.replace("the column", "the row")
            return replace(problem, expected=expected, remedy=remedy)
        place = (problem.row, problem.column)
        row, column = self.places.get(place, place)
        return replace(problem, row=row, column=column)


def word(cell: Any) -> str:
    """Return a heading without capitals, spaces and signs.

    Examples
    --------
    >>> word("Statement Number"), word("part_Id"), word(None)
    ('statementnumber', 'partid', '')
    """
    return re.sub(r"[\W_]+", "", (text(cell) or "").casefold())


def whole(cell: Any) -> int | None:
    """Return a cell that holds a whole number, else None."""
    value = number(cell)
    return int(value) if value is not None and value == value and value.is_integer() else None


def heading(name: object, place: int) -> str:
    """Return a sort's column as a problem may name it: by its letter if it names a person."""
    return get_column_letter(place + 1) if personal(str(name)) else shown(name)


def numbers(count: int) -> list[str]:
    """Return the ids of statements that are only counted."""
    return [f"s{place}" for place in range(1, count + 1)]


def counted(names: Sequence[object]) -> list[str]:
    """Return names that only count (s1, S 2, statement_3 or 0, 1, 2) in order, else nothing.

    Examples
    --------
    >>> counted(["s2", "s0", "s1", "uid"]), counted(["c1", "c2"]), counted(["s1", "s3"])
    (['s0', 's1', 's2'], [], [])
    """
    found = {str(name): match for name in names if (match := _COUNTED.fullmatch(word(name)))}
    prefix = Counter(match[1] for match in found.values()).most_common(1)
    places = {name: int(m[2]) for name, m in found.items() if prefix and m[1] == prefix[0][0]}
    order = sorted(places, key=places.__getitem__)
    run = [places[name] for name in order]
    return order if len(run) > 1 and run[0] < 2 and run == [*range(run[0], run[-1] + 1)] else []


def labelled(labels: Sequence[str | None], file: str, ids: Sequence[str] = ()) -> Sheet:
    """Return cards s1, s2, … with these texts; what has no text is called by its id."""
    ids = ids or numbers(len(labels))
    texts = [label or card for label, card in zip(labels, ids, strict=True)]
    frame = pd.DataFrame({"card": ids, "label_en": texts}, dtype=object)
    return Sheet(file, frame.set_axis(pd.RangeIndex(1, len(ids) + 1)))


def table(file: str, rows: Mapping[int, Sequence[Any]], cards: Sequence[str]) -> Sheet:
    """Return rows of participant and values, by row in the file; what is short is filled up."""
    width = len(cards) + 1
    body = [[*row[:width], *[None] * (width - len(row))] for row in rows.values()]
    columns = ["participant", *cards]
    return Sheet(file, pd.DataFrame(body, index=list(rows), columns=columns, dtype=object))


def piles(values: Sequence[float | int | None]) -> dict[int, int] | None:
    """Count the cards on each value; None without values."""
    found = Counter(int(value) for value in values if value is not None)
    return dict(sorted(found.items())) or None


@dataclass(frozen=True)
class Grid:
    """Grid values with the number of cards on each, and whether participants had to obey it."""

    columns: Mapping[int, int]
    forced: bool


def read_wide(
    sheet: Sheet, name: str, cards: Sequence[str] | None, lists: Lists, gaps: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Read sorts or ratings.

    Parameters
    ----------
    sheet : Sheet
    name : {"sorts", "ratings"}
    cards : sequence of str, optional
        The study's cards; without them every column is a card.
    lists : dict
        Grid and scale.
    gaps : bool
        Whether cells of sorts may be empty.

    Returns
    -------
    DataFrame, DataFrame, list of Problem
        Cards x participants; participants x (session); the problems. The first has rows of
        the file as columns where it has problems.
    """
    plain = [field.name for field in tables()[name].fields if not field.name.endswith(">")]
    own = [str(column) for column in sheet.frame.columns if str(column).casefold() not in plain]
    ids = list(own if cards is None else cards)
    table = tables()[name].expand({"<card>": {card: card for card in ids}})
    if gaps:
        cells = tuple(replace(f, empty=True) if f.name in ids else f for f in table.fields)
        table = replace(table, fields=cells)
    frame, problems = read_table(sheet, table, lists)
    ids = [card for card in ids if card in frame]
    values, people = frame[ids], frame[[column for column in plain if column in frame]]
    return values, people, problems


def unsorted(
    values: pd.DataFrame, people: pd.DataFrame, grid: Grid | None, free: bool, file: str
) -> Iterator[Problem]:
    """Yield every sort that is no sort: one value throughout, or off the board.

    The board is a forced grid; without a grid, and where piles are not said to be `free`, it is
    the pattern that more than half of the sorts share: few sorts off it are mistakes.
    """
    whole = values[values.notna().all(axis=1)]
    given = grid.columns if grid and grid.forced else {}
    shared = {} if free or given else _usual(whole)
    board, whose = given or shared, "the grid's piles" if given else "the piles most sorts share"
    remedy = "add forced: false to the grid" if given else "write grid: {forced: false}"
    remedy = f"Correct the sort; or, if piles were free, {remedy} in study.yaml."
    for row, cells in whole.iterrows():
        name, at = str(people["participant"].get(row, "")), int(str(row))
        if len(cells) > 1 and cells.eq(cells.iloc[0]).all():
            constant = "Correct the sort, or remove the row: it says nothing about importance."
            value = f"{cells.iloc[0]:g}"
            yield Problem(file, "different values in a sort", constant, at, value=value)
        elif board and (shared or cells.isin(list(board)).all()):
            piles = Counter(map(int, cells))
            wrong = {v: piles[v] for v in sorted({*board, *piles}) if piles[v] != board.get(v, 0)}
            if wrong:
                value = _piles(wrong) if personal(name) else f"{name}: {_piles(wrong)}"
                yield Problem(file, f"{whose}: {_piles(board)}", remedy, at, value=value)


def stray(values: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield columns without which most sorts share a pattern that they don't share with them.

    Where nothing says what the cards are, a column such as age would be one of them.
    """
    whole = values.dropna()
    if len(whole) < 3 or _usual(whole):
        return
    cells = {name: set(column) for name, column in whole.items()}
    seen = Counter(value for found in cells.values() for value in found)
    own = [name for name, found in cells.items() if any(seen[value] == 1 for value in found)]
    for names in [own, *([name] for name in cells)]:
        if 0 < len(names) < len(cells) - 1 and _usual(whole.drop(columns=names)):
            remedy = "Remove the column; or list the cards in a table cards.csv."
            for name in names:
                found = ", ".join(f"{value:g}" for value in whole[name].iloc[:3])
                expected = "a card: without this column most sorts share a pattern"
                yield Problem(file, expected, remedy, column=shown(name), value=f"{found}, …")
            return


def _usual(values: pd.DataFrame) -> dict[int, int]:
    """Return the pattern that more than half of the sorts have, two at least; {} without."""
    patterns = Counter(tuple(sorted(cells)) for cells in values.itertuples(index=False))
    pattern, count = patterns.most_common(1)[0] if patterns else ((), 0)
    usual = count > 1 and 2 * count > len(values) and len(set(pattern)) > 1
    return piles(pattern) or {} if usual else {}


def _piles(columns: Mapping[int, int]) -> str:
    return ", ".join(f"{n} on {value:+d}" if value else f"{n} on 0" for value, n in columns.items())
