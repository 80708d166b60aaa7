"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import norm

from cxlib.qmethod.subgroups import holm

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
    p = {}
    for one, other in combinations(map(str, zscores), 2):
        error = np.maximum(np.hypot(se[one], se[other]), sed[one][other])
        p[one, other] = 2 * norm.sf((zscores[one] - zscores[other]).abs() / error)
    found = np.array(list(p.values())).reshape(len(p), len(zscores))
    found = np.where(np.isnan(found), 1.0, found)
    sure = holm(found.ravel()).reshape(found.shape) < 0.05 if p else found < 0
    return pd.Series(sure.any(axis=0), zscores.index)


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


# --- scales ---


# --- drivers ---


# --- monitor ---
