"""A folder with a regulator's workbook and three lines of settings, through the notebooks."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from forked import run_notebook
from official_workbook import rows, write

from cxlib.places import ROOT
from cxlib.report.landlords import CAUTION
from cxlib.run import Results

TABLES = {"landlord_position", "landlord_modes", "landlord_drivers", "landlord_regression"}
HTML = "<img src=x onerror=alert(1)> & =1+1"


def run(study: Path, output: Path, name: str) -> Results:
    shared = {"study": str(study), "language": "en", "output": str(output / name)}
    run_notebook(ROOT / "notebooks" / f"{name}.ipynb", output / f"{name}.ipynb", shared)
    return Results.open(output / name)


def said(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells], ensure_ascii=False)


def cautious(found: Results) -> None:
    """The caution stands on every table and figure, in its languages."""
    for name in TABLES:
        table = found.table(name)
        assert set(table["note_nl"]) == {CAUTION.at("nl")}
        assert set(table["note_en"]) == {CAUTION.at("en")}
    for (name, language), figure in found.figures.items():
        assert name.startswith("landlord_") and CAUTION.at(language) in figure.source


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    found = rows()
    found[4]["landlord"] = HTML
    write(folder / "any name.xlsx", found)
    (folder / "study.yaml").write_text("id: us\nname: Us\nlandlords: {own: L1004}\n")
    return folder


def test_a_folder_with_a_workbook_alone_publishes_the_landlord_parts(
    study: Path, tmp_path: Path
) -> None:
    found = run(study, tmp_path, "06_monitor")
    assert set(found.tables) == TABLES
    assert set(found.figures) == {
        (f"landlord_{name}", language)
        for name in ("position", "drivers")
        for language in ("nl", "en")
    }
    cautious(found)
    text = said(tmp_path / "06_monitor.ipynb")
    assert text.count(CAUTION.at("en")) >= 3 and "<img" not in text
    gap = found.table("landlord_modes").iloc[0]
    assert gap["gap"] == pytest.approx(0.14) and gap["landlords"] == 40


def test_few_landlords_end_in_readable_results(study: Path, tmp_path: Path) -> None:
    write(study / "any name.xlsx", rows(6))
    found = run(study, tmp_path, "06_monitor")
    assert set(found.tables) == TABLES
    assert found.table("landlord_drivers")["share"].isna().all()
    text = said(tmp_path / "06_monitor.ipynb")
    assert "too few" in text and "can't be told apart" in text and "points above" not in text


def test_without_an_own_landlord_and_with_overall_shares_alone(study: Path, tmp_path: Path) -> None:
    (study / "any name.xlsx").unlink()
    (study / "study.yaml").write_text("id: us\nname: Us\n")
    (study / "landlords.csv").write_text("landlord,TP01\nA,70\nB,80\n")
    found = run(study, tmp_path, "06_monitor")
    assert set(found.tables) == {"landlord_modes"} and not found.figures


def test_the_official_workbook_gives_the_shares_of_the_reference(
    reference: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    source = reference / "drivers" / "tsm_england_2024" / "2024_TSM_Full_Data_v1.1_FINAL.xlsx"
    shutil.copy(source, folder)
    (folder / "study.yaml").write_text("id: abri\nname: Abri\nlandlords: {own: L4172}\n")
    found = run(folder, tmp_path / "out", "06_monitor")
    cautious(found)
    table = found.table("landlord_drivers").set_index(["model", "driver"])
    path = reference / "drivers" / "expected" / "relative_importance_tsm2024.json"
    expected = pd.Series(json.loads(path.read_text())["lmg"])
    shares = table.loc["as found", "share"].drop("random")
    pd.testing.assert_series_equal(shares, expected, atol=6e-5, rtol=0, check_names=False)
