"""How far people lie apart on the cards, and whether sessions agree."""

import numpy as np
import pandas as pd
import pytest
from figure_samples import MARKUP, cards, look, shown, words

from cxlib import figures, importance
from cxlib.figures import Look, lint

NL, EN = Look("nl"), Look("en")


def sorted_by(people: int, count: int, seed: int = 3) -> pd.DataFrame:
    luck = np.random.default_rng(seed)
    values = luck.permuted(np.tile(np.arange(count) % 9 - 4, (people, 1)), axis=1).T
    return pd.DataFrame(values, cards(count).index)


def by_session(deck: pd.DataFrame, count: int) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([deck.index, words(count, nasty=True)])
    score = np.random.default_rng(2).uniform(0, 100, len(index))
    frame = pd.DataFrame({"score": score, "n": 12}, index.set_names(["card", "session"]))
    return frame.assign(low=frame["score"] - 30, high=frame["score"] + 30)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("count", "people"), [(9, 40), (30, 32), (77, 60)])
def test_spread_is_well_set(count: int, people: int, language: str) -> None:
    deck, middles = cards(count, nasty=True), importance.middles(sorted_by(people, count))
    figure = figures.card_spread(middles, deck, look=look(language), origin="simulated", n=people)
    assert lint(figure) == []
    assert any(text.startswith(MARKUP) for text in figure.texts)


def test_spread_counts_cards_that_most_lay_on_one_side() -> None:
    frame = pd.DataFrame(
        {"score": [80.0, 55, 20], "lower": [75.0, 50, 0], "upper": [100.0, 75, 25]},
        index=["c01", "c02", "c03"],
    )
    half, third = (
        figures.card_spread(
            frame.assign(outside=tail), cards(3), look=EN, origin="collected"
        ).caption
        for tail in (1 / 4, 1 / 3)
    )
    side = "2 of 3 cards lie on the same side of the middle for"
    assert half.title == f"{side} three quarters of participants or more"
    assert third.title == f"{side} two thirds of participants or more"
    assert "middle half" in half.subtitle and "middle third" in third.subtitle


def test_spread_of_too_few_people_is_not_drawn() -> None:
    middles = importance.middles(sorted_by(29, 9))
    assert middles["lower"].isna().all() and middles["score"].notna().all()
    with pytest.raises(ValueError, match="too few people"):
        figures.card_spread(middles, cards(9), look=NL, origin="collected")


@pytest.mark.parametrize(("people", "minimum"), [(30, 10), (32, 10), (39, 10), (40, 10), (50, 5)])
def test_at_least_the_minimum_lies_on_each_side_of_a_middle(people: int, minimum: int) -> None:
    sorts = sorted_by(people, 20)
    middles = importance.middles(sorts, minimum)
    placed = (sorts.loc[middles.index] + 4) / 8 * 100
    assert (placed.le(middles["lower"], axis=0).sum(axis=1) >= minimum).all()
    assert (placed.ge(middles["upper"], axis=0).sum(axis=1) >= minimum).all()
    assert (middles["lower"] <= middles["upper"]).all()
    assert middles["outside"].iloc[0] == pytest.approx(1 / 4 if people >= 4 * minimum else 1 / 3)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("count", "sessions"), [(1, 2), (12, 3), (30, 8)])
def test_sessions_are_well_set(count: int, sessions: int, language: str) -> None:
    deck = cards(count, nasty=True)
    figure = figures.session_agreement(
        by_session(deck, sessions), deck, look=look(language), origin="simulated"
    )
    assert lint(figure) == []


@pytest.mark.parametrize(
    ("real", "differ", "title"),
    [
        (
            [False, False],
            False,
            "The 3 sessions do not demonstrably differ in how they sort the cards",
        ),
        ([True, False], True, "The 3 sessions demonstrably differ on ‘Kort kaartje 1’"),
        (
            [False, False],
            True,
            "The 3 sessions sort the cards differently, but demonstrably on no single card",
        ),
    ],
)
def test_sessions_differ_only_where_that_was_shown(
    real: list[bool], differ: bool, title: str
) -> None:
    deck = cards(2)
    tests = pd.DataFrame({"real": real}, deck.index)
    figure = figures.session_agreement(
        by_session(deck, 3), deck, look=EN, origin="collected", tests=tests, differ=differ
    )
    assert figure.caption.title == title
    assert "Kort kaartje 1" in shown(figure)
