"""Look at a finished document without leaving the notebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image as images
from PIL.Image import Image


def pages(path: str | Path) -> int:
    """How many pages a document has."""
    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def preview(path: str | Path, pages: Sequence[int] = (1,), dpi: int = 72) -> list[Image]:
    """Pages of a document as images; numbers beyond its last page are passed over.

    Parameters
    ----------
    path : str or Path
        A PDF.
    pages : sequence of int
        Page numbers, from 1.
    dpi : int
        Resolution.
    """
    with pypdfium2.PdfDocument(path) as document:
        wanted = [number - 1 for number in pages if 0 < number <= len(document)]
        return [document[i].render(scale=dpi / 72).to_pil() for i in wanted]


def picture(path: str | Path, pages: Sequence[int], across: int = 4, dpi: int = 72) -> Image:
    """Pages side by side on a grey ground, in few colours: for a web page.

    Parameters
    ----------
    path, pages, dpi
        See `preview`.
    across : int
        Pages in a row.
    """
    shown = preview(path, pages, 2 * dpi)  # drawn large, then made small: crisper type
    wide, high, gap = shown[0].width // 2, shown[0].height // 2, dpi // 4
    rows = -(-len(shown) // across)
    size = (across * (wide + gap) + gap, rows * (high + gap) + gap)
    sheet = images.new("RGB", size, "#DCE0E6")
    for i, page in enumerate(shown):
        place = (gap + i % across * (wide + gap), gap + i // across * (high + gap))
        sheet.paste(page.resize((wide, high), images.Resampling.LANCZOS), place)
    return sheet.quantize(256, images.Quantize.FASTOCTREE, dither=images.Dither.NONE)
