"""The road ahead: a column for every year, each a step up, on the ambition as its ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Area, Column, alike, breadth, divided, ramp
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import Block, fit
from cxlib.figures.wording import inside, limited, note, opened, part, said, sentences

_GAP, _RISE, _HEAD, _BETWEEN = 2.4, 5.0, 16.0, 3.0
_ABREAST, _ITEMS = 5, 8


def roadmap(vision: Any, *, look: Look, origin: str) -> BookletFigure:
    """Draw the years of the roadmap as columns that step up.

    Parameters
    ----------
    vision : Vision
        With `roadmap`; `ambition` is drawn beneath when there is one.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no roadmap.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> year = Part(year="2020", label="Restore", text="", items=["fewer fails"])
    >>> vision = Part(roadmap=[year], ambition="Ever more 8+")
    >>> roadmap(vision, look=Look("en"), origin="published").caption.title
    '2020: restore'
    """
    years = part(vision, "roadmap")
    rows = divided(years, _ABREAST)
    wide = breadth(len(rows[0]), _GAP)
    columns = [[_steps(year, wide, look) for year in row] for row in rows]
    heights = [_height(row) for row in columns]
    style: dict[str, Any] = {"weight": "bold", "language": look.language}
    ambition = fit(said(vision.ambition, look), Canvas.width - 16, 12, largest=9, **style)
    ground = ambition.height + 4.0 if ambition.lines else 0.0
    canvas = Canvas(
        look,
        title=_title(years, look),
        subtitle=look.say("What we do each year to make ever more customers happy"),
        alt=_alt(years, vision, look),
        origin=origin,
        body=sum(heights) + (len(rows) - 1) * _BETWEEN + (ground + _GAP if ground else 0.0),
        note=note(vision, "roadmap", look),
    )
    fills = iter([ramp(look.brand, i / max(1, len(years) - 1)) for i in range(len(years))])
    texts = [said(year.label, look) for year in years]
    heads = iter(
        alike(texts, wide - 6, 6.6, largest=8.4, weight="semibold", language=look.language)
    )
    y = 0.0
    for row, steps, height in zip(rows, columns, heights, strict=True):
        for i, (year, text) in enumerate(zip(row, steps, strict=True)):
            down = (len(row) - 1 - i) * _RISE
            area = (i * (wide + _GAP), y + down, wide, height - down)
            _column(canvas, area, (year.year, next(heads), text), next(fills))
        y += height + _BETWEEN
    _ground(canvas, ambition, ground)
    return canvas.figure


def _steps(year: Any, wide: float, look: Look) -> Column:
    column = Column(wide - 6, look.language)
    column.add(said(year.text, look), 7.8, weight="semibold")
    return column.bullets(limited(year.items, _ITEMS, look), 7.6, above=1.6)


def _height(columns: Sequence[Column]) -> float:
    deep = [_HEAD + (column.height + 6.4 if column.height else 0) for column in columns]
    return max(high + (len(deep) - 1 - i) * _RISE for i, high in enumerate(deep))


def _title(years: Sequence[Any], look: Look) -> str:
    first = inside(years[0].label, look)
    if len(years) == 1:
        return f"{years[0].year}: {first}"
    count = look.in_words(len(years))
    return opened(look.say("{count} years, {count} steps: first {first}", count=count, first=first))


def _alt(years: Sequence[Any], vision: Any, look: Look) -> str:
    told = []
    for year in years:
        items = "; ".join(said(item, look) for item in year.items)
        label = f"{year.year}: {said(year.label, look)}"
        told.append(sentences(label, said(year.text, look), items))
    kind = look.say("A column for every year")
    return sentences(kind, *told, said(vision.ambition, look))


def _column(canvas: Canvas, area: Area, content: tuple[str, Block, Column], fill: str) -> None:
    (x, y, wide, height), (year, head, text) = area, content
    brand, ink = canvas.brand, canvas.brand.on(fill)
    canvas.box(x, y, wide, height, fill=brand.pale)
    canvas.box(x, y, wide, _HEAD, fill=fill)
    canvas.write(x + 3, y + 5.2, fit(year, wide - 6, 7, largest=16, weight="bold"), color=ink)
    canvas.write(x + 3, y + 11.8, head, color=ink)
    text.draw(canvas, x + 3, y + _HEAD + 3)


def _ground(canvas: Canvas, text: Block, height: float) -> None:
    if not height:
        return
    brand, y = canvas.brand, canvas.body - height
    canvas.box(0, y, canvas.width, height, fill=brand.accent)
    color = brand.on(brand.accent)
    canvas.write(canvas.width / 2, y + height / 2, text, ha="center", color=color)
