"""What changed between two groups of respondents, such as those of this year and of the last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxlib.survey.answers import SurveyError

NEEDED = ["estimate", "low", "high", "n"]


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
