"""From Q-sorts to one score a card: rules for what a place on the grid is worth."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

Grid = Mapping[int, int]
Rule = Callable[[pd.DataFrame, Grid | None], pd.DataFrame]


class ImportanceError(ValueError):
    """Sorts, ratings or options that no score can be computed from."""


def rescaled(sorts: pd.DataFrame, grid: Grid | None = None) -> pd.DataFrame:
    """Grid value on a scale from 0 (lowest column) to 100 (highest column)."""
    low, high = _ends(sorts, grid)
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
    >>> import pandas as pd
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


def _ends(sorts: pd.DataFrame, grid: Grid | None) -> tuple[float, float]:
    values = np.array(list(grid)) if grid else sorts.to_numpy()
    return float(np.nanmin(values)), float(np.nanmax(values))
