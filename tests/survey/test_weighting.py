"""Raking: parity with R's survey, margins met, and margins that can't be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.survey import SurveyError, design_effect, effective_n, rake, raking


def redrawn(found, rows):
    """Weights of one resample, given by the positions of its respondents."""
    own = found.weights.to_numpy()[rows]
    sums = np.bincount(found.cells[rows], own, minlength=found.cells.max() + 1)
    return own * found.factors(sums[None])[0][found.cells[rows]]


PEOPLE = pd.DataFrame(
    {
        "district": ["north"] * 30 + ["south"] * 70,
        "mode": (["internet"] * 3 + ["telephone"] * 2) * 20,
    }
)
KNOWN = {
    "district": {"north": 0.5, "south": 0.5},
    "mode": {"internet": 0.8, "telephone": 0.2},
}


def test_weights_equal_those_of_r(reference, expected):
    want = expected("rake_apiclus1")
    schools = pd.read_csv(reference / "drivers/r_builtin/apiclus1.csv")
    margins = {
        "stype": {"E": 4421, "H": 755, "M": 1018},
        "sch.wide": {"No": 1072, "Yes": 5122},
    }
    found = rake(schools, margins, weights=schools["pw"])
    np.testing.assert_allclose(found, want["weights"], rtol=1e-4)
    mean = np.average(schools["api00"], weights=found)
    assert mean == pytest.approx(want["mean_api00"], abs=1e-3)
    assert found.sum() == pytest.approx(6194)


def test_margins_are_met():
    weights = rake(PEOPLE, KNOWN)
    assert weights.sum() == pytest.approx(100)
    for name, known in KNOWN.items():
        met = weights.groupby(PEOPLE[name]).sum() / 100
        assert met.to_dict() == pytest.approx(known, abs=1e-7)


def test_a_sample_like_the_population_keeps_weight_1():
    own = {name: PEOPLE[name].value_counts(normalize=True) for name in PEOPLE}
    np.testing.assert_allclose(rake(PEOPLE, own), 1.0, atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.05, 2))
def test_trimmed_weights_meet_margins_under_the_ceiling(seed, slack):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"a": rng.choice([*"xyz"], 400, p=[0.6, 0.3, 0.1]), "b": rng.choice([*"pq"], 400)}
    )
    known = {"a": {"x": 0.5, "y": 0.38, "z": 0.12}, "b": {"p": 0.55, "q": 0.45}}
    cells = pd.crosstab(frame["a"], frame["b"], normalize=True)
    least = max(max(known["a"][c] / cells.loc[c].sum() for c in "xyz"),
                max(known["b"][c] / cells[c].sum() for c in "pq"))  # fmt: skip
    trim = 1.2 * least * slack
    weights = rake(frame, known, weights=rng.lognormal(0, 0.8, 400), trim=trim)
    assert weights.max() <= trim * weights.mean() * (1 + 1e-5)
    for name, numbers in known.items():
        met = weights.groupby(frame[name]).sum() / weights.sum()
        assert met.to_dict() == pytest.approx(numbers, abs=1e-5)


def test_respondents_with_weight_0_stay_out():
    start = pd.Series(np.where(PEOPLE.index % 7 == 0, 0.0, 1.0))
    weights = rake(PEOPLE, KNOWN, weights=start)
    assert (weights[start == 0] == 0).all() and (weights[start > 0] > 0).all()


def test_design_effect_and_effective_n():
    assert design_effect(np.full(50, 3.0)) == pytest.approx(1)
    assert effective_n(np.full(50, 3.0)) == pytest.approx(50)
    weights = rake(PEOPLE, KNOWN)
    assert design_effect(weights) * effective_n(weights) == pytest.approx(100)
    assert effective_n(np.zeros(3)) == 0 and np.isnan(design_effect(np.zeros(3)))


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({}, "margins is empty"),
        ({"age": {"old": 1}}, "'age' is no column"),
        ({"mode": {"internet": 1.0}}, "'mode', row 3: 'telephone' is in no margin"),
        ({"mode": KNOWN["mode"] | {"letter": 0.0}, "district": {"north": 1}}, "'south' is in no"),
        ({"mode": {"internet": 0.6, "telephone": 0.2, "letter": 0.2}}, "nobody in the sample"),
        ({"mode": {"internet": 60, "telephone": 40}, "district": {"north": 1, "south": 1}}, "sums"),
        ({"mode": {"internet": 1.5, "telephone": -0.5}}, "known number of 'telephone' is -0.5"),
    ],
)
def test_margins_that_do_not_fit_are_named(margins, message):
    with pytest.raises(SurveyError, match=message):
        rake(PEOPLE, margins)


def test_margins_that_contradict_each_other_are_named():
    frame = pd.DataFrame({"a": [*"xxyy"], "b": [*"ppqq"]})
    margins = {"a": {"x": 0.5, "y": 0.5}, "b": {"p": 0.9, "q": 0.1}}
    with pytest.raises(SurveyError, match="can't be met together"):
        rake(frame, margins, max_rounds=50)
    with pytest.raises(SurveyError, match="raise trim"):
        rake(PEOPLE, KNOWN, trim=1.01, max_rounds=50)


def test_missing_categories_are_named():
    with pytest.raises(SurveyError, match="'mode', row 0: nan is in no margin"):
        rake(PEOPLE.assign(mode=PEOPLE["mode"].mask(PEOPLE.index == 0)), {"mode": KNOWN["mode"]})


def sample(seed: int, n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"a": rng.choice([*"xyz"], n, p=[0.5, 0.3, 0.2]), "b": rng.choice([*"pq"], n)}
    )


ABOUT = {"a": {"x": 420, "y": 310, "z": 270}, "b": {"p": 0.55, "q": 0.45}}


def by_rows(frame, rows, start=None, trim=None):
    """Weights of a resample as `rake` finds them, of mean 1."""
    shares = {name: pd.Series(known) / sum(known.values()) for name, known in ABOUT.items()}
    drawn = frame.iloc[rows].reset_index(drop=True)
    found = rake(drawn, shares, None if start is None else start[rows], trim)
    return found / found.mean()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_resample_is_raked_as_its_rows_are(seed, designed):
    rng = np.random.default_rng(seed)
    frame = sample(seed)
    start = rng.uniform(0.5, 2, len(frame)) if designed else None
    found = raking(frame, ABOUT, start)
    rows = rng.integers(0, len(frame), len(frame))
    again = redrawn(found, rows)
    np.testing.assert_allclose(again / again.mean(), by_rows(frame, rows, start), rtol=1e-4)
    own = found.weights.to_numpy()[rows]
    sums = np.bincount(found.cells[rows], own, minlength=found.cells.max() + 1)
    several = found.factors(np.vstack([sums, sums + 1]))
    np.testing.assert_allclose(several[0][found.cells[rows]] * own, again, rtol=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_resample_is_trimmed_as_its_rows_are(seed):
    frame = sample(seed)
    rows = np.random.default_rng(seed).integers(0, len(frame), len(frame))
    trim = 0.985 * by_rows(frame, rows).max()
    again = redrawn(raking(frame, ABOUT, trim=trim), rows)
    expected = by_rows(frame, rows, trim=trim)
    np.testing.assert_allclose(again / again.mean(), expected, rtol=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_raking_does_not_depend_on_how_weights_and_margins_are_scaled(seed):
    frame = sample(seed)
    plain = raking(frame, ABOUT).weights
    assert plain.mean() == pytest.approx(1)
    scaled = {name: {key: 7 * n for key, n in known.items()} for name, known in ABOUT.items()}
    np.testing.assert_allclose(raking(frame, scaled, np.full(len(frame), 3.0)).weights, plain)
    own = {name: frame[name].value_counts() for name in frame}
    np.testing.assert_allclose(raking(frame, own).weights, 1)


def test_a_category_without_people_and_people_without_a_category():
    frame = sample(1).assign(a=lambda t: t["a"].mask(t.index < 30))
    found = raking(frame, ABOUT | {"b": {"p": 5, "q": 4, "r": 1}})
    assert found.notes == ("b: nobody is 'r'; the others take its share",)
    shares = found.weights.groupby(frame["a"].fillna("?")).sum() / len(frame)
    assert shares["?"] == pytest.approx(0.1)
    assert shares["x"] / shares["z"] == pytest.approx(42 / 27)


def test_resamples_that_lack_a_category_still_meet_the_others():
    frame = sample(2)
    found = raking(frame, ABOUT)
    rows = np.flatnonzero(frame["a"] != "z")
    weights = pd.Series(redrawn(found, rows), rows)
    shares = weights.groupby(frame["a"]).sum() / weights.sum()
    assert shares["x"] / shares["y"] == pytest.approx(42 / 31, rel=1e-5)


def test_trimming_bounds_the_weights_of_a_resample():
    frame = sample(3)
    found = raking(frame, {"a": {"x": 20, "y": 30, "z": 50}, "b": ABOUT["b"]}, trim=3.2)
    rows = np.random.default_rng(1).integers(0, len(frame), len(frame))
    weights = redrawn(found, rows)
    assert weights.max() <= 3.2 * weights.mean() * (1 + 1e-4)
