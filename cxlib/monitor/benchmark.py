"""Position among other landlords: the sector's letters A, B and C."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxlib.monitor.errors import MonitorError

PARTS = ("new_tenants", "repairs", "departed")
POINTS = {"A": 1.0, "B": 0.0, "C": -1.0}


def position(
    frame: pd.DataFrame,
    own: str,
    weights: Sequence[float] = (0.25, 0.55, 0.20),
    parts: Sequence[str] = PARTS,
    cuts: tuple[float, float] = (1 / 3, 2 / 3),
) -> pd.DataFrame:
    """Where one landlord stands each year, on each part of the tenants' judgement and in total.

    Parameters
    ----------
    frame : DataFrame
        One row a landlord and year: landlord, year, and a grade for each part (may be missing).
    own
        The landlord that it is about.
    weights
        Weight of each part in the total; those of parts without a grade go to the other parts.
    parts
        Columns of the grades.
    cuts
        A part's letter is A above the higher and C below the lower quantile of that year's
        landlords. The sector sets its own limits every year; thirds are the stand-in for them.

    Returns
    -------
    DataFrame, index (year, part), part also "total"
        grade (total: weighted mean), mean and n (of the landlords with that grade), rank (1 is
        highest; ties share the best), letter, score (A 1, B 0, C -1; total: weighted mean, and
        A from .50, C to -.50). Years in which `own` has no grade at all are left out.

    Raises
    ------
    MonitorError
        A missing column; `own` not among the landlords, or without any grade; a landlord twice in
        a year; weights that are negative, zero together or not one a part.

    Examples
    --------
    >>> import pandas as pd
    >>> grades = pd.DataFrame({"landlord": ["own", "p1", "p2"], "year": 2020,
    ...                        "new_tenants": [7.9, 7.5, 7.0], "repairs": [7.0, 7.4, 7.6],
    ...                        "departed": [7.2, 7.2, 7.1]})
    >>> position(grades, "own").loc[2020, "letter"].to_dict()
    {'new_tenants': 'A', 'repairs': 'C', 'departed': 'B', 'total': 'B'}
    """
    weight = _checked(frame, weights, parts)
    if own not in set(frame["landlord"]):
        raise MonitorError(f"benchmark: {own} is not among the landlords")
    years = {}
    for year, rows in frame.groupby("year"):
        grades, letters, scores = _judged(rows, weight, cuts)
        if own in grades.index and grades["total"].notna()[own]:
            years[year] = pd.DataFrame(
                {
                    "grade": grades.T[own],
                    "mean": grades.mean(),
                    "n": grades.notna().sum(),
                    "rank": grades.rank(ascending=False, method="min").T[own].astype("Int64"),
                    "letter": letters.T[own],
                    "score": scores.T[own],
                }
            )
    if not years:
        raise MonitorError(f"benchmark: {own} has no grade in any year")
    return pd.concat(years, names=["year", "part"])


def standings(
    frame: pd.DataFrame,
    weights: Sequence[float] = (0.25, 0.55, 0.20),
    parts: Sequence[str] = PARTS,
    cuts: tuple[float, float] = (1 / 3, 2 / 3),
) -> pd.DataFrame:
    """All landlords of each year with their total and letter. Parameters as `position`.

    Returns
    -------
    DataFrame, index (year, landlord), best total first
        The parts, total (weighted mean of the grades), rank, score and position (A, B or C).

    Examples
    --------
    >>> import pandas as pd
    >>> grades = pd.DataFrame({"landlord": ["p1", "p2", "p3"], "year": 2020, "repairs": [7, 6, 8]})
    >>> standings(grades, weights=[1], parts=["repairs"])["position"].to_dict()
    {(2020, 'p3'): 'A', (2020, 'p1'): 'B', (2020, 'p2'): 'C'}
    """
    weight = _checked(frame, weights, parts)
    years = {}
    for year, rows in frame.groupby("year"):
        grades, letters, scores = _judged(rows, weight, cuts)
        ranks = grades["total"].rank(ascending=False, method="min").astype("Int64")
        table = grades.assign(rank=ranks, score=scores["total"], position=letters["total"])
        years[year] = table.sort_values("rank", kind="stable")
    return pd.concat(years, names=["year", "landlord"])


def _judged(
    rows: pd.DataFrame, weight: pd.Series, cuts: tuple[float, float]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Grades, letters and scores of one year, landlords x parts and total."""
    grades = rows.set_index("landlord")[list(weight.index)].astype(float)
    known = grades.notna() * weight
    out_of = known.sum(axis=1).replace(0, np.nan)
    low, high = (grades.quantile(cut) for cut in cuts)
    letters = pd.DataFrame(
        np.select([grades > high, grades < low], ["A", "C"], "B"), grades.index, grades.columns
    ).where(grades.notna(), "")
    scores = letters.replace(POINTS | {"": np.nan}).astype(float)
    grades["total"] = (grades.fillna(0) * known).sum(axis=1) / out_of
    scores["total"] = ((scores.fillna(0) * known).sum(axis=1) / out_of).round(9)
    total = scores["total"]
    letters["total"] = np.select([total.isna(), total >= 0.5, total <= -0.5], ["", "A", "C"], "B")
    return grades, letters, scores


def _checked(frame: pd.DataFrame, weights: Sequence[float], parts: Sequence[str]) -> pd.Series:
    """Weights by part, or an error that says what is wrong with the benchmark."""
    for column in ("landlord", "year", *parts):
        if column not in frame:
            raise MonitorError(f"benchmark: there is no column {column}")
    for row in frame.index[frame.duplicated(["landlord", "year"])]:
        landlord, year = frame.loc[row, "landlord"], frame.loc[row, "year"]
        raise MonitorError(f"benchmark: {landlord} occurs twice in {year}")
    if len(weights) != len(parts) or min(weights) < 0 or sum(weights) <= 0:
        raise MonitorError(f"benchmark: weights {list(weights)} for parts {list(parts)}")
    return pd.Series(weights, list(parts), dtype=float)
