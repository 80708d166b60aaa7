"""Text in boxes: a column of paragraphs and bullets that is measured before it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from cxlib.figures.brand import Brand, mix
from cxlib.figures.canvas import SMALL, Canvas
from cxlib.figures.text import ASCENT, CAPITAL, LEADING, MM, Block, clean, fit, shorten, width

INDENT = 2.6  # millimetres before the text of a bullet
Area = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Paragraph:
    """A block with the space above it; a bullet hangs before its first line."""

    block: Block
    above: float
    bullet: bool = False
    color: str | None = None


class Column:
    """Paragraphs under each other, as wide as `room`.

    Parameters
    ----------
    room : float
        Width in millimetres.
    language : str
        For hyphenation.

    Examples
    --------
    >>> column = Column(30, "en").add("Reliable", 9, weight="bold").add("You can count on us.")
    >>> [p.block.size for p in column.paragraphs], round(column.height, 1)
    ([9.0, 7.0], 6.4)
    """

    def __init__(self, room: float, language: str) -> None:
        self.room, self.language = room, language
        self.paragraphs: list[Paragraph] = []

    def add(
        self,
        text: str,
        size: float = SMALL,
        *,
        weight: str = "regular",
        above: float = 1.0,
        lines: int = 5,
        bullet: bool = False,
        color: str | None = None,
    ) -> Self:
        """Add a paragraph of at most `lines` lines; longer text is set smaller, then cut."""
        if not clean(text):
            return self
        room, tall = self.room - (INDENT if bullet else 0), lines * size * LEADING * MM
        block = fit(text, room, tall, largest=size, weight=weight, language=self.language)
        above = above if self.paragraphs else 0.0
        self.paragraphs.append(Paragraph(block, above, bullet, color))
        return self

    def bullets(
        self, texts: Iterable[str], size: float = SMALL, above: float = 1.4, lines: int = 6
    ) -> Self:
        """Add a bulleted list."""
        for text in texts:
            self.add(text, size, above=above, lines=lines, bullet=True)
        return self

    @property
    def height(self) -> float:
        """Millimetres from the top of the first line to the foot of the last."""
        return sum(p.above + p.block.height for p in self.paragraphs)

    def draw(
        self,
        canvas: Canvas,
        x: float,
        y: float,
        *,
        color: str | None = None,
        bullet: str | None = None,
        ha: str = "left",
    ) -> None:
        """Draw from the top at y; x is the left edge, or the middle with `ha="center"`."""
        for paragraph in self.paragraphs:
            y += paragraph.above
            block, left = paragraph.block, x
            if paragraph.bullet:
                middle = y + (ASCENT - CAPITAL / 2) * block.size * MM
                spot(canvas, x + 0.6, middle, 0.55, fill=bullet or canvas.brand.secondary)
                left += INDENT
            canvas.write(left, y, block, va="top", ha=ha, color=paragraph.color or color)
            y += block.height


def ramp(brand: Brand, share: float) -> str:
    """A colour on the way from the secondary (0) to the primary (1): further is darker."""
    return mix(brand.primary, share, brand.secondary)


def spot(
    canvas: Canvas, x: float, y: float, radius: float, *, fill: str, half: float = 0.0
) -> None:
    """A true circle with its centre at x, y; a pill where `half` its width exceeds the radius."""
    reach = max(half - radius, 0.0)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 32)
    right = [(x + reach + radius * np.cos(a), y + radius * np.sin(a)) for a in angle]
    canvas.shape(right + [(2 * x - px, 2 * y - py) for px, py in right], fill=fill, zorder=3)


def badge(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    fill: str,
    radius: float = 2.9,
    size: float = 9,
) -> None:
    """A letter or number on a spot; long text makes it a pill."""
    label = shorten(text, 12, size, "bold")
    spot(canvas, x, y, radius, fill=fill, half=width(label, size, "bold") / 2 + 1.2)
    canvas.text(x, y, label, size, weight="bold", ha="center", color=canvas.brand.on(fill))


def boxed(canvas: Canvas, area: Area, text: str | Block, *, fill: str, **style: Any) -> None:
    """A filled box with text in its middle; `style` is that of `fit`."""
    x, y, wide, high = area
    if isinstance(text, str):
        style = {"largest": 7.8, "language": canvas.look.language, **style}
        text = fit(text, wide - 2.4, high - 1.4, **style)
    canvas.box(*area, fill=fill, radius=1.0)
    canvas.write(x + wide / 2, y + high / 2, text, ha="center", color=canvas.brand.on(fill))


def alike(
    texts: Sequence[str],
    room: float,
    height: float,
    *,
    largest: float,
    weight: str = "bold",
    language: str = "nl",
) -> list[Block]:
    """Fit texts that stand beside each other, all at the size of the one that needs least."""
    for _ in range(2):
        blocks = [
            fit(text, room, height, largest=largest, weight=weight, language=language)
            for text in texts
        ]
        largest = min((block.size for block in blocks), default=largest)
    return blocks


def divided(parts: Sequence[Any], abreast: int) -> list[Sequence[Any]]:
    """Parts in rows of about equally many, at most `abreast`.

    Examples
    --------
    >>> divided("ABCDEFG", 5)
    ['ABCD', 'EFG']
    """
    if not parts:
        return []
    size = -(-len(parts) // -(-len(parts) // abreast))
    return [parts[i : i + size] for i in range(0, len(parts), size)]


def breadth(count: int, gap: float, room: float = Canvas.width) -> float:
    """Width of each of `count` boxes that share a row."""
    return (room - (count - 1) * gap) / count
