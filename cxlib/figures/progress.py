"""How the vision comes about: who takes part, which projects run, which rules go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import NAMES, Look, opened, texts
from cxlib.figures.render import on_a_page
from cxlib.figures.text import shorten, width
from cxlib.figures.vision import diagram, note, part
from cxlib.language import plural

_LONG = 30  # months beyond which only years are named
_PROJECTS = 18  # sub-projects
PURPLE = "#6B4C9A"  # the animal's own colour, whatever the brand
_RULES = 16  # crocodiles with a bar
_NOUN = plural("{n} purple crocodile", "{n} purple crocodiles")


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
    known = cells.to_numpy(float, na_value=np.nan).tolist()
    counts = dict(zip(cells.index, known, strict=True))
    lines: list[Part] = []
    for phase, some in order.groupby(order, sort=False, dropna=False):
        number = look.number(phase) if isinstance(phase, int | float) else str(phase)
        name = look.said((phases or {}).get(phase) or (phases or {}).get(str(phase)))
        name = name or look.say("Phase {number}", number=number)
        lines.append({"section": look.say("Other") if pd.isna(phase) else name})
        for activity in some.index:
            dots = [_took_part(counts.get((activity, group)), look) for group in groups]
            lines.append(col.row(col.said(activities[activity]), *dots))
    style: Part = {"align": "center", "head_weight": 600, "touch": True}
    columns = [col.scale(-1, 1, head=opened(name), **style) for name in groups.values()]
    took = look.counted(len(groups), "{n} group took part", "{n} groups took part")
    kinds = look.counted(len(activities), "{n} kind of meeting", "{n} kinds of meetings")
    body = col.rows([col.text(look, room=40), *columns], lines, 7.6)
    title = opened(look.say("{took}, in {kinds}", took=took, kinds=kinds))
    subtitle = look.say(
        "In the dot the number of meetings, beside it the number of people, where known"
    )
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin)


_COUNTS = {
    "sessions": plural("{n} meeting", "{n} meetings"),
    "participants": plural("{n} participant", "{n} participants"),
}


def _took_part(counts: Sequence[float] | None, look: Look) -> Part:
    """A dot with the number of meetings in it, and the number of people beside it."""
    brand = look.brand
    line = col.span(-1, 1, brand.rule, tall=0.18)
    if counts is None:
        return col.marks([line])
    meetings, people = (look.number(n) if np.isfinite(n) else "" for n in counts)
    middle: Part = {"side": "center", "size": 7, "ground": False}
    middle["colour"] = brand.on(brand.primary)
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


def projects(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the sub-projects as bars on a calendar; what has not begun is dashed.

    Parameters
    ----------
    vision : Vision
        With `projects`, or else a ValueError; those without months get no bar.
    look, origin
        See `top_cards`; the origin is that of the months.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> rows = [Part(id=i, label="", start=None, end=None, started=i > "A") for i in "ABC"]
    >>> projects(Part(projects=rows), look=Look("en"), origin="published").caption.title
    'Two of the three sub-projects have begun'
    """
    every = part(vision, "projects")
    shown = every if len(every) <= _PROJECTS + 1 else every[:_PROJECTS]
    days = [day for project in shown for day in (project.start, project.end) if day]
    ids = [shorten(str(project.id), 12, 7.8, "bold") for project in shown]
    lines = [
        _project(name, project, look, band=i % 2 == 0)
        for i, (name, project) in enumerate(zip(ids, shown, strict=True))
    ]
    if len(every) > len(shown):
        more = look.say("and {left} more sub-projects", left=len(every) - len(shown))
        lines.append(col.row(col.marks([]), col.said(more, colour=look.brand.muted), col.marks([])))
    columns = [
        col.scale(0, 1, width=max(6.0, *(width(name, 7.8, "bold") + 2.6 for name in ids))),
        col.text(look, room=44, size=7.8),
        _calendar(days, look) if days else col.scale(0, 1),
    ]
    subtitle = look.say("Sub-projects over time")
    if origin == "simulated" and days:
        subtitle += look.say("; the months are indicative")
    told = {"title": _begun_title(every, look), "subtitle": subtitle}
    told["note"] = note(vision, "projects", look)
    key = [
        (Mark(look.brand.primary, "bar"), look.say("begun")),
        (Mark(look.brand.paper, "dashed"), look.say("starts later")),
    ]
    body = col.rows(columns, lines, 7.4)
    return on_a_page(Figure.of(look, body, origin=origin, key=key, **told))


def _begun_title(rows: Sequence[Any], look: Look) -> str:
    started, count = sum(row.started for row in rows), len(rows)
    begun, total = look.in_words(started), look.in_words(count)
    if count == 1:
        return opened(look.inside(rows[0].label))
    if started == count:
        return look.say("All {total} sub-projects have begun", total=total)
    if started == 0:
        return look.say("The {total} sub-projects start later", total=total)
    verb = look.say("has") if started == 1 else look.say("have")
    words = {"begun": begun, "total": total, "verb": verb}
    return opened(look.say("{begun} of the {total} sub-projects {verb} begun", **words))


def _project(name: str, project: Any, look: Look, **rest: Any) -> Part:
    """A bar from the start of its first month to the end of its last; dashed if not begun."""
    brand, days = look.brand, [day for day in (project.start, project.end) if day]
    fill = brand.primary if project.started else brand.accent
    badge = {"kind": "badge", "at": 0.5, "text": name, "fill": fill, "colour": brand.on(fill)}
    if days:
        start, end = _number(days[0]) + 0.1, _number(days[-1]) + 0.9
        heard = " – ".join(dict.fromkeys(look.month(day, "MMM y") for day in days))
        style: Part = {"tall": 3.8, "radius": 0.9}
        if not project.started:
            heard += ", " + look.say("starts later")
            dashed: Part = {"edge": brand.ink, "dash": "dashed", "line": 0.9}
            bars = [col.span(start, end, brand.paper, **style, **dashed)]
        elif project.progress is None:
            bars = [col.span(start, end, brand.primary, **style)]
        else:
            done = start + (end - start) * project.progress
            bars = [col.span(start, end, brand.tint(0.45), **style)]
            bars += [col.span(start, done, brand.primary, **style)] * (done > start)
        when = col.marks(bars, heard)
    else:
        plain = {"gap": 2, "size": 7.2, "weight": 400, "colour": brand.muted, "ground": False}
        words = look.say("no months known yet")
        when = col.marks([col.value(0, words, look, start=True, **plain)])
    return col.row(col.marks([badge]), col.said(look.said(project.label)), when, **rest)


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _calendar(days: Sequence[dt.date], look: Look) -> Part:
    """Whole quarters: years above, a line for every quarter, or for every year of many."""
    months = [_number(day) for day in days]
    first, last = min(months) // 3 * 3, max(months) // 3 * 3 + 3
    step = 3 if last - first <= _LONG else 12
    years = [n for n in range(first, last) if n == first or n % 12 == 0]
    every = -(-len(years) // 8)
    named = [n for n in years[::every] if (last - n) * 60 > (last - first) * 8]  # millimetres
    bold = {"side": "right", "colour": look.brand.ink, "weight": 700}
    heads: list[Part] = [{"at": n, "text": str(n // 12), "line": 0, **bold} for n in named]
    if last - first <= 24:
        for n in range(first, last, 3):
            month = look.month(dt.date(n // 12, n % 12 + 1, 1), "MMM")
            plain = {"side": "right", "colour": look.brand.muted, "size": 6.8}
            heads.append({"at": n, "line": 1, "text": month, **plain})
    lines = sorted({*range(first, last, step), *years})
    return col.scale(first, last, lines, heads=heads, rules=years if step == 3 else (), after=0.4)


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
        With `crocodiles`, or else a ValueError: label and status.
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
        {"text": look.number(chosen), "label": look.say("chosen"), "animal": "whole"},
        {"text": look.number(gone), "label": look.say("abolished"), "animal": "struck"},
        {"text": look.number(coming), "label": look.say("to come"), "animal": "outline"},
    ]
    table = ranking.reindex([rule.id for rule in rules])
    table = table.assign(status=states, label=[look.said(rule.label) for rule in rules])
    table = table.sort_values("votes", ascending=False, kind="stable", na_position="last")
    number = look.number(voters) + " " if voters else ""
    subtitle = look.say("Rules that nobody can defend")
    subtitle += look.say("; votes of {number}employees", number=number)
    subtitle += look.say(", line: 95% interval")
    subtitle += look.say("; chance: how often in the top {top} in a new vote", top=top)
    signed = {*table["status"].head(_RULES)}
    content = {"tallies": tallies, "purple": PURPLE}
    title = _gone_title(len(rules), gone, chosen, coming, look)
    key = [(_sign(s, look), look.word("states", s)) for s in NAMES["states"] if s in signed]
    rest: Part = {"origin": origin, "chart": _ballot(table, top, look), "key": key}
    return diagram(look, vision, "crocodiles", content, title, subtitle, **rest)


def _gone_title(count: int, gone: int, chosen: int, coming: int, look: Look) -> str:
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
    shown = table if len(table) <= _RULES + 1 else table.head(_RULES)
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
        return col.marks([mark], look.word("states", rule["status"]))

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
