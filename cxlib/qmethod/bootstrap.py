"""The whole analysis on resampled sorts: how sure every score, loading and flag is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .errors import OptionError, choose
from .refit import Refit
from .solution import Solution, analyse

SEED = 2020  # as that of a study, so that the same question has one answer
MATCHING = ("congruence", "correlation", "procrustes")


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
    progress: Callable[[int], object] | None = None,
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
    progress : function of int, optional
        Told the number of resamples that each batch finished.
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
    drawn = _checked(resamples, sorts.shape[1])
    refit = Refit(solution, options.get("rotation", "varimax"), matching, turned)
    shaped = solution.reshaped(invert, split)
    found = np.linalg.lstsq(solution.axes.matrix, shaped.axes.matrix)[0]
    refit.shape = np.rint(found)
    return _collect(shaped, refit.run(drawn, progress), confidence)


def draws(n_sorts: int, n_resamples: int, seed: int) -> np.ndarray:
    """Positions of the sorts drawn, resamples x sorts; each sort is drawn equally often in all.

    The balanced bootstrap of Davison, Hinkley and Schechtman (1986).
    """
    if n_resamples < 1:
        raise OptionError(f"n_resamples={n_resamples}: draw at least one")
    pool = np.tile(np.arange(n_sorts), n_resamples)
    return np.random.default_rng(seed).permutation(pool).reshape(n_resamples, n_sorts)


def _checked(resamples: np.ndarray, n_sorts: int) -> np.ndarray:
    drawn = np.asarray(resamples)
    if drawn.ndim != 2 or not np.issubdtype(drawn.dtype, np.integer) or not drawn.size:
        raise OptionError("resamples must be whole numbers, resamples x sorts")
    if drawn.min() < 0 or drawn.max() >= n_sorts:
        raise OptionError(f"resamples: positions run from 0 to {n_sorts - 1}")
    return drawn


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
        notes.append("Flags by hand hold for all sorts; resamples are flagged automatically.")
    empty = int((~scored).any(axis=1).sum())
    if empty:
        notes.append(
            f"In {empty} of {len(block)} resamples no sort defined one of the factors; the other"
            " factors of those resamples count."
        )
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
