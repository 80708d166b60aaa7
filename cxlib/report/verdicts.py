"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import survey
from cxlib.inference import LOWER, Z, holm

CHANCE = 0.05  # probability from which a difference counts as chance
FEW = 3  # sorts: fewer than these are a weak ground for a viewpoint (Watts and Stenner 2012)
FAIR = 0.85  # congruence from which two factors are alike (Lorenzo-Seva and ten Berge 2006)


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


def lead_drawn(estimates: pd.Series, draws: pd.DataFrame) -> Lead:
    """Which comes first, from resamples in which all were estimated together (a column each)."""
    known = estimates.dropna()
    if known.empty or draws.empty:
        return Lead(tuple(map(str, known.index)) if len(known) == 1 else ())
    ahead = draws[known.index].rsub(draws[known.idxmax()], axis=0).quantile(LOWER)
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


def chances(table: pd.DataFrame) -> pd.Series:
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
    z = size / near.where(near > 0) * Z
    return pd.Series(2 * stats.norm.sf(z), table.index).mask(near.eq(0) & size.gt(0), 0.0)


def changed(changes: pd.DataFrame) -> pd.Series:
    """Whether each number changed by more than chance, corrected (Holm) for looking at all.

    Parameters
    ----------
    changes : DataFrame
        Columns `change`, `low`, `high` (`survey.change`).
    """
    return holm(chances(changes.rename(columns={"change": "estimate"}))) < CHANCE


def moved(changes: pd.DataFrame, reworded: np.ndarray) -> pd.DataFrame:
    """Which numbers moved, corrected (Holm) for looking at all that can be compared.

    Parameters
    ----------
    changes : DataFrame
        As in `changed`.
    reworded : array of bool
        Which numbers rest on a question that was asked otherwise before: their change is emptied.

    Returns
    -------
    DataFrame
        With `p_adjusted`, and `moved`: "up", "down", "asked otherwise", or "" where chance will do.

    Examples
    --------
    >>> table = pd.DataFrame({"change": [0.5, 0.1], "low": [0.3, -0.1], "high": [0.7, 0.3]})
    >>> moved(table, np.array([False, False]))["moved"].tolist()
    ['up', '']
    """
    ends = ["change", "low", "high"]
    table = changes.assign(**{end: changes[end].mask(reworded) for end in ends})
    table["p_adjusted"] = holm(chances(table.rename(columns={"change": "estimate"})))
    sure, up = table["p_adjusted"] < CHANCE, table["change"] > 0
    told = np.select([reworded, sure & up, sure], ["asked otherwise", "up", "down"], "")
    return table.assign(moved=told)


def beyond(p: float) -> bool:
    """Whether a p-value is that of more than chance; a missing one is not."""
    return bool(p < CHANCE)


def real(tests: pd.DataFrame) -> list[Any]:
    """The rows that are more than chance after correction (`p_adjusted`)."""
    return list(tests.index[tests["p_adjusted"] < CHANCE])


def apart(zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series) -> pd.Series:
    """Which cards two viewpoints surely differ on, among all cards and pairs that are looked at.

    A difference is held against the larger of its two standard errors: from the reliability of
    the factors (Brown 1980), and from resampled sorts. Corrected for all cards and pairs (Holm).
    A viewpoint that hardly returns in resamples is no fixed ground: nothing surely differs from it.

    Parameters
    ----------
    zscores, sed : DataFrame
        Cards by factors and factors by factors (`Solution`).
    se : DataFrame
        Cards by factors: bootstrap standard errors of the z-scores.
    weak : Series
        Index factor (`weak`).

    Returns
    -------
    Series of bool, index card

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> weak = pd.Series("", z.columns)
    >>> apart(z, sed, z * 0 + 0.4, weak).to_dict()
    {'a': True, 'b': False}
    >>> apart(z, sed, z * 0 + 0.4, weak.replace("", "returns")).tolist()
    [False, False]
    """
    return _pairs_apart(zscores, sed, se, weak).any(axis=1)


def distinct(
    zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series
) -> pd.DataFrame:
    """Which cards surely set a viewpoint apart from every other one; see `apart`.

    Returns
    -------
    DataFrame of bool, cards by factors

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> distinct(z, sed, z * 0 + 0.4, pd.Series("", z.columns)).loc["a"].tolist()
    [True, True]
    """
    scored = zscores.dropna(axis="columns", how="all")
    sure, names = _pairs_apart(scored, sed, se, weak), list(map(str, scored))
    found = pd.DataFrame(False, zscores.index, zscores.columns)
    for factor in names if len(names) > 1 else ():
        pairs = [pair for pair in combinations(names, 2) if factor in pair]
        found[factor] = sure[pairs].all(axis=1)
    return found


def _pairs_apart(
    zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series
) -> pd.DataFrame:
    p, se = {}, se.mask(weak.reindex(se.columns) == "returns", np.inf, axis=1)
    for one, other in combinations(map(str, zscores), 2):
        error = np.maximum(np.hypot(se[one], se[other]), sed[one][other])
        p[one, other] = 2 * stats.norm.sf((zscores[one] - zscores[other]).abs() / error)
    found = np.array(list(p.values())).reshape(len(p), len(zscores))
    found = np.where(np.isnan(found), 1.0, found)
    sure = holm(found.ravel()).reshape(found.shape) < CHANCE if p else found < 0
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
