"""Purple crocodiles, rules that nobody can defend: which got votes, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure, drawn
from cxlib.figures.look import Look
from cxlib.figures.vision import diagram, part
from cxlib.figures.wording import opened, said
from cxlib.language import NOTHING, _, plural

PURPLE = "#6B4C9A"  # the animal's own colour, whatever the brand
_ROWS = 16
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
) -> Figure:
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
    states = [rule.status for rule in rules]
    gone, coming = states.count("abolished"), states.count("next")
    chosen = states.count("chosen") + gone
    tallies = [
        {"text": look.number(count), "label": label, "animal": animal}
        for count, label, animal in (
            (chosen, look.say("chosen"), "whole"),
            (gone, look.say("abolished"), "struck"),
            (coming, look.say("to come"), "outline"),
        )
    ]
    content: Part = {"tallies": tallies, "purple": PURPLE}
    chart = None
    if ranking is None:
        content["board"] = [
            {
                "head": opened(look.say(word)),
                "sign": drawn(_sign(state, look)),
                "items": [rule.label for rule in rules if rule.status == state],
            }
            for state, word in _STATES.items()
            if state in states
        ]
    else:
        rules, table = _ranked(rules, ranking)
        chart = _ballot(rules, table, top, look)
    signed = {rule.status for rule in rules[:_ROWS]} if ranking is not None else set()
    return diagram(
        look,
        vision,
        "crocodiles",
        content,
        chart,
        title=_title(len(rules), gone, chosen, coming, look),
        subtitle=_subtitle(ranking, voters, top, look),
        origin=origin,
        key=[
            (_sign(state, look), look.say(word))
            for state, word in _STATES.items()
            if state in signed
        ],
    )


def _title(count: int, gone: int, chosen: int, coming: int, look: Look) -> str:
    if not chosen:
        return opened(look.counted(count, *_NOUN) + look.say(" named"))
    done = look.say(" abolished")
    if gone < chosen:
        all_ = look.counted(chosen, *_NOUN)
        return opened(look.in_words(gone) + look.say(" of ") + all_ + done)
    more = look.say(", {coming} to come", coming=look.in_words(coming)) if coming else ""
    return opened(look.counted(gone, *_NOUN)) + done + more


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


def _sign(status: str, look: Look) -> Mark:
    """A tick (abolished), spot (chosen), arrow (next) or ring (candidate)."""
    brand = look.brand
    fill, marker = {
        "abolished": (brand.primary, "tick"),
        "chosen": (brand.secondary, "spot"),
        "next": (brand.accent, "arrow"),
        "candidate": (brand.muted, "ring"),
    }[status]
    return Mark(fill, marker, brand.on(fill))


def _ranked(rules: Sequence[Any], ranking: pd.DataFrame) -> tuple[list[Any], pd.DataFrame]:
    """Rules with their row of the ranking, most votes first; suppressed votes last."""
    table = ranking.reindex([rule.id for rule in rules]).reset_index(drop=True)
    table = table.sort_values("votes", ascending=False, kind="stable", na_position="last")
    ranks = table["votes"].rank(method="min", ascending=False)
    return [rules[i] for i in table.index], table.assign(rank=ranks).reset_index(drop=True)


def _ballot(rules: Sequence[Any], table: pd.DataFrame, top: int, look: Look) -> Part:
    """A bar a rule, those that are chosen above the line."""
    shown = len(rules) if len(rules) <= _ROWS + 1 else _ROWS
    records = table.to_dict("records")[:shown]
    lines = [
        _voted(rule, card, i < top, look)
        for i, (rule, card) in enumerate(zip(rules, records, strict=False))
    ]
    for line in lines[::2]:
        line["band"] = True
    if top < shown:
        lines[top - 1]["rule"] = True
    if shown < len(rules):
        left = look.say("and {left} more rules", left=len(rules) - shown)
        blank = col.said("")
        grey = col.said(left, colour=look.brand.muted)
        lines.append(col.row(blank, col.marks([]), grey, col.marks([]), blank))
    largest = table.filter(["votes", "high"]).max().max()
    chance = look.say("chance of top {top}", top=top) if "p_top" in table else ""
    grey_heads: Part = {"head_colour": look.brand.muted, "head_weight": 400}
    columns = [
        col.text(look, align="right", size=7.8, muted=True),
        col.scale(0, 1, width=3.8),
        col.text(look, room=54, size=7.8),
        col.scale(
            0, largest if largest > 0 else 1.0, head=look.say("votes"), after=8, **grey_heads
        ),
        col.text(look, chance, room=22, align="right", size=7.8, **grey_heads),
    ]
    return col.rows(columns, lines, 6.8)


def _voted(rule: Any, card: dict[Any, Any], chosen: bool, look: Look) -> Part:
    brand = look.brand
    rank = NOTHING if pd.isna(card["rank"]) else look.number(card["rank"])
    sign = col.marks(
        [col.dot(0.5, _sign(rule.status, look), size=10.8)], look.say(_STATES[rule.status])
    )
    first = [col.said(rank), sign, col.said(said(rule.label, look))]
    if pd.isna(card["votes"]):
        few = look.say("too few to show")
        words = {"side": "right", "gap": 0, "size": 7.2, "weight": 400, "colour": brand.muted}
        return col.row(*first, col.marks([col.value(0, few, look, **words)]), col.said(""))
    votes = float(card["votes"])
    low, high = (float(card.get(end, np.nan)) for end in ("low", "high"))
    parts = [
        col.span(0, votes, brand.primary if chosen else brand.tint(0.45), tall=3.2),
        col.span(max(low, 0.0), high, brand.paper, tall=0.8),
        col.span(max(low, 0.0), high, brand.ink, tall=0.32),
        col.value(float(np.nanmax([votes, high])), look.number(votes), look, gap=1.4, size=7.8),
    ]
    share = float(card.get("p_top", np.nan))
    told = look.percent(share) if np.isfinite(share) else ""
    return col.row(*first, col.marks(parts), col.said(told, weight=700 if share >= 0.5 else 400))
