"""Text is measured and wrapped as it will be drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.figures.text import clean, missing, shorten, width, wrap

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
    lines = wrap(text, room, 8, language="nl")
    assert "".join(lines).replace(" ", "").replace("-", "") == letters


def test_only_a_word_wider_than_the_line_is_hyphenated() -> None:
    text = "Onze klanttevredenheidsonderzoeken helpen"
    assert wrap(text, 60, 8, language="nl") == [text]
    assert wrap(text, 22, 8, language="nl")[1].endswith("-")
    assert not any(line.endswith("-") for line in wrap(text, 45, 8, language="nl"))


def test_a_long_word_without_language_sticks_out() -> None:
    assert wrap("overheidsverantwoordelijkheid", 10, 8) == ["overheidsverantwoordelijkheid"]


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


def test_missing_characters_are_told() -> None:
    assert missing("Sığınak, Łódź") == ""
    assert missing("مسكن ☃") == "مسكن☃"
