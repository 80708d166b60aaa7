"""Satisfaction and its drivers at one time or in groups, as rows that can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from cxlib import drivers, importance, survey
from cxlib.drivers.sample import Reweight
from cxlib.report.silence import silent

if TYPE_CHECKING:
    from cxlib.study import Period, Study

COLUMNS = ["estimate", "low", "high", "n"]


def portrait(
    X: pd.DataFrame,
    y: pd.Series,
    fail: float,
    top: float,
    weights: pd.Series | None = None,
    n_resamples: int = 500,
    seed: int = 1,
    reweight: Reweight | None = None,
) -> pd.DataFrame:
    """Shares of the bands, means of the values, effects and weights of the drivers.

    Parameters
    ----------
    X : DataFrame (respondents x values)
    y : Series (respondents)
    fail, top, weights, n_resamples, seed, reweight
        As in `drivers.scenarios` and `drivers.bootstrap_importance`.

    Returns
    -------
    DataFrame
        Index (`measure`, `part`): "band" (fail, middle, top), "mean" of each value, "effect"
        and "share" of each driver; `estimate`, `low`, `high`, `n`.
    """
    bands = survey.shares(y, fail, top, weights=weights).rename(columns={"share": "estimate"})
    means = {name: survey.mean(X[name], weights=weights) for name in X}
    model = drivers.least_squares(X, y, weights=weights)
    effects = model.coefficients.drop(index="intercept").assign(n=model.n)
    found = drivers.bootstrap_importance(
        X, y, n_resamples=n_resamples, seed=seed, weights=weights, reweight=reweight
    )
    shares = found.shares.drop(index="random").rename(columns={"share": "estimate"})
    parts = {
        "band": bands,
        "mean": pd.DataFrame.from_dict(means, orient="index", columns=COLUMNS),
        "effect": effects,
        "share": shares.assign(n=found.n),
    }
    tables = {name: table[COLUMNS].astype(float) for name, table in parts.items()}
    return pd.concat(tables, names=["measure", "part"])


def scored(study: Study, answers: pd.DataFrame, values: Iterable[str]) -> pd.DataFrame:
    """Answers that have a score for each of these values, and an overall grade.

    Returns
    -------
    DataFrame (respondents x values and "overall")
    """
    items = {value: answers[study.value_items[value]] for value in values}
    return survey.value_scores(items).assign(overall=answers["overall"]).dropna()


def reported_groups(study: Study, X: pd.DataFrame, column: str, period: Period) -> pd.Series:
    """The group of each respondent, emptied where it may not be reported on (`silent`).

    Parameters
    ----------
    study : Study
        With a survey.
    X : DataFrame (respondents x values)
        Rows of the survey.
    column : str
        "journey" or "district".
    period : Period
        The period reported on.
    """
    past = study.until(period).survey
    assert past is not None
    hidden = silent(study, period, scored(study, past, X.columns).index)[column]
    return survey.large(past[column].reindex(X.index), study.config.privacy.minimum_cell, hidden)


def priorities(
    X: pd.DataFrame, shares: drivers.Importance, minimum: int, weights: pd.Series | None = None
) -> pd.DataFrame:
    """The weight of every value (a percentage of all differences), its mean, and its quadrant.

    The lines are the means of the values, which come from the same answers: the distance to a
    line is taken within each respondent and each resample, so that its interval is that of the
    difference.

    Parameters
    ----------
    X : DataFrame (respondents x values)
        Complete answers.
    shares : Importance
    minimum : int
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        As `importance.quadrants`.
    """
    heads = {"share": "importance", "low": "importance_low", "high": "importance_high"}
    weighed = 100 * shares.shares.drop("random")[list(heads)].rename(columns=heads)
    draws = 100 * shares.draws.drop(columns="random")
    ends = draws.sub(draws.mean(axis=1), axis=0).quantile([0.025, 0.975]).T
    means = survey.value_means(X, minimum, weights).rename(columns={"estimate": "performance"})
    apart = survey.value_means(X.sub(X.mean(axis=1), axis=0), minimum, weights)
    distances = {
        "importance_above_low": ends[0.025],
        "importance_above_high": ends[0.975],
        "performance_above_low": apart["low"],
        "performance_above_high": apart["high"],
    }
    table = weighed.join(means.rename_axis("driver")).assign(**distances)
    return importance.quadrants(table, minimum)
