"""What tables of importance allow to be claimed, in Markdown; cards by the names given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib import importance
from cxlib.language import Speaker, _
from cxlib.report.verdicts import Lead, beyond, lead, side

if TYPE_CHECKING:
    from cxlib.study import Study

Names = Any  # card -> name: a Series or mapping
_NAMED = 4  # that may be first; of more their number is told
_LEADING = {  # there is one; one is highest; several may be
    "card": (
        _("There is one card: **{name}**."),
        _("The highest card is **{name}**, of {n}."),
        _("Which card scores highest is **not certain**: {names}."),
    ),
    "domain": (
        _("There is one domain: **{name}**."),
        _("The highest domain is **{name}**, of {n}."),
        _("Which domain scores highest is **not certain**: {names}."),
    ),
    "value": (
        _("There is one value: **{name}**."),
        _("The highest value is **{name}**, of {n}."),
        _("Which value scores highest is **not certain**: {names}."),
    ),
}
_POSSIBLE = {"yes": _("yes"), "no": _("no"), "unknown": _("not known")}
_KNOW = (
    _("The {staff} know the order not demonstrably better than by guessing (p = {p})."),
    _("The {staff} know the order better than by guessing (p = {p})."),
)
_DIFFER = (
    _("They do not demonstrably differ from the {ours} (p = {p})."),
    _("They put other cards first than the {ours} (p = {p})."),
)
_AT = (_("mean"), _("target"))


def leading(scores: pd.DataFrame) -> Lead:
    """Which card, domain or value matters most, from `importance.rank` or `importance.parts`."""
    return lead(scores["score"], scores["ahead_low"])


def most_urgent(priorities: pd.DataFrame) -> Lead:
    """Which card has the largest gap between importance and performance."""
    return lead(priorities["gap"], priorities["ahead_low"])


def improve(priorities: pd.DataFrame) -> list[str]:
    """Cards that are important and not yet done well, both beyond chance; largest gap first."""
    first = priorities[priorities["quadrant"] == "improve"].sort_values("rank", kind="stable")
    return first.index.astype(str).tolist()


def misjudged(gaps: pd.DataFrame) -> pd.Series:
    """Gaps that are no chance after correction for their number, furthest from zero first."""
    real = gaps.loc[gaps["real"].fillna(False).astype(bool), "gap"]
    return real.sort_values(key=abs, ascending=False, kind="stable")


def widest(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Of each pair of viewpoints the widest difference whose whole interval is on one side of 0.

    Differences are many, and viewpoints made to differ: this describes them, and tests nothing.
    """
    firm = contrasts[side(contrasts["low"], contrasts["high"]) != 0]
    return firm.loc[firm["difference"].abs().groupby("pair").idxmax()]


def leading_told(
    found: Lead, scores: pd.DataFrame, names: Names, speaker: Speaker, kind: str = "card"
) -> str:
    """Which card, domain or value matters most, as far as it can be told.

    Examples
    --------
    >>> scores = pd.DataFrame({"score": [80, 70], "low": [75, 61], "high": [85, 79]}, [*"ab"])
    >>> names = {"a": "Rent", "b": "Repairs"}
    >>> leading_told(Lead(("a", "b"), ("b",)), scores, names, Speaker("en"))
    'Which card scores highest is **not certain**: Rent 80 (75 to 85) or Repairs 70 (61 to 79).'
    """
    one, highest, open_ = _LEADING[kind]
    first = [_scored(name, scores, names, speaker) for name in found.first[:_NAMED]]
    if len(found.names) < 2:
        return speaker.say(one, name="".join(first))
    if found.sure:
        return speaker.say(highest, name=first[0], n=speaker.number(len(found.names)))
    told = speaker.either(first)
    if len(found.first) > _NAMED:
        count = {"many": len(found.first), "all": len(found.names)}
        told = speaker.say("{many} of the {all} may be the first", **count)
    return speaker.say(open_, names=told)


def _scored(name: str, scores: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    row: Any = scores.loc[name]
    score, low, high = row[["score", "low", "high"]]
    return f"{names[name]} {speaker.number(score)} ({speaker.interval(low, high)})"


def printed(study: Study, group: str, speaker: Speaker) -> pd.DataFrame:
    """Scores as they were printed, of the study's first group; with a note for another one."""
    scores = study.facts.scores if study.facts else {}
    frame = pd.Series(scores, name="score").rename_axis("card").to_frame()
    whose = next(iter(study.sorts))
    said = speaker.say(
        "The printed scores are those of {group}: this part is left out.",
        group=study.label("groups", whose, speaker.language),
    )
    frame.attrs["note"] = "" if group == whose else said
    return frame


def last_told(scores: pd.DataFrame, names: Names, top: int, speaker: Speaker) -> str:
    """How sure the last place of the list is; nothing where all cards are on it."""
    if len(scores) <= top:
        return ""
    last: Any = scores.iloc[top - 1]
    again = {"name": names[str(last.name)], "share": speaker.percent(last["p_top"])}
    return " " + speaker.say(
        "The last card of the first {top}, **{name}**, would be among them again in {share} of the "
        "draws.",
        top=top,
        **again,
    )


def rules_told(rules: pd.DataFrame, speaker: Speaker) -> str:
    """Of `candidates` with a board: how many rules fit, whether it does, and which never do."""
    fits = (rules["possible"] == "yes").sum()
    never = (rules["possible"] == "no").groupby(rules["rule"], sort=False).all()
    mine = (rules["rule"] == rules.attrs["board"]) & (rules["reading"] != "sum")
    own: Any = rules[mine].iloc[-1]
    return speaker.say(
        "**{fits} of the {all} rules and readings could have given the printed scores**, so the "
        "scores alone do not tell which it was. The board of this study, {reading}: {possible}, "
        "with a unanimity of {unanimity}. Impossible however they are read: {never}.",
        fits=fits,
        all=len(rules),
        reading=own["reading"],
        possible=speaker.say(_POSSIBLE[own["possible"]]),
        unanimity=speaker.number(own["unanimity"], 2),
        never="; ".join(never.index[never]) or speaker.say("none"),
    )


def steps_told(steps: pd.DataFrame, scores: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    """Of `neighbours` and `rank`: which steps are real, and how far ranks reach."""
    firm = steps["next"][steps["real"]].items()
    places = scores["rank_high"] - scores["rank_low"] + 1
    above = [
        speaker.say("*{one}* above *{other}*", one=names[card], other=names[below])
        for card, below in firm
    ]
    return speaker.say(
        "**Real steps between neighbours: {real} of {all}**{above}. The 95 % interval of a card's "
        "rank spans {typical} for the typical card and {most} for the least certain.",
        real=steps["real"].sum(),
        all=len(steps),
        above="".join(f"; {step}" for step in above),
        typical=_places(places.median(), speaker),
        most=speaker.number(places.max()),
    )


def worths_told(both: pd.DataFrame, top: int, speaker: Speaker) -> str:
    """How alike the orders by score and by worth are."""
    ranks = both[["rank by score", "rank by worth"]]
    moved, rho = ranks.diff(axis=1).iloc[:, -1].abs(), ranks.corr("spearman").to_numpy()[0, 1]
    return speaker.say(
        "**The two orders correlate {rho}** (Spearman); of the first {top} of each, {shared} are "
        "in both. No card moves more than {places}.",
        rho=speaker.number(rho, 2),
        top=min(top, len(both)),
        shared=(ranks <= top).all(axis=1).sum(),
        places=_places(moved.max(), speaker),
    )


def agreement_told(found: importance.Agreement, speaker: Speaker) -> str:
    """How far people agree, and whether they do so more than by chance."""
    ends = speaker.interval(found.low, found.high, 2)
    words = {
        "w": speaker.number(found.w, 2) + (f" ({ends})" if ends else ""),
        "mean": speaker.number((found.n * found.w - 1) / (found.n - 1), 2),
    }
    if beyond(found.p):
        return speaker.say(
            "**Kendall's W is {w}; two people's sorts correlate {mean} on average; that people "
            "have nothing in common is ruled out.**",
            **words,
        )
    return speaker.say(
        "**Kendall's W is {w}; two people's sorts correlate {mean} on average; that people have "
        "nothing in common is not ruled out.**",
        **words,
    )


def differences_told(found: importance.Differences, speaker: Speaker) -> str:
    """How much groups of people explain, and on how many cards they differ."""
    return speaker.say(
        "**{share} of the variance between people lies between groups (p = {p}); on {real} of the "
        "{all} cards they differ demonstrably after correction.**",
        share=speaker.percent(found.share, 1),
        p=speaker.number(found.p, 2),
        real=found.cards["real"].sum(),
        all=len(found.cards),
    )


def contrasts_told(contrasts: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    """Of `contrasts`: the widest firm difference of each pair."""
    told = [
        speaker.say(
            "viewpoints {first} and {second} on *{card}* ({gap}, {ends})",
            first=row["pair"].replace("f", "").split("-")[0],
            second=row["pair"].replace("f", "").split("-")[1],
            card=names[row["card"]],
            gap=speaker.signed(row["difference"], 0),
            ends=speaker.interval(row["low"], row["high"]),
        )
        for row in widest(contrasts).reset_index().to_dict("records")
    ]
    return speaker.say(
        "Widest among the differences whose interval leaves out 0: {told}.",
        told="; ".join(told) or speaker.say("none"),
    )


def orders_told(orders: pd.DataFrame, ours: str, staff: str, speaker: Speaker) -> str:
    """Of `rank_agreement`: how far staff know the order, and whether they differ."""
    rho: Any = orders.loc["spearman"]
    agree = speaker.say(
        "**The orders correlate {rho}**, without chance in the scores {corrected} ({ends}).",
        rho=speaker.number(rho["estimate"], 2),
        corrected=speaker.number(rho["corrected"], 2),
        ends=speaker.interval(rho["low"], rho["high"], 2),
    )
    knows = _KNOW[beyond(rho["p_none"])]
    differs = _DIFFER[beyond(rho["p_same"])]
    told = {"ours": ours, "staff": staff}
    return " ".join(
        [
            agree,
            speaker.say(knows, p=speaker.number(rho["p_none"], 4), **told),
            speaker.say(differs, p=speaker.number(rho["p_same"], 4), **told),
        ]
    )


def gaps_told(gaps: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    """Of `gaps`: what is really over- and underestimated."""
    real = misjudged(gaps)
    over, under = (
        "; ".join(f"{names[card]} ({speaker.signed(gap, 0)})" for card, gap in part.items())
        or speaker.say("nothing")
        for part in (real[real > 0], real[real < 0])
    )
    return "\n\n".join(
        [
            speaker.say("**Overestimated**: {cards}.", cards=over),
            speaker.say("**Underestimated**: {cards}.", cards=under),
        ]
    )


def camps_told(camps: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    """Of `camps`: which cards' means hide two camps."""
    return speaker.say(
        "**Cards whose mean hides two camps: {cards}.** The smallest p-value of all cards is {p}, "
        "corrected {adjusted}.",
        cards="; ".join(names[card] for card in camps.index[camps["camps"]])
        or speaker.say("none that can be shown to"),
        p=speaker.number(camps["p"].iloc[0], 3),
        adjusted=speaker.number(camps["p_adjusted"].iloc[0], 2),
    )


def themes_told(spoken: pd.DataFrame, people: int, names: Names, speaker: Speaker) -> str:
    """Of `themes`: those that most people here spoke of, in that order, and what is left out."""
    told = [
        speaker.say(
            "{theme} ({n} of {all} people, {low} to {high})",
            theme=names[code],
            n=speaker.number(row["n"]),
            all=people,
            low=speaker.percent(row["low"]),
            high=speaker.percent(row["high"]),
        )
        for code, row in spoken[spoken["n"] > 0].head(3).iterrows()
    ]
    return speaker.say(
        "By the number of people here: {told}. Left out: {hidden} of {themes}.",
        told="; ".join(told) or speaker.say("no theme of enough people"),
        hidden=spoken["suppressed"].sum(),
        themes=speaker.count(len(spoken), "{n} theme", "{n} themes"),
    )


def priorities_told(table: pd.DataFrame, names: Names, speaker: Speaker) -> str:
    """Of `priorities`: which cards come first, how sure that is, and what the lines are."""
    first, counts = improve(table), table["quadrant"].value_counts()
    real = table[table["real"] & (table["gap"] > 0)].sort_values("rank")
    gaps = [
        speaker.say(
            "{card} {gap} ({ends}, place {best} to {worst})",
            card=names[card],
            gap=speaker.signed(row["gap"], 0),
            ends=speaker.interval(row["gap_low"], row["gap_high"]),
            best=row["rank_low"],
            worst=row["rank_high"],
        )
        for card, row in real.iterrows()
    ]
    return speaker.say(
        "**Important and not yet done well: {cards}.** {lines} On the border: {border} of {all}; "
        "too few grades: {few}.\n\n**Largest gap: {largest}.** Above 0 after correction: {gaps}.",
        cards="; ".join(names[card] for card in first) or speaker.say("no card with certainty"),
        lines=_lines(table, speaker),
        border=counts.get("border", 0),
        all=speaker.count(len(table), "{n} card", "{n} cards"),
        few=counts.get("suppressed", 0),
        largest=_either(most_urgent(table), names, speaker),
        gaps="; ".join(gaps) or speaker.say("none"),
    )


def _lines(table: pd.DataFrame, speaker: Speaker) -> str:
    top: Any = table.sort_values("rank").iloc[0]
    return speaker.say(
        "The lines: importance at the {first} ({one}) and performance at the {second} ({other}).",
        first=speaker.say(_AT[bool(top["importance_target"])]),
        one=speaker.number(top["importance_line"]),
        second=speaker.say(_AT[bool(top["performance_target"])]),
        other=speaker.number(top["performance_line"], 1),
    )


def _either(found: Lead, names: Names, speaker: Speaker) -> str:
    first = [names[name] for name in found.first]
    few = speaker.either(first)
    if len(first) > _NAMED:
        few = speaker.say("one of {n} cards", n=len(first))
    if found.sure or len(found.names) < 2:
        return few
    return speaker.say("{cards}, which can't be told apart", cards=few)


def _places(n: float, speaker: Speaker) -> str:
    return speaker.count(round(n), "{n} place", "{n} places")
