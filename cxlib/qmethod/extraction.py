"""How alike sorts are, and unrotated loadings from their correlations."""

from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh
from scipy.stats import rankdata

from cxlib.qmethod.sorts import OptionError, SortsError, choose

CORRELATIONS = ("pearson", "spearman", "kendall")


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
    choose("correlation", method, CORRELATIONS)
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


def unrotated(
    cells: np.ndarray, n_factors: int, extraction: str = "pca", correlation: str = "pearson"
) -> np.ndarray:
    """Unrotated loadings of sorts (cards x sorts, NaN where missing), by the shortest way."""
    choose("extraction", extraction, tuple(METHODS))
    if extraction == "pca" and is_short(cells, correlation):
        return components(unit_columns(cells, correlation), n_factors)
    return extract(correlate(cells, correlation), n_factors, extraction)


def is_short(cells: np.ndarray, correlation: str) -> bool:
    """Whether components come quicker from products of cards than from correlations of sorts."""
    n, p = cells.shape
    return n < p and correlation in ("pearson", "spearman") and not np.isnan(cells).any()


def extract(matrix: np.ndarray, n_factors: int, method: str = "pca") -> np.ndarray:
    """Extract unrotated loadings, sorts x factors; of components each column sum is positive.

    Parameters
    ----------
    matrix : array, sorts x sorts
        Correlations.
    n_factors : int
    method : {"pca", "centroid", "horst", "principal_axis"}

    Raises
    ------
    OptionError

    Examples
    --------
    >>> extract(np.array([[1.0, 0.5], [0.5, 1.0]]), 1).round(4).tolist()
    [[0.866], [0.866]]
    """
    choose("extraction", method, tuple(METHODS))
    if not 1 <= n_factors <= len(matrix):
        raise OptionError(f"n_factors={n_factors}: between 1 and {len(matrix)} (sorts) is possible")
    return METHODS[method](matrix, int(n_factors))


def pca(matrix: np.ndarray, n_factors: int) -> np.ndarray:
    """Principal components: eigenvector x sqrt(eigenvalue) (Hotelling 1933)."""
    p = len(matrix)
    values, vectors = eigh(matrix, subset_by_index=[p - n_factors, p - 1], check_finite=False)
    return upright(vectors[:, ::-1] * np.sqrt(np.clip(values[::-1], 0, None)))


def components(units: np.ndarray, n_factors: int) -> np.ndarray:
    """The same from sorts as unit vectors (cards x sorts): shorter with fewer cards than sorts."""
    n = len(units)
    product = units @ units.T
    _, vectors = eigh(product, subset_by_index=[n - n_factors, n - 1], check_finite=False)
    return upright(units.T @ vectors[:, ::-1])


def upright(loadings: np.ndarray) -> np.ndarray:
    """Turn every column so that its sum is positive; works on stacks of matrices too."""
    return loadings * signs(loadings)[..., None, :]


def signs(loadings: np.ndarray) -> np.ndarray:
    """+1 or -1 per column: the sign of its sum, or of its largest loading where the sum is 0."""
    sums, sizes = loadings.sum(axis=-2), np.abs(loadings)
    largest = sizes.argmax(axis=-2)
    fallback = np.take_along_axis(loadings, largest[..., None, :], axis=-2)[..., 0, :]
    decisive = np.where(np.abs(sums) > 1e-12 * sizes.sum(axis=-2), sums, fallback)
    return np.where(decisive < 0, -1.0, 1.0)


def centroid(matrix: np.ndarray, n_factors: int) -> np.ndarray:
    """Brown's centroid (Brown 1980, pp. 208-224), the sorts reflected in a fixed order.

    Identical sorts are reflected together, so they keep identical loadings; of other sorts that
    tie, the first in the table goes first.
    """
    same = matrix > 1 - 1e-12
    residual = matrix.copy()
    columns = []
    for _ in range(n_factors):
        column = _centroid_factor(residual, same)
        columns.append(column)
        residual = residual - np.outer(column, column)
    return np.column_stack(columns)


def _centroid_factor(residual: np.ndarray, same: np.ndarray) -> np.ndarray:
    p = len(residual)
    turned = residual.copy()
    np.fill_diagonal(turned, 0)
    sign = np.ones(p)
    for _ in range(100 * p):
        sums = turned.sum(axis=0)
        lowest = sums.min()
        if lowest > -1e-12:
            break
        group = same[np.flatnonzero(sums < lowest + 1e-12)[0]]
        flip = np.where(group, -1.0, 1.0)
        sign *= flip
        turned *= np.outer(flip, flip)
    sums = turned.sum(axis=0)
    if sums.sum() <= 1e-12:
        return np.zeros(p)
    diagonal = sums / (p - 1)
    for _ in range(10_000):
        column = (sums + diagonal) / np.sqrt((sums + diagonal).sum())
        moved = np.abs(diagonal - column**2).max()
        diagonal = column**2
        if moved < 1e-5:
            break
    return column * sign


def horst(matrix: np.ndarray, n_factors: int) -> np.ndarray:
    """Horst's centroid with iterated communalities (Horst 1965, section 5.5).

    Until communalities move less than 1e-4, and 51 rounds at most, since they may cycle without
    end; both as in KADE. Of sorts that tie in being reflected the last in the table goes first.
    """
    communality = np.ones(len(matrix))
    for _ in range(51):
        loadings = _horst_round(matrix, communality, n_factors)
        updated = np.minimum((loadings**2).sum(axis=1), 1.0)
        moved = np.abs(updated - communality).max()
        communality = updated
        if moved < 1e-4:
            break
    return loadings


def _horst_round(matrix: np.ndarray, communality: np.ndarray, n_factors: int) -> np.ndarray:
    p = len(matrix)
    residual, left = matrix.copy(), communality.copy()
    columns = np.zeros((p, n_factors))
    for f in range(n_factors):
        np.fill_diagonal(residual, 0)
        sign = np.ones(p)
        for _ in range(100 * p):
            sums = np.round((residual @ sign) * sign, 7)
            lowest = np.flatnonzero(sums == sums.min())[-1]
            if sums[lowest] >= 0:
                break
            sign[lowest] *= -1
        weights = residual @ sign + left * sign
        size = np.abs(weights).sum()
        if size < 1e-12:
            break
        columns[:, f] = weights / np.sqrt(size)
        residual -= np.outer(columns[:, f], columns[:, f])
        left -= columns[:, f] ** 2
    return columns


def principal_axis(matrix: np.ndarray, n_factors: int) -> np.ndarray:
    """Principal axis factoring, communalities iterated from the largest correlation.

    The start is not the squared multiple correlation: that does not exist with more sorts than
    cards. Communalities stop at 1 (Heywood).
    """
    reduced = matrix.copy()
    off_diagonal = np.abs(matrix - np.eye(len(matrix)))
    communality = off_diagonal.max(axis=0)
    for _ in range(2000):
        np.fill_diagonal(reduced, communality)
        loadings = pca(reduced, n_factors)
        updated = np.minimum((loadings**2).sum(axis=1), 1.0)
        moved = np.abs(updated - communality).max()
        communality = updated
        if moved < 1e-10:
            break
    return loadings


METHODS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "pca": pca,
    "centroid": centroid,
    "horst": horst,
    "principal_axis": principal_axis,
}
