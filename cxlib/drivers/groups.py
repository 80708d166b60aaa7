"""The same drivers in every group: what each group says itself, and what that is worth."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.measures import lmg
from cxlib.drivers.regression import least_squares
from cxlib.drivers.relative import RANDOM, bootstrap_importance
from cxlib.drivers.sample import Array, DriverError, complete, correlations
from cxlib.inference import Z, holm
from cxlib.language import Note, _

STEPS = 400  # values of the spread between groups that are weighed
REACH = 5.0  # the widest of them, in times the widest distance or error
TESTED = ["mean", "between", "q", "df", "p", "p_adjusted"]
UNKNOWN = 1e6  # how many times worse than the others an estimate counts that is not there
Parts = dict[Hashable, tuple[pd.Series, pd.Series]]  # group: estimates and their errors
Rows = tuple[pd.DataFrame, pd.Series, pd.Series]  # drivers, outcome and weights of a group
STREAM = 7  # keeps the deals apart from the resamples of the same seed
OUTCOME = "overall"
COLUMNS = ["own", "own_low", "own_high", "estimate", "low", "high", "kept", "n"]


def shrink(estimates: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """Draw each group's estimate to the mean of all, the more so the less sure it is.

    A group's true value t_i is normal around m with spread s, its estimate y_i normal around t_i
    with its standard error e_i. Given s, t_i has mean B_i y_i + (1 - B_i) m, B_i = s^2 / (s^2 +
    e_i^2), in which m is the precision-weighted mean. Every s on a grid is weighed by how likely
    it makes the estimates, so that the intervals allow for how little a few groups tell about s.

    Parameters
    ----------
    estimates, errors : DataFrame (groups x quantities)
        Standard errors above 0; a group without one counts on the others alone.

    Returns
    -------
    DataFrame
        Index (group, quantity); `estimate`, `low`, `high` after shrinking, and `kept`, the mean
        B: which part of the distance to the mean is the group's own. NaN where fewer than two
        groups have an estimate.

    Raises
    ------
    DriverError
        When the tables do not match or an error is not above 0.

    References
    ----------
    Rubin (1981); Gelman (2006) on the uniform prior of s.

    Examples
    --------
    >>> own = pd.DataFrame({"ease": [0.1, 0.5, 0.9]}, index=["small", "large", "larger"])
    >>> found = shrink(own, pd.DataFrame({"ease": [0.4, 0.05, 0.05]}, index=own.index))
    >>> found["kept"].round(1).tolist()
    [0.7, 1.0, 1.0]
    """
    _check(estimates, errors)
    tables = {name: _shrunk(estimates[name], errors[name]) for name in estimates}
    found = pd.concat(tables, axis=0).swaplevel()
    return found.reindex(pd.MultiIndex.from_product([estimates.index, estimates.columns]))


def heterogeneity(
    estimates: pd.DataFrame, errors: pd.DataFrame, freedom: pd.Series | None = None
) -> pd.DataFrame:
    """Whether groups differ by more than chance: Cochran's Q for every quantity.

    Q = sum w_i (y_i - m)^2 with w_i = 1 / e_i^2 and m the weighted mean, chi-squared with k - 1
    degrees of freedom when all groups are alike; the spread between them after DerSimonian and
    Laird: s^2 = max(0, (Q - k + 1) / (sum w - sum w^2 / sum w)). Errors that were estimated
    make Q wider; with their degrees of freedom f_i, Q / (k - 1) / (1 + 2 (k - 2) / (k^2 - 1) A)
    is held against F with k - 1 and (k^2 - 1) / (3 A), A = sum (1 - w_i / sum w)^2 / f_i.

    Parameters
    ----------
    estimates, errors
        As in `shrink`.
    freedom : Series (groups), optional
        Degrees of freedom of the errors; without, these count as known.

    Returns
    -------
    DataFrame
        Index by the columns of `estimates`; `mean`, `between` (s), `q`, `df`, `p`, and
        `p_adjusted` (Holm, over the quantities).

    References
    ----------
    Welch (1951); Cochran (1954); DerSimonian and Laird (1986); Holm (1979).

    Examples
    --------
    >>> own = pd.DataFrame({"ease": [0.1, 0.5]}, index=["repairs", "leaving"])
    >>> heterogeneity(own, own * 0 + 0.1)["q"].round(1).to_dict()
    {'ease': 8.0}
    """
    _check(estimates, errors)
    precision = (1 / errors**2).where(estimates.notna())
    total, groups = precision.sum(min_count=1), precision.notna().sum()
    mean = (precision * estimates).sum(min_count=1) / total
    q = (precision * (estimates - mean) ** 2).sum(min_count=2)
    room = total - (precision**2).sum() / total
    spread = np.sqrt(((q - groups + 1) / room).clip(lower=0))
    table = pd.DataFrame(
        {"mean": mean, "between": spread, "q": q, "df": (groups - 1).clip(lower=0)}
    )
    table["p"] = stats.chi2.sf(table["q"], table["df"].clip(lower=1))
    if freedom is not None:
        unsure = ((1 - precision / total) ** 2).div(freedom, axis=0).sum()
        f = q / (groups - 1) / (1 + 2 * (groups - 2) / (groups**2 - 1) * unsure)
        table["p"] = stats.f.sf(f, groups - 1, (groups**2 - 1) / (3 * unsure))
    return table.assign(p_adjusted=holm(table["p"]))


def _check(estimates: pd.DataFrame, errors: pd.DataFrame) -> None:
    if not (estimates.index.equals(errors.index) and estimates.columns.equals(errors.columns)):
        raise DriverError("estimates and errors must have the same rows and columns")
    if (errors <= 0).to_numpy().any():
        raise DriverError("a standard error must be above 0; leave it empty where there is none")


def _shrunk(estimates: pd.Series, errors: pd.Series) -> pd.DataFrame:
    known = (estimates.notna() & errors.notna()).to_numpy()
    table = pd.DataFrame(np.nan, estimates.index, ["estimate", "low", "high", "kept"])
    if known.sum() < 2:
        return table
    y, e = estimates.to_numpy(float), errors.to_numpy(float)
    spreads = np.linspace(0, REACH * max(np.ptp(y[known]), e[known].max()), STEPS)
    precision = 1 / (spreads[:, None] ** 2 + e[known] ** 2)
    doubt = 1 / precision.sum(axis=1)  # variance of the mean of all groups, for each spread
    centre = doubt * (precision @ y[known])
    away = (precision * (y[known] - centre[:, None]) ** 2).sum(axis=1)
    log = 0.5 * (np.log(doubt) + np.log(precision).sum(axis=1) - away)
    likely = np.exp(log - log.max())  # how likely each spread is
    likely /= likely.sum()
    e = np.where(known, e, UNKNOWN * e[known].max())
    y = np.where(known, y, float(likely @ centre))
    own = spreads[:, None] ** 2 / (spreads[:, None] ** 2 + e**2)
    means = own * y + (1 - own) * centre[:, None]
    variances = own * e**2 + (1 - own) ** 2 * doubt[:, None]
    middle = likely @ means
    table["estimate"], table["kept"] = middle, likely @ own
    sd = np.sqrt(likely @ (variances + (means - middle) ** 2))
    return table.assign(low=table["estimate"] - Z * sd, high=table["estimate"] + Z * sd)


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
    message = _("{name}: too few answers; left out")
    few = [Note(message, name=name) for name in counts.index[counts < minimum]]
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
        index = pd.MultiIndex.from_arrays([[]] * 3, names=["group", "measure", "driver"])
        estimates = pd.DataFrame(columns=COLUMNS, index=index, dtype=float)
        none = pd.DataFrame(columns=TESTED, index=index.droplevel("group"), dtype=float)
        return Grouped(estimates, none, notes)
    tests = {
        "effect": heterogeneity(*found["effect"], counts - X.shape[1] - 1),
        "share": _by_lot(*found["share"], parts, n_resamples, seed),
        "top": heterogeneity(found["top"][0], _same(parts, top)),
    }
    return _grouped(found, tests, counts, notes)


def _wide(parts: Parts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and errors (groups x drivers)."""
    own, errors = (pd.DataFrame({g: part[i] for g, part in parts.items()}).T for i in (0, 1))
    return own, errors


def _grouped(
    found: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    tests: dict[str, pd.DataFrame],
    counts: pd.Series,
    notes: tuple[str, ...],
) -> Grouped:
    tables = {}
    for measure, (own, errors) in found.items():
        sides = {"own": own, "own_low": own - Z * errors, "own_high": own + Z * errors}
        drawn = shrink(own, errors)
        for name, table in sides.items():
            drawn[name] = table.to_numpy().ravel()
        tables[measure] = drawn
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
    variance = n**2 @ errors.loc[known].to_numpy(float) ** 2 / max(n.sum(), 1)
    alike = np.sqrt(variance / n[:, None])
    tests = heterogeneity(own, pd.DataFrame(alike, known, own.columns))
    if len(known) < 2:
        return tests
    drawn = _dealt([parts[g] for g in known], deals, seed)
    away = drawn - np.average(drawn, axis=1, weights=n, keepdims=True)
    q = np.einsum("g,dgj->dj", n, away**2) / variance
    shape = q.mean(axis=0) ** 2 / q.var(axis=0)
    p = stats.gamma.sf(tests["q"], shape, scale=q.mean(axis=0) / shape)
    return tests.assign(p=p)  # corrected with all other measures, in `by_group`


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
