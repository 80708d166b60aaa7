"""Control charts: limits by hand, run rules, frozen bases, breaks, bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxlib.monitor import RULES, MonitorError, laney, p_chart, xmr

QUARTERS = [f"{year}-Q{quarter}" for year in (2019, 2020) for quarter in range(1, 5)]
N = pd.Series([100, 200, 400, 100, 100, 200, 400, 100], QUARTERS)
HITS = pd.Series([50, 100, 200, 50, 50, 100, 260, 30], QUARTERS)


def signals(chart) -> list[str]:
    return chart.points["signal"].tolist()


def test_limits_of_a_share_by_hand():
    chart = p_chart(HITS, N, base=QUARTERS[:4])
    assert chart.centre == 0.5
    assert chart.sigma == 1
    np.testing.assert_allclose(chart.points["high"], 0.5 + 3 * 0.5 / np.sqrt(N))
    np.testing.assert_allclose(chart.points["low"], 0.5 - 3 * 0.5 / np.sqrt(N))
    assert signals(chart) == ["", "", "", "", "", "", "beyond limits", "beyond limits"]
    assert chart.points.columns.tolist() == ["value", "n", "centre", "low", "high", "signal"]


def test_later_periods_do_not_move_limits_frozen_on_the_base():
    later = HITS.copy()
    later[QUARTERS[4:]] = 0
    before, after = (p_chart(hits, N, base=QUARTERS[:4]).points for hits in (HITS, later))
    pd.testing.assert_frame_equal(before[["low", "high"]], after[["low", "high"]])


def test_limits_of_single_values_by_hand():
    chart = xmr(pd.Series([7.0, 7.2, 6.9, 7.1, 8.0]), base=[0, 1, 2, 3])
    assert chart.sigma == pytest.approx((0.2 + 0.3 + 0.2) / 3 / 1.128)
    assert chart.centre == pytest.approx(7.05)
    assert signals(chart) == ["", "", "", "", "beyond limits"]


def test_laney_widens_by_what_successive_shares_differ():
    chart, plain = laney(HITS, N), p_chart(HITS, N)
    z = (HITS / N - plain.centre) / np.sqrt(plain.centre * (1 - plain.centre) / N)
    assert chart.sigma == pytest.approx(z.diff().abs().mean() / 1.128)
    widened = (chart.points["high"] - chart.centre) / (plain.points["high"] - plain.centre)
    np.testing.assert_allclose(widened, chart.sigma)
    assert chart.kind == "laney"


def test_english_landlords_plain_limits_flag_most_and_laney_few(reference):
    path = reference / "drivers" / "tsm_england_2024" / "tsm_lcra_2024.csv"
    landlords = pd.read_csv(path)
    answers = landlords[[f"TP01_n{answer}" for answer in range(1, 6)]]
    counts, n = answers[["TP01_n5", "TP01_n4"]].sum(axis=1), answers.sum(axis=1)
    flagged = [
        (chart(counts, n).points["signal"] == "beyond limits").sum() for chart in (p_chart, laney)
    ]
    assert flagged[0] == 251
    assert flagged[1] <= 10


def test_shares_of_a_steady_process_rarely_signal():
    rng = np.random.default_rng(0)
    n = pd.Series(750, range(10_000))
    chart = p_chart(pd.Series(rng.binomial(750, 0.5, 10_000)), n)
    assert (chart.points["signal"] == "beyond limits").mean() == pytest.approx(0.0027, abs=0.0015)


@pytest.mark.parametrize(
    ("rule", "z", "flagged"),
    [
        ("beyond limits", [0, 3, 3.1, -3.1, np.nan], [2, 3]),
        ("run of 8", [1] * 9, [7, 8]),
        ("run of 8", [1] * 4 + [0] + [1] * 7, []),
        ("run of 8", [1] * 7 + [np.nan] + [1] * 7, []),
        ("run of 8", [-0.1] * 8 + [0.1] * 8, [7, 15]),
    ],
)
def test_run_rules_by_hand(rule, z, flagged):
    assert np.flatnonzero(RULES[rule](np.array(z, dtype=float))).tolist() == flagged


@given(hnp.arrays(float, st.integers(1, 30), elements=st.floats(-5, 5)))
def test_rules_are_the_same_upside_down(z):
    for rule in RULES.values():
        assert (rule(z) == rule(-z)).all()


def test_the_most_important_rule_gives_the_signal_its_name():
    values = pd.Series([0.0, 1, 0, 1, *[5.0] * 8])
    chart = xmr(values, base=range(4))
    assert set(chart.points["signal"]) == {"", "beyond limits"}


def test_a_break_begins_a_new_stretch_with_its_own_centre():
    values = pd.Series([7.0, 7.1, 7.0, 7.1, 6.0, 6.1, 6.0, 6.1], QUARTERS)
    unbroken = xmr(values, base=QUARTERS[:4])
    broken = xmr(values, base=QUARTERS[:4], breaks=["2020-Q1"])
    assert signals(unbroken)[4:] == ["beyond limits"] * 4
    assert signals(broken) == [""] * 8
    assert broken.points["centre"].round(2).tolist() == [7.05] * 4 + [6.05] * 4
    assert broken.centre == unbroken.centre
    assert broken.breaks == ["2020-Q1"]


def test_no_run_goes_across_a_break():
    values = pd.Series([0.0, 2.0, *[1.6] * 4, *[1.7] * 5], range(11))
    assert "run of 8" in signals(xmr(values, base=[0, 1]))
    assert "run of 8" not in signals(xmr(values, base=[0, 1], breaks=[6]))


def test_a_period_without_cases_has_no_value_and_no_signal():
    n = N.copy()
    n["2020-Q3"] = 0
    hits = HITS.copy()
    hits["2020-Q3"] = 0
    point = p_chart(hits, n, base=QUARTERS[:4]).points.loc["2020-Q3"]
    assert np.isnan(point["value"])
    assert point["signal"] == ""


def test_shares_of_none_and_all_stay_within_bounds():
    chart = p_chart(N * 0, N)
    assert chart.points[["low", "high"]].eq(0).all(axis=None)
    assert signals(chart) == [""] * 8
    assert p_chart(N, N).points["high"].eq(1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p_chart(HITS, N.drop("2020-Q1")), "2020-Q1 is in one of"),
        (lambda: p_chart(N + 1, N), "2019-Q1: 101 hits out of 100"),
        (lambda: p_chart(-HITS, N), "2019-Q1: -50 hits"),
        (lambda: p_chart(HITS, N, base=["2018-Q4"]), "base: period 2018-Q4"),
        (lambda: p_chart(HITS, N, base=[]), "base: names no period"),
        (lambda: p_chart(HITS, N, breaks=["soon"]), "breaks: period soon"),
        (lambda: p_chart(HITS * 0, N * 0), "base: no observations"),
        (lambda: laney(HITS, N, base=["2019-Q1"]), "two successive periods"),
        (lambda: xmr(HITS, base=["2019-Q1"]), "two successive periods"),
        (lambda: xmr(HITS[:0]), "no periods"),
        (lambda: xmr(pd.Series([1.0, 2.0], ["a", "a"])), "period a occurs twice"),
    ],
)
def test_faults_are_named(call, message):
    with pytest.raises(MonitorError, match=message):
        call()
