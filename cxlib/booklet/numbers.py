"""Every number and name that a text may mention, looked up in what is published.

Nothing is compared here: who leads, and what differs, are findings that notebooks publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cxlib.booklet.source import Source
from cxlib.booklet.wording import Value, count_word, listing, span, stretch
from cxlib.report import side
from cxlib.study.periods import Period

NEUTRAL = "collected"  # settings and counts of the study itself bear no mark
FEW = 4  # that may come first, in a sentence; of more the number is said
DETAILS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    "lowest_value": ("value_scores", ("estimate",), {}),
    "highest_value": ("value_scores", ("estimate",), {}),
    "lowest_journey": ("grade_shares", ("top",), {}),
    "scenario_fails": ("scenarios", ("now", "then"), {"move": "fail_to_pass", "band": "fail"}),
    "scenario_tops": ("scenarios", ("now", "then"), {"move": "middle_to_top", "band": "top"}),
}
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
        if finding.of:
            continue
        yield f"finding.{name}", share(name, finding.value), finding.origin
        for part in ("low", "high", "n"):
            yield f"finding.{name}.{part}", getattr(finding, part), finding.origin


def _verdicts(source: Source) -> Named:
    """Who leads, as published: `.sure`, the one; `.tied`, the few, or `.open`, the number that may.

    Values and journeys, cards and domains are told by their names.
    """
    for name, found in source.results.findings.items():
        names = [f"‘{source.called(each, name.split('_')[-1])}’" for each in found.first]
        if found.value is not None and found.of:
            yield f"{name}.sure", names[0], found.origin
            yield from _details(source, name, str(found.value))
        elif 1 < len(names) <= FEW:
            yield f"{name}.tied", listing(names, source.language, "or"), found.origin
        elif len(names) > FEW:
            yield f"{name}.open", len(names), found.origin
            yield f"{name}.of", found.of, found.origin


def _details(source: Source, name: str, leader: str) -> Named:
    """The number that makes a leader one, from the table that it was told from."""
    if name not in DETAILS:
        return
    table, columns, where = DETAILS[name]
    frame = source.frame(table, *columns, *where)
    if frame is not None and leader in frame.index:
        row = frame.loc[[leader]]
        for column, value in where.items():
            row = row[row[column] == value]
        for column in columns if len(row) else ():
            yield f"{name}.{column}", float(row[column].iloc[0]), source.origin(table)


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
    if viewpoints := source.results.findings.get("n_viewpoints"):
        count = int(viewpoints.value)
        yield plural("count.viewpoints", count), count, viewpoints.origin
    statements = source.frame("statements", "differs")
    if statements is not None:
        differ = int(statements["differs"].astype(bool).sum())
        yield "count.differ", differ, source.origin("statements")
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
    for name, label in (group_names(source) | spans(source)).items():
        yield f"name.{name}", label, NEUTRAL
    yield from zip(("board.low", "board.high"), source.board, (NEUTRAL,) * 2, strict=True)
    yield "board.importance", config.board is None or None, NEUTRAL
    yield "threshold.fail", config.thresholds.fail, NEUTRAL
    yield "threshold.top", config.thresholds.top, NEUTRAL
    yield "privacy.minimum", config.privacy.minimum_cell, NEUTRAL
    yield "period.label", period_name(source), NEUTRAL
    if source.study.cards is not None:
        yield "count.cards", len(source.study.cards), NEUTRAL


def group_names(source: Source) -> dict[str, str]:
    """Who sorted first, who sorted as these would, and who answered the survey."""
    labels = {group.id: group.label.at(source.language) for group in source.study.config.groups}
    own = next(iter(labels), "")
    return {
        "group": labels.get(own) or source.word("participants"),
        "staff": labels.get("employees") or source.word("employees"),
        "people": labels.get("tenants") or source.word("respondents"),
    }


def period_name(source: Source) -> str:
    """The period as people say it; that all data are meant where it has no dates."""
    period = source.period
    return source.word("all_periods") if period.end is None else span(period, source.language)


def spans(source: Source) -> dict[str, str]:
    """Which periods the answers and the base are of, in words."""
    rules, end = source.study.config.periods, source.period.end
    past = [p for p in source.study.periods() if end is not None and p.end and p.end <= end]
    base = [Period.parse(label) for label in rules.base]
    return {
        name: stretch(periods, source.language) if periods else source.word(none)
        for name, periods, none in (
            ("window", past[-rules.window :], "all_periods"),
            ("base", base, "base"),
        )
    }


def _vision(source: Source) -> Named:
    vision = source.study.vision
    if vision is None:
        return
    for part in ("values", "questions", "phases", "projects"):
        if rows := getattr(vision, part):
            yield plural(f"count.{part}", len(rows)), len(rows), vision.origin(part)
    if vision.projects:
        started = sum(project.started for project in vision.projects)
        yield "count.projects_started", started, "published"
    if vision.organisation:
        departments = len(vision.organisation.departments)
        yield plural("count.departments", departments), departments, NEUTRAL
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
    steps = source.frame("card_neighbours", "real")
    if steps is not None and len(shown) > 1:
        real = int(steps["real"].reindex(shown.index[:-1]).fillna(False).astype(bool).sum())
        yield "top.pairs", len(shown) - 1, origin
        yield f"top.{'no_step' if real == 0 else 'steps'}", real, origin


SHOWN = 12  # cards in the figure of the highest scores


def _gaps(source: Source) -> Named:
    gaps = source.frame("gaps", "gap", "real")
    if gaps is None:
        return
    real = gaps.loc[gaps["real"].fillna(False).astype(bool), "gap"]
    origin = source.origin("gaps")
    yield plural("gaps.real", len(real)), len(real), origin
    parts = {"over": real[real > 0], "under": -real[real < 0]}
    only = "" if all(map(len, parts.values())) else "only_"
    for name, part in parts.items():
        if len(part):
            yield f"gaps.{only}{name}", source.some(part.sort_values(ascending=False).index), origin


def plural(name: str, count: int) -> str:
    """A name for each form that a sentence takes: none, one, or several.

    Examples
    --------
    >>> plural("gaps.real", 0), plural("gaps.real", 1), plural("gaps.real", 6)
    ('gaps.real_none', 'gaps.real_one', 'gaps.real_many')
    """
    return f"{name}_{('none', 'one', 'many')[min(count, 2)]}"


def _priorities(source: Source) -> Named:
    cards = source.frame("priorities", "quadrant", "importance")
    if cards is None:
        return
    origin = source.origin("priorities")
    first = cards[cards["quadrant"] == "improve"].sort_values("importance", ascending=False)
    if len(first):
        yield "priorities.improve", source.some(first.index), origin
    yield plural("priorities.improve", len(first)), len(first), origin
    border = int((cards["quadrant"] == "border").sum())
    yield plural("priorities.border", border), border, origin
    if "n" in cards:
        yield "priorities.n", float(cards["n"].max()), origin


def _grades(source: Source) -> Named:
    """How many fail over all, on how many journeys, and the people behind the grades."""
    shares, scores = source.frame("grade_shares", "fail", "n"), source.frame("value_scores", "n")
    if shares is not None and "overall" in shares.index:
        origin = source.origin("grade_shares")
        for name in ("fail", "n"):
            yield f"grades.{name}", float(shares[name].loc["overall"]), origin
        known = sum(journey.id in shares.index for journey in source.study.config.journeys)
        yield plural("grades.journeys", known), known, origin
    if scores is not None:
        yield "profile.n", float(scores["n"].max()), source.origin("value_scores")


def _kinds(source: Source) -> Named:
    """The values that lower the grade when they fail, or raise it when they excel."""
    kinds = source.frame("penalty_reward", "kind")
    if kinds is None:
        return
    for kind in ("basic", "excitement"):
        names = [source.called(str(value)) for value in kinds.index[kinds["kind"] == kind]]
        if names:
            text = listing(names, source.language)
            yield f"drivers.{kind}", text, source.origin("penalty_reward")


def _trend(source: Source) -> Named:
    """On which side of nought the published change since the base lies, with its interval."""
    change = source.results.findings.get("share_top_change")
    if change is not None and change.low is not None and change.high is not None:
        where = int(side(pd.Series([change.low]), pd.Series([change.high])).iloc[0])
        yield f"trend.{('same', 'up', 'down')[where]}", 1, change.origin


def _kpis(source: Source) -> Named:
    """The last value and its period, centre and signals of each steering number."""
    for name in ("satisfaction", "complaints", "callbacks", "internal"):
        chart = source.frame(f"kpi_{name}", "value", "signal", "centre", "n")
        chart = None if chart is None else chart[chart["value"].notna()]
        if chart is None or chart.empty:
            continue
        origin = source.origin(f"kpi_{name}")
        spec = ".0%" if chart["value"].max() <= 1 else ".1f"
        last = chart.iloc[-1]
        yield f"kpi.{name}.when", source.span(str(chart.index[-1])), origin
        yield f"kpi.{name}.last", source.number(last["value"], spec), origin
        yield f"kpi.{name}.centre", source.number(last["centre"], spec), origin
        yield f"kpi.{name}.n", float(chart["n"].sum()) or None, origin
        signals = int((chart["signal"].fillna("") != "").sum())
        yield plural(f"kpi.{name}.signals", signals), signals, origin
        kpi = getattr(source.study.config.kpis, name)
        if kpi.norm_days:
            norm = count_word(kpi.norm_days, source.language)
            unit = source.word("day" if kpi.norm_days == 1 else "days")
            yield f"kpi.{name}.norm", f"{norm} {unit}", "collected"


def _benchmark(source: Source) -> Named:
    """Letter and place among the other landlords in the last year."""
    parts = source.latest("benchmark", "part")
    if parts is None or "total" not in parts.index:
        return
    for name, value in parts.loc["total"].reindex(["n", "rank", "letter"]).items():
        yield f"benchmark.{name}", value or None, source.origin("benchmark")


PARTS = (_findings, _verdicts, _people, _facts, _settings, _vision, _published, _scores, _gaps,
         _priorities, _grades, _kinds, _trend, _kpis, _benchmark)  # fmt: skip
