"""What a change is made of: by hand, as statsmodels has it, and as it must be."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.oaxaca import OaxacaBlinder

from cxlib.survey import change_parts

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import changes as benchmark


def answers(n: int = 900, seed: int = 1, moved: bool = True) -> tuple[pd.Series, ...]:
    """Grades, journey and mode of people at two times; with other shares at the later one."""
    rng = np.random.default_rng(seed)
    later = np.arange(n) >= n // 2
    early, late = [0.5, 0.3, 0.2], [0.3, 0.4, 0.3] if moved else [0.5, 0.3, 0.2]
    journey = [rng.choice([*"abc"], p=late if one else early) for one in later]
    mode = np.where(rng.random(n) < 0.3 + 0.2 * later * moved, "telephone", "internet")
    who = pd.DataFrame({"journey": journey, "mode": mode})
    grade = 7 + who["journey"].map({"a": 0.0, "b": 0.5, "c": -1.0}) + 0.4 * (mode == "telephone")
    grade += 0.2 * later + 0.3 * later * (who["journey"] == "b") + rng.normal(size=n)
    return grade, who, pd.Series(later)


def test_one_grouping_is_split_as_kitagawa_did_by_hand():
    """Repairs 60 % at 7 and complaints 40 % at 5; then 80 % at 7.5 and 20 % at 6."""
    who = pd.DataFrame({"journey": ["r"] * 60 + ["c"] * 40 + ["r"] * 80 + ["c"] * 20})
    grade = pd.Series([7.0] * 60 + [5.0] * 40 + [7.5] * 80 + [6.0] * 20)
    found = change_parts(grade, who, pd.Series([False] * 100 + [True] * 100))
    # Mix: .2 x (7 + 7.5) / 2 - .2 x (5 + 6) / 2; rates: .5 x (.6 + .8) / 2 + 1 x (.4 + .2) / 2.
    np.testing.assert_allclose(found["change"], [1.0, 0.35, 0.65], atol=1e-12)
    assert found["n"].tolist() == [100] * 3 and found["n_before"].tolist() == [100] * 3


def test_several_groupings_are_split_as_statsmodels_does():
    grade, who, later = answers()
    found = change_parts(grade, who, later)["change"]
    X = pd.get_dummies(who, drop_first=True, dtype=float).assign(one=1.0, later=later.astype(float))
    model = OaxacaBlinder(grade, X, "later", hasconst=True, swap=False)
    real, mix, total = (-part for part in model.two_fold(two_fold_type="reimers").params)
    assert found["real"] == pytest.approx(real)
    assert found["journey"] + found["mode"] == pytest.approx(mix)
    assert found["total"] == pytest.approx(total)


def test_intervals_are_those_of_resampled_people():
    grade, who, later = answers()
    found, rng = change_parts(grade, who, later), np.random.default_rng(2)
    times = [np.flatnonzero(later == side) for side in (False, True)]
    drawn = []
    for _ in range(150):
        rows = np.concatenate([rng.choice(time, len(time)) for time in times])
        again = [part.iloc[rows].reset_index(drop=True) for part in (grade, who, later)]
        drawn.append(change_parts(*again)["change"])
    reach = 1.96 * pd.DataFrame(drawn).std()
    np.testing.assert_allclose((found["high"] - found["low"]) / 2, reach, rtol=0.2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_parts_add_up_and_names_and_order_play_no_role(seed: int, weighted: bool):
    grade, who, later = answers(200, seed)
    rng = np.random.default_rng(seed)
    weights = pd.Series(rng.uniform(0.2, 3, 200)) if weighted else None
    found = change_parts(grade, who, later, weights=weights)
    assert found["change"].drop("total").sum() == pytest.approx(found.loc["total", "change"])
    mean = [np.average(grade[t], weights=None if weights is None else weights[t])
            for t in (later, ~later)]  # fmt: skip
    assert found.loc["total", "change"] == pytest.approx(mean[0] - mean[1])
    order = rng.permutation(200)
    renamed = who.replace({"journey": {"a": "z", "b": "y", "c": "x"}})
    given = [part.iloc[order] for part in (grade, renamed, later)]
    again = change_parts(*given, weights=None if weights is None else weights.iloc[order])
    pd.testing.assert_frame_equal(found, again, rtol=1e-9, atol=1e-12)


def test_the_same_shares_have_no_part():
    grade, who, later = answers()
    who = pd.concat([who[:450], who[:450]], ignore_index=True)
    found = change_parts(grade, who, later)
    np.testing.assert_allclose(found.loc[["journey", "mode"], "change"], 0, atol=1e-12)
    one = change_parts(grade, who.assign(mode="internet"), later)
    assert list(one.index) == ["total", "journey", "real"]


def test_a_mode_that_came_in_has_its_distance_from_the_later_time():
    rng, later = np.random.default_rng(3), pd.Series(np.arange(2000) >= 1000)
    mode = pd.Series(np.where(later & (rng.random(2000) < 0.4), "telephone", "internet"))
    grade = 7 + 0.5 * (mode == "telephone") + 0.2 * later + rng.normal(0, 0.1, 2000)
    found = change_parts(grade, mode.to_frame("mode"), later)["change"]
    assert found["mode"] == pytest.approx(0.2, abs=0.03)
    assert found["real"] == pytest.approx(0.2, abs=0.03)


def test_what_changed_altogether_is_not_told_from_time():
    grade, who, later = answers()
    found = change_parts(grade, who.assign(mode=later.map({False: "post", True: "web"})), later)
    assert list(found.index) == ["total", "journey", "open"]
    twice = who.assign(again=who["journey"])  # can't be told from each other
    assert list(change_parts(grade, twice, later).index) == ["total", "open"]


def test_small_groups_are_taken_together_and_few_people_tell_nothing():
    grade, who, later = answers()
    rare = who["journey"].where(~who.index.isin([0, 1, 500, 501]), "rare")
    assert "journey" in change_parts(grade, who.assign(journey=rare), later).index
    assert change_parts(grade[440:], who[440:], later[440:], minimum=12).empty
    assert change_parts(grade * np.nan, who, later).empty


def test_a_question_asked_otherwise_is_held_against_those_that_were_not():
    grade, who, later = answers(moved=False)
    rng = np.random.default_rng(4)
    rises = {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4}
    others = pd.DataFrame({q: 7 + up * later + rng.normal(0, 0.2, 900) for q, up in rises.items()})
    found = change_parts(grade + 0.5 * later, who, later, others)
    assert list(found.index) == ["total", "journey", "mode", "real", "wording"]
    assert found.loc["real", "change"] == pytest.approx(0.25, abs=0.05)
    assert found["change"].drop("total").sum() == pytest.approx(found.loc["total", "change"])
    width = found["high"] - found["low"]  # as unchanged questions differ by .1 or so
    assert width["real"] > 2 * 3.18 * 0.11
    few = change_parts(grade, who, later, others[["a", "b"]])
    assert list(few.index) == ["total", "journey", "mode", "open"]


def test_the_parts_of_simulated_pairs_cover_their_truth():
    table = benchmark.coverage(pairs=6)
    assert table["coverage"].mean() > 0.85 and len(table) == 32
    committed = pd.read_csv(Path(benchmark.__file__).with_suffix(".csv"))
    assert committed["pairs"].min() >= 200
    assert committed["coverage"].between(0.92, 0.98).all()  # chance of simulation: .7 % either way
    assert committed.groupby("part")["coverage"].mean().between(0.93, 0.97).all()
