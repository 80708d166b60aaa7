"""What if the grades of one value moved: predicted shares of fails, 6-7 and 8+, compared."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import expit

from cxlib.drivers.ordinal import Fit, fit
from cxlib.drivers.sample import Array, DriverError, Sample, complete, independent
from cxlib.inference import Weights, Z

BANDS = ("fail", "middle", "top")
Model = tuple[Fit, pd.Index]
FEW = 10  # respondents that a jump at one side of a threshold rests on
AIMS = {"fail": -1.0, "top": 1.0}  # which way a band should go
DRAWS = 4000
BEHIND = ["behind", "behind_low", "behind_high"]
COLUMNS = ["now", "then", "change", "low", "high", *BEHIND, "p_first", "n_moved", "n"]


@dataclass(frozen=True)
class Outlook:
    """The fitted chances of a fail and of a top grade, to be asked about any moved grades.

    Two logits predict each respondent's chances with the grades as they are and as moved; the
    shares are weighted means. Both thresholds have slopes of their own, since those of
    satisfaction are seldom parallel. Each driver enters with its grade and, where ten respondents
    or more are on that side, with a jump at `fail` and one at `top`: leaving the fails behind may
    matter more than a point.
    """

    sample: Sample
    terms: pd.DataFrame
    models: list[tuple[np.ndarray, Model | None]]  # of a fail and of a top grade
    fail: float
    top: float

    @classmethod
    def of(cls, sample: Sample, fail: float, top: float) -> "Outlook":
        """Fit both models."""
        terms, events = _terms(sample.X, fail, top), (sample.y <= fail, sample.y >= top)
        models = [(event, _model(event, terms, sample)) for event in events]
        return cls(sample, terms, models, fail, top)

    def effects(self, moved: pd.DataFrame) -> Array:
        """Bands x (chance now, chance then, influence on the change) x respondents."""
        then = _terms(moved, self.fail, self.top)
        fail, top = (
            _effect(event, model, self.terms, then, self.sample) for event, model in self.models
        )
        return np.stack([fail, np.array([[1.0], [1.0], [0.0]]) - fail - top, top])


def _terms(X: pd.DataFrame, fail: float, top: float) -> pd.DataFrame:
    """Each driver's grade, and whether it is a fail and whether it reaches the top."""
    return pd.concat({"grade": X, "low": X.le(fail), "high": X.ge(top)}, axis=1).astype(float)


def _model(event: np.ndarray, terms: pd.DataFrame, sample: Sample) -> Model | None:
    """Logit of an event, with jumps where the answers can carry them, otherwise without."""
    if sample.obstacle or event.all() or not event.any():
        return None
    weights = sample.weights * (sample.n / sample.weights.sum())
    many = terms.sum().between(FEW, sample.n - FEW) | (terms.columns.get_level_values(0) == "grade")
    for chosen in (terms.loc[:, many], terms[["grade"]]):
        own, _ = independent(replace(sample, X=chosen))
        if sample.n > own.shape[1] + 2:
            found = fit(event.astype(int), own.to_numpy(), weights)
            if found.converged:
                return found, own.columns
    return None


def _effect(
    event: np.ndarray, model: Model | None, now: pd.DataFrame, then: pd.DataFrame, sample: Sample
) -> Array:
    """Chance of the event now and then, and each respondent's influence on the change (3 x n)."""
    if model is None:
        alike = not sample.obstacle and (event.all() or not event.any())
        chance = float(event.all()) if alike else np.nan
        return np.outer([chance, chance, 0.0 if alike else np.nan], np.ones(sample.n))
    found, columns = model
    part = sample.weights / sample.weights.sum()
    designs = [
        np.column_stack([-np.ones(sample.n), terms[columns].to_numpy()]) for terms in (now, then)
    ]
    before, after = (expit(design @ found.parameters) for design in designs)
    slopes = [
        (part * chance * (1 - chance)) @ design
        for chance, design in zip((before, after), designs, strict=True)
    ]
    own = sample.n * part * before * (1 - before)
    own *= np.einsum("ij,jk,ik->i", designs[0], found.inverse, designs[0])
    scores = found.scores / np.maximum(1 - own, 1e-6)[:, None]
    through = sample.n * (scores @ found.inverse @ (slopes[1] - slopes[0]))
    return np.vstack([before, after, after - before - part @ (after - before) + through])


def shares(effects: Array, sample: Sample) -> pd.DataFrame:
    """Shares now and then, their change and its interval, a row a band."""
    part = sample.weights / max(sample.weights.sum(), 1e-300)
    now, then = effects[:, 0] @ part, effects[:, 1] @ part
    change = np.where((now > 0) & (now < 1), then - now, np.nan)
    wide = Z * np.sqrt(((part * effects[:, 2]) ** 2).sum(axis=1))
    columns = {"now": now, "then": then, "change": change}
    columns |= {"low": change - wide, "high": change + wide}
    return pd.DataFrame(columns, index=pd.Index(BANDS, name="band"))


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


def standard_moves(fail: float, top: float) -> dict[str, Move]:
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
        "tenth": Move("all", by=1.0, part=0.1),
        "fail_step": Move("fail", by=1.0),
        "fail_to_pass": Move("fail", floor=min(fail + 1.0, top)),
        "middle_to_top": Move("middle", floor=top),
    }


def scenarios(
    X: pd.DataFrame,
    y: pd.Series,
    fail: float = 5,
    top: float = 8,
    scale: tuple[float, float] = (1, 10),
    weights: Weights = None,
    minimum: int = 10,
    seed: int = 1,
) -> Scenarios:
    """Predicted shares of fails, passes and top grades under the standard moves of every driver.

    One model (see `Outlook`) answers for all moves, so that moves are compared on the same
    respondents: the covariance of two changes is the sum of products of each respondent's
    influences on them. It describes how answers go together, and predicts what an improvement
    brings only as far as the driver is the cause of the outcome.

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

    Notes
    -----
    The interval is first-order: each respondent's influence on the change, through the shares
    and through the model's parameters, is squared and summed. So it allows for the sample of
    respondents, for their weights, and for the parameters. What a respondent does to the
    parameters is divided by 1 - leverage, as in HC3: without that, intervals from 300 answers
    were up to 6 % too narrow.

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
            then = sample.X.copy()
            then[driver] = move.moved(sample.X[driver], fail, top, scale[1], passed)
            effects = outlook.effects(then)
            effects[:, 1] = effects[:, 0] + move.part * (effects[:, 1] - effects[:, 0])
            effects[:, 2] *= move.part
            moved = int((then[driver] > sample.X[driver]).sum())
            tables[driver, name] = shares(effects, sample).assign(n_moved=moved)
            influences[driver, name] = effects[:, 2] * part
    names = ["driver", "move", "band"]
    index = pd.MultiIndex.from_product([sample.drivers, list(moves), BANDS], names=names)
    found = pd.concat(tables, names=names[:2]) if tables else pd.DataFrame(columns=COLUMNS)
    changes = found.astype(float).reindex(index).assign(n=sample.n)
    counts = pd.DataFrame({"low": sample.X.le(fail).sum(), "high": sample.X.ge(top).sum()})
    counts["middle"] = sample.n - counts["low"] - counts["high"]
    few = counts.index[((counts > 0) & (counts < minimum)).any(axis=1)]  # but some
    changes.loc[changes.index.get_level_values("driver").isin(few)] = np.nan
    changes.loc[changes.index.get_level_values("move") == "tenth", "n_moved"] = np.nan
    changes = _compared(changes, influences, list(moves), seed)
    notes = sample.notes + ((sample.obstacle,) if sample.obstacle else ())
    return Scenarios(changes[COLUMNS], sample.n, notes)


def _compared(changes: pd.DataFrame, influences: dict, moves: list[str], seed: int) -> pd.DataFrame:
    """How far each driver is behind the one that does most, and its chance to be that one."""
    rng = np.random.default_rng(seed)
    table = changes.reindex(columns=[*changes.columns, *BEHIND, "p_first"])
    for move, (band, aim) in product(moves, AIMS.items()):
        gains = changes["change"].xs((move, band), level=("move", "band")).dropna()
        gains = (gains * aim).sort_values(ascending=False, kind="stable")
        if gains.empty:
            continue
        own = np.array([influences[driver, move][BANDS.index(band)] for driver in gains.index])
        behind = gains.iloc[0] - gains.to_numpy()
        wide = Z * np.sqrt(((own - own[0]) ** 2).sum(axis=1))
        found = np.column_stack([behind, behind - wide, behind + wide, np.ones(len(gains))])
        found[0, :3] = np.nan
        if len(gains) > 1:
            drawn = rng.multivariate_normal(gains.to_numpy(), own @ own.T, DRAWS, method="svd")
            found[:, 3] = np.bincount(drawn.argmax(axis=1), minlength=len(gains)) / DRAWS
        table.loc[[(driver, move, band) for driver in gains.index], [*BEHIND, "p_first"]] = found
    return table
