"""Look for faults in a finished figure: what a proofreader with a ruler would mark."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from cxlib.figures.brand import contrast
from cxlib.figures.sheet import settings
from cxlib.figures.text import SMALLEST

_TOLERANCE = 0.25  # millimetres
_LEGIBLE = 4.5
EMPTY = "empty figure"


def lint(figure: Figure) -> list[str]:
    """List what is wrong with a figure, a readable line a fault.

    Text outside the sheet, over other text, below 6 pt, beneath a shape or too faint on what
    lies behind it; a missing title or alternative text; a figure without a drawing.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> lint(Figure())
    ['no title', 'no alternative text', 'empty figure']
    """
    caption = getattr(figure, "caption", None)
    needed = {"title": "title", "alternative text": "alt"}
    faults = [f"no {name}" for name, at in needed.items() if not getattr(caption, at, "").strip()]
    with settings():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [(t, _ink(t, renderer)) for t in figure.findobj(Text) if _shown(t)]
        shapes = [(p, p.get_window_extent(renderer)) for p in figure.findobj(Patch) if _solid(p)]
    shapes = [(p, box) for p, box in shapes if p is not figure.patch]
    marks = [a for a in figure.findobj(Line2D) if a.get_visible()]
    if not shapes and len(marks) <= 1:  # one line is the rule above the source
        faults.append(EMPTY)
    edge = _TOLERANCE / 25.4 * figure.dpi
    faults += _outside(texts, figure, edge) + _small(texts) + _overlapping(texts, edge)
    return faults + _hidden(texts, shapes) + _faint(texts, shapes)


def _shown(text: Text) -> bool:
    return bool(text.get_visible() and text.get_text().strip() and text.get_alpha() != 0)


def _solid(patch: Patch) -> bool:
    colour = patch.get_facecolor()
    return bool(patch.get_visible() and patch.get_fill() and to_rgba(colour)[3] > 0.9)


def _ink(text: Text, renderer: RendererAgg) -> Bbox:
    """The box from capital height to baseline: what the eye sees collide."""
    box = text.get_window_extent(renderer)
    trim = _points(text) * renderer.dpi / 72 * 0.16
    return Bbox.from_extents(box.x0, box.y0 + trim, box.x1, max(box.y0 + trim, box.y1 - trim / 2))


def _points(text: Text) -> float:
    return float(text.get_fontsize())


def _quote(text: Text) -> str:
    words = text.get_text()
    return f"“{words[:30]}…”" if len(words) > 31 else f"“{words}”"


Placed = list[tuple[Text, Bbox]]
Shapes = list[tuple[Patch, Bbox]]


def _outside(texts: Placed, figure: Figure, edge: float) -> list[str]:
    sheet = figure.bbox.padded(edge)
    out = [text for text, box in texts if Bbox.union([sheet, box]).bounds != sheet.bounds]
    return [f"text outside the figure: {_quote(text)}" for text in out]


def _small(texts: Placed) -> list[str]:
    return [
        f"text of {_points(text):.1f} pt, below {SMALLEST:.0f}: {_quote(text)}"
        for text, _ in texts
        if _points(text) < SMALLEST - 1e-6
    ]


def _overlapping(texts: Placed, edge: float) -> list[str]:
    if len(texts) < 2:
        return []
    boxes = np.array([box.extents for _, box in texts])
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    clash = ((high - low) > edge).all(axis=2)
    return [
        f"text over text: {_quote(texts[i][0])} and {_quote(texts[j][0])}"
        for i, j in combinations(range(len(texts)), 2)
        if clash[i, j]
    ]


def _above(one: Artist, other: Artist, order: dict[Artist, int]) -> bool:
    return (one.get_zorder(), order[one]) > (other.get_zorder(), order[other])


def _order(texts: Placed, shapes: Shapes) -> dict[Artist, int]:
    found = [a for a, _ in texts] + [a for a, _ in shapes]
    root = found[0].get_figure(root=True) if found else None
    everything = list(root.findobj()) if root else []
    return {artist: i for i, artist in enumerate(everything)}


def _covers(shape: Patch, x: float, y: float) -> bool:
    return bool(shape.get_window_extent().contains(x, y)) and shape.contains_point((x, y))


def _hidden(texts: Placed, shapes: Shapes) -> list[str]:
    order = _order(texts, shapes)
    return [
        f"text beneath a shape: {_quote(text)}"
        for text, box in texts
        if any(_above(s, text, order) and _meets(s, around, box) for s, around in shapes)
    ]


def _meets(shape: Patch, around: Bbox, box: Bbox) -> bool:
    if not around.overlaps(box):
        return False
    grid = [(box.x0 + f * box.width, (box.y0 + box.y1) / 2) for f in (0.05, 0.5, 0.95)]
    return any(_covers(shape, x, y) for x, y in grid)


def _faint(texts: Placed, shapes: Shapes) -> list[str]:
    order = _order(texts, shapes)
    faults = []
    for text, box in texts:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        below = [s for s, around in shapes if around.overlaps(box) and _covers(s, x, y)]
        below = [s for s in below if not _above(s, text, order)]
        ground = max(below, key=lambda s: (s.get_zorder(), order[s]), default=None)
        colour = to_hex(ground.get_facecolor()) if ground else "#ffffff"
        if contrast(to_hex(text.get_color()), colour) < _LEGIBLE - 0.05:
            faults.append(f"text too faint on {colour}: {_quote(text)}")
    return faults
