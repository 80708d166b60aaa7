"""How alike two sorts are: Pearson, Spearman or Kendall, around missing cells where needed."""

import numpy as np
from scipy.stats import rankdata

from .errors import SortsError, choose

METHODS = ("pearson", "spearman", "kendall")


def correlate(values: np.ndarray, method: str = "pearson") -> np.ndarray:
    """Correlate the columns (sorts) of an array of cards x sorts.

    Kendall is tau-b. Missing cells (NaN) are left out pair by pair.

    Parameters
    ----------
    values : array, cards x sorts
    method : {"pearson", "spearman", "kendall"}

    Returns
    -------
    array, sorts x sorts

    Raises
    ------
    SortsError
        When two sorts share too few cards to be correlated.

    Examples
    --------
    >>> correlate(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]))[0, 1].round(6).item()
    -1.0
    """
    choose("correlation", method, METHODS)
    gaps = np.isnan(values).any()
    if method == "kendall":
        matrix = _kendall(values)
    elif gaps:
        matrix = _pairwise(values, method)
    else:
        units = unit_columns(values, method)
        matrix = units.T @ units
    bad = np.argwhere(~np.isfinite(matrix))
    if bad.size:
        a, b = bad[0]
        raise SortsError([f"sorts number {a + 1} and {b + 1} share too few cards to correlate"])
    np.clip(matrix, -1, 1, out=matrix)
    np.fill_diagonal(matrix, 1.0)
    return (matrix + matrix.T) / 2


def unit_columns(values: np.ndarray, method: str = "pearson") -> np.ndarray:
    """Centred columns of length 1, so that their products are Pearson or Spearman's rho."""
    columns = rankdata(values, axis=0) if method == "spearman" else values
    centred = columns - columns.mean(axis=0)
    # Twice: beside a large mean the first pass leaves a remainder.
    centred -= centred.mean(axis=0)
    centred /= np.abs(centred).max(axis=0)  # no square under- or overflows
    return centred / np.sqrt((centred**2).sum(axis=0))


def _kendall(values: np.ndarray) -> np.ndarray:
    above, below = np.triu_indices(len(values), 1)
    steps = np.sign(values[above] - values[below])
    known = (~np.isnan(steps)).astype(float)
    steps = np.nan_to_num(steps)
    untied = (steps**2).T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        return (steps.T @ steps) / np.sqrt(untied * untied.T)


def _pairwise(values: np.ndarray, method: str) -> np.ndarray:
    p = values.shape[1]
    known = ~np.isnan(values)
    matrix = np.eye(p)
    for a in range(p):
        for b in range(a):
            both = known[:, a] & known[:, b]
            pair = values[both][:, [a, b]]
            if len(pair) < 3 or (np.ptp(pair, axis=0) == 0).any():
                matrix[a, b] = matrix[b, a] = np.nan
                continue
            units = unit_columns(pair, method)
            matrix[a, b] = matrix[b, a] = units[:, 0] @ units[:, 1]
    return matrix
