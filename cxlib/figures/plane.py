"""Planes with x and y: scales in millimetres, ground, lines, marks, and words beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxlib.figures import columns as col
from cxlib.figures.brand import Brand, Mark
from cxlib.figures.columns import Part
from cxlib.figures.figure import WIDTH, drawn
from cxlib.figures.text import ASCENT, CAPITAL, MM, Block, width

SMALL, LABEL = 7.0, 7.6  # points


@dataclass(frozen=True)
class Scale:
    """Values `low` to `high` at `start` to `end` millimetres.

    Examples
    --------
    >>> Scale(0, 100, 50, 110)(25)
    65.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int) -> list[float]:
        """Round values, about `count` steps apart."""
        return col.ticks(self.low, self.high, count)


@dataclass
class Plane:
    """What is drawn on a sheet `tall` millimetres high, from back to front.

    Points of lines, boxes and dots are values on both scales; words stand at millimetres, as
    they are placed by what they measure.
    """

    x: Scale
    y: Scale
    tall: float
    brand: Brand
    parts: list[Part] = field(default_factory=list)

    def box(self, x: Sequence[float], y: Sequence[float], fill: str) -> None:
        """A ground between two values on both scales."""
        self.parts.append({"kind": "box", "x": list(x), "y": list(y), "fill": fill})

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        colour: str,
        width: float,
        dash: str | None = None,
    ) -> None:
        """A line through points; `width` in points of type."""
        points = [list(pair) for pair in zip(x, y, strict=True)]
        style = {"colour": colour, "width": width} | ({"dash": dash} if dash else {})
        self.parts.append({"kind": "line", "points": points, **style})

    def dot(self, x: float, y: float, mark: Mark | str, size: float = 5.6, **rest: Any) -> None:
        """A marker; `said` is read out for it."""
        self.parts.append({"kind": "dot", "x": x, "y": y, "size": size, **drawn(mark), **rest})

    def stroke(self, x: Sequence[float], y: Sequence[float], colour: str, width: float) -> None:
        """A line between points in millimetres."""
        points = [list(pair) for pair in zip(x, y, strict=True)]
        self.parts.append({"kind": "leader", "points": points, "colour": colour, "width": width})

    def mark(self, x: float, y: float, mark: Mark | str, size: float = 5.6, **rest: Any) -> None:
        """A marker at millimetres."""
        self.dot(x, y, mark, size, **rest)
        self.parts[-1]["kind"] = "mark"

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        side: str = "right",
        size: float = SMALL,
        colour: str | None = None,
        weight: int = 400,
    ) -> None:
        """Words to one side of a point in millimetres, their middle at its height."""
        style = {"side": side, "size": size, "colour": colour or self.brand.ink, "weight": weight}
        self.parts.append({"kind": "text", "x": x, "y": y, "text": words, **style})

    def block(self, x: float, top: float, block: Block, colour: str) -> None:
        """Lines of text from their upper left corner."""
        weight = 700 if block.weight == "bold" else 400
        first = top + (ASCENT - CAPITAL / 2) * block.size * MM
        for i, words in enumerate(block.lines):
            y = first + i * block.leading
            self.text(x, y, words, size=block.size, colour=colour, weight=weight)

    def levels(self, at: Sequence[float], label: Callable[[float], str]) -> None:
        """Light horizontal lines with their values at the left."""
        for value in at:
            self.line([self.x.low, self.x.high], [value, value], self.brand.rule, 0.5)
            left, middle = self.x.start - 1.2, self.y(value)
            self.text(left, middle, label(value), side="left", colour=self.brand.muted)

    def uprights(self, at: Sequence[float], label: Callable[[float], str]) -> None:
        """Light vertical lines with their values underneath."""
        for value in at:
            self.line([value, value], [self.y.low, self.y.high], self.brand.rule, 0.5)
            below = max(self.y.start, self.y.end) + 2.6
            half = width(label(value), SMALL) / 2
            middle = min(self.x(value), WIDTH - half)  # on the sheet, where the scale ends with it
            self.text(middle, below, label(value), side="center", colour=self.brand.muted)

    @property
    def body(self) -> dict[str, Any]:
        """The plane as the body of a figure."""

        def axis(scale: Scale) -> dict[str, Any]:
            ends = sorted((scale.start, scale.end))
            return {"low": scale.low, "high": scale.high, "span": ends}

        scales = {"x": axis(self.x), "y": axis(self.y)}
        return {"kind": "plane", "wide": WIDTH, "tall": self.tall, **scales, "parts": self.parts}


Boxes = NDArray[np.float64]

_GAP = 1.6  # from the middle of a mark to its label
_CLASH, _OUTSIDE, _FAR, _CROSSED = 10.0, 1000.0, 0.6, 2.0
# Where a label may go, from the point: to the right or left, above or below, and slanted; how
# undesirable that is; and at which extra distances. A long line straight up or down would run
# through other labels.
_SIDES = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)]
_COSTS = [0.0, 0.4, 0.6, 0.7, 0.5, 0.5, 0.8, 0.8]
_PLACES = [
    (*side, ring, cost + _FAR * ring)
    for ring in (0.0, 1.6, 3.2, 4.6)
    for side, cost in zip(_SIDES, _COSTS, strict=True)
    if ring <= _GAP or side[0]
]
_SIDE, _RING, _COST = (np.array(_PLACES)[:, at] for at in ([0, 1], 2, 3))


def place(
    points: Boxes,
    sizes: Boxes,
    bounds: Boxes,
    *,
    obstacles: Boxes,
    avoided: Boxes | None = None,
    reach: Boxes | None = None,
) -> list[tuple[float, float] | None]:
    """Find an upper left corner for every label; earlier labels have the first choice.

    None where no free place is near the point.

    Parameters
    ----------
    points : array (n, 2)
        Middles of the marks in millimetres.
    sizes : array (n, 2)
        Width and height of the labels.
    bounds : array (n, 4)
        Left, top, right and bottom of the space for each label.
    obstacles : array (m, 4)
        Boxes that must stay free, as left, top, right, bottom.
    avoided : array (k, 4), optional
        Boxes that a label had better not lie on, such as lines.
    reach : array (n, 2), optional
        How far each mark extends to the left and right of its point, such as an interval.

    Examples
    --------
    >>> import numpy as np
    >>> place(np.array([[5.0, 5.0]]), np.array([[4.0, 2.0]]), np.array([[0, 0, 20, 10.0]]),
    ...       obstacles=np.empty((0, 4)))
    [(6.6, 4.0)]
    """
    reach = np.zeros((len(points), 2)) if reach is None else reach
    soft = np.empty((0, 4)) if avoided is None else avoided
    boxes = [_boxes(*one) for one in zip(points, sizes, reach, strict=True)]
    fixed = [
        _COST
        + _OUTSIDE * _outside(some, space)
        + _CLASH * _overlap(some, obstacles)
        + _CROSSED * _overlap(some, soft)
        for some, space in zip(boxes, bounds, strict=True)
    ]
    # One label at a time moves to its best place, until all stay.
    chosen, before = [int(np.argmin(cost)) for cost in fixed], None
    for _ in range(12):
        if chosen == before:
            break
        before = list(chosen)
        for i, cost in enumerate(fixed):
            others = [boxes[j][chosen[j]] for j in range(len(boxes)) if j != i]
            clash = _overlap(boxes[i], np.array(others).reshape(-1, 4))
            chosen[i] = int(np.argmin(cost + _CLASH * clash))
    # What still overlaps or sticks out is dropped, the last ones first.
    kept = list(obstacles)
    corners: list[tuple[float, float] | None] = []
    for some, pick, space in zip(boxes, chosen, bounds, strict=True):
        box = some[pick : pick + 1]
        clashes = _overlap(box, np.array(kept).reshape(-1, 4))[0] > 0.05
        free = not clashes and not _outside(box, space)[0]
        corners.append((float(box[0, 0]), float(box[0, 1])) if free else None)
        kept += [box[0]] if free else []
    return corners


def _boxes(point: Boxes, size: Boxes, reach: Boxes) -> Boxes:
    """All places for one label; beside its mark, beyond what extends from that."""
    away = (_GAP + _RING) * np.where(_SIDE.all(axis=1), 0.75, 1.0)
    middles = point + _SIDE * (away[:, None] + size / 2)
    beyond = _SIDE[:, 0] * np.where(_SIDE[:, 0] > 0, reach[1], reach[0])
    middles[:, 0] += np.where(_SIDE[:, 1] == 0, beyond, 0.0)
    boxes: Boxes = np.hstack([middles - size / 2, middles + size / 2]).round(6)
    return boxes


def _overlap(boxes: Boxes, others: Boxes) -> Boxes:
    """Square millimetres that each box shares with the others."""
    if not len(others):
        return np.zeros(len(boxes))
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return (high - low).clip(0).prod(axis=2).sum(axis=1)


def _outside(boxes: Boxes, bounds: Boxes) -> NDArray[np.bool_]:
    left, top, right, bottom = bounds
    inside = (boxes[:, 0] >= left) & (boxes[:, 1] >= top)
    return ~(inside & (boxes[:, 2] <= right) & (boxes[:, 3] <= bottom))
