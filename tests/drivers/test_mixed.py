"""The mixed model: parity with statsmodels, and an interval that holds with four districts."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cxlib.drivers import DriverError, least_squares, mixed


def tenants(seed: int, n: int, districts: int, between: float):
    rng = np.random.default_rng(seed)
    share = np.arange(1, districts + 1) / np.arange(1, districts + 1).sum()
    district = pd.Series(rng.choice(districts, n, p=share)).map("d{}".format)
    level = district.map(dict(zip(sorted(set(district)), rng.normal(size=districts), strict=False)))
    X = pd.DataFrame(rng.normal(7, 1, (n, 2)), columns=["a", "b"])
    X["a"] += 0.5 * level
    noise = np.sqrt(1 - between) * rng.normal(size=n)
    return X, X @ [0.5, 0.3] + np.sqrt(between) * level + noise, district


def test_estimates_equal_statsmodels():
    X, y, district = tenants(1, 900, 12, 0.2)
    want = sm.MixedLM(y, sm.add_constant(X), district).fit(reml=True)
    found = mixed(X, y, district)
    np.testing.assert_allclose(found.coefficients["estimate"], want.fe_params, rtol=1e-4)
    variance = float(want.cov_re.iloc[0, 0])
    # The errors of generalised least squares at statsmodels' variances. Its own come from the
    # whole Hessian, which takes in how uncertain the variances are, and differ by 1 %.
    design, same = sm.add_constant(X).to_numpy(), district.to_numpy()
    V = variance * (same[:, None] == same) + want.scale * np.eye(len(y))
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ np.linalg.solve(V, design))))
    np.testing.assert_allclose(found.coefficients["se"], errors, rtol=1e-3)
    assert found.icc == pytest.approx(variance / (variance + want.scale), rel=1e-3)
    flat = least_squares(X, y).coefficients["estimate"]
    np.testing.assert_allclose(found.coefficients["ols"], flat, rtol=1e-9)
    assert (found.coefficients["ols"] - found.coefficients["estimate"]).abs()["a"] > 0.02


def test_p_is_that_of_the_f_test_of_districts():
    X, y, district = tenants(2, 300, 4, 0.05)
    small = sm.OLS(y, sm.add_constant(X)).fit()
    dummies = pd.get_dummies(district, drop_first=True, dtype=float)
    large = sm.OLS(y, sm.add_constant(X.join(dummies))).fit()
    assert mixed(X, y, district).p == pytest.approx(large.compare_f_test(small)[1], rel=1e-8)


@pytest.mark.parametrize("between", [0.0, 0.1])
def test_the_interval_holds_with_four_districts(between):
    covered, slopes = [], []
    for seed in range(200):
        found = mixed(*tenants(seed, 200, 4, between))
        covered.append(found.icc_low <= between <= found.icc_high)
        slopes.append(found.coefficients.loc["b", ["low", "high"]])
    assert 0.91 <= np.mean(covered) <= 0.995  # a one-sided miss is all that 0 can have
    bounds = pd.DataFrame(slopes)
    assert 0.91 <= ((bounds["low"] < 0.3) & (bounds["high"] > 0.3)).mean() <= 0.985


def test_one_district_leaves_least_squares():
    X, y, district = tenants(3, 200, 4, 0.1)
    found = mixed(X, y, district.map(lambda _: "all"))
    want = least_squares(X, y, cov="classic").coefficients
    pd.testing.assert_frame_equal(found.coefficients[want.columns], want, rtol=1e-8)
    assert np.isnan([found.icc, found.icc_low, found.icc_high, found.p]).all()
    assert "one group" in found.notes[-1]


def test_districts_of_one_person_and_people_without_one():
    X, y, district = tenants(4, 200, 4, 0.1)
    district[:5] = [f"own{i}" for i in range(5)]
    district[5:9] = None
    found = mixed(X, y, district)
    assert (found.n, found.n_groups) == (196, 9) and 0 <= found.icc_low <= found.icc_high < 1
    assert any("4 respondents left out without a group" in note for note in found.notes)


def test_weights_are_said_not_to_count():
    X, y, district = tenants(5, 200, 4, 0.1)
    weights = pd.Series(np.random.default_rng(1).uniform(0.5, 2, 200))
    found = mixed(X, y, district, weights)
    pd.testing.assert_frame_equal(found.coefficients, mixed(X, y, district).coefficients)
    assert any("unweighted" in note for note in found.notes)


def test_groups_that_do_not_fit_are_refused():
    X, y, district = tenants(6, 60, 4, 0.1)
    with pytest.raises(DriverError, match="groups and X"):
        mixed(X, y, district[:-1])
    everyone = mixed(X, y, pd.Series(range(60)))
    assert everyone.coefficients["estimate"].isna().all() and "60 groups" in everyone.notes[-1]
