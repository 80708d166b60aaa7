"""A Slurm of two nodes on this machine: `python tests/pipeline/cluster.py start FOLDER`, or `stop`.

As root, where Debian's slurm-wlm and munge are installed. What then says
`make ARGS="--profile profiles/slurm"` runs on it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

CONFIG = Path("/etc/slurm/slurm.conf")  # where jobs look for it
TOOLS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue")
NODES = {"n1": 17001, "n2": 17002}
SETTINGS = """\
ClusterName=one-machine
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ReturnToService=2
SlurmdTimeout=5
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=6000\n"


def missing() -> str:
    """Why there can be no Slurm here; empty where there can."""
    lacking = [tool for tool in TOOLS if not shutil.which(tool, path=_path())]
    if lacking:
        return f"{', '.join(lacking)}: not installed (slurm-wlm, munge)"
    if os.getuid():
        return "only root can start nodes"
    return f"{CONFIG} is there: a cluster of somebody's own" if CONFIG.exists() else ""


def start(folder: Path) -> bool:
    """Start a controller and two nodes; says whether these got ready within a minute."""
    folder, host = folder.resolve(), socket.gethostname().partition(".")[0]
    for name in ("state", *NODES):
        (folder / name).mkdir(parents=True)
    text = SETTINGS.format(host=host, folder=folder)
    text += "".join(NODE.format(name=n, host=host, port=port) for n, port in NODES.items())
    CONFIG.parent.mkdir(exist_ok=True)
    CONFIG.write_text(text)
    run("service", "munge", "start")
    run("slurmctld")
    for name in NODES:
        run("slurmd", "-N", name)
    end = time.monotonic() + 60
    while ready() != set(NODES) and time.monotonic() < end:
        time.sleep(0.5)
    return ready() == set(NODES)


def stop(folder: Path) -> None:
    """End all of it, and what it runs."""
    for name in NODES:
        kill(folder, name)
    run("pkill", "-9", "slurmctld")
    CONFIG.unlink(missing_ok=True)


def kill(folder: Path, node: str) -> None:
    """Have a node die, with every process on it."""
    place = folder / f"{node}.pid"
    if place.exists():
        finish(int(place.read_text()))
    mark = f"SLURMD_NODENAME={node}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            here = mark in (process / "environ").read_bytes()
        except OSError:
            continue
        if here:
            finish(int(process.name))
    run("pkill", "-9", "-f", f"slurmstepd.*{node}")


def finish(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def ready() -> set[str]:
    """The nodes that take work."""
    told = run("sinfo", "--noheader", "--Node", "--format=%N %t").split()
    return {n for n, state in zip(told[::2], told[1::2], strict=True) if state in ("idle", "mix")}


def at_work() -> dict[str, str]:
    """Which job runs on which node."""
    told = run("squeue", "--noheader", "--states=running", "--format=%N %i").split()
    return dict(zip(told[::2], told[1::2], strict=True))


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PATH": _path()})
    return done.stdout


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


if __name__ == "__main__":
    if sys.argv[1] == "start" and (why := missing()):
        sys.exit(why)
    {"start": start, "stop": stop}[sys.argv[1]](Path(sys.argv[2]))
