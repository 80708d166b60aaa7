"""Drivers beside covariates: the theorem of Frisch, Waugh and Lovell, and poor input."""

import numpy as np
import pandas as pd
import pytest

from cxlib.drivers import DriverError, beside, least_squares, relative_importance


@pytest.fixture
def data() -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    rng = np.random.default_rng(8)
    mode = pd.DataFrame({"phone": rng.uniform(size=200), "post": rng.uniform(size=200)})
    X = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("abc")).add(mode["phone"], axis=0)
    y = X @ [0.5, 0.3, 0.0] + 2 * mode["phone"] + rng.normal(0, 0.5, 200)
    return X, y.rename("overall"), mode


def test_coefficients_are_those_beside_the_covariates(data):
    X, y, mode = data
    left, outcome, r2 = beside(X, y, mode)
    both = least_squares(X.join(mode), y)
    found = least_squares(left, outcome).coefficients["estimate"]
    np.testing.assert_allclose(found[list("abc")], both.coefficients.loc[list("abc"), "estimate"])
    assert r2 == pytest.approx(least_squares(mode, y).r2)
    gained = relative_importance(left, outcome).sum() * (1 - r2)
    assert gained == pytest.approx(both.r2 - r2)


def test_incomplete_rows_are_missing_and_the_rest_is_as_without_them(data):
    X, y, mode = data
    X.loc[3, "a"], mode.loc[9, "phone"], y[20] = np.nan, np.nan, np.nan
    left, outcome, _ = beside(X, y, mode)
    assert outcome.index[outcome.isna()].tolist() == [3, 9, 20] and outcome.name == "overall"
    rest = X.index.difference([3, 9, 20])
    again = beside(X.loc[rest], y[rest], mode.loc[rest])[0]
    pd.testing.assert_frame_equal(left.loc[rest], again)


def test_no_covariates_leave_everything_but_the_mean(data):
    X, y, mode = data
    left, _, r2 = beside(X, y, mode[[]])
    pd.testing.assert_frame_equal(left, X - X.mean())
    assert r2 == pytest.approx(0)


def test_too_few_rows_and_words(data):
    X, y, mode = data
    left, outcome, r2 = beside(X[:3], y[:3], mode[:3])
    assert left.isna().all(axis=None) and outcome.isna().all() and np.isnan(r2)
    with pytest.raises(DriverError, match="not a number"):
        beside(X, y, mode.assign(phone="often"))
