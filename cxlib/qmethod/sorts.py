"""The sorts as an array, checked: what is missing, doubled, constant or off the grid."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from cxlib.language import Note, _

Grid: TypeAlias = Mapping[float, int] | Sequence[float] | np.ndarray | pd.Series
SCORES = ("auto", "raw", "standardised")
MISSING = ("raise", "pairwise")


class QMethodError(ValueError):
    """Input that Q methodology cannot work with."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what to mend, and not where in the code it came up."""
        return str(self).splitlines()


class SortsError(QMethodError):
    """One or more faults in the sorts, each naming the sort and, where it can, the card.

    Attributes
    ----------
    problems : list of str
        Every fault found, not only the first.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        shown = self.problems[:10]
        if len(self.problems) > len(shown):
            shown.append(f"... and {len(self.problems) - len(shown)} more")
        super().__init__("; ".join(shown))


_UNFORCED = {
    True: _("Unforced sorts ({n} of {all} off the grid), weighted as they are: {sorts}."),
    False: _("Unforced sorts ({n} of {all} off the grid), standardised before weighting: {sorts}."),
}


class OptionError(QMethodError):
    """An option that does not exist or does not fit the sorts."""


def choose(option: str, value: object, allowed: Sequence[str]) -> None:
    """Raise an OptionError that lists what is allowed."""
    if value not in allowed:
        raise OptionError(f"{option}={value!r} is not one of {', '.join(map(repr, allowed))}")


@dataclass(frozen=True)
class Sorts:
    """Checked sorts, cards x sorts; NaN where a cell is missing.

    `cells` are divided by one power of 2, which no result notices and no size overflows.
    """

    cells: np.ndarray
    cards: pd.Index
    names: pd.Index
    grid: np.ndarray  # the column value of each place on the board, rising
    standardised: bool  # whether sorts are standardised before they are weighted
    notes: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether no cell is missing."""
        return not np.isnan(self.cells).any()


def read(
    sorts: pd.DataFrame,
    grid: Grid | None = None,
    scores: str = "auto",
    missing: str = "raise",
    fewest: int = 2,
) -> Sorts:
    """Check a table of cards x sorts (`fewest` or more) and turn it into arrays.

    Raises
    ------
    SortsError
        Naming the sort and the card: text, infinite or missing cells, doubled ids, constant
        sorts, values outside the grid, sorts off the grid; or a table that looks transposed.
    """
    choose("scores", scores, SCORES)
    choose("missing", missing, MISSING)
    values = _numbers(sorts, fewest)
    if min(values.shape) > 2 and _alike(values.T) > 0.8 and _alike(values) < 0.5:
        rows, columns = (f"{a!r}, {b!r} …" for a, b, *_ in (sorts.index, sorts.columns))
        raise SortsError(
            [
                f"the table looks transposed: its rows ({rows}) share one set of piles, as sorts"
                f" do, and its columns ({columns}) do not; cards are rows: analyse sorts.T"
            ]
        )
    scaled = _check_cells(values, sorts, missing)
    places = None if grid is None else board(grid, len(sorts))
    if places is not None and scores == "auto":
        outside = (values < places[0]) | (values > places[-1])
        if outside.any():
            raise SortsError(_cells(outside, sorts, f"outside {places[0]:g} to {places[-1]:g}"))
    off, places = _off_grid(values, places)
    notes = []
    if off.any():
        # A few sorts off the grid are mistakes; where most are, people were free to build piles.
        if grid is not None and scores == "auto" and 2 * off.sum() <= len(off):
            raise SortsError(_distances(values, sorts, off, places))
        some = [*map(str, sorts.columns[off][:8]), *["..."] * int(off.sum() > 8)]
        message = _UNFORCED[scores == "raw"]
        notes.append(Note(message, n=int(off.sum()), all=len(off), sorts=some))
    gaps = np.isnan(values).sum(axis=0)
    if gaps.any():
        missed = [f"{s} ({g})" for s, g in zip(sorts.columns, gaps, strict=True) if g]
        notes.append(Note("Correlated pairwise around missing cells: {sorts}.", sorts=missed))
    # Standardising only shifts and scales forced sorts, which leaves their z-scores as they are.
    standardised = scores == "standardised" or (scores == "auto" and bool(off.any()))
    standardised = standardised or bool(gaps.any())
    return Sorts(scaled, sorts.index, sorts.columns, places, standardised, tuple(notes))


def _alike(values: np.ndarray) -> float:
    """Share of the columns that have the commonest piles."""
    piles = Counter(map(bytes, np.ascontiguousarray(np.sort(values, axis=0).T)))
    return piles.most_common(1)[0][1] / values.shape[1]


def board(grid: Grid, n_cards: int) -> np.ndarray:
    """The sorted places of a grid given as {value: number of cards} or as all its values.

    Examples
    --------
    >>> board({-1: 1, 0: 2, 1: 1}, 4).tolist()
    [-1.0, 0.0, 0.0, 1.0]
    """
    if isinstance(grid, Mapping):
        counts = np.array(list(grid.values()))
        if (counts < 0).any() or (counts != np.floor(counts)).any():
            raise OptionError("grid: the numbers of cards must be whole and not negative")
        places = np.repeat(np.array(list(grid), dtype=float), counts.astype(int))
    else:
        places = np.asarray(grid, dtype=float)
    if places.size != n_cards:
        raise OptionError(f"grid has {places.size} places for {n_cards} cards")
    if not np.isfinite(places).all():
        raise OptionError("grid: the column values must be finite numbers")
    return np.sort(places)


def _numbers(sorts: pd.DataFrame, fewest: int) -> np.ndarray:
    if not isinstance(sorts, pd.DataFrame):
        raise OptionError("sorts must be a DataFrame with cards as rows and sorts as columns")
    n, p = sorts.shape
    if n < 3 or p < fewest:
        raise SortsError([f"{n} cards x {p} sorts: at least 3 cards and {fewest} sorts are needed"])
    problems = [
        f"{what} {name!r} occurs more than once"
        for what, index in (("card", sorts.index), ("sort", sorts.columns))
        for name in index[index.duplicated()].unique()
    ]
    if problems:
        raise SortsError(problems)
    try:
        return sorts.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        bad = sorts.apply(pd.to_numeric, errors="coerce").isna() & sorts.notna()
        named = [
            f"sort {name!r}, card {card!r}: {column[card]!r} is not a number"
            for name, column in sorts.items()
            for card in sorts.index[bad[name]]
        ]
        raise SortsError(named or ["the sorts must be numbers"]) from error


def _check_cells(values: np.ndarray, sorts: pd.DataFrame, missing: str) -> np.ndarray:
    """The values scaled to at most 1, once every sort is known to hold enough."""
    gaps = np.isnan(values)
    problems = _cells(np.isinf(values), sorts, "infinite")
    if missing == "raise":
        problems += _cells(gaps, sorts, "missing (missing='pairwise' works around it)")
    if problems:
        raise SortsError(problems)
    filled = np.where(gaps, 0.0, values)
    scaled = np.ldexp(values, -np.frexp(np.abs(filled).max())[1])
    spread = np.where(gaps, -np.inf, scaled).max(axis=0) - np.where(gaps, np.inf, scaled).min(
        axis=0
    )
    few = (~gaps).sum(axis=0) < 3
    problems = [f"sort {name!r} has fewer than 3 cards" for name in sorts.columns[few]]
    for name in sorts.columns[~few & ~(spread > 1e-13)]:
        problems.append(f"sort {name!r} is constant: {sorts.index[0]!r} and all others alike")
    if problems:
        raise SortsError(problems)
    return scaled


def _cells(where: np.ndarray, sorts: pd.DataFrame, what: str) -> list[str]:
    cards, names = sorts.index.to_list(), sorts.columns.to_list()
    return [
        f"sort {names[c]!r}, card {cards[r]!r}: {what}"
        for r, c in zip(*np.nonzero(where), strict=True)
    ]


def _off_grid(values: np.ndarray, places: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Which sorts are off the grid; without a grid, off the commonest distribution."""
    ordered = np.sort(values, axis=0)
    whole = ~np.isnan(ordered[-1])
    if places is None:
        counts = Counter(map(bytes, np.ascontiguousarray(ordered[:, whole].T)))
        commonest, count = counts.most_common(1)[0] if counts else (b"", 0)
        if count > 1 or len(counts) == 1:
            places = np.frombuffer(commonest)
        else:
            with np.errstate(all="ignore"):
                places = np.sort(np.round(np.nanmean(ordered, axis=1)))
    # A sort with gaps cannot be held against the grid: it is taken as it is.
    return (ordered != places[:, None]).any(axis=0) & whole, places


def _distances(
    values: np.ndarray, sorts: pd.DataFrame, off: np.ndarray, places: np.ndarray
) -> list[str]:
    problems = []
    wanted = Counter(places.tolist())
    for name, column in zip(sorts.columns[off], values[:, off].T, strict=True):
        found = Counter(column.tolist())
        value = next(v for v in sorted(found) if found[v] > wanted[v])
        cards = ", ".join(repr(c) for c in sorts.index[column == value][:4])
        problems.append(
            f"sort {name!r} is off the grid: {found[value]} cards at {value:g}"
            f" where the grid has {wanted[value]} (card {cards}); scores='standardised' or 'raw'"
            " accepts unforced sorts"
        )
    return problems
