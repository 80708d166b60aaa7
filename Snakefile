"""From study folders to published figures, tables and booklets.

One rule a notebook: the first is begun first, the last runs after all others. Work happens in
runs/STUDY/PERIOD; a run of which every notebook ended well is published in one step.
What has to be made again is decided by contents (cxlib/run/rests.py), never by the time of a file.
"""

import datetime as dt
import json
import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import yaml
from snakemake.logging import logger

from cxlib.run import keeping, status
from cxlib.run.lock import claim
from cxlib.run.plan import PlanError, code_of, files_of, fingerprint, parameters_of, plan
from cxlib.run.progress import Progress
from cxlib.run.promotion import recover
from cxlib.run.relay import start
from cxlib.run.rests import PLANNED, outdated, prepare, read_record, settle
from cxlib.run.telling import tell

HERE = Path(workflow.basedir)
logging.raiseExceptions = False  # that a full disk takes no log either is not worth a traceback


configfile: HERE / "config" / "run.yaml"


RUN = "runs/{study}/{period}"
RUNS, FIGURES = Path("runs"), Path("figures")
NOTEBOOKS = sorted((HERE / config["notebooks"]).glob("[0-9][0-9]_*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if not path.name.endswith(".failed.ipynb")]
STEMS = [path.stem for path in NOTEBOOKS]
PYTHON = sys.executable
TELL = os.environ.pop("CXLIB_TELL", "")  # may hold a secret: no notebook sees it
os.environ["CXLIB_SECONDS"] = str(config["notebook_seconds"])
os.environ.setdefault("CXLIB_UNTIL", str(time.time() + float(config["run_seconds"])))
STARTS = workflow.is_main_process  # on a node of a cluster a job reads this file as well
DRY = not {"-n", "--dry-run", "--dryrun"}.isdisjoint(sys.argv)
WRITES = STARTS and not DRY  # who may claim the folder, recover, forget and note what came of it
PENDING, CUT_OFF = {}, ""
DEFAULTS = yaml.safe_load((HERE / "config" / "parameters.yaml").read_text(encoding="utf-8"))


def parameters_for(task, notebook):
    """Every parameter of a notebook: ours, else the study's, else that of this call."""
    common = {"study": task.given, "language": config["language"] or task.language}
    common |= {"seed": task.seed, "period": "", "output": "", "results": ""}
    given = DEFAULTS, task.parameters, config["parameters"] or {}
    return parameters_of(notebook, common, *(part.get(notebook.stem, {}) for part in given))


def tokens(task, period):
    """What says of each notebook of a run whether its results still hold."""
    if not STARTS:  # as the run that this job is of has found
        return read_record(RUNS / task.id / period / PLANNED)["tokens"]
    code = {path.stem: code_of(path, GIVEN[task.id, path.stem], period) for path in NOTEBOOKS}
    return settle(RUNS / task.id / period, code, task.contents)


try:
    studies, periods = (
        [os.environ[given]] if os.environ.get(given) else config[name]
        for name, given in (("studies", "CXLIB_STUDY"), ("periods", "CXLIB_PERIOD"))
    )
    asked = studies, periods, RUNS / "plan.json", FIGURES
    TASKS = plan(*asked, write=False)
    if WRITES:  # what held before the run that was waited for may not hold now
        claim(RUNS, Path(".snakemake"), list(TASKS), float(config["wait"]))
        TASKS = plan(*asked)
        CUT_OFF = status.interrupted(RUNS)
        recover(RUNS, FIGURES, STEMS)
    GIVEN = {
        (task.id, path.stem): parameters_for(task, path)
        for task in TASKS.values()
        for path in NOTEBOOKS
    }
    TOKENS = {
        (task.id, period): tokens(task, period) for task in TASKS.values() for period in task.periods
    }
    if WRITES:
        for (study, period), found in TOKENS.items():
            prepare(RUNS / study / period, found, TASKS[study].contents)
        if PENDING := status.usual(RUNS, [*TOKENS], STEMS):
            keeping.room(RUNS, TASKS)
            status.begin(RUNS, dt.datetime.now())
except (PlanError, OSError) as error:  # that another run is at work all the time is one, too
    print(f"{error}\n\nNothing was run, nothing published has changed.", file=sys.stderr)
    if WRITES:
        with suppress(OSError):
            tell(status.stop(RUNS, str(error), dt.datetime.now()), TELL)
    sys.exit(2)

for task in TASKS.values() if STARTS else ():
    found = outdated(FIGURES, RUNS, task.id, task.contents)
    for period, names in found.items():
        if period not in task.periods:
            what = ", ".join(names) or "the study"
            print(f"{task.id}, {period}: published before {what} changed; PERIOD=stale renews it",
                  file=sys.stderr)  # fmt: skip


def parameters(stem):
    """Return a function that gives a notebook's parameters for a study and period."""

    def of(wildcards):
        run = f"runs/{wildcards.study}/{wildcards.period}"
        own = {"period": wildcards.period, "output": f"{run}/{stem}", "results": run}
        given = GIVEN[wildcards.study, stem]
        return json.dumps({name: own.get(name, value) for name, value in given.items()})

    return of


def token(stem):
    """Return a function that gives a notebook's token."""
    return lambda wildcards: TOKENS[wildcards.study, wildcards.period][stem]


if not STARTS and config["kernels"] == "forked":
    start()


wildcard_constraints:
    study="[A-Za-z0-9_-]+",
    period="[A-Za-z0-9-]+",


rule all:
    input:
        [
            f"runs/{task.id}/{period}/published.json"
            for task in TASKS.values()
            for period in task.periods
        ],


for notebook in NOTEBOOKS:
    rule:
        name:
            notebook.stem[3:]
        input:
            results=[f"{RUN}/{s}" for s in STEMS[:-1]] if notebook == NOTEBOOKS[-1] else [],
        output:
            results=directory(f"{RUN}/{notebook.stem}"),
            notebook=f"{RUN}/{notebook.stem}.ipynb",
        priority: int(notebook == NOTEBOOKS[0])
        group: "edition"  # one job on a cluster
        params:
            source=notebook,
            parameters=parameters(notebook.stem),
            token=token(notebook.stem),
        message:
            f"{notebook.stem} of {{wildcards.study}}, {{wildcards.period}}"
        shell:
            "mkdir -p {output.results:q} && exec {PYTHON:q} -m cxlib.run notebook"
            " {params.source:q} {output.notebook:q} --parameters {params.parameters:q}"
            " --token {params.token:q} --before {input.results:q}"


rule publish:
    input:
        results=[f"{RUN}/{stem}" for stem in STEMS],
        notebooks=[f"{RUN}/{stem}.ipynb" for stem in STEMS],
    output:
        f"{RUN}/published.json",
    group: "edition"
    params:
        study=lambda wildcards: TASKS[wildcards.study].given,
        library=fingerprint(files_of("run")),
    message:
        "publishing {wildcards.study}, {wildcards.period}"
    shell:
        "exec {PYTHON:q} -m cxlib.run promote runs/{wildcards.study}/{wildcards.period}"
        " data/processed/{wildcards.study}/{wildcards.period}"
        " figures/{wildcards.study}/{wildcards.period} --study {params.study:q}"


def changed():
    """The parameters of each study that are not the usual ones."""
    found = {}
    for (study, stem), given in GIVEN.items():
        usual = DEFAULTS.get(stem, {})
        own = {name: given[name] for name in usual if given.get(name) != usual[name]}
        found.setdefault(study, {}).update({stem: own} if own else {})
    return found


def note():
    """Write what came of the run, keep no more than is of use, and tell it."""
    done = [(task.id, period) for task in TASKS.values() for period in task.periods]
    contents, now = {task.id: task.contents for task in TASKS.values()}, dt.datetime.now()
    try:
        lines = status.end(RUNS, FIGURES, changed(), contents, done, now)
        keeping.forget(RUNS, Path(".snakemake"), int(config["keep"]), done)
    except OSError as error:
        lines = [f"How the run went could not be written: {error}"]
        print(lines[0], file=sys.stderr)
    if CUT_OFF:
        lines.insert(0, f"The run that began {CUT_OFF} was cut off; this one made up for it")
    tell([*lines, *status.quiet(RUNS, int(config["quiet_days"]), now)], TELL)


if WRITES and not PENDING:  # then Snakemake has nothing to do, and says nothing
    note()


onstart:
    # What counts jobs by time wakes the scheduler without end while some wait, and holds up the end.
    workflow.scheduler.job_rate_limiter = None
    logger.addHandler(Progress(PENDING, lambda job: job[2] and status.made(RUNS, *job)))
    if config["kernels"] == "forked":
        start([task.given for task in TASKS.values()])


onsuccess:
    note()
    for task in TASKS.values():
        for period in task.periods:
            print(f"figures/{task.id}/{period}/index.html")


onerror:
    note()
    for task in TASKS.values():
        for failed in sorted((RUNS / task.id).glob("*/*.failed.ipynb")):
            print(f"What went wrong is in {failed}", file=sys.stderr)
