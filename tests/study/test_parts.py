"""The parts that a study is read with: cells, periods, problems, the dictionary."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlib.places import RAW
from cxlib.problems import gather, nearest, shown
from cxlib.sheets.cells import NOTHING, dates, number, text
from cxlib.study import Period, Problem, check
from cxlib.study.dictionary import (
    BEGIN,
    END,
    markdown,
    personal,
    schema,
    study_tables,
    tables,
)
from cxlib.study.periods import complete, labels
from cxlib.study.settings import read_config

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))


@given(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))
def test_a_number_reads_the_same_however_it_is_written(value: float) -> None:
    plain = f"{value:.3f}"
    for written in (plain, plain.replace(".", ","), f" {plain} ", plain.replace("-", "−"), value):
        assert number(written) == float(plain)


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers_of_cells(cell: str) -> None:
    read = number(cell)
    assert read is None or isinstance(read, float)
    words = text(cell)
    assert words is None or (words == " ".join(words.split()) and "\x00" not in words)
    column, wrong = dates(pd.Series([cell], dtype=object))
    assert wrong[0] != column.notna()[0] or cell.strip().casefold() in NOTHING
    assert len(shown(cell)) <= 90


@pytest.mark.parametrize("cell", ["acht", "7-8", "1.000,5", "0x10", "1e999", "7 of 8", True])
def test_no_numbers(cell: object) -> None:
    assert number(cell) is None


@given(st.lists(DAYS, min_size=1))
def test_dates_survive_every_clear_way_of_writing(days: list[dt.date]) -> None:
    for style in ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d 13:45", "%Y-%m-%dT00:00:00+02:00"):
        column, wrong = dates(pd.Series([f"{day:{style}}" for day in days], dtype=object))
        assert not wrong.any()
        assert [moment.date() for moment in column] == days


@given(st.lists(DAYS, min_size=1), st.sampled_from(["month", "quarter", "year"]))
def test_every_date_lies_in_the_period_of_its_label(days: list[dt.date], rule: str) -> None:
    column = pd.Series(pd.to_datetime(days))
    for label, place in zip(labels(column, rule), column.index, strict=True):
        assert Period.parse(label).holds(column)[place]


def test_complete_periods() -> None:
    today = pd.Timestamp("2020-12-20")
    for last, expected in (("2020-09-30", "Q3"), ("2020-09-24", "Q3"), ("2020-09-01", "Q2")):
        days = pd.Series(pd.to_datetime(["2020-01-20", last]))
        assert complete([days], "quarter", today)[-1].label == f"2020-{expected}"
    running = pd.Series(pd.to_datetime(["2020-01-20", "2020-12-19"]))
    assert complete([running], "quarter", today)[-1].label == "2020-Q3"
    assert complete([running], "year", today) == []
    assert complete([pd.Series(dtype="datetime64[ns]")], "month", today) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("T01", False), ("id_12", False), ("7", False), ("R00001", False), ("E-3", False),
        ("US1", False), ("a3f9c2", False), ("20200131001", False), ("AB", False),
        ("Jan-Willem", True), ("d'Ancona", True), ("jan.jansen", True), ("van der Berg, J.", True),
        ("Łukasz", False), ("x@y.nl", True), ("0612345678", True), ("+31 6 1234 5678", True),
        ("612345678", True), ("070-123 45 67", True),
    ],
)  # fmt: skip
def test_pseudonyms(name: str, found: bool) -> None:
    assert personal(name) is found


def test_readme_holds_the_dictionary() -> None:
    readme = (RAW / "README.md").read_text(encoding="utf-8")
    assert readme.partition(BEGIN)[2].partition(END)[0].strip() == markdown()


def test_schema_holds_every_field_of_the_dictionary() -> None:
    for table in tables().values():
        columns = schema(table, {}).columns
        for field in table.fields:
            assert columns[field.name].required is field.required
            assert columns[field.name].nullable is field.empty
            assert columns[field.name].unique is field.unique


def test_the_examples_of_the_dictionary_are_allowed(folder: Path) -> None:
    known = study_tables(read_config(folder)[0])
    for name in ("complaints", "callbacks", "internal", "maturity", "participation"):
        rows = [[f.name for f in known[name].fields], [f.example for f in known[name].fields]]
        (folder / f"{name}.csv").write_text("\n".join(map(",".join, rows)))
    assert check(folder) == []


def test_nearest_never_guesses_wildly() -> None:
    assert nearest("x", []) == "Leave it out."
    assert nearest("NORTH", ["north", "south"]) == "Did you mean north?"
    assert "…" in nearest("q", [f"word{i}" for i in range(20)])


def test_a_thousand_rows_with_one_cause_are_one_problem() -> None:
    cells = [Problem("f", "x", "y", row, f"c{row % 4}", f"v{row % 3}") for row in range(999)]
    (problem,) = gather([*cells, Problem("f", "x", "y", 999, "c0", "slip")])
    assert (problem.row, problem.column, 1 + problem.more) == (0, "c0", 1000)
    assert problem.place == "f, rows 0, 1, 2 and 997 more, columns c0, c1, c2 and c3"
    assert problem.value == '"v0" (333), "v1" (333), "v2" (333) and "slip" (row 999, column c0)'


def test_slips_and_other_causes_stay_apart() -> None:
    slips = [Problem("f", "x", "y", row, "c", f"v{row}") for row in range(3)]
    others = [Problem("f", "x", "z", 1, "c", "v"), Problem("f", "x", "y", 5, "c", "w", hint=True)]
    assert gather([*slips, *others, *slips]) == [*slips, *others]
