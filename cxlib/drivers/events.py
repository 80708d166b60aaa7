"""An event (an 8 or higher, a fail): how likely, and what a grade more of each driver does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import entr, expit

from cxlib.drivers.cumulative import fit
from cxlib.drivers.proportional_odds import SEPARATED, ordinal
from cxlib.drivers.sample import Array, DriverError, Sample, complete, floats, independent

FEW = 10  # events, and respondents without, that a coefficient needs
EFFECTS = ["odds_ratio", "odds_low", "odds_high", "effect", "effect_low", "effect_high"]


@dataclass(frozen=True)
class Logit:
    """A logit of an event.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term` (the drivers); columns `estimate`, `se`, `low`, `high` (log-odds for one
        grade more), `p`, `p_adjusted` (Holm over the drivers); `odds_ratio`, `odds_low`,
        `odds_high`; and `effect`, `effect_low`, `effect_high`: average marginal effect in
        percentage points a grade.
    n : int
        Respondents used.
    n_events : int
        Those with the event.
    pseudo_r2 : float
        McFadden's 1 - loglik / loglik of the constant alone.
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    n: int
    n_events: int
    pseudo_r2: float
    notes: tuple[str, ...] = ()


def event(y: pd.Series, at_least: float = -np.inf, at_most: float = np.inf) -> pd.Series:
    """1 where a grade lies within bounds, 0 where it doesn't; no grade stays no grade.

    Examples
    --------
    >>> event(pd.Series([5, 8, np.nan, 9]), at_least=8).tolist()
    [0.0, 1.0, nan, 1.0]
    """
    grades = pd.Series(floats(y, "outcome"), index=y.index, name=y.name)
    return grades.between(at_least, at_most).astype(float).where(grades.notna())


def logit(
    X: pd.DataFrame,
    y: pd.Series,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
) -> Logit:
    """Logit of an event on all drivers: log odds(event) = constant + x'b, with robust errors.

    The average marginal effect of driver j is the weighted mean of p (1 - p) b_j, p being each
    respondent's chance: the percentage points that the share of events differs for one grade.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
        1 for those with the event, 0 for the others (see `event`).
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.
    level : float

    Returns
    -------
    Logit
        Estimates are NaN where the answers can't give them; `notes` says why.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or y has other values.

    Notes
    -----
    Errors are those of the sandwich; with weights, of that of a survey (see `ordinal`). The error
    of an effect is the root of the sum of squared influences of the respondents, through the
    coefficients and through whom they are averaged over, so it holds for tenants who weren't asked.

    References
    ----------
    McFadden (1974); White (1982); Bartus (2005) on average marginal effects.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"ease": rng.integers(4, 10, 400)})
    >>> y = (X["ease"] + rng.normal(0, 2, 400)).round()
    >>> model = logit(X, event(y, at_least=8))
    >>> model.coefficients.loc["ease", ["odds_ratio", "effect"]].round(1).tolist()
    [2.0, 12.3]
    """
    sample = complete(X, y, weights)
    check_event(sample, refit=False)
    happened = int((sample.y == 1).sum())
    model = ordinal(X, y, weights, "design" if sample.weighted else "robust", level)
    table = model.coefficients.reindex(columns=[*model.coefficients.columns, *EFFECTS])
    known = table.index[table["estimate"].notna()]
    if not len(known):
        return Logit(table, sample.n, happened, np.nan, model.notes)
    table[EFFECTS[:3]] = np.exp(table[["estimate", "low", "high"]].to_numpy())
    constant = -model.thresholds["estimate"].iloc[0]
    parameters = np.array([constant, *table.loc[known, "estimate"]])
    table.loc[known, EFFECTS[3:]] = 100 * _effects(sample, known, parameters, level)
    share = sample.weights @ sample.y / sample.weights.sum()
    null = -sample.effective_n * (entr(share) + entr(1 - share))
    notes = model.notes + _few(happened, sample.n - happened, len(known))
    return Logit(table, sample.n, happened, float(1 - model.loglik / null), notes)


def _effects(sample: Sample, drivers: pd.Index, parameters: Array, level: float) -> Array:
    """Average marginal effects with their intervals (p, 3), from influences."""
    design = np.column_stack([np.ones(sample.n), sample.X[drivers].to_numpy()])
    part = sample.weights / sample.weights.sum()
    chance = expit(design @ parameters)
    spread = chance * (1 - chance)
    inverse = np.linalg.inv((design * (part * spread)[:, None]).T @ design)
    influence = (design * (sample.y - chance)[:, None]) @ inverse  # of each on the parameters
    mean = part @ spread
    bends = (part * spread * (1 - 2 * chance)) @ design
    slopes = parameters[1:]
    through = mean * influence[:, 1:] + np.outer(influence @ bends, slopes)
    own = through + np.outer(spread - mean, slopes)
    drawn = sample.n / (sample.n - 1) if sample.weighted else 1.0
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(drawn * ((part**2) @ own**2))
    effect = mean * slopes
    return np.column_stack([effect, effect - reach, effect + reach])


def _few(events: int, others: int, drivers: int) -> tuple[str, ...]:
    rare = min(events, others)
    if rare >= FEW * drivers:
        return ()
    what = "with" if events <= others else "without"
    return (f"{rare} respondents {what} the event are few for {drivers} drivers",)


def check_event(sample: Sample, refit: bool = True) -> str:
    """Why no logit of the outcome can be estimated; empty when it can.

    Raises
    ------
    DriverError
        When the outcome has other values than 0 and 1.
    """
    if not np.isin(sample.y, (0.0, 1.0)).all():
        raise DriverError("a logit explains an event: y must be 0 or 1, as `event` makes it")
    if sample.obstacle or not refit:
        return sample.obstacle
    kept, _ = independent(sample)
    weights = sample.weights * (sample.effective_n / sample.weights.sum())
    found = fit(sample.y.astype(int), kept.to_numpy(), weights)
    return "" if found.finite else SEPARATED
