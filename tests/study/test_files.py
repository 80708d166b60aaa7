"""Whole files: formats, encodings and what is no table at all."""

import codecs
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cxlib.study import Study, StudyError, check

CARDS, SURVEY = "cards.csv", "survey.csv"


def only(folder: Path) -> str:
    """The one problem of a folder, as a line."""
    (problem,) = check(folder)
    return str(problem)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


@pytest.fixture
def accented(folder: Path, edit: Callable) -> Path:
    edit(CARDS, "Mijn buurt is veilig", "Eén café, coördinatie en €")
    return folder


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_read_rightly(accented: Path, encoding: str) -> None:
    path = accented / CARDS
    path.write_bytes(text(path).encode(encoding))
    cards = Study.open(accented).cards
    assert cards is not None
    assert cards.loc["c2", "label_nl"] == "Eén café, coördinatie en €"


def test_old_dos_page(folder: Path, edit: Callable) -> None:
    edit(CARDS, "Mijn buurt is veilig", "Eén café", encoding="cp850")
    cards = Study.open(folder).cards
    assert cards is not None
    assert cards.loc["c2", "label_nl"] == "Eén café"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(folder: Path, delimiter: str) -> None:
    path = folder / SURVEY
    expected = Study.open(folder).survey
    path.write_text(text(path).replace(";", delimiter))
    pd.testing.assert_frame_equal(Study.open(folder).survey, expected)


def test_excel_hint_on_the_first_line_is_no_row(folder: Path, edit: Callable) -> None:
    edit(SURVEY, "respondent", "sep=;\nrespondent")
    assert len(Study.open(folder).survey) == 4
    edit(SURVEY, "repairs;8;", "repairs;11;")
    assert "row 2, column overall" in only(folder)


def test_decimal_commas_signs_and_spaces(folder: Path, edit: Callable) -> None:
    edit(SURVEY, "repairs;8;7;8;8;7", 'repairs;"7,5"; 7 ;+8;8.0;n.v.t.')
    edit("sorts/tenants.csv", "-1;-1;-2\n", "−1; -1;- 2\n")
    study = Study.open(folder)
    assert study.survey.loc[0, ["overall", "journey_grade"]].tolist() == [7.5, 7]
    assert pd.isna(study.survey.loc[0, "dwelling_comfort"])
    assert study.sorts["tenants"].loc[["c7", "c8", "c9"], "T01"].tolist() == [-1, -1, -2]


def test_dutch_dates_are_read(folder: Path, edit: Callable) -> None:
    edit(SURVEY, "2020-01-15", "31-12-2019")
    edit(SURVEY, "2020-02-03", "03.02.2020")
    edit(SURVEY, "2020-02-20", "2020-02-20 14:30")
    edit(SURVEY, "2020-03-30", "2020-03-30T09:00:00Z")
    days = Study.open(folder).survey["date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2019-12-31", "2020-02-03", "2020-02-20", "2020-03-30"]


def test_slashes_are_read_where_one_day_makes_them_clear(folder: Path, edit: Callable) -> None:
    for old, new in (
        ("01-15", "15/01"),
        ("02-03", "03/02"),
        ("02-20", "20/02"),
        ("03-30", "30/03"),
    ):
        edit(SURVEY, f"2020-{old}", f"{new}/2020")
    assert Study.open(folder).survey["date"].dt.month.tolist() == [1, 2, 2, 3]


def test_empty_rows_and_columns_are_skipped(folder: Path) -> None:
    path = folder / SURVEY
    lines = text(path).splitlines()
    lines = [f"{line};;" for line in lines]
    path.write_text("\n".join([*lines[:2], "", ";;;", *lines[2:], "", ";" * 15, "\n"]))
    assert len(Study.open(folder).survey) == 4
    path.write_text(path.read_text().replace("R0004;2020-03-30;south", "R0004;2020-03-30;centre"))
    assert "row 7, column district" in only(folder)  # the empty rows count, as they do on screen


def test_other_capitals_and_extra_columns(folder: Path, edit: Callable) -> None:
    edit(SURVEY, "respondent;date", "Respondent ;DATE")
    path = folder / SURVEY
    lines = text(path).splitlines()
    path.write_text("\n".join([f"{lines[0]};remark", *(f"{line};x" for line in lines[1:])]))
    survey = Study.open(folder).survey
    assert survey.columns[:2].tolist() == ["respondent", "date"]
    assert "remark" not in survey


@pytest.mark.parametrize(
    "label",
    [
        "=cmd|'/c calc'!A1",
        '<script>alert("x")</script>',
        "#set page(fill: red) *bold* $x^2$ @ref",
        "{{ 7 * 7 }} \\input{x}",
    ],
)
def test_markup_in_a_label_is_data(folder: Path, edit: Callable, label: str) -> None:
    quoted = '"' + label.replace('"', '""') + '"'
    edit(CARDS, "Mijn buurt is veilig", quoted)
    assert Study.open(folder).label("cards", "c2", "nl") == label


@pytest.mark.parametrize("name", [CARDS, "sorts/tenants.csv", SURVEY])
@pytest.mark.parametrize("content", [b"", b"\n\n", codecs.BOM_UTF8, b";;;\n;;\n"])
def test_empty_file(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert any(f"{name}: expected a row with column names" in str(p) for p in check(folder))


def test_header_only(folder: Path) -> None:
    path = folder / SURVEY
    path.write_text(text(path).splitlines()[0])
    assert "survey.csv: expected a row below the column names" in only(folder)


def test_cell_of_ten_megabytes_is_not_repeated(folder: Path, edit: Callable) -> None:
    edit(CARDS, "Mijn buurt is veilig", "x" * 10_000_000)
    problem = only(folder)
    assert "cards.csv, row 3, column label_nl" in problem
    assert "(10,000,000 characters)" in problem
    assert len(problem) < 300


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"no workbook", b"", b"\xd0\xcf\x11\xe0"]
)
def test_corrupt_workbook(folder: Path, content: bytes) -> None:
    (folder / SURVEY).unlink()
    (folder / "survey.xlsx").write_bytes(content)
    assert "survey.xlsx: expected a workbook" in only(folder)


def test_zip_that_is_no_workbook(folder: Path) -> None:
    (folder / SURVEY).unlink()
    with zipfile.ZipFile(folder / "survey.xlsx", "w") as archive:
        archive.writestr("survey.csv", "overall\n8\n")
    assert "survey.xlsx: expected a workbook that opens" in only(folder)


def test_workbook_cut_off_halfway(folder: Path) -> None:
    path = folder / "survey.xlsx"
    pd.read_csv(folder / SURVEY, sep=";").to_excel(path)
    path.write_bytes(path.read_bytes()[:-400])
    (folder / SURVEY).unlink()
    assert "survey.xlsx: expected a workbook that opens" in only(folder)


def test_workbook_named_as_csv_and_binary(folder: Path) -> None:
    pd.DataFrame({"overall": [8]}).to_excel(folder / "x.xlsx")
    (folder / "x.xlsx").rename(folder / SURVEY)
    assert "ends in .xlsx" in only(folder)
    (folder / SURVEY).write_bytes(bytes(range(256)) * 8)
    assert "survey.csv: expected a text file" in only(folder)


def test_excel_gives_the_same_as_csv(folder: Path) -> None:
    expected = Study.open(folder)
    for name, kind in ((SURVEY, "date"), ("sorts/tenants.csv", ""), (CARDS, "")):
        frame = pd.read_csv(folder / name, sep=";", parse_dates=[kind] if kind else False)
        with pd.ExcelWriter((folder / name).with_suffix(".xlsx")) as book:
            pd.DataFrame().to_excel(book, sheet_name="notes")
            frame.to_excel(book, sheet_name="data", index=False)
        (folder / name).unlink()
    study = Study.open(folder)
    pd.testing.assert_frame_equal(study.survey, expected.survey)
    pd.testing.assert_frame_equal(study.sorts["tenants"], expected.sorts["tenants"])
    pd.testing.assert_frame_equal(study.cards, expected.cards)


def test_row_in_a_workbook_with_a_blank_first_row(folder: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([], ["respondent", "overall"], ["R1", 8], ["R2", "acht"]):
        book.active.append(row)
    (folder / SURVEY).unlink()
    (folder / "study.yaml").write_text("name: Small\n")
    book.save(folder / "survey.xlsx")
    assert "survey.xlsx, row 4, column overall" in only(folder)


def test_parquet_gives_the_same_as_csv(folder: Path) -> None:
    expected = Study.open(folder).survey
    frame = pd.read_csv(folder / SURVEY, sep=";", parse_dates=["date"])
    frame.to_parquet(folder / "survey.parquet", index=False)
    (folder / SURVEY).unlink()
    pd.testing.assert_frame_equal(Study.open(folder).survey, expected)
    frame = frame.astype({"overall": "Int64", "district": "category", "mode": "string"})
    frame.loc[3, ["overall", "mode"]] = pd.NA
    frame["date"] = frame["date"].dt.tz_localize("Europe/Amsterdam")
    frame.to_parquet(folder / "survey.parquet", index=False)
    survey = Study.open(folder).survey
    assert survey.loc[3, ["overall", "mode"]].isna().all()
    pd.testing.assert_series_equal(survey["date"], expected["date"])
    frame.assign(date=[[1], [2], [3], [4]]).to_parquet(folder / "survey.parquet", index=False)
    assert "survey.parquet, rows 2, 3, 4 and 1 more, column date" in str(check(folder)[0])
    (folder / "survey.parquet").write_bytes(b"PAR1 broken")
    assert "survey.parquet: expected a Parquet file that opens" in only(folder)


def test_two_files_for_one_table(folder: Path) -> None:
    (folder / "survey.parquet").write_bytes(b"")
    assert "expected one file a table" in only(folder)


def test_folder_as_file_and_file_as_folder(folder: Path) -> None:
    (folder / SURVEY).unlink()
    (folder / SURVEY).mkdir()
    assert 'survey.csv: found "a folder"; expected a file' in only(folder)
    assert 'found "a file"; expected a folder' in str(check(folder / CARDS)[0])
    assert "nothing called nowhere" in str(check(folder / "nowhere")[0])
    assert check("/" + "x" * 5000)
    assert check("a\x00b")
    with pytest.raises(StudyError, match="nowhere"):
        Study.open(folder / "nowhere")


def test_file_where_the_folder_sorts_should_be(tmp_path: Path) -> None:
    (tmp_path / "sorts").write_text("participant")
    assert 'sorts: found "a file"; expected a folder' in only(tmp_path)


def test_misnamed_files(folder: Path) -> None:
    (folder / SURVEY).rename(folder / "surveys.csv")
    assert "surveys.csv: expected a name that is known. Did you mean survey?" in only(folder)
    (folder / "surveys.csv").rename(folder / "survey.numbers")
    assert "survey.numbers: expected a file that ends in .csv" in only(folder)
    (folder / "survey.numbers").rename(folder / "sorts.csv")
    assert "Put it in a folder sorts" in only(folder)
    (folder / "sorts.csv").rename(folder / "notes.csv")
    (folder / "~$cards.xlsx").write_text("a spreadsheet's lock")
    assert check(folder) == []


def test_group_that_study_yaml_does_not_know(folder: Path) -> None:
    (folder / "sorts/tenants.csv").rename(folder / "sorts/tenant.csv")
    assert "Did you mean tenants?" in only(folder)
    (folder / "study.yaml").unlink()
    (folder / "sorts/tenant.csv").rename(folder / "sorts/a b..c.csv")
    problems = list(map(str, check(folder)))
    assert any("a name of letters, digits" in problem for problem in problems)


def test_pipe_is_not_waited_for(folder: Path) -> None:
    for name in (SURVEY, "sorts/tenants.csv"):
        (folder / name).unlink()
        os.mkfifo(folder / name)
    assert {problem.file for problem in check(folder)} == {SURVEY, "sorts/tenants.csv"}
