"""A solution fitted anew on many draws of its sorts at once, with its factors kept in place."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from threadpoolctl import ThreadpoolController

from . import scoring
from .correlation import correlate, unit_columns
from .extraction import extract, is_short
from .flagging import CRITICAL, automatic
from .rotation import ORTHOGONAL, TOLERANCE, Rotation, follow, rotate, varimax
from .solution import Solution

BATCH = 100  # draws at a time: keeps the largest array at some tens of megabytes


def one_thread() -> AbstractContextManager:
    """Linear algebra on one thread: shared out, small matrices wait longer than they compute."""
    return _threads().limit(limits=1, user_api="blas")


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


class Refit:
    """Extraction, rotation, flags and scores of a solution on other draws of its sorts.

    Parameters
    ----------
    solution : Solution
        Whose settings are used and whose factors the others are matched to.
    rotation : as in `analyse`
    matching : {"congruence", "correlation", "procrustes"}
    turned : array, factors x factors, optional
        Hand rotation from the factors that are matched to those of the solution.
    """

    def __init__(
        self,
        solution: Solution,
        rotation: Rotation | pd.DataFrame = "varimax",
        matching: str = "congruence",
        turned: np.ndarray | None = None,
    ) -> None:
        data, self.settings = solution.data, solution.settings
        if isinstance(rotation, pd.DataFrame):
            rotation = rotation.reindex(data.names).to_numpy(dtype=float)
        self.rotation, self.matching = rotation, matching
        self.k = len(solution.axes.names)
        self.turned = np.eye(self.k) if turned is None else turned
        self.target = solution.axes.loadings @ np.linalg.inv(self.turned)
        self.shape = np.eye(self.k)  # which factors are turned upside down or split, at the end
        self.n, self.p = data.cells.shape
        self.values = scoring.standardise(data.cells) if data.standardised else data.cells
        kind = self.settings["correlation"]
        self.matrix = correlate(data.cells, kind)
        self.units = unit_columns(data.cells, kind) if is_short(data.cells, kind) else None

    def run(
        self, drawn: np.ndarray, progress: Callable[[int], object] | None = None
    ) -> dict[str, np.ndarray]:
        """Refit draws (positions of sorts, draws x sorts drawn), a batch at a time."""
        parts = []
        with one_thread():
            for start in range(0, len(drawn), BATCH):
                parts.append(self._batch(drawn[start : start + BATCH]))
                if progress is not None:
                    progress(len(parts[-1]["z"]))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _batch(self, drawn: np.ndarray) -> dict[str, np.ndarray]:
        counts = np.zeros((len(drawn), self.p))
        np.add.at(counts, (np.arange(len(drawn))[:, None], drawn), 1)
        fitted = self._rotate(self._extract(counts, drawn), counts)
        loadings, order, sign, alike = self._match(fitted, counts)
        loadings = loadings @ self.turned
        level, majority = self.settings["level"], self.settings["majority"]
        flags = automatic(loadings, self.n, level, majority) & (counts[..., None] > 0)
        loadings, of = loadings @ self.shape, np.abs(self.shape).argmax(axis=0)
        halves = (np.abs(self.shape) @ np.abs(self.shape).T).diagonal()[of] > 1
        flags = flags[..., of] & ((loadings > 0) | ~halves)
        z = scoring.zscores(self.values, scoring.weigh(loadings, flags) * counts[..., None])
        n_flagged = (flags * counts[..., None]).sum(axis=1)
        reliable = scoring.reliability(n_flagged, self.settings["coefficient"])
        se = np.where(np.isnan(z[:, 0]), np.nan, np.sqrt(1 - reliable))
        absent = (counts == 0)[..., None]
        return {
            "z": z,
            "loadings": np.where(absent, np.nan, loadings),
            "flags": np.where(absent, np.nan, flags),
            "order": order[:, of],
            "sign": sign[:, of] * self.shape.sum(axis=0),
            "alike": alike[:, of],
            **_labels(z, se),
        }

    def _extract(self, counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """Unrotated loadings of all sorts; those not drawn are placed on the same components."""
        if self.settings["extraction"] != "pca":
            return self._extract_each(drawn)
        if self.units is not None:
            _, vectors = np.linalg.eigh((self.units * counts[:, None, :]) @ self.units.T)
            return np.matmul(self.units.T, vectors[..., : -self.k - 1 : -1])
        root = np.sqrt(counts)
        values, vectors = np.linalg.eigh(self.matrix * root[:, :, None] * root[:, None, :])
        values, vectors = values[:, : -self.k - 1 : -1], vectors[..., : -self.k - 1 : -1]
        scale = np.where(values > 1e-12, 1 / np.sqrt(np.maximum(values, 1e-12)), 0)
        return np.matmul(self.matrix, root[..., None] * vectors) * scale[:, None, :]

    def _extract_each(self, drawn: np.ndarray) -> np.ndarray:
        loadings = np.zeros((len(drawn), self.p, self.k))
        for step, rows in enumerate(drawn):
            part = self.matrix[np.ix_(rows, rows)]
            loadings[step, rows] = extract(part, self.k, self.settings["extraction"])
        return loadings

    def _rotate(self, loadings: np.ndarray, counts: np.ndarray) -> np.ndarray:
        if self.matching == "procrustes":
            across = np.matmul((loadings * counts[..., None]).transpose(0, 2, 1), self.target)
            left, _, right = np.linalg.svd(across)
            return loadings @ (left @ right)
        tolerance = self.settings["tolerance"]
        named = self.rotation if isinstance(self.rotation, str) else ""
        if named in ORTHOGONAL and tolerance <= TOLERANCE:
            return loadings @ follow(loadings, counts, named, self.target)
        if named == "varimax":
            return loadings @ varimax(loadings, counts, tolerance)
        result = np.empty_like(loadings)
        for step, count in enumerate(counts.astype(int)):
            rows = np.repeat(np.arange(self.p), count)
            how = self.rotation[rows] if isinstance(self.rotation, np.ndarray) else self.rotation
            result[step] = loadings[step] @ rotate(loadings[step, rows], how, tolerance)
        return result

    def _match(
        self, loadings: np.ndarray, counts: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Factors in the order and with the sign that fit the solution best over all of them."""
        weights = counts[..., None]
        first, second = loadings, np.broadcast_to(self.target, loadings.shape)
        if self.matching == "correlation":
            total = weights.sum(axis=1, keepdims=True)
            first = first - (weights * first).sum(axis=1, keepdims=True) / total
            second = second - (weights * second).sum(axis=1, keepdims=True) / total
        across = np.matmul((weights * first).transpose(0, 2, 1), second)
        lengths = [np.sqrt((weights * side**2).sum(axis=1)) for side in (first, second)]
        size = lengths[0][:, :, None] * lengths[1][:, None, :]
        alike = np.divide(across, size, out=np.zeros_like(across), where=size > 1e-12)
        order = np.array([linear_sum_assignment(-np.abs(one.T))[1] for one in alike])
        matched = np.take_along_axis(alike.transpose(0, 2, 1), order[:, :, None], axis=2)[..., 0]
        sign = np.where(matched < 0, -1.0, 1.0)
        ordered = np.take_along_axis(loadings, order[:, None, :], axis=2)
        return ordered * sign[:, None, :], order, sign, np.abs(matched)


def _labels(z: np.ndarray, se: np.ndarray) -> dict[str, np.ndarray]:
    """Whether each card distinguishes each factor, or is consensus, at .05; NaN where unknown."""
    k = z.shape[2]
    first, second = np.triu_indices(k, 1)
    scored = ~np.isnan(se)[:, None, :]
    compared = scored[..., first] & scored[..., second]
    sed = np.sqrt(se[:, None, first] ** 2 + se[:, None, second] ** 2)
    differs = np.abs(z[..., first] - z[..., second]) > CRITICAL[0.05] * sed
    enough = scored.sum(axis=2) > 1
    distinguished = np.full(z.shape, np.nan)
    for f in range(k):
        every = (differs | ~compared)[..., (first == f) | (second == f)].all(axis=2)
        distinguished[..., f] = np.where(scored[..., f] & enough, every, np.nan)
    same = np.where(enough, ~(differs & compared).any(axis=2), np.nan)
    return {"distinguished": distinguished, "consensus": same}
