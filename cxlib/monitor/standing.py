"""Where one landlord stands among others, as surely as the numbers of respondents allow."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import LOWER, UPPER, Array, holm
from cxlib.monitor.charts import MonitorError

COLUMNS = (
    "share low high n median landlords rank rank_low rank_high below below_low below_high quarter"
    " reliability"
)
PARTS = ("new_tenants", "repairs", "departed")
POINTS = {"A": 1.0, "B": 0.0, "C": -1.0, "": np.nan}
_Z = 1.959964  # a margin is half a 95 % interval


def standing(
    shares: pd.DataFrame,
    asked: pd.DataFrame,
    own: str,
    n_resamples: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Position of one landlord among its peers on every measure, with intervals.

    A share p of n respondents is known up to Beta(np + 1/2, n(1 - p) + 1/2) (Jeffreys). Every
    landlord's share is drawn from that and all are ranked again; the interval of the rank is that
    of the draws. Landlords with equal shares share the best rank.

    Parameters
    ----------
    shares : DataFrame (landlords x measures)
        Parts of the respondents, 0-1; empty where a landlord has none.
    asked : DataFrame (landlords x measures)
        Respondents behind each share; where that is not known, a peer's share counts as exact,
        and the own position gets no interval.
    own
        Label of the landlord that it is about.
    n_resamples, seed

    Returns
    -------
    DataFrame, index measure
        share, low, high, n (own); median of the peers; landlords (with a share, the own one
        included); rank, rank_low, rank_high (1 is the highest share); below, below_low,
        below_high: part of the peers with a lower share, ties for half; quarter: 1 (highest) to 4,
        empty where the interval of `below` spans more than one; reliability: part of the variance
        between landlords that is no sampling error.

    Raises
    ------
    MonitorError
        `own` is not among the landlords or is there twice, or a share is no part of 1.

    References
    ----------
    Goldstein and Spiegelhalter (1996) on intervals of ranks.

    Examples
    --------
    >>> shares = pd.DataFrame({"TP01": [0.9, 0.7, 0.5, 0.3, 0.8]}, index=list("abcde"))
    >>> table = standing(shares, shares * 0 + 1000, "b")
    >>> table.loc["TP01", ["rank", "rank_low", "rank_high", "below"]].tolist()
    [3.0, 3.0, 3.0, 0.5]
    """
    if list(shares.index).count(own) != 1:
        raise MonitorError(f"standing: {own} is not among the landlords, or not once")
    if ((shares < 0) | (shares > 1)).any(axis=None):
        raise MonitorError("standing: shares are parts of 1, not percentages")
    rng = np.random.default_rng(seed)
    rows = {}
    for measure in shares:
        known = shares[measure].dropna()
        if own in known.index:
            n, p = asked[measure].reindex(known.index).astype(float), known.to_numpy(float)
            m = n.where(n > 0, 1.0).to_numpy()
            draws = rng.beta(p * m + 0.5, (1 - p) * m + 0.5, (n_resamples, len(p)))
            draws = np.where(n > 0, draws, p)  # exact where n is not known
            rows[measure] = _row(known, n, own, draws)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS.split(), dtype=float)
    return table.reindex(shares.columns).rename_axis("measure")


def precision(share: pd.Series, n: pd.Series) -> tuple[pd.Series, float]:
    """Weights by how precisely each landlord is known, and how much of the spread is real.

    With s_i^2 = p_i (1 - p_i) / n_i the sampling variance of landlord i and tau^2 what the
    variance between landlords exceeds its mean by, weights are 1 / (tau^2 + s_i^2), their mean 1,
    and reliability is tau^2 / (tau^2 + mean s^2).

    Returns
    -------
    Series, float
        The weight is 1 where n is not known, and missing where the share is; reliability is NaN
        with fewer than 2 landlords.

    Examples
    --------
    >>> weights, reliability = precision(pd.Series([0.5, 0.7, 0.9]), pd.Series([50, 500, 5000]))
    >>> weights.round(2).tolist(), round(reliability, 2)
    ([0.92, 1.03, 1.04], 0.95)
    """
    error = (share * (1 - share) / n.where(n > 0)).astype(float)
    spread = float(share[error.notna()].var())
    real = max(spread - float(error.mean()), 0.0) if spread == spread else np.nan
    total = error + real
    weights = 1 / total.where(total > 0)
    weights = (weights / weights.mean()).fillna(1.0).where(share.notna())
    return weights, real / spread if spread > 0 else np.nan


def _row(known: pd.Series, n: pd.Series, own: str, draws: Array) -> list[float]:
    at = list(known.index).index(own)
    mine, others = float(known[own]), known.drop(own).to_numpy(float)
    own_n, peers = float(n[own]), np.delete(draws, at, axis=1)
    ranks = 1 + (peers > draws[:, [at]]).sum(axis=1)
    lower = (peers < draws[:, [at]]).sum(axis=1) / max(len(others), 1)
    below = ((others < mine).mean() + (others <= mine).mean()) / 2 if len(others) else np.nan
    ends = np.full(6, np.nan)
    if own_n > 0:
        hits = own_n * mine + 0.5, own_n * (1 - mine) + 0.5
        rank, part = (np.quantile(x, [LOWER, 1 - LOWER], method="nearest") for x in (ranks, lower))
        ends = np.array([*stats.beta.ppf([LOWER, 1 - LOWER], *hits), *rank, *part])
    if not len(others):
        ends[4:] = np.nan
    quarters = {min(4, 1 + int(4 * (1 - end))) for end in ends[4:] if end == end}
    return [
        mine, *ends[:2], own_n, float(np.median(others)) if len(others) else np.nan, len(known),
        1 + float((others > mine).sum()), *ends[2:4], below, *ends[4:],
        quarters.pop() if len(quarters) == 1 else np.nan, precision(known, n)[1],
    ]  # fmt: skip


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
    >>> grades = pd.DataFrame({"landlord": ["own", "p1"], "year": 2021, "new_tenants": [8.0, 7.5],
    ...                        "repairs": [7.1, 7.4], "departed": [7.5, 7.2]})
    >>> position(grades, "own", limits={2021: (7.9, 7.2)}).loc[2021, "letter"].to_dict()
    {'new_tenants': 'A', 'repairs': 'C', 'departed': 'B', 'total': 'B'}
    """
    for column in ("landlord", "year", *parts):
        if column not in frame:
            raise MonitorError(f"benchmark: there is no column {column}")
    for _, twice in frame[frame.duplicated(["landlord", "year"])].iterrows():
        raise MonitorError(f"benchmark: {twice['landlord']} occurs twice in {twice['year']}")
    if len(weights) != len(parts) or min(weights) < 0 or sum(weights) <= 0:
        raise MonitorError(f"benchmark: weights {list(weights)} for parts {list(parts)}")
    weight = pd.Series(weights, list(parts), dtype=float)
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


def mode_gaps(satisfied: pd.DataFrame, answers: pd.DataFrame, minimum: int = 100) -> pd.DataFrame:
    """Compare modes within landlords, so that differences between landlords drop out.

    For two modes with at least `minimum` answers each, every landlord has a difference d between
    its shares; the gap is mean(d) with the interval of Student's t over k landlords,
    mean(d) ± t(k - 1) sd(d) / sqrt(k).

    Parameters
    ----------
    satisfied, answers : DataFrame (landlords x modes)
        Share of satisfied tenants among the answers by a mode, and their number.
    minimum : int

    Returns
    -------
    DataFrame, index (mode, other)
        gap (mode minus other, in the unit of `satisfied`; the mode with the higher mean first),
        low, high, sd (of the landlords' differences), higher (part of the landlords with d > 0),
        landlords, and p_adjusted: Holm's over all pairs. Pairs that fewer than two landlords have
        are left out.

    Notes
    -----
    Modes are not drawn by lot: who answers by telephone may differ from who answers by internet.

    Examples
    --------
    >>> satisfied = pd.DataFrame({"phone": [0.8, 0.7, 0.75], "web": [0.6, 0.6, 0.6]})
    >>> mode_gaps(satisfied, satisfied * 0 + 200).round(2).loc[("phone", "web")].tolist()
    [0.15, 0.03, 0.27, 0.05, 1.0, 3.0, 0.04]
    """
    enough = satisfied.where(answers >= minimum)
    rows = []
    for mode, other in permutations(enough.columns, 2):
        apart = (enough[mode] - enough[other]).dropna()
        gap, error = float(apart.mean()), float(apart.sem())  # type: ignore[arg-type]
        if len(apart) > 1 and (gap > 0 or (gap == 0 and mode < other)):
            margin = stats.t.ppf(UPPER, len(apart) - 1) * error
            p = 2 * stats.t.sf(gap / error, len(apart) - 1) if error > 0 else 1.0
            ends = [gap - margin, gap + margin, apart.std(), float((apart > 0).mean())]
            rows.append([mode, other, gap, *ends, len(apart), p])
    columns = ["mode", "other", "gap", "low", "high", "sd", "higher", "landlords", "p_adjusted"]
    found = pd.DataFrame(rows, columns=columns).set_index(["mode", "other"])
    found = found.astype(float).astype({"landlords": int})
    found["p_adjusted"] = holm(found["p_adjusted"])
    return found.sort_values("landlords", ascending=False, kind="stable")
