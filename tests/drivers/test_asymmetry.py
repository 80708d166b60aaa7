"""Penalty-reward contrasts: parity, the kinds of factor, and what can't be told."""

import numpy as np
import pandas as pd
import pytest

from cxlib.drivers import DriverError, penalty_reward


def grades(n: int, effects: dict[str, tuple[float, float]], seed: int = 1):
    """Answers from a truth: driver -> (penalty of a low grade, reward of a high one)."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({name: rng.integers(3, 11, n).astype(float) for name in effects})
    y = 7 + rng.normal(0, 0.7, n)
    for name, (penalty, reward) in effects.items():
        y += np.where(X[name] <= 5, penalty, np.where(X[name] >= 8, reward, 0.0))
    return X, pd.Series(y)


@pytest.mark.parametrize(("low", "high"), [(5, 8), (6, 8), (6, 9)])
def test_contrasts_equal_those_of_r(expected, mobi, low, high):
    want = expected("penalty_reward_mobi")["mobi_CUSA1"][f"lo{low}_hi{high}"]
    want = pd.DataFrame(want["items"]).set_index("item")
    found = penalty_reward(mobi[want.index.tolist()], mobi["CUSA1"], low, high, n_resamples=50)
    for column in ("penalty", "reward", "n_low", "n_high"):
        np.testing.assert_allclose(found[column], want[column], atol=1e-8)
    right = (found["penalty"] < 0) & (found["reward"] > 0)
    assert right.sum() >= 2
    np.testing.assert_allclose(found.loc[right, "impact"], want.loc[right, "RIOCS"], atol=1e-8)
    np.testing.assert_allclose(found.loc[right, "asymmetry"], want.loc[right, "IA"], atol=1e-8)
    assert (found["n_low"] + found["n_middle"] + found["n_high"] == 250).all()


def test_kinds_and_asymmetry_are_recovered():
    truth = {"basic": (-1.2, 0.2), "excitement": (-0.1, 0.9), "performance": (-0.8, 0.8)}
    found = penalty_reward(*grades(4000, truth), n_resamples=400)
    assert found["kind"].to_dict() == {name: name for name in truth}
    for name, (penalty, reward) in truth.items():
        row = found.loc[name]
        asymmetry = (reward + penalty) / (reward - penalty)
        assert row["penalty_low"] < penalty < row["penalty_high"]
        assert row["reward_low"] < reward < row["reward_high"]
        assert row["asymmetry_low"] < asymmetry < row["asymmetry_high"]


def test_a_pure_dissatisfier_is_basic_whichever_side_of_0_its_reward_falls():
    found = [
        penalty_reward(*grades(1500, {"a": (-1.0, 0.0)}, seed), n_resamples=200).loc["a"]
        for seed in range(20)
    ]
    wrong = [row["reward"] < 0 for row in found]
    assert 4 <= sum(wrong) <= 16
    named = [row["kind"] for row in found]
    assert set(named) <= {"basic", "wrong sign"} and named.count("basic") >= 17
    assert all(row["asymmetry"] == -1 for row, below in zip(found, wrong, strict=True) if below)


def test_a_small_sample_seldom_decides():
    kinds = [
        penalty_reward(*grades(120, {"a": (-0.3, 0.3)}, seed), n_resamples=200)["kind"].iloc[0]
        for seed in range(20)
    ]
    assert sum(kind in ("basic", "excitement") for kind in kinds) <= 3
    assert kinds.count("undecided") >= 10


def test_wrong_signs_are_named():
    found = penalty_reward(*grades(1500, {"a": (0.8, 0.9), "b": (-1.0, -0.8)}), n_resamples=200)
    assert found["kind"].tolist() == ["wrong sign"] * 2
    assert found.loc["a", "penalty"] > 0 > found.loc["b", "reward"]


def test_too_few_fails_are_no_verdict():
    X, y = grades(600, {"a": (-1.0, 0.3), "b": (-1.0, 0.3)})
    X["a"] = X["a"].where((X["a"] > 5) | (X.index < 40), 6)
    found = penalty_reward(X, y, minimum=30, n_resamples=100)
    assert found.loc["a", "kind"] == "too few" and found.loc["a", "n_low"] < 30
    assert found.loc["b", "kind"] == "basic"
    X["a"] = X["a"].where((X["a"] <= 5) | (X["a"] >= 8), 9)
    nothing_between = penalty_reward(X, y, n_resamples=100).loc["a"]
    assert nothing_between["kind"] == "too few" and np.isnan(nothing_between["penalty"])


def test_unit_weights_and_order_change_nothing():
    X, y = grades(300, {"a": (-1.0, 0.3), "b": (-0.2, 0.6)})
    plain = penalty_reward(X, y, n_resamples=50)
    ones = penalty_reward(X, y, n_resamples=50, weights=pd.Series(1.0, index=X.index))
    pd.testing.assert_frame_equal(plain, ones)
    turned = penalty_reward(X[["b", "a"]], y, n_resamples=50).loc[["a", "b"]]
    exact = ["penalty", "reward", "impact", "asymmetry", "n_low", "n_middle", "n_high"]
    pd.testing.assert_frame_equal(turned[exact], plain[exact])


def test_a_weight_of_two_is_two_respondents():
    X, y = grades(200, {"a": (-1.0, 0.3), "b": (-0.2, 0.6)})
    times = np.random.default_rng(1).integers(1, 3, len(X))
    rows = np.repeat(np.arange(len(X)), times)
    twice = penalty_reward(
        X.iloc[rows].reset_index(drop=True), y.iloc[rows].reset_index(drop=True), n_resamples=10
    )
    weighted = penalty_reward(X, y, weights=pd.Series(times), n_resamples=10)
    for column in ("penalty", "reward"):
        np.testing.assert_allclose(weighted[column], twice[column], atol=1e-10)


def test_thresholds_that_cross_are_refused():
    with pytest.raises(DriverError, match=r"low \(8\) must lie below high \(5\)"):
        penalty_reward(*grades(50, {"a": (-1.0, 0.3)}), low=8, high=5)
