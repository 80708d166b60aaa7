"""Importance against performance: where to begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures.brand import Mark, mix
from cxlib.figures.deck import Deck
from cxlib.figures.figure import Figure
from cxlib.figures.labels import place
from cxlib.figures.look import Look
from cxlib.figures.plane import Plane, Scale
from cxlib.figures.render import on_a_page
from cxlib.figures.text import Block, wrap
from cxlib.figures.wording import named
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
TITLES = (_("how well it goes (grade) →"), _("↑ how important (0 to 100)"))
_FIRST = ["improve", "keep", "border", "overdone", "later"]  # whose label goes first
_ROOM = 33.0  # millimetres for a label
_NAMED = 6  # cards that bear their name; the rest is grey, and listed by quadrant below

Boxes = NDArray[np.float64]
_MARK = np.array([-1.1, -1.1, 1.1, 1.1])  # the box of a mark around its middle
Label = tuple[tuple[float, float], Block]  # upper left corner and words


def priorities(
    frame: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
) -> Figure:
    """Draw how important every card is against how well it goes.

    The six that matter most bear their names, the rest is listed below by quadrant. Cards on the
    border are hollow, with the half of the interval that passes the line. Suppressed cards are
    named underneath. Its subtitle says whether the lines are means, which always leave
    some cards below them, or targets.

    Parameters
    ----------
    frame : DataFrame
        Index card; columns `importance`, `performance`, `quadrant`, and of both axes `_line`,
        `_target`, `_above_low` and `_above_high` (`importance.priorities`). Without these last
        the means divide, and no interval is drawn.
    cards : DataFrame
        Index card; labels and `domain`.
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> frame = pd.DataFrame({"importance": [80.0, 20], "performance": [5.0, 8],
    ...     "quadrant": ["improve", "overdone"]}, index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Promises", "Magazine"]}, index=["a", "b"])
    >>> priorities(frame, cards, look=Look("en"), origin="collected").caption.title
    'Improve first: ‘Promises’'
    """
    lines = _line(frame, "importance"), _line(frame, "performance")
    deck = Deck.of(cards, frame.index.astype(str).tolist(), look)
    return _matrix(frame, deck, lines, _CARDS, look, origin)


def value_priorities(
    frame: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    domains: Mapping[str, str] | None = None,
) -> Figure:
    """Draw how much every customer value weighs, by the answers, against how well it goes.

    Parameters
    ----------
    frame : DataFrame
        Index value; as in `priorities`, with `importance` the share of all differences that the
        value explains (in percent, as in `drivers`).
    labels : mapping
        Value to its name, or to a name per language.
    look, origin
        See `top_cards`.
    domains : mapping, optional
        Value to its domain.

    Examples
    --------
    >>> frame = pd.DataFrame({"importance": [80.0, 20], "performance": [5.0, 8],
    ...     "low": [4.5, 7.5], "high": [5.5, 8.5], "quadrant": ["improve", "overdone"]},
    ...     index=["reliable", "ease"])
    >>> look = Look("en")
    >>> value_priorities(frame, {"ease": "Ease"}, look=look, origin="collected").caption.title
    'Improve first: ‘reliable’'
    """
    names = named(frame.index, labels, look)
    ids = frame.index.astype(str)
    cards = pd.DataFrame({f"label_{look.language}": names}, index=ids)
    cards["domain"] = [(domains or {}).get(value, "") for value in ids]
    deck = Deck.of(cards, ids.tolist(), look)
    return _matrix(
        frame,
        deck,
        (_line(frame, "importance"), _line(frame, "performance")),
        _VALUES,
        look,
        origin,
    )


@dataclass(frozen=True)
class _Words:
    """What differs between a matrix of cards and one of values, in Dutch and English."""

    nothing: str
    measured: str
    importance: str
    axes: tuple[str, str]


def _line(frame: pd.DataFrame, axis: str) -> float:
    """Where an axis is divided: as given with the cards, else at their mean."""
    return float(frame.get(f"{axis}_line", frame[axis]).mean())


def _title(shown: pd.DataFrame, deck: Deck, words: _Words, look: Look) -> str:
    first = shown.index[shown["quadrant"] == "improve"].astype(str).tolist()
    if not first:
        return look.say(words.nothing)
    return look.say("Improve first: ") + deck.some(first, 2, look)


def _subtitle(shown: pd.DataFrame, lines: tuple[float, float], words: _Words, look: Look) -> str:
    text = look.say(words.measured)
    norms = [f"{axis}_target" in shown and shown[f"{axis}_target"].all() for axis in AXES]
    names = [look.say(words.importance), look.say("grade")]
    values = [f"{look.number(lines[0])}", f"{look.number(lines[1], 1)}"]
    parts = [
        look.say("{name} at the target ({value})", name=name, value=value)
        if norm
        else look.say("{name} at the mean ({value})", name=name, value=value)
        for name, norm, value in zip(names, norms, values, strict=True)
    ]  # fmt: skip
    text += look.say(". Lines: ") + look.listed(parts)
    if not all(norms):
        text += look.say("; something is always below a mean")
    if (shown["quadrant"] == "border").any():
        text += look.say(". Hollow: on the border; a stroke is the 95% interval past the line")
    return text


def _listed(rest: pd.DataFrame, deck: Deck, look: Look) -> list[dict[str, str]]:
    """The cards without a name on the plane, a quadrant a line."""
    return [
        {
            "head": look.say(NAMES.get(str(quadrant), _("On the border"))),
            "text": "; ".join(deck.labels[str(card)] for card in rows.index),
        }
        for quadrant, rows in rest.groupby("quadrant", sort=False)
    ]


_CARDS = _Words(
    nothing=_("No card is both important and demonstrably below the line"),
    measured=_("Importance against performance"),
    importance=_("importance"),
    axes=TITLES,
)


_VALUES = _Words(
    nothing=_("No value weighs heavily and demonstrably falls behind"),
    measured=_("How much every value weighs in satisfaction, against the grade it gets"),
    importance=_("weight"),
    axes=(
        TITLES[0],
        _("↑ share of all differences (%)"),
    ),
)


def _matrix(
    frame: pd.DataFrame,
    deck: Deck,
    lines: tuple[float, float],
    words: _Words,
    look: Look,
    origin: str,
) -> Figure:
    hidden = frame.index[frame["performance"].isna()].astype(str).tolist()
    shown = frame.dropna(subset=["importance", "performance"]).copy()
    order = shown["quadrant"].map({name: i for i, name in enumerate(_FIRST)}).fillna(9)
    shown = shown.assign(order=order).sort_values(["order", "importance"], ascending=[True, False])
    plot = Quadrants.of(shown, lines, words.axes)
    labels = plot.labels(shown, deck, look)
    grey = Mark(mix(look.brand.muted, 0.4), "o")
    marks = [deck.marks[str(card)] if labels.get(str(card)) else grey for card in shown.index]
    rest = shown[[str(card) not in labels for card in shown.index]]
    few = look.say("Too few grades for")
    return on_a_page(
        Figure.of(
            look,
            plot.drawn(shown, marks, labels, look) | {"list": _listed(rest, deck, look)},
            title=_title(shown, deck, words, look),
            subtitle=_subtitle(shown, lines, words, look),
            origin=origin,
            note=f"{few} {deck.some(hidden, 3, look)}." if hidden else "",
            key=deck.key,
        )
    )


@dataclass(frozen=True)
class Quadrants:
    """Scales of the plot and where its quadrants meet: importance up, performance across."""

    across: Scale
    up: Scale
    lines: tuple[float, float]
    tall: float
    axes: tuple[str, str] = TITLES

    @classmethod
    def of(
        cls, shown: pd.DataFrame, lines: tuple[float, float], axes: tuple[str, str] = TITLES
    ) -> Quadrants:
        """Scales that hold all cards, and a piece of every quadrant."""
        worths, grades = (_reached(shown, lines[i], axis).ravel() for i, axis in enumerate(AXES))
        spread = max(max(grades) - min(grades), 0.4) if len(grades) else 1.0
        ends = [*grades, lines[1] - spread * 0.3, lines[1] + spread * 0.3]
        across = Scale(min(ends) - spread * 0.08, max(ends) + spread * 0.08, LEFT, RIGHT)
        heights = [*worths, lines[0] - 8, lines[0] + 8]
        tall = min(104.0, 58.0 + 1.7 * len(shown))
        room = (max(heights) - min(heights)) * NAMED / (tall - 2 * NAMED)
        up = Scale(min(heights) - room, max(heights) + room, tall, 0.0)
        return cls(across, up, lines, tall, axes)

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

    def labels(self, shown: pd.DataFrame, deck: Deck, look: Look) -> dict[str, Label]:
        """Find a place for the names of the first cards; those without room are left out."""
        first = shown.head(_NAMED)
        blocks = [
            _set(deck.labels[str(card)], "bold" if quadrant == "improve" else "regular", look)
            for card, quadrant in first["quadrant"].items()
        ]
        points, spans = self.points(first), self.spans(first)
        corners = np.array([box for _block, box in self._corners(look).values()])
        found = place(
            points,
            np.array([(block.width, block.height) for block in blocks]).reshape(-1, 2),
            self._bounds(points, first["quadrant"].tolist()),
            obstacles=np.vstack([self.points(shown)[:, [0, 1, 0, 1]] + _MARK, corners]),
            avoided=self._crossings(self.points(shown), *self.spans(shown)),
            reach=np.abs(spans[0] - points[:, :1]),
        )
        placed = zip(map(str, first.index), found, blocks, strict=True)
        return {card: (corner, block) for card, corner, block in placed if corner}

    def _bounds(self, points: Boxes, quadrants: list[str]) -> Boxes:
        """Where each label may stand: with its own quadrant, or anywhere for the border."""
        x, y = self.across(self.lines[1]), self.up(self.lines[0])
        left, top, right, bottom = LEFT, 0.0, RIGHT, self.tall
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
        upright = (x - 0.4, 0.0, x + 0.4, self.tall)
        return np.array([*level, *steep, upright, (LEFT, y - 0.4, RIGHT, y + 0.4)])

    def _corners(self, look: Look) -> dict[str, tuple[Block, tuple[float, float, float, float]]]:
        """The names of the quadrants and the boxes that they take."""
        found = {}
        for quadrant, names in NAMES.items():
            west, north = quadrant in {"improve", "later"}, quadrant in {"improve", "keep"}
            block = Block((look.say(names),), 8.4, "bold")
            x = LEFT + 1.2 if west else RIGHT - 1.2 - block.width
            y = 1.0 if north else self.tall - 1.0 - block.height
            found[quadrant] = (block, (x, y, x + block.width, y + block.height))
        return found

    def drawn(
        self, shown: pd.DataFrame, marks: list[Mark], labels: Mapping[str, Label], look: Look
    ) -> dict[str, Any]:
        """Ground, lines, marks and labels."""
        plane = Plane(self.across, self.up, self.tall + 8.5, look.brand)
        self._ground(plane, look)
        ends = zip(self.points(shown).tolist(), *self.spans(shown), strict=True)
        grey, paper = mix(look.brand.muted, 0.5), look.brand.paper
        for ((x, y), across, up), quadrant, mark in zip(
            ends, shown["quadrant"], marks, strict=True
        ):
            hollow = quadrant == "border"
            if hollow:
                plane.stroke(across.tolist(), [y, y], grey, 0.9)
                plane.stroke([x, x], up.tolist(), grey, 0.9)
            plane.mark(x, y, Mark(paper if hollow else mark.fill, mark.marker), 5.2)
        for card, point in zip(map(str, shown.index), self.points(shown).tolist(), strict=True):
            if card in labels:
                _name(plane, *labels[card], point)
        return plane.body

    def _ground(self, plane: Plane, look: Look) -> None:
        brand, (worth, grade) = look.brand, self.lines
        plane.box([plane.x.low, grade], [worth, plane.y.high], mix(brand.alert, 0.08))
        at = plane.x.ticks(5)
        digits = max((len(f"{tick:g}".partition(".")[2]) for tick in at), default=0)
        plane.uprights(at, lambda v: look.number(v, digits))
        plane.levels(plane.y.ticks(5), look.number)
        plane.line([grade] * 2, [plane.y.low, plane.y.high], brand.muted, 0.9, "dashed")
        plane.line([plane.x.low, plane.x.high], [worth] * 2, brand.muted, 0.9, "dashed")
        for quadrant, (block, box) in self._corners(look).items():
            plane.block(
                box[0], box[1], block, brand.alert if quadrant == "improve" else brand.muted
            )
        titles = [look.say(axis) for axis in self.axes]
        plane.text(RIGHT, self.tall + 6.6, titles[0], side="left", colour=brand.muted)
        plane.text(0, self.tall + 6.6, titles[1], colour=brand.muted)


def _reached(shown: pd.DataFrame, line: float, axis: str) -> Boxes:
    """Value of each card, and from there to the end of its interval if that is past the line."""
    ends = [f"{axis}_above_low", f"{axis}_above_high"]
    above = shown.reindex(columns=ends).to_numpy(dtype=float)
    own = shown[axis].to_numpy(dtype=float)[:, None]
    north = own > line
    past = np.hstack([north & (above[:, :1] <= 0), ~north & (above[:, 1:] >= 0)])
    return np.hstack([own, np.where(past, line + above, own)])


def _set(name: str, weight: str, look: Look) -> Block:
    """A label in as many lines as it needs; smaller where those are more than two."""
    lines = wrap(name, _ROOM, 6.8, weight, look.language)
    size = 6.8 if len(lines) <= 2 else 6.2
    return Block(tuple(wrap(name, _ROOM, size, weight, look.language)), size, weight)


def _name(
    plane: Plane, corner: tuple[float, float], block: Block, point: tuple[float, float]
) -> None:
    """A label, with a thin line to its mark where they are some way apart."""
    left, top = corner
    near = (
        min(max(point[0], left - 0.4), left + block.width + 0.4),
        min(max(point[1], top), top + block.height),
    )
    if abs(near[1] - point[1]) > 2.2:
        plane.stroke([point[0], near[0]], [point[1], near[1]], plane.brand.muted, 0.5)
    plane.block(left, top, block, plane.brand.ink)
