"""Rotation: the matrix that turns unrotated loadings into ones that a person can read."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np

from .errors import OptionError, choose

Rotation: TypeAlias = str | np.ndarray | Callable[[np.ndarray], np.ndarray]
Turn: TypeAlias = tuple[int | str, int | str, float]
NAMES = ("none", "varimax", "quartimax", "equamax", "promax", "oblimin")
TOLERANCE = 1e-12


def rotate(
    loadings: np.ndarray, rotation: Rotation = "varimax", tolerance: float = TOLERANCE
) -> np.ndarray:
    """The k x k matrix M that rotates loadings: rotated = loadings @ M.

    The correlations of the factors follow from it: inv(M'M), the identity when orthogonal.

    Parameters
    ----------
    loadings : array, sorts x factors
    rotation : name, target or function
        "none", "varimax" (Kaiser 1958), "quartimax", "equamax" (Saunders 1962), "promax" (power
        4, Hendrickson and White 1964), "oblimin" (direct quartimin, Jennrich and Sampson 1966); an
        array of target loadings (orthogonal Procrustes, Schoenemann 1966); or a function of the
        loadings that returns M.
    tolerance : float
        When to stop: relative gain of varimax and promax, norm of the gradient of the others. R
        stops at 1e-5.

    Examples
    --------
    >>> rotated = np.array([[0.8, 0.0], [0.7, 0.0], [0.0, 0.9]])
    >>> half = np.sqrt(0.5)
    >>> mixed = rotated @ np.array([[half, half], [-half, half]])
    >>> abs(mixed @ rotate(mixed)).round(6).tolist()
    [[0.8, 0.0], [0.7, 0.0], [0.0, 0.9]]
    """
    k = loadings.shape[1]
    if callable(rotation):
        return np.asarray(rotation(loadings), dtype=float)
    if not isinstance(rotation, str):
        return procrustes(loadings, np.asarray(rotation, dtype=float))
    choose("rotation", rotation, NAMES)
    if rotation == "none" or k == 1:
        return np.eye(k)
    if rotation in SINGLE:
        return SINGLE[rotation](loadings, tolerance)
    return varimax(loadings[None], tolerance=tolerance)[0]


def varimax(
    loadings: np.ndarray, weights: np.ndarray | None = None, tolerance: float = TOLERANCE
) -> np.ndarray:
    """Varimax rotation of a stack of loadings, rows scaled to length 1 (Kaiser 1958).

    Each round takes the rotation nearest to the gradient of sum z^4 - (sum z^2)^2 / p, until the
    gain falls below the tolerance (Horst 1965, Sherin 1966).

    Parameters
    ----------
    loadings : array, stack x sorts x factors
    weights : array, stack x sorts, optional
        How often each sort counts (a bootstrap draws sorts more than once).
    tolerance : float
        Relative gain at which to stop; 1e-5 stops where R does.

    Returns
    -------
    array, stack x factors x factors
    """
    stack, p, k = loadings.shape
    counts = (np.ones((stack, p)) if weights is None else weights)[..., None]
    rows = _unit_rows(loadings)
    # The criterion knows the loadings only by their second and fourth moments.
    pairs = (rows[..., :, None] * rows[..., None, :]).reshape(stack, p, k * k)
    fourth = pairs.transpose(0, 2, 1) @ (counts * pairs)
    second = (counts * pairs).sum(axis=1).reshape(stack, k, k)
    second = second / np.sqrt(counts.sum(axis=1, keepdims=True))
    result = _climb(fourth, second, np.repeat(np.eye(k)[None], stack, axis=0), tolerance)
    penalty = 1 / counts.sum(axis=1)
    for _ in range(k * k):
        stuck, turned = _off_saddle(rows, result, counts, penalty)
        if not stuck.any():
            break
        result[stuck] = _climb(fourth[stuck], second[stuck], turned[stuck], tolerance)
    return result


def _climb(
    fourth: np.ndarray, second: np.ndarray, start: np.ndarray, tolerance: float
) -> np.ndarray:
    """Round after round from a start, until the gain falls below the tolerance."""
    result = start
    active, best = np.arange(len(start)), np.zeros(len(start))
    for _ in range(1000):
        matrix, value = _ascend(fourth, second, result[active])
        result[active] = matrix
        going = value > best * (1 + tolerance)
        if not going.any():
            break
        best = value
        if not going.all():  # finished ones leave, so that a slow one does not hold them up
            active, best = active[going], best[going]
            fourth, second = fourth[going], second[going]
    return result


def _ascend(
    fourth: np.ndarray, second: np.ndarray, matrix: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One round for a stack: the better rotations, and the values that they are judged by."""
    stack, k, _ = matrix.shape
    outer = (matrix[:, :, None, :] * matrix[:, None, :, :]).reshape(stack, k * k, k)
    cubes = ((fourth @ outer).reshape(stack, k, k, k) * matrix[:, None]).sum(axis=2)
    linear = second @ matrix
    left, values, right = np.linalg.svd(cubes - linear * (linear * matrix).sum(1, keepdims=True))
    return left @ right, values.sum(axis=1)


def _off_saddle(
    rows: np.ndarray, matrix: np.ndarray, counts: np.ndarray, penalty: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Turn pairs of factors that stand where the criterion is flat but lowest (Kaiser 1958).

    Rotations that follow a slope stay there: two groups of sorts that mirror each other.
    """
    rotated, turned = rows @ matrix, matrix.copy()
    stuck = np.zeros(len(rows), dtype=bool)
    for a in range(matrix.shape[2]):
        for b in range(a + 1, matrix.shape[2]):
            x, y = rotated[..., a : a + 1], rotated[..., b : b + 1]
            u, v = x * x - y * y, 2 * x * y
            su, sv = (counts * u).sum(axis=1), (counts * v).sum(axis=1)
            along = (counts * (u * u - v * v)).sum(axis=1) - penalty * (su * su - sv * sv)
            across = 2 * (counts * u * v).sum(axis=1) - 2 * penalty * su * sv
            low = (np.abs(across) < -1e-4 * along)[:, 0] & (along < -1e-9)[:, 0] & ~stuck
            first, second = matrix[low, :, a], matrix[low, :, b]
            turned[low, :, a], turned[low, :, b] = (
                (first + second) / 2**0.5,
                (second - first) / 2**0.5,
            )
            stuck |= low
    return stuck, turned


def _unit_rows(loadings: np.ndarray) -> np.ndarray:
    length = np.sqrt((loadings**2).sum(axis=-1, keepdims=True))
    return loadings / np.where(length > 1e-12, length, 1.0)


def promax(loadings: np.ndarray, tolerance: float = TOLERANCE, power: int = 4) -> np.ndarray:
    """Promax: varimax, then as near as oblique axes come to the loadings' own fourth power."""
    orthogonal = varimax(loadings[None], tolerance=tolerance)[0]
    rotated = loadings @ orthogonal
    target = rotated * np.abs(rotated) ** (power - 1)
    matrix = np.linalg.lstsq(rotated, target, rcond=None)[0]
    scale = np.sqrt(np.diag(np.linalg.pinv(matrix.T @ matrix)))
    return orthogonal @ (matrix * scale)


def oblimin(loadings: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """Direct quartimin: the least overlap of squared loadings, axes free (Jennrich 2002)."""

    def overlap(axes: np.ndarray) -> tuple[float, np.ndarray]:
        inverse = np.linalg.inv(axes)
        pattern = loadings @ inverse.T
        squares = pattern**2
        others = squares.sum(axis=1, keepdims=True) - squares
        gradient = -(pattern.T @ (pattern * others) @ inverse).T
        return float((squares * others).sum() / 4), gradient

    def tangent(axes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        return gradient - axes * (axes * gradient).sum(axis=0)

    def unit(axes: np.ndarray) -> np.ndarray:
        return axes / np.sqrt((axes**2).sum(axis=0))

    return np.linalg.inv(_descend(np.eye(loadings.shape[1]), overlap, tangent, unit, tolerance)).T


def quartimax(loadings: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """The largest sum of fourth powers (Neuhaus and Wrigley 1954), rows as they are."""
    return _orthomax(loadings, 0.0, tolerance)


def equamax(loadings: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """Variance spread evenly over the factors (Saunders 1962), rows scaled to length 1."""
    return _orthomax(_unit_rows(loadings), loadings.shape[1] / 2, tolerance)


def _orthomax(loadings: np.ndarray, gamma: float, tolerance: float) -> np.ndarray:
    """Orthogonal axes with the largest sum z^4 - gamma / p x (sum z^2)^2."""
    penalty = gamma / len(loadings)

    def spread(axes: np.ndarray) -> tuple[float, np.ndarray]:
        rotated = loadings @ axes
        sums = (rotated**2).sum(axis=0)
        gradient = loadings.T @ (rotated**3 - penalty * rotated * sums)
        return -float((rotated**4).sum() - penalty * (sums**2).sum()) / 4, -gradient

    def tangent(axes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        across = axes.T @ gradient
        return gradient - axes @ (across + across.T) / 2

    def nearest(axes: np.ndarray) -> np.ndarray:
        left, _, right = np.linalg.svd(axes)
        return left @ right

    axes = _descend(np.eye(loadings.shape[1]), spread, tangent, nearest, tolerance)
    for _ in range(axes.size):
        stuck, turned = _off_saddle(
            loadings[None], axes[None], np.ones((1, len(loadings), 1)), penalty
        )
        if not stuck.any():
            break
        axes = _descend(turned[0], spread, tangent, nearest, tolerance)
    return axes


def _descend(
    axes: np.ndarray,
    criterion: Callable[[np.ndarray], tuple[float, np.ndarray]],
    tangent: Callable[[np.ndarray, np.ndarray], np.ndarray],
    back: Callable[[np.ndarray], np.ndarray],
    tolerance: float,
) -> np.ndarray:
    """Gradient projection (Jennrich 2001): down the slope, then back onto proper axes."""
    step = 1.0
    value, gradient = criterion(axes)
    for _ in range(1000):
        slope = tangent(axes, gradient)
        size = float(np.sqrt((slope**2).sum()))
        if size < tolerance:
            break
        step *= 2
        for _ in range(11):
            moved = back(axes - step * slope)
            new_value, new_gradient = criterion(moved)
            if value - new_value > 0.5 * size**2 * step:
                break
            step /= 2
        if new_value >= value and size < 1e-7:
            break  # as low as floating point goes
        axes, value, gradient = moved, new_value, new_gradient
    return axes


def procrustes(loadings: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The orthogonal matrix that brings loadings nearest to a target (Schoenemann 1966)."""
    if target.shape != loadings.shape or not np.isfinite(target).all():
        raise OptionError(
            f"rotation: the target must be {loadings.shape[0]} sorts x {loadings.shape[1]} factors"
            " of finite numbers"
        )
    left, _, right = np.linalg.svd(loadings.T @ target)
    return left @ right


def turn(n_factors: int, turns: Iterable[Turn]) -> np.ndarray:
    """The matrix of a recorded hand rotation: (factor, factor, degrees), one after another.

    A positive angle moves the first factor towards the second. Factors are numbers from 1 or
    names ("f1").

    Examples
    --------
    >>> (np.array([[1.0, 1.0]]) @ turn(2, [("f1", "f2", 45)])).round(4).tolist()
    [[1.4142, 0.0]]
    """
    matrix = np.eye(n_factors)
    for record in turns:
        try:
            first, second, angle = record
            a, b = (int(str(f).removeprefix("f")) - 1 for f in (first, second))
            radians = np.deg2rad(float(angle))
        except (TypeError, ValueError) as error:
            raise OptionError(f"turns: {record!r} is not (factor, factor, degrees)") from error
        if a == b or not 0 <= min(a, b) <= max(a, b) < n_factors or not np.isfinite(radians):
            raise OptionError(f"turns: {record!r} does not name two of {n_factors} factors")
        plane = matrix[:, [a, b]]
        cos, sin = np.cos(radians), np.sin(radians)
        matrix[:, a] = plane[:, 0] * cos + plane[:, 1] * sin
        matrix[:, b] = plane[:, 1] * cos - plane[:, 0] * sin
    return matrix


SINGLE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "promax": promax,
    "quartimax": quartimax,
    "equamax": equamax,
    "oblimin": oblimin,
}
