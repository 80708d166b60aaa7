"""Remarks with the cards: what is read, what is refused, and that texts stay what they are."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cxlib.study import Study, check, inventory

REMARKS = "remarks/tenants.csv"
COLUMNS = ["participant", "card", "text", "code", "consent"]


def read(folder: Path) -> pd.DataFrame:
    return Study.open(folder).remarks["tenants"]


def write(folder: Path, rows: list[tuple], columns: list[str] = COLUMNS) -> pd.DataFrame:
    """Write the remarks; return them as they are typed."""
    frame = pd.DataFrame(rows, columns=columns)
    frame.to_csv(folder / REMARKS, index=False)
    return frame


def test_several_codes_in_a_cell_are_as_many_rows(folder: Path) -> None:
    one = [("T01", "c1", "Dear", "rent;informed", "yes"), ("T02", None, "Hm", None, None)]
    two = [("T01", "c1", "Dear", code, "yes") for code in ("rent", "informed")]
    write(folder, one)
    together = read(folder)
    write(folder, [*two, one[1]])
    pd.testing.assert_frame_equal(read(folder), together)
    assert together["code"].tolist()[:2] == ["rent", "informed"]
    assert pd.isna(together["code"].iloc[2])


def test_semicolons_too_many_are_no_codes(folder: Path) -> None:
    write(folder, [("T01", "c1", "x", " ; rent;; ", "no"), ("T02", "c1", "y", ";", "no")])
    assert read(folder)["code"].fillna("").tolist() == ["rent", ""]


@pytest.mark.parametrize(
    ("word", "agreed"),
    [("yes", True), ("JA", True), ("1", True), ("no", False), ("nee", False), ("", False)],
)
def test_consent_is_given_in_so_many_words(folder: Path, word: str, agreed: bool) -> None:
    write(folder, [("T01", "c1", "x", "rent", word)])
    assert read(folder)["consent"].tolist() == [agreed]


def test_without_the_other_columns_nobody_agreed(folder: Path) -> None:
    write(folder, [("T01", "rent"), ("T02", "rent")], ["participant", "code"])
    remarks = read(folder)
    assert list(remarks) == COLUMNS
    assert not remarks["consent"].any()
    assert remarks[["card", "text"]].isna().all(axis=None)


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_other_formats_read_the_same(folder: Path, suffix: str) -> None:
    expected = read(folder)
    frame = pd.read_csv(folder / REMARKS, sep=";")
    (folder / REMARKS).unlink()
    path = folder / f"remarks/tenants.{suffix}"
    frame.to_excel(path, index=False) if suffix == "xlsx" else frame.to_parquet(path)
    pd.testing.assert_frame_equal(read(folder), expected)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>", "=1+1", "*bold* _it_ `x`", "a | b", "#{} #set page()",
        "{{ 7 * 7 }} ${x} $x^2$", "'; DROP TABLE x; --", "@ref [l](http://x)", "1;2",
    ],
)  # fmt: skip
def test_a_text_is_kept_as_it_is(folder: Path, words: str) -> None:
    write(folder, [("T01", "c1", words, "rent", "yes")])
    assert read(folder)["text"].tolist() == [words]


def test_signs_that_turn_a_text_round_are_taken_out(folder: Path) -> None:
    write(folder, [("T01", "c1", "a\u202eb\x1b[31mc", "rent", "yes")])
    assert read(folder)["text"].tolist() == ["a b [31mc"]


def test_a_long_text_is_read_and_a_very_long_one_refused(folder: Path) -> None:
    write(folder, [("T01", "c1", "x" * 2000, "rent", "yes"), ("T02", "c1", "y" * 2001, "", "")])
    (problem,) = check(folder)
    assert (problem.row, problem.column, problem.expected) == (3, "text", "at most 2000 characters")


def test_remarks_without_a_code_book(folder: Path) -> None:
    (folder / "codes.csv").unlink()
    (problem,) = check(folder)
    assert (problem.file, problem.row) == (REMARKS, None)
    assert "codes.csv" in problem.expected


def test_whoever_spoke_need_not_have_sorted_where_nobody_did(folder: Path, edit: Callable) -> None:
    (folder / "sorts/tenants.csv").unlink()
    (folder / "ratings/tenants.csv").unlink()
    edit(REMARKS, "T01;", "X9;")
    assert read(folder)["participant"].iloc[0] == "X9"


def test_misplaced_remarks_are_named(folder: Path) -> None:
    (folder / REMARKS).rename(folder / "remarks.csv")
    assert any(problem.expected == "a folder remarks" for problem in check(folder))


def test_the_inventory_counts_remarks_and_codes(folder: Path) -> None:
    rows = inventory(Study.open(folder))
    assert rows.loc["remarks/tenants", "rows"] == 5
    assert rows.loc["codes", "origin"] == "simulated"
