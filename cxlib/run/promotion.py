"""Make a finished run the published one: all of it, or nothing of it."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxlib.run.rests import EDITION, MADE, changed, edition, held, read_record, write_whole
from cxlib.run.results import ResultsError, write_json

if TYPE_CHECKING:
    from cxlib.study import Study

STAGE = ".promotion"
STAMP = "published.json"


def promote(run: Path, tables: Path, figures: Path, study: Study) -> None:
    """Publish a run: gather it, describe it on an index page, and swap it in.

    Everything is prepared inside the run's own folder. Then a journal is written, and from there
    on the promotion will be finished, if need be by `recover`. Published folders are replaced
    whole, so that nothing of an earlier run stays behind.

    Parameters
    ----------
    run : Path
        ``runs/STUDY/PERIOD``: a folder a notebook, and the executed notebooks.
    tables, figures : Path
        Published folders of this study and period, on the file system of `run`.
    study : Study
        For the names, languages and colours of the index page.

    Raises
    ------
    ResultsError
        When two notebooks published under the same name, or the study has changed since one of
        them read it: what is published is of one moment. When together with earlier editions it
        would tell about too few people (`cxlib.run.ledger`).
    OSError
        When a published folder can't be replaced; nothing has changed then.
    """
    from cxlib.run import ledger  # both take their time, recovery should not
    from cxlib.run.index import write_index

    stage = run / STAGE
    finish(run)
    _refuse_mixture(run, study)
    ledger.check(run, study, tables.parent)
    shutil.rmtree(stage, ignore_errors=True)
    for folder in ("tables", "figures"):
        (stage / folder).mkdir(parents=True)
    targets = {"tables": tables.resolve(), "figures": figures.resolve()}
    for target in targets.values():
        try_place(stage, target)
    _gather(run, stage)
    relative = Path(os.path.relpath(targets["tables"], targets["figures"])).as_posix()
    write_index(stage / "tables", stage / "figures", relative, study)
    steps = [
        {"new": name, "target": str(target), "inode": (stage / name).stat().st_ino}
        for name, target in targets.items()
    ]
    ledger.record(run, study, tables.parent)  # from here on it may go out, whatever happens
    write_whole(stage / "journal.json", steps)
    finish(run)
    files = _digests(*targets.values())
    write_whole(run / STAMP, {"files": files, "results": _results(run)})


def _refuse_mixture(run: Path, study: Study) -> None:
    from cxlib.study.reads import contents

    other = changed(run, contents(study))
    if other:
        raise ResultsError(
            f"{', '.join(other)} changed while the run was at work, and what is published is of"
            " one moment: run it again"
        )


def finish(run: Path) -> None:
    """Finish a promotion that had come as far as its journal; otherwise do nothing."""
    stage = run / STAGE
    journal = stage / "journal.json"
    if not journal.exists():
        return
    for step in json.loads(journal.read_text(encoding="utf-8")):
        target = Path(step["target"])
        # A folder keeps its inode when it is renamed: it tells whether this step was made.
        if not target.exists() or target.stat().st_ino != step["inode"]:
            put_in_place(stage / step["new"], target, stage / f"old-{step['new']}")
    journal.unlink()
    shutil.rmtree(stage)


def recover(runs: Path, notebooks: Collection[str]) -> None:
    """Finish every interrupted promotion, and forget what no longer holds.

    That is a stamp whose published files have gone or changed, and the results of a notebook
    that has been renamed or removed.

    Parameters
    ----------
    runs : Path
        The folder for work in progress; no run may be alive in it.
    notebooks : collection of str
        Names, without extension, of the notebooks that there are.
    """
    for journal in runs.glob(f"*/*/{STAGE}/journal.json"):
        finish(journal.parents[1])
    for stamp in runs.glob(f"*/*/{STAMP}"):
        if not _intact(stamp):
            stamp.unlink()
    for result in runs.glob("*/*/[0-9][0-9]_*"):
        if result.name.partition(".")[0] not in notebooks:
            shutil.rmtree(result) if result.is_dir() else result.unlink()


def _gather(run: Path, stage: Path) -> None:
    """Copy what the notebooks of a run published into two folders."""
    whole = edition(run)
    write_json(stage / "tables" / EDITION, whole)
    inputs = whole["inputs"]
    findings: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for notebook in sorted(run.glob("[0-9][0-9]_*.ipynb")):
        if notebook.name.endswith(".failed.ipynb"):
            continue
        folder = run / notebook.stem
        for file in sorted(f for f in folder.rglob("*") if f.is_file() and f.name[0] != "."):
            name = file.relative_to(folder)
            if name.name == "findings.json":
                _merge(findings, json.loads(file.read_text(encoding="utf-8")))
            elif name.name == MADE:
                by = read_record(file)
                made[notebook.stem] = {key: by.get(key) for key in ("notebook", "library")}
            elif name.parts[0] in ("tables", "figures"):
                _copy(file, stage / name)
                if name.suffix == ".json":
                    _sign(stage / name, inputs)
            else:  # booklet and card
                _copy(file, stage / "figures" / name)
        _copy(notebook, stage / "figures" / "notebooks" / notebook.name)
    if made:
        write_json(stage / "tables" / MADE, made)
    if findings:
        entries = dict(sorted(findings.pop("findings").items()))
        found = findings | {"inputs": inputs, "findings": entries}
        write_json(stage / "tables" / "findings.json", found)


def _copy(file: Path, target: Path) -> None:
    if target.exists():
        raise ResultsError(f"{target.name} was published by two notebooks")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _sign(path: Path, inputs: str) -> None:
    """Write into the record of a table or figure of which contents of the study it is."""
    write_json(path, json.loads(path.read_text(encoding="utf-8")) | {"inputs": inputs})


def _merge(findings: dict[str, Any], record: dict[str, Any]) -> None:
    """Add a notebook's findings; each takes along what may differ between notebooks."""
    own = {"notebook": record.pop("notebook"), "seed": record.pop("seed")}
    new = {name: entry | own for name, entry in record.pop("findings").items()}
    known = findings.setdefault("findings", {})
    twice = sorted(known.keys() & new.keys())
    if twice:
        raise ResultsError(f"finding {', '.join(twice)} was published by two notebooks")
    known |= new
    findings.update(record)


def _digests(*folders: Path) -> dict[str, str]:
    files = sorted(f for folder in folders for f in folder.rglob("*") if f.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _results(run: Path) -> dict[str, str]:
    """Digest of the results of each notebook of a run."""
    stems = (path.stem for path in sorted(run.glob("[0-9][0-9]_*.ipynb")))
    return {stem: held(run, stem) for stem in stems if not stem.endswith(".failed")}


def _intact(stamp: Path) -> bool:
    """Return whether all that a promotion published is there unchanged, and so are the results."""
    known = read_record(stamp)
    try:
        same = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() == digest
                for name, digest in known.get("files", {}).items()}  # fmt: skip
    except OSError:
        return False
    return bool(same) and all(same.values()) and known.get("results") == _results(stamp.parent)


_HERE = -100  # AT_FDCWD: paths are taken from the working folder
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def put_in_place(new: Path, target: Path, old: Path) -> None:
    """Move a folder to `target`; what stood there, if anything, is moved to `old` or `new`.

    Where the system can swap two names at once (Linux, macOS), the target is there at every
    moment. Elsewhere it is away for the time between two renames.

    Parameters
    ----------
    new, target, old : Path
        Folders on one file system; `old` does not exist yet.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        new.rename(target)
    elif not _swapped(new, target):
        target.rename(old)
        new.rename(target)


def try_place(stage: Path, target: Path) -> None:
    """Raise OSError if a folder in `stage` could not be moved to `target`; changes nothing.

    To be found out before anything is published: a folder that is read-only or on another disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    probe = Path(tempfile.mkdtemp(dir=stage))
    probe.rename(target.with_name(f".{probe.name}")).rmdir()


def _swapped(one: Path, other: Path) -> bool:
    """Swap the names of two folders; False where the system cannot."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    a, b = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        status = library.renameat2(_HERE, a, _HERE, b, _SWAP)
    elif hasattr(library, "renamex_np"):
        status = library.renamex_np(a, b, _SWAP)
    else:
        return False
    fault = ctypes.get_errno()
    if status != 0 and fault not in _NOT_HERE:
        raise OSError(fault, os.strerror(fault), str(one), None, str(other))
    return status == 0
