"""The questions of the vision as a house: roof, rooms, floor, foundation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Column, badge, breadth, divided
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit
from cxlib.figures.wording import note, part, partly, said, sentences

_WALL = 5.0  # millimetres by which roof and foundation stick out
_ROOF, _GAP = 36.0, 2.4
_INNER = Canvas.width - 2 * _WALL - 2 * _GAP
_MOST = 12  # questions; a higher house does not fit a page


def house(vision: Any, *, look: Look, origin: str) -> BookletFigure:
    """Draw the questions that the vision answers as a house.

    Parameters
    ----------
    vision : Vision
        With `questions`: the first becomes the roof, the last two floor and foundation, those
        between rooms.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no questions.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(questions=[Part(id="A", label="Who?", text="Tenants")], purpose="")
    >>> house(vision, look=Look("en"), origin="published").caption.title
    'The customer vision answers one question'
    """
    questions = part(vision, "questions")
    shown = [*questions[: _MOST - 2], *questions[_MOST - 2 :][-2:]]
    inner, floors = _storeys(shown[1:])
    rooms = divided(inner, 4 if len(inner) == 4 else 3)
    columns = [[_room(question, len(row), look) for question in row] for row in rooms]
    heights = [12.5 + max(column.height for column in row) for row in columns]
    bands = [_band(question, look) for question in floors]
    walls = sum(height + _GAP for height in heights) + (_GAP if heights else 0)
    count = look.counted(len(questions), "{n} question", "{n} questions")
    canvas = Canvas(
        look,
        title=look.say("The customer vision answers {count}", count=count),
        subtitle=look.say("From our higher purpose (the roof) to the work itself (the foundation)")
        + partly(len(shown), len(questions), look),
        alt=_alt(questions, look),
        origin=origin,
        body=_ROOF + walls + sum(band.height + 5.8 for band in bands),
        note=note(vision, "questions", look),
    )
    _roof(canvas, questions[0], said(questions[0].text or vision.purpose, look))
    if walls:
        wide = canvas.width - 2 * _WALL
        canvas.box(_WALL, _ROOF, wide, walls, fill=look.brand.tint(0.16), zorder=0)
    y = _ROOF + _GAP
    for row, texts, height in zip(rooms, columns, heights, strict=True):
        _rooms(canvas, row, texts, (y, height))
        y += height + _GAP
    _floors(canvas, floors, bands)
    return canvas.figure


def _storeys(below: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """What lies under the roof: rooms, and one or two floors."""
    floors = min(2, max(1, len(below) - 1)) if below else 0
    cut = len(below) - floors
    return below[:cut], below[cut:]


def _alt(questions: Sequence[Any], look: Look) -> str:
    told = [sentences(f"{q.id}: {said(q.label, look)}", said(q.text, look)) for q in questions]
    return sentences(look.say("Drawing of a house"), *told)


def _room(question: Any, count: int, look: Look) -> Column:
    column = Column(breadth(count, _GAP, _INNER) - 4, look.language)
    column.add(said(question.label, look), 8.4, weight="bold", lines=4)
    return column.add(said(question.text, look), 7.2, above=1.6, color=look.brand.muted)


def _band(question: Any, look: Look) -> Column:
    column = Column(Canvas.width - 2 * _WALL - 20, look.language)
    column.add(said(question.label, look), 8.8, weight="bold", lines=2)
    return column.add(said(question.text, look), 7.4, above=0.7, lines=2)


def _roof(canvas: Canvas, question: Any, answer: str) -> None:
    middle, brand, language = canvas.width / 2, canvas.brand, canvas.look.language
    canvas.box(90, 4.5, 8, 20, fill=brand.tint(0.55), zorder=0)
    canvas.box(88.8, 3.2, 10.4, 2.2, fill=brand.primary)
    eaves = [(canvas.width, _ROOF - 1.6), (canvas.width, _ROOF), (0, _ROOF), (0, _ROOF - 1.6)]
    canvas.shape([(middle, 0), *eaves], fill=brand.primary)
    badge(canvas, middle, 10.2, question.id, fill=brand.paper, radius=3.4, size=10.5)
    color = brand.on(brand.primary)
    label = said(question.label, canvas.look)
    block = fit(label, 52, 9, largest=9.2, weight="bold", language=language)
    canvas.write(middle, 20.6, block, ha="center", color=color)
    below = fit(answer, 74, 7, largest=7.2, language=language)
    canvas.write(middle, 29.6, below, ha="center", color=color)


def _rooms(
    canvas: Canvas, row: Sequence[Any], texts: Sequence[Column], place: tuple[float, float]
) -> None:
    wide, (y, height) = breadth(len(row), _GAP, _INNER), place
    for i, (question, text) in enumerate(zip(row, texts, strict=True)):
        x = _WALL + _GAP + i * (wide + _GAP)
        canvas.box(x, y, wide, height, fill=canvas.brand.paper, radius=1.0)
        badge(canvas, x + wide / 2, y + 5.2, question.id, fill=canvas.brand.primary)
        text.draw(canvas, x + wide / 2, y + 9.9, ha="center")


def _floors(canvas: Canvas, floors: Sequence[Any], bands: Sequence[Column]) -> None:
    """From the ground up: the foundation as wide as the roof, the floor as wide as the walls."""
    brand, y = canvas.brand, canvas.body
    fills, outs = (brand.accent, brand.secondary), (0.0, _WALL)
    layers = zip(reversed(floors), reversed(bands), fills, outs, strict=False)
    for question, band, fill, out in layers:
        height = band.height + 4.6
        y -= height
        canvas.box(out, y, canvas.width - 2 * out, height, fill=fill, radius=0.8)
        badge(canvas, _WALL + 7, y + height / 2, question.id, fill=brand.paper)
        band.draw(canvas, _WALL + 14, y + 2.3, color=brand.on(fill))
        y -= 1.2
