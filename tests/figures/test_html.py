"""Figures for the web: well-formed, every word in them, nothing in small type."""

import io
import re
from html.parser import HTMLParser

import pikepdf
import pytest
from figure_samples import MARKUP, drawings, look
from test_model_figures import FIGURES, RAW_VISION, draw

from cxlib.figures import Figure
from cxlib.figures.html import STYLE, html
from cxlib.figures.plane import Plane, Scale
from cxlib.figures.render import pdf

ORDINARY = drawings(30, 3, nasty=False)


class Read(HTMLParser):
    """Text of a page; complains of tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("polyline", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def told(figure: Figure) -> str:
    return " ".join(Read(html(figure)).text)


@pytest.mark.parametrize("family", ORDINARY)
def test_words_of_a_chart_are_text(family: str) -> None:
    figure = ORDINARY[family](look("nl"))
    text = told(figure)
    assert figure.caption.title in text and figure.caption.source in text
    if figure.body["kind"] == "rows":
        labels = [line["cells"][0] for line in figure.body["rows"] if "cells" in line]
        assert labels and all(cell.get("text", "") in text for cell in labels)
        assert "<table>" in html(figure) and "scope='col'" in html(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_words_of_a_diagram_are_text(name: str) -> None:
    figure = draw(name, RAW_VISION)
    text = told(figure)
    labels = re.findall(r"'label': '([^']+)'", str(dict(figure.body)))
    assert all(label in text for label in labels)


def test_markup_in_labels_is_escaped() -> None:
    figure = drawings(77, 8, nasty=True)["top_cards"](look("nl"))
    assert MARKUP in told(figure) and "<b>50%" not in html(figure)


def test_no_type_below_the_pages_own_but_for_heads() -> None:
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)rem", STYLE)]
    assert sizes and min(sizes) >= 0.9


def test_a_plane_is_told_by_what_its_marks_tell() -> None:
    plane = Plane(Scale(0, 10, 0, 118), Scale(0, 10, 40, 0), 40, look("nl").brand)
    plane.text(1, 1, "op de as")
    for value, name in ((2, "beloften & zo"), (8, "veilig")):
        plane.dot(value, value, "#1B3A5C", said=f"{name}: {value}")
    figure = Figure.of(
        look("nl"), plane.body, title="Twee punten", subtitle="Een maat", origin="collected"
    )
    text = told(figure)
    assert "beloften & zo: 2" in text and "veilig: 8" in text and "op de as" not in text
    with pikepdf.open(io.BytesIO(pdf(figure))) as document:
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary)]
        (alt,) = [str(part.Alt) for part in parts if "/Alt" in part]
    assert alt == "Twee punten. Een maat. beloften & zo: 2; veilig: 8"
