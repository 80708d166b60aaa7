"""The cards that lie highest: sorted dots with their scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.brand import Mark
from cxlib.figures.canvas import LABEL, Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure

_LABELS, _RIGHT = 6.0, 111.0
_NAMED = 3  # cards that may come first, in a title


def top_cards(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    first: Sequence[str] = (),
    top: int = 12,
    n: int | None = None,
) -> BookletFigure:
    """Draw the cards that score highest as sorted dots.

    Parameters
    ----------
    scores : DataFrame
        Index card; column `score` (0-100), and where there are sorts behind it `low`, `high`,
        `rank`. Without `rank`, scores that are equal in print share a rank.
    cards : DataFrame
        Index card; labels and `domain`. All cards of the study, also those without a score.
    look : Look
        Language, brand, source and domains.
    origin : str
        published, collected or simulated.
    first : sequence of str
        All cards that may come first (`report.Lead.first`), for the title.
    top : int
        How many cards to show.
    n : int, optional
        Number of sorts, for the subtitle.

    Examples
    --------
    >>> scores = pd.DataFrame({"score": [92.0, 90.0]}, index=["a", "b"])
    >>> cards = pd.DataFrame({"short_en": ["Promises", "Safety"], "domain": ""}, index=["a", "b"])
    >>> top_cards(scores, cards, look=Look("en"), origin="published").caption.title
    '‘Promises’ scores highest (92), then ‘Safety’ (90)'
    """
    frame = _ranked(scores).head(top)
    deck = Deck.of(cards, frame.index.astype(str).tolist(), look)
    rows = Rows.of(
        [deck.labels[c] for c in frame.index],
        46.0,
        pitch=5.2,
        language=look.language,
        top=4.2 if deck.key else 0.6,
    )
    canvas = Canvas(
        look,
        title=_title(frame, first, deck, look),
        subtitle=_subtitle(frame, len(cards), n, look),
        alt=_alt(frame, deck, look),
        origin=origin,
        body=rows.height + 4.4,
    )
    scale = Scale(0, 100, _LABELS + max(rows.width, 24) + 4, _RIGHT)
    canvas.key(deck.key, scale.start, 1.4)
    _draw(canvas, frame, rows, deck, scale)
    return canvas.figure


def _ranked(scores: pd.DataFrame) -> pd.DataFrame:
    frame = scores.dropna(subset=["score"]).copy()
    for column in ("low", "high"):
        if column not in frame:
            frame[column] = float("nan")
    if "rank" not in frame:
        frame["rank"] = frame["score"].round().rank(method="min", ascending=False)
    return frame.sort_values("score", ascending=False, kind="stable")


def _draw(canvas: Canvas, frame: pd.DataFrame, rows: Rows, deck: Deck, scale: Scale) -> None:
    top = rows.middles[0] - rows.pitch / 2
    upright_grid(canvas, scale, [0, 25, 50, 75, 100], top, rows.height, canvas.look.number)
    for i, row in enumerate(frame.itertuples()):
        y = rows.middles[i]
        rank = canvas.look.number(float(row.rank))  # type: ignore[arg-type]
        canvas.text(3.6, y, rank, LABEL, color=canvas.brand.muted, ha="right")
        canvas.write(_LABELS, y, rows.blocks[i])
        _dot(canvas, scale, y, row, deck.marks[str(row.Index)])


def _dot(canvas: Canvas, scale: Scale, y: float, row: Any, mark: Mark) -> None:
    end = row.score
    canvas.line([scale(0), scale(row.score)], [y, y], color=canvas.brand.rule, width=0.9, zorder=1)
    if pd.notna(row.low) and pd.notna(row.high):
        end = max(row.high, row.score)
        canvas.interval([scale.clip(row.low), scale.clip(row.high)], y, mark.fill)
    canvas.dot(scale.clip(row.score), y, mark)
    canvas.value(scale.clip(end) + 2.0, y, canvas.look.number(row.score))


def _title(frame: pd.DataFrame, first: Sequence[str], deck: Deck, look: Look) -> str:
    """Who comes first as far as `first` tells; of printed scores without it, how they stand."""
    if frame.empty:
        return look.say("There are no scores")
    names = [deck.quoted(str(card), look) for card in frame.index]
    if len(names) == 1:
        return names[0]
    if first and len(first) <= _NAMED:
        either = look.either([deck.quoted(card, look) for card in first])
        return look.say("{either} scores highest", either=either)
    if first or frame["low"].notna().any():
        some = look.number(len(first))
        may = look.say(": {some} may come first", some=some)
        return look.say("Which card scores highest is not certain") + may * bool(first)
    scores = [look.number(score) for score in frame["score"].iloc[:2]]
    return look.say(
        "{names0} scores highest\u00a0({scores0}), then {names1}\u00a0({scores1})",
        names0=names[0],
        scores0=scores[0],
        names1=names[1],
        scores1=scores[1],
    )


def _subtitle(frame: pd.DataFrame, cards: int, n: int | None, look: Look) -> str:
    total = look.count(cards, "{n} card", "{n} cards")
    if len(frame) < cards:
        shown = look.number(len(frame))
        what = look.say("the highest {shown} of {total}", shown=shown, total=total)
    else:
        what = total
    parts = [f"{look.scored}, {what}"]
    if n is not None:
        parts.append(look.count(n, "{n} sort", "{n} sorts"))
    if frame["low"].notna().any():
        parts.append(look.say("bar: 95% interval"))
    return "; ".join(parts)


def _alt(frame: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = []
    for row in frame.itertuples():
        rank, score = look.number(row.rank), look.number(row.score)  # type: ignore[arg-type]
        span = look.interval(row.low, row.high)  # type: ignore[arg-type]
        rows.append(
            f"{rank} {deck.labels[str(row.Index)]} {score}" + (f" ({span})" if span else "")
        )
    kind = look.say("Dot plot from high to low")
    return f"{kind}: {'; '.join(rows)}."
