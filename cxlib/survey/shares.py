"""Shares of fails, 6-7 and 8+, means and levels, with intervals; of groups, and what changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import UPPER, Weights, Z, effective_n, wilson
from cxlib.survey.answers import Array, SurveyError, floats, weights_of
from cxlib.survey.privacy import UNKNOWN, blank, named, suppress

COLUMNS = ["n", "fail", "middle", "top", "low", "high", "fail_low", "fail_high"]
NEEDED = ["estimate", "low", "high", "n"]


class Estimate(NamedTuple):
    """A number with its interval and the answers behind it."""

    estimate: float
    low: float
    high: float
    n: int


def share(grades: pd.Series | Array, threshold: float = 8, weights: Weights = None) -> Estimate:
    """Share of the answers that are `threshold` or higher.

    Wilson's interval: (p + z^2/2n ± z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), in which n is
    Kish's effective number of answers when they are weighted.

    Parameters
    ----------
    grades : Series (respondents)
        Empty is no answer and doesn't count.
    threshold : float
    weights : Series (respondents), optional

    Returns
    -------
    Estimate
        `n` is the number of answers; all NaN when there is none.

    References
    ----------
    Wilson (1927); Kish (1965).

    Examples
    --------
    >>> found = share(pd.Series([5, 7, 8, 9, None]))
    >>> found.n, round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (4, 0.5, 0.15, 0.85)
    """
    values, w = _answered(grades, weights)
    return _wilson(values >= threshold, w)


def shares(
    grades: pd.Series | Array,
    fail: float = 5,
    top: float = 8,
    weights: Weights = None,
) -> pd.DataFrame:
    """Shares of grades that fail, lie between, and reach the top.

    Parameters
    ----------
    grades : Series (respondents)
    fail : float
        This grade or lower is a fail.
    top : float
        This grade or higher is the ambition.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index `band` ("fail", "middle", "top"), columns `share`, `low`, `high` (Wilson) and `n`,
        the answers behind the shares.

    Raises
    ------
    SurveyError
        When fail >= top, or the input is not numeric.

    Examples
    --------
    >>> shares(pd.Series([4, 6, 7, 8, 9]))["share"].to_dict()
    {'fail': 0.2, 'middle': 0.4, 'top': 0.4}
    """
    if not fail < top:
        raise SurveyError(f"fail ({fail:g}) must lie below top ({top:g})")
    values, w = _answered(grades, weights)
    low, high = values <= fail, values >= top
    bands = {"fail": low, "middle": ~low & ~high, "top": high}
    rows = {band: _wilson(inside, w) for band, inside in bands.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["share", "low", "high", "n"])
    return table.rename_axis("band")


def nps(grades: pd.Series | Array, weights: Weights = None) -> Estimate:
    """Net promoter score of answers from 0 to 10: the share of 9-10 minus that of 0-6.

    The interval is Wald's after adding three answers, 3/4 promoter, 3/2 passive, 3/4 detractor:
    with shares p and d of these, p - d +- z sqrt((p + d - (p - d)^2) / (n + 3)), where n is Kish's
    effective number of answers when they are weighted.

    Parameters
    ----------
    grades : Series (respondents)
        Empty is no answer and doesn't count.
    weights : Series (respondents), optional

    Returns
    -------
    Estimate
        From -1 to 1; all NaN without answers.

    Raises
    ------
    SurveyError
        An answer outside 0 to 10.

    References
    ----------
    Rocks (2016), adjusted Wald (3, T); Agresti and Min (2005).

    Examples
    --------
    >>> found = nps(pd.Series([10, 9, 8, 6, None] * 20))
    >>> found.n, round(found.estimate, 2), round(found.low, 2), round(found.high, 2)
    (80, 0.25, 0.06, 0.42)
    """
    values, w = _answered(grades, weights)
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan, 0)
    if values.min() < 0 or values.max() > 10:
        raise SurveyError("a net promoter score takes answers from 0 to 10")
    up, down = (float(np.average(part, weights=w)) for part in (values >= 9, values <= 6))
    n = effective_n(w)
    p, d = ((n * part + 0.75) / (n + 3) for part in (up, down))
    reach = Z * np.sqrt((p + d - (p - d) ** 2) / (n + 3))
    low, high = max(-1.0, p - d - reach), min(1.0, p - d + reach)
    return Estimate(up - down, float(low), float(high), len(values))


def mean(grades: pd.Series | Array, weights: Weights = None) -> Estimate:
    """Mean grade with Student's interval.

    The standard error is s / sqrt(n), with Kish's effective number of answers for n when they
    are weighted.

    Parameters
    ----------
    grades : Series (respondents)
    weights : Series (respondents), optional

    Returns
    -------
    Estimate
        The interval is NaN with fewer than two answers.

    Examples
    --------
    >>> round(mean(pd.Series([6, 7, 8, None])).estimate, 1)
    7.0
    """
    values, w = _answered(grades, weights)
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan, 0)
    centre = float(np.average(values, weights=w))
    n = effective_n(w)
    if n <= 1:
        return Estimate(centre, np.nan, np.nan, len(values))
    variance = float(np.average((values - centre) ** 2, weights=w)) * n / (n - 1)
    reach = float(stats.t.ppf(UPPER, n - 1)) * np.sqrt(variance / n)
    return Estimate(centre, centre - reach, centre + reach, len(values))


def _answered(grades: pd.Series | Array, weights: Weights) -> tuple[Array, Array]:
    values = floats(grades, "grades")
    w = weights_of(weights, len(values))
    kept = ~np.isnan(values) & (w > 0)
    return values[kept], w[kept]


def _wilson(inside: np.ndarray, weights: Array) -> Estimate:
    if not len(inside):
        return Estimate(np.nan, np.nan, np.nan, 0)
    p = float(np.average(inside, weights=weights))
    low, high = wilson(p, effective_n(weights))
    return Estimate(p, float(low), float(high), len(inside))


def shares_by(
    grades: pd.Series,
    groups: pd.Series,
    fail: float = 5,
    top: float = 8,
    minimum: int = 10,
    also: Sequence[str] = (),
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Shares of fails, passes and top grades in every group; small groups are blanked.

    Parameters
    ----------
    grades, groups : Series (respondents)
        Answers without a grade do not count, and those without a group are not listed.
    fail, top : float
        This grade or lower is a fail; this grade or higher is the ambition.
    minimum : int
        Smallest group to show. Further groups are blanked where a hidden one would follow from
        the total.
    also : sequence of str
        Groups to blank besides; see `revealed`.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index as `groups` is named, highest share of top grades first, blanked ones last; `n`,
        `fail`, `middle`, `top`, then `low` and `high` (of top), `fail_low` and `fail_high`
        (Wilson), `suppressed`.

    Examples
    --------
    >>> grades, where = pd.Series([5, 6, 8, 9] * 5), pd.Series(["repairs"] * 20, name="journey")
    >>> shares_by(grades, where)["top"].to_dict()
    {'repairs': 0.5}
    """
    known = grades.notna()
    parts = dict(iter(grades[known].groupby(named(groups)[known])))
    table = _bands(parts, groups.name, fail, top, weights)
    shown = suppress(table, minimum=minimum, also=also)
    return _sorted(shown.drop(index=UNKNOWN, errors="ignore"))


def shares_of(
    grades: pd.DataFrame,
    fail: float = 5,
    top: float = 8,
    minimum: int = 10,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Shares of fails, passes and top grades on every question; blanked below the minimum.

    Parameters
    ----------
    grades : DataFrame (respondents x questions)
    fail, top, minimum, weights
        As in `shares_by`. Questions are no parts of a whole: none follows from the others.

    Returns
    -------
    DataFrame
        Index as the columns are named; columns as `shares_by`.

    Examples
    --------
    >>> shares_of(pd.DataFrame({"dwelling": [5, 6, 8, 9] * 5}))["fail"].to_dict()
    {'dwelling': 0.25}
    """
    table = _bands(dict(grades.items()), grades.columns.name, fail, top, weights)
    return _sorted(blank(table.astype(float), minimum).assign(suppressed=table["n"] < minimum))


def _bands(
    parts: dict[Any, pd.Series], name: object, fail: float, top: float, weights: pd.Series | None
) -> pd.DataFrame:
    rows = {}
    for part, grades in parts.items():
        bands = shares(grades, fail, top, None if weights is None else weights[grades.index])
        ends = (*bands.loc["top", ["low", "high"]], *bands.loc["fail", ["low", "high"]])
        rows[str(part)] = (bands["n"].iloc[0], *bands["share"], *ends)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    return table.rename_axis(str(name or "group"))


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Highest share of top grades first; the place of a blanked row tells nothing."""
    return table.sort_index().sort_values("top", ascending=False, kind="stable")


def spread(levels: pd.Series, minimum: int = 10) -> pd.DataFrame:
    """Median and middle half of judgements on an ordered scale.

    Counts of single levels are left out, as they would point at persons in a small group.

    Parameters
    ----------
    levels : Series (respondents)
        Level that each respondent chose; empty is no answer.
    minimum : int
        With fewer answers than this nothing is shown.

    Returns
    -------
    DataFrame
        Index `statistic` (lower quartile, median, upper quartile); `estimate`, `n`. A quartile is
        a level that somebody chose.

    Examples
    --------
    >>> spread(pd.Series([1, 2, 2, 2, 3, 3] * 2))["estimate"].tolist()
    [2.0, 2.0, 3.0]
    """
    answers = levels.dropna()
    quartiles = answers.quantile([0.25, 0.5, 0.75], interpolation="higher").astype(float)
    quartiles.index = pd.Index(["lower quartile", "median", "upper quartile"], name="statistic")
    table = pd.DataFrame({"estimate": quartiles, "n": float(len(answers))})
    return table.mask(table["n"] < minimum)


def change(now: pd.DataFrame, before: pd.DataFrame, minimum: int = 10) -> pd.DataFrame:
    """Difference of two independent estimates, row by row, from their own intervals.

    With d = now - before and l, u the ends of each interval, the difference runs from
    d - sqrt((now - l_now)^2 + (u_before - before)^2) to d + sqrt((u_now - now)^2 + (before -
    l_before)^2). For shares with Wilson's intervals that is Newcombe's method; it serves means,
    coefficients and resampled shares as well, as it keeps what is lopsided about an interval.

    Parameters
    ----------
    now, before : DataFrame
        Columns `estimate`, `low`, `high`, `n`, with the same index; other people in each.
    minimum : int
        Rows with fewer people than this at either time are blank.

    Returns
    -------
    DataFrame
        Index of `now`, rows that both have; `before`, `now`, `change`, `low`, `high`,
        `n_before`, `n`.

    Raises
    ------
    SurveyError
        When a column is absent.

    References
    ----------
    Newcombe (1998), method 10; Zou and Donner (2008).

    Examples
    --------
    >>> first = pd.DataFrame({"estimate": [0.40], "low": [0.35], "high": [0.45], "n": [400]})
    >>> later = pd.DataFrame({"estimate": [0.50], "low": [0.45], "high": [0.55], "n": [400]})
    >>> change(later, first)[["change", "low", "high"]].round(3).values.tolist()
    [[0.1, 0.029, 0.171]]
    """
    for frame in (now, before):
        absent = [name for name in NEEDED if name not in frame]
        if absent:
            raise SurveyError(f"the frame has no column {absent[0]!r}")
    rows = now.index.intersection(before.index, sort=False)
    late, early = now.loc[rows, NEEDED].astype(float), before.loc[rows, NEEDED].astype(float)
    apart = late["estimate"] - early["estimate"]
    down = np.hypot(late["estimate"] - late["low"], early["high"] - early["estimate"])
    up = np.hypot(late["high"] - late["estimate"], early["estimate"] - early["low"])
    table = pd.DataFrame({"before": early["estimate"], "now": late["estimate"], "change": apart})
    table = table.assign(low=apart - down, high=apart + up)
    table = table.assign(n_before=early["n"], n=late["n"])
    return table[(late["n"] >= minimum) & (early["n"] >= minimum)].reindex(rows)
