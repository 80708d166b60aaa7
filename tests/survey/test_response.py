"""Who answered, means by group, and gaps: what is shown, and what is kept hidden."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from cxlib.survey import completeness, gaps, mean, means_by, raking, response


def people(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "district": rng.choice([*"nesw"], n),
            "mode": rng.choice(["net", "phone"], n, p=[0.7, 0.3]),
        }
    )


def test_weighted_shares_are_the_known_ones():
    frame = people()
    known = {"district": {"n": 30, "e": 20, "s": 40, "w": 10}}
    table = response(frame, known, raking(frame, known).weights)
    own = table.loc["district"]
    np.testing.assert_allclose(own["weighted"], own["known"])
    assert table["share"].groupby("part").sum().tolist() == pytest.approx([1, 1])
    assert table.loc["mode", "known"].isna().all()


def test_small_groups_hide_in_their_own_part():
    frame = people().assign(mode=lambda t: t["mode"].mask(t.index < 4, "letter"))
    table = response(frame, minimum=10)
    hidden = table.loc["mode", "suppressed"]
    assert hidden["letter"] and hidden.sum() == 2
    assert table.loc["mode"].loc[hidden, ["n", "share", "weighted"]].isna().all(axis=None)
    assert not table.loc["district", "suppressed"].any()
    also = response(frame, minimum=5, also={"district": ["n"]})
    assert also.loc[("district", "n"), "suppressed"]


def test_without_characteristics_there_is_an_empty_table():
    assert response(people()[[]]).empty


def test_differences_are_those_of_welch():
    frame = people()
    grades = pd.Series(np.random.default_rng(2).normal(7, 1, 400)) + (frame["mode"] == "phone")
    table = means_by(grades, frame["mode"])
    phone, net = (grades[frame["mode"] == mode] for mode in ("phone", "net"))
    interval = ttest_ind(phone, net, equal_var=False).confidence_interval()
    assert table.index.tolist() == ["net", "phone"]
    assert table.loc["phone", ["difference_low", "difference_high"]].tolist() == pytest.approx(
        [interval.low, interval.high]
    )
    assert table.loc["net", ["estimate", "low", "high"]].tolist() == pytest.approx(mean(net)[:3])


def test_no_difference_tells_the_mean_of_a_hidden_group():
    frame = people()
    grades = pd.Series(7.0, frame.index) + (frame["district"] == "n")
    table = means_by(grades, frame["district"], also=["s"])
    shown = table[~table["suppressed"]]
    assert len(shown) == 2 and table[table["suppressed"]].iloc[:, :-1].isna().all(axis=None)
    assert shown["difference"].isna().tolist() == [True, False]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_equal_weights_change_nothing(seed):
    rng = np.random.default_rng(seed)
    frame, grades = people(), pd.Series(rng.integers(1, 11, 400)).astype(float)
    ones = pd.Series(3.0, frame.index)
    pd.testing.assert_frame_equal(
        means_by(grades, frame["mode"]), means_by(grades, frame["mode"], ones)
    )
    pd.testing.assert_frame_equal(response(frame), response(frame, weights=ones))


def test_dont_know_is_counted_apart_where_it_is_told():
    items = pd.DataFrame({"a": [7.0, np.nan] * 20, "b": [np.nan] * 30 + [8.0] * 10})
    told = pd.DataFrame({"a": [False, True] + [False] * 38, "overall": False})
    table = gaps({"v": items}, told).loc["v"]
    assert table.loc["a", ["n", "unknown", "empty"]].tolist() == [20, 1 / 40, 19 / 40]
    assert np.isnan(table.loc["b", "unknown"]) and table.loc["b", "empty"] == 0.75
    assert gaps({"v": items}, minimum=11)["suppressed"].tolist() == [False, True]


def test_gaps_that_come_together_stand_out_from_chance():
    rng = np.random.default_rng(3)
    apart = pd.DataFrame(np.where(rng.random((4000, 6)) < 0.1, np.nan, 7.0))
    table = completeness(apart)
    np.testing.assert_allclose(table["share"], table["expected"], atol=0.02)
    together = pd.DataFrame(np.where(rng.random((4000, 1)) < 0.1, np.nan, [7.0, 7.0]))
    row = completeness(together).loc["2+"]
    assert row["share"] > 5 * row["expected"] > 0
