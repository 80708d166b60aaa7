"""Look for faults on the compiled page: what a proofreader with a ruler would mark."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from cxlib.figures.brand import contrast
from cxlib.figures.figure import Figure
from cxlib.figures.render import pdf
from cxlib.figures.text import MM, SMALLEST, missing

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_TOLERANCE = 0.25 / MM  # points
_LEGIBLE = 4.5
_PAGE = 190.0  # millimetres: the type area of A5
_LOST = 2.0  # contrast at a corner of a text
_HEARD = 1.01  # points: words that are read out and not seen
_FINE = 2.0  # dots a point, of the ground behind the texts
EMPTY = "empty figure"


@dataclass(frozen=True)
class _Text:
    words: str
    box: Box
    size: float
    colour: str
    grounds: tuple[str, ...]  # behind its middle and its corners


def lint(figure: Figure) -> list[str]:
    """List what is wrong with a figure, a readable line a fault.

    A missing title; nothing to see; characters that the typeface lacks; and
    on the page: text off the sheet, over other text, below 6 pt, or too faint on what is behind.

    Examples
    --------
    >>> from cxlib.figures.look import Look
    >>> body = {"kind": "rows", "columns": [], "rows": [], "pitch": 5}
    >>> lint(Figure.of(Look("en"), body, title="", subtitle="", origin="published"))
    ['no title', 'empty figure']
    """
    faults = [] if figure.caption.title.strip() else ["no title"]
    faults += [EMPTY] if _empty(figure) else []
    if faults:
        return faults
    words = [figure.caption.title, figure.caption.subtitle, figure.caption.source, *figure.texts]
    faults += [
        f"the typeface has no {signs}: {_quote(text)}" for text in words if (signs := missing(text))
    ]
    with pdfium.PdfDocument(pdf(figure)) as document:
        if len(document) > 1:
            return [*faults, "more than one page"]
        texts, (wide, high) = _read(document[0]), document.get_page_size(0)
    faults += [f"higher than a page: {high * MM:.0f} mm"] if high * MM > _PAGE else []
    faults += [fault for text in texts for fault in _alone(text, wide, high)]
    return faults + _overlapping(texts)


def _empty(figure: Figure) -> bool:
    """Whether there is nothing but words: no mark on any scale, no tile, no line."""
    body = figure.body
    if body["kind"] == "rows":
        cells = [cell for line in body["rows"] for cell in line.get("cells", ()) if cell]
        drawn = any(cell.get("parts") or cell.get("fill") for cell in cells)
        return not drawn and "slopes" not in body
    if body["kind"] == "plane":
        return not any(part["kind"] in ("dot", "mark") for part in body["parts"])
    return body["kind"] == "board" and not any(column["cards"] for column in body["columns"])


def _quote(text: str) -> str:
    return f"“{text[:30]}…”" if len(text) > 31 else f"“{text}”"


def _read(page: pdfium.PdfPage) -> list[_Text]:
    """Texts of the page as they are set, and the colours on which they stand."""
    kind, reader = [raw.FPDF_PAGEOBJ_TEXT], page.get_textpage()
    parts = list(page.get_objects(filter=kind, max_depth=8, textpage=reader))
    unseen = raw.FPDF_TEXTRENDERMODE_INVISIBLE
    seen = [
        part
        for part in parts
        if part.get_font_size() > _HEARD
        and raw.FPDFTextObj_GetTextRenderMode(part) != unseen
        and part.extract().strip()
    ]
    for part in parts:
        raw.FPDFTextObj_SetTextRenderMode(part, unseen)
    ground, high = page.render(scale=_FINE, rev_byteorder=True).to_numpy(), page.get_height()

    def behind(x: float, y: float) -> str:
        row, column = int((high - y) * _FINE), int(x * _FINE)
        row, column = min(max(row, 0), len(ground) - 1), min(max(column, 0), len(ground[0]) - 1)
        return "#" + "".join(f"{channel:02X}" for channel in ground[row, column])

    def read(part: pdfium.PdfTextObj) -> _Text:
        left, low, right, top = part.get_bounds()
        channels = [ctypes.c_uint() for _channel in range(4)]
        raw.FPDFPageObj_GetFillColor(part, *channels)
        colour = "#" + "".join(f"{channel.value:02X}" for channel in channels[:3])
        middle = behind((left + right) / 2, (low + top) / 2)
        grounds = (middle, *(behind(x, y) for x in (left, right) for y in (low, top)))
        box, size = (left, low, right, top), part.get_font_size()
        return _Text(part.extract().strip(), box, size, colour, grounds)

    return [read(part) for part in seen]


def _alone(text: _Text, wide: float, high: float) -> Iterator[str]:
    """What is wrong with one text on a sheet of so many points."""
    left, low, right, top = text.box
    words = _quote(text.words)
    if min(left, low, wide - right, high - top) < -_TOLERANCE:
        yield f"text outside the figure: {words}"
    if text.size < SMALLEST - 0.01:
        yield f"text of {text.size:.1f} pt, below {SMALLEST:.0f}: {words}"
    middle, *corners = (contrast(text.colour, ground) for ground in text.grounds)
    if middle < _LEGIBLE - 0.05:
        yield f"text too faint on {text.grounds[0].lower()}: {words}"
    elif min(corners) < _LOST:
        yield f"text runs off its ground: {words}"


def _overlapping(texts: list[_Text]) -> list[str]:
    """Ink over ink, by more than a hair's breadth."""

    def clash(one: Box, other: Box) -> bool:
        across = min(one[2], other[2]) - max(one[0], other[0])
        up = min(one[3], other[3]) - max(one[1], other[1])
        return across > _TOLERANCE and up > _TOLERANCE

    return [
        f"text over text: {_quote(one.words)} and {_quote(other.words)}"
        for one, other in combinations(texts, 2)
        if clash(one.box, other.box)
    ]
