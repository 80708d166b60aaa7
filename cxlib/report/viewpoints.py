"""The viewpoints of a study's sorts by its recorded decisions: what may be claimed, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import qmethod
from cxlib.inference import holm
from cxlib.language import Speaker, _
from cxlib.report.verdicts import CHANCE
from cxlib.study import choices, factors, recorded

if TYPE_CHECKING:
    from cxlib.study import Study
    from cxlib.study.config import Viewpoint

FEW = 3  # sorts: fewer than these are a weak ground for a viewpoint (Watts and Stenner 2012)
FAIR = 0.85  # congruence from which two factors are alike (Lorenzo-Seva and ten Berge 2006)
_WEAK = {
    "few": _("{name} rests on {n} and is weak."),
    "returns": _(
        "{name} does not return well when sorts are drawn again (congruence below .85) and is weak."
    ),
}
_DONE = {  # how a solution was made, as it is said
    "pca": _("principal components"),
    "centroid": _("centroid"),
    "horst": _("Horst's centroid"),
    "principal_axis": _("principal axes"),
    "own": _("a target of its own"),
    "none": _("no rotation"),
    "kendall": _("Kendall's correlation"),
    "pearson": _("Pearson's correlation"),
    "spearman": _("Spearman's correlation"),
}
_ORIGINS = {
    "published": _("published"),
    "collected": _("collected"),
    "simulated": _("simulated"),
}
_OBEYED = (
    _("Board (column × cards): {board}; participants could leave it."),
    _("Board (column × cards): {board}; all sorts obey it."),
)
_SECTIONS = {
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


def advice_text(found: qmethod.Retention, k: int, speaker: Speaker) -> str:
    """Return what the criteria advise, whether that hangs on chance, and what is kept."""
    say, kept = speaker.say, found.candidates.to_dict("index")[k]
    numbers = [str(number) for number in found.possible]
    advice = say("The advice is **{n}**.", n=found.advice)
    if len(numbers) > 1:
        between = speaker.listed(numbers)
        advice = say(
            "The advice is **borderline, between {between}**: it hangs on chance draws.",
            between=between,
        )
    named = int((found.criteria["n_factors"] == k).sum())
    told = [
        advice,
        say("Of the {all} criteria {n} name {k}.", all=len(found.criteria), n=named, k=k),
        say(
            "This run keeps **{k}**: the one with the fewest sorts has {fewest}; the least stable "
            "returns in resamples with a congruence of {congruence} (standard error {se}: it is "
            "drawn more often below).",
            k=k,
            fewest=speaker.number(kept["fewest"]),
            congruence=speaker.number(kept["congruence"], 2),
            se=speaker.number(kept["se"], 2),
        ),
    ]
    if kept["fewest"] < FEW:
        told.append(say("A viewpoint on fewer than three sorts is weak."))
    return " ".join(told)


def in_words(notes: Iterable[str], factors: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return notes of a solution with the names of viewpoints for those of its factors.

    Examples
    --------
    >>> in_words(["f1 is bipolar, with negative loaders: Q01."], ["f1"], ["Quiet"])
    ['‘Quiet’ is bipolar, with negative loaders: Q01.']
    """
    known = dict(zip(factors, names, strict=True))
    return [
        re.sub(r"\bf\d+[+-]?", lambda found: f"‘{known.get(found[0], found[0])}’", note)
        for note in notes
    ]


def apart(zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series) -> pd.Series:
    """Which cards two viewpoints surely differ on, among all cards and pairs that are looked at.

    A difference is held against the larger of its two standard errors: from the reliability of
    the factors (Brown 1980), and from resampled sorts. Corrected for all cards and pairs (Holm).
    A viewpoint that hardly returns in resamples is no fixed ground: nothing surely differs from it.

    Parameters
    ----------
    zscores, sed : DataFrame
        Cards by factors and factors by factors (`Solution`).
    se : DataFrame
        Cards by factors: bootstrap standard errors of the z-scores.
    weak : Series
        Index factor (`weak`).

    Returns
    -------
    Series of bool, index card

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> weak = pd.Series("", z.columns)
    >>> apart(z, sed, z * 0 + 0.4, weak).to_dict()
    {'a': True, 'b': False}
    >>> apart(z, sed, z * 0 + 0.4, weak.replace("", "returns")).tolist()
    [False, False]
    """
    return _pairs_apart(zscores, sed, se, weak).any(axis=1)


def distinct(
    zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series
) -> pd.DataFrame:
    """Which cards surely set a viewpoint apart from every other one; see `apart`.

    Returns
    -------
    DataFrame of bool, cards by factors

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.5, 0.2], "f2": [-1.5, 0.0]}, index=["a", "b"])
    >>> sed = pd.DataFrame(0.3, z.columns, z.columns)
    >>> distinct(z, sed, z * 0 + 0.4, pd.Series("", z.columns)).loc["a"].tolist()
    [True, True]
    """
    scored = zscores.dropna(axis="columns", how="all")
    sure, names = _pairs_apart(scored, sed, se, weak), list(map(str, scored))
    found = pd.DataFrame(False, zscores.index, zscores.columns)
    for factor in names if len(names) > 1 else ():
        pairs = [pair for pair in combinations(names, 2) if factor in pair]
        found[factor] = sure[pairs].all(axis=1)
    return found


def _pairs_apart(
    zscores: pd.DataFrame, sed: pd.DataFrame, se: pd.DataFrame, weak: pd.Series
) -> pd.DataFrame:
    p, se = {}, se.mask(weak.reindex(se.columns) == "returns", np.inf, axis=1)
    for one, other in combinations(map(str, zscores), 2):
        error = np.maximum(np.hypot(se[one], se[other]), sed[one][other])
        p[one, other] = 2 * stats.norm.sf((zscores[one] - zscores[other]).abs() / error)
    found = np.array(list(p.values())).reshape(len(p), len(zscores))
    found = np.where(np.isnan(found), 1.0, found)
    sure = holm(found.ravel()).reshape(found.shape) < 0.05 if p else found < 0
    return pd.DataFrame(dict(zip(p, sure, strict=True)), zscores.index)


def weak(factors: pd.DataFrame, congruence: pd.Series) -> pd.Series:
    """Why a viewpoint stands on weak ground: "few" sorts, or it hardly "returns"; else "".

    Parameters
    ----------
    factors : DataFrame
        Index factor; `n_flagged`.
    congruence : Series
        Index factor: the mean over resamples.

    Examples
    --------
    >>> weak(pd.DataFrame({"n_flagged": [9, 2]}), pd.Series([0.97, 0.9])).tolist()
    ['', 'few']
    """
    few, loose = factors["n_flagged"] < FEW, congruence.reindex(factors.index) < FAIR
    return pd.Series(np.select([few, loose], ["few", "returns"], ""), factors.index)


def recurs(pairs: pd.DataFrame) -> pd.Series:
    """Whether each viewpoint of one group is found in another: "yes", "no" or "unsure".

    Yes where the whole interval of the congruence is at least fair (.85), no where none of it is.

    Examples
    --------
    >>> recurs(pd.DataFrame({"congruence": [0.97, 0.6], "low": [0.9, 0.2], "high": [1, 0.8]}))
    0    yes
    1     no
    dtype: str
    """
    turned = pairs["congruence"] < 0
    low = pairs["low"].where(~turned, -pairs["high"])
    high = pairs["high"].where(~turned, -pairs["low"])
    return pd.Series(np.select([low >= FAIR, high < FAIR], ["yes", "no"], "unsure"), pairs.index)


def headline(
    solution: qmethod.Solution, weak: pd.Series, names: Sequence[str], speaker: Speaker
) -> str:
    """Return in one line how many viewpoints there are, and which of them are weak.

    Parameters
    ----------
    solution : Solution
    weak : Series
        Index factor; as from `weak`.
    names : sequence of str
    speaker : Speaker
    """
    (cards, k), made = solution.zscores.shape, solution.settings
    how = [made[part] for part in ("extraction", "rotation", "correlation")]
    told = speaker.say(
        "**{sorts} sorts of {cards} cards: {k} factors ({how}) explain {share} of the variance; "
        "{flagged} sorts define a factor.**",
        sorts=len(solution.loadings),
        cards=cards,
        k=k,
        how=", ".join(speaker.say(_DONE[part]) if part in _DONE else part for part in how),
        share=speaker.percent(solution.sorts["communality"].mean()),
        flagged=int(solution.flags.any(axis=1).sum()),
    )
    said = [
        speaker.say(_WEAK[why], name=name, n=_sorts(int(n), speaker))
        for name, why, n in zip(names, weak, solution.factors["n_flagged"], strict=True)
        if why
    ]
    return " ".join([told, *said])


def _sorts(n: int, speaker: Speaker) -> str:
    return speaker.count(n, "only {n} sort", "only {n} sorts") if n else speaker.say("no sort")


def defining_text(solution: qmethod.Solution, speaker: Speaker) -> str:
    """Return how many sorts define one viewpoint."""
    clear = int((solution.flags.sum(axis=1) == 1).sum())
    return speaker.say(
        "**{clear} of the {all} sorts define one viewpoint.**", clear=clear, all=len(solution.flags)
    )


def apart_text(differs: pd.Series, short: pd.Series, viewpoints: int, speaker: Speaker) -> str:
    """Return on how many cards viewpoints surely differ, and on which no difference shows."""
    say = speaker.say
    if viewpoints == 1:
        return say("There is one viewpoint, so none that it could differ from.")
    names = [str(name).rstrip(".") for name in short[differs.index[~differs]]]
    more = [say("and {n} more", n=len(names) - 12)] * (len(names) > 12)
    told = say(
        "**The viewpoints demonstrably differ on {n} of the {all} cards** (differences held "
        "against their own standard error, corrected for all cards and pairs).",
        n=int(differs.sum()),
        all=len(differs),
    )
    none = [] if differs.any() else [say("No single card tells one viewpoint from another.")]
    alike = say(
        "Where no difference shows, viewpoints need not be alike: {cards}.",
        cards="; ".join(names[:12] + more) or say("none"),
    )
    return " ".join([told, *none, alike])


def sessions_text(tests: pd.DataFrame, names: Sequence[str], speaker: Speaker) -> str:
    """Return on which viewpoints sessions demonstrably differ."""
    real = (tests["p_adjusted"] < CHANCE).to_numpy()
    p = speaker.number(tests["p_adjusted"].min(), 2)
    said = speaker.say("**Sessions do not demonstrably differ** (smallest corrected p = {p}).", p=p)
    if real.any():
        which = "; ".join(name for name, on in zip(names, real, strict=True) if on)
        said = speaker.say(
            "**Sessions demonstrably differ on: {which}** (smallest corrected p = {p}).",
            which=which,
            p=p,
        )
    return " ".join(
        [
            said,
            speaker.say(
                "Among these sorts they account for {most} of the variance of loadings on a "
                "viewpoint, or less.",
                most=speaker.percent(tests["share"].max()),
            ),
        ]
    )


def recurs_text(recurs: pd.Series, theirs: str, speaker: Speaker) -> str:
    """Return how many viewpoints return in another group, as far as intervals tell."""
    counts = recurs.value_counts().reindex(["yes", "no", "unsure"], fill_value=0)
    return speaker.say(
        "**Demonstrably the same among {theirs}: {yes} of {all}** (the whole interval of the "
        "congruence is .85 or more). Demonstrably not: {no}. Not to be told: {unsure}.",
        theirs=theirs,
        all=len(recurs),
        yes=counts["yes"],
        no=counts["no"],
        unsure=counts["unsure"],
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
        Cards that get the sign of what sets a viewpoint apart (`distinct`).

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
        row: Any = solution.factors.loc[factor]
        told = speaker.count(
            int(solution.flags[factor].sum()),
            "{n} sort defines it; reliability {reliability}, {share} of the variance.",
            "{n} sorts define it; reliability {reliability}, {share} of the variance.",
            reliability=speaker.number(row["reliability"], 2),
            share=speaker.percent(row["variance_explained"] / 100),
        )
        parts = [f"### {speaker.own(view.name)}", speaker.own(view.story), told]
        text = "\n\n".join([*parts, _told(solution.crib(factor), short, speaker)])
        options = {"factor": factor, "name": view.name}
        options["distinguishing"] = distinct[factor].map({True: "*", False: ""})
        found[f"viewpoint_{number}"] = (
            text,
            drawn | options | {"n": int(solution.flags[factor].sum())},
        )
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


def design(study: Study, group: str, speaker: Speaker) -> str:
    """Return board and condition of instruction of a group, as Markdown.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> print(design(Study.open("haag-wonen"), "tenants", Speaker("en")).splitlines()[-1])
    - Condition of instruction: As a tenant, what matters most to you?
    """
    say, language = speaker.say, speaker.language
    sorts, columns = study.sorts[group], sorted((study.grid or {}).items())
    asked = {part.id: part.instruction for part in study.config.groups}.get(group)
    own = study.config.board
    ends = own.at(language) if own else (say("least important"), say("most important"))
    board = ", ".join(f"{speaker.signed(value, 0)} × {n}" for value, n in columns)
    piles = {tuple(sorted(sort)) for _name, sort in sorts.items()}
    words = {
        "group": study.label("groups", group, language),
        "origin": say(_ORIGINS[study.origin(f"sorts/{group}")]),
    }
    obeyed = _OBEYED[len(piles) == 1]
    return "\n".join(
        [
            say(
                "**{sorts} sorts** of **{cards} cards** by {group} ({origin}).",
                sorts=sorts.shape[1],
                cards=len(sorts),
                **words,
            ),
            "",
            "- " + say(obeyed, board=board or say("no fixed piles")),
            "- " + say("Ends of the board: {ends}.", ends=speaker.listed([f"*{e}*" for e in ends])),
            "- "
            + say(
                "Condition of instruction: {asked}",
                asked=asked.at(language) if asked else say("not recorded"),
            ),
        ]
    )
