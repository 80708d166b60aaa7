"""Q-sorts and ratings: a row a participant in the file, a row a card in the study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxlib.study.dictionary import tables
from cxlib.study.problems import Problem, shown
from cxlib.study.readers import Sheet
from cxlib.study.schema import Lists, personal
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
    if count < 2 or 2 * count <= len(values) or len(set(pattern)) < 2:
        return {}
    return {int(value): cards for value, cards in sorted(Counter(pattern).items())}


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
