"""No claim without an interval that carries it."""

import numpy as np
import pandas as pd

from cxlib import drivers
from cxlib.report import Lead, lead, side, verdicts
from cxlib.report import drivers as reading
from cxlib.report.verdicts import apart, recurs


def test_lead_names_all_that_may_be_first() -> None:
    estimates = pd.Series({"a": 7.0, "b": 7.4, "c": 7.3, "d": np.nan})
    found = lead(estimates, pd.Series({"a": 0.1, "c": -0.05}))
    assert found == Lead(("b", "c", "a"), ("c",))
    assert found.first == ("b", "c") and not found.sure


def test_lowest_can_come_first() -> None:
    found = lead(pd.Series({"a": 7.0, "b": 7.4}), pd.Series({"b": 0.2}), highest=False)
    assert found.first == ("a",) and found.sure


def test_one_alone_leads_nobody() -> None:
    assert not lead(pd.Series({"a": 7.0}), pd.Series(dtype=float)).sure
    assert lead(pd.Series(dtype=float), pd.Series(dtype=float)).first == ()


def test_without_a_margin_nothing_is_told_apart() -> None:
    assert not lead(pd.Series({"a": 1.0, "b": 2.0}), pd.Series(dtype=float)).sure


def test_equal_means_are_called_first_no_more_often_than_one_interval_errs() -> None:
    rng = np.random.default_rng(1)
    for k in (2, 3, 8):
        drawn = np.sort(rng.normal(size=(4000, k)))
        claims = np.mean(drawn[:, -1] - drawn[:, -2] > 1.96 * np.sqrt(2))
        assert claims <= 0.058


def test_side_of_zero() -> None:
    assert side(pd.Series([np.nan]), pd.Series([np.nan])).tolist() == [0]


def test_cards_differ_only_where_the_difference_itself_is_sure() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(200):
        z = pd.DataFrame(0.3 * rng.normal(size=(30, 3)), columns=["f1", "f2", "f3"])
        sed = pd.DataFrame(0.2, z.columns, z.columns)  # the factors' own error is too small
        alarms += bool(apart(z, sed, z * 0 + 0.3, pd.Series("", z.columns)).any())
    assert alarms <= 200 * 0.05 + 2 * np.sqrt(200 * 0.05 * 0.95)


def test_one_viewpoint_and_one_without_scores_differ_nowhere() -> None:
    z = pd.DataFrame({"f1": [3.0, -3.0], "f2": np.nan})
    sed, strong = pd.DataFrame(0.1, z.columns, z.columns), pd.Series("", z.columns)
    assert not apart(z, sed, z * 0 + 0.1, strong).any()
    assert not apart(z[["f1"]], sed, z * 0 + 0.1, strong).any()


def test_a_viewpoint_recurs_when_its_whole_interval_is_fair() -> None:
    pairs = pd.DataFrame(
        {"congruence": [0.95, 0.9, 0.3, -0.95], "low": [0.86, 0.7, 0.0, -0.99],
         "high": [0.99, 0.97, 0.6, -0.9]}
    )  # fmt: skip
    assert recurs(pairs).tolist() == ["yes", "unsure", "no", "yes"]


def noise(seed: int, n: int = 120, k: int = 3) -> tuple[pd.DataFrame, pd.Series]:
    """Grades that have nothing to do with each other."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(3, 11, (n, k)).astype(float), columns=[*"abcd"[:k]])
    return X, pd.Series(rng.integers(3, 11, n).astype(float))


def test_drivers_of_nothing_lead_dominate_and_lift_no_more_often_than_chance() -> None:
    # Two in eight is what chance allows; benchmarks/claims_drivers.py has hundreds.
    claims = []
    for seed in range(8):
        X, y = noise(seed)
        shares = drivers.bootstrap_importance(X, y, 60, seed)
        found = drivers.scenarios(X, y).changes
        sensitivity = drivers.threshold_sensitivity(X, y, [(5, 8), (4, 8)], n_resamples=60)
        kinds = reading.kinds(drivers.firmness(sensitivity))
        claims.append(
            (
                reading.weightiest(shares.shares["share"], shares.draws).sure,
                bool(reading.best(found, "fail_to_pass", "fail").names),
                bool(reading.best(found, "middle_to_top", "top").names),
                kinds.isin(["basic", "performance", "excitement"]).any(),
                bool(reading.dominating(drivers.dominance_returns(X, y, 60))),
            )
        )
    assert (np.sum(claims, axis=0) <= 2).all()


def test_what_weighs_most_is_told_by_differences_and_not_by_two_intervals() -> None:
    # Shares that rise and fall together: their intervals overlap, their difference never errs.
    common = np.random.default_rng(1).normal(0.3, 0.05, 400)
    draws = pd.DataFrame({"a": common + 0.02, "b": common, "random": 0.0})
    found = reading.weightiest(draws.mean(), draws)
    assert found == Lead(("a", "b")) and found.sure
    tails = draws.quantile([0.025, 0.975])
    assert tails.loc[0.025, "a"] < tails.loc[0.975, "b"]
    assert reading.weightiest(draws.mean() * np.nan, draws).names == ()


def test_dominance_is_claimed_where_it_returns() -> None:
    for often, claimed in ((0.98, [("a", "b")]), (0.96, []), (0.4, []), (np.nan, [])):
        returns = pd.DataFrame([[0, often], [0.01, 0]], index=["a", "b"], columns=["a", "b"])
        assert reading.dominating(returns) == claimed
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 3)), columns=[*"abc"])
    y = pd.Series(X["a"] + 0.25 * X["b"] + 0.2 * X["c"] + rng.normal(size=80))
    found = drivers.dominance_returns(X, y, 300)
    assert ("b", "c") in drivers.dominance(X, y).pairs  # in these answers, and often not again
    assert 0.3 < found.loc["b", "c"] < 0.95 < found.loc["a", "c"]
    assert reading.dominating(found) == [("a", "b"), ("a", "c")]


def test_changes_are_corrected_for_looking_at_many() -> None:
    rng, claims = np.random.default_rng(1), []
    for _ in range(100):
        change = rng.normal(size=20)
        table = pd.DataFrame({"change": change, "low": change - 1.96, "high": change + 1.96})
        claims.append(verdicts.changed(table).any())
    assert np.mean(claims) <= 0.1
    sure = pd.DataFrame({"change": [4.0, np.nan], "low": [2.04, np.nan], "high": [6.0, np.nan]})
    assert verdicts.changed(sure).tolist() == [True, False]
