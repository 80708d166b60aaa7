"""One person more, fewer or erased behind what is published: held, withdrawn, forgotten."""

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from nasty_study import FREE, write
from workbench import Bench

from cxlib.places import ROOT
from cxlib.run import ledger, promotion
from cxlib.run.erasure import bearing
from cxlib.study import Study

PERSON = "ZZT005"
QUOTE = FREE["plain"][0].encode()  # what this person said


def cxlib(bench: Bench, *words: object) -> tuple[int, str]:
    """Run a command as a user does, in the folder of the pipeline."""
    command = [sys.executable, "-m", "cxlib.cli", *map(str, words)]
    done = subprocess.run(command, cwd=bench.folder, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def statuses(bench: Bench, study: str = "tiny") -> list[tuple[str, str, str]]:
    return [(e.period, e.status, e.why) for e in ledger.editions(study, bench.folder)]


@pytest.fixture
def collected(bench: Bench) -> Bench:
    """A study of real people, of which an edition is published."""
    bench.write_study(bench.study, origin="collected")
    status, said = bench.run()
    assert status == 0, said
    return bench


@pytest.mark.long("ledger")
def test_one_late_answer_is_held_up_until_enough_have_come(collected: Bench) -> None:
    before, path = collected.published(), collected.folder / "data" / "ledger" / "tiny.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert statuses(collected) == [("2020-Q2", "published", "")]
    collected.answer()
    status, said = collected.run()
    assert status != 0 and "Traceback" not in said
    assert "survey: fewer than 10 people joined, left or changed" in said
    assert "R120" not in said and "--why" in said
    after = collected.published()
    assert {name for name in before if before[name] != after.get(name)} == set()
    with (collected.study / "survey.csv").open("a") as file:
        file.write("".join(f"R{i},2020-06-30,7\n" for i in range(121, 130)))
    status, said = collected.run()
    assert status == 0, said
    assert statuses(collected) == [("2020-Q2", "published", "")] * 2


@pytest.mark.long("ledger")
def test_a_withdrawn_edition_holds_nothing_up(collected: Bench) -> None:
    collected.answer()
    assert collected.run()[0] != 0
    status, said = cxlib(collected, "withdraw", collected.study, "2020-Q2", "--why", "too early")
    assert status == 0 and "tiny, 2020-Q2: withdrawn" in said
    assert not [name for name in collected.published() if "ledger" not in name]
    assert statuses(collected) == [("2020-Q2", "withdrawn", "too early")]
    assert cxlib(collected, "withdraw", collected.study, "../x", "--why", "no")[0] == 2
    status, said = collected.run()
    assert status == 0, said
    assert [status for _, status, _ in statuses(collected)] == ["withdrawn", "published"]


@pytest.mark.long("ledger")
def test_an_edition_that_the_ledger_lost_holds_others_up(collected: Bench) -> None:
    path = collected.folder / "data" / "ledger" / "tiny.json"
    lost = path.rename(path.with_name("lost"))
    collected.answer()
    status, said = collected.run()
    assert status != 0 and "tiny.json doesn't know it: restore" in said and not path.exists()
    path.write_bytes(lost.read_bytes()[:99])
    status, said = collected.run()
    assert status != 0 and "can't be read: restore it" in said and "Traceback" not in said
    path.unlink()
    text = (collected.study / "survey.csv").read_text().splitlines(keepends=True)
    (collected.study / "survey.csv").write_text("".join(text[:-1]))  # as it was published
    collected.write_notebook("01_first", "'something else'")
    status, said = collected.run()
    assert status == 0, said


@pytest.mark.long("ledger")
def test_an_edition_that_never_went_out_is_held_against_no_other(
    collected: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures, run = collected.folder / "figures" / "tiny", Path("runs/tiny/2020-Q2")
    shutil.rmtree(figures)
    ledger.path_of("tiny", collected.folder).unlink()
    monkeypatch.chdir(collected.folder)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(promotion, "put_in_place", stop)
        tables = Path("data/processed/tiny/2020-Q2")
        promotion.promote(run, tables, figures / "2020-Q2", Study.open(collected.study))
    assert len(statuses(collected)) == 1 and not any(figures.iterdir())
    collected.answer()
    status, said = collected.run()
    assert status == 0, said
    assert statuses(collected) == [("2020-Q2", "published", "")]


def stop(*where: Path) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def told(bench: Bench) -> Bench:
    """A study with quotes that real notebooks published, and were tried out in lab."""
    shutil.rmtree(bench.folder / "notebooks")
    for place in ("notebooks", "lab"):
        (bench.folder / place).mkdir()
    for stem in ("01_intake", "03_importance"):
        shutil.copy(ROOT / "notebooks" / f"{stem}.ipynb", bench.folder / "notebooks")
    shutil.rmtree(bench.study)
    write(bench.study)
    with (bench.study / "study.yaml").open("a") as file:
        file.write("parameters: {03_importance: {n_resamples: 200}}\n")
    return bench


def test_nothing_bears_a_person_who_was_forgotten(told: Bench) -> None:
    assert publish(told) == 0
    run = told.folder / "runs" / "nasty" / "2019-Q4"
    shutil.copy(run / "03_importance.ipynb", told.folder / "lab")
    failed = (run / "03_importance.ipynb").read_text("utf-8").replace("Card", f"Card {PERSON}")
    (run / "01_intake.failed.ipynb").write_text(failed, "utf-8")
    row = answered(told)
    assert all(found(told, row, folder) for folder in ("figures", "runs", "lab"))

    status, said = cxlib(told, "forget", told.study, PERSON)
    assert status == 2 and "ratings/tenants: 1 row" in said and "remarks.csv" not in said
    assert "remarks/tenants: " in said and "sorts/tenants.csv" in said
    assert found(told, row, "figures")
    for name in ("sorts", "ratings", "remarks"):
        path = told.study / name / "tenants.csv"
        kept = [line for line in path.read_text().splitlines(True) if PERSON not in line]
        path.write_text("".join(kept))
    assert publish(told) != 0  # the same as one who left
    status, said = cxlib(told, "forget", told.study, PERSON)
    assert status == 0 and "nasty, 2019-Q4: withdrawn" in said, said
    assert not found(told, row, ".")
    assert statuses(told, "nasty") == [("2019-Q4", "withdrawn", "erasure")]
    assert publish(told) == 0 and not found(told, row, ".")
    assert (told.folder / "figures" / "nasty" / "2019-Q4" / "index.html").exists()


def publish(bench: Bench) -> int:
    status, said = bench.run()
    assert "Traceback" not in said, said
    return status


def answered(bench: Bench) -> bytes:
    """The ratings of the person, as one row."""
    rows = pd.read_csv(bench.study / "ratings" / "tenants.csv", dtype=str).set_index("participant")
    return ",".join(rows.loc[PERSON].dropna()).encode()


def found(bench: Bench, row: bytes, folder: str) -> list[str]:
    """Every file with pseudonym, answers or words of the person."""
    place = bench.folder / folder
    texts = [path for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    by_words = [str(p) for p in texts if {True} & {w in p.read_bytes() for w in words(row)}]
    return by_words + bearing([place], PERSON)


def words(row: bytes) -> list[bytes]:
    return [row, QUOTE, QUOTE.replace(b"#", b"\\#"), b"#{x} $x^2"]


def test_a_row_of_a_workbook_is_found_too(tmp_path: Path) -> None:
    pd.DataFrame({"participant": ["T7", "T70"]}).to_excel(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("T70,1\n")
    assert [Path(name).name for name in bearing([tmp_path], "T7")] == ["a.xlsx"]
    assert [Path(name).name for name in bearing([tmp_path], "T70")] == ["a.xlsx", "b.csv"]
