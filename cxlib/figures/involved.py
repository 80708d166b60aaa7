"""Who took part: activities by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.deck import texts
from cxlib.figures.look import Look
from cxlib.figures.panel import alike
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import Block, clean, fit, width
from cxlib.figures.wording import opened, said
from cxlib.language import plural

_PITCH, _PHASE, _ROOM = 7.6, 5.6, 46.0
_COUNTS = {
    "sessions": plural("{n} meeting", "{n} meetings"),
    "participants": plural("{n} participant", "{n} participants"),
}


def participation(
    frame: pd.DataFrame, *, look: Look, origin: str, phases: Mapping[Any, Any] | None = None
) -> BookletFigure:
    """Draw which groups took part in which activities.

    A dot where a group took part, with the number of meetings in it where that is known and
    the number of people beside it.

    Parameters
    ----------
    frame : DataFrame
        One row an activity and group; columns `activity`, `group`, `phase`, their words
        `label_nl`, `label_en`, `label_group_nl` and `label_group_en` (one language will do),
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
    count = order.nunique(dropna=False)
    room = min(_ROOM, max(width(clean(name), LABEL) for name in activities.values()) + 4)
    heads = _heads(groups, (WIDTH - room) / max(len(groups), 4), look)
    top = max(block.height for block in heads.values()) + 2.0
    canvas = Canvas(
        look,
        title=_title(len(groups), len(activities), look),
        subtitle=look.say(
            "In the dot the number of meetings, beside it the number of people, where known"
        ),
        alt=_alt(frame, activities, groups, look),
        origin=origin,
        body=top + _PITCH * len(order) + _PHASE * count,
    )
    for j, group in enumerate(groups):
        x = room + (j + 0.5) * (WIDTH - room) / max(len(groups), 4)
        canvas.write(x, top - 2.0, heads[group], ha="center", va="bottom")
    y = top
    cells = frame.set_index(["activity", "group"])
    for phase, rows in order.groupby(order, sort=False, dropna=False):
        _phase(canvas, y, _phase_name(phase, phases or {}, look))
        y += _PHASE
        for activity in rows.index:
            name = fit(activities[activity], room - 3, 6.4, largest=LABEL, language=look.language)
            canvas.write(1.4, y + _PITCH / 2, name)
            _row(canvas, room, y + _PITCH / 2, [(activity, group) for group in groups], cells)
            y += _PITCH
    return canvas.figure


def _heads(groups: Mapping[str, str], wide: float, look: Look) -> dict[str, Block]:
    """Names of the groups, all at the size that the longest one needs."""
    heads, style = [opened(name) for name in groups.values()], {"language": look.language}
    blocks = alike(heads, wide - 0.8, 9.5, largest=SMALL, weight="semibold", **style)
    return dict(zip(groups, blocks, strict=True))


def _labels(frame: pd.DataFrame, key: str, stem: str, look: Look) -> dict[str, str]:
    """Id to words, in order of appearance."""
    known = frame.drop_duplicates(key).set_index(key).filter(regex=f"^{stem}_(nl|en)$")
    return texts(known.rename(columns=lambda column: column.replace(stem, "label")), look)


def _phase_name(phase: Any, phases: Mapping[Any, Any], look: Look) -> str:
    if pd.isna(phase):
        return look.say("Other")
    named = said(phases.get(phase) or phases.get(str(phase)), look)
    number = look.number(phase) if isinstance(phase, int | float) else str(phase)
    return named or look.say("Phase {number}", number=number)


def _phase(canvas: Canvas, y: float, name: str) -> None:
    canvas.box(0, y + 0.6, WIDTH, _PHASE - 1.2, fill=canvas.brand.pale, zorder=-1)
    block = fit(name, WIDTH - 4, 4, largest=LABEL, weight="bold", language=canvas.look.language)
    canvas.write(1.4, y + _PHASE / 2, block, color=canvas.brand.primary)


def _row(
    canvas: Canvas, left: float, y: float, keys: Sequence[tuple[str, str]], cells: pd.DataFrame
) -> None:
    brand, look = canvas.brand, canvas.look
    canvas.line([left, WIDTH], [y, y], color=brand.rule, width=0.5, zorder=0)
    wide = (WIDTH - left) / max(len(keys), 4)
    for j, key in enumerate(keys):
        if key not in cells.index:
            continue
        x, cell = left + (j + 0.5) * wide, cells.loc[[key]].iloc[0]
        sessions, people = pd.to_numeric(cell.reindex(list(_COUNTS))).to_numpy(float)
        half = 1.3 if np.isnan(sessions) else 2.4
        canvas.box(x - half, y - half, 2 * half, 2 * half, fill=brand.primary, radius=half)
        if sessions == sessions:
            number, colour = look.number(sessions), brand.on(brand.primary)
            canvas.text(x, y, number, SMALL, weight="bold", color=colour, ha="center")
        if people == people:
            canvas.value(x + half + 0.6, y, look.number(people), size=SMALL)


def _title(groups: int, activities: int, look: Look) -> str:
    first, second = opened(look.in_words(groups)), look.in_words(activities)
    took = look.say("group took part")
    if groups != 1:
        took = look.say("groups took part")
    kinds = look.say("kind of meeting")
    if activities != 1:
        kinds = look.say("kinds of meetings")
    return f"{first} {took}, in {second} {kinds}"


def _alt(
    frame: pd.DataFrame, activities: Mapping[str, str], groups: Mapping[str, str], look: Look
) -> str:
    parts = []
    for activity, name in activities.items():
        rows = frame[frame["activity"].astype(str) == activity].to_dict("records")
        who = []
        for row in rows:
            facts = [
                look.count(int(row[name]), *nouns)
                for name, nouns in _COUNTS.items()
                if pd.notna(row.get(name))
            ]
            who.append(groups[str(row["group"])] + (f" ({', '.join(facts)})" if facts else ""))
        parts.append(f"{name}: {', '.join(who)}")
    kind = look.say("Overview of participation")
    return f"{kind}. {'; '.join(parts)}."
