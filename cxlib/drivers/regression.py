"""Least squares with errors that survive unequal spread, and whether models may be believed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.measures import correlation, r2
from cxlib.drivers.ordinal import FEW, event, logit, ordinal
from cxlib.drivers.sample import (
    Array,
    DriverError,
    Sample,
    coefficient_table,
    complete,
    corrected,
    independent,
    no_coefficients,
    numbers,
)
from cxlib.inference import Weights, holm
from cxlib.language import Note, _

INFLATED = 5.0  # variance inflation from which coefficients are hard to tell apart
DOUBT = 0.05
SUSPECTS = 10  # respondents with the largest Cook's distances, each left out in turn
Row = tuple[str, Any, float, float, str, str]
NO = Note("can't be told from these answers")


@dataclass(frozen=True)
class Regression:
    """A linear model of the outcome.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term` ("intercept" first), columns `estimate`, `se`, `low`, `high`, `p`, and
        `p_adjusted` (Holm over the drivers).
    r2 : float
    n : int
        Respondents used.
    vif : Series
        Index `driver`: variance inflation; infinite for a driver that follows from others.
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    r2: float
    n: int
    vif: pd.Series
    notes: tuple[str, ...] = ()


def least_squares(
    X: pd.DataFrame, y: pd.Series, weights: Weights = None, cov: str = "HC3"
) -> Regression:
    """Regress the outcome on all drivers.

    b = (X'WX)^-1 X'Wy with covariance (X'WX)^-1 M (X'WX)^-1. With e the residuals and h the
    leverages, M = sum of (w e / (1 - h))^2 xx' for "HC3", and s^2 X'WX for "classic".
    Intervals are Student's.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
        Grades; respondents with a missing answer are left out.
    y : Series (respondents)
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.
    cov : {"HC3", "classic"}

    Returns
    -------
    Regression
        Estimates are NaN where the answers can't give them; `notes` says why.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or `cov` is unknown.

    References
    ----------
    MacKinnon and White (1985); Long and Ervin (2000) on HC3.

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> model = least_squares(X, pd.Series([6, 6, 8, 9, 5, 8]))
    >>> model.coefficients["estimate"].round(2).to_dict()
    {'intercept': -1.76, 'ease': 0.76, 'safe': 0.48}
    """
    sample = complete(X, y, weights)
    if "intercept" in X.columns:
        raise DriverError('no driver may be called "intercept": the constant has that name')
    index = pd.Index(["intercept", *sample.drivers], name="term")
    if sample.obstacle:
        notes = (*sample.notes, sample.obstacle)
        nothing = corrected(no_coefficients(index))
        return Regression(nothing, np.nan, sample.n, inflation(sample), notes)
    kept, notes = independent(sample)
    fit = _fit(sample, kept)
    freedom = sample.n - fit.design.shape[1]
    if cov == "HC3":
        scores = fit.design * (fit.weights * fit.residual / fit.own)[:, None]
        spread = fit.bread @ (scores.T @ scores) @ fit.bread
    elif cov == "classic":
        spread = fit.bread * float(fit.weights @ fit.residual**2) / freedom
    else:
        raise DriverError(f'cov {cov!r} is unknown; choose "HC3" or "classic"')
    terms = ["intercept", *kept.columns]
    table = coefficient_table(fit.estimate, spread, terms, freedom)
    explained = float(r2(correlation(sample)[None])[0])
    table = corrected(table).reindex(index)
    return Regression(table, explained, sample.n, inflation(sample), sample.notes + notes)


class _Fit(NamedTuple):
    """Least squares; `own` is 1 - leverage, kept above 0."""

    design: Array
    weights: Array  # of mean 1
    bread: Array  # (X'WX)^-1
    estimate: Array
    residual: Array
    leverage: Array

    @property
    def own(self) -> Array:
        return np.maximum(1 - self.leverage, 1e-10)


def _fit(sample: Sample, kept: pd.DataFrame) -> _Fit:
    design = np.column_stack([np.ones(sample.n), kept.to_numpy()])
    w = sample.weights / sample.weights.mean()
    bread = np.linalg.inv((design * w[:, None]).T @ design)
    estimate = bread @ (design.T @ (w * sample.y))
    leverage = w * np.einsum("ij,jk,ik->i", design, bread, design)
    return _Fit(design, w, bread, estimate, sample.y - design @ estimate, leverage)


def inflation(sample: Sample) -> pd.Series:
    """Variance inflation 1 / (1 - R2 of a driver on the others)."""
    names = sample.X.columns
    values = np.full(len(names), np.nan)
    if not sample.obstacle:
        matrix = correlation(sample)[:-1, :-1]
        for j in range(len(names)):
            order = np.array([*np.delete(np.arange(len(names)), j), j])
            own = 1 - float(r2(matrix[order[:, None], order][None])[0])
            values[j] = 1 / own if own > 1e-10 else np.inf
    found = pd.Series(values, index=names, name="vif")
    return found.reindex(pd.Index(sample.drivers, name="driver"))


def beside(
    X: pd.DataFrame, y: pd.Series, given: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, float]:
    """Take out of outcome and drivers what covariates explain of them.

    With M = I - Z(Z'Z)^-1 Z' for covariates and constant Z, returns MX and My. After Frisch,
    Waugh and Lovell a regression of My on MX has the coefficients of y on X and Z, and the gain
    in R2 of any drivers is that beside Z, as part of what Z leaves: shares of MX in My are those
    of orders in which Z enters first.

    Parameters
    ----------
    X : DataFrame (rows x drivers)
    y : Series (rows)
    given : DataFrame (rows x covariates)
        Numbers, on the same row labels.

    Returns
    -------
    DataFrame, Series, float
        Drivers and outcome without the covariates, missing where anything is; and R2 of the
        outcome on the covariates alone (NaN with fewer complete rows than covariates).

    Examples
    --------
    >>> X = pd.DataFrame({"repairs": [60.0, 70.0, 75.0, 85.0]})
    >>> y, mode = pd.Series([60.0, 64.0, 76.0, 80.0]), pd.DataFrame({"telephone": [0, 0, 1, 1]})
    >>> left, outcome, r2 = beside(X, y, mode)
    >>> left["repairs"].round(9).tolist(), outcome.round(9).tolist(), round(r2, 3)
    ([-5.0, 5.0, -5.0, 5.0], [-2.0, 2.0, -2.0, 2.0], 0.941)
    """
    names = [("outcome", ""), *(("driver", name) for name in X)]
    both = pd.concat([y.rename("y"), X, given], axis=1).set_axis(
        [*names, *(("given", name) for name in given)], axis=1
    )
    table = numbers(both)
    rows = table.notna().all(axis=1)
    known = table[rows].to_numpy()
    held = np.column_stack([np.ones(len(known)), known[:, len(names) :]])
    if len(held) <= held.shape[1]:
        return X * np.nan, y * np.nan, np.nan
    data = known[:, : len(names)]
    left = data - held @ np.linalg.lstsq(held, data, rcond=None)[0]
    full = pd.DataFrame(left, index=table.index[rows]).reindex(table.index)
    total = float(((data[:, 0] - data[:, 0].mean()) ** 2).sum())
    r2 = 1 - float((left[:, 0] ** 2).sum()) / total if total > 0 else np.nan
    return (
        full[range(1, len(names))].set_axis(X.columns, axis=1),
        pd.Series(full[0], name=y.name),
        r2,
    )


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
    kept = sample.X[:0] if sample.obstacle else independent(sample)[0]
    events = {"fail": event(y, at_most=fail), "top": event(y, at_least=top)}
    rows = [
        *_inflation(model.vif),
        *_influence(sample, kept, model),
        *_linearity(sample),
        *_spread(sample, kept),
        *_parallel(X, y, weights),
        *_separation(X, events, weights),
    ]
    table = pd.DataFrame(
        rows, columns=["check", "term", "statistic", "p", "fine", "found"], dtype=object
    )
    table["p"] = table["p"].astype(float)
    table["p_adjusted"] = table.groupby("check", sort=False)["p"].transform(holm)
    doubtful = table["p_adjusted"] < DOUBT
    table["verdict"] = table["fine"].astype(object).mask(doubtful, table["found"])
    columns = ["statistic", "p", "p_adjusted", "verdict"]
    return table.set_index(["check", "term"])[columns].astype({"statistic": float})


def _inflation(vif: pd.Series) -> Iterator[Row]:
    for name, value in vif.items():
        if np.isinf(value):
            verdict = Note("follows from the other drivers: leave one of them out")
        elif value >= INFLATED:
            verdict = Note("hard to tell apart from the other drivers")
        else:
            distinct = Note("can be told apart from the other drivers")
            verdict = NO if np.isnan(value) else distinct
        yield "inflation", name, value, np.nan, verdict, ""


def _influence(sample: Sample, kept: pd.DataFrame, model: Regression) -> Iterator[Row]:
    """What changes without one respondent, and without the most influential hundredth."""
    if kept.empty:
        yield "influence", "one respondent", np.nan, np.nan, NO, ""
        return
    fit = _fit(sample, kept)
    cook = fit.weights * fit.residual**2 * fit.leverage / fit.own**2  # but for a constant
    order = np.argsort(-cook)
    told = _conclusions(model.coefficients.loc[kept.columns])

    def changes(rows: np.ndarray) -> np.ndarray:
        left = np.delete(np.arange(sample.n), rows)
        y = pd.Series(sample.y[left], sample.X.index[left])
        table = least_squares(sample.X.iloc[left], y, sample.weights[left]).coefficients
        return _conclusions(table.reindex(kept.columns)) != told

    one = np.any([changes(order[i : i + 1]) for i in range(min(SUSPECTS, len(order)))], axis=0)
    many = changes(order[: max(len(order) // 100, 1)])
    for who, changed in (("one respondent", one), ("most influential 1 %", many)):
        verdict = Note("no conclusion changes")
        if names := [str(name) for name in kept.columns[changed]]:
            verdict = Note("the conclusion hangs on them for {names}", names=names)
        yield "influence", who, changed.sum(), np.nan, verdict, ""


def _conclusions(table: pd.DataFrame) -> np.ndarray:
    """1 for an interval above 0, -1 for one below, 0 for one around it."""
    return (table[["low", "high"]] > 0).sum(axis=1).to_numpy() - 1


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
        bend = Note(_("low grades weigh more") if t < 0 else _("high grades weigh more"))
        yield "linearity", name, t, p, NO if np.isnan(p) else Note("no sign of a bend"), bend


def _spread(sample: Sample, kept: pd.DataFrame) -> Iterator[Row]:
    """Do the drivers tell how far off the model is?"""
    if kept.empty:
        yield "spread", "all", np.nan, np.nan, NO, ""
        return
    squares = replace(sample, X=kept, y=_fit(sample, kept).residual ** 2)
    if np.ptp(squares.y) <= 1e-12 * float(np.ptp(sample.y)) ** 2:
        yield "spread", "all", np.nan, np.nan, Note("the drivers tell the outcome exactly"), ""
        return
    statistic = sample.effective_n * float(r2(correlation(squares)[None])[0])
    p = float(stats.chi2.sf(statistic, kept.shape[1]))
    uneven = Note("scattered unevenly: keep to robust errors")
    yield "spread", "all", statistic, p, Note("no sign of uneven scatter"), uneven


def _parallel(X: pd.DataFrame, y: pd.Series, weights: Weights) -> Iterator[Row]:
    """Do the drivers work alike at every grade?"""
    lines = ordinal(X, y, weights).parallel_lines
    differs = Note("differs between low and high grades: see logits")
    for name, statistic, _df, p in lines.rename(index={"omnibus": "all"}).itertuples():
        fine = NO if np.isnan(p) else Note("no sign that it differs between grades")
        yield "parallel lines", name, statistic, p, fine, differs


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
            enough = each >= FEW
            verdict = Note(_("enough answers") if enough else _("few answers: read with caution"))
        yield "separation", name, each, np.nan, verdict, ""
