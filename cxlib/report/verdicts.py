"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cxlib import monitor, survey

# --- what every wing needs ---


@dataclass(frozen=True)
class Lead:
    """Which of several comes first, as far as intervals tell.

    Attributes
    ----------
    names : tuple of str
        All that were compared, the first first.
    tied : tuple of str
        Of the others, those that can't be told from the first.
    """

    names: tuple[str, ...]
    tied: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """The first, and those that can't be told from it; empty where nothing was compared."""
        return (*self.names[:1], *self.tied)

    @property
    def sure(self) -> bool:
        """Whether one of several is told from all others."""
        return len(self.names) > 1 and not self.tied


def lead(estimates: pd.Series, margin: pd.Series, highest: bool = True) -> Lead:
    """Which comes first, and which others may be first as well.

    One of several may be called first when its difference from every other is above zero with
    its whole two-sided interval. That the first was picked after looking needs no further
    correction: with equal ones all through, the claim is false at most as often as one interval
    is (Gutmann and Maymin 1987).

    Parameters
    ----------
    estimates : Series
        Index name; those without an estimate do not take part.
    margin : Series
        Index name: the end nearest zero of the interval by which the first is ahead of each
        other. Without one (NaN) the two can't be told apart.
    highest : bool
        Whether the highest comes first, or the lowest.

    Examples
    --------
    >>> found = lead(pd.Series({"ease": 7.1, "home": 7.5}), pd.Series({"ease": 0.2}))
    >>> found.first, found.sure
    (('home',), True)
    """
    order = estimates.dropna().sort_values(ascending=not highest, kind="stable").index
    tied = [name for name in order[1:] if not margin.get(name, np.nan) > 0]
    return Lead(tuple(map(str, order)), tuple(map(str, tied)))


def side(low: pd.Series, high: pd.Series) -> pd.Series:
    """On which side of zero each whole interval lies: 1 above, -1 below, 0 where it can't be told.

    Examples
    --------
    >>> side(pd.Series([0.1, -0.3, -0.2]), pd.Series([0.4, 0.2, -0.1])).tolist()
    [1, 0, -1]
    """
    return (low > 0).astype(int) - (high < 0).astype(int)


# --- viewpoints ---


# --- importance ---


# --- scales ---


# --- drivers ---


# --- monitor ---

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


def lead_apart(groups: pd.DataFrame, highest: bool = True) -> Lead:
    """Which group comes first, of groups of other people each.

    Parameters
    ----------
    groups : DataFrame
        Index group; `estimate`, `low` and `high`. The interval of a difference is made of those
        of its two estimates (Newcombe; see `survey.change`).
    highest : bool

    Examples
    --------
    >>> shares = pd.DataFrame({"estimate": [0.5, 0.3], "low": [0.45, 0.25], "high": [0.55, 0.35]})
    >>> lead_apart(shares.set_axis(["repairs", "complaints"]), highest=False).first
    ('complaints',)
    """
    known = groups[["estimate", "low", "high"]].dropna().astype(float).assign(n=1)
    if known.empty:
        return Lead(())
    first = known["estimate"].idxmax() if highest else known["estimate"].idxmin()
    others = known.drop(index=first)
    tiled = known.loc[[first] * len(others)].set_axis(others.index)
    pair = (tiled, others) if highest else (others, tiled)
    return lead(known["estimate"], survey.change(*pair, minimum=0)["low"], highest)


def lead_drawn(estimates: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which comes first, from resamples in which all were estimated together (a column each)."""
    known = estimates.dropna()
    if known.empty:
        return Lead(())
    ahead = draws[known.index].rsub(draws[known.idxmax()], axis=0).quantile((1 - level) / 2)
    return lead(known, ahead)


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
    return (gaps["landlords"] >= ENOUGH) & (gaps["p_adjusted"] < 0.05)
