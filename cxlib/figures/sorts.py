"""Sorts as they lay on the table: a tile a card, a column a degree of importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.deck import Deck
from cxlib.figures.figure import Figure, drawn
from cxlib.figures.look import Look

Columns = dict[float, list[str]]

_APART, _SHARED = "◆", "≈"  # signs of cards that set the viewpoint apart, or that all share
_LISTED = 5  # cards spelled out at either end
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
    cards : DataFrame
        Index card; labels and `domain`.
    grid : mapping of int to int
        Column value to number of cards; together as many as there are scores.
    look, origin
        See `top_cards`.
    first : sequence of str
        All cards that may come first (`report.Lead.first`): named where they lie on top.
    n : int, optional
        Number of sorts behind the scores.

    Returns
    -------
    Figure

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
    order = scores["score"].dropna().sort_values(ascending=False, kind="stable").index.astype(str)
    if sum(grid.values()) != len(order):
        raise ValueError(f"the grid has {sum(grid.values())} places for {len(order)} scored cards")
    dealt = iter(order)
    columns: Columns = {
        float(value): [next(dealt) for _ in range(grid[value])]
        for value in sorted(grid, reverse=True)
    }
    deck = Deck.of(cards, list(order), look)
    what = look.say("As they lay on average")
    if n is not None:
        what = look.say("As they lay on average, from {sorts}", sorts=_sorts(n, look))
    title = look.say("The cards in order of their score")
    if first and set(first) <= set(columns[max(columns)]):
        title = look.say("At the top: ") + _names(first, deck, look)
    return _figure(columns, deck, {}, look, origin, title, what)


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
    cards : DataFrame
        Index card; labels and `domain`.
    look, origin
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

    Returns
    -------
    Figure

    Examples
    --------
    >>> arrays = pd.DataFrame({"f1": [1, 0, -1]}, index=["a", "b", "c"])
    >>> cards = pd.DataFrame({"label_en": ["Safe", "Neat", "Cheap"]}, index=["a", "b", "c"])
    >>> viewpoint_sort(arrays, cards, look=Look("en"), origin="collected",
    ...                name="Quiet").caption.title
    'Quiet: ‘Safe’ at the top'
    """
    values = arrays[factor].dropna()
    by = values if order is None else order[factor].reindex(values.index)
    lined = values.loc[by.sort_values(ascending=False, kind="stable").index]
    columns: Columns = {
        float(v): lined.index[lined == v].astype(str).tolist() for v in lined.unique()
    }
    deck = Deck.of(cards, lined.index.astype(str).tolist(), look)
    names = _names(columns[max(columns)], deck, look)
    title = look.say("At the top: {names}", names=names)
    if name:
        title = look.say("{called}: {names} at the top", called=look.brief(name), names=names)
    what = look.say("How this viewpoint sorts the cards")
    if n is not None:
        what = look.say("How this viewpoint sorts the cards, from {sorts}", sorts=_sorts(n, look))
    stars, labels = (
        pd.Series(dtype=str) if marks is None else marks.fillna("")
        for marks in (distinguishing, contrasts)
    )
    signs = {str(card): _SHARED for card in labels.index[labels == "consensus"]}
    signs |= {str(card): _APART for card in stars.index[stars != ""]}
    return _figure(columns, deck, signs, look, origin, title, what)


def _sorts(n: int, look: Look) -> str:
    return look.count(n, "{n} sort", "{n} sorts")


def _names(cards: Sequence[str], deck: Deck, look: Look) -> str:
    if len(cards) > 3:
        more = look.number(len(cards) - 2)
        rest = look.say("{more} more cards", more=more)
        return look.listed([*(deck.quoted(card, look) for card in cards[:2]), rest])
    return look.listed([deck.quoted(card, look) for card in cards])


def _alt(columns: Columns, deck: Deck, look: Look) -> str:
    parts = [
        f"{look.signed(value, 0)}: {', '.join(deck.labels[card] for card in cards)}"
        for value, cards in sorted(columns.items(), reverse=True)
    ]
    count = look.count(len(columns), "{n} column", "{n} columns")
    low, high = look.board
    kind = look.say("Grid of {count}, from {high} to {low}", count=count, high=high, low=low)
    return f"{kind}. {'; '.join(parts)}."


def _figure(
    columns: Columns,
    deck: Deck,
    signs: Mapping[str, str],
    look: Look,
    origin: str,
    title: str,
    what: str,
) -> Figure:
    """Columns from the low end of the board (left) to the high end (right).

    When a text does not fit on its tile, all tiles bear the cards' codes instead, and the texts
    stand below.
    """
    ends = [f"← {look.board[0]}", f"{look.board[1]} →"]
    outer = [
        {"head": end[:1].upper() + end[1:], "cards": _outer(columns, most, deck)}
        for end, most in zip(look.board, (False, True), strict=True)
    ]
    body = {
        "kind": "board",
        "ends": ends,
        "outer": outer,
        "columns": [
            {
                "head": look.signed(value, 0),
                "cards": [
                    _tile(card, value, columns, deck, signs, look) for card in columns[value]
                ],
            }
            for value in sorted(columns)
        ],
    }
    count = sum(len(cards) for cards in columns.values())
    return Figure.of(
        look,
        body,
        title=title,
        subtitle=f"{what}; {look.count(count, '{n} card', '{n} cards')}",
        alt=_alt(columns, deck, look),
        origin=origin,
        key=_key(deck, signs, look),
    )


def _outer(columns: Columns, most: bool, deck: Deck) -> list[dict[str, str]]:
    """The cards at one end of the board, spelled out."""
    cards = [card for value in sorted(columns, reverse=most) for card in columns[value]]
    return [{"code": deck.codes[card], "text": deck.labels[card]} for card in cards[:_LISTED]]


def _tile(
    card: str, value: float, columns: Columns, deck: Deck, signs: Mapping[str, str], look: Look
) -> dict[str, Any]:
    """A card in the colour of its domain; without domains, the stronger the more important."""
    low, high = min(columns), max(columns)
    fill = look.brand.tint(0.1 + 0.9 * (value - low) / ((high - low) or 1))
    if deck.key:
        fill = deck.marks[card].fill
    tile = {"text": deck.labels[card], "code": deck.codes[card], "fill": fill}
    sign = {"sign": signs[card], "sign_size": _POINTS[signs[card]]} if card in signs else {}
    return {**tile, "colour": look.brand.on(fill), **sign}


def _key(deck: Deck, signs: Mapping[str, str], look: Look) -> list[dict[str, Any]]:
    """Fill (or the sign) and word of what must be explained."""
    words = {
        _APART: look.say("sets this viewpoint apart"),
        _SHARED: look.say("no difference found"),
    }
    tiles = [{"text": word, **drawn(mark), "marker": "tile"} for mark, word in deck.key]
    used = [(sign, word) for sign, word in words.items() if sign in signs.values()]
    return tiles + [{"text": word, "sign": sign, "size": _POINTS[sign] + 1} for sign, word in used]
