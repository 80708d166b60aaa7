"""Importance against performance: where to begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.quadrants import AXES, NAMES, TITLES, Quadrants, Titles
from cxlib.figures.rows import key_rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import named
from cxlib.language import _


@dataclass(frozen=True)
class _Words:
    """What differs between a matrix of cards and one of values, in Dutch and English."""

    nothing: str
    measured: str
    importance: str
    axes: Titles


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
_FIRST = ["improve", "keep", "border", "overdone", "later"]  # whose label goes first


def priorities(
    frame: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
) -> BookletFigure:
    """Draw how important every card is against how well it goes.

    Cards on the border are hollow, with the half of the interval that passes the line. Suppressed
    cards are named underneath. Its subtitle says whether the lines are means, which always leave
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
) -> BookletFigure:
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


def _matrix(
    frame: pd.DataFrame,
    deck: Deck,
    lines: tuple[float, float],
    words: _Words,
    look: Look,
    origin: str,
) -> BookletFigure:
    hidden = frame.index[frame["performance"].isna()].astype(str).tolist()
    shown = frame.dropna(subset=["importance", "performance"]).copy()
    order = shown["quadrant"].map({name: i for i, name in enumerate(_FIRST)}).fillna(9)
    shown = shown.assign(order=order).sort_values(["order", "importance"], ascending=[True, False])
    above = 4.4 * len(key_rows(deck.key, 116)) + 0.6
    plot = Quadrants.of(shown, lines, above, words.axes)
    labels = plot.labels(shown, [deck.labels[str(card)] for card in shown.index], look)
    bare = [str(c) for c, (corner, _) in zip(shown.index, labels, strict=True) if corner is None]
    canvas = Canvas(
        look,
        title=_title(shown, deck, words, look),
        subtitle=_subtitle(shown, lines, words, look),
        alt=_alt(shown, deck, look),
        origin=origin,
        body=above + plot.tall + 8.5,
        note=_note(hidden, bare, deck, look),
    )
    for i, row in enumerate(key_rows(deck.key, 116)):
        canvas.key(row, 0, 1.4 + 4.4 * i)
    plot.draw(canvas, shown, [deck.marks[str(card)] for card in shown.index], labels)
    return canvas.figure


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


def _note(hidden: list[str], bare: list[str], deck: Deck, look: Look) -> str:
    """Which cards are missing, and which have a mark without a name."""
    few = look.say("Too few grades for")
    unnamed = look.say("No room for the name of")
    parts = [(few, hidden), (unnamed, bare)]
    return " ".join(f"{what} {deck.some(cards, 3, look)}." for what, cards in parts if cards)


def _alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    parts = []
    for quadrant in ("improve", "keep", "later", "overdone", "border"):
        rows = shown[shown["quadrant"] == quadrant]
        name = look.say(NAMES.get(quadrant, _("On the border")))
        named = [
            f"{deck.labels[str(card)]} ({look.number(a)}; {look.number(b, 1)})"
            for card, a, b in zip(rows.index, rows["importance"], rows["performance"], strict=True)
        ]
        if named:
            parts.append(f"{name}: {', '.join(named)}")
    kind = look.say("Scatter plot (importance; grade)")
    return f"{kind}. {'. '.join(parts)}."
