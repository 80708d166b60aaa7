"""Sorts as any program wrote them, in the one shape that the study reads further."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from cxlib.study.cells import number, text
from cxlib.study.problems import Problem, shown
from cxlib.study.readers import Sheet
from cxlib.study.schema import personal

Place = tuple[int | None, str | None]  # row and column, as a problem names them
# Columns that programs and people put to the right of the sorts, or rows below them.
_STATISTICS = """
    mean average gemiddelde gem sum total som totaal variance variantie stdev
    standarddeviation stdeviation stddev sd standaarddeviatie standaardafwijking
"""
STATISTICS = frozenset(_STATISTICS.split())
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
    """

    sorts: Sheet
    cards: Sheet | None = None
    grid: dict[int, int] | None = None
    places: Mapping[Place, Place] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

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
