"""Groups drawn to each other: what shrinking must and must not do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from cxlib.drivers import DriverError, by_group, heterogeneity, shrink

NAMES = ["g0", "g1", "g2", "g3", "g4"]


def table(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"q": values}, index=NAMES[: len(values)])


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=5), st.floats(0.05, 3))
def test_estimates_lie_between_their_own_and_the_mean_of_all(values, error):
    own = table(values)
    found = shrink(own, own * 0 + error)
    low, high = sorted(values)[0], sorted(values)[-1]
    assert (found["estimate"] >= low - 1e-9).all() and (found["estimate"] <= high + 1e-9).all()
    assert found["kept"].between(0, 1).all() and (found["low"] <= found["estimate"]).all()


def test_certain_estimates_are_left_alone():
    own = table([0.1, 0.4, 0.9])
    found = shrink(own, own * 0 + 1e-4)
    np.testing.assert_allclose(found["estimate"], own["q"], atol=1e-4)
    np.testing.assert_allclose(found["high"] - found["low"], 2 * 1.96e-4, rtol=0.02)


def test_groups_alike_are_pooled_and_surer_than_alone():
    own = table([0.3] * 5)
    found = shrink(own, own * 0 + 0.1)
    np.testing.assert_allclose(found["estimate"], 0.3)
    assert (found["high"] - found["low"] < 2 * 1.96 * 0.1).all()


def test_the_less_sure_moves_more():
    own, errors = table([0.0, 1.0, 0.4]), table([0.1, 0.1, 1.0])
    found = shrink(own, errors)["kept"].droplevel(1)
    assert found["g2"] < found["g0"] == pytest.approx(found["g1"])


def test_a_group_without_an_estimate_rests_on_the_others():
    own, errors = table([0.2, 0.4, np.nan]), table([0.1, 0.1, np.nan])
    found = shrink(own, errors).droplevel(1)
    assert found.loc["g2", "estimate"] == pytest.approx(0.3, abs=0.02)
    assert found.loc["g2", "kept"] < 0.01
    assert found.loc["g2", "high"] > found.loc["g0", "high"] - 0.2
    assert shrink(table([0.2]), table([0.1])).isna().all(axis=None)


def test_intervals_cover_where_groups_differ_and_where_not():
    for spread in (0.0, 0.2):
        rng, inside = np.random.default_rng(5), []
        for _ in range(150):
            truth = 0.5 + spread * rng.normal(size=5)
            errors = rng.uniform(0.05, 0.4, 5)
            found = shrink(table([*(truth + errors * rng.normal(size=5))]), table([*errors]))
            inside.append((found["low"].to_numpy() < truth) & (truth < found["high"].to_numpy()))
        assert 0.93 < np.mean(inside) < 0.995


def test_q_and_spread_equal_those_of_statsmodels():
    own, errors = table([0.1, 0.5, 0.3, 0.9]), table([0.1, 0.2, 0.15, 0.1])
    found = heterogeneity(own, errors).loc["q"]
    theirs = combine_effects(own["q"].to_numpy(), errors["q"].to_numpy() ** 2, method_re="chi2")
    assert found["q"] == pytest.approx(theirs.q, rel=1e-9)
    assert found["between"] ** 2 == pytest.approx(theirs.tau2, rel=1e-9)
    assert found["mean"] == pytest.approx(theirs.mean_effect_fe, rel=1e-9)


def test_q_seldom_cries_wolf():
    rng = np.random.default_rng(8)
    p = [
        heterogeneity(table([*rng.normal(0, 0.1, 4)]), table([0.1] * 4)).loc["q", "p"]
        for _ in range(200)
    ]
    assert 0.015 < np.mean(np.array(p) < 0.05) < 0.09


def answers(sizes: dict[str, int], slopes: dict[str, float]):
    rng = np.random.default_rng(3)
    groups = pd.Series([name for name, n in sizes.items() for _ in range(n)])
    X = pd.DataFrame(rng.integers(3, 11, (len(groups), 2)).astype(float), columns=["a", "b"])
    y = groups.map(slopes) * X["a"] + 0.2 * X["b"] + 2 + rng.normal(0, 1, len(groups))
    return X, y, groups


def test_real_differences_are_found_and_kept():
    X, y, groups = answers({"x": 400, "y": 400, "z": 400}, {"x": 0.1, "y": 0.5, "z": 0.6})
    found = by_group(X, y, groups, n_resamples=100)
    effects = found.estimates.xs(("effect", "a"), level=("measure", "driver"))
    assert (effects["kept"] > 0.9).all() and (effects["n"] == 400).all()
    for name, truth in {"x": 0.1, "y": 0.5, "z": 0.6}.items():
        assert effects.loc[name, "low"] < truth < effects.loc[name, "high"]
    assert found.differences.loc[("effect", "a"), "p_adjusted"] < 0.001
    assert found.differences.loc[("effect", "b"), "p_adjusted"] > 0.05


def test_a_group_of_three_is_left_out_and_one_of_twelve_borrows():
    X, y, groups = answers({"x": 300, "y": 300, "few": 3, "some": 12}, dict.fromkeys(
        ["x", "y", "few", "some"], 0.4))  # fmt: skip
    found = by_group(X, y, groups, n_resamples=50)
    assert found.notes == ("few: too few answers; left out",)
    assert "few" not in found.estimates.index.get_level_values("group")
    row = found.estimates.loc[("some", "effect", "a")]
    assert row["high"] - row["low"] < row["own_high"] - row["own_low"]


def test_poor_groups_give_blanks_and_notes():
    X, y, groups = answers({"x": 60, "y": 60}, {"x": 0.4, "y": 0.4})
    X.loc[groups == "y", "a"] = 7.0
    found = by_group(X, y, groups, n_resamples=30).estimates
    assert np.isnan(found.loc[("y", "effect", "a"), "own"])
    assert found.loc[("x", "effect", "a"), "own"] == pytest.approx(0.4, abs=0.3)
    nobody = by_group(X, y, groups.where(groups == "none"), n_resamples=10)
    assert nobody.estimates.empty and nobody.differences.empty
    with pytest.raises(DriverError, match="different row labels"):
        by_group(X, y, groups[:5])


def test_errors_that_are_estimated_do_not_make_groups_differ() -> None:
    few, often = 6, 400
    drawn = np.random.default_rng(4).normal(size=(5, often, few))
    own = pd.DataFrame(drawn.mean(axis=2))
    errors = pd.DataFrame(drawn.std(axis=2, ddof=1) / np.sqrt(few))
    known, estimated = (
        (heterogeneity(own, errors, freedom)["p"] < 0.05).sum()
        for freedom in (None, pd.Series(few - 1.0, own.index))
    )
    assert known > often * 0.1
    assert estimated <= often * 0.05 + 2 * np.sqrt(often * 0.05 * 0.95)


def test_shares_of_groups_that_answer_alike_do_not_differ() -> None:
    alarms = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        common = rng.normal(size=(300, 1))
        X = pd.DataFrame(common + rng.normal(size=(300, 4)), columns=[*"abcd"])
        y = X.sum(axis=1) + rng.normal(0, 2, 300)
        found = by_group(X, y, pd.Series(rng.choice([*"wxyz"], 300)), n_resamples=60, seed=seed)
        alarms += bool((found.differences.loc["share", "p"] < 0.05 / 4).any())
    assert alarms <= 20 * 0.05 + 2 * np.sqrt(20 * 0.05 * 0.95)
