"""What survey mode does to satisfaction, within landlords that used more than one."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
from scipy import stats


def mode_gaps(
    satisfied: pd.DataFrame, answers: pd.DataFrame, minimum: int = 100, level: float = 0.95
) -> pd.DataFrame:
    """Compare modes within landlords, so that differences between landlords drop out.

    For two modes with at least `minimum` answers each, every landlord has a difference d between
    its shares; the gap is mean(d) with the interval of Student's t over k landlords,
    mean(d) ± t(k - 1) sd(d) / sqrt(k).

    Parameters
    ----------
    satisfied, answers : DataFrame (landlords x modes)
        Share of satisfied tenants among the answers by a mode, and their number.
    minimum : int
    level : float

    Returns
    -------
    DataFrame, index (mode, other)
        gap (mode minus other, in the unit of `satisfied`; the mode with the higher mean first),
        low, high, sd (of the landlords' differences), higher (part of the landlords with d > 0)
        and landlords. Pairs that fewer than two landlords have are left out.

    Notes
    -----
    Modes are not drawn by lot: who answers by telephone may differ from who answers by internet.

    Examples
    --------
    >>> satisfied = pd.DataFrame({"phone": [0.8, 0.7, 0.75], "web": [0.6, 0.6, 0.6]})
    >>> mode_gaps(satisfied, satisfied * 0 + 200).round(2).loc[("phone", "web")].to_dict()
    {'gap': 0.15, 'low': 0.03, 'high': 0.27, 'sd': 0.05, 'higher': 1.0, 'landlords': 3.0}
    """
    enough = satisfied.where(answers >= minimum)
    rows = []
    for mode, other in permutations(enough.columns, 2):
        apart = (enough[mode] - enough[other]).dropna()
        first = apart.mean() > 0 or (apart.mean() == 0 and mode < other)
        if len(apart) > 1 and first:
            margin = stats.t.ppf((1 + level) / 2, len(apart) - 1) * apart.sem()
            ends = apart.mean() - margin, apart.mean() + margin
            part = float((apart > 0).mean())
            rows.append([mode, other, apart.mean(), *ends, apart.std(), part, len(apart)])
    columns = ["mode", "other", "gap", "low", "high", "sd", "higher", "landlords"]
    found = pd.DataFrame(rows, columns=columns).set_index(["mode", "other"])
    found = found.astype(float).astype({"landlords": int})
    return found.sort_values("landlords", ascending=False, kind="stable")
