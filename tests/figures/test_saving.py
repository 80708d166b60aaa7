"""Saved figures are the same every time, named for screen readers, and leave no trace."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from figure_samples import MARKUP, cards, look, scores

from cxlib.figures import BookletFigure, Canvas, Look, save, top_cards

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def figure() -> BookletFigure:
    canvas = Canvas(
        Look("nl"),
        title=MARKUP,
        subtitle='"Maat"',
        alt=f'"{MARKUP}" é',
        origin="simulated",
        body=30,
    )
    canvas.text(5, 10, MARKUP)
    canvas.box(5, 15, 20, 10, fill="#1B3A5C", radius=2)
    return canvas.figure


def test_all_forms_with_the_same_bytes_twice(figure: BookletFigure, tmp_path: Path) -> None:
    first, again = (
        save(figure, tmp_path / "a" / "naam.nl"),
        save(figure, tmp_path / "b" / "naam.nl"),
    )
    assert [path.name for path in first] == [f"naam.nl.{s}" for s in ("svg", "pdf", "png", "json")]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_svg_is_named_and_has_no_live_text(figure: BookletFigure, tmp_path: Path) -> None:
    root = ElementTree.parse(save(figure, tmp_path / "x")[0]).getroot()
    assert root.get("role") == "img" and root.get("lang") == "nl"
    assert root.get("aria-label") == figure.caption.alt == f'"{MARKUP}" é'
    assert not list(root.iter(f"{SVG}text"))
    assert root.get("width") == "334.488189pt"  # 118 mm


def test_no_date_or_program_in_the_files(figure: BookletFigure, tmp_path: Path) -> None:
    svg, pdf, png, _ = (path.read_bytes() for path in save(figure, tmp_path / "x"))
    assert b"dc:date" not in svg and b"matplotlib" not in svg.lower()
    assert b"CreationDate" not in pdf and b"Matplotlib" not in pdf
    assert b"tEXt" not in png and b"Matplotlib" not in png


def test_png_has_300_dots_an_inch(figure: BookletFigure, tmp_path: Path) -> None:
    png = save(figure, tmp_path / "x")[2].read_bytes()
    assert int.from_bytes(png[16:20], "big") == int(118 / 25.4 * 300)


def test_caption_is_kept(figure: BookletFigure, tmp_path: Path) -> None:
    caption = json.loads(save(figure, tmp_path / "x")[3].read_text(encoding="utf-8"))
    assert caption == {
        "title": MARKUP,
        "subtitle": '"Maat"',
        "source": "Gesimuleerde gegevens, geen echte respondenten.",
        "alt": f'"{MARKUP}" é',
        "language": "nl",
    }


def test_drawing_leaves_the_settings_alone(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    deck = cards(12)
    save(top_cards(scores(deck), deck, look=look("nl"), origin="simulated"), tmp_path / "x")
    assert dict(mpl.rcParams) == before


def test_settings_of_others_change_nothing() -> None:
    deck = cards(12)

    def drawn() -> bytes:
        return top_cards(scores(deck), deck, look=look("nl"), origin="simulated").png(100)

    plain = drawn()
    loud: Any = {
        "font.family": "monospace",
        "lines.linewidth": 9,
        "text.color": "red",
        "axes.grid": True,
    }
    with mpl.rc_context({**loud, "figure.facecolor": "black", "lines.marker": "x"}):
        assert drawn() == plain


def test_notebook_shows_it_without_pyplot() -> None:
    code = (
        "import sys\n"
        "from cxlib.figures import Canvas, Look\n"
        "c = Canvas(Look('nl'), title='t', subtitle='', alt='a', origin='published', body=9)\n"
        "png = c.figure._repr_png_()\n"
        "assert png[:4] == b'\\x89PNG' and int.from_bytes(png[16:20], 'big') == 696\n"
        "assert c.figure._repr_mimebundle_()['image/png'] == png\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
