"""Names, and the window that an analysis looks back on."""

from pathlib import Path

import pandas as pd
import pytest

from cxlib.study import Study, texts, viewpoints, window


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
