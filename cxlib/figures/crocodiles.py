"""Purple crocodiles, rules that nobody can defend: which got votes, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.ballot import HEAD, ROW, Ballot
from cxlib.figures.brand import mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Column, breadth
from cxlib.figures.pictograms import PURPLE, crocodile, sign, struck
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import width
from cxlib.figures.wording import limited, note, opened, part, said, sentences, words

_TALLY, _BETWEEN, _KEY, _GAP = 14.5, 3.0, 6.4, 3.0
_ROWS, _CARDS = 16, 8
_STATES = {
    "abolished": ("afgeschaft", "abolished"),
    "chosen": ("gekozen", "chosen"),
    "next": ("volgt nog", "still to come"),
    "candidate": ("genoemd", "named"),
}


def crocodiles(
    vision: Any,
    ranking: pd.DataFrame | None = None,
    *,
    look: Look,
    origin: str,
    voters: int | None = None,
    top: int = 5,
) -> BookletFigure:
    """Draw what became of the purple crocodiles, and how firm their order is.

    Parameters
    ----------
    vision : Vision
        With `crocodiles`: label and status.
    ranking : DataFrame, optional
        Index: crocodile id. Column `votes` (NaN where suppressed); optionally `low` and `high`
        (interval of the votes) and `p_top` (share of resamples in which it is among the first
        `top`). Without a ranking the rules stand on a board, by status.
    look, origin
        See `top_cards`.
    voters : int, optional
        How many people voted.
    top : int
        How many were to be chosen.

    Raises
    ------
    ValueError
        When the vision has no crocodiles.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> rules = [Part(id="k1", label="Only by letter", status="abolished")]
    >>> crocodiles(Part(crocodiles=rules), look=Look("en"), origin="simulated").caption.title
    'One purple crocodile abolished'
    """
    rules = part(vision, "crocodiles")
    ballot = None if ranking is None else Ballot(rules, ranking, top)
    board = _board(rules, look) if ballot is None else {}
    shown = len(rules) if len(rules) <= _ROWS + 1 else _ROWS
    depth = max((6.0 + sum(c.height + 4.6 for c in cards) for cards in board.values()), default=0)
    if ballot:
        depth = HEAD + (shown + (shown < len(rules))) * ROW + _KEY
    canvas = Canvas(
        look,
        title=_title(rules, look),
        subtitle=_subtitle(ranking, voters, top, look),
        alt=_alt(rules if ballot is None else ballot.rules, ranking, look),
        origin=origin,
        body=_TALLY + _BETWEEN + depth,
        note=note(vision, "crocodiles", look),
    )
    _tallies(canvas, rules)
    if ballot:
        ballot.draw(canvas, _TALLY + 1.4, shown)
        _key(canvas, {rule.status for rule in ballot.rules[:shown]})
    else:
        _cards(canvas, board)
    return canvas.figure


def _count(rules: Sequence[Any], *states: str) -> int:
    return sum(rule.status in states for rule in rules)


def _tallies(canvas: Canvas, rules: Sequence[Any]) -> None:
    """Three numbers above: chosen, abolished, still to come."""
    brand, say, wide = canvas.brand, canvas.look.say, breadth(3, _GAP)
    tallies = (
        (_count(rules, "chosen", "abolished"), say("gekozen", "chosen")),
        (_count(rules, "abolished"), say("afgeschaft", "abolished")),
        (_count(rules, "next"), say("te gaan", "to come")),
    )
    for i, (count, label) in enumerate(tallies):
        x, number = i * (wide + _GAP), canvas.look.number(count)
        canvas.box(x, 0, wide, _TALLY, fill=brand.pale, radius=1.2)
        canvas.text(x + 3, 5.0, number, 16, weight="bold", color=brand.primary)
        canvas.text(x + 3, 11.3, label, 8.2, weight="semibold")
        animal = (canvas, x + wide - 19, 4.4, 17.0)
        if i == 1:
            struck(*animal)
        elif i == 0:
            crocodile(*animal)
        else:
            crocodile(*animal, fill=mix(PURPLE, 0.15), edge=PURPLE)


def _key(canvas: Canvas, states: set[str]) -> None:
    x, y = 8.4, canvas.body - 2.4
    for state in (state for state in _STATES if state in states):
        word = canvas.look.say(*_STATES[state])
        sign(canvas, x, y, state)
        canvas.text(x + 3.2, y, word, 7.2)
        x += 9.0 + width(word, 7.2)


def _board(rules: Sequence[Any], look: Look) -> dict[str, list[Column]]:
    """The rules by status, each as a card."""
    states = [state for state in _STATES if _count(rules, state)]
    room = breadth(len(states), _GAP) - 5
    board = {}
    for state in states:
        texts = limited([rule.label for rule in rules if rule.status == state], _CARDS, look)
        board[state] = [Column(room, look.language).add(text, 7.8) for text in texts]
    return board


def _cards(canvas: Canvas, board: dict[str, list[Column]]) -> None:
    wide = breadth(len(board), _GAP)
    for i, (state, cards) in enumerate(board.items()):
        x, y = i * (wide + _GAP), _TALLY + _BETWEEN + 2.0
        sign(canvas, x + 2, y, state)
        canvas.text(x + 5.4, y, opened(canvas.look.say(*_STATES[state])), 8.4, weight="bold")
        y += 4.0
        for card in cards:
            canvas.box(x, y, wide, card.height + 3.2, fill=canvas.brand.pale, radius=0.8)
            card.draw(canvas, x + 2.5, y + 1.6)
            y += card.height + 4.6


def _title(rules: Sequence[Any], look: Look) -> str:
    gone, chosen = _count(rules, "abolished"), _count(rules, "chosen", "abolished")
    coming = _count(rules, "next")
    nouns = ("paarse krokodil/paarse krokodillen", "purple crocodile/purple crocodiles")
    if not chosen:
        return opened(words(len(rules), look, nouns) + look.say(" genoemd", " named"))
    done = look.say(" afgeschaft", " abolished")
    if gone < chosen:
        some, all_ = words(gone, look), words(chosen, look, nouns)
        return opened(some + look.say(" van ", " of ") + all_ + done)
    more = look.say(f", nog {words(coming, look)} te gaan", f", {words(coming, look)} to come")
    return opened(words(gone, look, nouns)) + done + (more if coming else "")


def _subtitle(ranking: pd.DataFrame | None, voters: int | None, top: int, look: Look) -> str:
    text = look.say("Regels die niemand kan uitleggen", "Rules that nobody can defend")
    if ranking is None:
        return text
    number = look.number(voters) + " " if voters else ""
    text += look.say(f"; stemmen van {number}medewerkers", f"; votes of {number}employees")
    if "low" in ranking and "high" in ranking:
        text += look.say(", lijn: 95%-interval", ", line: 95% interval")
    if "p_top" in ranking:
        text += look.say(
            f"; kans: hoe vaak in de top {top} bij een nieuwe stemming",
            f"; chance: how often in the top {top} in a new vote",
        )
    return text


def _alt(rules: Sequence[Any], ranking: pd.DataFrame | None, look: Look) -> str:
    told = []
    votes = pd.Series(dtype=float) if ranking is None else ranking["votes"]
    for rule in rules:
        text = f"{said(rule.label, look)}: {look.say(*_STATES[rule.status])}"
        if pd.notna(votes.get(rule.id)):
            text += f", {look.number(votes[rule.id])} {look.say('stemmen', 'votes')}"
        told.append(text)
    return sentences(look.say("Lijst van regels", "List of rules"), "; ".join(told))
