"""Editions as jobs on the nodes of a real Slurm, one of which dies in mid-run."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cluster
import pytest
import workbench
from workbench import Bench

from cxlib.places import ROOT
from cxlib.run.rests import read_record

PLUGIN = (
    "snakemake-executor-plugin-slurm==2.8.0",
    "snakemake-executor-plugin-slurm-jobstep==0.6.1",
    "throttler==1.2.3",
)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A cluster's folder, and one with Snakemake's plugin for it."""
    if why := cluster.missing():
        pytest.skip(why)
    plugin, folder = (tmp_path_factory.mktemp(name) for name in ("plugin", "slurm"))
    command = [sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--target", str(plugin)]
    if subprocess.run([*command, *PLUGIN], capture_output=True, timeout=120).returncode:
        pytest.skip("Snakemake's plugin for Slurm can't be installed here")
    try:
        if not cluster.start(folder):
            pytest.skip("the nodes of Slurm don't get ready here")
        yield folder, plugin
    finally:
        cluster.stop(folder)


def several(bench: Bench, n: int) -> list[Path]:
    """A bench with so many small studies."""
    made = [bench.write_study(bench.folder / f"study{i}", f"small{i}") for i in range(1, n)]
    return [bench.study, *made]


def test_every_edition_is_a_job_and_a_node_that_dies_costs_none(
    bench: Bench, slurm: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder, plugin), n = slurm, 4
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, plugin))))
    bench.flag("wait-02_second")
    options = ["--profile", str(ROOT / "profiles" / "slurm"), "--seconds-between-status-checks"]
    options += ["3", "--slurm-init-seconds-before-status-checks", "3"]
    monkeypatch.setattr(workbench, "place", str)  # no kernel beside the nodes
    process = bench.start(*options, studies=several(bench, n), kernels="plain")
    while not (bench.folder / "flags" / "reached-02_second").exists() or len(cluster.at_work()) < 2:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.5)
    cluster.kill(folder, "n2")
    shutil.rmtree(bench.folder / "flags")
    cluster.run("slurmd", "-N", "n2")  # as a node that starts again
    said, _ = process.communicate(timeout=400)
    assert process.returncode == 0 and "Traceback" not in said, said
    assert said.count(" has been submitted with SLURM jobid") >= n + 1, said
    assert "Trying to restart job" in said
    assert list((bench.folder / ".snakemake" / "slurm_logs").rglob("*.log"))
    pages = list((bench.folder / "figures").glob("*/2020-Q2/index.html"))
    assert len(pages) == n and bench.seen() == {bench.size()}
    known = read_record(bench.folder / "runs" / "status.json")
    assert known["runs"][0]["said"] == f"{n} of {n} published" and len(known["studies"]) == n
