"""Figures as print, screen and page need them: PDF, SVG, PNG; the same bytes every time."""

from __future__ import annotations

import io
import json
import struct
import zlib
from bisect import bisect_left
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd
import pypdfium2 as pdfium
import typst
from PIL import Image

from cxlib.figures.figure import WIDTH, Figure, changed
from cxlib.figures.text import FONTS, MM, clean

TALLEST = 180.0  # millimetres of a figure on an A5 page
_SHORTER = (400, 280, 200, 160, 130, 100, 80, 60, 45, 30)  # signs
TYPST = Path(__file__).parent / "typst"


@cache
def _compiler() -> typst.Compiler:
    """One compiler for all figures: fonts and parts are read once."""
    fonts = typst.Fonts(False, False, [str(FONTS)])
    return typst.Compiler(str(TYPST / "figure.typ"), root=str(TYPST), font_paths=fonts)


def settable(content: Any) -> str:
    """Data as JSON, with every text as the typeface can set it."""
    set_as = changed(content, lambda leaf, _: clean(leaf) if isinstance(leaf, str) else leaf)
    return json.dumps(set_as, ensure_ascii=False)


def _compiled(figure: Figure, format: str, ppi: float | None = None) -> bytes:
    return _made(settable(figure.data), format, ppi)


@lru_cache(maxsize=8)  # a figure is looked through and then saved
def _made(data: str, format: Any, ppi: float | None) -> bytes:
    inputs = {"figure": data, "width": str(WIDTH)}
    standards: Any = ["ua-1", "a-2a"] if format == "pdf" else []
    made = _compiler().compile(format=format, ppi=ppi, sys_inputs=inputs, pdf_standards=standards)
    assert isinstance(made, bytes), "a figure is one page"
    return made


def pdf(figure: Figure) -> bytes:
    """The figure as PDF/UA-1 and PDF/A-2a: tagged, with live text."""
    return _compiled(figure, "pdf")


def height(figure: Figure) -> float:
    """Millimetres that the figure is high."""
    with pdfium.PdfDocument(pdf(figure)) as document:
        return float(document.get_page_size(0)[1] * MM)


def on_a_page(figure: Figure) -> Figure:
    """The figure, its longest texts shortened as far as one page asks for; most often not at all.

    Its alternative text still holds all of them.
    """
    if height(figure) <= TALLEST:
        return figure
    fits = bisect_left(
        _SHORTER[:-1], True, key=lambda most: height(figure.shortened(most)) <= TALLEST
    )
    return figure.shortened(_SHORTER[fits])


def as_many(
    frame: pd.DataFrame, draw: Callable[[pd.DataFrame, int], Figure], most: int = 1000
) -> Figure:
    """A chart of as many rows as a page holds; `draw` makes it of some, and so many left out."""

    def first(count: int) -> Figure:
        return draw(frame.head(count), len(frame) - count)

    figure = first(count := min(len(frame), most))
    if height(figure) <= TALLEST:
        return figure
    fits = bisect_left(range(1, count), True, key=lambda n: height(first(n)) > TALLEST)
    return on_a_page(first(max(fits, 1)))


def svg(figure: Figure) -> str:
    """The figure as SVG with its text as paths, named for those who cannot see it."""
    label, language = quoteattr(figure.caption.alt), quoteattr(figure.language)
    named = f'<svg role="img" aria-label={label} lang={language} '
    return _compiled(figure, "svg").decode().replace("<svg ", named, 1)


def png(figure: Figure, dpi: float) -> bytes:
    """The figure as PNG in all its colours, with its dots an inch."""
    made, dots = _compiled(figure, "png", dpi), round(dpi / 0.0254)
    chunk = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    size = struct.pack(">I", len(chunk) - 4)
    return made[:33] + size + chunk + struct.pack(">I", zlib.crc32(chunk)) + made[33:]


def small_png(figure: Figure, dpi: float) -> bytes:
    """The figure as PNG in 256 colours: a third of the size, no difference to the eye."""
    image = Image.open(io.BytesIO(png(figure, dpi))).convert("RGB")
    image = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=7, dpi=(dpi, dpi))
    return packed.getvalue()


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write `stem` with .svg, .pdf, .png (300 dpi) and .json (its data) after it.

    `stem` is folder and name; a dot in the name is kept. Returns the files written.
    """
    stem = Path(stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    contents = {
        ".svg": svg(figure).encode(),
        ".pdf": pdf(figure),
        ".png": png(figure, 300),
        ".json": (json.dumps(figure.data, ensure_ascii=False, indent=2) + "\n").encode(),
    }
    paths = [stem.with_name(stem.name + suffix) for suffix in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths
