"""How far people lie apart on each card: where the middle ones lay it, and the mean."""

from __future__ import annotations

import pandas as pd

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import left_out

_TALLEST, _BAND = 138.0, 2.4  # millimetres: all rows; a band
_MIDDLE = 50.0  # of the scale


def card_spread(
    middles: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    n: int | None = None,
) -> BookletFigure:
    """Draw for each card where the middle half, or third, of the people lay it.

    Parameters
    ----------
    middles : DataFrame
        Index card, in the order to show; columns `score`, `lower` and `upper` (0-100) and
        `outside` (`importance.middles`).
    cards, look, origin, n
        See `top_cards`.

    Raises
    ------
    ValueError
        When there are too few people to show how far they lie apart.

    Examples
    --------
    >>> frame = pd.DataFrame({"score": [80.0], "lower": [62.5], "upper": [100.0],
    ...                       "outside": [0.25]}, index=["a"])
    >>> cards = pd.DataFrame({"short_en": ["Promises"]}, index=["a"])
    >>> card_spread(frame, cards, look=Look("en"), origin="published").caption.title
    '1 of 1 card lies on the same side of the middle for three quarters of participants or more'
    """
    frame = middles.dropna(subset=["lower", "upper"])
    if frame.empty:
        raise ValueError("too few people to show how far they lie apart")
    deck = Deck.of(cards, frame.index.astype(str).tolist(), look)
    keys = key_rows(deck.key, 116)
    rows = Rows.of(
        [deck.labels[str(card)] for card in frame.index],
        48.0,
        pitch=4.2,
        language=look.language,
        top=4.2 * len(keys) + 0.6,
    ).within(_TALLEST)
    shown = frame.iloc[: len(rows.blocks)]
    canvas = Canvas(
        look,
        title=_title(frame, look),
        subtitle=_subtitle(frame, n, look),
        alt=_alt(shown, deck, look),
        origin=origin,
        body=rows.height + 4.4,
        note=left_out(len(frame) - len(shown), look),
    )
    for i, line in enumerate(keys):
        canvas.key(line, 0, 1.4 + 4.2 * i)
    _draw(canvas, shown, rows, deck)
    return canvas.figure


def _draw(canvas: Canvas, shown: pd.DataFrame, rows: Rows, deck: Deck) -> None:
    scale = Scale(0, 100, max(rows.width, 24) + 4, 115)
    top = rows.middles[0] - rows.pitch / 2
    upright_grid(canvas, scale, [0, 25, 50, 75, 100], top, rows.height, canvas.look.number)
    canvas.line([scale(_MIDDLE)] * 2, [top, rows.height], color=canvas.brand.muted, width=0.8)
    values = shown[["lower", "upper", "score"]].to_numpy(float)
    for i, (low, high, score) in enumerate(values):
        y, mark = rows.middles[i], deck.marks[str(shown.index[i])]
        canvas.write(0, y, rows.blocks[i])
        _band(canvas, scale.clip(low), scale.clip(high), y, mark)
        canvas.dot(scale.clip(score), y, mark, size=4.6)


def _band(canvas: Canvas, low: float, high: float, y: float, mark: Mark) -> None:
    """A band; where it has no width, a stroke. Its outline tells it from an interval."""
    fill, wide = mix(mark.fill, 0.35), max(high - low, 0.5)
    canvas.box(
        (low + high - wide) / 2, y - _BAND / 2, wide, _BAND,
        fill=fill, edge=mark.fill, line=0.6, zorder=3,
    )  # fmt: skip


def _thirds(frame: pd.DataFrame) -> bool:
    return bool(frame["outside"].iloc[0] > 0.3)


def _title(frame: pd.DataFrame, look: Look) -> str:
    """On how many cards most people lie on one side: a count, so that no chance is claimed away."""
    one_side = int(((frame["lower"] > _MIDDLE) | (frame["upper"] < _MIDDLE)).sum())
    total = look.count(len(frame), "{n} card", "{n} cards")
    part = look.say("two thirds") if _thirds(frame) else look.say("three quarters")
    lie = look.say("lies") if one_side == 1 else look.say("lie")
    return look.say(
        "{one_side} of {total} {lie} on the same side of the middle for {part} "
        "of participants or more",
        one_side=look.number(one_side),
        total=total,
        lie=lie,
        part=part,
    )


def _subtitle(frame: pd.DataFrame, n: int | None, look: Look) -> str:
    band = look.say("middle third") if _thirds(frame) else look.say("middle half")
    parts = [look.say("Place from 0 to 100")]
    if n is not None:
        parts.append(look.count(n, "{n} sort", "{n} sorts"))
    parts.append(
        look.say("bar: {band} of people; mark: mean", band=band)
    )  # fmt: skip
    return "; ".join(parts)


def _alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = [
        f"{deck.labels[str(card)]} {look.number(score)} ({look.interval(low, high)})"
        for card, low, high, score in zip(
            shown.index, shown["lower"], shown["upper"], shown["score"], strict=True
        )
    ]
    kind = look.say("Mean and middle people per card")
    return f"{kind}: {'; '.join(rows)}."
