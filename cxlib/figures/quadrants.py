"""A plot in four quadrants: points, the lines between, and labels that stay in their quadrant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import SMALL, Canvas
from cxlib.figures.labels import place
from cxlib.figures.look import Look
from cxlib.figures.scale import Scale, level_grid, upright_grid
from cxlib.figures.text import Block, fit
from cxlib.language import _

LEFT, RIGHT = 9.0, 117.5
NAMED = 6.2  # millimetres above and below all marks, for the names of the quadrants
NAMES = {
    "improve": _("Improve first"),
    "keep": _("Keep up"),
    "later": _("Later"),
    "overdone": _("Do not overdo"),
}

AXES = ("importance", "performance")
TITLES = (
    _("how well it goes (grade) →"),
    _("↑ how important (0 to 100)"),
)
Titles = tuple[str, str]  # performance, importance

Boxes = NDArray[np.float64]
Label = tuple[tuple[float, float] | None, Block]  # upper left corner, if there was room


@dataclass(frozen=True)
class Quadrants:
    """Scales of the plot and where its quadrants meet: importance up, performance across."""

    across: Scale
    up: Scale
    lines: tuple[float, float]
    top: float
    tall: float
    axes: Titles = TITLES

    @classmethod
    def of(
        cls, shown: pd.DataFrame, lines: tuple[float, float], top: float, axes: Titles = TITLES
    ) -> Quadrants:
        """Scales that hold all cards, and a piece of every quadrant."""
        worths, grades = (_reached(shown, lines[i], axis).ravel() for i, axis in enumerate(AXES))
        spread = max(max(grades) - min(grades), 0.4) if len(grades) else 1.0
        ends = [*grades, lines[1] - spread * 0.3, lines[1] + spread * 0.3]
        across = Scale(min(ends) - spread * 0.08, max(ends) + spread * 0.08, LEFT, RIGHT)
        heights = [*worths, lines[0] - 8, lines[0] + 8]
        tall = min(104.0, 58.0 + 1.7 * len(shown))
        room = (max(heights) - min(heights)) * NAMED / (tall - 2 * NAMED)
        up = Scale(min(heights) - room, max(heights) + room, top + tall, top)
        return cls(across, up, lines, top, tall, axes)

    def points(self, shown: pd.DataFrame) -> Boxes:
        """Middles of the marks in millimetres."""
        x = [self.across(v) for v in shown["performance"]]
        y = [self.up(v) for v in shown["importance"]]
        return np.array([x, y]).T.reshape(-1, 2)

    def spans(self, shown: pd.DataFrame) -> tuple[Boxes, Boxes]:
        """Ends across and up of the half intervals that pass a line; elsewhere the mark itself."""
        up, across = (_reached(shown, self.lines[i], axis)[:, 1:] for i, axis in enumerate(AXES))
        across = np.array([[self.across(v) for v in ends] for ends in across]).reshape(-1, 2)
        return across, np.array([[self.up(v) for v in ends] for ends in up]).reshape(-1, 2)

    def labels(self, shown: pd.DataFrame, names: list[str], look: Look) -> list[Label]:
        """Set the cards' names and find a place for each."""
        points, spans = self.points(shown), self.spans(shown)
        blocks = [
            fit(name, 33, 5.4, largest=6.8, weight=_weight(quadrant), language=look.language)
            for name, quadrant in zip(names, shown["quadrant"], strict=True)
        ]
        marks = np.hstack([points - 1.1, points + 1.1])
        corners = np.array([box for _, box in self._corners(look).values()])
        places = place(
            points,
            np.array([(block.width, block.height) for block in blocks]).reshape(-1, 2),
            self._bounds(points, shown["quadrant"].tolist()),
            obstacles=np.vstack([marks, corners]),
            avoided=self._crossings(points, *spans),
            reach=np.abs(spans[0] - points[:, :1]),
        )
        return list(zip(places, blocks, strict=True))

    def _bounds(self, points: Boxes, quadrants: list[str]) -> Boxes:
        """Where each label may stand: with its own quadrant, or anywhere for the border."""
        x, y = self.across(self.lines[1]), self.up(self.lines[0])
        left, top, right, bottom = LEFT, self.top, RIGHT, self.top + self.tall
        bounds = []
        for (px, py), quadrant in zip(points, quadrants, strict=True):
            if quadrant in NAMES:
                across = (left, x) if px < x else (x, right)
                down = (top, y) if py < y else (y, bottom)
                bounds.append((across[0], down[0], across[1], down[1]))
            else:
                bounds.append((left, top, right, bottom))
        return np.array(bounds).reshape(-1, 4)

    def _crossings(self, points: Boxes, across: Boxes, up: Boxes) -> Boxes:
        """Boxes around the intervals and the two dividing lines."""
        x, y = self.across(self.lines[1]), self.up(self.lines[0])
        level = [(a, p - 0.4, b, p + 0.4) for (a, b), p in zip(across, points[:, 1], strict=True)]
        steep = [(p - 0.4, b, p + 0.4, a) for (a, b), p in zip(up, points[:, 0], strict=True)]
        upright = (x - 0.4, self.top, x + 0.4, self.top + self.tall)
        return np.array([*level, *steep, upright, (LEFT, y - 0.4, RIGHT, y + 0.4)])

    def _corners(self, look: Look) -> dict[str, tuple[Block, tuple[float, float, float, float]]]:
        """The names of the quadrants and the boxes that they take."""
        found = {}
        for quadrant, names in NAMES.items():
            west, north = quadrant in {"improve", "later"}, quadrant in {"improve", "keep"}
            block = Block((look.say(names),), 8.4, "bold")
            x = LEFT + 1.2 if west else RIGHT - 1.2 - block.width
            y = self.top + 1.0 if north else self.top + self.tall - 1.0 - block.height
            found[quadrant] = (block, (x, y, x + block.width, y + block.height))
        return found

    def draw(
        self, canvas: Canvas, shown: pd.DataFrame, marks: list[Mark], labels: list[Label]
    ) -> None:
        """Ground, lines, marks and labels."""
        self._ground(canvas)
        ends = zip(self.points(shown), *self.spans(shown), shown["quadrant"], strict=True)
        grey = mix(canvas.brand.muted, 0.5)
        for ((x, y), across, up, quadrant), mark in zip(ends, marks, strict=True):
            hollow = quadrant == "border"
            for xs, ys in ((across.tolist(), [y, y]), ([x, x], up.tolist())) if hollow else ():
                canvas.line(xs, ys, color=grey, width=0.9, zorder=1)
            fill = canvas.brand.paper if hollow else mark.fill
            canvas.dot(float(x), float(y), mark, fill=fill, size=5.2)
        for (corner, block), point in zip(labels, self.points(shown), strict=True):
            if corner is not None:
                _name(canvas, corner, block, point)

    def _ground(self, canvas: Canvas) -> None:
        look, brand, bottom = canvas.look, canvas.brand, self.top + self.tall
        x, y = self.across(self.lines[1]), self.up(self.lines[0])
        canvas.box(LEFT, self.top, x - LEFT, y - self.top, fill=mix(brand.alert, 0.08), zorder=0)
        for quadrant, (block, box) in self._corners(look).items():
            color = brand.alert if quadrant == "improve" else brand.muted
            canvas.write(box[0], box[1], block, color=color, va="top")
        ticks = self.across.ticks(5)
        upright_grid(canvas, self.across, ticks, self.top, bottom)
        level_grid(canvas, self.up, self.up.ticks(5), LEFT, RIGHT, look.number)
        for ends in (([x, x], [self.top, bottom]), ([LEFT, RIGHT], [y, y])):
            canvas.line(*ends, color=brand.muted, width=0.9, style=(0, (4, 2)))
        grade, worth = (look.say(axis) for axis in self.axes)
        canvas.text(RIGHT, bottom + 6.6, grade, SMALL, color=brand.muted, ha="right")
        canvas.text(0, bottom + 6.6, worth, SMALL, color=brand.muted)


def _reached(shown: pd.DataFrame, line: float, axis: str) -> Boxes:
    """Value of each card, and from there to the end of its interval if that is past the line."""
    ends = [f"{axis}_above_low", f"{axis}_above_high"]
    above = shown.reindex(columns=ends).to_numpy(dtype=float)
    own = shown[axis].to_numpy(dtype=float)[:, None]
    north = own > line
    past = np.hstack([north & (above[:, :1] <= 0), ~north & (above[:, 1:] >= 0)])
    return np.hstack([own, np.where(past, line + above, own)])


def _weight(quadrant: str) -> str:
    return "bold" if quadrant == "improve" else "regular"


def _name(canvas: Canvas, corner: tuple[float, float], block: Block, point: Boxes) -> None:
    """A label, with a thin line to its mark where they are some way apart."""
    left, top = corner
    near = (
        min(max(point[0], left - 0.4), left + block.width + 0.4),
        min(max(point[1], top), top + block.height),
    )
    if abs(near[1] - point[1]) > 2.2:
        ends = ([float(point[0]), float(near[0])], [float(point[1]), float(near[1])])
        canvas.line(*ends, color=canvas.brand.muted, width=0.5, zorder=1)
    canvas.write(left, top, block, va="top")
