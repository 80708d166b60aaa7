"""The most important cards, with how sure their order is."""

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.resampling import Floats, interval, means, two_sided, weights
from cxlib.importance.scoring import Grid, Rule, points
from cxlib.inference import holm


def rank(
    sorts: pd.DataFrame,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    strata: pd.Series | None = None,
    top: int = 12,
    grid: Grid | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Cards in order of their score, with intervals from resampling people.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values.
    scoring, grid
        As in `points`.
    n_resamples, seed
        Number of resamples; the seed makes them repeatable.
    strata : Series, sort -> session
        People are drawn within their session, as they came.
    top
        Size of the top that `p_top` is about.
    level
        Confidence level.

    Returns
    -------
    DataFrame, index card
        score, low, high; rank (ties share the best place: 9, 9, 11), rank_low, rank_high; p_top,
        the share of resamples in which the card is among the first `top` (cards that tie for the
        last places share them, so that p_top sums to `top`); ahead_low, the lower end of the
        interval by which the first is ahead of this card, on the same people (0 for the first).

    Raises
    ------
    ImportanceError
        As `points`; a person without a session; a single person.

    Notes
    -----
    Resampling after Rao & Wu (1988), intervals after Hesterberg (2015); see `resampling`. Ranks
    of the estimates are less sure than the estimates: Goldstein & Spiegelhalter (1996).

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame({"p": [2, 0, 1], "q": [2, 1, 0], "r": [2, 0, 1]}, index=[*"abc"])
    >>> rank(sorts, top=1)[["score", "rank", "p_top"]].round(1).to_numpy().tolist()
    [[100.0, 1.0, 1.0], [33.3, 2.0, 0.0], [16.7, 3.0, 0.0]]
    """
    scored = points(sorts, scoring, grid)
    drawn, df = weights(sorts.columns, strata, n_resamples, np.random.default_rng(seed))
    resampled = means(scored.to_numpy(), drawn)
    estimate = scored.mean(axis=1).to_numpy()
    return placed(estimate, resampled, df, sorts.index.rename("card"), top, level)


def placed(
    estimate: Floats, resampled: Floats, df: int, index: pd.Index, top: int, level: float
) -> pd.DataFrame:
    """Table of `rank` from estimates and their resamples (rows as `index`)."""
    first, last = _places(resampled)
    low, high = interval(resampled, df, level)
    tails = [(1 - level) / 2, (1 + level) / 2]
    rank = _places(np.round(estimate, 9)[:, None])[0][:, 0]
    rank_low, rank_high = np.quantile(first, tails, axis=1, method="inverted_cdf")
    table = pd.DataFrame(
        {
            "score": estimate,
            "low": low,
            "high": high,
            "rank": rank,
            "rank_low": rank_low.astype(int),
            "rank_high": rank_high.astype(int),
            "p_top": np.clip((top - first + 1) / (last - first + 1), 0, 1).mean(axis=1),
            "ahead_low": _ahead(estimate, resampled, rank, df, level),
        },
        index=index,
    )
    return table.sort_values("rank", kind="stable")


def _ahead(estimate: Floats, resampled: Floats, rank: Floats, df: int, level: float) -> Floats:
    """Lower end of the interval by which the first is ahead of each, by t; 0 for the first.

    Where several tie for the first place, the least of their intervals.
    """
    reach = stats.t.ppf((1 + level) / 2, df)
    lows = [
        estimate[first] - estimate - reach * np.nanstd(resampled[first] - resampled, axis=1)
        for first in np.flatnonzero(rank == 1)
    ]
    return np.where(rank == 1, 0.0, np.min(lows, axis=0)) if lows else estimate


def neighbours(
    sorts: pd.DataFrame,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    strata: pd.Series | None = None,
    grid: Grid | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Which cards really score higher than the next one in the ranking.

    The same people score both cards, so a difference is resampled as such. P values come from the
    difference over its standard error by Student's t, corrected by Holm (1979) for all pairs of
    neighbours. Parameters and errors as `rank`.

    Returns
    -------
    DataFrame, index card (in order of score, without the last)
        next (the card below), difference, low, high, p, p_adjusted, real (p_adjusted < 1 - level).

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame([[2] * 6, [0, 1, 0, 1, 0, 0], [1, 0, 1, 0, 1, 1]], index=[*"abc"])
    >>> neighbours(sorts)["real"].to_dict()
    {'a': True, 'c': False}
    """
    scored = points(sorts, scoring, grid)
    drawn, df = weights(sorts.columns, strata, n_resamples, np.random.default_rng(seed))
    estimate = scored.mean(axis=1).round(9)
    order = np.argsort(-estimate.to_numpy(), kind="stable")
    resampled = means(scored.to_numpy()[order], drawn)
    steps = resampled[:-1] - resampled[1:]
    ordered = estimate.to_numpy()[order]
    difference = ordered[:-1] - ordered[1:]
    low, high = interval(steps, df, level)
    p = two_sided(difference, np.nanstd(steps, axis=1), df)
    adjusted = holm(p)
    return pd.DataFrame(
        {
            "next": sorts.index[order[1:]],
            "difference": difference,
            "low": low,
            "high": high,
            "p": p,
            "p_adjusted": adjusted,
            "real": adjusted < 1 - level,
        },
        index=sorts.index[order[:-1]].rename("card"),
    )


def _places(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last place that each card can be said to have, in each column of scores."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    first = stats.rankdata(-filled, method="min", axis=0).astype(np.int64)
    last = len(filled) + 1 - stats.rankdata(filled, method="min", axis=0).astype(np.int64)
    return first, last
