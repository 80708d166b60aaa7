"""One run at a time, and no part of a run that outlives it."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

_held: list[int] = []  # descriptors stay open, and so the lock held, until the process ends


def claim(folder: Path, snakemake: Path) -> None:
    """Wait until no other run works in `folder`, then keep it until this process ends.

    The operating system gives the lock free when its holder dies, however it dies: whoever gets
    it knows that Snakemake's own locks, which a killed run leaves behind, are stale.

    Parameters
    ----------
    folder : Path
        The folder for work in progress.
    snakemake : Path
        Snakemake's own folder (``.snakemake``), the locks in which are removed.
    """
    if sys.platform == "win32":  # has no such lock: Snakemake's own remains
        return
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another run is at work here; waiting for it to end.", file=sys.stderr, flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)
    _held.append(handle)
    for lock in snakemake.glob("locks/*"):
        lock.unlink(missing_ok=True)


def end_with_parent() -> None:
    """End this process soon after the one that started it, even when that one was killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.25)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
