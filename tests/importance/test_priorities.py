"""Importance against performance: quadrants, borders, small cells."""

import json

import numpy as np
import pandas as pd
import pytest

from cxlib import drivers
from cxlib.importance import ImportanceError, priorities, quadrants

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


def test_quadrants_on_derived_importance_equal_those_of_r(reference):
    path = reference / "drivers" / "expected" / "importance_performance_mobi.json"
    theirs = json.loads(path.read_text())["mobi"]
    want = pd.DataFrame(theirs["table"]).set_index("item")
    rows = pd.read_csv(reference / "drivers" / "mobi_ecsi" / "mobi.csv")
    shares = drivers.bootstrap_importance(rows[want.index], rows["CUSA1"], n_resamples=50)
    derived = drivers.derived_importance(shares)
    np.testing.assert_allclose(derived["importance"], 100 * want["importance_lmg_share"], atol=1e-7)
    table = derived[["importance"]].assign(
        performance=rows[want.index].mean(), low=np.nan, high=np.nan, n=len(rows)
    )
    found = quadrants(table)
    names = {"keep_up": "keep", "low_priority": "later", "possible_overkill": "overdone"}
    assert found["quadrant"].tolist() == [names.get(q, "improve") for q in want["quadrant"]]
    assert found.attrs["performance_line"] == pytest.approx(theirs["crosshair"]["performance"])
    assert found.attrs["importance_line"] == pytest.approx(100 * theirs["crosshair"]["importance"])


def test_an_interval_on_either_line_is_the_border():
    rows = {"importance": 30.0, "performance": 6.0, "low": 5.9, "high": 6.1, "n": 50}
    table = pd.DataFrame([rows, rows | {"importance": 10.0, "performance": 8.0, "low": 7.9,
                                        "high": 8.1}], index=[*"ab"])  # fmt: skip
    assert quadrants(table)["quadrant"].tolist() == ["improve", "overdone"]
    wide = table.assign(importance_low=[15.0, 9.0], importance_high=[45.0, 11.0])
    assert quadrants(wide)["quadrant"].tolist() == ["border", "overdone"]
    across = quadrants(table, performance_line=6.05)
    assert across["quadrant"].tolist() == ["border", "overdone"]
    assert quadrants(table, minimum=60)["quadrant"].tolist() == ["suppressed"] * 2
