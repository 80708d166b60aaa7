"""From dated rows to one row a month or quarter; how long cases take to be closed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from cxlib.inference import wilson
from cxlib.monitor.charts import Chart, MonitorError, p_chart, xmr


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
    for case in closed.index[closed < opened]:
        early = (opened[case] - closed[case]) / pd.Timedelta(days=1)
        raise MonitorError(f"case {case} was closed {early:g} days before it was opened")
    opened, closed = opened[opened.notna()], closed[opened.notna()]
    if opened.empty:
        return Closing(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0.0)
    end = until if until is not None else pd.concat([opened, closed]).max()
    ended = closed < end + pd.Timedelta(days=1)
    last = closed.where(ended, opened.where(opened > end, end))
    days = (last - opened).dt.total_seconds() / 86_400
    with np.errstate(invalid="ignore", divide="ignore"):
        curve = SurvfuncRight(days, ended)
    median = _median(curve)
    share, n = _within(curve, days, ended, norm)
    low, high = wilson(share, n or np.nan)
    return Closing(*median, share, float(low), float(high), len(days), n)


def _median(curve: SurvfuncRight) -> tuple[float, float, float]:
    """First day by which half are closed, and when each end of the curve's interval says so."""
    still, error = curve.surv_prob, curve.surv_prob_se
    z = stats.norm.ppf(0.975)
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


def by_period(
    dates: pd.Series,
    values: pd.Series,
    minimum: int = 0,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Sum, number and mean of values in every month, empty months in between included.

    Parameters
    ----------
    dates : Series of datetime64 (rows)
    values : Series (rows)
        True/false or 1/0 for a share, numbers for a mean; missing ones do not count.
    minimum : int
        Months with fewer rows than this are emptied.
    weights : Series (rows), optional
        Rows of weight 0 do not count.

    Returns
    -------
    DataFrame
        Index `period` (2020-03); `total`, `n`, `mean`, and `effective`: Kish's
        number of rows that tell as much without weights. The weighted mean is total / effective.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-03-02"]))
    >>> by_period(dates, pd.Series([True, False, True]))["n"].to_dict()
    {'2020-01': 2, '2020-02': 0, '2020-03': 1}
    """
    w = pd.Series(1.0, values.index) if weights is None else weights.astype(float)
    known = dates.notna() & values.notna() & (w > 0)
    spans, w = dates[known].dt.to_period("M"), w[known]
    sums = pd.DataFrame({"w": w, "wx": w * values[known].astype(float), "ww": w**2, "n": 1})
    sums = sums.groupby(spans).sum()
    mean, effective = sums["wx"] / sums["w"], sums["w"] ** 2 / sums["ww"]
    table = pd.DataFrame(
        {"total": mean * effective, "n": sums["n"], "mean": mean, "effective": effective}
    )
    if len(table):
        every = pd.period_range(table.index.min(), table.index.max())
        table = table.reindex(every).fillna({"total": 0.0, "n": 0, "effective": 0.0})
        table = table.astype({"n": int})
    table.loc[table["n"] < minimum, list(table)] = [0.0, 0, float("nan"), 0.0]
    return table.set_axis(pd.Index(table.index.astype(str), name="period"))


def answer_chart(
    dates: pd.Series,
    values: pd.Series,
    kind: str = "share",
    base: Sequence[str] = (),
    breaks: Sequence[str] = (),
    minimum: int = 0,
    weights: pd.Series | None = None,
) -> Chart:
    """Chart month by month which share of the rows is a hit, or the mean of the rows.

    Parameters
    ----------
    dates, values : Series (rows)
        As in `by_period`.
    kind : {"share", "mean"}
    base : sequence of str
        Base periods: months, quarters or years; all months where none of them is in the data.
    breaks : sequence of str
        Months in which something changed; those without data are passed over.
    minimum : int
        Months with fewer rows than this are emptied.
    weights : Series (rows), optional
        Limits of a share then rest on the effective number of rows.

    Returns
    -------
    Chart
        Without limits where the data are too few to learn them from.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-02-02"]))
    >>> answer_chart(dates, pd.Series([True, False, True])).points["value"].tolist()
    [0.5, 1.0]
    >>> answer_chart(dates, pd.Series([7.0, 8.0, 7.3]), "mean").points["value"].tolist()
    [7.5, 7.3]
    """
    month = by_period(dates, values, minimum=minimum, weights=weights)
    if kind == "mean":
        return _charted(month.assign(n=np.nan), partial(xmr, month["mean"]), base, breaks)
    return _charted(month, partial(p_chart, month["total"], month["effective"]), base, breaks)


def norm_chart(
    opened: pd.Series,
    closed: pd.Series,
    norm: float,
    until: pd.Timestamp | None = None,
    base: Sequence[str] = (),
    breaks: Sequence[str] = (),
    chart: Callable[..., Chart] = p_chart,
) -> Chart:
    """Chart month by month which share of the cases was closed within the norm.

    Parameters
    ----------
    opened, closed, norm, until
        As in `closing`, which gives each month's share; a month is that of opening.
    base, breaks
        As in `answer_chart`.
    chart : callable
        `p_chart`, or `laney` where counts are large.

    Examples
    --------
    >>> opened = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-02-02"]))
    >>> norm_chart(opened, opened + pd.Timedelta(days=12), norm=10).points["value"].tolist()
    [0.0, 0.0]
    """
    end = until if until is not None else pd.concat([opened, closed]).max()
    month = by_period(opened, opened.notna())
    spans = opened.dt.to_period("M")
    for span, cases in opened.groupby(spans):
        found = closing(cases, closed[cases.index], norm, end)
        told = found.within * found.effective if found.effective else 0.0
        month.loc[str(span)] = [told, found.n, found.within, found.effective]
    return _charted(month, partial(chart, month["total"], month["effective"]), base, breaks)


def rate_chart(
    dates: pd.Series,
    counts: pd.Series,
    homes: pd.Series | None = None,
    base: Sequence[str] = (),
    breaks: Sequence[str] = (),
    minimum: int = 0,
) -> Chart:
    """Chart month by month how many cases there were, or how many per thousand homes.

    Parameters
    ----------
    dates : Series of datetime64 (rows)
    counts : Series (rows)
        Cases that each row counts. Of a month without a count nothing is known.
    homes : Series (rows), optional
        The homes among which these cases were; rows of one month are of different homes.
    base, breaks
        As in `answer_chart`.
    minimum : int
        Months with fewer cases than this, but not without any, are emptied.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-31", "2020-02-29"]))
    >>> rate_chart(dates, pd.Series([42, 63]), pd.Series([21000, 21000])).points["value"].tolist()
    [2.0, 3.0]
    """
    month = by_period(dates, counts)
    value = month["total"].round(6).where(month["n"] > 0)
    value = value.mask((value > 0) & (value < minimum))
    if homes is not None:
        value = 1000 * value / by_period(dates, homes)["total"].reindex(value.index)
    month = pd.DataFrame({"mean": value, "n": np.nan, "effective": value.notna().astype(int)})
    return _charted(month, partial(xmr, value), base, breaks)


def _charted(
    month: pd.DataFrame, draw: Callable[..., Chart], base: Sequence[str], breaks: Sequence[str]
) -> Chart:
    """A chart of months with what is known of each; without limits where nothing teaches them."""
    known = base_of(month.index[month["effective"] > 0], list(base))
    changed = [name for name in breaks if name in month.index]
    n = month["n"].astype(float).where(month["effective"] > 0)
    try:
        found = draw(base=known, breaks=changed)
    except MonitorError:
        points = pd.DataFrame({"value": month["mean"], "n": n.where(n > 0), "centre": np.nan})
        points = points.assign(low=np.nan, high=np.nan, signal="")
        return Chart(points, np.nan, np.nan, [], "none", [])
    found.points["n"] = n
    return found


def base_of(months: pd.Index, base: list[str]) -> list[str]:
    """Return which months lie within the base periods: months, quarters or years.

    Returns
    -------
    list of str
        All months where none lies within the base.

    Examples
    --------
    >>> base_of(pd.Index(["2019-11", "2019-12", "2020-01"]), ["2019-Q4"])
    ['2019-11', '2019-12']
    """
    spans = [pd.Period(name.replace("-Q", "Q")) for name in base]
    starts = {name: pd.Timestamp(name) for name in months}
    return [
        name
        for name, start in starts.items()
        if any(span.start_time <= start <= span.end_time for span in spans)
    ] or list(months)
