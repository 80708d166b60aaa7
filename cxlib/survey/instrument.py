"""All scales of a survey at once: one table in which every customer value is a row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey.answers import SurveyError, numeric
from cxlib.survey.factors import bartlett, kmo
from cxlib.survey.privacy import blank
from cxlib.survey.scales import alpha, item_quality, omega
from cxlib.survey.shares import mean

Scales = Mapping[str, pd.DataFrame]


def quality(scales: Scales, scale: tuple[float, float] = (1, 10), minimum: int = 0) -> pd.DataFrame:
    """Item quality of every value; see `item_quality`.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    scale : (lowest, highest)
        The lowest and highest grade that could be given.
    minimum : int
        Items with fewer answers are blanked, and so are a floor and a ceiling that fewer people
        stand on.

    Returns
    -------
    DataFrame
        Index (`value`, `item`); as `item_quality`, with `missing` as a share of respondents.

    Examples
    --------
    >>> ease = pd.DataFrame({"reach": [7, 8, None, 6], "there": [6, 8, 7, 5]})
    >>> quality({"ease": ease})["missing"].tolist()
    [0.25, 0.0]
    """
    tables = {
        name: item_quality(items, scale).assign(missing=items.isna().mean())
        for name, items in _held(scales).items()
    }
    table = blank(pd.concat(tables, names=["value"]), minimum)
    for end in ("floor", "ceiling"):
        people = (table[end] * table["n"]).round()
        table[end] = table[end].mask((people > 0) & (people < minimum))
    return table


def answered(scales: Scales, minimum: int = 10) -> dict[str, pd.DataFrame]:
    """The values and items that enough people answered; nothing may rest on the others.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    minimum : int

    Examples
    --------
    >>> ease = pd.DataFrame({"reach": [7, 8, 6], "rare": [6, None, None]})
    >>> list(answered({"ease": ease}, minimum=3)["ease"])
    ['reach']
    """
    enough = {name: items.loc[:, items.notna().sum() >= minimum] for name, items in scales.items()}
    return {name: items for name, items in enough.items() if items.shape[1]}


def reliability(scales: Scales, level: float = 0.95, minimum: int = 0) -> pd.DataFrame:
    """Alpha and omega of every value.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    level : float
    minimum : int
        Values with fewer respondents are blanked.

    Returns
    -------
    DataFrame
        Index `value`; `k` items, `n` respondents, `alpha` and `omega` with `_low` and `_high`.
        Empty (NaN) for a value of one item.

    Examples
    --------
    >>> items = pd.DataFrame({"kept": [5, 6, 8, 9], "informed": [6, 6, 7, 9]})
    >>> reliability({"reliable": items})["alpha"].round(3).to_dict()
    {'reliable': 0.933}
    """
    rows = {}
    for name, items in _held(scales).items():
        a, o = alpha(items, level), omega(items, level)
        rows[name] = (a.k, a.n, a.estimate, a.low, a.high, o.estimate, o.low, o.high)
    columns = ["k", "n", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("value")
    return blank(table, minimum)


def adequacy(items: pd.DataFrame) -> pd.DataFrame:
    """Whether the items can be factored: KMO, and Bartlett's test with its p.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    DataFrame
        Index `measure` (KMO, Bartlett); `estimate`, `df`, `p` and `n`, empty where they don't
        apply.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [5, 6, 8, 9, 7], "b": [6, 6, 7, 9, 6], "c": [4, 7, 8, 8, 7]})
    >>> adequacy(items).loc["Bartlett", "df"]
    np.float64(3.0)
    """
    test = bartlett(items)
    rows = {
        "KMO": (kmo(items).overall, None, None, test.n),
        "Bartlett": (test.statistic, test.df, test.p, test.n),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "df", "p", "n"])
    return table.rename_axis("measure")


def value_scores(scales: Scales) -> pd.DataFrame:
    """Score of every respondent on every value: the mean of the items answered.

    A respondent who skipped more than half of a value's items has no score on it.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)

    Returns
    -------
    DataFrame (respondents x values)

    Examples
    --------
    >>> ease = pd.DataFrame({"reach": [7, 8, None], "there": [6, None, None]})
    >>> value_scores({"ease": ease})["ease"].tolist()
    [6.5, 8.0, nan]
    """
    scored = {}
    for name, items in _held(scales).items():
        answers = numeric(items)
        scored[name] = answers.mean(axis=1).where(answers.notna().mean(axis=1) >= 0.5)
    return pd.DataFrame(scored)


def value_means(
    scores: pd.DataFrame, minimum: int = 10, weights: pd.Series | None = None
) -> pd.DataFrame:
    """Mean score of every value with its interval; small groups are blanked.

    Parameters
    ----------
    scores : DataFrame (respondents x values)
        From `value_scores`.
    minimum : int
        Smallest number of answers to show.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index `value`; `estimate`, `low`, `high`, `n`.

    Examples
    --------
    >>> value_means(pd.DataFrame({"ease": [6.0, 7.0, 8.0] * 4}))["estimate"].to_dict()
    {'ease': 7.0}
    """
    rows = {name: mean(scores[name], weights) for name in scores}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high", "n"])
    return blank(table.astype({"n": float}), minimum).rename_axis("value")


def correlations(scores: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Correlation of every pair of values, with Fisher's interval.

    Values that correlate nearly as much as they are reliable are hard to tell apart.

    Parameters
    ----------
    scores : DataFrame (respondents x values)
        From `value_scores`; each pair from the respondents who have both.
    level : float

    Returns
    -------
    DataFrame
        Index (`value`, `other`), each pair once; `estimate`, `low`, `high`, `n`.

    References
    ----------
    Fisher (1921).

    Examples
    --------
    >>> scores = pd.DataFrame({"ease": [5.0, 6, 7, 8], "home": [5.0, 7, 6, 8]})
    >>> correlations(scores)["estimate"].to_dict()
    {('home', 'ease'): 0.8}
    """
    names, known = list(scores), scores.notna().to_numpy(float)
    r, n = scores.corr().to_numpy(), known.T @ known
    second, first = np.tril_indices(len(names), -1)
    estimate, pairs = np.round(r[second, first], 12), n[second, first]
    reach = float(stats.norm.ppf((1 + level) / 2)) / np.sqrt(np.where(pairs > 3, pairs - 3, np.nan))
    with np.errstate(divide="ignore"):
        low, high = (np.tanh(np.arctanh(estimate) + side * reach) for side in (-1, 1))
    index = pd.MultiIndex.from_arrays(
        [[names[i] for i in second], [names[j] for j in first]], names=["value", "other"]
    )
    table = {"estimate": estimate, "low": low, "high": high, "n": pairs.astype(int)}
    return pd.DataFrame(table, index)


def _held(scales: Scales) -> Scales:
    if not scales:
        raise SurveyError("there is no value with items; name them in study.yaml under values")
    return {name: items for name, items in scales.items() if items.shape[1]}
