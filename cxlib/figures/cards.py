"""Cards: which lie highest, how far people lie apart on them, who sees them differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import mix
from cxlib.figures.columns import Part
from cxlib.figures.deck import Deck
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.render import on_a_page
from cxlib.figures.wording import left_out, opened, said

_NAMED = 3  # cards that may come first, in a title
_TALLEST = 135.0  # millimetres: all rows
_MIDDLE = 50.0  # of the scale
_MOST = 32  # cards in two orders
_QUARTERS = [0, 25, 50, 75, 100]


def top_cards(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    first: Sequence[str] = (),
    top: int = 12,
    n: int | None = None,
) -> Figure:
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
    columns = [
        col.text(look, align="right", muted=True),
        col.text(look),
        col.scale(0, 100, _QUARTERS, look.number, after=7),
    ]
    return Figure.of(
        look,
        col.rows(columns, [_top_row(card, deck, look) for card in frame.itertuples()], 5.2),
        title=_top_title(frame, first, deck, look),
        subtitle=_top_subtitle(frame, len(cards), n, look),
        alt=_top_alt(frame, deck, look),
        origin=origin,
        key=deck.key,
    )


def _top_row(card: Any, deck: Deck, look: Look) -> Part:
    mark, rank = deck.marks[str(card.Index)], look.number(float(card.rank))
    cell = col.interval(card.score, card.low, card.high, mark, look.number(card.score), look)
    cell["parts"].insert(0, col.span(0, card.score, look.brand.rule, tall=0.3))
    return col.row(col.said(rank), col.said(deck.labels[str(card.Index)]), cell)


def _ranked(scores: pd.DataFrame) -> pd.DataFrame:
    frame = scores.dropna(subset=["score"]).copy()
    for column in ("low", "high"):
        if column not in frame:
            frame[column] = float("nan")
    if "rank" not in frame:
        frame["rank"] = frame["score"].round().rank(method="min", ascending=False)
    return frame.sort_values("score", ascending=False, kind="stable")


def _top_title(frame: pd.DataFrame, first: Sequence[str], deck: Deck, look: Look) -> str:
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


def _top_subtitle(frame: pd.DataFrame, cards: int, n: int | None, look: Look) -> str:
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


def _top_alt(frame: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = []
    for row in frame.itertuples():
        rank, score = look.number(row.rank), look.number(row.score)  # type: ignore[arg-type]
        span = look.interval(row.low, row.high)  # type: ignore[arg-type]
        rows.append(
            f"{rank} {deck.labels[str(row.Index)]} {score}" + (f" ({span})" if span else "")
        )
    kind = look.say("Dot plot from high to low")
    return f"{kind}: {'; '.join(rows)}."


def card_spread(
    middles: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    n: int | None = None,
) -> Figure:
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
    labels = [deck.labels[str(card)] for card in frame.index]
    shown = frame.iloc[: col.fitting(labels, 4.2, _TALLEST)]
    columns = [col.text(look), col.scale(0, 100, _QUARTERS, look.number, rules=[_MIDDLE], after=1)]
    return Figure.of(
        look,
        col.rows(columns, [_spread_row(card, deck, look) for card in shown.itertuples()], 4.2),
        title=_spread_title(frame, look),
        subtitle=_spread_subtitle(frame, n, look),
        alt=_spread_alt(shown, deck, look),
        origin=origin,
        note=left_out(len(frame) - len(shown), look),
        key=deck.key,
    )


def _spread_row(card: Any, deck: Deck, look: Look) -> Part:
    """A band; where it has no width, a stroke. Its outline tells it from an interval."""
    mark = deck.marks[str(card.Index)]
    middle, half = (card.lower + card.upper) / 2, max((card.upper - card.lower) / 2, 0.4)
    band = col.span(middle - half, middle + half, mix(mark.fill, 0.35), tall=2.4, edge=mark.fill)
    heard = f"{look.number(card.score)} ({look.interval(card.lower, card.upper)})"
    place = col.dot(card.score, mark, size=4.6)
    return col.row(col.said(deck.labels[str(card.Index)]), col.marks([band, place], heard))


def _thirds(frame: pd.DataFrame) -> bool:
    return bool(frame["outside"].iloc[0] > 0.3)


def _spread_title(frame: pd.DataFrame, look: Look) -> str:
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


def _spread_subtitle(frame: pd.DataFrame, n: int | None, look: Look) -> str:
    band = look.say("middle third") if _thirds(frame) else look.say("middle half")
    parts = [look.say("Place from 0 to 100")]
    if n is not None:
        parts.append(look.count(n, "{n} sort", "{n} sorts"))
    parts.append(
        look.say("bar: {band} of people; mark: mean", band=band)
    )  # fmt: skip
    return "; ".join(parts)


def _spread_alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = [
        f"{deck.labels[str(card)]} {look.number(score)} ({look.interval(low, high)})"
        for card, low, high, score in zip(
            shown.index, shown["lower"], shown["upper"], shown["score"], strict=True
        )
    ]
    kind = look.say("Mean and middle people per card")
    return f"{kind}: {'; '.join(rows)}."


def session_agreement(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    tests: pd.DataFrame | None = None,
    p: float = float("nan"),
) -> Figure:
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
    named = [f"{name} ({look.number(n)})" for name, n in sizes.items()]
    key = list(zip(look.brand.marks(len(named))[::-1], named, strict=True))
    deck = Deck.of(cards, wide.index.astype(str).tolist(), look)
    labels = [deck.labels[str(card)] for card in wide.index]
    pitch = max(5.2, 2.2 * (len(key) + 0.8))
    shown = wide.iloc[: col.fitting(labels, pitch, _TALLEST)]
    ends = [scores[end].unstack(sort=False).loc[shown.index] for end in ("low", "high")]
    spans = np.stack([end.to_numpy(float) for end in ends], axis=-1)
    lines = col.dots(shown, spans, labels[: len(shown)], [mark for mark, _ in key], 2.2, look)
    columns = [col.text(look), col.scale(0, 100, _QUARTERS, look.number, after=1)]
    return Figure.of(
        look,
        col.rows(columns, lines, pitch),
        title=_session_title(deck, cards, len(key), tests, p, look),
        subtitle=look.say(
            "{scored} by session (number of sorts), {count} of {total}; bar: 95% interval",
            scored=look.scored,
            count=look.number(len(shown)),
            total=look.count(len(cards), "{n} card", "{n} cards"),
        ),
        alt=_session_alt(shown, deck, look),
        origin=origin,
        note=left_out(len(wide) - len(shown), look),
        key=key,
    )


def _session_title(
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


def _session_alt(shown: pd.DataFrame, deck: Deck, look: Look) -> str:
    rows = [
        f"{deck.labels[str(card)]}: "
        + ", ".join(f"{name} {look.number(score)}" for name, score in row.items())
        for card, row in shown.iterrows()
    ]
    kind = look.say("Dot plot by session")
    return f"{kind}. {'; '.join(rows)}."


def staff_and_tenants(
    gaps: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    ours: Any = None,
    staff: Any = None,
    n_tenants: int | None = None,
    n_employees: int | None = None,
) -> Figure:
    """Draw the order of the cards by tenants and by employees, joined by lines.

    Only real gaps are coloured and named. At most 32 cards: the real gaps and the most important.

    Parameters
    ----------
    gaps : DataFrame
        Index card; columns `tenants`, `employees`, `gap`, `real`, `rank_tenants` and
        `rank_employees` (`importance.gaps`).
    cards : DataFrame
        Index card; labels.
    look, origin
        See `top_cards`.
    ours, staff : text, optional
        What both groups are called; tenants and employees without.
    n_tenants, n_employees : int, optional
        Number of sorts of each group.

    Examples
    --------
    >>> gaps = pd.DataFrame({"tenants": [80.0, 40], "employees": [50.0, 70], "gap": [-30.0, 30],
    ...     "real": [True, False], "rank_tenants": [1, 2], "rank_employees": [2, 1]},
    ...     index=["a", "b"])
    >>> cards = pd.DataFrame({"label_en": ["Promises", "Price"]}, index=["a", "b"])
    >>> staff_and_tenants(gaps, cards, look=Look("en"), origin="collected").caption.title
    'Employees misjudge 1 of 2 cards: ‘Promises’'
    """
    frame = gaps.dropna(subset=["tenants", "employees"])
    real = frame["real"].fillna(False).astype(bool)
    important = frame.assign(real=real).sort_values(["real", "tenants"], ascending=False)
    every = Deck.of(cards, important.index.astype(str).tolist(), look)
    labels = [every.labels[str(card)] for card in important.index]
    shown = important.head(min(_MOST, col.fitting(labels, 3.9, _TALLEST, room=36.0)))
    deck = Deck.of(cards, shown.index.astype(str).tolist(), look)
    left = shown.sort_values("tenants", ascending=False, kind="stable")
    right = shown.sort_values("employees", ascending=False, kind="stable")
    names = (
        said(ours, look) or look.say("tenants"),
        said(staff, look) or look.say("employees"),
    )
    counts = [f" (n\u00a0=\u00a0{n})" if n else "" for n in (n_tenants, n_employees)]
    heads = opened(names[0]) + counts[0], opened(names[1]) + counts[1]
    return on_a_page(
        Figure.of(
            look,
            _sides(left, right, heads, deck, look),
            title=_slope_title(frame.assign(real=real), names[1], every, look),
            subtitle=look.say(
                "Order by score; coloured: a real difference, with the difference in points"
            ),
            alt=_slope_alt(left, names, deck, look),
            origin=origin,
            note=left_out(len(frame) - len(shown), look),
        )
    )


def _sides(
    left: pd.DataFrame, right: pd.DataFrame, heads: tuple[str, str], deck: Deck, look: Look
) -> Part:
    """Two columns of cards, the lines that join them, and the real gaps at the right."""
    small: dict[str, Any] = {"size": 7.0, "room": 40.0}
    columns = [
        col.text(look, heads[0], align="right", **small),
        col.text(look, align="right", **small),
        col.slope(),
        col.text(look, align="right", **small),
        col.text(look, heads[1], **small),
        col.text(look, align="right", weight=700, **small),
    ]
    cells = []
    for one, other in zip(_records(left), _records(right), strict=True):
        (rank, label), (place, name) = (
            _side(one, "tenants", deck, look),
            _side(other, "employees", deck, look),
        )
        gap = look.signed(float(other["gap"]), 0) if other["real"] else ""
        cells.append(
            col.row(label, rank, None, place, name, col.said(gap, colour=_tone(other, look)))
        )
    places = {card: i for i, card in enumerate(right.index)}
    slopes: list[Part] = []
    for i, card in enumerate(_records(left)):
        fill, wide = (_tone(card, look), 1.8) if card["real"] else (look.brand.rule, 0.7)
        line = {"from": i, "to": places[card["card"]], "fill": fill, "width": wide}
        slopes.insert(len(slopes) if card["real"] else 0, line)  # real ones on top
    return col.rows(columns, cells, 3.9, slopes=slopes)


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.rename_axis("card").reset_index().to_dict("records")


def _tone(card: Any, look: Look) -> str:
    if not card["real"]:
        return look.brand.muted
    return look.brand.primary if card["gap"] > 0 else look.brand.alert


def _side(card: Any, group: str, deck: Deck, look: Look) -> list[Part]:
    """Rank and label of a card by one group."""
    colour, weight = _tone(card, look), 700 if card["real"] else 400
    rank = look.number(float(card[f"rank_{group}"]))
    label = deck.labels[str(card["card"])]
    return [col.said(rank, colour=colour), col.said(label, colour=colour, weight=weight)]


def _slope_title(frame: pd.DataFrame, staff: str, deck: Deck, look: Look) -> str:
    real = frame[frame["real"]].sort_values("gap", key=abs, ascending=False, kind="stable")
    if real.empty:
        return look.say("No card is shown to be misjudged by {staff}", staff=staff)
    cards = real.index.astype(str).tolist()
    names = deck.some(cards, 2, look)
    total = look.count(len(frame), "{n} card", "{n} cards")
    return look.say(
        "{staff} misjudge {cards} of {total}: {names}",
        staff=opened(staff),
        cards=len(cards),
        total=total,
        names=names,
    )


def _slope_alt(left: pd.DataFrame, names: tuple[str, str], deck: Deck, look: Look) -> str:
    parts = []
    for row in left.itertuples():
        label = deck.labels[str(row.Index)]
        ranks = f"{look.number(row.rank_tenants)} → {look.number(row.rank_employees)}"  # type: ignore[arg-type]
        mark = look.say(" (real difference)") if row.real else ""
        parts.append(f"{label} {ranks}{mark}")
    both = look.listed(names)
    kind = look.say("Slope chart, rank with {both}", both=both)
    return f"{kind}: {'; '.join(parts)}."
