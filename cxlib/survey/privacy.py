"""Hide small groups, and enough others that nobody can work them out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxlib.survey.answers import Array, SurveyError, floats

FLOOR = 5


def suppress(
    frame: pd.DataFrame,
    count: str = "n",
    minimum: int = 10,
    values: Sequence[str] | None = None,
    within: str | Sequence[str] | None = None,
    also: Sequence[object] = (),
) -> pd.DataFrame:
    """Blank the rows of groups that are too small, and what would give them away.

    A row with fewer than `minimum` people is hidden. Because totals are shown, a reader could
    subtract; so further rows are hidden, the smallest first, until in every total the hidden
    rows are at least two and hold at least `minimum` people together, and no hidden row follows
    from all totals taken together. A row without people has nothing to hide, and hides nothing.

    Parameters
    ----------
    frame : DataFrame
        A row a group of people.
    count : str
        The column with the number of people in each row.
    minimum : int
        Smallest group to show; 5 or more.
    values : sequence of str, optional
        The columns to blank, beside `count`; every numeric column by default.
    within : str or sequence of str, optional
        Columns over whose categories totals are shown: "district" where the report has a total
        of each district, ["district", "journey"] where it has both margins of a table. None:
        one total over all rows. A total below `minimum` must itself be left out of the report.
    also : sequence
        Index labels of rows to hide besides, such as those of `revealed`.

    Returns
    -------
    DataFrame
        The frame with hidden rows blanked (NaN) and a column `suppressed` (bool); attrs["note"]
        where all are hidden.

    Raises
    ------
    SurveyError
        When minimum < 5, a column is absent, or a count is negative.

    References
    ----------
    Willenborg and De Waal (2001), on secondary suppression.

    Examples
    --------
    >>> table = pd.DataFrame({"district": [*"abc"], "n": [4, 30, 60], "mean": [6.1, 7.2, 7.4]})
    >>> suppress(table)["suppressed"].tolist()
    [True, True, False]
    """
    groups = [] if within is None else [within] if isinstance(within, str) else list(within)
    columns = _columns(frame, count, values, groups)
    if minimum < FLOOR:
        raise SurveyError(f"minimum is {minimum}; groups below {FLOOR} people are never shown")
    n = floats(frame[count], f"column {count!r}")
    if (n < 0).any():
        raise SurveyError(f"column {count!r}: a group can't have fewer than 0 people")
    totals = _totals(frame, groups)
    hidden = np.isnan(n) | ((n > 0) & (n < minimum)) | frame.index.isin(list(also))
    while (more := _next(hidden, np.nan_to_num(n), totals, minimum)) is not None:
        hidden[more] = True
    numbers = frame[columns].select_dtypes("number").columns
    shown = frame.astype(dict.fromkeys(numbers, float))
    shown = shown.assign(**{name: shown[name].mask(hidden) for name in columns})
    shown = shown.assign(suppressed=hidden)
    shown.attrs["note"] = "Every group is too small to show." if hidden.all() else ""
    return shown


def blank(frame: pd.DataFrame, minimum: int = 10, count: str = "n") -> pd.DataFrame:
    """Blank the numbers of rows on too few people, where no total could give them away.

    Parameters
    ----------
    frame : DataFrame
        A row a question or scale: no parts of a whole.
    minimum : int
    count : str
        The column with the number of people in each row.

    Returns
    -------
    DataFrame
        The frame itself where nothing is to be hidden.

    Examples
    --------
    >>> blank(pd.DataFrame({"n": [7, 30], "mean": [6.1, 7.2]}))["mean"].tolist()
    [nan, 7.2]
    """
    few = frame[count] < minimum
    if not few.any():
        return frame
    numbers = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name].astype(float).mask(few) for name in numbers})


def masked(values: pd.Series, dates: pd.Series, periods: pd.Series, minimum: int = 10) -> pd.Series:
    """Empty the values of months on too few rows, and of enough others to keep these hidden.

    Totals are taken to be known of all rows and, since a later edition reports on more of them
    than an earlier one, of every period.

    Parameters
    ----------
    values : Series (rows)
        Those without a value do not count.
    dates : Series of datetime64 (rows)
    periods : Series of str (rows)
        The period that each row is reported in: 2020-Q1.
    minimum : int

    Returns
    -------
    Series (rows)
        As `values`, empty in hidden months.

    Examples
    --------
    >>> dates = pd.to_datetime(pd.Series(["2020-01-05"] * 3 + ["2020-02-05"] * 9 + ["2020-03-05"]))
    >>> quarter = pd.Series("2020-Q1", dates.index)
    >>> masked(pd.Series(1.0, dates.index), dates, quarter, minimum=5).notna().sum()
    np.int64(0)
    """
    months = dates.dt.strftime("%Y-%m")
    known = values.notna() & dates.notna()
    cells = pd.DataFrame({"period": periods, "month": months, "all": ""})[known]
    table = cells.groupby(["period", "month", "all"]).size().rename("n").reset_index()
    table = suppress(table, minimum=minimum, within=["period", "all"])
    return values.mask(months.isin(table.loc[table["suppressed"], "month"]))


def revealed(
    groups: pd.Series, periods: pd.Series, order: Sequence[str], window: int, minimum: int = 10
) -> list[str]:
    """Groups to leave out of the last edition, as earlier ones would give away a part of them.

    Each edition reports on a window of periods, and the next on one that has moved by one: what
    two editions differ in is the answers of single periods. Supposing that every edition since
    the first was published, a group is left out of an edition when some run of periods with
    fewer people than `minimum` would follow from it and the ones before.

    Parameters
    ----------
    groups, periods : Series (respondents)
        Group and period of each answer that counts.
    order : sequence of str
        All periods up to and with the last one, the first first.
    window : int
        Number of periods that an edition looks back on.
    minimum : int

    Returns
    -------
    list of str

    Examples
    --------
    >>> quarters = pd.Series(["Q1"] * 20 + ["Q2"] * 4)
    >>> revealed(pd.Series("leaving", quarters.index), quarters, ["Q1", "Q2"], window=4)
    ['leaving']
    """
    counts = pd.crosstab(groups, periods).reindex(columns=list(order), fill_value=0)
    places = np.arange(len(order))
    found = []
    for name, n in counts.iterrows():
        editions: list[np.ndarray] = []
        telling = False
        for last in places:
            edition = ((places > last - window) & (places <= last)).astype(float)
            telling = bool(edition @ n < minimum) or _tells(
                np.array([*editions, edition]), n, minimum
            )
            editions += [] if telling else [edition]
        found += [str(name)] * telling
    return found


def _tells(editions: np.ndarray, n: pd.Series, minimum: int) -> bool:
    """Whether a run of periods with too few people follows from the editions."""
    filled = np.flatnonzero(n.to_numpy() > 0)
    counts, known = n.to_numpy()[filled], editions[:, filled]
    span = np.linalg.pinv(known) @ known
    first, last = np.triu_indices(len(filled))
    places = np.arange(len(filled))
    runs = ((places >= first[:, None]) & (places <= last[:, None])).astype(float)
    small = runs[runs @ counts < minimum]
    return bool((np.abs(small @ span - small).max(axis=1, initial=0) < 1e-9).any())


def _columns(
    frame: pd.DataFrame, count: str, values: Sequence[str] | None, groups: list[str]
) -> list[str]:
    absent = [name for name in (count, *(values or ()), *groups) if name not in frame]
    if absent:
        raise SurveyError(f"the frame has no column {absent[0]!r}")
    numbers = frame.select_dtypes("number").columns.difference(groups, sort=False)
    return list(dict.fromkeys([count, *(numbers if values is None else values)]))


def _totals(frame: pd.DataFrame, groups: list[str]) -> np.ndarray:
    """Which rows (columns) add up to each total that is shown (rows)."""
    if not groups:
        return np.ones((1, len(frame)), dtype=bool)
    codes = [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in groups]
    return np.vstack([code == np.arange(code.max(initial=-1) + 1)[:, None] for code in codes])


def _next(hidden: np.ndarray, n: Array, totals: np.ndarray, minimum: int) -> int | None:
    """The next row to hide, or None when nothing hidden can be worked out."""
    for total in totals:
        inside = total & hidden
        if inside.any() and (inside.sum() < 2 or n[inside].sum() < minimum):
            found = _smallest(total & ~hidden, n)
            if found is not None:
                return found
    for row in _derivable(hidden, totals):
        found = _smallest(totals[totals[:, row]].any(axis=0) & ~hidden, n)
        if found is not None:
            return found
    return None


def _smallest(rows: np.ndarray, n: Array) -> int | None:
    candidates = np.flatnonzero(rows & (n > 0))
    return int(candidates[np.argmin(n[candidates])]) if len(candidates) else None


def _derivable(hidden: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Hidden rows that the totals fix: those whose unit vector the totals span."""
    rows = np.flatnonzero(hidden)
    equations = np.unique(totals[:, rows].astype(float), axis=0)
    fixed = np.diagonal(np.linalg.pinv(equations) @ equations) > 1 - 1e-9
    return rows[fixed]
