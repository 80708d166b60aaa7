"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import survey
from cxlib.inference import holm

CHANCE = 0.05  # probability from which a difference counts as chance


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


def lead_drawn(estimates: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which comes first, from resamples in which all were estimated together (a column each)."""
    known = estimates.dropna()
    if known.empty or draws.empty:
        return Lead(tuple(map(str, known.index)) if len(known) == 1 else ())
    ahead = draws[known.index].rsub(draws[known.idxmax()], axis=0).quantile((1 - level) / 2)
    return lead(known, ahead)


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


def side(low: pd.Series, high: pd.Series) -> pd.Series:
    """On which side of zero each whole interval lies: 1 above, -1 below, 0 where it can't be told.

    Examples
    --------
    >>> side(pd.Series([0.1, -0.3, -0.2]), pd.Series([0.4, 0.2, -0.1])).tolist()
    [1, 0, -1]
    """
    return (low > 0).astype(int) - (high < 0).astype(int)


def chances(table: pd.DataFrame, level: float = 0.95) -> pd.Series:
    """Two-sided p of each estimate, from the end of its interval that lies nearest zero.

    Parameters
    ----------
    table : DataFrame
        Columns `estimate`, `low`, `high`.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [1.96], "low": [0.0], "high": [3.0]})
    >>> chances(table).round(3).tolist()
    [0.05]
    """
    size = table["estimate"].abs()
    near = (size - table["low"]).where(table["estimate"] > 0, table["high"] + size)
    z = size / near.where(near > 0) * stats.norm.ppf((1 + level) / 2)
    return pd.Series(2 * stats.norm.sf(z), table.index).mask(near.eq(0) & size.gt(0), 0.0)


def changed(changes: pd.DataFrame) -> pd.Series:
    """Whether each number changed by more than chance, corrected (Holm) for looking at all.

    Parameters
    ----------
    changes : DataFrame
        Columns `change`, `low`, `high` (`survey.change`).
    """
    return holm(chances(changes.rename(columns={"change": "estimate"}))) < CHANCE


def real(tests: pd.DataFrame) -> list[Any]:
    """The rows that are more than chance after correction (`p_adjusted`)."""
    return list(tests.index[tests["p_adjusted"] < CHANCE])
