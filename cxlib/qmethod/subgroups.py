"""How near the members of subgroups stand to the viewpoints of all: sessions, districts, roles."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from cxlib.inference import holm

from .bootstrap import SEED
from .comparison import permuted_p
from .errors import OptionError, SortsError
from .solution import Solution


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
    confidence: float = 0.95,
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
    if not 0 < confidence < 1 or n_permutations < 1:
        raise OptionError("confidence lies between 0 and 1, and n_permutations is 1 or more")
    known = groups.dropna()
    values = solution.loadings.loc[known.index]
    codes, names = pd.factorize(known, sort=True)
    members = np.eye(len(names))[codes]
    n = members.sum(axis=0)[:, None]
    mean = members.T @ values.to_numpy() / n
    within = members.T @ (values.to_numpy() - mean[codes]) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        half = t.isf((1 - confidence) / 2, n - 1) * np.sqrt(within / (n - 1) / n)
    index = pd.MultiIndex.from_product([names, values.columns], names=["group", "factor"])
    columns = {"n": np.repeat(n.astype(int), mean.shape[1]), "mean": mean.ravel()}
    columns |= {"low": (mean - half).ravel(), "high": (mean + half).ravel()}
    tests = _tests(values, members, n_permutations, seed)
    return Subgroups(pd.DataFrame(columns, index=index), tests)


def _tests(
    values: pd.DataFrame, members: np.ndarray, n_permutations: int, seed: int
) -> pd.DataFrame:
    centred = values.to_numpy() - values.to_numpy().mean(axis=0)
    total = (centred**2).sum(axis=0)
    rng = np.random.default_rng(seed)
    order = np.stack([rng.permutation(len(centred)) for _ in range(n_permutations)])
    shares = [_between(members, block) for block in (centred, centred[order])]
    with np.errstate(invalid="ignore", divide="ignore"):
        found, random = (np.where(total > 1e-12, share / total, 0.0) for share in shares)
    p = permuted_p(random >= found - 1e-12)
    return pd.DataFrame({"share": found, "p": p, "p_adjusted": holm(p)}, index=values.columns)


def _between(members: np.ndarray, centred: np.ndarray) -> np.ndarray:
    """Sum of squares between groups, of one block of loadings or a stack of them."""
    sums = np.matmul(members.T, centred)
    return (sums**2 / members.sum(axis=0)[:, None]).sum(axis=-2)
