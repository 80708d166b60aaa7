"""How far people agree on what matters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.resampling import interval, weights
from cxlib.importance.scoring import ImportanceError, checked


@dataclass(frozen=True)
class Agreement:
    """Kendall's W (0 none, 1 complete) with its interval, and the test that there is none."""

    w: float
    low: float
    high: float
    p: float
    n: int


def kendall_w(
    sorts: pd.DataFrame,
    n_resamples: int = 2000,
    seed: int = 0,
    strata: pd.Series | None = None,
    level: float = 0.95,
) -> Agreement:
    """Agreement between people on the order of the cards.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values, complete.
    n_resamples, seed, strata, level
        As in `rank`.

    Returns
    -------
    Agreement

    Raises
    ------
    ImportanceError
        As `points`; a card that a sort leaves out; a single sort.

    Notes
    -----
    W = (1 + (m - 1) r) / m, with m people and r the mean of Spearman's correlation over pairs:
    equal to W corrected for ties where all use one grid. W is resampled through r over pairs of
    different people; a person drawn twice would else agree with himself. p from Friedman's chi
    square m (n - 1) W with n - 1 degrees of freedom. Kendall & Babington Smith (1939).

    Examples
    --------
    >>> import pandas as pd
    >>> same = pd.DataFrame({"p": [2, 1, 0], "q": [2, 1, 0], "r": [2, 1, 0]}, index=[*"abc"])
    >>> kendall_w(same).w
    1.0
    """
    sorts = checked(sorts)
    for row, column in np.argwhere(sorts.isna().to_numpy())[:1]:
        where = f"sort {sorts.columns[column]} leaves out card {sorts.index[row]}"
        raise ImportanceError(f"kendall_w: {where}")
    drawn, df = weights(sorts.columns, strata, n_resamples, np.random.default_rng(seed))
    m, n = len(sorts.columns), len(sorts)
    between = np.corrcoef(sorts.rank().to_numpy(), rowvar=False)
    np.fill_diagonal(between, 0.0)
    pairs = len(sorts.columns) ** 2 - (drawn**2).sum(axis=0)
    with np.errstate(invalid="ignore"):
        resampled = (drawn * (between @ drawn)).sum(axis=0) / np.where(pairs > 0, pairs, np.nan)
    w = (1 + (m - 1) * between.sum() / (m * (m - 1))) / m
    low, high = np.clip((1 + (m - 1) * np.array(interval(resampled, df, level))) / m, 0, 1)
    p = float(stats.chi2.sf(m * (n - 1) * w, n - 1))
    return Agreement(round(float(w), 12), float(low), float(high), p, m)
