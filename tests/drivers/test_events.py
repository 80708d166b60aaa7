"""Logits of an event and the shares of their pseudo-R2: parity with statsmodels, and refits."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.drivers import (
    DriverError,
    bootstrap_importance,
    event,
    logit,
    relative_importance,
)
from cxlib.drivers.sample import resampled_weights


@pytest.fixture(scope="module")
def pleased(survey):
    X, y = survey
    return X, event(y, at_least=8)


@pytest.fixture(scope="module")
def weights(survey):
    return pd.Series(np.random.default_rng(1).uniform(0.3, 3, len(survey[0])))


def test_an_event_keeps_a_missing_grade_missing():
    y = pd.Series([1, 2, np.nan, 5], index=[*"abcd"])
    assert event(y, at_most=2).tolist()[:2] == [1, 1] and np.isnan(event(y, at_most=2)["c"])
    assert event(y, at_least=5).dropna().tolist() == [0, 0, 1]
    with pytest.raises(DriverError, match="'good' is not a number"):
        event(pd.Series(["good", 3]), at_least=3)


def test_coefficients_and_effects_equal_statsmodels(pleased):
    X, y = pleased
    want = sm.Logit(y, sm.add_constant(X)).fit(disp=0, cov_type="HC0", tol=1e-12)
    found = logit(X, y)
    table = found.coefficients
    np.testing.assert_allclose(table["estimate"], want.params[1:], 1e-6)
    np.testing.assert_allclose(table["se"], want.bse[1:], 1e-6)
    np.testing.assert_allclose(np.log(table["odds_low"]), want.conf_int()[0][1:], 1e-5)
    np.testing.assert_allclose(table["effect"], 100 * want.get_margeff().margeff, 1e-6)
    assert found.pseudo_r2 == pytest.approx(want.prsquared, abs=1e-8)
    assert (found.n, found.n_events) == (len(X), int(y.sum()))
    assert (table["p_adjusted"] >= table["p"]).all()


def test_weighted_coefficients_equal_statsmodels(pleased, weights):
    X, y = pleased
    family = sm.families.Binomial()
    want = sm.GLM(y, sm.add_constant(X), family=family, freq_weights=weights).fit(tol=1e-12)
    found = logit(X, y, weights)
    np.testing.assert_allclose(found.coefficients["estimate"], want.params[1:], 1e-6)
    assert found.pseudo_r2 == pytest.approx(1 - want.llf / want.llnull, abs=1e-8)
    again = logit(X, y, weights * 40)
    pd.testing.assert_frame_equal(again.coefficients, found.coefficients, rtol=1e-6)


def test_weighted_errors_are_those_of_a_survey(pleased, weights):
    # As survey::svyglm: inverse information x n/(n-1) sum of squared weighted scores x the same.
    X, y = pleased
    found = logit(X, y, weights)
    design, w = sm.add_constant(X).to_numpy(), weights.to_numpy()
    odds = sm.GLM(y, design, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-12).params
    chance = 1 / (1 + np.exp(-design @ odds.to_numpy()))
    bread = np.linalg.inv((design * (w * chance * (1 - chance))[:, None]).T @ design)
    scores = design * (w * (y - chance).to_numpy())[:, None]
    spread = len(y) / (len(y) - 1) * bread @ (scores.T @ scores) @ bread
    want = np.sqrt(np.diagonal(spread))[1:]
    np.testing.assert_allclose(found.coefficients["se"], want, rtol=1e-6)
    classic = np.sqrt(np.diagonal(bread) * w.mean())[1:]
    assert (want / classic > 1.01).all()  # what the model alone would say is too small


def test_intervals_of_effects_are_those_of_resampled_respondents(pleased, weights):
    X, y = pleased
    table = logit(X, y, weights).coefficients
    rng, draws = np.random.default_rng(3), []
    for _ in range(150):
        rows = rng.integers(0, len(X), len(X))
        parts = (part.iloc[rows].reset_index(drop=True) for part in (X, y, weights))
        draws.append(logit(*parts).coefficients["effect"])
    ratio = (table["effect_high"] - table["effect_low"]) / (2 * 1.96 * pd.DataFrame(draws).std())
    assert ratio.between(0.8, 1.25).all()


def test_events_that_drivers_separate_have_a_note_and_no_estimates(pleased):
    X, y = pleased
    never = pd.Series(np.where(y == 1, 0.0, np.arange(len(y)) % 2))  # one answer rules it out
    for spoilt in (X.assign(same=y), X.assign(same=never)):
        found = logit(spoilt, y)
        assert found.coefficients.isna().all(axis=None) and np.isnan(found.pseudo_r2)
        assert "separate" in found.notes[-1]
        shares = bootstrap_importance(spoilt, y, 20, method="logit")
        assert shares.shares["share"].isna().all() and "separate" in shares.notes[-1]


def test_few_events_are_noted(survey):
    X, y = survey
    rare = event(y, at_least=y.nlargest(20).min())
    found = logit(X[rare.cumsum() <= 12], rare[rare.cumsum() <= 12])
    assert any("12 respondents with the event are few" in note for note in found.notes)


@pytest.mark.parametrize("analysis", [logit, relative_importance])
def test_an_outcome_that_is_no_event_is_refused(survey, analysis):
    settings = {} if analysis is logit else {"method": "logit"}
    with pytest.raises(DriverError, match="y must be 0 or 1"):
        analysis(*survey, **settings)


def brute(X, y, weights):
    """McFadden's R2 of every subset of drivers, each fitted by statsmodels."""
    found = {}
    for size in range(X.shape[1] + 1):
        for chosen in combinations(X.columns, size):
            design = sm.add_constant(X[list(chosen)], has_constant="add")
            family = sm.families.Binomial()
            model = sm.GLM(y, design, family=family, freq_weights=weights).fit(tol=1e-13)
            found[frozenset(chosen)] = model.llf
    null = found[frozenset()]
    return {chosen: 1 - value / null for chosen, value in found.items()}


def test_shares_of_an_event_equal_refits_of_every_subset(pleased, weights):
    X, y = pleased
    r2 = brute(X, y, weights)
    shares = relative_importance(X, y, "logit", weights)
    for name in X.columns:
        rest = [other for other in X.columns if other != name]
        gains = [
            np.mean([r2[frozenset({*s, name})] - r2[frozenset(s)] for s in combinations(rest, k)])
            for k in range(len(rest) + 1)
        ]
        assert shares[name] == pytest.approx(np.mean(gains), abs=1e-9)


@st.composite
def happenings(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, p = draw(st.integers(60, 150)), draw(st.integers(1, 4))
    low, high = draw(st.sampled_from([(1, 5), (0, 10)]))
    X = pd.DataFrame(rng.integers(low, high + 1, (n, p)), columns=[f"d{i}" for i in range(p)])
    chance = 1 / (1 + np.exp(-draw(st.floats(-1, 1)) * (X["d0"] - X["d0"].mean())))
    return X, (rng.random(n) < chance).astype(float), pd.Series(rng.uniform(0.2, 4, n))


@settings(max_examples=25, deadline=None)
@given(happenings())
def test_shares_sum_to_the_pseudo_r2(case):
    X, y, weights = case
    shares = relative_importance(X, y, "logit", weights)
    whole = logit(X, y, weights).pseudo_r2
    assert np.isnan(whole) or shares.sum() == pytest.approx(whole, abs=1e-7)
    assert (shares > -1e-9).all() or np.isnan(whole)
    turned = relative_importance(X[X.columns[::-1]], y, "logit", weights * 7)
    pd.testing.assert_series_equal(turned[X.columns], shares, rtol=1e-6, atol=1e-9)


def test_resampled_shares_are_those_of_refits(pleased, weights):
    """One step from the estimates of all ends where a logit of the resample does."""
    X, y = pleased
    quick = bootstrap_importance(X, y, 40, seed=1, method="logit", weights=weights)
    drawn = np.vstack([own for _, own in resampled_weights(weights.to_numpy(), 40, seed=1)])
    exact = [relative_importance(X, y, "logit", own) for own in drawn]
    difference = quick.draws[X.columns] - np.array(exact)
    assert difference.abs().max().max() < 0.02 * np.std(exact, axis=0).max() + 0.002
    assert difference.mean().abs().max() < 0.0005


def test_noise_gets_the_share_that_it_would_get_in_refits(pleased):
    X, y = pleased
    rng, refits = np.random.default_rng(4), []
    for _ in range(150):
        rows = rng.integers(0, len(X), len(X))
        z = rng.normal(size=len(X))[rows]
        own, happened = (part.iloc[rows].reset_index(drop=True) for part in (X, y))
        refits.append(relative_importance(own.assign(z=z), happened, "logit")["z"])
    quick = bootstrap_importance(X, y, 4000, method="logit").draws["random"]
    assert np.mean(refits) == pytest.approx(quick.mean(), rel=0.35)  # 3 standard errors


def test_intervals_of_shares_cover_the_truth():
    """120 surveys of 300; 3 % of that many intervals outside what chance allows would show."""

    def tenants(n, seed):
        rng = np.random.default_rng(seed)
        X = pd.DataFrame(rng.normal(size=(n, 2)) + rng.normal(size=(n, 1)), columns=["a", "b"])
        return X, event(1.0 * X["a"] + 0.6 * X["b"] + rng.logistic(size=n), at_least=0.5)

    truth, hits = relative_importance(*tenants(100_000, 0), "logit"), []
    for seed in range(1, 121):
        shares = bootstrap_importance(*tenants(300, seed), 300, seed, method="logit").shares
        hits.append(truth.between(shares["low"].drop("random"), shares["high"].drop("random")))
    assert 0.90 <= np.mean(hits) <= 0.985


def test_a_copy_shares_with_its_original(pleased):
    X, y = pleased
    shares = bootstrap_importance(X.assign(copy=X["a"]), y, 50, method="logit")
    assert shares.shares.loc["copy", "share"] == pytest.approx(shares.shares.loc["a", "share"])
    assert shares.r2 == pytest.approx(logit(X, y).pseudo_r2, abs=1e-8)


def test_too_many_drivers_are_refused_with_a_way_out(pleased):
    _, y = pleased
    many = pd.DataFrame(np.random.default_rng(1).normal(size=(len(y), 13)))
    with pytest.raises(DriverError, match=r"2\*\*13 logits.*johnson"):
        relative_importance(many, y, "logit")


@pytest.mark.parametrize("method", ["lmg", "logit"])
def test_signs_say_which_way_a_driver_works(method):
    rng = np.random.default_rng(2)
    a, c = rng.normal(size=(2, 800))
    X = pd.DataFrame({"a": a, "b": a + rng.normal(0, 0.5, 800), "c": c})
    y = 2 * a - X["b"] - c + rng.normal(0, 1, 800)
    y = event(y, at_least=0) if method == "logit" else y
    found = bootstrap_importance(X, y, 20, method=method)
    assert found.shares["sign"].tolist() == ["up", "reversed", "down", ""]
