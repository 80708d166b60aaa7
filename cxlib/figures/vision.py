"""Diagrams of the vision: each a Typst part, which lays out the study's own texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.figure import Figure, drawn
from cxlib.figures.look import Look, opened
from cxlib.figures.render import on_a_page
from cxlib.figures.text import shorten
from cxlib.language import _

_QUESTIONS, _TILES, _DEPARTMENTS = 12, 8, 12  # what a page holds
_LAYERS, _DIMENSIONS = 6, 7


def part(vision: Any, name: str) -> Any:
    """A part of the vision that the figure cannot do without.

    Raises
    ------
    ValueError
        When the vision does not have it.
    """
    found = getattr(vision, name, None)
    if not found:
        raise ValueError(f"the vision has no {name}; add it to vision.yaml")
    return found


def note(vision: Any, section: str, look: Look) -> str:
    """The remark that belongs under a section's figure, or nothing."""
    text = look.said(getattr(vision, "notes", {}).get(section))
    return shorten(text, 354, 6.5)  # three lines of a source


def plain(content: Any, look: Look) -> Any:
    """Parts of a vision as plain data in one language; what is absent is an empty text.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> plain(Part(label="Teams", count=1200, start=dt.date(2020, 2, 1)), Look("en"))
    {'label': 'Teams', 'count': '1,200', 'start': 'Feb 2020'}
    """
    if isinstance(content, bool | float):
        return content
    if isinstance(content, int):
        return look.number(content)
    if isinstance(content, dt.date):
        return look.month(content, "MMM y")
    if isinstance(content, list | tuple):
        return [plain(item, look) for item in content]
    if content is None or isinstance(content, str) or hasattr(content, "at"):
        return look.said(content)
    named = content if isinstance(content, Mapping) else vars(content)
    return {name: plain(item, look) for name, item in named.items()}


def diagram(
    look: Look,
    vision: Any,
    section: str,
    content: Mapping[str, Any],
    title: str,
    subtitle: str,
    *,
    drawn: tuple[int, int] = (1, 1),
    chart: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Figure:
    """A figure that the section's part of `typst/diagrams.typ` draws from its content.

    The part itself limits what it lists and says how many are left out; `drawn` tells how many
    parts it gets, out of how many; `chart` is the body of a chart that it draws as well.
    """
    some, total = drawn
    subtitle += look.say("; {shown} of {total} drawn", shown=some, total=total) * (some < total)
    more = look.say("and {left} more", left="{left}")
    body = {"kind": "diagram", "part": section, "more": more, **plain(content, look)}
    body |= {"chart": chart} if chart else {}
    rest |= {"title": title, "subtitle": subtitle, "note": note(vision, section, look)}
    return on_a_page(Figure.of(look, body, **rest))


def house(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the questions that the vision answers as a house.

    Parameters
    ----------
    vision : Vision
        With `questions`, or else a ValueError: the first becomes the roof, the last two floor
        and foundation, those between rooms.
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(questions=[Part(id="A", label="Who?", text="Tenants")], purpose="")
    >>> house(vision, look=Look("en"), origin="published").caption.title
    'The customer vision answers one question'
    """
    questions = part(vision, "questions")
    shown = [*questions[: _QUESTIONS - 2], *questions[_QUESTIONS - 2 :][-2:]]
    count = look.counted(len(questions), "{n} question", "{n} questions")
    content = {"questions": shown, "purpose": vision.purpose}
    title = look.say("The customer vision answers {count}", count=count)
    subtitle = look.say("From our higher purpose (the roof) to the work itself (the foundation)")
    drawn = len(shown), len(questions)
    return diagram(look, vision, "questions", content, title, subtitle, origin=origin, drawn=drawn)


def phases(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the phases as arrows, each with what happened in it.

    Parameters
    ----------
    vision : Vision
        With `phases`, or else a ValueError; months, text and items of a phase are optional.
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> step = Part(id="1", label="Listen", text="", items=["interviews"], start=None, end=None)
    >>> phases(Part(phases=[step]), look=Look("en"), origin="published").caption.title
    'To a customer vision in one phase'
    """
    steps = part(vision, "phases")
    first = min((step.start for step in steps if step.start), default=None)
    last = max((step.end for step in steps if step.end), default=None)
    count = look.counted(len(steps), "{n} phase", "{n} phases")
    title = look.say("To a customer vision in {count}", count=count)
    subtitle = look.say("What happened in each phase")
    if first and last:
        ends = {"first": look.month(first), "last": look.month(last)}
        subtitle += look.say(", from {first} to {last}", **ends)
    if first and last and first < last:
        passed = (last.year - first.year) * 12 + last.month - first.month
        months = look.counted(passed, "{n} month", "{n} months")
        title = look.say("To a customer vision in {months} and {count}", months=months, count=count)
    return diagram(look, vision, "phases", {"phases": steps}, title, subtitle, origin=origin)


def roadmap(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the years of the roadmap as columns that step up.

    Parameters
    ----------
    vision : Vision
        With `roadmap`, or else a ValueError; `ambition` is drawn beneath when there is one.
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> year = Part(year="2020", label="Restore", text="", items=["fewer fails"])
    >>> vision = Part(roadmap=[year], ambition="Ever more 8+")
    >>> roadmap(vision, look=Look("en"), origin="published").caption.title
    '2020: restore'
    """
    years = part(vision, "roadmap")
    title, count = look.inside(years[0].label), look.in_words(len(years))
    if len(years) == 1:
        title = f"{years[0].year}: {title}"
    else:
        title = look.say("{count} years, {count} steps: first {first}", count=count, first=title)
    content = {"roadmap": years, "ambition": vision.ambition}
    subtitle = look.say("What we do each year to make ever more customers happy")
    return diagram(look, vision, "roadmap", content, opened(title), subtitle, origin=origin)


def values(vision: Any, definitions: Sequence[Any] = (), *, look: Look, origin: str) -> Figure:
    """Draw a tile for every customer value, in the colour of its domain.

    Parameters
    ----------
    vision : Vision
        With `values`, or else a ValueError: promise and behaviours.
    definitions : sequence
        The values of the study: `id`, `label` and `domain` of each. A value that is not among
        them goes by its id.
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(values=[Part(id="ease", promise="No fuss", behaviours=["Easy to reach"])])
    >>> values(vision, look=Look("en"), origin="published").caption.title
    'One customer value guides us'
    """
    promises = part(vision, "values")
    known = {definition.id: definition for definition in definitions}
    domains = [getattr(known.get(promise.id), "domain", None) or "" for promise in promises]
    marks = look.marks(domains)
    tiles = [
        {
            "label": look.said(known[promise.id].label) if promise.id in known else promise.id,
            "text": promise.promise,
            "items": promise.behaviours,
            **(drawn(marks[domain]) if domain else {"fill": look.brand.primary, "marker": ""}),
        }
        for promise, domain in zip(promises, domains, strict=True)
    ]
    title, subtitle = _values_told([len(p.behaviours) for p in promises], domains, look)
    key = [(marks[d], look.domain_label(d)) for d in dict.fromkeys(domains) if d]
    content, some = {"values": tiles[:_TILES]}, (min(len(tiles), _TILES), len(tiles))
    told: Any = {"title": title, "subtitle": subtitle, "origin": origin}
    return diagram(look, vision, "values", content, drawn=some, key=key, **told)


def _values_told(behaviours: Sequence[int], domains: Sequence[str], look: Look) -> tuple[str, str]:
    """Title and subtitle: the domain with most values and how many behaviours these have."""
    count = look.counted(len(domains), "{n} customer value", "{n} customer values")
    promised = look.say("What we promise and how customers notice")
    largest = max(filter(None, domains), key=domains.count, default="")
    share = domains.count(largest)
    if not largest or share in (1, len(domains)):  # no telling apart
        guide = look.say("guides us") if len(domains) == 1 else look.say("guide us")
        return opened(f"{count} {guide}"), promised
    label = look.inside(look.domain_label(largest))
    others = [look.inside(look.domain_label(d)) for d in dict.fromkeys(domains) if d != largest]
    rest, some = look.in_words(len(domains) - share), look.in_words(share)
    words = {"count": count, "rest": rest, "some": some, "label": label}
    listed = look.listed([text for text in others if text]) or look.say("others")
    told = _("{count}: {rest} about {others}, {some} about {label}")
    title = look.say(told, others=listed, **words)
    pairs = zip(behaviours, domains, strict=True)
    counts = [number for number, domain in pairs if domain == largest]
    if sum(counts):
        total = f"{sum(counts)} ({' + '.join(map(str, counts))})"
        promised += f"; {label}: {total} " + look.say("behaviours")
    return opened(title), promised


def maturity(vision: Any, judged: pd.DataFrame | None = None, *, look: Look, origin: str) -> Figure:
    """Draw the levels as stairs, with the judgement of managers and the aim above them.

    Parameters
    ----------
    vision : Vision
        With `maturity`, or else a ValueError; `maturity_now` and `maturity_aim` are optional.
    judged : DataFrame, optional
        Where managers placed the organisation: index "lower quartile", "median" and "upper
        quartile"; columns `estimate` and `n`, empty where too few answered (`survey.spread`).
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> levels = [Part(level=1, label="Inward", text=""), Part(level=2, label="Friendly", text="")]
    >>> vision = Part(maturity=levels, maturity_now=None, maturity_aim=2, roadmap=[])
    >>> where = ["lower quartile", "median", "upper quartile"]
    >>> judged = pd.DataFrame({"estimate": [1, 1, 2], "n": 13}, index=where)
    >>> maturity(vision, judged, look=Look("en"), origin="simulated").caption.title
    'Managers saw us at level 1 of 2; our aim is friendly'
    """
    levels = sorted(part(vision, "maturity"), key=lambda level: level.level)
    numbers, count = [float(level.level) for level in levels], look.in_words(len(levels))
    aims = [look.inside(level.label) for level in levels if level.level == vision.maturity_aim]
    title = look.say("our aim is ") + aims[0] if aims else ""
    subtitle = look.say("The {levels} levels of customer orientation", levels=count)
    judgements: list[dict[str, Any]] = []
    if judged is not None and judged["estimate"].isna().any():
        subtitle += look.say("; too few answers to show")
    elif judged is not None:
        quartiles = {"low": "lower quartile", "middle": "median", "high": "upper quartile"}
        estimates = judged["estimate"].astype(float)
        places = {end: float(estimates[row]) for end, row in quartiles.items()}
        words = {end: look.number(at, int(at != round(at))) for end, at in places.items()}
        counts = {"spread1": words["middle"], "levels": len(levels)}
        seen = look.say("Managers saw us at level {spread1} of {levels}", **counts)
        title = "; ".join(filter(None, [seen, title]))
        subtitle += look.say("; judged by {n} managers", n=look.number(judged["n"].max()))
        told = look.say("Managers: median level {middle}, middle half {low} to {high}", **words)
        judgements.append({**places, "text": told})
    if vision.maturity_now:
        first, last = vision.maturity_now
        start = look.say("At the start: level {first}", first=first)
        start += look.say(" to {last}", last=last) if last > first else ""
        judgements.append({"low": float(first), "high": float(last), "text": start})
    years = [str(year.year) for year in vision.roadmap[-1:]]
    content = {
        "levels": levels,
        "numbers": numbers,
        "judgements": judgements,
        "aim": float(vision.maturity_aim) if aims else None,
        "flag": {"text": " ".join([look.say("our aim"), *years])},
    }
    title = opened(title or look.say("{count} levels of orientation", count=count))
    return diagram(look, vision, "maturity", content, title, subtitle, origin=origin)


def organisation(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the organisation as residents meet it.

    Parameters
    ----------
    vision : Vision
        With `organisation`: board, departments with their units, partners; each optional.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no organisation, or one without board, departments and partners.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> housing = Part(label="Housing", units=[Part(label="Teams", count=4)])
    >>> vision = Part(organisation=Part(board=None, departments=[housing], partners=[]))
    >>> organisation(vision, look=Look("en"), origin="published").caption.title
    'One department and four teams work for our tenants'
    """
    chart = part(vision, "organisation")
    if not (chart.board or chart.departments or chart.partners):
        raise ValueError("the organisation has no board, departments or partners")
    departments, title = chart.departments, look.say("How our organisation is built")
    if departments:
        parts = [look.counted(len(departments), "{n} department", "{n} departments")]
        teams = [unit for d in departments for unit in d.units if unit.count and unit.count > 1]
        if teams:
            most = max(teams, key=lambda team: team.count)
            parts.append(f"{look.in_words(most.count)} {look.inside(most.label)}")
        several = len(departments) > 1 or bool(teams)
        work = look.say("work") if several else look.say("works")
        title = opened(f"{look.listed(parts)} {work} {look.say('for our tenants')}")
    partners = [
        f"{look.number(p.count)} {look.inside(p.label)}" if p.count else look.said(p.label)
        for p in chart.partners
    ]
    content = {
        "board": chart.board,
        "departments": departments[:_DEPARTMENTS],
        "partners": {"head": look.say("Together with"), "items": partners},
    }
    subtitle = look.say("Our organisation in brief")
    some = min(len(departments), _DEPARTMENTS), len(departments)
    told: Any = {"title": title, "subtitle": subtitle, "origin": origin}
    return diagram(look, vision, "organisation", content, drawn=some, **told)


def service_excellence(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the pyramid of service excellence, the grades beside it, and the dimensions below.

    Parameters
    ----------
    vision : Vision
        With `service_excellence`: `pyramid` (lowest layer first) and `dimensions`; one will do.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has neither.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> layers = [Part(label=n, text="", grade=g) for n, g in (("Basics", "7"), ("Personal", "8"))]
    >>> vision = Part(service_excellence=Part(pyramid=layers, dimensions=[]))
    >>> service_excellence(vision, look=Look("en"), origin="published").caption.title
    'Personal: worth a grade of 8'
    """
    model = part(vision, "service_excellence")
    layers, dimensions = model.pyramid[:_LAYERS], model.dimensions[:_DIMENSIONS]
    if not (layers or dimensions):
        raise ValueError("service_excellence has no pyramid and no dimensions")
    heading = look.counted(len(dimensions), "{n} dimension", "{n} dimensions")
    grades = [look.said(layer.grade) for layer in layers]
    high = [layer for layer in layers if look.said(layer.grade) == grades[-1]]
    if any(grades[-1:]) and len(high) < len(layers):
        title = opened(look.listed([look.inside(layer.label) for layer in high]))
        title += look.say(": worth a grade of ") + shorten(grades[-1], 40, 10.5, "bold")
    else:
        counted = look.counted(len(layers), "{n} layer", "{n} layers") if layers else heading
        title = look.say("Excellent service has {parts}", parts=counted)
    subtitle = look.say("The service excellence model")
    if any(grades):
        subtitle += look.say(": each layer rests on the one below and has a grade of its own")
    content = {
        "pyramid": layers,
        "grade_word": look.say("grade"),
        "head": opened(heading + look.say(" to work on")) if dimensions else "",
        "dimensions": dimensions,
    }
    some = len(layers + dimensions), len(model.pyramid + model.dimensions)
    told: Any = {"title": title, "subtitle": subtitle, "origin": origin}
    return diagram(look, vision, "service_excellence", content, drawn=some, **told)
