"""Least squares with errors that survive unequal spread."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxlib.drivers.measures import correlation, r2
from cxlib.drivers.sample import (
    Array,
    DriverError,
    Sample,
    coefficient_table,
    complete,
    corrected,
    independent,
    no_coefficients,
    numbers,
)
from cxlib.inference import Weights


@dataclass(frozen=True)
class Regression:
    """A linear model of the outcome.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term` ("intercept" first), columns `estimate`, `se`, `low`, `high`, `p`, and
        `p_adjusted` (Holm over the drivers).
    r2 : float
    n : int
        Respondents used.
    vif : Series
        Index `driver`: variance inflation; infinite for a driver that follows from others.
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    r2: float
    n: int
    vif: pd.Series
    notes: tuple[str, ...] = ()


def least_squares(
    X: pd.DataFrame,
    y: pd.Series,
    weights: Weights = None,
    cov: str = "HC3",
    clusters: pd.Series | None = None,
    level: float = 0.95,
) -> Regression:
    """Regress the outcome on all drivers.

    b = (X'WX)^-1 X'Wy with covariance (X'WX)^-1 M (X'WX)^-1. With e the residuals and h the
    leverages, M = sum of (w e / (1 - h))^2 xx' for "HC3"; s^2 X'WX for "classic"; and the sum
    over clusters of their summed scores, times G/(G-1) (n-1)/(n-k), for "cluster".

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
        Grades; respondents with a missing answer are left out.
    y : Series (respondents)
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.
    cov : {"HC3", "classic", "cluster"}
    clusters : Series (respondents), optional
        Group of each respondent, for cov="cluster".
    level : float
        Coverage of the intervals, from Student's t.

    Returns
    -------
    Regression
        Estimates are NaN where the answers can't give them; `notes` says why.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or `cov` is unknown.

    References
    ----------
    MacKinnon and White (1985); Long and Ervin (2000) on HC3.

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> model = least_squares(X, pd.Series([6, 6, 8, 9, 5, 8]))
    >>> model.coefficients["estimate"].round(2).to_dict()
    {'intercept': -1.76, 'ease': 0.76, 'safe': 0.48}
    """
    sample = complete(X, y, weights)
    if "intercept" in X.columns:
        raise DriverError('no driver may be called "intercept": the constant has that name')
    index = pd.Index(["intercept", *sample.drivers], name="term")
    if sample.obstacle:
        notes = (*sample.notes, sample.obstacle)
        nothing = corrected(no_coefficients(index))
        return Regression(nothing, np.nan, sample.n, inflation(sample), notes)
    kept, notes = independent(sample)
    design = np.column_stack([np.ones(sample.n), kept.to_numpy()])
    estimate, spread, freedom = _fit(design, sample, cov, clusters)
    terms = ["intercept", *kept.columns]
    table = corrected(coefficient_table(estimate, spread, terms, freedom, level)).reindex(index)
    explained = float(r2(correlation(sample)[None])[0])
    return Regression(table, explained, sample.n, inflation(sample), sample.notes + notes)


def _fit(
    design: Array, sample: Sample, cov: str, clusters: pd.Series | None
) -> tuple[Array, Array, int]:
    w = sample.weights / sample.weights.mean()
    bread = np.linalg.inv((design * w[:, None]).T @ design)
    estimate = bread @ (design.T @ (w * sample.y))
    residual = sample.y - design @ estimate
    n, k = design.shape
    if cov == "classic":
        return estimate, bread * float(w @ residual**2) / (n - k), n - k
    if cov == "HC3":
        leverage = w * np.einsum("ij,jk,ik->i", design, bread, design)
        own = np.maximum(1 - leverage, 1e-10)
        scores = design * (w * residual / own)[:, None]
        return estimate, bread @ (scores.T @ scores) @ bread, n - k
    if cov == "cluster":
        if clusters is None or len(clusters) != len(sample.rows):
            raise DriverError('cov="cluster" needs `clusters`: a group for each respondent')
        codes = pd.factorize(pd.Series(clusters))[0][sample.rows]
        labels, codes = np.unique(codes, return_inverse=True)
        scores = np.zeros((len(labels), k))
        np.add.at(scores, codes, design * (w * residual)[:, None])
        g = len(labels)
        correction = g / (g - 1) * (n - 1) / (n - k) if g > 1 else np.nan
        return estimate, bread @ (scores.T @ scores) @ bread * correction, max(g - 1, 1)
    raise DriverError(f'cov {cov!r} is unknown; choose "HC3", "classic" or "cluster"')


def inflation(sample: Sample) -> pd.Series:
    """Variance inflation 1 / (1 - R2 of a driver on the others)."""
    names = sample.X.columns
    values = np.full(len(names), np.nan)
    if not sample.obstacle:
        matrix = correlation(sample)[:-1, :-1]
        for j in range(len(names)):
            order = np.array([*np.delete(np.arange(len(names)), j), j])
            own = 1 - float(r2(matrix[order[:, None], order][None])[0])
            values[j] = 1 / own if own > 1e-10 else np.inf
    found = pd.Series(values, index=names, name="vif")
    return found.reindex(pd.Index(sample.drivers, name="driver"))


def beside(
    X: pd.DataFrame, y: pd.Series, given: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, float]:
    """Take out of outcome and drivers what covariates explain of them.

    With M = I - Z(Z'Z)^-1 Z' for covariates and constant Z, returns MX and My. After Frisch,
    Waugh and Lovell a regression of My on MX has the coefficients of y on X and Z, and the gain
    in R2 of any drivers is that beside Z, as part of what Z leaves: shares of MX in My are those
    of orders in which Z enters first.

    Parameters
    ----------
    X : DataFrame (rows x drivers)
    y : Series (rows)
    given : DataFrame (rows x covariates)
        Numbers, on the same row labels.

    Returns
    -------
    DataFrame, Series, float
        Drivers and outcome without the covariates, missing where anything is; and R2 of the
        outcome on the covariates alone (NaN with fewer complete rows than covariates).

    Examples
    --------
    >>> X = pd.DataFrame({"repairs": [60.0, 70.0, 75.0, 85.0]})
    >>> y, mode = pd.Series([60.0, 64.0, 76.0, 80.0]), pd.DataFrame({"telephone": [0, 0, 1, 1]})
    >>> left, outcome, r2 = beside(X, y, mode)
    >>> left["repairs"].round(9).tolist(), outcome.round(9).tolist(), round(r2, 3)
    ([-5.0, 5.0, -5.0, 5.0], [-2.0, 2.0, -2.0, 2.0], 0.941)
    """
    names = [("outcome", ""), *(("driver", name) for name in X)]
    both = pd.concat([y.rename("y"), X, given], axis=1).set_axis(
        [*names, *(("given", name) for name in given)], axis=1
    )
    table = numbers(both)
    rows = table.notna().all(axis=1)
    known = table[rows].to_numpy()
    held = np.column_stack([np.ones(len(known)), known[:, len(names) :]])
    if len(held) <= held.shape[1]:
        return X * np.nan, y * np.nan, np.nan
    data = known[:, : len(names)]
    left = data - held @ np.linalg.lstsq(held, data, rcond=None)[0]
    full = pd.DataFrame(left, index=table.index[rows]).reindex(table.index)
    total = float(((data[:, 0] - data[:, 0].mean()) ** 2).sum())
    r2 = 1 - float((left[:, 0] ** 2).sum()) / total if total > 0 else np.nan
    return (
        full[range(1, len(names))].set_axis(X.columns, axis=1),
        pd.Series(full[0], name=y.name),
        r2,
    )
