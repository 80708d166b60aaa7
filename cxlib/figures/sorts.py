"""Sorts as they lay on the table: a tile a card, a column a degree of importance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure, drawn
from cxlib.figures.look import Deck, Look, opened

_APART, _SHARED = "◆", "≈"  # signs of cards that set the viewpoint apart, or that all share
_POINTS = {_APART: 6, _SHARED: 9}


def composite_sort(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    grid: Mapping[int, int],
    *,
    look: Look,
    origin: str,
    first: Sequence[str] = (),
    n: int | None = None,
) -> Figure:
    """Draw all cards in the study's grid, dealt out by their score.

    Parameters
    ----------
    scores : DataFrame
        Index card; column `score`.
    grid : mapping of int to int
        Column value to number of cards; together as many as there are scores.
    cards, look, origin
        See `top_cards`.
    first : sequence of str
        All cards that may come first (`report.Lead.first`): named where they lie on top.
    n : int, optional
        Number of sorts behind the scores.

    Raises
    ------
    ValueError
        When the grid has another number of places than there are scores.

    Examples
    --------
    >>> scores = pd.DataFrame({"score": [80.0, 50.0, 20.0]}, index=["a", "b", "c"])
    >>> cards = pd.DataFrame({"label_en": ["Safe", "Neat", "Cheap"]}, index=["a", "b", "c"])
    >>> figure = composite_sort(scores, cards, {-1: 1, 0: 1, 1: 1}, look=Look("en"),
    ...                         origin="collected", first=["a"])
    >>> figure.caption.title
    'At the top: ‘Safe’'
    """
    order = scores["score"].dropna().sort_values(ascending=False, kind="stable").index
    if sum(grid.values()) != len(order):
        raise ValueError(f"the grid has {sum(grid.values())} places for {len(order)} scored cards")
    dealt = [float(value) for value in sorted(grid, reverse=True) for _ in range(grid[value])]
    places, deck = pd.Series(dealt, order), Deck.of(cards, order, look)
    title = look.say("The cards in order of their score")
    if first and set(first) <= {*order[places == max(dealt)]}:
        title = look.say("At the top: ") + _names(first, deck, look)
    what = look.say("As they lay on average")
    if n is not None:
        sorts = look.count(n, "{n} sort", "{n} sorts")
        what = look.say("As they lay on average, from {sorts}", sorts=sorts)
    return _board(places, deck, {}, look, origin, title, what)


def viewpoint_sort(
    arrays: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    factor: str = "f1",
    name: str = "",
    n: int | None = None,
    order: pd.DataFrame | None = None,
    distinguishing: pd.Series | None = None,
    contrasts: pd.Series | None = None,
) -> Figure:
    """Draw the ideal-typical sort of one viewpoint.

    Parameters
    ----------
    arrays : DataFrame
        Cards by factors; the grid value of every card (`Solution.arrays`).
    cards, look, origin
        See `top_cards`.
    factor : str
        Which column of `arrays`.
    name : str
        The viewpoint's name; the title then starts with it.
    n : int, optional
        Number of sorts that define the viewpoint.
    order : DataFrame, optional
        z-scores, cards by factors: the order within a column; else that of `arrays`.
    distinguishing : Series, optional
        Card to "", "*", "**" or "***" (`Solution.contrasts.cards[factor]`); cards that are
        not "" get a mark.
    contrasts : Series, optional
        Card to "distinguishing", "consensus" or "" (`Solution.contrasts.cards["label"]`);
        consensus cards get another mark.

    Examples
    --------
    >>> arrays = pd.DataFrame({"f1": [1, 0, -1]}, index=["a", "b", "c"])
    >>> cards = pd.DataFrame({"label_en": ["Safe", "Neat", "Cheap"]}, index=["a", "b", "c"])
    >>> viewpoint_sort(arrays, cards, look=Look("en"), origin="collected",
    ...                name="Quiet").caption.title
    'Quiet: ‘Safe’ at the top'
    """
    values = arrays[factor].dropna().astype(float)
    by = values if order is None else order[factor].reindex(values.index)
    places = values[by.sort_values(ascending=False, kind="stable").index]
    deck = Deck.of(cards, places.index, look)
    names = _names(places.index[places == places.max()], deck, look)
    title = look.say("At the top: {names}", names=names)
    if name:
        title = look.say("{called}: {names} at the top", called=look.brief(name), names=names)
    what = look.say("How this viewpoint sorts the cards")
    if n is not None:
        sorts = look.count(n, "{n} sort", "{n} sorts")
        what = look.say("How this viewpoint sorts the cards, from {sorts}", sorts=sorts)
    signs: dict[str, str] = {}
    if contrasts is not None:
        signs |= dict.fromkeys(contrasts.index[contrasts == "consensus"], _SHARED)
    if distinguishing is not None:
        signs |= dict.fromkeys(distinguishing.index[distinguishing.fillna("") != ""], _APART)
    return _board(places, deck, signs, look, origin, title, what)


def _names(cards: Iterable[str], deck: Deck, look: Look) -> str:
    names = [deck.quoted(card, look) for card in cards]
    if len(names) > 3:
        more = look.number(len(names) - 2)
        names = [*names[:2], look.say("{more} more cards", more=more)]
    return look.listed(names)


def _board(
    places: pd.Series,
    deck: Deck,
    signs: Mapping[str, str],
    look: Look,
    origin: str,
    title: str,
    what: str,
) -> Figure:
    """Columns from the low end of the board (left) to the high end (right).

    Cards have the colour of their domain; without domains, the stronger the more important. Where
    a text does not fit on its tile, Typst sets codes instead, and the outer texts below.
    """
    low, high = places.min(), places.max()

    def tile(card: str, value: float) -> Part:
        fill = look.brand.tint(0.1 + 0.9 * (value - low) / ((high - low) or 1))
        fill = deck.marks[card].fill if deck.key else fill
        sign = {"sign": signs[card], "sign_size": _POINTS[signs[card]]} if card in signs else {}
        words = {"text": deck.labels[card], "code": deck.codes[card]}
        return {**words, "fill": fill, "colour": look.brand.on(fill), **sign}

    columns = [
        {"head": look.signed(value, 0), "cards": [tile(card, value) for card in cards.index]}
        for value, cards in places.groupby(places)
    ]
    body = {
        "kind": "board",
        "ends": [f"← {look.board[0]}", f"{look.board[1]} →"],
        "head": [opened(end) for end in look.board],
        "columns": columns,
    }
    tiles: list[Part] = [{"text": word, **drawn(mark), "marker": "tile"} for mark, word in deck.key]
    words = {
        _APART: look.say("sets this viewpoint apart"),
        _SHARED: look.say("no difference found"),
    }
    used = [
        {"text": word, "sign": sign, "size": _POINTS[sign] + 1}
        for sign, word in words.items()
        if sign in signs.values()
    ]
    subtitle = f"{what}; {look.count(len(places), '{n} card', '{n} cards')}"
    key = tiles + used
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, key=key)
