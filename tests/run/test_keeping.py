"""Nothing grows without bound, and a run that the disk has no room for does not begin."""

import os
from pathlib import Path

import pytest

from cxlib.run.keeping import LOG, LOGS, forget, room


def edition(runs: Path, study: str, number: int, published: bool = True) -> Path:
    run = runs / study / f"2020-{number:02d}"
    (run / "01_first").mkdir(parents=True)
    (run / "01_first" / "table.csv").write_bytes(bytes(1000))
    if published:
        stamp = run / "published.json"
        stamp.write_text("{}")
        os.utime(stamp, (number, number))
    return run


def test_the_work_of_the_latest_editions_is_kept_and_of_those_not_published(tmp_path: Path) -> None:
    runs, snakemake = tmp_path / "runs", tmp_path / ".snakemake"
    made = [edition(runs, "one", number) for number in range(1, 7)]
    unpublished = edition(runs, "one", 9, published=False)
    other = edition(runs, "two", 1)
    (snakemake / "log").mkdir(parents=True)
    for number in range(LOGS + 3):
        (snakemake / "log" / f"{number:03d}.log").touch()
    (runs / "cxlib-one.log").write_bytes(b"early" + bytes(LOG) + b"late")
    assert forget(runs, snakemake, 3, [("one", "2020-01")]) == made[1:3]
    (log,) = runs.glob("*.log")
    assert log.stat().st_size == LOG // 2 and log.read_bytes().endswith(b"late")
    left = {made[0], *made[3:], unpublished, other}
    assert {path for path in runs.glob("*/*")} == left
    logs = sorted(path.name for path in (snakemake / "log").iterdir())
    assert len(logs) == LOGS and logs[0] == "003.log"
    assert forget(runs, snakemake, 3, [("one", "2020-01")]) == []


def test_a_run_that_would_fill_the_disk_does_not_begin(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    run = edition(runs, "one", 1)
    room(runs, ["one", "none yet"])
    with (run / "large").open("wb") as file:
        file.truncate(10**13)  # a hole: it takes no room
    room(runs, ["two"])
    with pytest.raises(OSError, match=r"No space left on device: a run takes 20,000,000\.0 MB"):
        room(runs, ["one"])
