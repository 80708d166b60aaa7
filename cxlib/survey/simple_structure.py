"""Items that each measure one value, values that may correlate: the model by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from cxlib.survey.answers import Array

LEAST = 0.005  # smallest unique part of an item's variance
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Structure:
    """A fitted model: S = LFL' + U, with in L one loading an item and 1 on the diagonal of F.

    Attributes
    ----------
    places : int array (k,)
        Which of the m values each item measures.
    loadings, unique : arrays (k,)
        In the items' own units.
    correlations : array (m, m)
        Between the values; their variances are 1.
    misfit : float
        log|S| + tr(S^-1 C) - log|C| - k.
    """

    places: Places
    loadings: Array
    unique: Array
    correlations: Array
    misfit: float

    @property
    def pattern(self) -> Array:
        """Loadings as a matrix (k, m)."""
        return _pattern(self.places, self.loadings)

    @property
    def implied(self) -> Array:
        """The covariances that the model implies."""
        spread: Array = self.pattern @ self.correlations @ self.pattern.T
        return spread + np.diag(self.unique)

    @property
    def standardised(self) -> Array:
        """Correlation of each item with its value."""
        found: Array = self.loadings / np.sqrt(self.loadings**2 + self.unique)
        return found

    @property
    def improper(self) -> Places:
        """Items of which nothing is left once their value is known (Heywood cases)."""
        floor = LEAST * 1.001 * (self.loadings**2 + self.unique)
        return np.flatnonzero(self.unique <= floor)


def fit(covariance: Array, places: Places) -> Structure:
    """Minimise the normal likelihood's misfit, on correlations as it doesn't depend on scales.

    Parameters
    ----------
    covariance : array (k, k)
        Positive definite.
    places : int array (k,)
        Value 0..m-1 of each item. One value takes three items; among several, each takes two.

    Returns
    -------
    Structure
        The loadings of each value sum to more than 0.

    References
    ----------
    Jöreskog (1969).

    Examples
    --------
    >>> l = np.array([0.9, 0.8, 0.7])
    >>> found = fit(np.outer(l, l) + np.diag(1 - l**2), np.zeros(3, int))
    >>> bool(np.allclose(found.loadings, l, atol=1e-5))
    True
    """
    k, m = len(places), int(places.max()) + 1
    sd = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(sd, sd)
    bounds = [(None, None)] * k + [(LEAST, None)] * k + [(-1, 1)] * (m * (m - 1) // 2)
    found = minimize(
        _misfit,
        _start(correlation, places),
        args=(correlation, places),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-15, "gtol": 1e-8, "maxiter": 2000, "maxfun": 4000, "maxcor": 30},
    )
    loadings, unique, between = _parts(found.x, k, m)
    signs = np.where(np.bincount(places, loadings) < 0, -1.0, 1.0)
    misfit = float(found.fun - np.linalg.slogdet(correlation)[1] - k)
    turned = loadings * signs[places] * sd
    return Structure(places, turned, unique * sd**2, between * np.outer(signs, signs), misfit)


def influence(answers: Array, structure: Structure) -> Array:
    """First-order influence of each respondent on loadings, unique variances and correlations.

    Parameters
    ----------
    answers : array (n, k)
        Complete answers.
    structure : Structure

    Returns
    -------
    array (n, 2k + m(m-1)/2)
        The scores of the normal likelihood times its inverse information: their squares add up
        to n^2 times the sandwich variance, which doesn't suppose that grades are normal.
    """
    pull = (answers - answers.mean(axis=0)) @ np.linalg.inv(structure.implied)
    through = pull @ structure.pattern
    first, second = np.triu_indices(len(structure.correlations), 1)
    scores = np.hstack(
        [
            pull * (through @ structure.correlations)[:, structure.places],
            pull**2 / 2,
            through[:, first] * through[:, second],
        ]
    )
    moved: Array = (scores - scores.mean(axis=0)) @ np.linalg.pinv(
        information(structure), hermitian=True
    )
    return moved


def information(structure: Structure) -> Array:
    """Expected information of one respondent on loadings, unique variances and correlations."""
    k, m = structure.pattern.shape
    first, second = np.triu_indices(m, 1)
    slopes = np.zeros((2 * k + len(first), k, k))
    items, pattern = np.arange(k), structure.pattern
    slopes[items, items] = (pattern @ structure.correlations).T[structure.places]
    slopes[k + items, items, items] = 0.5
    slopes[2 * k :] = pattern.T[first][:, :, None] * pattern.T[second][:, None, :]
    slopes = slopes + slopes.transpose(0, 2, 1)
    flat = np.linalg.inv(structure.implied) @ slopes
    found: Array = np.einsum("aij,bji->ab", flat, flat, optimize=True) / 2
    return found


def _pattern(places: Places, loadings: Array) -> Array:
    pattern = np.zeros((len(places), int(places.max()) + 1))
    pattern[np.arange(len(places)), places] = loadings
    return pattern


def _parts(vector: Array, k: int, m: int) -> tuple[Array, Array, Array]:
    between = np.eye(m)
    between[np.triu_indices(m, 1)] = vector[2 * k :]
    return vector[:k], vector[k : 2 * k], between + np.triu(between, 1).T


def _start(correlation: Array, places: Places) -> Array:
    """First component of each value's items, and the correlations of these components."""
    loadings = np.empty(len(places))
    for value in range(places.max() + 1):
        inside = np.flatnonzero(places == value)
        values, vectors = np.linalg.eigh(correlation[np.ix_(inside, inside)])
        loadings[inside] = 0.85 * vectors[:, -1] * np.sqrt(values[-1])
    weights = _pattern(places, loadings)
    sums = weights.T @ correlation @ weights
    between = sums / np.sqrt(np.outer(np.diagonal(sums), np.diagonal(sums)))
    return np.concatenate([loadings, 1 - loadings**2, between[np.triu_indices(len(sums), 1)]])


def _misfit(vector: Array, correlation: Array, places: Places) -> tuple[float, Array]:
    k, m = len(places), int(places.max()) + 1
    loadings, unique, between = _parts(vector, k, m)
    pattern = _pattern(places, loadings)
    implied = pattern @ between @ pattern.T + np.diag(unique)
    try:
        root = np.linalg.inv(np.linalg.cholesky(implied))
    except np.linalg.LinAlgError:  # correlations that can't go together: turn back
        return 1e6, np.zeros_like(vector)
    inverse = root.T @ root
    value = float((inverse * correlation).sum() - 2 * np.log(np.diagonal(root)).sum())
    pull = inverse - inverse @ correlation @ inverse
    slope = 2 * (pull @ pattern @ between)[np.arange(k), places]
    across = 2 * (pattern.T @ pull @ pattern)[np.triu_indices(m, 1)]
    return value, np.concatenate([slope, np.diagonal(pull), across])
