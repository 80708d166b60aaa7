"""Hide small groups, and enough others that nobody can work them out."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from cxlib.language import Note
from cxlib.survey.answers import Array, SurveyError, floats

FLOOR = 5
UNKNOWN = "(unknown)"  # the group of people of whom it was not recorded
Mask = npt.NDArray[np.bool_]


def suppress(
    frame: pd.DataFrame,
    count: str = "n",
    minimum: int = 10,
    values: Sequence[str] | None = None,
    within: str | Sequence[str] | None = None,
    also: Sequence[object] = (),
) -> pd.DataFrame:
    """Blank the rows of groups that are too small, and the fewest others that protect them.

    A row with fewer than `minimum` people is hidden. Because totals are shown, a reader could
    subtract; so further rows are hidden: as few as will do, and of these the smallest (an integer
    programme, solved to its optimum). Then in every total the hidden rows are at least two, and
    each of them may be of `minimum` people or more, for all that follows from all totals, known
    that a hidden row has somebody in it. A row without people has nothing to hide, and hides
    nothing.

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
        one total over all rows. A total that no rows can hide behind (all of them together are
        too few, or it is of one row) must itself be left out of the report; districts that are
        left out themselves are put together in one row first, and a table of which nothing is
        shown is left out as a whole: which rows it has would tell something.
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
    Willenborg and De Waal (2001); Fischetti and Salazar (2001), on optimal suppression.

    Examples
    --------
    >>> table = pd.DataFrame({"district": [*"abc"], "n": [4, 30, 60], "mean": [6.1, 7.2, 7.4]})
    >>> suppress(table)["suppressed"].tolist()
    [True, True, False]
    """
    groups = [] if within is None else [within] if isinstance(within, str) else list(within)
    for name in (count, *(values or ()), *groups):
        if name not in frame:
            raise SurveyError(f"the frame has no column {name!r}")
    numbers = frame.select_dtypes("number").columns.difference(groups, sort=False)
    columns = list(dict.fromkeys([count, *(numbers if values is None else values)]))
    if minimum < FLOOR:
        raise SurveyError(f"minimum is {minimum}; groups below {FLOOR} people are never shown")
    n = floats(frame[count], f"column {count!r}")
    if (n < 0).any():
        raise SurveyError(f"column {count!r}: a group can't have fewer than 0 people")
    small = np.isnan(n) | ((n > 0) & (n < minimum)) | frame.index.isin(list(also))
    codes = [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in groups]
    totals = [code == np.arange(code.max(initial=-1) + 1)[:, None] for code in codes]
    whole = np.ones((1, len(frame)), dtype=bool)
    hidden = _hidden(small, np.nan_to_num(n), np.vstack(totals or [whole]), minimum)
    numbers = frame[columns].select_dtypes("number").columns
    shown = frame.astype(dict.fromkeys(numbers, float))
    shown = shown.assign(**{name: shown[name].mask(hidden) for name in columns})
    shown = shown.assign(suppressed=hidden)
    shown.attrs["note"] = Note("Every group is too small to show.") if hidden.all() else ""
    return shown


def blank(frame: pd.DataFrame, minimum: int = 10) -> pd.DataFrame:
    """Blank the numbers of rows on too few people, where no total could give them away.

    Parameters
    ----------
    frame : DataFrame
        A row a question or scale, of `n` people: no parts of a whole.
    minimum : int

    Returns
    -------
    DataFrame
        The frame itself where nothing is to be hidden.

    Examples
    --------
    >>> blank(pd.DataFrame({"n": [7, 30], "mean": [6.1, 7.2]}))["mean"].tolist()
    [nan, 7.2]
    """
    few = frame["n"] < minimum
    if not few.any():
        return frame
    numbers = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name].astype(float).mask(few) for name in numbers})


def large(groups: pd.Series, minimum: int = 10, also: Sequence[object] = ()) -> pd.Series:
    """The group of each respondent, emptied where the group may not be reported on.

    Parameters
    ----------
    groups : Series (respondents)
    minimum, also
        As in `suppress`: small groups go, and others that would give them away.

    Returns
    -------
    Series (respondents)

    Examples
    --------
    >>> groups = pd.Series(["a"] * 4 + ["b"] * 30 + ["c"] * 60)
    >>> large(groups).value_counts().to_dict()
    {'c': 60}
    """
    counts = named(groups).value_counts().sort_index()
    table = suppress(counts.rename("n").to_frame(), minimum=minimum, also=also)
    return groups.where(groups.astype(str).isin(table.index[~table["suppressed"]]))


def named(groups: pd.Series) -> pd.Series:
    """The group of each respondent in words: who has none is in a group as well.

    For a reader subtracts: what is left of a total is the people without a group.

    Examples
    --------
    >>> named(pd.Series(["north", None])).tolist()
    ['north', '(unknown)']
    """
    return groups.astype(str).where(groups.notna(), UNKNOWN)


def masked(values: pd.Series, dates: pd.Series, periods: pd.Series, minimum: int = 10) -> pd.Series:
    """Empty the values of months on too few rows, and of the fewest others that protect these.

    Known to a reader is the total of all rows and, since a later edition reports on more of them
    than an earlier one, that of every period. A period with fewer rows than `minimum` makes no
    edition of its own, so that only its total with the periods after it is known.

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
    cells = pd.DataFrame({"period": periods, "month": months})[known]
    table = cells.groupby(["period", "month"]).size().rename("n").reset_index()
    counts = table.groupby("period")["n"].sum()
    told, editions, edition, waiting = counts.sum(), {}, 0, 0
    for period, n in counts.items():  # each edition adds `minimum` rows or more
        editions[period] = edition
        waiting, told = waiting + n, told - n
        if waiting >= minimum and told >= minimum:
            edition, waiting = edition + 1, 0
    table["edition"] = table["period"].map(editions)
    table = suppress(table, minimum=minimum, within="edition")
    return values.mask(months.isin(table.loc[table["suppressed"], "month"]))


def revealed(
    groups: pd.Series,
    periods: pd.Series,
    order: Sequence[str],
    window: int | Sequence[int],
    minimum: int = 10,
    last: Sequence[str] = (),
) -> list[str]:
    """Groups to leave out of the last edition, as earlier ones would give away a part of them.

    Each edition reports on a window of periods, and the next on one that has moved by one: what
    two editions differ in is the answers of single periods. Supposing that every edition since
    the first was published, a group is left out of an edition when some run of periods with
    fewer people than `minimum` would follow from it and the ones before.

    Parameters
    ----------
    groups, periods : Series (respondents)
        Group and period of each answer that counts; those without a group are one.
    order : sequence of str
        All periods up to and with the last one, the first first.
    window : int or sequence of int
        Number of periods that an edition looks back on, in each of its tables.
    minimum : int
    last : sequence of str
        The periods that the last edition reports on beside the editions of `order`, where it is
        one of all periods: those that are not complete, and answers without a date, too.

    Returns
    -------
    list of str

    Examples
    --------
    >>> quarters = pd.Series(["Q1"] * 20 + ["Q2"] * 4)
    >>> revealed(pd.Series("leaving", quarters.index), quarters, ["Q1", "Q2"], window=4)
    ['leaving']
    """
    windows = [window] if isinstance(window, int) else list(window)
    whole = [*order, *(label for label in dict.fromkeys(last) if label not in order)]
    counts = pd.crosstab(named(groups), periods).reindex(columns=whole, fill_value=0)
    places = np.arange(len(whole))
    editions = [
        [(places > now - back) & (places <= now) for back in windows] for now in range(len(order))
    ]
    editions += [[places >= 0]] if last else []
    return [str(name) for name, n in counts.iterrows() if _telling(n.to_numpy(), editions, minimum)]


def unreported(
    groups: pd.Series,
    periods: pd.Series,
    order: Sequence[str],
    window: int,
    minimum: int = 10,
    last: Sequence[str] = (),
    among: pd.Index | None = None,
) -> list[str]:
    """Groups that an edition must be silent about, for all of its tables alike.

    That is those that `revealed` names and those that `suppress` hides; where a table counts only
    some of the respondents (`among`: those who gave a grade), first those of all respondents. A
    group that is hidden in one table and shown in another would give away a third.

    Parameters
    ----------
    groups, periods, order, window, minimum, last
        As in `revealed`, with one window.
    among : Index, optional
        The respondents who count.

    Returns
    -------
    list of str

    Examples
    --------
    >>> groups = pd.Series(["a"] * 4 + ["b"] * 30 + ["c"] * 60)
    >>> unreported(groups, pd.Series("2020", groups.index), ["2020"], window=1)
    ['a', 'b']
    """
    now = list(last) or list(order)[-window:]
    hidden: list[str] = []
    some = groups.index if among is None else groups.index.intersection(among)
    for rows in (groups.index, some):
        when = periods[rows]
        hidden += revealed(groups[rows], when, order, window, minimum, last)
        counts = named(groups[rows])[when.isin(now)].value_counts().sort_index().to_frame("n")
        table = suppress(counts, minimum=minimum, also=hidden)
        hidden = [*dict.fromkeys([*hidden, *table.index[table["suppressed"]]])]
    return hidden


def _telling(n: npt.NDArray[np.int_], editions: Sequence[list[Mask]], minimum: int) -> bool:
    """Whether the last edition tells of few people of a group, given those that did not."""
    filled = np.flatnonzero(n > 0)
    first, last = np.triu_indices(len(filled))
    own = np.arange(len(filled))
    runs = ((own >= first[:, None]) & (own <= last[:, None])).astype(float)
    small = runs[runs @ n[filled] < minimum]
    told: list[Mask] = []
    telling = False
    for edition in editions:
        known = np.array([*told, *edition], dtype=float)[:, filled]
        span = np.linalg.pinv(known) @ known
        follows = np.abs(small @ span - small).max(axis=1, initial=0) < 1e-9
        telling = bool(any(n[part].sum() < minimum for part in edition) or follows.any())
        told += [] if telling else edition
    return telling


def _hidden(small: Mask, n: Array, totals: Mask, minimum: int) -> Mask:
    """The fewest rows, and of these the smallest, behind which no small one can be worked out."""
    people, spare = n > 0, (n - 1).clip(0)  # as somebody is in each
    held = [t for t in totals if (n[t] > 0).sum() > 1 and spare[t].sum() >= minimum - 1]
    if not held or not small.any():
        return small
    known = np.array(held, dtype=float)
    filled, any_hidden, rows = known * people, np.eye(len(known)), len(n)
    parts = (  # in a total the hidden rows are two or more, and each may be of `minimum` people
        (filled, -2 * any_hidden),
        (filled * spare, (1 - minimum) * any_hidden),
        (-filled, filled.sum(axis=1) * any_hidden),
    )
    limits = np.vstack([np.hstack(part) for part in parts])
    while True:
        # Beside each row's, a variable a total: whether any of its rows is hidden. Hiding all
        # rows meets every limit, so that there is a solution.
        found = milp(
            np.append(people + n / (n.sum() + 1), np.zeros(len(held))),
            integrality=np.ones(rows + len(held)),
            bounds=Bounds(
                np.append(small, 0 * known[:, 0]), np.append(small | people, 1 + 0 * known[:, 0])
            ),
            constraints=LinearConstraint(limits, lb=0),
        )
        hidden = found.x[:rows] > 0.5
        others = (~hidden & people & known.any(axis=0)).astype(float)
        told = [*_told(hidden & people, n, known, minimum)] if others.any() else []
        if not told:
            return hidden
        more = [others - (np.arange(rows) == row) for row in told]  # another row must go with it
        limits = np.vstack([limits, np.pad(more, ((0, 0), (0, len(held))))])


def _told(hidden: Mask, n: Array, totals: Array, minimum: int) -> Iterator[int]:
    """Hidden rows of which all totals together tell the number, or that it is a small one."""
    rows = np.flatnonzero(hidden & totals.any(axis=0))
    known = totals[:, rows]
    if (known.sum(axis=0) <= 1).all():  # of totals apart, each looks after its own
        return
    given: dict[str, Any] = {"A_eq": known, "b_eq": known @ n[rows]}
    given["bounds"] = [(least, None) for least in n[rows].clip(max=1)]  # somebody is in it
    for row, own in zip(rows.tolist(), np.eye(len(rows)), strict=True):
        high = -linprog(-own, **given).fun
        least = minimum - 0.5 if n[row] < minimum else linprog(own, **given).fun
        if high < least + 1e-6:
            yield row
