"""Every number and name that a text may mention, looked up in what is published.

Nothing is compared here: who leads, and what differs, are findings that notebooks publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cxlib.booklet.source import Source
from cxlib.booklet.wording import Value, span, stretch
from cxlib.report import side
from cxlib.study.kpis import Kpi
from cxlib.study.periods import Period

NEUTRAL = "collected"  # settings and counts of the study itself bear no mark
FEW = 4  # that may come first, in a sentence; of more the number is said
SPECS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("values.yaml").read_text(encoding="utf-8")
)
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
            yield f"{name}.tied", source.look.either(names), found.origin
        elif len(names) > FEW:
            yield f"{name}.open", len(names), found.origin
            yield f"{name}.of", found.of, found.origin


def _details(source: Source, name: str, leader: str) -> Named:
    """The number that makes a leader one, from the table that it was told from."""
    spec = SPECS["verdicts"].get(name, {"from": "", "columns": []})
    frame = source.frame(spec["from"], *spec["columns"], *spec.get("at", {}))
    if frame is not None and leader in frame.index:
        row = frame.loc[[leader]]
        for column, value in spec.get("at", {}).items():
            row = row[row[column] == value]
        for column in spec["columns"] if len(row) else ():
            yield f"{name}.{column}", float(row[column].iloc[0]), source.origin(spec["from"])


def _tables(source: Source) -> Named:
    """Cells, counts and names that published tables hold, as values.yaml lists them."""
    for name, spec in SPECS["tables"].items():
        rows = source.rows(spec)
        if rows is None:
            continue
        origin = source.origin(spec["from"])
        if "count" in spec:
            known = plural(name, len(rows)) if spec["count"] == "plural" else name
            yield known, len(rows), origin
        elif "names" in spec and len(rows):
            cards = spec["names"] == "cards"
            names = None if cards else [source.called(str(row)) for row in rows.index]
            said = source.look.listed(names) if names else source.some(rows.index)
            yield name, said, origin
        elif (column := spec.get("cell", spec.get("largest"))) in rows and len(rows):
            yield name, rows[column].iloc[0] if "cell" in spec else rows[column].max(), origin


def _people(source: Source) -> Named:
    intake = source.frame("intake", "set", "rows")
    if intake is not None and "votes" in intake.index and source.study.votes is not None:
        voters = source.study.votes["voter"].nunique()
        yield "people.votes", voters, source.study.origin("votes")
    sorts = [f for name, f in source.results.findings.items() if name.startswith("n_sorts_")]
    if sorts:
        yield "people.both", sum(finding.value for finding in sorts), sorts[0].origin
    if viewpoints := source.results.findings.get("n_viewpoints"):
        count = int(viewpoints.value)
        yield plural("count.viewpoints", count), count, viewpoints.origin
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
    yield from zip(("board.low", "board.high"), source.look.board, (NEUTRAL,) * 2, strict=True)
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
    parts = (("window", past[-rules.window :], "all_periods"), ("base", base, "base"))
    return {
        name: stretch(periods, source.language) if periods else source.word(none)
        for name, periods, none in parts
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
            f"{source.look.in_words(n)} {about} {source.name('domains', str(domain))}"
            for domain, n in domains.value_counts(sort=True).items()
        ]
        yield "published.domains", source.look.listed(parts), "published"


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


def _trend(source: Source) -> Named:
    """On which side of nought the published change since the base lies, with its interval."""
    change = source.results.findings.get("share_top_change")
    if change is not None and change.low is not None and change.high is not None:
        where = int(side(pd.Series([change.low]), pd.Series([change.high])).iloc[0])
        yield f"trend.{('same', 'up', 'down')[where]}", 1, change.origin


PARTS = (_findings, _verdicts, _people, _facts, _settings, _vision, _published, _scores, _gaps,
         _trend, _tables)  # fmt: skip


def kpis(source: Source) -> dict[str, dict[str, Value]]:
    """Values of each KPI that the organisation steers on, by the names that texts use.

    Returns
    -------
    dict of KPI to dict
        `kpi.label`, `.last`, `.when`, `.centre`, `.n`, `.norm` and the number of signals, as far
        as known; `.own_heading`, `.own_lead` and `.own_ask` from study.yaml.
    """
    return {kpi.id: _kpi(source, kpi) for kpi in source.study.config.kpis if kpi.steers}


def _kpi(source: Source, kpi: Kpi) -> dict[str, Value]:
    """The last value and its period, centre and signals of a steering number."""
    speaker, texts = source.look, {"label": kpi.label}
    texts |= {f"own_{part}": getattr(kpi, part) for part in ("heading", "lead", "ask")}
    known: dict[str, Any] = {name: text and speaker.own(text) for name, text in texts.items()}
    if kpi.norm:
        unit = source.word("day" if kpi.norm == 1 else "days")
        known["norm"] = f"{speaker.in_words(round(kpi.norm))} {unit}"
    chart = source.frame(f"kpi_{kpi.id}", "value", "signal", "centre", "n")
    chart = None if chart is None else chart[chart["value"].notna()]
    found, origin = {}, NEUTRAL
    if chart is not None and len(chart):
        last, origin = chart.iloc[-1], source.origin(f"kpi_{kpi.id}")
        signals = int((chart["signal"].fillna("") != "").sum())
        found = {
            "when": source.span(str(chart.index[-1])),
            "last": speaker.measured(last["value"], kpi.unit),
            "centre": speaker.measured(last["centre"], kpi.unit),
            "n": float(chart["n"].sum()) or _rows(source, kpi.table),
            plural("signals", signals): signals,
        }
    made = {name: Value(value, NEUTRAL) for name, value in known.items() if value}
    made |= {name: Value(value, origin) for name, value in found.items() if value is not None}
    return {f"kpi.{name}": value for name, value in made.items()}


def _rows(source: Source, table: str) -> float | None:
    """How many rows of a table the intake counted."""
    intake = source.frame("intake", "set", "rows")
    rows = None if intake is None else intake["rows"].get(table)
    return None if rows is None else float(rows)


def viewpoints(source: Source) -> dict[str, dict[str, Value]]:
    """Values of each viewpoint that has a figure, by the names that texts use.

    Parameters
    ----------
    source : Source
        A study and its results.

    Returns
    -------
    dict of number to dict
        `viewpoint.name`, `.own_lead` (the story in study.yaml), `.flagged`, `.sorts` and
        `.variance` (from the table of factors), as far as known.
    """
    found: dict[str, dict[str, Value]] = {}
    while (f"viewpoint_{len(found) + 1}", source.language) in source.results.figures:
        found[str(len(found) + 1)] = _viewpoint(source, len(found) + 1)
    return found


REPEATED = {"viewpoints": viewpoints, "kpis": kpis}  # whose pages are made for each


def _viewpoint(source: Source, number: int) -> dict[str, Value]:
    named = [part for group in source.study.config.viewpoints.values() for part in group]
    known = {"name": Value(f"{source.word('viewpoint')} {number}")}
    if number <= len(named):
        viewpoint = named[number - 1]
        known["name"] = Value(viewpoint.name.at(source.language))
        if viewpoint.story:
            known["own_lead"] = Value(viewpoint.story.at(source.language))
    factors = source.frame("factors", "n_flagged", "variance_explained")
    if factors is not None and f"f{number}" in factors.index:
        row, origin = factors.loc[f"f{number}"].to_dict(), source.origin("factors")
        known["flagged"] = Value(int(row["n_flagged"]), origin)
        if row.get("weak") in ("few", "returns"):
            known[f"weak_{row['weak']}"] = Value(1, origin)
        known["variance"] = Value(float(row["variance_explained"]) / 100, origin)
    loadings = source.results.tables.get("loadings")
    if loadings is not None:
        known["sorts"] = Value(len(loadings.read()), source.origin("loadings"))
    return {f"viewpoint.{name}": value for name, value in known.items()}
