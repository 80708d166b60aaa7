"""Exports of survey programs, by their own conventions, are read cell by cell; or said."""

import codecs
import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from cxlib.problems import TextFault
from cxlib.sheets.cells import proposed
from cxlib.sheets.rows import Source, decode
from cxlib.sheets.sheet import read_sheet
from cxlib.study import Study, check

BOOKS = Path(__file__).parent / "books"
ITEMS = ["speed", "quality", "staff"]
TEXTS = ["Speed of repairs", "Quality of repairs", "Staff"]
GRADES = [(4, 5, 5, 5), (1, 1, 2, 1), (4, 5, None, 4), (3, 4, 3, 3), (5, 2, 1, 4)] * 3
DAYS = pd.date_range("2024-02-26 10:15", periods=len(GRADES), freq="3D")
PEOPLE = [f"R{row:02d}" for row in range(len(GRADES))]
LIKERT = dict(
    zip(
        ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
        range(1, 6),
        strict=True,
    )
)
ZEER = dict(
    zip(
        ["zeer ontevreden", "ontevreden", "neutraal", "tevreden", "zeer tevreden"],
        range(1, 6),
        strict=True,
    )
)
Row = Sequence[Any]


def text(rows: Sequence[Row], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def put(path: Path, rows: Sequence[Row], encoding: str = "utf-8", **how: Any) -> Path:
    path.write_bytes(text(rows, **how).encode(encoding))
    return path


def book(path: Path, rows: Sequence[Row], title: str = "Sheet1", **others: Sequence[Row]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, content in {**others, title: rows}.items():
        part = made.create_sheet(name)
        for row in content:
            part.append(row)
    made.save(path)
    return path


def answers(days: str, how: Callable[[Any], Any] = lambda grade: grade) -> list[Row]:
    """Person, day, three items and overall."""
    stamps = [day.strftime(days) if days else day.to_pydatetime() for day in DAYS]
    rows = zip(PEOPLE, stamps, GRADES, strict=True)
    return [[who, day, *("" if g is None else how(g) for g in grades)] for who, day, grades in rows]


def settings(
    folder: Path, names: Sequence[str], survey: str = "", more: str = "", **columns: str
) -> None:
    """A study with one value; `names` are the items' columns and the overall's."""
    roles = {**columns, "overall": names[-1]}
    (folder / "study.yaml").write_text(
        "languages: [en]\nthresholds: {fail: 2, top: 4}\n"
        f"values: [{{id: home, label: Home, items: {json.dumps(list(names[:-1]))}}}]\n"
        f"survey: {{scale: {{low: 1, high: 5}}, columns: {json.dumps(roles)}{survey}}}\n{more}"
    )


def holds(folder: Path, names: Sequence[str], dated: bool = True) -> Study:
    """Open a folder, and compare each cell and each column's sum with what was written."""
    assert check(folder) == [], "\n".join(map(str, check(folder)))
    study = Study.open(folder)
    assert study.survey is not None
    expected = pd.DataFrame(GRADES, columns=[*names[:-1], "overall"], dtype=float)
    found = study.survey[[*names[:-1], "overall"]]
    pd.testing.assert_frame_equal(found, expected)
    assert found.sum().tolist() == expected.sum().tolist()
    if dated:
        assert study.survey["date"].dt.normalize().tolist() == DAYS.normalize().tolist()
    return study


def question(study: Study, name: str) -> str:
    return study.config.questions([name])[name].at("en")


ISO = "%Y-%m-%d %H:%M:%S"
HEAD = ["ResponseId", "EndDate", *ITEMS, "sat"]
SHOWN = ["Response ID", "End Date", *(f"How pleased are you with - {t}" for t in TEXTS), "Overall"]
IMPORT = [json.dumps({"ImportId": f"QID{place}"}) for place in range(6)]


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "no import ids"])
def test_qualtrics(tmp_path: Path, kind: str) -> None:
    heads = [HEAD, SHOWN] + ([] if kind == "no import ids" else [IMPORT])
    if kind == "no import ids":
        heads = [[*row, "StartDate", "Finished", "IPAddress"] for row in heads]
        heads[1][-3:] = ["Start Date", "Finished", "IP Address"]
        rows = [*heads, *([*row, row[1], 1, ""] for row in answers(ISO))]
    else:
        rows = [*heads, *answers(ISO)]
    if kind == "tsv":  # Qualtrics' own is UTF-16
        put(tmp_path / "survey.tsv", rows, "utf-16", delimiter="\t")
    elif kind == "xlsx":
        book(tmp_path / "survey.xlsx", rows)
    else:
        put(tmp_path / "survey.csv", rows, "utf-8-sig")
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, respondent="ResponseId", date="EndDate")
    study = holds(tmp_path, names)
    assert study.survey["respondent"].tolist() == PEOPLE
    assert question(study, "speed") == "Speed of repairs"


def test_questions_in_study_yaml_come_before_those_in_the_file(tmp_path: Path) -> None:
    put(tmp_path / "survey.csv", [HEAD, SHOWN, IMPORT, *answers(ISO)])
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, ", questions: {speed: Fast}", date="EndDate")
    study = holds(tmp_path, names)
    assert question(study, "speed") == "Fast"
    assert question(study, "staff") == "Staff"


def monkey(how: Callable[[Any], Any] = lambda grade: grade) -> list[Row]:
    ids = ["Respondent ID", "Collector ID", "Start Date"]
    heads = [
        [*ids, "How satisfied are you with:", "", "", "How satisfied are you overall?"],
        ["", "", "", *TEXTS, "Response"],
    ]
    body = answers("%m/%d/%Y %I:%M:%S %p", how)
    return [*heads, *([row[0], 77, *row[1:]] for row in body)]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "words"])
def test_surveymonkey(tmp_path: Path, kind: str) -> None:
    names = [*TEXTS, "How satisfied are you overall?"]
    words = {grade: word for word, grade in LIKERT.items()}
    rows = monkey(words.get if kind == "words" else lambda grade: grade)
    if kind == "xlsx":
        book(tmp_path / "survey.xlsx", rows)
    else:
        put(tmp_path / "survey.csv", rows)
    said = f", answers: {json.dumps(LIKERT)}" if kind == "words" else ""
    settings(tmp_path, names, said, respondent="Respondent ID", date="Start Date")
    holds(tmp_path, names)


def test_options_that_two_questions_share_keep_their_question(tmp_path: Path) -> None:
    heads = [
        ["Respondent ID", "Collector ID", "Before", "", "After", ""],
        ["", "", "Staff", "Letters", "Staff", "Letters"],
    ]
    path = put(tmp_path / "survey.csv", [*heads, ["R1", 7, 1, 2, 3, 4], ["R2", 7, 2, 2, 2, 2]])
    sheet, problems = read_sheet(path, path.name)
    assert problems == []
    assert list(sheet.frame.columns[2:]) == [
        "Before - Staff",
        "Before - Letters",
        "After - Staff",
        "After - Letters",
    ]
    assert sheet.frame.iloc[0, 2:].tolist() == ["1", "2", "3", "4"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_google_forms(tmp_path: Path, kind: str) -> None:
    names = [*(f"Hoe tevreden bent u over [{t}]" for t in TEXTS), "Hoe tevreden bent u?"]
    rows = [["Tijdstempel", "E-mailadres", *names]]
    days = "%Y/%m/%d %I:%M:%S %p GMT+1" if kind == "csv" else ""
    rows += [[row[1], "", *row[2:]] for row in answers(days)]
    (put if kind == "csv" else book)(tmp_path / f"survey.{kind}", rows)
    settings(tmp_path, names, date="Tijdstempel")
    study = holds(tmp_path, names)
    assert question(study, names[0]) == "Speed of repairs"


def test_microsoft_forms(tmp_path: Path) -> None:
    names = [f"{t}\xa0" for t in TEXTS] + ["Hoe tevreden\xa0bent u?"]
    words = {grade: word for word, grade in ZEER.items()}
    rows = [["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", *names]]
    rows += [[row[0], row[1], row[1], "anonymous", "", *row[2:]] for row in answers("", words.get)]
    book(tmp_path / "survey.xlsx", rows)
    plain = [*TEXTS, "Hoe tevreden bent u?"]
    settings(tmp_path, plain, f", answers: {json.dumps(ZEER)}", date="Begintijd")
    holds(tmp_path, plain)


@pytest.mark.parametrize("kind", ["codes", "codes and questions", "questions"])
def test_limesurvey(tmp_path: Path, kind: str) -> None:
    codes = ["G01Q01[SQ001]", "G01Q01[SQ002]", "G01Q02", "G02Q01"]
    asked = [*(f"How pleased are you with [{t}]" for t in TEXTS[:2]), TEXTS[2], "Overall"]
    start = ["id", "submitdate", "lastpage", "seed"]
    names = asked if kind == "questions" else codes
    heads = [*start, *names]
    if kind == "codes and questions":
        told = ["Response ID", "Date submitted", "Last page", "Seed", *asked]
        heads = [f"{code}. {label}" for code, label in zip([*start, *codes], told, strict=True)]
    rows = [[*row[:2], 5, 123, *row[2:]] for row in answers(ISO, lambda grade: f"A{grade}")]
    put(tmp_path / "survey.csv", [heads, *rows], quoting=csv.QUOTE_ALL, delimiter=";")
    settings(tmp_path, names, f", answers: {{{', '.join(f'A{g}: {g}' for g in range(1, 6))}}}")
    path = tmp_path / "study.yaml"
    path.write_text(path.read_text().replace('"overall"', '"date": "submitdate", "overall"'))
    study = holds(tmp_path, names)
    if kind != "codes":
        assert question(study, names[0]) == "Speed of repairs"


def spss(path: Path, **how: Any) -> Path:
    frame = pd.DataFrame(GRADES, columns=[*ITEMS, "sat"], dtype=float)
    frame.loc[2, "staff"] = 99
    frame.insert(0, "who", PEOPLE)
    frame.insert(1, "day", [day.date() for day in DAYS])
    frame.insert(2, "wijk", [1.0, 2.0, 1.0] * 5)
    labels = ["Respondent", "Date", "District", *TEXTS, None]
    grades = {1: "Very dissatisfied", 5: "Very satisfied", 99: "Weet niet"}
    values = {"wijk": {1: "De Hoef", 2: "Zuid"}, **dict.fromkeys(ITEMS, grades)}
    pyreadstat.write_sav(
        frame, str(path), column_labels=labels, variable_value_labels=values, **how
    )
    return path


@pytest.mark.parametrize("missing", [{"staff": [99]}, {"staff": [{"lo": 90, "hi": 99}]}, {}])
def test_spss(tmp_path: Path, missing: dict) -> None:
    spss(tmp_path / "survey.sav", missing_ranges=missing)
    names = [*ITEMS, "sat"]
    districts = "districts: [{id: hoef, label: De Hoef}, {id: zuid, label: Zuid}]\n"
    settings(tmp_path, names, more=districts, respondent="who", date="day", district="wijk")
    study = holds(tmp_path, names)
    assert study.survey["district"].tolist() == ["hoef", "zuid", "hoef"] * 5
    assert question(study, "quality") == "Quality of repairs"
    assert study.unknown["staff"].sum() == 1  # apart from those without an answer
    assert study.unknown.loc[2, "staff"]


def test_spss_sheet_tells_labels_answers_and_codes(tmp_path: Path) -> None:
    path = spss(tmp_path / "export.zsav", compress=True, missing_ranges={"staff": [99]})
    sheet, problems = read_sheet(path, path.name)
    assert problems == []
    assert sheet.labels["speed"] == "Speed of repairs"
    assert sheet.answers["wijk"] == {1.0: "De Hoef", 2.0: "Zuid"}
    assert sheet.unknown["staff"] == (99.0,)
    path.write_bytes(path.read_bytes()[:100])
    assert "an SPSS file that opens" in str(read_sheet(path, path.name)[1][0])


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_other_workbooks(tmp_path: Path, kind: str) -> None:
    shutil.copy(BOOKS / f"answers.{kind}", tmp_path / f"survey.{kind}")
    (tmp_path / "study.yaml").write_text("survey: {columns: {date: date}}\n")
    (problem,) = check(tmp_path)
    assert (problem.row, problem.column, problem.value) == (5, "overall", "#N/A")
    (tmp_path / "study.yaml").write_text(
        "survey: {columns: {date: date}, unknown: ['#N/A']}\n"
        "values: [{id: v, label: V, items: [q1, q2]}]\n"
    )
    survey = Study.open(tmp_path).survey
    assert survey["overall"].tolist()[:3] == [8, 6, 10]
    assert survey["q1"].fillna(-1).tolist() == [7.5, -1, 1, 4]
    assert survey["q2"].sum() == 20
    assert survey["date"].dt.strftime("%d-%m").tolist() == ["01-03", "02-03", "31-12", "04-03"]
    sheet, _ = read_sheet(tmp_path / f"survey.{kind}", "survey")
    assert sheet.frame["note"].tolist() == ["goed", None, "één", None]


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_broken_workbook(tmp_path: Path, kind: str) -> None:
    data = (BOOKS / f"answers.{kind}").read_bytes()
    for part in (data[:-700], data[:1201]):
        (tmp_path / f"survey.{kind}").write_bytes(part)
        assert "a workbook that opens" in str(check(tmp_path)[0])


def test_text_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    names = [*ITEMS, "sat"]
    put(tmp_path / "survey.xls", [HEAD, *answers(ISO)], delimiter="\t")
    settings(tmp_path, names, date="EndDate")
    holds(tmp_path, names)
    (tmp_path / "survey.xls").write_text("<html><table><tr><td>7</td></tr></table></html>")
    assert "This is a web page" in str(check(tmp_path)[0])


@pytest.mark.parametrize("kind", ["pandas", "filtered", "R"])
def test_numbers_of_rows_are_not_read_and_said_once(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame(answers(ISO), columns=HEAD)
    frame.index += {"pandas": 0, "filtered": 40}.get(kind, 1)
    rows = [["", *frame.columns], *frame.reset_index().to_numpy().tolist()]
    put(tmp_path / "survey.csv", rows, delimiter=";")
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, date="EndDate")
    (note,) = holds(tmp_path, names).notes
    assert note.startswith("survey.csv: the first column has no name")


def test_column_without_a_name_that_holds_more_is_a_fault(tmp_path: Path) -> None:
    for head, rows in ((["", "overall"], [["R1", 8], ["R2", 7]]), (["overall"], [[1, 8], [2, 7]])):
        path = put(tmp_path / "survey.csv", [head, *rows])
        assert "a column name above it" in str(read_sheet(path, path.name)[1][0])


def test_names_of_districts_and_questions_are_known(tmp_path: Path) -> None:
    rows = [
        ["wijk", *ITEMS, "sat"],
        ["De Hoef", 1, 2, 3, 4],
        ["ZUID", 2, 3, 4, 5],
        ["hoef", 1, 1, 1, 1],
    ]
    put(tmp_path / "survey.csv", rows)
    more = "districts: [{id: hoef, label: De Hoef}, {id: south, label: {nl: Zuid, en: South}}]\n"
    settings(tmp_path, [*ITEMS, "sat"], more=more, district="wijk")
    assert check(tmp_path) == []
    assert Study.open(tmp_path).survey["district"].tolist() == ["hoef", "south", "hoef"]
    put(tmp_path / "survey.csv", [HEAD, SHOWN, IMPORT, *answers(ISO)])
    settings(tmp_path, [*TEXTS, "sat"], date="EndDate")
    holds(tmp_path, [*TEXTS, "sat"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_title_above_the_names(tmp_path: Path, kind: str) -> None:
    rows = [["Export tevredenheid 2024"], [], ["gemaakt op", "1-3-2024"], HEAD, *answers(ISO)]
    (put if kind == "csv" else book)(tmp_path / f"survey.{kind}", rows)
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, date="EndDate")
    assert "are a title above the names" in holds(tmp_path, names).notes[0]


def test_file_and_sheet_that_study_yaml_names(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    guide = [["What", "is"], ["this", "file"]]
    book(tmp_path / "exports/raw 2024.xlsx", [HEAD, *answers("")], "Data", Guide=guide)
    names = [*ITEMS, "sat"]
    more = "files: {survey: {file: exports/raw 2024.xlsx, sheet: data}}\n"
    settings(tmp_path, names, more=more, date="EndDate")
    assert holds(tmp_path, names).hashes().keys() == {"study.yaml", "exports/raw 2024.xlsx"}
    for old, new, said in (
        ("sheet: data", "sheet: dat", "Did you mean Data?"),
        ("raw 2024.xlsx", "raw 2025.xlsx", "a file that is in the study folder"),
        ("exports/raw 2024.xlsx", "../x.csv", "a file inside the study folder"),
        ("survey: {file", "surveys: {file", "Did you mean survey?"),
    ):
        settings(tmp_path, names, more=more.replace(old, new), date="EndDate")
        assert said in " ".join(map(str, check(tmp_path)))


def test_ratings_of_a_group_under_another_name(tmp_path: Path) -> None:
    put(tmp_path / "grades.csv", [["participant", "c1", "c2"], ["T01", 7, 8], ["T02", 6, 9]])
    put(tmp_path / "cards.csv", [["card", "label_en"], ["c1", "One"], ["c2", "Two"]])
    (tmp_path / "study.yaml").write_text("files: {ratings/tenants: grades.csv}\n")
    assert Study.open(tmp_path).ratings["tenants"]["T02"].tolist() == [6, 9]


# --- answers in words ---


@pytest.mark.parametrize(
    ("words", "grades"),
    [
        (["5 - Very satisfied", "4", "1 = bad"], {"5 - Very satisfied": 5, "1 = bad": 1}),
        (["1 (zeer slecht)", "10 (uitstekend)"], {"1 (zeer slecht)": 1, "10 (uitstekend)": 10}),
        (["Zeer  Tevreden", "weet niet"], {"Zeer  Tevreden": 5}),
        (["Enigszins oneens", "Oneens", "Helemaal mee eens"], [2, 3, 7]),
        (["Somewhat agree", "Agree", "Strongly agree"], [5, 6, 7]),
        (["Extremely satisfied", "Moderately satisfied", "Slightly satisfied"], [5, 6, 7]),
        (["2 kinderen", "mooi"], {"2 kinderen": 2}),
    ],
)
def test_proposed_grades(words: list[str], grades: Any) -> None:
    found = proposed([word for word in words if not word.isdigit()])
    assert found == grades or list(found.values()) == grades


def test_check_proposes_grades_that_make_it_well(tmp_path: Path) -> None:
    words = {grade: word for word, grade in ZEER.items()} | {None: "weet niet"}
    rows = answers(ISO, words.get)
    rows[2][4] = "Weet niet"  # type: ignore[index]
    put(tmp_path / "survey.csv", [HEAD, *rows])
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, date="EndDate")
    problems = check(tmp_path)
    (remedy,) = {problem.remedy for problem in problems}
    said = re.search(r"survey: \{(.*)\}\.$", remedy)
    settings(tmp_path, names, f", {said[1]}", date="EndDate")
    assert holds(tmp_path, names).unknown["staff"].sum() == 1


# --- never misread in silence ---


@pytest.mark.parametrize("first", ["month", "day"])
def test_slashes_are_read_as_study_yaml_says(tmp_path: Path, first: str) -> None:
    days = "%m/%d/%Y" if first == "month" else "%d/%m/%Y"
    rows = [row[1:] for row in answers(days)]
    put(tmp_path / "survey.csv", [["day", *ITEMS, "sat"], *rows])
    names = [*ITEMS, "sat"]
    settings(tmp_path, names, date="day")
    if first == "month":
        assert all("survey: {dates: month-first}" in problem.remedy for problem in check(tmp_path))
        assert check(tmp_path)
    settings(tmp_path, names, f", dates: {first}-first", date="day")
    holds(tmp_path, names)


def test_number_of_a_day_is_named_as_such(tmp_path: Path) -> None:
    put(tmp_path / "survey.csv", [["date", "overall"], [45352, 4], [45353, 3]])
    settings(tmp_path, ["overall"])
    assert "a spreadsheet's number of a day" in check(tmp_path)[0].remedy


@pytest.mark.parametrize(("cells", "clear"), [(["6,033", "950"], 0), (["6,033", "2,5"], 1)])
def test_sign_for_thousands_is_asked_about(tmp_path: Path, cells: list[str], clear: int) -> None:
    head = ["landlord", "TP01", "population"]
    put(tmp_path / "landlords.csv", [head, ["A", 71, cells[0]], ["B", 68, cells[1]]])
    values = [problem.value for problem in check(tmp_path)]
    assert values == ([] if clear else ["6,033"])


def test_row_that_ends_early_is_named(tmp_path: Path) -> None:
    lines = text([HEAD, *answers(ISO)]).splitlines()
    lines[4] = lines[4].rpartition(",")[0]
    (tmp_path / "survey.csv").write_text("\n".join(lines))
    settings(tmp_path, [*ITEMS, "sat"])
    (problem,) = check(tmp_path)
    assert (problem.row, problem.value) == (5, "5 cells")


@pytest.mark.parametrize("column", ["overall", "district"])
def test_formula_without_result_and_errors(tmp_path: Path, column: str) -> None:
    for cell in ("=1+1", "#N/A", "#VERW!"):
        rows = [["district", "overall", "spare"], ["north", 4, "=2+2"], ["south", 3, "#REF!"]]
        rows[1][rows[0].index(column)] = cell
        book(tmp_path / "survey.xlsx", rows)
        settings(tmp_path, ["overall"])
        (problem,) = check(tmp_path)
        assert (problem.row, problem.column, problem.value) == (2, column, cell)
    put(tmp_path / "survey.csv", rows)
    (tmp_path / "survey.xlsx").unlink()
    assert [problem.value for problem in check(tmp_path)] == ["#VERW!"]


def test_one_odd_byte_is_named_by_its_line(tmp_path: Path) -> None:
    rows = [["district", "overall"], ["café", 4], ["één", 3], ["oké", 2]]
    data = text(rows).encode().replace("één".encode(), "één".encode("cp1252"))
    (tmp_path / "survey.csv").write_bytes(data)
    settings(tmp_path, ["overall"])
    (problem,) = check(tmp_path)
    assert (problem.row, problem.value) == (3, "byte 0xe9 in place 1 of the line")
    assert "UTF-8" in problem.expected


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("Eén café, geïnteresseerd in financiële zaken, carrière", "cp1252"),
        ("d’été à l’école, théâtre, hôtel, Straße, Åström", "cp1252"),
        ("één café financiële", "cp850"),
        ("d’été à l’école, één", "mac_roman"),
        ("Nováček, Dvořák, Černý", "cp1250"),
        ("Łódź, Śródmieście, Żoliborz", "cp1250"),
        ("Győr, szűk utca", "cp1250"),
        ("Çağlar, Yıldız, İstanbul", "cp1254"),
    ],
)
def test_pages_are_told_apart_by_their_letters(words: str, page: str) -> None:
    assert decode(words.encode(page)) == words


@pytest.mark.parametrize(("name", "page"), [("Sørensen", "cp1252"), ("Toruń", "cp1250")])
def test_page_is_asked_for_where_two_make_words(tmp_path: Path, name: str, page: str) -> None:
    rows = [["mode", "overall"], [name, 4], ["x", 3]]
    put(tmp_path / "answers.csv", rows, page)
    for encoding in ("", f", encoding: {page}"):
        more = f"files: {{survey: {{file: answers.csv{encoding}}}}}\n"
        settings(tmp_path, ["overall"], more=more)
        if not encoding:
            (problem,) = check(tmp_path)
            assert problem.row == 2
            assert name not in problem.value  # it may be somebody's
            assert {"Sørensen": "Søre (cp1252)", "Toruń": "ruń (cp1250)"}[name] in problem.value
            assert "files: {survey: {encoding: " in problem.remedy
    assert Study.open(tmp_path).survey["mode"].tolist() == [name, "x"]
    settings(tmp_path, ["overall"], more=more.replace(page, "klingon"))
    assert "an encoding such as" in str(check(tmp_path)[0])


def test_what_is_no_text_in_any_page() -> None:
    with pytest.raises(TextFault):
        decode(codecs.BOM_UTF16_LE + b"a")
    with pytest.raises(TextFault):
        decode(b"caf\x81", "cp1252")


def test_source_names_a_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", [["a", "b"], [1, 2]], "Two", One=[["c", "d"], [3, 4]])
    sheet, _ = read_sheet(path, path.name)
    assert "One" in sheet.notes[0]
    assert "Two" in sheet.notes[0]
    sheet, _ = read_sheet(path, path.name, Source("survey", "two"))
    assert list(sheet.frame.columns) == ["a", "b"]
    assert sheet.notes == ()
