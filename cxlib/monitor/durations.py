"""How long cases take to be closed; those still open count for as long as they were followed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from cxlib.monitor.errors import MonitorError


class Closing(NamedTuple):
    """Time to close, in days, and the share closed within the norm, with 95 % intervals.

    `n` counts the cases, open ones too; `effective` closed or overdue cases would tell as much
    of the share. What can't be told yet is NaN; a median without an upper end has an infinite one.
    """

    median: float
    median_low: float
    median_high: float
    within: float
    within_low: float
    within_high: float
    n: int
    effective: float


def closing(
    opened: pd.Series,
    closed: pd.Series,
    norm: float,
    until: pd.Timestamp | None = None,
    level: float = 0.95,
) -> Closing:
    """Time to close and share closed within the norm, as known at the end of a day.

    Kaplan and Meier's curve S: a case that is still open is known to take longer than it has
    been waiting, and counts for that long. Leaving open cases out would flatter, as slow ones are
    open more often.

    Parameters
    ----------
    opened, closed : Series of datetime64 (cases)
        `closed` is empty while a case is open.
    norm : float
        The most that is within the norm, in days.
    until : Timestamp, optional
        Last day of the period reported on: what was closed later was open then. By default the
        last day in the data.
    level : float

    Raises
    ------
    MonitorError
        A case that was closed before it was opened; a norm below 0.

    Notes
    -----
    The median is the first day by which half are closed, its interval that of Brookmeyer and
    Crowley (1982) with log(-log S), as R's ``survfit(conf.type = "log-log")``. The interval of the
    share is Wilson's with the effective number S (1 - S) / Greenwood's variance (Rothman 1978);
    without open cases that is the number of cases.

    Examples
    --------
    >>> opened = pd.Series(pd.to_datetime(["2020-03-01"] * 4))
    >>> closed = pd.Series(pd.to_datetime(["2020-03-02", "2020-03-04", "2020-03-20", None]))
    >>> found = closing(opened, closed, norm=10)
    >>> found.median, found.within, found.n
    (3.0, 0.5, 4)
    """
    if not norm >= 0:
        raise MonitorError(f"norm is {norm} days")
    known = opened.notna()
    days, ended = _followed(opened[known], closed[known], until)
    if days.empty:
        return Closing(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        curve = SurvfuncRight(days, ended)
    median = _median(curve, level)
    share, n = _within(curve, days, ended, norm)
    return Closing(*median, share, *_wilson(share, n, level), len(days), n)


def _followed(
    opened: pd.Series, closed: pd.Series, until: pd.Timestamp | None
) -> tuple[pd.Series, pd.Series]:
    """Days from opening to closing, or that an open case was followed, and which were closed."""
    for case in closed.index[closed < opened]:
        early = (opened[case] - closed[case]) / pd.Timedelta(days=1)
        raise MonitorError(f"case {case} was closed {early:g} days before it was opened")
    end = until if until is not None else pd.concat([opened, closed]).max()
    ended = closed < end + pd.Timedelta(days=1)
    last = closed.where(ended, opened.where(opened > end, end))
    return (last - opened).dt.total_seconds() / 86_400, ended


def _median(curve: SurvfuncRight, level: float) -> tuple[float, float, float]:
    """First day by which half are closed, and when each end of the curve's interval says so."""
    still, error = curve.surv_prob, curve.surv_prob_se
    z = stats.norm.ppf((1 + level) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        wide = np.exp(z * error / (still * np.abs(np.log(still))))
        curves = still, still**wide, still ** (1 / wide)
    days = []
    for half in curves:
        below = np.flatnonzero(np.where(still > 0, np.round(half, 12), 0.0) <= 0.5)
        days.append(float(curve.surv_times[below[0]]) if len(below) else np.inf)
    return days[0] if days[0] < np.inf else np.nan, days[1], days[2]


def _within(
    curve: SurvfuncRight, days: pd.Series, ended: pd.Series, norm: float
) -> tuple[float, float]:
    """Share closed within the norm, and the number of cases that tell as much; NaN, 0: unknown."""
    told = float(((days <= norm) & ended).sum() + (days > norm).sum())
    if not told or (days.max() < norm and not ended[days == days.max()].all()):
        return np.nan, 0.0
    before = np.flatnonzero(curve.surv_times <= norm)
    if not len(before):
        return 0.0, told
    still, error = float(curve.surv_prob[before[-1]].round(12)), curve.surv_prob_se[before[-1]]
    told = told if still in (0, 1) else round(float(still * (1 - still) / error**2), 9)
    return 1 - still, told


def _wilson(share: float, n: float, level: float) -> tuple[float, float]:
    if not n:
        return np.nan, np.nan
    z = float(stats.norm.ppf((1 + level) / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(float(centre - half), 0.0), min(float(centre + half), 1.0)
