"""Booklet and card as tagged PDF, from what a run published; and a look at them."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import typst
from PIL import Image as images
from PIL.Image import Image

from cxlib.booklet.content import booklet, card
from cxlib.booklet.source import Source
from cxlib.figures.render import TYPST, settable
from cxlib.figures.text import FONTS
from cxlib.language import languages as spoken
from cxlib.run.results import Results
from cxlib.study import Study
from cxlib.study.periods import Period

DPI = 72  # of pages on a screen
BLEED = 3.0  # millimetres, as printing houses want it
TEMPLATES = Path(__file__).parent


class BookletError(ValueError):
    """The booklet cannot be made in that language, or a page cannot be set."""


def build(
    study: Study,
    results: Results,
    folder: str | Path,
    *,
    period: Period,
    languages: Sequence[str] | None = None,
    bleed: float = 0.0,
) -> list[Path]:
    """Write booklet and card, for the screen and the office printer or for a printing house.

    Parameters
    ----------
    study : Study
        Names, brand, vision and facts.
    results : Results
        Published figures, tables and findings; pages whose figures are absent are left out.
    folder : str or Path
        Gets `booklet.<language>.pdf` and `card.<language>.pdf`, the latter where the vision
        names customer values. Nothing is written unless all of them can be made.
    period : Period
        Named in the booklet; its last day is the date of the documents, so that the same
        input gives the same bytes.
    languages : sequence of str, optional
        By default the study's own.
    bleed : float
        Millimetres round the page that a printing house cuts off (`BLEED`); with it the files
        are named `booklet.<language>.print.pdf` and have a trim box.

    Returns
    -------
    list of Path
        The files written: PDF/UA-1 and PDF/A-2a.

    Raises
    ------
    BookletError
        For a language that booklets don't speak.
    """
    suffix, known = ".print" if bleed else "", spoken()
    contents: dict[str, tuple[str, Any, Mapping[str, bytes]]] = {}
    for language in languages or study.config.languages:
        if language not in known:
            raise BookletError(f"booklets speak {' and '.join(known)}, not {language!r}")
        source = Source(study, results, period, language)
        for name, make in (("booklet", booklet), ("card", card)):
            content, figures = make(source)
            if content:
                content |= {"bleed": bleed, "date": _date(period)}
                contents[f"{name}.{language}{suffix}.pdf"] = (name, content, figures)
    with ThreadPoolExecutor() as pool:  # Typst needs no lock of Python's
        waiting = {name: pool.submit(_compile, *parts) for name, parts in contents.items()}
    made = {name: _set(name, pdf) for name, pdf in waiting.items()}
    return [_write(Path(folder) / name, pdf) for name, pdf in made.items()]


def _set(name: str, pdf: Future[bytes]) -> bytes:
    try:
        return pdf.result()
    except typst.TypstError as error:
        raise BookletError(f"{name.removesuffix('.pdf')}: {error}") from error


def _date(period: Period) -> list[int]:
    """Last day of the period; a study without dates gets the first day that computers count."""
    day = dt.date(1970, 1, 1) if period.end is None else period.end
    return [day.year, day.month, day.day]


def _compile(template: str, content: Mapping[str, Any], figures: Mapping[str, bytes]) -> bytes:
    with TemporaryDirectory() as name:
        folder = Path(name)  # Typst reads nothing outside it
        for source in TEMPLATES.glob("*.typ"):
            shutil.copyfile(source, folder / source.name)
        shutil.copytree(TYPST, folder / "figures")
        for figure, drawn in figures.items():
            (folder / figure).write_bytes(drawn)
        (folder / "content.json").write_text(settable(content), encoding="utf-8")
        return typst.compile(
            str(folder / f"{template}.typ"),
            root=str(folder),
            format="pdf",
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards=["ua-1", "a-2a"],
        )


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    return new.replace(path)


def pages(path: str | Path) -> int:
    """How many pages a document has."""
    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def preview(path: str | Path, pages: Sequence[int] = (1,), dpi: int = DPI) -> list[Image]:
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


def picture(path: str | Path, pages: Sequence[int], across: int = 4) -> Image:
    """Pages side by side on a grey ground, in few colours: for a web page.

    Parameters
    ----------
    path, pages
        See `preview`.
    across : int
        Pages in a row.
    """
    shown = preview(path, pages, 2 * DPI)  # drawn large, then made small: crisper type
    wide, high, gap = shown[0].width // 2, shown[0].height // 2, DPI // 4
    rows = -(-len(shown) // across)
    size = (across * (wide + gap) + gap, rows * (high + gap) + gap)
    sheet = images.new("RGB", size, "#DCE0E6")
    for i, page in enumerate(shown):
        place = (gap + i % across * (wide + gap), gap + i // across * (high + gap))
        sheet.paste(page.resize((wide, high), images.Resampling.LANCZOS), place)
    return sheet.quantize(256, images.Quantize.FASTOCTREE, dither=images.Dither.NONE)
