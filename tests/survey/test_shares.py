"""Shares and means with intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from cxlib.survey import SurveyError, mean, nps, share, shares, shares_by, shares_of

grade_lists = st.lists(st.integers(1, 10), min_size=1, max_size=60)


@settings(max_examples=40, deadline=None)
@given(grade_lists, st.integers(2, 10))
def test_the_interval_is_wilsons(grades, threshold):
    found = share(pd.Series(grades), threshold)
    hits = sum(grade >= threshold for grade in grades)
    low, high = proportion_confint(hits, len(grades), method="wilson")
    assert found == pytest.approx((hits / len(grades), low, high, len(grades)), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(grade_lists)
def test_the_three_bands_make_a_whole(grades):
    table = shares(pd.Series(grades))
    assert table["share"].sum() == pytest.approx(1)
    assert table.index.tolist() == ["fail", "middle", "top"]
    assert (table["low"] <= table["share"] + 1e-12).all()
    assert (table["share"] <= table["high"] + 1e-12).all()
    assert table.loc["top", "share"] == share(pd.Series(grades), 8).estimate


@settings(max_examples=30, deadline=None)
@given(grade_lists, st.floats(0.1, 40))
def test_equal_weights_change_nothing(grades, weight):
    values = pd.Series(grades)
    same = pd.Series(weight, index=values.index)
    assert share(values, 8, same) == pytest.approx(share(values, 8), abs=1e-9)
    assert mean(values, same) == pytest.approx(mean(values), abs=1e-9, nan_ok=True)


def test_mean_is_students():
    values = pd.Series([6, 7, 8, 9, 5, 7, None])
    low, high = DescrStatsW(values.dropna()).tconfint_mean()
    assert mean(values) == pytest.approx((7.0, low, high, 6))


def test_weights_widen_the_interval_and_count():
    values = pd.Series([4, 9] * 50)
    weights = pd.Series([3.0, 1.0] * 50)
    plain, weighted = share(values, 8), share(values, 8, weights)
    assert weighted.estimate == 0.25 and weighted.n == 100
    narrower = share(pd.Series([4, 4, 4, 9] * 25), 8)
    assert weighted.high - weighted.low > narrower.high - narrower.low
    assert plain.estimate == 0.5


def test_intervals_cover_under_weights():
    covered = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        weights = pd.Series(rng.choice([0.5, 2.0], 200))
        values = pd.Series(rng.choice([5, 7, 8], 200, p=[0.2, 0.5, 0.3]))
        found = share(values, 8, weights)
        covered.append(found.low < 0.3 < found.high)
    assert 0.91 <= np.mean(covered) <= 0.985


def test_nothing_answered_is_no_number():
    for values in (pd.Series([None, None], dtype=float), pd.Series([], dtype=float)):
        assert np.isnan(share(values).estimate) and share(values).n == 0
        assert np.isnan(mean(values).estimate) and shares(values)["n"].tolist() == [0, 0, 0]
    assert np.isnan(mean(pd.Series([7])).low) and mean(pd.Series([7])).estimate == 7


def test_impossible_input_is_named():
    with pytest.raises(SurveyError, match="'eight' is not a number"):
        share(pd.Series(["eight"]))
    with pytest.raises(SurveyError, match="must lie below top"):
        shares(pd.Series([7]), fail=8, top=8)
    with pytest.raises(SurveyError, match="2 weights for 1 respondents"):
        share(pd.Series([7]), weights=np.ones(2))
    with pytest.raises(SurveyError, match="all weights are 0"):
        mean(pd.Series([7]), weights=np.zeros(1))


def test_groups_and_questions_are_weighted():
    grades = pd.Series([5.0, 8.0, 8.0] * 10)
    where, weights = pd.Series(["repairs"] * 30), pd.Series([2.0, 1.0, 1.0] * 10)
    table = shares_by(grades, where, weights=weights)
    assert table.loc["repairs", ["n", "fail", "top"]].tolist() == [30, 0.5, 0.5]
    alone = shares_of(grades.to_frame("all"), weights=weights)
    assert alone.loc["all", "low"] == pytest.approx(share(grades, 8, weights).low)
    pd.testing.assert_frame_equal(
        shares_by(grades, where, weights=weights * 0 + 2), shares_by(grades, where)
    )


def test_net_promoter_score_counts_promoters_less_detractors():
    grades = pd.Series([10, 9, 9, 8, 7, 6, 0, None])
    found = nps(grades)
    assert found.estimate == pytest.approx(3 / 7 - 2 / 7) and found.n == 7
    weights = pd.Series([2.0, 1, 1, 1, 1, 1, 1, 5])
    assert nps(grades, weights).estimate == pytest.approx(4 / 8 - 2 / 8)
    assert nps(grades, weights * 3) == pytest.approx(nps(grades, weights))
    assert np.isnan(nps(pd.Series([None, None], dtype=float)).estimate)
    with pytest.raises(SurveyError, match="0 to 10"):
        nps(pd.Series([11, 3]))


@pytest.mark.parametrize("p", [(0.3, 0.3, 0.4), (0.05, 0.15, 0.8), (0.0, 0.1, 0.9)])
def test_the_interval_of_a_net_promoter_score_covers(p):
    rng, held = np.random.default_rng(7), 0
    for _ in range(400):
        grades = rng.choice([3, 7, 10], 40, p=p)
        found = nps(grades)
        held += found.low <= p[2] - p[0] <= found.high
        assert found.low <= found.estimate <= found.high
    assert 0.92 <= held / 400 <= 0.99
