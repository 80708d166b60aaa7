"""Whose viewpoints recur: groups, before and after, studies together, and new sorts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from .bootstrap import draws, quantiles
from .correlation import correlate
from .errors import SortsError
from .flagging import automatic
from .refit import Refit
from .solution import Solution, analyse
from .sorts import read


@dataclass(frozen=True)
class Comparison:
    """Viewpoints of two groups of sorts on the same cards.

    Attributes
    ----------
    congruence : DataFrame, factors of the first x factors of the second
        Tucker's congruence of z-scores, which is their correlation.
    pairs : DataFrame, one row a matched pair
        first, second (factors), congruence, low, high (bootstrap), p_chance (how often shuffled
        cards match as well), p_same (how often groups drawn at random from all sorts match as
        badly; small: this viewpoint is not shared), similarity ("equal" from .95, "fair" from .85,
        "different"; Lorenzo-Seva and ten Berge 2006).
    first, second : Solution
    """

    congruence: pd.DataFrame
    pairs: pd.DataFrame
    first: Solution
    second: Solution


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    n_factors: int | tuple[int, int],
    *,
    n_resamples: int = 500,
    n_permutations: int = 500,
    confidence: float = 0.95,
    seed: int = 20191001,
    **options: Any,
) -> Comparison:
    """Compare the viewpoints of two groups that sorted the same cards.

    Each group is analysed on its own and factors are matched by optimal assignment. Intervals
    come from resampling the sorts within each group.

    Parameters
    ----------
    first, second : DataFrame, cards x sorts
    n_factors : int or (int, int)
        Of both groups, or of each.
    n_resamples, n_permutations, seed : int
    **options
        Those of `analyse`.

    Raises
    ------
    SortsError
        When the groups did not sort the same cards, or a sort occurs in both.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> views = rng.normal(size=(20, 2)).repeat(8, axis=1)
    >>> sorts = pd.DataFrame(views + rng.normal(size=(20, 16)) / 4)
    >>> compare(sorts.iloc[:, ::2], sorts.iloc[:, 1::2], 2).pairs["similarity"].tolist()
    ['equal', 'equal']
    """
    second = _same_cards(first, second)
    shared = first.columns.intersection(second.columns)
    if len(shared):
        raise SortsError([f"sort {name!r} is in both groups" for name in shared])
    ks = (n_factors, n_factors) if isinstance(n_factors, int) else n_factors
    groups = [analyse(sorts, k, **options) for sorts, k in zip((first, second), ks, strict=True)]
    z = [group.zscores.to_numpy() for group in groups]
    table = congruence(*z)
    rows, columns = _assign(table)
    rotation = options.get("rotation", "varimax")
    resampled = [
        Refit(group, rotation).run(draws(len(group.loadings), n_resamples, seed + i))["z"]
        for i, group in enumerate(groups)
    ]
    values = congruence(*resampled)[:, rows, columns]
    low, high = quantiles(values, ((1 - confidence) / 2, (1 + confidence) / 2))
    found = table[rows, columns]
    shuffled = _shuffled(z, rows, columns, n_permutations, seed)
    mixed = _mixed(
        pd.concat([first, second], axis=1), ks, first.shape[1], n_permutations, seed, options
    )
    chance = (1 + (np.abs(shuffled) >= np.abs(found) - 1e-12).sum(axis=0)) / (n_permutations + 1)
    # The best pair is held against the best of random groups, the second against the second, ...
    rank = np.argsort(np.argsort(-np.abs(found)))
    same = (1 + (mixed[:, rank] <= np.abs(found) + 1e-12).sum(axis=0)) / (n_permutations + 1)
    names = [group.loadings.columns for group in groups]
    pairs = {"first": names[0][rows], "second": names[1][columns], "congruence": found}
    pairs |= {"low": low, "high": high, "p_chance": chance, "p_same": same}
    pairs["similarity"] = np.select(
        [np.abs(found) >= 0.95, np.abs(found) >= 0.85], ["equal", "fair"], "different"
    )
    frame = pd.DataFrame(table, index=names[0], columns=names[1])
    return Comparison(frame, pd.DataFrame(pairs), *groups)


def congruence(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Tucker's congruence of columns, or of the columns of stacks; NaN for empty factors.

    Examples
    --------
    >>> congruence(np.array([[1.0], [-1.0]]), np.array([[-2.0], [2.0]])).round(6).tolist()
    [[-1.0]]
    """
    across = np.matmul(np.swapaxes(first, -1, -2), second)
    size = [np.sqrt((side**2).sum(axis=-2)) for side in (first, second)]
    return across / (size[0][..., :, None] * size[1][..., None, :])


def _assign(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return linear_sum_assignment(-np.nan_to_num(np.abs(table)))


def _shuffled(
    z: list[np.ndarray], rows: np.ndarray, columns: np.ndarray, n_permutations: int, seed: int
) -> np.ndarray:
    """Congruence of each pair after shuffling the cards of the second group."""
    rng = np.random.default_rng(seed)
    mixed = np.stack([rng.permutation(z[1]) for _ in range(n_permutations)])
    return congruence(z[0], mixed)[:, rows, columns]


def _mixed(
    sorts: pd.DataFrame,
    ks: tuple[int, int],
    size: int,
    n_permutations: int,
    seed: int,
    options: dict[str, Any],
) -> np.ndarray:
    """Falling congruences of matched factors of random groups of the same sizes."""
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(sorts.shape[1]) for _ in range(n_permutations)])
    rotation = options.get("rotation", "varimax")
    solutions = [analyse(sorts, k, **options) for k in ks]
    z = [
        Refit(solution, rotation).run(part)["z"]
        for solution, part in zip(solutions, (order[:, :size], order[:, size:]), strict=True)
    ]
    tables = congruence(*z)
    matched = np.stack([np.abs(table[_assign(table)]) for table in tables])
    return -np.sort(-np.nan_to_num(matched), axis=1)


@dataclass(frozen=True)
class Change:
    """The same people before and after.

    Attributes
    ----------
    people : DataFrame, index sort
        stability (correlation of a person's two sorts), before, after (factor flagged on, or
        ""), and loadings before_f1 ..., after_f1 ... on the factors of the first round.
    moves : DataFrame, before x after
        Number of people.
    cards : DataFrame, index card
        before, after (mean column), difference, p (sign-flip permutation), p_adjusted (Holm).
    solution : Solution
        Of the sorts before.
    """

    people: pd.DataFrame
    moves: pd.DataFrame
    cards: pd.DataFrame
    solution: Solution


def change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    n_factors: int,
    *,
    n_permutations: int = 5000,
    seed: int = 20191001,
    **options: Any,
) -> Change:
    """Follow people who sorted twice: which viewpoint they left, which cards moved.

    The second sorts are projected on the factors of the first (see `project`).

    Parameters
    ----------
    before, after : DataFrame, cards x sorts
        The same cards and the same sorts (people).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> views = rng.normal(size=(20, 2)).repeat(4, axis=1)
    >>> sorts = pd.DataFrame(views + rng.normal(size=(20, 8)) / 3)
    >>> change(sorts, sorts, 2).people["stability"].round(6).unique().tolist()
    [1.0]
    """
    after = _same_cards(before, after)
    if not before.columns.sort_values().equals(after.columns.sort_values()):
        raise SortsError(["before and after must hold the same sorts (people)"])
    after = after[before.columns]
    solution = analyse(before, n_factors, **options)
    loadings = project(solution, after.add_suffix(" after")).set_axis(before.columns, axis=0)
    later = automatic(
        loadings.to_numpy(), len(after), solution.settings["level"], solution.settings["majority"]
    )
    names = solution.loadings.columns
    people = pd.DataFrame(
        {
            "stability": before.corrwith(after),
            "before": _flagged_on(solution.flags.to_numpy(), names),
            "after": _flagged_on(later, names),
        },
        index=before.columns,
    )
    people = people.join(solution.loadings.add_prefix("before_"))
    people = people.join(loadings.add_prefix("after_"))
    moves = pd.crosstab(people["before"], people["after"])
    return Change(people, moves, _moved(before, after, n_permutations, seed), solution)


def _flagged_on(flags: np.ndarray, names: pd.Index) -> list[str]:
    return [" ".join(names[row]) for row in flags]


def _moved(before: pd.DataFrame, after: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    moves = (after - before).to_numpy(dtype=float)
    difference = moves.mean(axis=1)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(moves.shape[1], n))
    random = np.abs(moves @ signs) / moves.shape[1]
    p = (1 + (random >= np.abs(difference)[:, None] - 1e-12).sum(axis=1)) / (n + 1)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    frame = {"before": before.mean(axis=1), "after": after.mean(axis=1), "difference": difference}
    return pd.DataFrame(frame | {"p": p, "p_adjusted": adjusted}, index=before.index)


def second_order(solutions: Mapping[str, Solution], n_factors: int, **options: Any) -> Solution:
    """Factor the viewpoints of several solutions as if they were sorts (Stephenson 1953).

    Parameters
    ----------
    solutions : {name: Solution}
        On the same cards; their factors become sorts called "name f1".
    """
    parts = {}
    for name, solution in solutions.items():
        for factor, scores in solution.zscores.items():
            if scores.notna().all():
                parts[f"{name} {factor}"] = scores
    if len({tuple(sorted(map(str, s.zscores.index))) for s in solutions.values()}) > 1:
        raise SortsError(["the solutions are not on the same cards"])
    return analyse(pd.DataFrame(parts), n_factors, **({"scores": "standardised"} | options))


def project(solution: Solution, sorts: pd.DataFrame) -> pd.DataFrame:
    """Loadings that new sorts would have on the factors of a solution.

    The loadings that reproduce the correlations of the new sorts with the old ones best: those
    of the analysis itself, for sorts that were in it, when it used principal components.

    Parameters
    ----------
    solution : Solution
    sorts : DataFrame, cards x sorts

    Returns
    -------
    DataFrame, new sorts x factors
    """
    old = solution.data
    new = read(_same_cards(pd.DataFrame(index=old.cards), sorts), scores="raw", missing="pairwise")
    both = np.hstack([new.cells, old.cells])
    matrix = correlate(both, solution.settings["correlation"])
    loadings, phi = solution.axes.loadings, solution.axes.phi
    size = len(new.names)
    solved = matrix[:size, size:] @ loadings @ np.linalg.pinv(loadings.T @ loadings)
    return pd.DataFrame(solved @ np.linalg.pinv(phi), new.names, solution.loadings.columns)


def _same_cards(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The second table in the card order of the first, or an error naming the cards."""
    strange = [
        f"card {c!r} is in one table only" for c in first.index.symmetric_difference(second.index)
    ]
    if strange:
        raise SortsError(strange)
    return second.loc[first.index]
