"""Scenarios: predicted shares when grades move, with intervals that cover."""

import numpy as np
import pandas as pd
import pytest
from moving import move, what_if


def tenants(n: int, seed: int):
    """Bands of satisfaction from a known proportional-odds truth."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(4, 11, (n, 2)).astype(float), columns=["a", "b"])
    latent = 0.8 * X["a"] + 0.3 * X["b"] + rng.logistic(size=n)
    return X, pd.Series(np.digitize(latent, [5.5, 7.5])).map({0: 5.0, 1: 7.0, 2: 8.0})


def test_moves_stay_on_the_scale_and_among_those_named():
    X = pd.DataFrame({"a": [1.0, 5.0, 6.0, 10.0, np.nan], "b": 7.0})
    assert move(X, "a", 1)["a"].tolist()[:4] == [2, 6, 7, 10]
    assert move(X, "a", -1)["a"].tolist()[:4] == [1, 4, 5, 9]
    fails = move(X, "a", 1, among=(1, 5))
    assert fails["a"].tolist()[:4] == [2, 6, 6, 10] and np.isnan(fails["a"].iloc[4])
    assert (fails["b"] == 7).all() and X["a"].iloc[0] == 1


def test_nothing_moves_nothing_changes():
    X, y = tenants(300, 1)
    table = what_if(X, y, {"as it is": X})
    assert table["change"].abs().max() == 0
    assert (table["low"] == 0).all() and (table["high"] == 0).all()


def test_shares_are_those_observed_and_sum_to_1():
    X, y = tenants(2000, 2)
    table = what_if(X, y, {"up": move(X, "a", 1), "down": move(X, "a", -1)})
    for _, rows in table.groupby(level="scenario"):
        assert rows["now"].sum() == pytest.approx(1) and rows["then"].sum() == pytest.approx(1)
        assert rows["change"].sum() == pytest.approx(0, abs=1e-12)
    observed = [(y <= 5).mean(), (y == 7).mean(), (y >= 8).mean()]
    np.testing.assert_allclose(table.loc["up", "now"], observed, atol=1e-9)
    assert table.loc[("up", "top"), "low"] > 0 > table.loc[("down", "top"), "high"]


def test_intervals_cover_the_true_change():
    X, _ = tenants(200_000, 0)
    chance = [
        1 / (1 + np.exp(-(0.8 * frame["a"] + 0.3 * frame["b"] - 7.5)))
        for frame in (X, move(X, "a", 1, among=(1, 7)))
    ]
    truth = float((chance[1] - chance[0]).mean())
    covered = []
    for seed in range(1, 121):
        X, y = tenants(300, seed)
        row = what_if(X, y, {"m": move(X, "a", 1, among=(1, 7))}).loc[("m", "top")]
        covered.append(row["low"] < truth < row["high"])
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_jump_at_the_fails_is_seen():
    rng = np.random.default_rng(9)
    X = pd.DataFrame({"a": rng.integers(3, 11, 3000).astype(float)})
    lifted = rng.random(3000) < np.where(X["a"] <= 5, 0.2, 0.5)  # only leaving the fails matters
    table = what_if(
        X, pd.Series(np.where(lifted, 8, 7)),
        {"5 to 6": move(X, "a", 1, among=(5, 5)), "6 to 7": move(X, "a", 1, among=(6, 6))},
    ).xs("top", level="band")  # fmt: skip
    truth = 0.3 * (X["a"] == 5).mean()
    assert table.loc["5 to 6", "low"] < truth < table.loc["5 to 6", "high"]
    assert table.loc["6 to 7", "low"] < 0 < table.loc["6 to 7", "high"]


def test_intervals_are_those_of_resampled_respondents():
    X, y = tenants(400, 5)
    weights = pd.Series(np.random.default_rng(1).choice([0.5, 2.0], len(X)))
    table = what_if(X, y, {"m": move(X, "a", 1)}, weights=weights).loc["m"]
    rng, draws = np.random.default_rng(2), []
    for _ in range(150):
        rows = rng.integers(0, len(X), len(X))
        own, grades, w = (part.iloc[rows].reset_index(drop=True) for part in (X, y, weights))
        draws.append(what_if(own, grades, {"m": move(own, "a", 1)}, weights=w).loc["m", "change"])
    ratio = (table["high"] - table["low"]) / (2 * 1.96 * pd.DataFrame(draws).std())
    assert ratio.between(0.8, 1.25).all()


def test_unit_weights_change_nothing():
    X, y = tenants(200, 3)
    moves = {"m": move(X, "b", 1)}
    ones = pd.Series(3.0, index=X.index)
    pd.testing.assert_frame_equal(what_if(X, y, moves), what_if(X, y, moves, weights=ones))


def test_a_band_that_nobody_is_in_stays_empty():
    X, y = tenants(300, 4)
    table = what_if(X, y.replace(5, 6), {"m": move(X, "a", 1)}).loc["m"]
    assert table.loc["fail", "now"] == 0 and np.isnan(table.loc["fail", "change"])
    assert table.loc["top", "change"] > 0
