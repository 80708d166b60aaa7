"""Look at a finished document without leaving the notebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
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
