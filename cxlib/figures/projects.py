"""Sub-projects on a calendar: what has begun, what starts later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import badge
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit, width
from cxlib.figures.wording import inside, note, opened, part, said, sentences

_HEAD = 8.6  # millimetres for years and months
_QUARTERS = 30  # months beyond which only years are named
_ROW, _LEFT, _LABEL, _KEY = 7.4, 53.0, 8.0, 6.6
_ROWS = 18
_DASHED: dict[str, Any] = {"style": (0, (2.4, 1.6)), "line": 0.9, "radius": 0.9}


def projects(vision: Any, *, look: Look, origin: str) -> BookletFigure:
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
    days = [day for row in shown for day in (row.start, row.end) if day]
    calendar, head = (Calendar(days, _LEFT), _HEAD) if days else (None, 0.0)
    indicative = look.say("; the months are indicative")
    canvas = Canvas(
        look,
        title=_title(every, look),
        subtitle=look.say("Sub-projects over time")
        + (indicative if origin == "simulated" and days else ""),
        alt=_alt(every, look),
        origin=origin,
        body=head + (len(shown) + bool(left)) * _ROW + _KEY,
        note=note(vision, "projects", look),
    )
    foot = head + len(shown) * _ROW
    if calendar:
        calendar.draw(canvas, foot)
    for i, row in enumerate(shown):
        if i % 2 == 0:
            canvas.box(0, head + i * _ROW, canvas.width, _ROW, fill=look.brand.pale, zorder=0)
        _row(canvas, calendar, row, head + (i + 0.5) * _ROW)
    more = look.say("and {left} more sub-projects", left=left)
    canvas.text(_LABEL, foot + _ROW / 2, more if left else "", color=look.brand.muted)
    _key(canvas, canvas.body - 2.2)
    return canvas.figure


def _row(canvas: Canvas, calendar: Calendar | None, row: Any, y: float) -> None:
    brand, look = canvas.brand, canvas.look
    fill = brand.primary if row.started else brand.accent
    badge(canvas, 3.4, y, row.id, fill=fill, radius=2.4, size=7.8)
    room = _LEFT - _LABEL - 2.5
    text = said(row.label, look)
    label = fit(text, room, _ROW - 0.6, largest=7.8, language=look.language)
    canvas.write(_LABEL, y, label)
    if calendar is None or not (row.start or row.end):
        unknown = look.say("no months known yet")
        canvas.text(_LEFT + 2, y, unknown, 7.2, color=brand.muted)
        return
    start, end = calendar.stretch(row.start or row.end, row.end or row.start)
    _bar(canvas, (start + 0.3, y - 1.9, end - start - 0.6, 3.8), row.started, row.progress)


def _bar(
    canvas: Canvas, area: tuple[float, float, float, float], begun: bool, done: float | None
) -> None:
    brand, (x, y, wide, high) = canvas.brand, area
    if not begun:
        canvas.box(*area, fill=brand.paper, edge=brand.ink, zorder=2, **_DASHED)
        return
    ground = brand.primary if done is None else brand.tint(0.45)
    canvas.box(*area, fill=ground, radius=0.9, zorder=2)
    if done:
        canvas.box(x, y, wide * done, high, fill=brand.primary, radius=0.9, zorder=3)


def _key(canvas: Canvas, y: float) -> None:
    x, say = _LEFT, canvas.look.say
    for begun, word in (
        (True, say("begun")),
        (False, say("starts later")),
    ):
        _bar(canvas, (x, y - 1.4, 6.0, 2.8), begun, None)
        canvas.text(x + 7.6, y, word, 7.2)
        x += 14 + width(word, 7.2)


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
    return opened(
        look.say(
            "{begun} of the {total} sub-projects {verb} begun", begun=begun, total=total, verb=verb
        )
    )


def _alt(rows: Sequence[Any], look: Look) -> str:
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


class Calendar:
    """From months to millimetres, from `left` to the right edge, in whole quarters."""

    def __init__(self, days: Sequence[dt.date], left: float) -> None:
        self.left, months = left, [_number(day) for day in days]
        self.first = min(months) // 3 * 3
        self.last = max(months) // 3 * 3 + 3
        self.step = 3 if self.last - self.first <= _QUARTERS else 12

    def _x(self, number: int) -> float:
        share = (number - self.first) / (self.last - self.first)
        return self.left + share * (Canvas.width - self.left)

    def stretch(self, start: dt.date, end: dt.date) -> tuple[float, float]:
        """Left and right of a bar from the start of one month to the end of another."""
        return self._x(_number(start)), self._x(_number(end) + 1)

    def draw(self, canvas: Canvas, foot: float) -> None:
        """Years above, a line down to `foot` for every quarter or year."""
        begins = {self.first, *range(self.first // 12 * 12 + 12, self.last, 12)}
        free = 0.0
        for number in sorted({*range(self.first, self.last, self.step), *begins}):
            x, new = self._x(number), number in begins
            color = canvas.brand.muted if new else canvas.brand.rule
            canvas.line([x, x], [0.0 if new else _HEAD - 4.4, foot], color=color, width=0.5)
            day = dt.date(number // 12, number % 12 + 1, 1)
            end = self._x(min(number // 12 * 12 + 12, self.last))
            room = Canvas.width - x if self.step == 12 else end - x
            if new and x >= free and room > 8:
                canvas.text(x + 0.9, 1.8, str(day.year), 7.6, weight="bold")
                free = x + 9
            name = canvas.look.month(day, "MMM")
            if self.step == 3 and width(name, 6.8) < self._x(self.first + 3) - self.left - 1.2:
                canvas.text(x + 0.9, 6.0, name, 6.8, color=canvas.brand.muted)


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
