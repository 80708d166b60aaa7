"""Every number and name that a text may mention, looked up or computed from what is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cxlib.booklet import graded
from cxlib.booklet.source import Source
from cxlib.booklet.wording import Value, count_word, listing, span

NEUTRAL = "collected"  # settings and counts of the study itself bear no mark
Named = Iterator[tuple[str, Any, str]]


def values(source: Source) -> dict[str, Value]:
    """All values that texts may name, with the origin of each.

    Parameters
    ----------
    source : Source
        A study and its results in one language.

    Returns
    -------
    dict of name to Value
        Names such as `finding.mean_grade`, `finding.mean_grade.low`, `fact.homes`,
        `count.values`, `drivers.first`; only those that the study has.
    """
    named = {}
    for part in PARTS:
        for name, value, origin in part(source):
            if value is not None and not (isinstance(value, float) and pd.isna(value)):
                named[name] = Value(value, origin)
    return named


def _findings(source: Source) -> Named:
    for name, finding in source.results.findings.items():
        yield f"finding.{name}", share(name, finding.value), finding.origin
        for part in ("low", "high", "n"):
            yield f"finding.{name}.{part}", getattr(finding, part), finding.origin


def _people(source: Source) -> Named:
    intake = source.frame("intake", "set", "rows")
    for table, voters in (("votes", "voter"), ("internal", None)):
        if intake is not None and table in intake.index:
            rows = getattr(source.study, table)
            count = len(rows) if voters is None else rows[voters].nunique()
            yield f"people.{table}", count, source.study.origin(table)
    sorts = [f for name, f in source.results.findings.items() if name.startswith("n_sorts_")]
    if sorts:
        yield "people.both", sum(finding.value for finding in sorts), sorts[0].origin
    loadings = source.frame("loadings")
    if loadings is not None:
        yield "people.sorts", len(loadings), source.origin("loadings")
    elif sorts:
        yield "people.sorts", sorts[-1].value, sorts[-1].origin


def share(name: str, value: Any) -> Any:
    """Explained variance is published as a percentage; texts ask for shares."""
    return value / 100 if name == "variance_explained" and value > 1 else value


def _facts(source: Source) -> Named:
    for fact in source.study.facts.facts if source.study.facts else []:
        yield f"fact.{fact.id}", fact.value, "published"


def _settings(source: Source) -> Named:
    config = source.study.config
    yield "name.organisation", config.name, NEUTRAL
    yield "name.group", group_name(source), NEUTRAL
    yield "threshold.fail", config.thresholds.fail, NEUTRAL
    yield "threshold.top", config.thresholds.top, NEUTRAL
    yield "privacy.minimum", config.privacy.minimum_cell, NEUTRAL
    yield "period.label", period_name(source), NEUTRAL
    if source.study.cards is not None:
        yield "count.cards", len(source.study.cards), NEUTRAL


def group_name(source: Source) -> str:
    """Those whose view it is about: the first group, or else the participants."""
    groups = source.study.config.groups
    return groups[0].label.at(source.language) if groups else source.word("participants")


def period_name(source: Source) -> str:
    """The period as people say it; that all data are meant where it has no dates."""
    period = source.period
    return source.word("all_periods") if period.end is None else span(period, source.language)


def _vision(source: Source) -> Named:
    vision = source.study.vision
    if vision is None:
        return
    for part in ("values", "questions", "phases", "projects"):
        if rows := getattr(vision, part):
            yield f"count.{part}", len(rows), vision.origin(part)
    if vision.projects:
        started = sum(project.started for project in vision.projects)
        yield "count.projects_started", started, "published"
    if vision.organisation:
        yield "count.departments", len(vision.organisation.departments), NEUTRAL
    if vision.maturity_now:
        yield "maturity.low", vision.maturity_now[0], vision.origin("maturity")
        yield "maturity.high", vision.maturity_now[1], vision.origin("maturity")
    for level in vision.maturity:
        if level.level == vision.maturity_aim:
            yield "maturity.aim", level.level, vision.origin("maturity")
            yield "maturity.aim_label", level.label.at(source.language).lower(), NEUTRAL
    if vision.roadmap:
        yield "roadmap.first", vision.roadmap[0].year, NEUTRAL
        yield "roadmap.last", vision.roadmap[-1].year, NEUTRAL


def _published(source: Source) -> Named:
    facts = source.study.facts
    if not facts or len(facts.top_cards) < 2:
        return
    first, second = facts.top_cards[:2]
    yield "count.top", len(facts.top_cards), "published"
    for name, card in (("first", first), ("second", second)):
        yield f"published.{name}", source.card(card.card), "published"
        yield f"published.{name}_score", card.score, "published"
    if source.study.cards is not None:
        domains = source.study.cards["domain"].reindex([row.card for row in facts.top_cards])
        about = source.word("about")
        parts = [
            f"{count_word(n, source.language)} {about} {source.name('domains', str(domain))}"
            for domain, n in domains.value_counts(sort=True).items()
        ]
        yield "published.domains", listing(parts, source.language), "published"


def _scores(source: Source) -> Named:
    scores = source.frame("card_scores", "score", "low", "high")
    if scores is None:
        return
    origin = source.origin("card_scores")
    scores = scores.sort_values("score", ascending=False, kind="stable")
    facts = source.study.facts
    shown = scores.head(len(facts.top_cards) if facts and facts.top_cards else SHOWN)
    if not (facts and facts.top_cards):
        yield "count.top", len(shown), origin
    first = shown.iloc[0]
    yield "top.first", source.card(str(shown.index[0])), origin
    for name in ("score", "low", "high"):
        yield f"top.first_{name}", float(first[name]), origin
    touching = shown["high"].shift(-1).iloc[:-1] > shown["low"].iloc[:-1]
    if touching.any():
        all_of_them = "all_touching" if touching.all() else "touching"
        yield f"top.{all_of_them}", int(touching.sum()), origin
        yield "top.pairs", len(touching), origin


SHOWN = 12  # cards in the figure of the highest scores


def _gaps(source: Source) -> Named:
    gaps = source.frame("gaps", "gap", "real")
    if gaps is None or not gaps["real"].any():
        return
    origin = source.origin("gaps")
    real = gaps.loc[gaps["real"].astype(bool), "gap"]
    if real.max() > 0:
        yield "gaps.over", source.card(str(real.idxmax())), origin
    if real.min() < 0:
        yield "gaps.under", source.card(str(real.idxmin())), origin


def _priorities(source: Source) -> Named:
    cards = source.frame("priorities", "quadrant", "importance")
    if cards is None:
        return
    origin = source.origin("priorities")
    first = cards[cards["quadrant"] == "improve"].sort_values("importance", ascending=False)
    if len(first):
        names = [f"‘{source.card(str(card))}’" for card in first.index]
        yield "priorities.improve", listing(names, source.language), origin
        yield "priorities.n_improve", len(names), origin
    if border := int((cards["quadrant"] == "border").sum()):
        yield "priorities.n_border", border, origin
    if "n" in cards:
        yield "priorities.n", float(cards["n"].max()), origin


PARTS = (_findings, _people, _facts, _settings, _vision, _published, _scores, _gaps, _priorities,
         *graded.PARTS)  # fmt: skip
