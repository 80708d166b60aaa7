"""Months with nobody watching: what each leaves in the status, and whom it tells what."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_erasure import cxlib
from workbench import Bench

from cxlib.run.rests import read_record, write_whole

Event = Callable[[Bench], None]
RUNS = Path("runs")


def as_usual(bench: Bench) -> None:
    bench.answer()


def nothing_new(bench: Bench) -> None:
    """Two months later the same rows."""
    path = bench.folder / RUNS / "status.json"
    known = read_record(path)
    known["studies"]["tiny"]["since"] = "2020-01-01"
    write_whole(path, known)


def broken_file(bench: Bench) -> None:
    with (bench.study / "survey.csv").open("a") as file:
        file.write("R999,2020-06-28,eleven\n")


def mended_file(bench: Bench) -> None:
    path = bench.study / "survey.csv"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join(row for row in rows if "eleven" not in row))
    bench.answer()


def failing_cell(bench: Bench) -> None:
    bench.answer()
    bench.flag("fail-02_second")


def endless_cell(bench: Bench) -> None:
    bench.answer()
    bench.flag("wait-02_second")


def healed(bench: Bench) -> None:
    shutil.rmtree(bench.folder / "flags")


def killed_run(bench: Bench) -> None:
    """The month before was cut off in mid-run."""
    bench.answer()
    process = bench.run_until("02_second")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    healed(bench)


def late_rows(bench: Bench) -> None:
    """Of a month that another edition was published of."""
    assert bench.run(period="2020-Q1")[0] == 0
    with (bench.study / "survey.csv").open("a") as file:
        file.write("R998,2020-02-28,7\n")


def changed_question(bench: Bench) -> None:
    path = bench.study / "survey.csv"
    path.write_text(path.read_text().replace("overall", "mark"))


def asked_again(bench: Bench) -> None:
    path = bench.study / "survey.csv"
    path.write_text(path.read_text().replace("mark", "overall"))


def full_disk(bench: Bench) -> None:
    """A run before took more room than there is."""
    bench.answer()
    with (bench.run_folder / "large").open("wb") as file:
        file.truncate(2 * shutil.disk_usage(bench.folder).total)


def room_again(bench: Bench) -> None:
    (bench.run_folder / "large").unlink()


GOOD = "tiny, 2020-Q2: published again"
YEAR: list[tuple[Event, str]] = [  # what happens before the month's run, and what it tells
    (as_usual, ""),
    (failing_cell, "tiny, 2020-Q2: failed: 02_second, In [3]: ZeroDivisionError; that of "),
    (healed, GOOD),
    (broken_file, "column overall"),
    (mended_file, ""),
    (killed_run, "was cut off; this one made up for it"),
    (nothing_new, "tiny: no new data for "),
    (late_rows, ""),
    (changed_question, "expected a column overall"),
    (asked_again, ""),
    (full_disk, "No space left on device: a run takes "),
    (room_again, ""),
    (endless_cell, "tiny, 2020-Q2: failed: 02_second, In [3]: it took too long; that of "),
    (healed, GOOD),
]


def months(bench: Bench, year: list[tuple[Event, str]]) -> Iterator[dict[str, object]]:
    """What each month said: exit status, message, and the state afterwards."""
    told = bench.folder / "told"
    for event, expected in year:
        event(bench)
        told.write_text("")
        # Where a notebook waits for ever, it is ended after some seconds.
        limit = 3 if event is endless_cell else 60
        command = f"tee '{told}'"
        status, said = bench.run(told=command, quiet_days=60, keep=2, notebook_seconds=limit)
        assert "Traceback" not in said and command not in said, said
        message = " / ".join(told.read_text().splitlines()[1:])
        expects = expected in message if expected else not message
        state, words = cxlib(bench, "status")
        yield {
            "month": event.__name__.replace("_", " "), "exit status": status,
            "message": message, "as expected": expects,
            "status": words.splitlines()[0], "well": state == 0,
        }  # fmt: skip


def test_some_months_of_a_year(bench: Bench) -> None:
    assert bench.run()[0] == 0
    year = [YEAR[place] for place in (1, 2, 3, 4, 10)]
    found = list(months(bench, year))
    assert all(month["as expected"] for month in found), found
    assert [month["exit status"] for month in found] == [1, 0, 2, 0, 2]
    assert [month["well"] for month in found] == [False, True, False, True, False]
    assert "tiny, 2020-Q2: published " in str(found[1]["status"])
    room_again(bench)
    page = (bench.folder / RUNS / "status.html").read_text()
    assert "2020-Q2" in page and "Nothing was run: " in page and "eleven" not in page
    secret = f"tee '{bench.folder}"
    files = [path for path in bench.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("seconds", [3])
def test_a_run_ends_in_time_and_keeps_what_it_has(bench: Bench, seconds: int) -> None:
    bench.flag("wait-02_second")
    status, said = bench.run(run_seconds=seconds)
    assert status == 1 and "Traceback" not in said and "it took more than" in said
    (bench.folder / "flags" / "wait-02_second").unlink()
    status, said = bench.run()
    assert status == 0 and "01_first of" not in said and "02_second of" in said
