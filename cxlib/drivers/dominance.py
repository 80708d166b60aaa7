"""Does one driver explain more than another whatever else is in the model?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from cxlib.drivers.events import check_event
from cxlib.drivers.measures import CELLS, LOGIT, correlation
from cxlib.drivers.resampling import Reweight, resampled_correlations
from cxlib.drivers.sample import Array, DriverError, complete
from cxlib.drivers.subset_logits import fit_subsets
from cxlib.drivers.subsets import gains_by_size, r2_of_subsets, shapley

TIE = 1e-12


@dataclass(frozen=True)
class Dominance:
    """Three strengths of "more important than".

    Attributes
    ----------
    general : Series
        Index `driver`: mean gain over all sizes, equal to the LMG share.
    conditional : DataFrame
        Index `driver`, columns the number of drivers already in (0, 1, …): mean gain.
    complete : DataFrame (drivers x drivers)
        True where the row adds more than the column to every subset without both, False where
        the column always adds more, <NA> where it depends.
    notes : tuple of str
    """

    general: pd.Series
    conditional: pd.DataFrame
    complete: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[Hashable, Hashable]]:
        """The pairs of which the first completely dominates the second."""
        over = self.complete.fillna(False).to_numpy(dtype=bool)
        names = self.complete.index
        return [(names[i], names[j]) for i, j in zip(*np.nonzero(over), strict=True)]


def dominance(
    X: pd.DataFrame,
    y: pd.Series,
    weights: pd.Series | Array | None = None,
    method: str = "lmg",
) -> Dominance:
    """General, conditional and complete dominance of the drivers.

    Driver i completely dominates j when R2(S + i) > R2(S + j) for every subset S without both.
    With method "logit", y is 0 or 1 and McFadden's pseudo-R2 stands for R2.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    weights : Series (respondents), optional
    method : {"lmg", "logit"}

    Raises
    ------
    DriverError
        As in `relative_importance`.

    References
    ----------
    Budescu (1993); Azen and Budescu (2003); for events, Azen and Traxel (2009).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> found = dominance(X, pd.Series([6, 6, 8, 9, 5, 8]))
    >>> found.pairs
    [('ease', 'safe')]
    """
    if method not in ("lmg", LOGIT):
        raise DriverError(f'method {method!r} is unknown; choose "lmg" or "logit"')
    sample = complete(X, y, weights)
    obstacle = check_event(sample) if method == LOGIT else sample.obstacle
    names = pd.Index(sample.X.columns, name="driver")
    if obstacle:
        empty = pd.Series(np.nan, index=names, name="share")
        notes = (*sample.notes, obstacle)
        return Dominance(empty, empty.to_frame(0), _undecided(names), notes)
    if method == LOGIT:
        r2 = fit_subsets(sample).pseudo_r2
    else:
        r2 = r2_of_subsets(correlation(sample)[None])
    return Dominance(
        general=pd.Series(shapley(r2)[0], index=names, name="share"),
        conditional=pd.DataFrame(gains_by_size(r2), index=names),
        complete=_complete(r2, names),
        notes=sample.notes,
    )


def dominance_returns(
    X: pd.DataFrame,
    y: pd.Series,
    n_resamples: int = 1000,
    seed: int = 1,
    weights: pd.Series | Array | None = None,
    reweight: Reweight | None = None,
) -> pd.DataFrame:
    """In which part of the resamples one driver completely dominates another.

    Respondents are drawn as in `bootstrap_importance`. That one adds more in every model of these
    answers says little by itself, as dozens of differences must all have the same sign.

    Returns
    -------
    DataFrame (drivers x drivers)
        Share of resamples in which the row dominates the column; NaN without estimates.

    References
    ----------
    Azen and Budescu (2003) on reproducibility.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["ease", "safe"])
    >>> float(dominance_returns(X, X["ease"] + rng.normal(size=200), 200).loc["ease", "safe"])
    1.0
    """
    sample = complete(X, y, weights)
    names, p = pd.Index(sample.X.columns, name="driver"), sample.X.shape[1]
    if sample.obstacle:
        return pd.DataFrame(np.nan, names, names)
    matrices = resampled_correlations(sample, n_resamples, seed, reweight)[:, :-1, :-1]
    wins = np.zeros((p, p))
    at_a_time = max(1, CELLS >> p)
    for start in range(0, n_resamples, at_a_time):
        r2 = r2_of_subsets(matrices[start : start + at_a_time])
        for i, j in combinations(range(p), 2):
            lead = _lead(r2, i, j)
            wins[i, j] += (lead > TIE).all(axis=1).sum()
            wins[j, i] += (lead < -TIE).all(axis=1).sum()
    return pd.DataFrame(wins / n_resamples, names, names)


def _lead(r2: Array, i: int, j: int) -> Array:
    """How much more driver i adds than j > i to each subset without both (b, subsets)."""
    split = r2.reshape(len(r2), 2**i, 2, 2 ** (j - i - 1), 2, -1)
    return (split[:, :, 1, :, 0] - split[:, :, 0, :, 1]).reshape(len(r2), -1)


def _complete(r2: Array, names: pd.Index) -> pd.DataFrame:
    table = _undecided(names)
    for i, j in combinations(range(len(names)), 2):
        lead = _lead(r2, i, j)
        if (lead > TIE).all() or (lead < -TIE).all():
            table.iloc[i, j], table.iloc[j, i] = bool(lead[0, 0] > 0), bool(lead[0, 0] < 0)
    return table


def _undecided(names: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array([pd.NA] * len(names), "boolean") for name in names}, names)
