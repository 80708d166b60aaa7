"""R-squared of every subset of drivers, and how it is shared out among them."""

from __future__ import annotations

from math import comb

import numpy as np

from cxlib.drivers.sample import Array, DriverError

MOST_DRIVERS = 24  # 2**24 subsets are still a matter of seconds and of a gigabyte
COPY = 1e-11  # a driver with less own variance than this repeats the others


def r2_of_subsets(matrices: Array) -> Array:
    """R2 of the outcome on every subset of drivers, from correlations alone.

    Parameters
    ----------
    matrices : array (b, p + 1, p + 1)
        Correlation matrices, the outcome last.

    Returns
    -------
    array (b, 2**p)
        Subset s holds driver j where bit p - 1 - j of s is set.

    Notes
    -----
    The drivers are taken one after the other. Each splits every set in two: without it (its row
    is dropped) and with it (its row is swept out of what remains, one step of elimination). All
    subsets share their beginnings, so the whole costs about 12 x 2**p multiplications instead of
    2**p inversions. A driver that repeats the ones already in adds nothing.
    """
    drivers = matrices.shape[-1] - 1
    if drivers > MOST_DRIVERS:
        raise DriverError(
            f"{drivers} drivers have 2**{drivers} subsets; use method='johnson' or group drivers"
        )
    rest = matrices[:, None]
    for _ in range(drivers):
        pivot = rest[..., 0, 0]
        own = pivot > COPY
        step = np.where(own, 1.0 / np.where(own, pivot, 1.0), 0.0)
        row, below = rest[..., 0, 1:], rest[..., 1:, 1:]
        swept = below - (row * step[..., None])[..., :, None] * row[..., None, :]
        rest = np.stack([below, swept], axis=2)
        rest = rest.reshape(len(matrices), -1, *below.shape[-2:])
    return matrices[:, -1:, -1] - rest[..., 0, 0]


def gains(r2: Array, driver: int) -> Array:
    """What one driver adds to every subset without it: array (b, 2**(p - 1))."""
    split = r2.reshape(len(r2), 2**driver, 2, -1)
    return (split[:, :, 1] - split[:, :, 0]).reshape(len(r2), -1)


def count_drivers(r2: Array) -> int:
    """Number of drivers behind an array of subsets."""
    return int(r2.shape[-1]).bit_length() - 1


def subset_sizes(drivers: int) -> np.ndarray:
    """How many drivers each of the 2**drivers subsets holds."""
    sizes = np.zeros(1, dtype=int)
    for _ in range(drivers):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def shapley(r2: Array) -> Array:
    """Each driver's mean gain over the orders in which drivers can enter: array (b, p)."""
    p = count_drivers(r2)
    weight = np.array([1.0 / (p * comb(p - 1, k)) for k in range(p)])[subset_sizes(p - 1)]
    return np.column_stack([gains(r2, j) @ weight for j in range(p)])


def gains_by_size(r2: Array) -> Array:
    """Mean gain of each driver given the number of drivers already in: array (p, p)."""
    p = count_drivers(r2)
    sizes = subset_sizes(p - 1)
    counts = np.bincount(sizes)
    return np.array([np.bincount(sizes, gains(r2, j)[0]) / counts for j in range(p)])
