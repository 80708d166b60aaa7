"""No hidden group can be worked out from what is shown, and no more is hidden than that takes."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hidden_months import hidden, trial
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from cxlib.survey import SurveyError, large, masked, revealed, suppress


def table(counts: list[int], **columns: list) -> pd.DataFrame:
    return pd.DataFrame({"n": counts, "mean": np.linspace(6, 8, len(counts)), **columns})


def test_small_groups_are_blanked_and_the_next_smallest_with_them():
    shown = suppress(table([4, 30, 60, 25]))
    assert shown["suppressed"].tolist() == [True, False, False, True]
    assert shown.loc[shown["suppressed"], ["n", "mean"]].isna().all(axis=None)
    assert shown.loc[1, "n"] == 30


def test_enough_small_groups_hide_each_other():
    assert suppress(table([4, 7, 60]))["suppressed"].tolist() == [True, True, False]


def test_hidden_groups_that_are_too_small_together_take_one_more():
    assert suppress(table([2, 3, 40, 60]))["suppressed"].tolist() == [True, True, True, False]


def test_each_total_is_protected_by_itself():
    frame = table([4, 30, 60, 50, 20, 70], district=[*"nnnsss"])
    assert suppress(frame, within="district")["suppressed"].tolist() == [True, True] + [False] * 4


def test_nothing_small_nothing_hidden():
    shown = suppress(table([10, 30, 0]))
    assert not shown["suppressed"].any() and shown["n"].tolist() == [10, 30, 0]


def test_a_group_without_people_is_no_hiding_place():
    assert suppress(table([4, 0, 30]))["suppressed"].tolist() == [True, False, True]


def test_only_the_named_columns_are_blanked():
    frame = table([4, 7, 30], label=["a", "b", "c"], year=[2019, 2020, 2021])
    shown = suppress(frame, values=["mean", "label"])
    assert shown["year"].tolist() == [2019, 2020, 2021] and shown["label"].isna().sum() == 2
    assert frame["n"].tolist() == [4, 7, 30]


@st.composite
def margins(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    counts = draw(st.lists(st.integers(0, 40), min_size=rows * columns, max_size=rows * columns))
    place = np.indices((rows, columns)).reshape(2, -1)
    return table(counts, district=place[0], journey=place[1])


def known_totals(frame: pd.DataFrame, groups: list[str], minimum: int = 10) -> np.ndarray:
    """The totals that a report may show: of enough people, in rows that could hide each other."""
    lines = [(frame[name] == value).to_numpy() for name in groups for value in frame[name].unique()]
    n = frame["n"].to_numpy()
    spare = (n - 1).clip(0)
    kept = [t for t in lines if spare[t].sum() >= minimum - 1 and (n[t] > 0).sum() > 1]
    return np.array(kept, dtype=float).reshape(len(kept), len(frame))


def told(hidden: np.ndarray, counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Which hidden counts follow, or are surely small, though more hidden rows would prevent it."""
    return narrow(hidden, counts, totals) & ~narrow(counts > 0, counts, totals)[hidden[counts > 0]]


def narrow(hidden: np.ndarray, counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Which hidden counts can't vary, or not to 10, for who knows all totals and the zeros."""
    rows = np.flatnonzero(hidden & (counts > 0))
    known, own = totals[:, rows], counts[rows]
    ranges = []
    for place in np.eye(len(rows)):
        ends = [
            linprog(sign * place, A_eq=known, b_eq=known @ own, bounds=(1, None))
            for sign in (1, -1)
        ]
        bounded = ends[1].fun is not None
        ranges.append(bounded and (-ends[1].fun - ends[0].fun < 1e-6 or -ends[1].fun < 10 - 1e-6))
    return np.array(ranges, dtype=bool)


def test_no_hidden_count_follows_from_both_margins():
    groups, looked_at = ["district", "journey"], []

    @settings(max_examples=25, deadline=None)
    @given(margins())
    def none_follows(frame):
        shown, counts = suppress(frame, within=groups), frame["n"].to_numpy()
        assert shown.loc[(counts > 0) & (counts < 10), "suppressed"].all()
        follows = told(shown["suppressed"].to_numpy(), counts, known_totals(frame, groups))
        looked_at.append(len(follows))
        assert not follows.any()

    none_follows()
    assert np.count_nonzero(looked_at) >= 10  # tables in which something is hidden


def fewest(counts: np.ndarray, totals: np.ndarray, minimum: int = 10) -> int:
    """By trying all: how many rows have to be hidden, so that no total tells of one or of few."""
    small = (counts > 0) & (counts < minimum)
    others = np.flatnonzero(counts >= minimum)
    for more in range(len(others) + 1):
        for chosen in combinations(others, more):
            hidden = small.copy()
            hidden[list(chosen)] = True
            spare = totals @ (hidden * (counts - 1).clip(0))  # as somebody is in each
            few = ((totals @ (hidden * counts) > 0) & (spare < minimum - 1)).any()
            if not few and not told(hidden, counts, totals).any():
                return int(hidden.sum())
    raise AssertionError("hiding all rows protects")


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=4, max_size=6), st.integers(2, 3))
def test_no_more_is_hidden_than_needed(counts, width):
    place = np.arange(len(counts))
    frame = table(counts, district=place // width, journey=place % width)
    for groups in (["district"], ["district", "journey"]):
        totals = known_totals(frame, groups)
        hidden = suppress(frame, within=groups)["suppressed"]
        assert hidden.sum() == fewest(frame["n"].to_numpy(), totals)


@settings(max_examples=60, deadline=None)
@given(margins(), st.integers(5, 20))
def test_hidden_groups_hold_enough_people_together(frame, minimum):
    shown = suppress(frame, within="district", minimum=minimum)
    for district, rows in shown.groupby("district"):
        counts = frame.loc[frame["district"] == district, "n"]
        hidden = counts[rows["suppressed"]]
        if len(hidden) and not rows.loc[counts > 0, "suppressed"].all():
            assert len(hidden) >= 2 and hidden.sum() >= minimum


@settings(max_examples=30, deadline=None)
@given(margins(), st.randoms())
def test_the_order_of_rows_does_not_matter(frame, random):
    frame = frame.assign(n=frame["n"] + np.arange(len(frame)) / 100)  # no ties
    order = list(frame.index)
    random.shuffle(order)
    plain = suppress(frame, within="district")
    pd.testing.assert_frame_equal(suppress(frame.loc[order], within="district").sort_index(), plain)


def test_impossible_requests_are_refused():
    with pytest.raises(SurveyError, match="below 5 people are never shown"):
        suppress(table([3, 4]), minimum=4)
    with pytest.raises(SurveyError, match="no column 'count'"):
        suppress(table([3, 4]), count="count")
    with pytest.raises(SurveyError, match="no column 'wijk'"):
        suppress(table([3, 4]), within="wijk")
    with pytest.raises(SurveyError, match="fewer than 0"):
        suppress(table([-3, 4]))
    assert suppress(table([])).empty


MONTHS = pd.period_range("2019-01", "2020-12", freq="M")


def determined(equations: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which wanted sums of unknowns (rows) follow from equations (rows) alone."""
    span = np.linalg.pinv(equations) @ equations
    return np.abs(wanted @ span - wanted).max(axis=1) < 1e-9


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=24, max_size=24))
def test_hidden_months_do_not_follow_from_totals_of_successive_editions(counts):
    dates = pd.Series(np.repeat(MONTHS.to_timestamp(), counts))
    quarters = dates.dt.to_period("Q").astype(str)
    shown = masked(pd.Series(1.0, dates.index), dates, quarters).notna()
    n = np.array(counts)
    visible = np.array([(dates[shown].dt.to_period("M") == month).any() for month in MONTHS])
    assert not (visible & (n < 10)).any()
    editions = np.array([MONTHS.quarter + 4 * MONTHS.year <= q + 4 * y for y in (2019, 2020)
                         for q in (1, 2, 3, 4)], dtype=float)  # fmt: skip
    hidden = np.flatnonzero(~visible & (n > 0))
    if not visible.any() or not len(hidden):
        return
    assert n[hidden].sum() >= 10
    known = editions[:, hidden]
    fixed = hidden[determined(known, np.eye(len(hidden)))]
    for month in fixed:  # only a quarter of one month is known by its total
        quarter = MONTHS.to_timestamp().to_period("Q") == MONTHS[month].asfreq("Q")
        assert (n[quarter] > 0).sum() == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=1, max_size=10), st.integers(1, 4))
def test_no_run_of_periods_follows_from_all_editions(counts, window):
    order = [f"{2019 + i // 4}-Q{1 + i % 4}" for i in range(len(counts))]
    periods = pd.Series(np.repeat(order, counts), dtype=object)
    n, places, editions = np.array(counts), np.arange(len(counts)), []
    for last in places:
        until = periods[periods.isin(order[: last + 1])]
        groups = pd.Series("leaving", until.index)
        if len(until) and not revealed(groups, until, order[: last + 1], window):
            edition = ((places > last - window) & (places <= last)).astype(float)
            editions.append(edition)
            assert edition @ n >= 10
    if not editions:
        return
    known = np.array(editions)[:, n > 0]
    runs = [(places >= a) & (places <= b) for a in places for b in places[a:]]
    runs = np.array([run[n > 0] for run in runs if run[n > 0].any()], dtype=float)
    assert (runs[determined(known, runs)] @ n[n > 0] >= 10).all()


def test_a_quarter_of_one_small_month_takes_a_month_elsewhere_with_it():
    dates = pd.Series(
        pd.to_datetime(["2020-01-05"] * 4 + ["2020-04-05"] * 20 + ["2020-05-05"] * 12)
    )
    quarters = dates.dt.to_period("Q").astype(str)
    shown = masked(pd.Series(1.0, dates.index), dates, quarters)
    months = dates[shown.isna()].dt.month.unique()  # the first quarter makes no edition of its own
    assert months.tolist() == [1, 5]


@pytest.mark.parametrize("seed", range(10))
def test_months_of_few_hide_no_more_than_the_best_program_would(seed):
    pytest.importorskip("pytauargus", reason="Tau-Argus is not to be had for this system")
    found = trial(seed)
    assert found["found"] == 0 and found["hidden"] <= found["least"] + 1


def test_one_month_of_few_takes_one_other_with_it_and_not_two_years():
    months = pd.period_range("2021-06", periods=13, freq="M")  # the first is alone in its quarter
    left_out = hidden(pd.Series([7] + [100] * 12, months))
    assert left_out.sum() == 2 and left_out.iloc[0]


def test_periods_of_few_make_no_edition_of_their_own():
    months = pd.period_range("2021-01", periods=9, freq="M")
    left_out = hidden(pd.Series([50, 60, 70, 3, 0, 2, 80, 90, 55], months))
    assert months[left_out].month.tolist() == [4, 5, 6, 9]  # nobody in May


def test_hidden_groups_are_not_known_to_be_small():
    """4 and 6 would be 10 together: each would be one of 1 to 9."""
    assert suppress(table([4, 6, 40, 60]))["suppressed"].tolist() == [True, True, True, False]


def test_an_edition_of_all_periods_tells_of_the_rest():
    periods = pd.Series(["Q1"] * 20 + ["Q2"] * 15 + ["Q3"] * 3)
    groups = pd.Series("leaving", periods.index)
    told = {"order": ["Q1", "Q2"], "window": 4}
    assert revealed(groups, periods, **told) == []
    assert revealed(groups, periods, **told, last=["Q1", "Q2", "Q3"]) == ["leaving"]
    wide = pd.Series(["Q1"] * 20 + ["Q2"] * 15)
    assert revealed(groups[:35], wide, **told, last=["Q1", "Q2"]) == []


def test_tables_of_one_edition_with_other_windows_are_taken_together():
    periods = pd.Series(["Q1"] * 3 + ["Q2"] * 20 + ["Q3"] * 30)
    item = pd.Series("reach", periods.index)
    assert revealed(item, periods, ["Q1", "Q2", "Q3"], 2) == []
    assert revealed(item, periods, ["Q1", "Q2", "Q3"], [2, 3]) == ["reach"]


def test_who_is_in_no_group_is_a_group():
    groups = pd.Series(["a"] * 30 + ["b"] * 20 + [None] * 3)
    assert set(large(groups).dropna()) == {"a"}
    assert revealed(groups[50:], pd.Series("Q1", range(50, 53)), ["Q1"], 1) == ["(unknown)"]
