"""Domains and values, sessions and viewpoints, divided cards, agreement, themes."""

import numpy as np
import pandas as pd
import pytest
from drawn_sorts import CARDS, draw, twenty_people
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cxlib.importance import (
    ImportanceError,
    by_group,
    camps,
    contrasts,
    coverage,
    differences,
    membership,
    parts,
    rank,
    rank_agreement,
    score,
    themes,
    worths,
)
from cxlib.importance.differences import benjamini_hochberg, large_enough

WISHES = np.linspace(1.5, -1.5, 10)
KINDS = pd.Series(["home"] * 4 + ["area"] * 3 + ["service"] * 3, CARDS, name="domain")


@pytest.fixture
def people() -> pd.DataFrame:
    return twenty_people()


@pytest.fixture
def sessions(people) -> pd.Series:
    return pd.Series(["x"] * 8 + ["y"] * 7 + ["z"] * 5, people.columns)


def test_a_part_scores_the_mean_of_its_cards(people):
    table = parts(people, KINDS)
    pd.testing.assert_series_equal(
        table["score"].sort_index(), score(people).groupby(KINDS).mean(), check_names=False
    )
    assert table["cards"].sum() == 10
    assert table["p_top"].sum() == pytest.approx(1)
    assert table.index.name == "domain"


def test_parts_of_one_card_are_the_cards(people):
    each = pd.Series(CARDS, CARDS)
    columns = ["score", "low", "high", "rank", "rank_low", "rank_high", "p_top", "ahead_low"]
    pd.testing.assert_frame_equal(
        parts(people, each)[columns].sort_index(),
        rank(people, top=1).sort_index(),
        check_names=False,
    )


def test_coverage_shows_what_no_card_is_about():
    table = coverage(KINDS.mask(KINDS == "area"), ["home", "service", "ease"])
    assert table.sum().to_dict() == {"home": 4, "service": 3, "ease": 0}
    assert table.index.tolist() == CARDS
    with pytest.raises(ImportanceError, match="area of card c05 is none of home"):
        coverage(KINDS, ["home", "service"])
    with pytest.raises(ImportanceError, match="no card of the sorts has a kind"):
        parts(twenty_people(), pd.Series(dtype=object))


def test_shares_are_those_of_analysis_of_variance(people, sessions):
    found = differences(people, sessions, n_permutations=4999)
    by = [people.loc[:, sessions == name] for name in "xyz"]
    f = [stats.f_oneway(*(part.loc[card] for part in by)) for card in found.cards.index]
    ratio = np.array([one.statistic for one in f]) * 2 / 17
    np.testing.assert_allclose(found.cards["share"], ratio / (1 + ratio))
    np.testing.assert_allclose(found.cards["p"], [one.pvalue for one in f], atol=0.08)
    assert found.sizes.to_dict() == {"x": 8, "y": 7, "z": 5}


def test_a_session_of_its_own_is_found_and_equal_ones_are_not(people, sessions):
    moved = people.copy()
    rng = np.random.default_rng(3)
    moved.iloc[:, :8] = draw(WISHES + np.eye(10)[9] * 5, 8, rng).to_numpy()
    found = differences(moved, sessions, n_permutations=1999)
    assert found.p < 0.01
    assert found.cards.index[0] == "c10"
    assert found.cards.loc["c10", "real"]
    none = [
        differences(draw(WISHES, 20, rng), sessions, n_permutations=199, seed=seed)
        for seed in range(100)
    ]
    assert np.mean([one.p < 0.05 for one in none]) <= 0.11
    assert np.mean([one.cards["real"].any() for one in none]) <= 0.11


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_cards_and_people_changes_no_difference(seed):
    rng, people = np.random.default_rng(seed), twenty_people().astype(float)
    people.iloc[0, 0] = np.nan
    groups = pd.Series(list("ab") * 10, people.columns)
    shuffled = people.iloc[rng.permutation(10), rng.permutation(20)]
    one, two = (differences(sorts, groups, n_permutations=9) for sorts in (people, shuffled))
    assert one.share == pytest.approx(two.share)
    columns = ["spread", "share"]
    pd.testing.assert_frame_equal(one.cards[columns].sort_index(), two.cards[columns].sort_index())


def test_groups_that_are_too_small_are_not_shown_nor_derivable():
    groups = pd.Series(list("aaaaaabbbbbcccccdd"))
    assert set(large_enough(groups, 2)) == {*"abcd"}
    assert set(large_enough(groups, 3)) == {*"ab"} or set(large_enough(groups, 3)) == {*"ac"}
    assert (~groups.index.isin(large_enough(groups, 3).index)).sum() >= 3
    assert large_enough(groups, 6).empty


def test_groups_too_small_to_compare_give_a_note_and_no_numbers(people):
    groups = pd.Series("a", people.columns).mask(people.columns == "p0", "b")
    found = differences(people, groups, minimum=5)
    assert found.cards.empty and found.sizes.empty and "large enough" in found.note
    for table in (contrasts(people, groups, minimum=5), by_group(people, groups, minimum=5)):
        assert table.empty and table.attrs["note"] == found.note


def test_a_card_that_few_of_a_group_placed_has_no_score_there(people):
    groups = pd.Series(["a"] * 10 + ["b"] * 10, people.columns, name="session")
    free = people.astype(float)
    free.iloc[0, 4:10] = np.nan  # four of the first group placed it
    found = differences(free, groups, minimum=5, n_permutations=99)
    card = free.index[0]
    assert found.cards.loc[card, ["spread", "share"]].isna().all()
    assert np.isnan(found.means.loc[card, "a"]) and found.cards["spread"].notna().sum() == 9
    pairs = contrasts(free, groups, minimum=5, n_resamples=50)
    assert pairs.loc[card].isna().all(axis=None) and pairs.drop(index=card).notna().all(axis=None)
    assert by_group(free, groups, minimum=5, n_resamples=50).empty


def test_scores_by_group_are_those_of_the_group(people):
    groups = pd.Series(["a"] * 9 + ["b"] * 11, people.columns, name="session")
    table = by_group(people, groups, n_resamples=50)
    for name, n in (("a", 9), ("b", 11)):
        mine = table.xs(name, level="session")
        own = score(people.loc[:, groups == name], grid=dict.fromkeys(range(-2, 3), 0))
        np.testing.assert_allclose(mine["score"], own[mine.index])
        assert (mine["n"] == n).all()


def test_contrasts_of_viewpoints(people):
    flags = pd.DataFrame({"f1": [True] * 9 + [False] * 11, "f2": [False] * 8 + [True] * 12})
    flags.index = people.columns
    views = membership(flags)
    assert views.isna().sum() == 1
    table = contrasts(people, views)
    first, second = score(people.iloc[:, :8]), score(people.iloc[:, 9:])
    pair = table.xs("f1-f2", level="pair")
    np.testing.assert_allclose(pair["difference"], first - second)
    assert (pair["low"] <= pair["difference"]).all()
    assert (pair["difference"] <= pair["high"]).all()


def test_benjamini_hochberg_is_that_of_scipy():
    p = np.random.default_rng(0).uniform(size=30) ** 2
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p))


def test_a_divided_card_is_named_and_a_disputed_one_is_not():
    rng = np.random.default_rng(5)
    half = [draw(WISHES + np.eye(10)[4] * side, 20, rng).add_prefix(str(side)) for side in (-4, 4)]
    table = camps(pd.concat(half, axis=1), n_resamples=500)
    assert table.index[table["camps"]].tolist() == ["c05"]
    assert 17 <= table.loc["c05", "n_high"] <= 23
    assert (table["n_low"] + table["n_high"])[table["camps"]].eq(40).all()
    assert table.loc[~table["camps"], ["n_low", "score_low"]].isna().all(axis=None)
    wide = np.where(np.arange(10) == 4, 2.0, 0.0)
    alarms = []
    for seed in range(20):
        sorts = pd.concat(
            [
                draw(WISHES + wide * rng.normal(), 1, rng).set_axis([f"p{one}"], axis=1)
                for one in range(40)
            ],
            axis=1,
        )
        alarms.append(camps(sorts, n_resamples=300, seed=seed)["camps"].any())
    assert np.mean(alarms) <= 0.15


def test_agreement_of_groups_that_agree_and_that_do_not(people):
    rng = np.random.default_rng(6)
    same = rank_agreement(people, draw(WISHES, 30, rng))
    assert (same["p_none"] < 0.01).all()
    assert (same["p_same"] > 0.05).all()
    other = rank_agreement(people, draw(-WISHES, 30, np.random.default_rng(7)))
    assert (other["p_same"] < 0.01).all()
    assert other.loc["spearman", "high"] < 0
    found = rank_agreement(people, draw(WISHES / 9, 25, np.random.default_rng(8)))["estimate"]
    scores = score(people), score(draw(WISHES / 9, 25, np.random.default_rng(8)))
    assert found["spearman"] == pytest.approx(stats.spearmanr(*scores).statistic)
    assert found["kendall"] == pytest.approx(stats.kendalltau(*scores).statistic)
    with pytest.raises(ImportanceError, match="card c01 was sorted by employees only"):
        rank_agreement(people.drop(index="c01"), people)


def test_themes_count_people_once_and_name_what_is_wrong():
    coded = pd.DataFrame(
        {"participant": list("ppqr"), "card": ["a", "b", "a", "a"], "code": ["x", "x", "x", "y"]}
    )
    table = themes(coded, people=10, codes=pd.Series({"x": "X", "y": "Y", "z": "Z"}))
    assert table["n"].to_dict() == {"x": 2, "y": 1, "z": 0}
    assert table.loc["x", ["remarks", "cards"]].tolist() == [3, 2]
    wilson = stats.binomtest(2, 10).proportion_ci(method="wilson")
    np.testing.assert_allclose(table.loc["x", ["low", "high"]].astype(float), list(wilson))
    with pytest.raises(ImportanceError, match="code y is not in the code book"):
        themes(coded, 10, pd.Series({"x": "X"}))
    with pytest.raises(ImportanceError, match="row 1 has no code"):
        themes(coded.assign(code=["x", None, "x", "y"]), 10)
    with pytest.raises(ImportanceError, match="more than 2 people"):
        themes(coded, 2)
    with pytest.raises(ImportanceError, match="column code is missing"):
        themes(coded[["participant"]], 3)


@pytest.mark.parametrize("name", ["polycrisis", "civicon2014_before"])
def test_real_sorts_without_sessions_groups_or_ratings(reference, name):
    sorts = pd.read_csv(reference / "qmethod" / name / "sorts.csv", index_col=0)
    table = worths(sorts, n_resamples=200)
    assert table["worth"].corr(score(sorts), "spearman") > 0.95
    assert len(camps(sorts, n_resamples=50)) == len(sorts)
    halves = pd.Series(["a", "b"] * (sorts.shape[1] // 2), sorts.columns)
    assert differences(sorts, halves, n_permutations=99).p > 0.01


def test_free_sorts_with_empty_cells_go_through():
    rng = np.random.default_rng(2)
    sorts = pd.DataFrame(rng.integers(-3, 4, (10, 18)), CARDS, [f"p{n}" for n in range(18)])
    sorts = sorts.astype(float).mask(rng.uniform(size=sorts.shape) < 0.1)
    groups = pd.Series(list("abc") * 6, sorts.columns)
    tables = [
        worths(sorts, n_resamples=50),
        parts(sorts, KINDS, n_resamples=50),
        differences(sorts, groups, n_permutations=19).cards,
        contrasts(sorts, groups, n_resamples=50),
        rank_agreement(sorts, sorts.iloc[::-1, :9], n_resamples=50).loc[["spearman"]],
        camps(sorts, n_resamples=50)[["score", "excess", "p_variance", "p", "p_adjusted"]],
    ]
    for table in tables:
        assert table.notna().all(axis=None)
