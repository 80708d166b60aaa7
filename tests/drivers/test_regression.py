"""Least squares: parity with R and statsmodels, and what collinear answers do to it."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cxlib.drivers import DriverError, least_squares


def test_coefficients_and_inflation_equal_r(expected, mobi):
    want = expected("relative_importance_mobi")
    found = least_squares(mobi[want["drivers"]], mobi[want["outcome"]], cov="classic")
    np.testing.assert_allclose(found.coefficients["estimate"], list(want["coef"].values()), 1e-9)
    np.testing.assert_allclose(found.coefficients["se"], list(want["se"].values()), 1e-9)
    np.testing.assert_allclose(found.vif, list(want["vif"].values()), 1e-9)
    assert found.r2 == pytest.approx(want["R2"], abs=1e-12)
    assert found.n == 250


@pytest.mark.parametrize("cov", ["HC3", "classic"])
def test_errors_equal_statsmodels(survey, cov):
    X, y = survey
    rng = np.random.default_rng(4)
    weights = pd.Series(rng.uniform(0.3, 3, len(X)))
    model = sm.WLS(y, sm.add_constant(X), weights=weights)
    options = {
        "HC3": {"cov_type": "HC3"},
        "classic": {},
    }
    want = model.fit(use_t=True, **options[cov])
    found = least_squares(X, y, weights, cov)
    np.testing.assert_allclose(found.coefficients["estimate"], want.params, 1e-9)
    np.testing.assert_allclose(found.coefficients["se"], want.bse, 1e-9)
    np.testing.assert_allclose(found.coefficients[["low", "high"]], want.conf_int(), 1e-8)
    np.testing.assert_allclose(found.coefficients["p"], want.pvalues, 1e-6, 1e-12)
    assert found.r2 == pytest.approx(want.rsquared, abs=1e-10)


def test_unit_weights_and_their_scale_change_nothing(survey):
    X, y = survey
    plain = least_squares(X, y).coefficients
    for weight in (1.0, 250.0):
        same = least_squares(X, y, pd.Series(weight, index=X.index)).coefficients
        pd.testing.assert_frame_equal(same, plain, rtol=1e-9)


def test_intervals_cover_the_truth():
    covered = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=120)
        y = pd.Series(1 + 0.5 * x + rng.normal(size=120) * (0.5 + np.abs(x)))
        row = least_squares(pd.DataFrame({"a": x}), y).coefficients.loc["a"]
        covered.append(row["low"] < 0.5 < row["high"])
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_driver_that_follows_from_others_gets_no_coefficient(survey):
    X, y = survey
    found = least_squares(X.assign(total=X["a"] + X["b"]), y)
    assert np.isnan(found.coefficients.loc["total", "estimate"])
    assert np.isinf(found.vif[["a", "b", "total"]]).all() and found.vif["c"] < 10
    assert any(note.startswith("total:") for note in found.notes)
    rest = least_squares(X, y).coefficients
    pd.testing.assert_frame_equal(found.coefficients.drop("total"), rest)


def test_unknown_errors_are_refused(survey):
    with pytest.raises(DriverError, match="HC9"):
        least_squares(*survey, cov="HC9")
    X, y = survey
    with pytest.raises(DriverError, match='called "intercept"'):
        least_squares(X.rename(columns={"a": "intercept"}), y)
