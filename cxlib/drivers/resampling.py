"""Resample respondents, and keep of each resample only the sums that an analysis needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from cxlib.drivers.sample import Array, DriverError, Sample

BLOCK = 16384  # respondents at a time: memory stays small however long the survey is
STREAM = 5  # keeps the noise apart from answers that were simulated with the same seed
GROUP = 100  # resamples that share a column of noise


class Reweight(Protocol):
    """How weights change from resample to resample, such as `survey.raking` returns it."""

    cells: np.ndarray  # (respondents): weights within a cell rise and fall together

    def factors(self, sums: Array) -> Array:
        """From the sums of weights (resamples, cells) to what these are to be multiplied by."""


def resampled_moments(
    columns: Array,
    weights: Array,
    n_resamples: int,
    seed: int,
    reweight: Reweight | None = None,
    rows: np.ndarray | None = None,
) -> Array:
    """Weighted cross-products of [1, columns, noise] in resamples of respondents.

    Respondents are drawn with replacement and bring their weights, which `reweight` may raise or
    lower for each cell of respondents. The last column is standard normal noise, unrelated to
    anything; every 100 resamples get a new draw of it.

    Parameters
    ----------
    columns : array (n, q)
    weights : array (n,)
    n_resamples : int
    seed : int
    reweight : Reweight, optional
    rows : array of bool, optional
        Which of the respondents that `reweight` knows these are; all by default.

    Returns
    -------
    array (n_resamples, q + 2, q + 2)
        Sums of weight x column i x column j.

    Notes
    -----
    A resample of n from n is a multinomial draw. It is made block by block: first how many of
    the n fall in each block, then which rows within the block. The counts times the products of
    columns is one matrix product (a cell), so no resampled table ever exists.
    """
    rng = _generator(n_resamples, seed)
    n, width = columns.shape[0], columns.shape[1] + 2
    cells = np.zeros(n, dtype=int) if reweight is None else _cells(reweight, n, rows)
    order = np.argsort(cells, kind="stable")  # so that the members of a cell stand together
    columns, weights, cells = columns[order], weights[order], cells[order]
    upper = np.triu_indices(width)
    starts = np.arange(0, n, BLOCK)
    sizes = np.diff(np.append(starts, n))
    per_block = rng.multinomial(n, sizes / n, size=n_resamples)
    moments = np.empty((n_resamples, width, width))
    n_cells = 1 if reweight is None else int(reweight.cells.max()) + 1
    for first in range(0, n_resamples, GROUP):
        group = slice(first, min(first + GROUP, n_resamples))
        sums = np.zeros((n_cells, group.stop - first, len(upper[0])))
        for place, (start, size) in enumerate(zip(starts, sizes, strict=True)):
            block = slice(start, start + size)
            noise = rng.standard_normal(size)
            data = np.column_stack([np.ones(size), columns[block], noise])
            products = (data[:, upper[0]] * data[:, upper[1]]) * weights[block, None]
            counts = _counts(per_block[group, place], size, rng)
            found, first_of = np.unique(cells[block], return_index=True)
            for cell, a, b in zip(found, first_of, [*first_of[1:], size], strict=True):
                sums[cell] += counts[:, a:b] @ products[a:b]
        factors = 1.0 if reweight is None else reweight.factors(sums[:, :, 0].T).T[:, :, None]
        moments[group, upper[0], upper[1]] = (sums * factors).sum(axis=0)
        moments[group, upper[1], upper[0]] = moments[group, upper[0], upper[1]]
    return moments


def resampled_correlations(
    sample: Sample, n_resamples: int, seed: int, reweight: Reweight | None
) -> Array:
    """Correlations of drivers, outcome and noise in resamples (b, p + 2, p + 2)."""
    data = np.column_stack([sample.X.to_numpy(), sample.y])
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    return correlations(
        resampled_moments(data, sample.weights, n_resamples, seed, reweight, sample.rows)
    )


def _cells(reweight: Reweight, n: int, rows: np.ndarray | None) -> np.ndarray:
    known = len(reweight.cells)
    if known != (n if rows is None else len(rows)):
        raise DriverError(f"reweight knows {known} respondents; make it for the rows of X")
    return reweight.cells if rows is None else reweight.cells[rows]


def _counts(totals: np.ndarray, size: int, rng: np.random.Generator) -> Array:
    """How often each of `size` rows is drawn, a line a resample."""
    drawn = rng.integers(0, size, totals.sum(), dtype=np.int32)
    drawn += np.repeat(np.arange(len(totals), dtype=np.int32) * np.int32(size), totals)
    counts = np.bincount(drawn, minlength=len(totals) * size)
    return counts.reshape(len(totals), size).astype(float)


def resampled_weights(
    weights: Array,
    n_resamples: int,
    seed: int,
    reweight: Reweight | None = None,
    rows: np.ndarray | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Noise (n,), and the weight of each respondent in up to 100 resamples (b, n) that share it.

    A respondent who is drawn twice has twice the weight; `reweight` and `rows` as in
    `resampled_moments`.
    """
    rng, n = _generator(n_resamples, seed), len(weights)
    cells = None if reweight is None else _cells(reweight, n, rows)
    for first in range(0, n_resamples, GROUP):
        size = min(GROUP, n_resamples - first)
        noise = rng.standard_normal(n)
        drawn = _counts(np.full(size, n), n, rng) * weights
        if reweight is not None and cells is not None:
            member = np.eye(int(reweight.cells.max()) + 1)[cells]
            drawn *= reweight.factors(drawn @ member)[:, cells]
        yield noise, drawn


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
