"""What is told to have changed since the edition before: the truth of the demo, and no more."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from cxlib.language import Speaker
from cxlib.report import changes
from cxlib.study import Study, Text, texts
from cxlib.study.config import Break

EN = Speaker("en")
RISEN = {("mean", "reliable"), ("mean", "connected"), ("mean", "overall"), ("tops", "overall")}


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.open("haag-wonen")


@pytest.fixture(scope="module")
def names(study: Study) -> dict[str, str]:
    kpis = {f"kpi_{kpi.id}": kpi.label.at("en") for kpi in study.config.kpis}
    found = {name: text.at("en") for name, text in texts(study, "values", "journeys").items()}
    return found | kpis | {"overall": "Overall"}


def with_break(study: Study, *columns: str) -> Study:
    change = Break(date=date(2020, 7, 1), label=Text.said("New wording"), columns=list(columns))
    periods = study.config.periods.model_copy(update={"breaks": [change]})
    return replace(study, config=study.config.model_copy(update={"periods": periods}))


def with_rows(study: Study, rows: pd.DataFrame) -> Study:
    return replace(study, _tables=dict(study._tables) | {"survey": rows})


def compared(study: Study, period: str) -> changes.Editions | None:
    return changes.editions(study, study.period(period), 5, 8)


@pytest.mark.parametrize("period", ["2019-Q2", "2019-Q4", "2020-Q1", "2020-Q2"])
def test_before_the_shift_nothing_moves(study: Study, names: dict[str, str], period: str) -> None:
    found = compared(study, period)
    assert found is not None and not found.moved.any()
    assert "numbers demonstrably changed." in changes.tell_numbers(found, names, EN)
    for low, high in (real[1:3] for real in found.real.values()):
        assert low < 0 < high
    assert "no change of questions or survey mode is known" in changes.tell_method(found, EN)


@pytest.mark.parametrize("period", ["2020-Q3", "2020-Q4"])
def test_the_shift_is_signalled_and_nothing_else(study: Study, period: str) -> None:
    found = compared(study, period)
    assert found is not None
    assert set(found.moved.index[found.moved]) == RISEN | {("kpi", "kpi_callbacks")}
    assert found.numbers.loc[found.moved, "moved"].eq("up").all()
    for measure in changes.UNITS:
        change, low, high, n = found.real[measure]
        assert 0 < low < change < high and n > 600
    parts = found.parts["change"].unstack("measure")
    np.testing.assert_allclose(parts.drop("total").sum(), parts.loc["total"])
    assert "district" not in parts.index  # which the weights hold equal


def test_one_change_has_one_interval(study: Study) -> None:
    found = compared(study, "2020-Q4")
    assert found is not None
    for measure in changes.UNITS:
        ends = ["change", "low", "high"]
        rows = found.parts.loc[(measure, "total")], found.numbers.loc[(measure, "overall")]
        total, number = rows
        np.testing.assert_allclose(total[ends].astype(float), number[ends].astype(float))


def test_sentences_say_what_was_found(study: Study, names: dict[str, str]) -> None:
    found = compared(study, "2020-Q4")
    assert found is not None
    told = changes.tell_numbers(found, names, EN)
    assert "5 of 13 numbers demonstrably changed" in told and "mean of Reliable up" in told
    assert "answers of 2020-Q4 and 2019-Q4; all others are in both" in told
    first, second = changes.tell_parts(found, 8, EN).split("\n")
    assert first.startswith("- Mean grade: **+0.27 (+0.14 to +0.39)**; 746 answers now, 733 before")
    assert (
        second.startswith("- Share 8+ (percentage points): **+8.1 (") and "; real +8.2 (" in second
    )
    assert "werkelijk +0,27" in changes.tell_parts(found, 8, Speaker("nl"))


def test_without_an_edition_before_nothing_is_said(study: Study, names: dict[str, str]) -> None:
    assert compared(study, "2019-Q1") is None and compared(study, "all") is None
    assert "nothing is said about change" in changes.tell_numbers(None, names, EN)


def test_a_question_asked_otherwise_is_not_compared(study: Study) -> None:
    found = compared(with_break(study, "overall"), "2020-Q3")
    assert found is not None
    otherwise = found.numbers["moved"] == "asked otherwise"
    assert set(otherwise.index[otherwise]) == {("mean", "overall"), ("tops", "overall")}
    assert (
        found.numbers.loc[otherwise, ["change", "low", "high", "p_adjusted"]].isna().all(axis=None)
    )
    assert {"real", "wording"} < set(found.parts.loc["mean"].index)
    change, low, high, _ = found.real["mean"]
    assert low < change < high and high - low > 0.4  # values differ in how much they rose
    assert "New wording (1 July 2020)" in changes.tell_method(found, EN)
    assert "wording" in changes.tell_parts(found, 8, EN)
    after = compared(with_break(study, "reliable_informed"), "2020-Q3")
    assert after is not None
    assert after.numbers.loc[("mean", "reliable"), "moved"] == "asked otherwise"
    assert after.numbers.loc[("mean", "overall"), "moved"] == "up"


def test_where_all_questions_changed_nothing_is_called_real(study: Study) -> None:
    found = compared(with_break(study), "2020-Q3")
    assert found is not None and not found.real
    rest = found.numbers.drop("kpi", level="measure")
    assert rest["moved"].eq("asked otherwise").all()
    assert "real or method (can't be told apart)" in changes.tell_parts(found, 8, EN)


def test_a_survey_mode_that_grew_is_told_and_has_its_part(study: Study) -> None:
    rows = study.survey.copy()
    late = rows["date"] >= "2020-10-01"
    lost = late & (rows["mode"] == "internet") & (np.arange(len(rows)) % 4 > 0)
    found = compared(with_rows(study, rows[~lost].reset_index(drop=True)), "2020-Q4")
    assert found is not None and found.modes.index[0] == "telephone"
    assert "of the answers by telephone," in changes.tell_method(found, EN)
    part = found.parts.loc[("mean", "mode")]
    assert part["low"] > 0  # a quarter of a point, for a third of the answers


def test_a_grouping_that_was_not_recorded_before_has_no_part(study: Study) -> None:
    rows = study.survey.copy()
    rows["mode"] = rows["mode"].where(rows["date"] >= "2020-07-01")
    found = compared(with_rows(study, rows), "2020-Q3")
    assert found is not None and found.modes.empty
    assert list(found.parts.loc["mean"].index) == ["total", "journey", "real"]


def test_no_group_is_told_of_by_single_periods(study: Study) -> None:
    found = compared(study, "2020-Q4")
    assert found is not None
    told = set(found.numbers.index.get_level_values("part"))
    assert "overall" in told and not told & set(study.config.ids("journeys"))
