"""The same drivers in every group: what each group says itself, and what that is worth."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.regression import least_squares
from cxlib.drivers.relative import RANDOM, bootstrap_importance
from cxlib.drivers.sample import Array, DriverError, complete
from cxlib.drivers.shrinkage import TESTED, heterogeneity, shrink
from cxlib.inference import holm

Parts = dict[Hashable, tuple[pd.Series, pd.Series]]  # group: estimates and their errors
OUTCOME = "overall"
COLUMNS = ["own", "own_low", "own_high", "estimate", "low", "high", "kept", "n"]


@dataclass(frozen=True)
class Grouped:
    """Drivers of every group.

    Attributes
    ----------
    estimates : DataFrame
        Index (`group`, `measure`, `driver`), measures "effect" (grade points of the outcome for
        a point of the driver), "share" (of the variance, LMG) and "top" (share of top grades,
        driver "overall"); `own` with `own_low` and `own_high`: what the group's answers say
        alone; `estimate`, `low`, `high`: drawn to the other groups as far as that is unsure
        (`shrink`); `kept`; `n`.
    differences : DataFrame
        Index (`measure`, `driver`): whether groups differ at all (`heterogeneity`), corrected
        for the number of rows.
    notes : tuple of str
    """

    estimates: pd.DataFrame
    differences: pd.DataFrame
    notes: tuple[str, ...] = ()


def by_group(
    X: pd.DataFrame,
    y: pd.Series,
    groups: pd.Series,
    top: float = 8,
    weights: pd.Series | None = None,
    n_resamples: int = 300,
    seed: int = 1,
    minimum: int = 10,
    level: float = 0.95,
) -> Grouped:
    """Effects and shares of the drivers, and the share of top grades, in every group.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    groups : Series (respondents)
        The group of each; empty for those to leave out.
    top : float
        Lowest outcome that counts as top.
    weights : Series (respondents), optional
    n_resamples, seed : int
        Resamples behind the errors of the shares.
    minimum : int
        Groups with fewer complete answers are left out, with a note.
    level : float

    Returns
    -------
    Grouped
        Own estimates are NaN where a group can't carry them; what is then estimated rests on the
        other groups.

    Raises
    ------
    DriverError
        When `groups` has other rows than X, or as in `relative_importance`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.integers(4, 10, (300, 2)), columns=["ease", "safe"])
    >>> y = (0.7 * X["ease"] + 0.2 * X["safe"] + rng.normal(0, 1, 300)).round()
    >>> found = by_group(X, y, pd.Series(["repairs", "leaving", "moving"] * 100))
    >>> bool(found.differences.loc[("effect", "ease"), "p_adjusted"] > 0.05)
    True
    """
    if not groups.index.equals(X.index):
        raise DriverError("groups and X have different row labels; align them first")
    sample = complete(X, y, weights)
    rows = pd.Series(sample.rows, X.index) & groups.notna()
    counts = groups[rows].astype(str).value_counts().sort_index()
    few = [f"{name}: too few answers; left out" for name in counts.index[counts < minimum]]
    counts = counts[counts >= minimum]
    w = pd.Series(1.0, X.index) if weights is None else weights
    measures: dict[str, Parts] = {"effect": {}, "share": {}, "top": {}}
    for name in counts.index:
        own = rows & (groups.astype(str) == name)
        part = X[own], y[own], w[own]
        measures["effect"][name] = _effects(*part)
        measures["share"][name] = _shares(*part, n_resamples, seed)
        measures["top"][name] = _top(part[1] >= top, part[2])
    return _grouped(measures, counts, (*sample.notes, *few), level)


def _grouped(
    measures: dict[str, Parts], counts: pd.Series, notes: tuple[str, ...], level: float
) -> Grouped:
    tables, tests = {}, {}
    for measure, parts in measures.items():
        own, errors = (pd.DataFrame({g: part[i] for g, part in parts.items()}).T for i in (0, 1))
        if own.empty:
            continue
        wide = float(stats.norm.ppf((1 + level) / 2)) * errors
        sides = {"own": own, "own_low": own - wide, "own_high": own + wide}
        drawn = shrink(own, errors, level)
        for name, table in sides.items():
            drawn[name] = table.to_numpy().ravel()
        tables[measure] = drawn
        tests[measure] = heterogeneity(own, errors)
    if not tables:
        levels = ["group", "measure", "driver"]
        index = pd.MultiIndex.from_arrays([[]] * 3, names=levels)
        nothing = pd.DataFrame(columns=COLUMNS, index=index, dtype=float)
        tests_of = pd.DataFrame(columns=TESTED, index=index.droplevel("group"), dtype=float)
        return Grouped(nothing, tests_of, notes)
    estimates = pd.concat(tables, names=["measure", "group", "driver"]).swaplevel(0, 1)
    estimates["n"] = counts.reindex(estimates.index.get_level_values("group")).to_numpy()
    estimates = estimates.sort_index(level="group", sort_remaining=False, kind="stable")
    differences = pd.concat(tests, names=["measure", "driver"])
    differences["p_adjusted"] = holm(differences["p"])
    return Grouped(estimates[COLUMNS], differences, notes)


def _effects(X: pd.DataFrame, y: pd.Series, w: pd.Series) -> tuple[pd.Series, pd.Series]:
    table = least_squares(X, y, weights=w).coefficients.drop(index="intercept")
    sure = table["se"] > 0
    return table["estimate"].where(sure), table["se"].where(sure)


def _shares(
    X: pd.DataFrame, y: pd.Series, w: pd.Series, n_resamples: int, seed: int
) -> tuple[pd.Series, pd.Series]:
    found = bootstrap_importance(X, y, n_resamples=n_resamples, seed=seed, weights=w)
    shares = found.shares["share"].drop(index=RANDOM)
    errors = found.draws.std().reindex(shares.index)
    # Without a spare answer every model fits perfectly, whatever the drivers.
    sure = (errors > 0) & (found.n > 2 * (X.shape[1] + 1))
    return shares.where(sure), errors.where(sure)


def _top(reached: pd.Series, w: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Share of top grades; its error from two more of each (Agresti and Coull 1998)."""
    part: Array = (w / w.sum()).to_numpy(float)
    n = 1 / float((part**2).sum())
    share = float(part @ reached.to_numpy(float))
    nearly = (share * n + 2) / (n + 4)
    error = np.sqrt(nearly * (1 - nearly) / (n + 4))
    return pd.Series({OUTCOME: share}), pd.Series({OUTCOME: error})
