"""The teams of a department on a tray; several alike lie on a pile."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.panel import badge, boxed, breadth, divided
from cxlib.figures.text import fit, width
from cxlib.figures.wording import said

_GAP, _UNIT, _TITLE = 2.2, 12.0, 6.4
_UNITS, _DEEPEST = 12, 85.0


def trays(departments: Sequence[Any]) -> list[Any]:
    """The departments whose teams can be shown on one page."""
    heights = accumulate(tall(department) for department in departments)
    return [d for d, height in zip(departments, heights, strict=True) if height <= _DEEPEST]


def tall(department: Any) -> float:
    """Height of a department's tray."""
    return _TITLE + len(divided(department.units[:_UNITS], 4)) * (_UNIT + _GAP) + 1.4


def tray(canvas: Canvas, department: Any, start: tuple[float, float], y: float) -> None:
    """Draw a tray at y, and the line to it from where its department's box ends."""
    (x, above), brand, look = start, canvas.brand, canvas.look
    canvas.line([x, x], [above, y + 1], color=brand.secondary, width=2.2, zorder=0)
    style: dict[str, Any] = {"fill": brand.tint(0.1), "edge": brand.secondary, "line": 1.1}
    canvas.box(0, y, canvas.width, tall(department), radius=1.2, zorder=0.5, **style)
    name = fit(said(department.label, look), 110, 4, largest=8.4, weight="bold")
    canvas.write(3, y + 3.6, name)
    y += _TITLE
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
