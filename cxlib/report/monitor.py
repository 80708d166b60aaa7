"""What control charts and comparisons over time and between landlords allow to be claimed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cxlib import monitor
from cxlib.report.verdicts import CHANCE, side

ENOUGH = 10  # landlords with both modes: fewer don't tell how their differences spread


@dataclass(frozen=True)
class Course:
    """Where a steering number stands, as far as its control chart tells.

    Attributes
    ----------
    period : str
        The last one with a value; "" where there is none.
    value : float
    side : int
        1 above what it is held against, -1 below it, 0 where that can't be told.
    against : str
        "base" periods, "mean" of all periods, "change" for the mean since a break, and "" where
        there are too few periods to know how far chance goes.
    target : int or None
        1 met, -1 missed, 0 where that can't be told; None without a target.
    signals : tuple of str
        Periods in which the number surely differed, all periods looked at together.
    """

    period: str
    value: float
    side: int
    against: str
    target: int | None = None
    signals: tuple[str, ...] = ()


def course(chart: monitor.Chart, target: float | None = None) -> Course:
    """What a control chart's last point tells, and which points are signals.

    A point differs when a run rule points at it and the interval of its difference from the
    centre, which is an estimate as well, leaves out zero. For the series as a whole the intervals
    are Bonferroni's over its points.

    Examples
    --------
    >>> chart = monitor.xmr(pd.Series([7.0, 7.1, 6.9, 7.0, 6.2]), base=[0, 1, 2, 3])
    >>> found = course(chart, target=7)
    >>> found.side, found.target, found.signals
    (-1, -1, ())
    """
    points = chart.points
    known = points.index[points["value"].notna()]
    if known.empty:
        return Course("", np.nan, 0, "")
    marked = points["signal"].ne("")
    apart = monitor.against_centre(chart)
    wide = monitor.against_centre(chart, 1 - 0.05 / len(known))
    last, value = known[-1], float(points["value"][known[-1]])
    sides = side(apart["low"], apart["high"]).where(marked, 0)
    sure = side(wide["low"], wide["high"]).where(marked, 0)
    met = None if target is None else _beside(value, target, apart["reach"][last])
    signals = tuple(map(str, points.index[sure != 0]))
    told = _held_against(chart, last) if apart["low"].notna()[last] else ""
    return Course(str(last), value, int(sides[last]), told, met, signals)


def _beside(value: float, target: float, reach: float) -> int:
    """Whether a value with an interval reaches a target (1), misses it (-1), or may do either."""
    return int(value - reach >= target) - int(value + reach < target)


def _held_against(chart: monitor.Chart, last: Hashable) -> str:
    periods = list(chart.points.index)
    since = max((periods.index(b) for b in chart.breaks if b in periods), default=0)
    since = since if since <= periods.index(last) else 0
    if since and not set(periods[since:]) & set(chart.base):
        return "change"
    known = chart.points["value"].dropna().index
    return "base" if set(known) - set(chart.base) else "mean"


def comparable(now: pd.DataFrame, then: pd.DataFrame, breaks: Sequence[date]) -> bool:
    """Whether two sets of dated answers may be compared: no shared rows, no break between them."""
    if now.empty or then.empty or now.index.isin(then.index).any():
        return False
    first, last = then["date"].min(), now["date"].max()
    return not any(first < pd.Timestamp(day) <= last for day in breaks)


def told_apart(gaps: pd.DataFrame) -> pd.Series:
    """Which pairs of modes differ: enough landlords, and told over all pairs together (Holm).

    Examples
    --------
    >>> told_apart(pd.DataFrame({"landlords": [40, 2], "p_adjusted": [0.001, 0.001]})).tolist()
    [True, False]
    """
    return (gaps["landlords"] >= ENOUGH) & (gaps["p_adjusted"] < CHANCE)
