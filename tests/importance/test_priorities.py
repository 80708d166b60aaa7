"""Importance against performance: quadrants, borders, small cells."""

import numpy as np
import pandas as pd
import pytest

from cxlib.importance import ImportanceError, priorities

SCORES = pd.Series({"a": 90.0, "b": 80.0, "c": 20.0, "d": 10.0, "e": 85.0, "f": 15.0})


@pytest.fixture
def ratings() -> pd.DataFrame:
    chance = np.random.default_rng(0).normal(scale=0.5, size=(6, 30))
    means = np.array([5, 9, 5, 9, 7, 9])[:, None]
    frame = pd.DataFrame(means + chance, SCORES.index, [f"p{number}" for number in range(30)])
    frame.loc["f", frame.columns[4:]] = np.nan
    return frame


def test_quadrants_border_and_suppressed(ratings):
    table = priorities(SCORES, ratings, performance_line=7.0)
    assert table["quadrant"].to_dict() == {
        "a": "improve",
        "e": "border",
        "b": "keep",
        "c": "later",
        "f": "suppressed",
        "d": "overdone",
    }
    assert table.index.tolist() == ["a", "e", "b", "c", "f", "d"]


def test_nothing_of_a_small_cell_is_shown_nor_follows_from_the_rest(ratings):
    table = priorities(SCORES, ratings)
    assert table.loc["f", ["performance", "low", "high", "n"]].isna().all()
    shown = table["performance"].dropna()
    assert len(shown) == 5
    assert table.attrs["performance_line"] == pytest.approx(shown.mean())


@pytest.mark.parametrize(("minimum", "suppressed"), [(1, 0), (4, 0), (5, 1), (31, 6)])
def test_the_minimum_is_a_choice(ratings, minimum, suppressed):
    table = priorities(SCORES, ratings, minimum=minimum)
    assert (table["quadrant"] == "suppressed").sum() == suppressed


def test_a_card_that_nobody_graded_is_suppressed_whatever_the_minimum(ratings):
    ratings.loc["a"] = np.nan
    assert priorities(SCORES, ratings, minimum=0).loc["a", "quadrant"] == "suppressed"


def test_an_uncertain_importance_puts_a_card_on_the_border(ratings):
    bounds = pd.DataFrame({"low": SCORES - 5, "high": SCORES + 5})
    bounds.loc["b", "low"] = 40
    table = priorities(SCORES, ratings, performance_line=7.0, importance_intervals=bounds)
    assert table.loc["b", "quadrant"] == "border"
    assert table.loc["a", "quadrant"] == "improve"


def test_lines_may_be_targets(ratings):
    table = priorities(SCORES, ratings, importance_line=95, performance_line=9.9)
    assert set(table["quadrant"]) == {"later", "suppressed"}
    assert table.attrs == {"importance_line": 95, "performance_line": 9.9}


def test_intervals_are_those_of_a_mean(ratings):
    table = priorities(SCORES, ratings, n_resamples=20_000)
    mean, se = ratings.loc["a"].mean(), ratings.loc["a"].sem()
    np.testing.assert_allclose(
        table.loc["a", ["low", "high"]].astype(float),
        mean + 2.05 * se * np.array([-1, 1]),
        atol=0.02,
    )


def test_faults_are_named(ratings):
    with pytest.raises(ImportanceError, match="card b has a score and no ratings"):
        priorities(SCORES, ratings.drop(index="b"))
    with pytest.raises(ImportanceError, match="occurs twice"):
        priorities(pd.concat([SCORES, SCORES]), ratings)
    with pytest.raises(ImportanceError, match="one person"):
        priorities(SCORES, ratings.iloc[:, :1])
