"""Nothing grows without bound: which work in progress and which logs are kept, and for how long."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from cxlib.run.rests import STAMP

LOGS = 50  # of Snakemake's own, one a run
LOG = 1_000_000  # bytes, of one that all runs add to
ROOM = 2  # a run needs so many times the room that the largest one before it took


def room(runs: Path, studies: Iterable[str]) -> None:
    """Raise OSError when the disk has less room than a run of one of these studies took before.

    Parameters
    ----------
    runs : Path
        Folder of work in progress; what is published lies on the same disk.
    studies : iterable of str
    """
    sizes = [_size(run) for study in studies for run in (runs / study).glob("*/")]
    need, free = ROOM * max(sizes, default=0), shutil.disk_usage(runs).free
    if free < need:
        told = f"{os.strerror(errno.ENOSPC)}: a run takes {_said(need)}, {_said(free)} are free"
        raise OSError(f"{runs.resolve()}: {told}")


def forget(
    runs: Path, snakemake: Path, keep: int, asked: Collection[tuple[str, str]]
) -> list[Path]:
    """Remove the work in progress of older editions, and logs of older runs.

    Parameters
    ----------
    runs, snakemake : Path
        Folders of work in progress, and of Snakemake.
    keep : int
        Of how many published editions of a study the work is kept, the latest published ones;
        that of an edition that is not published stays.
    asked : collection of (study, period)
        What the run was for; it stays as well.

    Returns
    -------
    list of Path
        The folders that were removed.
    """
    gone = []
    for study in runs.glob("*/"):
        stamps = sorted(study.glob(f"*/{STAMP}"), key=lambda path: path.stat().st_mtime)
        older = stamps[: max(len(stamps) - keep, 0)]
        gone += [p.parent for p in older if (study.name, p.parent.name) not in asked]
    for folder in gone:
        shutil.rmtree(folder)
    for log in sorted((snakemake / "log").glob("*.log"))[:-LOGS]:
        log.unlink()
    for log in runs.glob("*.log"):  # of cron, which adds to it
        if log.stat().st_size > LOG:
            log.write_bytes(log.read_bytes()[-LOG // 2 :])
    return gone


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _said(size: int) -> str:
    return f"{max(size / 1e6, 0.1):,.1f} MB"
