"""Every statistical figure: well set in both languages, whatever the data."""

import pytest
from figure_samples import MARKUP, drawings, look, millimetres, on_page

from cxlib.figures import lint
from cxlib.figures.render import svg

ORDINARY = drawings(30, 3, nasty=False)
STUDIES = {
    "ordinary": ORDINARY,
    "few": drawings(3, 1, nasty=False),
    "wild": drawings(77, 8, nasty=True),
    "wild and few": drawings(3, 1, nasty=True),
    "wild statements": drawings(33, 4, nasty=True),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("family", ORDINARY)
@pytest.mark.parametrize("study", ["ordinary", "wild"])
def test_no_fault_in_either_language(study: str, family: str, language: str) -> None:
    figure = STUDIES[study][family](look(language))
    assert lint(figure) == []
    wide, high = millimetres(figure)
    assert wide == pytest.approx(118, abs=0.1) and high < 190  # the type area of an A5 page
    assert figure.language == language


@pytest.mark.parametrize("family", ORDINARY)
@pytest.mark.parametrize("study", ["few", "wild and few", "wild statements"])
def test_no_fault_in_odd_studies(study: str, family: str) -> None:
    assert lint(STUDIES[study][family](look("nl", domains={}))) == []


@pytest.mark.parametrize("family", ORDINARY)
def test_same_bytes_twice(family: str) -> None:
    assert svg(ORDINARY[family](look("nl"))) == svg(ORDINARY[family](look("nl")))


@pytest.mark.parametrize("family", ["top_cards", "priorities", "staff_and_tenants"])
def test_markup_in_labels_is_plain_text(family: str) -> None:
    figure = STUDIES["wild and few"][family](look("nl"))
    assert any(MARKUP.split()[0] in text for text in figure.texts)
    assert any(MARKUP.split()[0] in text for text in on_page(figure))
    drawn = svg(figure)
    assert "<b>" not in drawn
