"""Pseudonyms: alike in all tables, of no use without the key, and the key nowhere near the data."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cxlib.cli import main
from cxlib.new import new
from cxlib.places import ROOT
from cxlib.pseudonyms import key_file, make_key, pseudonym, pseudonymise
from cxlib.study import Study, StudyError
from cxlib.study.dictionary import personal

MAILS = {f"T{i:02d}": f"T{i:02d}.Jansen@huur.nl" for i in range(1, 31)}


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CXLIB_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return make_key()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The example study with e-mail addresses for ids, and a sort flagged by hand."""
    folder = tmp_path / "raw"
    new(folder)
    for path in folder.rglob("*.csv"):
        text = path.read_text("utf-8-sig")
        for name, mail in MAILS.items():
            text = text.replace(f"\n{name};", f"\n{mail};").replace(f"\n{name},", f"\n{mail},")
        path.write_text(text, encoding="utf-8")
    settings = (folder / "study.yaml").read_text("utf-8")
    change = f"{{sort: {MAILS['T01']}, factor: f1, flag: true, reason: talk}}"
    settings += f"\ndecisions:\n  flags:\n    changes:\n      - {change}\n"
    (folder / "study.yaml").write_text(settings, encoding="utf-8")
    (folder / "addresses.txt").write_text("T01.Jansen@huur.nl")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_folder_that_is_refused_passes_with_pseudonyms(raw: Path, tmp_path: Path, capsys) -> None:
    before = files(raw)
    assert main(["check", str(raw)]) == 2 and "cxlib pseudonyms" in capsys.readouterr().out
    assert main(["pseudonyms", str(raw), str(tmp_path / "copy")]) == 0
    assert "addresses.txt" in capsys.readouterr().out and files(raw) == before
    assert not any(b"Jansen" in content for content in files(tmp_path / "copy").values())
    study = Study.open(tmp_path / "copy")
    sorts, remarks = study.sorts["tenants"], study.remarks["tenants"]
    assert set(remarks["participant"]) <= set(sorts.columns)
    assert study.config.decisions.flags.changes[0].sort in sorts.columns
    new(tmp_path / "plain")
    plain = Study.open(tmp_path / "plain")
    assert (sorts.to_numpy() == plain.sorts["tenants"].to_numpy()).all()
    pd.testing.assert_frame_equal(
        remarks.drop(columns="participant"), plain.remarks["tenants"].drop(columns="participant")
    )


def test_a_table_alone(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = [("Survey 2024",), ("E-mail", "grade"), ("An@huur.nl", 7), (None, 8), (" an@huur.nl", 9)]
    for row in rows:
        book.active.append(row)
    book.properties.creator = "Jansen"
    book.save(tmp_path / "raw.xlsx")
    with pytest.raises(StudyError, match="--column"):
        pseudonymise(tmp_path / "raw.xlsx", tmp_path / "copy.xlsx")
    assert not (tmp_path / "copy.xlsx").exists()
    pseudonymise(tmp_path / "raw.xlsx", tmp_path / "copy.xlsx", ["e-mail"])
    copy = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    first, empty, again = (row[0] for row in [*copy.active.values][2:])
    assert first == again and empty is None and first.startswith("P-") and len(first) == 18
    assert [row[1] for row in [*copy.active.values][2:]] == [7, 8, 9]
    assert copy.properties.creator != "Jansen"
    with pytest.raises(StudyError, match="does not exist yet"):
        pseudonymise(tmp_path / "raw.xlsx", tmp_path / "copy.xlsx", ["e-mail"])


def test_a_column_of_addresses_that_nothing_reads_is_said(tmp_path: Path, capsys) -> None:
    """An export has more than a study asks for: what is not read is in the folder all the same."""
    rows = [f"{i % 9 + 1},{i}@huur.nl,Ja" for i in range(30)]
    (tmp_path / "export.csv").write_text("\n".join(["overall,E-mail,consent", *rows]))
    assert main(["new", str(tmp_path / "own"), "--from", str(tmp_path / "export.csv")]) == 0
    main(["check", str(tmp_path / "own")])
    assert "column E-mail (hint)" in (said := capsys.readouterr().out)
    assert "cxlib pseudonyms SOURCE TARGET --column E-mail" in said


def test_another_key_gives_other_pseudonyms_and_none_looks_like_a_name() -> None:
    names = [pseudonym(str(i), b"key") for i in range(3000)]
    assert len(set(names)) == 3000 and not any(map(personal, names))
    assert names[0] != pseudonym("0", b"other")


def test_the_key_is_the_users_own(key: Path, raw: Path, monkeypatch, tmp_path: Path) -> None:
    assert key == key_file() and key.stat().st_mode & 0o777 == 0o600 and len(key.read_bytes()) == 65
    with pytest.raises(StudyError, match="keep it"):
        make_key()
    for place in (ROOT / "runs" / "key", raw / "key", tmp_path / "copy" / "key"):
        monkeypatch.setenv("CXLIB_KEY", str(place))
        with pytest.raises(StudyError, match="outside"):
            pseudonymise(raw, tmp_path / "copy")
    monkeypatch.setenv("CXLIB_KEY", str(ROOT / "key"))
    with pytest.raises(StudyError, match="outside"):
        make_key()
    monkeypatch.setenv("CXLIB_KEY", str(tmp_path / "none"))
    with pytest.raises(StudyError, match="cxlib key"):
        pseudonymise(raw, tmp_path / "copy")
    assert not (tmp_path / "copy").exists() and not (tmp_path / "none").exists()


def test_what_another_program_wrote_is_not_copied_with_its_names(raw: Path, tmp_path: Path) -> None:
    (raw / "sorts" / "tenants.csv").rename(raw / "sorts" / "tenants.dat")
    with pytest.raises(StudyError, match=r"\.csv, \.tsv or \.xlsx"):
        pseudonymise(raw, tmp_path / "copy")
    (raw / "sorts" / "tenants.dat").unlink()
    (raw / "sorts" / "tenants.csv").write_text("card,An Jansen\nc1,1\n")
    with pytest.raises(StudyError, match="a column participant"):
        pseudonymise(raw, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
