"""Make a finished run the published one: all of it, or nothing of it."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxlib.run.rests import (
    EDITION,
    MADE,
    STAMP,
    changed,
    edition,
    held,
    read_record,
    write_whole,
)
from cxlib.run.results import ResultsError, write_json

if TYPE_CHECKING:
    from cxlib.study import Study

STAGE = ".promotion"
ENTERED = "entered"  # in the stage: that the ledger has it, by this promotion
OLD = "old"  # in the stage: what was published, where names can't be swapped


def promote(run: Path, tables: Path, figures: Path, study: Study) -> None:
    """Publish a run: gather it, describe it on an index page, and swap it in.

    Everything is prepared inside the run's own folder, and takes its place by one swap of names:
    what is published is old or new as a whole. Nothing of an earlier run stays behind.

    Parameters
    ----------
    run : Path
        ``runs/STUDY/PERIOD``: a folder a notebook, and the executed notebooks.
    tables : Path
        Where the published tables are found too: a link into `figures`, made once.
    figures : Path
        Published folder of this study and period, on the file system of `run`.
    study : Study
        For the names, languages and colours of the index page.

    Raises
    ------
    ResultsError
        When two notebooks published under the same name, the study has changed since one of
        them read it (what is published is of one moment), or fewer people than the minimum cell
        could be told from this edition and earlier ones (`audit.refuse`, `ledger.check`).
    OSError
        When the published folder can't be replaced; nothing has changed then.
    """
    from cxlib.run import ledger  # which opens studies: recovery should not wait for that

    stage = run / STAGE
    tables, figures = tables.parent.resolve() / tables.name, figures.resolve()
    _clear(stage, figures)
    new = _prepare(run, tables, figures, study)
    ledger.record(run, study, figures.parent, stage / ENTERED)  # it may go out, whatever happens
    _lead(stage, tables, figures / "tables")
    files = {str(figures / name): code for name, code in _digests(new).items()}
    if tables.is_symlink():
        files[str(tables / EDITION)] = files[str(figures / "tables" / EDITION)]
    write_whole(stage / STAMP, {"files": files, "results": _results(run)})
    put_in_place(new, figures, stage / OLD)
    (stage / STAMP).replace(run / STAMP)
    shutil.rmtree(stage)


def _prepare(run: Path, tables: Path, figures: Path, study: Study) -> Path:
    """Return what will be published. All that may refuse it is here: only `run` has changed yet."""
    from cxlib.run import audit, ledger
    from cxlib.run.index import write_index  # nbconvert takes its time, recovery should not

    _refuse_broken(run)
    _refuse_mixture(run, study)
    ledger.check(run, study, figures.parent)
    new = run / STAGE / "figures"
    (new / "tables").mkdir(parents=True)
    _gather(run, new)
    others = [path.parent for path in figures.parent.glob(f"*/tables/{EDITION}")]
    others = [path for path in others if path.parent.name != figures.name]
    audit.refuse(study, new / "tables", others)
    write_index(new, study)
    for target in (tables, figures):
        try_place(run / STAGE, target)
    return new


def _refuse_broken(run: Path) -> None:
    for made in sorted(run.glob(f"[0-9][0-9]_*/{MADE}")):
        known, stem = read_record(made), made.parent.name
        now = held(run, stem)
        if not known or known.get("holds", now) != now:
            raise ResultsError(f"what {stem} yielded is not whole any more: run it again")


def _refuse_mixture(run: Path, study: Study) -> None:
    from cxlib.study.reads import contents

    other = changed(run, contents(study))
    if other:
        raise ResultsError(
            f"{', '.join(other)} changed while the run was at work, and what is published is of"
            " one moment: run it again"
        )


def _lead(stage: Path, tables: Path, inside: Path) -> None:
    """Have the tables' other place be a link to where they are published, if it isn't yet."""
    way = Path(os.path.relpath(inside, tables.parent))
    if tables.is_symlink() and tables.readlink() == way:
        return
    if tables.is_dir() and not inside.exists():  # of an earlier release: at no moment they lack
        shutil.copytree(tables, stage / "moved")
        inside.parent.mkdir(parents=True, exist_ok=True)
        (stage / "moved").rename(inside)
    link = stage / "link"
    try:
        link.symlink_to(way, target_is_directory=True)
    except OSError:  # as Git writes a link on a system without them
        link.write_text(way.as_posix(), encoding="utf-8")
    put_in_place(link, tables, stage / "replaced")


def _clear(stage: Path, figures: Path) -> None:
    """Forget a promotion that was cut off; one that was between two renames is taken back."""
    if (stage / OLD).exists() and not figures.exists():
        (stage / OLD).rename(figures)
    if (stage / ENTERED).exists():
        from cxlib.run import ledger

        ledger.strike(stage.parent, figures, stage / ENTERED)
    shutil.rmtree(stage, ignore_errors=True)


def recover(runs: Path, figures: Path, notebooks: Collection[str]) -> None:
    """Clear up after interrupted promotions, and forget what no longer holds.

    That is a stamp whose published files have gone or changed, and the results of a notebook
    that has been renamed or removed.

    Parameters
    ----------
    runs : Path
        The folder for work in progress; no run may be alive in it.
    figures : Path
        Where runs are published.
    notebooks : collection of str
        Names, without extension, of the notebooks that there are.
    """
    for stage in runs.glob(f"*/*/{STAGE}"):
        _clear(stage, figures / stage.parent.relative_to(runs))
    for stamp in runs.glob(f"*/*/{STAMP}"):
        if not _intact(stamp):
            stamp.unlink()
    for result in runs.glob("*/*/[0-9][0-9]_*"):
        if result.name.partition(".")[0] not in notebooks:
            shutil.rmtree(result) if result.is_dir() else result.unlink()


def _gather(run: Path, new: Path) -> None:
    """Copy what the notebooks of a run published into one folder."""
    whole = edition(run)
    write_json(new / "tables" / EDITION, whole)
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
            else:  # figures, booklet and card beside each other, tables in a folder of their own
                target = new / name.relative_to("figures" if name.parts[0] == "figures" else ".")
                _copy(file, target)
                if name.parts[0] in ("tables", "figures") and name.suffix == ".json":
                    _sign(target, inputs)
        _copy(notebook, new / "notebooks" / notebook.name)
    if made:
        write_json(new / "tables" / MADE, made)
    if findings:
        entries = dict(sorted(findings.pop("findings").items()))
        found = findings | {"inputs": inputs, "findings": entries}
        write_json(new / "tables" / "findings.json", found)


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


def _digests(folder: Path) -> dict[Path, str]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


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
    """Move a folder or link to `target`; what stood there is moved to `old` or `new`.

    Where the system can swap two names at once (Linux, macOS), the target is there at every
    moment. Elsewhere it is away for the time between two renames.

    Parameters
    ----------
    new, target, old : Path
        On one file system; `old` does not exist yet.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(target):
        new.rename(target)
    elif not _swapped(new, target):
        target.rename(old)
        new.rename(target)


def try_place(stage: Path, target: Path) -> None:
    """Raise OSError if a folder in `stage` could not be moved to `target`; changes nothing.

    To be found out before anything is published: a folder that is read-only or on another disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    probe = stage / f".{target.name}"
    probe.mkdir()
    probe.rename(target.with_name(probe.name)).rmdir()


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
