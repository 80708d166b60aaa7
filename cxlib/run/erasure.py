"""Take editions back, and forget a person in all that was made of a study."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from cxlib.places import LEDGER
from cxlib.run.ledger import kept_apart, outdated_by, path_of, read, write
from cxlib.run.lock import claim
from cxlib.run.promotion import STAGE
from cxlib.run.rests import STAMP, outdated
from cxlib.run.results import write_json
from cxlib.study import Study
from cxlib.study.dictionary import WIDE
from cxlib.study.reads import contents

PUBLISHED = (Path("data", "processed"), Path("figures"))  # the first may be a link into the other


def withdraw(root: Path, study: str, periods: Collection[str], why: str) -> list[str]:
    """Remove the published editions of some periods, and record that and why they were withdrawn.

    Parameters
    ----------
    root : Path
        The folder in which the pipeline runs.
    study : str
        Its id.
    periods : collection of str
        Labels; those of which nothing was published are left out.
    why : str

    Returns
    -------
    list of str
        The periods that were withdrawn.
    """
    path = path_of(study, root)
    known = {one.period for one in read(path).standing}
    known |= {place.name for part in PUBLISHED for place in (root / part / study).glob("*")}
    found = [period for period in dict.fromkeys(periods) if period in known]
    for period in found:
        for place in (root / part / study / period for part in PUBLISHED):
            if place.is_symlink():
                place.unlink()
            else:
                shutil.rmtree(place, ignore_errors=True)
        run = root / "runs" / study / period
        shutil.rmtree(run / STAGE, ignore_errors=True)  # or `make` would finish it
        (run / STAMP).unlink(missing_ok=True)
    if found:
        with kept_apart(path):
            write(path, read(path).without(found, why))
    return found


def traces(study: Study, participant: str) -> list[str]:
    """Where a person counts in the files of a study: sets with their rows, files with lines."""
    found = []
    for name, table in study._tables.items():
        if name.partition("/")[0] in (*WIDE, "participants"):
            rows = int(participant in table.columns or participant in table.index)
        else:
            texts = table.select_dtypes(["object", "string"])
            rows = int((texts == participant).any(axis=1).sum())
        found += [f"{name}: {rows} row{'s' * (rows > 1)}"] * bool(rows)
    for path in bearing([study.folder], participant):
        lines = [] if is_zipfile(path) else Path(path).read_bytes().splitlines()
        at = [str(i) for i, line in enumerate(lines, 1) if _word(participant).search(line)]
        found.append(f"in the file {path}" + f", line {', '.join(at)}" * bool(at))
    return found


def forget(root: Path, study: Study, participant: str) -> tuple[list[str], list[str]]:
    """Remove what was made of a study when it still held a person.

    Parameters
    ----------
    root : Path
        The folder in which the pipeline runs.
    study : Study
        As it is now, without the person.
    participant : str
        The pseudonym.

    Returns
    -------
    tuple of two lists of str
        The periods that were withdrawn, as they rest on other rows than there are now; and files
        in which the pseudonym is still.
    """
    claim(root / "runs", root / ".snakemake")
    rest = {*outdated(root / "figures", root / "runs", study.id, contents(study))}
    rest |= outdated_by(read(path_of(study.id, root)), study)
    withdrawn = withdraw(root, study.id, sorted(rest), "erasure")
    for place in ("runs", "runs/scratch"):
        shutil.rmtree(root / place / study.id, ignore_errors=True)
    (root / "runs" / "plan.json").unlink(missing_ok=True)
    shutil.rmtree(root / ".snakemake", ignore_errors=True)
    for folder in (root / "lab", root / "notebooks"):
        shutil.rmtree(folder / ".ipynb_checkpoints", ignore_errors=True)
        for path in (*folder.glob("*.failed.ipynb"), *folder.glob(".*.partial.ipynb")):
            path.unlink()
    for path in (root / "lab").glob("*.ipynb"):
        _empty(path)
    parts = (*(part / study.id for part in PUBLISHED), Path("runs"), Path("lab"), LEDGER)
    return withdrawn, bearing([root / part for part in parts], participant)


def bearing(folders: Collection[Path], name: str) -> list[str]:
    """Files with a name in them as a word of its own, also those that are compressed."""
    word = _word(name)
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if any(map(word.search, _parts(path)))]


def _word(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w-])" + re.escape(name.encode()) + rb"(?![\w-])")


def _parts(path: Path) -> Iterator[bytes]:
    if is_zipfile(path):  # a workbook
        with ZipFile(path) as parts:
            yield from map(parts.read, parts.namelist())
    else:
        yield path.read_bytes()


def _empty(path: Path) -> None:
    """Take the outputs out of a notebook: what was tried in it may show rows and quotes."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    write_json(path, notebook)
