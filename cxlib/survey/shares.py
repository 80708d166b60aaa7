"""Shares of fails, 6-7 and 8+, and means, with intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey.answers import Array, SurveyError, floats, weights_of
from cxlib.survey.weighting import effective_n


class Estimate(NamedTuple):
    """A number with its interval and the answers behind it."""

    estimate: float
    low: float
    high: float
    n: int


def share(
    grades: pd.Series | Array,
    threshold: float = 8,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
) -> Estimate:
    """Share of the answers that are `threshold` or higher.

    Wilson's interval: (p + z^2/2n ± z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), in which n is
    Kish's effective number of answers when they are weighted.

    Parameters
    ----------
    grades : Series (respondents)
        Empty is no answer and doesn't count.
    threshold : float
    weights : Series (respondents), optional
    level : float

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
    return _wilson(values >= threshold, w, level)


def shares(
    grades: pd.Series | Array,
    fail: float = 5,
    top: float = 8,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
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
    level : float

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
    rows = {band: _wilson(inside, w, level) for band, inside in bands.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["share", "low", "high", "n"])
    return table.rename_axis("band")


def nps(
    grades: pd.Series | Array,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
) -> Estimate:
    """Net promoter score of answers from 0 to 10: the share of 9-10 minus that of 0-6.

    The interval is Wald's after adding three answers, 3/4 promoter, 3/2 passive, 3/4 detractor:
    with shares p and d of these, p - d +- z sqrt((p + d - (p - d)^2) / (n + 3)), where n is Kish's
    effective number of answers when they are weighted.

    Parameters
    ----------
    grades : Series (respondents)
        Empty is no answer and doesn't count.
    weights : Series (respondents), optional
    level : float

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
    n, z = effective_n(w), float(stats.norm.ppf((1 + level) / 2))
    p, d = ((n * part + 0.75) / (n + 3) for part in (up, down))
    reach = z * np.sqrt((p + d - (p - d) ** 2) / (n + 3))
    low, high = max(-1.0, p - d - reach), min(1.0, p - d + reach)
    return Estimate(up - down, float(low), float(high), len(values))


def mean(
    grades: pd.Series | Array,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
) -> Estimate:
    """Mean grade with Student's interval.

    The standard error is s / sqrt(n), with Kish's effective number of answers for n when they
    are weighted.

    Parameters
    ----------
    grades : Series (respondents)
    weights : Series (respondents), optional
    level : float

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
    reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * np.sqrt(variance / n)
    return Estimate(centre, centre - reach, centre + reach, len(values))


def _answered(grades: pd.Series | Array, weights: pd.Series | Array | None) -> tuple[Array, Array]:
    values = floats(grades, "grades")
    w = weights_of(weights, len(values))
    kept = ~np.isnan(values) & (w > 0)
    return values[kept], w[kept]


def _wilson(inside: np.ndarray, weights: Array, level: float) -> Estimate:
    if not len(inside):
        return Estimate(np.nan, np.nan, np.nan, 0)
    p = float(np.average(inside, weights=weights))
    n = effective_n(weights)
    z = float(stats.norm.ppf((1 + level) / 2))
    middle = p + z**2 / (2 * n)
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    whole = 1 + z**2 / n
    low, high = max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)
    return Estimate(p, float(low), float(high), len(inside))
