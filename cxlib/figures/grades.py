"""Grades: how many are high, what every value gets, which values go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import dashes, named, said
from cxlib.language import NOTHING, _

if TYPE_CHECKING:
    from cxlib.report import Lead

_BANDS = ("fail", "middle", "top")
_BETWEEN = "#E1E5EA"  # the ground of grades that are neither


def eight_plus(
    shares: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    fail: int = 5,
    top: int = 8,
    total: str | None = None,
    ends: Sequence[str] = (),
) -> Figure:
    """Draw per row which part gives a fail, a middling grade, and the ambition or higher.

    Parameters
    ----------
    shares : DataFrame
        Index row (journey, district, …); columns `fail`, `middle`, `top` (0-1) and `n`;
        optionally `low` and `high`, the interval of `top`. A missing `top` counts as
        suppressed and is shown as a dash.
    labels : mapping
        Row to its name, or to a name per language.
    look, origin
        See `top_cards`.
    fail, top : int
        Highest grade that fails, lowest that meets the ambition.
    total : str, optional
        The row that is about everything; drawn first and apart.
    ends : sequence of str
        Rows that surely have the smallest or the largest part of high grades (`report.ends`);
        the title names no other.

    Returns
    -------
    Figure

    Examples
    --------
    >>> shares = pd.DataFrame({"fail": [0.1, 0.3], "middle": [0.4, 0.4], "top": [0.5, 0.3],
    ...                        "n": [400, 300]}, index=["repairs", "complaints"])
    >>> labels = {"repairs": "Repair request", "complaints": "Complaint"}
    >>> options = {"look": Look("en"), "origin": "collected", "ends": ["complaints"]}
    >>> eight_plus(shares, labels, **options).caption.title
    'From 30% (‘Complaint’) to 50% give an 8 or higher'
    """
    fail, top = (int(grade) if grade == int(grade) else grade for grade in (fail, top))
    rest = shares.drop(index=total or [], errors="ignore")
    order = rest.sort_values("top", ascending=False, kind="stable").index
    first = [total] if total in shares.index else []
    frame = shares.loc[[*first, *order]]
    rowed = frame.assign(name=named(frame.index, labels, look))
    lines = [_stack(card, look) for card in rowed.to_dict("records")]
    if first and len(order):
        lines[1]["above"] = 2
    grey = look.brand.muted
    columns = [
        col.text(look, room=40),
        col.scale(0, 1, heads=_band_heads(fail, top, look)),
        col.text(look, "n", room=12, size=7.0, align="right", muted=True, head_colour=grey),
    ]
    return Figure.of(
        look,
        col.rows(columns, lines, 7.0),
        title=_eight_title(
            rowed.loc[order].dropna(subset=["top"]), rowed.loc[first], top, ends, look
        ),
        subtitle=_eight_subtitle(frame, fail, top, look),
        origin=origin,
        note=" ".join(filter(None, [dashes(frame["top"], look), _rounded(frame, look)])),
    )


def _band_heads(fail: float, top: float, look: Look) -> list[Part]:
    between = {1: "", 2: f"{fail + 1}"}.get(int(top - fail), f"{fail + 1}–{top - 1}")
    words = (
        (0, "right", look.say("{fail} or lower", fail=fail), look.brand.alert, 700),
        (0.5, "center", between, look.brand.muted, 400),
        (1, "left", look.say("{top} or higher", top=top), look.brand.primary, 700),
    )
    names = ("at", "side", "text", "colour", "weight")
    return [dict(zip(names, word, strict=True)) for word in words if word[2]]


def _stack(card: Mapping[Any, Any], look: Look) -> Part:
    """The three shares in a row; a small one that cannot hold its number has it beside it."""
    label = col.said(card["name"])
    if pd.isna(card["top"]):
        return col.row(label, None, col.said(NOTHING))
    parts: list[Part | None] = []
    numbers: list[Part] = []
    start = 0.0
    for band, fill in zip(_BANDS, (look.brand.alert, _BETWEEN, look.brand.primary), strict=True):
        share = max(float(card[band]), 0.0)
        text = {"text": look.percent(card[band]), "colour": look.brand.on(fill), "size": 7.0}
        beside = band == "fail" and share > 0 and card["middle"] > 0.3
        aside = {"aside": look.brand.alert} if beside else {}
        parts.append(col.span(start, start + share, fill, tall=5.0))
        numbers.append({"kind": "text", "within": [start, start + share], **text, **aside})
        start += share
    return col.row(
        label,
        col.marks([*parts, *numbers], ", ".join(n["text"] for n in numbers)),
        col.said(look.number(card["n"])),
    )


_GIVES = (_("give a {top} or higher"), _("give an {top} or higher"))  # an 8


def _eight_title(
    rest: pd.DataFrame, total: pd.DataFrame, top: int, sure: Sequence[str], look: Look
) -> str:
    gives = look.say(_GIVES[top == 8], top=top)
    whole = [look.percent(share) for share in total["top"].dropna()]
    if len(rest) == 1 and not whole:
        whole = [look.percent(rest["top"].iloc[0])]
    start = f"{whole[0]} {gives}" if whole else ""
    if len(rest) < 2:
        return start or look.say("Too few answers")
    ends = [
        f"{look.percent(row['top'])}" + f"\u00a0({look.quoted(row['name'], 44)})" * (end in sure)
        for end, row in rest.iloc[[-1, 0]].iterrows()
    ]
    if start:
        span = look.say("from {ends0} to {ends1}", ends0=ends[0], ends1=ends[1])
        return f"{start}; {span}"
    span = look.say("From {ends0} to {ends1}", ends0=ends[0], ends1=ends[1])
    return f"{span} {gives}"


def _eight_subtitle(frame: pd.DataFrame, fail: int, top: int, look: Look) -> str:
    return look.say(
        "Part of the grades that is {fail} or lower, in between, and {top} or "
        "higher; n: number of answers",
        fail=fail,
        top=top,
    )


def _rounded(frame: pd.DataFrame, look: Look) -> str:
    """That percentages are rounded, where those of a row don't sum to 100."""
    sums = (100 * frame[[*_BANDS]].dropna().astype(float)).round().sum(axis=1)
    return look.say("Percentages are rounded.") * bool((sums != 100).any())


def value_profile(
    scores: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    lowest: Lead,
    look: Look,
    origin: str,
    domains: Mapping[str, str] | None = None,
    overall: float | None = None,
) -> Figure:
    """Draw the mean grade of every customer value with its interval.

    Parameters
    ----------
    scores : DataFrame
        Index value; columns `estimate`, `low`, `high` (may be missing) and `n`. A missing
        estimate counts as suppressed and is shown as a dash.
    labels : mapping
        Value to its name, or to a name per language.
    lowest : Lead
        Which value surely gets the lowest grade, or which may (`report.lowest_value`).
    look, origin
        See `top_cards`.
    domains : mapping of str to str, optional
        Value to domain, for colour and marker.
    overall : float, optional
        The grade for everything together, drawn as a line.

    Examples
    --------
    >>> from cxlib.report import Lead
    >>> scores = pd.DataFrame({"estimate": [7.4, 6.2], "low": [7.3, 6.1], "high": [7.5, 6.3],
    ...     "n": [800, 790]}, index=["dwelling", "ease"])
    >>> value_profile(scores, {"ease": "Ease"}, lowest=Lead(("ease", "dwelling")),
    ...     look=Look("en"), origin="collected").caption.title
    '‘Ease’ gets the lowest grade: 6.2'
    """
    frame = scores.sort_values("estimate", ascending=False, kind="stable")
    names = named(frame.index, labels, look)
    given = domains or {}
    known = look.marks(given.values())
    used = [d for d in known if d in {given.get(str(v)) for v in frame.index}]
    plain = Mark(look.brand.primary, "o")
    marks = [known.get(given.get(str(v), ""), plain) for v in frame.index]
    rowed = frame.assign(name=names)
    lines = [
        _graded(card, mark, look)
        for card, mark in zip(rowed.to_dict("records"), marks, strict=True)
    ]
    grey = look.brand.muted
    columns = [
        col.text(look),
        _grade_scale(frame, overall, look),
        col.text(look, "n", room=12, size=7.0, align="right", muted=True, head_colour=grey),
    ]
    return Figure.of(
        look,
        col.rows(columns, lines, 6.4),
        title=_profile_title(rowed.dropna(subset=["estimate"]), lowest, look),
        subtitle=look.say("Mean grade by customer value")
        + (look.say("; bar: 95% interval") if _spans(frame) else ""),
        origin=origin,
        note=dashes(frame["estimate"], look),
        key=[(known[d], look.domain_label(d)) for d in used] if len(used) > 1 else [],
    )


def _grade_scale(frame: pd.DataFrame, overall: float | None, look: Look) -> Part:
    values = [*frame[["estimate", "low", "high"]].to_numpy(float).ravel()]
    low, high = col.reach([*values, *([] if overall is None else [overall])])
    at = col.ticks(low, high)
    digits = max(len(f"{tick:g}".partition(".")[2]) for tick in at)
    style: Part = {"after": 9}
    if overall is not None:
        words = f"{look.say('everything together')} {look.number(overall, 1)}"
        head = {"at": overall, "side": "center", "text": words, "colour": look.brand.muted}
        style |= {"rules": [overall], "heads": [head]}
    return col.scale(low, high, at, lambda v: look.number(v, digits), **style)


def _graded(card: Mapping[Any, Any], mark: Mark, look: Look) -> Part:
    label = col.said(card["name"])
    if pd.isna(card["estimate"]):
        return col.row(label, None, col.said(NOTHING))
    grade, low, high = (float(card[name]) for name in ("estimate", "low", "high"))
    cell = col.interval(grade, low, high, mark, look.number(grade, 1), look)
    return col.row(label, cell, col.said(look.number(card["n"])))


def _spans(frame: pd.DataFrame) -> bool:
    return bool(frame[["low", "high"]].notna().all(axis=1).any())


def _profile_title(frame: pd.DataFrame, lowest: Lead, look: Look) -> str:
    if frame.empty:
        return look.say("No value has enough answers")
    grade = look.number(frame["estimate"].iloc[-1], 1)
    names = {str(value): look.quoted(name) for value, name in frame["name"].items()}
    if len(frame) == 1:
        return f"{names.popitem()[1]} {look.say('gets')} {grade}"
    first = [names[value] for value in lowest.first if value in names]
    if len(first) in (0, len(names)):
        return look.say("The grades of the customer values do not clearly differ")
    if len(first) > 3:
        return look.say(
            "{first} of the {names} values may have the lowest grade",
            first=len(first),
            names=len(names),
        )
    get = look.say(" gets the lowest grade")
    return look.say(" or ").join(first) + get + (f": {grade}" if lowest.sure else "")


def correlations(
    frame: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    closest: Lead,
    look: Look,
    origin: str,
) -> Figure:
    """Draw the correlation of every pair of values.

    Parameters
    ----------
    frame : DataFrame
        Index (value, other), each pair once; columns `estimate`, `low`, `high` and `n`
        (`survey.correlations`).
    labels : mapping
        Value to its name, or to a name per language.
    closest : Lead
        Which pair hangs together most closely, as "value/other" (`report.closest_pair`).
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from cxlib.report import Lead
    >>> index = pd.MultiIndex.from_tuples([("ease", "home")], names=["value", "other"])
    >>> frame = pd.DataFrame({"estimate": [0.4], "low": 0.3, "high": 0.5, "n": 200}, index=index)
    >>> correlations(frame, {"ease": "Ease", "home": "Home"}, look=Look("en"),
    ...              closest=Lead(("ease/home",)), origin="collected").caption.title
    '‘Ease’ and ‘Home’: correlation 0.40'
    """
    pairs = frame.index
    names = list(dict.fromkeys([*pairs.get_level_values(1), *pairs.get_level_values(0)]))
    words = {name: said(labels.get(name), look) or name for name in names}
    across = [name for name in names if name in pairs.get_level_values(1)]
    down = [name for name in names if name in pairs.get_level_values(0)]
    table = frame["estimate"].unstack().reindex(index=down, columns=across)
    wide = min(88.0 / len(across), 22.0)
    lines = [
        col.row(col.said(words[name]), *(_tinted(value, look) for value in line))
        for name, line in zip(down, table.to_numpy(float), strict=True)
    ]
    columns = [col.text(look, room=28), *(col.heat(words[c], width=wide, size=7.6) for c in across)]
    return Figure.of(
        look,
        col.rows(columns, lines, 8.4),
        title=_pair_title(frame, words, closest, look),
        subtitle=_pair_subtitle(frame["n"], look),
        origin=origin,
    )


def _tinted(value: float, look: Look) -> Part:
    """A correlation on a ground that is darker the stronger it is; none for a pair shown before."""
    if not np.isfinite(value):
        return {"text": "", "fill": None, "colour": look.brand.ink, "weight": 400}
    fill = mix(look.brand.primary, 0.06 + 0.44 * min(max(value, 0.0), 1.0))
    return {"text": look.number(value, 2), "fill": fill, "colour": look.brand.ink, "weight": 400}


def _pair_title(frame: pd.DataFrame, words: Mapping[str, str], closest: Lead, look: Look) -> str:
    order = frame["estimate"].sort_values(ascending=False)
    highest, lowest = (look.number(order.iloc[i], 2) for i in (0, -1))
    if len(order) > 1 and not closest.sure:
        return look.say(
            "The customer values correlate from {lowest} to {highest}",
            lowest=lowest,
            highest=highest,
        )
    pair = look.listed([look.quoted(words[name], 44) for name in sorted(order.index[0])])
    if len(order) == 1:
        return look.say("{pair}: correlation {highest}", pair=pair, highest=highest)
    return look.say("{pair} hang together most closely ({highest})", pair=pair, highest=highest)


def _pair_subtitle(n: pd.Series, look: Look) -> str:
    text = look.say("Correlation of the scores on the values; 0 is unrelated, 1 is in step")
    return f"{text}; {look.count(int(n.min()), '{n} answer', '{n} answers')}"
