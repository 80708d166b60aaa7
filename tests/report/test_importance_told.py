"""Sentences say what the tables say."""

import numpy as np
import pandas as pd

from cxlib.importance import candidates, priorities, rank
from cxlib.language import Speaker
from cxlib.report.importance import (
    contrasts_told,
    gaps_told,
    leading,
    leading_told,
    orders_told,
    priorities_told,
    rules_told,
    steps_told,
)

EN = Speaker("en")
NAMES = pd.Series({"a": "Alpha", "b": "Beta", "c": "Gamma"})


def test_gaps_name_the_real_ones_largest_first() -> None:
    gaps = pd.DataFrame({"gap": [9.0, 2, -20], "real": [True, False, True]}, index=[*"abc"])
    assert (
        gaps_told(gaps, NAMES, EN)
        == "**Overestimated**: Alpha (+9).\n\n**Underestimated**: Gamma (−20)."
    )
    none = gaps_told(gaps.assign(real=False), NAMES, EN)
    assert none == "**Overestimated**: nothing.\n\n**Underestimated**: nothing."


def test_steps_name_card_and_the_one_below() -> None:
    steps = pd.DataFrame({"next": ["b", "c"], "real": [True, False]}, index=[*"ab"])
    places = pd.DataFrame({"rank_low": [1, 2, 2], "rank_high": [1, 3, 3]}, index=[*"abc"])
    assert steps_told(steps, places, NAMES, EN) == (
        "**Real steps between neighbours: 1 of 2**; *Alpha* above *Beta*. The 95 % interval of a "
        "card's rank spans 2 places for the typical card and 2 for the least certain."
    )


def test_contrasts_tell_only_what_leaves_out_nought() -> None:
    index = pd.MultiIndex.from_product([[*"abc"], ["f1-f2"]], names=["card", "pair"])
    ends = {"difference": [5.0, -30, np.nan], "low": [1.0, -70, np.nan], "high": [9.0, 2, np.nan]}
    told = contrasts_told(pd.DataFrame(ends, index), NAMES, EN)
    assert told.endswith("leaves out 0: viewpoints 1 and 2 on *Alpha* (+5, 1 to 9).")
    none = contrasts_told(pd.DataFrame(ends | {"low": -1.0}, index), NAMES, EN)
    assert none.endswith("leaves out 0: none.")


def test_first_is_said_of_a_card_that_is_told_from_all_others() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.normal([[4.0], [2.2], [2.0]], 1.0, (3, 30)).argsort(axis=0).argsort(axis=0)
    scores = rank(pd.DataFrame(drawn, [*"abc"]))
    told = leading_told(leading(scores), scores, NAMES, EN)
    assert told.startswith("The highest card is **Alpha 88 (") and told.endswith(", of 3.")
    others = scores.drop("a").assign(ahead_low=[0.0, -1.0])
    told = leading_told(leading(others), others, NAMES, EN, "value")
    assert told.startswith("Which value scores highest is **not certain**: ")
    alone = leading_told(leading(scores[:1]), scores[:1], NAMES, EN)
    assert alone.startswith("There is one card: **Alpha")


def test_staff_who_guess_are_not_said_to_know() -> None:
    rho = {"estimate": 0.3, "corrected": 0.4, "low": -0.2, "high": 0.8, "p_none": 0.2}
    told = orders_told(pd.DataFrame([rho | {"p_same": 0.3}], ["spearman"]), "tenants", "staff", EN)
    assert "know the order not demonstrably better than by guessing" in told
    assert "do not demonstrably differ from the tenants" in told


def test_rules_tell_of_the_board_even_if_others_have_the_same_piles() -> None:
    board = {1: 1, 2: 1, 3: 1}
    schemes = {
        "shifted": ((0, 1), (1, 1), (2, 1)),
        "other": ((0, 2), (1, 1)),
        "four": ((0, 2), (1, 2)),
    }
    rules = candidates(pd.Series({"a": 100, "b": 50}), 2, schemes, board=board)
    assert set(rules["rule"]) == {"shifted", "other", "the board of this study"}
    assert "The board of this study, rescaled 0-100: yes" in rules_told(rules, EN)
    assert rules_told(rules, EN).endswith("Impossible however they are read: other.")


def test_priorities_tell_lines_borders_and_gaps() -> None:
    rng, people = np.random.default_rng(0), [f"p{i}" for i in range(12)]
    sorts = pd.DataFrame([[2] * 12, [1] * 12, [0] * 12], [*"abc"], people)
    sorts["p0"] = [1, 2, 0]
    sorts["p1"] = [2, 0, 1]
    grades = pd.DataFrame([4.0, 6.5, 9.0], [*"abc"])[[0] * 12].set_axis(people, axis=1)
    grades += rng.normal(scale=0.5, size=grades.shape)
    text = priorities_told(priorities(sorts, grades), NAMES, EN)
    assert "**Important and not yet done well: Alpha.**" in text
    assert "importance at the mean (50)" in text and "**Largest gap: Alpha.**" in text
    norm = priorities_told(priorities(sorts, grades, performance_line=7), NAMES, EN)
    assert "performance at the target (7.0)" in norm
