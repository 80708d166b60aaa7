"""Cases within the norm time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from cxlib.monitor import MonitorError, judged, share_within


@given(st.lists(st.integers(0, 40), min_size=1, max_size=200), st.integers(0, 30))
def test_share_and_interval_are_wilsons(days, norm):
    result = share_within(pd.Series(days), norm)
    hits = sum(day <= norm for day in days)
    low, high = proportion_confint(hits, len(days), method="wilson")
    assert result.estimate == pytest.approx(hits / len(days))
    assert (result.low, result.high) == pytest.approx((low, high), abs=1e-12)
    assert result.n == len(days)


def test_open_cases_count_once_they_are_too_late():
    durations = pd.Series([3.0, 12.0, np.nan, np.nan])
    waited = pd.Series([3.0, 12.0, 4.0, 30.0])
    assert judged(durations, 10, waited).tolist()[:2] == [1, 0]
    assert np.isnan(judged(durations, 10, waited)[2])
    assert judged(durations, 10, waited)[3] == 0
    assert share_within(durations, 10).n == 2
    assert share_within(durations, 10, waited).n == 3


def test_dates_may_be_subtracted_as_they_are():
    opened = pd.Series(pd.to_datetime(["2020-01-01", "2020-01-01", "2020-01-31"]))
    closed = pd.Series(pd.to_datetime(["2020-01-02", "2020-01-03", None]))
    assert share_within(closed - opened, norm=1).estimate == 0.5
    waited = pd.Timestamp("2020-03-01") - opened
    assert share_within(closed - opened, 1, waited).estimate == pytest.approx(1 / 3)


def test_nothing_to_judge_is_no_share():
    result = share_within(pd.Series([np.nan]), 10)
    assert np.isnan([result.estimate, result.low, result.high]).all()
    assert result.n == 0


def test_faults_are_named():
    with pytest.raises(MonitorError, match="case k2 was closed 3 days before"):
        share_within(pd.Series({"k1": 1, "k2": -3}), 10)
    with pytest.raises(MonitorError, match="norm is -1"):
        share_within(pd.Series([1]), -1)
