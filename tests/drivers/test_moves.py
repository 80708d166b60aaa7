"""Scenarios side by side: which value does most, how sure that is, and that order is kept."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moving import move, what_if

from cxlib.drivers import DriverError, scenarios, standard_moves
from cxlib.drivers.sample import complete
from cxlib.drivers.scenario import Outlook
from cxlib.report.drivers import best, scenario_leaders


def tenants(n: int, seed: int = 1, slopes: tuple[float, float] = (0.9, 0.2)):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(3, 11, (n, 2)).astype(float), columns=["a", "b"])
    latent = slopes[0] * X["a"] + slopes[1] * X["b"] + rng.logistic(size=n) + 0.4
    return X, latent.round().clip(1, 10)


def led(X: pd.DataFrame, y: pd.Series, key: tuple[str, str] = ("middle_to_top", "top")):
    """What may be said of the leader."""
    return scenario_leaders(scenarios(X, y).changes).loc[key]


HALVES = st.lists(st.integers(2, 20).map(lambda g: g / 2), min_size=2, max_size=12)


@given(HALVES, st.sampled_from([*standard_moves(5, 8)]), st.floats(5.1, 6))
@settings(max_examples=100, deadline=None)
def test_no_move_lets_anybody_overtake(grades, name, lowest):
    before = pd.Series([*grades, 5.0, lowest])
    one = standard_moves(5, 8)[name]
    after = one.moved(before, 5, 8, 10, before[before > 5].min())
    expected = before + one.part * (after - before)  # all have the same chance to be moved
    order = expected[before.sort_values(kind="stable").index].to_numpy()
    assert (np.diff(order) >= -1e-12).all()
    assert (after >= before).all() and after.max() <= 10
    assert (one.band != "fail") or (after[before > 5] == before[before > 5]).all()


@given(HALVES, st.integers(-4, 4), st.integers(1, 9), st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_a_move_of_some_grades_keeps_the_order_of_all(grades, by, low, width):
    before = pd.Series(grades)
    after = move(before.to_frame("a"), "a", by, among=(low, low + width))["a"]
    assert (np.diff(after[before.sort_values(kind="stable").index]) >= 0).all()
    outside = ~before.between(low, low + width)
    assert (after[outside] == before[outside]).all()


def test_a_lifted_fail_is_not_predicted_better_than_those_who_stood_above():
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.integers(6, 21, (900, 2)) / 2, columns=["a", "b"])
    X["b"] = X["b"].round()
    y = (0.7 * X["a"] + 0.3 * X["b"] + rng.logistic(size=900)).round().clip(1, 10)
    outlook = Outlook.of(complete(X, y), 5, 8)
    fails, passed = X["a"] <= 5, float(X["a"][X["a"] > 5].min())
    raised = standard_moves(5, 8)["fail_to_pass"].moved(X["a"], 5, 8, 10, passed)
    fail, _, top = outlook.effects(X.assign(a=raised))
    for _, same in X.groupby("b"):
        lifted, above = (same.index[fails[same.index] == yes] for yes in (True, False))
        assert top[1][lifted].max() <= top[1][above].min() + 1e-12
        assert fail[1][lifted].min() >= fail[1][above].max() - 1e-12
    assert fails.any() and passed == 5.5
    changes = scenarios(X, y).changes
    assert changes.loc[("a", "fail_to_pass", "top"), "n_moved"] == fails.sum()


def test_the_best_is_told_from_all_others_and_not_from_the_second_only():
    moves = pd.MultiIndex.from_product(
        [["a", "b", "c"], ["m"], ["top"]], names=["driver", "move", "band"]
    )
    table = pd.DataFrame({"change": [0.3, 0.2, 0.1], "low": 0.05, "high": [0.5, 0.3, 0.2]}, moves)
    table["behind_low"] = [np.nan, 0.02, -0.01]
    assert best(table, "m", "top").tied == ("c",)
    assert best(table.assign(low=-0.1), "m", "top").names == ()


def test_moves_do_what_they_say():
    grades = pd.Series([3.0, 5, 6, 7.5, 8, 10])
    moves = standard_moves(5, 8)
    chosen = {name: one.chosen(grades, 5, 8).tolist() for name, one in moves.items()}
    assert chosen["fail_step"] == chosen["fail_to_pass"] == [True, True] + [False] * 4
    assert chosen["middle_to_top"] == [False, False, True, True, False, False]
    assert moves["tenth"].part * moves["tenth"].by == pytest.approx(0.1)
    assert standard_moves(2, 4)["fail_to_pass"].floor == 3
    assert standard_moves(6, 7)["fail_to_pass"].floor == 7


def test_each_row_is_what_the_plain_function_says():
    X, y = tenants(900)
    found = scenarios(X, y)
    step = what_if(X, y, {"m": move(X, "b", 1, among=(1, 5))}).loc["m"]
    own = found.changes.xs(("b", "fail_step"), level=(0, 1))
    pd.testing.assert_frame_equal(own[step.columns], step, check_names=False)
    everyone = what_if(X, y, {"m": move(X, "a", 1)}).loc["m"]
    tenth = found.changes.xs(("a", "tenth"), level=(0, 1))
    for column in ("change", "low", "high"):
        np.testing.assert_allclose(tenth[column], everyone[column] / 10)
    assert found.changes.loc[("a", "middle_to_top", "top"), "n_moved"] == X["a"].between(6, 7).sum()


def test_weights_alike_change_nothing_and_unlike_ones_do():
    X, y = tenants(500)
    plain = scenarios(X, y).changes
    pd.testing.assert_frame_equal(plain, scenarios(X, y, weights=pd.Series(2.0, X.index)).changes)
    other = scenarios(X, y, weights=pd.Series(np.where(y > 7, 2.0, 1.0))).changes
    assert (other["now"].xs("top", level="band") > plain["now"].xs("top", level="band")).all()


def test_the_value_that_does_most_is_found_and_how_sure_that_is():
    sure = led(*tenants(2000))
    assert sure["driver"] == "a" and sure["rival"] == "b" and sure["verdict"] == "first"
    assert sure["lead_low"] > 0 and sure["p_first"] > 0.99
    alike = [led(*tenants(500, seed, (0.5, 0.5))) for seed in range(20)]
    assert sum(row["verdict"] == "first" for row in alike) <= 5
    assert 0.5 < np.mean([row["p_first"] for row in alike]) < 0.9


def test_the_lead_is_as_unsure_as_resampled_respondents_say():
    X, y = tenants(300, 3, (0.6, 0.4))
    row = led(X, y)
    rng, draws = np.random.default_rng(2), []
    for _ in range(60):
        rows = rng.integers(0, len(X), len(X))
        own, grades = (part.iloc[rows].reset_index(drop=True) for part in (X, y))
        moves = {d: own.assign(**{d: own[d].mask(own[d].between(6, 7), 8)}) for d in own}
        again = what_if(own, grades, moves)["change"].xs("top", level="band")
        draws.append(again[row["driver"]] - again[row["rival"]])
    ratio = (row["lead_high"] - row["lead_low"]) / (2 * 1.96 * np.std(draws))
    assert 0.7 < ratio < 1.4


def test_nothing_to_gain_has_no_leader():
    rng = np.random.default_rng(4)
    X = pd.DataFrame(rng.integers(3, 11, (600, 3)).astype(float), columns=[*"abc"])
    verdicts = []
    for seed in range(12):
        y = pd.Series(np.random.default_rng(seed).integers(4, 10, 600).astype(float))
        verdicts.append(led(X, y, ("fail_to_pass", "fail"))["verdict"])
    assert verdicts.count("none") >= 11  # the best of three is corrected for being the best


def test_values_with_too_few_in_a_band_are_blank():
    X, y = tenants(400)
    X["b"] = X["b"].where(X["b"] > 5, 6)
    X.loc[:3, "b"] = 4
    found = scenarios(X, y)
    assert found.changes.loc["b"].isna().all(axis=None)
    assert found.changes["change"].xs("a", level=0).notna().all()
    leaders = scenario_leaders(found.changes)
    assert leaders["driver"].tolist() == ["a"] * 8 and leaders["rival"].isna().all()
    assert set(leaders["verdict"]) <= {"alone", "none"}


def test_another_scale():
    rng = np.random.default_rng(6)
    X = pd.DataFrame({"a": rng.integers(1, 6, 800).astype(float)})
    y = (X["a"] + rng.normal(0, 0.8, 800)).round().clip(1, 5)
    changes = scenarios(X, y, fail=2, top=4, scale=(1, 5)).changes.xs("top", level="band")
    assert changes.loc[("a", "middle_to_top"), "n_moved"] == (X["a"] == 3).sum()
    assert (changes["low"] > 0).any() and changes["then"].between(0, 1).all()


@pytest.mark.parametrize("n", [0, 2, 3])
def test_too_few_answers_give_a_table_without_numbers(n):
    X, y = tenants(50)
    found = scenarios(X[:n], y[:n])
    assert found.changes["change"].isna().all()
    assert (scenario_leaders(found.changes)["verdict"] == "none").all()
    assert found.notes


def test_thresholds_must_be_in_order():
    with pytest.raises(DriverError, match="must lie below"):
        scenarios(*tenants(50), fail=8, top=5)
