"""House colours carry text, and are told apart in grey and by every kind of colour vision."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlib.figures.brand import Brand, BrandError, contrast, distances, lightness, mix

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == pytest.approx(1)


@given(COLOURS)
def test_text_is_readable_on_any_fill(fill: str) -> None:
    assert contrast(Brand().on(fill), fill) >= 4.5


def test_dark_text_on_teal_and_gold_light_on_navy() -> None:
    brand = Brand()
    assert brand.on(brand.secondary) == brand.on(brand.accent) == brand.ink
    assert brand.on(brand.primary) == brand.paper


@pytest.mark.parametrize(
    ("colours", "message"),
    [
        ({"primary": "#7FB2E5"}, "primary #7FB2E5 is too light for text on white"),
        ({"secondary": "#8B1A3A"}, "primary #1B3A5C and secondary #8B1A3A look alike in grey"),
        ({"secondary": "#C4A000", "accent": "#9ABF00"}, "secondary #C4A000 and accent #9ABF00"),
        ({"accent": "gold"}, "'gold': write it as # and six hexadecimal digits"),
    ],
)
def test_unfit_colours_are_refused_with_a_reason(colours: dict, message: str) -> None:
    with pytest.raises(BrandError) as caught:
        Brand(**colours)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("colours", "vision"),
    [
        (("#69355D", "#DA288E", "#1CBC31"), "protanopia"),
        (("#705E43", "#18AD52", "#24A262"), "deuteranopia"),
        (("#09437B", "#505DC1", "#66D634"), "tritanopia"),
    ],
)
def test_colours_alike_to_the_colour_blind_are_refused(colours: tuple, vision: str) -> None:
    with pytest.raises(BrandError, match=f"look alike with {vision}"):
        Brand(*colours)


@pytest.mark.parametrize("count", range(1, 9))
def test_marks_stay_apart(count: int) -> None:
    marks = Brand().marks(count)
    assert len({mark.marker for mark in marks}) == len({mark.fill for mark in marks}) == count
    for one, other in combinations(marks, 2):
        assert min(distances(one.fill, other.fill).values()) > 8


def test_first_three_marks_differ_in_grey() -> None:
    grey = sorted(lightness(mark.fill) for mark in Brand().marks(3))
    assert min(b - a for a, b in pairwise(grey)) > 15


def test_domains_take_the_house_colours_in_order() -> None:
    brand = Brand()
    expected = [(brand.accent, "^"), (brand.secondary, "s"), (brand.primary, "o")]
    assert [(mark.fill, mark.marker) for mark in brand.marks(3)] == expected
    assert [(mark.fill, mark.marker) for mark in brand.marks(1)] == expected[2:]


def test_mix() -> None:
    assert mix("#000000", 0.5) == "#808080"
    assert Brand().tint(1) == Brand().primary
    assert Brand().tint(0) == "#FFFFFF"


@pytest.mark.parametrize("primary", ["#1B3A5C", "#7A1020", "#1F5132"])
def test_the_alert_is_no_house_colour(primary: str) -> None:
    brand = Brand(primary=primary)
    assert contrast(brand.alert, brand.paper) >= 4.5
    assert min(distances(brand.alert, primary).values()) > 12
