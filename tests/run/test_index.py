"""The index page: complete, marked, readable for all, and safe to open."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from cxlib import figures as drawing
from cxlib.run import Publication
from cxlib.run.index import Speech, write_index
from cxlib.run.promotion import promote

MARKUP = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def family(*_, look, origin):
    axis = {"low": 0, "high": 1, "span": [0, 9]}
    body = {"kind": "plane", "wide": 118, "tall": 9, "parts": [], "x": axis, "y": axis}
    title = f"{MARKUP} {look.language}"
    words = {"title": title, "subtitle": "sub", "origin": origin}
    return drawing.Figure.of(look, body, **words)


@pytest.fixture(scope="module")
def site(study, tmp_path_factory):
    """A published run with a table, a figure, findings, a booklet and a silent notebook."""
    root = tmp_path_factory.mktemp("site")
    run = root / "runs" / "small" / "2020-Q1"
    publish = Publication(study, "03_importance", output=run / "03_importance", seed=1)
    frame = pd.DataFrame({"card": [MARKUP, *"abcdefghi"], "score": [1234.5678] * 10})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "lint", lambda figure: [])
        publish.table("card_scores", frame, origin="simulated")
        publish.figure("top_cards", family, origin="published")
    publish.finding("share_top", 0.512, low=0.4, high=0.6, n=1200, origin="simulated", unit="share")
    (run / "03_importance" / "booklet.en.pdf").write_bytes(b"%PDF")
    (run / "05_drivers").mkdir()
    hostile = nbformat.v4.new_output("display_data", {"text/html": f"<b>ok</b>{MARKUP}"})
    said = nbformat.v4.new_output("stream", text=f"has no survey {MARKUP}\n")
    cells = [
        nbformat.v4.new_markdown_cell(
            f"# Title\n\n{MARKUP}\n\n[x](javascript:alert(1))\n\n> quote"
        ),
        nbformat.v4.new_code_cell("if 1 < 2: x = '<b>'", outputs=[hostile, said]),
    ]
    (run / "05_drivers" / "made.json").write_text('{"notebook": "edited", "library": "1"}')
    for stem in ("03_importance", "05_drivers"):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), run / f"{stem}.ipynb")
    figures = root / "figures" / "small" / "2020-Q1"
    promote(run, root / "data" / "processed" / "small" / "2020-Q1", figures, study)
    return figures


def test_every_page_is_free_of_markup_from_data_and_of_outside_resources(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 4
    for path in pages:
        page = Page(path)
        assert not page.all("script")
        places = [a.get("src") or a.get("href") or "" for _, a in page.elements]
        assert [p for p in places if re.match(r"\w+:|//", p) and not p.startswith("data:")] == []
        assert not re.search(r"url\(|@import", path.read_text(encoding="utf-8"))


def test_every_link_leads_somewhere(site):
    for path in site.rglob("*.html"):
        page = Page(path)
        ids = {a["id"] for _, a in page.elements if "id" in a}
        links = [a["href"] for a in page.all("a") if "href" in a]
        for link in links + [image["src"] for image in page.all("img")]:
            if link.startswith("#"):
                assert link[1:] in ids
            else:
                assert (path.parent / link).exists(), link


def test_page_can_be_read_out(site):
    page = Page(site / "index.html")
    assert page.all("html") == [{"lang": "nl"}]
    assert Page(site / "index.en.html").all("html") == [{"lang": "en"}]
    assert [image["alt"] for image in page.all("img")] == [f"{MARKUP} nl. sub."]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("caption")) == 1
    assert all("scope" in head for head in page.all("th"))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_numbers_are_in_the_pages_language_and_simulated_ones_are_marked(site):
    dutch = (site / "index.html").read_text(encoding="utf-8")
    english = (site / "index.en.html").read_text(encoding="utf-8")
    assert "51%" in dutch and "40% tot 60%" in dutch and "n = 1.200" in dutch
    assert "1.234,57" in dutch and "1,234.57" in english and "40% to 60%" in english
    assert "met gesimuleerde gegevens" in dutch and "with simulated data" in english
    assert dutch.count('class="origin mark"') == 3  # notice, finding, table; not the figure
    assert "Geeft een 8 of hoger" in dutch and "Customer vision booklet" in english


def test_a_notebook_that_was_changed_is_told_from_the_released_one(site):
    dutch = (site / "index.html").read_text(encoding="utf-8")
    assert dutch.count("niet dat van de uitgegeven versie") == 1
    assert "05_drivers (edited) met bibliotheek 1" in dutch
    assert dutch.index('id="05_drivers"') < dutch.index("niet dat van de uitgegeven versie")


def test_silent_notebook_says_why_and_long_tables_are_cut(site):
    dutch = (site / "index.html").read_text(encoding="utf-8")
    assert "has no survey &lt;script&gt;" in dutch
    assert "10 rijen" in dutch and "De eerste rijen" in dutch
    assert "<td>h</td>" not in dutch and "<td>g</td>" in dutch


def test_notebook_page_shows_markdown_code_and_tables(site):
    text = (site / "notebooks" / "05_drivers.html").read_text(encoding="utf-8")
    assert "<blockquote>" in text and "<b>ok</b>" in text and "&lt;b&gt;" in text


def test_run_of_nothing_still_has_a_page(study, tmp_path):
    write_index(tmp_path, study)
    assert "Kleine Corporatie" in (tmp_path / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "ja"),
        (None, ""),
        (float("nan"), ""),
        (-1234.5, "−1.234,5"),
        (1e-9, "1,0E−9"),
        (0, "0"),
    ],
)
def test_cells(value, shown):
    assert Speech("nl").cell(value) == shown


def test_long_text_is_cut():
    assert Speech("nl").cell("x" * 10_000_000) == "x" * 79 + "…"
