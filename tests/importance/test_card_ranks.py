"""Ranks with their uncertainty, neighbours, agreement: against brute force and known truth."""

import time

import numpy as np
import pandas as pd
import pytest
from drawn_sorts import GRID, draw, twenty_people
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxlib.importance import ImportanceError, kendall_w, neighbours, rank, score
from cxlib.importance.board import weights


@pytest.fixture
def people() -> pd.DataFrame:
    return twenty_people()


def test_the_table_is_in_order_of_score_and_ties_share_the_best_rank():
    sorts = pd.DataFrame(
        {"p": [2, 1, 1, 0, -2], "q": [2, 1, 1, -2, 0], "r": [1, 2, 2, 0, -2]}, index=[*"abcde"]
    )
    table = rank(sorts, top=3)
    assert table["rank"].to_dict() == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 5}
    assert table["score"].is_monotonic_decreasing
    assert table.columns.tolist() == [
        *("score", "low", "high", "rank", "rank_low", "rank_high", "p_top", "ahead_low")
    ]


def test_chances_of_the_top_fill_its_places(people):
    for top in (1, 4, 9):
        assert rank(people, top=top)["p_top"].sum() == pytest.approx(top)


def test_resampling_equals_a_plain_loop_over_the_same_weights(people):
    sessions = pd.Series(["x"] * 12 + ["y"] * 8, people.columns)
    drawn, df = weights(people.columns, sessions, 300, np.random.default_rng(5))
    table = rank(people, "grid", n_resamples=300, seed=5, strata=sessions, top=3)
    means = [np.average(people, axis=1, weights=column) for column in drawn.T]
    ranks = [stats.rankdata(-np.round(mean, 9), method="min") for mean in means]
    tails = stats.norm.cdf(stats.t.ppf([0.025, 0.975], df))
    low, high = np.quantile(means, tails, axis=0)
    expected = pd.DataFrame({"low": low, "high": high}, people.index)
    pd.testing.assert_frame_equal(
        table.loc[people.index, ["low", "high"]], expected, check_names=False
    )
    assert (table.loc[people.index, "rank_high"] <= np.max(ranks, axis=0)).all()
    assert (table.loc[people.index, "rank_low"] >= np.min(ranks, axis=0)).all()


def test_weights_keep_each_session_and_give_the_unbiased_variance_of_a_mean():
    people = pd.Index([f"p{number}" for number in range(9)])
    sessions = pd.Series(list("aaaabbbcc"), people)
    drawn, df = weights(people, sessions, 40_000, np.random.default_rng(0))
    assert df == 6
    for session in "abc":
        np.testing.assert_allclose(
            drawn[sessions == session].sum(axis=0), (sessions == session).sum()
        )
    values = np.array([1, 4, 2, 9, 3, 3, 8, 5, 7.0])
    sizes = sessions.map(sessions.value_counts()).to_numpy()
    spread = pd.Series(values).groupby(sessions.to_numpy()).transform("var").to_numpy()
    expected = (spread / sizes * sizes / 81).sum()
    assert (values @ drawn / 9).var() == pytest.approx(expected, rel=0.03)


def test_a_session_of_one_joins_the_smallest_other_one():
    people = pd.Index(list("abcdef"))
    for sessions in (list("xxxyyz"), list("uvwxyz")):
        drawn, df = weights(people, pd.Series(sessions, people), 50, np.random.default_rng(0))
        assert np.isfinite(drawn).all()
        assert (drawn.std(axis=1) > 0).all()
        assert df == len(people) - (2 if "x" in sessions[1] else 1)


def test_the_same_seed_gives_the_same_table(people):
    pd.testing.assert_frame_equal(rank(people, seed=4), rank(people, seed=4))
    assert not rank(people, seed=4).equals(rank(people, seed=5))


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_what_is_estimated_does_not_hang_on_the_order_of_cards(seed):
    rng = np.random.default_rng(seed)
    sorts = pd.DataFrame(rng.permuted(np.tile([-2, -1, 0, 0, 1, 2], (7, 1)), axis=1).T)
    shuffled = sorts.iloc[rng.permutation(6)]
    first, second = (rank(frame, n_resamples=50, top=2) for frame in (sorts, shuffled))
    pd.testing.assert_frame_equal(first.sort_index(), second.sort_index())
    assert (first["low"] <= first["high"]).all()
    assert (first["rank_low"] <= first["rank_high"]).all()


def test_intervals_cover_the_true_scores():
    wishes = np.linspace(1.2, -1.2, 10)
    true = score(draw(wishes, 100_000, np.random.default_rng(0)), grid=GRID)
    rng, covered = np.random.default_rng(1), []
    for seed in range(150):
        table = rank(draw(wishes, 16, rng), n_resamples=500, seed=seed, grid=GRID).loc[true.index]
        covered.append((table["low"] <= true) & (true <= table["high"]))
    assert 0.93 < np.mean(covered) < 0.97


def test_ten_thousand_resamples_take_less_than_a_second():
    rng = np.random.default_rng(0)
    sorts = pd.DataFrame(rng.permuted(np.tile(np.arange(30), (32, 1)), axis=1).T)
    start = time.perf_counter()
    rank(sorts, n_resamples=10_000)
    assert time.perf_counter() - start < 1


def test_neighbours_differ_where_they_were_made_to():
    wishes = np.repeat([3.0, 1.0, -1.0], [2, 3, 5])
    table = neighbours(draw(wishes, 40, np.random.default_rng(2)), grid=GRID)
    real = table.index[table["real"]].union(table["next"][table["real"]])
    assert table["real"].sum() == 2
    assert table["difference"].sum() == pytest.approx(
        np.ptp(score(draw(wishes, 40, np.random.default_rng(2)), grid=GRID))
    )
    assert len(real) == 4
    assert (table["p_adjusted"] >= table["p"]).all()


def test_agreement_is_friedmans_test_for_forced_sorts(people):
    result = kendall_w(people)
    chi2, p = stats.friedmanchisquare(*people.to_numpy())
    assert result.w == pytest.approx(chi2 / (len(people.columns) * (len(people) - 1)))
    assert result.p == pytest.approx(p)
    assert result.low < result.w < result.high


def test_agreement_of_people_who_agree_and_of_people_who_do_not():
    same = pd.concat([draw(np.arange(10.0), 1, np.random.default_rng(0))] * 6, axis=1)
    same.columns = [*"abcdef"]
    assert kendall_w(same).low == pytest.approx(1)
    rng = np.random.default_rng(1)
    none = [kendall_w(draw(np.zeros(10), 40, rng), n_resamples=50) for _ in range(200)]
    assert max(result.w for result in none) < 0.15
    assert np.mean([result.p < 0.05 for result in none]) == pytest.approx(0.05, abs=0.04)


def test_one_person_cannot_be_resampled(people):
    for function in (rank, neighbours, kendall_w):
        with pytest.raises(ImportanceError, match="one person"):
            function(people.iloc[:, :1])


def test_faults_in_sessions_and_gaps_in_sorts_are_named(people):
    with pytest.raises(ImportanceError, match="no session is known of p19"):
        rank(people, strata=pd.Series("x", people.columns[:-1]))
    with pytest.raises(ImportanceError, match="n_resamples is 0"):
        rank(people, n_resamples=0)
    free = kendall_w(people.mask((people.index == "c01")[:, None] & (people.columns == "p0")))
    assert np.isnan(free.w) and "left out cards" in free.note


@pytest.mark.parametrize("name", ["polycrisis", "civicon2014_before", "lipset"])
def test_real_sorts_of_other_studies_run_unchanged(reference, name):
    sorts = pd.read_csv(reference / "qmethod" / name / "sorts.csv", index_col=0)
    table = rank(sorts, top=5)
    assert table["score"].between(0, 100).all()
    assert table["p_top"].sum() == pytest.approx(5)
    assert 0 < kendall_w(sorts).w < 1
