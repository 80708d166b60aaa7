"""Factor analysis and its conditions: parity with psych, recovery, bad items."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

from cxlib.survey import SurveyError, adequacy, efa, parallel_analysis


@pytest.fixture(scope="module")
def want(expected):
    return expected("efa_mobi")["mobi_items_3f"]


@pytest.fixture(scope="module")
def items(mobi, want):
    return mobi[want["minres_none"]["items"]]


def two_values(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    first = rng.normal(size=(n, 1))
    second = 0.4 * first + rng.normal(size=(n, 1)) * np.sqrt(1 - 0.16)
    both = np.hstack([np.tile(0.8 * first, 3), np.tile(0.7 * second, 3)])
    return pd.DataFrame(both + rng.normal(size=(n, 6)) * 0.65, columns=[*"abcxyz"])


def test_adequacy_and_sphericity_equal_psych(items, want):
    found = adequacy(items)
    assert found.loc["KMO", "estimate"] == pytest.approx(want["kmo"], abs=1e-6)
    test = found.loc["Bartlett"]
    assert test["estimate"] == pytest.approx(want["bartlett"]["chisq"], rel=1e-6)
    assert (test["df"], test["n"]) == (want["bartlett"]["df"], 250)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["none", "varimax", "oblimin", "promax"])
def test_loadings_equal_psych(items, want, method, rotation):
    reference = want[f"{method}_{rotation}"]
    found, loadings = efa(items, 3, rotation, method), np.array(reference["loadings"])
    likeness = np.abs(found.loadings.to_numpy().T @ loadings)
    mine, theirs = linear_sum_assignment(-likeness)
    own = found.loadings.to_numpy()[:, mine]
    own = own * np.sign((own * loadings[:, theirs]).sum(axis=0))
    np.testing.assert_allclose(own, loadings[:, theirs], atol=1e-4)
    communality = [reference["communality"][item] for item in items]
    np.testing.assert_allclose(found.communalities, communality, atol=1e-4)
    if rotation == "oblimin":
        phi = np.array(reference["phi"])[np.ix_(theirs, theirs)]
        np.testing.assert_allclose(found.correlations.iloc[mine, mine].abs(), phi, atol=1e-3)


def test_factors_come_in_order_and_turned_to_positive(items):
    found = efa(items, 3)
    assert found.variance["variance"].is_monotonic_decreasing
    assert (found.loadings.sum() > 0).all()
    assert found.variance["variance"].sum() == pytest.approx(found.communalities.sum())
    assert found.loadings.columns.tolist() == ["f1", "f2", "f3"]


def test_two_values_are_found_again():
    loadings = efa(two_values(), 2).loadings
    assert (loadings.loc[[*"abc"], "f1"] > 0.6).all() and (loadings.loc[[*"xyz"], "f2"] > 0.6).all()
    assert loadings.loc[[*"xyz"], "f1"].abs().max() < 0.12
    assert parallel_analysis(two_values())["keep"].sum() == 2


def test_parallel_analysis_equals_psych_in_number(items, want):
    table = parallel_analysis(items, n_resamples=100)
    np.testing.assert_allclose(table["eigenvalue"], want["eigen"], atol=1e-9)
    assert table["keep"].sum() == want["parallel"]["ncomp"]
    pd.testing.assert_frame_equal(table, parallel_analysis(items, n_resamples=100))


POOR = {
    "a constant item": (two_values().assign(a=7.0), "a: all answers are the same"),
    "two identical items": (two_values().assign(b=two_values()["a"]), "b: follows from"),
    "nobody answered": (two_values().assign(a=np.nan), "a: nobody answered it"),
    "fewer answers than items": (two_values(5), "5 respondents are too few for 6 items"),
    "two items": (two_values()[["a", "b"]], "at least three items"),
    "never the same respondents": (
        two_values().assign(a=lambda t: t["a"][:200], b=lambda t: t["b"][200:]),
        "too few respondents answered both",
    ),
}


@pytest.mark.parametrize("case", POOR)
def test_poor_items_have_a_note(case):
    items, note = POOR[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parallel_analysis(items, n_resamples=5)
        adequacy(items)
        assert any(note in said for said in efa(items, 1).notes)
    assert efa(items, 1).loadings.index.tolist() == items.columns.tolist()


def test_too_many_factors_have_a_note_and_no_loadings():
    found = efa(two_values(), 4)
    assert found.loadings.isna().all(axis=None)
    assert "6 items can't carry 4 factors" in found.notes


def test_unknown_settings_are_refused():
    with pytest.raises(SurveyError, match="rotation is one of"):
        efa(two_values(), 2, rotation="sideways")
    with pytest.raises(SurveyError, match="n_factors is 0"):
        efa(two_values(), 0)
