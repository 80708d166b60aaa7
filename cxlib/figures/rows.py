"""Rows with a label, and rows of a key: how much room each takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxlib.figures.brand import Mark
from cxlib.figures.canvas import LABEL, SMALL
from cxlib.figures.text import LEADING, MM, Block, fit, shorten, width


@dataclass(frozen=True)
class Rows:
    """Labels set in a column; `middles` are their heights in millimetres from the top."""

    blocks: tuple[Block, ...]
    middles: tuple[float, ...]
    height: float
    pitch: float

    @property
    def width(self) -> float:
        """Width of the widest label."""
        return max((block.width for block in self.blocks), default=0.0)

    def within(self, height: float) -> Rows:
        """The rows that fit in a height; at least one."""
        edges = [
            y + max(self.pitch, b.height + 1.1) / 2
            for b, y in zip(self.blocks, self.middles, strict=True)
        ]
        count = max(1, sum(edge <= height for edge in edges))
        return Rows(self.blocks[:count], self.middles[:count], edges[count - 1], self.pitch)

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        room: float,
        *,
        pitch: float,
        language: str,
        size: float = LABEL,
        lines: int = 2,
        weight: str = "regular",
        top: float = 0.0,
    ) -> Rows:
        """Set labels in a column `room` wide, at most so many lines, rows at least `pitch`."""
        tall = lines * size * LEADING * MM
        blocks = [
            fit(text, room, tall, largest=size, smallest=6.4, weight=weight, language=language)
            for text in texts
        ]
        middles, y = [], top
        for block in blocks:
            height = max(pitch, block.height + 1.1)
            middles.append(y + height / 2)
            y += height
        return cls(tuple(blocks), tuple(middles), y, pitch)


def key_rows(items: Sequence[tuple[Mark, str]], room: float) -> list[list[tuple[Mark, str]]]:
    """Divide a key over as many rows as it needs; too long words are shortened."""
    rows: list[list[tuple[Mark, str]]] = [[]]
    used = 0.0
    for mark, word in items:
        word = shorten(word, room - 4, SMALL)
        wide = 7.2 + width(word, SMALL)
        if rows[-1] and used + wide - 4 > room:
            rows.append([])
            used = 0.0
        rows[-1].append((mark, word))
        used += wide
    return rows if rows[-1] else []
