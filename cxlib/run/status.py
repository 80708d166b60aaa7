"""How runs went, for whoever was not watching: one record, a page, and what to tell of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cxlib.digests import EVERYTHING, Contents, digest
from cxlib.run.rests import EDITION, MADE, REFUSED, STAMP, outdated, read_record, write_whole

STATUS, PAGE = "status.json", "status.html"
_COLOURS = {"primary": "#12436d", "secondary": "#28a197", "accent": "#f46a25"}  # of no study
KEPT = 100  # runs of which a line is kept
Record = dict[str, Any]


def begin(runs: Path, now: dt.datetime) -> None:
    """Note that a run has begun, so that the next knows of it if it is cut off."""
    write_whole(runs / STATUS, read_record(runs / STATUS) | {"begun": _minute(now)})


def end(
    runs: Path,
    figures: Path,
    changed: Mapping[str, Mapping[str, Any]],
    contents: Mapping[str, Contents],
    done: Sequence[tuple[str, str]],
    now: dt.datetime,
) -> list[str]:
    """Note what came of a run, and return what to tell: a line for each thing.

    Parameters
    ----------
    runs, figures : Path
        Folders of work in progress and of what is published.
    changed : mapping of study to notebooks with their parameters
        As far as they are not the usual ones.
    contents : mapping of study to what it holds
    done : sequence of (study, period)
        What was asked for.
    now : datetime
    """
    before = read_record(runs / STATUS)
    studies: dict[str, Record] = {**before.get("studies", {})}
    for study, held in contents.items():
        known = studies.get(study, {})
        same = known.get("contents") == digest(held)
        since = known["since"] if same else f"{now:%Y-%m-%d}"
        stale = outdated(figures, runs, study, held)
        labels = {period for other, period in done if other == study}
        labels |= {path.name for path in (figures / study).glob("[!.]*") if path.is_dir()}
        periods = {
            period: _period(runs / study / period, figures / study / period)
            | {"stale": _sets(stale[period]) if period in stale else None}
            for period in sorted(labels)
        }
        studies[study] = {"contents": digest(held), "since": since, "periods": periods}
        studies[study]["parameters"] = changed.get(study, {})
    lines = [*_told(before.get("studies", {}), studies, done)]
    failed = sum(
        studies[study]["periods"][period]["state"] != "published" for study, period in done
    )
    said = f"{len(done) - failed} of {len(done)} published"
    _write(runs, {"studies": studies, "runs": _runs(before, now, said, not failed)})
    return lines


def stop(runs: Path, why: str, now: dt.datetime) -> list[str]:
    """Note that a run could not begin, and why, and return what to tell: the first fault."""
    lines = [" ".join(line.split()) for line in why.splitlines() if not line.endswith(":")]
    # What was found there may be of a person: it is not sent to anybody.
    why = ": ".join(line.partition(": found ")[0] for line in [line for line in lines if line][:2])
    before, told = read_record(runs / STATUS), f"Nothing was run: {why}"
    if runs.is_dir():  # another run, which began before, may be at work
        known = {"studies": {}, **before, "runs": _runs(before, now, told, False)}
        _write(runs, known)
    return [told]


def interrupted(runs: Path) -> str:
    """When a run began that came to no end; empty where the last one did."""
    return str(read_record(runs / STATUS).get("begun", ""))


def quiet(runs: Path, days: int, now: dt.datetime) -> Iterator[str]:
    """Yield which studies have held the same rows for more than some days; never for 0 days."""
    for study, known in read_record(runs / STATUS).get("studies", {}).items():
        passed = (now.date() - dt.date.fromisoformat(known["since"])).days
        if 0 < days < passed:
            yield f"{study}: no new data for {passed} days"


def usual(
    runs: Path, editions: Sequence[tuple[str, str]], stems: Sequence[str]
) -> dict[tuple[str, str, str], float]:
    """What has to be made of some editions, and in how many seconds each was before; 0 if unknown.

    Parameters
    ----------
    runs : Path
    editions : sequence of (study, period)
    stems : sequence of str
        The notebooks.

    Returns
    -------
    dict of (study, period, notebook) to seconds
        The notebook is empty for the publication itself.
    """
    known = read_record(runs / STATUS).get("studies", {})
    found: dict[tuple[str, str, str], float] = {}
    for study, period in editions:
        periods = known.get(study, {}).get("periods", {})
        before = [*periods.values(), periods.get(period, {})]
        seconds = {stem: s for one in before for stem, s in one.get("notebooks", {}).items()}
        left = [stem for stem in stems if not made(runs, study, period, stem)]
        found |= {(study, period, stem): seconds.get(stem, 0.0) for stem in left}
        if left or not made(runs, study, period, ""):
            found[study, period, ""] = 1.0
    return found


def made(runs: Path, study: str, period: str, stem: str) -> bool:
    """Whether a notebook of an edition, or with none the edition, has been made in this run."""
    return (runs / study / period / (f"{stem}/{MADE}" if stem else STAMP)).exists()


def words(status: Record, studies: Sequence[str] = ()) -> Iterator[tuple[str, bool]]:
    """Yield a line for each edition and for the last run, and whether all is well with it."""
    for study, known in status.get("studies", {}).items():
        if studies and study not in studies:
            continue
        for period, one in known["periods"].items():
            yield f"{study}, {period}: {_sentence(one)}", _well(one)
    for run in status.get("runs", [])[:1]:
        yield f"The last run ended {run['ended']}: {run['said']}", run["well"]
    if "begun" in status:
        yield f"A run began {status['begun']}, and has not ended", True


def _told(before: Record, now: Record, done: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What failed, and what succeeded after a failure."""
    for study, period in done:
        one = now[study]["periods"][period]
        earlier = before.get(study, {}).get("periods", {}).get(period, {})
        if one["state"] != "published":
            yield f"{study}, {period}: {_sentence(one)}"
        elif earlier.get("state", "published") != "published":
            yield f"{study}, {period}: published again"


def _well(one: Record) -> bool:
    return one["state"] == "published" and one["stale"] is None


def _sentence(one: Record) -> str:
    said = one["state"] if one["state"] == "published" else f"{one['state']}: {one['why']}"
    if one["when"]:
        said += (
            f" {one['when']}" if one["state"] == "published" else f"; that of {one['when']} stands"
        )
    if one["stale"] is not None:
        said += f", before {', '.join(one['stale'])} changed"
    return f"{said}, in {one['seconds']:.0f} s" if one["seconds"] else said


def _period(run: Path, published: Path) -> Record:
    """What there is of one period: its edition, and what its last run came to."""
    edition, stamp = published / "tables" / EDITION, run / STAMP
    made = {path.parent.name: read_record(path) for path in sorted(run.glob(f"*/{MADE}"))}
    failed = [_failure(path) for path in sorted(run.glob("*.failed.ipynb"))]
    refused = read_record(run / REFUSED).get("why")
    state, why = "published", ""
    if failed:
        state, why = "failed", "; ".join(failed)
    elif refused:
        state, why = "not published", str(refused)
    elif not stamp.exists() and (run.exists() or not edition.exists()):
        state, why = "not published", "the run was cut off"
    when = _minute(dt.datetime.fromtimestamp(edition.stat().st_mtime)) if edition.exists() else ""
    seconds = {stem: one["seconds"] for stem, one in made.items() if "seconds" in one}
    return {
        "state": state, "why": why, "when": when, "inputs": read_record(edition).get("inputs"),
        "seconds": round(sum(seconds.values()), 1), "notebooks": seconds,
    }  # fmt: skip


def _sets(names: Sequence[str]) -> list[str]:
    """The sets that have changed, where it is known which."""
    return [name for name in names if name != EVERYTHING] or ["the study"]


def _failure(path: Path) -> str:
    """In which cell a notebook failed; a traceback may quote people, and stays in it."""
    stem = path.name.removesuffix(".failed.ipynb")
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return stem
    for cell in cells:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                name = output["ename"]
                why = "it took too long" if name == "KeyboardInterrupt" else name
                return f"{stem}, In [{cell.get('execution_count') or ' '}]: {why}"
    return stem


def _runs(before: Record, now: dt.datetime, said: str, well: bool) -> list[Record]:
    return [{"ended": _minute(now), "said": said, "well": well}, *before.get("runs", [])][:KEPT]


def _minute(time: dt.datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _write(runs: Path, status: Record) -> None:
    write_whole(runs / STATUS, status)
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    shown = environment.get_template(PAGE).render(
        status=status, well=_well, language="en", brand=_COLOURS, _=str
    )
    (runs / PAGE).write_text(shown, encoding="utf-8", newline="\n")
