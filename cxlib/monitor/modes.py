"""What survey mode does to satisfaction, within landlords that used more than one."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
from scipy import stats

from cxlib.inference import holm


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
            margin = stats.t.ppf((1 + level) / 2, len(apart) - 1) * error
            p = 2 * stats.t.sf(gap / error, len(apart) - 1) if error > 0 else 1.0
            ends = [gap - margin, gap + margin, apart.std(), float((apart > 0).mean())]
            rows.append([mode, other, gap, *ends, len(apart), p])
    columns = ["mode", "other", "gap", "low", "high", "sd", "higher", "landlords", "p_adjusted"]
    found = pd.DataFrame(rows, columns=columns).set_index(["mode", "other"])
    found = found.astype(float).astype({"landlords": int})
    found["p_adjusted"] = holm(found["p_adjusted"])
    return found.sort_values("landlords", ascending=False, kind="stable")
