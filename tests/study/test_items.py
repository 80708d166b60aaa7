"""Items: reversed, under two values, on a scale of their own, and hints about odd answers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxlib.study import Problem, Study, StudyConfig, check

HEAD = """
languages: [en]
values:
  - {id: repairs, label: {en: Repairs}, items: [q1, q2]}
  - {id: contact, label: {en: Contact}, items: [q3, q4]}
"""
FIVE = "survey: {scale: {low: 1, high: 5}}\nthresholds: {fail: 2, top: 4}\n"


def answers(n: int = 120) -> pd.DataFrame:
    """Answers from 1 to 5, q2 where a high one is bad."""
    rng = np.random.default_rng(3)
    level = rng.normal(3.4, 0.8, n)
    drawn = {name: level + rng.normal(0, 0.6, n) for name in ("q1", "q2", "q3", "q4", "overall")}
    frame = pd.DataFrame(drawn).round().clip(1, 5).astype(int)
    return frame.assign(q2=6 - frame["q2"])


def folder(place: Path, frame: pd.DataFrame, settings: str) -> Path:
    place.mkdir(exist_ok=True)
    frame.to_csv(place / "survey.csv", index=False)
    (place / "study.yaml").write_text(HEAD + settings)
    return place


def found(place: Path, **wanted: object) -> list[Problem]:
    return [p for p in check(place) if all(getattr(p, key) == wanted[key] for key in wanted)]


def test_an_item_that_goes_against_its_value_gets_a_hint(tmp_path: Path) -> None:
    place = folder(tmp_path / "a", answers(), FIVE)
    (hint,) = check(place)
    assert hint.hint and hint.column == "q2" and "survey.reverse: [q2]" in hint.remedy
    assert Study.open(place).survey["q2"].tolist() == answers()["q2"].tolist()


def test_reversed_answers_are_turned_everywhere_and_said(tmp_path: Path) -> None:
    turned = FIVE.replace("high: 5}}", "high: 5}, reverse: [q2]}")
    study = Study.open(folder(tmp_path / "a", answers(), turned))
    assert study.survey["q2"].tolist() == (6 - answers()["q2"]).tolist()
    names = study.config.questions(["q1", "q2"])
    assert (names["q2"].en, names["q1"].en) == ("q2 (reversed)", "q1")
    assert check(study.folder) == []
    wrong = turned.replace("reverse: [q2]", "reverse: [q2, q1]")
    (hint,) = check(folder(tmp_path / "b", answers(), wrong))
    assert "out of survey.reverse" in hint.remedy
    lost = folder(tmp_path / "c", answers(), turned.replace("[q2]", "[q7]"))
    (fault,) = found(lost, hint=False)
    assert fault.expected == "an item of a value" and fault.value == "q7"


def test_an_item_under_two_values_and_the_outcome_among_items_are_both_said(tmp_path: Path) -> None:
    place = folder(tmp_path / "a", answers().assign(sat=3), "")
    (place / "study.yaml").write_text(
        "languages: [en]\n"
        "values: [{id: a, label: {en: A}, items: [q1, q2, sat]}, "
        "{id: b, label: {en: B}, items: [q1, q3]}]\n"
        "survey: {columns: {overall: sat}}\n"
    )
    values = {problem.value for problem in check(place) if problem.file == "study.yaml"}
    assert values == {"sat", "q1"}


def test_a_grade_on_a_scale_of_its_own(tmp_path: Path) -> None:
    frame = answers().assign(q2=answers()["q1"])
    frame["overall"] = frame["overall"] * 2.5 - 2.5
    own = "survey: {scale: {low: 1, high: 5}, scales: {overall: {low: 0, high: 10}}}\n"
    study = Study.open(folder(tmp_path / "a", frame, own))
    assert study.config.bands("overall") == (5, 8) and study.config.bands("q1") == (3, 5)
    assert study.config.alike(["q1", "q2"]) == (["q1", "q2"], (3, 5))
    frame.loc[4, "q1"] = 7
    (fault,) = found(folder(tmp_path / "b", frame, own), hint=False)
    assert (fault.column, fault.row) == ("q1", 6)
    frame.loc[4, "q1"], frame.loc[4, "overall"] = 3, 11
    (fault,) = found(folder(tmp_path / "c", frame, own), hint=False)
    assert fault.expected == "a number from 0 to 10"


def test_items_of_one_value_on_two_scales_are_not_averaged(tmp_path: Path) -> None:
    frame = answers().assign(q2=answers()["q1"])
    own = FIVE.replace("high: 5}}", "high: 5}, scales: {q1: {low: 0, high: 10}}}")
    (fault,) = check(folder(tmp_path / "a", frame, own))
    assert fault.value == "repairs" and "on one scale" in fault.expected


@pytest.mark.parametrize(("copies", "told"), [(40, 1), (3, 0)])
def test_many_identical_rows_without_ids_get_a_hint(tmp_path: Path, copies: int, told: int) -> None:
    frame = answers().assign(q2=answers()["q1"])
    frame = pd.concat([frame, pd.concat([frame.tail(1)] * copies)])
    hints = [p for p in check(folder(tmp_path / "a", frame, FIVE)) if "identical rows" in str(p)]
    assert len(hints) == told and all(hint.hint for hint in hints)
    named = frame.assign(respondent=[f"R{i}" for i in range(len(frame))])
    assert check(folder(tmp_path / "b", named, FIVE)) == []


def test_bands_on_the_same_scale_are_the_thresholds() -> None:
    assert StudyConfig().bands("ease") == (5, 8)
