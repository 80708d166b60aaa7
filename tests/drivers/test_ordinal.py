"""The ordinal model: parity with R's polr, clm and brant, and with statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cxlib.drivers import DriverError, ordinal


def test_housing_equals_polr(housing, expected):
    want = expected("ordinal_copenhagen")["copenhagen"]
    found = ordinal(*housing)
    np.testing.assert_allclose(
        found.coefficients["estimate"], list(want["polr_freq"]["coef"].values()), atol=1e-6
    )
    np.testing.assert_allclose(
        found.thresholds["estimate"], list(want["polr_freq"]["zeta"].values()), atol=1e-6
    )
    errors = [*found.coefficients["se"], *found.thresholds["se"]]
    np.testing.assert_allclose(errors, list(want["polr_freq"]["se"].values()), atol=1e-6)
    assert -2 * found.loglik == pytest.approx(want["polr_freq"]["deviance"], abs=1e-6)
    assert found.thresholds.index.tolist() == ["1|2", "2|3"]


def test_housing_equals_clm(housing, expected):
    want = expected("ordinal_copenhagen")["copenhagen"]["clm"]
    found = ordinal(*housing)
    estimates = [*found.thresholds["estimate"], *found.coefficients["estimate"]]
    np.testing.assert_allclose(estimates, list(want["coef"].values()), atol=1e-6)
    assert found.loglik == pytest.approx(want["logLik"], abs=1e-6)


def test_parallel_lines_equal_brant(housing, expected):
    want = expected("ordinal_copenhagen")["copenhagen"]["brant"]
    found = ordinal(*housing).parallel_lines
    np.testing.assert_allclose(found, np.array(want["table"]), rtol=0.001)
    assert found.index.tolist() == ["omnibus", *housing[0].columns]


def test_a_frequency_is_a_weight(reference):
    cells = pd.read_csv(reference / "drivers/copenhagen_housing/housing_freq.csv")
    X = pd.DataFrame({"high": (cells["Infl"] == "High").astype(float)})
    y = cells["Sat"].map({"Low": 1, "Medium": 2, "High": 3})
    rows = np.repeat(np.arange(len(cells)), cells["Freq"])
    weighted = ordinal(X, y, weights=cells["Freq"])
    expanded = ordinal(X.iloc[rows].reset_index(drop=True), y.iloc[rows].reset_index(drop=True))
    for part in ("coefficients", "thresholds"):
        difference = getattr(weighted, part)["estimate"] - getattr(expanded, part)["estimate"]
        assert difference.abs().max() < 1e-8


def test_two_categories_are_the_ordinary_logit(survey):
    X, y = survey
    want = sm.Logit((y >= 8).astype(float), sm.add_constant(X)).fit(disp=0)
    found = ordinal(X, y >= 8)
    np.testing.assert_allclose(found.coefficients["estimate"], want.params[1:], 1e-6)
    np.testing.assert_allclose(found.coefficients["se"], want.bse[1:], 1e-6)
    assert -found.thresholds["estimate"].iloc[0] == pytest.approx(want.params.iloc[0], rel=1e-6)


def test_robust_errors_do_not_depend_on_the_scale_of_weights(survey):
    X, y = survey
    weights = pd.Series(np.random.default_rng(1).uniform(0.5, 2, len(X)))
    for cov in ("classic", "robust"):
        small, large = (ordinal(X, y, weights * k, cov=cov).coefficients for k in (0.01, 50))
        pd.testing.assert_frame_equal(small, large, rtol=1e-6, atol=1e-12)
    plain = ordinal(X, y).coefficients
    ones = ordinal(X, y, pd.Series(1.0, index=X.index)).coefficients
    pd.testing.assert_frame_equal(ones, plain, rtol=1e-9)


def test_robust_errors_are_those_of_resampled_respondents(survey):
    X, y = survey
    weights = pd.Series(np.random.default_rng(1).choice([0.4, 3.0], len(X)))
    robust = ordinal(X, y, weights, cov="robust").coefficients["se"]
    rng = np.random.default_rng(2)
    draws = []
    for _ in range(150):
        rows = rng.integers(0, len(X), len(X))
        parts = (part.iloc[rows].reset_index(drop=True) for part in (X, y, weights))
        draws.append(ordinal(*parts).coefficients["estimate"])
    assert (robust / pd.DataFrame(draws).std()).between(0.8, 1.25).all()


def log_likelihoods(parameters, X, codes):
    """Of each respondent, from the definition: P(y <= k) = logistic(threshold_k - x'b)."""
    cuts = codes.max()
    ends = np.concatenate([[-np.inf], parameters[:cuts], [np.inf]])
    odds = X @ parameters[cuts:]
    return np.log(1 / (1 + np.exp(odds - ends[codes + 1])) - 1 / (1 + np.exp(odds - ends[codes])))


def slopes(of, at, step=1e-4):
    """Central differences of a function in each parameter, in the last axis."""
    moved = np.eye(len(at)) * step
    return np.stack([(of(at + one) - of(at - one)) / (2 * step) for one in moved], axis=-1)


def test_weighted_errors_are_those_of_a_survey(survey):
    # By hand: inverse Hessian x n/(n-1) sum of squared weighted scores x inverse Hessian, both
    # from numerical derivatives of the likelihood; that is what a design of independently drawn
    # respondents gives (survey::svyolr).
    X, y = (part[:300] for part in survey)
    weights = pd.Series(np.random.default_rng(3).choice([0.3, 1.0, 4.0], 300))
    found = ordinal(X, y, weights)
    at = np.concatenate([found.thresholds["estimate"], found.coefficients["estimate"]])
    grades, codes = np.unique(y, return_inverse=True)
    rows, w = X.to_numpy(), weights.to_numpy()

    def of(parameters):
        return log_likelihoods(parameters, rows, codes)

    scores = slopes(of, at) * w[:, None]
    bread = np.linalg.inv(-slopes(lambda p: w @ slopes(of, p), at))
    assert abs(scores.sum(axis=0)).max() < 1e-4 and len(grades) == len(found.thresholds) + 1
    spread = 300 / 299 * bread @ (scores.T @ scores) @ bread
    errors = [*found.thresholds["se"], *found.coefficients["se"]]
    np.testing.assert_allclose(errors, np.sqrt(np.diagonal(spread)), rtol=1e-4)


def test_errors_are_classic_where_all_count_alike(survey):
    X, y = survey
    alike = ordinal(X, y, pd.Series(2.0, X.index)).coefficients["se"]
    np.testing.assert_allclose(alike, ordinal(X, y, cov="classic").coefficients["se"], rtol=1e-6)
    weights = pd.Series(np.random.default_rng(1).uniform(0.2, 3, len(X)))
    robust, design = (ordinal(X, y, weights, cov=c).coefficients["se"] for c in ("robust", None))
    np.testing.assert_allclose(design / robust, np.sqrt(800 / 799), rtol=1e-6)


def test_parallel_lines_of_weighted_answers_are_judged_by_their_own_errors():
    # Parallel by construction: with unequal weights the test may err no more often than it says.
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=400)
        y = np.digitize(x + rng.logistic(size=400), [-1, 1])
        weights = rng.choice([0.2, 3.0], 400)
        tested = ordinal(pd.DataFrame({"a": x}), pd.Series(y), weights).parallel_lines
        found.append(tested.loc["omnibus", "p"])
    assert np.mean(np.array(found) < 0.05) <= 0.13


def test_the_truth_is_recovered():
    rng = np.random.default_rng(11)
    X = pd.DataFrame(rng.normal(size=(4000, 2)), columns=["a", "b"])
    latent = 1.2 * X["a"] - 0.5 * X["b"] + rng.logistic(size=4000)
    found = ordinal(X, np.digitize(latent, [-2, 0, 1.5]))
    for table, truth in ((found.coefficients, [1.2, -0.5]), (found.thresholds, [-2, 0, 1.5])):
        assert (table["low"] < truth).all() and (table["high"] > truth).all()
    assert found.parallel_lines.loc["omnibus", "p"] > 0.01


def test_lines_that_are_not_parallel_are_found():
    rng = np.random.default_rng(12)
    x = rng.normal(size=3000)
    low, high = x + rng.logistic(size=3000) > -1, 0.1 * x + rng.logistic(size=3000) > 1
    y = pd.Series(low.astype(int) + (low & high))
    tested = ordinal(pd.DataFrame({"a": x}), y).parallel_lines
    assert tested.loc["omnibus", "p"] < 1e-6


def test_separated_grades_have_a_note_and_no_estimates(survey):
    X, y = survey
    found = ordinal(X.assign(same=y), y)
    assert found.coefficients["estimate"].isna().all()
    assert "separate" in found.notes[-1]


def test_an_outcome_that_is_no_grade_is_refused(survey):
    X, _ = survey
    with pytest.raises(DriverError, match="800 different values"):
        ordinal(X, pd.Series(np.linspace(0, 1, len(X))))
    with pytest.raises(DriverError, match="sandwich"):
        ordinal(*survey, cov="sandwich")
