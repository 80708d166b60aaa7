"""Reliability and item quality: parity with psych and lavaan, recovery, bad items."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.survey import SurveyError, alpha, item_quality, omega

SCALES = ["mobi_IMAG", "mobi_PERQ", "mobi_CUSA", "mobi_CUEX"]


@pytest.fixture(scope="module")
def benchmark_script():
    """A script of tests/benchmarks as a module."""

    def load(name):
        path = Path(__file__).parents[1] / "benchmarks" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


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


def test_an_item_asked_of_extremes_only_gives_possible_values():
    items = one_scale(400, [0.85, 0.85, 0.85], 3)
    whole = alpha(items)
    items["i1"] = items["i1"].where(items["i0"].abs() > 1)
    for found in (alpha(items), omega(items)):
        assert found.estimate == pytest.approx(whole.estimate, abs=0.02)
        assert whole.low - 0.05 < found.low < found.estimate < found.high <= 1
        assert items["i1"].count() < found.n < 400 and found.method == "maximum likelihood"
    assert item_quality(items)["item_rest"].between(0, 1).all()


def test_limits_cover_with_gaps_and_no_routing_gives_an_impossible_value(benchmark_script):
    script = benchmark_script("coverage_alpha")
    covered = script.coverage(simulations=40, seed=7)["coverage"]
    assert (covered >= 0.85).all()  # of 40; 200 simulations are in coverage_alpha.csv
    rng = np.random.default_rng(7)
    assert [script.faults(script.routed(rng)) for _ in range(8)] == [[]] * 8


def test_tables_of_the_benchmark_hold_what_they_should(benchmark_script):
    folder = Path(benchmark_script("coverage_alpha").__file__).parent
    assert pd.read_csv(folder / "coverage_alpha.csv")["coverage"].between(0.92, 0.98).all()
    assert (pd.read_csv(folder / "routed_alpha.csv")["impossible"] == 0).all()


def test_a_gain_without_an_item_has_an_interval(mobi):
    found = item_quality(mobi[["CUEX1", "CUEX2", "CUEX3"]])
    gain = found.loc["CUEX3"]
    assert gain["gain"] == pytest.approx(
        gain["alpha_without"] - alpha(mobi[["CUEX1", "CUEX2", "CUEX3"]]).estimate
    )
    assert gain["gain_low"] < gain["gain"] < gain["gain_high"]
    drawn = [one_scale(250, [0.8, 0.8, 0.8, 0.36], seed) for seed in range(30)]
    truth = item_quality(one_scale(200_000, [0.8, 0.8, 0.8, 0.36]))["gain"]["i3"]
    rows = [item_quality(items).loc["i3"] for items in drawn]
    assert np.mean([row["gain_low"] <= truth <= row["gain_high"] for row in rows]) >= 0.86


def test_means_and_shares_of_items_are_weighted():
    items, w = pd.DataFrame({"a": [2.0, 10, None], "b": [4.0, 8, 6]}), pd.Series([3.0, 1, 1])
    found = item_quality(items, weights=w)
    assert found.loc["a", ["mean", "ceiling"]].tolist() == [4, 0.25]
    assert found.loc["b", "mean"] == pytest.approx(26 / 5)
    pd.testing.assert_frame_equal(item_quality(items, weights=w * 0 + 2), item_quality(items))


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
