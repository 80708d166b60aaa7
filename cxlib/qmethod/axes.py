"""Rotated factors before anything is read into them: loadings and the axes that they refer to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .errors import OptionError
from .extraction import signs
from .rotation import Rotation, Turn, rotate, turn


@dataclass(frozen=True)
class Axes:
    """Loadings with the rotation that made them and the correlations of the factors."""

    names: pd.Index
    loadings: np.ndarray  # sorts x factors
    unrotated: np.ndarray  # sorts x extracted factors
    matrix: np.ndarray  # extracted factors x factors
    phi: np.ndarray  # factors x factors
    communality: np.ndarray  # sorts

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
    return Axes(factor_names(len(phi)), loadings, unrotated, matrix, phi, communality)


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
