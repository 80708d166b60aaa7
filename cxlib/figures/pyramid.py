"""Service excellence: a pyramid with the grades that go with it, and its dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Area, Column, badge, ramp
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit, shorten
from cxlib.figures.wording import inside, note, opened, part, partly, said, sentences

_LAYER, _BASE, _WORDS, _GRADES = 13.0, 52.0, 55.0, 96.0
_TILE, _GAP, _HEAD = 15.0, 3.0, 8.0


def service_excellence(vision: Any, *, look: Look, origin: str) -> BookletFigure:
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
    upper = len(layers) * _LAYER + (4.0 if layers and dimensions else 0.0)
    rows = -(-max(len(dimensions) - 1, 1) // 2)
    lower = _HEAD + max(rows * (_TILE + _GAP) - _GAP, _TILE + 8) if dimensions else 0.0
    canvas = Canvas(
        look,
        title=_title(layers, dimensions, look),
        subtitle=_subtitle(layers, look)
        + partly(len(layers + dimensions), len(model.pyramid + model.dimensions), look),
        alt=_alt(layers, dimensions, look),
        origin=origin,
        body=upper + lower,
        note=note(vision, "service_excellence", look),
    )
    for i, layer in enumerate(layers):
        _layer(canvas, layer, i, len(layers))
    _grades(canvas, layers)
    if dimensions:
        heading = look.counted(len(dimensions), "{n} dimension", "{n} dimensions")
        heading += look.say(" to work on")
        canvas.text(0, upper + 2.4, opened(heading), 8.6, weight="bold")
        _dimensions(canvas, dimensions, upper + _HEAD)
    return canvas.figure


def _layer(canvas: Canvas, layer: Any, nth: int, count: int) -> None:
    """A slice of the pyramid, and a line from it to its words."""
    brand, look, top_one = canvas.brand, canvas.look, nth == count - 1
    foot = (count - nth) * _LAYER
    head = 0.0 if top_one else foot - _LAYER + 0.9
    fill = brand.accent if top_one else ramp(brand, 1 - nth / max(1, count - 1))
    slope, middle = _BASE / 2 / (count * _LAYER), _BASE / 2
    up, down = head * slope, foot * slope
    top = [(middle - up, head), (middle + up, head)]
    canvas.shape([*top, (middle + down, foot), (middle - down, foot)], fill=fill)
    y = foot - _LAYER * (0.34 if top_one else 0.46)
    badge(canvas, middle, y, str(nth + 1), fill=brand.paper, radius=2.5, size=8.4)
    canvas.line([middle + y * slope + 1.0, _WORDS - 1.5], [y, y], color=brand.muted, width=0.5)
    column = Column(_GRADES - _WORDS - 3, look.language)
    column.add(said(layer.label, look), 8.2, weight="bold", lines=2)
    column.add(said(layer.text, look), 7.2, above=0.5, lines=2)
    column.draw(canvas, _WORDS, y - column.height / 2)


def _grades(canvas: Canvas, layers: Sequence[Any]) -> None:
    """A stroke beside every run of layers with the same grade."""
    brand, look, top = canvas.brand, canvas.look, 0.0
    for text, run in groupby(said(layer.grade, look) for layer in reversed(layers)):
        foot = top + len(list(run)) * _LAYER
        y, x, color = (top + foot) / 2, _GRADES + 3, brand.secondary
        if text:
            canvas.line([_GRADES] * 2, [top + 1.6, foot - 0.8], width=1.6, color=color)
            room, high, language = canvas.width - x, foot - top - 5, look.language
            block = fit(text, room, high, largest=9.4, weight="bold", language=language)
            word = look.say("grade")
            canvas.text(x, y - block.height / 2 - 1.4, word, 7, color=brand.muted)
            canvas.write(x, y + 1.4, block)
        top = foot


def _dimensions(canvas: Canvas, dimensions: Sequence[Any], y: float) -> None:
    brand = canvas.brand
    centre = next((d for d in dimensions if d.centre), None)
    around = [d for d in dimensions if d is not centre]
    wide = 37.0 if centre else (canvas.width - _GAP) / 2
    rows, height = -(-len(around) // 2), canvas.body - y
    start = y + (height - rows * (_TILE + _GAP) + _GAP) / 2
    middle = (canvas.width / 2, y + height / 2)
    for i, dimension in enumerate(around):
        x = 0.0 if i % 2 == 0 else canvas.width - wide
        top = start + i // 2 * (_TILE + _GAP)
        if centre:
            ends = [x + wide / 2, middle[0]], [top + _TILE / 2, middle[1]]
            canvas.line(*ends, color=brand.muted, width=1.0, zorder=0)
        _tile(canvas, dimension, (x, top, wide, _TILE), brand.tint(0.14))
    if centre:
        area = (middle[0] - 16.5, middle[1] - _TILE / 2 - 4, 33.0, _TILE + 8)
        _tile(canvas, centre, area, brand.secondary)


def _tile(canvas: Canvas, dimension: Any, area: Area, fill: str) -> None:
    (x, y, wide, high), look = area, canvas.look
    canvas.box(*area, fill=fill, radius=1.4)
    column = Column(wide - 4, look.language)
    column.add(said(dimension.label, look), 8.6, weight="bold", lines=2)
    column.add(said(dimension.text, look), 7.4, above=0.7, lines=2)
    top, color = y + (high - column.height) / 2, canvas.brand.on(fill)
    column.draw(canvas, x + wide / 2, top, ha="center", color=color)


def _title(layers: Sequence[Any], dimensions: Sequence[Any], look: Look) -> str:
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


def _subtitle(layers: Sequence[Any], look: Look) -> str:
    text = look.say("The service excellence model")
    if not any(layer.grade for layer in layers):
        return text
    return text + look.say(": each layer rests on the one below and has a grade of its own")


def _alt(layers: Sequence[Any], dimensions: Sequence[Any], look: Look) -> str:
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
