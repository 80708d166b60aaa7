"""Small drawings: a crocodile, and the signs for what became of it."""

from __future__ import annotations

from cxlib.figures.brand import mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.panel import spot

PURPLE = "#6B4C9A"  # the animal's own colour, whatever the brand
_FIELD = (100.0, 36.0)
# Outline on that field: from the snout over the back, and along legs and jaw back again.
_OUTLINE = """0,15 1,11 4,10 7,12 17,12 20,7 24,6 27,10 31,11 34,7 37,10 40,6 43,9 46,5 49,9
52,5 55,9 58,6 61,10 64,7 66,11 70,9 72,14 76,12 78,17 83,18 90,23 100,33 89,28 80,25 72,24 70,27
73,31 74,35 63,35 61,32 64,27 56,28 42,28 38,27 40,31 41,35 30,35 28,32 31,26 24,25 14,25 4,24
1,22 5,21 8,18.5 10,21 12,18.5 14,21 17,19 12,18 9,17.5 7,20 5,17 3,19.5 2,17"""
_POINTS = [tuple(float(n) for n in pair.split(",")) for pair in _OUTLINE.split()]


def crocodile(
    canvas: Canvas, x: float, y: float, long: float, *, fill: str = PURPLE, edge: str = "none"
) -> None:
    """A crocodile of `long` millimetres; x, y is its snout's corner of the field."""
    scale = long / _FIELD[0]
    points = [(x + px * scale, y + py * scale) for px, py in _POINTS]
    canvas.shape(points, fill=fill, edge=edge, zorder=3)
    eye = canvas.brand.paper if edge == "none" else edge
    spot(canvas, x + 23 * scale, y + 9.6 * scale, 1.3 * scale, fill=eye)


def struck(canvas: Canvas, x: float, y: float, long: float) -> None:
    """A crocodile that is no more: pale, with a stroke through it."""
    crocodile(canvas, x, y, long, fill=mix(PURPLE, 0.3))
    high = long * _FIELD[1] / _FIELD[0]
    canvas.line([x, x + long], [y + high, y], color=PURPLE, width=1.0, zorder=4)


def sign(canvas: Canvas, x: float, y: float, status: str) -> None:
    """The sign of a status: tick (abolished), spot (chosen), arrow (next) or ring (candidate)."""
    brand, radius = canvas.brand, 1.9
    if status == "candidate":
        spot(canvas, x, y, radius, fill=brand.muted)
        spot(canvas, x, y, radius - 0.35, fill=brand.paper)
        return
    fill = {"abolished": brand.primary, "chosen": brand.secondary, "next": brand.accent}[status]
    spot(canvas, x, y, radius, fill=fill)
    color = brand.on(fill)
    if status == "abolished":
        tick = [x - 0.9, x - 0.2, x + 1.0], [y + 0.1, y + 0.8, y - 0.8]
        canvas.line(*tick, color=color, width=1.1, zorder=6)
    if status == "next":
        canvas.line([x - 1.0, x + 0.9], [y, y], color=color, width=1.0, zorder=6)
        head = [x + 0.2, x + 1.0, x + 0.2], [y - 0.8, y, y + 0.8]
        canvas.line(*head, color=color, width=1.0, zorder=6)
