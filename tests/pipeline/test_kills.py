"""Killed at some moment: what is published is old or new as a whole, and the next run is well."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from test_make import made, run_make, without_environment
from workbench import Bench

WELL = {"whole": True, "next make succeeded": True}


def kill_after(process, seconds: float) -> None:
    """Kill a process and all that it started, unless it ends before."""
    with process:
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    time.sleep(0.5)  # what it had begun ends soon after it


def promotion_begins(bench: Bench, process) -> None:
    while not (bench.run_folder / ".promotion").exists() and process.poll() is None:
        time.sleep(0.002)


def durations(bench: Bench) -> tuple[float, float]:
    """How long a run takes in which all is new, and its promotion."""
    bench.answer()
    start = time.monotonic()
    process = bench.start()
    promotion_begins(bench, process)
    begun = time.monotonic()
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return time.monotonic() - start, time.monotonic() - begun


def killed(bench: Bench, seconds: float, *, promoting: bool = False) -> dict[str, bool]:
    """Kill a run after some time, or some time into its promotion; says what came of it."""
    bench.answer()
    size, before = bench.size(), bench.published()
    process = bench.start()
    if promoting:
        promotion_begins(bench, process)
    kill_after(process, seconds)
    left = bench.published()
    status, said = bench.run()
    well = status == 0 and "Traceback" not in said and bench.seen() == {size}
    return {"whole": left in (before, bench.published()), "next make succeeded": well}


def killed_while_made(folder: Path, seconds: float) -> dict[str, bool]:
    """Kill make while it makes the environment; there is nothing that could be half published."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    variables = without_environment(folder, pause=0.05)
    kill_after(run_make(folder, variables), seconds)
    return {
        "whole": not (folder / "figures").exists(),
        "next make succeeded": made(folder, variables),
    }


@pytest.fixture(scope="module")
def used(tmp_path_factory) -> tuple[Bench, float, float]:
    """A workbench with something published, and how long its runs take."""
    bench = Bench.whole(tmp_path_factory.mktemp("kills"))
    assert bench.run()[0] == 0
    return bench, *durations(bench)


@pytest.mark.long
@pytest.mark.parametrize(("promoting", "part"), [(False, 0.3), (False, 0.8), (True, 0.4)])
def test_run_that_was_killed(used, promoting, part):
    bench, run, promotion = used
    seconds = part * (promotion if promoting else run)
    assert killed(bench, seconds, promoting=promoting) == WELL


def test_environment_whose_making_was_killed(tmp_path):
    chance = random.Random(1)
    for _ in range(3):
        assert killed_while_made(tmp_path / "made", chance.uniform(0, 0.6)) == WELL
