"""An opened study: the demo, real input, periods, cuts and hashes."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cxlib.places import RAW
from cxlib.study import Period, PeriodError, Study, StudyError, check
from cxlib.study.dictionary import study_tables
from cxlib.study.study import hold


@pytest.fixture(scope="module")
def demo() -> Study:
    return Study.open("haag-wonen")


def test_demo_is_well_and_complete(demo: Study) -> None:
    assert demo.missing(*study_tables(demo.config), "sorts/employees", "vision", "facts") == [
        "landlords"
    ]
    assert [group for group in demo.sorts] == ["tenants", "employees"]
    assert demo.sorts["employees"].shape == (30, 40)
    assert demo.sorts["tenants"].index.equals(demo.cards.index)
    assert demo.ratings["tenants"].index.equals(demo.cards.index)
    assert demo.participants["tenants"]["session"].nunique() == 3
    assert demo.participants["tenants"].index.equals(demo.sorts["tenants"].columns)


def test_periods_of_the_demo(demo: Study) -> None:
    assert [str(period) for period in demo.periods()] == [
        f"{year}-Q{quarter}" for year in (2019, 2020) for quarter in (1, 2, 3, 4)
    ]
    assert demo.period("latest") == Period.parse("2020-Q4")
    assert demo.period("2020").end == pd.Timestamp("2020-12-31")
    for wrong in ("2031-Q1", "2020-Q5", "../x"):
        with pytest.raises(PeriodError):
            demo.period(wrong)


def test_until_cuts_every_dated_table_and_only_those(demo: Study) -> None:
    early = demo.until("2019-Q2")
    for name, column in (("satisfaction", "date"), ("complaints", "opened"), ("internal", "date")):
        cut, whole = early.kpi_table(name), demo.kpi_table(name)
        assert cut[column].max() < pd.Timestamp("2019-07-01")
        assert len(cut) == (whole[column] < "2019-07-01").sum()
    assert early.period("latest").label == "2019-Q2"
    pd.testing.assert_frame_equal(early.benchmark, demo.benchmark)
    assert demo.period("latest").label == "2020-Q4"


def test_within_and_labels_agree(demo: Study) -> None:
    rows = demo.within(demo.survey, ["2019-Q1", demo.period("2020-Q4")])
    labels = demo.period_labels(demo.survey)
    assert len(rows) == labels.isin(["2019-Q1", "2020-Q4"]).sum()
    assert len(demo.within(demo.survey, "all")) == len(demo.survey)
    assert len(demo.within(demo.survey, [])) == 0


def test_a_study_can_not_be_changed(demo: Study) -> None:
    survey, sorts = demo.survey, demo.sorts["tenants"]
    survey["overall"] = 1.0
    sorts.iloc[:, :] = 0
    assert demo.survey["overall"].nunique() > 5
    assert demo.sorts["tenants"].nunique().min() > 5
    with pytest.raises(AttributeError):
        demo.folder = Path()  # type: ignore[misc]


def test_origin(demo: Study) -> None:
    assert demo.origin("participation") == "published"
    assert demo.origin("sorts") == demo.origin("sorts/tenants") == "simulated"
    assert demo.origin("vision") == "collected"


def test_labels(demo: Study) -> None:
    assert demo.label("values", "reliable", "nl") == "Betrouwbaar"
    assert demo.short("values", "dwelling", "en") == "Dwelling"
    assert demo.label("kpis", "complaints", "en") == "Complaints"
    assert demo.label("journeys", "unheard_of", "en") == "unheard_of"
    assert demo.short("cards", "c01", "en") == "Promises are kept"


def test_unknown_names_are_refused(demo: Study) -> None:
    with pytest.raises(ValueError, match="Did you mean survey"):
        demo.has("surveys")


def test_hashes_are_of_all_files_read(demo: Study) -> None:
    hashes = demo.hashes()
    files = {p.relative_to(demo.folder).as_posix() for p in demo.folder.rglob("*.[cy]*")}
    assert set(hashes) == files
    content = (demo.folder / "survey.csv").read_bytes()
    assert hashes["survey.csv"] == hashlib.sha256(content).hexdigest()


def test_kade_workbook_as_it_is(reference: Path, tmp_path: Path) -> None:
    case = reference / "qmethod" / "polycrisis"
    (tmp_path / "sorts").mkdir()
    shutil.copy(case / "kade_input.xlsx", tmp_path / "sorts" / "experts.xlsx")
    study = Study.open(tmp_path)
    expected = pd.read_csv(case / "sorts.csv", index_col=0)
    pd.testing.assert_frame_equal(study.sorts["experts"], expected, check_names=False)
    statements = pd.read_csv(case / "statements.csv", index_col=0)["text"]
    words = statements.str.split().str.join(" ")
    assert study.cards["label_nl"].tolist() == words.tolist()
    assert study.grid == {-4: 2, -3: 3, -2: 4, -1: 5, 0: 5, 1: 5, 2: 4, 3: 3, 4: 2}
    assert study.missing("cards", "sorts", "survey", "ratings") == ["survey", "ratings"]
    assert study.period("latest") == Period("all")
    assert study.participants["experts"]["session"].isna().all()


def test_survey_by_mapping_columns_alone(reference: Path, tmp_path: Path) -> None:
    source = reference / "drivers" / "mobi_ecsi" / "mobi.csv"
    shutil.copy(source, tmp_path / "survey.csv")
    (tmp_path / "study.yaml").write_text(
        "values:\n  - {id: image, label: Imago, items: [IMAG1, IMAG2]}\n"
        "survey: {columns: {overall: CUSA1}}\n"
    )
    study = Study.open(tmp_path)
    raw = pd.read_csv(source)
    assert study.survey.columns.tolist() == ["overall", "IMAG1", "IMAG2"]
    assert study.survey["overall"].tolist() == raw["CUSA1"].tolist()
    assert study.value_items == {"image": ["IMAG1", "IMAG2"]}
    assert study.until(study.period()).survey.equals(study.survey)
    with pytest.raises(PeriodError):
        study.period("2020-Q1")


def test_settings_alone_are_a_study_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("name: Small\n")
    study = Study.open(tmp_path)
    assert study.sorts == {}
    assert not study.has("cards")
    assert list(study.hashes()) == ["study.yaml"]


def test_folder_without_anything_to_read_is_a_mistake(tmp_path: Path) -> None:
    for name in ("no files", "workshop.xlsx"):
        with pytest.raises(StudyError, match=f"{name}.*expected a table such as survey.csv"):
            Study.open(tmp_path)
        (tmp_path / "workshop.xlsx").touch()


def test_without_cards_the_columns_of_the_sorts_are_the_cards(tmp_path: Path) -> None:
    (tmp_path / "sorts").mkdir()
    (tmp_path / "sorts" / "a.csv").write_text("participant,safe,neat,warm\nT1,-1,0,1\n")
    (tmp_path / "sorts" / "b.csv").write_text("participant,neat,safe,warm\nE1,1,0,-1\n")
    study = Study.open(tmp_path)
    assert study.cards["short_en"].to_dict() == {"safe": "safe", "neat": "neat", "warm": "warm"}
    assert study.sorts["b"].index.tolist() == ["safe", "neat", "warm"]
    (tmp_path / "sorts" / "b.csv").write_text("participant,neat,save,warm\nE1,1,0,-1\n")
    with pytest.raises(StudyError, match=r"sorts/b\.csv, column save"):
        Study.open(tmp_path)


def test_one_language_is_enough(folder: Path) -> None:
    (folder / "cards.csv").write_text(
        "card,label_nl\n" + "".join(f"c{i},k{i}\n" for i in range(1, 10))
    )
    cards = Study.open(folder).cards
    assert cards.loc["c3", ["label_en", "short_nl", "short_en"]].tolist() == ["k3"] * 3
    assert cards["value"].isna().all()


def test_error_lists_every_problem_of_every_file(folder: Path, edit) -> None:
    edit("survey.csv", "repairs;8;", "repairs;11;")
    edit("sorts/tenants.csv", "north;2;", "north;9;")
    edit("complaints.csv", "2020-03-02", "soon")
    with pytest.raises(StudyError) as caught:
        Study.open(folder)
    assert {problem.file for problem in caught.value.problems} == {
        "survey.csv",
        "sorts/tenants.csv",
        "complaints.csv",
    }
    assert "3 problems" in str(caught.value)


def test_many_rows_with_one_fault_are_counted(folder: Path) -> None:
    path = folder / "survey.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    rows = [f"R{i};2020-01-15;north;internet;repairs;11;{';'.join('0' * 8)}" for i in range(500)]
    path.write_text("\n".join([lines[0], *rows]))
    problems = check(folder)
    assert sum(1 + problem.more for problem in problems) == 500 * 9
    assert len(problems) <= 12


def test_personal_data_never_reach_a_report(folder: Path, edit) -> None:
    edit("sorts/tenants.csv", "T02;", "Fatima Yilmaz;")
    edit("sorts/tenants.csv", "T03;", "Fatima Yilmaz;")
    edit("survey.csv", "repairs;8;", "repairs;bel 06-12345678 of an@huur.nl;")
    report = " ".join(map(str, check(folder)))
    assert "Yilmaz" not in report
    assert "12345678" not in report
    assert "an@huur.nl" not in report


def test_empty_overall_is_missing_unless_nobody_answered(folder: Path, edit) -> None:
    edit("survey.csv", "repairs;8;", "repairs;;")
    assert Study.open(folder).survey["overall"].isna().sum() == 1
    for filled in ("moving_in;6;", "repairs;9;", "repairs;5;"):
        edit("survey.csv", filled, f"{filled.split(';')[0]};;")
    assert any("some grade" in problem.expected for problem in check(folder))


def test_codes_for_dont_know_are_set_apart_from_empty_cells(tmp_path: Path) -> None:
    settings = "survey: {unknown: [99, weet niet, '-1'], margins: {age: {1: 2, 2: 1}}}\n"
    (tmp_path / "study.yaml").write_text(
        settings + "values: [{id: v, label: {en: V}, items: [a, b]}]\n"
    )
    rows = ["overall;a;b;age", "7;99;8;1", "99;7;;2", "8;Weet niet;-1;1", "6;5;99,0;1"]
    (tmp_path / "survey.csv").write_text("\n".join(rows))
    study = Study.open(tmp_path)
    assert study.survey is not None and study.unknown is not None
    assert study.survey["a"].isna().tolist() == [True, False, True, False]
    assert study.survey["b"].tolist()[0] == 8 and study.survey["b"].isna().sum() == 3
    assert study.unknown[["overall", "a", "b"]].to_numpy().tolist() == [
        [False, True, False], [True, False, False], [False, True, True], [False, False, True],
    ]  # fmt: skip
    assert study.survey["age"].tolist() == ["1", "2", "1", "1"]


def test_without_codes_nothing_is_known_of_dont_know(demo: Study) -> None:
    assert demo.unknown is None
    assert demo.until("2019-Q2").unknown is None


def test_a_notebook_shows_what_to_mend_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("id: broken\nnmae: x\n")
    shell = InteractiveShell.instance()
    with capture_output() as shown:
        shell.run_cell(f"from cxlib.study import Study; Study.open({str(tmp_path)!r})")
    InteractiveShell.clear_instance()
    assert "The study has" in shown.stdout and "nmae" in shown.stdout
    assert "Traceback" not in shown.stdout and "study.py" not in shown.stdout


def test_a_held_study_is_read_anew_once_something_in_its_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxlib.study.study._HELD", {})
    shutil.copytree(RAW / "haag-wonen", tmp_path, dirs_exist_ok=True)
    hold(tmp_path)
    one, other, read = Study.open(tmp_path), Study.open(tmp_path), tmp_path.parent / "reads.json"
    assert one._tables is other._tables
    one.keep_reads(read, one.period())
    assert one.survey is not None and "survey" in read.read_text("utf-8")
    other.keep_reads(read, other.period())  # what one has read, the other has not
    assert "survey" not in read.read_text("utf-8")
    votes = tmp_path / "votes.csv"
    votes.write_text(votes.read_text("utf-8").partition("\n")[0] + "\n1,2\n", "utf-8")
    with pytest.raises(StudyError):
        Study.open(tmp_path)
