"""One run at a time, and no orphans."""

import os
import signal
import subprocess
import sys
import time

import pytest
from workbench import start_holding

from cxlib.run.lock import claim


def test_second_run_waits_for_the_first_and_clears_what_a_killed_one_left(tmp_path):
    with start_holding(tmp_path, 60) as first:
        assert first.stdout.readline() == "mine\n"
        stale = tmp_path / ".snakemake" / "locks" / "0.input.lock"
        stale.parent.mkdir(parents=True)
        stale.touch()
        with start_holding(tmp_path, 0) as second:
            told = second.stderr.readline()
            assert told.startswith(f"Process {first.pid} of ")
            assert told.endswith(" is at work here; waiting for it to end, at most 60 seconds.\n")
            assert second.poll() is None and stale.exists()
            first.kill()
            assert second.stdout.readline() == "mine\n"
            assert not stale.exists()


@pytest.mark.parametrize("harm", ["", "{", "[]", "{}", "\0\xff"])
def test_waiting_ends_and_who_is_at_work_need_not_be_known(tmp_path, harm):
    with start_holding(tmp_path, 60) as first:
        assert first.stdout.readline() == "mine\n"
        (tmp_path / ".lock").write_text(harm, encoding="latin-1")
        with pytest.raises(TimeoutError, match="Another run is at work here"):
            claim(tmp_path, tmp_path / ".snakemake", wait=0)
        first.kill()
    claim(tmp_path, tmp_path / ".snakemake", wait=0)


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(child.pid, flush=True)
time.sleep(60)
"""
CHILD = "import time; from cxlib.run.plan import end_with_parent as e; e(); print('on', flush=True)"
CHILD += "; time.sleep(60)"


def test_step_of_the_pipeline_does_not_outlive_it():
    words = [sys.executable, "-c", PARENT, CHILD]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert parent.stdout.readline() == "on\n"
        os.kill(child, 0)
        parent.kill()
    for _ in range(100):
        if _gone(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the step outlived the run")


def _gone(process: int) -> bool:
    """Return whether a process has ended, also where nobody has asked for its status yet."""
    try:
        os.kill(process, 0)
        words = ["ps", "-o", "stat=", "-p", str(process)]
        return subprocess.run(words, capture_output=True, text=True).stdout.startswith("Z")
    except ProcessLookupError:
        return True
