"""What tenants find important against what employees think that they do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit, width
from cxlib.figures.wording import left_out, opened, said

_MOST, _PITCH, _TOP, _ROOM = 32, 3.9, 6.0, 40.0


def staff_and_tenants(
    gaps: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    ours: Any = None,
    staff: Any = None,
    n_tenants: int | None = None,
    n_employees: int | None = None,
) -> BookletFigure:
    """Draw the order of the cards by tenants and by employees, joined by lines.

    Only real gaps are coloured and named. At most 32 cards: the real gaps and the most important.

    Parameters
    ----------
    gaps : DataFrame
        Index card; columns `tenants`, `employees`, `gap`, `real`, `rank_tenants` and
        `rank_employees` (`importance.gaps`).
    cards : DataFrame
        Index card; labels.
    look, origin
        See `top_cards`.
    ours, staff : text, optional
        What both groups are called; tenants and employees without.
    n_tenants, n_employees : int, optional
        Number of sorts of each group.

    Examples
    --------
    >>> gaps = pd.DataFrame({"tenants": [80.0, 40], "employees": [50.0, 70], "gap": [-30.0, 30],
    ...     "real": [True, False], "rank_tenants": [1, 2], "rank_employees": [2, 1]},
    ...     index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Promises", "Price"]}, index=["a", "b"])
    >>> staff_and_tenants(gaps, cards, look=Look("en"), origin="collected").caption.title
    'Employees misjudge 1 of 2 cards: ‘Promises’'
    """
    frame = gaps.dropna(subset=["tenants", "employees"])
    real = frame["real"].fillna(False).astype(bool)
    important = frame.assign(real=real).sort_values(["real", "tenants"], ascending=False)
    shown = important.head(_MOST)
    deck = Deck.of(cards, shown.index.astype(str).tolist(), look)
    left = shown.sort_values("tenants", ascending=False, kind="stable")
    right = shown.sort_values("employees", ascending=False, kind="stable")
    names = (
        said(ours, look) or look.say("tenants"),
        said(staff, look) or look.say("employees"),
    )
    canvas = Canvas(
        look,
        title=_title(frame.assign(real=real), names[1], deck, look),
        subtitle=look.say(
            "Order by score; coloured: a real difference, with the difference in points"
        ),
        alt=_alt(left, names, deck, look),
        origin=origin,
        body=_TOP + _PITCH * len(shown),
        note=left_out(len(frame) - len(shown), look),
    )
    counts = [f" (n\u00a0=\u00a0{n})" if n else "" for n in (n_tenants, n_employees)]
    heads = (opened(names[0]) + counts[0], opened(names[1]) + counts[1])
    _Sides(canvas, deck, left, right, heads).draw()
    return canvas.figure


class _Sides:
    """The two columns of labels and the lines between them."""

    def __init__(
        self,
        canvas: Canvas,
        deck: Deck,
        left: pd.DataFrame,
        right: pd.DataFrame,
        heads: tuple[str, str],
    ) -> None:
        self.canvas, self.left, self.right = canvas, left, right
        room, language = _ROOM, canvas.look.language
        weights = ["bold" if real else "regular" for real in left["real"]]
        self.blocks = {
            card: fit(deck.labels[card], room, 3.2, largest=SMALL, weight=weight, language=language)
            for card, weight in zip(left.index.astype(str), weights, strict=True)
        }
        self.heads = heads
        least = max(width(head, LABEL, "bold") for head in heads)
        self.room = max(least, *(block.width for block in self.blocks.values()))

    def draw(self) -> None:
        """Both columns of cards, and the lines between them."""
        canvas, start, end = self.canvas, self.room + 7, WIDTH - self.room - 14
        canvas.text(self.room, 1.4, self.heads[0], LABEL, weight="bold", ha="right")
        canvas.text(end + 7, 1.4, self.heads[1], LABEL, weight="bold")
        heights = {card: _TOP + _PITCH * (i + 0.5) for i, card in enumerate(self.right.index)}
        for i, (card, row) in enumerate(self.left.iterrows()):
            from_y, to_y = _TOP + _PITCH * (i + 0.5), heights[card]
            colour = self._colour(bool(row["real"]), float(row["gap"]))
            line = canvas.brand.rule if not row["real"] else colour
            thick, above = (1.8, 3) if row["real"] else (0.7, 1)
            canvas.line([start, end], [from_y, to_y], color=line, width=thick, zorder=above)
            for x, y in ((start, from_y), (end, to_y)):
                canvas.dot(x, y, fill=line, edge=line, size=3.4 if row["real"] else 2.2)
            self._label(str(card), row, colour, from_y, to_y)

    def _colour(self, real: bool, gap: float) -> str:
        brand = self.canvas.brand
        if not real:
            return brand.muted
        return brand.primary if gap > 0 else brand.alert

    def _label(self, card: str, row: pd.Series, colour: str, from_y: float, to_y: float) -> None:
        canvas, look, block = self.canvas, self.canvas.look, self.blocks[card]
        end = WIDTH - self.room - 14
        canvas.write(self.room, from_y, block, color=colour, ha="right")
        canvas.write(end + 7, to_y, block, color=colour)
        ranks = look.number(float(row["rank_tenants"])), look.number(float(row["rank_employees"]))
        canvas.text(self.room + 5, from_y, ranks[0], SMALL, color=colour, ha="right")
        canvas.text(end + 5.4, to_y, ranks[1], SMALL, color=colour, ha="right")
        if row["real"]:
            gap = look.signed(float(row["gap"]), 0)
            canvas.text(WIDTH, to_y, gap, SMALL, weight="bold", color=colour, ha="right")


def _title(frame: pd.DataFrame, staff: str, deck: Deck, look: Look) -> str:
    real = frame[frame["real"]].sort_values("gap", key=abs, ascending=False, kind="stable")
    if real.empty:
        return look.say("No card is shown to be misjudged by {staff}", staff=staff)
    cards = real.index.astype(str).tolist()
    names = deck.some(cards, 2, look)
    total = look.count(len(frame), "{n} card", "{n} cards")
    return look.say(
        "{staff} misjudge {cards} of {total}: {names}",
        staff=opened(staff),
        cards=len(cards),
        total=total,
        names=names,
    )


def _alt(left: pd.DataFrame, names: tuple[str, str], deck: Deck, look: Look) -> str:
    parts = []
    for row in left.itertuples():
        label = deck.labels[str(row.Index)]
        ranks = f"{look.number(row.rank_tenants)} → {look.number(row.rank_employees)}"  # type: ignore[arg-type]
        mark = look.say(" (real difference)") if row.real else ""
        parts.append(f"{label} {ranks}{mark}")
    both = look.listed(names)
    kind = look.say("Slope chart, rank with {both}", both=both)
    return f"{kind}: {'; '.join(parts)}."
