"""The viewpoints of a study's sorts by its recorded decisions: what may be claimed, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib import qmethod
from cxlib.language import Speaker, _
from cxlib.report.verdicts import FEW, real
from cxlib.study import choices, factors, recorded

if TYPE_CHECKING:
    from cxlib.study import Study
    from cxlib.study.config import Viewpoint

LISTED = 12  # cards that a sentence lists of those on which no difference shows
_SECTIONS = {  # of a crib sheet
    "highest": _("highest"),
    "higher than in others": _("higher than in others"),
    "lower than in others": _("lower than in others"),
    "lowest": _("lowest"),
}


def advise(
    study: Study, group: str, made: Mapping[str, Any] | None = None, n_factors: int = 0
) -> qmethod.Retention:
    """Return the one advice on the number of factors: by the study's seed and choices.

    Parameters
    ----------
    study : Study
    group : str
    made : mapping, optional
        As from `choices`; the recorded ones by default.
    n_factors : int
        A number that has to be among the candidates.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> advise(Study.open("haag-wonen"), "employees").possible
    (3,)
    """
    made = choices(study, group=group) if made is None else made
    largest, seed = max(7, n_factors), study.config.seed
    return qmethod.retention(study.sorts[group], largest=largest, seed=seed, **made)


def solve(
    study: Study,
    group: str,
    n_factors: int = 0,
    made: Mapping[str, Any] | None = None,
    sorts: pd.DataFrame | None = None,
) -> qmethod.Solution:
    """Analyse a group's sorts with its recorded turns, flags, inverted and split factors.

    These belong to the recorded number of factors: with another number they are left out.

    Parameters
    ----------
    study : Study
    group : str
    n_factors : int
        0: as recorded, else as advised.
    made : mapping, optional
        As from `choices`; the recorded ones by default.
    sorts : DataFrame, optional
        The group's sorts with other labels.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> demo = Study.open("haag-wonen")
    >>> solve(demo, "tenants", 2).factors["n_flagged"].tolist()
    [21, 11]
    """
    made = choices(study, group=group) if made is None else made
    k = factors(study, group, n_factors) or advise(study, group, made).advice
    own = _own(study, group, k)
    table = study.sorts[group] if sorts is None else sorts
    solution = qmethod.analyse(table, k, turns=own["turns"], **made)
    if own["changes"]:
        solution = solution.with_flags(qmethod.edit_flags(solution.flags, own["changes"]))
    return solution.reshaped(own["invert"], own["split"])


def resample(
    study: Study, group: str, solution: qmethod.Solution, n_resamples: int, seed: int
) -> qmethod.Bootstrap:
    """Bootstrap a solution of `solve`, under the names that its sorts have there."""
    made: dict[str, Any] = {"grid": study.grid}
    made["scores"] = "auto" if study.config.forced else "standardised"
    names = "extraction", "rotation", "correlation", "missing", "level", "majority"
    made |= {name: solution.settings[name] for name in names}
    k = solution.settings["n_factors"]
    own = _own(study, group, k)
    sorts = study.sorts[group]
    if own["changes"]:
        named = dict(zip(sorts.columns, solution.data.names, strict=True))
        plain = qmethod.analyse(sorts, k, turns=own["turns"], **made)
        made["flags"] = qmethod.edit_flags(plain.flags, own["changes"]).rename(index=named)
    shape = {name: own[name] for name in ("turns", "invert", "split")}
    numbered = sorts.set_axis(solution.data.names, axis=1)
    return qmethod.bootstrap(numbered, k, n_resamples, seed=seed, **shape, **made)


def _own(study: Study, group: str, n_factors: int) -> dict[str, Any]:
    """What is decided of one solution; nothing for another number of factors than recorded."""
    made = recorded(study, group)
    if made.n_factors.value not in (None, n_factors):
        return {"turns": [], "changes": [], "invert": [], "split": []}
    changes = [change.model_dump() for change in made.flags.changes]
    own = {name: getattr(made, name).value for name in ("turns", "invert", "split")}
    return own | {"changes": changes}


def decided(study: Study, group: str, solution: qmethod.Solution) -> pd.DataFrame:
    """Return every choice behind a solution, with its reason where it is the recorded one.

    Returns
    -------
    DataFrame, index decision
        choice, reason. Each flag that was changed by hand has a row of its own, without its sort:
        a reason may say something of a person.
    """
    made, recordings = solution.settings, recorded(study, group)
    own = _own(study, group, made["n_factors"])
    chosen = {name: value for name, value in made.items() if name not in ("changes", "tolerance")}
    chosen |= {name: own[name] for name in ("invert", "split") if own[name]}
    rows = {name: ("none" if value == [] else str(value), "") for name, value in chosen.items()}
    for name, decision in recordings.model_dump().items():
        if name in rows and decision.get("value", chosen[name]) == chosen[name]:
            rows[name] = rows[name][0], decision["reason"]
    for number, change in enumerate(own["changes"], start=1):
        done = f"{change['factor']}: {'set' if change['flag'] else 'removed'}"
        rows[f"flag {number} by hand"] = done, change["reason"] or recordings.flags.reason
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["choice", "reason"])
    return table.rename_axis("decision")


def design(study: Study, group: str, speaker: Speaker) -> str:
    """Return sorts, board and condition of instruction of a group, as Markdown.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> print(design(Study.open("haag-wonen"), "tenants", Speaker("en")).splitlines()[-1])
    - Condition of instruction: As a tenant, what matters most to you?
    """
    sorts, own = study.sorts[group], study.config.board
    columns = sorted((study.grid or {}).items())
    board = ", ".join(f"{speaker.signed(value, 0)} × {n}" for value, n in columns)
    words = {"board": board or speaker.say("no fixed piles")}
    words |= _sized(*sorts.shape[::-1], speaker)
    words["group"] = study.label("groups", group, speaker.language)
    words["origin"] = speaker.say(study.origin(f"sorts/{group}"))
    ends = own.at(speaker.language) if own else ()
    words["low"], words["high"] = ends or map(speaker.say, ("least important", "most important"))
    asked = {part.id: part.instruction for part in study.config.groups}.get(group)
    words["asked"] = speaker.own(asked) or speaker.say("not recorded")
    obeyed = _("Board (column × cards): {board}; all sorts obey it.")
    if len({tuple(sorted(sort)) for _name, sort in sorts.items()}) > 1:
        obeyed = _("Board (column × cards): {board}; participants could leave it.")
    ends_told = _("Ends of the board: *{low}* and *{high}*.")
    items = [obeyed, ends_told, _("Condition of instruction: {asked}")]
    head = speaker.say("**{sorts}** of **{cards}** by {group} ({origin}).", **words)
    return f"{head}\n\n" + "\n".join(f"- {speaker.say(item, **words)}" for item in items)


def _sized(sorts: int, cards: int, speaker: Speaker) -> dict[str, str]:
    return {
        "sorts": speaker.count(sorts, "{n} sort", "{n} sorts"),
        "cards": speaker.count(cards, "{n} card", "{n} cards"),
    }


def advice_text(found: qmethod.Retention, k: int, speaker: Speaker) -> str:
    """Return what the criteria advise, whether that hangs on chance, and what is kept."""
    advice = speaker.say("The advice is **{n}**", n=speaker.number(found.advice))
    if len(found.possible) > 1:
        message = _("The advice is **borderline, between {between}**: it hangs on chance draws")
        advice = speaker.say(message, between=speaker.listed([str(n) for n in found.possible]))
    named = int((found.criteria["n_factors"] == k).sum())
    kept = found.candidates.loc[[k], ["fewest", "congruence", "se"]]
    fewest, congruence, se = kept.to_numpy(float)[0]
    words = {"all": speaker.number(len(found.criteria)), "k": speaker.number(k)}
    agree = speaker.say("none of the {all} criteria names {k}", **words)
    if named:
        agree = speaker.count(
            named,
            "{n} of the {all} criteria names {k}",
            "{n} of the {all} criteria name {k}",
            **words,
        )
    told = speaker.say(
        "{advice}; {agree}. This run keeps **{k}**: the one with the fewest sorts has {fewest}; "
        "the least stable returns in resamples with a congruence of {congruence} (standard error "
        "{se}: it is drawn more often below).",
        advice=advice,
        agree=agree,
        k=words["k"],
        fewest=speaker.number(fewest),
        congruence=speaker.number(congruence, 2),
        se=speaker.number(se, 2),
    )
    if fewest < FEW:
        told += speaker.say(" A viewpoint on fewer than three sorts is weak.")
    return told


def flags_text(solution: qmethod.Solution, names: Sequence[str], speaker: Speaker) -> str:
    """Return how many sorts define one viewpoint, and the notes of the solution, as a list."""
    words = {"clear": speaker.number(int((solution.flags.sum(axis=1) == 1).sum()))}
    said = speaker.count(
        len(solution.flags),
        "**{clear} of {n} sort defines one viewpoint.**",
        "**{clear} of the {n} sorts define one viewpoint.**",
        **words,
    )
    none = speaker.say("No negative, confounded or doubly flagged sorts, and no ties.")
    return "\n- ".join([f"{said}\n", *(_noted(solution.notes, solution, names, speaker) or [none])])


def stability_text(
    boot: qmethod.Bootstrap, solution: qmethod.Solution, names: Sequence[str], speaker: Speaker
) -> str:
    """Return how many defining sorts are doubtful, and what only resampling brings to light."""
    doubtful = int((boot.flags.where(solution.flags).max(axis=1) < 0.8).sum())
    said = speaker.count(
        doubtful,
        "{n} defining sort is flagged in fewer than {share} of the resamples.",
        "{n} defining sorts are flagged in fewer than {share} of the resamples.",
        share=speaker.percent(0.8),
    )
    new = [note for note in dict.fromkeys(boot.notes) if note not in solution.notes]
    return "- " + "\n- ".join([said, *_noted(new, solution, names, speaker)])


def _noted(
    notes: Iterable[str], solution: qmethod.Solution, names: Iterable[str], speaker: Speaker
) -> list[str]:
    """Notes on a solution with the names of viewpoints for those of its factors."""
    known = dict(zip(solution.flags, names, strict=True))
    return [
        re.sub(
            r"\bf\d+[+-]?", lambda found: f"‘{known.get(found[0], found[0])}’", speaker.told(note)
        )
        for note in notes
    ]


def summary(solution: qmethod.Solution, speaker: Speaker) -> str:
    """Return in one line what was analysed, how, and how much it explains.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> summary(solve(Study.open("haag-wonen"), "tenants"), Speaker("nl")).split(":")[0]
    '32 sorteringen van 30 kaartjes'
    """
    made, (cards, k) = solution.settings, solution.zscores.shape
    flagged = int(solution.flags.any(axis=1).sum())
    return speaker.count(
        k,
        "{sorts} of {cards}: {n} factor ({how}) explains {explained} of the variance; {defining}",
        "{sorts} of {cards}: {n} factors ({how}) explain {explained} of the variance; {defining}",
        **_sized(len(solution.loadings), cards, speaker),
        how=", ".join(str(made[name]) for name in ("extraction", "rotation", "correlation")),
        explained=speaker.percent(solution.sorts["communality"].mean()),
        defining=speaker.count(flagged, "{n} sort defines a factor", "{n} sorts define a factor"),
    )


def headline(
    solution: qmethod.Solution, weak: pd.Series, names: Sequence[str], speaker: Speaker
) -> str:
    """Return in one line how many viewpoints there are, and which of them are weak.

    Parameters
    ----------
    solution : Solution
    weak : Series
        Index factor; as from `verdicts.weak`.
    names : sequence of str
    speaker : Speaker
    """
    said = [
        _weakness(why, name, int(n), speaker)
        for name, why, n in zip(names, weak, solution.factors["n_flagged"], strict=True)
        if why
    ]
    return "; ".join([f"**{summary(solution, speaker)}**", *said]) + "."


def _weakness(why: str, name: str, n: int, speaker: Speaker) -> str:
    if why == "returns":
        message = _(
            "{name} does not return well when sorts are drawn again (congruence below .85) and is "
            "weak"
        )
        return speaker.say(message, name=name)
    if not n:
        return speaker.say("{name} rests on no sort and is weak", name=name)
    return speaker.count(
        n,
        "{name} rests on only {n} sort and is weak",
        "{name} rests on only {n} sorts and is weak",
        name=name,
    )


def apart_text(differs: pd.Series, short: pd.Series, viewpoints: int, speaker: Speaker) -> str:
    """Return on how many cards viewpoints surely differ, and on which no difference shows."""
    if viewpoints == 1:
        return speaker.say("There is one viewpoint, so none that it could differ from.")
    names = [str(name).rstrip(".") for name in short[differs.index[~differs]]]
    if more := len(names[LISTED:]):
        names[LISTED:] = [speaker.say("and {n} more", n=speaker.number(more))]
    none = speaker.say(" No viewpoint can be told from another by a single card.")
    return speaker.say(
        "**The viewpoints demonstrably differ on {differ} of the {all} cards** (differences held "
        "against their own standard error, corrected for all cards and pairs).{none} Where no "
        "difference shows, viewpoints need not be alike: {alike}.",
        differ=speaker.number(int(differs.sum())),
        all=speaker.number(len(differs)),
        none="" if differs.any() else none,
        alike="; ".join(names) or speaker.say("none"),
    )


def sessions_text(tests: pd.DataFrame, names: Sequence[str], speaker: Speaker) -> str:
    """Return on which viewpoints sessions demonstrably differ."""
    known = dict(zip(tests.index, names, strict=True))
    which = "; ".join(known[factor] for factor in real(tests))
    said = speaker.say("Sessions do not demonstrably differ")
    if which:
        said = speaker.say("Sessions demonstrably differ on: {which}", which=which)
    return speaker.say(
        "**{said}** (smallest corrected p = {p}). Among these sorts they account for {most} of the "
        "variance of loadings on a viewpoint, or less.",
        said=said,
        p=speaker.number(tests["p_adjusted"].min(), 2),
        most=speaker.percent(tests["share"].max()),
    )


def recurs_text(recurs: pd.Series, theirs: str, speaker: Speaker) -> str:
    """Return how many viewpoints return in another group, as far as intervals tell."""
    counts = recurs.value_counts()
    shown = {
        name: speaker.number(counts[name]) if name in counts else speaker.say("none")
        for name in ("yes", "no", "unsure")
    }
    return speaker.say(
        "**Demonstrably the same among {theirs}: {yes} of {all}** (the whole interval of the "
        "congruence is .85 or more). Demonstrably not: {no}. Not to be told: {unsure}.",
        theirs=theirs,
        all=speaker.number(len(recurs)),
        **shown,
    )


def cribs(solution: qmethod.Solution) -> pd.DataFrame:
    """Return the crib sheets of all viewpoints that have scores, index (factor, section, card)."""
    scored = solution.zscores.columns[solution.zscores.notna().all()]
    return pd.concat({factor: solution.crib(factor) for factor in scored}, names=["factor"])


def portraits(
    solution: qmethod.Solution,
    views: Sequence[Viewpoint],
    short: pd.Series,
    distinct: pd.DataFrame,
    speaker: Speaker,
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return of each viewpoint with scores a text and what its figure needs.

    Parameters
    ----------
    solution : Solution
    views : sequence of Viewpoint
        Names and stories, as from `study.viewpoints`.
    short : Series
        Card to short name.
    distinct : DataFrame of bool, cards by factors
        Cards that get the sign of what sets a viewpoint apart (`verdicts.distinct`).
    speaker : Speaker

    Returns
    -------
    dict
        Name of the figure to text (Markdown) and options of `figures.viewpoint_sort`.
    """
    found, labels = {}, solution.contrasts.cards["label"]
    drawn: dict[str, Any] = {"order": solution.zscores, "contrasts": labels}
    for number, (factor, view) in enumerate(
        zip(map(str, solution.zscores), views, strict=True), start=1
    ):
        if solution.zscores[factor].isna().any():
            continue
        row = solution.factors.loc[[factor], ["reliability", "variance_explained"]]
        reliability, explained = row.to_numpy(float)[0]
        n = int(solution.flags[factor].sum())
        said = speaker.count(
            n,
            "{n} sort defines it; reliability {reliability}, {explained} of the variance.",
            "{n} sorts define it; reliability {reliability}, {explained} of the variance.",
            reliability=speaker.number(reliability, 2),
            explained=speaker.percent(explained / 100),
        )
        told = _told(solution.crib(factor), short, speaker)
        text = f"### {speaker.own(view.name)}\n\n{speaker.own(view.story)}\n\n{said}\n\n{told}"
        options = {"factor": factor, "name": view.name, "n": n}
        options["distinguishing"] = distinct[factor].map({True: "*", False: ""})
        found[f"viewpoint_{number}"] = text, drawn | options
    return found


def _told(crib: pd.DataFrame, short: pd.Series, speaker: Speaker) -> str:
    """The ends of a crib sheet, and of the cards in between those that distinguish."""
    ends = crib.index.isin(["highest", "lowest"], level="section")
    told = crib[ends | (crib["level"] != "")].join(short.rename("text"), on="card")
    sections = told.groupby("section", sort=False)["text"].agg("; ".join)
    return "\n".join(
        f"- **{speaker.say(_SECTIONS[str(section)])}**: {cards}"
        for section, cards in sections.items()
    )
