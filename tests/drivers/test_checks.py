"""Checks of the models find what is wrong with answers, and nothing where nothing is."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import het_breuschpagan

from cxlib.drivers import least_squares, model_checks


@pytest.fixture(scope="module")
def plain():
    """A straight line, evenly scattered."""
    rng = np.random.default_rng(21)
    X = pd.DataFrame(rng.normal(7, 1.2, (600, 3)), columns=["a", "b", "c"])
    return X, 1 + X @ [0.5, 0.3, 0.0] + rng.normal(0, 0.8, 600)


def graded(case):
    X, y = case
    return X.round(), y.round().clip(1, 10)


def test_nothing_is_found_where_nothing_is(plain):
    checks = model_checks(*graded(plain))
    assert (checks["p_adjusted"].dropna() >= 0.05).all()
    assert checks.loc["inflation", "verdict"].str.startswith("can be told apart").all()
    assert (checks.loc["influence", "statistic"] == 0).all()
    assert checks.index.get_level_values("check").nunique() == 6


def test_statistics_equal_statsmodels(plain):
    X, y = graded(plain)
    checks = model_checks(X, y)
    design = sm.add_constant(X)
    want = het_breuschpagan(sm.OLS(y, design).fit().resid, design)
    assert checks.loc[("spread", "all"), "statistic"] == pytest.approx(want[0], rel=1e-8)
    assert checks.loc[("spread", "all"), "p"] == pytest.approx(want[1], rel=1e-6)
    bent = design.assign(square=(X["a"] - X["a"].mean()) ** 2)
    t = sm.OLS(y, bent).fit(cov_type="HC3").tvalues["square"]
    assert checks.loc[("linearity", "a"), "statistic"] == pytest.approx(t, rel=1e-8)


def test_a_bend_is_found_with_its_direction(plain):
    X, y = plain
    y = (y - 0.5 * (X["a"] - 7) ** 2).round()
    checks = model_checks(X.round(), y, fail=3, top=7)
    assert checks.loc[("linearity", "a"), "verdict"] == "low grades weigh more"
    assert checks.loc[("linearity", "b"), "verdict"] == "no sign of a bend"


def test_uneven_scatter_is_found(plain):
    X, y = plain
    y = y + np.random.default_rng(1).normal(0, 1, 600) * (X["a"] - X["a"].min()) / 2
    checks = model_checks(X.round(), y.round(), fail=5, top=8)
    assert "robust" in checks.loc[("spread", "all"), "verdict"]


def test_one_respondent_who_decides_is_found(plain):
    X, y = graded(plain)
    X, y = X[:60].copy(), y[:60].copy()
    X.loc[0, "a"], y[0] = 30.0, 1.0  # a typing error hides what a does
    checks = model_checks(X, y)
    for term in ("one respondent", "most influential 1 %"):
        assert checks.loc[("influence", term), "statistic"] >= 1
        assert "a" in checks.loc[("influence", term), "verdict"].split("for ")[-1].split(", ")
    assert least_squares(X, y).coefficients.loc["a", "low"] < 0
    assert least_squares(X[1:], y[1:]).coefficients.loc["a", "low"] > 0


def test_twins_and_separation_are_named(plain):
    X, y = graded(plain)
    checks = model_checks(X.assign(twin=X["a"] * 2), y, fail=-5)
    assert "leave one" in checks.loc[("inflation", "twin"), "verdict"]
    assert checks.loc[("separation", "fail"), "verdict"].startswith("everybody gave")


@pytest.mark.parametrize(("low", "high", "fail", "top"), [(1, 5, 2, 4), (0, 10, 5, 8)])
def test_other_scales(plain, low, high, fail, top):
    X, y = plain
    X, y = (
        ((part - 7) / 4 * (high - low) / 2 + (low + high) / 2).round().clip(low, high)
        for part in (X, y + np.random.default_rng(2).normal(0, 2, 600))
    )
    checks = model_checks(X, y, fail, top, weights=pd.Series(np.linspace(0.5, 2, 600)))
    assert checks.loc["separation", "statistic"].notna().all()
    assert checks["verdict"].str.len().gt(5).all()
