"""The cards as they lay on the table: a tile a card, a column a degree of importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.deck import Deck
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.tiles import Columns, Tiles, signs


def composite_sort(
    scores: pd.DataFrame,
    cards: pd.DataFrame,
    grid: Mapping[int, int],
    *,
    look: Look,
    origin: str,
    first: Sequence[str] = (),
    n: int | None = None,
) -> BookletFigure:
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
    BookletFigure

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
        what = look.say(
            "As they lay on average, from {sorts}", sorts=look.count(n, "{n} sort", "{n} sorts")
        )
    title = look.say("The cards in order of their score")
    if first and set(first) <= set(columns[max(columns)]):
        title = look.say("At the top: ") + _names(first, deck, look)
    return _figure(Tiles(columns, deck, {}, look), look, origin, title, what)


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
) -> BookletFigure:
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
    BookletFigure

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
        called = look.brief(name)
        title = look.say("{called}: {names} at the top", called=called, names=names)
    what = look.say("How this viewpoint sorts the cards")
    if n is not None:
        what = look.say(
            "How this viewpoint sorts the cards, from {sorts}",
            sorts=look.count(n, "{n} sort", "{n} sorts"),
        )
    stars, labels = (
        pd.Series(dtype=str) if marks is None else marks.fillna("")
        for marks in (distinguishing, contrasts)
    )
    marked = signs(stars.index[stars != ""], labels.index[labels == "consensus"])
    return _figure(Tiles(columns, deck, marked, look), look, origin, title, what)


def _sorts(n: int, look: Look) -> str:
    return look.count(n, "{n} sort", "{n} sorts")


def _names(cards: Sequence[str], deck: Deck, look: Look) -> str:
    if len(cards) > 3:
        more = look.number(len(cards) - 2)
        rest = look.say("{more} more cards", more=more)
        return look.listed([*(deck.quoted(card, look) for card in cards[:2]), rest])
    return look.listed([deck.quoted(card, look) for card in cards])


def _figure(
    tiles: Tiles, look: Look, origin: str, title: str, what: str, note: str = ""
) -> BookletFigure:
    cards = sum(len(column) for column in tiles.columns.values())
    canvas = Canvas(
        look,
        title=title,
        subtitle=f"{what}; {look.count(cards, '{n} card', '{n} cards')}",
        alt=_alt(tiles.columns, tiles.deck, look),
        origin=origin,
        body=tiles.height,
        note=note,
    )
    tiles.draw(canvas)
    return canvas.figure


def _alt(columns: Columns, deck: Deck, look: Look) -> str:
    parts = [
        f"{look.signed(value, 0)}: {', '.join(deck.labels[card] for card in cards)}"
        for value, cards in sorted(columns.items(), reverse=True)
    ]
    count = look.count(len(columns), "{n} column", "{n} columns")
    low, high = look.board
    kind = look.say("Grid of {count}, from {high} to {low}", count=count, high=high, low=low)
    return f"{kind}. {'; '.join(parts)}."
