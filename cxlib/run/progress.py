"""Say how far a run is, and about how long it will take: `3 of 9, about 20 s left`."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping

from snakemake_interface_logger_plugins.common import LogEvent

PACE = 0.5  # seconds that pass for a second of work, where two jobs run at a time
Job = tuple[str, str, str]  # study, period, and what is made


class Progress(logging.Handler):
    """Listens to Snakemake, and prints a line when a job begins.

    Parameters
    ----------
    usual : mapping of job to seconds
        The jobs of this run, and how long each took before; 0 where that is not known.
    done : callable
        Tells whether a job has been done.
    """

    def __init__(self, usual: Mapping[Job, float], done: Callable[[Job], bool]) -> None:
        super().__init__()
        self.left, self.done = dict(usual), done
        self.total, self.begun, self.past = len(usual), 0, 0.0
        self.weight = sum(usual.values()) / 2
        self.start = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one event."""
        told = vars(record)
        if told.get("event") == LogEvent.JOB_INFO and told["wildcards"]:
            self.begun += 1
            print(self.line(), file=sys.stderr, flush=True)

    def line(self) -> str:
        """What is said when a job begins."""
        for job in [job for job in self.left if self.done(job)]:
            self.past += self.left.pop(job)
        said = f"{self.begun} of {max(self.total, self.begun)}"
        if not self.weight:
            return said
        # What was seen so far, and what is usual: two at a time.
        elapsed = time.monotonic() - self.start
        pace = (elapsed + PACE * self.weight) / (self.past + self.weight)
        return f"{said}, about {max(sum(self.left.values()) * pace, 1):.0f} s left"
