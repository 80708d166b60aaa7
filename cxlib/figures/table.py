"""Loadings as a table whose cells are as dark as they are strong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.canvas import SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import Block, fit
from cxlib.figures.wording import said
from cxlib.language import _

_PITCH, _GAP, _TALLEST = 4.0, 5.0, 36  # millimetres; rows
_LOAD = (_("{one} {many} loads on {which}"), _("{one} {many} load on {which}"))


def loadings(
    loadings: pd.DataFrame,
    flags: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
) -> BookletFigure:
    """Draw which sorts belong to which viewpoint.

    Parameters
    ----------
    loadings : DataFrame
        Sorts by factors.
    flags : DataFrame
        The same shape; True where a sort defines the viewpoint.
    look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the viewpoints' names; else those of the columns.

    Returns
    -------
    BookletFigure
        Sorts grouped by the viewpoint that they define, the strongest first; those
        of none last. What does not fit on a page is counted underneath.

    Examples
    --------
    >>> frame = pd.DataFrame({"f1": [0.8, 0.2], "f2": [0.1, 0.7]}, index=["T01", "T02"])
    >>> loadings(frame, frame > 0.5, look=Look("en"), origin="collected").caption.title
    'All 2 sorts define one of the 2 viewpoints'
    """
    flags = flags.reindex_like(loadings).fillna(False).astype(bool)
    order = _grouped(loadings.where(flags))
    room = _TALLEST * (2 if _beside(loadings.shape[1], 13.0) else 1)
    shown = _strongest(order, flags, room)
    hidden = look.count(len(order) - len(shown), "{n} sort", "{n} sorts")
    one, k = int((flags.sum(axis=1) == 1).sum()), loadings.shape[1]
    table = _Table(
        loadings.loc[shown], flags.loc[shown], shown, _heads(loadings, names, look), 13.0, look
    )
    return _figure(
        table,
        origin,
        title=_defining(one, len(order), k, look),
        subtitle=look.say("Loading of every sort on every viewpoint (−1 to 1); dark: defines it"),
        note=look.say("Not shown: {hidden}.", hidden=hidden) if len(order) > len(shown) else "",
    )


def factor_loadings(
    loadings: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    strong: float = 0.4,
    n: int | None = None,
) -> BookletFigure:
    """Draw how the questions of a survey group into factors.

    Parameters
    ----------
    loadings : DataFrame
        Items by factors (`Efa.loadings`).
    labels : mapping
        Item to its text, or a text per language; an item without one shows its id.
    look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the factors' names; else those of the columns.
    strong : float
        Absolute loading from which a cell is dark.
    n : int, optional
        Number of answers.

    Returns
    -------
    BookletFigure

    Examples
    --------
    >>> frame = pd.DataFrame({"F1": [0.8, 0.1], "F2": [0.1, 0.7]}, index=["on_time", "safe"])
    >>> factor_loadings(frame, {}, look=Look("en"), origin="collected").caption.title
    'All 2 questions load on one of the 2 factors'
    """
    order = _grouped(loadings)
    marked = loadings.abs() >= strong
    one, total, k = int((marked.sum(axis=1) == 1).sum()), len(loadings), loadings.shape[1]
    many = look.count(total, "{n} question", "{n} questions")
    which = look.say("one of the {k} factors", k=k)
    if k == 1:
        which = look.say("the one factor")
    title = look.say(_LOAD[one != 1], one=_part(one, total, look), many=many, which=which)
    limit = look.number(strong, 2)
    subtitle = look.say("Loading of every question on every factor; dark: {x} or more", x=limit)
    if n is not None:
        subtitle += "; " + look.count(n, "{n} answer", "{n} answers")
    texts = [said(labels.get(item), look) or item.replace("_", " ") for item in order]
    table = _Table(
        loadings.loc[order], marked.loc[order], texts, _heads(loadings, names, look), 54.0, look
    )
    return _figure(table, origin, title=title, subtitle=subtitle)


def _grouped(loadings: pd.DataFrame) -> list[str]:
    """Rows by the column in which they are strongest, and by strength within it."""
    size = loadings.abs().fillna(0.0)
    home = pd.Series(size.to_numpy().argmax(axis=1), index=size.index)
    home[size.max(axis=1) == 0] = size.shape[1]  # those of no factor come last
    frame = pd.DataFrame({"home": home, "size": -size.max(axis=1)})
    return frame.sort_values(["home", "size"], kind="stable").index.astype(str).tolist()


def _strongest(order: list[str], flags: pd.DataFrame, count: int) -> list[str]:
    """At most so many rows in their order, of every factor about as many."""
    home = pd.Series(flags.loc[order].to_numpy().argmax(axis=1), index=order)
    home[~flags.loc[order].any(axis=1)] = flags.shape[1]
    turn = home.groupby(home).cumcount().sort_values(kind="stable")
    kept = set(turn.index[:count])
    return [row for row in order if row in kept]


def _heads(loadings: pd.DataFrame, names: Sequence[Any], look: Look) -> list[str]:
    return [said(name, look) for name in names] or [str(column) for column in loadings.columns]


def _beside(columns: int, room: float) -> bool:
    """Whether two blocks of cells fit side by side."""
    return 2 * (room + 8.5 * columns) + _GAP <= WIDTH


def _part(one: int, total: int, look: Look) -> str:
    if one == total:
        return look.say("All")
    return look.say("{one} of the", one=look.number(one))


def _defining(one: int, total: int, k: int, look: Look) -> str:
    sorts = look.count(total, "{n} sort", "{n} sorts")
    which = look.say("one of the {k} viewpoints", k=k)
    if k == 1:
        which = look.say("the viewpoint")
    verb = look.say("defines") if one == 1 else look.say("define")
    return f"{_part(one, total, look)} {sorts} {verb} {which}"


@dataclass(frozen=True)
class _Table:
    cells: pd.DataFrame
    strong: pd.DataFrame
    labels: Sequence[str]
    heads: Sequence[str]
    room: float
    look: Look

    @property
    def halves(self) -> list[slice]:
        """One block, or two side by side where there are many rows and room for both."""
        count, columns = self.cells.shape
        if count <= 14 or not _beside(columns, self.room):
            return [slice(0, count)]
        half = (count + 1) // 2
        return [slice(0, half), slice(half, count)]

    @property
    def cell(self) -> float:
        """Width of a cell in millimetres."""
        across = (WIDTH - _GAP * (len(self.halves) - 1)) / len(self.halves)
        return min(22.0, (across - self.room) / len(self.heads))

    def head_blocks(self) -> list[Block]:
        language = self.look.language
        return [
            fit(head, self.cell - 1.2, 9.5, largest=SMALL, weight="semibold", language=language)
            for head in self.heads
        ]


def _figure(
    table: _Table, origin: str, *, title: str, subtitle: str, note: str = ""
) -> BookletFigure:
    look, heads = table.look, table.head_blocks()
    top = max(block.height for block in heads) + 1.6
    parts = [
        Rows.of(
            table.labels[half],
            table.room - 2,
            pitch=_PITCH,
            language=look.language,
            size=SMALL,
            top=top,
        )
        for half in table.halves
    ]
    canvas = Canvas(
        look,
        title=title,
        subtitle=subtitle,
        alt=_alt(table),
        origin=origin,
        body=max(rows.height for rows in parts),
        note=note,
    )
    left = 0.0
    for half, rows in zip(table.halves, parts, strict=True):
        for i, block in enumerate(heads):
            middle = left + table.room + (i + 0.5) * table.cell
            canvas.write(middle, top - 1.4, block, ha="center", va="bottom")
        _draw(canvas, table, half, rows, left)
        left += table.room + len(heads) * table.cell + _GAP
    return canvas.figure


def _draw(canvas: Canvas, table: _Table, half: slice, rows: Rows, left: float) -> None:
    values, strong = table.cells.to_numpy(float)[half], table.strong.to_numpy(bool)[half]
    for i, y in enumerate(rows.middles):
        canvas.write(left, y, rows.blocks[i])
        for j, value in enumerate(values[i]):
            x, tall = left + table.room + j * table.cell, rows.pitch - 0.5
            share = 1.0 if strong[i, j] else min(0.34, 0.34 * abs(np.nan_to_num(value)))
            fill = canvas.brand.tint(share)
            canvas.box(x + 0.25, y - tall / 2, table.cell - 0.5, tall, fill=fill)
            canvas.text(
                x + table.cell / 2,
                y,
                canvas.look.number(value, 2),
                SMALL,
                weight="bold" if strong[i, j] else "regular",
                color=canvas.brand.on(fill),
                ha="center",
            )


def _alt(table: _Table) -> str:
    look = table.look
    parts = []
    cells, strong = table.cells.to_numpy(float), table.strong.to_numpy(bool)
    for j, head in enumerate(table.heads):
        named = [
            f"{label} {look.number(cells[i, j], 2)}"
            for i, label in enumerate(table.labels)
            if strong[i, j]
        ]
        factor = re.sub(r"^f(?=\d)", "factor ", head)
        parts.append(f"{factor}: {', '.join(named) or look.say('none')}")
    kind = look.say("Table of loadings. Strong on")
    return f"{kind} {'; '.join(parts)}."
