"""Can the items be factored at all: sampling adequacy and sphericity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import Covariance
from cxlib.survey.answers import moments


@dataclass(frozen=True)
class Adequacy:
    """Kaiser-Meyer-Olkin measure over all items, and per item (index `item`)."""

    overall: float
    items: pd.Series
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that no items correlate."""

    statistic: float
    df: int
    p: float
    n: int
    notes: tuple[str, ...] = ()


def kmo(items: pd.DataFrame) -> Adequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    sum r^2 / (sum r^2 + sum q^2) over pairs of items, r their correlations and q their partial
    correlations given all other items. Below .5 no factor analysis is worth doing.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    Adequacy
        NaN where an item follows from others, or there are too few answers.

    Raises
    ------
    SurveyError
        When a column is not numeric.

    References
    ----------
    Kaiser (1974).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(100, 4)) + rng.normal(size=(100, 1)))
    >>> bool(kmo(items).overall > 0.6)
    True
    """
    found = distinct(moments(items))
    index = pd.Index(items.columns, name="item")
    if obstacle := obstacle_to(found):
        empty = pd.Series(np.nan, index=index, name="kmo")
        return Adequacy(np.nan, empty, (*found.notes, obstacle))
    correlation = found.correlation.to_numpy()
    inverse = np.linalg.inv(correlation)
    root = np.sqrt(np.diagonal(inverse))
    simple, partial = correlation**2, (inverse / np.outer(root, root)) ** 2
    for squares in (simple, partial):
        np.fill_diagonal(squares, 0.0)
    each = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    overall = float(simple.sum() / (simple.sum() + partial.sum()))
    table = pd.Series(each, index=found.matrix.columns, name="kmo").reindex(index)
    return Adequacy(overall, table, found.notes)


def bartlett(items: pd.DataFrame) -> Sphericity:
    """Bartlett's test of sphericity.

    -(n - 1 - (2k + 5)/6) log|R| is chi-squared with k(k-1)/2 degrees of freedom when no items
    correlate.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    Sphericity

    Raises
    ------
    SurveyError
        When a column is not numeric.

    References
    ----------
    Bartlett (1951).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(100, 3)) + rng.normal(size=(100, 1)))
    >>> bartlett(items).df
    3
    """
    found = distinct(moments(items))
    k = len(found.matrix)
    freedom = k * (k - 1) // 2
    if obstacle := obstacle_to(found):
        return Sphericity(np.nan, freedom, np.nan, found.n, (*found.notes, obstacle))
    size = float(np.linalg.slogdet(found.correlation.to_numpy())[1])
    statistic = -(found.n - 1 - (2 * k + 5) / 6) * size
    p = float(stats.chi2.sf(statistic, freedom))
    return Sphericity(statistic, freedom, p, found.n, found.notes)


def distinct(found: Covariance) -> Covariance:
    """Without the items that follow exactly from the ones before them."""
    kept: list[int] = []
    correlation = found.correlation.to_numpy()
    if found.n <= len(correlation) or not np.isfinite(correlation).all():
        return found
    for item in range(len(correlation)):
        others = correlation[np.ix_(kept, kept)]
        known = correlation[item, kept]
        if 1 - known @ np.linalg.solve(others, known) > 1e-9:
            kept.append(item)
    names = found.matrix.columns
    left = [f"{name}: follows from other items; left out" for name in names.drop(names[kept])]
    return replace(found, matrix=found.matrix.iloc[kept, kept], notes=(*found.notes, *left))


def obstacle_to(found: Covariance) -> str:
    """Why these items can't be factored; empty when they can."""
    k = len(found.matrix)
    if found.n <= k:
        return f"{found.n} respondents are too few for {k} items"
    if k < 3:
        return "it takes at least three items whose answers differ"
    return "" if found.positive else "too few respondents answered the same items"
