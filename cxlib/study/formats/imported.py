"""Sorts as any program wrote them, in the one shape that the study reads further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from cxlib.study.problems import Problem, shown
from cxlib.study.readers import Sheet
from cxlib.study.schema import personal

Place = tuple[int | None, str | None]  # row and column, as a problem names them


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
    numbered : bool
        Whether columns are called s1, s2, … because the file only counts its statements.
    places : dict
        Where cells of `sorts` stand in a file of another shape: by row and column of `sorts`.
    beside : tuple of str
        Names of files next to this one that were read as well.
    """

    sorts: Sheet
    cards: Sheet | None = None
    grid: dict[int, int] | None = None
    numbered: bool = False
    places: Mapping[Place, Place] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def named(self, known: Sequence[str] | None) -> Imported:
        """Call numbered statements by the study's own cards, if there are equally many."""
        count = len(self.sorts.frame.columns.difference(["participant", "session"]))
        if not self.numbered or known is None or len(known) != count:
            return self
        names = dict(zip(numbers(count), known, strict=True))
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


def heading(name: object, place: int) -> str:
    """Return a sort's column as a problem may name it: by its letter if it names a person."""
    return get_column_letter(place + 1) if personal(str(name)) else shown(name)


def numbers(count: int) -> list[str]:
    """Return the ids of statements that are only counted."""
    return [f"s{place}" for place in range(1, count + 1)]


def counted(labels: Sequence[str | None], file: str) -> Sheet:
    """Return cards s1, s2, … with these texts; what has no text is called by its id."""
    ids = numbers(len(labels))
    texts = [label or card for label, card in zip(labels, ids, strict=True)]
    frame = pd.DataFrame({"card": ids, "label_en": texts}, dtype=object)
    return Sheet(file, frame.set_axis(pd.RangeIndex(1, len(ids) + 1)))


def table(file: str, rows: Mapping[int, Sequence[Any]], cards: Sequence[str]) -> Sheet:
    """Return rows of participant and values, by row in the file; what is short is filled up."""
    width = len(cards) + 1
    body = [[*row[:width], *[None] * (width - len(row))] for row in rows.values()]
    columns = ["participant", *cards]
    return Sheet(file, pd.DataFrame(body, index=list(rows), columns=columns, dtype=object))
