"""Answers as numbers: what every analysis of the instrument checks first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cxlib.inference import Array, Covariance, covariance


class SurveyError(ValueError):
    """Input that no analysis of a survey can start from; says which column and what to do."""


def numeric(items: pd.DataFrame) -> pd.DataFrame:
    """The items as floats, NaN for "don't know".

    Raises
    ------
    SurveyError
        When a column is not numeric, occurs twice, or there is none.
    """
    if not isinstance(items, pd.DataFrame):
        raise SurveyError("items must be a DataFrame with a column for each item")
    twice = items.columns[items.columns.duplicated()]
    if len(twice):
        raise SurveyError(f"there is more than one column {twice[0]!r}")
    if items.shape[1] == 0:
        raise SurveyError("items has no columns; name at least one item")
    columns = {name: floats(items[name], f"item {name!r}") for name in items}
    return pd.DataFrame(columns, index=items.index)


def floats(values: pd.Series | Array, what: str) -> Array:
    """Numbers of one column; names the first value that is none."""
    series = pd.Series(values)
    numbers = pd.to_numeric(series, errors="coerce")
    wrong = series[numbers.isna() & series.notna()]
    if len(wrong):
        raise SurveyError(f"{what}, row {wrong.index[0]}: {wrong.iloc[0]!r} is not a number")
    found = numbers.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(found).any():
        row = series.index[np.isinf(found)][0]
        raise SurveyError(f"{what}, row {row}: an infinite value is no answer")
    return found


def weights_of(weights: pd.Series | Array | None, n: int) -> Array:
    """Weights as an array, 1 for everybody when there are none.

    Raises
    ------
    SurveyError
        When they are negative, missing, all 0, or not one a respondent.
    """
    if weights is None:
        return np.ones(n)
    found = floats(weights, "weights")
    if len(found) != n:
        raise SurveyError(f"there are {len(found)} weights for {n} respondents")
    if np.isnan(found).any() or (found < 0).any():
        raise SurveyError("weights must be numbers of 0 or more, without gaps")
    if n and not found.sum() > 0:
        raise SurveyError("all weights are 0; at least one respondent must count")
    return found


def moments(items: pd.DataFrame) -> Covariance:
    """Covariances of the items that vary, from all answers given; notes say what was left out."""
    answers = numeric(items)
    spread = answers.nunique()
    notes = [f"{name}: nobody answered it; left out" for name in spread.index[spread == 0]]
    notes += [f"{name}: all answers are the same; left out" for name in spread.index[spread == 1]]
    found = covariance(answers[spread.index[spread > 1]])
    return replace(found, notes=(*notes, *found.notes))


def averages(
    frame: pd.DataFrame, weights: pd.Series | Array | None = None
) -> tuple[pd.Series, pd.DataFrame]:
    """Weighted mean of what each column holds, and what each respondent moves it by.

    The squares of the latter sum to the variance of the mean, as of a sample with unequal
    weights (linearised: Binder 1983); their products to the covariance of two.
    """
    w = pd.Series(weights_of(weights, len(frame)), frame.index)
    known = frame.notna().mul(w, axis=0)
    whole = known.sum().where(known.sum() > 0)
    mean = (frame * known).sum() / whole
    n = (known > 0).sum()
    moved = (frame - mean) * known / whole * np.sqrt(n / (n - 1).where(n > 1))
    return mean, moved
