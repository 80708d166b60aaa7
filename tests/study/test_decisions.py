"""Recorded decisions, names and the window that an analysis looks back on."""

from pathlib import Path

import pandas as pd
import pytest

from cxlib.study import Study, texts, viewpoints, window, with_hand_flags
from cxlib.study.decisions import DecisionError

SETTINGS = """
decisions:
  flags:
    changes: [{{sort: {sort}, factor: f1, flag: true}}]
    reason: The interview showed it.
"""


def study_with(folder: Path, sort: str) -> Study:
    (folder / "study.yaml").write_text(SETTINGS.format(sort=sort))
    (folder / "sorts").mkdir()
    (folder / "sorts" / "tenants.csv").write_text("participant,c1,c2,c3\nT1,1,0,-1\nT2,-1,0,1\n")
    return Study.open(folder)


def test_hand_made_flags_change_only_what_they_name(tmp_path: Path) -> None:
    study = study_with(tmp_path, "T2")
    automatic = pd.DataFrame({"f1": [True, False], "f2": [False, True]}, index=["T1", "T2"])
    changed = with_hand_flags(study, automatic)
    assert changed.loc["T2", "f1"]
    assert (changed != automatic).to_numpy().sum() == 1


def test_a_flag_for_an_unknown_sort_is_named(tmp_path: Path) -> None:
    study = study_with(tmp_path, "T9")
    automatic = pd.DataFrame({"f1": [True, False]}, index=["T1", "T2"])
    with pytest.raises(DecisionError, match="T9"):
        with_hand_flags(study, automatic)


def test_names_of_viewpoints_hold_for_the_recorded_number_only() -> None:
    demo = Study.open("haag-wonen")
    assert viewpoints(demo, "tenants", 3)[0].name.at("en") == "Housing costs first"
    assert viewpoints(demo, "tenants", 2)[0].name.at("en") == "Viewpoint 1"


def test_window_holds_whole_periods_and_nothing_later() -> None:
    demo = Study.open("haag-wonen")
    answers, span = window(demo, demo.period("2020-Q1"))
    assert span == "2019-Q2 to 2020-Q1"
    assert answers["date"].min() >= pd.Timestamp("2019-04-01")
    assert answers["date"].max() < pd.Timestamp("2020-04-01")


def test_without_dates_the_window_holds_everything(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("overall,a\n7,8\n6,5\n")
    (tmp_path / "study.yaml").write_text("values: [{id: v, label: {en: V}, items: [a]}]\n")
    study = Study.open(tmp_path)
    answers, span = window(study, study.period())
    assert len(answers) == 2
    assert span == "all answers"
    assert texts(study, "values")["v"].at("nl") == "V"


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("sorts/tenants", True),
        ("sorts/visitors", False),
        ("survey/date", True),
        ("survey/weight", False),
        ("vision/phases", True),
        ("facts/scores", True),
        ("values", True),
        ("grid", True),
    ],
)
def test_a_name_may_go_deeper(name: str, held: bool) -> None:
    assert Study.open("haag-wonen").has(name) is held
