"""Position among other landlords: rank, and the letters A, B and C of the Dutch benchmark."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cxlib.monitor.errors import MonitorError

PARTS = ("new_tenants", "repairs", "departed")
POINTS = {"A": 1.0, "B": 0.0, "C": -1.0, "": np.nan}
_Z = 1.959964  # a margin is half a 95 % interval


def position(
    frame: pd.DataFrame,
    own: str,
    weights: Sequence[float] = (0.25, 0.55, 0.20),
    limits: Mapping[int, tuple[float, float]] | None = None,
    parts: Sequence[str] = PARTS,
    n_resamples: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Where one landlord stands each year, on each part of the tenants' judgement and in total.

    A part with a grade of the first limit or higher is an A, of the second or higher a B, and
    otherwise a C; grades count to one decimal, as the benchmark publishes them. With A 1, B 0 and
    C -1 the weighted mean of the parts is the score: .50 or more is an A in total, -.50 or less
    a C. Limits hold for a year and for all parts alike (Aedes benchmark, from 2021).

    Parameters
    ----------
    frame : DataFrame
        One row a landlord and year: landlord, year, and a grade for each part (may be missing);
        perhaps margin_<part>, half the 95 % interval of that grade.
    own
        The landlord that it is about.
    weights
        Weight of each part in the total; those of parts without a grade go to the other parts.
    limits : mapping of year to (lowest A, lowest B)
        A year without them has no letters.
    parts
        Columns of the grades.
    n_resamples, seed
        Of the draws behind the intervals of ranks.

    Returns
    -------
    DataFrame, index (year, part), part also "total"
        grade (total: weighted mean), mean and n (of the landlords with that grade), rank (1 is
        highest; ties share the best), rank_low and rank_high (95 %: all grades drawn anew within
        their margins and ranked again; one without a margin counts as exact, and without the own
        margin there is no interval), letter and score ("" and NaN without limits). Years in which
        `own` has no grade at all are left out.

    Raises
    ------
    MonitorError
        A missing column; `own` not among the landlords, or without any grade; a landlord twice in
        a year; weights that are negative, zero together or not one a part.

    Examples
    --------
    >>> import pandas as pd
    >>> grades = pd.DataFrame({"landlord": ["own", "p1"], "year": 2021, "new_tenants": [8.0, 7.5],
    ...                        "repairs": [7.1, 7.4], "departed": [7.5, 7.2]})
    >>> position(grades, "own", limits={2021: (7.9, 7.2)}).loc[2021, "letter"].to_dict()
    {'new_tenants': 'A', 'repairs': 'C', 'departed': 'B', 'total': 'B'}
    """
    weight = _checked(frame, weights, parts)
    if own not in set(frame["landlord"]):
        raise MonitorError(f"benchmark: {own} is not among the landlords")
    rng = np.random.default_rng(seed)
    years = {}
    for year in sorted(map(int, frame["year"].unique())):
        rows = frame[frame["year"] == year].set_index("landlord")
        if own in rows.index and rows.loc[[own], list(parts)].notna().any(axis=None):
            table = _placed(rows, own, weight, rng, n_resamples)
            years[year] = table.join(_letters(table["grade"], weight, (limits or {}).get(year)))
    if not years:
        raise MonitorError(f"benchmark: {own} has no grade in any year")
    return pd.concat(years, names=["year", "part"])


def _placed(
    rows: pd.DataFrame, own: str, weight: pd.Series, rng: np.random.Generator, n_resamples: int
) -> pd.DataFrame:
    """Grade and rank of one landlord in one year, by part and in total."""
    grades = rows[list(weight.index)].astype(float)
    parts = grades.notna() * weight
    parts = parts.div(parts.sum(axis=1).replace(0, np.nan), axis=0)
    margins = rows.reindex(columns=[f"margin_{part}" for part in grades]).astype(float)
    margins = margins.set_axis(grades.columns, axis=1).where(parts != 0, 0.0)
    margins["total"] = np.sqrt(((margins * parts) ** 2).sum(axis=1, skipna=False))
    grades["total"] = (grades * parts).sum(axis=1, min_count=1)
    mine, sure = grades.T[own], margins.T[own] > 0
    table = pd.DataFrame({"grade": mine, "mean": grades.mean(), "n": grades.notna().sum()})
    ranks = grades.rank(ascending=False, method="min").T[own].astype("Int64")
    table = table.assign(rank=ranks, rank_low=np.nan, rank_high=np.nan)
    for part in mine.index[mine.notna() & sure]:
        known, error = grades[part].dropna(), margins[part].fillna(0) / _Z
        drawn = rng.normal(known, error[known.index], (n_resamples, len(known)))
        above = drawn > drawn[:, known.index == own]
        ends = np.quantile(1 + above.sum(axis=1), [0.025, 0.975], method="nearest")
        table.loc[part, ["rank_low", "rank_high"]] = ends
    return table


def _letters(
    grades: pd.Series, weight: pd.Series, limits: tuple[float, float] | None
) -> pd.DataFrame:
    """Letter and score by part and in total; none without limits."""
    if limits is None:
        return pd.DataFrame({"letter": "", "score": np.nan}, index=grades.index)
    tenths = np.floor(10 * grades + 0.5 + 1e-9) / 10
    letters = pd.Series(np.select([tenths >= limits[0], tenths >= limits[1]], ["A", "B"], "C"))
    letters = letters.set_axis(grades.index).where(grades.notna(), "")
    scores = letters.map(POINTS)
    known = weight[scores[weight.index].notna()]
    total = round(float((scores[known.index] * known).sum() / known.sum()), 9)
    scores["total"] = total
    letters["total"] = "A" if total >= 0.5 else "C" if total <= -0.5 else "B"
    return pd.DataFrame({"letter": letters, "score": scores})


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
