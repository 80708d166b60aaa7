"""What is to be run, found out in no time and without writing when something is wrong."""

import argparse
import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml

from cxlib import places
from cxlib.run import __main__ as steps
from cxlib.run.plan import (
    LIBRARY,
    PlanError,
    digest_of,
    files_of,
    fingerprint,
    parameters_of,
    plan,
    sources_of,
)
from cxlib.study import Study


@pytest.fixture
def memo(tmp_path):
    return tmp_path / "runs" / "plan.json"


@pytest.fixture
def copy(small, tmp_path):
    """A copy of the small study in a folder with a space in its name."""
    return Path(shutil.copytree(small, tmp_path / "my study"))


def test_default_is_the_last_complete_period(copy, memo):
    tasks = plan([str(copy)], ["latest"], memo, memo.parent)
    assert tasks["small"].periods == ("2020-Q1",)
    assert tasks["small"].language == "nl"
    assert "2020-01" in tasks["small"].contents["survey"]


def test_several_studies_and_periods_in_one_text(small, copy, memo, monkeypatch):
    (copy / "study.yaml").write_text("id: other\n")
    monkeypatch.setattr(places, "RAW", small.parent)
    tasks = plan([str(copy), "small small"], ["all 2020-Q1", "latest"], memo, memo.parent)
    assert {name: task.periods for name, task in tasks.items()} == {
        "other": ("all", "2020-Q1"),
        "small": ("all", "2020-Q1"),
    }
    assert tasks["small"].given == "small" and tasks["other"].given == str(copy)


@pytest.mark.parametrize(
    ("word", "periods"),
    [
        ("previous", ("2020-Q3",)),
        ("2019-Q4..2020-Q2", ("2019-Q4", "2020-Q1", "2020-Q2")),
        ("2020-01..2020", ("2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4")),
        ("2020-Q4 previous latest", ("2020-Q4", "2020-Q3")),
    ],
)
def test_words_for_periods(memo, word, periods):
    assert plan(["haag-wonen"], [word], memo, memo.parent)["haag-wonen"].periods == periods


@pytest.mark.parametrize("word", ["2031-Q1..2031-Q2", "2020-Q2..2020-Q1", "2020-Q5..2021", ".."])
def test_a_range_of_nothing_is_refused_in_words(memo, word):
    with pytest.raises(PlanError, match=r"no (complete )?period"):
        plan(["haag-wonen"], [word], memo, memo.parent)


def test_all_faults_in_one_report_and_nothing_written(copy, memo, tmp_path):
    (copy / "survey.csv").write_text("respondent,date,overall\na,2020-01-01,11\nb,soon,7\n")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PlanError) as error:
        plan([str(copy), "nowhere"], ["latest"], memo, memo.parent)
    report = str(error.value)
    assert "row 2, column overall" in report and "row 3, column date" in report
    assert "nowhere" in report
    assert sorted(tmp_path.rglob("*")) == before


def test_period_without_rows_is_refused(copy, memo):
    with pytest.raises(PlanError, match="no rows in 2019-Q1"):
        plan([str(copy)], ["2019-Q1"], memo, memo.parent)


def test_two_studies_of_one_name_are_refused(small, copy, memo):
    with pytest.raises(PlanError, match="its id, small, is also that of"):
        plan([str(small), str(copy)], ["latest"], memo, memo.parent)


def test_no_study_is_no_plan(memo):
    with pytest.raises(PlanError, match="No study"):
        plan([" "], ["latest"], memo, memo.parent)


def test_unchanged_study_is_not_opened_again_and_a_changed_one_is(copy, memo, monkeypatch):
    first = plan([str(copy)], ["latest"], memo, memo.parent)
    opened = []
    opening = Study.open
    monkeypatch.setattr(Study, "open", lambda place: opened.append(place) or opening(place))
    os.utime(copy / "survey.csv")
    assert plan([str(copy)], ["latest"], memo, memo.parent) == first and opened == []
    with (copy / "survey.csv").open("a") as file:
        file.write("x,2020-06-30,7\n")
    assert plan([str(copy)], ["latest"], memo, memo.parent)["small"].periods == ("2020-Q2",)
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("cells", "wings"),
    [
        (
            ["%matplotlib inline\nimport cxlib.survey", "!ls\nfrom cxlib import places, drivers"],
            {"survey", "drivers", "places.py", "inference.py", "language.py", "words"},
        ),
        (
            ["%matplotlib\nfrom cxlib.run import Publication"],
            {
                *("run", "study", "sheets", "figures", "report"),
                *("places.py", "problems.py", "inference.py", "digests.py", "traces.py"),
                *("language.py", "words"),  # a sentence that is put otherwise counts as well
                *("drivers", "importance", "monitor", "qmethod", "survey"),
            },
        ),
    ],
)
def test_sources_of_a_notebook_follow_imports(tmp_path, cells, wings):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbformat.write(notebook, tmp_path / "x.ipynb")
    found = sources_of(tmp_path / "x.ipynb")
    assert {file.relative_to(LIBRARY).parts[0] for file in found} == wings
    assert len(found) == len(set(found))


def test_templates_and_dictionaries_belong_to_their_wing():
    assert {"index.html", "fields.yaml"} <= {file.name for file in files_of("run")}


def test_fingerprint_is_of_contents(tmp_path, monkeypatch):
    monkeypatch.setattr("cxlib.run.plan.LIBRARY", tmp_path)
    (tmp_path / "a.py").write_text("1")
    before = fingerprint([tmp_path / "a.py"])
    os.utime(tmp_path / "a.py", (0, 0))
    assert fingerprint([tmp_path / "a.py"]) == before
    (tmp_path / "a.py").write_text("2")
    assert fingerprint([tmp_path / "a.py"]) != before


def test_braces_in_a_path_are_refused_in_words(tmp_path):
    folder = tmp_path / "my {study}"
    folder.mkdir()
    (folder / "survey.csv").write_text("overall\n8\n7\n")
    with pytest.raises(PlanError, match="rename it"):
        plan([str(folder)], ["all"], tmp_path / "plan.json", tmp_path)


def write_notebook(path: Path, parameters: str, *cells: str) -> Path:
    settings = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=[settings, *code]), path)
    return path


def test_every_parameter_is_given_from_outside(tmp_path):
    book = write_notebook(tmp_path / "02_x.ipynb", 'study = "a"\ntop = 5  # cards', "top")
    common = {"study": "mine", "period": "all"}
    assert parameters_of(book, common, {"top": 6}, {}) == {"study": "mine", "top": 6}
    assert parameters_of(book, common, {"top": 6}, {"top": 7})["top"] == 7
    with pytest.raises(PlanError, match=r"takes top: give a value in config/parameters.yaml"):
        parameters_of(book, common)
    with pytest.raises(PlanError, match="takes no parameter deep"):
        parameters_of(book, common, {"top": 6, "deep": 1})


def test_a_digest_knows_the_cells_and_not_the_parameters(tmp_path):
    one = digest_of(write_notebook(tmp_path / "1.ipynb", "a = 1", "a"))
    assert one == digest_of(write_notebook(tmp_path / "2.ipynb", "a = 2", "a"))
    assert one != digest_of(write_notebook(tmp_path / "3.ipynb", "a = 1", "a + 1"))


BOOKS = sorted((places.ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def test_what_is_tried_out_begins_with_what_is_published():
    """Parameters cells and config/parameters.yaml agree; `seed` is that of the study."""
    text = (places.ROOT / "config" / "parameters.yaml").read_text(encoding="utf-8")
    given = yaml.safe_load(text)
    assert given.keys() <= {book.stem for book in BOOKS} and len(BOOKS) == 8
    for book in BOOKS:
        (cell,) = (
            c for c in nbformat.read(book, 4).cells if "parameters" in c.metadata.get("tags", [])
        )
        own: dict = {}
        exec(cell.source, own)
        of_the_run = ("study", "period", "language", "seed", "output", "results")
        typed = {k: v for k, v in own.items() if k not in (*of_the_run, "__builtins__")}
        assert given.get(book.stem, {}) == typed, book.stem


def test_released_notebooks_are_these():
    known = json.loads(places.RELEASED.read_text(encoding="utf-8"))
    assert known == {book.stem: digest_of(book) for book in BOOKS}, "run make notebooks"


def test_one_notebook_that_is_refreshed_leaves_the_others_released(tmp_path, monkeypatch):
    released, book = tmp_path / "released.json", tmp_path / "01_first.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), book)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "02_second.ipynb")
    released.write_text(json.dumps({"02_second": "known", "03_gone": "known"}))
    monkeypatch.setattr(steps, "RELEASED", released)
    monkeypatch.setattr("cxlib.run.notebook.run_notebook", lambda *given: None)
    assert steps._refresh(argparse.Namespace(notebooks=[book])) == 0
    known = json.loads(released.read_text())
    assert known == {"01_first": digest_of(book), "02_second": "known"}
