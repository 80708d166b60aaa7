"""What is wrong with an entry under `kpis`, or with its table, is said in a line."""

import re
from pathlib import Path

import pytest

from cxlib.study import Study, StudyConfig, check

ENTRY = (
    "{id: calls, label: Calls, kind: share within a norm, table: calls, norm: 2,"
    " columns: {opened: asked, closed: called}}"
)
ROWS = "asked,called\n2020-01-01,2020-01-02\n2020-01-03,\n"


def said(folder: Path, entries: str, rows: str = ROWS) -> str:
    """The one problem of a study with these entries and these rows, as a line."""
    (folder / "study.yaml").write_text(f"kpis:\n{entries}\n")
    (folder / "calls.csv").write_text(rows)
    (problem,) = check(folder)
    return str(problem)


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("share within a norm", "share in a norm", "kpis.0.kind", "Did you mean share within a"),
        ("share within a norm", "median", "kpis.0.kind", "Use one of: share of grades, mean grade"),
        (", norm: 2", "", "kpis.0", "expected a norm in days, as this kind needs: norm: 10"),
        ("norm: 2", "norm: 0", "kpis.0.norm", "a value greater than 0"),
        ("id: calls", "id: on-time", "kpis.0", "an id of small letters, digits and _"),
        ("id: calls", "id: verdicts", "kpis.0", "not closing or verdicts"),
        ("asked,", "asked, grade: mark,", "kpis.0", "opened, closed; not grade"),
        ("opened", "openend", "kpis.0.columns.openend", "Did you mean opened?"),
        ("table: calls", "table: votes", "kpis.0.table", "the survey, or a table of its own"),
        ("norm: 2", "norm: 2, base: [2020-Q5]", "kpis.0.base.0", "Write it as 2020, 2020-Q1 or"),
        ("norm: 2", "norm: 2, tarqet: 1", "kpis.0.tarqet", "Did you mean target?"),
        ("norm: 2", "norm: 2, minimum_cell: 5", "kpis.0", "minimum_cell of a mean grade only"),
        ("called}", "asked}", "kpis.0.columns.closed", "one part a column, and asked is opened"),
    ],
)
def test_an_entry(tmp_path: Path, old: str, new: str, place: str, told: str) -> None:
    assert old in ENTRY
    line = said(tmp_path, f"  - {ENTRY.replace(old, new)}")
    assert line.startswith("study.yaml, line 2, key " + place) and told in line, line


def test_a_target_of_a_count_says_on_which_side(tmp_path: Path) -> None:
    entry = "{id: calls, label: Calls, kind: count, table: calls, columns: {date: asked}, target: 9"
    line = said(tmp_path, f"  - {entry}}}")
    assert "expected on which side of its target it should be: better: lower, or higher" in line
    (tmp_path / "study.yaml").write_text(f"kpis:\n  - {entry}, better: lower}}\n")
    assert check(tmp_path) == []


def test_an_id_twice(tmp_path: Path) -> None:
    line = said(tmp_path, f"  - {ENTRY}\n  - {ENTRY}")
    assert line.startswith("study.yaml, line 3, key kpis.1.id: ") and "every id once" in line


def test_a_column_of_the_survey(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("date,overall\n2020-01-01,7\n")
    entry = "{id: easy, label: Easy, kind: mean grade, table: survey, columns: {grade: overal}}"
    line = said(tmp_path, f"  - {entry}")
    assert "kpis.0.columns.grade" in line and "Did you mean overall?" in line


def test_as_it_was_written_before(tmp_path: Path) -> None:
    line = said(tmp_path, "  calls: {label: Calls, norm_days: 10}")
    assert line.startswith("study.yaml, line 1, key kpis: expected a list with an entry a KPI.")
    (entry,) = re.findall(r"Write each as - (\{.*\})$", line)
    (tmp_path / "complaints.csv").write_text("received,closed\n2020-01-01,2020-01-02\n")
    (tmp_path / "study.yaml").write_text(f"kpis:\n  - {entry}\n")
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("called", "phoned", "expected a column called. Say in study.yaml, under kpis.0.columns."),
        ("2020-01-03", "soon", 'row 3, column asked: found "soon"; expected a clear date'),
        (
            "2020-01-02",
            "2019-01-02",
            'row 2, column called: found "2019-01-02"; expected a day not',
        ),
        (
            "2020-01-03",
            "2099-01-03",
            'row 3, column asked: found "2099-01-03"; expected a day that',
        ),
    ],
)
def test_a_table(tmp_path: Path, old: str, new: str, told: str) -> None:
    line = said(tmp_path, f"  - {ENTRY}", ROWS.replace(old, new))
    assert line.startswith("calls.csv") and told in line


def test_a_misspelt_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(f"kpis:\n  - {ENTRY}\n")
    (tmp_path / "callss.csv").write_text(ROWS)
    (problem,) = check(tmp_path)
    assert "callss.csv: expected a name that is known. Did you mean calls?" in str(problem)


def test_parts_are_found_by_the_names_that_the_file_has(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(f"kpis:\n  - {ENTRY}\n")
    (tmp_path / "calls.csv").write_text(ROWS)
    rows = Study.open(tmp_path).kpi_table("calls")
    assert list(rows) == ["opened", "closed"] and rows["closed"].isna().tolist() == [False, True]


def test_a_survey_alone_is_followed_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("date,overall\n2020-01-01,7\n2020-01-02,8\n")
    study = Study.open(tmp_path)
    assert [kpi.id for kpi in study.config.kpis] == ["satisfaction"]
    assert study.kpi_table("satisfaction")["grade"].tolist() == [7, 8]
    assert StudyConfig(kpis=[]).kpis == []
