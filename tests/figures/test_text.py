"""Text is measured, wrapped and fitted as it will be drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.figures.text import balanced, clean, fit, shorten, width, wrap

WORDS = st.lists(
    st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), min_size=1, max_size=24),
    min_size=1,
    max_size=12,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(text=WORDS, room=st.floats(8, 118), size=st.floats(6, 11))
def test_no_line_is_wider_than_its_room(text: str, room: float, size: float) -> None:
    lines = wrap(text, room, size, language="nl")
    assert all(width(line, size) <= room for line in lines if len(line) > 1)


@settings(max_examples=60, deadline=None)
@given(text=WORDS, room=st.floats(20, 118))
def test_wrapping_keeps_every_letter(text: str, room: float) -> None:
    letters = clean(text).replace(" ", "").replace("-", "")
    for lines in (wrap(text, room, 8, language="nl"), balanced(text, room, 8, language="nl")):
        assert "".join(lines).replace(" ", "").replace("-", "") == letters


def test_only_a_word_wider_than_the_line_is_hyphenated() -> None:
    text = "Onze klanttevredenheidsonderzoeken helpen"
    assert wrap(text, 60, 8, language="nl") == [text]
    assert wrap(text, 22, 8, language="nl")[1].endswith("-")
    assert not any(line.endswith("-") for line in wrap(text, 45, 8, language="nl"))


def test_a_long_word_without_language_sticks_out() -> None:
    assert wrap("overheidsverantwoordelijkheid", 10, 8) == ["overheidsverantwoordelijkheid"]


@settings(max_examples=40, deadline=None)
@given(text=WORDS, room=st.floats(10, 60), height=st.floats(3, 20))
def test_fit_stays_in_its_box_and_legible(text: str, room: float, height: float) -> None:
    block = fit(text, room, height, language="en")
    assert block.size >= 6
    assert block.height <= height + 1e-9
    assert block.width <= room or max(map(len, block.lines)) == 1


def test_fit_takes_the_largest_size_that_fits() -> None:
    assert fit("Gemak", 40, 10).size == 8
    assert 6 <= fit("Gemak", width("Gemak", 7.0), 10).size <= 7.0


def test_fit_says_when_text_is_cut() -> None:
    block = fit("een hele lange tekst die nergens past " * 5, 20, 4)
    assert block.cut and block.lines[-1].endswith("…")
    assert not fit("past", 20, 4).cut


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a\nb\t c", "a b c"),
        ("e\u0301\u00e9n", "één"),
        ("x\x00y\u200b", "xy"),
        ("emoji ☃", "emoji ?"),
    ],
)
def test_clean(given: str, expected: str) -> None:
    assert clean(given) == expected


def test_shorten_keeps_whole_words() -> None:
    assert shorten("Kort", 30, 8) == "Kort"
    assert shorten("De corporatie doet wat ze zegt", 30, 8) == "De corporatie doet wat …"
