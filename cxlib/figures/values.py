"""The customer values as tiles: the promise, and the behaviour by which customers notice it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlib.figures.brand import Mark
from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Area, Column, alike, divided
from cxlib.figures.rows import key_rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import Block, fit
from cxlib.figures.wording import (
    inside,
    limited,
    note,
    opened,
    part,
    partly,
    said,
    sentences,
)

_GAP, _HEAD, _KEY = 3.0, 15.0, 5.2
_TILES, _DEEPEST = 8, 145.0
_WIDE = (Canvas.width - _GAP) / 2


def values(
    vision: Any, definitions: Sequence[Any] = (), *, look: Look, origin: str
) -> BookletFigure:
    """Draw a tile for every customer value, in the colour of its domain.

    Parameters
    ----------
    vision : Vision
        With `values`: promise and behaviours.
    definitions : sequence
        The values of the study: `id`, `label` and `domain` of each. A value that is not among
        them goes by its id.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no values.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(values=[Part(id="ease", promise="No fuss", behaviours=["Easy to reach"])])
    >>> values(vision, look=Look("en"), origin="published").caption.alt
    'Tiles. ease: No fuss. Easy to reach.'
    """
    promises = part(vision, "values")
    known = {definition.id: definition for definition in definitions}
    domains = [getattr(known.get(promise.id), "domain", None) or "" for promise in promises]
    names = [said(known[p.id].label, look) if p.id in known else p.id for p in promises]
    marks = look.marks(domains)
    rows = divided(range(min(len(promises), _TILES)), 2)
    columns, heights = _columns([promises[i] for row in rows for i in row], rows, look)
    used = dict.fromkeys(domain for domain in domains if domain)
    key = key_rows([(marks[d], look.domain_label(d)) for d in used], Canvas.width)
    canvas = Canvas(
        look,
        title=_title(domains, look),
        subtitle=_subtitle(promises, domains, look) + partly(len(columns), len(promises), look),
        alt=_alt(promises, names, look),
        origin=origin,
        body=len(key) * _KEY + sum(heights) + (len(rows) - 1) * _GAP,
        note=note(vision, "values", look),
    )
    for i, items in enumerate(key):
        canvas.key(items, 0, 1.4 + i * _KEY)
    heads = alike(names, _WIDE - 14, 6, largest=10.6, language=look.language)
    y = len(key) * _KEY
    for row, height in zip(rows, heights, strict=True):
        for i in row:
            area = (i % 2 * (_WIDE + _GAP), y, _WIDE, height)
            promise = said(promises[i].promise, look)
            _tile(canvas, area, (heads[i], promise, columns[i]), marks.get(domains[i]))
        y += height + _GAP
    return canvas.figure


def _columns(
    promises: Sequence[Any], rows: Sequence[Sequence[int]], look: Look
) -> tuple[list[Column], list[float]]:
    """The behaviours of every tile and the height of every row; less of them where too high."""
    for lines, items in ((4, 7), (2, 7), (1, 7), (1, 4), (1, 2)):
        columns = [
            Column(_WIDE - 7, look.language).bullets(
                limited(promise.behaviours, items, look), 8, lines=lines
            )
            for promise in promises
        ]
        heights = [_HEAD + max(columns[i].height for i in row) + 5.6 for row in rows]
        if sum(heights) < _DEEPEST:
            break
    return columns, heights


def _tile(
    canvas: Canvas, area: Area, content: tuple[Block, str, Column], mark: Mark | None
) -> None:
    (x, y, wide, height), (head, promise, column) = area, content
    brand, language = canvas.brand, canvas.look.language
    fill = mark.fill if mark else brand.primary
    canvas.box(x, y, wide, height, fill=brand.pale)
    canvas.box(x, y, wide, _HEAD, fill=fill)
    canvas.write(x + 3.5, y + 5.0, head, color=brand.on(fill))
    line = fit(promise, wide - 7, 6.4, largest=8.2, language=language)
    canvas.write(x + 3.5, y + 10.9, line, color=brand.on(fill))
    if mark:
        canvas.dot(x + wide - 5.2, y + 5.0, mark, size=7.5, fill=brand.paper)
    column.draw(canvas, x + 3.5, y + _HEAD + 3.0, bullet=fill)


def _largest(domains: Sequence[str]) -> str:
    """The domain with most values; nothing where there is no telling apart."""
    counts = {domain: domains.count(domain) for domain in domains if domain}
    largest = max(counts, key=lambda domain: counts[domain], default="")
    return "" if counts.get(largest, 0) in (1, len(domains)) else largest


def _title(domains: Sequence[str], look: Look) -> str:
    count = look.counted(len(domains), "{n} customer value", "{n} customer values")
    largest = _largest(domains)
    if not largest:
        guide = look.say("guide us")
        if len(domains) == 1:
            guide = look.say("guides us")
        return opened(f"{count} {guide}")
    share = domains.count(largest)
    some, rest = look.in_words(share), look.in_words(len(domains) - share)
    label = inside(look.domain_label(largest), look)
    other = [inside(look.domain_label(d), look) for d in dict.fromkeys(domains) if d != largest]
    others = look.listed([text for text in other if text]) or look.say("others")
    return opened(
        look.say(
            "{count}: {rest} about {others}, {some} about {label}",
            count=count,
            rest=rest,
            others=others,
            some=some,
            label=label,
        )
    )


def _subtitle(promises: Sequence[Any], domains: Sequence[str], look: Look) -> str:
    text = look.say("What we promise and how customers notice")
    largest, pairs = _largest(domains), zip(promises, domains, strict=True)
    counts = [len(promise.behaviours) for promise, domain in pairs if domain == largest]
    if not largest or not sum(counts):
        return text
    total = f"{sum(counts)} ({' + '.join(str(count) for count in counts)})"
    label = inside(look.domain_label(largest), look)
    return text + f"; {label}: {total} " + look.say("behaviours")


def _alt(promises: Sequence[Any], names: Sequence[str], look: Look) -> str:
    told = [look.say("Tiles")]
    for promise, name in zip(promises, names, strict=True):
        behaviours = "; ".join(said(text, look) for text in promise.behaviours)
        told += [f"{name}: {said(promise.promise, look)}", opened(behaviours)]
    return sentences(*told)
