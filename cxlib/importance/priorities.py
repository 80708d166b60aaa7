"""Importance against performance: where to begin."""

import numpy as np
import pandas as pd

from cxlib.importance.resampling import interval, means, weights
from cxlib.importance.scoring import ImportanceError


def priorities(
    scores: pd.Series,
    ratings: pd.DataFrame,
    minimum: int = 10,
    n_resamples: int = 2000,
    seed: int = 0,
    importance_line: float | None = None,
    performance_line: float | None = None,
    importance_intervals: pd.DataFrame | None = None,
    strata: pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Quadrant of each card in the matrix of importance and performance.

    Parameters
    ----------
    scores : Series, by card
        Importance, as from `score`.
    ratings : DataFrame, cards x people
        Grades; NaN where a person has no opinion.
    minimum
        A card with fewer grades is suppressed: no mean, no interval, no n.
    n_resamples, seed, strata, level
        As in `rank`; people (columns of ratings) are resampled.
    importance_line, performance_line
        Where the matrix is divided: a target, or the mean of the cards if None. Means are
        relative: they always make half of the cards losers.
    importance_intervals : DataFrame, index card, columns low and high
        Interval of importance, as from `rank`, for cards on the border of the other line.

    Returns
    -------
    DataFrame, index card (most important first)
        importance, performance, low, high (of performance), n, quadrant: improve (important, done
        badly), keep (important, done well), later (less important, done badly), overdone (less
        important, done well), border (an interval includes a line), suppressed.
        `attrs` holds importance_line and performance_line as used.

    Raises
    ------
    ImportanceError
        A scored card without ratings; duplicate cards; fewer than two people.

    Notes
    -----
    Martilla & James (1977), with intervals (Rao & Wu 1988; Hesterberg 2015).

    Examples
    --------
    >>> import pandas as pd
    >>> grades = pd.DataFrame([[5, 4, 5, 5], [8, 9, 8, 8]], index=["a", "b"], columns=[*"pqrs"])
    >>> table = priorities(pd.Series({"a": 80, "b": 20}), grades, minimum=4)
    >>> table["quadrant"].to_dict()
    {'a': 'improve', 'b': 'overdone'}
    """
    if scores.index.has_duplicates or ratings.index.has_duplicates:
        raise ImportanceError("priorities: a card occurs twice")
    for card in scores.index.difference(ratings.index):
        raise ImportanceError(f"priorities: card {card} has a score and no ratings")
    table = pd.DataFrame({"importance": scores.astype(float)}).rename_axis("card")
    table = table.sort_values("importance", ascending=False, kind="stable")
    grades = ratings.loc[table.index].astype(float)
    drawn, df = weights(grades.columns, strata, n_resamples, np.random.default_rng(seed))
    table["performance"] = grades.mean(axis=1)
    table["low"], table["high"] = interval(means(grades.to_numpy(), drawn), df, level)
    table["n"] = grades.notna().sum(axis=1).astype("Int64")
    few = table["n"] < max(minimum, 1)
    table.loc[few, ["performance", "low", "high", "n"]] = pd.NA
    lines = {
        "importance_line": _line(importance_line, table["importance"]),
        "performance_line": _line(performance_line, table["performance"]),
    }
    if importance_intervals is not None:
        bounds = importance_intervals.reindex(table.index)
        table["importance_low"], table["importance_high"] = bounds["low"], bounds["high"]
    table = quadrants(table, minimum, **lines)
    return table.drop(columns=["importance_low", "importance_high"], errors="ignore")


def quadrants(
    table: pd.DataFrame,
    minimum: int = 10,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> pd.DataFrame:
    """Say in which quadrant each row lies, or that it lies on the border.

    Parameters
    ----------
    table : DataFrame
        A row a card, value or question: `importance`, with `importance_low` and
        `importance_high` where these are known; `performance` with `low` and `high`; `n`.
    minimum : int
        A row on fewer people, or without a performance, is called suppressed.
    importance_line, performance_line
        As in `priorities`.

    Returns
    -------
    DataFrame
        The table with `quadrant`, as in `priorities`; `attrs` holds both lines.

    Examples
    --------
    >>> rows = {"importance": [30, 10], "performance": [6.1, 7.9], "low": [6, 7.8],
    ...         "high": [6.2, 8], "n": 90}
    >>> quadrants(pd.DataFrame(rows, index=["reliable", "ease"]))["quadrant"].to_dict()
    {'reliable': 'improve', 'ease': 'overdone'}
    """
    up = _line(importance_line, table["importance"])
    across = _line(performance_line, table["performance"])
    few = table["n"].isna() | (table["n"] < max(minimum, 1)) | table["performance"].isna()
    border = (table["low"] <= across) & (table["high"] >= across)
    if "importance_low" in table:
        border |= (table["importance_low"] <= up) & (table["importance_high"] >= up)
    important, good = table["importance"] >= up, table["performance"] >= across
    names = np.select(
        [few, border, important & ~good, important & good, ~important & ~good],
        ["suppressed", "border", "improve", "keep", "later"],
        "overdone",
    )
    named = table.assign(quadrant=names)
    named.attrs.update(importance_line=up, performance_line=across)
    return named


def _line(given: float | None, values: pd.Series) -> float:
    return float(values.mean()) if given is None else given
