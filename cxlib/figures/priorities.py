"""Importance against performance: where to begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.figure import Figure
from cxlib.figures.grades import valued
from cxlib.figures.look import NAMES, Deck, Look
from cxlib.figures.plane import Plane, Scale, place
from cxlib.figures.render import on_a_page
from cxlib.figures.text import Block, wrap
from cxlib.language import _

LEFT, RIGHT = 9.0, 117.5
NAMED = 6.2  # millimetres above and below all marks, for the names of the quadrants
_NAMES: dict[str, str] = NAMES["quadrants"]
AXES = ("importance", "performance")
_BORDER = _("On the border")
_FIRST = ["improve", "keep", "border", "overdone", "later"]  # whose label goes first
_ROOM = 33.0  # millimetres for a label
_NAMED = 6  # cards that bear their name; the rest is grey, and listed by quadrant below

Boxes = NDArray[np.float64]
_MARK = np.array([-1.1, -1.1, 1.1, 1.1])  # the box of a mark around its middle
_THIN = np.array([0.0, -0.4, 0.0, 0.4])  # the box of a level line
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
    cards, look, origin
        See `top_cards`.

    Examples
    --------
    >>> frame = pd.DataFrame({"importance": [80.0, 20], "performance": [5.0, 8],
    ...     "quadrant": ["improve", "overdone"]}, index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Promises", "Magazine"]}, index=["a", "b"])
    >>> priorities(frame, cards, look=Look("en"), origin="collected").caption.title
    'Improve first: ‘Promises’'
    """
    deck = Deck.of(cards, frame.index.astype(str), look)
    return _matrix(frame, deck, NAMES["matrix"]["cards"], look, origin)


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
    labels, look, origin
        See `eight_plus`.
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
    deck = valued(frame.index, labels, domains, look)
    return _matrix(frame, deck, NAMES["matrix"]["values"], look, origin)


def _matrix(
    frame: pd.DataFrame, deck: Deck, words: Mapping[str, str], look: Look, origin: str
) -> Figure:
    frame = frame.set_axis(frame.index.astype(str))
    hidden = frame.index[frame["performance"].isna()].tolist()
    shown = frame.dropna(subset=[*AXES])
    order = shown["quadrant"].map({name: i for i, name in enumerate(_FIRST)}).fillna(9)
    shown = shown.assign(order=order).sort_values(["order", "importance"], ascending=[True, False])
    # Where an axis is divided: as given with the cards, else at their mean.
    lines = [float(frame.get(f"{axis}_line", frame[axis]).mean()) for axis in AXES]
    field = _Field.of(shown, lines, look)
    labels = field.labels(deck)
    field.ground(look.say(words["axis"]))
    field.marks(deck, labels)
    listed = [
        {
            "head": look.say(_NAMES.get(str(quadrant), _BORDER)),
            "text": "; ".join(deck.labels[card] for card in rows.index),
        }
        for quadrant, rows in shown.drop(index=[*labels]).groupby("quadrant", sort=False)
    ]
    first = shown.index[shown["quadrant"] == "improve"].tolist()
    title = look.say("Improve first: ") + deck.some(first, 2, look)
    few = f"{look.say('Too few grades for')} {deck.some(hidden, 3, look)}."
    told: dict[str, Any] = {"title": title if first else look.say(words["nothing"])}
    told |= {"subtitle": _subtitle(shown, lines, words, look), "note": few if hidden else ""}
    body = field.plane.body | {"list": listed}
    return on_a_page(Figure.of(look, body, origin=origin, key=deck.key, **told))


def _subtitle(
    shown: pd.DataFrame, lines: Sequence[float], words: Mapping[str, str], look: Look
) -> str:
    names = [look.say(words["importance"]), look.say("grade")]
    values = [look.number(lines[0]), look.number(lines[1], 1)]
    norms = [bool(f"{axis}_target" in shown and shown[f"{axis}_target"].all()) for axis in AXES]
    told = (_("{name} at the mean ({value})"), _("{name} at the target ({value})"))
    parts = [
        look.say(told[norm], name=name, value=value)
        for name, norm, value in zip(names, norms, values, strict=True)
    ]
    text = look.say(words["measured"]) + look.say(". Lines: ") + look.listed(parts)
    if not all(norms):
        text += look.say("; something is always below a mean")
    if (shown["quadrant"] == "border").any():
        text += look.say(". Hollow: on the border; a stroke is the 95% interval past the line")
    return text


@dataclass(frozen=True)
class _Field:
    """The plane, and on it the cards in millimetres: importance up, performance across.

    `lines` are where the axes are divided. `places` has the middles of the marks (`x`, `y`) and
    the ends of the half intervals that pass a line (`west`, `east`, `low`, `high`), elsewhere the
    middle itself.
    """

    plane: Plane
    shown: pd.DataFrame
    places: pd.DataFrame
    lines: Sequence[float]
    look: Look

    @classmethod
    def of(cls, shown: pd.DataFrame, lines: Sequence[float], look: Look) -> _Field:
        """Scales that hold all cards, and a piece of every quadrant."""
        worths, grades = (_reached(shown, lines[i], axis) for i, axis in enumerate(AXES))
        spread = max(float(np.ptp(grades)), 0.4) if len(shown) else 1.0
        ends = [*grades.ravel(), lines[1] - spread * 0.3, lines[1] + spread * 0.3]
        across = Scale(min(ends) - spread * 0.08, max(ends) + spread * 0.08, LEFT, RIGHT)
        heights = [*worths.ravel(), lines[0] - 8, lines[0] + 8]
        tall = min(104.0, 58.0 + 1.7 * len(shown))
        room = (max(heights) - min(heights)) * NAMED / (tall - 2 * NAMED)
        up = Scale(min(heights) - room, max(heights) + room, tall, 0.0)
        places = {
            name: [scale(value) for value in values]
            for names, scale, columns in (
                ("x west east", across, grades),
                ("y low high", up, worths),
            )
            for name, values in zip(names.split(), columns.T, strict=True)
        }
        plane = Plane(across, up, tall + 8.5, look.brand)
        return cls(plane, shown, pd.DataFrame(places, shown.index, dtype=float), lines, look)

    @property
    def cross(self) -> tuple[float, float]:
        """Where the quadrants meet."""
        return self.plane.x(self.lines[1]), self.plane.y(self.lines[0])

    def labels(self, deck: Deck) -> dict[str, Label]:
        """Find a place for the names of the first cards; those without room are left out."""
        first, (x, y), bottom = self.places.head(_NAMED), self.cross, self.plane.y.start
        quadrants = self.shown["quadrant"].head(_NAMED)
        blocks = [
            _set(deck.labels[str(card)], "bold" if quadrant == "improve" else "regular", self.look)
            for card, quadrant in quadrants.items()
        ]
        # With its own quadrant, or anywhere for the border.
        inside, west, north = quadrants.isin([*_NAMES]), first["x"] < x, first["y"] < y
        bounds = [
            np.where(inside & ~west, x, LEFT),
            np.where(inside & ~north, y, 0.0),
            np.where(inside & west, x, RIGHT),
            np.where(inside & north, y, bottom),
        ]
        corners = [box for _block, box in self._corners().values()]
        boxes = self.places[["x", "y", "x", "y"]].to_numpy() + _MARK
        found = place(
            first[["x", "y"]].to_numpy(),
            np.array([(block.width, block.height) for block in blocks]).reshape(-1, 2),
            np.array(bounds).T.reshape(-1, 4),
            obstacles=np.vstack([boxes, corners]),
            avoided=self._crossings(),
            reach=first[["west", "east"]].sub(first["x"], axis=0).abs().to_numpy(),
        )
        placed = zip(first.index, found, blocks, strict=True)
        return {card: (corner, block) for card, corner, block in placed if corner}

    def _crossings(self) -> Boxes:
        """Boxes around the intervals and the two dividing lines."""
        (x, y), bottom = self.cross, self.plane.y.start
        level = self.places[["west", "y", "east", "y"]].to_numpy() + _THIN
        steep = self.places[["x", "high", "x", "low"]].to_numpy() + _THIN[[1, 0, 3, 2]]
        lines = [(x - 0.4, 0.0, x + 0.4, bottom), (LEFT, y - 0.4, RIGHT, y + 0.4)]
        return np.vstack([level, steep, lines])

    def _corners(self) -> dict[str, tuple[Block, tuple[float, float, float, float]]]:
        """The names of the quadrants and the boxes that they take."""
        found = {}
        for quadrant, name in _NAMES.items():
            west, north = quadrant in {"improve", "later"}, quadrant in {"improve", "keep"}
            block = Block((self.look.say(name),), 8.4, "bold")
            x = LEFT + 1.2 if west else RIGHT - 1.2 - block.width
            y = 1.0 if north else self.plane.y.start - 1.0 - block.height
            found[quadrant] = (block, (x, y, x + block.width, y + block.height))
        return found

    def ground(self, axis: str) -> None:
        """What lies behind the marks: the scales, and the quadrants with their names."""
        plane, brand, look, (worth, grade) = self.plane, self.look.brand, self.look, self.lines
        plane.box([plane.x.low, grade], [worth, plane.y.high], mix(brand.alert, 0.08))
        at = plane.x.ticks(5)
        plane.uprights(at, col.finely(at, look.number))
        plane.levels(plane.y.ticks(5), look.number)
        plane.line([grade] * 2, [plane.y.low, plane.y.high], brand.muted, 0.9, "dashed")
        plane.line([plane.x.low, plane.x.high], [worth] * 2, brand.muted, 0.9, "dashed")
        for quadrant, (block, box) in self._corners().items():
            colour = brand.alert if quadrant == "improve" else brand.muted
            plane.block(box[0], box[1], block, colour)
        below, across = plane.y.start + 6.6, look.say("how well it goes (grade) →")
        plane.text(RIGHT, below, across, side="left", colour=brand.muted)
        plane.text(0, below, axis, colour=brand.muted)

    def marks(self, deck: Deck, labels: Mapping[str, Label]) -> None:
        """Marks, hollow and with their half intervals on the border; then the names.

        A thin line joins a name to its mark where they are some way apart.
        """
        plane, brand, look, middles = self.plane, self.look.brand, self.look, {}
        for card, (x, west, east, y, low, high) in zip(
            self.places.index, self.places.to_numpy().tolist(), strict=True
        ):
            middles[card] = x, y
            mark = deck.marks[card] if card in labels else Mark(mix(brand.muted, 0.4), "o")
            quadrant, *numbers = self.shown.loc[card, ["quadrant", *AXES]]
            if quadrant == "border":
                mark = Mark(brand.paper, mark.marker)
                plane.stroke([west, east], [y, y], mix(brand.muted, 0.5), 0.9)
                plane.stroke([x, x], [low, high], mix(brand.muted, 0.5), 0.9)
            told = f"{look.number(numbers[0])}; {look.number(numbers[1], 1)}"
            where = look.say(_NAMES.get(quadrant, _BORDER))
            plane.mark(x, y, mark, 5.2, said=f"{where}: {deck.labels[card]} ({told})")
        for card, ((left, top), block) in labels.items():
            x, y = middles[card]
            across = min(max(x, left - 0.4), left + block.width + 0.4)
            down = min(max(y, top), top + block.height)
            if abs(down - y) > 2.2:
                plane.stroke([x, across], [y, down], brand.muted, 0.5)
            plane.block(left, top, block, brand.ink)


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
