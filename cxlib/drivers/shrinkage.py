"""Estimates of several groups, each drawn to what all have in common as far as it is unsure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.sample import Array, DriverError
from cxlib.inference import holm

STEPS = 400  # values of the spread between groups that are weighed
REACH = 5.0  # the widest of them, in times the widest distance or error
TESTED = ["mean", "between", "q", "df", "p", "p_adjusted"]
UNKNOWN = 1e6  # how many times worse than the others an estimate counts that is not there


def shrink(estimates: pd.DataFrame, errors: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Draw each group's estimate to the mean of all, the more so the less sure it is.

    A group's true value t_i is normal around m with spread s, its estimate y_i normal around t_i
    with its standard error e_i. Given s, t_i has mean B_i y_i + (1 - B_i) m, B_i = s^2 / (s^2 +
    e_i^2), in which m is the precision-weighted mean. Every s on a grid is weighed by how likely
    it makes the estimates, so that the intervals allow for how little a few groups tell about s.

    Parameters
    ----------
    estimates, errors : DataFrame (groups x quantities)
        Standard errors above 0; a group without one counts on the others alone.
    level : float

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
    tables = {name: _shrunk(estimates[name], errors[name], level) for name in estimates}
    found = pd.concat(tables, axis=0).swaplevel()
    return found.reindex(pd.MultiIndex.from_product([estimates.index, estimates.columns]))


def heterogeneity(estimates: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """Whether groups differ by more than chance: Cochran's Q for every quantity.

    Q = sum w_i (y_i - m)^2 with w_i = 1 / e_i^2 and m the weighted mean, chi-squared with k - 1
    degrees of freedom when all groups are alike; the spread between them after DerSimonian and
    Laird: s^2 = max(0, (Q - k + 1) / (sum w - sum w^2 / sum w)).

    Parameters
    ----------
    estimates, errors
        As in `shrink`.

    Returns
    -------
    DataFrame
        Index by the columns of `estimates`; `mean`, `between` (s), `q`, `df`, `p`, and
        `p_adjusted` (Holm, over the quantities).

    References
    ----------
    Cochran (1954); DerSimonian and Laird (1986); Holm (1979).

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
    return table.assign(p_adjusted=holm(table["p"]))


def _check(estimates: pd.DataFrame, errors: pd.DataFrame) -> None:
    if not (estimates.index.equals(errors.index) and estimates.columns.equals(errors.columns)):
        raise DriverError("estimates and errors must have the same rows and columns")
    if (errors <= 0).to_numpy().any():
        raise DriverError("a standard error must be above 0; leave it empty where there is none")


def _shrunk(estimates: pd.Series, errors: pd.Series, level: float) -> pd.DataFrame:
    known = (estimates.notna() & errors.notna()).to_numpy()
    table = pd.DataFrame(np.nan, estimates.index, ["estimate", "low", "high", "kept"])
    if known.sum() < 2:
        return table
    y, e = estimates.to_numpy(float), errors.to_numpy(float)
    spreads = np.linspace(0, REACH * max(np.ptp(y[known]), e[known].max()), STEPS)
    centre, doubt, likely = _common(y[known], e[known], spreads)
    e = np.where(known, e, UNKNOWN * e[known].max())
    y = np.where(known, y, float(likely @ centre))
    own = spreads[:, None] ** 2 / (spreads[:, None] ** 2 + e**2)
    means = own * y + (1 - own) * centre[:, None]
    variances = own * e**2 + (1 - own) ** 2 * doubt[:, None]
    middle = likely @ means
    table["estimate"], table["kept"] = middle, likely @ own
    sd = np.sqrt(likely @ (variances + (means - middle) ** 2))
    reach = float(stats.norm.ppf((1 + level) / 2)) * sd
    return table.assign(low=table["estimate"] - reach, high=table["estimate"] + reach)


def _common(y: Array, e: Array, spreads: Array) -> tuple[Array, Array, Array]:
    """Mean of all groups and its variance for each spread; how likely each spread is."""
    precision = 1 / (spreads[:, None] ** 2 + e**2)
    doubt = 1 / precision.sum(axis=1)
    centre = doubt * (precision @ y)
    away = (precision * (y - centre[:, None]) ** 2).sum(axis=1)
    log = 0.5 * (np.log(doubt) + np.log(precision).sum(axis=1) - away)
    likely = np.exp(log - log.max())
    return centre, doubt, likely / likely.sum()
