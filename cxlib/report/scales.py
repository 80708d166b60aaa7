"""What the survey's scales are worth, judged by intervals and in sentences that say no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from cxlib.report.verdicts import Lead, lead, lead_apart, side

GROUPS, SINGLE = 0.70, 0.90  # reliability that comparing groups, and judging one person, takes
USES = {
    "single": "Serves to compare groups and to judge a single respondent",
    "at least groups": "Serves to compare groups, undecided whether also to judge a single person",
    "groups": "Serves to compare groups, not to judge a single respondent",
    "undecided": "May or may not serve to compare groups",
    "neither": "Serves neither to compare groups nor to judge a single respondent",
    "unknown": "Its reliability can't be known",
}
ALONE = {  # of one pair, or one comparison
    "apart": "Respondents tell the two values apart.",
    "one": "Respondents take the two values for one.",
    "same": "In the one comparison of groups loadings are the same.",
    "differs": "In the one comparison of groups loadings differ.",
}
UNDECIDED = {
    "pairs of values respondents": "Undecided whether respondents tell the two values apart",
    "comparisons of loadings between groups": "Undecided whether loadings are the same in groups",
}
PARTS = {
    "weakest": "Stronger without {}.",
    "other": "Respondents don't tell it from {}.",
    "unclear": "Undecided whether respondents tell it from {}.",
    "differs": "Its questions mean different things by {}.",
    "doubt": "Undecided whether its questions mean the same by {}.",
}


def scale_uses(
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
    reliability, quality, discriminant, invariance : DataFrame
        From the functions of `survey` of that name. An item weakens its value when the interval
        of what alpha gains without it lies above 0.
    labels : mapping of value to its name, optional
        For `other` and `unclear`, and of items for `weakest`.
    groups, single : float
        Reliability from which a scale serves to compare groups, and to judge one person.

    Returns
    -------
    DataFrame
        Index `value`; `use` ("single", "at least groups", "groups", "undecided", "neither",
        "unknown"), `weakest` (the item that weakens it most), `other` (values that respondents
        don't tell from it), `unclear` (values of which that is undecided), `differs` and `doubt`
        (groupings in which its items mean different things, or may).

    References
    ----------
    Nunnally and Bernstein (1994) on .70 and .90.
    """
    table, names = pd.DataFrame(index=reliability.index), reliability.index.astype(str)
    low, high = reliability["omega_low"], reliability["omega_high"]
    table["use"] = np.select(
        [
            low >= single,
            (low >= groups) & (high >= single),
            low >= groups,
            high < groups,
            low.notna(),
        ],
        ["single", "at least groups", "groups", "neither", "undecided"],
        "unknown",
    )
    table["weakest"] = [_weakest(name, quality, labels or {}) for name in names]
    table["other"] = [_like(name, discriminant, "one", labels or {}) for name in names]
    table["unclear"] = [_like(name, discriminant, "undecided", labels or {}) for name in names]
    table["differs"] = [_groupings(name, invariance, "differs") for name in names]
    table["doubt"] = [_groupings(name, invariance, "undecided") for name in names]
    return table


def fit_verdict(fit: pd.DataFrame) -> str:
    """How well the confirmatory model fits: "good", "fair", "poor", "undecided" or "unknown".

    Good takes CFI from .95, RMSEA of .06 or lower and SRMR of .08 or lower; fair takes .90, .08
    and .10. Neither is said where the interval of RMSEA reaches past .10.

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
    if cfi < 0.90 or rmsea > 0.08 or srmr > 0.10:
        return "poor"
    if "high" in fit and fit["high"]["RMSEA"] > 0.10:
        return "undecided"
    return "good" if cfi >= 0.95 and rmsea <= 0.06 and srmr <= 0.08 else "fair"


def lowest_value(scores: pd.DataFrame) -> Lead:
    """Which value surely gets the lowest grade, or which may (`survey.compared`)."""
    return lead(scores["estimate"], scores["ahead"], highest=False)


def closest_pair(pairs: pd.DataFrame) -> Lead:
    """Which two values surely hang together most, as "value/other" (`survey.correlations`)."""
    flat = pairs.set_axis([f"{value}/{other}" for value, other in pairs.index])
    return lead(flat["estimate"], flat["ahead"])


def ends(shares: pd.DataFrame) -> list[str]:
    """The rows that surely have the smallest or the largest part of high grades.

    Parameters
    ----------
    shares : DataFrame
        Columns `top`, `low`, `high` (`survey.shares_of`).
    """
    told = shares.assign(estimate=shares["top"])
    leads = (lead_apart(told, highest=False), lead_apart(told))
    return [found.first[0] for found in leads if found.sure and len(found.names) > 1]


def differing(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose difference, with its whole interval, is not 0 (`survey.means_by`)."""
    return table[side(table["difference_low"], table["difference_high"]) != 0]


def _weakest(value: str, quality: pd.DataFrame, labels: Mapping[str, str]) -> str:
    if "gain_low" not in quality:
        return ""
    own = quality[quality.index.get_level_values("value") == value].droplevel("value")
    better = own.loc[own["gain_low"] > 0, "gain"]
    item = str(better.idxmax()) if len(better) else ""
    return labels.get(item, item)


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


def scale_words(uses: pd.DataFrame, reliability: pd.DataFrame) -> pd.Series:
    """The verdict on each value in words.

    Parameters
    ----------
    uses : DataFrame
        From `scale_uses`.
    reliability : DataFrame
        From `survey.reliability`.

    Examples
    --------
    >>> from cxlib.report import scale_uses
    >>> from cxlib.survey import reliability
    >>> single, nothing = reliability({"ease": pd.DataFrame({"reach": [6, 7, 8]})}), pd.DataFrame()
    >>> scale_words(scale_uses(single, nothing, nothing, nothing), single).item()
    "Its reliability can't be known: one question."
    """
    told = uses.join(reliability)
    return pd.Series({name: _words(row) for name, row in told.iterrows()}, name="verdict")


def conclusion(
    uses: pd.DataFrame, fit: pd.DataFrame, discriminant: pd.DataFrame, invariance: pd.DataFrame
) -> str:
    """What follows for the whole instrument, in four sentences.

    Parameters
    ----------
    uses, fit, discriminant, invariance : DataFrame
        From `scale_uses`, `Confirmed.fit`, `discriminant` and `invariance`.

    Examples
    --------
    >>> table = pd.DataFrame({"use": ["groups"]}, ["ease"])
    >>> fit, nothing = pd.DataFrame({"estimate": {"CFI": None}}, dtype=float), pd.DataFrame()
    >>> conclusion(table, fit, nothing, nothing).split(". ")[0]
    'The only scale serves to compare groups, not to judge a single respondent'
    """
    return " ".join(
        [
            _serving(uses["use"]),
            _fitting(fit),
            _counted(
                discriminant,
                "pairs of values respondents",
                {"apart": "tell {} apart", "one": "take {} for one"},
            ),
            _counted(
                invariance,
                "comparisons of loadings between groups",
                {"same": "{} are the same", "differs": "{} differ"},
            ),
        ]
    )


def weakest_scale(found: Lead, reliability: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which scale is the weakest, as far as differences tell.

    Examples
    --------
    >>> table = pd.DataFrame({"alpha": [0.7], "alpha_low": 0.6, "alpha_high": 0.8}, ["ease"])
    >>> weakest_scale(Lead(("ease",)), table, {"ease": "Ease"})
    'Alpha of **Ease** is 0.70 (0.60 to 0.80).'
    """
    if not found.names:
        return "No scale has an alpha: that takes a value of two questions with enough answers."
    name = found.names[0]
    alpha, low, high = reliability.loc[name, ["alpha", "alpha_low", "alpha_high"]]
    ends = f"{alpha:.2f} ({low:.2f} to {high:.2f})"
    if found.sure:
        return f"The weakest scale is **{labels[name]}**: alpha {ends}."
    if len(found.names) == 1:
        return f"Alpha of **{labels[name]}** is {ends}."
    return f"{_any_of(found, labels)} may be the weakest scale; the lowest alpha is {ends}."


def lowest_grade(found: Lead, scores: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which value gets the lowest grade, as far as differences tell.

    Examples
    --------
    >>> scores = pd.DataFrame({"estimate": [6.0, 7], "low": 5.9, "high": 7.1, "n": 90}, [*"ab"])
    >>> lowest_grade(Lead(("a", "b"), ("b",)), scores, {"a": "Ease", "b": "Home"})
    "**Ease** and **Home** can't be told apart: either may get the lowest grade."
    """
    if not found.names:
        return "No value has enough answers for a grade."
    name = found.names[0]
    grade, low, high, n = scores.loc[name, ["estimate", "low", "high", "n"]]
    ends = f"{grade:.2f} ({low:.2f} to {high:.2f}, n = {n:,.0f})"
    if found.sure:
        return f"Respondents are least pleased with **{labels[name]}**: {ends}."
    if len(found.names) == 1:
        return f"Respondents give **{labels[name]}** {ends}."
    several = "either" if len(found.first) == 2 else "each"
    return f"{_listed(found, labels)} can't be told apart: {several} may get the lowest grade."


def opposed(against: Mapping[str, float], turned: Sequence[str] = ()) -> str:
    """Which questions go against their value, and which were turned around (`study.against`).

    Examples
    --------
    >>> opposed({}, ["damp"])
    'Turned around, as a high grade means bad: `damp`.'
    """
    said = [f"`{item}` ({r:.2f})" for item, r in against.items()]
    parts = []
    if said:
        parts.append(
            f"**Against the others of its value:** {', '.join(said)}. Where a high grade means "
            "bad, name the question under `survey.reverse` in study.yaml."
        )
    if turned:
        names = ", ".join(f"`{item}`" for item in turned)
        parts.append(f"Turned around, as a high grade means bad: {names}.")
    return " ".join(parts)


def left_open(completeness: pd.DataFrame, judged: pd.DataFrame) -> str:
    """How many left questions open, and whether these judge otherwise; hidden is said as hidden.

    Parameters
    ----------
    completeness : DataFrame
        From `survey.completeness`.
    judged : DataFrame
        From `survey.means_by`, of respondents with gaps and without.

    Examples
    --------
    >>> hidden = pd.DataFrame({"share": None, "expected": None}, ["0", "1", "2+"], dtype=float)
    >>> left_open(hidden, pd.DataFrame({"estimate": [7.0]})).split(":")[0]
    'How many answered every question is hidden'
    """
    shares, chance = completeness["share"], completeness["expected"]
    if shares["0"] == 1:
        return "Everybody answered every question."
    few = "is hidden: too few people would stand in a group."
    if pd.isna(shares["0"]):
        said = f"How many answered every question {few}"
    elif pd.isna(shares["2+"]):
        said = (
            f"**{shares['0']:.0%}** answered every question. How many left two or more open {few}"
        )
    else:
        said = (
            f"**{shares['0']:.0%}** answered every question. {shares['2+']:.0%} left two or more "
            f"open, against {chance['2+']:.0%} if gaps came independently."
        )
    if judged["estimate"].notna().sum() < 2:
        return f"{said} Whether those with gaps give another mean grade can't be told."
    sure = "Yes" if len(differing(judged)) else "No"
    return f"{said} Is their mean grade surely another than that of the others? **{sure}.**"


def other_modes(modes: pd.DataFrame) -> str:
    """Which survey modes have another mean grade than the largest (`survey.means_by`)."""
    if modes["estimate"].notna().sum() < 2:
        return "Fewer than two modes have enough answers to compare."
    names = [
        f"**{mode}** {row['difference']:+.2f} ({row['difference_low']:+.2f} to "
        f"{row['difference_high']:+.2f})"
        for mode, row in differing(modes).iterrows()
    ]
    if not names:
        return "No mode surely has another mean grade than the largest."
    return (
        f"Modes with another mean grade than the largest: {', '.join(names)}. Compare groups and "
        "periods at an equal mix of modes, or with the mode in the model."
    )


def _listed(found: Lead, labels: Mapping[str, str]) -> str:
    *names, last = [f"**{labels[name]}**" for name in found.first]
    return f"{', '.join(names)} and {last}"


def _any_of(found: Lead, labels: Mapping[str, str]) -> str:
    *names, last = [f"**{labels[name]}**" for name in found.first]
    return f"{', '.join(names)} or {last}"


def _words(row: pd.Series) -> str:
    omega, low, high = (row[name] for name in ("omega", "omega_low", "omega_high"))
    said = USES[str(row["use"])]
    if row["use"] != "unknown":
        said += f" (omega {omega:.2f}, {low:.2f} to {high:.2f})."
    else:
        said += ": one question." if row["k"] == 1 else ": the answers can't carry an estimate."
    return " ".join([said, *(text.format(row[key]) for key, text in PARTS.items() if row[key])])


def _serving(uses: pd.Series) -> str:
    if len(uses) == 1:
        said = USES[str(uses.iloc[0])]
        return f"The only scale {said[0].lower()}{said[1:]}."
    told = uses.isin(["single", "at least groups", "groups"]).sum()
    single = (uses == "single").sum() or "none"
    open_ = uses.isin(["undecided", "unknown"]).sum()
    said = f"**{told} of {len(uses)}** scales serve to compare groups"
    said += f", {single} of these surely to judge a single respondent as well" if told else ""
    return said + (f"; of {open_} that can't be told." if open_ else ".")


def _fitting(fit: pd.DataFrame) -> str:
    verdict = fit_verdict(fit)
    if verdict == "unknown":
        return "Whether the questions group as intended can't be tested with these answers."
    cfi, rmsea = fit["estimate"][["CFI", "RMSEA"]]
    low, high = fit.loc["RMSEA", ["low", "high"]]
    numbers = f"(CFI {cfi:.3f}; RMSEA {rmsea:.3f}, {low:.3f} to {high:.3f})."
    if verdict == "undecided":
        return f"Whether the intended values fit the answers is **undecided** {numbers}"
    return f"The intended values fit the answers in a way that is **{verdict}** {numbers}"


def _counted(table: pd.DataFrame, what: str, said: Mapping[str, str]) -> str:
    known = table["verdict"] if "verdict" in table else pd.Series(dtype=str)
    known = known[known != "too few"]
    if known.empty:
        return f"There are no {what.removesuffix(' respondents')} to judge."
    parts = [text.format(f"**{(known == name).sum()}**") for name, text in said.items()]
    open_ = (known == "undecided").sum()
    if len(known) == 1:
        return ALONE.get(known.iloc[0], f"{UNDECIDED[what]}.")
    return f"Of {len(known)} {what} {' and '.join(parts)}; {open_} remain undecided."


def noted(notes: Iterable[str], labels: Mapping[str, str]) -> str:
    """Notes of an analysis as one sentence, with the names of what they are about.

    Examples
    --------
    >>> noted(["q1: one item only; left out", "all answered"], {"q1": "Safe"})
    'Safe: one item only; left out; all answered'
    """
    parts = (note.partition(": ") for note in notes)
    return "; ".join(labels.get(name, name) + colon + text for name, colon, text in parts)
