"""The phases in which the vision was made: a band of arrows with what happened under each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Column, alike, badge, breadth, divided, ramp
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import Block
from cxlib.figures.wording import limited, note, part, said, sentences

_BAND, _TIP, _GAP, _BETWEEN = 15.0, 4.0, 1.6, 3.0
_ABREAST, _ITEMS = 5, 8


def phases(vision: Any, *, look: Look, origin: str) -> BookletFigure:
    """Draw the phases as arrows, each with what happened in it.

    Parameters
    ----------
    vision : Vision
        With `phases`; months, text and items of a phase are optional.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no phases.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> step = Part(id="1", label="Listen", text="", items=["interviews"], start=None, end=None)
    >>> phases(Part(phases=[step]), look=Look("en"), origin="published").caption.alt
    'Arrows in a row. 1: Listen. interviews.'
    """
    steps = part(vision, "phases")
    rows = [Row(row, look) for row in divided(steps, _ABREAST)]
    canvas = Canvas(
        look,
        title=_title(steps, look),
        subtitle=_subtitle(steps, look),
        alt=_alt(steps, look),
        origin=origin,
        body=sum(row.height for row in rows) + (len(rows) - 1) * _BETWEEN,
        note=note(vision, "phases", look),
    )
    texts = [said(step.label, look) for step in steps]
    room = rows[0].wide - 8.4 - _TIP
    labels = alike(texts, room, _BAND - 3, largest=8.8, language=look.language)
    fills = [ramp(look.brand, i / max(1, len(steps) - 1)) for i in range(len(steps))]
    y, first = 0.0, 0
    for row in rows:
        last = first + len(row.steps)
        row.draw(canvas, y, list(zip(labels[first:last], fills[first:last], strict=True)))
        y, first = y + row.height + _BETWEEN, last
    return canvas.figure


class Row:
    """Phases beside each other: months, arrows, and boxes with what happened."""

    def __init__(self, steps: Sequence[Any], look: Look) -> None:
        self.steps, self.wide = steps, breadth(len(steps), _GAP)
        self.columns = [_happened(step, self.wide, look) for step in steps]
        deepest = max(column.height for column in self.columns)
        self.box = deepest + 5.0 if deepest > 0 else 0.0
        self.top = _BAND + (5.0 if any(step.start or step.end for step in steps) else 0.0)
        self.height = self.top + (self.box + 1.4 if self.box else 0.0)

    def draw(self, canvas: Canvas, y: float, styles: Sequence[tuple[Block, str]]) -> None:
        """Draw the row; `styles` holds label and fill of every arrow."""
        foot, brand = y + self.top, canvas.brand
        for i, (step, column) in enumerate(zip(self.steps, self.columns, strict=True)):
            x, (label, fill) = i * (self.wide + _GAP), styles[i]
            _months(canvas, step, x, self.wide, y)
            right = x + self.wide + (_TIP - _GAP if i < len(self.steps) - 1 else 0.0)
            _arrow(canvas, (x, right), foot, fill, notch=_TIP - _GAP if i else 0.0)
            middle = foot - _BAND / 2
            badge(canvas, x + 6.2, middle, step.id, fill=brand.paper, radius=2.5, size=8.4)
            canvas.write(x + 9.8, middle, label, color=brand.on(fill))
            if self.box:
                canvas.box(x, foot + 1.4, self.wide, self.box, fill=brand.pale, radius=0.8)
                column.draw(canvas, x + 2.2, foot + 3.8)


def _happened(step: Any, wide: float, look: Look) -> Column:
    column = Column(wide - 4.4, look.language)
    column.add(said(step.text, look), 7.4, weight="semibold")
    return column.bullets(limited(step.items, _ITEMS, look), 7.2)


def _span(steps: Sequence[Any]) -> Any:
    starts = [step.start for step in steps if step.start]
    ends = [step.end for step in steps if step.end]
    return (min(starts), max(ends)) if starts and ends else None


def _title(steps: Sequence[Any], look: Look) -> str:
    count, span = look.counted(len(steps), "{n} phase", "{n} phases"), _span(steps)
    if not span or span[0] >= span[1]:
        return look.say("To a customer vision in {count}", count=count)
    first, last = span
    passed = (last.year - first.year) * 12 + last.month - first.month
    months = look.counted(passed, "{n} month", "{n} months")
    return look.say("To a customer vision in {months} and {count}", months=months, count=count)


def _subtitle(steps: Sequence[Any], look: Look) -> str:
    text, span = (
        look.say("What happened in each phase"),
        _span(steps),
    )
    if not span:
        return text
    first, last = (look.month(day) for day in span)
    return text + look.say(", from {first} to {last}", first=first, last=last)


def _alt(steps: Sequence[Any], look: Look) -> str:
    told = []
    for step in steps:
        items = "; ".join(said(item, look) for item in step.items)
        told.append(sentences(f"{step.id}: {said(step.label, look)}", said(step.text, look), items))
    return sentences(look.say("Arrows in a row"), *told)


def _months(canvas: Canvas, step: Any, x: float, wide: float, y: float) -> None:
    """When a phase began and ended, above its corners."""
    start = canvas.look.month(step.start, "MMM y") if step.start else ""
    end = canvas.look.month(step.end, "MMM y") if step.end else ""
    canvas.text(x, y + 1.8, start, 7.2, color=canvas.brand.muted)
    if end != start:
        canvas.text(x + wide, y + 1.8, end, 7.2, ha="right", color=canvas.brand.muted)


def _arrow(canvas: Canvas, ends: tuple[float, float], foot: float, fill: str, notch: float) -> None:
    left, tip = ends
    top, middle, right = foot - _BAND, foot - _BAND / 2, tip - _TIP
    points = [(left, top), (right, top), (tip, middle), (right, foot), (left, foot)]
    canvas.shape([*points, (left + notch, middle)], fill=fill)
