"""The remedy that loses no data comes first, and one cause is one line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxlib.study import Problem, Study, check
from cxlib.study.dictionary import off_scale

SETTINGS = "values: [{id: v, label: {en: V}, items: [q1, q2, q3, q4]}]\n"


def written(folder: Path, cells: np.ndarray, settings: str = SETTINGS) -> list[Problem]:
    """Write a survey of four items and an overall grade, and check it."""
    (folder / "study.yaml").write_text(settings)
    frame = pd.DataFrame(cells, columns=["q1", "q2", "q3", "q4", "overall"])
    frame.to_csv(folder / "survey.csv", index=False)
    return check(folder)


@pytest.fixture
def answers() -> np.ndarray:
    return np.random.default_rng(1).integers(1, 6, (120, 5))


def test_answers_from_0_to_10_ask_for_the_scale(tmp_path: Path) -> None:
    cells = np.random.default_rng(2).integers(0, 11, (120, 5))
    (problem,) = written(tmp_path, cells)
    assert "survey.scale: {low: 0, high: 10}" in problem.remedy
    assert problem.value == "0" and problem.columns == ("overall", "q1", "q2", "q3", "q4")


def test_codes_for_dont_know_are_named_and_a_slip_is_a_slip(
    tmp_path: Path, answers: np.ndarray
) -> None:
    answers[:15, 0], answers[20:25, 1], answers[30, 2] = 99, -1, 44
    scale = "survey: {scale: {low: 1, high: 5}}\nthresholds: {fail: 2, top: 4}\n"
    slip, codes = sorted(written(tmp_path, answers, SETTINGS + scale), key=lambda p: p.more)
    assert "survey.unknown: [-1, 99]" in codes.remedy and codes.more == 19
    assert (slip.row, slip.column, slip.value) == (32, "q3", "44") and "slip" in slip.remedy
    scale = scale.replace("survey: {", "survey: {unknown: [-1, 99, 44], ")
    assert written(tmp_path, answers, SETTINGS + scale) == []


@pytest.mark.parametrize(
    ("extra", "bounds", "said"),
    [
        ([6, 7], (1, 5), "survey.scale: {low: 1, high: 7}"),
        ([6], (1, 5), "survey.scale: {low: 1, high: 6} in study.yaml. Or, if 6 means don't know"),
        ([9], (1, 5), "survey.unknown: [9]"),
        ([0], (1, 5), "survey.scale: {low: 0, high: 5} in study.yaml. Or, if 0 means don't know"),
        ([11], (1, 10), "survey.unknown: [11]"),
        ([-1, -2, -3, 0], (1, 7), "survey.scale: {low: -3, high: 3}"),
        (list(range(11, 101)), (1, 10), "survey.scale: {low: 1, high: 100}"),
    ],
    ids=["seven", "six", "nine", "nought", "eleven", "bipolar", "percentages"],
)
def test_wider_scales_and_codes(extra: list[int], bounds: tuple[int, int], said: str) -> None:
    given = pd.Series([*range(1, bounds[1] + 1)] * 50 + extra * 5)
    assert said in off_scale(given.to_frame(), *bounds)[extra[0]]


def test_an_outcome_among_the_items_that_goes_off_the_scale(tmp_path: Path) -> None:
    cells = np.random.default_rng(2).integers(0, 11, (120, 5))
    settings = SETTINGS + "survey: {columns: {overall: q1}}\n"
    said = [str(problem) for problem in written(tmp_path, cells, settings)]
    assert any("survey.scale: {low: 0, high: 10}" in line for line in said)
    assert any("items that explain the overall grade" in line for line in said)


def test_another_scale_of_the_overall_grade_is_its_own(tmp_path: Path, answers: np.ndarray) -> None:
    answers[:, 4] = np.random.default_rng(3).integers(0, 11, 120)
    scale = "survey: {scale: {low: 1, high: 5}}\nthresholds: {fail: 2, top: 4}\n"
    (problem,) = written(tmp_path, answers, SETTINGS + scale)
    assert "survey.scales: {overall: {low: 0, high: 10}} in study.yaml" in problem.remedy


def test_nobody_above_five_is_a_hint(tmp_path: Path, answers: np.ndarray) -> None:
    (hint,) = written(tmp_path, answers)
    assert hint.hint and "survey.scale: {low: 1, high: 5}" in hint.remedy
    assert Study.open(tmp_path).hints == (hint,)


def test_a_word_for_dont_know_keeps_its_cells(tmp_path: Path, answers: np.ndarray) -> None:
    cells = answers.astype(object)
    cells[:40, 1] = "Weet niet"
    (problem,) = [found for found in written(tmp_path, cells) if not found.hint]
    assert (
        'survey: {unknown: ["Weet niet"]}' in problem.remedy
        and problem.found == "Weet niet (40 times)"
    )


def test_unknown_districts_are_one_line_and_labels_count_as_ids(tmp_path: Path) -> None:
    settings = "districts: [{id: noord, label: {nl: Noord}}]\n"
    rows = ["De Hoef"] * 120 + ["Centrum"] * 80 + ["NOORD"] * 100 + ["noord"] * 9 + ["Oost"]
    lines = [f"{7 + place % 2},{name}" for place, name in enumerate(rows)]
    (tmp_path / "survey.csv").write_text("\n".join(["overall,district", *lines]))
    (tmp_path / "study.yaml").write_text(settings)
    (problem,) = check(tmp_path)
    assert problem.value == '"De Hoef" (120), "Centrum" (80) and "Oost" (row 311)'
    assert problem.remedy.startswith("Add it under districts in study.yaml, or use one of: noord")
    more = ", ".join(
        f"{{id: {name[:2]}, label: {name}}}" for name in ("De Hoef", "Centrum", "Oost")
    )
    (tmp_path / "study.yaml").write_text(settings.replace("]", f", {more}]"))
    survey = Study.open(tmp_path).survey
    assert survey is not None
    assert survey["district"].value_counts().to_dict() == {
        "De": 120,
        "noord": 109,
        "Ce": 80,
        "Oo": 1,
    }


def test_columns_that_are_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("q1,general\n7,8\n")
    (problem,) = check(tmp_path)
    assert problem.remedy == (
        "Say in study.yaml, under survey.columns.overall, which column it is: q1, general."
    )


def test_a_grid_that_most_sorts_exceed(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("grid: {-1: 1, 0: 1, 1: 1}\n")
    (tmp_path / "sorts").mkdir()
    rows = [f"T{place},-2,0,2" for place in range(5)]
    (tmp_path / "sorts" / "tenants.csv").write_text("\n".join(["participant,a,b,c", *rows]))
    (problem,) = check(tmp_path)
    assert "give all columns of the board as grid" in problem.remedy and problem.more == 9
