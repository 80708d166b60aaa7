"""Importance against performance: where to begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.quadrants import AXES, NAMES, Axes, Quadrants
from cxlib.figures.rows import key_rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import named


@dataclass(frozen=True)
class _Words:
    """What differs between a matrix of cards and one of values, in Dutch and English."""

    nothing: tuple[str, str]
    measured: tuple[str, str]
    axes: Axes


_CARDS = _Words(
    nothing=(
        "Geen kaartje is zowel belangrijk als aantoonbaar beneden de maat",
        "No card is both important and demonstrably below the line",
    ),
    measured=("Belangrijkheid tegenover ervaren prestatie", "Importance against performance"),
    axes=AXES,
)
_VALUES = _Words(
    nothing=(
        "Geen waarde weegt zwaar en blijft aantoonbaar achter",
        "No value weighs heavily and demonstrably falls behind",
    ),
    measured=(
        "Hoe zwaar elke waarde weegt in de tevredenheid, tegenover het cijfer dat zij krijgt; de "
        "lijnen zijn gemiddelden, dus er ligt altijd iets onder",
        "How much every value weighs in satisfaction, against the grade it gets; the lines are "
        "means, so something always lies below",
    ),
    axes=(AXES[0], ("↑ deel van wat de waarden verklaren (%)", "↑ part of what is explained (%)")),
)
_FIRST = ["improve", "keep", "border", "overdone", "later"]  # whose label goes first


def priorities(
    frame: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> BookletFigure:
    """Draw how important every card is against how well it goes.

    Cards on the border, whose interval includes a line, are hollow. Suppressed cards are
    named underneath.

    Parameters
    ----------
    frame : DataFrame
        Index card; columns `importance`, `performance`, `low` and `high` (interval of the
        performance; may be missing), `quadrant` (`importance.priorities`).
    cards : DataFrame
        Index card; labels and `domain`.
    look, origin
        See `top_cards`.
    importance_line, performance_line : float, optional
        Where the quadrants meet; else those in `frame.attrs`, else the means.

    Examples
    --------
    >>> frame = pd.DataFrame({"importance": [80.0, 20], "performance": [5.0, 8],
    ...     "low": [4.5, 7.5], "high": [5.5, 8.5], "quadrant": ["improve", "overdone"]},
    ...     index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Promises", "Magazine"]}, index=["a", "b"])
    >>> priorities(frame, cards, look=Look("en"), origin="collected").caption.title
    'Improve first: ‘Promises’'
    """
    lines = _lines(frame, importance_line, performance_line)
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
        Index value; as in `priorities`, with `importance` the part of what the values explain
        together (0-100, `drivers.derived_importance`), `importance_low` and `importance_high`
        (`importance.quadrants`).
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
    return _matrix(frame, deck, _lines(frame, None, None), _VALUES, look, origin)


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
        subtitle=_subtitle(shown, words, look),
        alt=_alt(shown, deck, look),
        origin=origin,
        body=above + plot.tall + 8.5,
        note=_note(hidden, bare, deck, look),
    )
    for i, row in enumerate(key_rows(deck.key, 116)):
        canvas.key(row, 0, 1.4 + 4.4 * i)
    plot.draw(canvas, shown, [deck.marks[str(card)] for card in shown.index], labels)
    return canvas.figure


def _lines(
    frame: pd.DataFrame, importance: float | None, performance: float | None
) -> tuple[float, float]:
    found = []
    for name, given in (("importance", importance), ("performance", performance)):
        line = given if given is not None else frame.attrs.get(f"{name}_line")
        found.append(float(frame[name].mean() if line is None else line))
    return found[0], found[1]


def _title(shown: pd.DataFrame, deck: Deck, words: _Words, look: Look) -> str:
    first = shown.index[shown["quadrant"] == "improve"].astype(str).tolist()
    if not first:
        return look.say(*words.nothing)
    return look.say("Eerst verbeteren: ", "Improve first: ") + deck.some(first, 2, look)


def _subtitle(shown: pd.DataFrame, words: _Words, look: Look) -> str:
    text = look.say(*words.measured)
    if (shown["quadrant"] == "border").any():
        text += look.say(
            "; open: op de grens, met 95%-interval", "; hollow: on the border, with 95% interval"
        )
    return text


def _note(hidden: list[str], bare: list[str], deck: Deck, look: Look) -> str:
    """Which cards are missing, and which have a mark without a name."""
    few = look.say("Te weinig oordelen voor", "Too few grades for")
    unnamed = look.say("Geen ruimte voor de naam van", "No room for the name of")
    parts = [(few, hidden), (unnamed, bare)]
    return " ".join(f"{what} {deck.some(cards, 3, look)}." for what, cards in parts if cards)


def _alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    parts = []
    for quadrant in ("improve", "keep", "later", "overdone", "border"):
        rows = shown[shown["quadrant"] == quadrant]
        name = look.say(*NAMES.get(quadrant, ("Op de grens", "On the border")))
        named = [
            f"{deck.labels[str(card)]} ({look.number(a)}; {look.number(b, 1)})"
            for card, a, b in zip(rows.index, rows["importance"], rows["performance"], strict=True)
        ]
        if named:
            parts.append(f"{name}: {', '.join(named)}")
    kind = look.say(
        "Spreidingsdiagram (belangrijkheid; cijfer)", "Scatter plot (importance; grade)"
    )
    return f"{kind}. {'. '.join(parts)}."
