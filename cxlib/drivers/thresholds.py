"""Whether a class of factor holds when the thresholds move, and with other respondents."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cxlib.drivers.asymmetry import Draws, asymmetry, contrasts, kinds
from cxlib.drivers.resampling import Reweight
from cxlib.drivers.sample import Array, DriverError, complete

NAMED = ("basic", "performance", "excitement")
RETURNS = 0.8  # share of resamples in which a firm class comes back
MOST = 2 / 3  # share of the pairs of thresholds that give a firm class
COLUMNS = [
    *("penalty", "reward", "asymmetry", "asymmetry_low", "asymmetry_high", "kind"),
    *("returns", *NAMED, "n"),
]


def threshold_pairs(
    fail: float, top: float, scale: tuple[float, float] = (1, 10), step: float = 1.0
) -> list[tuple[float, float]]:
    """The study's own thresholds first, then those a step away from them.

    A fail a step lower and higher, a top grade a step higher, as far as the scale goes and a
    whole grade remains between them.

    Examples
    --------
    >>> threshold_pairs(5, 8)
    [(5, 8), (4.0, 8), (4.0, 9.0), (5, 9.0), (6.0, 8), (6.0, 9.0)]
    """
    pairs = [
        (low, high)
        for low in (fail - step, fail, fail + step)
        for high in (top, top + step)
        if scale[0] <= low and high <= scale[1] and high - low > step and (low, high) != (fail, top)
    ]
    return [(fail, top), *pairs]


def threshold_sensitivity(
    X: pd.DataFrame,
    y: pd.Series,
    pairs: Sequence[tuple[float, float]],
    weights: pd.Series | Array | None = None,
    n_resamples: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    minimum: int = 10,
    balanced: float = 1 / 3,
    reweight: Reweight | None = None,
) -> pd.DataFrame:
    """Penalty-reward contrasts under several pairs of thresholds.

    Parameters
    ----------
    X, y, weights, n_resamples, seed, level, minimum, balanced, reweight
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

    Raises
    ------
    DriverError
        As `penalty_reward`.

    Notes
    -----
    A resample gives a class as the data do: with its own penalty, reward and asymmetry, and
    intervals as wide as those of the data on either side.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"ease": rng.integers(3, 11, 800)})
    >>> y = 7 - 1.2 * (X["ease"] <= 5) + pd.Series(rng.normal(0, 0.7, 800))
    >>> table = threshold_sensitivity(X, y, [(5, 8), (4, 8)], n_resamples=200)
    >>> table["kind"].tolist()
    ['basic', 'basic']
    """
    if not pairs:
        raise DriverError("pairs is empty; give at least one pair of thresholds")
    sample = complete(X, y, weights)
    tables = {}
    for low, high in pairs:
        table, draws = contrasts(
            sample, low, high, n_resamples, seed, level, minimum, balanced, reweight
        )
        given = _again(table.reindex(draws[0].columns), draws, balanced)
        for kind in NAMED:
            table[kind] = (given == kind).mean()
        same = given.eq(table["kind"].reindex(given.columns), axis=1).mean()
        table = table.assign(returns=same, n=sample.n)
        tables[low, high] = table.mask(table["kind"] == "too few").fillna({"kind": "too few"})
    found = pd.concat(tables, names=["low_to", "high_from"]).reorder_levels([2, 0, 1])
    return found.loc[list(dict.fromkeys(X.columns)), COLUMNS]


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


def firmness(sensitivity: pd.DataFrame, returns: float = RETURNS) -> pd.DataFrame:
    """Which classes hold: under every pair of thresholds, and with other respondents.

    Parameters
    ----------
    sensitivity : DataFrame
        From `threshold_sensitivity`; the first pair is the study's own.
    returns : float
        Share of resamples that must give the same class under the study's own thresholds.

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
    table["firm"] = table["kind"].isin(NAMED) & held & (table["returns"] >= returns)
    return table
