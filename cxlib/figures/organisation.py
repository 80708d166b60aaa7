"""The organisation: board, departments, teams, and those it works with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import alike, badge, boxed, breadth, divided
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit, width
from cxlib.figures.wording import (
    inside,
    limited,
    note,
    opened,
    part,
    partly,
    said,
    sentences,
)

_UNIT, _NAME = 12.0, 6.4
_UNITS, _DEEPEST = 12, 85.0
_GAP, _DROP = 2.2, 7.0
_BOARD, _BOX, _PARTNER = 10.5, 12.5, 10.0
_DEPARTMENTS = 12


def organisation(vision: Any, *, look: Look, origin: str) -> BookletFigure:
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
    rows = divided(chart.departments[:_DEPARTMENTS], 6)
    shown = trays([d for row in rows for d in row if d.units])
    partners = divided(limited([_counted(p, look) for p in chart.partners], 5, look), 3)
    top = (_BOARD if chart.board else 0.0) + (_DROP if rows and chart.board else 0.0)
    below = top + len(rows) * (_BOX + _GAP)
    foot = below + sum(tall(one) + 3.0 for one in shown)
    canvas = Canvas(
        look,
        title=_title(chart, look),
        subtitle=look.say("Our organisation in brief")
        + partly(sum(len(row) for row in rows), len(chart.departments), look),
        alt=_alt(chart, look),
        origin=origin,
        body=foot + (len(partners) * (_PARTNER + _GAP) + 3.4 if partners else -1.0),
        note=note(vision, "organisation", look),
    )
    if chart.board:
        _board(canvas, chart.board)
    starts = _departments(canvas, rows, top, bool(chart.board))
    for one in shown:
        tray(canvas, one, starts[id(one)], below + 1.2)
        below += tall(one) + 3.0
    _partners(canvas, partners, foot + 1.0)
    return canvas.figure


def _counted(unit: Any, look: Look) -> str:
    label = said(unit.label, look)
    return f"{look.number(unit.count)} {inside(label, look)}" if unit.count else label


def _board(canvas: Canvas, board: Any) -> None:
    look, middle = canvas.look, canvas.width / 2
    label = fit(said(board.label, look), 60, 8, largest=9.4, weight="bold", language=look.language)
    half, fill = max(22.0, label.width / 2 + 9), canvas.brand.primary
    canvas.box(middle - half, 0, 2 * half, _BOARD, fill=fill, radius=1.0)
    x = middle + (4.0 if board.count else 0.0)
    canvas.write(x, _BOARD / 2, label, ha="center", color=canvas.brand.on(fill))
    if board.count:
        left, seats = x - label.width / 2 - 5.4, look.number(board.count)
        badge(canvas, left, _BOARD / 2, seats, fill=canvas.brand.accent)


def _departments(
    canvas: Canvas, rows: Sequence[Sequence[Any]], y: float, board: bool
) -> dict[int, tuple[float, float]]:
    """Draw the boxes; returns where the line down from each of them begins."""
    brand, look, starts = canvas.brand, canvas.look, {}
    if board and rows:
        _bus(canvas, len(rows[0]), y)
    for row in rows:
        wide = breadth(len(row), _GAP)
        style: dict[str, Any] = {"weight": "semibold", "language": look.language}
        texts = [said(department.label, look) for department in row]
        labels = alike(texts, wide - 1.6, _BOX - 2, largest=8.2, **style)
        for i, department in enumerate(row):
            x = i * (wide + _GAP)
            fill = brand.secondary if department.units else brand.tint(0.16)
            boxed(canvas, (x, y, wide, _BOX), labels[i], fill=fill)
            starts[id(department)] = (x + wide / 2, y + _BOX)
        y += _BOX + _GAP
    return starts


def _bus(canvas: Canvas, count: int, y: float) -> None:
    """The lines from the board to the first row of departments."""
    wide, bus = breadth(count, _GAP), y - _DROP / 2
    middles = [i * (wide + _GAP) + wide / 2 for i in range(count)]
    canvas.line([canvas.width / 2] * 2, [_BOARD, bus], width=0.9, zorder=0)
    canvas.line([middles[0], middles[-1]], [bus, bus], width=0.9, zorder=0)
    for x in middles:
        canvas.line([x, x], [bus, y], width=0.9, zorder=0)


def _partners(canvas: Canvas, rows: Sequence[Sequence[str]], y: float) -> None:
    heading = canvas.look.say("Together with") if rows else ""
    canvas.text(0, y + 1.6, heading, 7.8, weight="bold")
    for nth, row in enumerate(rows):
        wide, top = breadth(len(row), _GAP), y + 4.6 + nth * (_PARTNER + _GAP)
        for i, text in enumerate(row):
            area = (i * (wide + _GAP), top, wide, _PARTNER)
            boxed(canvas, area, text, fill=canvas.brand.accent)


def _title(chart: Any, look: Look) -> str:
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


def _alt(chart: Any, look: Look) -> str:
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


def trays(departments: Sequence[Any]) -> list[Any]:
    """The departments whose teams can be shown on one page."""
    heights = accumulate(tall(department) for department in departments)
    return [d for d, height in zip(departments, heights, strict=True) if height <= _DEEPEST]


def tall(department: Any) -> float:
    """Height of a department's tray."""
    return _NAME + len(divided(department.units[:_UNITS], 4)) * (_UNIT + _GAP) + 1.4


def tray(canvas: Canvas, department: Any, start: tuple[float, float], y: float) -> None:
    """Draw a tray at y, and the line to it from where its department's box ends."""
    (x, above), brand, look = start, canvas.brand, canvas.look
    canvas.line([x, x], [above, y + 1], color=brand.secondary, width=2.2, zorder=0)
    style: dict[str, Any] = {"fill": brand.tint(0.1), "edge": brand.secondary, "line": 1.1}
    canvas.box(0, y, canvas.width, tall(department), radius=1.2, zorder=0.5, **style)
    name = fit(said(department.label, look), 110, 4, largest=8.4, weight="bold")
    canvas.write(3, y + 3.6, name)
    y += _NAME
    for row in divided(department.units[:_UNITS], 4):
        wide = breadth(len(row), _GAP, canvas.width - 6)
        for i, unit in enumerate(row):
            _unit(canvas, unit, (3 + i * (wide + _GAP), y, wide))
        y += _UNIT + _GAP


def _unit(canvas: Canvas, unit: Any, place: tuple[float, float, float]) -> None:
    """A team; several alike lie on a pile."""
    (x, y, wide), brand, look = place, canvas.brand, canvas.look
    text = said(unit.label, look)
    if not unit.count or unit.count == 1:
        boxed(canvas, (x, y, wide, _UNIT), text, fill=brand.paper)
        return
    wide, high, edge = wide - 1.8, _UNIT - 1.8, brand.secondary
    for back in (1.8, 0.9, 0.0):
        area = (x + back, y + back, wide, high)
        canvas.box(*area, fill=brand.paper, edge=edge, line=0.7, radius=0.8)
    times = f"{look.number(unit.count)}×"
    taken = max(5.8, width(times, 8.4, "bold") + 2.4) + 1.6
    badge(canvas, x + 0.6 + taken / 2, y + high / 2, times, fill=brand.accent, size=8.4)
    label = fit(text, wide - taken - 2, high - 1.4, largest=7.8, language=look.language)
    canvas.write(x + (taken + wide) / 2, y + high / 2, label, ha="center")
