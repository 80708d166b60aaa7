"""Tables of loadings: which sorts or questions belong to which factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.columns import Part
from cxlib.figures.figure import WIDTH, Figure
from cxlib.figures.look import Look
from cxlib.figures.text import shorten
from cxlib.figures.wording import said
from cxlib.language import _

_GAP, _TALLEST = 5.0, 36  # millimetres; rows


def loadings(
    loadings: pd.DataFrame,
    flags: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
) -> Figure:
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
    Figure
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
    halves = 2 if len(order) > 14 and _beside(loadings.shape[1], 13.0) else 1
    shown = _strongest(order, flags, _TALLEST * halves)
    hidden = look.count(len(order) - len(shown), "{n} sort", "{n} sorts")
    one, k = int((flags.sum(axis=1) == 1).sum()), loadings.shape[1]
    heads, cells, strong = _heads(loadings, names, look), loadings.loc[shown], flags.loc[shown]
    return Figure.of(
        look,
        _heat(cells, strong, shown, heads, 13.0, halves, look),
        title=_defining(one, len(order), k, look),
        subtitle=look.say("Loading of every sort on every viewpoint (−1 to 1); dark: defines it"),
        origin=origin,
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
) -> Figure:
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
    limit = look.number(strong, 2)
    subtitle = look.say("Loading of every question on every factor; dark: {x} or more", x=limit)
    if n is not None:
        subtitle += "; " + look.count(n, "{n} answer", "{n} answers")
    texts = [said(labels.get(item), look) or item.replace("_", " ") for item in order]
    heads, cells, dark = _heads(loadings, names, look), loadings.loc[order], marked.loc[order]
    return Figure.of(
        look,
        _heat(cells, dark, texts, heads, 54.0, 1, look),
        title=look.say(_LOAD[one != 1], one=_part(one, total, look), many=many, which=which),
        subtitle=subtitle,
        origin=origin,
    )


_LOAD = (_("{one} {many} loads on {which}"), _("{one} {many} load on {which}"))


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


def _beside(columns: int, room: float) -> bool:
    """Whether two blocks of cells fit side by side."""
    return 2 * (room + 8.5 * columns) + _GAP <= WIDTH


def _heat(
    cells: pd.DataFrame,
    strong: pd.DataFrame,
    labels: Sequence[str],
    heads: Sequence[str],
    room: float,
    halves: int,
    look: Look,
) -> Part:
    """Numbers on grounds that tell their size; the strong ones dark."""
    across = (WIDTH - _GAP * (halves - 1)) / halves
    wide = min(22.0, (across - room) / len(heads))
    lines = [
        col.row(
            col.said(label), *(_tinted(v, bool(s), look) for v, s in zip(line, dark, strict=True))
        )
        for label, line, dark in zip(labels, cells.to_numpy(float), strong.to_numpy(), strict=True)
    ]
    columns = [
        col.text(look, room=room - 2.4, size=7.0),
        *(col.heat(shorten(head, 5 * wide, 7, "bold"), width=wide) for head in heads),
    ]
    return col.rows(columns, lines, 4.0, halves=halves)


def _tinted(value: float, strong: bool, look: Look) -> Part:
    share = 1.0 if strong else min(0.34, 0.34 * abs(np.nan_to_num(value)))
    fill = look.brand.tint(share)
    weight = 700 if strong else 400
    return {
        "text": look.number(value, 2),
        "fill": fill,
        "colour": look.brand.on(fill),
        "weight": weight,
    }
