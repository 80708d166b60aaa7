"""One common factor by maximum likelihood."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from cxlib.survey.answers import Array

LEAST = 0.005  # smallest unique part of an item's variance


def one_factor(covariance: Array) -> tuple[Array, Array]:
    """Loadings and unique variances of one factor behind three or more items.

    Minimises log|S| + tr(S^-1 C), S = ll' + diag(u). Given u the best l follows from the first
    eigenvector of u^-.5 C u^-.5, so only u is searched for; on correlations, since the fit
    doesn't depend on the items' scales.

    Parameters
    ----------
    covariance : array (k, k), k >= 3
        Positive definite.

    Returns
    -------
    loadings, unique : arrays (k,)
        In the items' own units; the sum of the loadings is positive.

    References
    ----------
    Jöreskog (1967).

    Examples
    --------
    >>> l = np.array([0.9, 0.8, 0.7])
    >>> loadings, unique = one_factor(np.outer(l, l) + np.diag(1 - l**2))
    >>> bool(np.allclose(loadings, l, atol=1e-5))
    True
    """
    sd = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(sd, sd)
    start = np.clip(0.5 / np.diagonal(np.linalg.inv(correlation)), LEAST, 0.95)
    found = minimize(
        _misfit,
        start,
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST, 1.0)] * len(sd),
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    loadings = _loadings(found.x, correlation)
    loadings = loadings if loadings.sum() > 0 else -loadings
    return loadings * sd, found.x * sd**2


def influence(answers: Array, loadings: Array, unique: Array) -> Array:
    """First-order influence of each respondent on loadings and unique variances.

    Parameters
    ----------
    answers : array (n, k)
        Complete answers.
    loadings, unique : arrays (k,)
        As `one_factor` returns them.

    Returns
    -------
    array (n, 2k)
        The scores of the normal likelihood times its inverse information: their squares add up
        to n^2 times the sandwich variance.
    """
    k = len(loadings)
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    through = inverse @ loadings
    pulled = (answers - answers.mean(axis=0)) @ inverse
    scores = np.hstack([pulled * (pulled @ loadings)[:, None], pulled**2 / 2])
    information = np.empty((2 * k, 2 * k))
    information[:k, :k] = inverse * (loadings @ through) + np.outer(through, through)
    information[:k, k:] = inverse * through
    information[k:, :k] = information[:k, k:].T
    information[k:, k:] = inverse**2 / 2
    moved: Array = (scores - scores.mean(axis=0)) @ np.linalg.pinv(information, hermitian=True)
    return moved


def _loadings(unique: Array, correlation: Array) -> Array:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    strength = np.sqrt(max(values[-1] - 1, 0.0))
    loadings: Array = root * vectors[:, -1] * strength
    return loadings


def _misfit(unique: Array, correlation: Array) -> tuple[float, Array]:
    """Discrepancy at the best loadings for these unique variances, and its gradient."""
    root = np.sqrt(unique)
    rest = np.linalg.eigvalsh(correlation / np.outer(root, root))[:-1]
    rest = np.maximum(rest, 1e-12)
    loadings = _loadings(unique, correlation)
    gradient = (loadings**2 + unique - np.diagonal(correlation)) / unique**2
    return float((rest - np.log(rest) - 1).sum()), gradient
