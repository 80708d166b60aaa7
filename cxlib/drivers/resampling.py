"""Resample respondents, and keep of each resample only the sums that an analysis needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from cxlib.drivers.sample import Array, DriverError

Reweight = Callable[[np.ndarray], npt.ArrayLike]

BLOCK = 16384  # respondents at a time: memory stays small however long the survey is
STREAM = 5  # keeps the noise apart from answers that were simulated with the same seed
GROUP = 100  # resamples that share a column of noise


def resampled_moments(columns: Array, weights: Array, n_resamples: int, seed: int) -> Array:
    """Weighted cross-products of [1, columns, noise] in resamples of respondents.

    Respondents are drawn with replacement and bring their weights. The last column is standard
    normal noise, unrelated to anything; every 100 resamples get a new draw of it.

    Parameters
    ----------
    columns : array (n, q)
    weights : array (n,)
    n_resamples : int
    seed : int

    Returns
    -------
    array (n_resamples, q + 2, q + 2)
        Sums of weight x column i x column j.

    Notes
    -----
    A resample of n from n is a multinomial draw. It is made block by block: first how many of
    the n fall in each block, then which rows within the block. The counts times the products of
    columns is one matrix product, so no resampled table ever exists.
    """
    rng = _generator(n_resamples, seed)
    n, width = columns.shape[0], columns.shape[1] + 2
    upper = np.triu_indices(width)
    starts = np.arange(0, n, BLOCK)
    sizes = np.diff(np.append(starts, n))
    per_block = rng.multinomial(n, sizes / n, size=n_resamples)
    sums = np.zeros((n_resamples, len(upper[0])))
    for b, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        rows = slice(start, start + size)
        data = np.column_stack([np.ones(size), columns[rows], np.zeros(size)])
        products = (data[:, upper[0]] * data[:, upper[1]]) * weights[rows, None]
        noisy = upper[1] == width - 1
        for first in range(0, n_resamples, GROUP):
            group = slice(first, first + GROUP)
            data[:, -1] = rng.standard_normal(size)
            products[:, noisy] = data * (data[:, -1] * weights[rows])[:, None]
            sums[group] += _counts(per_block[group, b], size, rng) @ products
    moments = np.empty((n_resamples, width, width))
    moments[:, upper[0], upper[1]] = sums
    moments[:, upper[1], upper[0]] = sums
    return moments


def _counts(totals: np.ndarray, size: int, rng: np.random.Generator) -> Array:
    """How often each of `size` rows is drawn, a line a resample."""
    drawn = rng.integers(0, size, totals.sum(), dtype=np.int32)
    drawn += np.repeat(np.arange(len(totals), dtype=np.int32) * np.int32(size), totals)
    counts = np.bincount(drawn, minlength=len(totals) * size)
    return counts.reshape(len(totals), size).astype(float)


def reweighted_moments(
    columns: Array, rows: np.ndarray, n_resamples: int, seed: int, reweight: Reweight
) -> Array:
    """As `resampled_moments`, with weights computed anew for every resample.

    `rows` are the positions that `reweight` knows the respondents by.
    """
    rng = _generator(n_resamples, seed)
    n = len(columns)
    moments = []
    for _ in range(n_resamples):
        picked = rng.integers(0, n, n)
        data = np.column_stack([np.ones(n), columns[picked], rng.standard_normal(n)])
        weights = np.asarray(reweight(rows[picked]), dtype=float)
        moments.append((data * weights[:, None]).T @ data)
    return np.array(moments)


def resampled_weights(
    weights: Array,
    n_resamples: int,
    seed: int,
    rows: np.ndarray | None = None,
    reweight: Reweight | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Noise (n,), and the weight of each respondent in up to 100 resamples (b, n) that share it.

    A respondent who is drawn twice has twice the weight; with `reweight`, what it says of the
    respondents drawn, known by their positions `rows`.
    """
    rng = _generator(n_resamples, seed)
    n = len(weights)
    for first in range(0, n_resamples, GROUP):
        size = min(GROUP, n_resamples - first)
        noise = rng.standard_normal(n)
        if reweight is None or rows is None:
            yield noise, _counts(np.full(size, n), n, rng) * weights
        else:
            drawn = rng.integers(0, n, (size, n))
            again = (np.asarray(reweight(rows[own]), dtype=float) for own in drawn)
            yield (
                noise,
                np.array([np.bincount(*pair, n) for pair in zip(drawn, again, strict=True)]),
            )


def _generator(n_resamples: int, seed: int) -> np.random.Generator:
    if n_resamples < 1:
        raise DriverError(f"n_resamples is {n_resamples}; it takes at least one")
    return np.random.default_rng([STREAM, seed])


def correlations(moments: Array) -> Array:
    """Correlation matrices from cross-products whose first column is 1.

    A column that does not vary in some resample correlates 0 with all others there.
    """
    total = moments[:, :1, :1]
    means = moments[:, 0, 1:] / total[:, 0]
    covariance = moments[:, 1:, 1:] / total - means[:, :, None] * means[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    varies = variance > 1e-12
    scale = np.where(varies, np.sqrt(np.where(varies, variance, 1.0)), np.inf)
    matrices = covariance / scale[:, :, None] / scale[:, None, :]
    diagonal = np.arange(matrices.shape[1])
    matrices[:, diagonal, diagonal] = 1.0
    return matrices
