"""The same drivers in every group: what each group says itself, and what that is worth."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.measures import lmg
from cxlib.drivers.regression import least_squares
from cxlib.drivers.relative import RANDOM, bootstrap_importance
from cxlib.drivers.resampling import correlations
from cxlib.drivers.sample import Array, DriverError, complete
from cxlib.drivers.shrinkage import TESTED, heterogeneity, shrink
from cxlib.inference import holm

Parts = dict[Hashable, tuple[pd.Series, pd.Series]]  # group: estimates and their errors
Rows = tuple[pd.DataFrame, pd.Series, pd.Series]  # drivers, outcome and weights of a group
STREAM = 7  # keeps the deals apart from the resamples of the same seed
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
        for the number of rows. Errors are those of groups that are alike: for top grades from
        the share of all, for shares from answers dealt out to the groups by lot, each as its
        distance to the mean of its own group.
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
        Resamples behind the errors of the shares, and deals behind their test.
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
    members = {name: rows & (groups.astype(str) == name) for name in counts.index}
    parts: dict[Hashable, Rows] = {g: (X[own], y[own], w[own]) for g, own in members.items()}
    found = {
        "effect": _wide({name: _effects(*part) for name, part in parts.items()}),
        "share": _wide({name: _shares(*part, n_resamples, seed) for name, part in parts.items()}),
        "top": _wide({name: _top(part[1] >= top, part[2]) for name, part in parts.items()}),
    }
    notes = (*sample.notes, *few)
    if counts.empty:
        return _nothing(notes)
    tests = {
        "effect": heterogeneity(*found["effect"]),
        "share": _by_lot(*found["share"], parts, n_resamples, seed),
        "top": heterogeneity(found["top"][0], _same(parts, top)),
    }
    return _grouped(found, tests, counts, notes, level)


def _wide(parts: Parts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and errors (groups x drivers)."""
    own, errors = (pd.DataFrame({g: part[i] for g, part in parts.items()}).T for i in (0, 1))
    return own, errors


def _grouped(
    found: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    tests: dict[str, pd.DataFrame],
    counts: pd.Series,
    notes: tuple[str, ...],
    level: float,
) -> Grouped:
    tables = {}
    for measure, (own, errors) in found.items():
        wide = float(stats.norm.ppf((1 + level) / 2)) * errors
        sides = {"own": own, "own_low": own - wide, "own_high": own + wide}
        drawn = shrink(own, errors, level)
        for name, table in sides.items():
            drawn[name] = table.to_numpy().ravel()
        tables[measure] = drawn
    estimates = pd.concat(tables, names=["measure", "group", "driver"]).swaplevel(0, 1)
    estimates["n"] = counts.reindex(estimates.index.get_level_values("group")).to_numpy()
    estimates = estimates.sort_index(level="group", sort_remaining=False, kind="stable")
    differences = pd.concat(tests, names=["measure", "driver"])
    differences["p_adjusted"] = holm(differences["p"])
    return Grouped(estimates[COLUMNS], differences, notes)


def _nothing(notes: tuple[str, ...]) -> Grouped:
    index = pd.MultiIndex.from_arrays([[]] * 3, names=["group", "measure", "driver"])
    estimates = pd.DataFrame(columns=COLUMNS, index=index, dtype=float)
    tests = pd.DataFrame(columns=TESTED, index=index.droplevel("group"), dtype=float)
    return Grouped(estimates, tests, notes)


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


def _same(parts: dict[Hashable, Rows], top: float) -> pd.DataFrame:
    """Errors of the groups' shares of top grades where all have that of everybody (Pearson)."""
    weights = [w.to_numpy(float) for *_, w in parts.values()]
    reached = np.concatenate([y.to_numpy(float) >= top for _, y, _ in parts.values()])
    share = float(np.average(reached, weights=np.concatenate(weights)))
    alike = np.sqrt(share * (1 - share)) or np.nan
    errors = [alike * np.sqrt((w**2).sum()) / w.sum() for w in weights]
    return pd.DataFrame({OUTCOME: errors}, index=list(parts))


def _by_lot(
    own: pd.DataFrame, errors: pd.DataFrame, parts: dict[Hashable, Rows], deals: int, seed: int
) -> pd.DataFrame:
    """Test of the shares against those of groups made by lot.

    An LMG share is lopsided, and its error grows with it: Q of a few dozen answers is then no
    chi-squared. With one variance V for all groups, V / n_i each, it is held against a gamma
    with the mean and variance of Q over the deals.
    """
    known = own.index[own.notna().all(axis=1)]
    own, n = own.loc[known], np.array([len(parts[g][1]) for g in known], dtype=float)
    variance = n**2 @ errors.loc[known].to_numpy(float) ** 2 / n.sum()
    alike = np.sqrt(variance / n[:, None])
    tests = heterogeneity(own, pd.DataFrame(alike, known, own.columns))
    if len(known) < 2:
        return tests
    drawn = _dealt([parts[g] for g in known], deals, seed)
    away = drawn - np.average(drawn, axis=1, weights=n, keepdims=True)
    q = np.einsum("g,dgj->dj", n, away**2) / variance
    shape = q.mean(axis=0) ** 2 / q.var(axis=0)
    p = stats.gamma.sf(tests["q"], shape, scale=q.mean(axis=0) / shape)
    return tests.assign(p=p, p_adjusted=holm(pd.Series(p, tests.index)))


def _dealt(parts: list[Rows], deals: int, seed: int) -> Array:
    """Shares (deals, groups, drivers) when distances to the group's means are dealt out anew."""
    blocks = []
    for X, y, w in parts:
        data = np.column_stack([X, y])
        blocks.append(
            np.column_stack([np.ones(len(w)), data - np.average(data, axis=0, weights=w)])
        )
    rows = np.vstack(blocks)
    rows *= np.sqrt(np.concatenate([w for *_, w in parts]))[:, None]
    starts = np.cumsum([0, *(len(block) for block in blocks[:-1])])
    rng = np.random.default_rng([seed, STREAM])
    moments = np.empty((deals, len(parts), rows.shape[1], rows.shape[1]))
    for deal in moments:
        for group, members in zip(deal, np.split(rng.permutation(rows), starts[1:]), strict=True):
            group[:] = members.T @ members
    shares = lmg(correlations(moments.reshape(-1, *moments.shape[2:])))
    return shares.reshape(deals, len(parts), -1)
