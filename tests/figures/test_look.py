"""Numbers and words in the language of the figure."""

import math

import pandas as pd
import pytest

from cxlib.figures.look import Deck, Look, texts

NL, EN = Look("nl"), Look("en")


@pytest.mark.parametrize(
    ("value", "digits", "nl", "en"),
    [
        (7.44, 1, "7,4", "7.4"),
        (21000, 0, "21.000", "21,000"),
        (-0.26, 1, "−0,3", "−0.3"),
        (-0.001, 1, "0,0", "0.0"),
        (math.nan, 1, "–", "–"),
        (math.inf, 0, "–", "–"),
    ],
)
def test_numbers(value: float, digits: int, nl: str, en: str) -> None:
    assert NL.number(value, digits) == nl
    assert EN.number(value, digits) == en


def test_percent_sign_and_interval() -> None:
    assert NL.percent(0.534) == "53%" and EN.percent(0.534, 1) == "53.4%"
    assert NL.percent(math.nan) == "–"
    assert [EN.signed(v, 0) for v in (4, -4, 0, 0.2)] == ["+4", "−4", "0", "0"]
    assert NL.interval(-1, 2) == "−1 tot 2" and EN.interval(math.nan, 2) == ""


def test_singular_and_plural() -> None:
    assert [EN.count(n, "{n} card", "{n} cards") for n in (0, 1, 2)] == [
        "0 cards",
        "1 card",
        "2 cards",
    ]
    assert NL.count(1, "{n} card", "{n} cards") == "1 kaartje"
    assert [NL.listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a en b", "a, b en c"]


def test_source_line_says_where_the_rows_come_from() -> None:
    look = Look("nl", source="Casus.")
    assert look.source_line("published") == "Bron: Casus. Gepubliceerde cijfers."
    assert look.source_line("simulated", "Let op.").endswith(
        "Let op. Gesimuleerde gegevens, geen echte respondenten."
    )
    assert Look("en").source_line("simulated") == "Simulated data, not real respondents."
    with pytest.raises(ValueError, match="origin is one of"):
        look.source_line("invented")


def test_unknown_language() -> None:
    with pytest.raises(ValueError, match="words for en and nl, not 'de'"):
        Look("de")


def test_card_texts_fall_back() -> None:
    cards = pd.DataFrame(
        {"label_nl": ["lang", "lang", None], "short_nl": ["kort", "", None], "label_en": None},
        index=["a", "b", "c"],
    )
    assert texts(cards, NL) == {"a": "kort", "b": "lang", "c": "c"}
    assert texts(cards, EN) == {"a": "kort", "b": "lang", "c": "c"}


def test_deck_gives_domains_their_marks_and_the_rest_a_plain_one() -> None:
    cards = pd.DataFrame(
        {"label_nl": ["A", "B", "C"], "domain": ["service", "dwelling", None]}, index=[*"abc"]
    )
    look = Look("nl", domains={"dwelling": "woning", "buurt": "buurt", "service": "dienst"})
    deck = Deck.of(cards, [*"abcd"], look)
    assert [deck.marks[card].marker for card in "abcd"] == ["o", "^", "o", "o"]
    assert [word for _, word in deck.key] == ["woning", "dienst"]
    assert deck.labels["d"] == "d"
