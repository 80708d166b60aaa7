"""Scoring rules: their values on sorts worked out by hand, their properties, what they refuse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlib.importance import RULES, ImportanceError, points, score, top_piles, top_share

HAND = pd.DataFrame(
    {"ann": [2, 1, 0, 0, -2], "bob": [2, 0, 1, -2, 0]}, index=["a", "b", "c", "d", "e"]
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("rescaled", [100, 62.5, 62.5, 25, 25]),
        ("grid", [2, 0.5, 0.5, -1, -1]),
        ("mean_rank", [100, 56.25, 56.25, 18.75, 18.75]),
        (top_piles((3, 1)), [100, 100 / 6, 100 / 6, 0, 0]),
        (top_share(3), [100, 75, 75, 25, 25]),
        (top_share(1), [100, 0, 0, 0, 0]),
    ],
)
def test_rules_by_hand(rule, expected):
    np.testing.assert_allclose(score(HAND, rule), expected)


def test_rescaling_uses_the_ends_of_the_grid_even_where_nobody_laid_a_card():
    assert score(HAND, grid={-4: 1, -2: 1, 0: 1, 1: 1, 2: 1, 4: 1})["a"] == 75


def test_a_rule_may_be_any_function():
    doubled = score(HAND, lambda sorts, grid: sorts * 2)
    assert doubled["a"] == 4


def test_a_card_that_some_did_not_place_scores_by_those_who_did():
    sorts = HAND.astype(float)
    sorts.loc["a", "bob"] = np.nan
    sorts.loc["b", "ann"] = np.nan
    assert score(sorts)[["a", "b"]].tolist() == [100, 50]


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(RULES)))
def test_scores_follow_cards_and_forget_the_order_of_people(seed, rule):
    rng = np.random.default_rng(seed)
    sorts = pd.DataFrame(rng.permuted(np.tile(np.arange(14), (5, 1)), axis=1).T)
    shuffled = sorts.iloc[rng.permutation(14), rng.permutation(5)]
    np.testing.assert_allclose(score(shuffled, rule).loc[sorts.index], score(sorts, rule))


@given(st.integers(0, 2**32 - 1), st.integers(1, 13))
def test_shares_of_the_top_fill_its_places_exactly(seed, k):
    rng = np.random.default_rng(seed)
    sorts = pd.DataFrame(np.vstack([rng.integers(-4, 5, (13, 6)), np.full(6, 5)]))
    assert points(sorts, top_share(k)).sum().round(9).eq(100 * k).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda sorts: sorts.rename(index={"b": "a"}), "card a occurs twice"),
        (lambda sorts: sorts.rename(columns={"bob": "ann"}), "sort ann occurs twice"),
        (lambda sorts: sorts.astype(object).replace(1, "x"), "x for card b in sort ann"),
        (lambda sorts: sorts.replace(1, np.inf), "inf for card b in sort ann"),
        (
            lambda sorts: sorts.assign(ann=[2, 1, None, 0, -2], bob=[2, 0, None, -2, 0]),
            "nobody placed card c",
        ),
        (lambda sorts: sorts.assign(bob=1), "sort bob has all its cards in one place"),
        (lambda sorts: sorts.iloc[:1], "two cards and a sort"),
        (lambda sorts: sorts.iloc[:, :0], "two cards and a sort"),
    ],
)
def test_faults_name_the_card_and_the_sort(change, message):
    with pytest.raises(ImportanceError, match=message):
        score(change(HAND.astype(float)))


def test_a_value_off_the_grid_is_named():
    with pytest.raises(ImportanceError, match="2 for card a in sort ann"):
        score(HAND, grid={-2: 1, 0: 2, 1: 1, 3: 1})


def test_an_unknown_rule_is_told_the_known_ones():
    with pytest.raises(ImportanceError, match="'best'; the rules are rescaled"):
        score(HAND, "best")
    with pytest.raises(ImportanceError, match="k is 5"):
        score(HAND, top_share(5))
