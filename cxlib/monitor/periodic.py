"""From dated rows to one row a month or quarter, as control charts want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import pandas as pd

from cxlib.monitor.charts import Chart, p_chart, xmr
from cxlib.monitor.durations import closing
from cxlib.monitor.errors import MonitorError

Rule = Literal["month", "quarter", "year"]
_CODES = {"month": "M", "quarter": "Q", "year": "Y"}


def by_period(
    dates: pd.Series,
    values: pd.Series,
    rule: Rule = "month",
    minimum: int = 0,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Sum, number and mean of values in every period, empty periods in between included.

    Parameters
    ----------
    dates : Series of datetime64 (rows)
    values : Series (rows)
        True/false or 1/0 for a share, numbers for a mean; missing ones do not count.
    rule : {"month", "quarter", "year"}
    minimum : int
        Periods with fewer rows than this are emptied.
    weights : Series (rows), optional
        Rows of weight 0 do not count.

    Returns
    -------
    DataFrame
        Index `period` (2020-03, 2020-Q1 or 2020); `total`, `n`, `mean`, and `effective`: Kish's
        number of rows that tell as much without weights. The weighted mean is total / effective.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-03-02"]))
    >>> by_period(dates, pd.Series([True, False, True]))["n"].to_dict()
    {'2020-01': 2, '2020-02': 0, '2020-03': 1}
    """
    w = pd.Series(1.0, values.index) if weights is None else weights.astype(float)
    known = dates.notna() & values.notna() & (w > 0)
    spans, w = dates[known].dt.to_period(_CODES[rule]), w[known]
    sums = pd.DataFrame({"w": w, "wx": w * values[known].astype(float), "ww": w**2, "n": 1})
    sums = sums.groupby(spans).sum()
    mean, effective = sums["wx"] / sums["w"], sums["w"] ** 2 / sums["ww"]
    table = pd.DataFrame(
        {"total": mean * effective, "n": sums["n"], "mean": mean, "effective": effective}
    )
    if len(table):
        every = pd.period_range(table.index.min(), table.index.max(), freq=_CODES[rule])
        table = (
            table.reindex(every).fillna({"total": 0.0, "n": 0, "effective": 0.0}).astype({"n": int})
        )
    table.loc[table["n"] < minimum, list(table)] = [0.0, 0, float("nan"), 0.0]
    table.index = pd.Index([label(span) for span in table.index], name="period")
    return table


def share_chart(
    dates: pd.Series,
    hits: pd.Series,
    base: Sequence[str] = (),
    breaks: Sequence[str] = (),
    minimum: int = 0,
    chart: Callable[..., Chart] = p_chart,
    weights: pd.Series | None = None,
) -> Chart:
    """Chart month by month which share of the rows is a hit.

    Parameters
    ----------
    dates, hits : Series (rows)
        As in `by_period`.
    base : sequence of str
        Base periods: months, quarters or years; all months where none of them is in the data.
    breaks : sequence of str
        Months in which something changed; those without data are passed over.
    minimum : int
        Months with fewer rows than this are emptied.
    chart : callable
        `p_chart`, or `laney` where counts are large.
    weights : Series (rows), optional
        Limits then rest on the effective number of rows.

    Returns
    -------
    Chart
        Without limits where the data are too few to learn them from.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-02-02"]))
    >>> share_chart(dates, pd.Series([True, False, True])).points["value"].tolist()
    [0.5, 1.0]
    """
    month = by_period(dates, hits, minimum=minimum, weights=weights)
    return _charted(month, base, breaks, chart)


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
    base, breaks, chart
        As in `share_chart`.

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
        month.loc[label(span)] = [told, found.n, found.within, found.effective]
    return _charted(month.astype({"n": int}), base, breaks, chart)


def _charted(
    month: pd.DataFrame, base: Sequence[str], breaks: Sequence[str], chart: Callable[..., Chart]
) -> Chart:
    known = base_of(month.index[month["effective"] > 0], list(base))
    changed = [name for name in breaks if name in month.index]
    try:
        found = chart(month["total"], month["effective"], base=known, breaks=changed)
    except MonitorError:
        return _without_limits(month["mean"], month["n"])
    found.points["n"] = month["n"].astype(float).where(month["effective"] > 0)
    return found


def mean_chart(
    dates: pd.Series,
    values: pd.Series,
    base: Sequence[str] = (),
    breaks: Sequence[str] = (),
    minimum: int = 0,
) -> Chart:
    """Chart month by month the mean of the rows; parameters and result as `share_chart`.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2020-01-05", "2020-01-20", "2020-02-02"]))
    >>> mean_chart(dates, pd.Series([7.0, 8.0, 7.3])).points["value"].tolist()
    [7.5, 7.3]
    """
    month = by_period(dates, values, minimum=minimum)
    known = base_of(month.index[month["n"] > 0], list(base))
    changed = [name for name in breaks if name in month.index]
    try:
        return xmr(month["mean"], base=known, breaks=changed)
    except MonitorError:
        return _without_limits(month["mean"], 0 * month["n"])  # as XmR: without n


def _without_limits(values: pd.Series, n: pd.Series) -> Chart:
    points = pd.DataFrame({"value": values, "n": n.where(n > 0), "centre": float("nan")})
    points = points.assign(low=float("nan"), high=float("nan"), signal="")
    return Chart(points, float("nan"), float("nan"), [], "none", [])


def label(span: pd.Period) -> str:
    """Return the label of a period: 2020-03, 2020-Q1 or 2020.

    Examples
    --------
    >>> label(pd.Period("2020-05", freq="Q"))
    '2020-Q2'
    """
    style = "%Y-%m" if span.freqstr == "M" else "%Y-Q%q" if span.freqstr[0] == "Q" else "%Y"
    return str(span.strftime(style))


def base_of(periods: pd.Index, base: list[str]) -> list[str]:
    """Return which months, quarters or years lie within the base periods, which may be longer.

    Parameters
    ----------
    periods : Index of labels
    base : list of str
        Labels of quarters or years, or of the periods themselves.

    Returns
    -------
    list of str
        All periods where none lies within the base.

    Examples
    --------
    >>> base_of(pd.Index(["2019-11", "2019-12", "2020-01"]), ["2019-Q4"])
    ['2019-11', '2019-12']
    """
    spans = [pd.Period(name.replace("-Q", "Q")) for name in base]
    inside = [
        name
        for name in periods
        if any(
            s.start_time <= pd.Period(name.replace("-Q", "Q")).start_time <= s.end_time
            for s in spans
        )
    ]
    return inside or list(periods)
