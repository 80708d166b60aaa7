"""The organisation as residents meet it, what it works on, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from cxlib.figures import columns as col
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.render import on_a_page
from cxlib.figures.text import shorten, width
from cxlib.figures.vision import diagram, divided, labelled
from cxlib.figures.wording import inside, limited, note, opened, part, partly, said, sentences

_DEPARTMENTS, _UNITS = 12, 12  # units in a tray
_DEEPEST, _NAME, _LINE = 85.0, 10.0, 14.2  # millimetres: all trays, a name, a line of units
_QUARTERS = 30  # months beyond which only years are named
_ROWS = 18  # sub-projects


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
    lines = divided(chart.departments[:_DEPARTMENTS], 6)
    shown = sum(len(line) for line in lines)
    partners = divided(limited([_counted(p, look) for p in chart.partners], 5, look), 3)
    content = {
        "board": _named(chart.board, look) if chart.board else None,
        "lines": [
            [{"label": said(d.label, look), "units": bool(d.units)} for d in line] for line in lines
        ],
        "trays": _trays([d for line in lines for d in line if d.units], look),
        "partners": {
            "head": look.say("Together with"),
            "lines": [{"text": line} for line in partners],
        },
    }
    return diagram(
        look,
        "organisation",
        content,
        title=_chart_title(chart, look),
        subtitle=look.say("Our organisation in brief")
        + partly(shown, len(chart.departments), look),
        alt=_chart_alt(chart, look),
        origin=origin,
        note=note(vision, "organisation", look),
    )


def _named(unit: Any, look: Look) -> Part:
    return {"label": said(unit.label, look), "text": look.number(unit.count) if unit.count else ""}


def _trays(departments: Sequence[Any], look: Look) -> list[Part]:
    """The departments whose teams can be shown on one page; several alike lie on a pile."""
    found: list[Part] = []
    used = 0.0
    for department in departments:
        lines = divided(department.units[:_UNITS], 4)
        used += _NAME + len(lines) * _LINE
        if used > _DEEPEST:
            break
        units = [[_unit(unit, look) for unit in line] for line in lines]
        found.append({"label": said(department.label, look), "lines": units})
    return found


def _unit(unit: Any, look: Look) -> Part:
    times = f"{look.number(unit.count)}×" if (unit.count or 1) > 1 else ""
    return {"label": said(unit.label, look), "text": times}


def _counted(unit: Any, look: Look) -> str:
    label = said(unit.label, look)
    return f"{look.number(unit.count)} {inside(label, look)}" if unit.count else label


def _chart_title(chart: Any, look: Look) -> str:
    count = len(chart.departments)
    if not count:
        return look.say("How our organisation is built")
    parts = [look.counted(count, "{n} department", "{n} departments")]
    teams = [u for d in chart.departments for u in d.units if u.count and u.count > 1]
    if teams:
        unit = max(teams, key=lambda team: team.count)
        parts.append(f"{look.in_words(unit.count)} {inside(unit.label, look)}")
    several = count > 1 or bool(teams)
    work = look.say("work") if several else look.say("works")
    return opened(f"{look.listed(parts)} {work} {look.say('for our tenants')}")


def _chart_alt(chart: Any, look: Look) -> str:
    told = [look.say("Organisation chart")]
    board = chart.board
    seats = f" ({look.number(board.count)})" if board and board.count else ""
    told.append(said(board.label, look) + seats if board else "")
    for department in chart.departments:
        units = look.listed([_counted(unit, look) for unit in department.units])
        told.append(said(department.label, look) + (f": {units}" if units else ""))
    partners = look.listed([_counted(unit, look) for unit in chart.partners])
    told.append(look.say("Together with ") + partners if partners else "")
    return sentences(*told)


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
    layers, dimensions = model.pyramid[:6], model.dimensions[:7]
    if not (layers or dimensions):
        raise ValueError("service_excellence has no pyramid and no dimensions")
    heading = look.counted(len(dimensions), "{n} dimension", "{n} dimensions")
    centre = next((d for d in dimensions if d.centre), None)
    content = {
        "layers": _layers(layers, look),
        "grades": _grades(layers, look),
        "head": opened(heading + look.say(" to work on")) if dimensions else "",
        "centre": labelled(centre, look) if centre else None,
        "around": [labelled(d, look) for d in dimensions if d is not centre],
    }
    return diagram(
        look,
        "service-excellence",
        content,
        title=_layer_title(layers, dimensions, look),
        subtitle=_layer_subtitle(layers, look)
        + partly(len(layers + dimensions), len(model.pyramid + model.dimensions), look),
        alt=_layer_alt(layers, dimensions, look),
        origin=origin,
        note=note(vision, "service_excellence", look),
    )


def _layers(layers: Sequence[Any], look: Look) -> list[Part]:
    """Slices of the pyramid from the top down; the top one in the accent colour."""
    brand, count = look.brand, len(layers)
    found = []
    for i, layer in enumerate(layers):
        fill = brand.accent if i == count - 1 else brand.ramp(1 - i / max(1, count - 1))
        found.append({**labelled(layer, look), "id": str(i + 1), "fill": fill})
    return found[::-1]


def _grades(layers: Sequence[Any], look: Look) -> list[Part]:
    """Runs of layers with the same grade, from the top down."""
    runs = groupby(said(layer.grade, look) for layer in reversed(layers))
    return [
        {"text": text, "label": look.say("grade") if text else "", "count": len(list(run))}
        for text, run in runs
    ]


def _layer_title(layers: Sequence[Any], dimensions: Sequence[Any], look: Look) -> str:
    grade = said(layers[-1].grade, look) if layers else ""
    high = [layer for layer in layers if said(layer.grade, look) == grade]
    if grade and len(high) < len(layers):
        names = opened(look.listed([inside(layer.label, look) for layer in high]))
        grade = shorten(grade, 40, 10.5, "bold")
        return names + look.say(": worth a grade of ") + grade
    parts = look.counted(len(layers), "{n} layer", "{n} layers")
    if not layers:
        parts = look.counted(len(dimensions), "{n} dimension", "{n} dimensions")
    return look.say("Excellent service has {parts}", parts=parts)


def _layer_subtitle(layers: Sequence[Any], look: Look) -> str:
    text = look.say("The service excellence model")
    if not any(layer.grade for layer in layers):
        return text
    return text + look.say(": each layer rests on the one below and has a grade of its own")


def _layer_alt(layers: Sequence[Any], dimensions: Sequence[Any], look: Look) -> str:
    told = [look.say("Pyramid, bottom up")] if layers else []
    for i, layer in enumerate(layers, 1):
        grade = said(layer.grade, look)
        told += [f"{i}: {said(layer.label, look)}", opened(said(layer.text, look))]
        told.append(look.say("Grade ") + grade if grade else "")
    for i, dimension in enumerate(dimensions):
        name = said(dimension.label, look)
        name += look.say(" (in the centre)") if dimension.centre else ""
        label = look.say("Dimensions: ") if i == 0 else ""
        told += [label + name, opened(said(dimension.text, look))]
    return sentences(*told)


def projects(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the sub-projects as bars on a calendar; what has not begun is dashed.

    Parameters
    ----------
    vision : Vision
        With `projects`; those without months get no bar.
    look : Look
        Language, brand and source.
    origin : str
        published, collected or simulated; of the months.

    Raises
    ------
    ValueError
        When the vision has no projects.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> rows = [Part(id=i, label="", start=None, end=None, started=i > "A") for i in "ABC"]
    >>> projects(Part(projects=rows), look=Look("en"), origin="published").caption.title
    'Two of the three sub-projects have begun'
    """
    every = part(vision, "projects")
    shown = every if len(every) <= _ROWS + 1 else every[:_ROWS]
    left = len(every) - len(shown)
    days = [day for project in shown for day in (project.start, project.end) if day]
    indicative = look.say("; the months are indicative") if origin == "simulated" and days else ""
    lines = [_project(project, look) for project in shown]
    for line in lines[::2]:
        line["band"] = True
    if left:
        more = look.say("and {left} more sub-projects", left=left)
        lines.append(col.row(col.marks([]), col.said(more, colour=look.brand.muted), col.marks([])))
    columns = [
        col.scale(0, 1, width=max(6.0, *(width(_id(p), 7.8, "bold") + 2.6 for p in shown))),
        col.text(look, room=44, size=7.8),
        _calendar(days, look) if days else col.scale(0, 1),
    ]
    figure = Figure.of(
        look,
        col.rows(columns, lines, 7.4),
        title=_project_title(every, look),
        subtitle=look.say("Sub-projects over time") + indicative,
        alt=_project_alt(every, look),
        origin=origin,
        note=note(vision, "projects", look),
        key=[
            {"text": look.say("begun"), "fill": look.brand.primary, "marker": "bar"},
            {"text": look.say("starts later"), "fill": look.brand.paper, "marker": "dashed"},
        ],
    )
    return on_a_page(figure)


def _project(project: Any, look: Look) -> Part:
    """A bar from the start of its first month to the end of its last; dashed if not begun."""
    brand = look.brand
    fill = brand.primary if project.started else brand.accent
    badge = {"kind": "badge", "at": 0.5, "text": _id(project), "fill": fill}
    head = [col.marks([{**badge, "colour": brand.on(fill)}]), col.said(said(project.label, look))]
    days = [day for day in (project.start, project.end) if day]
    if not days:
        words = look.say("no months known yet")
        style = {"gap": 2, "size": 7.2, "weight": 400, "colour": brand.muted, "ground": False}
        return col.row(*head, col.marks([{**col.value(0, words, look, **style), "start": True}]))
    start, end = _number(days[0]) + 0.1, _number(days[-1]) + 0.9
    heard = " – ".join(dict.fromkeys(look.month(day, "MMM y") for day in days))
    if not project.started:
        heard += ", " + look.say("starts later")
        dashed: Part = {"edge": brand.ink, "dash": "dashed", "line": 0.9, "radius": 0.9}
        return col.row(
            *head, col.marks([col.span(start, end, brand.paper, tall=3.8, **dashed)], heard)
        )
    done = project.progress
    ground = brand.primary if done is None else brand.tint(0.45)
    part_done = start + (end - start) * (done or 0.0)
    bars = [
        col.span(start, end, ground, tall=3.8, radius=0.9),
        col.span(start, part_done, brand.primary, tall=3.8, radius=0.9) if done else None,
    ]
    return col.row(*head, col.marks(bars, heard))


def _id(project: Any) -> str:
    return shorten(str(project.id), 12, 7.8, "bold")


def _calendar(days: Sequence[dt.date], look: Look) -> Part:
    """Whole quarters: years above, a line for every quarter, or for every year of many."""
    months = [_number(day) for day in days]
    first, last = min(months) // 3 * 3, max(months) // 3 * 3 + 3
    step = 3 if last - first <= _QUARTERS else 12
    years = [n for n in range(first, last) if n == first or n % 12 == 0]
    every = -(-len(years) // 8)
    named = [n for n in years[::every] if (last - n) * 60 > (last - first) * 8]  # millimetres
    bold = {"side": "right", "colour": look.brand.ink, "weight": 700}
    heads = [{"at": n, "text": str(n // 12), "line": 0, **bold} for n in named]
    if step == 3:
        plain = {"side": "right", "colour": look.brand.muted, "size": 6.8}
        quarters = range(first, last, 3) if last - first <= 24 else []
        for n in quarters:
            month = look.month(dt.date(n // 12, n % 12 + 1, 1), "MMM")
            heads.append({"at": n, "line": 1, "text": month, **plain})
    lines = sorted({*range(first, last, step), *years})
    return col.scale(first, last, lines, heads=heads, rules=years if step == 3 else (), after=0.4)


def _project_title(rows: Sequence[Any], look: Look) -> str:
    started, count = sum(row.started for row in rows), len(rows)
    begun, total = look.in_words(started), look.in_words(count)
    if count == 1:
        return opened(inside(rows[0].label, look))
    if started == count:
        return look.say("All {total} sub-projects have begun", total=total)
    if started == 0:
        return look.say("The {total} sub-projects start later", total=total)
    verb = look.say("has") if started == 1 else look.say("have")
    return opened(
        look.say(
            "{begun} of the {total} sub-projects {verb} begun", begun=begun, total=total, verb=verb
        )
    )


def _project_alt(rows: Sequence[Any], look: Look) -> str:
    told = []
    for row in rows:
        span = dict.fromkeys(look.month(day) for day in (row.start, row.end) if day)
        state = look.say("starts later") if not row.started else ""
        ends = list(span)
        when = "".join(ends)
        if len(ends) > 1:
            when = look.say("{first} to {last}", first=ends[0], last=ends[1])
        parts = [when, state]
        told.append(
            ": ".join([f"{row.id} {said(row.label, look)}", ", ".join(filter(None, parts))])
        )
    return sentences(look.say("Gantt chart"), *(t.rstrip(": ") for t in told))


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
