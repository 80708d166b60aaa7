"""Does one driver explain more than another whatever else is in the model?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxlib.drivers.events import check_event
from cxlib.drivers.measures import LOGIT, correlation
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
        complete=_complete(r2[0], names),
        notes=sample.notes,
    )


def _complete(r2: Array, names: pd.Index) -> pd.DataFrame:
    table = _undecided(names)
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            split = r2.reshape(2**i, 2, 2 ** (j - i - 1), 2, -1)
            lead = split[:, 1, :, 0] - split[:, 0, :, 1]
            if (lead > TIE).all() or (lead < -TIE).all():
                table.iloc[i, j] = bool(lead.flat[0] > 0)
                table.iloc[j, i] = bool(lead.flat[0] < 0)
    return table


def _undecided(names: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array([pd.NA] * len(names), "boolean") for name in names}, names)
