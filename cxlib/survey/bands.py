"""Fails, passes and top grades: of every group, and of every question."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cxlib.survey.privacy import blank, suppress
from cxlib.survey.shares import shares

COLUMNS = ["n", "fail", "middle", "top", "low", "high", "fail_low", "fail_high"]


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
        Answers without a grade or a group do not count.
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
    known = grades.notna() & groups.notna()
    rows = {
        str(name): _row(own, fail, top, weights)
        for name, own in grades[known].groupby(groups[known].astype(str))
    }
    return _sorted(suppress(_table(rows, groups.name), minimum=minimum, also=also))


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
    table = _table(
        {str(name): _row(grades[name], fail, top, weights) for name in grades}, grades.columns.name
    )
    return _sorted(blank(table.astype(float), minimum).assign(suppressed=table["n"] < minimum))


def _row(
    grades: pd.Series, fail: float, top: float, weights: pd.Series | None
) -> tuple[float, ...]:
    bands = shares(grades, fail, top, None if weights is None else weights[grades.index])
    ends = (*bands.loc["top", ["low", "high"]], *bands.loc["fail", ["low", "high"]])
    return (bands["n"].iloc[0], *bands["share"], *ends)


def _table(rows: dict[str, tuple[float, ...]], name: object) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    return table.rename_axis(str(name or "group"))


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Highest share of top grades first; the place of a blanked row tells nothing."""
    return table.sort_index().sort_values("top", ascending=False, kind="stable")
