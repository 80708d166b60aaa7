"""All scales of a survey at once: one table in which every customer value is a row."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxlib.inference import Z, ahead
from cxlib.survey.answers import SurveyError, averages, moments, numeric
from cxlib.survey.privacy import blank
from cxlib.survey.scales import alpha, item_quality, omega
from cxlib.survey.shares import mean

Scales = Mapping[str, pd.DataFrame]


def quality(
    scales: Scales,
    scale: tuple[float | pd.Series, float | pd.Series] = (1, 10),
    minimum: int = 0,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Item quality of every value; see `item_quality`.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    scale, weights
        As in `item_quality`.
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
    tables = {}
    for name, items in _held(scales).items():
        table = item_quality(items, scale, weights)
        table["missing"] = averages(items.isna().astype(float), weights)[0]
        low, high = (pd.Series(end, index=items.columns, dtype=float) for end in scale)
        for end, there in (("floor", items <= low), ("ceiling", items >= high)):
            people = there.sum()
            table[end] = table[end].mask((people > 0) & (people < minimum))
        tables[name] = table
    return blank(pd.concat(tables, names=["value"]), minimum)


def answered(
    scales: Scales, minimum: int = 10, silent: Sequence[str] = ()
) -> dict[str, pd.DataFrame]:
    """The values and items that enough people answered; nothing may rest on the others.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    minimum : int
    silent : sequence of str
        Items to leave out besides; see `revealed`.

    Examples
    --------
    >>> ease = pd.DataFrame({"reach": [7, 8, 6], "rare": [6, None, None]})
    >>> list(answered({"ease": ease}, minimum=3)["ease"])
    ['reach']
    """
    enough = {
        name: items.loc[:, (items.notna().sum() >= minimum) & ~items.columns.isin(list(silent))]
        for name, items in scales.items()
    }
    return {name: items for name, items in enough.items() if items.shape[1]}


def reliability(scales: Scales, minimum: int = 0) -> pd.DataFrame:
    """Alpha and omega of every value.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    minimum : int
        Values with fewer respondents are blanked.

    Returns
    -------
    DataFrame
        Index `value`; `k` items, `n` complete answers that tell as much about alpha, `answered`
        respondents, `alpha` and `omega` with `_low` and `_high`, and `method`: how covariances
        were found. Empty (NaN) for a value of one item.

    Examples
    --------
    >>> items = pd.DataFrame({"kept": [5, 6, 8, 9], "informed": [6, 6, 7, 9]})
    >>> reliability({"reliable": items})["alpha"].round(3).to_dict()
    {'reliable': 0.933}
    """
    rows = {}
    for name, items in _held(scales).items():
        a, o = alpha(items), omega(items)
        people = int(items.notna().any(axis=1).sum())
        ends = (end for found in (a, o) for end in (found.estimate, found.low, found.high))
        rows[name] = (a.k, a.n, people, *ends, a.method)
    columns = ["k", "n", "answered", "alpha", "alpha_low", "alpha_high"]
    columns += ["omega", "omega_low", "omega_high", "method"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("value")
    return blank(table.drop(columns="method"), minimum).join(table["method"])


def alpha_leads(scales: Scales) -> tuple[pd.Series, pd.Series]:
    """Alpha of each value, and by how much the lowest surely lies below each other.

    Differences are of log(1 - alpha), from what each respondent moves both by.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)

    Returns
    -------
    Series, Series
        Index value; the second as `inference.ahead` gives it.
    """
    found = {name: alpha(items) for name, items in scales.items() if items.shape[1]}
    estimates = pd.Series({name: one.estimate for name, one in found.items()}, dtype=float)
    logs = {name: one.moved / (1 - one.estimate) for name, one in found.items()}
    size = pd.Series(np.log1p(-estimates.where(estimates < 1)), estimates.index)
    return estimates, ahead(size, pd.DataFrame(logs))


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


def compared(
    scores: pd.DataFrame, minimum: int = 10, weights: pd.Series | None = None
) -> pd.DataFrame:
    """The means of `value_means`, and by how much the lowest surely lies below each other.

    Parameters
    ----------
    scores, minimum, weights
        As in `value_means`.

    Returns
    -------
    DataFrame
        As `value_means`, with `ahead` (NaN for the lowest itself): the near end of the interval
        of the difference, which counts that the same people gave both.

    Examples
    --------
    >>> scores = pd.DataFrame({"ease": [6.0, 7.0, 8.0] * 4, "home": [7.0, 8.0, 9.0] * 4})
    >>> compared(scores)["ahead"].round(2).tolist()
    [nan, 1.0]
    """
    table, moved = value_means(scores, minimum, weights), averages(scores, weights)[1]
    return table.assign(ahead=ahead(table["estimate"], moved, highest=False))


def correlations(scores: pd.DataFrame) -> pd.DataFrame:
    """Correlation of every pair of values, with Fisher's interval.

    Values that correlate nearly as much as they are reliable are hard to tell apart. Scores that
    are missing are dealt with as in `alpha`.

    Parameters
    ----------
    scores : DataFrame (respondents x values)
        From `value_scores`.

    Returns
    -------
    DataFrame
        Index (`value`, `other`), each pair once; `estimate`, `low`, `high`, `n` respondents who
        have both or, if fewer, complete answers that tell as much, and `ahead`: by how much the
        closest pair surely correlates more (NaN for itself).

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
    second, first = np.tril_indices(len(names), -1)
    index = pd.MultiIndex.from_arrays(
        [[names[i] for i in second], [names[j] for j in first]], names=["value", "other"]
    )
    found = moments(scores)
    r = found.correlation.reindex(index=names, columns=names).to_numpy()
    estimate, pairs = np.round(r[second, first], 12), (known.T @ known)[second, first]
    moved = pd.DataFrame(index=found.answers.index, columns=index, dtype=float)
    matrix = found.matrix.to_numpy()
    for place, pair in enumerate(index):
        if np.isfinite(estimate[place]):
            i, j = found.matrix.index.get_indexer(pd.Index(pair))
            scale = np.sqrt(matrix[i, i] * matrix[j, j])
            slope = np.zeros_like(matrix)  # of the correlation to each covariance
            slope[i, j] = slope[j, i] = 0.5 / scale
            for own in (i, j):
                slope[own, own] = -matrix[i, j] / scale / matrix[own, own] / 2
            pairs[place] = min(pairs[place], found.effective(slope))
            moved[pair] = found.influence(slope)
    reach = Z / np.sqrt(np.where(pairs > 3, pairs - 3, np.nan))
    with np.errstate(divide="ignore"):
        low, high = (np.tanh(np.arctanh(estimate) + side * reach) for side in (-1, 1))
    table = {"estimate": estimate, "low": low, "high": high, "n": pairs.astype(int)}
    frame = pd.DataFrame(table, index)
    return frame.assign(ahead=ahead(frame["estimate"], moved))


def _held(scales: Scales) -> Scales:
    if not scales:
        raise SurveyError("there is no value with items; name them in study.yaml under values")
    return {name: items for name, items in scales.items() if items.shape[1]}
