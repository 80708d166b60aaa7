"""Ever more eights: the shares of fails, middling grades and eights or higher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import width
from cxlib.figures.wording import dashes, named
from cxlib.language import NOTHING, _

_GIVES = (_("give a {top} or higher"), _("give an {top} or higher"))  # an 8
_TOP, _TALL, _COUNT = 6.2, 5.0, 10.0
_BANDS = ("fail", "middle", "top")


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
) -> BookletFigure:
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
    BookletFigure

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
    names = named(frame.index, labels, look)
    rowed = frame.assign(name=names)
    rows = Rows.of(names, 40, pitch=7.0, language=look.language, top=_TOP)
    gap = 2.0 if first and len(order) else 0.0
    canvas = Canvas(
        look,
        title=_title(rowed.loc[order].dropna(subset=["top"]), rowed.loc[first], top, ends, look),
        subtitle=_subtitle(frame, fail, top, look),
        alt=_alt(rowed, look),
        origin=origin,
        body=rows.height + gap,
        note=" ".join(filter(None, [dashes(frame["top"], look), _rounded(frame, look)])),
    )
    left = max(rows.width, 22) + 4
    _heads(canvas, left, fail, top)
    for i, row in enumerate(rowed.to_dict("records")):
        y = rows.middles[i] + (gap if i >= len(first) else 0.0)
        canvas.write(0, y, rows.blocks[i])
        _bar(canvas, left, y, row)
    return canvas.figure


def _heads(canvas: Canvas, left: float, fail: int, top: int) -> None:
    look, brand, right = canvas.look, canvas.brand, WIDTH - _COUNT
    words = look.say("{fail} or lower", fail=fail)
    canvas.text(left, 2.6, words, LABEL, weight="bold", color=brand.alert)
    between = {1: "", 2: f"{fail + 1}"}.get(top - fail, f"{fail + 1}–{top - 1}")
    canvas.text((left + right) / 2, 2.6, between, LABEL, color=brand.muted, ha="center")
    words = look.say("{top} or higher", top=top)
    canvas.text(right, 2.6, words, LABEL, weight="bold", color=brand.primary, ha="right")
    canvas.text(WIDTH, 2.6, "n", SMALL, color=brand.muted, ha="right")


def _bar(canvas: Canvas, left: float, y: float, row: Mapping[Any, Any]) -> None:
    look, brand, room = canvas.look, canvas.brand, WIDTH - _COUNT - left
    if pd.isna(row["top"]):
        canvas.text(left, y, NOTHING)
        canvas.text(WIDTH, y, NOTHING, SMALL, color=brand.muted, ha="right")
        return
    x = left
    for band, fill in zip(_BANDS, (brand.alert, "#E1E5EA", brand.primary), strict=True):
        wide = room * float(row[band])
        canvas.box(x, y - _TALL / 2, max(wide, 0), _TALL, fill=fill)
        text = look.percent(row[band])
        if width(text, SMALL, "bold") + 1.2 <= wide:
            canvas.text(
                x + wide / 2, y, text, SMALL, weight="bold", color=brand.on(fill), ha="center"
            )
        elif band == "fail" and row["fail"] > 0 and row["middle"] > 0.3:  # beside its sliver
            canvas.text(x + wide + 0.8, y, text, SMALL, weight="bold", color=brand.alert)
        x += wide
    canvas.text(WIDTH, y, look.number(row["n"]), SMALL, color=brand.muted, ha="right")


def _title(
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


def _subtitle(frame: pd.DataFrame, fail: int, top: int, look: Look) -> str:
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


def _alt(frame: pd.DataFrame, look: Look) -> str:
    parts = []
    for row in frame.to_dict("records"):
        bands = ", ".join(look.percent(row[band]) for band in _BANDS)
        low, high = (100 * row.get(end, float("nan")) for end in ("low", "high"))
        span = look.interval(low, high)
        parts.append(f"{row['name']} {bands}" + (f" ({span})" if span else ""))
    kind = look.say("Stacked bars, low, middle, high")
    return f"{kind}: {'; '.join(parts)}."
