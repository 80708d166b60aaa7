"""Judgements on an ordered scale of a few levels: median and spread."""

from __future__ import annotations

import pandas as pd


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
