"""Saved figures are the same every time, tagged, with live text, and leave no trace."""

import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pikepdf
import pytest
from figure_samples import MARKUP, cards, drawings, look, on_page, scores
from PIL import Image

from cxlib.figures import Figure, save, top_cards
from cxlib.figures.render import pdf, small_png

SVG = "{http://www.w3.org/2000/svg}"
ORDINARY = drawings(30, 3, nasty=False)


@pytest.fixture
def figure() -> Figure:
    deck = cards(12, nasty=True)
    return top_cards(scores(deck), deck, look=look("nl"), origin="simulated", n=32)


def test_all_forms_with_the_same_bytes_twice(figure: Figure, tmp_path: Path) -> None:
    first, again = (
        save(figure, tmp_path / "a" / "naam.nl"),
        save(figure, tmp_path / "b" / "naam.nl"),
    )
    assert [path.name for path in first] == [f"naam.nl.{s}" for s in ("svg", "pdf", "png", "json")]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_another_process_makes_the_same_bytes(figure: Figure, tmp_path: Path) -> None:
    data = save(figure, tmp_path / "x")[3]
    code = (
        "import json, sys; from cxlib.figures import Figure; from cxlib.figures.render import pdf; "
        "sys.stdout.buffer.write(pdf(Figure.read(json.load(open(sys.argv[1])))))"
    )
    made = subprocess.run([sys.executable, "-c", code, str(data)], check=True, capture_output=True)
    assert made.stdout == pdf(figure)  # the data are all that a figure is made of


def test_svg_is_named_and_has_no_live_text(figure: Figure, tmp_path: Path) -> None:
    root = ElementTree.parse(save(figure, tmp_path / "x")[0]).getroot()
    assert root.get("role") == "img" and root.get("lang") == "nl"
    assert root.get("aria-label") == figure.caption.alt
    assert figure.caption.alt.startswith(figure.caption.title)
    assert not list(root.iter(f"{SVG}text"))
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(118 / 25.4 * 72)


@pytest.mark.parametrize("family", ORDINARY)
def test_title_and_words_are_live_text(family: str) -> None:
    figure = ORDINARY[family](look("nl"))
    page = " ".join(on_page(figure))
    plain = re.sub(r"\s+", " ", page)
    assert figure.caption.title in plain
    assert figure.caption.source in plain


@pytest.mark.parametrize("family", ["top_cards", "control_chart", "viewpoint_sort"])
def test_pdf_is_tagged_and_says_so(family: str, tmp_path: Path) -> None:
    path = save(ORDINARY[family](look("nl")), tmp_path / "x")[1]
    with pikepdf.open(path) as document:
        root = document.Root
        assert root.MarkInfo.Marked and str(root.Lang) == "nl"
        metadata = document.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert "/StructTreeRoot" in root


def test_png_has_300_dots_an_inch(figure: Figure, tmp_path: Path) -> None:
    made = save(figure, tmp_path / "x")[2].read_bytes()
    assert int.from_bytes(made[16:20], "big") == pytest.approx(118 / 25.4 * 300, abs=1)
    with Image.open(io.BytesIO(made)) as image:
        image.load()
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert b"tEXt" not in made


def test_data_are_kept(figure: Figure, tmp_path: Path) -> None:
    kept = json.loads(save(figure, tmp_path / "x")[3].read_text(encoding="utf-8"))
    assert kept["title"] == figure.caption.title and kept["language"] == "nl"
    assert kept["body"]["rows"][0]["cells"][1]["text"] == f"{MARKUP} 0"


def test_notebook_shows_it(figure: Figure) -> None:
    shown = figure._repr_mimebundle_()
    assert shown["image/png"] == small_png(figure, 150)
    assert shown["text/plain"] == f"<figure: {figure.caption.title}>"


def test_no_pyplot_comes_along() -> None:
    code = "import sys, cxlib.figures; assert 'matplotlib.pyplot' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
