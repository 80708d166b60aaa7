"""The moves worth comparing: what each value would bring, and which one brings most."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.sample import Array, DriverError, Sample, complete
from cxlib.drivers.scenario import BANDS, Outlook, shares

AIMS = {"fail": -1.0, "top": 1.0}  # which way a band should go
DRAWS = 4000
BEHIND = ["behind", "behind_low", "behind_high"]
COLUMNS = ["now", "then", "change", "low", "high", *BEHIND, "p_first", "n_moved", "n"]


@dataclass(frozen=True)
class Move:
    """What happens to the grades that one value gets.

    Attributes
    ----------
    band : {"all", "fail", "middle"}
        Which grades move.
    by : float
        Grades to add.
    floor : float
        What moved grades become at least.
    part : float
        Share of those respondents to whom it happens.
    """

    band: str
    by: float = 0.0
    floor: float = -np.inf
    part: float = 1.0

    def chosen(self, grades: pd.Series, fail: float, top: float) -> pd.Series:
        """Whose grade moves."""
        if self.band == "all":
            return grades.notna()
        return grades.le(fail) if self.band == "fail" else grades.gt(fail) & grades.lt(top)

    def moved(
        self, grades: pd.Series, fail: float, top: float, most: float, passed: float
    ) -> pd.Series:
        """The grades afterwards, in the order that they had: no fail comes past `passed`."""
        raised = grades.add(self.by).clip(lower=self.floor, upper=most)
        if self.band == "fail":
            raised = raised.clip(upper=passed)
        return raised.where(self.chosen(grades, fail, top) & (raised > grades), grades)


@dataclass(frozen=True)
class Scenarios:
    """Every value under every move.

    Attributes
    ----------
    changes : DataFrame
        Index (`driver`, `move`, `band`); `now`, `then` (shares of the outcome), `change`, `low`,
        `high`. For bands "fail" and "top" also `behind`, by how much the driver does less for
        this band than the one that does most with the same move, with `behind_low` and
        `behind_high` (of that one: NaN); and `p_first`, the chance that no other does more.
        `n_moved`, respondents whose grade moves; `n`.
    n : int
    notes : tuple of str
    """

    changes: pd.DataFrame
    n: int
    notes: tuple[str, ...] = ()


def standard_moves(fail: float, top: float, step: float = 1.0) -> dict[str, Move]:
    """The moves that any survey can be asked about.

    Returns
    -------
    dict of name to Move
        "tenth": one respondent in ten gives a whole grade more, so that the mean rises by a
        tenth; "fail_step": one grade more from all who gave a fail, at most a pass;
        "fail_to_pass": every fail becomes just a pass; "middle_to_top": all grades between become
        the lowest top grade.

    Examples
    --------
    >>> standard_moves(5, 8)["fail_to_pass"]
    Move(band='fail', by=0.0, floor=6.0, part=1.0)
    """
    return {
        "tenth": Move("all", by=step, part=0.1),
        "fail_step": Move("fail", by=step),
        "fail_to_pass": Move("fail", floor=min(fail + step, top)),
        "middle_to_top": Move("middle", floor=top),
    }


def scenarios(
    X: pd.DataFrame,
    y: pd.Series,
    fail: float = 5,
    top: float = 8,
    scale: tuple[float, float] = (1, 10),
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
    minimum: int = 10,
    seed: int = 1,
) -> Scenarios:
    """Predicted shares of fails, passes and top grades under the standard moves of every driver.

    One model (see `what_if`) answers for all moves, so that moves are compared on the same
    respondents: the covariance of two changes is the sum of products of each respondent's
    influences on them. It predicts what an improvement brings only as far as the driver is the
    cause of the outcome.

    Moves keep the order of grades. Drivers that are means of items have grades between a fail
    and the next whole grade, and a fail that became a 6 would overtake a 5.5 that stays: so it
    comes no further than the lowest pass that anybody gave to any driver, the same for all
    drivers. In "tenth" all have the same chance to be the one in ten.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    fail, top : float
        Highest grade that fails, lowest that counts as top; of the outcome and of the drivers.
    scale : (lowest, highest)
    weights : Series (respondents), optional
    level : float
    minimum : int
        A driver with fewer fails, passes or top grades than this (but some) is left blank.
    seed : int
        Of the normal draws behind `p_first`.

    Returns
    -------
    Scenarios

    Raises
    ------
    DriverError
        When fail >= top, or as in `relative_importance`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.integers(3, 11, (600, 2)), columns=["ease", "safe"])
    >>> y = (0.7 * X["ease"] + 0.2 * X["safe"] + rng.normal(0, 1, 600)).round().clip(1, 10)
    >>> changes = scenarios(X, y).changes
    >>> changes["change"].xs(("middle_to_top", "top"), level=(1, 2)).idxmax()
    'ease'
    """
    if not fail < top:
        raise DriverError(f"fail ({fail:g}) must lie below top ({top:g})")
    sample = complete(X, y, weights)
    outlook, moves = Outlook.of(sample, fail, top), standard_moves(fail, top)
    part = sample.weights / max(sample.weights.sum(), 1e-300)
    passed = float(sample.X.where(fail < sample.X).min().min())
    tables, influences = {}, {}
    for driver in sample.X:
        for name, move in moves.items():
            effects, moved = _moved(outlook, driver, move, scale[1], passed)
            tables[driver, name] = shares(effects, sample, level).assign(n_moved=moved)
            influences[driver, name] = effects[:, 2] * part
    changes = _table(tables, sample, list(moves)).assign(n=sample.n)
    few = _few(sample, fail, top, minimum)
    changes.loc[changes.index.get_level_values("driver").isin(few)] = np.nan
    changes.loc[changes.index.get_level_values("move") == "tenth", "n_moved"] = np.nan
    changes = _compared(changes, influences, list(moves), level, seed)
    notes = sample.notes + ((sample.obstacle,) if sample.obstacle else ())
    return Scenarios(changes[COLUMNS], sample.n, notes)


def _moved(
    outlook: Outlook, driver: Hashable, move: Move, most: float, passed: float
) -> tuple[Array, int]:
    """Effects of one move, and the number of respondents whose grade it changes."""
    X = outlook.sample.X
    grades = X[driver]
    raised = move.moved(grades, outlook.fail, outlook.top, most, passed)
    effects = outlook.effects(pd.DataFrame({d: raised if d == driver else X[d] for d in X}))
    effects[:, 1] = effects[:, 0] + move.part * (effects[:, 1] - effects[:, 0])
    effects[:, 2] *= move.part
    return effects, int((raised > grades).sum())


def _few(sample: Sample, fail: float, top: float, minimum: int) -> list[Hashable]:
    """Drivers with a band that some, but too few, respondents are in."""
    counts = pd.DataFrame({"low": sample.X.le(fail).sum(), "high": sample.X.ge(top).sum()})
    counts["middle"] = sample.n - counts["low"] - counts["high"]
    return list(counts.index[((counts > 0) & (counts < minimum)).any(axis=1)])


def _table(tables: dict, sample: Sample, moves: list[str]) -> pd.DataFrame:
    names = ["driver", "move", "band"]
    index = pd.MultiIndex.from_product([sample.drivers, moves, BANDS], names=names)
    if not tables:
        return pd.DataFrame(np.nan, index=index, columns=COLUMNS)
    found = pd.concat(tables, names=names[:2])
    return found.astype(float).reindex(index)


def _compared(
    changes: pd.DataFrame, influences: dict, moves: list[str], level: float, seed: int
) -> pd.DataFrame:
    """How far each driver is behind the one that does most, and its chance to be that one."""
    rng, reach = np.random.default_rng(seed), float(stats.norm.ppf((1 + level) / 2))
    table = changes.reindex(columns=[*changes.columns, *BEHIND, "p_first"])
    for move in moves:
        for place, band in enumerate(BANDS):
            if band not in AIMS:
                continue
            gains = changes["change"].xs((move, band), level=("move", "band")).dropna()
            gains = (gains * AIMS[band]).sort_values(ascending=False, kind="stable")
            if gains.empty:
                continue
            own = np.array([influences[driver, move][place] for driver in gains.index])
            behind = gains.iloc[0] - gains.to_numpy()
            wide = reach * np.sqrt(((own - own[0]) ** 2).sum(axis=1))
            found = np.column_stack([behind, behind - wide, behind + wide])
            found[0] = np.nan
            rows = [(driver, move, band) for driver in gains.index]
            table.loc[rows, [*BEHIND, "p_first"]] = np.column_stack(
                [found, _chances(gains.to_numpy(), own, rng)]
            )
    return table


def _chances(gains: Array, influences: Array, rng: np.random.Generator) -> Array:
    """Chance of each to be the largest, from normal draws around the gains."""
    if len(gains) < 2:
        return np.ones(len(gains))
    covariance = influences @ influences.T
    drawn = rng.multivariate_normal(gains, covariance, DRAWS, method="svd")
    return np.bincount(drawn.argmax(axis=1), minlength=len(gains)) / DRAWS
