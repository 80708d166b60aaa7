"""How viewpoints differ card by card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import said

_TALLEST, _STEP = 135.0, 1.15  # millimetres: all rows; between viewpoints within a row


def viewpoint_zscores(
    zscores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    intervals: pd.DataFrame | None = None,
    contrasts: pd.Series | None = None,
) -> BookletFigure:
    """Draw every card's z-score in every viewpoint, the most disputed card on top.

    Parameters
    ----------
    zscores : DataFrame
        Cards by factors.
    cards : DataFrame
        Index card; labels.
    look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the viewpoints' names; else those of the columns.
    intervals : DataFrame, optional
        Index (card, factor); columns `low` and `high` (`Bootstrap.zscores`).
    contrasts : Series, optional
        Card to "distinguishing", "consensus" or "" (`Solution.contrasts.cards["label"]`).

    Returns
    -------
    BookletFigure
        What does not fit on a page is counted underneath.

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.2, -1.2], "f2": [-0.5, 0.5]}, index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Safe", "Cheap"]}, index=["a", "b"])
    >>> labels = pd.Series(["distinguishing", ""], index=["a", "b"])
    >>> figure = viewpoint_zscores(z, cards, look=Look("en"), origin="collected",
    ...                            contrasts=labels)
    >>> figure.caption.title
    'The viewpoints differ on 1 of the 2 cards, most on ‘Safe’'
    """
    spread = zscores.max(axis=1) - zscores.min(axis=1)
    if zscores.shape[1] == 1:
        spread = zscores.iloc[:, 0]
    order = spread.sort_values(ascending=False, kind="stable").index
    deck = Deck.of(cards, order.astype(str).tolist(), look)
    heads = [said(name, look) for name in names] or [str(column) for column in zscores.columns]
    marks = look.brand.marks(len(heads))[::-1]
    key = list(zip(marks, heads, strict=True))
    above = 4.2 * len(key_rows(key, 116)) + 0.6
    rows = Rows.of(
        [deck.labels[str(card)] for card in order],
        46.0,
        pitch=max(4.0, _STEP * (len(heads) + 0.6)),
        language=look.language,
        top=above,
    ).within(_TALLEST)
    shown = zscores.loc[order[: len(rows.blocks)]]
    canvas = Canvas(
        look,
        title=_title(zscores, order, deck, contrasts, look),
        subtitle=_subtitle(intervals, look),
        alt=_alt(shown, heads, deck, look),
        origin=origin,
        body=rows.height + 4.4,
        note=_note(len(order) - len(shown), look),
    )
    for i, line in enumerate(key_rows(key, 116)):
        canvas.key(line, 0, 1.4 + 4.2 * i)
    _draw(canvas, shown, rows, marks, intervals)
    return canvas.figure


def _draw(
    canvas: Canvas,
    shown: pd.DataFrame,
    rows: Rows,
    marks: list[Mark],
    intervals: pd.DataFrame | None,
) -> None:
    reach = [*shown.to_numpy(float).ravel()]
    if intervals is not None:
        reach += [*intervals[["low", "high"]].to_numpy(float).ravel()]
    scale = Scale.around([*reach, 0.0], max(rows.width, 24) + 4, 116, count=8)
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
            at = y + (j - (len(marks) - 1) / 2) * _STEP
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


def _title(
    zscores: pd.DataFrame, order: pd.Index, deck: Deck, contrasts: pd.Series | None, look: Look
) -> str:
    first = deck.quoted(str(order[0]), look)
    if zscores.shape[1] == 1:
        return look.say(
            f"{first} ligt in dit gezichtspunt bovenaan", f"{first} comes first in this viewpoint"
        )
    if contrasts is None:
        return look.say(f"Het verst uiteen ligt {first}", f"Furthest apart: {first}")
    apart = contrasts.reindex(order) == "distinguishing"
    total = look.count(len(order), "kaartje/kaartjes", "card/cards")
    if not apart.any():
        return look.say(
            f"Over geen van de {total} verschillen de gezichtspunten aantoonbaar",
            f"On none of the {total} do the viewpoints demonstrably differ",
        )
    count, most = look.number(int(apart.sum())), deck.quoted(str(apart.index[apart][0]), look)
    return look.say(
        f"De gezichtspunten verschillen over {count} van de {total}, het meest over {most}",
        f"The viewpoints differ on {count} of the {total}, most on {most}",
    )


def _subtitle(intervals: pd.DataFrame | None, look: Look) -> str:
    text = look.say(
        "z-score van elk kaartje per gezichtspunt; bovenaan wat het verst uiteen ligt",
        "z-score of every card by viewpoint; on top what lies furthest apart",
    )
    return (
        text
        if intervals is None
        else text + look.say("; balk: 95%-interval", "; bar: 95% interval")
    )


def _note(left_out: int, look: Look) -> str:
    if not left_out:
        return ""
    cards = look.count(left_out, "kaartje/kaartjes", "card/cards")
    return look.say(
        f"Niet getoond: {cards} die dichter bijeen liggen.", f"Not shown: {cards} closer together."
    )


def _alt(shown: pd.DataFrame, heads: list[str], deck: Deck, look: Look) -> str:
    parts = [
        f"{deck.labels[str(card)]}: "
        + ", ".join(f"{h} {look.signed(float(z), 1)}" for h, z in zip(heads, row, strict=True))
        for card, row in zip(shown.index, shown.to_numpy(float), strict=True)
    ]
    return look.say("Puntdiagram van z-scores. ", "Dot plot of z-scores. ") + "; ".join(parts) + "."
