"""From dated rows to one row a period."""

import pandas as pd
import pytest

from cxlib import monitor


def test_empty_months_stay_and_small_ones_are_emptied() -> None:
    dates = pd.Series(pd.to_datetime(["2020-01-02"] * 12 + ["2020-03-02"] * 4))
    table = monitor.by_period(dates, pd.Series([1, 0] * 8), minimum=10)
    assert table["n"].to_dict() == {"2020-01": 12, "2020-02": 0, "2020-03": 0}
    assert table["total"].tolist() == [6, 0, 0]
    assert table["mean"].isna().tolist() == [False, True, True]


def test_months_within_base_quarters() -> None:
    months = pd.Index(["2019-09", "2019-10", "2020-01"])
    assert monitor.base_of(months, ["2019-Q3", "2019-Q4"]) == ["2019-09", "2019-10"]
    assert monitor.base_of(months, ["2012"]) == list(months)


def test_weighted_months_rest_on_their_effective_number() -> None:
    dates = pd.Series(pd.to_datetime(["2020-01-05"] * 30 + ["2020-02-05"] * 30))
    hits = pd.Series([1.0, 0.0, 0.0] * 20)
    weights = pd.Series([2.0, 1.0, 1.0] * 20)
    table = monitor.by_period(dates, hits, weights=weights)
    assert table["mean"].tolist() == pytest.approx([0.5, 0.5])
    assert table["effective"].tolist() == pytest.approx([40**2 / 60] * 2)
    chart = monitor.answer_chart(dates, hits, weights=weights)
    assert chart.centre == pytest.approx(0.5) and chart.points["n"].tolist() == [30, 30]
    reach = 3 * (0.25 / (40**2 / 60)) ** 0.5
    assert (chart.points["high"] - chart.centre).tolist() == pytest.approx([reach] * 2)
    ones = monitor.answer_chart(dates, hits, weights=weights * 0 + 3).points
    pd.testing.assert_frame_equal(ones, monitor.answer_chart(dates, hits).points)
