"""How far a run is, as it is said when a job begins."""

import logging

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from cxlib.run import progress
from cxlib.run.progress import Progress

JOBS = {
    ("demo", "2020-Q4", name): seconds for name, seconds in zip("abcd", (4, 8, 8, 20), strict=True)
}


def begins(of: Progress, **more: object) -> None:
    told = {"event": LogEvent.JOB_INFO, "wildcards": {"study": "demo"}} | more
    of.emit(logging.makeLogRecord(told))


def test_the_rest_is_estimated_from_what_is_usual_and_what_was_seen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now, done = [100.0], set()
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    said = Progress(JOBS, done.__contains__)
    begins(said)
    begins(said, event=LogEvent.SHELLCMD)
    begins(said, wildcards={})  # the last of all, which is no work
    for at, job in ((102, "a"), (106, "b"), (140, "c")):
        now[0] = at
        done.add(("demo", "2020-Q4", job))
        begins(said)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == [
        "1 of 4, about 20 s left",
        "2 of 4, about 18 s left",
        "3 of 4, about 14 s left",
    ]
    assert lines[3] == "4 of 4, about 25 s left"  # slower than usual


def test_of_what_was_never_made_only_the_number_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    begins(Progress(dict.fromkeys(JOBS, 0.0), lambda job: False))
    assert capsys.readouterr().err == "1 of 4\n"
