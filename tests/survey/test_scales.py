"""Reliability and item quality: parity with psych and lavaan, recovery, bad items."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.survey import SurveyError, alpha, item_quality, omega

SCALES = ["mobi_IMAG", "mobi_PERQ", "mobi_CUSA", "mobi_CUEX"]


def one_scale(n: int, loadings: list[float], seed: int = 1) -> pd.DataFrame:
    """Items of one factor with these standardised loadings."""
    rng = np.random.default_rng(seed)
    strength = np.array(loadings)
    unique = rng.normal(size=(n, len(strength))) * np.sqrt(1 - strength**2)
    names = [f"i{k}" for k in range(len(strength))]
    return pd.DataFrame(rng.normal(size=(n, 1)) * strength + unique, columns=names)


@pytest.mark.parametrize("scale", SCALES)
def test_alpha_and_its_interval_equal_psych(expected, mobi, scale):
    want = expected("reliability_mobi")[scale]
    found = alpha(mobi[list(want["mean"])])
    assert found.estimate == pytest.approx(want["raw_alpha"], abs=1e-9)
    assert found.low == pytest.approx(want["feldt"]["lower.ci"][0]["raw_alpha"], abs=1e-9)
    assert found.high == pytest.approx(want["feldt"]["upper.ci"][0]["raw_alpha"], abs=1e-9)
    assert (found.n, found.k) == (250, want["k"])


@pytest.mark.parametrize("scale", SCALES)
def test_omega_equals_that_of_lavaans_one_factor_model(expected, mobi, scale):
    want = expected("reliability_mobi")[scale]
    found = omega(mobi[list(want["mean"])])
    assert found.estimate == pytest.approx(want["omega_cfa_unstd"], abs=1e-5)
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize("scale", SCALES)
def test_standardised_omega_equals_that_of_psych(expected, mobi, scale):
    want = expected("reliability_mobi")[scale]
    items = mobi[list(want["mean"])]
    found = omega((items - items.mean()) / items.std())
    assert found.estimate == pytest.approx(want["cr_std"], abs=1e-5)


@pytest.mark.parametrize("scale", SCALES)
def test_item_quality_equals_psych(expected, mobi, scale):
    want = expected("reliability_mobi")[scale]
    found = item_quality(mobi[list(want["mean"])])
    np.testing.assert_allclose(found["mean"], list(want["mean"].values()), atol=1e-12)
    np.testing.assert_allclose(found["item_rest"], list(want["r_drop"].values()), atol=1e-12)
    np.testing.assert_allclose(found["alpha_without"], [*want["alpha_drop"].values()], atol=1e-12)


def test_item_quality_counts_gaps_floor_and_ceiling():
    items = pd.DataFrame({"a": [1, 5, 10, 10, None], "b": [2, 5, 9, 8, 7]})
    row = item_quality(items).loc["a"]
    assert (row["n"], row["missing"], row["floor"], row["ceiling"]) == (4, 1, 0.25, 0.5)
    assert row["mean"] == 6.5


def test_missing_answers_are_left_out_pair_by_pair(mobi):
    items = mobi[["IMAG1", "IMAG2", "IMAG3", "IMAG4"]].astype(float)
    items.iloc[:30, 0], items.iloc[30:60, 2] = np.nan, np.nan
    covariance = items.cov().to_numpy()
    want = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    assert alpha(items).estimate == pytest.approx(want, abs=1e-12)


def test_omega_is_recovered_and_covered():
    truth = 2.8**2 / (2.8**2 + (1 - 0.81) + (1 - 0.64) + (1 - 0.49) + (1 - 0.16))
    covered = []
    for seed in range(120):
        found = omega(one_scale(250, [0.9, 0.8, 0.7, 0.4], seed))
        covered.append(found.low < truth < found.high)
    assert 0.89 <= np.mean(covered) <= 0.99
    assert omega(one_scale(50_000, [0.9, 0.8, 0.7, 0.4])).estimate == pytest.approx(truth, abs=0.01)


def test_intervals_of_alpha_cover():
    items = [one_scale(150, [0.7, 0.7, 0.7], seed) for seed in range(200)]
    truth = 3 * 0.49 / (1 + 2 * 0.49)
    covered = [found.low < truth < found.high for found in map(alpha, items)]
    assert 0.90 <= np.mean(covered) <= 0.99


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.2, 9), st.floats(-50, 50))
def test_shift_and_common_scale_do_not_matter(seed, factor, shift):
    items = one_scale(60, [0.8, 0.6, 0.7, 0.5], seed)
    for reliability in (alpha, omega):
        plain, moved = reliability(items), reliability(items * factor + shift)
        assert moved.estimate == pytest.approx(plain.estimate, abs=1e-6)
        assert moved.low == pytest.approx(plain.low, abs=1e-4)


def test_two_items_have_omega_equal_to_alpha():
    items = one_scale(100, [0.8, 0.6])
    found = omega(items)
    assert found.estimate == pytest.approx(alpha(items).estimate)
    assert found.notes == ("two items: omega equals alpha",)


ITEMS = one_scale(80, [0.8, 0.7, 0.6])
POOR = {
    "a constant item": (ITEMS.assign(i1=7), "i1: all answers are the same"),
    "an item that nobody answered": (ITEMS.assign(i1=np.nan), "i1: nobody answered it"),
    "fewer answers than items": (ITEMS[:2], "2 respondents are too few"),
    "one item": (ITEMS[["i0"]], "at least two items"),
    "no respondents": (ITEMS[:0], "at least two items"),
    "all items constant": (ITEMS * 0, "at least two items"),
}


@pytest.mark.parametrize("case", POOR)
def test_poor_scales_have_a_note(case):
    items, note = POOR[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        item_quality(items)
        assert any(note in said for said in omega(items).notes)
        assert set(alpha(items).notes) <= set(omega(items).notes)


def test_identical_items_do_no_harm():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copied = ITEMS.assign(i3=ITEMS["i0"])
        assert alpha(copied).estimate > alpha(ITEMS).estimate
        assert "an item follows from others" in omega(copied).notes


def test_answers_that_are_no_numbers_are_named():
    with pytest.raises(SurveyError, match="item 'i1', row 0: 'good' is not a number"):
        alpha(ITEMS.assign(i1="good"))
