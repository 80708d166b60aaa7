"""A calendar in quarters or years to draw bars on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cxlib.figures.canvas import Canvas
from cxlib.figures.text import width
from cxlib.figures.wording import month

HEAD = 8.6  # millimetres for years and months
_QUARTERS = 30  # months beyond which only years are named


class Calendar:
    """From months to millimetres, from `left` to the right edge, in whole quarters."""

    def __init__(self, days: Sequence[dt.date], left: float) -> None:
        self.left, months = left, [_number(day) for day in days]
        self.first = min(months) // 3 * 3
        self.last = max(months) // 3 * 3 + 3
        self.step = 3 if self.last - self.first <= _QUARTERS else 12

    def _x(self, number: int) -> float:
        share = (number - self.first) / (self.last - self.first)
        return self.left + share * (Canvas.width - self.left)

    def stretch(self, start: dt.date, end: dt.date) -> tuple[float, float]:
        """Left and right of a bar from the start of one month to the end of another."""
        return self._x(_number(start)), self._x(_number(end) + 1)

    def draw(self, canvas: Canvas, foot: float) -> None:
        """Years above, a line down to `foot` for every quarter or year."""
        begins = {self.first, *range(self.first // 12 * 12 + 12, self.last, 12)}
        free = 0.0
        for number in sorted({*range(self.first, self.last, self.step), *begins}):
            x, new = self._x(number), number in begins
            color = canvas.brand.muted if new else canvas.brand.rule
            canvas.line([x, x], [0.0 if new else HEAD - 4.4, foot], color=color, width=0.5)
            day = dt.date(number // 12, number % 12 + 1, 1)
            end = self._x(min(number // 12 * 12 + 12, self.last))
            room = Canvas.width - x if self.step == 12 else end - x
            if new and x >= free and room > 8:
                canvas.text(x + 0.9, 1.8, str(day.year), 7.6, weight="bold")
                free = x + 9
            name = month(day, canvas.look, "MMM")
            if self.step == 3 and width(name, 6.8) < self._x(self.first + 3) - self.left - 1.2:
                canvas.text(x + 0.9, 6.0, name, 6.8, color=canvas.brand.muted)


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
