"""May the models be believed? Each check with a number, a p-value and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.measures import correlation, r2
from cxlib.drivers.ordinal import FEW, event, logit, ordinal
from cxlib.drivers.regression import Regression, least_squares
from cxlib.drivers.sample import Array, Sample, complete
from cxlib.inference import Weights, holm

INFLATED = 5.0  # variance inflation from which coefficients are hard to tell apart
DOUBT = 0.05
SUSPECTS = 10  # respondents with the largest Cook's distances, each left out in turn
Row = tuple[str, Any, float, float, str, str]
NO = "can't be told from these answers"


def model_checks(
    X: pd.DataFrame, y: pd.Series, fail: float = 5, top: float = 8, weights: Weights = None
) -> pd.DataFrame:
    """Check the models of the outcome: least squares, the ordinal logit and logits of events.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
        Grades.
    fail, top : float
        Highest grade that fails, lowest that counts as top.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index (`check`, `term`); `statistic`, `p`, `p_adjusted` (Holm, within a check) and
        `verdict`, a sentence. The checks and their statistics:

        "inflation": variance inflation of each driver, 1 / (1 - R2 on the others);
        "influence": conclusions (a coefficient's interval above, around or below 0) that change
        without one of the ten respondents with the largest Cook's distances, and without the
        hundredth with the largest;
        "linearity": t of the driver's square beside all drivers, with HC3 errors;
        "spread": n R2 of the squared residuals on the drivers, chi-squared (Koenker);
        "parallel lines": Brant's chi-squared of the ordinal logit, of each driver and together;
        "separation": respondents in the smaller class of the event a coefficient.

    References
    ----------
    Cook (1977); Koenker (1981); Brant (1990); Peduzzi et al. (1996).

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> X = pd.DataFrame({"ease": rng.integers(4, 10, 300)})
    >>> y = (X["ease"] + rng.normal(0, 1, 300)).round()
    >>> checks = model_checks(X, y)
    >>> checks.loc[("linearity", "ease"), "verdict"]
    'no sign of a bend'
    """
    sample = complete(X, y, weights)
    model = least_squares(X, y, weights)
    rows = [
        *_inflation(model.vif),
        *_influence(sample, model),
        *_linearity(sample),
        *_spread(sample, model),
        *_parallel(X, y, weights),
        *_separation(X, {"fail": event(y, at_most=fail), "top": event(y, at_least=top)}, weights),
    ]
    table = pd.DataFrame(rows, columns=["check", "term", "statistic", "p", "fine", "found"])
    table["p_adjusted"] = table.groupby("check", sort=False)["p"].transform(holm)
    table["verdict"] = table["fine"].mask(table["p_adjusted"] < DOUBT, table["found"])
    columns = ["statistic", "p", "p_adjusted", "verdict"]
    return table.set_index(["check", "term"])[columns].astype({"statistic": float})


def _inflation(vif: pd.Series) -> Iterator[Row]:
    for name, value in vif.items():
        if np.isinf(value):
            verdict = "follows from the other drivers: leave one of them out"
        elif value >= INFLATED:
            verdict = "hard to tell apart from the other drivers"
        else:
            verdict = NO if np.isnan(value) else "can be told apart from the other drivers"
        yield "inflation", name, value, np.nan, verdict, ""


def _influence(sample: Sample, model: Regression) -> Iterator[Row]:
    """What changes without one respondent, and without the most influential hundredth."""
    table = model.coefficients.dropna(subset=["low"])
    terms = [name for name in table.index if name != "intercept"]
    if sample.obstacle or not terms:
        yield "influence", "one respondent", np.nan, np.nan, NO, ""
        return
    cook = _distances(sample, table)
    told = _conclusions(table.loc[terms]).to_numpy()
    order = np.argsort(-cook)
    alone = [
        _without(sample, order[i : i + 1], terms) != told for i in range(min(SUSPECTS, len(order)))
    ]
    one = np.any(alone, axis=0)
    yield "influence", "one respondent", one.sum(), np.nan, _changed(terms, one), ""
    many = _without(sample, order[: max(len(order) // 100, 1)], terms) != told
    yield "influence", "most influential 1 %", many.sum(), np.nan, _changed(terms, many), ""


def _without(sample: Sample, rows: np.ndarray, terms: list[Any]) -> np.ndarray:
    """The conclusions of least squares without those respondents."""
    X, y, weights = (np.delete(part, rows, axis=0) for part in (sample.X, sample.y, sample.weights))
    frame = pd.DataFrame(X, columns=sample.X.columns)
    table = least_squares(frame, pd.Series(y), weights).coefficients
    return _conclusions(table.reindex(terms)).to_numpy()


def _distances(sample: Sample, table: pd.DataFrame) -> Array:
    """Cook's distances, but for a constant."""
    drivers = [name for name in table.index if name != "intercept"]
    design = np.column_stack([np.ones(sample.n), sample.X[drivers].to_numpy()])
    w = sample.weights / sample.weights.mean()
    inverse = np.linalg.inv((design * w[:, None]).T @ design)
    residual = sample.y - design @ table["estimate"].to_numpy()
    leverage = w * np.einsum("ij,jk,ik->i", design, inverse, design)
    distances: Array = w * residual**2 * leverage / np.maximum(1 - leverage, 1e-10) ** 2
    return distances


def _conclusions(table: pd.DataFrame) -> pd.Series:
    """1 for an interval above 0, -1 for one below, 0 for one around it."""
    return (table[["low", "high"]] > 0).sum(axis=1) - 1


def _changed(terms: list[Any], changed: np.ndarray) -> str:
    names = ", ".join(str(name) for name, other in zip(terms, changed, strict=True) if other)
    return f"the conclusion hangs on them for {names}" if names else "no conclusion changes"


def _linearity(sample: Sample) -> Iterator[Row]:
    """The square of each driver beside all drivers."""
    for name in sample.drivers:
        row: Array = np.full(3, np.nan)
        if name in sample.X and not sample.obstacle:
            bent = (sample.X[name] - sample.X[name].mean()) ** 2
            X = sample.X.set_axis(range(sample.X.shape[1]), axis=1).assign(square=bent)
            model = least_squares(X, pd.Series(sample.y, index=X.index), sample.weights)
            row = model.coefficients.loc["square", ["estimate", "se", "p"]].to_numpy(dtype=float)
        t, p = row[0] / row[1], row[2]
        bend = "low grades weigh more" if t < 0 else "high grades weigh more"
        yield "linearity", name, t, p, NO if np.isnan(p) else "no sign of a bend", bend


def _spread(sample: Sample, model: Regression) -> Iterator[Row]:
    """Do the drivers tell how far off the model is?"""
    table = model.coefficients.dropna(subset=["estimate"])
    if sample.obstacle or len(table) < 2:
        yield "spread", "all", np.nan, np.nan, NO, ""
        return
    drivers = [name for name in table.index if name != "intercept"]
    design = np.column_stack([np.ones(sample.n), sample.X[drivers].to_numpy()])
    residual = sample.y - design @ table["estimate"].to_numpy()
    squares = Sample(sample.X[drivers], residual**2, sample.weights, sample.rows, drivers, ())
    if np.ptp(squares.y) <= 1e-12 * float(np.ptp(sample.y)) ** 2:
        yield "spread", "all", np.nan, np.nan, "the drivers tell the outcome exactly", ""
        return
    statistic = sample.effective_n * float(r2(correlation(squares)[None])[0])
    p = float(stats.chi2.sf(statistic, len(drivers)))
    uneven = "scattered unevenly: keep to robust errors"
    yield "spread", "all", statistic, p, "no sign of uneven scatter", uneven


def _parallel(X: pd.DataFrame, y: pd.Series, weights: Weights) -> Iterator[Row]:
    """Do the drivers work alike at every grade?"""
    lines = ordinal(X, y, weights).parallel_lines
    differently = "differs between low and high grades: see logits"
    for name, statistic, p in zip(lines.index, lines["statistic"], lines["p"], strict=True):
        fine = NO if np.isnan(p) else "no sign that it differs between grades"
        yield (
            "parallel lines",
            "all" if name == "omnibus" else name,
            statistic,
            p,
            fine,
            differently,
        )


def _separation(X: pd.DataFrame, events: dict[str, pd.Series], weights: Weights) -> Iterator[Row]:
    """Can the logits be estimated, and from how many answers?"""
    for name, happened in events.items():
        model = logit(X, happened, weights)
        drivers = int(model.coefficients["estimate"].notna().sum())
        rare = min(model.n_events, model.n - model.n_events)
        each = rare / drivers if drivers else np.nan
        if not drivers:
            verdict = model.notes[-1] if model.notes else NO
        else:
            verdict = "enough answers" if each >= FEW else "few answers: read with caution"
        yield "separation", name, each, np.nan, verdict, ""
