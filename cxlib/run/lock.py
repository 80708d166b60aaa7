"""One run at a time in a folder, and who that is.

Needs nothing but Python, as `make clean` runs it also where there is no environment:
``python cxlib/run/lock.py runs .snakemake ...`` empties the first and removes the others.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

LOCK = ".lock"
_held: list[int] = []  # descriptors stay open, and so the lock held, until the process ends


def claim(folder: Path, snakemake: Path, studies: Sequence[str] = (), wait: float = 600) -> None:
    """Wait until no other run works in `folder`, then keep it until this process ends.

    The operating system gives the lock free when its holder dies, however it dies: whoever gets
    it knows that Snakemake's own locks, which a killed run leaves behind, are stale.

    Parameters
    ----------
    folder : Path
        The folder for work in progress.
    snakemake : Path
        Snakemake's own folder (``.snakemake``), in which locks are removed, and records that it
        could not read.
    studies : sequence of str
        What this process is going to work on, for others to read.
    wait : float
        For how many seconds, at most.

    Raises
    ------
    TimeoutError
        When another run is at work all that time; says which.
    """
    if sys.platform == "win32":  # has no such lock: Snakemake's own remains
        return
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT)
    end, told = time.monotonic() + wait, False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= end:
                raise TimeoutError(f"{_holder(folder / LOCK)} is at work here") from None
        if not told:
            print(f"{_holder(folder / LOCK)} is at work here; waiting for it to end, at most"
                  f" {wait:g} seconds.", file=sys.stderr, flush=True)  # fmt: skip
            told = True
        time.sleep(0.2)
    if told:  # if its holder was killed, the steps it had begun end soon after it
        time.sleep(1)
    _held.append(handle)
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(_own(studies)).encode(), 0)
    for lock in snakemake.glob("locks/*"):
        lock.unlink(missing_ok=True)
    for record in (path for path in snakemake.glob("metadata/**/*") if path.is_file()):
        try:  # it knows of those that are empty or cut off
            record.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            record.unlink()


def _own(studies: Sequence[str]) -> dict[str, str]:
    return {
        "process": str(os.getpid()),
        "user": os.environ.get("USER") or str(os.getuid()),
        "host": socket.gethostname(),
        "since": f"{dt.datetime.now():%Y-%m-%d %H:%M}",
        "studies": ", ".join(studies) or "no study",
    }


def _holder(lock: Path) -> str:
    try:
        told = json.loads(lock.read_text(encoding="utf-8"))
        return "Process {process} of {user} on {host}, since {since} with {studies},".format(**told)
    except (OSError, ValueError, KeyError, TypeError):
        return "Another run"


def _clean(folder: Path, *others: Path) -> None:
    """Remove all work in progress, unless a run is at work; the lock itself stays."""
    claim(folder, others[0], wait=0)
    for path in (*others, *(path for path in folder.iterdir() if path.name != LOCK)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        _clean(*map(Path, sys.argv[1:]))
    except OSError as error:
        sys.exit(f"{error}. Nothing was removed.")
