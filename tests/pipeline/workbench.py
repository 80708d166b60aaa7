"""A workbench: the real Snakefile over tiny notebooks and a tiny study, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nbformat
from forked import place

from cxlib.places import ROOT
from cxlib.run.relay import PLACE

PARAMETERS = {"study": "", "period": "latest", "language": "nl", "output": "", "results": ""}
# As a notebook publishes, without the time that the library takes to import.
WORK = """\
import json, os, pathlib, time

folder = pathlib.Path(output)
name = folder.name
size = len((pathlib.Path(study) / "survey.csv").read_text())
flags = pathlib.Path(os.environ.get("FLAGS", "nowhere"))
if (flags / f"fail-{name}").exists():
    1 / 0
if (flags / f"die-{name}").exists():
    os.kill(os.getpid(), 9)
while (flags / f"wait-{name}").exists():
    (flags / f"reached-{name}").touch()
    time.sleep(0.02)
record = {"kind": "findings", "study": "tiny", "period": period, "notebook": name, "seed": None}
entry = {"value": size, "low": None, "high": None, "n": None, "unit": "", "origin": "collected"}
content = record | {"version": "0", "inputs": {}, "findings": {name[3:]: entry}}
(folder / "findings.json").write_text(json.dumps(content))
print(name, "has seen", size)
"""
HOLD = """\
import pathlib, sys, time
from cxlib.run.lock import claim
folder = pathlib.Path(sys.argv[1])
claim(folder, folder / ".snakemake", ["haag-wonen"], wait=float(sys.argv[3]))
print("mine", flush=True)
time.sleep(float(sys.argv[2]))
"""
STEMS = ("01_first", "02_second", "03_last")
MORE = "R{},2020-06-30,7\n"
SURVEY = "respondent,date,overall\n" + "".join(
    f"R{i:03d},2020-{1 + i % 6:02d}-28,{5 + i % 5}\n" for i in range(120)
)


@dataclass(frozen=True)
class Bench:
    """A working folder with notebooks and a study."""

    folder: Path

    @classmethod
    def whole(cls, folder: Path) -> Self:
        """A workbench with three notebooks and one study."""
        made = cls(folder)
        for stem in STEMS:
            made.write_notebook(stem, WORK)
        made.write_study(made.study)
        return made

    @property
    def study(self) -> Path:
        return self.folder / "my study"

    @property
    def run_folder(self) -> Path:
        return self.folder / "runs" / "tiny" / "2020-Q2"

    def write_notebook(self, stem: str, *cells: str, **parameters: str) -> None:
        lines = [f"{name} = {value!r}" for name, value in (PARAMETERS | parameters).items()]
        cell = "\n".join(lines)
        settings = nbformat.v4.new_code_cell(cell, metadata={"tags": ["parameters"]})
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        path = self.folder / "notebooks" / f"{stem}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=[settings, *code]), path)

    def write_study(
        self, folder: Path, identifier: str = "tiny", origin: str = "simulated"
    ) -> Path:
        folder.mkdir(exist_ok=True)
        settings = f"id: {identifier}\nname: Kleine Corporatie\nprovenance: {{survey: {origin}}}\n"
        (folder / "study.yaml").write_text(settings)
        (folder / "survey.csv").write_text(SURVEY)
        return folder

    def answer(self) -> None:
        """Have one more respondent answer, so that everything has to be done again."""
        with (self.study / "survey.csv").open("a") as file:
            file.write(MORE.format(self.size()))

    def flag(self, name: str) -> Path:
        path = self.folder / "flags" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        return path

    def start(
        self,
        *options: str,
        studies: list[Path] | None = None,
        period: str = "latest",
        told: str = "",
        **settings: object,
    ) -> subprocess.Popen:
        """Start the pipeline as the leader of a process group of its own, with other settings."""
        config = {
            "notebooks": str(self.folder / "notebooks"),
            "studies": json.dumps([str(study) for study in studies or [self.study]]),
            "periods": json.dumps([period]),
            **{name: str(value) for name, value in settings.items()},
        }
        words = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile"]
        words += ["--workflow-profile", ROOT / "profiles" / "default", "--directory", self.folder]
        words += [*options, "--config", *(f"{key}={value}" for key, value in config.items())]
        environment = os.environ | {"FLAGS": str(self.folder / "flags"), PLACE: place()}
        environment |= {"CXLIB_TELL": told}
        return subprocess.Popen(
            list(map(str, words)),
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str, **what) -> tuple[int, str]:
        """Run the pipeline to its end; returns its exit status and what it said."""
        process = self.start(*options, **what)
        output, _ = process.communicate(timeout=600)
        return process.returncode, output

    def run_until(self, stem: str) -> subprocess.Popen:
        """Start the pipeline, and return when a notebook waits (until its flag is removed)."""
        self.flag(f"wait-{stem}")
        reached = self.folder / "flags" / f"reached-{stem}"
        reached.unlink(missing_ok=True)
        process = self.start("--cores", "1")
        while not reached.exists():
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.01)
        return process

    def kill_when(self, reached: Callable[[], bool]) -> None:
        """Start the pipeline, and kill its whole process group at a moment."""
        process = self.start()
        deadline = time.monotonic() + 60
        while not reached():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "the moment never came"
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def published(self) -> dict[str, bytes]:
        """Every published file and its contents."""
        files = sorted(f for f in (self.folder / "figures").rglob("*") if f.is_file())
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}

    def size(self) -> int:
        """What a run finds now of the study's size."""
        return len((self.study / "survey.csv").read_text())

    def seen(self) -> set[int]:
        """What the published findings say of the study's size."""
        path = self.folder / "data/processed/tiny/2020-Q2/findings.json"
        return {entry["value"] for entry in json.loads(path.read_text())["findings"].values()}


def done(output: str) -> list[str]:
    """Return which notebooks were run, and whether the run was published."""
    stems = [stem for stem in STEMS if f"{stem} of " in output]
    return stems + (["publish"] if "publishing " in output else [])


def start_holding(folder: Path, seconds: float, wait: float = 60) -> subprocess.Popen:
    """Start a process that holds the lock of a folder for a while; it says "mine" when it does."""
    words = [sys.executable, "-c", HOLD, str(folder), str(seconds), str(wait)]
    both = subprocess.PIPE
    return subprocess.Popen(words, stdout=both, stderr=both, text=True)
