"""What each scale may be used for, in words that follow from the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

GROUPS, SINGLE = 0.70, 0.90  # reliability that comparing groups, and judging one person, takes
USES = {
    "single": "Serves to compare groups and to judge a single tenant",
    "groups": "Serves to compare groups, not to judge a single tenant",
    "undecided": "May or may not serve to compare groups",
    "neither": "Serves neither to compare groups nor to judge a single tenant",
    "unknown": "Its reliability can't be known",
}


def verdicts(
    reliability: pd.DataFrame,
    quality: pd.DataFrame,
    discriminant: pd.DataFrame,
    invariance: pd.DataFrame,
    *,
    groups: float = GROUPS,
    single: float = SINGLE,
) -> pd.DataFrame:
    """Judge every value by the intervals of its numbers, never by an estimate alone.

    Parameters
    ----------
    reliability : DataFrame
        From `reliability`.
    quality : DataFrame
        From `quality`; an item weakens its value when alpha is higher without it.
    discriminant : DataFrame
        From `discriminant`.
    invariance : DataFrame
        From `invariance`.
    groups, single : float
        Reliability from which a scale serves to compare groups, and to judge one person.

    Returns
    -------
    DataFrame
        Index `value`; `use` ("single", "groups", "undecided", "neither", "unknown"), `weakest`
        (the item that weakens it most), `other` (values that tenants don't tell from it),
        `unclear` (values of which that is undecided), `differs` (groupings in which its items
        mean different things) and `verdict`, all of that in words.

    References
    ----------
    Nunnally and Bernstein (1994) on .70 and .90.

    Examples
    --------
    >>> from cxlib.survey import reliability
    >>> single, nothing = reliability({"ease": pd.DataFrame({"reach": [6, 7, 8]})}), pd.DataFrame()
    >>> verdicts(single, nothing, nothing, nothing)["verdict"].item()
    "Its reliability can't be known: one question."
    """
    table, names = pd.DataFrame(index=reliability.index), reliability.index.astype(str)
    low, high = reliability["omega_low"], reliability["omega_high"]
    table["use"] = np.select(
        [low >= single, low >= groups, high < groups, low.notna()],
        ["single", "groups", "neither", "undecided"],
        "unknown",
    )
    table["weakest"] = [_weakest(name, reliability, quality) for name in names]
    table["other"] = [_like(name, discriminant, "one") for name in names]
    table["unclear"] = [_like(name, discriminant, "undecided") for name in names]
    table["differs"] = [_groupings(name, invariance, "differs") for name in names]
    doubt = pd.Series({name: _groupings(name, invariance, "undecided") for name in names})
    told = table.join(reliability).assign(doubt=doubt)
    table["verdict"] = [_words(row) for _, row in told.iterrows()]
    return table


def fit_verdict(fit: pd.DataFrame) -> str:
    """How well the confirmatory model fits: "good", "fair", "poor" or "unknown".

    Good takes CFI from .95, RMSEA of .06 or lower and SRMR of .08 or lower; fair takes .90, .08
    and .10.

    References
    ----------
    Hu and Bentler (1999); Browne and Cudeck (1993).

    Examples
    --------
    >>> fit_verdict(pd.DataFrame({"estimate": {"CFI": 0.96, "RMSEA": 0.05, "SRMR": 0.04}}))
    'good'
    """
    cfi, rmsea, srmr = fit["estimate"].reindex(["CFI", "RMSEA", "SRMR"])
    if np.isnan([cfi, rmsea, srmr]).any():
        return "unknown"
    if cfi >= 0.95 and rmsea <= 0.06 and srmr <= 0.08:
        return "good"
    return "fair" if cfi >= 0.90 and rmsea <= 0.08 and srmr <= 0.10 else "poor"


def _weakest(value: str, reliability: pd.DataFrame, quality: pd.DataFrame) -> str:
    if "alpha_without" not in quality:
        return ""
    own = quality[quality.index.get_level_values("value") == value]
    without = own["alpha_without"].droplevel("value")
    better = without[without > reliability["alpha"][value]]
    return str(better.idxmax()) if len(better) else ""


def _like(value: str, discriminant: pd.DataFrame, verdict: str) -> str:
    if discriminant.empty:
        return ""
    pairs = discriminant.index[discriminant["verdict"] == verdict]
    return ", ".join(
        one if other == value else other for one, other in pairs if value in (one, other)
    )


def _groupings(value: str, invariance: pd.DataFrame, verdict: str) -> str:
    if invariance.empty:
        return ""
    own = invariance[invariance.index.get_level_values("value") == value]
    return ", ".join(own.index[own["verdict"] == verdict].get_level_values("grouping"))


def _words(row: pd.Series) -> str:
    omega, low, high = (row[name] for name in ("omega", "omega_low", "omega_high"))
    said = USES[str(row["use"])]
    if row["use"] != "unknown":
        said += f" (omega {omega:.2f}, {low:.2f} to {high:.2f})."
    else:
        said += ": one question." if row["k"] == 1 else ": the answers can't carry an estimate."
    parts = {
        "weakest": "Stronger without {}.",
        "other": "Tenants don't tell it from {}.",
        "unclear": "Undecided whether tenants tell it from {}.",
        "differs": "Its questions mean different things by {}.",
        "doubt": "Undecided whether they mean the same by {}.",
    }
    return " ".join([said, *(text.format(row[key]) for key, text in parts.items() if row[key])])
