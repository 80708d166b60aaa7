"""Position among peers."""

import numpy as np
import pandas as pd
import pytest

from cxlib.monitor import MonitorError
from cxlib.monitor.benchmark import PARTS, position, standings


@pytest.fixture
def frame() -> pd.DataFrame:
    """Nine landlords whose grades run in one order on all parts, over two years."""
    rows = [(f"l{i}", year, *[6 + i / 10] * 3) for year in (2019, 2020) for i in range(1, 10)]
    return pd.DataFrame(rows, columns=["landlord", "year", *PARTS])


@pytest.mark.parametrize(("own", "letter"), [("l9", "A"), ("l5", "B"), ("l1", "C")])
def test_letters_of_the_best_the_middle_and_the_worst(frame, own, letter):
    table = position(frame, own)
    assert (table["letter"] == letter).all()
    assert table.loc[(2020, "total"), "grade"] == pytest.approx(6 + int(own[1]) / 10)
    assert (table["n"] == 9).all()
    assert (table["rank"] == 10 - int(own[1])).all()


def test_repairs_outweigh_the_other_two(frame):
    own = frame["landlord"] == "l5"
    frame.loc[own, "repairs"] = 9
    total = position(frame, "l5").xs("total", level="part")
    assert total["score"].tolist() == [0.55, 0.55]
    assert total["letter"].tolist() == ["A", "A"]
    frame.loc[own, ["new_tenants", "departed"]] = 5
    assert position(frame, "l5").loc[(2020, "total"), "letter"] == "B"


def test_exactly_half_is_an_a_and_minus_half_a_c(frame):
    frame.loc[frame["landlord"] == "l5", "repairs"] = [9, 5]
    table = position(frame, "l5", weights=(0.25, 0.5, 0.25)).xs("total", level="part")
    assert table["score"].tolist() == [0.5, -0.5]
    assert table["letter"].tolist() == ["A", "C"]


def test_a_missing_part_leaves_its_weight_to_the_others(frame):
    own = frame["landlord"] == "l9"
    frame.loc[own, "repairs"] = np.nan
    table = position(frame, "l9").loc[2020]
    assert table.loc["total", "score"] == 1
    assert table.loc["repairs", "letter"] == ""
    assert np.isnan(table.loc["repairs", "grade"])
    assert table.loc["repairs", "n"] == 8


def test_years_without_own_grades_are_left_out(frame):
    first = (frame["landlord"] == "l9") & (frame["year"] == 2019)
    frame.loc[first, list(PARTS)] = np.nan
    assert set(position(frame, "l9").index.get_level_values("year")) == {2020}
    assert standings(frame).loc[(2019, "l9"), "position"] == ""


def test_standings_and_position_agree(frame):
    table = standings(frame)
    for landlord in ("l2", "l6", "l8"):
        mine = position(frame, landlord).loc[(2020, "total")]
        assert table.loc[(2020, landlord), "position"] == mine["letter"]
        assert table.loc[(2020, landlord), "rank"] == mine["rank"]
    assert table.loc[2020].index.tolist() == [f"l{i}" for i in range(9, 0, -1)]


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
