"""Measures of relative importance, each from correlation matrices alone.

Every measure takes matrices (b, p + 1, p + 1) with the outcome last and returns shares (b, p):
one for the data, and a thousand at once for as many resamples.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cxlib.drivers.sample import Array, DriverError, Sample
from cxlib.drivers.subsets import r2_of_subsets, shapley

CELLS = 2**21  # subsets held at a time
LOGIT = "logit"  # LMG of an event: from logits on the answers themselves


def correlation(sample: Sample) -> Array:
    """Weighted correlation matrix of drivers and outcome, the outcome last."""
    data = np.column_stack([sample.X.to_numpy(), sample.y])
    if not sample.n:
        return np.full((data.shape[1],) * 2, np.nan)
    part = sample.weights / sample.weights.sum()
    data = data - part @ data
    covariance = (data * part[:, None]).T @ data
    scale = np.sqrt(np.diagonal(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix: Array = covariance / np.outer(scale, scale)
    return matrix


def r2(matrices: Array) -> Array:
    """Explained variance of the outcome on all drivers: array (b,)."""
    r = matrices[:, :-1, -1]
    inverse = np.linalg.pinv(matrices[:, :-1, :-1], rcond=1e-11, hermitian=True)
    explained: Array = np.einsum("bi,bij,bj->b", r, inverse, r)
    return explained


def lmg(matrices: Array) -> Array:
    """Mean gain in R2 over all orders in which the drivers can enter."""
    drivers = matrices.shape[-1] - 1
    at_a_time = max(1, CELLS >> drivers)
    starts = range(0, len(matrices), at_a_time)
    parts = [shapley(r2_of_subsets(matrices[i : i + at_a_time])) for i in starts]
    return np.concatenate(parts)


def johnson(matrices: Array) -> Array:
    """Relative weights: through the orthogonal variables nearest to the drivers."""
    values, vectors = np.linalg.eigh(matrices[:, :-1, :-1])
    real = values > 1e-11
    scale = np.sqrt(np.where(real, values, 1.0))
    turned = np.swapaxes(vectors, 1, 2)
    root = (vectors * np.where(real, scale, 0.0)[:, None]) @ turned
    back = (vectors * np.where(real, 1.0 / scale, 0.0)[:, None]) @ turned
    slopes = back @ matrices[:, :-1, -1:]
    weights: Array = (root**2 @ slopes**2)[..., 0]
    return weights


def first(matrices: Array) -> Array:
    """R2 of each driver alone."""
    squares: Array = matrices[:, :-1, -1] ** 2
    return squares


def last(matrices: Array) -> Array:
    """What each driver adds to all the others."""
    everyone = np.arange(matrices.shape[-1])
    others = [np.delete(everyone, j) for j in everyone[:-1]]
    without = [r2(matrices[:, rest[:, None], rest]) for rest in others]
    return r2(matrices)[:, None] - np.column_stack(without)


Measure = Callable[[Array], Array]

MEASURES: dict[str, Measure] = {
    "lmg": lmg,
    "johnson": johnson,
    "first": first,
    "last": last,
}


def measure(name: str) -> Measure:
    """The measure of that name."""
    if name not in MEASURES:
        raise DriverError(
            f"method {name!r} is unknown; choose from {', '.join([*MEASURES, LOGIT])}"
        )
    return MEASURES[name]
