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

Part = dict[str, Any]
Column = tuple[Part, str | Callable[[Part], Part | None]]


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


def numbers(values: Iterable[float], look: Look, count: int = 4, **rest: Any) -> Part:
    """A scale whose round ends just hold the values, its numbers as fine as its lines need.

    Examples
    --------
    >>> scale = numbers([6.3, 7.4], Look("en"), 2)
    >>> [tick["text"] for tick in scale["ticks"]], scale["high"]
    (['6', '7', '8'], 8.0)
    """
    low, high = reach(values, count)
    at = ticks(low, high, count)
    return scale(low, high, at, finely(at, look.number), **rest)


def shares(values: Iterable[float], look: Look, count: int = 4, **rest: Any) -> Part:
    """As `numbers`, in per cent."""
    low, high = reach(values, count)
    at = ticks(low, high, count)
    return scale(low, high, at, finely(at, look.percent, 100), **rest)


def finely(
    at: Sequence[float], write: Callable[[float, int], str], times: int = 1
) -> Callable[[float], str]:
    """Write values with as many decimals as the round ones at lines need.

    Examples
    --------
    >>> finely([6.5, 6.75], Look("en").number)(7)
    '7.00'
    """
    digits = max((len(f"{times * value:g}".partition(".")[2]) for value in at), default=0)
    return lambda value: write(value, digits)


def said(words: str, **style: Any) -> Part:
    """A cell of text; `weight` and `colour` set it apart."""
    return {"text": words, **style}


def marks(parts: Iterable[Part | None], heard: str = "") -> Part:
    """A cell of marks on a scale; `heard` is read out instead of them."""
    return {"parts": [part for part in parts if part], "said": heard}


def dot(value: float, mark: Mark | str, *, size: float = 5.6, dy: float = 0.0, **rest: Any) -> Part:
    """A marker at a value."""
    return {"kind": "dot", "at": value, **drawn(mark), "size": size, "dy": dy, **rest}


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
    number: float,
    low: float,
    high: float,
    mark: Mark,
    words: str,
    look: Look,
    tint: float = 0.5,
    digits: int | None = None,
) -> Part:
    """A cell with a dot on the band of its interval, and its value beside them.

    With `digits`, the interval is read out as well.
    """
    far = max([v for v in (high, number) if math.isfinite(v)])
    band = span(low, high, mix(mark.fill, tint), tall=1.13)
    ends = "" if digits is None else look.interval(low, high, digits)
    heard = f"{words} ({ends})" if ends else ""
    return marks([band, dot(number, mark), value(far, words, look)], heard)


def rows(
    columns: Sequence[Part], cells: Sequence[Mapping[str, Any]], pitch: float, **rest: Any
) -> Part:
    """The body of a chart: its columns, its rows, and how far rows are apart at the least."""
    return {"kind": "rows", "columns": list(columns), "rows": list(cells), "pitch": pitch, **rest}


def row(*cells: Part | None, **rest: Any) -> Part:
    """A row; `band` gives it a ground, `above` sets it apart from the one before."""
    return {"cells": list(cells), **rest}


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    pitch: float,
    *,
    banded: bool = False,
    **rest: Any,
) -> Part:
    """The body of a chart of a frame: columns, each with what makes its cells.

    That is the name of a column of texts, or a function of a row, a mapping with its index at `id`.
    """
    records: Any = frame.rename_axis(index="id").reset_index().to_dict("records")
    lines = []
    for i, record in enumerate(records):
        cells = [said(record[c]) if isinstance(c, str) else c(record) for _, c in columns]
        lines.append(row(*cells, band=banded and i % 2 == 0))
    return rows([column for column, _ in columns], lines, pitch, **rest)


def ends(shown: pd.DataFrame, intervals: pd.DataFrame | None) -> NDArray[np.float64]:
    """Low and high ends of intervals with index (row, column), as rows by columns by two."""
    if intervals is None:
        return np.full((*shown.shape, 2), np.nan)
    cells = pd.MultiIndex.from_product([shown.index, shown.columns])
    return intervals[["low", "high"]].reindex(cells).to_numpy(float).reshape(*shown.shape, 2)


def dots(
    shown: pd.DataFrame,
    intervals: pd.DataFrame | None,
    labels: Sequence[str],
    key: Sequence[tuple[Mark, str]],
    axis: Part,
    look: Look,
    *,
    step: float,
    pitch: float = 0.0,
    digits: int = 1,
) -> Part:
    """The body of a chart with a dot for each column of `shown`, `step` millimetres apart.

    `intervals` has index (row, column) and columns `low` and `high`; `pitch` is the least. What
    the key calls a column is read out with its number.
    """
    values, spans, across = shown.to_numpy(float), ends(shown, intervals), len(key)

    def cell(line: Part) -> Part:
        parts, heard = [], []
        for j, ((mark, name), number) in enumerate(zip(key, values[line["id"]], strict=True)):
            dy = (j - (across - 1) / 2) * step
            low, high = spans[line["id"], j]
            parts.append(span(low, high, mix(mark.fill, 0.6), tall=0.64, dy=dy))
            parts.append(dot(number, mark, size=4.6, dy=dy) if math.isfinite(number) else None)
            heard.append(f"{name}: {look.number(number, digits)}")
        return marks(parts, "; ".join(heard))

    frame = pd.DataFrame({"label": labels[: len(shown)]})
    columns: list[Column] = [(text(look), "label"), (axis, cell)]
    return table(frame, columns, max(pitch, step * (across + 0.6)), banded=True)
