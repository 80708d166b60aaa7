"""Settings: everything may be left out, nothing may be unknown, and no file can do harm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cxlib.study import Study, StudyConfig, check
from cxlib.study.settings import read_yaml


def only(folder: Path) -> str:
    (problem,) = check(folder)
    return str(problem)


def test_settings_may_be_absent_empty_or_three_lines(folder: Path) -> None:
    for content in (None, "", "# nothing\n", "name: Mine\nlanguages: [nl]\n"):
        (folder / "study.yaml").unlink(missing_ok=True)
        if content is not None:
            (folder / "study.yaml").write_text(content)
        study = Study.open(folder)
        assert study.id == "example"
        assert study.grid == {-2: 1, -1: 2, 0: 3, 1: 2, 2: 1}  # what all sorts share
        assert study.config.decisions.n_factors.value is None


def test_id_follows_from_the_folder_whatever_its_name(folder: Path) -> None:
    (folder / "study.yaml").unlink()
    assert Study.open(folder.rename(folder.parent / "Wonen & Zo (2020)")).id == "Wonen-Zo-2020"


def test_grid_that_was_not_forced(folder: Path, edit: Callable) -> None:
    edit("sorts/tenants.csv", "north;2;", "north;1;")
    assert "add forced: false" in only(folder)
    edit("study.yaml", "2: 1}", "2: 1, forced: false}")
    assert Study.open(folder).sorts["tenants"].loc["c1", "T01"] == 1
    edit("sorts/tenants.csv", "north;1;", "north;3;")
    assert "a value of the grid" in only(folder)


def test_other_files_are_checked_when_settings_are_wrong(folder: Path, edit: Callable) -> None:
    edit("study.yaml", "rule: quarter", "rule: week")
    edit("survey.csv", "repairs;8;", "repairs;11;")
    edit("cards.csv", "c2;", "c1;")
    assert {problem.file for problem in check(folder)} == {"study.yaml", "survey.csv", "cards.csv"}
    (folder / "study.yaml").write_text("a: [")
    assert {problem.file for problem in check(folder)} == {"study.yaml", "cards.csv"}


@pytest.mark.parametrize(
    "content",
    [
        "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("bcdefgh", "cdefghi", strict=True)
        ),
        "a: &a [*a]\n",
        "a: " + "[" * 5000,
        "name: " + "x" * 3_000_000,
    ],
    ids=["alias bomb", "alias of itself", "nesting", "size"],
)
def test_bombs_are_defused(folder: Path, content: str) -> None:
    (folder / "study.yaml").write_text(content)
    problems = [str(problem) for problem in check(folder) if problem.file == "study.yaml"]
    assert len(problems) == 1
    assert len(problems[0]) < 300


@pytest.mark.parametrize(
    "content",
    ["- a\n- b\n", "just a sentence\n", "2020-13-45\n", "a: 2020-13-45\n", "? [1, 2]\n: x\n"],
)
def test_odd_settings_are_one_readable_report(folder: Path, content: str) -> None:
    (folder / "study.yaml").write_text(content)
    assert any(problem.file == "study.yaml" for problem in check(folder))


def test_binary_settings(folder: Path) -> None:
    (folder / "study.yaml").write_bytes(b"\x00\x01\x02" * 50)
    assert "study.yaml: expected a text file" in str(check(folder)[0])


def test_settings_in_an_older_encoding(folder: Path) -> None:
    (folder / "study.yaml").write_bytes("name: Eén huis\n".encode("cp1252"))
    assert Study.open(folder).name == "Eén huis"


def test_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n  - c: 3\n")
    file, problems = read_yaml(path, "x.yaml")
    assert problems == []
    assert [file.line(p) for p in [("a",), ("b", 1, "c"), ("b", 7), ("z",)]] == [1, 4, 2, None]


def test_numbers_as_ids_and_bare_decisions() -> None:
    config = StudyConfig.model_validate(
        {"domains": [{"id": 1, "label": "een"}], "decisions": {"n_factors": 2, "scoring": "mean"}}
    )
    assert config.ids("domains") == ["1"]
    assert config.decisions.n_factors.value == 2


def test_survey_columns_that_are_named_must_be_there(folder: Path, edit: Callable) -> None:
    edit("study.yaml", "columns: {overall: overall}", "columns: {overall: overall, date: datum}")
    assert "survey.csv: expected a column datum" in only(folder)
    edit("survey.csv", ";date;", ";datum;")
    assert "date" in Study.open(folder).survey


def test_facts_and_vision_report_their_own_file(folder: Path) -> None:
    (folder / "facts.yaml").write_text("facts:\n  - {id: a, valeu: 3, label: x}\n")
    problems = list(map(str, check(folder)))
    assert any(
        "facts.yaml, line 2, key facts.0.valeu" in p and "mean value?" in p for p in problems
    )


def test_lines_of_importance_and_performance_lie_on_their_scales(folder: Path) -> None:
    settings = (folder / "study.yaml").read_text()

    def record(lines: str) -> None:
        text = f"{settings}\ndecisions: {{lines: {{value: {{{lines}}}, reason: promised}}}}\n"
        (folder / "study.yaml").write_text(text)

    assert Study.open(folder).config.decisions.lines.value.performance is None
    record("importance: 50, performance: 7")
    assert Study.open(folder).config.decisions.lines.value.performance == 7
    record("performance: 11")
    assert "a grade on the survey's scale, 1 to 10" in only(folder)
    record("importance: 101")
    assert "less than or equal to 100" in only(folder)


def test_questions_that_changed_are_questions_of_the_survey(folder: Path, edit: Callable) -> None:
    change = "{{date: 2020-04-01, label: New wording, columns: [{}]}}"
    edit("study.yaml", "  breaks: []", f"  breaks: [{change.format('overall')}]")
    assert Study.open(folder).config.periods.breaks[0].columns == ["overall"]
    edit("study.yaml", "columns: [overall]", "columns: [overal]")
    assert "a part or an item of the survey" in only(folder) and "mean overall?" in only(folder)
