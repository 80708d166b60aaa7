"""Who took part in what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.columns import Part
from cxlib.figures.deck import texts
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import opened, said
from cxlib.language import plural


def participation(
    frame: pd.DataFrame, *, look: Look, origin: str, phases: Mapping[Any, Any] | None = None
) -> Figure:
    """Draw which groups took part in which activities.

    A dot where a group took part, with the number of meetings in it where that is known and
    the number of people beside it.

    Parameters
    ----------
    frame : DataFrame
        One row an activity and group; columns `activity`, `group`, `phase`, their words
        `label_nl` and `label_group_nl`, and so in other languages (one will do),
        `sessions` and `participants` (missing where unknown).
    look, origin
        See `top_cards`.
    phases : mapping, optional
        Phase to its name, or to a name per language.

    Examples
    --------
    >>> frame = pd.DataFrame({"activity": ["interviews"], "label_en": ["Interviews"], "phase": 2,
    ...     "group": ["board"], "label_group_en": ["board"], "sessions": [None],
    ...     "participants": [None]})
    >>> participation(frame, look=Look("en"), origin="published").caption.title
    'One group took part, in one kind of meeting'
    """
    groups = _labels(frame, "group", "label_group", look)
    activities = _labels(frame, "activity", "label", look)
    order = frame.drop_duplicates("activity").set_index("activity")["phase"]
    order = order.sort_values(kind="stable")
    cells = frame.reindex(columns=["activity", "group", *_COUNTS]).set_index(["activity", "group"])
    counts = {
        key: tuple(row)
        for key, row in zip(cells.index, cells.to_numpy(float, na_value=np.nan), strict=True)
    }
    lines: list[Part] = []
    for phase, some in order.groupby(order, sort=False, dropna=False):
        lines.append({"section": _phase_name(phase, phases or {}, look)})
        for activity in some.index:
            dots = [_took_part(counts.get((activity, group)), look) for group in groups]
            lines.append(col.row(col.said(activities[activity]), *dots))
    style: Part = {"align": "center", "head_weight": 600, "touch": True}
    columns = [col.scale(-1, 1, head=opened(name), **style) for name in groups.values()]
    took = look.counted(len(groups), "{n} group took part", "{n} groups took part")
    kinds = look.counted(len(activities), "{n} kind of meeting", "{n} kinds of meetings")
    return Figure.of(
        look,
        col.rows([col.text(look, room=40), *columns], lines, 7.6),
        title=opened(look.say("{took}, in {kinds}", took=took, kinds=kinds)),
        subtitle=look.say(
            "In the dot the number of meetings, beside it the number of people, where known"
        ),
        origin=origin,
    )


_COUNTS = {
    "sessions": plural("{n} meeting", "{n} meetings"),
    "participants": plural("{n} participant", "{n} participants"),
}


def _took_part(counts: tuple[float, ...] | None, look: Look) -> Part:
    """A dot with the number of meetings in it, and the number of people beside it."""
    brand = look.brand
    line = col.span(-1, 1, brand.rule, tall=0.18)
    if counts is None:
        return col.marks([line])
    meetings, people = (look.number(n) if np.isfinite(n) else "" for n in counts)
    middle: Part = {"side": "center", "size": 7, "colour": brand.on(brand.primary), "ground": False}
    aside: Part = {"size": 7, "gap": 2.6 if meetings else 1.6, "weight": 700}
    parts = [
        line,
        col.dot(0, brand.primary, size=13.6 if meetings else 7.4, edge=brand.primary),
        col.value(0, meetings, look, **middle) if meetings else None,
        col.value(0, people, look, **aside) if people else None,
    ]
    nouns = zip(counts, _COUNTS.values(), strict=True)
    heard = [look.count(int(n), *words) for n, words in nouns if np.isfinite(n)]
    return col.marks(parts, ", ".join(heard) or look.say("took part"))


def _labels(frame: pd.DataFrame, key: str, stem: str, look: Look) -> dict[str, str]:
    """Id to words, in order of appearance."""
    known = frame.drop_duplicates(key).set_index(key).filter(regex=f"^{stem}_[a-z]{{2,3}}$")
    return texts(known.rename(columns=lambda column: column.replace(stem, "label")), look)


def _phase_name(phase: Any, phases: Mapping[Any, Any], look: Look) -> str:
    if pd.isna(phase):
        return look.say("Other")
    named = said(phases.get(phase) or phases.get(str(phase)), look)
    number = look.number(phase) if isinstance(phase, int | float) else str(phase)
    return named or look.say("Phase {number}", number=number)
