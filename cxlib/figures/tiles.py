"""A sort as it lay on the table: where the tiles lie and how their text is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.text import Block, clean, fit, shorten, width

Columns = dict[float, list[str]]


def signs(apart: Iterable[object], shared: Iterable[object]) -> dict[str, str]:
    """Card to its sign: of cards that set a viewpoint apart, and of cards without a difference."""
    return {str(card): _SHARED for card in shared} | {str(card): _APART for card in apart}


_HEAD, _GAP, _PAD = 8.4, 0.7, 0.5  # millimetres
_HEIGHTS, _DEEPEST = (11.6, 13.0, 14.5, 16.0), 105.0
_LARGEST, _LISTED = 7.6, 5
_CORNER = 1.8  # millimetres that the sign in the corner takes from the text
_APART, _SHARED = "◆", "≈"  # signs of cards that set the viewpoint apart, or that all share
_POINTS = {_APART: 6, _SHARED: 9}


@dataclass(frozen=True)
class Tiles:
    """Tiles in columns, from the low end of the board (left) to the high end (right).

    When a text does not fit on its tile, all tiles bear the cards' codes instead, and the texts
    of the outer columns stand in two lists below.
    """

    columns: Columns
    deck: Deck
    signs: Mapping[str, str]  # card to its sign
    look: Look

    @property
    def deepest(self) -> int:
        return max(len(cards) for cards in self.columns.values())

    @property
    def wide(self) -> float:
        return min(WIDTH / len(self.columns), 24.0)

    @property
    def left(self) -> float:
        return (WIDTH - self.wide * len(self.columns)) / 2

    @cached_property
    def texts(self) -> dict[str, Block]:
        """Text of every tile; nothing where one of them does not fit on any height of tile."""
        for tall in _HEIGHTS:
            if tall * self.deepest <= _DEEPEST:
                blocks = self._set(tall)
                if not any(block.cut for block in blocks.values()):
                    return blocks
        return {}

    def _set(self, tall: float) -> dict[str, Block]:
        """Set all tiles at about one size, no more than half a point above the smallest."""
        room, height = self.wide - _GAP - 2 * _PAD, tall - _GAP - 2 * _PAD
        language, largest = self.look.language, _LARGEST
        blocks: dict[str, Block] = {}
        for _ in range(2):
            blocks = {
                card: fit(
                    self.deck.labels[card],
                    room,
                    height - _CORNER * (card in self.signs),
                    largest=largest,
                    language=language,
                )
                for cards in self.columns.values()
                for card in cards
            }
            largest = min(largest, min(block.size for block in blocks.values()) + 0.5)
        return blocks

    @cached_property
    def tall(self) -> float:
        """Height of a tile: the lowest that holds the texts."""
        heights = [b.height + _CORNER * (c in self.signs) for c, b in self.texts.items()]
        needed = max(heights, default=0) + _GAP + 2 * _PAD
        return next(tall for tall in _HEIGHTS if tall >= needed) if self.texts else 5.8

    @property
    def bottom(self) -> float:
        return _HEAD + self.deepest * self.tall

    @cached_property
    def key(self) -> list[tuple[str, str]]:
        """Fill (or the sign) and word of what must be explained."""
        items = [(mark.fill, word) for mark, word in self.deck.key]
        words = {
            _APART: self.look.say("sets this viewpoint apart"),
            _SHARED: self.look.say("no difference found"),
        }
        return items + [(s, word) for s, word in words.items() if s in self.signs.values()]

    @property
    def key_inside(self) -> bool:
        """Whether the key fits in the corner that the shorter columns leave."""
        room = max((width(clean(word), SMALL) for _, word in self.key), default=0) + 5
        count = int(room // self.wide) + 1
        depth = max(len(self.columns[v]) for v in sorted(self.columns)[:count])
        return (self.deepest - depth) * self.tall >= 4.2 * len(self.key) + 1

    @cached_property
    def key_places(self) -> list[tuple[float, float]]:
        """Where each item of the key stands: in the corner, or in rows below the tiles."""
        left, y = self.left + _GAP / 2, self.bottom + 3.2
        if self.key_inside:
            first = self.bottom - 4.2 * (len(self.key) - 1) - 2.2
            return [(left, first + 4.2 * i) for i in range(len(self.key))]
        places, x = [], left
        for _, word in self.key:
            wide = 4.2 + width(clean(word), SMALL)
            if x > left and x + wide > WIDTH:
                x, y = left, y + 4.2
            places.append((x, y))
            x += wide + 5
        return places

    @property
    def height(self) -> float:
        below = 0.0
        if self.key and not self.key_inside:
            below = self.key_places[-1][1] + 2.2 - self.bottom
        return self.bottom + below + (0.0 if self.texts else self.lists[1] + 3)

    @cached_property
    def lists(self) -> tuple[list[tuple[float, list[str], Rows]], float]:
        """The outer cards spelled out: least on the left, most on the right; and their height."""
        found: list[tuple[float, list[str], Rows]] = []
        for values in (sorted(self.columns), sorted(self.columns, reverse=True)):
            outer = [card for v in values for card in self.columns[v]][:_LISTED]
            rows = Rows.of(
                [self.deck.labels[card] for card in outer],
                WIDTH / 2 - 12,
                pitch=4.0,
                language=self.look.language,
                size=SMALL,
                lines=4,
                top=5.0,
            )
            found.append((0.0 if not found else WIDTH / 2 + 1, outer, rows))
        return found, max(rows.height for _, _, rows in found)

    def draw(self, canvas: Canvas) -> None:
        """Everything, from the heading down."""
        right = self.left + self.wide * len(self.columns)
        low, high = (shorten(end, (right - self.left) / 2 - 5, SMALL) for end in self.look.board)
        canvas.text(self.left, 1.2, f"← {low}", SMALL, color=canvas.brand.muted)
        canvas.text(right, 1.2, f"{high} →", SMALL, color=canvas.brand.muted, ha="right")
        for i, value in enumerate(sorted(self.columns)):
            x = self.left + i * self.wide
            middle = x + self.wide / 2
            canvas.text(middle, 5.6, self.look.signed(value, 0), 8, weight="bold", ha="center")
            for j, card in enumerate(self.columns[value]):
                self._tile(canvas, card, x, _HEAD + j * self.tall)
        self._draw_key(canvas)
        if not self.texts:
            self._draw_lists(canvas)

    def _fill(self, card: str) -> str:
        """Domain colour; without domains, the stronger the more important."""
        if self.deck.key:
            return self.deck.marks[card].fill
        value = next(v for v, cards in self.columns.items() if card in cards)
        low, high = min(self.columns), max(self.columns)
        return self.look.brand.tint(0.1 + 0.9 * (value - low) / ((high - low) or 1))

    def _tile(self, canvas: Canvas, card: str, x: float, y: float) -> None:
        fill = self._fill(card)
        colour = canvas.brand.on(fill)
        size = self.wide - _GAP, self.tall - _GAP
        canvas.box(x + _GAP / 2, y + _GAP / 2, *size, fill=fill, radius=0.8)
        block = self.texts.get(card) or fit(self.deck.codes[card], size[0] - 1, 3.4, weight="bold")
        middle, aside = y + self.tall / 2, 0.0
        if card in self.signs:
            middle += _CORNER / 2 if self.texts else 0
            aside = 0.0 if self.texts else _CORNER / 2
            sign = self.signs[card]
            canvas.text(x + self.wide - 1.0, y + 1.7, sign, _POINTS[sign], color=colour, ha="right")
        canvas.write(x + self.wide / 2 - aside, middle, block, color=colour, ha="center")

    def _draw_key(self, canvas: Canvas) -> None:
        for (sign, word), (x, y) in zip(self.key, self.key_places, strict=True):
            if sign in _POINTS:
                canvas.text(x + 1.5, y, sign, _POINTS[sign] + 1, ha="center")
            else:
                canvas.box(x, y - 1.1, 3.0, 2.2, fill=sign, edge=canvas.brand.ink, line=0.4)
            canvas.text(x + 4.2, y, word, SMALL)

    def _draw_lists(self, canvas: Canvas) -> None:
        above = self.height - self.lists[1]
        for end, (x, outer, rows) in zip(self.look.board, self.lists[0], strict=True):
            heading = shorten(end[:1].upper() + end[1:], WIDTH / 2 - 3, LABEL, "bold")
            canvas.text(x, above + 1.5, heading, LABEL, weight="bold")
            for card, block, y in zip(outer, rows.blocks, rows.middles, strict=True):
                top = above + y - block.height / 2
                canvas.text(x, top, self.deck.codes[card], SMALL, weight="bold", va="top")
                canvas.write(x + 9, top, block, va="top")
