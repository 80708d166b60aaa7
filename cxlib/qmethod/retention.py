"""How many factors: what each criterion advises, and what each candidate would look like."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .bootstrap import SEED, Refit, draws, one_thread
from .extraction import correlate, pca, unit_columns
from .solution import Solution, analyse
from .sorts import OptionError, Sorts, read

RULES = {
    "kaiser": "components with an eigenvalue above 1 (too many when there are many sorts)",
    "scree": "components before the point furthest below the line from first to last eigenvalue",
    "humphrey": "factors whose two largest loadings multiply to more than 2 / sqrt(cards)",
    "two_significant": "factors with two or more loadings above 2.58 / sqrt(cards)",
    "parallel": "first components above the 95th percentile after shuffling the cards of each sort",
    "map": "components that leave the smallest mean squared partial correlation",
    "stability": "most factors that all recur in resamples (congruence .85) and have two sorts",
}
RECURS = 0.85  # fair similarity: Lorenzo-Seva and ten Berge (2006)
FEW = (12, 25, 60)  # resamples after which a candidate that can't recur gets no more


@dataclass(frozen=True)
class Retention:
    """Advice on the number of factors.

    Attributes
    ----------
    criteria : DataFrame, index criterion
        n_factors, rule.
    curve : DataFrame, index component
        eigenvalue, share (% of variance), cumulative, parallel_mean, parallel95, parallel_p
        (share of shuffled ones that are as large), humphrey (product of the two largest
        loadings), significant (loadings above 2.58 / sqrt(cards)), map (mean squared partial
        correlation once the component is taken out).
    candidates : DataFrame, index n_factors
        variance_explained (%), defining (sorts), fewest (defining sorts of a factor), negative,
        confounded (sorts), correlation (largest between factors), distinguishing, consensus
        (cards), congruence (of the least stable factor over resamples) and its se; hopeless
        candidates, below .85 by four standard errors after 12, 25 or 60 resamples, get no more.
    advice : int
        The number that most criteria name, but for Kaiser's and those that name none; of numbers
        named equally often the largest of which all factors recur with two sorts or more, or else
        the one whose least stable factor recurs best.
    possible : tuple of int
        The advice, and what it would be where chance draws fall otherwise: a criterion within
        three Monte Carlo standard errors of its line may be on either side. More than one number
        makes the advice borderline.
    """

    criteria: pd.DataFrame
    curve: pd.DataFrame
    candidates: pd.DataFrame
    advice: int
    possible: tuple[int, ...]


def retention(
    sorts: pd.DataFrame,
    *,
    largest: int = 7,
    n_permutations: int = 500,
    n_resamples: int = 200,
    seed: int = SEED,
    **options: Any,
) -> Retention:
    """Compare candidate numbers of factors; a help to decide, never a verdict.

    Criteria read unrotated principal components: Kaiser (1960), Cattell's scree (1966) with its
    bend where the curve is furthest below its chord (Satopää et al. 2011), Humphrey's rule and
    two significant loadings (Brown 1980, pp. 222-223), parallel analysis (Horn 1965) on sorts
    whose cards are shuffled, Velicer's MAP (1976); and the stability of the rotated factors over
    resampled sorts.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
    largest : int
        Largest number of factors to look at as a candidate; the rules that count loadings look
        at one component more.
    n_permutations, n_resamples, seed : int
        Of the parallel analysis and the bootstrap.
    **options
        Those of `analyse`, but for flags and turns; the candidates are made with them.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> views = rng.normal(size=(30, 2))
    >>> sorts = pd.DataFrame(views.repeat(6, axis=1) + rng.normal(size=(30, 12)) / 2)
    >>> retention(sorts, n_permutations=50, n_resamples=50).advice
    2
    """
    if {"flags", "turns"} & options.keys():
        raise OptionError("flags and turns belong to one solution, not to all candidates")
    reading = {name: options[name] for name in ("grid", "scores", "missing") if name in options}
    data = read(sorts, **reading)
    correlation = options.get("correlation", "pearson")
    n, p = data.cells.shape
    if largest < 1:
        raise OptionError(f"largest={largest}: look at one factor at least")
    limit = min(largest, p, n - 1)
    matrix = correlate(data.cells, correlation)
    curve = _curve(data, matrix, min(limit + 1, p), correlation, n_permutations, seed)
    drawn = draws(p, n_resamples, seed)
    candidates = pd.DataFrame(
        [_candidate(analyse(sorts, k, **options), drawn) for k in range(1, limit + 1)],
        index=pd.RangeIndex(1, limit + 1, name="n_factors"),
    )
    stable = _stable(candidates)
    advised = _advised(curve, n) | {"stability": int(max(stable, default=0))}
    criteria = pd.DataFrame({"n_factors": advised, "rule": RULES})
    criteria.index.name = "criterion"
    advice = _advice(advised, stable, candidates)
    possible = {advice}
    for parallel, other in _otherwise(curve, candidates, n_permutations):
        named = advised | {"parallel": parallel, "stability": int(max(other, default=0))}
        possible.add(_advice(named, other, candidates))
    return Retention(criteria, curve, candidates, advice, tuple(sorted(possible)))


def _curve(
    data: Sorts, matrix: np.ndarray, shown: int, method: str, n_permutations: int, seed: int
) -> pd.DataFrame:
    n, p = data.cells.shape
    eigenvalues = np.linalg.eigvalsh(matrix)[::-1]
    unrotated, means = pca(matrix, shown), np.full(shown, np.nan)
    loadings = np.sort(np.abs(unrotated), axis=0)
    for m in range(1, shown + 1):  # mean squared partial correlation without m components
        left = matrix - unrotated[:, :m] @ unrotated[:, :m].T
        rest = np.diag(left)
        if m >= p - 1 or (rest < 1e-8).any():
            break  # a sort that is explained wholly has no partial correlations
        means[m - 1] = (((left / np.sqrt(np.outer(rest, rest))) ** 2).sum() - p) / (p * (p - 1))
    with one_thread():
        shuffled = _shuffled(data, method, n_permutations, seed)
    index = pd.RangeIndex(1, p + 1, name="component")
    frame = pd.DataFrame({"eigenvalue": eigenvalues, "share": 100 * eigenvalues / p}, index=index)
    frame["cumulative"] = frame["share"].cumsum()
    frame["parallel_mean"] = shuffled.mean(axis=0)
    frame["parallel95"] = np.quantile(shuffled, 0.95, axis=0)
    frame["parallel_p"] = (shuffled >= eigenvalues).mean(axis=0)
    frame["humphrey"] = pd.Series(loadings[-1] * loadings[-2], index=index[:shown])
    significant = (loadings > 2.58 / np.sqrt(n)).sum(axis=0)
    frame["significant"] = pd.Series(significant, index=index[:shown], dtype="Int64")
    frame["map"] = pd.Series(means, index=index[:shown])
    return frame


def _shuffled(data: Sorts, method: str, n_permutations: int, seed: int) -> np.ndarray:
    """Falling eigenvalues of the correlations after shuffling the cards within each sort."""
    rng = np.random.default_rng(seed)
    n, p = data.cells.shape
    plain = data.complete and method != "kendall"
    values = unit_columns(data.cells, method) if plain else data.cells
    result = np.zeros((n_permutations, p))
    for step in range(n_permutations):
        mixed = rng.permuted(values, axis=0)
        if not plain:
            result[step] = np.linalg.eigvalsh(correlate(mixed, method))[::-1]
        elif n < p:  # the same eigenvalues but for zeros, from the smaller product
            result[step, :n] = np.linalg.eigvalsh(mixed @ mixed.T)[::-1]
        else:
            result[step] = np.linalg.eigvalsh(mixed.T @ mixed)[::-1]
    return result


def _candidate(solution: Solution, drawn: np.ndarray) -> dict[str, float]:
    k = len(solution.factors)
    correlations = solution.correlations.to_numpy()[np.triu_indices(k, 1)]
    known = correlations[~np.isnan(correlations)]
    labels = solution.contrasts.cards["label"]
    refit = Refit(solution)
    alike = refit.run(drawn[: FEW[0]])["alike"]
    for part in np.split(drawn, FEW)[1:]:
        congruence, se = _least(alike)
        if not len(part) or congruence <= RECURS - 4 * se:
            break
        alike = np.concatenate([alike, refit.run(part)["alike"]])
    congruence, se = _least(alike)
    return {
        "variance_explained": solution.factors["variance_explained"].sum(),
        "defining": int(solution.flags.any(axis=1).sum()),
        "fewest": int(solution.factors["n_flagged"].min()),
        "negative": int(solution.factors["n_negative"].sum()),
        "confounded": int((solution.sorts["status"] == "confounded").sum()),
        "correlation": known[np.abs(known).argmax()] if known.size else np.nan,
        "distinguishing": int((labels == "distinguishing").sum()),
        "consensus": int((labels == "consensus").sum()),
        "congruence": congruence,
        "se": se,
    }


def _least(alike: np.ndarray) -> tuple[float, float]:
    """Mean congruence of the factor that recurs worst, and its Monte Carlo standard error."""
    means = alike.mean(axis=0)
    worst = int(means.argmin())
    return float(means[worst]), float(alike[:, worst].std() / np.sqrt(len(alike)))


def _advised(curve: pd.DataFrame, n: int) -> dict[str, int]:
    """What each criterion names, but for the stability of the rotated factors."""
    eigenvalues = curve["eigenvalue"].to_numpy()
    below = np.linspace(eigenvalues[0], eigenvalues[-1], len(eigenvalues)) - eigenvalues
    above = eigenvalues > curve["parallel95"].to_numpy()
    partial = curve["map"].to_numpy()
    return {
        "kaiser": int((eigenvalues > 1).sum()),
        "scree": max(int(below.round(9).argmax()), 1),
        "humphrey": int((curve["humphrey"] > 2 / np.sqrt(n)).sum()),
        "two_significant": int((curve["significant"] >= 2).sum()),
        "parallel": int(above.cumprod().sum()),
        "map": 0 if np.isnan(partial).all() else int(np.nanargmin(partial)) + 1,
    }


def _advice(advised: dict[str, int], stable: Set[int], candidates: pd.DataFrame) -> int:
    votes = pd.Series({c: k for c, k in advised.items() if c != "kaiser" and k > 0})
    votes = votes.clip(1, candidates.index.max()).value_counts()
    leading = set(votes.index[votes == votes.max()])
    if leading & stable:
        return int(max(leading & stable))
    return int(candidates.loc[sorted(leading), "congruence"].idxmax())


def _stable(candidates: pd.DataFrame, shift: float = 0.0) -> Set[int]:
    """Candidates with two sorts a factor or more, all of which recur in resamples.

    `shift` moves the congruence by so many standard errors.
    """
    recurs = candidates["congruence"] + shift * candidates["se"] >= RECURS
    return set(candidates.index[recurs & (candidates["fewest"] > 1)])


def _otherwise(
    curve: pd.DataFrame, candidates: pd.DataFrame, n_permutations: int
) -> Iterator[tuple[int, Set[int]]]:
    """What parallel analysis and stability could be, three standard errors either way."""
    reach = 3 * np.sqrt(0.05 * 0.95 / n_permutations)
    least, most = (
        int((curve["parallel_p"] < 0.05 + shift).cumprod().sum()) for shift in (-reach, reach)
    )
    sure, doubtful = _stable(candidates, -3), sorted(_stable(candidates, 3))
    for parallel in range(least, most + 1):
        for size in range(len(doubtful) + 1):
            yield parallel, sure | set(doubtful[:size])
            yield parallel, sure | set(doubtful[size:])
