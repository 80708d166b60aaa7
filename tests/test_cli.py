"""The command line, as a user meets it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from PIL import Image

from cxlib.cli import main
from cxlib.places import ROOT


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_new_passes_check(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = str(tmp_path / "deep" / "mine")
    assert main(["new", folder]) == 0
    assert main(["check", folder]) == 0
    assert "sorts/tenants: 4 rows, simulated" in capsys.readouterr().out


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "survey.csv").write_text("mine")
    assert main(["new", str(tmp_path)]) == 2
    assert main(["new", str(tmp_path / "survey.csv")]) == 2
    assert snapshot(tmp_path) == {str(tmp_path / "survey.csv"): b"mine"}
    assert "nothing was overwritten" in capsys.readouterr().out


def test_check_reports_everything_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    main(["new", str(tmp_path / "mine")])
    (tmp_path / "mine" / "survey.csv").write_text("overall\n11\n")
    (tmp_path / "mine" / "study.yaml").write_text("nmae: Mine\n")
    before = snapshot(tmp_path)
    capsys.readouterr()
    assert main(["check", str(tmp_path / "mine")]) == 2
    report = capsys.readouterr().out
    assert "2 problems; nothing was written." in report
    assert "study.yaml, line 1, key nmae\n  expected  a key that is known" in report
    assert "survey.csv, row 2, column overall\n  found     11\n  expected" in report
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("place", ["nowhere", "../../nowhere", "", "x\x00y"])
def test_no_such_folder(place: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["check", place]) == 2


def test_check_names_what_it_did_not_read(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["new", str(tmp_path / "mine")])
    (tmp_path / "mine" / "workshop.xlsx").touch()
    assert main(["check", str(tmp_path / "mine")]) == 0
    assert "not read: workshop.xlsx\n" in capsys.readouterr().out


def test_usage_ends_with_two() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["chekc", "x"])
    assert caught.value.code == 2


def test_no_traceback_from_the_command_itself(tmp_path: Path) -> None:
    (tmp_path / "sorts").mkdir()
    (tmp_path / "sorts" / "tenants.xlsx").write_bytes(b"PK\x03\x04")
    command = [sys.executable, "-m", "cxlib.cli", "check", str(tmp_path)]
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, text=True, env=ascii_only)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "sorts/tenants.xlsx" in ended.stdout


def test_an_example_is_not_well(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["new", str(tmp_path / "mine")])
    assert main(["check", str(tmp_path / "mine")]) == 0
    said = capsys.readouterr().out
    assert "is well" not in said
    assert "vision.yaml, keys values, purpose and crocodiles (hint)" in said
    assert "survey.csv" in said and "Replace the example's rows by your own" in said


def test_check_says_what_each_notebook_does(capsys: pytest.CaptureFixture) -> None:
    assert main(["check", "haag-wonen"]) == 0
    said = capsys.readouterr().out
    assert "haag-wonen is well." in said
    assert "02 viewpoints  yes: 32 sorts of tenants, 40 of employees" in said


@pytest.mark.parametrize(
    ("settings", "vision", "said"),
    [
        ('brand: {primary: "#F2E8A0"}', "", "Brand colour primary #F2E8A0 is too light for text"),
        ("name: Sığınak مسكن", "", "Write مسكن in Latin, Greek or Cyrillic letters"),
        ("", "photos: [{slot: cover, alt: a, file: a.jpg, consent: true}]", "a picture that opens"),
    ],
)
def test_what_can_not_be_printed_is_said(
    settings: str, vision: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "study.yaml").write_text(settings)
    (tmp_path / "vision.yaml").write_text(vision)
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    (tmp_path / "survey.csv").write_text("overall\n7\n8\n")
    assert main(["check", str(tmp_path)]) == 2
    report = capsys.readouterr().out
    assert said in report and "is well" not in report


def test_a_photo_that_tells_where_it_was_taken_is_said(tmp_path: Path, capsys) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 4.0, 14.0)})
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (9, 9)).save(tmp_path / "photos" / "street.jpg", exif=exif)
    Image.new("RGB", (9, 9)).save(tmp_path / "team.jpg")
    (tmp_path / "survey.csv").write_text("overall\n7\n8\n")
    assert main(["check", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "photos/street.jpg (hint)" in said and "team.jpg (hint)" not in said


@pytest.mark.parametrize(("times", "cut"), [(1, False), (90, True)])
def test_a_diagram_too_small_for_its_texts_is_said(
    times: int, cut: bool, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    shutil.copytree(ROOT / "data" / "raw" / "haag-wonen", tmp_path / "study")
    path = tmp_path / "study" / "vision.yaml"
    vision = yaml.safe_load(path.read_text(encoding="utf-8"))
    vision["phases"][0]["text"] = "Wij vroegen wat er beter kan. " * times
    path.write_text(yaml.safe_dump(vision, allow_unicode=True), encoding="utf-8")
    assert main(["check", str(tmp_path / "study")]) == 0
    said = capsys.readouterr().out
    assert ("vision.yaml, key phases (hint)" in said and "texts are shortened" in said) == cut


def test_nothing_to_analyse_is_not_well(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "sorts").mkdir()
    (tmp_path / "sorts" / "tenants.rar").write_bytes(b"Rar!")
    (tmp_path / "study.yaml").write_text("languages: [nl]\n")
    assert main(["check", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert "sorts/tenants.rar" in said and "can be analysed" in said


def test_settings_alone_are_not_well(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "study.yaml").write_text("languages: [nl]\n")
    (tmp_path / "interviews.docx").write_bytes(b"words")
    assert main(["check", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert "is well" not in said
    assert "nothing can be analysed" in said and "interviews.docx" in said


def test_what_was_published_is_set_for_a_printing_house(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["print", "haag-wonen", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.{language}.print.pdf" for name in ("booklet", "card") for language in ("nl", "en")
    }
    assert main(["print", "haag-wonen", str(tmp_path), "--period", "2019-Q1"]) == 2
    assert main(["print", "haag-wonen", str(tmp_path), "--period", "soon"]) == 2
    said = capsys.readouterr().out
    assert "Nothing was published of haag-wonen, 2019-Q1" in said and "soon" in said
