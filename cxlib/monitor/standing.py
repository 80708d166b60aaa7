"""Where one landlord stands among others, as surely as the numbers of respondents allow."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxlib.monitor.errors import MonitorError

Array = NDArray[np.float64]
COLUMNS = (
    "share low high n median landlords rank rank_low rank_high below below_low below_high quarter"
    " reliability"
)


def standing(
    shares: pd.DataFrame,
    asked: pd.DataFrame,
    own: str,
    n_resamples: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Position of one landlord among its peers on every measure, with intervals.

    A share p of n respondents is known up to Beta(np + 1/2, n(1 - p) + 1/2) (Jeffreys). Every
    landlord's share is drawn from that and all are ranked again; the interval of the rank is that
    of the draws. Landlords with equal shares share the best rank.

    Parameters
    ----------
    shares : DataFrame (landlords x measures)
        Parts of the respondents, 0-1; empty where a landlord has none.
    asked : DataFrame (landlords x measures)
        Respondents behind each share; where that is not known, a peer's share counts as exact,
        and the own position gets no interval.
    own
        Label of the landlord that it is about.
    n_resamples, seed
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame, index measure
        share, low, high, n (own); median of the peers; landlords (with a share, the own one
        included); rank, rank_low, rank_high (1 is the highest share); below, below_low,
        below_high: part of the peers with a lower share, ties for half; quarter: 1 (highest) to 4,
        empty where the interval of `below` spans more than one; reliability: part of the variance
        between landlords that is no sampling error.

    Raises
    ------
    MonitorError
        `own` is not among the landlords or is there twice, or a share is no part of 1.

    References
    ----------
    Goldstein and Spiegelhalter (1996) on intervals of ranks.

    Examples
    --------
    >>> shares = pd.DataFrame({"TP01": [0.9, 0.7, 0.5, 0.3, 0.8]}, index=list("abcde"))
    >>> table = standing(shares, shares * 0 + 1000, "b")
    >>> table.loc["TP01", ["rank", "rank_low", "rank_high", "below"]].tolist()
    [3.0, 3.0, 3.0, 0.5]
    """
    if list(shares.index).count(own) != 1:
        raise MonitorError(f"standing: {own} is not among the landlords, or not once")
    if ((shares < 0) | (shares > 1)).any(axis=None):
        raise MonitorError("standing: shares are parts of 1, not percentages")
    rng = np.random.default_rng(seed)
    tail = (1 - level) / 2
    rows = {}
    for measure in shares:
        known = shares[measure].dropna()
        if own in known.index:
            n = asked[measure].reindex(known.index).astype(float)
            draws = _draws(np.asarray(known, float), np.asarray(n, float), n_resamples, rng)
            rows[measure] = _row(known, n, own, draws, tail)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS.split(), dtype=float)
    return table.reindex(shares.columns).rename_axis("measure")


def precision(share: pd.Series, n: pd.Series) -> tuple[pd.Series, float]:
    """Weights by how precisely each landlord is known, and how much of the spread is real.

    With s_i^2 = p_i (1 - p_i) / n_i the sampling variance of landlord i and tau^2 what the
    variance between landlords exceeds its mean by, weights are 1 / (tau^2 + s_i^2), their mean 1,
    and reliability is tau^2 / (tau^2 + mean s^2).

    Returns
    -------
    Series, float
        The weight is 1 where n is not known, and missing where the share is; reliability is NaN
        with fewer than 2 landlords.

    Examples
    --------
    >>> weights, reliability = precision(pd.Series([0.5, 0.7, 0.9]), pd.Series([50, 500, 5000]))
    >>> weights.round(2).tolist(), round(reliability, 2)
    ([0.92, 1.03, 1.04], 0.95)
    """
    error = (share * (1 - share) / n.where(n > 0)).astype(float)
    spread = float(share[error.notna()].var())
    real = max(spread - float(error.mean()), 0.0) if spread == spread else np.nan
    total = error + real
    weights = 1 / total.where(total > 0)
    weights = (weights / weights.mean()).fillna(1.0).where(share.notna())
    return weights, real / spread if spread > 0 else np.nan


def _draws(p: Array, n: Array, n_resamples: int, rng: np.random.Generator) -> Array:
    """Shares as they might be, resamples x landlords; exact where n is not known."""
    sure = ~(n > 0)
    m = np.where(sure, 1.0, n)
    drawn = rng.beta(p * m + 0.5, (1 - p) * m + 0.5, (n_resamples, len(p)))
    return np.where(sure, p, drawn)


def _row(known: pd.Series, n: pd.Series, own: str, draws: Array, tail: float) -> list[float]:
    at = list(known.index).index(own)
    mine, others = float(known[own]), known.drop(own).to_numpy(float)
    own_n, peers = float(n[own]), np.delete(draws, at, axis=1)
    ranks = 1 + (peers > draws[:, [at]]).sum(axis=1)
    lower = (peers < draws[:, [at]]).sum(axis=1) / max(len(others), 1)
    below = ((others < mine).mean() + (others <= mine).mean()) / 2 if len(others) else np.nan
    ends = np.full(6, np.nan)
    if own_n > 0:
        hits = own_n * mine + 0.5, own_n * (1 - mine) + 0.5
        rank, part = (np.quantile(x, [tail, 1 - tail], method="nearest") for x in (ranks, lower))
        ends = np.array([*stats.beta.ppf([tail, 1 - tail], *hits), *rank, *part])
    if not len(others):
        ends[4:] = np.nan
    quarters = {min(4, 1 + int(4 * (1 - end))) for end in ends[4:] if end == end}
    return [
        mine, *ends[:2], own_n, float(np.median(others)) if len(others) else np.nan, len(known),
        1 + float((others > mine).sum()), *ends[2:4], below, *ends[4:],
        quarters.pop() if len(quarters) == 1 else np.nan, precision(known, n)[1],
    ]  # fmt: skip
