"""Position among peers."""

import numpy as np
import pandas as pd
import pytest

from cxlib.monitor import MonitorError
from cxlib.monitor.standing import PARTS, position

LIMITS = {2020: (7.9, 7.2)}


@pytest.fixture
def frame() -> pd.DataFrame:
    """Nine landlords whose grades run in one order on all parts, over two years."""
    rows = [(f"l{i}", year, *[7 + i / 10] * 3) for year in (2019, 2020) for i in range(1, 10)]
    return pd.DataFrame(rows, columns=["landlord", "year", *PARTS])


def graded(*grades: float) -> pd.DataFrame:
    return pd.DataFrame([("us", 2020, *grades)], columns=["landlord", "year", *PARTS])


@pytest.mark.parametrize(("own", "letter"), [("l9", "A"), ("l5", "B"), ("l1", "C")])
def test_letters_go_by_fixed_limits_and_not_by_the_others(frame, own, letter):
    both = {2019: (7.9, 7.2)} | LIMITS
    table = position(frame, own, limits=both)
    assert (table["letter"] == letter).all()
    alone = position(frame[frame["landlord"] == own], own, limits=both)
    assert (alone["letter"] == letter).all() and (alone["rank"] == 1).all()
    assert table.loc[(2020, "total"), "grade"] == pytest.approx(7 + int(own[1]) / 10)
    assert (table["n"] == 9).all()
    assert (table["rank"] == 10 - int(own[1])).all()


def test_the_benchmark_s_own_example():
    table = position(graded(7.1, 7.8, 7.5), "us", limits=LIMITS).loc[2020]
    assert table["letter"].tolist() == ["C", "B", "B", "B"]
    assert table.loc["total", "score"] == -0.25


@pytest.mark.parametrize(
    ("grades", "letters"),
    [
        ((7.9, 7.2, 7.1), "ABC"),
        ((7.85, 7.15, 7.14), "ABC"),  # to one decimal, as the benchmark publishes them
        ((7.84, 7.2, 7.2), "BBB"),
    ],
)
def test_a_grade_on_a_limit_belongs_to_the_better_class(grades, letters):
    table = position(graded(*grades), "us", limits=LIMITS)
    assert "".join(table["letter"][:3]) == letters


@pytest.mark.parametrize(
    ("grades", "score", "letter"),
    [
        ((7.5, 8.0, 7.5), 0.55, "A"),
        ((7.0, 8.0, 7.5), 0.30, "B"),
        ((8.0, 7.5, 8.0), 0.45, "B"),
        ((7.5, 7.0, 7.5), -0.55, "C"),
        ((7.0, 7.5, 7.0), -0.45, "B"),
    ],
)
def test_repairs_outweigh_the_other_two(grades, score, letter):
    total = position(graded(*grades), "us", limits=LIMITS).loc[(2020, "total")]
    assert total["score"] == pytest.approx(score) and total["letter"] == letter


def test_exactly_half_is_an_a_and_minus_half_a_c():
    for grade, letter in ((9, "A"), (5, "C")):
        table = position(graded(7.5, grade, 7.5), "us", (0.25, 0.5, 0.25), LIMITS)
        assert table.loc[(2020, "total"), "letter"] == letter


def test_without_limits_for_a_year_there_is_a_rank_and_no_letter(frame):
    table = position(frame, "l9", limits=LIMITS)
    assert (table.loc[2020, "letter"] == "A").all()
    assert (table.loc[2019, "letter"] == "").all() and table.loc[2019, "score"].isna().all()
    assert (table["rank"] == 1).all()


def test_a_missing_part_leaves_its_weight_to_the_others(frame):
    own = frame["landlord"] == "l9"
    frame.loc[own, "repairs"] = np.nan
    table = position(frame, "l9", limits=LIMITS).loc[2020]
    assert table.loc["total", "score"] == 1
    assert table.loc["repairs", "letter"] == ""
    assert np.isnan(table.loc["repairs", "grade"])
    assert table.loc["repairs", "n"] == 8


def test_years_without_own_grades_are_left_out(frame):
    first = (frame["landlord"] == "l9") & (frame["year"] == 2019)
    frame.loc[first, list(PARTS)] = np.nan
    assert set(position(frame, "l9").index.get_level_values("year")) == {2020}
    assert set(position(frame[~first], "l9").index.get_level_values("year")) == {2020}


def test_a_rank_has_an_interval_where_the_own_margin_is_known(frame):
    assert position(frame, "l5")[["rank_low", "rank_high"]].isna().all(axis=None)
    for part in PARTS:
        frame[f"margin_{part}"] = 0.15
    table = position(frame, "l5").loc[2020]
    assert (table["rank_low"] < 5).all() and (table["rank_high"] > 5).all()
    total = table.loc["total", ["rank_low", "rank_high"]].astype(float)
    part = table.loc["repairs", ["rank_low", "rank_high"]].astype(float)
    assert np.ptp(total) <= np.ptp(part)
    frame.loc[frame["landlord"] == "l5", "margin_departed"] = np.nan
    table = position(frame, "l5").loc[2020]
    assert table["rank_low"].isna().tolist() == [False, False, True, True]


def test_intervals_of_the_rank_hold_the_true_rank():
    rng, held = np.random.default_rng(3), 0
    for seed in range(60):
        true = rng.normal(7.5, 0.25, 25)
        rows = {"landlord": range(25), "year": 2020, "repairs": true + rng.normal(0, 0.05, 25)}
        frame = pd.DataFrame(rows).assign(margin_repairs=0.098)
        row = position(frame, 12, [1], parts=["repairs"], n_resamples=300, seed=seed).iloc[0]
        held += row["rank_low"] <= 1 + (true > true[12]).sum() <= row["rank_high"]
    assert held > 54


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="repairs"), "no column repairs"),
        (
            lambda frame: pd.concat([frame, frame.iloc[[0]]], ignore_index=True),
            "l1 occurs twice in 2019",
        ),
    ],
)
def test_faults_are_named(frame, change, message):
    with pytest.raises(MonitorError, match=message):
        position(change(frame), "l5")


def test_an_unknown_landlord_and_odd_weights_are_named(frame):
    with pytest.raises(MonitorError, match="us is not among"):
        position(frame, "us")
    for weights in ((1, 1), (-1, 1, 1), (0, 0, 0)):
        with pytest.raises(MonitorError, match="weights"):
            position(frame, "l5", weights=weights)
    with pytest.raises(MonitorError, match="no grade"):
        position(frame.assign(new_tenants=np.nan, repairs=np.nan, departed=np.nan), "l5")
