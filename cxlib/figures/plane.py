"""Planes with x and y: scales in millimetres, ground, lines, marks and words on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

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
            self.text(
                self.x.start - 1.2,
                self.y(value),
                label(value),
                side="left",
                colour=self.brand.muted,
            )

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
