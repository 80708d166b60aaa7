"""Viewpoints: who belongs to them, what sets them apart, whether they recur; tables of loadings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import WIDTH, Figure
from cxlib.figures.look import Deck, Look, opened
from cxlib.figures.render import as_many
from cxlib.figures.text import shorten
from cxlib.language import _

_FAIR, _EQUAL = 0.85, 0.95  # congruence
_GAP, _TALLEST = 5.0, 36  # millimetres; rows
_STRONG = 0.4  # absolute loading from which a question belongs to a factor


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

    What does not fit on a page is counted underneath.

    Parameters
    ----------
    zscores : DataFrame
        Cards by factors.
    cards, look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the viewpoints' names; else those of the columns.
    intervals : DataFrame, optional
        Index (card, factor); columns `low` and `high` (`Bootstrap.zscores`).
    differs : Series of bool, optional
        Index card: whether viewpoints surely differ on it (`report.verdicts.apart`).

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
    shown = zscores.loc[spread.sort_values(ascending=False, kind="stable").index]
    deck, key = Deck.of(cards, shown.index, look), _key(zscores, names, look)
    title = look.say("Where each viewpoint puts cards")
    if differs is not None and zscores.shape[1] > 1:
        title = _apart_title(differs.reindex(shown.index).astype(bool), deck, look)
    subtitle = look.say("z-score of every card by viewpoint; on top what lies furthest apart")
    subtitle += "" if intervals is None else look.say("; bar: 95% interval")
    labels = list(deck.labels.values())

    def draw(some: pd.DataFrame, hidden: int) -> Figure:
        axis = _axis(some, intervals, look)
        closer = look.count(hidden, "{n} card", "{n} cards")
        note = look.say("Not shown: {cards} closer together.", cards=closer) if hidden else ""
        body = col.dots(some, intervals, labels, key, axis, look, step=1.15, pitch=4.0)
        told = {"title": title, "subtitle": subtitle, "note": note}
        return Figure.of(look, body, origin=origin, key=key, **told)

    return as_many(shown, draw)


def _apart_title(sure: pd.Series, deck: Deck, look: Look) -> str:
    total = look.count(len(sure), "{n} card", "{n} cards")
    if not sure.any():
        return look.say("On none of the {total} do the viewpoints demonstrably differ", total=total)
    return look.say(
        "The viewpoints demonstrably differ on {count} of the {total}, such as {one}",
        count=look.number(int(sure.sum())),
        total=total,
        one=deck.quoted(str(sure.idxmax()), look),
    )


def _key(values: pd.DataFrame, names: Sequence[Any], look: Look) -> list[tuple[Mark, str]]:
    """Mark and name of each viewpoint."""
    heads = [_called(number, names, look) for number in range(1, values.shape[1] + 1)]
    return list(zip(look.brand.marks(len(heads))[::-1], heads, strict=True))


def _axis(shown: pd.DataFrame, intervals: pd.DataFrame | None, look: Look) -> Part:
    """One scale around nought for all values and ends."""
    spans = col.ends(shown, intervals)
    low, high = col.reach([*shown.to_numpy(float).ravel(), *spans.ravel(), 0.0], 8)

    def label(value: float) -> str:
        return look.signed(value, int(not float(value).is_integer()))

    return col.scale(low, high, col.ticks(low, high, 6), label, rules=[0], after=1)


def viewpoint_groups(
    loadings: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    divided: Sequence[str] | None = None,
) -> Figure:
    """Draw how near each group of people stands to each viewpoint.

    Parameters
    ----------
    loadings : DataFrame
        Index (group, factor); columns `n`, `mean`, `low` and `high` (`Subgroups.loadings`). A
        group whose `n` is missing was too small to show: it is counted underneath.
    look, origin, names
        See `viewpoint_zscores`.
    divided : sequence of str, optional
        Factors in which the groups surely differ (`report.verdicts.real`).

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
    n = loadings["n"].unstack(sort=False).iloc[:, 0].dropna()
    if n.empty:
        raise ValueError("every group is too small to show")
    key = _key(wide, names, look)
    rowed = [f"{group} ({look.number(size)})" for group, size in n.items()]
    heads = dict(zip(map(str, wide), (head for _mark, head in key), strict=True))
    title = _between(len(n), heads, divided, look)
    subtitle = look.say("Mean loading on each viewpoint (number of sorts); bar: 95% interval")
    small = look.count(len(wide) - len(n), "{n} group", "{n} groups")
    note = look.say("Not shown: {groups}, too small.", groups=small) if len(wide) > len(n) else ""

    def draw(some: pd.DataFrame, hidden: int) -> Figure:
        more = look.count(hidden, "{n} group", "{n} groups")
        notes = [look.say("Not shown: {cards}.", cards=more)] * bool(hidden) + [note]
        axis = _axis(some, loadings, look)
        body = col.dots(some, loadings, rowed, key, axis, look, step=2.2, pitch=9.0, digits=2)
        told = {"title": title, "subtitle": subtitle, "note": " ".join(notes).strip()}
        return Figure.of(look, body, origin=origin, key=key, **told)

    return as_many(wide.loc[n.index], draw)


def _between(
    count: int, heads: Mapping[str, str], divided: Sequence[str] | None, look: Look
) -> str:
    """Which viewpoint divides the groups, or that none does."""
    if divided is None or count == 1:
        return look.say("How near groups stand to each viewpoint")
    groups = look.count(count, "{n} group", "{n} groups")
    if not divided:
        return look.say("The {groups} demonstrably differ in none of the viewpoints", groups=groups)
    which = look.listed([look.quoted(heads[factor]) for factor in divided])
    return look.say("The {groups} demonstrably differ in {which}", groups=groups, which=which)


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
        `high` (`Comparison.pairs`), and `recurs` (`report.verdicts.recurs`).
    look, origin
        See `top_cards`.
    groups : sequence of two
        The names of the groups: a text, or one per language.
    names, other_names : sequence
        The viewpoints' names in either group; else their numbers.

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
    one, other = (look.inside(group) for group in groups)
    low, high = col.reach([min(0.0, *ranked[["low", "congruence"]].min()), 1.0])
    fair = {"at": 1.0, "side": "left", "text": look.say("fair from 0.85, equal from 0.95")}
    shades = [
        {"low": start, "high": end, "fill": mix(look.brand.secondary, tint)}
        for start, end, tint in ((_FAIR, _EQUAL, 0.12), (_EQUAL, 1.0, 0.3))
    ]
    grounds: Part = {"heads": [fair | {"colour": look.brand.muted}], "shades": shades}
    at = col.ticks(low, high, 5)
    scale = col.scale(low, high, at, lambda v: look.number(v, 1), **grounds)

    def likeness(line: Part) -> Part:
        """A dot, filled where the viewpoint surely recurs."""
        fill = look.brand.primary if line["recurs"] == "yes" else look.brand.paper
        band = col.span(line["low"], line["high"], mix(look.brand.primary, 0.6), tall=0.85)
        heard = look.interval(line["low"], line["high"], 2)
        return col.marks([band, col.dot(line["congruence"], fill)], heard)

    brief = look.brief(other, 30)
    sides = ranked[["first", "second"]].apply(lambda side: side.str.removeprefix("f").astype(int))
    told = ranked.assign(
        value=[look.number(value, 2) for value in ranked["congruence"]],
        pair=[
            f"{opened(_called(a, names, look))} – {brief}: {_called(b, other_names, look)}"
            for a, b in sides.to_numpy()
        ],
    )
    columns: list[col.Column] = [
        (col.text(look, room=50), "pair"),
        (scale, likeness),
        (col.text(look, room=10, align="right", weight=700), "value"),
    ]
    body = col.table(told, columns, 7.0)
    title = _alike_title(ranked["recurs"], one, other, look)
    subtitle = look.say("Likeness (congruence) of the z-scores; bar: 95% interval")
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin)


def _called(number: int, names: Sequence[Any], look: Look) -> str:
    if number <= len(names):
        return look.said(names[number - 1])
    return look.say("viewpoint {number}", number=number)


def _alike_title(recurs: pd.Series, one: str, other: str, look: Look) -> str:
    alike, words = int((recurs == "yes").sum()), {"one": one, "other": other}
    if (recurs == "no").all():
        none = _("Of the viewpoints of {one} ({total}) none returns in those of {other}")
        return look.say(none, total=len(recurs), **words)
    if not alike:
        unsure = _("Whether viewpoints of {one} return in those of {other} can't be told for sure")
        return look.say(unsure, **words)
    verb = look.say("returns/return").split("/")[1 < alike < len(recurs)]
    which = look.say("Every viewpoint")
    if alike < len(recurs):
        every = look.count(len(recurs), "{n} viewpoint", "{n} viewpoints")
        which = look.say("{count} of the {every}", count=look.number(alike), every=every)
    told = _("{which} of {one} demonstrably {verb} in those of {other}")
    return look.say(told, which=which, verb=verb, **words)


def loadings(
    loadings: pd.DataFrame,
    flags: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
) -> Figure:
    """Draw which sorts belong to which viewpoint.

    Sorts are grouped by the viewpoint that they define, the strongest first; those of none last.
    What does not fit on a page is counted underneath.

    Parameters
    ----------
    loadings : DataFrame
        Sorts by factors.
    flags : DataFrame
        The same shape; True where a sort defines the viewpoint.
    look, origin, names
        See `viewpoint_zscores`.

    Examples
    --------
    >>> frame = pd.DataFrame({"f1": [0.8, 0.2], "f2": [0.1, 0.7]}, index=["T01", "T02"])
    >>> loadings(frame, frame > 0.5, look=Look("en"), origin="collected").caption.title
    'All 2 sorts define one of the 2 viewpoints'
    """
    flags, k = flags.reindex_like(loadings).fillna(False).astype(bool), loadings.shape[1]
    home = _home(loadings.where(flags))
    halves = 2 if len(home) > 14 and 2 * (13.0 + 8.5 * k) + _GAP <= WIDTH else 1
    # Of every viewpoint about as many.
    turn = home.groupby(home).cumcount().sort_values(kind="stable")
    shown = home.index[home.index.isin(turn.index[: _TALLEST * halves])].tolist()
    hidden = look.count(len(home) - len(shown), "{n} sort", "{n} sorts")
    one = int((flags.sum(axis=1) == 1).sum())
    sorts = look.count(len(home), "{n} sort", "{n} sorts")
    which = look.say("one of the {k} viewpoints", k=k) if k > 1 else look.say("the viewpoint")
    verb = look.say("defines") if one == 1 else look.say("define")
    heads = [look.said(name) for name in names] or list(loadings.columns)
    body = _heat(loadings.loc[shown], flags.loc[shown], shown, heads, 13.0, look, halves)
    title = f"{_part(one, len(home), look)} {sorts} {verb} {which}"
    subtitle = look.say("Loading of every sort on every viewpoint (−1 to 1); dark: defines it")
    note = look.say("Not shown: {hidden}.", hidden=hidden) if len(home) > len(shown) else ""
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note)


def factor_loadings(
    loadings: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    n: int | None = None,
) -> Figure:
    """Draw how the questions of a survey group into factors.

    Parameters
    ----------
    loadings : DataFrame
        Items by factors (`Efa.loadings`).
    labels : mapping
        Item to its text, or a text per language; an item without one shows its id.
    look, origin
        See `top_cards`.
    n : int, optional
        Number of answers.

    Examples
    --------
    >>> frame = pd.DataFrame({"F1": [0.8, 0.1], "F2": [0.1, 0.7]}, index=["on_time", "safe"])
    >>> factor_loadings(frame, {}, look=Look("en"), origin="collected").caption.title
    'All 2 questions load on one of the 2 factors'
    """
    cells, k = loadings.loc[_home(loadings).index], loadings.shape[1]
    dark = cells.abs() >= _STRONG
    one, limit = int((dark.sum(axis=1) == 1).sum()), look.number(_STRONG, 2)
    words = {
        "one": _part(one, len(cells), look),
        "many": look.count(len(cells), "{n} question", "{n} questions"),
        "which": look.say("one of the {k} factors", k=k) if k > 1 else look.say("the one factor"),
    }
    subtitle = look.say("Loading of every question on every factor; dark: {x} or more", x=limit)
    if n is not None:
        subtitle += "; " + look.count(n, "{n} answer", "{n} answers")
    texts = [look.said(labels.get(item)) or str(item).replace("_", " ") for item in cells.index]
    body = _heat(cells, dark, texts, list(cells.columns), 54.0, look)
    load = _("{one} {many} loads on {which}") if one == 1 else _("{one} {many} load on {which}")
    title = look.say(load, **words)
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin)


def _home(loadings: pd.DataFrame) -> pd.Series:
    """The place of the column in which each row is strongest, in that order and by strength."""
    size = loadings.abs().fillna(0.0)
    home = pd.Series(size.to_numpy().argmax(axis=1), size.index)
    home = home.where(size.max(axis=1) > 0, size.shape[1])  # those of no factor come last
    return home.iloc[np.lexsort((-size.max(axis=1), home))]


def _part(one: int, total: int, look: Look) -> str:
    if one == total:
        return look.say("All")
    return look.say("{one} of the", one=look.number(one))


def _heat(
    cells: pd.DataFrame,
    strong: pd.DataFrame,
    labels: Sequence[str],
    heads: Sequence[str],
    room: float,
    look: Look,
    halves: int = 1,
) -> Part:
    """Numbers on grounds that tell their size; the strong ones dark."""
    across = (WIDTH - _GAP * (halves - 1)) / halves
    wide = min(22.0, (across - room) / len(heads))

    def tinted(value: float, dark: bool) -> Part:
        fill = look.brand.tint(1.0 if dark else min(0.34, 0.34 * abs(np.nan_to_num(value))))
        style = {"fill": fill, "colour": look.brand.on(fill), "weight": 700 if dark else 400}
        return {"text": look.number(value, 2), **style}

    numbers = zip(labels, cells.to_numpy(float), strong.to_numpy(), strict=True)
    lines = [
        col.row(col.said(str(label)), *map(tinted, values, dark)) for label, values, dark in numbers
    ]
    columns = [
        col.text(look, room=room - 2.4, size=7.0),
        *(col.heat(shorten(head, 5 * wide, 7, "bold"), width=wide) for head in heads),
    ]
    return col.rows(columns, lines, 4.0, halves=halves)
