"""Control charts: limits frozen on a base period, signals by run rules, a new start at breaks."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.inference import LEVEL, Array

Bools = npt.NDArray[np.bool_]
D2 = 1.128  # mean range of two normal draws, in standard deviations


class MonitorError(ValueError):
    """Counts, values, periods or landlords that can't be right; the message names which."""


def beyond_limits(z: Array) -> Bools:
    """A point beyond three standard deviations."""
    return np.abs(z) > 3


def run_of_8(z: Array) -> Bools:
    """The eighth point in a row, and later ones, on the same side of the centre line."""
    since = np.arange(1, len(z) + 1)
    last_failures = (np.maximum.accumulate(np.where(side, 0, since)) for side in (z > 0, z < 0))
    above, below = (since - last >= 8 for last in last_failures)
    return above | below


RULES: dict[str, Callable[[Array], Bools]] = {  # the most important one first
    "beyond limits": beyond_limits,
    "run of 8": run_of_8,
}


@dataclass(frozen=True)
class Chart:
    """A control chart.

    `points`, index period: value, n, centre, low, high, signal (the first rule that the point
    fulfils, "" for none). `centre` and `sigma` are those of the base: for XmR sigma is
    the standard deviation, for p-charts the factor on the binomial one (1 for a plain p-chart).
    `kind` is "p", "laney" or "xmr"; `breaks` are the first periods after a change.
    """

    points: pd.DataFrame
    centre: float
    sigma: float
    base: list[Hashable]
    kind: str
    breaks: list[Hashable]


def p_chart(
    counts: pd.Series,
    n: pd.Series,
    base: Sequence[Hashable] | None = None,
    breaks: Sequence[Hashable] = (),
) -> Chart:
    """Chart of a share: is a period's share more than chance away from that of the base?

    Parameters
    ----------
    counts, n : Series, by period in order of time
        Hits, and the number they are out of. A period with n = 0 has no value.
    base
        Periods whose share is the centre line, and on which the limits are frozen; all by default.
    breaks
        First periods after a change of question, mode or norm. From there on a new stretch begins
        with a centre line of its own (that of all its periods, if none is in the base), and no
        run goes across.

    Returns
    -------
    Chart

    Raises
    ------
    MonitorError
        Periods that differ, occur twice or are unknown; negative counts; more hits than n; a base
        without observations.

    Notes
    -----
    Limits p +- 3 sqrt(p (1 - p) / n_i), kept within 0 and 1. Shewhart (1931). Where n runs in the
    thousands nearly all points fall outside: use `laney`.

    Examples
    --------
    >>> quarters = ["Q1", "Q2", "Q3", "Q4"]
    >>> hits = pd.Series([50, 48, 52, 75], index=quarters)
    >>> chart = p_chart(hits, pd.Series(100, index=quarters), base=["Q1", "Q2", "Q3"])
    >>> chart.centre, chart.points.at["Q4", "signal"]
    (0.5, 'beyond limits')
    """
    return _share_chart("p", counts, n, base=base, breaks=breaks)


def laney(counts: pd.Series, n: pd.Series, **options: Any) -> Chart:
    """Chart of a share where counts are large (Laney's p').

    As `p_chart`, with limits that are wider by the factor sigma = mean|z_i - z_(i-1)| / 1.128 over
    the base: shares vary more from period to period than the binomial distribution says, which
    large counts lay bare. Laney (2002).

    Examples
    --------
    >>> hits = pd.Series([5000, 5300, 4900, 5250, 5150])
    >>> n = pd.Series(10_000, index=hits.index)
    >>> [int((chart(hits, n).points["signal"] != "").sum()) for chart in (p_chart, laney)]
    [2, 0]
    """
    return _share_chart("laney", counts, n, **options)


def xmr(values: pd.Series, **options: Any) -> Chart:
    """Chart of single values (means, rates): individuals and moving range.

    Parameters
    ----------
    values : Series, by period in order of time
        One value a period; NaN where there is none.
    **options
        base and breaks, as in `p_chart`.

    Returns
    -------
    Chart

    Raises
    ------
    MonitorError
        As `p_chart`; fewer than two successive values in the base.

    Notes
    -----
    Limits mean +- 3 sigma, sigma = mean|x_i - x_(i-1)| / 1.128 over the base. Shewhart (1931),
    Wheeler (1993).

    Examples
    --------
    >>> chart = xmr(pd.Series([7.0, 7.1, 6.9, 7.0, 6.2]), base=[0, 1, 2, 3])
    >>> round(chart.centre, 2), chart.points["signal"].tolist()
    (7.0, ['', '', '', '', 'beyond limits'])
    """
    numbers = values.to_numpy(dtype=float)

    def limits(learn: Bools) -> tuple[float, float, Array]:
        sigma = _moving_range(numbers, learn)
        return float(np.nanmean(numbers[learn])), sigma, np.full(len(numbers), sigma)

    return _chart("xmr", pd.Series(numbers, values.index), np.nan, limits, **options)


def against_centre(chart: Chart, level: float = LEVEL) -> pd.DataFrame:
    """Difference of every point, or of the run that makes it a signal, from its centre line.

    With d = mean - centre over a run of points with standard deviations s_i and a centre learnt
    from points with s_j, the interval is d +- t sqrt(1 / sum s_i^-2 + 1 / sum s_j^-2): limits say
    when to look, and this what may be said, also where the base is short. Degrees of freedom of t
    are .62 (m - 1) where sigma is learnt from m points (mean moving range), infinite for a p-chart.

    Returns
    -------
    DataFrame, index period
        difference, low, high; reach: half of the interval of the point itself. Missing without
        a value or limits.

    Examples
    --------
    >>> chart = xmr(pd.Series([7.0, 7.1, 6.9, 7.0, 6.2]), base=[0, 1, 2, 3])
    >>> against_centre(chart).round(2).loc[4].tolist()
    [-0.8, -1.41, -0.19, 0.55]
    """
    points = chart.points
    value, centre, low, high = points[["value", "centre", "low", "high"]].to_numpy(float).T
    sigma = np.fmax(high - centre, centre - low) / 3
    away = np.where(sigma > 0, value - centre, np.nan)
    precision = np.where(np.isfinite(away), 1 / np.where(sigma > 0, sigma, np.nan) ** 2, 0.0)
    stretch = np.asarray(points.index.isin(chart.breaks)).cumsum()
    in_base = np.asarray(points.index.isin(chart.base))
    found = np.full((len(points), 4), np.nan)
    for i in map(int, np.flatnonzero(precision)):
        alone = points["signal"].iloc[i] in ("", "beyond limits")
        same = (np.sign(away) == np.sign(away[i])) & (stretch == stretch[i])
        since = i if alone else int(np.flatnonzero(~same[:i]).max(initial=-1)) + 1
        run, own = slice(since, i + 1), (stretch == stretch[i]) & (precision > 0)
        learnt = precision[own & in_base] if (own & in_base).any() else precision[own]
        df = np.inf if chart.kind == "p" else 0.62 * (len(learnt) - 1)
        t = stats.t.ppf((1 + level) / 2, df) if df > 0 else np.nan
        mean = np.average(away[run], weights=precision[run])
        reach = t * np.sqrt(1 / precision[run].sum() + 1 / learnt.sum())
        found[i] = mean, mean - reach, mean + reach, t * sigma[i]
    return pd.DataFrame(found, points.index, ["difference", "low", "high", "reach"])


def _share_chart(kind: str, counts: pd.Series, n: pd.Series, **options: Any) -> Chart:
    for period in counts.index.symmetric_difference(n.index):
        raise MonitorError(f"period {period} is in one of counts and n only")
    n = n.reindex(counts.index).astype(float)
    for period in counts.index[(counts < 0) | (counts > n) | counts.isna() | n.isna()]:
        raise MonitorError(f"period {period}: {counts[period]} hits out of {n[period]}")
    hits, out_of = counts.to_numpy(dtype=float), n.where(n > 0).to_numpy()
    share = hits / out_of

    def limits(learn: Bools) -> tuple[float, float, Array]:
        if not np.isfinite(out_of[learn]).any():
            raise MonitorError("base: no observations in it")
        centre = float(hits[learn].sum() / np.nansum(out_of[learn]))
        se = np.sqrt(centre * (1 - centre) / out_of)
        with np.errstate(invalid="ignore", divide="ignore"):
            sigma = 1.0 if kind == "p" else _moving_range((share - centre) / se, learn)
        return centre, sigma, sigma * se

    chart = _chart(kind, pd.Series(share, counts.index), n, limits, **options)
    chart.points[["low", "high"]] = chart.points[["low", "high"]].clip(0, 1)
    return chart


def _moving_range(values: Array, learn: Bools) -> float:
    """Standard deviation from how much successive values differ."""
    steps = np.abs(np.diff(values))[learn[1:] & learn[:-1]]
    if not np.isfinite(steps).any():
        raise MonitorError("base: two successive periods with a value are the least")
    return float(np.nanmean(steps)) / D2


def _chart(
    kind: str,
    values: pd.Series,
    n: pd.Series | float,
    limits: Callable[[Bools], tuple[float, float, Array]],
    base: Sequence[Hashable] | None = None,
    breaks: Sequence[Hashable] = (),
) -> Chart:
    """Put values, the limits that `limits` learns from a part of them, and signals together."""
    periods = values.index
    base = list(periods) if base is None else list(base)
    _check(periods, base, breaks)
    in_base = np.asarray(periods.isin(base))
    stretch_of = np.asarray(periods.isin(list(breaks))).cumsum()
    points = pd.DataFrame(
        {"value": values, "n": n, "centre": np.nan, "low": np.nan, "high": np.nan}
    )
    points["signal"] = ""
    known: list[tuple[float, float]] = []
    for number in np.unique(stretch_of):
        stretch = stretch_of == number
        own = stretch & in_base
        centre, sigma, se = limits(own if own.any() else stretch)
        known += [(centre, sigma)] if own.any() else []
        points.loc[stretch, "centre"] = centre
        points.loc[stretch, "low"] = (centre - 3 * se)[stretch]
        points.loc[stretch, "high"] = (centre + 3 * se)[stretch]
        with np.errstate(invalid="ignore", divide="ignore"):
            z = np.round((values.to_numpy() - centre)[stretch], 12) / se[stretch]
        for name, rule in reversed(RULES.items()):  # the most important one has the last word
            points.loc[periods[stretch][rule(z)], "signal"] = name
    return Chart(points, *known[0], base, kind, list(breaks))


def _check(periods: pd.Index, base: list[Hashable], breaks: Sequence[Hashable]) -> None:
    if not len(periods):
        raise MonitorError("there are no periods")
    for period in periods[periods.duplicated()]:
        raise MonitorError(f"period {period} occurs twice")
    for what, named in (("base", base), ("breaks", breaks)):
        for period in named:
            if period not in periods:
                raise MonitorError(f"{what}: period {period} is not in the data")
    if not base:
        raise MonitorError("base: names no period")
