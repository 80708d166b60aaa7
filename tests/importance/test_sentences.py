"""Sentences say what the tables say."""

import numpy as np
import pandas as pd

from cxlib.importance import (
    candidates,
    contrasts_told,
    gaps_told,
    priorities,
    priorities_told,
    rules_told,
    steps_told,
)

NAMES = pd.Series({"a": "Alpha", "b": "Beta", "c": "Gamma"})


def test_gaps_name_the_real_ones_largest_first() -> None:
    gaps = pd.DataFrame({"gap": [9.0, 2, -20], "real": [True, False, True]}, index=[*"abc"])
    assert (
        gaps_told(gaps, NAMES)
        == "**Overestimated**: Alpha (+9).\n\n**Underestimated**: Gamma (-20)."
    )
    none = gaps_told(gaps.assign(real=False), NAMES)
    assert none == "**Overestimated**: nothing.\n\n**Underestimated**: nothing."


def test_steps_name_card_and_the_one_below() -> None:
    steps = pd.DataFrame({"next": ["b", "c"], "real": [True, False]}, index=[*"ab"])
    assert steps_told(steps, NAMES) == (
        "**1 of the 2 steps between neighbours are real**; *Alpha* above *Beta*"
    )


def test_contrasts_tell_the_widest_of_each_pair() -> None:
    index = pd.MultiIndex.from_product([[*"abc"], ["f1-f2"]], names=["card", "pair"])
    table = pd.DataFrame({"difference": [5.0, -30, np.nan], "low": 1.0, "high": 2.0}, index)
    assert contrasts_told(table, NAMES) == "f1-f2: *Beta* (-30, 1 to 2)"


def test_rules_tell_of_the_board_even_if_others_have_the_same_piles() -> None:
    board = {1: 1, 2: 1, 3: 1}
    schemes = {
        "shifted": ((0, 1), (1, 1), (2, 1)),
        "other": ((0, 2), (1, 1)),
        "four": ((0, 2), (1, 2)),
    }
    rules = candidates(pd.Series({"a": 100, "b": 50}), 2, schemes, board=board)
    assert set(rules["rule"]) == {"shifted", "other", "the board of this study"}
    assert "The board of this study, rescaled 0-100: yes" in rules_told(rules)
    assert rules_told(rules).endswith("Impossible however they are read: other.")


def test_priorities_tell_lines_borders_and_gaps() -> None:
    rng, people = np.random.default_rng(0), [f"p{i}" for i in range(12)]
    sorts = pd.DataFrame([[2] * 12, [1] * 12, [0] * 12], [*"abc"], people)
    sorts["p0"] = [1, 2, 0]
    sorts["p1"] = [2, 0, 1]
    grades = pd.DataFrame([4.0, 6.5, 9.0], [*"abc"])[[0] * 12].set_axis(people, axis=1)
    grades += rng.normal(scale=0.5, size=grades.shape)
    text = priorities_told(priorities(sorts, grades), NAMES)
    assert "**Important and not yet done well: Alpha.**" in text
    assert "importance at the mean (50)" in text and "**Largest gap: Alpha**" in text
    norm = priorities_told(priorities(sorts, grades, performance_line=7), NAMES)
    assert "performance at the target (7.0)" in norm
