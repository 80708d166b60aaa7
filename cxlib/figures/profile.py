"""The grade of every customer value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import Mark
from cxlib.figures.canvas import SMALL, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import dashes, named
from cxlib.language import NOTHING

if TYPE_CHECKING:
    from cxlib.report import Lead

_RIGHT, _COUNT = 104.0, 118.0


def value_profile(
    scores: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    lowest: Lead,
    look: Look,
    origin: str,
    domains: Mapping[str, str] | None = None,
    overall: float | None = None,
) -> BookletFigure:
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
    marks = look.marks(given.values())
    used = [d for d in marks if d in {given.get(str(v)) for v in frame.index}]
    key = [(marks[d], look.domain_label(d)) for d in used] if len(used) > 1 else []
    above = 4.4 * len(key_rows(key, 116)) + (4.6 if overall is not None else 3.6)
    rows = Rows.of(names, 46, pitch=6.4, language=look.language, top=above)
    rowed = frame.assign(name=names)
    canvas = Canvas(
        look,
        title=_title(rowed.dropna(subset=["estimate"]), lowest, look),
        subtitle=look.say("Mean grade by customer value")
        + (look.say("; bar: 95% interval") if _spans(frame) else ""),
        alt=_alt(rowed, look),
        origin=origin,
        body=rows.height + 4.4,
        note=dashes(frame["estimate"], look),
    )
    for i, line in enumerate(key_rows(key, 116)):
        canvas.key(line, 0, 1.4 + 4.4 * i)
    plain = Mark(look.brand.primary, "o", look.brand.paper)
    drawn = [marks.get(given.get(str(v), ""), plain) for v in frame.index]
    _draw(canvas, rowed, rows, drawn, overall)
    return canvas.figure


def _spans(frame: pd.DataFrame) -> bool:
    return bool(frame[["low", "high"]].notna().all(axis=1).any())


def _draw(
    canvas: Canvas, frame: pd.DataFrame, rows: Rows, marks: list[Mark], overall: float | None
) -> None:
    look, left = canvas.look, max(rows.width, 24) + 4
    values = [*frame[["estimate", "low", "high"]].to_numpy(float).ravel(), overall]
    scale = Scale.around([v for v in values if v is not None], left, _RIGHT - 9)
    top = rows.middles[0] - rows.pitch / 2
    upright_grid(canvas, scale, scale.ticks(4), top, rows.height)
    canvas.text(_COUNT, top - 2.0, "n", SMALL, color=canvas.brand.muted, ha="right")
    if overall is not None:
        _overall(canvas, scale(overall), top, rows.height, overall)
    for i, row in enumerate(frame.to_dict("records")):
        y = rows.middles[i]
        canvas.write(0, y, rows.blocks[i])
        known = pd.notna(row["estimate"])
        count = look.number(row["n"]) if known else NOTHING
        canvas.text(_COUNT, y, count, SMALL, color=canvas.brand.muted, ha="right")
        if known:
            _dot(canvas, scale, y, row, marks[i])
        else:
            canvas.text(left, y, NOTHING)


def _overall(canvas: Canvas, x: float, top: float, bottom: float, overall: float) -> None:
    look = canvas.look
    canvas.line([x, x], [top, bottom], color=canvas.brand.muted, width=0.9, style=(0, (4, 2)))
    words = look.say("everything together")
    text = f"{words} {look.number(overall, 1)}"
    canvas.text(x, top - 2.0, text, SMALL, color=canvas.brand.muted, ha="center")


def _dot(canvas: Canvas, scale: Scale, y: float, row: Mapping[Any, Any], mark: Mark) -> None:
    grade, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    canvas.interval([scale(low), scale(high)], y, mark.fill)
    canvas.dot(scale(grade), y, mark)
    far = scale(np.fmax(grade, high)) + 2.2
    canvas.value(far, y, canvas.look.number(grade, 1))


def _title(frame: pd.DataFrame, lowest: Lead, look: Look) -> str:
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


def _alt(frame: pd.DataFrame, look: Look) -> str:
    parts = []
    for row in frame.to_dict("records"):
        span = look.interval(row["low"], row["high"], 1)
        grade = look.number(row["estimate"], 1)
        parts.append(f"{row['name']} {grade}" + (f" ({span})" if span else ""))
    return look.say("Dot plot of grades: ") + "; ".join(parts) + "."
