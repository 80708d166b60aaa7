"""Q-sorts and ratings: a row a participant in the file, a row a card in the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxlib.study.dictionary import tables
from cxlib.study.problems import Problem
from cxlib.study.readers import Sheet
from cxlib.study.schema import Lists
from cxlib.study.tables import read_table


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


def shape(values: pd.DataFrame, people: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn faultless rows of a file into cards x sorts, and participants by sort."""
    sorts = pd.Index(people["participant"].astype(str), name="sort")
    turned = values.set_axis(sorts, axis=0).T.rename_axis(index="card")
    session = people.get("session", pd.Series(pd.NA, people.index, dtype="str"))
    return turned, session.set_axis(sorts).to_frame("session")


def unsorted(values: pd.DataFrame, grid: Grid | None, file: str) -> Iterator[Problem]:
    """Yield every sort that is no sort: one value throughout, or off a forced grid."""
    whole = values[values.notna().all(axis=1)]
    for row, cells in whole.iterrows():
        if len(cells) > 1 and cells.eq(cells.iloc[0]).all():
            remedy = "Correct the sort, or remove the row: it says nothing about importance."
            yield Problem(
                file,
                "different values in a sort",
                remedy,
                int(str(row)),
                value=f"{cells.iloc[0]:g}",
            )
        elif grid and grid.forced and cells.isin(list(grid.columns)).all():
            piles = cells.value_counts()
            wrong = {v: n for v, n in grid.columns.items() if piles.get(v, 0) != n}
            if wrong:
                found = _piles({value: int(piles.get(value, 0)) for value in wrong})
                wanted = _piles(grid.columns)
                remedy = "Correct the sort; or, if piles were free, add forced: false to the grid."
                yield Problem(
                    file, f"the grid's piles: {wanted}", remedy, int(str(row)), value=found
                )


def unfitting(grid: Grid | None, sorts: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield that a grid has another number of places than there are cards, free piles or not."""
    places = sum(grid.columns.values()) if grid else 0
    for cards in sorted({len(table) for table in sorts.values()} - {places} if grid else ()):
        expected = f"{cards} places, one for each card"
        remedy = "If piles were free, give those of a usual sort; or leave grid out."
        yield Problem("study.yaml", expected, remedy, column="grid", value=f"{places} places")


def _piles(columns: Mapping[int, int]) -> str:
    return ", ".join(f"{n} on {value:+d}" if value else f"{n} on 0" for value, n in columns.items())


def shared_grid(sorts: Mapping[str, pd.DataFrame]) -> dict[int, int] | None:
    """Return the distribution that every sort has, if they all have the same."""
    if not sorts:
        return None
    columns = pd.concat(list(sorts.values()), axis=1)
    if columns.isna().to_numpy().any():
        return None
    piles = {tuple(sorted(columns.iloc[:, place])) for place in range(columns.shape[1])}
    if len(piles) != 1:
        return None
    values = pd.Series(piles.pop()).astype(int)
    return {
        int(str(value)): int(count) for value, count in values.value_counts().sort_index().items()
    }
