"""Hand a command to a process that has imported and read everything already, and forks for each.

A run starts `serve` once. `delegate` gives it a command together with the caller's own output; a
fork carries it out. What is run, shown and killed is the same as without; only the seconds of
importing, and of reading a study that has not changed since, are saved.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from cxlib.run.plan import fingerprint, imports, library

# Whoever computes has one thread, so that sums come out the same everywhere.
THREADS = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
PLACE = "CXLIB_RELAY"  # in the environment: where the process listens
PARTS = (  # what notebooks import, and what runs them
    "ipykernel.kernelapp",
    "pandas.io.formats.style",
    "seaborn",
    "statsmodels.api",
    "typst",
    *(f"cxlib.{wing}" for wing in ("qmethod", "importance", "survey", "drivers", "monitor")),
    *(f"cxlib.{room}" for room in ("study", "report", "figures", "booklet")),
    *(f"cxlib.run.{part}" for part in ("given", "index", "notebook", "promotion", "publication")),
)
INLINE = "module://matplotlib_inline.backend_inline"  # as kernels set it before they import
_BEGUN = b"\xff"


def start(studies: Sequence[str] = ()) -> None:
    """Start a process that serves the commands of this one, and say where in the environment.

    Where one is named there already and is on this machine, that is used. Where the system can't
    fork there is none, and every command is run by itself.

    Parameters
    ----------
    studies : sequence of str
        Folders, or names in data/raw, that the commands are about.
    """
    known = os.environ.get(PLACE)
    if not hasattr(os, "fork") or (known and Path(known).exists()):
        return
    path = Path(tempfile.mkdtemp(prefix="cxlib-")) / "relay"
    command = [sys.executable, "-m", "cxlib.run", "serve", str(path), *studies]
    serving = subprocess.Popen(command, env=os.environ | THREADS)
    while not path.exists() and serving.poll() is None:
        time.sleep(0.02)
    os.environ[PLACE] = str(path)


def load() -> None:
    """Import what notebooks and their kernels need, as a kernel would."""
    os.environ["MPLBACKEND"] = INLINE
    for part in PARTS:
        import_module(part)
    import_module("pandas").set_option("display.max_columns", 20)  # as where no terminal is
    for file in library():
        imports(file)


def serve(path: Path, run: Callable[[Sequence[str]], int], studies: Sequence[str] = ()) -> int:
    """Wait for commands on a socket, and run each in a fork, until the parent has ended.

    Parameters
    ----------
    path : Path
        Of the socket, in a folder that only its owner may enter.
    run : callable
        Takes the words of a command and returns its exit status.
    studies : sequence of str
        Read one after the other, between the commands.
    """
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the parent, with which this ends
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{path}.new")
        listening.listen()
        Path(f"{path}.new").rename(path)  # who comes while we import, waits
        made = fingerprint(library())
        load()
        from cxlib.study.study import hold  # which takes long: who asks has begun to wait

        waiting = list(studies)
        while os.getppid() == parent:
            if waiting:
                with suppress(Exception):  # who asks for it is told what is wrong
                    hold(waiting.pop(0))
            if select.select([listening], [], [], 0.25)[0]:
                with listening.accept()[0] as asking:
                    if os.fork() == 0:
                        listening.close()
                        os._exit(_answer(asking, made, run))
    path.unlink()
    path.parent.rmdir()
    return 0


def _answer(asking: socket.socket, made: str, run: Callable[[Sequence[str]], int]) -> int:
    """In the fork: run what is asked, as if the asker did it; end with the asker."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    text, handles, _, _ = socket.recv_fds(asking, 1 << 16, 2)
    while not text.endswith(b"\n"):
        text += asking.recv(1 << 16)
    order = json.loads(text)
    if made != fingerprint(library()):  # a file has changed since it was imported
        return 0
    try:
        asking.send(_BEGUN)
    except OSError:  # who asked was killed meanwhile
        return 0
    for handle, own in zip(handles, (1, 2), strict=True):
        os.dup2(handle, own)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"] | {"MPLBACKEND": INLINE})
    import_module("cxlib.run.forks").register()
    threading.Thread(target=_end_with, args=[asking], daemon=True).start()
    status = 1
    try:
        status = run(order["words"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        with suppress(OSError):
            asking.send(bytes([status]))
    return status


def _end_with(asking: socket.socket) -> None:
    """End this fork and its kernel when the asker has gone."""
    with suppress(OSError):
        asking.recv(1)
    os.killpg(0, signal.SIGKILL)


def delegate(path: str, words: Sequence[str]) -> int | None:
    """Have a command run by the process that listens at a socket, and return its exit status.

    Nothing where that process is not there, has died before it began, or has imported other code
    than there is now: then the command is the caller's own to run.
    """
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(path)
        except OSError:
            return None
        order = {"words": list(words), "folder": str(Path.cwd()), "environment": dict(os.environ)}
        text = f"{json.dumps(order)}\n".encode()
        begun = answer = b""
        with suppress(OSError):  # who dies on the way says nothing
            sent = socket.send_fds(asked, [text], [1, 2])
            asked.sendall(text[sent:])
            begun = asked.recv(1)
            answer = asked.recv(1)
    return int.from_bytes(answer or b"\x01") if begun else None
