"""Columns and cells of charts that are tables: text, numbers on a scale, bars, stacks, heat.

A column is a mapping that says how its cells are set; a cell is text, or marks on the column's
scale with the text that is read out instead of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures.brand import Mark, mix
from cxlib.figures.figure import drawn
from cxlib.figures.look import Look
from cxlib.figures.text import CAPITAL, MM, Block, wrap

Part = dict[str, Any]


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values from `low` to `high`, about `count` steps apart.

    Examples
    --------
    >>> ticks(0, 100)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    step = _step((high - low) / count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]


def reach(values: Iterable[float], count: int = 4) -> tuple[float, float]:
    """Round ends that just hold the values.

    Examples
    --------
    >>> reach([0.31, 0.58, float("nan")])
    (0.3, 0.6)
    """
    found = [v for v in values if v is not None and math.isfinite(v)] or [0.0, 1.0]
    low, high = min(found), max(found)
    step = _step((high - low or abs(high) or 1.0) / count)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(low, 10), round(high if high > low else low + step, 10)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)


def text(
    look: Look,
    head: str = "",
    *,
    room: float = 46.0,
    size: float = 7.6,
    align: str = "left",
    muted: bool = False,
    weight: int = 400,
    **rest: Any,
) -> Part:
    """A column of text, as wide as its longest text and at most `room` millimetres."""
    colour = look.brand.muted if muted else look.brand.ink
    style = {"size": size, "align": align, "colour": colour, "weight": weight}
    return {"kind": "text", "head": head, "room": room, **style, **rest}


def heat(
    head: str = "", *, width: float, size: float = 7.0, radius: float = 0.0, **rest: Any
) -> Part:
    """A column of numbers on coloured grounds."""
    style = {"size": size, "align": "center", "radius": radius}
    return {"kind": "heat", "head": head, "width": width, **style, **rest}


def scale(
    low: float,
    high: float,
    at: Sequence[float] = (),
    label: Callable[[float], str] | None = None,
    *,
    head: str = "",
    share: float = 1.0,
    **rest: Any,
) -> Part:
    """A column of marks between `low` and `high`, with a light line at each of `at`.

    `label` writes the values below those lines; `rules` are values with a strong line; `heads`
    are words above the scale, each with its place.
    """
    marks = [{"at": value, "text": label(value) if label else ""} for value in at]
    return {"kind": "scale", "low": low, "high": high, "ticks": marks, "head": head} | {
        "share": share,
        **rest,
    }


def slope(share: float = 0.6) -> Part:
    """A column that joins places at its left to places at its right."""
    return {"kind": "slope", "head": "", "share": share}


def said(words: str, **style: Any) -> Part:
    """A cell of text; `weight` and `colour` set it apart."""
    return {"text": words, **style}


def marks(parts: Iterable[Part | None], heard: str = "") -> Part:
    """A cell of marks on a scale; `heard` is read out where the marks bear no text."""
    return {"parts": [part for part in parts if part], "said": heard}


def dot(value: float, mark: Mark | str, *, size: float = 5.6, dy: float = 0.0, **rest: Any) -> Part:
    """A marker at a value."""
    look = {"fill": mark, "marker": "o"} if isinstance(mark, str) else drawn(mark)
    return {"kind": "dot", "at": value, **look, "size": size, "dy": dy, **rest}


def span(
    low: float, high: float, fill: str, *, tall: float, dy: float = 0.0, **rest: Any
) -> Part | None:
    """A bar from `low` to `high`, `tall` millimetres; nothing where an end is missing."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    low, high = min(low, high), max(low, high)
    return {"kind": "span", "low": low, "high": high, "fill": fill, "tall": tall, "dy": dy, **rest}


def value(at: float, words: str, look: Look, **rest: Any) -> Part:
    """A value beside its mark, on a ground so that no grid line runs through it."""
    style = {"colour": look.brand.ink, "ground": True, **rest}
    return {"kind": "text", "at": at, "text": words, **style}


def interval(
    number: float, low: float, high: float, mark: Mark, words: str, look: Look, tint: float = 0.5
) -> Part:
    """A cell with a dot on the band of its interval, and its value beside them."""
    far = max([v for v in (high, number) if math.isfinite(v)])
    band = span(low, high, mix(mark.fill, tint), tall=1.13)
    return marks([band, dot(number, mark), value(far, words, look)])


def rows(
    columns: Sequence[Part], cells: Sequence[Mapping[str, Any]], pitch: float, **rest: Any
) -> Part:
    """The body of a chart: its columns, its rows, and how far rows are apart at the least."""
    return {"kind": "rows", "columns": list(columns), "rows": list(cells), "pitch": pitch, **rest}


def row(*cells: Part | None, **rest: Any) -> Part:
    """A row; `band` gives it a ground, `above` sets it apart from the one before."""
    return {"cells": list(cells), **rest}


def fitting(texts: Sequence[str], pitch: float, tallest: float, room: float = 46.0) -> int:
    """How many rows with these labels fit in `tallest` millimetres; at least one.

    Examples
    --------
    >>> fitting(["Kept promises"] * 9, 5.0, 20.0)
    4
    """
    used, count = 0.0, 0
    for words in texts:
        size = 7.6 if len(wrap(words, room, 7.6, language="en")) <= 2 else 6.6
        label = Block(tuple(wrap(words, room, size, language="en")), size)
        used += max(pitch, (len(label.lines) - 1) * label.leading + CAPITAL * size * MM + 1.8)
        count += used <= tallest
    return max(1, count)


def dots(
    shown: pd.DataFrame,
    spans: NDArray[np.float64],
    labels: Sequence[str],
    marks_: Sequence[Mark],
    step: float,
    look: Look,
) -> list[Part]:
    """Rows with a dot for each column of `shown` (rows x columns), `step` millimetres apart.

    `spans` holds the ends of the intervals (rows x columns x 2); missing where there are none.
    """
    found = []
    for i, (label, line) in enumerate(zip(labels, shown.to_numpy(float), strict=True)):
        parts = []
        for j, (mark, number) in enumerate(zip(marks_, line, strict=True)):
            dy = (j - (len(marks_) - 1) / 2) * step
            low, high = spans[i, j]
            parts.append(span(low, high, mix(mark.fill, 0.6), tall=0.64, dy=dy))
            parts.append(dot(number, mark, size=4.6, dy=dy) if math.isfinite(number) else None)
        heard = ", ".join(look.number(number, 1) for number in line)
        found.append(row(said(label), marks(parts, heard), band=i % 2 == 0))
    return found
