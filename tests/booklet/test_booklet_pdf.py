"""The documents as PDF: tagged, named, embedded, the same bytes every time."""

import json
from itertools import pairwise

import page
import pikepdf
import pytest
from booklet_reading import QUARTER, page_texts
from pdf_structure import children, elements, fonts, tags
from PIL import Image

from cxlib import booklet

MM = 72 / 25.4


def test_conforms_and_says_who_and_in_which_language(pdf, study):
    root = pdf.Root
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(root.Lang) in ("nl-NL", "en-GB")
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["dc:title"]
        assert metadata["dc:creator"] == [study.name]
        assert metadata["xmp:CreateDate"].startswith("2020-12-31")


@pytest.mark.parametrize(
    "profile", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A]
)
def test_no_rule_for_reading_out_and_for_keeping_is_broken(made, profile):
    reports = [page.validate_pdf(path, profile=profile) for path in made.values()]
    assert len(reports) == 4 and all(report.rules.total > 100 for report in reports)
    assert [(r.source, f.rule_id) for r in reports for f in r.failures] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_title_is_the_study_s_own(made, study, language):
    with pikepdf.open(made[f"booklet.{language}.pdf"]) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == study.config.title.at(language)
        assert str(pdf.Root.Lang)[:2] == language


@pytest.mark.parametrize("name", ["booklet", "card"])
def test_every_figure_is_described(made, results, name):
    with pikepdf.open(made[f"{name}.nl.pdf"]) as pdf:
        figures = [str(node.get("/Alt", "")) for tag, node in elements(pdf) if tag == "Figure"]
    expected = len(results.figures) / 2 if name == "booklet" else 0
    assert len(figures) == expected
    assert all(figures), "a figure without alt text"


def test_figures_carry_the_alt_text_that_was_published(made, results):
    for language in ("nl", "en"):
        with pikepdf.open(made[f"booklet.{language}.pdf"]) as pdf:
            alts = [str(node.Alt) for tag, node in elements(pdf) if tag == "Figure"]
        assert sorted(alts) == sorted(
            f.alt for f in results.figures.values() if f.language == language
        )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_title_of_every_figure_can_be_found(made, results, language):
    text = " ".join(" ".join(page_texts(made[f"booklet.{language}.pdf"])).split())
    titles = [f.title for (_name, spoken), f in results.figures.items() if spoken == language]
    assert len(titles) > 20 and all(title in text for title in titles)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_tables_have_header_rows_with_a_scope(made, language):
    with pikepdf.open(made[f"booklet.{language}.pdf"]) as pdf:
        tables = [children(node) for tag, node in elements(pdf) if tag == "Table"]
        heads = [node.A for tag, node in elements(pdf) if tag == "TH"]
        scopes = [
            any("/Scope" in part for part in (a if isinstance(a, pikepdf.Array) else [a]))
            for a in heads
        ]
    assert len(tables) >= 10 and len(heads) >= 3 * len(tables)
    assert all(parts == ["THead", "TBody"] for parts in tables)
    assert all(scopes)


def test_accountability_lists_every_figure(made, results):
    with pikepdf.open(made["booklet.nl.pdf"]) as pdf:
        tables = [node for tag, node in elements(pdf) if tag == "Table"]
        rows = children(tables[-1].K[1])
    assert len(rows) == len(results.figures) / 2


def test_heading_levels_never_jump(pdf):
    levels = [int(tag[1]) for tag in tags(pdf) if tag[0] == "H" and tag[1:].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_all_fonts_are_embedded_and_of_one_family(pdf):
    found = fonts(pdf)
    assert found
    for name, descriptor in found.items():
        assert "SourceSansPro" in name
        assert descriptor is not None
        assert any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_pages_are_a5_and_at_least_sixteen(made):
    with pikepdf.open(made["booklet.nl.pdf"]) as pdf, pikepdf.open(made["card.nl.pdf"]) as card:
        assert len(pdf.pages) >= 16
        assert len(card.pages) == 1
        for page in pdf.pages:
            assert float(page.MediaBox[2]) == pytest.approx(148 * MM, abs=0.1)
            assert float(page.MediaBox[3]) == pytest.approx(210 * MM, abs=0.1)


def test_bookmarks_lead_to_every_chapter_and_page(made):
    with pikepdf.open(made["booklet.en.pdf"]) as pdf, pdf.open_outline() as outline:
        titles = {item.title: [kid.title for kid in item.children] for item in outline.root}
    assert titles["Why"][0] == "Why a customer vision?"
    assert titles["Our customer values"] == [
        "Six customer values",
        "How tenants judge us",
        "What moves the grade",
        "What would it bring?",
    ]


def test_contents_lead_to_every_page_that_they_name(made):
    with pikepdf.open(made["booklet.nl.pdf"]) as pdf, pdf.open_outline() as outline:
        named = sum(1 + len(item.children) for item in outline.root)
        links = [a for a in pdf.pages[1].get("/Annots", []) if a.Subtype == "/Link"]
    assert len(links) >= named


def test_same_input_gives_the_same_bytes(study, results, made, tmp_path):
    for path in booklet.build(study, results, tmp_path, period=QUARTER, languages=["nl"]):
        assert path.read_bytes() == made[path.name].read_bytes()


def test_printer_s_version_has_three_millimetres_of_bleed(study, results, tmp_path):
    options = {"period": QUARTER, "languages": ["nl"], "bleed": booklet.BLEED}
    paths = booklet.build(study, results, tmp_path, **options)
    assert [path.name for path in paths] == ["booklet.nl.print.pdf", "card.nl.print.pdf"]
    for path in paths:
        with pikepdf.open(path) as pdf:
            for page in pdf.pages:
                trim, media = page.TrimBox, page.MediaBox
                assert float(trim[0]) - float(media[0]) == pytest.approx(3 * MM, abs=0.1)
                assert float(trim[2]) - float(trim[0]) == pytest.approx(148 * MM, abs=0.1)


def test_nothing_is_written_when_a_page_cannot_be_set(study, results, tmp_path):
    broken = tmp_path / "published"
    broken.mkdir()
    record = {"kind": "figure", "name": "house", "language": "en", "origin": "published",
              "title": "t", "subtitle": "", "source": "", "alt": "a", "notebook": "n",
              "colours": {}, "key": [], "body": {"kind": "none"}}  # fmt: skip
    (broken / "house.en.json").write_text(json.dumps(record))
    folder = tmp_path / "made"
    with pytest.raises(booklet.BookletError, match=r"booklet\.en"):
        booklet.build(study, type(results).open(broken), folder, period=QUARTER)
    assert not folder.exists()


def test_unknown_language_is_refused(study, results, tmp_path):
    with pytest.raises(booklet.BookletError, match="'fr'"):
        booklet.build(study, results, tmp_path, period=QUARTER, languages=["fr"])


def test_preview_shows_the_pages_that_are_there(made):
    path = made["booklet.nl.pdf"]
    assert booklet.pages(made["card.nl.pdf"]) == 1
    count = booklet.pages(path)
    shown = booklet.preview(path, pages=(1, count, count + 1), dpi=36)
    assert [image.size for image in shown] == [(210, 298), (210, 298)]


def test_picture_shows_pages_side_by_side_in_a_small_file(made, tmp_path):
    booklet.picture(made["booklet.nl.pdf"], [1, 3, 4], across=2).save(tmp_path / "pages.png")
    with Image.open(tmp_path / "pages.png") as shown:
        assert shown.size == (2 * 420 + 3 * 18, 2 * 595 + 3 * 18)
    assert (tmp_path / "pages.png").stat().st_size < 200_000
