"""What has to be run: which studies, and which period of each."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cxlib import places
from cxlib.run.sources import files_of


class PlanError(ValueError):
    """A study or period that can't be run; the message is meant for the reader."""


@dataclass(frozen=True)
class Task:
    """One study and the periods to run it for.

    Parameters
    ----------
    id : str
        The study's id; names its folders.
    given : str
        How a notebook opens it: a name in data/raw, or a path.
    language : str
        Its first language.
    files : tuple of str
        Every file that is read.
    periods : tuple of str
        Labels.
    """

    id: str
    given: str
    language: str
    files: tuple[str, ...]
    periods: tuple[str, ...]


def plan(studies: Iterable[str], periods: Iterable[str], memo: Path) -> dict[str, Task]:
    """Check every study, and turn what was asked for into tasks by study id.

    Nothing is written when a study has a problem. A study that was found well is remembered by
    the contents of its files, so that asking again takes no time.

    Parameters
    ----------
    studies, periods : iterable of str
        Names in data/raw or paths; labels, "latest" or "all". Several may stand in one text with
        spaces between them.
    memo : Path
        JSON file with what was found well before.

    Raises
    ------
    PlanError
        With the problems of all studies in one readable report.
    """
    known = json.loads(memo.read_text(encoding="utf-8")) if memo.exists() else {}
    wanted = [word for text in periods for word in text.split()]
    tasks: dict[str, Task] = {}
    faults: list[str] = []
    fresh = dict(known)
    for study in _each(studies):
        key = _key(study, wanted)
        try:
            task = _remembered(known[key]) if key in known else _examined(study, wanted)
        except ValueError as error:
            faults.append(f"{study}\n{error}")
            continue
        if task.id in tasks and tasks[task.id].given != task.given:
            faults.append(f"{study}\nits id, {task.id}, is also that of {tasks[task.id].given}")
        tasks[task.id] = task
        fresh[key] = asdict(task)
    if faults or not tasks:
        raise PlanError("\n\n".join(faults) or "No study was asked for.")
    if fresh != known:
        _remember(memo, {key: fresh[key] for key in list(fresh)[-50:]})
    return tasks


def folder_of(study: str) -> Path:
    """Return the folder that a path, or a name in data/raw, stands for."""
    path = Path(study).expanduser()
    named = places.RAW / study
    return named if len(path.parts) == 1 and not path.is_dir() and named.is_dir() else path


def _each(studies: Iterable[str]) -> list[str]:
    """Split at spaces what is not itself a folder."""
    parts = [[s] if folder_of(s).is_dir() else s.split() for s in studies]
    return list(dict.fromkeys(name for part in parts for name in part))


def _key(study: str, periods: Sequence[str]) -> str:
    """Digest of all that the answer depends on: question, contents, reading code, and today."""
    digest = hashlib.sha256(repr((study, periods, dt.date.today(), Path.cwd())).encode())
    folder = folder_of(study)
    inside = sorted(f for f in folder.rglob("*") if f.is_file())
    for file in (*inside, *files_of("study"), *files_of("places")):
        digest.update(f"\0{file}\0".encode(errors="surrogateescape"))
        if os.access(file, os.R_OK):  # what can't be read is for the check to report
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _examined(study: str, periods: Sequence[str]) -> Task:
    from cxlib.study import Study  # half a second that an unchanged study need not take

    folder = folder_of(study)
    if set("{}") & set(str(folder.resolve())):
        raise PlanError("its path holds { or }, which stand for something else here: rename it")
    opened = Study.open(folder)
    labels = dict.fromkeys(opened.period(word).label for word in periods or ["latest"])
    given = study if folder == places.RAW / study else str(folder.resolve())
    files = tuple(str(folder.resolve() / name) for name in opened.hashes())
    return Task(opened.id, given, opened.config.languages[0], files, tuple(labels))


def _remembered(entry: dict) -> Task:
    lists = {name: tuple(entry[name]) for name in ("files", "periods")}
    return Task(**entry | lists)


def _remember(memo: Path, known: dict) -> None:
    memo.parent.mkdir(parents=True, exist_ok=True)
    partial = memo.with_name(memo.name + ".partial")
    partial.write_text(json.dumps(known, indent=1), encoding="utf-8")
    partial.replace(memo)
