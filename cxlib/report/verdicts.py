"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

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


def leading(scores: pd.DataFrame) -> Lead:
    """Which card, domain or value matters most, from `importance.rank` or `importance.parts`."""
    return lead(scores["score"], scores["ahead_low"])


def most_urgent(priorities: pd.DataFrame) -> Lead:
    """Which card has the largest gap between importance and performance."""
    return lead(priorities["gap"], priorities["ahead_low"])


def improve(priorities: pd.DataFrame) -> list[str]:
    """Cards that are important and not yet done well, both beyond chance; largest gap first."""
    first = priorities[priorities["quadrant"] == "improve"].sort_values("rank", kind="stable")
    return first.index.astype(str).tolist()


def misjudged(gaps: pd.DataFrame) -> pd.Series:
    """Gaps that are no chance after correction for their number, furthest from zero first."""
    real = gaps.loc[gaps["real"].fillna(False).astype(bool), "gap"]
    return real.sort_values(key=abs, ascending=False, kind="stable")


def widest(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Of each pair of viewpoints the widest difference whose whole interval is on one side of 0.

    Differences are many, and viewpoints made to differ: this describes them, and tests nothing.
    """
    firm = contrasts[side(contrasts["low"], contrasts["high"]) != 0]
    return firm.loc[firm["difference"].abs().groupby("pair").idxmax()]


# --- scales ---


# --- drivers ---


# --- monitor ---
