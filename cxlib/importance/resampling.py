"""Resampling people within their sessions, all at once."""

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.importance.scoring import ImportanceError

Floats = npt.NDArray[np.float64]


def weights(
    people: pd.Index, strata: pd.Series | None, n_resamples: int, rng: np.random.Generator
) -> tuple[Floats, int]:
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


def means(points: Floats, drawn: Floats) -> Floats:
    """Mean of each card (rows of `points`, NaN = not placed) in each resample.

    Rounded to 9 decimals, so that cards that tie on paper tie here. NaN where a resample holds
    nobody who placed the card.
    """
    known = np.isfinite(points)
    with np.errstate(invalid="ignore"):
        return np.round(np.where(known, points, 0.0) @ drawn / (known.astype(float) @ drawn), 9)


def interval(resampled: Floats, df: int, level: float = 0.95) -> tuple[Floats, Floats]:
    """Percentile interval of each row, widened for few people.

    The percentiles are those at which a normal distribution holds what Student's t with `df`
    degrees of freedom holds at `level`. Hesterberg (2015), the expanded percentile interval. NaN
    where no resample has a value.
    """
    tail = float(stats.norm.cdf(stats.t.ppf((1 - level) / 2, df)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a row without any value
        bounds = np.nanquantile(resampled, [tail, 1 - tail], axis=-1)
    low, high = bounds.reshape(2, *resampled.shape[:-1])  # also where there are no rows
    return low, high


def around(
    estimate: Floats, resampled: Floats, df: Floats | int, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval by Student's t around each estimate, with the spread of its resamples."""
    reach = stats.t.ppf((1 + level) / 2, df) * resampled.std(axis=-1)
    return estimate - reach, estimate + reach


def benjamini_hochberg(p: Floats) -> Floats:
    """P values corrected for the share of false alarms. Benjamini & Hochberg (1995)."""
    order = np.argsort(-p)
    ladder = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(ladder).clip(max=1.0)
    return adjusted


def two_sided(difference: Floats, se: Floats, df: Floats | int) -> Floats:
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
