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

_GAP, _TALLEST = 5.0, 36  # millimetres; rows
_STRONG = 0.4  # absolute loading from which a question belongs to a factor


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
    flags, k = flags.reindex_like(loadings).fillna(False).astype(bool), loadings.shape[1]
    home = _home(loadings.where(flags))
    halves = 2 if len(home) > 14 and 2 * (13.0 + 8.5 * k) + _GAP <= WIDTH else 1
    # Of every viewpoint about as many.
    turn = home.groupby(home).cumcount().sort_values(kind="stable")
    shown = home.index[home.index.isin(turn.index[: _TALLEST * halves])].tolist()
    hidden = look.count(len(home) - len(shown), "{n} sort", "{n} sorts")
    one = int((flags.sum(axis=1) == 1).sum())
    sorts = look.count(len(home), "{n} sort", "{n} sorts")
    which = look.say("one of the {k} viewpoints", k=k) if k > 1 else look.say("the viewpoint")
    verb = look.say("defines") if one == 1 else look.say("define")
    heads = [said(name, look) for name in names] or list(loadings.columns)
    body = _heat(loadings.loc[shown], flags.loc[shown], shown, heads, 13.0, look, halves)
    return Figure.of(
        look,
        body,
        title=f"{_part(one, len(home), look)} {sorts} {verb} {which}",
        subtitle=look.say("Loading of every sort on every viewpoint (−1 to 1); dark: defines it"),
        origin=origin,
        note=look.say("Not shown: {hidden}.", hidden=hidden) if len(home) > len(shown) else "",
    )


def factor_loadings(
    loadings: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
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
    n : int, optional
        Number of answers.

    Examples
    --------
    >>> frame = pd.DataFrame({"F1": [0.8, 0.1], "F2": [0.1, 0.7]}, index=["on_time", "safe"])
    >>> factor_loadings(frame, {}, look=Look("en"), origin="collected").caption.title
    'All 2 questions load on one of the 2 factors'
    """
    cells, k = loadings.loc[_home(loadings).index], loadings.shape[1]
    dark = cells.abs() >= _STRONG
    one, limit = int((dark.sum(axis=1) == 1).sum()), look.number(_STRONG, 2)
    words = {
        "one": _part(one, len(cells), look),
        "many": look.count(len(cells), "{n} question", "{n} questions"),
        "which": look.say("one of the {k} factors", k=k) if k > 1 else look.say("the one factor"),
    }
    subtitle = look.say("Loading of every question on every factor; dark: {x} or more", x=limit)
    if n is not None:
        subtitle += "; " + look.count(n, "{n} answer", "{n} answers")
    texts = [said(labels.get(item), look) or str(item).replace("_", " ") for item in cells.index]
    return Figure.of(
        look,
        _heat(cells, dark, texts, list(cells.columns), 54.0, look),
        title=look.say("{one} {many} loads on {which}", **words)
        if one == 1
        else look.say("{one} {many} load on {which}", **words),
        subtitle=subtitle,
        origin=origin,
    )


def _home(loadings: pd.DataFrame) -> pd.Series:
    """The place of the column in which each row is strongest, in that order and by strength."""
    size = loadings.abs().fillna(0.0)
    home = pd.Series(size.to_numpy().argmax(axis=1), size.index)
    home = home.where(size.max(axis=1) > 0, size.shape[1])  # those of no factor come last
    return home.iloc[np.lexsort((-size.max(axis=1), home))]


def _part(one: int, total: int, look: Look) -> str:
    if one == total:
        return look.say("All")
    return look.say("{one} of the", one=look.number(one))


def _heat(
    cells: pd.DataFrame,
    strong: pd.DataFrame,
    labels: Sequence[str],
    heads: Sequence[str],
    room: float,
    look: Look,
    halves: int = 1,
) -> Part:
    """Numbers on grounds that tell their size; the strong ones dark."""
    across = (WIDTH - _GAP * (halves - 1)) / halves
    wide = min(22.0, (across - room) / len(heads))

    def tinted(value: float, dark: bool) -> Part:
        fill = look.brand.tint(1.0 if dark else min(0.34, 0.34 * abs(np.nan_to_num(value))))
        style = {"fill": fill, "colour": look.brand.on(fill), "weight": 700 if dark else 400}
        return {"text": look.number(value, 2), **style}

    lines = [
        col.row(col.said(str(label)), *map(tinted, values, dark))
        for label, values, dark in zip(
            labels, cells.to_numpy(float), strong.to_numpy(), strict=True
        )
    ]
    columns = [
        col.text(look, room=room - 2.4, size=7.0),
        *(col.heat(shorten(head, 5 * wide, 7, "bold"), width=wide) for head in heads),
    ]
    return col.rows(columns, lines, 4.0, halves=halves)
