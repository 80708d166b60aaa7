"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import monitor, survey
from cxlib.inference import holm

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


def lead_drawn(estimates: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which comes first, from resamples in which all were estimated together (a column each)."""
    known = estimates.dropna()
    if known.empty or draws.empty:
        return Lead(tuple(map(str, known.index)) if len(known) == 1 else ())
    ahead = draws[known.index].rsub(draws[known.idxmax()], axis=0).quantile((1 - level) / 2)
    return lead(known, ahead)


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
    return lead(shares, difference - stats.norm.ppf(0.975) * spread)


# --- viewpoints ---

FEW = 3  # sorts: fewer than these are a weak ground for a viewpoint (Watts and Stenner 2012)
FAIR = 0.85  # congruence from which two factors are alike (Lorenzo-Seva and ten Berge 2006)


def apart(zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame) -> pd.Series:
    """Which cards two viewpoints surely differ on, among all cards and pairs that are looked at.

    A difference is held against the larger of its two standard errors: from the reliability of
    the factors (Brown 1980), and from resampled sorts. Corrected for all cards and pairs (Holm).

    Parameters
    ----------
    zscores, sed : DataFrame
        Cards by factors and factors by factors (`Solution`).
    se : DataFrame
        Cards by factors: bootstrap standard errors of the z-scores.

    Returns
    -------
    Series of bool, index card

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> apart(z, sed, z * 0 + 0.4).to_dict()
    {'a': True, 'b': False}
    """
    return _pairs_apart(zscores, sed, se).any(axis=1)


def distinct(zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame) -> pd.DataFrame:
    """Which cards surely set a viewpoint apart from every other one; see `apart`.

    Returns
    -------
    DataFrame of bool, cards by factors

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> distinct(z, sed, z * 0 + 0.4).loc["a"].tolist()
    [True, True]
    """
    scored = zscores.dropna(axis="columns", how="all")
    sure, names = _pairs_apart(scored, sed, se), list(map(str, scored))
    found = pd.DataFrame(False, zscores.index, zscores.columns)
    for factor in names if len(names) > 1 else ():
        pairs = [pair for pair in combinations(names, 2) if factor in pair]
        found[factor] = sure[pairs].all(axis=1)
    return found


def _pairs_apart(zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame) -> pd.DataFrame:
    p = {}
    for one, other in combinations(map(str, zscores), 2):
        error = np.maximum(np.hypot(se[one], se[other]), sed[one][other])
        p[one, other] = 2 * stats.norm.sf((zscores[one] - zscores[other]).abs() / error)
    found = np.array(list(p.values())).reshape(len(p), len(zscores))
    found = np.where(np.isnan(found), 1.0, found)
    sure = holm(found.ravel()).reshape(found.shape) < 0.05 if p else found < 0
    return pd.DataFrame(dict(zip(p, sure, strict=True)), zscores.index)


def weak(factors: pd.DataFrame, congruence: pd.Series) -> pd.Series:
    """Why a viewpoint stands on weak ground: "few" sorts, or it hardly "returns"; else "".

    Parameters
    ----------
    factors : DataFrame
        Index factor; `n_flagged`.
    congruence : Series
        Index factor: the mean over resamples.

    Examples
    --------
    >>> weak(pd.DataFrame({"n_flagged": [9, 2]}), pd.Series([0.97, 0.9])).tolist()
    ['', 'few']
    """
    few, loose = factors["n_flagged"] < FEW, congruence.reindex(factors.index) < FAIR
    return pd.Series(np.select([few, loose], ["few", "returns"], ""), factors.index)


def recurs(pairs: pd.DataFrame) -> pd.Series:
    """Whether each viewpoint of one group is found in another: "yes", "no" or "unsure".

    Yes where the whole interval of the congruence is at least fair (.85), no where none of it is.

    Examples
    --------
    >>> recurs(pd.DataFrame({"congruence": [0.97, 0.6], "low": [0.9, 0.2], "high": [1, 0.8]}))
    0    yes
    1     no
    dtype: str
    """
    turned = pairs["congruence"] < 0
    low = pairs["low"].where(~turned, -pairs["high"])
    high = pairs["high"].where(~turned, -pairs["low"])
    return pd.Series(np.select([low >= FAIR, high < FAIR], ["yes", "no"], "unsure"), pairs.index)


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
        For `other` and `unclear`, and of items for `weakest`.
    groups, single : float
        Reliability from which a scale serves to compare groups, and to judge one person.

    Returns
    -------
    DataFrame
        Index `value`; `use` ("single", "at least groups", "groups", "undecided", "neither",
        "unknown"), `weakest` (the item that weakens it most), `other` (values that respondents
        don't tell from it), `unclear` (values of which that is undecided), `differs` and `doubt`
        (groupings in which its items mean different things, or may).

    References
    ----------
    Nunnally and Bernstein (1994) on .70 and .90.
    """
    table, names = pd.DataFrame(index=reliability.index), reliability.index.astype(str)
    low, high = reliability["omega_low"], reliability["omega_high"]
    table["use"] = np.select(
        [
            low >= single,
            (low >= groups) & (high >= single),
            low >= groups,
            high < groups,
            low.notna(),
        ],
        ["single", "at least groups", "groups", "neither", "undecided"],
        "unknown",
    )
    table["weakest"] = [_weakest(name, quality, labels or {}) for name in names]
    table["other"] = [_like(name, discriminant, "one", labels or {}) for name in names]
    table["unclear"] = [_like(name, discriminant, "undecided", labels or {}) for name in names]
    table["differs"] = [_groupings(name, invariance, "differs") for name in names]
    table["doubt"] = [_groupings(name, invariance, "undecided") for name in names]
    return table


def fit_verdict(fit: pd.DataFrame) -> str:
    """How well the confirmatory model fits: "good", "fair", "poor", "undecided" or "unknown".

    Good takes CFI from .95, RMSEA of .06 or lower and SRMR of .08 or lower; fair takes .90, .08
    and .10. Neither is said where the interval of RMSEA reaches past .10.

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
    if cfi < 0.90 or rmsea > 0.08 or srmr > 0.10:
        return "poor"
    if "high" in fit and fit["high"]["RMSEA"] > 0.10:
        return "undecided"
    return "good" if cfi >= 0.95 and rmsea <= 0.06 and srmr <= 0.08 else "fair"


def lowest_value(scores: pd.DataFrame) -> Lead:
    """Which value surely gets the lowest grade, or which may (`survey.compared`)."""
    return lead(scores["estimate"], scores["ahead"], highest=False)


def closest_pair(pairs: pd.DataFrame) -> Lead:
    """Which two values surely hang together most, as "value/other" (`survey.correlations`)."""
    flat = pairs.set_axis([f"{value}/{other}" for value, other in pairs.index])
    return lead(flat["estimate"], flat["ahead"])


def ends(shares: pd.DataFrame) -> list[str]:
    """The rows that surely have the smallest or the largest part of high grades.

    Parameters
    ----------
    shares : DataFrame
        Columns `top`, `low`, `high` (`survey.shares_of`).
    """
    told = shares.assign(estimate=shares["top"])
    leads = (lead_apart(told, highest=False), lead_apart(told))
    return [found.first[0] for found in leads if found.sure and len(found.names) > 1]


def differing(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose difference, with its whole interval, is not 0 (`survey.means_by`)."""
    return table[side(table["difference_low"], table["difference_high"]) != 0]


def _weakest(value: str, quality: pd.DataFrame, labels: Mapping[str, str]) -> str:
    if "gain_low" not in quality:
        return ""
    own = quality[quality.index.get_level_values("value") == value].droplevel("value")
    better = own.loc[own["gain_low"] > 0, "gain"]
    item = str(better.idxmax()) if len(better) else ""
    return labels.get(item, item)


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

CHANCE = 0.05  # probability from which a difference counts as chance
AIMS = {"fail": -1.0, "top": 1.0}  # which way a share of grades should go


def weightiest(shares: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which driver weighs most, from the differences of the shares in resamples.

    Parameters
    ----------
    shares : Series
        Index driver (`Importance.shares["share"]`); the row "random" takes no part.
    draws : DataFrame (resamples x drivers)
        Shares in every resample (`Importance.draws`).
    level : float

    Examples
    --------
    >>> draws = pd.DataFrame({"ease": [0.10, 0.11, 0.12], "home": [0.30, 0.29, 0.31]})
    >>> weightiest(draws.mean(), draws).sure
    True
    """
    return lead_drawn(shares.drop("random", errors="ignore"), draws, level)


def kinds(classes: pd.DataFrame) -> pd.Series:
    """The kind of each driver as far as it holds; "undecided" where it is not firm.

    Parameters
    ----------
    classes : DataFrame
        From `drivers.firmness`. "wrong sign" and "too few" are no kinds, and stay.
    """
    stays = classes["firm"].astype(bool) | classes["kind"].isin(["wrong sign", "too few"])
    return classes["kind"].where(stays, "undecided")


def dominating(returns: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of which the first adds more whatever else is in, also with other respondents.

    A pair is claimed when it returns in 95 % of the resamples at least, and in so many more that
    of all pairs looked at (Holm) none is claimed by chance more often than one interval errs.

    Parameters
    ----------
    returns : DataFrame (drivers x drivers)
        From `drivers.dominance_returns`.
    """
    often, names = returns.to_numpy(float), returns.index.map(str)
    more, less = np.nonzero(often > often.T)
    p = holm(pd.Series(2 * (1 - often[more, less])))
    sure = (p < CHANCE).to_numpy()
    return list(zip(names[more[sure]], names[less[sure]], strict=True))


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


def best(changes: pd.DataFrame, move: str, band: str) -> Lead:
    """Which driver does most for a band of grades when its own grades make a move.

    Nobody, where what the first does may be chance: it is the best of several, so its own change
    is corrected for their number (Holm).

    Parameters
    ----------
    changes : DataFrame
        From `drivers.scenarios`.
    move, band : str
        A move; "fail" or "top".
    """
    here = _moved(changes, move, band)
    gains = here["change"] * AIMS[band]
    found = lead(gains, here["behind_low"])
    p = holm(chances(here.rename(columns={"change": "estimate"}))).set_axis(here.index.map(str))
    worth = gains.set_axis(p.index)
    sure = found.names and worth[found.names[0]] > 0 and p[found.names[0]] < CHANCE
    return found if sure else Lead(())


def scenario_leaders(changes: pd.DataFrame) -> pd.DataFrame:
    """The driver that does most for each move and band, and what may be said of it.

    Returns
    -------
    DataFrame
        Index (`move`, `band`): `driver`, its `change`, `low`, `high`; the `rival`, which comes
        second, or of those that can't be told from the first; `lead`, how much more the first
        does (`lead_low`, `lead_high`); `p_first`; and `verdict`: "first" where the driver is
        told from all others, "close" where one can't be told from it, "open" where several
        can't, "alone" where there is no other, "none" where its own change may be chance.
    """
    rows = {}
    for move in changes.index.unique("move"):
        for band in AIMS:
            here = _moved(changes, move, band)
            rows[move, band] = _leader(here, here["change"] * AIMS[band], best(changes, move, band))
    names = pd.MultiIndex.from_tuples(rows, names=["move", "band"])
    return pd.DataFrame(list(rows.values()), index=names)


def _moved(changes: pd.DataFrame, move: str, band: str) -> pd.DataFrame:
    """What each driver does for a band with one move, where that is known."""
    moves, bands = (changes.index.get_level_values(name) for name in ("move", "band"))
    here = changes[(moves == move) & (bands == band)].droplevel(["move", "band"])
    return here.dropna(subset=["change"])


def _leader(here: pd.DataFrame, gains: pd.Series, found: Lead) -> dict[str, Any]:
    """One row of the leaders."""
    ends = ["change", "low", "high"]
    order = list(gains.sort_values(ascending=False, kind="stable").index)
    first = here.reindex(order[:1] or [None]).iloc[0]
    others = list(found.tied) or order[1:]
    second = here.reindex(others[:1] or [None]).iloc[0]
    verdict = "none"
    if found.names:
        least = "first" if found.sure else "alone"
        verdict = (least, "close", "open")[min(len(found.tied), 2)]
    return {
        "driver": order[0] if order else None,
        **first[ends],
        "rival": others[0] if others else None,
        "lead": second["behind"],
        "lead_low": second["behind_low"],
        "lead_high": second["behind_high"],
        "p_first": first["p_first"],
        "verdict": verdict,
    }


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
