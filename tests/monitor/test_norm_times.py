"""Time to close, with open cases as censored."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from cxlib.monitor import MonitorError, closing, norm_chart

Case = tuple[pd.Series, pd.Series, pd.Timestamp]
START = pd.Timestamp("2020-01-01")


def cases(days: list[float], still: Sequence[float] = ()) -> Case:
    """Cases closed after so many days, and cases still open that have waited so long."""
    end = START + pd.Timedelta(days=400)
    opened = pd.Series([START] * len(days) + [end - pd.Timedelta(days=d) for d in still])
    takes = pd.Series(pd.to_timedelta([*days, *[None] * len(still)], unit="D"))
    opened, takes = (x.set_axis([f"k{i}" for i in range(len(x))]) for x in (opened, takes))
    return opened, opened + takes, end


@given(st.lists(st.integers(0, 40), min_size=1, max_size=200), st.integers(0, 30))
def test_without_open_cases_it_is_a_share_with_wilsons_interval(days, norm):
    opened, closed, end = cases(days)
    found = closing(opened, closed, norm, end)
    hits = sum(day <= norm for day in days)
    low, high = proportion_confint(hits, len(days), method="wilson")
    assert found.within == pytest.approx(hits / len(days))
    assert (found.within_low, found.within_high) == pytest.approx((low, high), abs=1e-9)
    assert found.n == len(days) and found.effective == pytest.approx(len(days))
    assert found.median == np.sort(days)[(len(days) - 1) // 2]


def test_freireich_s_remission_times_as_in_every_textbook():
    """6-MP arm, 21 patients of whom 12 censored: S(6) .857 (se .0764), S(10) .753 (se .0963).

    R: survfit(conf.type = "log-log"): S(10) .753 (.503 to .889), median 23 (13 to none).
    """
    found = closing(*_freireich(10))
    assert 1 - found.within == pytest.approx(0.7529, abs=5e-5)
    assert found.median == 23 and found.median_low == 13 and np.isinf(found.median_high)
    n = 0.7529 * 0.2471 / 0.0963**2
    assert found.effective == pytest.approx(n, rel=2e-3) and 12 < n < 21
    assert 1 - closing(*_freireich(6)).within == pytest.approx(0.857, abs=5e-4)


def _freireich(norm: float) -> tuple[pd.Series, pd.Series, float, pd.Timestamp]:
    opened, closed, end = cases(
        [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    )
    return opened, closed, norm, end


def test_a_curve_by_hand():
    """Five cases: closed after 1 and 3 days; open after 2; closed after 4; open after 9.

    S(1) = 4/5, S(3) = 4/5 x 2/3 = 8/15, S(4) = 8/15 x 1/2 = 4/15.
    """
    opened, closed, end = cases([1, 3, 4], [2, 9])
    for norm, still in ((0, 1), (1, 4 / 5), (3, 8 / 15), (5, 4 / 15)):
        assert closing(opened, closed, norm, end).within == pytest.approx(1 - still)
    greenwood = (8 / 15) ** 2 * (1 / (5 * 4) + 1 / (3 * 2))
    effective = closing(opened, closed, 3, end).effective
    assert effective == pytest.approx((8 / 15) * (7 / 15) / greenwood)
    assert closing(opened, closed, 3, end).median == 4


def test_what_is_too_early_to_tell_is_not_told():
    opened, closed, end = cases([1, 2], [3, 4])
    early = closing(opened, closed, 10, end)
    assert np.isnan([early.within, early.within_low]).all() and early.effective == 0
    assert early.median == 2 and np.isinf(early.median_high)
    young = closing(*cases([], [3, 4])[:2], 10, end)
    assert np.isnan([young.median, young.within]).all() and young.n == 2


def test_what_was_closed_after_the_period_was_open_in_it():
    times = ["2020-03-01 00:00", "2020-03-30 09:00", "2020-03-31 09:00"]
    opened = pd.Series(pd.to_datetime(times))
    closed = pd.Series(pd.to_datetime(["2020-03-05 00:00", "2020-04-20 00:00", "2020-03-31 17:00"]))
    found = closing(opened, closed, 10, pd.Timestamp("2020-03-31"))
    assert (found.n, found.within) == (3, pytest.approx(1.0))
    assert closing(opened, closed, 10).within == pytest.approx(2 / 3)


def test_open_cases_do_not_flatter_the_last_month():
    """Two in three are closed in 5 days, the others in 25; the month is followed to its end."""
    opened = pd.Series(pd.date_range("2020-03-01", "2020-03-31", periods=600)).dt.normalize()
    takes = pd.Series(np.where(np.arange(600) % 3 < 2, 5, 25))
    closed, end = opened + pd.to_timedelta(takes, unit="D"), pd.Timestamp("2020-03-31")
    points = norm_chart(opened, closed, 10, end).points
    assert points["value"].iloc[-1] == pytest.approx(2 / 3, abs=0.02)
    dropped = (closed[closed <= end] - opened[closed <= end]).dt.days <= 10
    assert dropped.mean() > 0.75


def test_coverage_of_the_share_with_a_third_still_open():
    rng, held = np.random.default_rng(2), 0
    for _ in range(150):
        takes = rng.exponential(8, 80)
        waited = rng.uniform(0, 24, 80)
        done = takes <= waited
        found = closing(*_seen(takes, waited, done))
        held += found.within_low <= 1 - np.exp(-10 / 8) <= found.within_high
    assert 0.91 < held / 150 < 0.99


def _seen(takes, waited, done) -> tuple[pd.Series, pd.Series, float, pd.Timestamp]:
    end = START + pd.Timedelta(days=30)
    opened = end - pd.Series(pd.to_timedelta(waited, unit="D"))
    closed = (opened + pd.Series(pd.to_timedelta(takes, unit="D"))).where(done)
    return opened, closed, 10, end


def test_nothing_to_follow_is_no_share():
    empty = pd.Series([pd.NaT] * 2, dtype="datetime64[ns]")
    found = closing(empty, empty, 10, START)
    assert np.isnan(found[:6]).all() and found.n == 0


def test_faults_are_named():
    opened, closed, end = cases([1, 2])
    with pytest.raises(MonitorError, match="case k1 was closed 3 days before"):
        closing(opened, closed - pd.to_timedelta([0, 5], unit="D"), 10, end)
    with pytest.raises(MonitorError, match="norm is -1"):
        closing(opened, closed, -1, end)
