"""How many people two versions of a set differ in, told by sums that hold none of the people.

A sketch of a set of numbers x from GF(p) is its size and the sums of x, x², x³ … mod p. Those of
two versions subtracted leave the rows that are in one of them only, and the rank of the Hankel
matrix of what is left is the number of these rows. Sketches add up, as the sets do.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

PRIME = 2**31 - 1  # products of two numbers below it fit in 64 bits
Numbers = npt.NDArray[np.int64]


def sketch(rows: pd.Series, cells: pd.Series, minimum: int) -> pd.DataFrame:
    """Sketch the rows of each cell, so that differences below `minimum` people can be counted.

    Parameters
    ----------
    rows : Series of int
        A number from 1 to `PRIME` - 1 for each row: what it holds, hashed with a secret.
    cells : Series
        The cell that each row is in.
    minimum : int

    Returns
    -------
    DataFrame (cells x powers)
        Column 0 is the number of rows.

    Examples
    --------
    >>> sketch(pd.Series([3, 5, 4]), pd.Series(["a", "a", "b"]), minimum=2)[[0, 1, 2]]
       0  1   2
    a  2  8  34
    b  1  4  16
    """
    powers = np.ones((len(rows), 4 * minimum - 3), dtype=np.int64)
    for place in range(1, powers.shape[1]):
        powers[:, place] = powers[:, place - 1] * rows.to_numpy() % PRIME
    return pd.DataFrame(powers, rows.index).groupby(cells, sort=True).sum() % PRIME


def people(differences: Numbers, minimum: int) -> Numbers:
    """At least so many people differ, by the differences between sketches; nobody if 0.

    A person who joined or left is one row, one whose answer changed is two. Once `minimum` people
    are reached, it may be more than is said.

    Parameters
    ----------
    differences : array (cells x powers)
    minimum : int

    Examples
    --------
    >>> old, new = (
    ...     sketch(pd.Series(rows), pd.Series("a", range(3)), minimum=5).to_numpy()
    ...     for rows in ([3, 5, 4], [3, 5, 9])
    ... )
    >>> people(new - old, minimum=5)
    array([1])
    """
    found = np.abs(differences[:, 0])
    unsure = (found < minimum) & differences.any(axis=1)
    size = (differences.shape[1] + 1) // 2
    hankel = differences[unsure][:, np.add.outer(np.arange(size), np.arange(size))]
    found[unsure] = np.maximum(found[unsure], (rank(hankel) + 1) // 2)
    return found


def rank(matrices: Numbers) -> Numbers:
    """Rank of each of many square matrices over GF(`PRIME`), by elimination.

    Examples
    --------
    >>> rank(np.array([[[1, 2], [2, 4]], [[1, 2], [2, 5]]]))
    array([1, 2])
    """
    left, size = matrices % PRIME, matrices.shape[-1]
    found = np.zeros(len(left), dtype=np.int64)
    for column in range(size):
        usable = (left[:, :, column] != 0) & (np.arange(size) >= found[:, None])
        one = np.flatnonzero(usable.any(axis=1))
        pivot, place = usable[one].argmax(axis=1), found[one]
        row = left[one, pivot].copy()
        left[one, pivot] = left[one, place]
        left[one, place] = row
        below = np.arange(size) > place[:, None]
        factor = np.where(below, left[one, :, column], 0)[:, :, None]
        scale = np.where(below, row[:, column, None], 1)[:, :, None]
        left[one] = (left[one] * scale % PRIME - factor * row[:, None] % PRIME) % PRIME
        found[one] += 1
    return found
