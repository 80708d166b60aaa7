"""Write a figure in the forms that page, web and press need; the same bytes every time."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from cxlib.figures import render
from cxlib.figures.figure import Figure
from cxlib.figures.sheet import BookletFigure, settings


def svg(figure: BookletFigure) -> str:
    """The figure as SVG with its text as paths, named for those who cannot see it."""
    buffer = io.StringIO()
    caption = figure.caption
    metadata = {"Title": caption.title, "Description": caption.alt, "Language": figure.language}
    with settings():
        figure.savefig(buffer, format="svg", metadata={**metadata, "Date": None, "Creator": None})
    label, language = quoteattr(caption.alt), quoteattr(figure.language)
    named = f'<svg role="img" aria-label={label} lang={language} '
    return buffer.getvalue().replace("<svg ", named, 1)


def pdf(figure: BookletFigure) -> bytes:
    """The figure as PDF with embedded fonts and no date."""
    buffer = io.BytesIO()
    caption = figure.caption
    dated = {"CreationDate": None, "Creator": None, "Producer": None}
    with settings():
        metadata = {"Title": caption.title, "Subject": caption.alt, **dated}
        figure.savefig(buffer, format="pdf", metadata=metadata)
    return buffer.getvalue()


def save(figure: Any, stem: Path) -> list[Path]:
    """Write `stem` with .svg, .pdf, .png (300 dpi) and .json (the caption) after it.

    `stem` is folder and name; a dot in the name is kept. Returns the files written.
    """
    if isinstance(figure, Figure):  # until the last family is ported
        return render.save(figure, stem)
    stem = Path(stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    caption = {**asdict(figure.caption), "language": figure.language}
    contents = {
        ".svg": svg(figure).encode(),
        ".pdf": pdf(figure),
        ".png": figure.png(300),
        ".json": (json.dumps(caption, ensure_ascii=False, indent=2) + "\n").encode(),
    }
    paths = [stem.with_name(stem.name + suffix) for suffix in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths
