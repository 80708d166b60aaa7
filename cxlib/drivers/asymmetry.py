"""Which values cause fails when they are missing, and which delight when they are there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxlib.drivers.resampling import Reweight, resampled_moments
from cxlib.drivers.sample import Array, DriverError, Sample, complete

TINY = 1e-10
NEGLIGIBLE = 0.2  # a wrong-signed side below this part of the other may well be 0
COLUMNS = [
    *("penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high"),
    *("impact", "asymmetry", "asymmetry_low", "asymmetry_high"),
    *("kind", "n_low", "n_middle", "n_high"),
]


def penalty_reward(
    X: pd.DataFrame,
    y: pd.Series,
    low: float = 5,
    high: float = 8,
    weights: pd.Series | Array | None = None,
    n_resamples: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    minimum: int = 10,
    balanced: float = 1 / 3,
    reweight: Reweight | None = None,
) -> pd.DataFrame:
    """Penalty-reward contrasts with intervals, and the kind of factor where they allow one.

    The outcome is regressed on two dummies a driver: grade <= low and grade >= high, the grades
    between being the reference. The penalty P (expected below 0) and the reward W (expected
    above 0) are their coefficients; impact = W - P; asymmetry = (W + P) / (|W| + |P|), which is
    -1 for a pure dissatisfier, +1 for a pure satisfier, and (W - |P|) / (W + |P|) whenever the
    signs are as expected.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    low, high : float
        Highest grade that counts as low, lowest that counts as high.
    weights : Series (respondents), optional
    n_resamples : int
        Resamples of respondents behind the intervals (percentiles).
    seed : int
    level : float
    minimum : int
        Low and high answers that a driver needs for a verdict.
    balanced : float
        An asymmetry within plus and minus this is called balanced: at 1/3 neither side weighs
        more than twice the other.
    reweight : Reweight, optional
        As in `bootstrap_importance`.

    Returns
    -------
    DataFrame
        Index `driver`; `penalty`, `reward` and `asymmetry` each with `_low` and `_high`;
        `impact`; `n_low`, `n_middle`, `n_high`; and `kind`: "basic", "excitement" or
        "performance" where the interval of the asymmetry lies wholly below 0, above 0 or within
        the balance; "wrong sign" where a penalty is above or a reward below 0 (a side within a
        fifth of the other may be 0, and gives way to "basic" or "excitement" where that is
        certain); "too few" answers; "undecided" otherwise.

    Raises
    ------
    DriverError
        When low >= high, or as in `relative_importance`.

    References
    ----------
    Brandt (1987); Mikulić and Prebežac (2008).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [4, 5, 3, 6, 7, 6, 7, 8, 9, 8, 9, 10]})
    >>> y = pd.Series([3, 4, 3, 7, 7, 7, 8, 7, 8, 7, 8, 7])
    >>> penalty_reward(X, y, minimum=3, n_resamples=200).loc["ease", "kind"]
    'basic'
    """
    if not low < high:
        raise DriverError(f"low ({low:g}) must lie below high ({high:g})")
    sample = complete(X, y, weights)
    lows, highs = sample.X.to_numpy() <= low, sample.X.to_numpy() >= high
    columns = np.column_stack([lows, highs, sample.y]).astype(float)
    table = _intervals(columns, sample, n_resamples, seed, level, reweight)
    table["n_low"], table["n_high"] = lows.sum(axis=0), highs.sum(axis=0)
    table["n_middle"] = sample.n - table["n_low"] - table["n_high"]
    counts = table[["n_low", "n_middle", "n_high"]]
    estimates = table.columns.difference(counts.columns)
    table.loc[counts.min(axis=1) == 0, estimates] = np.nan
    table["kind"] = _kinds(table, balanced).mask(counts.min(axis=1) < minimum, "too few")
    table = table.reindex(pd.Index(sample.drivers, name="driver"))
    table[counts.columns] = table[counts.columns].fillna(0).astype(int)
    return table.fillna({"kind": "too few"})[COLUMNS]


def _intervals(
    columns: Array,
    sample: Sample,
    n_resamples: int,
    seed: int,
    level: float,
    reweight: Reweight | None,
) -> pd.DataFrame:
    """Penalty, reward, impact and asymmetry with percentile intervals."""
    names = pd.Index(sample.X.columns, name="driver")
    if not sample.n or not len(names) or np.ptp(sample.y) == 0:
        return pd.DataFrame(np.nan, index=names, columns=COLUMNS[:-4])
    whole = np.column_stack([np.ones(sample.n), columns])
    penalty, reward = _contrasts(((whole * sample.weights[:, None]).T @ whole)[None])
    moments = resampled_moments(columns, sample.weights, n_resamples, seed, reweight, sample.rows)
    penalties, rewards = _contrasts(moments[:, :-1, :-1])
    tails = [(1 - level) / 2, (1 + level) / 2]
    table = pd.DataFrame({"impact": (reward - penalty)[0]}, index=names)
    for name, estimate, draws in (
        ("penalty", penalty, penalties),
        ("reward", reward, rewards),
        ("asymmetry", _asymmetry(penalty, reward), _asymmetry(penalties, rewards)),
    ):
        edges = pd.DataFrame(draws).quantile(tails).to_numpy()
        table[name], table[f"{name}_low"], table[f"{name}_high"] = estimate[0], *edges
    return table


def _contrasts(moments: Array) -> tuple[Array, Array]:
    """Penalties and rewards (b, p) from cross-products of [1, lows, highs, outcome].

    A dummy that nobody has in some resample has no coefficient there.
    """
    within = moments[:, :-1, :-1]
    inverse = np.linalg.pinv(within, rcond=1e-12, hermitian=True)
    slopes = (inverse @ moments[:, :-1, -1:])[:, 1:, 0]
    seen = np.diagonal(within, axis1=1, axis2=2)[:, 1:] > 0
    penalties, rewards = np.split(np.where(seen, slopes, np.nan), 2, axis=1)
    return penalties, rewards


def _asymmetry(penalty: Array, reward: Array) -> Array:
    size = np.abs(penalty) + np.abs(reward)
    tells = size > TINY
    return np.where(tells, (reward + penalty) / np.where(tells, size, 1.0), np.nan)


def _kinds(table: pd.DataFrame, balanced: float) -> pd.Series:
    low, high = table["asymmetry_low"], table["asymmetry_high"]
    penalty, reward = -table["penalty"], table["reward"]
    larger = np.maximum(penalty.abs(), reward.abs())
    wrong = np.maximum(-penalty, -reward)
    certain = (table["penalty_low"] > 0) | (table["reward_high"] < 0)
    verdicts = [
        (certain | (wrong > NEGLIGIBLE * larger), "wrong sign"),
        (high < 0, "basic"),
        (low > 0, "excitement"),
        ((low >= -balanced) & (high <= balanced), "performance"),
        (wrong > 0, "wrong sign"),
    ]
    kinds = pd.Series("undecided", index=table.index)
    for applies, kind in reversed(verdicts):
        kinds = kinds.mask(applies, kind)
    return kinds
