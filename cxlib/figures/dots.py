"""Rows of dots: a mark a viewpoint, with its interval, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.wording import said


def viewpoint_key(values: pd.DataFrame, names: Sequence[Any], look: Look) -> list[tuple[Mark, str]]:
    """Mark and name of each viewpoint."""
    numbers = range(1, values.shape[1] + 1)
    heads = [said(name, look) for name in names] or [
        look.say("viewpoint {number}", number=number) for number in numbers
    ]
    return list(zip(look.brand.marks(len(heads))[::-1], heads, strict=True))


def draw_dots(
    canvas: Canvas,
    shown: pd.DataFrame,
    rows: Rows,
    key: list[tuple[Mark, str]],
    intervals: pd.DataFrame | None,
    step: float,
) -> None:
    """Draw values (rows x viewpoints) on the rows, `step` millimetres apart within a row."""
    marks = [mark for mark, _ in key]
    for i, line in enumerate(key_rows(key, 116)):
        canvas.key(line, 0, 1.4 + 4.2 * i)
    reach = [*shown.to_numpy(float).ravel()]
    if intervals is not None:
        reach += [*_spans(shown, intervals).ravel()]
    scale = Scale.around([*reach, 0.0], max(rows.width, 24) + 4, 115, count=8)
    top = rows.middles[0] - rows.pitch / 2
    upright_grid(
        canvas, scale, scale.ticks(6), top, rows.height, lambda v: canvas.look.signed(v, _digits(v))
    )
    canvas.line([scale(0)] * 2, [top, rows.height], color=canvas.brand.muted, width=0.8, zorder=0)
    values, spans = shown.to_numpy(float), _spans(shown, intervals)
    for i, y in enumerate(rows.middles):
        if i % 2 == 0:
            tall = max(rows.pitch, rows.blocks[i].height + 1.1)
            canvas.box(0, y - tall / 2, 118, tall, fill=mix(canvas.brand.pale, 0.7), zorder=-1)
        canvas.write(0, y, rows.blocks[i])
        for j, mark in enumerate(marks):
            at = y + (j - (len(marks) - 1) / 2) * step
            if np.isfinite(spans[i, j]).all():
                span = [scale(end) for end in spans[i, j]]
                canvas.line(span, [at, at], color=mix(mark.fill, 0.6), width=1.8)
            if np.isfinite(values[i, j]):
                canvas.dot(scale(values[i, j]), at, mark, size=4.6)


def _spans(shown: pd.DataFrame, intervals: pd.DataFrame | None) -> NDArray[np.float64]:
    """Ends of the intervals, cards by factors by two; missing where there are none."""
    rows, columns = shown.shape
    if intervals is None:
        return np.full((rows, columns, 2), np.nan)
    cells = pd.MultiIndex.from_product([shown.index, shown.columns])
    ends = intervals[["low", "high"]].reindex(cells).to_numpy(float)
    return ends.reshape(rows, columns, 2)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1
