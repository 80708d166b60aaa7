"""What may be claimed: who comes first, what differs and which way.

Decided here once, from estimates with their intervals; notebooks, figures and the booklet only
phrase it. A claim that no interval carries is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.tables import holm

# --- what every wing needs ---


@dataclass(frozen=True)
class Lead:
    """Which of several comes first, as far as intervals tell.

    Attributes
    ----------
    names : tuple of str
        All that were compared, the first first.
    tied : tuple of str
        Of the others, those that can't be told from the first.
    """

    names: tuple[str, ...]
    tied: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """The first, and those that can't be told from it; empty where nothing was compared."""
        return (*self.names[:1], *self.tied)

    @property
    def sure(self) -> bool:
        """Whether one of several is told from all others."""
        return len(self.names) > 1 and not self.tied


def lead(estimates: pd.Series, margin: pd.Series, highest: bool = True) -> Lead:
    """Which comes first, and which others may be first as well.

    One of several may be called first when its difference from every other is above zero with
    its whole two-sided interval. That the first was picked after looking needs no further
    correction: with equal ones all through, the claim is false at most as often as one interval
    is (Gutmann and Maymin 1987).

    Parameters
    ----------
    estimates : Series
        Index name; those without an estimate do not take part.
    margin : Series
        Index name: the end nearest zero of the interval by which the first is ahead of each
        other. Without one (NaN) the two can't be told apart.
    highest : bool
        Whether the highest comes first, or the lowest.

    Examples
    --------
    >>> found = lead(pd.Series({"ease": 7.1, "home": 7.5}), pd.Series({"ease": 0.2}))
    >>> found.first, found.sure
    (('home',), True)
    """
    order = estimates.dropna().sort_values(ascending=not highest, kind="stable").index
    tied = [name for name in order[1:] if not margin.get(name, np.nan) > 0]
    return Lead(tuple(map(str, order)), tuple(map(str, tied)))


def side(low: pd.Series, high: pd.Series) -> pd.Series:
    """On which side of zero each whole interval lies: 1 above, -1 below, 0 where it can't be told.

    Examples
    --------
    >>> side(pd.Series([0.1, -0.3, -0.2]), pd.Series([0.4, 0.2, -0.1])).tolist()
    [1, 0, -1]
    """
    return (low > 0).astype(int) - (high < 0).astype(int)


# --- viewpoints ---


# --- importance ---


# --- scales ---


# --- drivers ---

CHANCE = 0.05  # probability from which a difference counts as chance
AIMS = {"fail": -1.0, "top": 1.0}  # which way a share of grades should go


def weightiest(shares: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which driver weighs most, from the differences of the shares in resamples.

    Parameters
    ----------
    shares : Series
        Index driver (`Importance.shares["share"]`); the row "random" takes no part.
    draws : DataFrame (resamples x drivers)
        Shares in every resample (`Importance.draws`).
    level : float

    Examples
    --------
    >>> draws = pd.DataFrame({"ease": [0.10, 0.11, 0.12], "home": [0.30, 0.29, 0.31]})
    >>> weightiest(draws.mean(), draws).sure
    True
    """
    known = shares.drop("random", errors="ignore").dropna()
    if known.empty or draws.empty:
        return Lead(tuple(map(str, known.index)) if len(known) == 1 else ())
    ahead = -draws[known.index].sub(draws[known.idxmax()], axis=0)
    return lead(known, ahead.quantile((1 - level) / 2))


def kinds(classes: pd.DataFrame) -> pd.Series:
    """The kind of each driver as far as it holds; "undecided" where it is not firm.

    Parameters
    ----------
    classes : DataFrame
        From `drivers.firmness`. "wrong sign" and "too few" are no kinds, and stay.
    """
    stays = classes["firm"].astype(bool) | classes["kind"].isin(["wrong sign", "too few"])
    return classes["kind"].where(stays, "undecided")


def dominating(returns: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of which the first adds more whatever else is in, also with other respondents.

    A pair is claimed when it returns in 95 % of the resamples at least, and in so many more that
    of all pairs looked at (Holm) none is claimed by chance more often than one interval errs.

    Parameters
    ----------
    returns : DataFrame (drivers x drivers)
        From `drivers.dominance_returns`.
    """
    often, names = returns.to_numpy(float), returns.index.map(str)
    more, less = np.nonzero(often > often.T)
    p = holm(pd.Series(2 * (1 - often[more, less])))
    sure = (p < CHANCE).to_numpy()
    return list(zip(names[more[sure]], names[less[sure]], strict=True))


def chances(table: pd.DataFrame, level: float = 0.95) -> pd.Series:
    """Two-sided p of each estimate, from the end of its interval that lies nearest zero.

    Parameters
    ----------
    table : DataFrame
        Columns `estimate`, `low`, `high`.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [1.96], "low": [0.0], "high": [3.0]})
    >>> chances(table).round(3).tolist()
    [0.05]
    """
    size = table["estimate"].abs()
    near = (size - table["low"]).where(table["estimate"] > 0, table["high"] + size)
    z = size / near.where(near > 0) * stats.norm.ppf((1 + level) / 2)
    return pd.Series(2 * stats.norm.sf(z), table.index).mask(near.eq(0) & size.gt(0), 0.0)


def changed(changes: pd.DataFrame) -> pd.Series:
    """Whether each number changed by more than chance, corrected (Holm) for looking at all.

    Parameters
    ----------
    changes : DataFrame
        Columns `change`, `low`, `high` (`survey.change`).
    """
    return holm(chances(changes.rename(columns={"change": "estimate"}))) < CHANCE


def real(tests: pd.DataFrame) -> list[Any]:
    """The rows that are more than chance after correction (`p_adjusted`)."""
    return list(tests.index[tests["p_adjusted"] < CHANCE])


def best(changes: pd.DataFrame, move: str, band: str) -> Lead:
    """Which driver does most for a band of grades when its own grades make a move.

    Nobody, where what the first does may be chance: it is the best of several, so its own change
    is corrected for their number (Holm).

    Parameters
    ----------
    changes : DataFrame
        From `drivers.scenarios`.
    move, band : str
        A move; "fail" or "top".
    """
    here = _moved(changes, move, band)
    gains = here["change"] * AIMS[band]
    found = lead(gains, here["behind_low"])
    p = holm(chances(here.rename(columns={"change": "estimate"}))).set_axis(here.index.map(str))
    worth = gains.set_axis(p.index)
    sure = found.names and worth[found.names[0]] > 0 and p[found.names[0]] < CHANCE
    return found if sure else Lead(())


def scenario_leaders(changes: pd.DataFrame) -> pd.DataFrame:
    """The driver that does most for each move and band, and what may be said of it.

    Returns
    -------
    DataFrame
        Index (`move`, `band`): `driver`, its `change`, `low`, `high`; the `rival`, which comes
        second, or of those that can't be told from the first; `lead`, how much more the first
        does (`lead_low`, `lead_high`); `p_first`; and `verdict`: "first" where the driver is
        told from all others, "close" where one can't be told from it, "open" where several
        can't, "alone" where there is no other, "none" where its own change may be chance.
    """
    rows = {}
    for move in changes.index.unique("move"):
        for band in AIMS:
            here = _moved(changes, move, band)
            rows[move, band] = _leader(here, here["change"] * AIMS[band], best(changes, move, band))
    names = pd.MultiIndex.from_tuples(rows, names=["move", "band"])
    return pd.DataFrame(list(rows.values()), index=names)


def _moved(changes: pd.DataFrame, move: str, band: str) -> pd.DataFrame:
    """What each driver does for a band with one move, where that is known."""
    moves, bands = (changes.index.get_level_values(name) for name in ("move", "band"))
    here = changes[(moves == move) & (bands == band)].droplevel(["move", "band"])
    return here.dropna(subset=["change"])


def _leader(here: pd.DataFrame, gains: pd.Series, found: Lead) -> dict[str, Any]:
    """One row of the leaders."""
    ends = ["change", "low", "high"]
    order = list(gains.sort_values(ascending=False, kind="stable").index)
    first = here.reindex(order[:1] or [None]).iloc[0]
    others = list(found.tied) or order[1:]
    second = here.reindex(others[:1] or [None]).iloc[0]
    verdict = "none"
    if found.names:
        least = "first" if found.sure else "alone"
        verdict = (least, "close", "open")[min(len(found.tied), 2)]
    return {
        "driver": order[0] if order else None,
        **first[ends],
        "rival": others[0] if others else None,
        "lead": second["behind"],
        "lead_low": second["behind_low"],
        "lead_high": second["behind_high"],
        "p_first": first["p_first"],
        "verdict": verdict,
    }


# --- monitor ---
