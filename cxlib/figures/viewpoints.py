"""How viewpoints differ card by card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.dots import draw_dots, viewpoint_key
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.sheet import BookletFigure

_TALLEST, _STEP = 135.0, 1.15  # millimetres: all rows; between viewpoints within a row


def viewpoint_zscores(
    zscores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    intervals: pd.DataFrame | None = None,
    differs: pd.Series | None = None,
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
    differs : Series of bool, optional
        Index card: whether viewpoints surely differ on it (`report.viewpoints.apart`).

    Returns
    -------
    BookletFigure
        What does not fit on a page is counted underneath.

    Examples
    --------
    >>> z = pd.DataFrame({"f1": [1.2, -1.2], "f2": [-0.5, 0.5]}, index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Safe", "Cheap"]}, index=["a", "b"])
    >>> differs = pd.Series([True, False], index=["a", "b"])
    >>> figure = viewpoint_zscores(z, cards, look=Look("en"), origin="collected", differs=differs)
    >>> figure.caption.title
    'The viewpoints demonstrably differ on 1 of the 2 cards, such as ‘Safe’'
    """
    spread = zscores.max(axis=1) - zscores.min(axis=1)
    if zscores.shape[1] == 1:
        spread = zscores.iloc[:, 0]
    order = spread.sort_values(ascending=False, kind="stable").index
    deck = Deck.of(cards, order.astype(str).tolist(), look)
    key = viewpoint_key(zscores, names, look)
    heads, above = [head for _, head in key], 4.2 * len(key_rows(key, 116)) + 0.6
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
        title=_title(zscores, order, deck, differs, look),
        subtitle=_subtitle(intervals, look),
        alt=_alt(shown, heads, deck, look),
        origin=origin,
        body=rows.height + 4.4,
        note=_note(len(order) - len(shown), look),
    )
    draw_dots(canvas, shown, rows, key, intervals, _STEP)
    return canvas.figure


def _title(
    zscores: pd.DataFrame, order: pd.Index, deck: Deck, differs: pd.Series | None, look: Look
) -> str:
    if differs is None or zscores.shape[1] == 1:
        return look.say("Waar elk gezichtspunt de kaartjes legt", "Where each viewpoint puts cards")
    sure = differs.reindex(order).astype(bool)
    total = look.count(len(order), "kaartje/kaartjes", "card/cards")
    if not sure.any():
        return look.say(
            f"Over geen van de {total} verschillen de gezichtspunten aantoonbaar",
            f"On none of the {total} do the viewpoints demonstrably differ",
        )
    count, one = look.number(int(sure.sum())), deck.quoted(str(order[sure][0]), look)
    return look.say(
        f"De gezichtspunten verschillen aantoonbaar over {count} van de {total}, zoals {one}",
        f"The viewpoints demonstrably differ on {count} of the {total}, such as {one}",
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
