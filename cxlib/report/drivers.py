"""Which drivers may be claimed to do what, in sentences true whatever the answers allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib import drivers
from cxlib.drivers.mixed import UNWEIGHTED
from cxlib.inference import holm
from cxlib.language import Speaker, _
from cxlib.report.verdicts import CHANCE, Lead, chances, lead, lead_drawn, real

if TYPE_CHECKING:
    from cxlib.study.vision import Year

Names = Mapping[str, str]  # what values and groups are called, by id
AIMS = {"fail": -1.0, "top": 1.0}  # which way a share of grades should go
NAMED = 3  # that a sentence lists of those that can't be told apart
_AIMED = {  # what a year of the roadmap works on, and the kinds of drivers that do it
    "fail": (["basic"], _("fewer fails (basic factors)")),
    "top": (
        ["excitement", "performance"],
        _("more grades of {top} or higher (excitement or performance factors)"),
    ),
}
_UNFIT = {
    "undecided": _("No kind that holds"),
    "wrong sign": _("Wrong sign, estimated the other way round"),
    "too few": _("Too few answers"),
}
_ANSWERS = {  # the move that counts, and what is said of it
    "fail": (
        "fail_to_pass",
        _("**Fewer fails:** no value demonstrably brings fewer fails{why}."),
        _(
            "**Fewer fails:**{most} Were every fail for {name} just a pass, {then} instead of "
            "{now} would give {fail} or lower overall ({points})."
        ),
    ),
    "top": (
        "middle_to_top",
        _("**Towards {top} or higher:** no value demonstrably lifts{why}."),
        _(
            "**Towards {top} or higher:**{most} Were every grade between {fail} and {top} for "
            "{name} raised to {top}, {then} instead of {now} would give {top} or higher overall "
            "({points}). One respondent in ten a point happier with it would bring {tenth}. Either "
            "only comes true if the value causes the grade."
        ),
    ),
}
_KINDS = {
    "basic": _(" That {name} is a basic factor holds under other thresholds too."),
    "performance": _(" That {name} is a performance factor holds under other thresholds too."),
    "excitement": _(" That {name} is an excitement factor holds under other thresholds too."),
}
_DIFFERING = {
    "effect": _("the effect of {name}"),
    "share": _("the weight of {name}"),
    "top": _("the share of top grades"),
}
_CHANGED = {
    "fail": (_("share of fails up"), _("share of fails down")),
    "middle": (_("share of grades in between up"), _("share of grades in between down")),
    "top": (_("share of top grades up"), _("share of top grades down")),
    "tops": (_("top grades for {name} up"), _("top grades for {name} down")),
    "kpi": (_("{name} up"), _("{name} down")),
    "mean": (_("mean of {name} up"), _("mean of {name} down")),
    "effect": (_("effect of {name} up"), _("effect of {name} down")),
    "share": (_("weight of {name} up"), _("weight of {name} down")),
}


def weightiest(shares: pd.Series, draws: pd.DataFrame) -> Lead:
    """Which driver weighs most, from the differences of the shares in resamples.

    Parameters
    ----------
    shares : Series
        Index driver (`Importance.shares["share"]`); the row "random" takes no part.
    draws : DataFrame (resamples x drivers)
        Shares in every resample (`Importance.draws`).

    Examples
    --------
    >>> draws = pd.DataFrame({"ease": [0.10, 0.11, 0.12], "home": [0.30, 0.29, 0.31]})
    >>> weightiest(draws.mean(), draws).sure
    True
    """
    return lead_drawn(shares.drop("random", errors="ignore"), draws)


def kinds(classes: pd.DataFrame) -> pd.Series:
    """The kind of each driver as far as it holds; "undecided" where it is not firm.

    Parameters
    ----------
    classes : DataFrame
        From `drivers.firmness`. "wrong sign" and "too few" are no kinds, and stay.
    """
    stays = classes["firm"].astype(bool) | classes["kind"].isin(["wrong sign", "too few"])
    return classes["kind"].where(stays, "undecided")


def dominating(returns: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of which the first adds more whatever else is in, also with other respondents.

    A pair is claimed when it returns in 95 % of the resamples at least, and in so many more that
    of all pairs looked at (Holm) none is claimed by chance more often than one interval errs.

    Parameters
    ----------
    returns : DataFrame (drivers x drivers)
        From `drivers.dominance_returns`.
    """
    often, names = returns.to_numpy(float), returns.index.map(str)
    more, less = np.nonzero(often > often.T)
    p = holm(pd.Series(2 * (1 - often[more, less])))
    sure = (p < CHANCE).to_numpy()
    return list(zip(names[more[sure]], names[less[sure]], strict=True))


def best(changes: pd.DataFrame, move: str, band: str) -> Lead:
    """Which driver does most for a band of grades when its own grades make a move.

    Nobody, where what the first does may be chance: it is the best of several, so its own change
    is corrected for their number (Holm).

    Parameters
    ----------
    changes : DataFrame
        From `drivers.scenarios`.
    move, band : str
        A move; "fail" or "top".
    """
    here = _moved(changes, move, band)
    gains = here["change"] * AIMS[band]
    found = lead(gains, here["behind_low"])
    p = holm(chances(here.rename(columns={"change": "estimate"}))).set_axis(here.index.map(str))
    worth = gains.set_axis(p.index)
    sure = found.names and worth[found.names[0]] > 0 and p[found.names[0]] < CHANCE
    return found if sure else Lead(())


def scenario_leaders(changes: pd.DataFrame) -> pd.DataFrame:
    """The driver that does most for each move and band, and what may be said of it.

    Returns
    -------
    DataFrame
        Index (`move`, `band`): `driver`, its `change`, `low`, `high`; the `rival`, which comes
        second, or of those that can't be told from the first; `lead`, how much more the first
        does (`lead_low`, `lead_high`); `p_first`; and `verdict`: "first" where the driver is
        told from all others, "close" where one can't be told from it, "open" where several
        can't, "alone" where there is no other, "none" where its own change may be chance.
    """
    rows = {}
    for move in changes.index.unique("move"):
        for band in AIMS:
            here = _moved(changes, move, band)
            rows[move, band] = _leader(here, here["change"] * AIMS[band], best(changes, move, band))
    names = pd.MultiIndex.from_tuples(rows, names=["move", "band"])
    return pd.DataFrame(list(rows.values()), index=names)


def _moved(changes: pd.DataFrame, move: str, band: str) -> pd.DataFrame:
    """What each driver does for a band with one move, where that is known."""
    moves, bands = (changes.index.get_level_values(name) for name in ("move", "band"))
    here = changes[(moves == move) & (bands == band)].droplevel(["move", "band"])
    return here.dropna(subset=["change"])


def _leader(here: pd.DataFrame, gains: pd.Series, found: Lead) -> dict[str, Any]:
    """One row of the leaders."""
    ends = ["change", "low", "high"]
    order = list(gains.sort_values(ascending=False, kind="stable").index)
    first = here.reindex(order[:1] or [None]).iloc[0]
    others = list(found.tied) or order[1:]
    second = here.reindex(others[:1] or [None]).iloc[0]
    verdict = "none"
    if found.names:
        least = "first" if found.sure else "alone"
        verdict = (least, "close", "open")[min(len(found.tied), 2)]
    return {
        "driver": order[0] if order else None,
        **first[ends],
        "rival": others[0] if others else None,
        "lead": second["behind"],
        "lead_low": second["behind_low"],
        "lead_high": second["behind_high"],
        "p_first": first["p_first"],
        "verdict": verdict,
    }


def driver_answer(
    found: drivers.Scenarios,
    contrasts: pd.DataFrame,
    leads: Mapping[str, Lead],
    thresholds: tuple[float, float],
    names: Names,
    speaker: Speaker,
) -> str:
    """What takes fails away, and what lifts to a top grade, and how far.

    Parameters
    ----------
    found : Scenarios
    contrasts : DataFrame
        From `drivers.penalty_reward`, `kind` being that of `kinds`.
    leads : mapping
        "fail" and "top": who does most (`best`).
    thresholds : pair of float
        Highest grade that fails, lowest that meets the ambition.
    names : mapping of value to its name
    speaker : Speaker

    Returns
    -------
    str
        Markdown, an item an aim.
    """
    unknown = found.notes and found.changes["change"].isna().all()
    words = dict(zip(("fail", "top"), map(speaker.exact, thresholds), strict=True))
    words["why"] = f" ({speaker.told(found.notes[-1], names)})" if unknown else ""
    items = []
    for band, (move, nobody, told) in _ANSWERS.items():
        who = leads[band].names[:1]
        if not who:
            items.append(speaker.say(nobody, **words))
            continue
        points = {
            name: _points(_moved(found.changes, name, band).loc[list(who)].iloc[0], speaker)
            for name in (move, "tenth")
        }
        words |= {"name": names[who[0]], "most": _most(leads[band], names, speaker)}
        words |= points[move] | {"tenth": points["tenth"]["points"]}
        kind = None if leads[band].tied else _KINDS.get(str(contrasts["kind"].get(who[0])))
        items.append(speaker.say(told, **words) + (speaker.say(kind, **words) if kind else ""))
    return "\n".join(f"{i}. {text}" for i, text in enumerate(items, start=1))


def _most(who: Lead, names: Names, speaker: Speaker) -> str:
    """The one that does most, or those between which the answers do not decide."""
    if len(who.first) > NAMED:
        many = speaker.in_words(len(who.first))
        return speaker.say(" Which of {many} values helps most is not certain.", many=many)
    either = speaker.either([f"**{names[name]}**" for name in who.first])
    if who.tied:
        return speaker.say(" {either} helps most: which of these is not certain.", either=either)
    return speaker.say(" {name} helps most.", name=either) if who.sure else ""


def _points(row: pd.Series, speaker: Speaker) -> dict[str, str]:
    """The share now and then, and the change in points with its interval."""
    change, low, high = (speaker.signed(100 * row[name]) for name in ("change", "low", "high"))
    points = speaker.say("{change} points, {low} to {high}", change=change, low=low, high=high)
    now, then = (speaker.percent(row[name], 1) for name in ("now", "then"))
    return {"now": now, "then": then, "points": points}


def roadmap_reading(
    contrasts: pd.DataFrame, years: Sequence[Year], top: float, names: Names, speaker: Speaker
) -> str:
    """Which values belong to which years of the roadmap, by their kind.

    Basic factors belong where the roadmap takes fails away, performance and excitement factors
    where it works towards the top grades. `aims` in vision.yaml says which years do what.

    Parameters
    ----------
    contrasts : DataFrame
        Index driver; `kind` as `kinds` gives it.
    years : sequence
        The roadmap of a vision.
    top : float
    names : mapping of value to its name
    speaker : Speaker

    Returns
    -------
    str
        Markdown, an item an aim, and the values whose kind does not hold.
    """
    lines = []
    for aim, (wanted, works) in _AIMED.items():
        when = speaker.listed([str(year.year) for year in years if aim in year.aims])
        told = _names(contrasts.index[contrasts["kind"].isin(wanted)], names)
        head = speaker.say(works, top=speaker.exact(top))
        head = f"{when}: {head}" if when else head
        lines.append(f"- **{head}**: {told or speaker.say('none that holds')}.")
    for kind, said in _UNFIT.items():
        if told := _names(contrasts.index[contrasts["kind"] == kind], names):
            lines.append(f"- {speaker.say(said)}: {told}.")
    return "\n".join(lines)


def mixed_reading(model: drivers.Mixed, speaker: Speaker) -> str:
    """What a model in which each group has a level of its own says of the groups."""
    if np.isnan(model.icc_low):
        why = "; ".join(speaker.told(note) for note in model.notes if note != UNWEIGHTED)
        return speaker.say("Nothing can be said of differences between groups: {why}.", why=why)
    moved = (model.coefficients["estimate"] - model.coefficients["ols"]).drop("intercept").abs()
    share, low, high = (
        speaker.percent(end, 1) for end in (model.icc, model.icc_low, model.icc_high)
    )
    return speaker.say(
        "Of what the drivers leave, **{share}** lies between {n} groups ({low} to {high}, {p}). No "
        "coefficient moves by more than {moved} when each group has a level of its own.",
        share=share,
        n=model.n_groups,
        low=low,
        high=high,
        p=f"p {'<' if model.p < 0.001 else '='} {speaker.number(max(model.p, 0.001), 3)}",
        moved=speaker.number(moved.max(), 3),
    )


def group_reading(
    found: drivers.Grouped, everybody: pd.Series, kind: str, names: Names, speaker: Speaker
) -> str:
    """Whether groups differ in what moves them, and which are left out.

    Parameters
    ----------
    found : Grouped
    everybody : Series (respondents)
        The group of each, before any was left out.
    kind : str
        "journeys" or "districts", in the speaker's language.
    names : mapping
        What values and groups are called, by id.
    speaker : Speaker
    """
    n = found.estimates["n"].groupby(level="group", sort=False).first()
    words = {"n": speaker.number(len(n)), "kind": kind}
    told = speaker.listed(
        [
            speaker.say(_DIFFERING[measure], name=names.get(driver, driver))
            for measure, driver in real(found.differences)
        ]
    )
    if len(n) < 2:
        message = _("Fewer than two {kind} have enough answers to be compared.")
    elif told:
        message = _("The {n} {kind} demonstrably differ in {told}.")
    else:
        message = _(
            "The {n} {kind} do not demonstrably differ in what moves satisfaction nor in the share "
            "of top grades: the answers for all together serve each of them."
        )
    parts = [speaker.say(message, **words, told=told)]
    counted = ", ".join(f"{names.get(str(i), i)} {speaker.number(size)}" for i, size in n.items())
    if counted:
        parts.append(speaker.say("Complete answers: {counted}.", counted=counted))
    left = _names(sorted(set(everybody.dropna().astype(str)) - set(n.index)), names)
    if left:
        message = _("Left out, as too few answered or others would give them away: {left}.")
        parts.append(speaker.say(message, left=left))
    return " ".join(parts)


def change_reading(changes: pd.DataFrame, before: str, names: Names, speaker: Speaker) -> str:
    """Which numbers changed by more than chance since an earlier window.

    Parameters
    ----------
    changes : DataFrame
        From `survey.change`, with `differs` of `verdicts.changed`; index (measure, part).
    before : str
        That window in words; empty where there is nothing to compare with.
    names : mapping of value to its name
    speaker : Speaker
    """
    known = int(changes["change"].notna().sum())
    if not before or not known:
        return speaker.say(
            "No earlier answers are enough to compare with: nothing is said about change."
        )
    told = [
        speaker.say(
            _CHANGED[part if measure == "band" else measure][change < 0], name=names.get(part)
        )
        for (measure, part), change in changes.loc[changes["differs"], "change"].items()
    ]
    words = {"before": before, "known": speaker.number(known)}
    if not told:
        return speaker.say(
            "Compared with {before}, none of {known} numbers demonstrably changed.", **words
        )
    return speaker.say(
        "Compared with {before}, {some} of {known} numbers demonstrably changed: {told}.",
        **words,
        some=speaker.number(len(told)),
        told=", ".join(told),
    )


def _names(ids: Iterable[Any], names: Names) -> str:
    return ", ".join(names.get(name, name) for name in map(str, ids))
