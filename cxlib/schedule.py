"""Schedules that run `make` for a study with nobody watching: a systemd timer, cron, GitHub.

What they look like is in schedule.yaml. The path of a study is any text: it stands in all of them
as one quoted word, so that neither systemd nor cron, a shell or make reads anything in it.

GitHub's machines begin empty and forget all: also the ledger of editions, without which two of
them may tell of somebody (`cxlib.run.ledger`), and the rows would have to be in the repository.
So a workflow runs a study that is in the project and holds no rows of people; all others are run
by a timer or cron on a machine that keeps the project, with its `data/ledger`.
"""

from __future__ import annotations

import datetime as dt
import json
import shlex
import shutil
from pathlib import Path

import yaml

from cxlib.places import RAW, ROOT
from cxlib.run.cells import people_in
from cxlib.run.plan import STALE
from cxlib.study import Study
from cxlib.study.periods import asked

FILES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
)
MONTHS = {"month": "*", "quarter": "1,4,7,10"}


class ScheduleError(ValueError):
    """A study that can't be run by a schedule of this kind; the message says why."""


def schedule(
    study: Study,
    kind: str,
    every: str,
    *,
    day: int = 3,
    at: dt.time = dt.time(6, 15),
    period: str = "latest",
    root: Path = ROOT,
) -> dict[str, str]:
    """Return the files of a schedule by name; each says in its first line where it goes.

    Parameters
    ----------
    study : Study
    kind : {"systemd", "cron", "github"}
    every : {"month", "quarter"}
    day : int
        Of the month, or of the first month of the quarter: by then the last answers are in.
    at : time
        Of that day, on the machine's clock; on GitHub in UTC.
    period : str
        What `make` gets as PERIOD. "latest" leaves what went out as it is; "latest stale" also
        renews editions whose rows changed since, and "previous latest" also makes the period
        before, for rows that come in more than a month late.
    root : Path
        The project, in which `make` runs.

    Raises
    ------
    ScheduleError
        If this kind of schedule can't run the study.
    PeriodError
        If the study has no such period.

    Examples
    --------
    >>> files = schedule(Study.open("haag-wonen"), "systemd", "quarter")
    >>> list(files)
    ['cxlib-haag-wonen.service', 'cxlib-haag-wonen.timer']
    >>> files["cxlib-haag-wonen.timer"].splitlines()[6]
    'OnCalendar=*-1,4,7,10-03 06:15:00'
    """
    for word in period.split():
        if word != STALE:
            asked(study, word)
    unit, make = f"cxlib-{study.id}", shutil.which("make")
    folder = study.folder.absolute()
    place = folder.name if folder.parent == RAW else str(folder)
    _refuse_unreadable(kind, f"{root}{place}")
    if kind == "github":
        place = _in_repository(study, place, root)
    elif make is None:
        raise ScheduleError("there is no make on this machine")
    words = [str(make), "-C", str(root), f"STUDY={place}", f"PERIOD={period}"]
    quoted = _for_systemd if kind == "systemd" else _for_cron
    values = {
        "unit": unit,
        "id": study.id,
        "user": root.stat().st_uid,
        "every": every,
        "months": MONTHS[every],
        "day": day,
        "hour": at.hour,
        "minute": at.minute,
        "period": period,
        "root": quoted(str(root)),
        "study": json.dumps(place, ensure_ascii=False),
        "command": " ".join(map(quoted, words)),
    }
    return {f"{unit}{end}": text % values for end, text in FILES[kind].items()}


def _refuse_unreadable(kind: str, paths: str) -> None:
    """Stop at a path that cannot be written so that all who read it take it for the same."""
    if not paths.isprintable() or set("{}") & set(paths):  # Snakemake reads { and }
        raise ScheduleError("its path holds {, }, a line break or another sign that can't be used")
    if kind == "cron" and "\\" in paths:
        raise ScheduleError("its path holds a backslash, which not every cron reads alike")


def _in_repository(study: Study, place: str, root: Path) -> str:
    """Return the study as a run on another machine finds it; ScheduleError where it may not."""
    if people := people_in(study):
        raise ScheduleError(
            f"it holds rows of people ({', '.join(people)}), and GitHub keeps no ledger of editions"
            " from run to run: use a timer or cron on a machine that keeps the project"
        )
    if "/" not in place:
        return place
    if not study.folder.resolve().is_relative_to(root.resolve()):
        raise ScheduleError("it is outside the project, so that GitHub does not have it")
    return study.folder.resolve().relative_to(root.resolve()).as_posix()


def _for_systemd(word: str) -> str:
    """Quote a word of ExecStart: specifiers begin with %, variables with $."""
    for sign, plain in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, plain)
    return f'"{word}"'


def _for_cron(word: str) -> str:
    """Quote a word for sh; cron itself ends the command at a % without a backslash."""
    return shlex.quote(word).replace("%", "\\%")
