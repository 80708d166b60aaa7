"""What the organisation works on, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cxlib.figures import columns as col
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.render import on_a_page
from cxlib.figures.text import shorten, width
from cxlib.figures.vision import note, part
from cxlib.figures.wording import inside, opened, said

_QUARTERS = 30  # months beyond which only years are named
_ROWS = 18  # sub-projects


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
    days = [day for project in shown for day in (project.start, project.end) if day]
    ids = [shorten(str(project.id), 12, 7.8, "bold") for project in shown]
    lines = [
        _project(name, project, look, band=i % 2 == 0)
        for i, (name, project) in enumerate(zip(ids, shown, strict=True))
    ]
    if len(every) > len(shown):
        more = look.say("and {left} more sub-projects", left=len(every) - len(shown))
        lines.append(col.row(col.marks([]), col.said(more, colour=look.brand.muted), col.marks([])))
    columns = [
        col.scale(0, 1, width=max(6.0, *(width(name, 7.8, "bold") + 2.6 for name in ids))),
        col.text(look, room=44, size=7.8),
        _calendar(days, look) if days else col.scale(0, 1),
    ]
    figure = Figure.of(
        look,
        col.rows(columns, lines, 7.4),
        title=_title(every, look),
        subtitle=look.say("Sub-projects over time")
        + look.say("; the months are indicative") * (origin == "simulated" and bool(days)),
        origin=origin,
        note=note(vision, "projects", look),
        key=[
            {"text": look.say("begun"), "fill": look.brand.primary, "marker": "bar"},
            {"text": look.say("starts later"), "fill": look.brand.paper, "marker": "dashed"},
        ],
    )
    return on_a_page(figure)


def _title(rows: Sequence[Any], look: Look) -> str:
    started, count = sum(row.started for row in rows), len(rows)
    begun, total = look.in_words(started), look.in_words(count)
    if count == 1:
        return opened(inside(rows[0].label, look))
    if started == count:
        return look.say("All {total} sub-projects have begun", total=total)
    if started == 0:
        return look.say("The {total} sub-projects start later", total=total)
    verb = look.say("has") if started == 1 else look.say("have")
    words = {"begun": begun, "total": total, "verb": verb}
    return opened(look.say("{begun} of the {total} sub-projects {verb} begun", **words))


def _project(name: str, project: Any, look: Look, **rest: Any) -> Part:
    """A bar from the start of its first month to the end of its last; dashed if not begun."""
    brand, days = look.brand, [day for day in (project.start, project.end) if day]
    fill = brand.primary if project.started else brand.accent
    badge = {"kind": "badge", "at": 0.5, "text": name, "fill": fill, "colour": brand.on(fill)}
    if days:
        start, end = _number(days[0]) + 0.1, _number(days[-1]) + 0.9
        heard = " – ".join(dict.fromkeys(look.month(day, "MMM y") for day in days))
        style: Part = {"tall": 3.8, "radius": 0.9}
        if not project.started:
            heard += ", " + look.say("starts later")
            dashed: Part = {"edge": brand.ink, "dash": "dashed", "line": 0.9}
            bars = [col.span(start, end, brand.paper, **style, **dashed)]
        elif project.progress is None:
            bars = [col.span(start, end, brand.primary, **style)]
        else:
            done = start + (end - start) * project.progress
            bars = [col.span(start, end, brand.tint(0.45), **style)]
            bars += [col.span(start, done, brand.primary, **style)] * (done > start)
        when = col.marks(bars, heard)
    else:
        plain = {"gap": 2, "size": 7.2, "weight": 400, "colour": brand.muted, "ground": False}
        words = look.say("no months known yet")
        when = col.marks([col.value(0, words, look, start=True, **plain)])
    return col.row(col.marks([badge]), col.said(said(project.label, look)), when, **rest)


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _calendar(days: Sequence[dt.date], look: Look) -> Part:
    """Whole quarters: years above, a line for every quarter, or for every year of many."""
    months = [_number(day) for day in days]
    first, last = min(months) // 3 * 3, max(months) // 3 * 3 + 3
    step = 3 if last - first <= _QUARTERS else 12
    years = [n for n in range(first, last) if n == first or n % 12 == 0]
    every = -(-len(years) // 8)
    named = [n for n in years[::every] if (last - n) * 60 > (last - first) * 8]  # millimetres
    bold = {"side": "right", "colour": look.brand.ink, "weight": 700}
    heads: list[Part] = [{"at": n, "text": str(n // 12), "line": 0, **bold} for n in named]
    if last - first <= 24:
        for n in range(first, last, 3):
            month = look.month(dt.date(n // 12, n % 12 + 1, 1), "MMM")
            plain = {"side": "right", "colour": look.brand.muted, "size": 6.8}
            heads.append({"at": n, "line": 1, "text": month, **plain})
    lines = sorted({*range(first, last, step), *years})
    return col.scale(first, last, lines, heads=heads, rules=years if step == 3 else (), after=0.4)
