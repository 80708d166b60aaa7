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


@pytest.mark.parametrize(
    ("rule", "labels"), [("quarter", ["2019-Q4", "2020-Q1"]), ("year", ["2019", "2020"])]
)
def test_quarters_and_years(rule: str, labels: list[str]) -> None:
    dates = pd.Series(pd.to_datetime(["2019-12-31", "2020-01-01"]))
    assert monitor.by_period(dates, pd.Series([1, 1]), rule).index.tolist() == labels  # type: ignore[arg-type]


def test_what_was_closed_after_the_period_was_still_open() -> None:
    opened = pd.Series(pd.to_datetime(["2020-03-01", "2020-03-25", "2020-03-01"]))
    closed = pd.Series(pd.to_datetime(["2020-03-20", "2020-04-02", None]))
    within = monitor.within_norm(opened, closed, 10, pd.Timestamp("2020-03-31"))
    assert within.fillna(-1).tolist() == [0, -1, 0]


def test_months_within_base_quarters() -> None:
    months = pd.Index(["2019-09", "2019-10", "2020-01"])
    assert monitor.base_of(months, ["2019-Q3", "2019-Q4"]) == ["2019-09", "2019-10"]
    assert monitor.base_of(months, ["2012"]) == list(months)
