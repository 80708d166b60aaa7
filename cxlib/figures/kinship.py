"""Whether the viewpoints of one group return in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.brand import mix
from cxlib.figures.canvas import LABEL, SMALL, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import inside, opened, said

_FAIR, _EQUAL = 0.85, 0.95  # Lorenzo-Seva and ten Berge (2006)
_ROOM, _TOP, _PITCH = 50.0, 6.0, 8.4  # millimetres


def viewpoint_congruence(
    pairs: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    groups: Sequence[Any],
    names: Sequence[Any] = (),
    other_names: Sequence[Any] = (),
) -> BookletFigure:
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
    BookletFigure

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
    rows = Rows.of(texts, _ROOM, pitch=_PITCH, language=look.language, top=_TOP, lines=3)
    canvas = Canvas(
        look,
        title=_title(ranked["recurs"], one, other, look),
        subtitle=look.say(
            "Overeenkomst (congruentie) van de z-scores; balk: 95%-interval",
            "Likeness (congruence) of the z-scores; bar: 95% interval",
        ),
        alt=_alt(ranked, first, second, (one, other), look),
        origin=origin,
        body=rows.height + 4.4,
    )
    _draw(canvas, ranked, rows)
    return canvas.figure


def _draw(canvas: Canvas, ranked: pd.DataFrame, rows: Rows) -> None:
    look, brand = canvas.look, canvas.brand
    lowest = min(0.0, *ranked[["low", "congruence"]].min())
    scale = Scale.around([lowest, 1.0], _ROOM + 4, 108)
    top = _TOP - 1.4
    for low, high, fill in ((_FAIR, _EQUAL, 0.12), (_EQUAL, 1.0, 0.3)):
        shade = mix(brand.secondary, fill)
        canvas.box(scale(low), top, scale(high) - scale(low), rows.height - top, fill=shade)
    upright_grid(canvas, scale, scale.ticks(5), top, rows.height, lambda v: look.number(v, 1))
    word = look.say(
        "vergelijkbaar vanaf 0,85, gelijk vanaf 0,95", "fair from 0.85, equal from 0.95"
    )
    canvas.text(scale(1.0), 2.2, word, SMALL, color=brand.muted, ha="right")
    sure = [brand.primary if recurs == "yes" else brand.paper for recurs in ranked["recurs"]]
    cells = zip(rows.middles, rows.blocks, sure, _cells(ranked), strict=True)
    for y, block, colour, (value, low, high) in cells:
        canvas.write(0, y, block)
        span = [scale.clip(low), scale.clip(high)]
        canvas.line(span, [y, y], color=mix(brand.primary, 0.6), width=2.4, zorder=3)
        canvas.dot(scale(value), y, fill=colour)
        canvas.text(118, y, look.number(value, 2), LABEL, weight="bold", ha="right")


def _cells(ranked: pd.DataFrame) -> list[list[float]]:
    return ranked[["congruence", "low", "high"]].to_numpy(float).tolist()


def _called(factor: str, names: Sequence[Any], look: Look) -> str:
    number = int(str(factor).removeprefix("f"))
    if number <= len(names):
        return said(names[number - 1], look)
    return look.say(f"gezichtspunt {number}", f"viewpoint {number}")


def _pair(first: str, second: str, other: str, look: Look) -> str:
    return f"{opened(first)} – {look.brief(other, 30)}: {second}"


def _title(recurs: pd.Series, one: str, other: str, look: Look) -> str:
    alike, total = int((recurs == "yes").sum()), len(recurs)
    every = look.count(total, "gezichtspunt/gezichtspunten", "viewpoint/viewpoints")
    if (recurs == "no").all():
        return look.say(
            f"Van de gezichtspunten van {one} ({total}) komt er geen terug bij {other}",
            f"Of the viewpoints of {one} ({total}) none returns in those of {other}",
        )
    if not alike:
        return look.say(
            f"Of gezichtspunten van {one} terugkomen bij {other} is niet met zekerheid te zeggen",
            f"Whether viewpoints of {one} return in those of {other} can't be told for sure",
        )
    count = look.number(alike)
    which = look.say(f"{count} van de {every}", f"{count} of the {every}")
    if alike == total:
        which = look.say("Elk gezichtspunt", "Every viewpoint")
    many = 1 < alike < total
    verb = look.say("komt/komen", "returns/return").split("/")[many]
    return look.say(
        f"{which} van {one} {verb} aantoonbaar terug bij {other}",
        f"{which} of {one} demonstrably {verb} in those of {other}",
    )


def _alt(
    ranked: pd.DataFrame, first: list[str], second: list[str], groups: tuple[str, str], look: Look
) -> str:
    parts = [
        f"{a} / {b}: {look.number(value, 2)} ({look.interval(low, high, 2)})"
        for a, b, (value, low, high) in zip(first, second, _cells(ranked), strict=True)
    ]
    kind = look.say("Puntdiagram van congruentie", "Dot plot of congruence")
    return f"{kind}, {groups[0]} / {groups[1]}. {'; '.join(parts)}."
