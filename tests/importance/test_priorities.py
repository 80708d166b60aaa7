"""Importance against performance: quadrants, borders, priorities, small cells."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxlib import drivers
from cxlib.importance import ImportanceError, priorities, quadrants, rank

PEOPLE = [f"p{number}" for number in range(30)]
CARDS = ["a", "e", "b", "c", "f", "d"]


@pytest.fixture
def sorts() -> pd.DataFrame:
    """Scores of about 100, 80, 60, 40, 20 and 0."""
    rng = np.random.default_rng(3)
    places = np.argsort(np.arange(6)[:, None] + rng.normal(scale=0.7, size=(6, 30)), axis=0)
    return pd.DataFrame(5.0 - np.argsort(places, axis=0), CARDS, PEOPLE)


@pytest.fixture
def ratings() -> pd.DataFrame:
    chance = np.random.default_rng(0).normal(scale=0.5, size=(6, 30))
    means = pd.Series({"a": 5, "e": 7, "b": 9, "c": 5, "f": 9, "d": 9})
    frame = pd.DataFrame(means.to_numpy()[:, None] + chance, CARDS, PEOPLE)
    frame.loc["f", PEOPLE[4:]] = np.nan
    return frame


def test_quadrants_border_and_suppressed(sorts, ratings):
    table = priorities(sorts, ratings, importance_line=50, performance_line=7.0)
    assert table["quadrant"].to_dict() == {
        "a": "improve",
        "e": "border",
        "b": "keep",
        "c": "later",
        "f": "suppressed",
        "d": "overdone",
    }
    assert table.index.tolist() == CARDS


def test_nothing_of_a_small_cell_is_shown_nor_follows_from_the_rest(sorts, ratings):
    table = priorities(sorts, ratings)
    numbers = table.drop(columns=["quadrant", "real", "importance_target", "performance_target"])
    assert numbers.loc["f"].isna().all() and not table.loc["f", "real"]
    others = priorities(
        sorts.drop(index="f"), ratings.drop(index="f"), grid=dict.fromkeys(range(6))
    )
    pd.testing.assert_frame_equal(table.drop(index="f"), others)
    assert table["performance_line"].max() == pytest.approx(table["performance"].mean())


@pytest.mark.parametrize(("minimum", "suppressed"), [(1, 0), (4, 0), (5, 1), (31, 6)])
def test_the_minimum_is_a_choice(sorts, ratings, minimum, suppressed):
    table = priorities(sorts, ratings, minimum=minimum)
    assert (table["quadrant"] == "suppressed").sum() == suppressed
    assert table["rank"].notna().sum() == 6 - suppressed


@pytest.mark.parametrize("graded", [0, 1])
def test_a_mean_without_spread_is_suppressed_whatever_the_minimum(sorts, ratings, graded):
    ratings.loc["a", PEOPLE[graded:]] = np.nan
    assert priorities(sorts, ratings, minimum=0).loc["a", "quadrant"] == "suppressed"


def test_targets_are_fixed_and_said_to_be(sorts, ratings):
    table = priorities(sorts, ratings, importance_line=99.9, performance_line=9.9)
    assert set(table["quadrant"]) == {"later", "suppressed"}
    assert table["importance_target"].all() and table["performance_target"].all()
    distance = table["performance_above_high"] - table["performance_above_low"]
    np.testing.assert_allclose(distance, table["high"] - table["low"])
    relative = priorities(sorts, ratings)
    assert not relative[["importance_target", "performance_target"]].any(axis=None)


def test_a_mean_as_line_moves_with_the_people(sorts, ratings):
    """Mild and severe people move all grades together, and no card against the others."""
    mood = np.random.default_rng(1).normal(scale=3, size=30)
    table = priorities(sorts, ratings + mood)
    own, above = (table[f"{a}high"] - table[f"{a}low"] for a in ("", "performance_above_"))
    assert (above < 0.5 * own).drop("f").all()


def test_intervals_are_those_of_a_mean(sorts, ratings):
    table = priorities(sorts, ratings, n_resamples=20_000)
    mean, se = ratings.loc["a"].mean(), ratings.loc["a"].sem()
    bounds = mean + stats.t.ppf(0.975, 29) * se * np.array([-1, 1])
    np.testing.assert_allclose(table.loc["a", ["low", "high"]].astype(float), bounds, atol=0.01)


def test_the_gap_is_paired_where_people_are_the_same(sorts, ratings):
    """Whoever lays a card high grades it high: then gaps vary less than of strangers."""
    noise = np.random.default_rng(2).normal(scale=8, size=sorts.shape)
    grades = 1 + 9 * (20 * sorts + noise).clip(0, 100) / 100
    own = priorities(sorts, grades)
    strangers = priorities(sorts, grades.rename(columns="x{}".format))
    wide = [table["gap_high"] - table["gap_low"] for table in (own, strangers)]
    assert (wide[0] < 0.8 * wide[1]).all()
    np.testing.assert_allclose(own["gap"], strangers["gap"])


def test_strangers_vary_as_two_samples_do(sorts, ratings):
    strangers = ratings.rename(columns="x{}".format)
    table = priorities(sorts, strangers, importance_line=50, performance_line=7, n_resamples=20_000)
    se = np.hypot((20 * sorts.loc["a"]).sem(), 100 / 9 * ratings.loc["a"].sem())
    reach = stats.t.ppf(0.975, 29) * se
    assert table.loc["a", "gap_high"] - table.loc["a", "gap"] == pytest.approx(reach, rel=0.03)


def test_gaps_are_in_points_of_the_survey_scale(sorts, ratings):
    ten, five = (
        priorities(sorts, ratings),
        priorities(sorts, (ratings - 1) * 4 / 9 + 1, scale=(1, 5)),
    )
    np.testing.assert_allclose(ten["gap"], five["gap"])
    assert ten["gap"].sum() == pytest.approx(0)
    assert ten["quadrant"].equals(five["quadrant"])
    raw = priorities(sorts, ratings, scoring="grid")
    pd.testing.assert_frame_equal(ten, raw)


def test_importance_is_that_of_the_ranking(sorts, ratings):
    sessions = pd.Series(["x"] * 15 + ["y"] * 15, PEOPLE)
    table = priorities(sorts, ratings, strata=sessions, minimum=2)
    np.testing.assert_allclose(table["importance"], rank(sorts)["score"])
    assert table.sort_values("rank").index[0] == "a" and table["p_first"].sum() == pytest.approx(1)
    assert (table["real"] == (table["p_adjusted"] < 0.05)).all()


def test_faults_are_named(sorts, ratings):
    with pytest.raises(ImportanceError, match="card b has a score and no ratings"):
        priorities(sorts, ratings.drop(index="b"))
    with pytest.raises(ImportanceError, match="occurs twice"):
        priorities(sorts, pd.concat([ratings, ratings]))
    with pytest.raises(ImportanceError, match="one person"):
        priorities(sorts.iloc[:, :1], ratings.iloc[:, :1])


def test_quadrants_on_derived_importance_equal_those_of_r(reference):
    path = reference / "drivers" / "expected" / "importance_performance_mobi.json"
    theirs = json.loads(path.read_text())["mobi"]
    want = pd.DataFrame(theirs["table"]).set_index("item")
    rows = pd.read_csv(reference / "drivers" / "mobi_ecsi" / "mobi.csv")
    shares = drivers.bootstrap_importance(rows[want.index], rows["CUSA1"], n_resamples=50)
    own = shares.shares["share"].drop("random")
    derived = (100 * own / own.sum()).to_frame("importance")
    np.testing.assert_allclose(derived["importance"], 100 * want["importance_lmg_share"], atol=1e-7)
    table = derived[["importance"]].assign(
        performance=rows[want.index].mean(), low=np.nan, high=np.nan, n=len(rows)
    )
    found = quadrants(table)
    names = {"keep_up": "keep", "low_priority": "later", "possible_overkill": "overdone"}
    assert found["quadrant"].tolist() == [names.get(q, "improve") for q in want["quadrant"]]
    lines = found[["performance_line", "importance_line"]].iloc[0].tolist()
    crosshair = theirs["crosshair"]
    assert lines == pytest.approx([crosshair["performance"], 100 * crosshair["importance"]])


def test_an_interval_on_either_line_is_the_border():
    rows = {"importance": 30.0, "performance": 6.0, "low": 5.9, "high": 6.1, "n": 50}
    table = pd.DataFrame([rows, rows | {"importance": 10.0, "performance": 8.0, "low": 7.9,
                                        "high": 8.1}], index=[*"ab"])  # fmt: skip
    assert quadrants(table)["quadrant"].tolist() == ["improve", "overdone"]
    wide = table.assign(importance_low=[15.0, 9.0], importance_high=[45.0, 11.0])
    assert quadrants(wide)["quadrant"].tolist() == ["border", "overdone"]
    assert quadrants(table, minimum=60)["quadrant"].tolist() == ["suppressed"] * 2
