"""From values to millimetres, and the light axes that belong to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cxlib.figures.canvas import SMALL, Canvas
from cxlib.figures.text import width


@dataclass(frozen=True)
class Scale:
    """A linear scale from `low`…`high` to `start`…`end` in millimetres.

    Examples
    --------
    >>> scale = Scale(0, 100, 50, 110)
    >>> scale(25), scale.ticks(4)
    (65.0, [0.0, 25.0, 50.0, 75.0, 100.0])
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def clip(self, value: float) -> float:
        """As a call, but never beyond the ends."""
        return self(min(max(value, self.low), self.high))

    def ticks(self, count: int = 4) -> list[float]:
        """Round values within the scale, about `count` steps apart."""
        step = _step((self.high - self.low) / count)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]

    @classmethod
    def around(cls, values: Iterable[float], start: float, end: float, *, count: int = 4) -> Scale:
        """The scale with round ends that just holds the values."""
        found = [v for v in values if v is not None and math.isfinite(v)] or [0.0, 1.0]
        low, high = min(found), max(found)
        step = _step((high - low or abs(high) or 1.0) / count)
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
        return cls(round(low, 10), round(high if high > low else low + step, 10), start, end)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)


def upright_grid(
    canvas: Canvas,
    scale: Scale,
    ticks: Sequence[float],
    top: float,
    bottom: float,
    label: Callable[[float], str] | None = None,
) -> None:
    """Light vertical lines with their values underneath: plain numbers, all as precise."""
    digits = max((len(f"{tick:g}".partition(".")[2]) for tick in ticks), default=0)
    style = {"color": canvas.brand.muted}
    for tick in ticks:
        canvas.line([scale(tick)] * 2, [top, bottom], color=canvas.brand.rule, width=0.5, zorder=0)
        text = label(tick) if label else canvas.look.number(tick, digits)
        half = width(text, SMALL) / 2  # a value at the very edge stays on the paper
        x = min(max(scale(tick), half), canvas.width - half)
        canvas.text(x, bottom + 1.2, text, SMALL, ha="center", va="top", **style)


def level_grid(
    canvas: Canvas,
    scale: Scale,
    ticks: Sequence[float],
    left: float,
    right: float,
    label: Callable[[float], str],
) -> None:
    """Light horizontal lines with their values at the left."""
    color = canvas.brand.muted
    for tick in ticks:
        canvas.line([left, right], [scale(tick)] * 2, color=canvas.brand.rule, width=0.5, zorder=0)
        canvas.text(left - 1.2, scale(tick), label(tick), SMALL, color=color, ha="right")
