"""The whole analysis on resampled sorts: how sure every score, loading and flag is."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from threadpoolctl import ThreadpoolController

from cxlib.language import Note, _
from cxlib.qmethod import scoring
from cxlib.qmethod.extraction import correlate, extract, is_short, unit_columns
from cxlib.qmethod.rotation import ORTHOGONAL, TOLERANCE, follow, rotate, varimax
from cxlib.qmethod.scoring import CRITICAL, automatic
from cxlib.qmethod.solution import Solution, analyse
from cxlib.qmethod.sorts import OptionError, choose

BATCH = 100  # draws at a time: keeps the largest array at some tens of megabytes
SEED = 2020  # as that of a study, so that the same question has one answer
MATCHING = ("congruence", "correlation", "procrustes")


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
    matching : {"congruence", "correlation", "procrustes"}
    turned : array, factors x factors, optional
        Hand rotation from the factors that are matched to those of the solution.
    """

    def __init__(
        self,
        solution: Solution,
        matching: str = "congruence",
        turned: np.ndarray | None = None,
    ) -> None:
        data, self.settings = solution.data, solution.settings
        self.rotation, self.matching = solution.axes.how, matching
        self.k = len(solution.axes.names)
        self.turned = np.eye(self.k) if turned is None else turned
        self.target = solution.axes.loadings @ np.linalg.inv(self.turned)
        self.shape = np.eye(self.k)  # which factors are turned upside down or split, at the end
        self.n, self.p = data.cells.shape
        self.values = scoring.standardise(data.cells) if data.standardised else data.cells
        kind = self.settings["correlation"]
        self.matrix = correlate(data.cells, kind)
        self.units = unit_columns(data.cells, kind) if is_short(data.cells, kind) else None

    def run(self, drawn: np.ndarray) -> dict[str, np.ndarray]:
        """Refit draws (positions of sorts, draws x sorts drawn), a batch at a time."""
        starts = range(0, len(drawn), BATCH)
        with one_thread():
            parts = [self._batch(drawn[start : start + BATCH]) for start in starts]
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
            loadings = np.zeros((len(drawn), self.p, self.k))
            for step, rows in enumerate(drawn):
                part = self.matrix[np.ix_(rows, rows)]
                loadings[step, rows] = extract(part, self.k, self.settings["extraction"])
            return loadings
        if self.units is not None:
            _, vectors = np.linalg.eigh((self.units * counts[:, None, :]) @ self.units.T)
            return np.matmul(self.units.T, vectors[..., : -self.k - 1 : -1])
        root = np.sqrt(counts)
        values, vectors = np.linalg.eigh(self.matrix * root[:, :, None] * root[:, None, :])
        values, vectors = values[:, : -self.k - 1 : -1], vectors[..., : -self.k - 1 : -1]
        scale = np.where(values > 1e-12, 1 / np.sqrt(np.maximum(values, 1e-12)), 0)
        return np.matmul(self.matrix, root[..., None] * vectors) * scale[:, None, :]

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


@dataclass(frozen=True)
class Bootstrap:
    """What resampling the sorts does to a solution.

    Attributes
    ----------
    zscores : DataFrame, index (card, factor)
        estimate (all sorts); mean, se, bias, low, high over the resamples; n (with a score).
    loadings : DataFrame, index (sort, factor)
        The same, over the resamples that drew the sort.
    flags : DataFrame, sorts x factors
        Share of the resamples with the sort in which it defined the factor.
    labels : DataFrame, index card
        Share of the resamples in which the card distinguished f1 ... fk (at .05), any of them
        ("distinguishing"), or was "consensus".
    matches : DataFrame, index resample, columns (factor, measure)
        Per factor: matched (which factor of the resample it was, from 1), sign (that it had),
        congruence (or what else was matched by), scored (whether a sort defined it).
    notes : list of str
    solution : Solution
        The analysis of all sorts.
    """

    zscores: pd.DataFrame
    loadings: pd.DataFrame
    flags: pd.DataFrame
    labels: pd.DataFrame
    matches: pd.DataFrame
    notes: list[str]
    solution: Solution


def bootstrap(
    sorts: pd.DataFrame,
    n_factors: int,
    n_resamples: int = 1000,
    *,
    seed: int = SEED,
    confidence: float = 0.95,
    matching: str = "congruence",
    resamples: np.ndarray | None = None,
    invert: Sequence[str] = (),
    split: Sequence[str] = (),
    **options: Any,
) -> Bootstrap:
    """Bootstrap a Q factor analysis (Zabala and Pascual 2016).

    Sorts are drawn with replacement; extraction, rotation, flags and scores are done anew. The
    factors of each resample are matched to those of all sorts by optimal assignment, which drops
    no resample, and turned to the same sign.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
    n_factors, n_resamples, seed : int
    confidence : float
        Of the percentile intervals.
    matching : {"congruence", "correlation", "procrustes"}
        What is alike: Tucker's congruence or Pearson's correlation (as in R) of loadings over the
        sorts drawn; or rotate towards the loadings of all sorts instead of rotating anew.
    resamples : int array, resamples x sorts, optional
        Positions (from 0) of the sorts to draw, instead of random ones.
    invert, split : sequence of str
        Factors to turn upside down or to split, in that order (see `Solution`).
    **options
        Those of `analyse`; hand-made flags hold for all sorts only.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> views = rng.normal(size=(20, 2)).repeat(4, axis=1)
    >>> result = bootstrap(pd.DataFrame(views + rng.normal(size=(20, 8)) / 2), 2, 50)
    >>> bool((result.zscores["low"] <= result.zscores["high"]).all())
    True
    """
    choose("matching", matching, MATCHING)
    if not 0 < confidence < 1:
        raise OptionError(f"confidence={confidence!r} must lie between 0 and 1")
    solution = analyse(sorts, n_factors, **options)
    turned = None
    if options.get("turns"):
        plain = analyse(sorts, n_factors, **(options | {"turns": (), "flags": None}))
        turned = np.linalg.solve(plain.axes.matrix, solution.axes.matrix)
    if resamples is None:
        resamples = draws(sorts.shape[1], n_resamples, seed)
    drawn = np.asarray(resamples)
    if drawn.ndim != 2 or not np.issubdtype(drawn.dtype, np.integer) or not drawn.size:
        raise OptionError("resamples must be whole numbers, resamples x sorts")
    if drawn.min() < 0 or drawn.max() >= sorts.shape[1]:
        raise OptionError(f"resamples: positions run from 0 to {sorts.shape[1] - 1}")
    refit = Refit(solution, matching, turned)
    shaped = solution.reshaped(invert, split)
    found = np.linalg.lstsq(solution.axes.matrix, shaped.axes.matrix)[0]
    refit.shape = np.rint(found)
    return _collect(shaped, refit.run(drawn), confidence)


def draws(n_sorts: int, n_resamples: int, seed: int) -> np.ndarray:
    """Positions of the sorts drawn, resamples x sorts; each sort is drawn equally often in all.

    The balanced bootstrap of Davison, Hinkley and Schechtman (1986).
    """
    if n_resamples < 1:
        raise OptionError(f"n_resamples={n_resamples}: draw at least one")
    pool = np.tile(np.arange(n_sorts), n_resamples)
    return np.random.default_rng(seed).permutation(pool).reshape(n_resamples, n_sorts)


def _collect(solution: Solution, runs: dict[str, np.ndarray], confidence: float) -> Bootstrap:
    factors, cards = solution.loadings.columns, solution.zscores.index
    any_factor = np.where(
        np.isnan(runs["consensus"]), np.nan, (runs["distinguished"] == 1).any(axis=2)
    )
    labels = dict(zip(factors, share(runs["distinguished"]).T, strict=True))
    labels |= {"distinguishing": share(any_factor), "consensus": share(runs["consensus"])}
    scored = ~np.isnan(runs["z"][:, 0])
    block = np.stack([runs["order"] + 1, runs["sign"], runs["alike"], scored], axis=2)
    columns = pd.MultiIndex.from_product(
        [factors, ["matched", "sign", "congruence", "scored"]], names=["factor", "measure"]
    )
    index = pd.RangeIndex(len(block), name="resample")
    notes = list(solution.notes)
    if solution.settings["flags"] == "by hand":
        message = _("Flags by hand hold for all sorts; resamples are flagged automatically.")
        notes.append(Note(message))
    empty = int((~scored).any(axis=1).sum())
    if empty:
        message = _(
            "In {n} of {all} resamples no sort defined one of the factors; the other factors of "
            "those resamples count."
        )
        notes.append(Note(message, n=empty, all=len(block)))
    return Bootstrap(
        zscores=_describe(runs["z"], solution.zscores, "card", confidence),
        loadings=_describe(runs["loadings"], solution.loadings, "sort", confidence),
        flags=pd.DataFrame(share(runs["flags"]), solution.loadings.index, factors),
        labels=pd.DataFrame(labels, index=cards),
        matches=pd.DataFrame(block.reshape(len(block), -1), index, columns),
        notes=notes,
        solution=solution,
    )


def _describe(
    values: np.ndarray, estimate: pd.DataFrame, kind: str, confidence: float
) -> pd.DataFrame:
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    mean = share(values)
    tail = (1 - confidence) / 2
    low, high = quantiles(values, (tail, 1 - tail))
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(np.where(known, (values - mean) ** 2, 0).sum(axis=0) / (n - 1))
    first = estimate.to_numpy()
    columns = {"estimate": first, "mean": mean, "se": se, "bias": mean - first}
    columns |= {"low": low, "high": high, "n": n}
    index = pd.MultiIndex.from_product([estimate.index, estimate.columns], names=[kind, "factor"])
    return pd.DataFrame({name: column.ravel() for name, column in columns.items()}, index=index)


def share(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)


def quantiles(values: np.ndarray, probabilities: tuple[float, ...]) -> list[np.ndarray]:
    """Quantiles over the first axis of what is known (interpolated as NumPy and R do)."""
    ordered = np.sort(values, axis=0)  # NaN comes last
    last = np.maximum((~np.isnan(ordered)).sum(axis=0) - 1, 0)
    results = []
    for probability in probabilities:
        place = probability * last
        below = np.floor(place).astype(int)
        low, high = (
            np.take_along_axis(ordered, position[None], axis=0)[0]
            for position in (below, np.minimum(below + 1, last))
        )
        results.append(low + (place - below) * (high - low))
    return results
