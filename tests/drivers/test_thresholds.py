"""Classes of factors when thresholds move and with other respondents."""

import numpy as np
import pandas as pd
import pytest

from cxlib.drivers import (
    DriverError,
    firmness,
    penalty_reward,
    threshold_pairs,
    threshold_sensitivity,
)


def grades(n: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    """`basic` hurts below 6, the more so the lower; `edge` hurts at 5 only."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(2, 11, (n, 2)).astype(float), columns=["basic", "edge"])
    y = 7 + rng.normal(0, 0.6, n) - 1.5 * (X["basic"] <= 5)
    return X, y - 1.0 * (X["edge"] == 5) + 0.7 * (X["edge"] >= 8)


def test_pairs_stay_on_the_scale_with_a_grade_between():
    assert threshold_pairs(5, 8)[0] == (5, 8) and len(threshold_pairs(5, 8)) == 6
    for low, high in threshold_pairs(2, 4, (1, 5)):
        assert 1 <= low < high - 1 and high <= 5
    assert threshold_pairs(1, 3, (1, 3)) == [(1, 3)]


def test_each_pair_is_what_the_plain_function_says():
    X, y = grades(600)
    table = threshold_sensitivity(X, y, [(5, 8), (4, 9)], n_resamples=100, seed=3)
    for low, high in ((5, 8), (4, 9)):
        plain = penalty_reward(X, y, low, high, n_resamples=100, seed=3)
        own = table.xs((low, high), level=("low_to", "high_from"))
        shared = ["penalty", "reward", "asymmetry", "asymmetry_low", "kind"]
        pd.testing.assert_frame_equal(own[shared], plain[shared])
    assert (table[["basic", "performance", "excitement"]].sum(axis=1) <= 1 + 1e-9).all()


def test_a_class_is_firm_when_it_holds_and_not_when_a_threshold_makes_it():
    X, y = grades(3000)
    table = threshold_sensitivity(X, y, threshold_pairs(5, 8), n_resamples=200)
    held = firmness(table)
    assert held.loc["basic", "firm"] and held.loc["basic", "same"] == held.loc["basic", "pairs"]
    assert not held.loc["edge", "firm"]


def test_few_answers_return_seldom():
    returns = [
        threshold_sensitivity(*grades(90, seed), [(5, 8)], n_resamples=200)["returns"].iloc[1]
        for seed in range(8)
    ]
    assert np.nanmean(returns) < 0.9


def test_rows_with_too_few_answers_tell_nothing():
    X, y = grades(300)
    X["edge"] = X["edge"].clip(lower=5)
    table = threshold_sensitivity(X, y, [(5, 8), (4, 8)], n_resamples=50)
    hidden = table.loc[("edge", 4, 8)]
    assert hidden["kind"] == "too few" and hidden.drop("kind").isna().all()
    assert firmness(table).loc["edge", "pairs"] == 1 and not firmness(table).loc["edge", "firm"]


def test_poor_answers_give_too_few_everywhere():
    X, y = grades(40)
    for rows, outcome in ((X[:0], y[:0]), (X, y * 0 + 7), (X * 0 + 7, y)):
        table = threshold_sensitivity(rows, outcome, threshold_pairs(5, 8), n_resamples=20)
        assert table["kind"].isin(["too few", "undecided"]).all()
        assert not firmness(table)["firm"].any()
    with pytest.raises(DriverError, match="at least one pair"):
        threshold_sensitivity(X, y, [])
