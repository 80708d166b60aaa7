"""What each result rests on, by content: only what rests on a change is made again.

Clocks play no part. A file that is copied with an older time, restored, or saved without a change
is what it holds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxlib.digests import EVERYTHING, Contents, digest, rested

MADE = "made.json"  # in the folder of a result: on what it rests
EDITION = "edition.json"  # among what is published: what all of it rests on
STAMP = "published.json"  # in the folder of a run: what of it was published
PLANNED = ".planned.json"  # in the folder of a run: a digest of the study, and the tokens
REFUSED = ".refused.json"  # beside it: why the run was not published
READS = ".reads.json"  # beside it: which rows the notebook read, with their digests


def record(
    run: Path,
    stem: str,
    code: Mapping[str, str],
    before: Mapping[str, str],
    token: str,
    seconds: float = 0,
) -> None:
    """Write what a result that has just been made rests on.

    Parameters
    ----------
    run : Path
        ``runs/STUDY/PERIOD``.
    stem : str
        The notebook.
    code : dict
        Digests of the notebook, the library behind it and its parameters, before it ran.
    before : dict of notebook to digest
        The results of other notebooks that it read.
    token : str
        Of `settle`.
    seconds : float
        How long it took.
    """
    # One that doesn't say what it reads rests on all that the study held when the run was planned.
    inputs = read_record(run / stem / READS) or {EVERYTHING: read_record(run / PLANNED).get("all")}
    rests = {**code, "inputs": inputs, "before": before, "holds": held(run, stem)}
    write_whole(run / stem / MADE, rests | {"token": token, "seconds": round(seconds, 1)})


def settle(run: Path, code: Mapping[str, Mapping[str, str]], contents: Contents) -> dict[str, str]:
    """Return a token for every notebook: that of its results, where these still hold.

    Parameters
    ----------
    run : Path
        ``runs/STUDY/PERIOD``.
    code : dict of notebook to digests
        Of the notebooks in their order, as they are now; the last reads the results of all others.
    contents : dict
        What the study holds now.
    """
    tokens: dict[str, str] = {}
    holds = {stem: held(run, stem) for stem in code}
    last = list(code)[-1]
    for stem, known in code.items():
        made = read_record(run / stem / MADE)
        before = {other: holds[other] for other in code if stem == last != other}
        now = {**known, "before": before, "holds": holds[stem]}
        inputs = made.get("inputs", {})
        same = "token" in made and inputs and rested(contents, inputs) == inputs
        if same and all(made.get(key) == value for key, value in now.items()):
            tokens[stem] = made["token"]
        else:
            tokens[stem] = digest([now, contents, made])
    return tokens


def prepare(run: Path, tokens: Mapping[str, str], contents: Contents) -> None:
    """Remove the results that no longer hold, so that they are made again, and keep the tokens."""
    for stem, token in tokens.items():
        if read_record(run / stem / MADE).get("token") != token:
            shutil.rmtree(run / stem, ignore_errors=True)
    planned = {"all": digest(contents), "tokens": dict(tokens)}
    if read_record(run / PLANNED) != planned:
        run.mkdir(parents=True, exist_ok=True)
        write_whole(run / PLANNED, planned)


def changed(run: Path, contents: Contents) -> list[str]:
    """Name the sets of rows that results of a run saw otherwise than they are now."""
    found: set[str] = set()
    for made in run.glob(f"[0-9][0-9]_*/{MADE}"):
        inputs = read_record(made).get("inputs", {})
        now = rested(contents, inputs)
        found |= {span.split(" ")[0] for span in inputs if now[span] != inputs[span]}
    return sorted(found)


def edition(run: Path) -> dict[str, Any]:
    """What a run read of its study, and one digest of that.

    It is of everything together: that of one short table would confirm a guess of its rows.
    """
    made = sorted(run.glob(f"[0-9][0-9]_*/{MADE}"))
    inputs = {path.parent.name: read_record(path).get("inputs", {}) for path in made}
    return {"inputs": digest(inputs), "read": {stem: sorted(inputs[stem]) for stem in inputs}}


def outdated(published: Path, runs: Path, study: str, contents: Contents) -> dict[str, list[str]]:
    """Which published editions of a study rest on other rows than there are now.

    Parameters
    ----------
    published : Path
        With a folder a study, and in it a folder a period.
    runs : Path
        The folder for work in progress, which tells what has changed as long as it is there.

    Returns
    -------
    dict of period to list of sets
        The sets that are known to have changed.
    """
    found = {}
    for record in sorted((published / study).glob(f"*/tables/{EDITION}")):
        known, period = read_record(record), record.parents[1].name
        now = {stem: rested(contents, spans) for stem, spans in known.get("read", {}).items()}
        if digest(now) != known.get("inputs"):
            found[period] = changed(runs / study / period, contents)
    return found


def held(run: Path, stem: str) -> str:
    """Digest of the results of a notebook, itself included, without the record of what it read."""
    whole = hashlib.sha256()
    inside = (file for file in (run / stem).rglob("*") if file.is_file())
    for file in sorted(f for f in (*inside, run / f"{stem}.ipynb") if f.is_file()):
        if file.name != MADE and not file.name.startswith("."):
            whole.update(f"\0{file.relative_to(run).as_posix()}\0".encode() + file.read_bytes())
    return whole.hexdigest()[:32]


def read_record(path: Path) -> dict[str, Any]:
    """Read a record; it is empty where it is absent or was cut off."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_whole(path: Path, content: Any) -> None:
    """Write JSON that is there whole or not at all, even when the power fails."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
