"""Differences between two independent estimates."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from cxlib.survey import SurveyError, change, mean, share


def rows(*found) -> pd.DataFrame:
    columns = ["estimate", "low", "high", "n"]
    return pd.DataFrame(found, columns=columns, index=[*"abcdef"[: len(found)]])


def grades(tops: int, n: int) -> pd.Series:
    return pd.Series([8.0] * tops + [6.0] * (n - tops))


@pytest.mark.parametrize(
    ("a", "b"), [((30, 100), (50, 120)), ((1, 40), (9, 30)), ((0, 20), (5, 15))]
)
def test_shares_have_the_interval_of_newcombe(a, b):
    found = change(rows(share(grades(*b))), rows(share(grades(*a)))).iloc[0]
    low, high = confint_proportions_2indep(b[0], b[1], a[0], a[1], method="newcomb")
    np.testing.assert_allclose(found[["low", "high"]].astype(float), [low, high], atol=1e-9)
    assert found["change"] == pytest.approx(b[0] / b[1] - a[0] / a[1])


def test_intervals_of_means_cover():
    rng, inside = np.random.default_rng(1), []
    for _ in range(200):
        one, other = rng.normal(7.0, 1.5, 80), rng.normal(7.2, 1.0, 60)
        row = change(rows(mean(pd.Series(other))), rows(mean(pd.Series(one)))).iloc[0]
        inside.append(row["low"] < 0.2 < row["high"])
    assert 0.91 < np.mean(inside) < 0.985


def test_small_and_missing_rows_are_blank():
    now, before = rows((7, 6, 8, 50), (7, 6, 8, 50)), rows((6, 5.9, 6.1, 50), (6, 5, 7, 9))
    found = change(now, before)
    assert found.loc["a", "low"] == pytest.approx(7 - 6 - np.hypot(1, 0.1))
    assert found.loc["b"].isna().all()
    assert list(change(now, before[:1]).index) == ["a"]
    with pytest.raises(SurveyError, match="no column 'low'"):
        change(now.drop(columns="low"), before)
