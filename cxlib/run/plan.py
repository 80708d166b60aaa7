"""What has to be run: which studies and periods, and on which code they rest."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from cxlib import places
from cxlib.digests import Contents, digest
from cxlib.places import ROOT
from cxlib.run.rests import outdated, read_record, write_whole


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
    seed : int
    parameters : dict of notebook to its parameters
        As far as the study gives them.
    contents : dict of set to dict of month to digest
        What it holds (`cxlib.study.reads.contents`).
    periods : tuple of str
        Labels.
    """

    id: str
    given: str
    language: str
    seed: int
    parameters: dict[str, dict[str, Any]]
    contents: Contents
    periods: tuple[str, ...]


def plan(
    studies: Iterable[str],
    periods: Iterable[str],
    memo: Path,
    published: Path,
    *,
    write: bool = True,
) -> dict[str, Task]:
    """Check every study, and turn what was asked for into tasks by study id.

    Nothing is written when a study has a problem. A study that was found well is remembered by
    the contents of its files, so that asking again takes no time.

    Parameters
    ----------
    studies, periods : iterable of str
        Names in data/raw or paths; labels, "latest", "previous", "all", ranges (2019-Q1..2020-Q2)
        and "stale": what was published from other rows. Several may stand in one text with spaces
        between them.
    memo : Path
        JSON file with what was found well before.
    published : Path
        Where editions are published, a folder a study.
    write : bool
        Whether to add to it; not beside a run that is at work.

    Raises
    ------
    PlanError
        With the problems of all studies in one readable report.
    """
    known = read_record(memo)
    wanted = [word for text in periods for word in text.split()]
    tasks: dict[str, Task] = {}
    faults: list[str] = []
    fresh = dict(known)
    for study in _each(studies):
        key = _key(study, wanted)
        try:
            task = _remembered(known.get(key)) or _examined(study, (*wanted,), key)
        except ValueError as error:
            faults.append(f"{study}\n{error}")
            continue
        if task.id in tasks and tasks[task.id].given != task.given:
            faults.append(f"{study}\nits id, {task.id}, is also that of {tasks[task.id].given}")
        stale = outdated(published, memo.parent, task.id, task.contents) if STALE in wanted else ()
        tasks[task.id] = replace(task, periods=(*dict.fromkeys((*task.periods, *stale)),))
        fresh[key] = asdict(task)
    if faults or not tasks:
        raise PlanError("\n\n".join(faults) or "No study was asked for.")
    if write and fresh != known:
        memo.parent.mkdir(parents=True, exist_ok=True)
        write_whole(memo, {key: fresh[key] for key in list(fresh)[-50:]})
    return tasks


def parameters_of(
    notebook: Path, common: Mapping[str, Any], *own: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a value for every parameter that a notebook takes; none comes from its own cell.

    Parameters
    ----------
    notebook : Path
        What its parameters cell gives is for whoever tries it out, and never published.
    common : mapping
        Values for all notebooks; those that this one does not take are left out.
    *own : mapping
        Values for this one, the last of which comes before all others.

    Raises
    ------
    PlanError
        For a parameter without a value, and for a value of its own that it does not take.
    """
    takes = _taken(notebook)
    chosen = {name: value for values in own for name, value in values.items()}
    values = {**common, **chosen}
    unknown = [name for name in chosen if name not in takes]
    if unknown:
        raise PlanError(f"{notebook.name} takes no parameter {', '.join(unknown)}")
    lacking = [name for name in takes if name not in values]
    if lacking:
        where = f"config/parameters.yaml under {notebook.stem}"
        raise PlanError(f"{notebook.name} takes {', '.join(lacking)}: give a value in {where}")
    return {name: values[name] for name in takes}


def _taken(notebook: Path) -> list[str]:
    code = ["".join(cell["source"]) for cell in _cells(notebook) if _sets_parameters(cell)]
    lines = [line for cell in code for line in ast.parse(cell).body if isinstance(line, ast.Assign)]
    return [name.id for line in lines for name in line.targets if isinstance(name, ast.Name)]


def _cells(notebook: Path) -> list[dict[str, Any]]:
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def _sets_parameters(cell: Mapping[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


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
    code = [file for unit in READING for file in files_of(unit)]
    for file in (*inside, *code):
        digest.update(f"\0{file}\0".encode(errors="surrogateescape"))
        if os.access(file, os.R_OK):  # what can't be read is for the check to report
            digest.update(file.read_bytes())
    return digest.hexdigest()


STALE = "stale"
READING = ("study", "sheets", "problems", "places", "traces")


@cache  # by the contents of its files: a plan is made again when another run has ended
def _examined(study: str, periods: Sequence[str], key: str) -> Task:
    from cxlib.study import Study  # half a second that an unchanged study need not take
    from cxlib.study.periods import asked
    from cxlib.study.reads import contents

    folder = folder_of(study)
    if set("{}") & set(str(folder.resolve())):
        raise PlanError("its path holds { or }, which stand for something else here: rename it")
    opened = Study.open(folder)
    words = [word for word in periods or ["latest"] if word != STALE]
    labels = dict.fromkeys(period.label for word in words for period in asked(opened, word))
    given = study if folder == places.RAW / study else str(folder.resolve())
    own = opened.config
    about = own.languages[0], own.seed, own.parameters
    return Task(opened.id, given, *about, contents(opened), tuple(labels))


def _remembered(entry: Any) -> Task | None:
    try:
        return Task(**entry | {"periods": tuple(entry["periods"])})
    except (TypeError, KeyError):  # none, or not whole
        return None


LIBRARY = ROOT / "cxlib"
_READ = {"language": ("words",)}  # folders that a module reads


def sources_of(notebook: Path) -> list[Path]:
    """List the library's files behind a notebook, found by following its imports.

    The unit is a wing (``cxlib/qmethod`` with all that is in it, templates too) or a single
    module (``cxlib/places.py``): a notebook that imports one name of a wing rests on all of it.

    Parameters
    ----------
    notebook : Path
        A notebook whose code cells import from `cxlib`.

    Returns
    -------
    list of Path
        Sorted.
    """
    code = ["".join(cell["source"]) for cell in _cells(notebook) if cell["cell_type"] == "code"]
    found: set[str] = set()
    waiting = [unit for cell in code for unit in _units(_python(cell))]
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += [u for file in files_of(unit) for u in imports(file)]
    return sorted({file for unit in found for file in files_of(unit)})


def fingerprint(files: Iterable[Path]) -> str:
    """Return one digest of the names and contents of files of the library."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"\0{file.relative_to(LIBRARY).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def library() -> list[Path]:
    """List all files of the library."""
    return sorted(f for f in LIBRARY.rglob("*") if f.is_file() and "__pycache__" not in f.parts)


def digest_of(notebook: Path) -> str:
    """Return one digest of all cells of a notebook but that of its parameters; not of outputs."""
    told = [
        (cell["cell_type"], "".join(cell["source"]))
        for cell in _cells(notebook)
        if not _sets_parameters(cell)
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def code_of(notebook: Path, parameters: Mapping[str, Any], period: str) -> dict[str, str]:
    """Digests of a notebook, the library behind it and the parameters it is run with."""
    library = fingerprint(sources_of(notebook))
    places = ("output", "results", "period")
    own = [period, {name: value for name, value in parameters.items() if name not in places}]
    cells = digest([cell["source"] for cell in _cells(notebook)])
    code = {"notebook": digest_of(notebook), "library": library}
    return code | {"cells": cells, "parameters": digest(own)}


@cache
def files_of(unit: str) -> tuple[Path, ...]:
    """Return the files of a wing, or the one file of a module, by its name."""
    if (LIBRARY / unit).is_dir():
        inside = (LIBRARY / unit).rglob("*")
        return tuple(sorted(f for f in inside if f.is_file() and "__pycache__" not in f.parts))
    module = LIBRARY / f"{unit}.py"
    read = (file for folder in _READ.get(unit, ()) for file in files_of(folder))
    return (module, *read) if module.is_file() else ()


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Name the wings and modules of the library that one of its files imports."""
    return tuple(_units(file.read_text(encoding="utf-8"))) if file.suffix == ".py" else ()


def _python(cell: str) -> str:
    """Return a cell without magics, which only IPython understands."""
    return "\n".join(line for line in cell.splitlines() if line.lstrip()[:1] not in ("%", "!", "?"))


def _units(code: str) -> Iterator[str]:
    """Yield the wings and modules of `cxlib` that a piece of code imports."""
    waiting: list[ast.AST] = [ast.parse(code)]
    for node in waiting:  # statements and what holds them: no expression imports anything
        waiting += [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.expr)]
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("cxlib."))


def end_with_parent() -> None:
    """End this process soon after the one that started it, even when that one was killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.25)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
