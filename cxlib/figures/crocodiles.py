"""Purple crocodiles, rules that nobody can defend: which got votes, and what became of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.vision import diagram, part
from cxlib.figures.wording import opened, said
from cxlib.language import _, plural

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
    ranking: pd.DataFrame,
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
    ranking : DataFrame
        Index: crocodile id. Columns `votes` (NaN where suppressed), `low` and `high` (interval of
        the votes) and `p_top`, the share of resamples in which it is among the first `top`
        (`importance.ballot`).
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
    >>> votes = pd.DataFrame({"votes": 9, "low": 7, "high": 9, "p_top": 1.0}, index=["k1"])
    >>> vision = Part(crocodiles=rules)
    >>> crocodiles(vision, votes, look=Look("en"), origin="simulated").caption.title
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
    table = ranking.reindex([rule.id for rule in rules])
    table = table.assign(status=states, label=[said(rule.label, look) for rule in rules])
    table = table.sort_values("votes", ascending=False, kind="stable", na_position="last")
    number = look.number(voters) + " " if voters else ""
    subtitle = [
        look.say("Rules that nobody can defend"),
        look.say("; votes of {number}employees", number=number),
        look.say(", line: 95% interval"),
        look.say("; chance: how often in the top {top} in a new vote", top=top),
    ]
    signed = {*table["status"].head(_ROWS)}
    return diagram(
        look,
        vision,
        "crocodiles",
        {"tallies": tallies, "purple": PURPLE},
        _ballot(table, top, look),
        title=_title(len(rules), gone, chosen, coming, look),
        subtitle="".join(subtitle),
        origin=origin,
        key=[(_sign(s, look), look.say(word)) for s, word in _STATES.items() if s in signed],
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


def _sign(status: str, look: Look) -> Mark:
    """A tick (abolished), spot (chosen), arrow (next) or ring (candidate)."""
    brand = look.brand
    fill, marker = {
        "abolished": (brand.primary, "tick"),
        "chosen": (brand.secondary, "spot"),
        "next": (brand.accent, "arrow"),
        "candidate": (brand.muted, "ring"),
    }[status]
    return Mark(fill, marker)


def _ballot(table: pd.DataFrame, top: int, look: Look) -> Part:
    """A bar a rule, those that are chosen above the line; suppressed votes last."""
    shown = table if len(table) <= _ROWS + 1 else table.head(_ROWS)
    ranks = table["votes"].rank(method="min", ascending=False)
    shown = shown.assign(
        rank=ranks.map(look.number),
        chance=["" if pd.isna(p) else look.percent(p) for p in shown["p_top"]],
        chosen=[i < top for i in range(len(shown))],
    )
    most, grey = float(shown[["votes", "high"]].max().max()), {"head_colour": look.brand.muted}
    chance = look.say("chance of top {top}", top=top)

    def state(rule: Part) -> Part:
        mark = col.dot(0.5, _sign(rule["status"], look), size=10.8)
        return col.marks([mark], look.say(_STATES[rule["status"]]))

    def likely(rule: Part) -> Part:
        return col.said(rule["chance"], weight=700 if rule["p_top"] >= 0.5 else 400)

    scale = col.scale(0, most if most > 0 else 1.0, head=look.say("votes"), head_weight=400)
    right = col.text(look, chance, room=22, align="right", size=7.8, head_weight=400)
    columns: list[col.Column] = [
        (col.text(look, align="right", size=7.8, muted=True), "rank"),
        (col.scale(0, 1, width=3.8), state),
        (col.text(look, room=54, size=7.8), "label"),
        (scale | grey | {"after": 8}, lambda rule: _votes(rule, look)),
        (right | grey, likely),
    ]
    body = col.table(shown, columns, 6.8, banded=True)
    if top < len(shown):
        body["rows"][top - 1]["rule"] = True
    if len(shown) < len(table):
        left = look.say("and {left} more rules", left=len(table) - len(shown))
        cells = [col.said(""), col.marks([]), col.said(left, colour=look.brand.muted)]
        body["rows"].append(col.row(*cells, col.marks([]), col.said("")))
    return body


def _votes(rule: Part, look: Look) -> Part:
    """A bar with a line for its interval; words where there are too few votes to show."""
    brand, count, ends = look.brand, rule["votes"], (max(rule["low"], 0.0), rule["high"])
    if pd.isna(count):
        few = look.say("too few to show")
        style: Part = {"gap": 0, "size": 7.2, "weight": 400, "colour": brand.muted}
        return col.marks([col.value(0, few, look, **style)])
    fill, end = brand.primary if rule["chosen"] else brand.tint(0.45), max(count, ends[1])
    parts = [
        col.span(0, count, fill, tall=3.2),
        col.span(*ends, brand.paper, tall=0.8),
        col.span(*ends, brand.ink, tall=0.32),
        col.value(end, look.number(count), look, gap=1.4, size=7.8),
    ]
    return col.marks(parts)
