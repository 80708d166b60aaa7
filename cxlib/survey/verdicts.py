"""What each scale may be used for, in words that follow from the numbers."""

from __future__ import annotations

from collections.abc import Mapping

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
    labels: Mapping[str, str] | None = None,
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
    labels : mapping of value to its name, optional
        For `other`, `unclear` and the words.
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
    table["other"] = [_like(name, discriminant, "one", labels or {}) for name in names]
    table["unclear"] = [_like(name, discriminant, "undecided", labels or {}) for name in names]
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


def conclusion(
    verdicts: pd.DataFrame, fit: pd.DataFrame, discriminant: pd.DataFrame, invariance: pd.DataFrame
) -> str:
    """What follows for the whole instrument, in four sentences.

    Parameters
    ----------
    verdicts, fit, discriminant, invariance : DataFrame
        From `verdicts`, `Confirmed.fit`, `discriminant` and `invariance`.

    Examples
    --------
    >>> table = pd.DataFrame({"use": ["groups"]}, ["ease"])
    >>> fit, nothing = pd.DataFrame({"estimate": {"CFI": None}}, dtype=float), pd.DataFrame()
    >>> conclusion(table, fit, nothing, nothing).split(". ")[0]
    '**1 of 1** scales serve to compare groups, 0 of these to judge a single tenant as well'
    """
    uses, total = verdicts["use"].value_counts(), len(verdicts)
    single = uses.get("single", 0)
    return " ".join(
        [
            f"**{single + uses.get('groups', 0)} of {total}** scales serve to compare groups, "
            f"{single} of these to judge a single tenant as well.",
            _fitting(fit),
            _counted(
                discriminant,
                "pairs of values tenants",
                {"apart": "tell {} apart", "one": "take {} for one"},
            ),
            _counted(
                invariance,
                "comparisons of loadings between groups",
                {"same": "{} are the same", "differs": "{} differ"},
            ),
        ]
    )


def _weakest(value: str, reliability: pd.DataFrame, quality: pd.DataFrame) -> str:
    if "alpha_without" not in quality:
        return ""
    own = quality[quality.index.get_level_values("value") == value]
    without = own["alpha_without"].droplevel("value")
    better = without[without > reliability["alpha"][value]]
    return str(better.idxmax()) if len(better) else ""


def _like(value: str, discriminant: pd.DataFrame, verdict: str, labels: Mapping[str, str]) -> str:
    if discriminant.empty:
        return ""
    pairs = discriminant.index[discriminant["verdict"] == verdict]
    others = [one if other == value else other for one, other in pairs if value in (one, other)]
    return ", ".join(labels.get(other, other) for other in others)


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
        "doubt": "Undecided whether its questions mean the same by {}.",
    }
    return " ".join([said, *(text.format(row[key]) for key, text in parts.items() if row[key])])


def _fitting(fit: pd.DataFrame) -> str:
    verdict = fit_verdict(fit)
    if verdict == "unknown":
        return "Whether the questions group as intended can't be tested with these answers."
    cfi, rmsea = fit["estimate"][["CFI", "RMSEA"]]
    low, high = fit.loc["RMSEA", ["low", "high"]]
    return (
        f"The intended values fit the answers in a way that is **{verdict}** "
        f"(CFI {cfi:.3f}; RMSEA {rmsea:.3f}, {low:.3f} to {high:.3f})."
    )


def _counted(table: pd.DataFrame, what: str, said: Mapping[str, str]) -> str:
    known = table["verdict"] if "verdict" in table else pd.Series(dtype=str)
    known = known[known != "too few"]
    if known.empty:
        return f"There are no {what.removesuffix(' tenants')} to judge."
    parts = [text.format(f"**{(known == name).sum()}**") for name, text in said.items()]
    open_ = (known == "undecided").sum()
    return f"Of {len(known)} {what} {' and '.join(parts)}; {open_} remain undecided."
