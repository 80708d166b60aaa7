"""Whose viewpoints recur: groups, before and after, studies together, and new sorts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import t

from cxlib.inference import LOWER, holm, permuted_p
from cxlib.qmethod.bootstrap import SEED, Refit, draws, quantiles
from cxlib.qmethod.extraction import correlate
from cxlib.qmethod.scoring import automatic
from cxlib.qmethod.solution import Solution, analyse
from cxlib.qmethod.sorts import OptionError, SortsError, read


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
    seed: int = SEED,
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
        Those of `analyse`, but for flags and turns, which belong to one group only.

    Raises
    ------
    SortsError
        When the groups did not sort the same cards, or a sort occurs in both.

    References
    ----------
    Congruence: Tucker (1951), read after Lorenzo-Seva and ten Berge (2006); basic bootstrap:
    Davison and Hinkley (1997).

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> views = rng.normal(size=(20, 2)).repeat(8, axis=1)
    >>> sorts = pd.DataFrame(views + rng.normal(size=(20, 16)) / 4)
    >>> result = compare(sorts.iloc[:, ::2], sorts.iloc[:, 1::2], 2, n_permutations=50)
    >>> result.pairs["similarity"].tolist()
    ['equal', 'equal']
    """
    if {"flags", "turns"} & options.keys():
        raise OptionError("flags and turns belong to one group, not to a comparison")
    second = same_cards(first, second)
    shared = first.columns.intersection(second.columns)
    if len(shared):
        raise SortsError(f"sort {name!r} is in both groups" for name in shared)
    ks = (n_factors, n_factors) if isinstance(n_factors, int) else n_factors
    groups = [analyse(sorts, k, **options) for sorts, k in zip((first, second), ks, strict=True)]
    z = [group.zscores.to_numpy() for group in groups]
    table = congruence(*z)
    rows, columns = _assign(table)
    found = table[rows, columns]
    drawn = [draws(len(g.loadings), n_resamples, seed + i) for i, g in enumerate(groups)]
    again = congruence(*_refitted(groups, drawn))[:, rows, columns]
    low, high = _interval(found, again)
    pairs = pd.DataFrame(
        {
            "first": groups[0].loadings.columns[rows],
            "second": groups[1].loadings.columns[columns],
            "congruence": found,
            "low": low,
            "high": high,
        }
    )
    # The best pair is held against the best of each permutation, the second against the second.
    size = np.abs(found)
    rank = np.argsort(np.argsort(-size))
    chance = _matched(_shuffled(z, n_permutations, seed))
    pooled, rng = pd.concat([first, second], axis=1), np.random.default_rng(seed)
    order = np.stack([rng.permutation(pooled.shape[1]) for _ in range(n_permutations)])
    lots = np.split(order, [first.shape[1]], axis=1)
    mixed = _matched(congruence(*_refitted([analyse(pooled, k, **options) for k in ks], lots)))
    pairs["p_chance"] = permuted_p(chance[:, rank] >= size - 1e-12)
    pairs["p_same"] = permuted_p(mixed[:, rank] <= size + 1e-12)
    pairs["similarity"] = np.select([size >= 0.95, size >= 0.85], ["equal", "fair"], "different")
    names = [group.loadings.columns for group in groups]
    return Comparison(pd.DataFrame(table, names[0], names[1]), pairs, *groups)


def _refitted(solutions: list[Solution], drawn: list[np.ndarray]) -> list[np.ndarray]:
    """Z-scores of each solution on draws of its sorts."""
    return [Refit(one).run(rows)["z"] for one, rows in zip(solutions, drawn, strict=True)]


def _interval(found: np.ndarray, again: np.ndarray) -> list[np.ndarray]:
    """Percentile interval of congruences, on Fisher's scale and moved to the one found.

    Resampling adds noise, so resampled congruences lie below the one found; their spread counts.
    """
    most = 1 - 1e-12
    resampled, centre = (np.arctanh(np.clip(table, -most, most)) for table in (again, found))
    low, middle, high = quantiles(resampled, (LOWER, 0.5, 1 - LOWER))
    return [np.tanh(centre + bound - middle) for bound in (low, high)]


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


def _matched(tables: np.ndarray) -> np.ndarray:
    """Falling congruences of the matched pairs of each table."""
    sizes = np.stack([np.abs(table[_assign(table)]) for table in tables])
    return -np.sort(-np.nan_to_num(sizes), axis=1)


def _shuffled(z: list[np.ndarray], n_permutations: int, seed: int) -> np.ndarray:
    """Tables of congruence after shuffling the cards of the second group."""
    rng = np.random.default_rng(seed)
    return congruence(z[0], np.stack([rng.permutation(z[1]) for _ in range(n_permutations)]))


def second_order(solutions: Mapping[str, Solution], n_factors: int, **options: Any) -> Solution:
    """Factor the viewpoints of several solutions as if they were sorts (Stephenson 1953).

    Parameters
    ----------
    solutions : {name: Solution}
        On the same cards; their factors become sorts called "name f1".

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> views = rng.normal(size=(20, 2)).repeat(8, axis=1)
    >>> sorts = pd.DataFrame(views + rng.normal(size=(20, 16)) / 4)
    >>> parts = {"A": analyse(sorts.iloc[:, ::2], 2), "B": analyse(sorts.iloc[:, 1::2], 2)}
    >>> second_order(parts, 2).loadings.index.tolist()
    ['A f1', 'A f2', 'B f1', 'B f2']
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

    References
    ----------
    The extension of factors to new variables by least squares: Horn (1973).

    Examples
    --------
    >>> sorts = pd.DataFrame({"a": [2, 1, 0, -3], "b": [1, 2, -3, 0], "c": [3, 0, -1, -2]})
    >>> solution = analyse(sorts, 2)
    >>> again = project(solution, sorts[["c"]])
    >>> np.allclose(again, solution.loadings.loc[["c"]])
    True
    """
    old = solution.data
    ordered = same_cards(pd.DataFrame(index=old.cards), sorts)
    new = read(ordered, scores="raw", missing="pairwise", fewest=1)
    both = np.hstack([new.cells, old.cells])
    matrix = correlate(both, solution.settings["correlation"])
    loadings, phi = solution.axes.loadings, solution.axes.phi
    size = len(new.names)
    solved = matrix[:size, size:] @ loadings @ np.linalg.pinv(loadings.T @ loadings)
    return pd.DataFrame(solved @ np.linalg.pinv(phi), new.names, solution.loadings.columns)


def same_cards(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The second table in the card order of the first, or an error naming the cards."""
    strange = first.index.symmetric_difference(second.index)
    if len(strange):
        raise SortsError(f"card {card!r} is in one table only" for card in strange)
    return second.loc[first.index]


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
    seed: int = SEED,
    **options: Any,
) -> Change:
    """Follow people who sorted twice: which viewpoint they left, which cards moved.

    The second sorts are projected on the factors of the first (see `project`).

    Parameters
    ----------
    before, after : DataFrame, cards x sorts
        The same cards and the same sorts (people).

    References
    ----------
    A card's mean move is tested by turning the moves of random people round (Fisher 1935), with
    the correction of Holm (1979).

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> views = rng.normal(size=(20, 2)).repeat(4, axis=1)
    >>> sorts = pd.DataFrame(views + rng.normal(size=(20, 8)) / 3)
    >>> change(sorts, sorts, 2).people["stability"].round(6).unique().tolist()
    [1.0]
    """
    after = same_cards(before, after)
    if not before.columns.sort_values().equals(after.columns.sort_values()):
        raise SortsError(["before and after must hold the same sorts (people)"])
    after = after[before.columns]
    solution = analyse(before, n_factors, **options)
    loadings = project(solution, after.add_suffix(" after")).set_axis(before.columns, axis=0)
    later = automatic(
        loadings.to_numpy(), len(after), solution.settings["level"], solution.settings["majority"]
    )
    names = solution.loadings.columns
    people = pd.DataFrame({"stability": before.corrwith(after)}, index=before.columns)
    people["before"] = [" ".join(names[row]) for row in solution.flags.to_numpy()]
    people["after"] = [" ".join(names[row]) for row in later]
    people = people.join(solution.loadings.add_prefix("before_"))
    people = people.join(loadings.add_prefix("after_"))
    moves = pd.crosstab(people["before"], people["after"])
    return Change(people, moves, _moved(before, after, n_permutations, seed), solution)


def _moved(before: pd.DataFrame, after: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Mean move of each card, tested by turning the moves of random people round."""
    moves = (after - before).to_numpy(dtype=float)
    known = ~np.isnan(moves)
    moves, people = np.where(known, moves, 0.0), known.sum(axis=1)
    difference = moves.sum(axis=1) / people
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(moves.shape[1], n))
    random = np.abs(moves @ signs).T / people
    p = permuted_p(random > np.abs(difference) - 1e-12)
    frame = {"before": before.mean(axis=1), "after": after.mean(axis=1), "difference": difference}
    return pd.DataFrame(frame | {"p": p, "p_adjusted": holm(p)}, index=before.index)


@dataclass(frozen=True)
class Subgroups:
    """Viewpoints by subgroup.

    Attributes
    ----------
    loadings : DataFrame, index (group, factor)
        n (sorts), mean (loading), low, high (t interval of the mean; NaN below two sorts).
    tests : DataFrame, index factor
        share (eta squared: how much of the loadings' variance lies between groups), p (how often
        groups drawn at random lie as far apart), p_adjusted (Holm).
    """

    loadings: pd.DataFrame
    tests: pd.DataFrame


def subgroups(
    solution: Solution,
    groups: pd.Series,
    *,
    n_permutations: int = 5000,
    seed: int = SEED,
) -> Subgroups:
    """Mean loading of each subgroup of sorts on each factor, and whether subgroups differ.

    Loadings say more than counts of flagged sorts: every sort counts, also where it is mixed.
    Differences are tested by drawing the groups anew from all sorts (Pitman 1937).

    Parameters
    ----------
    solution : Solution
    groups : Series
        Sort to the name of its group; sorts without one are left out.

    Raises
    ------
    SortsError
        Naming sorts that are not in the solution.

    Examples
    --------
    >>> from cxlib.qmethod import analyse
    >>> sorts = pd.DataFrame({"a": [2, 1, 0, -3], "b": [2, 0, 1, -3], "c": [-3, 0, 1, 2]})
    >>> where = pd.Series({"a": "north", "b": "north", "c": "south"})
    >>> subgroups(analyse(sorts, 1), where).loadings["mean"].round(2).tolist()
    [0.96, -0.92]
    """
    strange = groups.index.difference(solution.loadings.index)
    if len(strange):
        raise SortsError(f"sort {name!r} is not in the solution" for name in strange)
    if n_permutations < 1:
        raise OptionError("n_permutations is 1 or more")
    known = groups.dropna()
    values = solution.loadings.loc[known.index]
    codes, names = pd.factorize(known, sort=True)
    members = np.eye(len(names))[codes]
    n = members.sum(axis=0)[:, None]
    mean = members.T @ values.to_numpy() / n
    within = members.T @ (values.to_numpy() - mean[codes]) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        half = t.isf(LOWER, n - 1) * np.sqrt(within / (n - 1) / n)
    index = pd.MultiIndex.from_product([names, values.columns], names=["group", "factor"])
    columns = {"n": np.repeat(n.astype(int), mean.shape[1]), "mean": mean.ravel()}
    columns |= {"low": (mean - half).ravel(), "high": (mean + half).ravel()}
    centred = values.to_numpy() - values.to_numpy().mean(axis=0)
    total = (centred**2).sum(axis=0)
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(len(centred)) for _ in range(n_permutations)])
    sums = [np.matmul(members.T, block) for block in (centred, centred[order])]
    shares = [(one**2 / members.sum(axis=0)[:, None]).sum(axis=-2) for one in sums]
    with np.errstate(invalid="ignore", divide="ignore"):
        found, random = (np.where(total > 1e-12, share / total, 0.0) for share in shares)
    p = permuted_p(random >= found - 1e-12)
    tests = pd.DataFrame({"share": found, "p": p, "p_adjusted": holm(p)}, index=values.columns)
    return Subgroups(pd.DataFrame(columns, index=index), tests)
