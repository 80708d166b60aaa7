"""Employees against tenants."""

import numpy as np
import pandas as pd
import pytest
from drawn_sorts import draw, twenty_people
from scipy import stats

from cxlib.importance import ImportanceError, gaps, score


@pytest.fixture
def people() -> pd.DataFrame:
    return twenty_people()


WISHES = np.linspace(1.5, -1.5, 10)


@pytest.fixture
def bias() -> np.ndarray:
    return np.array([-2.5, 0, 0, 0, 0, 0, 0, 0, 2.5, 0])


@pytest.fixture
def staff(bias) -> pd.DataFrame:
    return draw(WISHES + bias, 30, np.random.default_rng(8))


def test_made_misjudgements_are_found_and_come_at_the_ends(people, staff):
    table = gaps(people, staff)
    assert (table.index[0], table.index[-1]) == ("c09", "c01")
    assert table.loc[["c01", "c09"], "real"].all()
    assert (table["gap"] == table["employees"] - table["tenants"]).all()
    assert table["gap"].sum() == pytest.approx(0)
    assert table.columns.tolist() == [
        *("tenants", "employees", "gap", "low", "high", "p", "p_adjusted", "real"),
        *("rank_tenants", "rank_employees"),
    ]


def test_no_gap_is_real_between_halves_of_one_group():
    rng = np.random.default_rng(11)
    found = [gaps(draw(WISHES, 20, rng), draw(WISHES, 20, rng))["real"].any() for _ in range(60)]
    assert np.mean(found) <= 0.1


def test_p_values_are_those_of_welchs_test(people, staff):
    table = gaps(people, staff, scoring="grid", n_resamples=20_000).sort_index()
    welch = stats.ttest_ind(staff, people, axis=1, equal_var=False)
    np.testing.assert_allclose(table["p"], welch.pvalue, atol=0.01)
    assert ((table["low"] > 0) | (table["high"] < 0)).equals(table["p"] < 0.05)


def test_intervals_cover_the_true_gaps(bias):
    rng = np.random.default_rng(4)
    true = score(draw(WISHES + bias, 50_000, rng)) - score(draw(WISHES, 50_000, rng))
    covered = []
    for seed in range(100):
        table = gaps(
            draw(WISHES, 15, rng), draw(WISHES + bias, 12, rng), n_resamples=400, seed=seed
        )
        table = table.loc[true.index]
        covered.append((table["low"] <= true) & (true <= table["high"]))
    assert 0.93 < np.mean(covered) < 0.98


def test_both_groups_are_scored_on_one_scale_and_cards_meet_by_name(people):
    narrow = (people / 2).iloc[::-1]
    table = gaps(people, narrow)
    np.testing.assert_allclose(table["employees"] - 50, (table["tenants"] - 50) / 2)


def test_unanimous_groups_differ_for_certain():
    tenants = pd.DataFrame([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], index=[*"abc"])
    table = gaps(tenants, tenants.iloc[::-1].set_axis([*"abc"]))
    assert table["p"].to_dict() == {"c": 0.0, "b": 1.0, "a": 0.0}
    assert table["real"].to_dict() == {"c": True, "b": False, "a": True}


def test_a_card_that_only_one_group_sorted_is_named(people, staff):
    with pytest.raises(ImportanceError, match="card c04 was sorted by tenants only"):
        gaps(people, staff.drop(index="c04"))
    with pytest.raises(ImportanceError, match="card c04 was sorted by employees only"):
        gaps(people.drop(index="c04"), staff)
