"""How near subgroups stand to viewpoints, and advice on sets whose number of views is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f_oneway, ttest_1samp

from cxlib import qmethod


def of_two_views(n_cards: int = 30, half: int = 12, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    views = rng.normal(size=(n_cards, 2)).repeat(half, axis=1)
    noisy = views + rng.normal(size=views.shape) / 2
    return pd.DataFrame(noisy).rename(columns="s{}".format, index="c{}".format)


@pytest.fixture(scope="module")
def solution() -> qmethod.Solution:
    return qmethod.analyse(of_two_views(), 2)


def test_means_and_intervals_are_those_of_a_t_test(solution: qmethod.Solution) -> None:
    names = solution.loadings.index
    groups = pd.Series(["a"] * 7 + ["b"] * 17, names)
    found = qmethod.subgroups(solution, groups, n_permutations=10)
    for name, members in groups.groupby(groups):
        values = solution.loadings.loc[members.index, "f1"]
        low, high = ttest_1samp(values, 0).confidence_interval()
        row = found.loadings.loc[(name, "f1")]
        np.testing.assert_allclose(
            row[["n", "mean", "low", "high"]].to_numpy(float),
            [len(values), values.mean(), low, high],
        )


def test_groups_that_hold_different_views_are_told_apart(solution: qmethod.Solution) -> None:
    by_view = pd.Series(["a"] * 12 + ["b"] * 12, solution.loadings.index)
    mixed = pd.Series(["a", "b"] * 12, solution.loadings.index)
    assert (qmethod.subgroups(solution, by_view).tests["p_adjusted"] < 0.01).all()
    assert (qmethod.subgroups(solution, mixed).tests["p_adjusted"] > 0.05).all()
    assert qmethod.subgroups(solution, by_view).tests["share"].min() > 0.8


@pytest.mark.parametrize("pattern", ["aab" * 8, "aaaaaaaabbbbbbbb" + "ab" * 4])
def test_p_values_follow_those_of_analysis_of_variance(pattern: str) -> None:
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(40, 24)) * np.linspace(0.5, 3, 24)
    solution = qmethod.analyse(pd.DataFrame(rng.normal(size=(40, 1)) + noise), 1)
    groups = pd.Series(list(pattern), solution.loadings.index)
    found = qmethod.subgroups(solution, groups, n_permutations=20_000).tests["p"]
    parts = [solution.loadings.loc[groups == name] for name in "ab"]
    np.testing.assert_allclose(found, f_oneway(*parts).pvalue, atol=0.03)


def test_sorts_without_a_group_are_left_out_and_strange_ones_named(
    solution: qmethod.Solution,
) -> None:
    groups = pd.Series([None, *"ab" * 11, "a"], solution.loadings.index)
    assert qmethod.subgroups(solution, groups).loadings["n"].xs("f1", level="factor").sum() == 23
    with pytest.raises(qmethod.SortsError, match="'nobody'"):
        qmethod.subgroups(solution, pd.Series({"nobody": "a"}))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=24, max_size=24), st.randoms())
def test_order_and_names_of_groups_do_not_matter(labels: list, random) -> None:
    solution = qmethod.analyse(of_two_views(), 2)
    groups = pd.Series(labels, solution.loadings.index)
    order = list(groups.index)
    random.shuffle(order)
    one = qmethod.subgroups(solution, groups, n_permutations=5).loadings
    other = qmethod.subgroups(solution, groups.loc[order], n_permutations=5).loadings
    pd.testing.assert_frame_equal(one, other)
    assert ((one["low"].fillna(-9) <= one["mean"]) & (one["mean"] <= one["high"].fillna(9))).all()


@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_scree_finds_the_bend(k: int) -> None:
    rng = np.random.default_rng(k)
    views = rng.normal(size=(40, k)).repeat(6, axis=1)
    sorts = pd.DataFrame(views + rng.normal(size=views.shape) / 2)
    found = qmethod.retention(sorts, n_permutations=50, n_resamples=50)
    assert found.criteria.loc["scree", "n_factors"] == k
    assert found.advice == k


def test_of_numbers_named_equally_often_the_largest_stable_one_is_advised(reference) -> None:
    sorts = pd.read_csv(reference / "qmethod" / "polycrisis" / "sorts.csv", index_col=0)
    found = qmethod.retention(sorts)
    stable = found.candidates.query("congruence >= 0.85 and fewest > 1").index
    assert found.advice == stable.max() > 1
