"""Tables over all values at once, shares in groups, and judgements on levels."""

import numpy as np
import pandas as pd
import pytest

from cxlib import survey

RNG = np.random.default_rng(5)


def scale(n: int, k: int) -> pd.DataFrame:
    common = RNG.normal(7, 1, (n, 1))
    grades = np.clip(np.round(common + RNG.normal(0, 0.8, (n, k))), 1, 10)
    return pd.DataFrame(grades, columns=[f"i{j}" for j in range(k)])


def test_rows_equal_the_single_statistics() -> None:
    scales = {"ease": scale(200, 2), "reliable": scale(200, 3)}
    table = survey.reliability(scales)
    for name, items in scales.items():
        assert table.loc[name, "alpha"] == survey.alpha(items).estimate
        assert table.loc[name, "omega_low"] == survey.omega(items).low


def test_a_value_of_one_item_has_no_reliability() -> None:
    table = survey.reliability({"one": scale(50, 1)})
    assert np.isnan(table.loc["one", "alpha"])
    assert table.loc["one", "k"] == 1


def test_quality_counts_missing_answers_as_a_share() -> None:
    items = scale(40, 2)
    items.iloc[:10, 0] = np.nan
    assert survey.quality({"v": items})["missing"].tolist() == [0.25, 0.0]


def test_scores_need_half_of_the_items() -> None:
    items = pd.DataFrame({"a": [7.0, np.nan], "b": [8.0, np.nan], "c": [np.nan, 6.0]})
    scores = survey.value_scores({"v": items})["v"]
    assert scores[0] == 7.5
    assert np.isnan(scores[1])


def test_means_of_small_groups_are_blank() -> None:
    table = survey.value_means(pd.DataFrame({"few": [7.0] * 9 + [np.nan] * 3, "many": [7.0] * 12}))
    assert table.loc["few"].isna().all()
    assert table.loc["many", "estimate"] == 7


def test_a_hidden_group_does_not_follow_from_the_total() -> None:
    groups = pd.Series(["a"] * 4 + ["b"] * 30 + ["c"] * 60, name="journey")
    table = survey.shares_by(pd.Series(RNG.integers(1, 11, 94).astype(float)), groups)
    hidden = table[table["suppressed"]]
    assert set(hidden.index) == {"a", "b"}
    assert hidden.drop(columns="suppressed").isna().all(axis=None)


def test_shares_of_a_group_sum_to_one() -> None:
    table = survey.shares_of(pd.DataFrame({"dwelling": RNG.integers(1, 11, 50).astype(float)}))
    assert table.loc["dwelling", ["fail", "middle", "top"]].sum() == pytest.approx(1)


def test_spread_hides_a_small_group_and_shows_levels_that_exist() -> None:
    levels = pd.Series([1, 1, 2, 2, 2, 3, 3, 3, 3, 4])
    assert survey.spread(levels)["estimate"].tolist() == [2, 3, 3]
    assert survey.spread(levels[:9]).isna().all(axis=None)
