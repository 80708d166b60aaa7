"""From study folders to published figures, tables and booklets.

One rule a notebook: the first runs before the others, the last after all of them. Work happens
in runs/STUDY/PERIOD; a run of which every notebook ended well is published in one step.
"""

import json
import sys
from pathlib import Path

import yaml

from cxlib.run.plan import (
    PlanError,
    claim,
    files_of,
    fingerprint,
    parameters_of,
    plan,
    sources_of,
)
from cxlib.run.promotion import recover
from cxlib.run.relay import start

HERE = Path(workflow.basedir)


configfile: HERE / "config" / "run.yaml"


RUN = "runs/{study}/{period}"
NOTEBOOKS = sorted((HERE / config["notebooks"]).glob("[0-9][0-9]_*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if not path.name.endswith(".failed.ipynb")]
STEMS = [path.stem for path in NOTEBOOKS]
PYTHON = sys.executable
DEFAULTS = yaml.safe_load((HERE / "config" / "parameters.yaml").read_text(encoding="utf-8"))


def parameters_for(task, notebook):
    """Every parameter of a notebook: ours, else the study's, else that of this call."""
    common = {"study": task.given, "language": config["language"] or task.language}
    common |= {"seed": task.seed, "period": "", "output": "", "results": ""}
    given = DEFAULTS, task.parameters, config["parameters"] or {}
    return parameters_of(notebook, common, *(part.get(notebook.stem, {}) for part in given))

try:
    TASKS = plan(config["studies"], config["periods"], Path("runs/plan.json"))
    GIVEN = {
        (task.id, path.stem): parameters_for(task, path)
        for task in TASKS.values()
        for path in NOTEBOOKS
    }
    claim(Path("runs"), Path(".snakemake"))
    recover(Path("runs"), STEMS)
except (PlanError, OSError) as error:
    print(f"{error}\n\nNothing was run, nothing was written.", file=sys.stderr)
    sys.exit(2)


def parameters(stem):
    """Return a function that gives a notebook's parameters for a study and period."""

    def of(wildcards):
        run = f"runs/{wildcards.study}/{wildcards.period}"
        own = {"period": wildcards.period, "output": f"{run}/{stem}", "results": run}
        given = GIVEN[wildcards.study, stem]
        return json.dumps({name: own.get(name, value) for name, value in given.items()})

    return of


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
    before = [] if notebook == NOTEBOOKS[0] else STEMS[:1]

    rule:
        name:
            notebook.stem[3:]
        input:
            notebook=notebook,
            study=lambda wildcards: TASKS[wildcards.study].files,
            first=[f"{RUN}/{stem}.ipynb" for stem in before],
            results=[f"{RUN}/{s}" for s in STEMS[:-1]] if notebook == NOTEBOOKS[-1] else [],
        output:
            results=directory(f"{RUN}/{notebook.stem}"),
            notebook=f"{RUN}/{notebook.stem}.ipynb",
        params:
            parameters=parameters(notebook.stem),
            library=fingerprint(sources_of(notebook)),  # so that a change in it counts
        message:
            f"{notebook.stem} of {{wildcards.study}}, {{wildcards.period}}"
        shell:
            "mkdir -p {output.results:q} && exec {PYTHON:q} -m cxlib.run notebook"
            " {input.notebook:q} {output.notebook:q} --parameters {params.parameters:q}"


rule publish:
    input:
        results=[f"{RUN}/{stem}" for stem in STEMS],
        notebooks=[f"{RUN}/{stem}.ipynb" for stem in STEMS],
    output:
        f"{RUN}/published.json",
    params:
        study=lambda wildcards: TASKS[wildcards.study].given,
        library=fingerprint(files_of("run")),
    message:
        "publishing {wildcards.study}, {wildcards.period}"
    shell:
        "exec {PYTHON:q} -m cxlib.run promote runs/{wildcards.study}/{wildcards.period}"
        " data/processed/{wildcards.study}/{wildcards.period}"
        " figures/{wildcards.study}/{wildcards.period} --study {params.study:q}"


onstart:
    if config["kernels"] == "forked":
        start()


onsuccess:
    for task in TASKS.values():
        for period in task.periods:
            print(f"figures/{task.id}/{period}/index.html")


onerror:
    for task in TASKS.values():
        for failed in sorted(Path("runs", task.id).glob("*/*.failed.ipynb")):
            print(f"What went wrong is in {failed}", file=sys.stderr)
