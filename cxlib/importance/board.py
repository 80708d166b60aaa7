"""From Q-sorts to one score a card, and the same for people drawn again within sessions."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.inference import LOWER, UPPER, Array

Grid = Mapping[int, int]
Rule = Callable[[pd.DataFrame, Grid | None], pd.DataFrame]


class ImportanceError(ValueError):
    """Sorts (see `points`), ratings or options that no score can be computed from."""


def rescaled(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
    """Grid value on a scale from 0 (lowest column) to 100 (highest column)."""
    values = np.array(list(grid)) if grid else sorts.to_numpy()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (sorts - low) / (high - low) * 100


def grid_value(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
    """Grid value as it is."""
    return sorts


def mean_rank(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
    """Place among the cards of a person: 100 for the first, 0 for the last, ties the mean."""
    return (sorts.rank(axis=0) - 1) / (sorts.notna().sum(axis=0) - 1) * 100


def top_piles(points: tuple[float, ...] = (3, 2, 1)) -> Rule:
    """Make a rule: points for the highest columns of the grid, as a share (0-100) of the most."""

    def rule(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
        piles = sorted(grid if grid else pd.unique(sorts.to_numpy().ravel()), reverse=True)
        worth = dict(zip([pile for pile in piles if pile == pile], points, strict=False))
        scored = pd.DataFrame(0.0, sorts.index, sorts.columns).mask(sorts.isna())
        for pile, point in worth.items():
            scored = scored.mask(sorts == pile, 100 * point / max(points))
        return scored

    return rule


def top_share(k: int = 12) -> Rule:
    """Make a rule: share of people (0-100) with the card among their first k.

    Cards that share the k-th place share what is left of the k places.
    """

    def rule(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
        if not 0 < k < len(sorts):
            raise ImportanceError(f"top_share: k is {k}, and there are {len(sorts)} cards")
        first = sorts.rank(axis=0, ascending=False, method="min")
        last = sorts.rank(axis=0, ascending=False, method="max")
        return ((k - first + 1) / (last - first + 1)).clip(0, 1) * 100

    return rule


RULES: dict[str, Rule] = {
    "rescaled": rescaled,
    "grid": grid_value,
    "mean_rank": mean_rank,
    "top_piles": top_piles(),
    "top_share": top_share(),
}


def points(
    sorts: pd.DataFrame, scoring: str | Rule = "rescaled", grid: Grid | None = None
) -> pd.DataFrame:
    """What each card scores with each person; its row means are the scores.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values; empty where a person did not place a card.
    scoring
        Name in `RULES`, or a function of sorts and grid that returns points, cards x sorts.
    grid
        Column value to number of cards. Without it the lowest and highest value in the sorts are
        taken as the ends of the grid.

    Raises
    ------
    ImportanceError
        Sorts that are empty, not numbers or without a spread; duplicate cards or sorts; a card
        that nobody placed; a value off the grid; an unknown rule.
    """
    rule = RULES.get(scoring) if isinstance(scoring, str) else scoring
    if rule is None:
        raise ImportanceError(f"scoring is {scoring!r}; the rules are {', '.join(RULES)}")
    return rule(checked(sorts, grid), grid)


@dataclass(frozen=True)
class Board:
    """Sorts, how their cards are scored, and how people are drawn again: what analyses share.

    Attributes
    ----------
    sorts : DataFrame, cards x sorts
        Grid values; empty where a person did not place a card.
    scoring, grid
        As in `points`.
    strata : Series, sort -> session
        People are drawn within their session, as they came.
    n_resamples, seed : int
        Number of resamples; the seed makes them repeatable.
    """

    sorts: pd.DataFrame
    scoring: str | Rule = "rescaled"
    grid: Grid | None = None
    strata: pd.Series | None = None
    n_resamples: int = 2000
    seed: int = 0

    @classmethod
    def of(cls, sorts: "pd.DataFrame | Board", **options: Any) -> "Board":
        """A board of these sorts, or a board itself, with the options that are given.

        Examples
        --------
        >>> Board.of(Board(pd.DataFrame({"p": [2, 1]}), seed=3), n_resamples=9).seed
        3
        """
        board = sorts if isinstance(sorts, Board) else cls(sorts)
        return replace(board, **{name: o for name, o in options.items() if o is not None})

    @property
    def points(self) -> pd.DataFrame:
        """What each card scores with each person."""
        return points(self.sorts, self.scoring, self.grid)

    @property
    def rng(self) -> np.random.Generator:
        """Chance, from the seed on."""
        return np.random.default_rng(self.seed)

    def drawn(self, rng: np.random.Generator | None = None) -> tuple[Array, int]:
        """How heavily each person counts in each resample; see `weights`."""
        return weights(self.sorts.columns, self.strata, self.n_resamples, rng or self.rng)

    def resampled(self, rng: np.random.Generator | None = None) -> tuple[Array, int]:
        """Score of each card in each resample, and the degrees of freedom."""
        drawn, df = self.drawn(rng)
        return means(self.points.to_numpy(), drawn), df


Sorted: TypeAlias = pd.DataFrame | Board


def score(
    sorts: pd.DataFrame, scoring: str | Rule = "rescaled", grid: Grid | None = None
) -> pd.Series:
    """Score of each card: the mean over people of what its place is worth.

    With the default rule and grid values v from l to h the score is 100 (mean(v) - l) / (h - l);
    a card that lies in the middle on average scores 50. Parameters and errors as `points`.

    Returns
    -------
    Series
        Score by card, in the order of the sorts.

    Examples
    --------
    >>> sorts = pd.DataFrame({"ann": [1, 0, -1], "bob": [1, -1, 0]}, index=["a", "b", "c"])
    >>> score(sorts).to_dict()
    {'a': 100.0, 'b': 25.0, 'c': 25.0}
    >>> score(sorts, top_share(1)).to_dict()
    {'a': 100.0, 'b': 0.0, 'c': 0.0}
    """
    return points(sorts, scoring, grid).mean(axis=1).rename("score")


def checked(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
    """Sorts as floats, or an error that names the card or sort that is wrong."""
    if sorts.shape[0] < 2 or sorts.shape[1] < 1:
        raise ImportanceError(f"sorts: two cards and a sort are the least, got {sorts.shape}")
    for axis, what in ((sorts.index, "card"), (sorts.columns, "sort")):
        if axis.has_duplicates:
            raise ImportanceError(f"sorts: {what} {axis[axis.duplicated()][0]} occurs twice")
    try:
        numbers = sorts.astype(float)
    except (TypeError, ValueError):
        numbers = sorts.apply(pd.to_numeric, errors="coerce").astype(float)
    wrong = (numbers.isna() & sorts.notna()) | np.isinf(numbers)
    if grid:
        wrong |= numbers.notna() & ~numbers.isin(list(grid))
    for row, column in np.argwhere(wrong.to_numpy())[:1]:
        where = f"card {sorts.index[row]} in sort {sorts.columns[column]}"
        raise ImportanceError(f"sorts: {sorts.iloc[row, column]} for {where} is not on the grid")
    for card in numbers.index[numbers.isna().all(axis=1)]:
        raise ImportanceError(f"sorts: nobody placed card {card}")
    for sort in numbers.columns[numbers.max(axis=0).le(numbers.min(axis=0)) | numbers.isna().all()]:
        raise ImportanceError(f"sorts: sort {sort} has all its cards in one place")
    return numbers


def one_scale(*groups: pd.DataFrame) -> Grid:
    """The columns that any of the groups used, so that all are scored alike."""
    values = np.hstack([checked(sorts).to_numpy() for sorts in groups])
    return dict.fromkeys(np.unique(values[np.isfinite(values)]), 0)


def weights(
    people: pd.Index, strata: pd.Series | None, n_resamples: int, rng: np.random.Generator
) -> tuple[Array, int]:
    """How heavily each person counts in each resample, and the degrees of freedom.

    Of the m people of a session m - 1 are drawn with replacement and weigh m / (m - 1) each: so
    every session keeps its weight, and the variance of a mean over resamples is the unbiased one
    (drawing m would make it (m - 1) / m of that). Rao & Wu (1988). A session of one person is
    taken together with the smallest other one.

    Returns
    -------
    array, people x resamples
        Weights; each column sums to the number of people.
    int
        People minus sessions.
    """
    if n_resamples < 1:
        raise ImportanceError(f"n_resamples is {n_resamples}; at least 1 is needed")
    codes = _codes(people, strata)
    drawn = np.empty((len(people), n_resamples))
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        m = len(members)
        picks = rng.integers(0, m, (n_resamples, m - 1)) + m * np.arange(n_resamples)[:, None]
        counts = np.bincount(picks.ravel(), minlength=m * n_resamples).reshape(n_resamples, m)
        drawn[members] = counts.T * (m / (m - 1))
    return drawn, len(people) - len(np.unique(codes))


def means(points: Array, drawn: Array) -> Array:
    """Mean of each card (rows of `points`, NaN = not placed) in each resample.

    Rounded to 9 decimals, so that cards that tie on paper tie here. NaN where a resample holds
    nobody who placed the card.
    """
    known = np.isfinite(points)
    with np.errstate(invalid="ignore"):
        return np.round(np.where(known, points, 0.0) @ drawn / (known.astype(float) @ drawn), 9)


def interval(resampled: Array, df: int) -> tuple[Array, Array]:
    """Percentile interval of each row, widened for few people.

    The percentiles are those at which a normal distribution holds what Student's t with `df`
    degrees of freedom holds at 95%. Hesterberg (2015), the expanded percentile interval. NaN
    where no resample has a value.
    """
    tail = float(stats.norm.cdf(stats.t.ppf(LOWER, df)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a row without any value
        bounds = np.nanquantile(resampled, [tail, 1 - tail], axis=-1)
    low, high = bounds.reshape(2, *resampled.shape[:-1])  # also where there are no rows
    return low, high


def around(estimate: Array, resampled: Array, df: Array | int) -> tuple[Array, Array]:
    """Interval by Student's t around each estimate, with the spread of its resamples."""
    reach = stats.t.ppf(UPPER, df) * resampled.std(axis=-1)
    return estimate - reach, estimate + reach


def benjamini_hochberg(p: Array) -> Array:
    """P values corrected for the share of false alarms. Benjamini & Hochberg (1995)."""
    order = np.argsort(-p)
    ladder = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(ladder).clip(max=1.0)
    return adjusted


def two_sided(difference: Array, se: Array, df: Array | int) -> Array:
    """P value of a difference with that standard error; 1 where there is no difference at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(difference == 0, 0.0, np.abs(difference) / se)
    return 2 * stats.t.sf(t, df)


def _codes(people: pd.Index, strata: pd.Series | None) -> npt.NDArray[np.int64]:
    if len(people) < 2:
        raise ImportanceError("one person can't be resampled; two are the least")
    if strata is None:
        return np.zeros(len(people), dtype=np.int64)
    for person in people[~people.isin(strata.index[strata.notna()])]:
        raise ImportanceError(f"strata: no session is known of {person}")
    codes = np.asarray(pd.factorize(strata.loc[people])[0], dtype=np.int64)
    sizes = np.bincount(codes)
    alone = np.flatnonzero(sizes == 1)
    if len(alone):
        shared = np.flatnonzero(sizes > 1)
        joined = shared[sizes[shared].argmin()] if len(shared) else 0
        codes[np.isin(codes, alone)] = joined
    return codes
