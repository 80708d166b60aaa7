"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

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


# --- intake ---


def most_open(answers: pd.DataFrame) -> Lead:
    """Which item was surely left open most often, or which may have been.

    By the interval of the difference of two shares of the same people, with half a person added
    to each of the four cells (Agresti and Min 2005).

    Examples
    --------
    >>> most_open(pd.DataFrame({"a": [None] * 30 + [7] * 70, "b": [8] * 100})).sure
    True
    """
    blank = answers.isna()
    shares, n = blank.mean(), len(blank) + 2
    first = blank[shares.idxmax()] if len(shares) else pd.Series(dtype=bool)
    ahead = (blank.rsub(first.astype(int), axis=0) > 0).sum() + 0.5
    behind = (blank.rsub(first.astype(int), axis=0) < 0).sum() + 0.5
    difference = (ahead - behind) / n
    spread = np.sqrt((ahead + behind) / n - difference**2) / np.sqrt(n)
    return lead(shares, difference - NormalDist().inv_cdf(0.975) * spread)


# --- viewpoints ---


# --- importance ---


# --- scales ---

GROUPS, SINGLE = 0.70, 0.90  # reliability that comparing groups, and judging one person, takes


def scale_uses(
    reliability: pd.DataFrame,
    quality: pd.DataFrame,
    discriminant: pd.DataFrame,
    invariance: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    groups: float = GROUPS,
    single: float = SINGLE,
) -> pd.DataFrame:
    """Judge every value by the intervals of its numbers, never by an estimate alone.

    Parameters
    ----------
    reliability, quality, discriminant, invariance : DataFrame
        From the functions of `survey` of that name. An item weakens its value when the interval
        of what alpha gains without it lies above 0.
    labels : mapping of value to its name, optional
        For `other` and `unclear`.
    groups, single : float
        Reliability from which a scale serves to compare groups, and to judge one person.

    Returns
    -------
    DataFrame
        Index `value`; `use` ("single", "groups", "undecided", "neither", "unknown"), `weakest`
        (the item that weakens it most), `other` (values that respondents don't tell from it),
        `unclear` (values of which that is undecided), `differs` and `doubt` (groupings in which
        its items mean different things, or may).

    References
    ----------
    Nunnally and Bernstein (1994) on .70 and .90.
    """
    table, names = pd.DataFrame(index=reliability.index), reliability.index.astype(str)
    low, high = reliability["omega_low"], reliability["omega_high"]
    table["use"] = np.select(
        [low >= single, low >= groups, high < groups, low.notna()],
        ["single", "groups", "neither", "undecided"],
        "unknown",
    )
    table["weakest"] = [_weakest(name, quality) for name in names]
    table["other"] = [_like(name, discriminant, "one", labels or {}) for name in names]
    table["unclear"] = [_like(name, discriminant, "undecided", labels or {}) for name in names]
    table["differs"] = [_groupings(name, invariance, "differs") for name in names]
    table["doubt"] = [_groupings(name, invariance, "undecided") for name in names]
    return table


def fit_verdict(fit: pd.DataFrame) -> str:
    """How well the confirmatory model fits: "good", "fair", "poor" or "unknown".

    Good takes CFI from .95, RMSEA of .06 or lower and SRMR of .08 or lower; fair takes .90, .08
    and .10.

    References
    ----------
    Hu and Bentler (1999); Browne and Cudeck (1993).

    Examples
    --------
    >>> fit_verdict(pd.DataFrame({"estimate": {"CFI": 0.96, "RMSEA": 0.05, "SRMR": 0.04}}))
    'good'
    """
    cfi, rmsea, srmr = fit["estimate"].reindex(["CFI", "RMSEA", "SRMR"])
    if np.isnan([cfi, rmsea, srmr]).any():
        return "unknown"
    if cfi >= 0.95 and rmsea <= 0.06 and srmr <= 0.08:
        return "good"
    return "fair" if cfi >= 0.90 and rmsea <= 0.08 and srmr <= 0.10 else "poor"


def lowest_value(scores: pd.DataFrame) -> Lead:
    """Which value surely gets the lowest grade, or which may (`survey.compared`)."""
    return lead(scores["estimate"], scores["ahead"], highest=False)


def closest_pair(pairs: pd.DataFrame) -> Lead:
    """Which two values surely hang together most, as "value/other" (`survey.correlations`)."""
    flat = pairs.set_axis([f"{value}/{other}" for value, other in pairs.index])
    return lead(flat["estimate"], flat["ahead"])


def ends_apart(shares: pd.DataFrame) -> bool:
    """Whether the lowest and the highest of some shares surely differ (`survey.shares_of`).

    By the interval of their difference (Newcombe), as wide as all pairs together take
    (Bonferroni): the two were picked out.
    """
    known = shares.dropna(subset=["top", "low", "high"]).sort_values("top")
    if len(known) < 2:
        return False
    (least, most), pairs = known.iloc[[0, -1]].to_dict("records"), len(known) * (len(known) - 1)
    wider = NormalDist().inv_cdf(1 - 0.025 / max(pairs / 2, 1)) / NormalDist().inv_cdf(0.975)
    reach = np.hypot(most["top"] - most["low"], least["high"] - least["top"])
    return bool(most["top"] - least["top"] > wider * reach)


def apart(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose difference, with its whole interval, is not 0 (`survey.means_by`)."""
    return table[side(table["difference_low"], table["difference_high"]) != 0]


def _weakest(value: str, quality: pd.DataFrame) -> str:
    if "gain_low" not in quality:
        return ""
    own = quality[quality.index.get_level_values("value") == value].droplevel("value")
    better = own.loc[own["gain_low"] > 0, "gain"]
    return str(better.idxmax()) if len(better) else ""


def _like(value: str, discriminant: pd.DataFrame, verdict: str, labels: Mapping[str, str]) -> str:
    if discriminant.empty:
        return ""
    pairs = discriminant.index[discriminant["verdict"] == verdict]
    others = [one if other == value else other for one, other in pairs if value in (one, other)]
    return ", ".join(labels.get(other, other) for other in others)


def _groupings(value: str, invariance: pd.DataFrame, verdict: str) -> str:
    if invariance.empty:
        return ""
    own = invariance[invariance.index.get_level_values("value") == value]
    return ", ".join(own.index[own["verdict"] == verdict].get_level_values("grouping"))


# --- drivers ---


# --- monitor ---
