"""Rotation: the matrix that turns unrotated loadings into ones that a person can read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import numpy as np
import pandas as pd

from cxlib.qmethod.extraction import signs
from cxlib.qmethod.sorts import OptionError, choose

Rotation: TypeAlias = str | np.ndarray | Callable[[np.ndarray], np.ndarray]
Turn: TypeAlias = tuple[int | str, int | str, float]
NAMES = ("none", "varimax", "quartimax", "equamax", "promax", "oblimin")
ORTHOGONAL = ("varimax", "quartimax", "equamax")
TOLERANCE = 1e-12
STARTS = 400  # rotations to start from at most, up to seven factors


def rotate(
    loadings: np.ndarray, rotation: Rotation = "varimax", tolerance: float = TOLERANCE
) -> np.ndarray:
    """The k x k matrix M that rotates loadings: rotated = loadings @ M.

    The correlations of the factors follow from it: inv(M'M), the identity when orthogonal.

    Parameters
    ----------
    loadings : array, sorts x factors
    rotation : name, target or function
        "none", "varimax" (Kaiser 1958), "quartimax" (Neuhaus and Wrigley 1954), "equamax"
        (Saunders 1962), these three the best of many starts; "promax" (power
        4, Hendrickson and White 1964), "oblimin" (direct quartimin, Jennrich and Sampson 1966); an
        array of target loadings (orthogonal Procrustes, Schoenemann 1966); or a function of the
        loadings that returns M.
    tolerance : float
        Above 1e-12 the rotation stops short, as R does at 1e-5: on the relative gain of varimax
        and promax, the norm of the gradient of the others, and from one start.

    Examples
    --------
    >>> rotated = np.array([[0.8, 0.0], [0.7, 0.0], [0.0, 0.9]])
    >>> mixed = rotated @ np.array([[0.8, 0.6], [-0.6, 0.8]])
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
    if rotation in OBLIQUE:
        return OBLIQUE[rotation](loadings, tolerance)
    if tolerance <= TOLERANCE:
        rows, gamma = _scaled(loadings, rotation)
        return orthomax(rows, gamma)
    if rotation == "varimax":
        return varimax(loadings[None], tolerance=tolerance)[0]
    return _slope(loadings, rotation, tolerance)


def varimax(
    loadings: np.ndarray, weights: np.ndarray | None = None, tolerance: float = TOLERANCE
) -> np.ndarray:
    """Varimax rotation of a stack of loadings, rows scaled to length 1 (Kaiser 1958).

    Parameters
    ----------
    loadings : array, stack x sorts x factors
    weights : array, stack x sorts, optional
        How often each sort counts (a bootstrap draws sorts more than once).
    tolerance : float
        Relative gain at which to stop; 1e-5 stops where R does, short of the optimum and at a
        saddle if it comes by one.

    Returns
    -------
    array, stack x factors x factors
    """
    counts = np.ones(loadings.shape[:2]) if weights is None else weights
    rows, gamma = _scaled(loadings, "varimax")
    if tolerance > TOLERANCE:
        return _climb(rows, counts, tolerance)
    return np.stack([orthomax(*one) for one in zip(rows, [gamma] * len(rows), counts, strict=True)])


def follow(
    loadings: np.ndarray, weights: np.ndarray, rotation: str, target: np.ndarray
) -> np.ndarray:
    """Orthogonal rotations of draws of the same sorts: as `rotate`, from two starts only.

    The starts are the unrotated factors and the rotation nearest to a target (sorts x factors);
    of the two optima the higher counts.
    """
    stack, _, k = loadings.shape
    rows, gamma = _scaled(loadings, rotation)
    left, _, right = np.linalg.svd((loadings * weights[..., None]).transpose(0, 2, 1) @ target)
    starts = np.concatenate([np.repeat(np.eye(k)[None], stack, axis=0), left @ right])
    found = _turn_pairs(
        np.tile(rows, (2, 1, 1)), gamma, np.tile(weights, (2, 1)), starts, nearly=1e-6
    )
    plain, near = _height(rows, gamma, weights, found.reshape(2, stack, k, k))
    better = near > plain + 1e-9 * np.abs(plain)
    return np.where(better[:, None, None], found[stack:], found[:stack])


def _scaled(loadings: np.ndarray, rotation: str) -> tuple[np.ndarray, float]:
    """The rows that a rotation looks at, and gamma in sum z^4 - gamma / p x (sum z^2)^2.

    Varimax and equamax scale rows to length 1 (Kaiser), quartimax takes them as they are.
    """
    if rotation == "quartimax":
        return loadings, 0.0
    length = np.sqrt((loadings**2).sum(axis=-1, keepdims=True))
    rows = loadings / np.where(length > 1e-12, length, 1.0)
    return rows, 1.0 if rotation == "varimax" else loadings.shape[-1] / 2


def orthomax(rows: np.ndarray, gamma: float, counts: np.ndarray | float = 1.0) -> np.ndarray:
    """The rotation with the highest sum z^4 - gamma / p x (sum z^2)^2: 1 is varimax, 0 quartimax.

    The highest optimum from the unrotated factors and fixed random starts. Rows (sorts x factors)
    are taken as they are, and as often as they count.

    Starts are added until the optima not yet seen attract 2 % of all starts at most, as expected
    after w different ones in n: w (w + 1) / (n (n - 1)) (Boender and Rinnooy Kan 1987).
    """
    k, counts = rows.shape[1], np.broadcast_to(counts, len(rows))
    # Two factors have one plane, whose best angle is found at once; many take long to climb.
    many = max(12, int(STARTS * min(1, (7 / k) ** 6))) if k > 2 else 1
    found = np.empty((0, k, k))
    height = np.empty(0)
    while len(found) < many:
        starts = _starts(k)[len(found) : min(many, max(12, 2 * len(found)))]
        more = _turn_pairs(rows[None], gamma, counts[None], starts, nearly=1e-5)
        found = np.concatenate([found, more])
        height = np.concatenate([height, _height(rows, gamma, counts, more)])
        n, scale = len(found), max(np.abs(height).max(), 1e-300)
        w = len(np.unique(np.round(height / scale, 8)))
        if w * (w + 1) <= 0.02 * n * (n - 1):
            break
    best = int((height >= height.max() - 1e-9 * scale).argmax())
    return _turn_pairs(rows[None], gamma, counts[None], found[[best]])[0]


@cache
def _starts(k: int) -> np.ndarray:
    """The identity and rotations drawn evenly from all, the same each time."""
    drawn = np.random.default_rng(k).normal(size=(STARTS, k, k))
    starts = np.linalg.qr(drawn)[0]
    starts[0] = np.eye(k)
    return starts


def _height(rows: np.ndarray, gamma: float, counts: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The orthomax criterion of rotations (Kaiser 1958, Crawford and Ferguson 1970)."""
    squares = (rows @ matrix) ** 2
    weights = counts[..., None]
    sums = (weights * squares).sum(axis=-2)
    fourth = (weights * squares**2).sum(axis=(-2, -1))
    return fourth - gamma / counts.sum(axis=-1) * (sums**2).sum(axis=-1)


def _turn_pairs(
    rows: np.ndarray, gamma: float, counts: np.ndarray, starts: np.ndarray, nearly: float = 1e-8
) -> np.ndarray:
    """From each start to an optimum: pair by pair of factors by the best angle (Kaiser 1958).

    With h = x + iy for a pair of columns, the criterion follows the cosine of four times the
    angle plus the argument of sum h^4 - gamma / p x (sum h^2)^2; so each turn is the best in its
    plane, and none stays where the criterion is flat but lowest. Rounds go on until the largest
    angle is below `nearly`; what is finished leaves, so that a slow start holds nobody up.
    """
    found = starts.copy()
    both = np.moveaxis(np.concatenate([rows @ starts, starts], axis=1), 2, 0).copy()
    p, active = rows.shape[1], np.arange(len(starts))
    weights = np.broadcast_to(counts, (len(starts), p))
    penalty = gamma / weights.sum(axis=1)
    for _ in range(200):
        largest = np.zeros(len(active))
        for a, b in _rounds(len(both)):
            pair = both[a] + 1j * both[b]
            square = pair[..., :p] ** 2
            weighted = weights * square
            slope = (weighted * square).sum(axis=-1) - penalty * weighted.sum(axis=-1) ** 2
            angle = np.where(np.abs(slope) > 1e-13 * p, np.angle(slope) / 4, 0)
            pair *= np.exp(-1j * angle)[..., None]
            both[a], both[b] = pair.real, pair.imag
            np.maximum(largest, np.abs(angle).max(axis=0), out=largest)
        found[active] = np.moveaxis(both[:, :, p:], 0, 2)
        going = largest > nearly
        if not going.any():
            break
        if not going.all():
            active, both = active[going], both[:, going]
            weights, penalty = weights[going], penalty[going]
    return found


@cache
def _rounds(k: int) -> list[tuple[list[int], list[int]]]:
    """All pairs of k factors in rounds that have each factor once, as in a tournament."""
    seats, half = list(range(k + k % 2)), (k + 1) // 2
    rounds = []
    for _ in seats[1:]:
        meet = [(a, b) for a, b in zip(seats[:half], seats[::-1], strict=False) if max(a, b) < k]
        rounds.append(([a for a, _ in meet], [b for _, b in meet]))
        seats.insert(1, seats.pop())
    return [one for one in rounds if one[0]]


def _climb(rows: np.ndarray, counts: np.ndarray, tolerance: float) -> np.ndarray:
    """Varimax as R does it, from the unrotated factors until the gain falls below the tolerance.

    Each round takes the rotation nearest to the gradient (Horst 1965, Sherin 1966).
    """
    result = np.repeat(np.eye(rows.shape[2])[None], len(rows), axis=0)
    active, best = np.arange(len(rows)), np.zeros(len(rows))
    for _ in range(1000):
        weights = counts[active][..., None]
        z = rows[active] @ result[active]
        sums = (weights * z**2).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
        gradient = (weights * rows[active]).transpose(0, 2, 1) @ (z**3 - z * sums)
        left, values, right = np.linalg.svd(gradient)
        result[active] = left @ right
        going = values.sum(axis=1) > best * (1 + tolerance)
        active, best = active[going], values.sum(axis=1)[going]
        if not len(active):
            break
    return result


def promax(loadings: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """Promax: varimax, then as near as oblique axes come to the loadings' own fourth power."""
    orthogonal = rotate(loadings, "varimax", tolerance)
    rotated = loadings @ orthogonal
    target = rotated * np.abs(rotated) ** 3
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

    # R starts from the unrotated factors; nearer to the end is varimax.
    start = rotate(loadings, "varimax" if tolerance <= TOLERANCE else "none", tolerance)
    return np.linalg.inv(_descend(start, overlap, tangent, unit, tolerance)).T


def _slope(loadings: np.ndarray, rotation: str, tolerance: float) -> np.ndarray:
    """Quartimax and equamax as R does them: down the slope until it is gentle."""
    rows, gamma = _scaled(loadings, rotation)
    penalty = gamma / len(rows)

    def spread(axes: np.ndarray) -> tuple[float, np.ndarray]:
        rotated = rows @ axes
        sums = (rotated**2).sum(axis=0)
        gradient = rows.T @ (rotated**3 - penalty * rotated * sums)
        return -float((rotated**4).sum() - penalty * (sums**2).sum()) / 4, -gradient

    def tangent(axes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        across = axes.T @ gradient
        return gradient - axes @ (across + across.T) / 2

    def nearest(axes: np.ndarray) -> np.ndarray:
        left, _, right = np.linalg.svd(axes)
        return left @ right

    return _descend(np.eye(rows.shape[1]), spread, tangent, nearest, tolerance)


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


OBLIQUE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "promax": promax,
    "oblimin": oblimin,
}


@dataclass(frozen=True)
class Axes:
    """Loadings with the rotation that made them and the correlations of the factors."""

    names: pd.Index
    loadings: np.ndarray  # sorts x factors
    unrotated: np.ndarray  # sorts x extracted factors
    matrix: np.ndarray  # extracted factors x factors
    phi: np.ndarray  # factors x factors
    communality: np.ndarray  # sorts
    how: Rotation = "none"  # what made them, to be done again on other draws of the sorts

    def reshape(self, matrix: np.ndarray, names: pd.Index) -> "Axes":
        """The same axes in another order, turned round or doubled (entries -1, 0 and 1)."""
        return replace(
            self,
            names=names,
            loadings=self.loadings @ matrix,
            matrix=self.matrix @ matrix,
            phi=matrix.T @ self.phi @ matrix,
        )

    def numbered(self) -> pd.Index:
        """Q01, Q02 … for the sorts, by leading factor and falling loading on it."""
        size = np.abs(self.loadings)
        order = np.lexsort((-size.max(axis=1), size.argmax(axis=1)))
        digits = max(2, len(str(len(order))))
        names = np.empty(len(order), dtype=object)
        names[order] = [f"Q{place:0{digits}d}" for place in range(1, len(order) + 1)]
        return pd.Index(names, name="sort")


def rotated(
    unrotated: np.ndarray,
    rotation: Rotation | pd.DataFrame,
    turns: Sequence[Turn],
    tolerance: float,
    sorts: pd.Index,
) -> Axes:
    """Axes f1 ... fk: rotated, turned by hand, put in order."""
    if isinstance(rotation, pd.DataFrame):
        rotation = rotation.reindex(sorts).to_numpy(dtype=float)
    try:
        matrix = arrange(unrotated, rotate(unrotated, rotation, tolerance))
        if turns:  # names stay: the next turn, and flags by hand, refer to them
            matrix = matrix @ turn(unrotated.shape[1], turns)
            matrix = matrix * signs(unrotated @ matrix)
        phi = np.linalg.inv(matrix.T @ matrix)
    except np.linalg.LinAlgError as error:
        raise OptionError(
            f"rotation={rotation!r} has no solution: the sorts do not carry {unrotated.shape[1]}"
            " factors"
        ) from error
    loadings = unrotated @ matrix
    communality = ((loadings @ phi) * loadings).sum(axis=1)
    return Axes(factor_names(len(phi)), loadings, unrotated, matrix, phi, communality, rotation)


def arrange(unrotated: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The rotation with its columns by falling sum of squares, each turned to a positive sum."""
    loadings = unrotated @ matrix
    order = np.argsort(-np.round((loadings**2).sum(axis=0), 12), kind="stable")
    return (matrix * signs(loadings))[:, order]


def from_loadings(loadings: pd.DataFrame) -> Axes:
    """Axes of loadings that were made elsewhere, taken to be orthogonal."""
    values = loadings.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise OptionError("loadings must be finite numbers")
    identity = np.eye(values.shape[1])
    names = pd.Index(loadings.columns.map(str), name="factor")
    return Axes(names, values, values, identity, identity, (values**2).sum(axis=1))


def factor_names(k: int) -> pd.Index:
    """f1 ... fk."""
    return pd.Index([f"f{i}" for i in range(1, k + 1)], name="factor")
