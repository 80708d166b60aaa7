"""Forked kernels give what plain ones give, and end when whoever asked for them ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from cxlib.run import relay

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
CELLS = (
    "seconds = 0\noutput = ''",
    "import os, time\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd",
    "pd.DataFrame(np.arange(60).reshape(2, 30))",
    "plt.plot([1, 2]);",
    "print(os.environ['MPLBACKEND'], os.environ.get('COLOUR'), os.path.basename(os.getcwd()))",
    "open('begun', 'w').write(str(os.getpid()))\ntime.sleep(seconds)",
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    notebook.cells[0].metadata.tags = ["parameters"]
    nbformat.write(notebook, tmp_path / "01_small.ipynb")
    return tmp_path / "01_small.ipynb"


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """Where a process listens that lives as long as another one, which we end."""
    program = (
        "import os, sys; from cxlib.run import relay; relay.start();"
        " print(os.environ[relay.PLACE], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None and parent.stdin is not None
        listening = parent.stdout.readline().strip()
        yield listening
        parent.stdin.close()
    waited(lambda: not Path(listening).exists())


def waited(holds: object, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(source: Path, place: str, **parameters: object) -> "subprocess.Popen[str]":
    target = source.with_name("plain.ipynb" if not place else "forked.ipynb")
    given = json.dumps({"output": str(source.parent / "made"), **parameters})
    command = [sys.executable, "-m", "cxlib.run", "notebook", str(source), str(target)]
    surroundings = {k: v for k, v in os.environ.items() if k != relay.PLACE} | {"COLOUR": "red"}
    return subprocess.Popen(
        [*command, "--parameters", given],
        cwd=source.parent,
        env=surroundings | ({relay.PLACE: place} if place else {}),
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_fork_gives_what_a_plain_kernel_gives(source: Path, place: str) -> None:
    for where in ("", place):
        with asked(source, where) as run:
            _, told = run.communicate(timeout=120)
        assert run.returncode == 0, told
    forked, plain = (source.with_name(f"{n}.ipynb").read_text() for n in ("forked", "plain"))
    assert forked == plain
    assert "matplotlib_inline.backend_inline red" in forked and "image/png" in forked


def test_a_notebook_that_fails_says_so_to_whoever_asked(source: Path, place: str) -> None:
    with asked(source, place, nonsense=1) as run:
        _, told = run.communicate(timeout=120)
    assert run.returncode == 1 and "has no parameter nonsense" in told


def test_a_kernel_ends_with_whoever_asked_for_it(source: Path, place: str) -> None:
    begun = source.with_name("begun")
    with asked(source, place, seconds=60) as run:
        waited(lambda: begun.exists() and begun.read_text().isdigit())
        kernel = int(begun.read_text())
        os.kill(kernel, 0)
        run.send_signal(signal.SIGKILL)
    waited(lambda: not Path(f"/proc/{kernel}/status").exists())


def test_without_a_listener_a_command_is_run_by_itself(tmp_path: Path) -> None:
    assert relay.delegate(str(tmp_path / "nobody"), ["notebook"]) is None


def test_a_listener_that_dies_before_it_began_leaves_the_command_to_its_asker(
    tmp_path: Path,
) -> None:
    place = str(tmp_path / "relay")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        ended = threading.Thread(target=lambda: listening.accept()[0].close())
        ended.start()
        assert relay.delegate(place, ["notebook"]) is None
        ended.join()
