"""Every fault is reported at its place, with a remedy, and never as a traceback."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cxlib.study import Problem, check

SORTS, SURVEY = "sorts/tenants.csv", "survey.csv"
REMARKS, CODES = "remarks/tenants.csv", "codes.csv"
FIRST = "R0001;2020-01-15;north;internet;repairs;8;7;8;8;7;8;7;9;8"


@dataclass(frozen=True)
class Fault:
    """One edit of one file, and the problem that must follow from it."""

    name: str
    file: str
    old: str
    new: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str = ""
    remedy: str = ""
    reported: str = ""  # the file that is named, if it is another one


def margins(
    name: str,
    known: str,
    file: str = "study.yaml",
    column: str | None = None,
    expected: str = "",
    remedy: str = "",
    row: int | None = None,
    value: str | None = None,
) -> Fault:
    """Return the fault that follows from some margins in study.yaml."""
    where = f"survey.margins.{column}" if column and file == "study.yaml" else column
    new = f"  margins: {known}\n  grades: {{"
    fault = Fault(name, "study.yaml", "  grades: {", new, row, where, value, expected, remedy)
    return replace(fault, reported=file)


FAULTS = [
    # sorts
    Fault("missing card column", SORTS, "c9\n", "x\n", expected="a column c9"),
    Fault("unknown card", SORTS, ";c9\n", ";c9;c10\n", column="c10", remedy="remove the column"),
    Fault("misspelt card", SORTS, ";c9\n", ";c99\n", column="c99", expected="a card of this study"),
    Fault("double column", SORTS, ";c9\n", ";c8\n", 1, "c8", expected="each column name once"),
    Fault("double participant", SORTS, "T02;", "T01;", 3, "participant", "T01", "every value once"),
    Fault("letters", SORTS, "north;2;", "north;twee;", 2, "c1", "twee", "a whole number"),
    Fault("fraction", SORTS, "north;2;", "north;1,5;", 2, "c1", "1.5", "a whole number"),
    Fault("empty cell", SORTS, "north;2;", "north;;", 2, "c1", "", "a value in every row"),
    Fault("outside the grid", SORTS, "north;2;", "north;3;", 2, "c1", "3", "-2, -1, 0, +1, +2"),
    Fault(
        "wrong piles", SORTS, "north;2;", "north;1;", 2, None, "T01: 3 on +1, 0 on +2", "1 on +2"
    ),
    Fault(
        "constant sort",
        SORTS,
        "2;1;1;0;0;0;-1;-1;-2",
        "0;0;0;0;0;0;0;0;0",
        2,
        expected="different values",
        remedy="remove the row",
    ),
    Fault("name", SORTS, "T01;", "Anna de Vries;", 2, "participant", "A…", "a pseudonym"),
    Fault(
        "e-mail", SORTS, "T01;", "an@huur.nl;", 2, "participant", "(e-mail address)", "pseudonym"
    ),
    Fault(
        "telephone", SORTS, "T01;", "06-12345678;", 2, "participant", "(telephone number)", "pseud"
    ),
    Fault("header only", SORTS, "T01", "", expected="row below the column names"),
    Fault("cell too many", SORTS, "-1;-1;-2\n", "-1;-1;-2;7\n", 2, "L", "7", "column name"),
    # ratings and cards
    Fault(
        "rating 11", "ratings/tenants.csv", "north;7;", "north;11;", 2, "c1", "11", "from 1 to 10"
    ),
    Fault("double card", "cards.csv", "c2;", "c1;", 3, "card", "c1", "every value once"),
    Fault("no card id", "cards.csv", "c2;", ";", 3, "card", "", "a value in every row"),
    Fault(
        "no label",
        "cards.csv",
        "c2;Mijn buurt is veilig;My neighbourhood is safe;",
        "c2;;;",
        3,
        expected="a label for the card",
        remedy="one language is enough",
    ),
    Fault(
        "unknown value",
        "cards.csv",
        "service;reliable",
        "service;relaible",
        2,
        "value",
        "relaible",
        "study.yaml has under values",
        "Did you mean reliable?",
    ),
    Fault(
        "misspelt column", "cards.csv", "domain", "domian", column="domian", remedy="mean domain"
    ),
    # remarks and their code book
    Fault(
        "unknown code",
        REMARKS,
        ";rent;no",
        ";rentt;no",
        3,
        "code",
        "rentt",
        "in the table codes",
        "Did you mean rent?",
    ),
    Fault("one of two codes", REMARKS, "; informed", "; infromed", 2, "code", "infromed"),
    Fault("unknown card", REMARKS, "T01;c3", "T01;c33", 3, "card", "c33", "in the table cards"),
    Fault(
        "somebody who did not sort",
        REMARKS,
        "T03;",
        "T33;",
        5,
        "participant",
        "T33",
        "in the sorts of this group",
        "add the sort",
    ),
    Fault("a name", REMARKS, "T03;", "Anna de Vries;", 5, "participant", "A…", "a pseudonym"),
    Fault(
        "a telephone number in a text",
        REMARKS,
        "Ik hoor pas iets als ik zelf bel.",
        "Bel 06 - 12 34 56 78",
        5,
        "text",
        "telephone number 06…",
        "a text without a telephone number",
        "Write (telephone number) in its place",
    ),
    Fault(
        "an e-mail address in a text",
        REMARKS,
        "Ik hoor pas iets als ik zelf bel.",
        "Mail an@huur.nl maar",
        5,
        "text",
        "e-mail address an…",
        "a text without an e-mail address",
    ),
    Fault("perhaps", REMARKS, ";rent;yes", ";rent;perhaps", 4, "consent", "perhaps", "yes or no"),
    Fault("no column code", REMARKS, "code;", "cod;", expected="a column code"),
    Fault("double code", CODES, "rent;", "informed;", 4, "code", "informed", "every value once"),
    Fault("no theme", CODES, "De huur;The rent", ";", 4, None, None, "a label for the code"),
    Fault(
        "unknown value of a code",
        CODES,
        "service;reliable",
        "service;relaible",
        2,
        "value",
        "relaible",
        "study.yaml has under values",
        "Did you mean reliable?",
    ),
    # survey
    Fault("grade 0", SURVEY, "repairs;8;", "repairs;0;", 2, "overall", "0", "from 1 to 10"),
    Fault("grade 11", SURVEY, "repairs;8;", "repairs;11;", 2, "overall", "11", "from 1 to 10"),
    Fault(
        "word for grade", SURVEY, "repairs;8;", "repairs;goed;", 2, "overall", "goed", "a number"
    ),
    Fault(
        "unknown journey",
        SURVEY,
        "internet;repairs",
        "internet;repair",
        2,
        "journey",
        "repair",
        "study.yaml has under journeys",
        "Did you mean repairs?",
    ),
    Fault(
        "unknown district",
        SURVEY,
        "15;north",
        "15;centre",
        2,
        "district",
        "centre",
        "study.yaml has under districts",
        "Add it under districts in study.yaml, or use one of: north, south.",
    ),
    Fault(
        "no overall", SURVEY, "overall", "general", expected="a column overall", remedy="study.yaml"
    ),
    Fault("no item", SURVEY, "dwelling_neat", "neat", expected="a column dwelling_neat"),
    Fault(
        "month first", SURVEY, "2020-01-15", "12/31/2019", 2, "date", "12/31/2019", "a clear date"
    ),
    Fault("slashes", SURVEY, "2020-01-15", "03/04/2019", 2, "date", "03/04/2019", "a clear date"),
    Fault("no such day", SURVEY, "2020-01-15", "2020-02-30", 2, "date", "2020-02-30", "clear date"),
    Fault("two-digit year", SURVEY, "2020-01-15", "15-01-20", 2, "date", "15-01-20", "clear date"),
    Fault("serial number", SURVEY, "2020-01-15", "43845", 2, "date", "43845", "a clear date"),
    Fault(
        "future", SURVEY, "2020-01-15", "2199-01-15", 2, "date", "2199-01-15", "no later than today"
    ),
    Fault(
        "double respondent", SURVEY, "R0002", "R0001", 3, "respondent", "R0001", "every value once"
    ),
    Fault("open quote", SURVEY, "R0002", '"R0002', expected="every quote closed"),
    Fault("sheet error", SURVEY, "repairs;8;", "repairs;#REF!;", 2, "overall", "#REF!", "a number"),
    Fault(
        "question of no value",
        "study.yaml",
        "  grades: {",
        "  questions: {dwelling_tidy: Neat}\n  grades: {",
        column="survey.questions.dwelling_tidy",
        value="dwelling_tidy",
        expected="an item of a value",
    ),
    # known margins and codes for don't know
    margins("unknown column", "{age: {young: 400, old: 600}}", SURVEY, None, "a column age"),
    margins("grades as groups", "{overall: {8: 1}}", column="overall", expected="of groups"),
    margins("items as groups", "{dwelling_neat: {8: 1}}", column="dwelling_neat"),
    margins(
        "unknown category",
        "{district: {north: 4, south: 5, west: 1}}",
        column="district.west",
        expected="an id under districts",
        remedy="Use one of: north, south.",
    ),
    margins(
        "category without a margin",
        "{mode: {internet: 9, telefoon: 1}}",
        SURVEY,
        "mode",
        "survey.margins.mode",
        "Did you mean telefoon?",
        3,
        "telephone",
    ),
    margins(
        "nobody",
        "{mode: {internet: 9, telephone: 5, letter: 1}}",
        column="mode.letter",
        expected="somebody in survey.csv who is letter",
    ),
    margins(
        "sums that differ",
        "{district: {north: 400, south: 600}, mode: {internet: 900, telephone: 600}}",
        column="mode",
        expected="the same tenants as district",
        value="a sum of 1500",
    ),
    margins(
        "shares of less than all",
        "{district: {north: 0.4, south: 0.5}}",
        column="district",
        expected="shares that sum to 1",
    ),
    margins("no numbers", "{district: {}}", column="district", value="a sum of 0"),
    margins("below nought", "{district: {north: -1, south: 2}}", column="district.north"),
    Fault(
        "trim of less than the mean",
        "study.yaml",
        "  grades: {",
        "  trim: 1\n  grades: {",
        column="survey.trim",
        expected="greater than 1",
    ),
    Fault(
        "a grade that means don't know",
        "study.yaml",
        "  grades: {",
        "  unknown: [9]\n  grades: {",
        column="survey.unknown.0",
        value="9",
        expected="outside the scale, 1 to 10",
    ),
    # the other tables
    Fault(
        "closed too early",
        "complaints.csv",
        "2020-03-09",
        "2020-03-01",
        2,
        "closed",
        "2020-03-01",
        "not before received",
    ),
    Fault("no date", "complaints.csv", "2020-03-02", "", 2, "received", "", "a value in every row"),
    Fault("level 6", "maturity.csv", "M01;2", "M01;6", 2, "level", "6", "from 1 to 5"),
    Fault(
        "unknown rule",
        "votes.csv",
        "parking",
        "praking",
        2,
        "crocodile",
        "praking",
        "vision.yaml has under crocodiles",
        "Did you mean parking?",
    ),
    Fault("own is absent", "benchmark.csv", "own;", "peer1;", column="landlord", expected="own"),
    # study.yaml: the lines are counted from the file as `cxlib new` writes it
    Fault(
        "unknown key",
        "study.yaml",
        "thresholds:",
        "tresholds:",
        column="tresholds",
        expected="a key that is known",
        remedy="Did you mean thresholds?",
    ),
    Fault(
        "unknown key inside",
        "study.yaml",
        "rule: quarter",
        "rul: quarter",
        column="periods.rul",
        remedy="Did you mean rule?",
    ),
    Fault(
        "unknown word",
        "study.yaml",
        "rule: quarter",
        "rule: kwartaal",
        column="periods.rule",
        value="kwartaal",
        remedy="Use one of: month, quarter, year.",
    ),
    Fault("colour", "study.yaml", '"#1B3A5C"', "navy", column="brand.primary", expected="a colour"),
    Fault(
        "path in an id",
        "study.yaml",
        "- {id: north",
        "- {id: ../../north",
        column="districts.0.id",
        value="../../north",
        expected="an id of letters",
    ),
    Fault(
        "path as id",
        "study.yaml",
        "# id: my-corporation ",
        "id: ../../etc ",
        column="id",
        value="../../etc",
        remedy="slashes",
    ),
    Fault("double id", "study.yaml", "id: moving_in", "id: repairs", column="journeys.1.id"),
    Fault(
        "cell of 3",
        "study.yaml",
        "minimum_cell: 10",
        "minimum_cell: 3",
        column="privacy.minimum_cell",
    ),
    Fault(
        "unknown domain", "study.yaml", "domain: service", "domain: servcie", remedy="mean service?"
    ),
    Fault(
        "no value", "study.yaml", "thresholds: {fail: 5, top: 8}", "thresholds: {fail: 8, top: 5}"
    ),
    Fault(
        "threshold off the scale",
        "study.yaml",
        "top: 8}",
        "top: 11}",
        column="thresholds.top",
        value="11",
        expected="1 to 10",
    ),
    Fault("period", "study.yaml", "base: []", "base: [2019Q1]", column="periods.base.0"),
    Fault("provenance", "study.yaml", "  survey: sim", "  surveys: sim", remedy="mean survey?"),
    Fault("origin", "study.yaml", "survey: simulated", "survey: made up", remedy="simulated"),
    Fault(
        "more places than cards, piles free",
        "study.yaml",
        "2: 1}",
        "2: 3, forced: false}",
        column="grid",
        value="11 places",
        expected="9 places",
    ),
    Fault("word for count", "study.yaml", "0: 3", "0: three", column="grid.0", value="three"),
    Fault("double key", "study.yaml", "privacy:", "thresholds:", expected="each key once"),
    Fault(
        "syntax", "study.yaml", "languages: [nl, en] ", "languages: [nl, en ", expected="valid YAML"
    ),
    Fault("tab", "study.yaml", "  rule:", "\trule:", expected="valid YAML"),
    Fault(
        "tag",
        "study.yaml",
        "rule: quarter",
        "rule: !!python/object/apply:os.getcwd []",
        expected="plain values without tags",
    ),
    Fault(
        "vision key",
        "vision.yaml",
        "promise:",
        "promis:",
        column="values.0.promis",
        remedy="mean promise?",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_reported_at_its_place(fault: Fault, folder: Path, edit: Callable) -> None:
    if fault.name == "header only":
        header = (folder / SORTS).read_text(encoding="utf-8-sig").splitlines()[0]
        (folder / SORTS).write_text(f"{header}\n\n")
    else:
        edit(fault.file, fault.old, fault.new)
    problems = check(folder)
    assert any(matches(problem, fault) for problem in problems), list(map(str, problems))


def matches(problem: Problem, fault: Fault) -> bool:
    return (
        problem.file == (fault.reported or fault.file)
        and (fault.row is None or problem.row == fault.row)
        and (fault.column is None or problem.column == fault.column)
        and (fault.value is None or problem.value == fault.value)
        and fault.expected in problem.expected
        and fault.remedy in problem.remedy
    )


def test_line_of_a_key(folder: Path, edit: Callable) -> None:
    edit("study.yaml", "rule: quarter", "rul: quarter")
    lines = (folder / "study.yaml").read_text().splitlines()
    (problem,) = check(folder)
    assert "rul: quarter" in lines[(problem.row or 0) - 1]


def test_the_same_overall_grade_in_every_answer(folder: Path) -> None:
    (folder / "study.yaml").unlink()
    for count in (9, 10):
        rows = "".join(f"R{row},2020-01-15,8\n" for row in range(count))
        (folder / SURVEY).write_text(f"respondent,date,overall\n{rows}")
        problems = [p for p in check(folder) if p.file == SURVEY]
        assert [p.value for p in problems] == ([] if count < 10 else ["8 in every row"])


def test_margins_that_are_well(folder: Path, edit: Callable) -> None:
    known = "{district: {north: 0.4, south: 0.6}, mode: {internet: 812, telephone: 190}}"
    edit("study.yaml", "  grades: {", f"  margins: {known}\n  grades: {{")
    edit(SURVEY, "15;north", "15;")
    assert check(folder) == []
