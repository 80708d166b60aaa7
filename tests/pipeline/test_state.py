"""Files and folders that fail a run: one line says so, and the next run is well by itself."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from workbench import STEMS, Bench, done

from cxlib.run.rests import read_record


@pytest.fixture(scope="module")
def used(tmp_path_factory) -> Bench:
    """A workbench with something published."""
    bench = Bench.whole(tmp_path_factory.mktemp("used"))
    assert bench.run()[0] == 0
    return bench


def succeeds(bench: Bench) -> list[str]:
    """Run; all that is published is of now. Returns what was run."""
    status, said = bench.run()
    assert status == 0 and "Traceback" not in said, said
    assert bench.seen() == {bench.size()}
    return done(said)


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda content: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "garbage": lambda content: bytes(range(256)) * 4,
}


@pytest.mark.long
@pytest.mark.parametrize("harm", HARMS)
def test_all_state_that_is_not_whole_is_made_again(used, harm):
    before = used.published()
    runs, tables = used.folder / "runs", used.folder / "figures" / "tiny" / "2020-Q2" / "tables"
    state = [*runs.rglob("*"), *(used.folder / ".snakemake").rglob("*"), tables / "edition.json"]
    names = {path.name for path in state}
    assert {".lock", "plan.json", ".planned.json", "made.json", "published.json"} <= names
    for path in state:
        if path.is_file():
            path.write_bytes(HARMS[harm](path.read_bytes()))
    assert succeeds(used) == [*STEMS, "publish"]
    assert used.published() == before


@contextmanager
def a_file_at(place: Path) -> Iterator[None]:
    """Have a file stand where a folder was."""
    aside = place.rename(place.with_name("aside"))
    place.touch()
    try:
        yield
    finally:
        place.unlink()
        aside.rename(place)


@contextmanager
def mounted(place: Path, *words: str) -> Iterator[None]:
    """Mount something on a folder, and let it go afterwards."""
    if subprocess.run(["mount", *words, place], capture_output=True).returncode:
        pytest.skip("only root can mount a folder here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def only_read(place: Path) -> Iterator[None]:
    """Have a folder be read-only, also for root."""
    with mounted(place, "--bind", str(place)):
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
        yield


@pytest.mark.long
@pytest.mark.parametrize("barred", [a_file_at, only_read])
def test_folder_that_cannot_be_written_stops_a_run_before_it_publishes(used, barred):
    used.answer()
    with barred(used.folder / "runs"):
        status, said = used.run()
        assert status == 2 and "Nothing was run, nothing published has changed." in said
        assert ("Traceback" not in said and str(used.folder / "runs") in said) or "'runs" in said
    for name in ("figures", "data"):
        before = used.published()
        with barred(used.folder / name):
            status, said = used.run()
        assert status != 0 and "Traceback" not in said, said
        assert "Can't publish: " in said and "Nothing published has changed." in said
        assert used.published() == before
    assert succeeds(used) == ["publish"]


@pytest.mark.long("odd machine")
def test_study_that_cannot_be_written_is_read(used):
    used.answer()
    with only_read(used.study):
        assert succeeds(used) == [*STEMS, "publish"]


@pytest.mark.long
@pytest.mark.parametrize("left", [0, 60_000])
def test_disk_that_is_full_leaves_all_old_or_all_new(tmp_path, left):
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=20m", "tmpfs"):
        bench = Bench.whole(tmp_path)
        assert bench.run()[0] == 0
        before = bench.published()
        bench.answer()
        ballast = tmp_path / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(tmp_path).free - left))
        status, said = bench.run()
        assert (status == 0) is (bench.published() != before), said
        assert "Traceback" not in said, said
        assert "No space left on device" in said or (status == 0 and left)
        ballast.unlink()
        succeeds(bench)


@pytest.mark.long
@pytest.mark.parametrize("stem", ["02_second", "03_last"])
def test_input_that_vanishes_in_mid_run_is_not_published(used, stem):
    before = used.published()
    used.answer()
    process = used.run_until(stem)
    aside = (used.study / "survey.csv").rename(used.folder / "survey.csv")
    (used.folder / "flags" / f"wait-{stem}").unlink()
    said, _ = process.communicate(timeout=120)
    assert process.returncode != 0 and "Traceback" not in said, said
    assert ("Can't publish: " if stem == "03_last" else "No such file or directory") in said
    assert used.published() == before
    aside.rename(used.study / "survey.csv")
    assert succeeds(used)[-1] == "publish"


@pytest.mark.long("odd machine")
def test_clock_that_goes_back_a_year_changes_nothing(used):
    """All that is there is of a later time than now; libfaketime breaks Python's own sleep."""
    for path in used.folder.rglob("*"):
        later = path.stat().st_mtime + 365 * 24 * 3600
        os.utime(path, (later, later), follow_symlinks=False)
    assert succeeds(used) == []
    assert used.run_folder.stat().st_mtime > time.time()
    used.answer()
    assert succeeds(used) == [*STEMS, "publish"]


@pytest.mark.long("odd machine")
def test_two_runs_at_once_follow_each_other_and_others_are_told(used):
    used.answer()
    first = used.run_until("01_first")
    status, said = used.run(wait=0)
    told, _, end = said.splitlines()[-3:]
    assert status == 2 and told.startswith(f"Process {first.pid} of "), said
    assert told.endswith(" with tiny, is at work here") and end.startswith("Nothing was run")
    known = read_record(used.folder / "runs" / "status.json")
    assert known["begun"] and " is at work here" in known["runs"][0]["said"]
    state = {path: path.stat().st_mtime_ns for path in (used.folder / "runs").rglob("*")}
    assert used.run("--dry-run")[0] == 0
    assert state == {path: path.stat().st_mtime_ns for path in (used.folder / "runs").rglob("*")}
    second = used.start()
    (used.folder / "flags" / "wait-01_first").unlink()
    for process, what in ((first, [*STEMS, "publish"]), (second, [])):
        said, _ = process.communicate(timeout=120)
        assert (process.returncode, done(said)) == (0, what), said
    assert used.seen() == {used.size()}
