"""The same people before and after: who changed viewpoint, which cards moved."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxlib.inference import holm

from .bootstrap import SEED
from .comparison import permuted_p, project, same_cards
from .errors import SortsError
from .flagging import automatic
from .solution import Solution, analyse


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
