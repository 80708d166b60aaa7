"""Viewpoints: what sets them apart, who belongs to them, whether they recur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.deck import Deck
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import inside, opened, said

_TALLEST = 135.0  # millimetres: all rows
_FAIR, _EQUAL = 0.85, 0.95  # congruence


def viewpoint_zscores(
    zscores: pd.DataFrame,
    cards: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    intervals: pd.DataFrame | None = None,
    differs: pd.Series | None = None,
) -> Figure:
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
    Figure
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
    key = _key(zscores, names, look)
    labels = [deck.labels[str(card)] for card in order]
    pitch = max(4.0, 1.15 * (len(key) + 0.6))
    shown = zscores.loc[order[: col.fitting(labels, pitch, _TALLEST)]]
    return Figure.of(
        look,
        _dotted(shown, labels, key, intervals, pitch, 1.15, look),
        title=_apart_title(zscores, order, deck, differs, look),
        subtitle=_apart_subtitle(intervals, look),
        alt=_apart_alt(shown, [head for _, head in key], deck, look),
        origin=origin,
        note=_apart_note(len(order) - len(shown), look),
        key=key,
    )


def _key(values: pd.DataFrame, names: Sequence[Any], look: Look) -> list[tuple[Mark, str]]:
    """Mark and name of each viewpoint."""
    numbers = range(1, values.shape[1] + 1)
    heads = [said(name, look) for name in names] or [
        look.say("viewpoint {number}", number=number) for number in numbers
    ]
    return list(zip(look.brand.marks(len(heads))[::-1], heads, strict=True))


def _dotted(
    shown: pd.DataFrame,
    labels: Sequence[str],
    key: list[tuple[Mark, str]],
    intervals: pd.DataFrame | None,
    pitch: float,
    step: float,
    look: Look,
) -> Part:
    """Rows of dots, a mark a viewpoint with its interval, on one scale around nought."""
    spans = _spans(shown, intervals)
    low, high = col.reach([*shown.to_numpy(float).ravel(), *spans.ravel(), 0.0], 8)
    at = col.ticks(low, high, 6)
    scale = col.scale(
        low, high, at, lambda v: look.signed(v, int(not float(v).is_integer())), rules=[0], after=1
    )
    lines = col.dots(shown, spans, labels[: len(shown)], [mark for mark, _ in key], step, look)
    return col.rows([col.text(look), scale], lines, pitch)


def _spans(shown: pd.DataFrame, intervals: pd.DataFrame | None) -> NDArray[np.float64]:
    """Ends of the intervals, cards by factors by two; missing where there are none."""
    count, across = shown.shape
    if intervals is None:
        return np.full((count, across, 2), np.nan)
    cells = pd.MultiIndex.from_product([shown.index, shown.columns])
    ends = intervals[["low", "high"]].reindex(cells).to_numpy(float)
    return ends.reshape(count, across, 2)


def _apart_title(
    zscores: pd.DataFrame, order: pd.Index, deck: Deck, differs: pd.Series | None, look: Look
) -> str:
    if differs is None or zscores.shape[1] == 1:
        return look.say("Where each viewpoint puts cards")
    sure = differs.reindex(order).astype(bool)
    total = look.count(len(order), "{n} card", "{n} cards")
    if not sure.any():
        return look.say("On none of the {total} do the viewpoints demonstrably differ", total=total)
    count, one = look.number(int(sure.sum())), deck.quoted(str(order[sure][0]), look)
    return look.say(
        "The viewpoints demonstrably differ on {count} of the {total}, such as {one}",
        count=count,
        total=total,
        one=one,
    )


def _apart_subtitle(intervals: pd.DataFrame | None, look: Look) -> str:
    text = look.say("z-score of every card by viewpoint; on top what lies furthest apart")
    return text if intervals is None else text + look.say("; bar: 95% interval")


def _apart_note(left_out: int, look: Look) -> str:
    if not left_out:
        return ""
    cards = look.count(left_out, "{n} card", "{n} cards")
    return look.say("Not shown: {cards} closer together.", cards=cards)


def _apart_alt(shown: pd.DataFrame, heads: list[str], deck: Deck, look: Look) -> str:
    parts = [
        f"{deck.labels[str(card)]}: "
        + ", ".join(f"{h} {look.signed(float(z), 1)}" for h, z in zip(heads, row, strict=True))
        for card, row in zip(shown.index, shown.to_numpy(float), strict=True)
    ]
    return look.say("Dot plot of z-scores. ") + "; ".join(parts) + "."


def viewpoint_groups(
    loadings: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    labels: Mapping[str, Any] | None = None,
    tests: pd.DataFrame | None = None,
) -> Figure:
    """Draw how near each group of people stands to each viewpoint.

    Parameters
    ----------
    loadings : DataFrame
        Index (group, factor); columns `n`, `mean`, `low` and `high` (`Subgroups.loadings`). A
        group whose `n` is missing was too small to show: it is counted underneath.
    look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the viewpoints' names; else those of the factors.
    labels : mapping, optional
        Group to its name: a text, or one per language.
    tests : DataFrame, optional
        Index factor; column `p_adjusted` (`Subgroups.tests`).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        When every group is too small to show.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["North", "South"], ["f1", "f2"]])
    >>> frame = pd.DataFrame({"n": 12, "mean": [0.6, 0.2, 0.3, 0.5], "low": 0.1, "high": 0.7},
    ...                      index=index)
    >>> viewpoint_groups(frame, look=Look("en"), origin="collected").caption.title
    'How near groups stand to each viewpoint'
    """
    wide = loadings["mean"].unstack(sort=False)
    n = loadings["n"].unstack(sort=False).iloc[:, 0]
    shown = wide[n.notna()]
    if shown.empty:
        raise ValueError("every group is too small to show")
    key, known = _key(wide, names, look), labels or {}
    called = [said(known.get(str(group), str(group)), look) for group in shown.index]
    rowed = [f"{name} ({look.number(size)})" for name, size in zip(called, n.dropna(), strict=True)]
    pitch = max(9.0, 2.2 * (len(key) + 1))
    drawn = shown.iloc[: col.fitting(rowed, pitch, _TALLEST)]
    return Figure.of(
        look,
        _dotted(drawn, rowed, key, loadings, pitch, 2.2, look),
        title=_between(drawn, [head for _, head in key], tests, look),
        subtitle=look.say("Mean loading on each viewpoint (number of sorts); bar: 95% interval"),
        alt=_group_alt(drawn, called, [head for _, head in key], look),
        origin=origin,
        note=_small(len(wide) - len(drawn), look),
        key=key,
    )


def _between(shown: pd.DataFrame, heads: list[str], tests: pd.DataFrame | None, look: Look) -> str:
    """Which viewpoint divides the groups, or that none does."""
    groups = look.count(len(shown), "{n} group", "{n} groups")
    if tests is None or len(shown) == 1:
        return look.say("How near groups stand to each viewpoint")
    real = (tests["p_adjusted"] < 0.05).to_numpy()
    if not real.any():
        return look.say("The {groups} demonstrably differ in none of the viewpoints", groups=groups)
    which = look.listed([look.quoted(head) for head, on in zip(heads, real, strict=True) if on])
    return look.say("The {groups} demonstrably differ in {which}", groups=groups, which=which)


def _small(left_out: int, look: Look) -> str:
    if not left_out:
        return ""
    groups = look.count(left_out, "{n} group", "{n} groups")
    return look.say("Not shown: {groups}, too small.", groups=groups)


def _group_alt(shown: pd.DataFrame, called: list[str], heads: list[str], look: Look) -> str:
    parts = [
        f"{name}: "
        + ", ".join(f"{h} {look.signed(float(v), 2)}" for h, v in zip(heads, row, strict=True))
        for name, row in zip(called, shown.to_numpy(float), strict=False)
    ]
    kind = look.say("Dot plot of mean loadings. ")
    return kind + "; ".join(parts) + "."


def viewpoint_congruence(
    pairs: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    groups: Sequence[Any],
    names: Sequence[Any] = (),
    other_names: Sequence[Any] = (),
) -> Figure:
    """Draw how much the viewpoints of two groups resemble each other, pair by pair.

    Parameters
    ----------
    pairs : DataFrame
        One row a pair; columns `first`, `second` (factors such as "f1"), `congruence`, `low` and
        `high` (`Comparison.pairs`), and `recurs` (`report.viewpoints.recurs`).
    look, origin
        See `top_cards`.
    groups : sequence of two
        The names of the groups: a text, or one per language.
    names, other_names : sequence
        The viewpoints' names in either group; else their numbers.

    Returns
    -------
    Figure

    Examples
    --------
    >>> pairs = pd.DataFrame({"first": ["f1", "f2"], "second": ["f2", "f1"],
    ...                       "congruence": [0.97, 0.6], "low": [0.9, 0.2], "high": [0.99, 0.8],
    ...                       "recurs": ["yes", "no"]})
    >>> viewpoint_congruence(pairs, look=Look("en"), origin="collected",
    ...                      groups=["tenants", "staff"]).caption.title
    '1 of the 2 viewpoints of tenants demonstrably returns in those of staff'
    """
    ranked = pairs.sort_values("congruence", ascending=False, kind="stable", key=abs)
    one, other = (inside(group, look) for group in groups)
    first = [_called(factor, names, look) for factor in ranked["first"]]
    second = [_called(factor, other_names, look) for factor in ranked["second"]]
    texts = [_pair(*words, other, look) for words in zip(first, second, strict=True)]
    low, high = col.reach([min(0.0, *ranked[["low", "congruence"]].min()), 1.0])
    fair = look.say("fair from 0.85, equal from 0.95")
    head = {"at": 1.0, "side": "left", "text": fair, "colour": look.brand.muted}
    shades = [
        {"low": start, "high": end, "fill": mix(look.brand.secondary, tint)}
        for start, end, tint in ((_FAIR, _EQUAL, 0.12), (_EQUAL, 1.0, 0.3))
    ]
    scale = col.scale(
        low, high, col.ticks(low, high, 5), lambda v: look.number(v, 1), heads=[head], shades=shades
    )
    lines = [
        _likeness(text, recurs, cell, look)
        for text, recurs, cell in zip(texts, ranked["recurs"], _cells(ranked), strict=True)
    ]
    value = col.text(look, room=10, align="right", weight=700)
    return Figure.of(
        look,
        col.rows([col.text(look, room=50), scale, value], lines, 7.0),
        title=_alike_title(ranked["recurs"], one, other, look),
        subtitle=look.say("Likeness (congruence) of the z-scores; bar: 95% interval"),
        alt=_alike_alt(ranked, first, second, (one, other), look),
        origin=origin,
    )


def _likeness(text: str, recurs: str, cell: Sequence[float], look: Look) -> Part:
    """A pair: filled where it surely recurs."""
    value, low, high = cell
    mark = Mark(look.brand.primary if recurs == "yes" else look.brand.paper, "o", look.brand.ink)
    band = col.span(low, high, mix(look.brand.primary, 0.6), tall=0.85)
    return col.row(
        col.said(text), col.marks([band, col.dot(value, mark)]), col.said(look.number(value, 2))
    )


def _cells(ranked: pd.DataFrame) -> list[list[float]]:
    return ranked[["congruence", "low", "high"]].to_numpy(float).tolist()


def _called(factor: str, names: Sequence[Any], look: Look) -> str:
    number = int(str(factor).removeprefix("f"))
    if number <= len(names):
        return said(names[number - 1], look)
    return look.say("viewpoint {number}", number=number)


def _pair(first: str, second: str, other: str, look: Look) -> str:
    return f"{opened(first)} – {look.brief(other, 30)}: {second}"


def _alike_title(recurs: pd.Series, one: str, other: str, look: Look) -> str:
    alike, total = int((recurs == "yes").sum()), len(recurs)
    every = look.count(total, "{n} viewpoint", "{n} viewpoints")
    if (recurs == "no").all():
        return look.say(
            "Of the viewpoints of {one} ({total}) none returns in those of {other}",
            one=one,
            total=total,
            other=other,
        )
    if not alike:
        return look.say(
            "Whether viewpoints of {one} return in those of {other} can't be told for sure",
            one=one,
            other=other,
        )
    count = look.number(alike)
    which = look.say("{count} of the {every}", count=count, every=every)
    if alike == total:
        which = look.say("Every viewpoint")
    many = 1 < alike < total
    verb = look.say("returns/return").split("/")[many]
    return look.say(
        "{which} of {one} demonstrably {verb} in those of {other}",
        which=which,
        one=one,
        verb=verb,
        other=other,
    )


def _alike_alt(
    ranked: pd.DataFrame, first: list[str], second: list[str], groups: tuple[str, str], look: Look
) -> str:
    parts = [
        f"{a} / {b}: {look.number(value, 2)} ({look.interval(low, high, 2)})"
        for a, b, (value, low, high) in zip(first, second, _cells(ranked), strict=True)
    ]
    kind = look.say("Dot plot of congruence")
    return f"{kind}, {groups[0]} / {groups[1]}. {'; '.join(parts)}."
