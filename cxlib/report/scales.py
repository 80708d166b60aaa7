"""What the survey's scales are worth, judged by intervals and in sentences that say no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.language import Speaker, _, plural
from cxlib.report.verdicts import Lead, lead, lead_apart, side

GROUPS, SINGLE = 0.70, 0.90  # reliability that comparing groups, and judging one person, takes
USES = {
    "single": _("Serves to compare groups and to judge a single respondent"),
    "at least groups": _(
        "Serves to compare groups, undecided whether also to judge a single person"
    ),
    "groups": _("Serves to compare groups, not to judge a single respondent"),
    "undecided": _("May or may not serve to compare groups"),
    "neither": _("Serves neither to compare groups nor to judge a single respondent"),
}
PARTS = {
    "weakest": _("Stronger without {names}."),
    "other": _("Respondents don't tell it from {names}."),
    "unclear": _("Undecided whether respondents tell it from {names}."),
    "differs": _("Its questions mean different things by {names}."),
    "doubt": _("Undecided whether its questions mean the same by {names}."),
}
FITS = {"good": _("good"), "fair": _("fair"), "poor": _("poor"), "undecided": _("undecided")}
COUNTED = (  # verdicts on pairs of values, and on groups
    (
        _("There are no pairs of values to judge."),
        plural(
            "Of {n} pair of values respondents tell **{apart}** apart and take **{one}** for one; "
            "{undecided} remain undecided.",
            "Of {n} pairs of values respondents tell **{apart}** apart and take **{one}** for one; "
            "{undecided} remain undecided.",
        ),
    ),
    (
        _("There are no comparisons of loadings between groups to judge."),
        plural(
            "In {n} comparison of groups **{same}** loadings are the same and **{differs}** "
            "differ; {undecided} remain undecided.",
            "Of {n} comparisons of loadings between groups **{same}** are the same and "
            "**{differs}** differ; {undecided} remain undecided.",
        ),
    ),
)
GROUPINGS = (_("district"), _("mode"), _("journey"))  # study.yaml may have others
VERDICTS = ("apart", "one", "same", "differs", "undecided")


def scale_uses(
    reliability: pd.DataFrame,
    quality: pd.DataFrame,
    discriminant: pd.DataFrame,
    invariance: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Judge every value by the intervals of its numbers, never by an estimate alone.

    Parameters
    ----------
    reliability, quality, discriminant, invariance : DataFrame
        From the functions of `survey` of that name. An item weakens its value when the interval
        of what alpha gains without it lies above 0.
    labels : mapping of value to its name, optional
        For `other` and `unclear`, and of items for `weakest`.

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
            low >= SINGLE,
            (low >= GROUPS) & (high >= SINGLE),
            low >= GROUPS,
            high < GROUPS,
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


def scale_words(uses: pd.DataFrame, reliability: pd.DataFrame, speaker: Speaker) -> pd.Series:
    """The verdict on each value in words.

    Parameters
    ----------
    uses : DataFrame
        From `scale_uses`.
    reliability : DataFrame
        From `survey.reliability`.
    speaker : Speaker

    Examples
    --------
    >>> from cxlib.report import scale_uses
    >>> from cxlib.survey import reliability
    >>> single, nothing = reliability({"ease": pd.DataFrame({"reach": [6, 7, 8]})}), pd.DataFrame()
    >>> uses = scale_uses(single, nothing, nothing, nothing)
    >>> scale_words(uses, single, Speaker("en")).item()
    "Its reliability can't be known: one question."
    """
    told = {}
    for name, row in uses.join(reliability).iterrows():
        if row["use"] != "unknown":
            ends = speaker.interval(row["omega_low"], row["omega_high"], 2)
            omega = f"omega {speaker.number(row['omega'], 2)}, {ends}"
            said = [f"{speaker.say(USES[row['use']])} ({omega})."]
        elif row["k"] == 1:
            said = [speaker.say("Its reliability can't be known: one question.")]
        else:
            said = [
                speaker.say("Its reliability can't be known: the answers can't carry an estimate.")
            ]
        for key in filter(row.get, PARTS):
            names = [speaker.say(name) for name in row[key].split(", ")]  # groupings have words
            said.append(speaker.say(PARTS[key], names=", ".join(names)))
        told[name] = " ".join(said)
    return pd.Series(told, name="verdict")


def conclusion(
    uses: pd.DataFrame,
    fit: pd.DataFrame,
    discriminant: pd.DataFrame,
    invariance: pd.DataFrame,
    speaker: Speaker,
) -> str:
    """What follows for the whole instrument, in four sentences.

    Parameters
    ----------
    uses, fit, discriminant, invariance : DataFrame
        From `scale_uses`, `Confirmed.fit`, `discriminant` and `invariance`.
    speaker : Speaker

    Examples
    --------
    >>> table = pd.DataFrame({"use": ["groups", "neither"]}, ["ease", "home"])
    >>> fit, nothing = pd.DataFrame({"estimate": {"CFI": None}}, dtype=float), pd.DataFrame()
    >>> conclusion(table, fit, nothing, nothing, Speaker("en")).split(", ")[0]
    '**1 of 2** scales serve to compare groups'
    """
    said = [_serving(uses["use"], speaker), _fitting(fit, speaker)]
    for table, (nothing, counted) in zip((discriminant, invariance), COUNTED, strict=True):
        known = table["verdict"].value_counts() if "verdict" in table else pd.Series(dtype=int)
        n = int(known.drop("too few", errors="ignore").sum())
        words = {name: int(known.get(name, 0)) for name in VERDICTS}
        said.append(speaker.count(n, *counted, **words) if n else speaker.say(nothing))
    return " ".join(filter(None, said))


def _serving(uses: pd.Series, speaker: Speaker) -> str:
    """How many of several scales serve for what."""
    if len(uses) == 1:
        return ""  # as its own verdict says
    told = uses.isin(["single", "at least groups", "groups"]).sum()
    single, unknown = (uses == "single").sum(), uses.isin(["undecided", "unknown"]).sum()
    words = {"told": told, "n": len(uses), "single": single or speaker.say("none")}
    said = speaker.say("**{told} of {n}** scales serve to compare groups.", **words)
    if told:
        said = speaker.say(
            "**{told} of {n}** scales serve to compare groups, {single} of these surely to judge a "
            "single respondent as well.",
            **words,
        )
    return said + (speaker.say(" Of {n} that can't be told.", n=unknown) if unknown else "")


def _fitting(fit: pd.DataFrame, speaker: Speaker) -> str:
    verdict = fit_verdict(fit)
    if verdict == "unknown":
        return speaker.say(
            "Whether the questions group as intended can't be tested with these answers."
        )
    cfi, rmsea = (speaker.number(number, 3) for number in fit["estimate"][["CFI", "RMSEA"]])
    ends = speaker.interval(fit["low"]["RMSEA"], fit["high"]["RMSEA"], 3)
    return speaker.say(
        "The fit of the intended values is **{verdict}** ({numbers}).",
        verdict=speaker.say(FITS[verdict]),
        numbers=f"CFI {cfi}; RMSEA {rmsea}, {ends}",
    )


def weakest_scale(
    found: Lead, reliability: pd.DataFrame, labels: Mapping[str, str], speaker: Speaker
) -> str:
    """Which scale is the weakest, as far as differences tell.

    Examples
    --------
    >>> table = pd.DataFrame({"alpha": [0.7], "alpha_low": 0.6, "alpha_high": 0.8}, ["ease"])
    >>> weakest_scale(Lead(("ease",)), table, {"ease": "Ease"}, Speaker("en"))
    'Alpha of **Ease** is 0.70 (0.60 to 0.80).'
    """
    if not found.names:
        return speaker.say(
            "No scale has an alpha: that takes a value of two questions with enough answers."
        )
    numbers = reliability.loc[[found.names[0]], ["alpha", "alpha_low", "alpha_high"]]
    alpha, low, high = numbers.to_numpy(float)[0]
    words = {
        "name": speaker.either([f"**{labels[name]}**" for name in found.first]),
        "alpha": speaker.number(alpha, 2),
        "ends": speaker.interval(low, high, 2),
    }
    message = _("{name} may be the weakest scale; the lowest alpha is {alpha} ({ends}).")
    if found.sure:
        message = _("The weakest scale is {name}: alpha {alpha} ({ends}).")
    elif len(found.names) == 1:
        message = _("Alpha of {name} is {alpha} ({ends}).")
    return speaker.say(message, **words)


def opposed(against: Mapping[str, float], turned: Sequence[str], speaker: Speaker) -> str:
    """Which questions go against their value, and which were turned around (`study.against`).

    Examples
    --------
    >>> opposed({}, ["damp"], Speaker("en"))
    'Turned around, as a high grade means bad: `damp`.'
    """
    parts = []
    if against:
        items = ", ".join(f"`{item}` ({speaker.number(r, 2)})" for item, r in against.items())
        parts.append(
            speaker.say(
                "**Against the others of its value:** {items}. Where a high grade means bad, name "
                "the question under {place}.",
                items=items,
                place="`survey.reverse` in study.yaml",
            )
        )
    if turned:
        items = ", ".join(f"`{item}`" for item in turned)
        parts.append(speaker.say("Turned around, as a high grade means bad: {items}.", items=items))
    return " ".join(parts)


def left_open(completeness: pd.DataFrame, judged: pd.DataFrame, speaker: Speaker) -> str:
    """How many left questions open, and whether these judge otherwise; hidden is said as hidden.

    Parameters
    ----------
    completeness : DataFrame
        From `survey.completeness`.
    judged : DataFrame
        From `survey.means_by`, of respondents with gaps and without.
    speaker : Speaker

    Examples
    --------
    >>> hidden = pd.DataFrame({"share": None, "expected": None}, ["0", "1", "2+"], dtype=float)
    >>> left_open(hidden, pd.DataFrame({"estimate": [7.0]}), Speaker("en")).split(":")[0]
    'How many answered every question is hidden'
    """
    shares = completeness["share"]
    if shares["0"] == 1:
        return speaker.say("Everybody answered every question.")
    words = {"all": shares["0"], "more": shares["2+"], "chance": completeness["expected"]["2+"]}
    if pd.isna(shares["0"]):
        open_ = _(
            "How many answered every question is hidden: too few people would stand in a group."
        )
    elif pd.isna(shares["2+"]):
        open_ = _(
            "**{all}** answered every question. How many left two or more open is hidden: too few "
            "people would stand in a group."
        )
    else:
        open_ = _(
            "**{all}** answered every question. {more} left two or more open, against {chance} if "
            "gaps came independently."
        )
    if judged["estimate"].notna().sum() < 2:
        mean = _("Whether those with gaps give another mean grade can't be told.")
    elif len(differing(judged)):
        mean = _("Those with gaps surely give another mean grade than the others.")
    else:
        mean = _("Those with gaps don't surely give another mean grade than the others.")
    shown = {name: speaker.percent(share) for name, share in words.items()}
    return f"{speaker.say(open_, **shown)} {speaker.say(mean)}"


def most_open(answers: pd.DataFrame) -> Lead:
    """Which item was surely left open most often, or which may have been.

    By the interval of the difference of two shares of the same people, with half a person added
    to each of the four cells (Agresti and Min 2005).

    Examples
    --------
    >>> most_open(pd.DataFrame({"a": [None] * 30 + [7] * 70, "b": [8] * 100})).sure
    True
    """
    blank = answers.isna()
    shares, n = blank.mean(), len(blank) + 2
    first = blank[shares.idxmax()] if len(shares) else pd.Series(dtype=bool)
    ahead = (blank.rsub(first.astype(int), axis=0) > 0).sum() + 0.5
    behind = (blank.rsub(first.astype(int), axis=0) < 0).sum() + 0.5
    difference = (ahead - behind) / n
    spread = np.sqrt((ahead + behind) / n - difference**2) / np.sqrt(n)
    return lead(shares, difference - stats.norm.ppf(0.975) * spread)


def unanswered(found: Lead, shares: pd.Series, names: Mapping[str, str], speaker: Speaker) -> str:
    """Which question was most often left open, as far as differences tell (`most_open`).

    Examples
    --------
    >>> shares = pd.Series({"a": 0.3, "b": 0.1})
    >>> print(unanswered(Lead(("a", "b")), shares, {"a": "Ease", "b": "Home"}, Speaker("en")))
    Most often left open, or "don't know": **Ease** (30.0%).
    """
    first = shares[list(found.first)]
    if not shares.any():
        message = _("Nobody left a question open.")
    elif len(found.names) == 1:
        message = _('Left open, or "don\'t know": {most}.')
    elif found.sure:
        message = _('Most often left open, or "don\'t know": {name} ({most}).')
    elif len(first) > 3:
        first = shares
        message = _(
            "No question was surely left open most often; it was {least} to {most} of the answers, "
            '"don\'t know" included.'
        )
    else:
        message = _("Left open most often is {name} ({least} to {most}): they can't be told apart.")
    return speaker.say(
        message,
        name=speaker.either([f"**{names[name]}**" for name in found.first]),
        least=speaker.percent(first.min(), 1),
        most=speaker.percent(first.max(), 1),
    )
