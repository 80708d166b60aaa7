"""No claim without an interval that carries it."""

import numpy as np
import pandas as pd

from cxlib.report import Lead, lead, side
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
        alarms += bool(apart(z, sed, z * 0 + 0.3).any())
    assert alarms <= 200 * 0.05 + 2 * np.sqrt(200 * 0.05 * 0.95)


def test_one_viewpoint_and_one_without_scores_differ_nowhere() -> None:
    z = pd.DataFrame({"f1": [3.0, -3.0], "f2": np.nan})
    sed = pd.DataFrame(0.1, z.columns, z.columns)
    assert not apart(z, sed, z * 0 + 0.1).any()
    assert not apart(z[["f1"]], sed, z * 0 + 0.1).any()


def test_a_viewpoint_recurs_when_its_whole_interval_is_fair() -> None:
    pairs = pd.DataFrame(
        {"congruence": [0.95, 0.9, 0.3, -0.95], "low": [0.86, 0.7, 0.0, -0.99],
         "high": [0.99, 0.97, 0.6, -0.9]}
    )  # fmt: skip
    assert recurs(pairs).tolist() == ["yes", "unsure", "no", "yes"]
