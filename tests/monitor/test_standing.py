"""One landlord among others, precision, and survey modes within landlords."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxlib.monitor import MonitorError, mode_gaps, precision, standing


def sector(seed: int, landlords: int = 60, n: int = 300) -> tuple[pd.DataFrame, pd.Series]:
    """Shares as measured, and the true ones behind them."""
    rng = np.random.default_rng(seed)
    true = pd.Series(rng.normal(0.7, 0.08, landlords).clip(0.2, 0.95))
    true.index = [f"l{i}" for i in range(landlords)]
    return pd.DataFrame({"TP01": rng.binomial(n, true) / n}, index=true.index), true


def test_value_rank_and_part_below_are_those_of_plain_counting():
    shares, _ = sector(1)
    table = standing(shares, shares * 0 + 300, "l7")
    known, mine = shares["TP01"], shares.loc["l7", "TP01"]
    others = known.drop("l7")
    row = table.loc["TP01"]
    assert row["rank"] == known.rank(ascending=False, method="min")["l7"]
    assert row["below"] == pytest.approx(stats.percentileofscore(others, mine, "mean") / 100)
    assert row["median"] == others.median() and row["landlords"] == 60
    ends = stats.beta(300 * mine + 0.5, 300 * (1 - mine) + 0.5).ppf([0.025, 0.975])
    np.testing.assert_allclose(row[["low", "high"]].astype(float), ends)
    assert row["rank_low"] <= row["rank"] <= row["rank_high"]


def test_intervals_of_the_rank_hold_the_true_rank():
    held = 0
    for seed in range(120):
        shares, true = sector(seed)
        row = standing(shares, shares * 0 + 300, "l3", 300, seed).loc["TP01"]
        held += row["rank_low"] <= true.rank(ascending=False)["l3"] <= row["rank_high"]
    assert held / 120 > 0.90


def test_fewer_respondents_make_a_wider_interval_and_a_quarter_only_where_it_is_sure():
    shares = pd.DataFrame({"a": np.linspace(0.5, 0.9, 81)}, index=[f"l{i}" for i in range(81)])
    sure = standing(shares, shares * 0 + 100_000, "l50").loc["a"]
    vague = standing(shares, shares * 0 + 60, "l50").loc["a"]
    assert sure["quarter"] == 2 and np.isnan(vague["quarter"])
    assert vague["rank_high"] - vague["rank_low"] > sure["rank_high"] - sure["rank_low"]
    assert [standing(shares, shares * 0 + 1e6, f"l{i}").loc["a", "quarter"] for i in (0, 80)] == [
        4, 1
    ]  # fmt: skip


def test_unknown_numbers_of_respondents_and_missing_shares():
    shares, _ = sector(2)
    shares["TP09"] = shares["TP01"].where(shares.index != "l7")
    asked = shares * np.nan
    table = standing(shares, asked, "l7")
    assert table.loc["TP01", ["low", "high", "rank_low", "below_high"]].isna().all()
    assert table.loc["TP01", "rank"] > 0
    assert table.loc["TP09"].isna().all()


def test_a_landlord_alone():
    shares = pd.DataFrame({"TP01": [0.7]}, index=["us"])
    row = standing(shares, shares * 0 + 50, "us").loc["TP01"]
    assert row["rank"] == 1 and np.isnan(row["below"]) and np.isnan(row["quarter"])


def test_errors_say_what_is_wrong():
    shares, _ = sector(1)
    with pytest.raises(MonitorError, match="nobody is not among"):
        standing(shares, shares, "nobody")
    with pytest.raises(MonitorError, match="percentages"):
        standing(shares * 100, shares, "l1")


def test_reliability_is_the_true_part_of_the_spread():
    found = []
    for seed in range(40):
        shares, _ = sector(seed, 200, 80)
        found.append(precision(shares["TP01"], shares["TP01"] * 0 + 80)[1])
    noise = 0.7 * 0.3 / 80
    assert np.mean(found) == pytest.approx(0.08**2 / (0.08**2 + noise), abs=0.03)


def test_gap_within_landlords_is_that_of_the_paired_t_test():
    rng = np.random.default_rng(4)
    level = rng.normal(0.7, 0.1, 50)
    table = pd.DataFrame({"web": level, "phone": level + rng.normal(0.14, 0.05, 50)})
    answers = table * 0 + np.where(np.arange(50) < 30, 150, 99)[:, None]
    row = mode_gaps(table, answers).loc[("phone", "web")]
    test = stats.ttest_rel(table["phone"][:30], table["web"][:30])
    np.testing.assert_allclose(row[["low", "high"]], test.confidence_interval())
    assert row["landlords"] == 30


def test_no_landlord_with_two_modes():
    empty = pd.DataFrame({"phone": [0.7, np.nan], "web": [np.nan, 0.6]})
    assert mode_gaps(empty, empty * 0 + 500).empty
    assert mode_gaps(empty[[]], empty[[]]).empty


def test_telephone_is_fourteen_points_above_internet(reference):
    rows = pd.read_csv(reference / "drivers" / "tsm_england_2024" / "tsm_lcra_2024.csv")
    modes = ["Telephone", "Internet"]
    satisfied = rows[[f"TP01_{mode}" for mode in modes]].set_axis(modes, axis=1)
    answers = rows[[f"n_{mode}" for mode in modes]].set_axis(modes, axis=1)
    row = mode_gaps(satisfied, answers).loc[("Telephone", "Internet")]
    assert round(row["gap"]) == 14 and row["landlords"] == 101
    assert row["low"] > 11 and row["high"] < 16
