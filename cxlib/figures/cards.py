"""Cards: which lie highest, how far people lie apart on them, who sees them differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Deck, Look, opened
from cxlib.figures.render import as_many
from cxlib.language import _

_NAMED = 3  # cards that may come first, in a title
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
    frame = scores.dropna(subset=["score"]).reindex(columns=["score", "low", "high", "rank"])
    if "rank" not in scores:
        frame["rank"] = frame["score"].round().rank(method="min", ascending=False)
    frame = frame.sort_values("score", ascending=False, kind="stable").head(top)
    deck = Deck.of(cards, frame.index, look)
    total = shown = look.count(len(cards), "{n} card", "{n} cards")
    if len(frame) < len(cards):
        most = look.number(len(frame))
        shown = look.say("the highest {shown} of {total}", shown=most, total=total)
    subtitle = [f"{look.scored}, {shown}"]
    subtitle += [] if n is None else [look.count(n, "{n} sort", "{n} sorts")]
    subtitle += [look.say("bar: 95% interval")] if frame["low"].notna().any() else []

    def place(card: Part) -> Part:
        ends, words = (card["low"], card["high"]), look.number(card["score"])
        cell = col.interval(card["score"], *ends, deck.marks[card["id"]], words, look, digits=0)
        cell["parts"].insert(0, col.span(0, card["score"], look.brand.rule, tall=0.3))
        return cell

    columns: list[col.Column] = [
        (col.text(look, align="right", muted=True), "rank"),
        (col.text(look), "label"),
        (col.scale(0, 100, _QUARTERS, look.number, after=7), place),
    ]
    told = frame.assign(rank=frame["rank"].map(look.number), label=frame.index.map(deck.labels))
    body = col.table(told, columns, 5.2)
    title = _top_title(frame, first, deck, look)
    caption = {"title": title, "subtitle": "; ".join(subtitle)}
    return Figure.of(look, body, origin=origin, key=deck.key, **caption)


def _top_title(frame: pd.DataFrame, first: Sequence[str], deck: Deck, look: Look) -> str:
    """Who comes first as far as `first` tells; of printed scores without it, how they stand."""
    if frame.empty:
        return look.say("There are no scores")
    names = [deck.quoted(card, look) for card in frame.index]
    if len(names) == 1:
        return names[0]
    if first and len(first) <= _NAMED:
        either = look.either([deck.quoted(card, look) for card in first])
        return look.say("{either} scores highest", either=either)
    if first or frame["low"].notna().any():
        some = look.number(len(first))
        may = look.say(": {some} may come first", some=some)
        return look.say("Which card scores highest is not certain") + may * bool(first)
    told = {"names0": names[0], "names1": names[1]}
    told |= {f"scores{i}": look.number(frame["score"].iloc[i]) for i in (0, 1)}
    return look.say(
        "{names0} scores highest\u00a0({scores0}), then {names1}\u00a0({scores1})", **told
    )


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
    deck, thirds = Deck.of(cards, frame.index, look), bool(frame["outside"].iloc[0] > 0.3)
    # On how many cards most people lie on one side: a count claims no chance away.
    one_side = int(((frame["lower"] > _MIDDLE) | (frame["upper"] < _MIDDLE)).sum())
    title = look.say(
        "{one_side} of {total} {lie} on the same side of the middle for {part} "
        "of participants or more",
        one_side=look.number(one_side),
        total=look.count(len(frame), "{n} card", "{n} cards"),
        lie=look.say("lies") if one_side == 1 else look.say("lie"),
        part=look.say("two thirds") if thirds else look.say("three quarters"),
    )
    band = look.say("middle third") if thirds else look.say("middle half")
    subtitle = [look.say("Place from 0 to 100")]
    subtitle += [] if n is None else [look.count(n, "{n} sort", "{n} sorts")]
    subtitle += [look.say("bar: {band} of people; mark: mean", band=band)]

    def place(card: Part) -> Part:
        """A band; where it has no width, a stroke. Its outline tells it from an interval."""
        mark, (low, high) = deck.marks[card["id"]], (card["lower"], card["upper"])
        middle, half = (low + high) / 2, max((high - low) / 2, 0.4)
        fill, ends = mix(mark.fill, 0.35), (middle - half, middle + half)
        heard = f"{look.number(card['score'])} ({look.interval(low, high)})"
        dot = col.dot(card["score"], mark, size=4.6)
        return col.marks([col.span(*ends, fill, tall=2.4, edge=mark.fill), dot], heard)

    scale = col.scale(0, 100, _QUARTERS, look.number, rules=[_MIDDLE], after=1)
    columns: list[col.Column] = [(col.text(look), "label"), (scale, place)]

    def draw(some: pd.DataFrame, hidden: int) -> Figure:
        told = {"title": title, "subtitle": "; ".join(subtitle), "note": look.left_out(hidden)}
        body = col.table(some, columns, 4.2)
        return Figure.of(look, body, origin=origin, key=deck.key, **told)

    return as_many(frame.assign(label=frame.index.map(deck.labels)), draw)


def session_agreement(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    tests: pd.DataFrame | None = None,
    differ: bool = False,
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
    differ : bool
        Whether sessions differ on all cards together more than by chance
        (`report.verdicts.beyond`); the title claims a difference only with these.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["a"], ["North", "South"]], names=["card", "session"])
    >>> frame = pd.DataFrame({"score": [80.0, 70], "low": [70.0, 60], "high": [90.0, 80], "n": 12},
    ...                      index=index)
    >>> cards = pd.DataFrame({"short_en": ["Promises"]}, index=["a"])
    >>> figure = session_agreement(frame, cards, look=Look("en"), origin="published")
    >>> figure.caption.title
    'The 2 sessions do not demonstrably differ in how they sort the cards'
    """
    wide = scores["score"].unstack(sort=False)
    sizes = scores["n"].unstack(sort=False).max()
    named = [f"{name} ({look.number(n)})" for name, n in sizes.items()]
    key = list(zip(look.brand.marks(len(named))[::-1], named, strict=True))
    deck = Deck.of(cards, wide.index, look)
    scale = col.scale(0, 100, _QUARTERS, look.number, after=1)
    labels = list(deck.labels.values())
    total = look.count(len(cards), "{n} card", "{n} cards")
    title = _session_title(cards, len(key), tests, differ, look)

    def draw(some: pd.DataFrame, hidden: int) -> Figure:
        body = col.dots(some, scores, labels, key, scale, look, step=2.2, digits=0)
        words = {"scored": look.scored, "count": look.number(len(some)), "total": total}
        what = _("{scored} by session (number of sorts), {count} of {total}; bar: 95% interval")
        told = {"title": title, "subtitle": look.say(what, **words), "note": look.left_out(hidden)}
        return Figure.of(look, body, origin=origin, key=key, **told)

    return as_many(wide, draw)


def _session_title(
    cards: pd.DataFrame, count: int, tests: pd.DataFrame | None, differ: bool, look: Look
) -> str:
    sessions = look.count(count, "{n} session", "{n} sessions")
    real = [] if tests is None else tests.index[tests["real"].astype(bool)].tolist()
    if real:
        words = {"sessions": sessions, "names": Deck.of(cards, real, look).some(real, 2, look)}
        return look.say("The {sessions} demonstrably differ on {names}", **words)
    told = _("The {sessions} do not demonstrably differ in how they sort the cards")
    if differ:
        told = _("The {sessions} sort the cards differently, but demonstrably on no single card")
    return look.say(told, sessions=sessions)


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
    cards, look, origin
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
    frame = frame.assign(real=frame["real"].fillna(False).astype(bool))
    important = frame.sort_values(["real", "tenants"], ascending=False)
    deck = Deck.of(cards, important.index, look)
    names = look.said(ours) or look.say("tenants"), look.said(staff) or look.say("employees")
    heads = [
        opened(name) + (f" (n\u00a0=\u00a0{n})" if n else "")
        for name, n in zip(names, (n_tenants, n_employees), strict=True)
    ]
    title = _slope_title(frame, names[1], deck, look)
    subtitle = look.say(
        "Order by score; coloured: a real difference, with the difference in points"
    )

    def draw(some: pd.DataFrame, hidden: int) -> Figure:
        body, note = _sides(some, heads, deck, look), look.left_out(hidden)
        return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note)

    return as_many(important, draw, _MOST)


def _sides(shown: pd.DataFrame, heads: Sequence[str], deck: Deck, look: Look) -> Part:
    """Two columns of cards, the lines that join them, and the real gaps at the right."""
    tones = pd.Series(look.brand.muted, shown.index)
    tones[shown["real"]] = look.brand.alert
    tones[shown["real"] & (shown["gap"] > 0)] = look.brand.primary
    known = shown.assign(tone=tones, label=shown.index.map(deck.labels))
    known["gap"] = known["gap"].map(lambda gap: look.signed(gap, 0)).where(shown["real"], "")
    left, right = (
        known.assign(rank=known[f"rank_{group}"].map(look.number))
        .sort_values(group, ascending=False, kind="stable")
        .reset_index(names="card")
        for group in ("tenants", "employees")
    )
    both = pd.concat([left.add_prefix("our "), right.add_prefix("their ")], axis=1)

    def words(side: str, name: str) -> Any:
        """Cells in the tone of the side's card; its label bold where the difference is real."""

        def cell(line: Part) -> Part:
            weight = 700 if name != "rank" and line[side + "real"] else 400
            return col.said(line[side + name], colour=line[side + "tone"], weight=weight)

        return cell

    small: dict[str, Any] = {"size": 7.0, "room": 40.0}
    columns = [
        (col.text(look, heads[0], align="right", **small), words("our ", "label")),
        (col.text(look, align="right", **small), words("our ", "rank")),
        ({"kind": "slope", "head": "", "share": 0.6}, lambda line: None),
        (col.text(look, align="right", **small), words("their ", "rank")),
        (col.text(look, heads[1], **small), words("their ", "label")),
        (col.text(look, align="right", **small), words("their ", "gap")),
    ]
    places = {card: i for i, card in enumerate(right["card"])}
    slopes = [
        {"from": i, "to": places[card], "fill": tone if real else look.brand.rule}
        | {"width": 1.8 if real else 0.7}
        for i, (card, tone, real) in enumerate(left[["card", "tone", "real"]].to_numpy())
    ]
    slopes.sort(key=lambda slope: slope["width"])  # real ones on top
    return col.table(both, columns, 3.9, slopes=slopes)


def _slope_title(frame: pd.DataFrame, staff: str, deck: Deck, look: Look) -> str:
    real = frame[frame["real"]].sort_values("gap", key=abs, ascending=False, kind="stable")
    if real.empty:
        return look.say("No card is shown to be misjudged by {staff}", staff=staff)
    total = look.count(len(frame), "{n} card", "{n} cards")
    words = {"staff": opened(staff), "cards": len(real), "total": total}
    names = deck.some(real.index.tolist(), 2, look)
    return look.say("{staff} misjudge {cards} of {total}: {names}", names=names, **words)
