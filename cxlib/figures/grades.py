"""Grades: how many are high, what every value gets, which values go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Deck, Look
from cxlib.language import _

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
        Row, such as a value or driver, to its name, or to a name per language.
    look, origin
        See `top_cards`.
    fail, top : int
        Highest grade that fails, lowest that meets the ambition.
    total : str, optional
        The row that is about everything; drawn first and apart.
    ends : sequence of str
        Rows that surely have the smallest or the largest part of high grades (`report.ends`);
        the title names no other.

    Examples
    --------
    >>> shares = pd.DataFrame({"fail": [0.1, 0.3], "middle": [0.4, 0.4], "top": [0.5, 0.3],
    ...                        "n": [400, 300]}, index=["repairs", "complaints"])
    >>> labels = {"repairs": "Repair request", "complaints": "Complaint"}
    >>> options = {"look": Look("en"), "origin": "collected", "ends": ["complaints"]}
    >>> eight_plus(shares, labels, **options).caption.title
    'From 30% (‘Complaint’) to 50% give an 8 or higher'
    """
    order = shares.drop(index=total or [], errors="ignore")
    order = order.sort_values("top", ascending=False, kind="stable")
    frame = pd.concat([shares[shares.index == total], order])
    frame["name"] = look.named(frame.index, labels)
    frame["told"] = frame["n"].where(frame["top"].notna()).map(look.number)
    words = {"fail": look.exact(fail), "top": look.exact(top)}
    middling = [fail + 1, top - 1] if top - fail >= 2 else []
    between = dict.fromkeys(map(look.exact, middling))
    heads = [
        {"at": at, "side": side, "text": text, "colour": colour, "weight": weight}
        for at, side, text, colour, weight in (
            (0, "right", look.say("{fail} or lower", **words), look.brand.alert, 700),
            (0.5, "center", "–".join(between), look.brand.muted, 400),
            (1, "left", look.say("{top} or higher", **words), look.brand.primary, 700),
        )
        if text
    ]
    columns: list[col.Column] = [
        (col.text(look, room=40), "name"),
        (col.scale(0, 1, heads=heads), lambda line: _stack(line, look)),
        (_count(look), "told"),
    ]
    body = col.table(frame, columns, 7.0)
    if 0 < len(order) < len(frame):
        body["rows"][1]["above"] = 2
    sums = (100 * frame[[*_BANDS]].dropna().astype(float)).round().sum(axis=1)
    rounded = look.say("Percentages are rounded.") * bool((sums != 100).any())
    title = _eight_title(frame.dropna(subset=["top"]), total, top, ends, look)
    subtitle = look.say(
        "Part of the grades that is {fail} or lower, in between, and {top} or "
        "higher; n: number of answers",
        **words,
    )
    note = " ".join(filter(None, [look.dashes(frame["top"]), rounded]))
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note)


def _count(look: Look) -> Part:
    """The column of numbers of answers."""
    grey = look.brand.muted
    return col.text(look, "n", room=12, size=7.0, align="right", muted=True, head_colour=grey)


def _stack(line: Part, look: Look) -> Part | None:
    """The three shares in a row; a small one that cannot hold its number has it beside it."""
    if pd.isna(line["top"]):
        return None
    bars: list[Part | None] = []
    numbers: list[Part] = []
    start = 0.0
    for band, fill in zip(_BANDS, (look.brand.alert, _BETWEEN, look.brand.primary), strict=True):
        end = start + max(float(line[band]), 0.0)
        text = {"text": look.percent(line[band]), "colour": look.brand.on(fill), "size": 7.0}
        if band == "fail" and end > 0 and line["middle"] > 0.3:
            text["aside"] = look.brand.alert
        bars.append(col.span(start, end, fill, tall=5.0))
        numbers.append({"kind": "text", "within": [start, end], **text})
        start = end
    return col.marks([*bars, *numbers], ", ".join(n["text"] for n in numbers))


_GIVES = (_("give a {top} or higher"), _("give an {top} or higher"))  # an 8


def _eight_title(
    frame: pd.DataFrame, total: str | None, top: float, sure: Sequence[str], look: Look
) -> str:
    gives = look.say(_GIVES[top == 8], top=look.exact(top))
    whole, rest = frame[frame.index == total], frame[frame.index != total]
    if whole.empty and len(rest) == 1:
        whole = rest
    start = "".join(f"{look.percent(share)} {gives}" for share in whole["top"])
    if len(rest) < 2:
        return start or look.say("Too few answers")
    ends = [
        f"{look.percent(row['top'])}" + f"\u00a0({look.quoted(row['name'], 44)})" * (end in sure)
        for end, row in rest.iloc[[-1, 0]].iterrows()
    ]
    words = {"ends0": ends[0], "ends1": ends[1]}
    if start:
        return f"{start}; {look.say('from {ends0} to {ends1}', **words)}"
    return f"{look.say('From {ends0} to {ends1}', **words)} {gives}"


def value_profile(
    scores: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    lowest: Lead,
    look: Look,
    origin: str,
    domains: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the mean grade of every customer value with its interval.

    Parameters
    ----------
    scores : DataFrame
        Index value; columns `estimate`, `low`, `high` (may be missing) and `n`. A missing
        estimate counts as suppressed and is shown as a dash.
    lowest : Lead
        Which value surely gets the lowest grade, or which may (`report.lowest_value`).
    labels, look, origin
        See `eight_plus`.
    domains : mapping of str to str, optional
        Value to domain, for colour and marker.

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
    deck = valued(frame.index, labels, domains, look)
    frame = frame.assign(name=frame.index.map(deck.labels))
    frame["told"] = frame["n"].where(frame["estimate"].notna()).map(look.number)
    ends = frame[["estimate", "low", "high"]].to_numpy(float).ravel()

    def graded(line: Part) -> Part | None:
        grade, low, high = (float(line[name]) for name in ("estimate", "low", "high"))
        if np.isnan(grade):
            return None
        mark, words = deck.marks[line["id"]], look.number(grade, 1)
        return col.interval(grade, low, high, mark, words, look, digits=1)

    columns: list[col.Column] = [
        (col.text(look), "name"),
        (col.numbers(ends, look, after=9), graded),
        (_count(look), "told"),
    ]
    spans = frame[["low", "high"]].notna().all(axis=1).any()
    body = col.table(frame, columns, 6.4)
    title = _profile_title(frame.dropna(subset=["estimate"]), lowest, look)
    subtitle = look.say("Mean grade by customer value")
    subtitle += look.say("; bar: 95% interval") * bool(spans)
    told = {"title": title, "subtitle": subtitle, "note": look.dashes(frame["estimate"])}
    return Figure.of(look, body, origin=origin, key=deck.key, **told)


def valued(
    ids: pd.Index, labels: Mapping[str, Any], domains: Mapping[str, str] | None, look: Look
) -> Deck:
    """Values as cards: what they are called, and their marks by domain."""
    cards = pd.DataFrame({f"label_{look.language}": look.named(ids, labels)}, ids.astype(str))
    cards["domain"] = [(domains or {}).get(value, "") for value in cards.index]
    return Deck.of(cards, cards.index, look)


def _profile_title(frame: pd.DataFrame, lowest: Lead, look: Look) -> str:
    if frame.empty:
        return look.say("No value has enough answers")
    names = {str(value): look.quoted(name) for value, name in frame["name"].items()}
    first = [names[value] for value in lowest.first if value in names]
    words = {"who": look.either(first or list(names.values())), "n": look.number(len(first))}
    words |= {"names": look.number(len(names))}
    words["grade"] = look.number(frame["estimate"].iloc[-1], 1)
    if len(names) == 1:
        title = _("{who} gets {grade}")
    elif len(first) in (0, len(names)):
        title = _("The grades of the customer values do not clearly differ")
    elif len(first) > 3:
        title = _("{n} of the {names} values may have the lowest grade")
    elif lowest.sure:
        title = _("{who} gets the lowest grade: {grade}")
    else:
        title = _("{who} gets the lowest grade")
    return look.say(title, **words)


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
    closest : Lead
        Which pair hangs together most closely, as "value/other" (`report.closest_pair`).
    labels, look, origin
        See `eight_plus`.

    Examples
    --------
    >>> from cxlib.report import Lead
    >>> index = pd.MultiIndex.from_tuples([("ease", "home")], names=["value", "other"])
    >>> frame = pd.DataFrame({"estimate": [0.4], "low": 0.3, "high": 0.5, "n": 200}, index=index)
    >>> correlations(frame, {"ease": "Ease", "home": "Home"}, look=Look("en"),
    ...              closest=Lead(("ease/home",)), origin="collected").caption.title
    '‘Ease’ and ‘Home’: correlation 0.40'
    """
    known = [*frame.index.get_level_values(1), *frame.index.get_level_values(0)]
    words = dict(zip(known, look.named(known, labels), strict=True))
    across, down = (
        [name for name in words if name in frame.index.get_level_values(level)] for level in (1, 0)
    )
    table = frame["estimate"].unstack().reindex(index=down, columns=across)
    wide = min(88.0 / len(across), 22.0)

    def tinted(value: float) -> Part:
        """A ground that is darker the stronger it is; none for a pair shown before."""
        style = {"colour": look.brand.ink, "weight": 400}
        if np.isnan(value):
            return {"text": "", "fill": None, **style}
        fill = mix(look.brand.primary, 0.06 + 0.44 * min(max(value, 0.0), 1.0))
        return {"text": look.number(value, 2), "fill": fill, **style}

    lines = [
        col.row(col.said(words[name]), *map(tinted, line))
        for name, line in zip(down, table.to_numpy(float), strict=True)
    ]
    columns = [col.text(look, room=28), *(col.heat(words[c], width=wide, size=7.6) for c in across)]
    subtitle = look.say("Correlation of the scores on the values; 0 is unrelated, 1 is in step")
    answers = look.count(int(frame["n"].min()), "{n} answer", "{n} answers")
    body = col.rows(columns, lines, 8.4)
    title = _pair_title(frame["estimate"], words, closest, look)
    return Figure.of(look, body, title=title, subtitle=f"{subtitle}; {answers}", origin=origin)


def _pair_title(estimates: pd.Series, words: Mapping[Any, str], closest: Lead, look: Look) -> str:
    ends = {"lowest": estimates.min(), "highest": estimates.max()}
    told = {end: look.number(value, 2) for end, value in ends.items()}
    if len(estimates) > 1 and not closest.sure:
        return look.say("The customer values correlate from {lowest} to {highest}", **told)
    pair = closest.names[0].split("/") if closest.names else estimates.index[0]
    told["pair"] = look.listed([look.quoted(words[name], 44) for name in sorted(pair)])
    if len(estimates) == 1:
        return look.say("{pair}: correlation {highest}", **told)
    return look.say("{pair} hang together most closely ({highest})", **told)
