"""Do sessions sort alike: a mark a session for each card."""

from __future__ import annotations

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
from cxlib.figures.wording import left_out

_TALLEST, _STEP = 135.0, 2.2  # millimetres: all rows; between sessions within a row


def session_agreement(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    tests: pd.DataFrame | None = None,
    p: float = float("nan"),
) -> BookletFigure:
    """Draw the scores of each session, card by card.

    Parameters
    ----------
    scores : DataFrame
        Index (card, session), cards in the order to show; columns `score`, `low`, `high` (0-100)
        and `n`. Sessions that are too small are not among them.
    cards, look, origin
        See `top_cards`.
    tests : DataFrame, optional
        Index card; column `real`: whether sessions differ on it more than by chance.
    p : float
        The p-value for all cards together; the title claims a difference only with these.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["a"], ["North", "South"]], names=["card", "session"])
    >>> frame = pd.DataFrame({"score": [80.0, 70], "low": [70.0, 60], "high": [90.0, 80], "n": 12},
    ...                      index=index)
    >>> cards = pd.DataFrame({"short_en": ["Promises"]}, index=["a"])
    >>> figure = session_agreement(frame, cards, look=Look("en"), origin="published", p=0.4)
    >>> figure.caption.title
    'The 2 sessions do not demonstrably differ in how they sort the cards'
    """
    wide = scores["score"].unstack(sort=False)
    sizes = scores["n"].unstack(sort=False).max()
    told = [f"{name} ({look.number(n)})" for name, n in sizes.items()]
    key = list(zip(look.brand.marks(len(told))[::-1], told, strict=True))
    deck = Deck.of(cards, wide.index.astype(str).tolist(), look)
    lines = key_rows(key, 116)
    rows = Rows.of(
        [deck.labels[str(card)] for card in wide.index],
        46.0,
        pitch=max(5.2, _STEP * (len(key) + 0.8)),
        language=look.language,
        top=4.2 * len(lines) + 0.6,
    ).within(_TALLEST)
    shown = wide.iloc[: len(rows.blocks)]
    total = look.count(len(cards), "{n} card", "{n} cards")
    count = look.number(len(shown))
    canvas = Canvas(
        look,
        title=_title(deck, cards, len(key), tests, p, look),
        subtitle=look.say(
            "{scored} by session (number of sorts), {count} of {total}; bar: 95% interval",
            scored=look.scored,
            count=count,
            total=total,
        ),
        alt=_alt(shown, deck, look),
        origin=origin,
        body=rows.height + 4.4,
        note=left_out(len(wide) - len(shown), look),
    )
    for i, line in enumerate(lines):
        canvas.key(line, 0, 1.4 + 4.2 * i)
    ends = [scores[end].unstack(sort=False).loc[shown.index] for end in ("low", "high")]
    spans = np.stack([end.to_numpy(float) for end in ends], axis=-1)
    _draw(canvas, shown, spans, rows, [mark for mark, _ in key])
    return canvas.figure


def _draw(
    canvas: Canvas, shown: pd.DataFrame, spans: NDArray[np.float64], rows: Rows, marks: list[Mark]
) -> None:
    scale = Scale(0, 100, max(rows.width, 24) + 4, 115)
    top = rows.middles[0] - rows.pitch / 2
    upright_grid(canvas, scale, [0, 25, 50, 75, 100], top, rows.height, canvas.look.number)
    values = shown.to_numpy(float)
    for i, y in enumerate(rows.middles):
        if i % 2 == 0:
            tall = max(rows.pitch, rows.blocks[i].height + 1.1)
            canvas.box(0, y - tall / 2, 118, tall, fill=mix(canvas.brand.pale, 0.7), zorder=-1)
        canvas.write(0, y, rows.blocks[i])
        for j, mark in enumerate(marks):
            at = y + (j - (len(marks) - 1) / 2) * _STEP
            span = [scale.clip(end) for end in spans[i, j] if np.isfinite(end)]
            if len(span) == 2:
                canvas.line(span, [at, at], color=mix(mark.fill, 0.6), width=1.8)
            if np.isfinite(values[i, j]):
                canvas.dot(scale.clip(values[i, j]), at, mark, size=4.4)


def _title(
    deck: Deck, cards: pd.DataFrame, count: int, tests: pd.DataFrame | None, p: float, look: Look
) -> str:
    sessions = look.count(count, "{n} session", "{n} sessions")
    real = [] if tests is None else tests.index[tests["real"].astype(bool)].astype(str).tolist()
    if real:
        names = (deck if set(real) <= set(deck.labels) else Deck.of(cards, real, look)).some(
            real, 2, look
        )
        return look.say(
            "The {sessions} demonstrably differ on {names}", sessions=sessions, names=names
        )
    if p < 0.05:
        return look.say(
            "The {sessions} sort the cards differently, but demonstrably on no single card",
            sessions=sessions,
        )
    return look.say(
        "The {sessions} do not demonstrably differ in how they sort the cards", sessions=sessions
    )


def _alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = [
        f"{deck.labels[str(card)]}: "
        + ", ".join(f"{name} {look.number(score)}" for name, score in row.items())
        for card, row in shown.iterrows()
    ]
    kind = look.say("Dot plot by session")
    return f"{kind}. {'; '.join(rows)}."
