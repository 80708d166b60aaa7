"""Tables of landlords: the regulator's workbook as it is, and what analyses take from it."""

import random
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from official_workbook import LCRA, rows, write

from cxlib.report import landlords
from cxlib.study import Problem, Study, check

OWN = "landlords: {own: L1004}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "study.yaml").write_text(OWN)
    return tmp_path


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def same(frame: pd.DataFrame, known: pd.DataFrame) -> None:
    """Every cell alike, numbers to the last digit."""
    for name, column in known.items():
        numeric = pd.api.types.is_numeric_dtype(column)
        found = frame[name].astype(float) if numeric else frame[name].astype(object)
        expected = column.astype(float if numeric else object)
        pd.testing.assert_series_equal(
            found.reset_index(drop=True),
            expected.reset_index(drop=True),
            check_exact=True,
            check_names=False,
        )


@pytest.fixture(scope="module")
def official(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("official")
    source = reference / "drivers" / "tsm_england_2024"
    shutil.copy(source / "2024_TSM_Full_Data_v1.1_FINAL.xlsx", folder)
    (folder / "study.yaml").write_text("landlords: {own: abri group limited, peers: [type]}\n")
    return Study.open(folder)


def test_the_official_workbook_gives_every_cell_of_the_tidy_table(
    official: Study, reference: Path
) -> None:
    known = pd.read_csv(reference / "drivers" / "tsm_england_2024" / "tsm_lcra_2024.csv")
    frame = official.landlords.set_index("code", drop=False).loc[known["code"]]
    assert len(official.landlords) == len(known) == 355
    same(frame, known)


def test_registers_of_the_official_workbook(official: Study, reference: Path) -> None:
    path = reference / "drivers" / "tsm_england_2024" / "TSM24_Management_Info_raw.csv"
    raw = pd.read_csv(path).drop_duplicates("Landlord code").set_index("Landlord code")
    raw = raw.reindex(official.landlords["code"])
    for name, start, code in (
        ("CH01", "LCRA - Number", "(CH01 1)"),
        ("CH02", "LCRA - Proportion", "(CH02 1)"),
        ("RP02", "Proportion of non", "(RP02 1)"),
    ):
        column = next(h for h in raw if h.startswith(start) and h.endswith(code))
        theirs = pd.to_numeric(raw[column], errors="coerce").to_numpy()
        np.testing.assert_array_equal(official.landlords[name], theirs)


def test_the_tidy_table_reads_as_the_workbook_does(
    official: Study, reference: Path, tmp_path: Path
) -> None:
    source = reference / "drivers" / "tsm_england_2024" / "tsm_lcra_2024.csv"
    shutil.copy(source, tmp_path / "landlords.csv")
    tidy = Study.open(tmp_path).landlords.set_index("code", drop=False)
    same(official.landlords, tidy.loc[official.landlords["code"]])


def test_any_name_and_any_order_of_columns(place: Path) -> None:
    def shuffled(heads: dict[str, str]) -> dict[str, str]:
        return dict(random.Random(5).sample(list(heads.items()), len(heads)))

    found = write(place / "2031 data v3.xlsx", edit=shuffled)
    study = Study.open(place)
    frame = study.landlords
    names = [name for name in frame if name.startswith(("TP", "n_")) or name == "population"]
    known = pd.DataFrame(found)[names].replace({"[X]": np.nan, "[Z]": np.nan})
    same(frame, known.astype(float))
    assert set(frame["year"]) == {2024}
    assert frame.loc[frame["own"], "code"].tolist() == ["L1004"]
    assert study.origin("landlords") == "published"
    assert study.hashes().keys() == {"2031 data v3.xlsx", "study.yaml"}


def test_registers_are_joined_by_code_and_excluded_cells_are_empty(place: Path) -> None:
    found = write(place / "landlords.xlsx")
    frame = Study.open(place).landlords.set_index("code")
    assert frame["CH01"].to_dict() == {row["code"]: 30 + i for i, row in enumerate(reversed(found))}
    assert frame.index[frame["RP02"].isna()].tolist() == ["L1003"]


def test_without_the_sheet_of_registers(place: Path) -> None:
    write(place / "landlords.xlsx", registers=False)
    study = Study.open(place)
    assert "CH01" not in study.landlords
    assert landlords.registers(landlords.last_year(study)).shape == (40, 0)


def test_headings_that_are_gone_are_named_together(place: Path) -> None:
    gone = ("TP04", "TP11", "sample")
    write(place / "w.xlsx", edit=lambda h: {k: v for k, v in h.items() if k not in gone})
    problem = only(check(place))
    assert problem.file == f"w.xlsx ({LCRA})"
    assert "sample, TP04, TP11" in problem.expected


def test_counts_of_which_two_headings_are_unclear_are_left_out(place: Path) -> None:
    def vague(heads: dict[str, str]) -> dict[str, str]:
        return heads | {
            f"TP03_n{a}": "Number of respondents who report that (TP03)" for a in (1, 2)
        }

    write(place / "w.xlsx", edit=vague)
    frame = landlords.last_year(Study.open(place))
    assert "TP03_n5" not in frame and "TP02_n5" in frame
    assert landlords.asked(frame)["TP03"].isna().all()  # asked of some, so no margin of error


def test_a_sheet_without_landlords_and_one_without_headings(place: Path) -> None:
    write(place / "w.xlsx", landlords=[])
    assert "a row below the headings" in only(check(place)).expected
    book = openpyxl.Workbook()
    book.active.title = LCRA
    book.active.append(["Something else"])
    book.save(place / "w.xlsx")
    assert "headings for landlord, code" in only(check(place)).expected


@pytest.mark.parametrize("name", ["=1+1", "<b>Homes</b> & co", "[X]", "=HYPERLINK(0)", "@SUM(1)"])
def test_a_name_is_data(place: Path, name: str) -> None:
    found = rows(12)
    found[4]["landlord"] = name
    write(place / "w.xlsx", found)
    study = Study.open(place)
    assert landlords.like(study, landlords.last_year(study))[1] == name


def test_cells_that_cannot_be(place: Path) -> None:
    found = rows(12)
    found[2]["TP05"], found[3]["TP06"], found[5]["code"] = 130, "many", "L1001"
    write(place / "w.xlsx", found)
    places = {(problem.row, problem.column): problem.value for problem in check(place)}
    assert places == {(6, "TP05"): "130", (7, "TP06"): "many", (9, "code"): "L1001"}


@pytest.mark.parametrize(
    ("own", "remedy"),
    [("L10044", "Did you mean L1004?"), ("Homes 07 Ltd", "Did you mean Homes 07 Limited?")],
)
def test_an_unknown_landlord_gets_the_nearest(place: Path, own: str, remedy: str) -> None:
    write(place / "w.xlsx")
    (place / "study.yaml").write_text(f"landlords: {{own: {own}}}\n")
    assert remedy in only(check(place)).remedy


def test_part_of_a_name_leads_to_the_whole(place: Path) -> None:
    write(place / "w.xlsx")
    (place / "study.yaml").write_text('landlords: {own: "s 07"}\n')
    assert "Homes 07 Limited" in only(check(place)).remedy


def test_two_files_are_one_too_many(place: Path) -> None:
    write(place / "a.xlsx", rows(3))
    shutil.copy(place / "a.xlsx", place / "landlords.xlsx")
    assert only(check(place)).expected == "one file a table"


def test_other_workbooks_are_left_alone(place: Path) -> None:
    (place / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (place / "study.yaml").write_text("name: Nothing\n")
    openpyxl.Workbook().save(place / "notes.xlsx")
    assert Study.open(place).landlords is None


def test_the_last_year_counts(place: Path) -> None:
    lines = ["landlord,code,year,TP01", "A,L1004,2023,60", "B,L2,2023,70", "A,L1004,2024,65"]
    (place / "landlords.csv").write_text("\n".join(lines))
    frame = landlords.last_year(Study.open(place))
    assert frame["TP01"].to_dict() == {"A": 65}
    (place / "study.yaml").write_text("landlords: {own: L2}\n")
    assert "a row of landlord L2" in only(check(place)).expected


def test_respondents_are_counted_else_follow_from_the_margin(place: Path) -> None:
    found = rows(12)
    for answer in range(1, 6):
        del found[0][f"TP01_n{answer}"], found[0][f"TP09_n{answer}"]
    write(place / "w.xlsx", found)
    asked = landlords.asked(landlords.last_year(Study.open(place)))
    assert asked["TP01"].iloc[0] == pytest.approx((0.98 / 0.044) ** 2)
    assert np.isnan(asked["TP09"].iloc[0])
    assert (asked.iloc[1:] == 400).all(axis=None)


def test_peers_are_like_this_landlord(place: Path) -> None:
    write(place / "w.xlsx")
    (place / "study.yaml").write_text("landlords: {own: Homes 04 Limited, peers: [region, type]}\n")
    study = Study.open(place)
    peers, own = landlords.like(study, landlords.last_year(study))
    assert len(peers) == 20 and set(peers["region"]) == {"North"} and own in peers.index


def test_shares_by_mode(place: Path) -> None:
    write(place / "w.xlsx")
    frame = landlords.last_year(Study.open(place))
    parts = landlords.mode_shares(frame)
    assert list(parts) == ["Internet"]  # telephone is used most, the others not at all
    assert parts["Internet"].iloc[0] == pytest.approx(120 / 320)
