"""Look for faults on the compiled page: what a proofreader with a ruler would mark."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from itertools import combinations

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from cxlib.figures.brand import contrast
from cxlib.figures.figure import Figure
from cxlib.figures.render import pdf
from cxlib.figures.text import MM, SMALLEST, missing

Box = tuple[float, float, float, float]  # left, bottom, right, top in points
Point = tuple[float, float]

_TOLERANCE = 0.25 / MM  # points
_LEGIBLE = 4.5
_PAGE = 190.0  # millimetres: the type area of A5
_LOST = 2.0  # contrast at a corner of a text
_HEARD = 1.01  # points: words that are read out and not seen
EMPTY = "empty figure"


@dataclass(frozen=True)
class _Text:
    words: str
    box: Box
    size: float
    colour: str


@dataclass(frozen=True)
class _Shape:
    outlines: tuple[tuple[Point, ...], ...]
    fill: str

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies within, by the even-odd rule."""
        crossed = 0
        for outline in self.outlines:
            for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
                if (y1 > y) != (y2 > y):
                    crossed += x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        return crossed % 2 == 1


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
        page = document[0]
        texts, grounds = _read(page)
        high = page.get_height() * MM
        faults += [f"higher than a page: {high:.0f} mm"] if high > _PAGE else []
        faults += _outside(texts, page.get_size()) + _small(texts)
    return faults + _overlapping(texts) + _faint(texts, grounds)


def _empty(figure: Figure) -> bool:
    """Whether there is nothing but words: no mark on any scale, no tile, no line."""
    body = figure.body
    if body["kind"] == "rows":
        cells = [cell for line in body["rows"] for cell in line.get("cells", ()) if cell]
        return (
            not any(cell.get("parts") or cell.get("fill") for cell in cells)
            and "slopes" not in body
        )
    if body["kind"] == "plane":
        return not any(part["kind"] in ("dot", "mark") for part in body["parts"])
    return body["kind"] == "board" and not any(column["cards"] for column in body["columns"])


def _quote(text: str) -> str:
    return f"“{text[:30]}…”" if len(text) > 31 else f"“{text}”"


def _read(page: pdfium.PdfPage) -> tuple[list[_Text], list[list[str]]]:
    """Texts of the page, and for each of them the colours on which it stands."""
    texts: list[_Text] = []
    shapes: list[_Shape] = []
    grounds: list[list[str]] = []
    reader = page.get_textpage()
    for part in page.get_objects(max_depth=8):
        box = part.get_bounds()
        if part.type == raw.FPDF_PAGEOBJ_TEXT:
            words, size = _words(part, reader)
            if words.strip() and size > _HEARD and _visible(part):
                texts.append(_Text(words, box, size, _colour(part)))
                grounds.append([_ground(shapes, x, y) for x, y in _points(box)])
        elif part.type == raw.FPDF_PAGEOBJ_PATH and _filled(part):
            shapes.append(_Shape(_outlines(part), _colour(part)))
    return texts, grounds


def _words(part: pdfium.PdfObject, reader: pdfium.PdfTextPage) -> tuple[str, float]:
    count = raw.FPDFTextObj_GetText(part, reader, None, 0)
    buffer = (ctypes.c_ushort * count)()
    raw.FPDFTextObj_GetText(part, reader, buffer, count)
    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(part, size)
    return bytes(buffer).decode("utf-16-le").rstrip("\0").strip(), size.value


def _visible(part: pdfium.PdfObject) -> bool:
    return raw.FPDFTextObj_GetTextRenderMode(part) != raw.FPDF_TEXTRENDERMODE_INVISIBLE


def _filled(part: pdfium.PdfObject) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(part, mode, stroke)
    return mode.value != raw.FPDF_FILLMODE_NONE


def _colour(part: pdfium.PdfObject) -> str:
    parts = [ctypes.c_uint() for _channel in range(4)]
    raw.FPDFPageObj_GetFillColor(part, *parts)
    return "#" + "".join(f"{channel.value:02X}" for channel in parts[:3])


def _outlines(part: pdfium.PdfObject) -> tuple[tuple[Point, ...], ...]:
    """The corners of a path on the page; a curve goes by way of its handles."""
    matrix, x, y = part.get_matrix(), ctypes.c_float(), ctypes.c_float()
    found: list[list[Point]] = []
    for i in range(raw.FPDFPath_CountSegments(part)):
        segment = raw.FPDFPath_GetPathSegment(part, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not found:
            found.append([])
        found[-1].append(matrix.on_point(x.value, y.value))
    return tuple(tuple(outline) for outline in found)


def _points(box: Box) -> list[Point]:
    """The middle of a text, and the corners."""
    left, low, right, high = box
    corners = [(x, y) for x in (left, right) for y in (low, high)]
    return [((left + right) / 2, (low + high) / 2), *corners]


def _ground(shapes: list[_Shape], x: float, y: float) -> str:
    return next((shape.fill for shape in reversed(shapes) if shape.holds(x, y)), "#FFFFFF")


def _outside(texts: list[_Text], sheet: tuple[float, float]) -> list[str]:
    wide, high = sheet
    return [
        f"text outside the figure: {_quote(text.words)}"
        for text in texts
        if min(text.box[0], text.box[1]) < -_TOLERANCE
        or text.box[2] > wide + _TOLERANCE
        or text.box[3] > high + _TOLERANCE
    ]


def _small(texts: list[_Text]) -> list[str]:
    return [
        f"text of {text.size:.1f} pt, below {SMALLEST:.0f}: {_quote(text.words)}"
        for text in texts
        if text.size < SMALLEST - 0.01
    ]


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


def _faint(texts: list[_Text], grounds: list[list[str]]) -> list[str]:
    """Text that can hardly be read on its ground, or runs off it onto another."""
    faults = []
    for text, (middle, *corners) in zip(texts, grounds, strict=True):
        worst = min(corners, key=lambda ground: contrast(text.colour, ground))
        if contrast(text.colour, middle) < _LEGIBLE - 0.05:
            faults.append(f"text too faint on {middle.lower()}: {_quote(text.words)}")
        elif contrast(text.colour, worst) < _LOST:
            faults.append(f"text runs off its ground: {_quote(text.words)}")
    return faults
