"""Which values cause fails when they are missing, and which delight; and whether that holds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cxlib.drivers.sample import Array, DriverError, Reweight, Sample, complete, resampled_moments
from cxlib.inference import LOWER, UPPER, Weights

TINY = 1e-10
NEGLIGIBLE = 0.2  # a wrong-signed side below this part of the other may well be 0
Draws = tuple[pd.DataFrame, pd.DataFrame]  # penalties, rewards: resamples x drivers
COLUMNS = [
    *("penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high"),
    *("impact", "asymmetry", "asymmetry_low", "asymmetry_high"),
    *("kind", "n_low", "n_middle", "n_high"),
]
NAMED = ("basic", "performance", "excitement")
RETURNS = 0.8  # share of resamples in which a firm class comes back
MOST = 2 / 3  # share of the pairs of thresholds that give a firm class
SENSITIVITY = [
    *("penalty", "reward", "asymmetry", "asymmetry_low", "asymmetry_high", "kind"),
    *("returns", *NAMED, "n"),
]


def penalty_reward(
    X: pd.DataFrame,
    y: pd.Series,
    low: float = 5,
    high: float = 8,
    weights: Weights = None,
    **options: Any,
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
    **options
        Those of `Contrasting`.

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
    return contrasts(complete(X, y, weights), low, high, Contrasting(**options))[0]


class Contrasting(NamedTuple):
    """How penalties and rewards are resampled and judged.

    Attributes
    ----------
    n_resamples : int
        Resamples of respondents behind the intervals (percentiles).
    seed : int
    minimum : int
        Low and high answers that a driver needs for a verdict.
    balanced : float
        An asymmetry within plus and minus this is called balanced: at 1/3 neither side weighs
        more than twice the other.
    reweight : Reweight, optional
        As in `bootstrap_importance`.
    """

    n_resamples: int = 1000
    seed: int = 1
    minimum: int = 10
    balanced: float = 1 / 3
    reweight: Reweight | None = None


def contrasts(
    sample: Sample, low: float, high: float, how: Contrasting
) -> tuple[pd.DataFrame, Draws]:
    """The table of `penalty_reward`, and penalties and rewards in every resample."""
    if not low < high:
        raise DriverError(f"low ({low:g}) must lie below high ({high:g})")
    lows, highs = sample.X.to_numpy() <= low, sample.X.to_numpy() >= high
    columns = np.column_stack([lows, highs, sample.y]).astype(float)
    table, draws = _intervals(columns, sample, how)
    table["n_low"], table["n_high"] = lows.sum(axis=0), highs.sum(axis=0)
    table["n_middle"] = sample.n - table["n_low"] - table["n_high"]
    counts = table[["n_low", "n_middle", "n_high"]]
    estimates = table.columns.difference(counts.columns)
    table.loc[counts.min(axis=1) == 0, estimates] = np.nan
    table["kind"] = kinds(table, how.balanced).mask(counts.min(axis=1) < how.minimum, "too few")
    table = table.reindex(pd.Index(sample.drivers, name="driver"))
    table[counts.columns] = table[counts.columns].fillna(0).astype(int)
    return table.fillna({"kind": "too few"})[COLUMNS], draws


def _intervals(columns: Array, sample: Sample, how: Contrasting) -> tuple[pd.DataFrame, Draws]:
    """Penalty, reward, impact and asymmetry with percentile intervals; and the resamples."""
    names = pd.Index(sample.X.columns, name="driver")
    if not sample.n or not len(names) or np.ptp(sample.y) == 0:
        nothing = pd.DataFrame(np.empty((0, len(names))), columns=names)
        return pd.DataFrame(np.nan, index=names, columns=COLUMNS[:-4]), (nothing, nothing)
    whole = np.column_stack([np.ones(sample.n), columns])
    penalty, reward = _contrasts(((whole * sample.weights[:, None]).T @ whole)[None])
    moments = resampled_moments(
        columns, sample.weights, how.n_resamples, how.seed, how.reweight, sample.rows
    )
    penalties, rewards = _contrasts(moments[:, :-1, :-1])
    table = pd.DataFrame({"impact": (reward - penalty)[0]}, index=names)
    for name, estimate, draws in (
        ("penalty", penalty, penalties),
        ("reward", reward, rewards),
        ("asymmetry", asymmetry(penalty, reward), asymmetry(penalties, rewards)),
    ):
        edges = pd.DataFrame(draws).quantile([LOWER, UPPER]).to_numpy()
        table[name], table[f"{name}_low"], table[f"{name}_high"] = estimate[0], *edges
    return table, (pd.DataFrame(penalties, columns=names), pd.DataFrame(rewards, columns=names))


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


def asymmetry(penalty: Array, reward: Array) -> Array:
    """(W + P) / (|W| + |P|); NaN where both are 0."""
    size = np.abs(penalty) + np.abs(reward)
    tells = size > TINY
    return np.where(tells, (reward + penalty) / np.where(tells, size, 1.0), np.nan)


def kinds(table: pd.DataFrame, balanced: float) -> pd.Series:
    """What the intervals of every row allow it to be called."""
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
    found = pd.Series("undecided", index=table.index)
    for applies, kind in reversed(verdicts):
        found = found.mask(applies, kind)
    return found


def threshold_pairs(
    fail: float, top: float, scale: tuple[float, float] = (1, 10)
) -> list[tuple[float, float]]:
    """The study's own thresholds first, then those a grade away from them.

    A fail a grade lower and higher, a top a grade higher, as far as the scale goes and a
    whole grade remains between them.

    Examples
    --------
    >>> threshold_pairs(5, 8)
    [(5, 8), (4.0, 8), (4.0, 9.0), (5, 9.0), (6.0, 8), (6.0, 9.0)]
    """
    pairs = [
        (low, high)
        for low in (fail - 1.0, fail, fail + 1.0)
        for high in (top, top + 1.0)
        if scale[0] <= low and high <= scale[1] and high - low > 1 and (low, high) != (fail, top)
    ]
    return [(fail, top), *pairs]


def threshold_sensitivity(
    X: pd.DataFrame,
    y: pd.Series,
    pairs: Sequence[tuple[float, float]],
    weights: Weights = None,
    **options: Any,
) -> pd.DataFrame:
    """Penalty-reward contrasts under several pairs of thresholds.

    Parameters
    ----------
    X, y, weights, **options
        As in `penalty_reward`.
    pairs : sequence of (low, high)
        Highest grade that counts as low, lowest that counts as high; see `threshold_pairs`.

    Returns
    -------
    DataFrame
        Index (`driver`, `low_to`, `high_from`); `penalty`, `reward`, `asymmetry`,
        `asymmetry_low`, `asymmetry_high`; `kind` as in `penalty_reward`; `basic`, `performance`
        and `excitement`: in which share of the resamples that class would be given; `returns`:
        the share that gets the class of the row; `n`. Rows with too few answers are blank: how
        many these are would follow from the difference of two rows.

    Notes
    -----
    A resample gives a class as the data do: with its own penalty, reward and asymmetry, and
    intervals as wide as those of the data on either side.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"ease": rng.integers(3, 11, 800)})
    >>> y = 7 - 1.2 * (X["ease"] <= 5) + pd.Series(rng.normal(0, 0.7, 800))
    >>> table = threshold_sensitivity(X, y, [(5, 8), (4, 8)], n_resamples=200)
    >>> table["kind"].tolist()
    ['basic', 'basic']
    """
    if not pairs:
        raise DriverError("pairs is empty; give at least one pair of thresholds")
    sample, how, tables = complete(X, y, weights), Contrasting(**options), {}
    for low, high in pairs:
        table, draws = contrasts(sample, low, high, how)
        given = _again(table.reindex(draws[0].columns), draws, how.balanced)
        for kind in NAMED:
            table[kind] = (given == kind).mean()
        same = given.eq(table["kind"].reindex(given.columns), axis=1).mean()
        table = table.assign(returns=same, n=sample.n)
        tables[low, high] = table.mask(table["kind"] == "too few").fillna({"kind": "too few"})
    found = pd.concat(tables, names=["low_to", "high_from"]).reorder_levels([2, 0, 1])
    return found.loc[list(dict.fromkeys(X.columns)), SENSITIVITY]


def _again(table: pd.DataFrame, draws: Draws, balanced: float) -> pd.DataFrame:
    """The class that each resample gives to each driver (resamples x drivers)."""
    penalties, rewards = (part.to_numpy() for part in draws)
    columns = {}
    for name, drawn in (
        ("penalty", penalties),
        ("reward", rewards),
        ("asymmetry", asymmetry(penalties, rewards)),
    ):
        columns[name] = drawn
        for end in ("low", "high"):
            edge = drawn + (table[f"{name}_{end}"] - table[name]).to_numpy()
            columns[f"{name}_{end}"] = edge.clip(-1, 1) if name == "asymmetry" else edge
    long = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    named = kinds(long, balanced).to_numpy().reshape(penalties.shape)
    return pd.DataFrame(named, columns=table.index)


def firmness(sensitivity: pd.DataFrame) -> pd.DataFrame:
    """Which classes hold: under every pair of thresholds, and with other respondents.

    Parameters
    ----------
    sensitivity : DataFrame
        From `threshold_sensitivity`; the first pair is the study's own.

    Returns
    -------
    DataFrame
        Index `driver`; `kind` and `returns` under the study's own thresholds; `pairs`, those with
        enough answers; `same`, those that give the same class; `against`, those that give
        another class, leaving out "undecided"; `firm` (bool): a class that two pairs in three
        give (and two at least), none denies, and that returns often enough.

    Examples
    --------
    >>> rows = [("ease", 5, 8), ("ease", 4, 8)]
    >>> index = pd.MultiIndex.from_tuples(rows, names=["driver", "low_to", "high_from"])
    >>> table = pd.DataFrame({"kind": ["basic", "undecided"], "returns": [0.9, 0.5]}, index)
    >>> bool(firmness(table).loc["ease", "firm"])  # only one of two pairs gives it
    False
    """
    first = sensitivity.groupby(level="driver", sort=False).nth(0).droplevel([1, 2])
    own = first["kind"].reindex(sensitivity.index, level="driver")
    usable = sensitivity["kind"] != "too few"
    same = usable & (sensitivity["kind"] == own)
    against = sensitivity["kind"].isin([*NAMED, "wrong sign"]) & ~same
    counted = {
        name: rows.groupby(level="driver", sort=False).sum()
        for name, rows in (("pairs", usable), ("same", same), ("against", against))
    }
    table = first[["kind", "returns"]].assign(**counted)
    held = (table["same"] >= MOST * table["pairs"]) & (table["same"] > 1) & (table["against"] == 0)
    table["firm"] = table["kind"].isin(NAMED) & held & (table["returns"] >= RETURNS)
    return table
