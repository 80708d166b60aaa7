"""How much of what is explained belongs to each driver."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxlib.drivers.measures import Measure, correlation, measure, r2
from cxlib.drivers.resampling import (
    Reweight,
    correlations,
    resampled_moments,
)
from cxlib.drivers.sample import Array, DriverError, Sample, complete, independent

RANDOM = "random"
FEW = 10  # respondents a driver below which shares deserve a warning


@dataclass(frozen=True)
class Importance:
    """Shares of the explained variance with intervals.

    Attributes
    ----------
    shares : DataFrame
        Index `driver`, the drivers and last "random"; columns `share`, `low`, `high`, and
        `beats_random`: part of the resamples in which the driver got more than the random one.
    r2 : float
        Explained variance, the sum of the drivers' shares.
    n : int
        Respondents used.
    method : str
    draws : DataFrame
        Shares in every resample, a column a driver.
    notes : tuple of str
        What was left out, and coefficients whose sign goes against the share.
    """

    shares: pd.DataFrame
    r2: float
    n: int
    method: str
    draws: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()


def relative_importance(
    X: pd.DataFrame,
    y: pd.Series,
    method: str = "lmg",
    weights: pd.Series | Array | None = None,
) -> pd.Series:
    """Share of R-squared that belongs to each driver.

    "lmg" is the mean gain in R2 over all orders of entry: with R2(S) of subset S, the mean over
    sizes k of the mean over subsets S of size k without j of R2(S + j) - R2(S). "johnson" are
    relative weights: R = QDQ', L = QD^.5Q', b = L^-1 r, share_j = sum_k L_jk^2 b_k^2. Both sum
    to R2. "first" is R2 of the driver alone, "last" what it adds to all others.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
        Grades; empty is don't know.
    y : Series (respondents)
        The outcome, on the same row labels.
    method : {"lmg", "johnson", "first", "last"}
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.

    Returns
    -------
    Series
        A share a driver; NaN for one that nobody answered or that all answered alike.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or a method is unknown.

    References
    ----------
    Lindeman, Merenda and Gold (1980); Grömping (2006); Johnson (2000).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> y = pd.Series([6, 6, 8, 9, 5, 8])
    >>> relative_importance(X, y).round(3).to_dict()
    {'ease': 0.602, 'safe': 0.392}
    """
    share = measure(method)
    sample = complete(X, y, weights)
    names = pd.Index(sample.X.columns)
    found = pd.Series(_observed(sample, share), index=names, name="share", dtype=float)
    return found.reindex(pd.Index(sample.drivers, name="driver"))


def bootstrap_importance(
    X: pd.DataFrame,
    y: pd.Series,
    n_resamples: int = 1000,
    seed: int = 1,
    weights: pd.Series | Array | None = None,
    method: str = "lmg",
    level: float = 0.95,
    reweight: Reweight | None = None,
) -> Importance:
    """Shares with intervals, beside the share that a random driver gets.

    Respondents are drawn with replacement and bring their weights; intervals are percentiles.
    Shares are never negative, so an interval above 0 proves nothing: a driver of pure noise is
    added to each resample, and every driver is compared with it.

    Parameters
    ----------
    X, y, weights, method
        As in `relative_importance`.
    n_resamples : int
    seed : int
    level : float
        Part of the resamples that an interval covers.
    reweight : Reweight, optional
        For raked weights: what rakes each resample again, of the respondents in X
        (`survey.raking`). Resamples then start from `weights`.

    Returns
    -------
    Importance
        The share in row "random" is its mean over the resamples.

    Raises
    ------
    DriverError
        As in `relative_importance`, and when a driver is itself called "random".

    References
    ----------
    Grömping (2006) on the intervals; Tonidandel, LeBreton and Johnson (2009) on the random driver.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["ease", "safe"])
    >>> y = X["ease"] + pd.Series(rng.normal(size=200))
    >>> result = bootstrap_importance(X, y, n_resamples=200)
    >>> list(result.shares.index), bool(result.shares.loc["ease", "beats_random"] == 1)
    (['ease', 'safe', 'random'], True)
    """
    if RANDOM in X.columns:
        raise DriverError('no driver may be called "random": the random driver has that name')
    share = measure(method)
    sample = complete(X, y, weights)
    names = pd.Index([*sample.X.columns, RANDOM], name="driver")
    drawn = _drawn(sample, share, n_resamples, seed, reweight)
    draws = pd.DataFrame(drawn, columns=names, dtype=float)
    table = _table(_observed(sample, share), draws, level)
    return Importance(
        shares=table.reindex(pd.Index([*sample.drivers, RANDOM], name="driver")),
        r2=np.nan if sample.obstacle else float(r2(correlation(sample)[None])[0]),
        n=sample.n,
        method=method,
        draws=draws,
        notes=sample.notes + _doubts(sample),
    )


def _observed(sample: Sample, share: Measure) -> Array:
    if sample.obstacle:
        return np.full(sample.X.shape[1], np.nan)
    return share(correlation(sample)[None])[0]


def _drawn(
    sample: Sample, share: Measure, n_resamples: int, seed: int, reweight: Reweight | None
) -> Array:
    """Shares of the drivers, and of noise beside them, in each resample."""
    drivers = sample.X.shape[1]
    if sample.obstacle:
        return np.empty((0, drivers + 1))
    data = np.column_stack([sample.X.to_numpy(), sample.y])
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    moments = resampled_moments(data, sample.weights, n_resamples, seed, reweight, sample.rows)
    matrices = correlations(moments)
    outcome_last = np.array([*range(drivers), drivers + 1, drivers])
    with_noise = matrices[:, outcome_last[:, None], outcome_last]
    without = share(matrices[:, :-1, :-1])
    return np.column_stack([without, share(with_noise)[:, -1]])


def _table(observed: Array, draws: pd.DataFrame, level: float) -> pd.DataFrame:
    tail = (1 - level) / 2
    table = pd.DataFrame(
        {
            "share": [*observed, draws[RANDOM].mean()],
            "low": draws.quantile(tail),
            "high": draws.quantile(1 - tail),
            "beats_random": draws.gt(draws[RANDOM], axis=0).mean(),
        },
        index=draws.columns,
    )
    table.loc[RANDOM, "beats_random"] = np.nan
    return table


def _doubts(sample: Sample) -> tuple[str, ...]:
    """What a reader must know before believing the shares."""
    if sample.obstacle:
        return (sample.obstacle,)
    _, notes = independent(sample)
    if sample.n < FEW * sample.X.shape[1]:
        notes += (f"{sample.n} respondents are few for {sample.X.shape[1]} drivers",)
    matrix = correlation(sample)
    together = matrix[:-1, -1]
    beside = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-11, hermitian=True) @ together
    against = sample.X.columns[together * beside < 0]
    return notes + tuple(
        f"{name}: beside the other drivers its coefficient has the opposite sign of its "
        "correlation; its share is shared with them and is no effect of its own"
        for name in against
    )
