"""Purple crocodiles, rules that nobody can defend: which got votes, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Column, breadth
from cxlib.figures.pictograms import PURPLE, crocodile, sign, struck
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit, width
from cxlib.figures.wording import limited, note, opened, part, said, sentences
from cxlib.language import NOTHING, _, plural

_HEAD, _ROW = 6.6, 6.8  # millimetres
_LABEL, _BAR, _END = 12.0, 66.0, 99.0
_TALLY, _BETWEEN, _KEY, _GAP = 14.5, 3.0, 6.4, 3.0
_ROWS, _CARDS = 16, 8
_NOUN = plural("{n} purple crocodile", "{n} purple crocodiles")
_STATES = {
    "abolished": _("abolished"),
    "chosen": _("chosen"),
    "next": _("still to come"),
    "candidate": _("named"),
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
        depth = _HEAD + (shown + (shown < len(rules))) * _ROW + _KEY
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
        (_count(rules, "chosen", "abolished"), say("chosen")),
        (_count(rules, "abolished"), say("abolished")),
        (_count(rules, "next"), say("to come")),
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
        word = canvas.look.say(_STATES[state])
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
        canvas.text(x + 5.4, y, opened(canvas.look.say(_STATES[state])), 8.4, weight="bold")
        y += 4.0
        for card in cards:
            canvas.box(x, y, wide, card.height + 3.2, fill=canvas.brand.pale, radius=0.8)
            card.draw(canvas, x + 2.5, y + 1.6)
            y += card.height + 4.6


def _title(rules: Sequence[Any], look: Look) -> str:
    gone, chosen = _count(rules, "abolished"), _count(rules, "chosen", "abolished")
    coming = _count(rules, "next")
    if not chosen:
        return opened(look.counted(len(rules), *_NOUN) + look.say(" named"))
    done = look.say(" abolished")
    if gone < chosen:
        some, all_ = (
            look.in_words(gone),
            look.counted(chosen, *_NOUN),
        )
        return opened(some + look.say(" of ") + all_ + done)
    more = look.say(", {coming} to come", coming=look.in_words(coming))
    return opened(look.counted(gone, *_NOUN)) + done + (more if coming else "")


def _subtitle(ranking: pd.DataFrame | None, voters: int | None, top: int, look: Look) -> str:
    text = look.say("Rules that nobody can defend")
    if ranking is None:
        return text
    number = look.number(voters) + " " if voters else ""
    text += look.say("; votes of {number}employees", number=number)
    if "low" in ranking and "high" in ranking:
        text += look.say(", line: 95% interval")
    if "p_top" in ranking:
        text += look.say("; chance: how often in the top {top} in a new vote", top=top)
    return text


def _alt(rules: Sequence[Any], ranking: pd.DataFrame | None, look: Look) -> str:
    told = []
    votes = pd.Series(dtype=float) if ranking is None else ranking["votes"]
    for rule in rules:
        text = f"{said(rule.label, look)}: {look.say(_STATES[rule.status])}"
        if pd.notna(votes.get(rule.id)):
            text += f", {look.number(votes[rule.id])} {look.say('votes')}"
        told.append(text)
    return sentences(look.say("List of rules"), "; ".join(told))


class Ballot:
    """Rules with their row of the ranking, most votes first; suppressed votes last."""

    def __init__(self, rules: Sequence[Any], ranking: pd.DataFrame, top: int) -> None:
        table = ranking.reindex([rule.id for rule in rules]).reset_index(drop=True)
        table = table.sort_values("votes", ascending=False, kind="stable", na_position="last")
        self.rules = [rules[i] for i in table.index]
        self.table, self.top = table.reset_index(drop=True), top
        self.ranks = table["votes"].rank(method="min", ascending=False).tolist()
        largest = table.filter(["votes", "high"]).max().max()
        self.scale = (_END - _BAR - 7.0) / (largest if largest > 0 else 1.0)

    def draw(self, canvas: Canvas, y: float, shown: int) -> None:
        """Draw the heads and the first rows, and a line below those that are chosen."""
        look, color = canvas.look, canvas.brand.muted
        canvas.text(_BAR, y + _HEAD - 2.6, look.say("votes"), 7.2, color=color)
        if "p_top" in self.table:
            chance = look.say("chance of top {top}", top=self.top)
            canvas.text(canvas.width, y + _HEAD - 2.6, chance, 7.2, color=color, ha="right")
        y += _HEAD
        for i in range(shown):
            if i % 2 == 0:
                canvas.box(0, y + i * _ROW, canvas.width, _ROW, fill=canvas.brand.pale, zorder=0)
            self._row(canvas, i, y + (i + 0.5) * _ROW)
        if self.top < shown:
            line = [y + self.top * _ROW] * 2
            canvas.line([0, canvas.width], line, width=0.8, style=(0, (3, 2)), zorder=4)
        if shown < len(self.rules):
            left = len(self.rules) - shown
            more = look.say("and {left} more rules", left=left)
            canvas.text(_LABEL, y + (shown + 0.5) * _ROW, more, color=color)

    def _row(self, canvas: Canvas, i: int, y: float) -> None:
        look, rule = canvas.look, self.rules[i]
        rank = NOTHING if pd.isna(self.ranks[i]) else look.number(self.ranks[i])
        canvas.text(3, y, rank, 7.8, ha="center", color=canvas.brand.muted)
        sign(canvas, 8.4, y, rule.status)
        text, room = said(rule.label, look), _BAR - _LABEL - 2.5
        label = fit(text, room, _ROW - 0.3, largest=7.8, language=look.language)
        canvas.write(_LABEL, y, label)
        if pd.isna(self.table["votes"][i]):
            few = look.say("too few to show")
            canvas.text(_BAR, y, few, 7.2, color=canvas.brand.muted)
        else:
            self._bar(canvas, i, y)

    def _bar(self, canvas: Canvas, i: int, y: float) -> None:
        brand, look = canvas.brand, canvas.look
        row = self.table.astype(float).iloc[i].to_dict()
        fill = brand.primary if i < self.top else brand.tint(0.45)
        end = row["votes"]
        canvas.box(_BAR, y - 1.6, max(end * self.scale, 0.1), 3.2, fill=fill)
        if pd.notna(row.get("low", np.nan)) and pd.notna(row.get("high", np.nan)):
            low, end = max(row["low"], 0.0), max(row["high"], end)
            ends = [_BAR + low * self.scale, _BAR + end * self.scale]
            canvas.line(ends, [y, y], color=brand.paper, width=2.2)
            canvas.line(ends, [y, y], width=0.9, zorder=3)
        votes, x = look.number(row["votes"]), _BAR + end * self.scale + 1.4
        canvas.text(x, y, votes, 7.8, weight="bold")
        if pd.notna(row.get("p_top", np.nan)):
            weight = "bold" if row["p_top"] >= 0.5 else "regular"
            share = look.percent(row["p_top"])
            canvas.text(canvas.width - 1.5, y, share, 7.8, ha="right", weight=weight)
