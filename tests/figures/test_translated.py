"""In a made-up language every word of every figure comes from its catalogue."""

import re
from pathlib import Path

import pytest
from babel.dates import get_month_names
from figure_samples import DOMAINS, LONG, Drawing, drawings
from made_up_language import MADE_UP, write_words
from test_model_figures import FIGURES, RAW_VISION, WITH_DATA

from cxlib import language
from cxlib.figures import Figure, Look
from cxlib.study.vision import Vision

# What the samples call things, ids, and what is the same in every language.
OWN = {"kort", "kaartje", "klanttevredenheid", "casus", "co", "haag", "wonen", "groep", "n", "sx"}
OWN |= {*"abcdefxy", "q"}
OWN |= {word.lower() for word in re.findall(r"[^\W\d_]+", LONG)}
BABEL = {"kaj", "aŭ"} | {
    name.strip(".").lower()
    for width in ("wide", "abbreviated")
    for name in get_month_names(width, locale=MADE_UP).values()
}
IDS = re.compile(r"\b([a-z]{1,2}\d+|[TP]\d+|[A-Z]|VIF)\b")


@pytest.fixture(autouse=True)
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_words(tmp_path)
    monkeypatch.setattr(language, "WORDS", tmp_path)


def untranslated(figure: Figure, own: set[str]) -> set[str]:
    """Words that neither the catalogue nor the study nor Babel brought."""
    caption = figure.caption
    told = [caption.title, caption.subtitle, caption.source, caption.alt, *figure.texts]
    words = re.findall(r"[^\W\d_]+", IDS.sub("", " ".join(told)))
    return {w for w in words if set(w.lower()) != {"ø"} and w.lower() not in OWN | BABEL | own}


@pytest.mark.parametrize("family", drawings(30, 3, nasty=False))
def test_no_word_of_a_statistical_figure_stands_in_the_code(family: str) -> None:
    draw: Drawing = drawings(30, 3, nasty=False)[family]
    look = Look(MADE_UP, source="Casus", organisation="Haag Wonen", domains=DOMAINS)
    figure = draw(look)
    assert "ø" in figure.caption.title + figure.caption.subtitle
    assert untranslated(figure, {*DOMAINS.values()}) == set()


@pytest.mark.parametrize("name", FIGURES)
def test_no_word_of_a_diagram_stands_in_the_code(name: str) -> None:
    said = re.findall(r"[^\W\d_]+", str(RAW_VISION))
    look = Look(MADE_UP, source="Casus", domains=dict.fromkeys(DOMAINS, "wonen"))
    vision = Vision.model_validate(RAW_VISION)
    figure = FIGURES[name](vision, *WITH_DATA.get(name, ()), look=look, origin="simulated")
    known = {word.lower() for word in said} | {"betrouwbaar", "gemak", "verbonden", "proactief"}
    assert untranslated(figure, known) == set()
