"""Texts with names in them: filled in safely, written as the language does."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlib.booklet.content import palette
from cxlib.booklet.source import Source
from cxlib.booklet.tables import withheld
from cxlib.booklet.wording import MissingValue, Value, Wording, number
from cxlib.figures.brand import Brand, contrast
from cxlib.figures.look import Look
from cxlib.language import Speaker

VALUES = {
    "finding.grade": Value(7.4321, "simulated"),
    "finding.share": Value(0.456, "published"),
    "count.values": Value(6),
    "name.organisation": Value("{finding.grade} & {0.__class__}"),
}


def test_numbers_follow_the_language():
    text = "{finding.grade:.1f} {finding.share:.0%} {count.values:w} {count.values:W}"
    assert Wording("nl", VALUES).fill(text) == "7,4 46% zes Zes"
    assert Wording("en", VALUES).fill(text) == "7.4 46% six Six"


@given(st.floats(0, 10), st.integers(0, 2), st.sampled_from(["nl", "en"]))
def test_a_number_reads_as_it_does_in_a_figure(value, digits, language):
    assert number(value, f".{digits}f", language) == Look(language).number(value, digits)
    assert number(value, f".{digits}%", language) == Look(language).percent(value, digits)


def test_what_is_filled_in_is_not_read_again():
    assert Wording("nl", VALUES).fill("{name.organisation}") == "{finding.grade} & {0.__class__}"


@given(st.text())
def test_any_text_of_the_study_comes_through_as_it_is(text):
    assert Wording("nl", {"name": Value(text)}).fill("<{name}>") == f"<{text}>"


@pytest.mark.parametrize(
    "text",
    ["{finding.grade.__class__}", "{finding}", "{0}", "{}", "{finding.grade[0]}", "{other:.1f}"],
)
def test_only_listed_names_are_known(text):
    with pytest.raises(MissingValue):
        Wording("nl", VALUES).fill(text)


@pytest.mark.parametrize(
    "text", ["{finding.grade!r}", "{finding.grade:>99999999}", "{count.values:x}"]
)
def test_only_the_listed_formats_are_known(text):
    with pytest.raises(ValueError, match=r"convert|format"):
        Wording("nl", VALUES).fill(text)


def test_origins_are_those_of_the_sentences_that_are_shown():
    wording = Wording("nl", VALUES)
    shown = wording.sentences(["{finding.share:.0%}", "{finding.grade} {absent}"])
    assert shown == ["46%"]
    assert wording.origins == {"published"}


@given(st.integers(0, 10**9))
def test_thousands_are_grouped_as_the_language_does(whole):
    assert number(whole, ".0f", "nl").replace(".", "") == str(whole)
    assert number(whole, ".0f", "en").replace(",", "") == str(whole)


def test_signs_and_words():
    assert number(-12, "+.0f", "nl") == "−12"
    assert number(12, "+.0f", "nl") == "+12"
    assert number(0, "+.0f", "nl") == "0"
    assert Speaker("en").in_words(3) == "three"
    assert Speaker("nl").in_words(1234) == "1.234"
    assert Speaker("en").listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    "colours",
    [
        ("#1B3A5C", "#2A9D8F", "#F2B705"),
        ("#4A1942", "#C94F7C", "#F7D6BF"),
        ("#14342B", "#60935D", "#FF9F1C"),
        ("#000000", "#B0B0B0", "#FFD700"),
    ],
)
def test_text_can_be_read_on_every_colour_it_stands_on(colours):
    found = palette(Brand(*colours))
    for ground, text in (
        ("primary", "on_primary"), ("accent", "on_accent"), ("pale", "deep"), ("warm", "ink"),
        ("warm", "primary"), ("pale", "primary"),
    ):  # fmt: skip
        assert contrast(found[ground], found[text]) >= 4.5, (ground, text)


def test_what_is_hidden_is_named_in_words_or_counted(study):
    hidden = {"suppressed": [True, True]}
    frames = {
        "completeness": pd.DataFrame(hidden, index=["0", "1"]),
        "grade_shares": pd.DataFrame({"suppressed": [False]}, index=["repairs"]),
        "value_scores": pd.DataFrame({"suppressed": [True, False]}, index=["ease", "reliable"]),
    }
    files = dict.fromkeys(frames, SimpleNamespace(record={}))
    files["grade_shares"] = SimpleNamespace(record={"left_out": {"": 2}})
    results = SimpleNamespace(
        tables=files, table=lambda name: frames[name].reset_index(names="row")
    )
    journeys, values, others = withheld(Source(study, results, study.period(), "en"))
    assert journeys.startswith("Grades: 2 without their names. Fewer than 10 people")
    assert values.startswith("Grades of customer values: ‘Ease’.")
    assert others.startswith("Other outcomes: 2 in tables that are not in this booklet.")
