"""Run one parameterised notebook so that a crash never costs the last good run.

What differs between two runs or two machines is taken out of the result.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from cxlib.places import ROOT
from cxlib.run.relay import THREADS

KERNEL = "python3"
_KERNELSPEC = {"name": KERNEL, "display_name": "Python 3 (ipykernel)", "language": "python"}
START_SECONDS = 120
CELL_SECONDS = 1800
_SECRET = re.compile(r"pass(word|phrase)|secret|token|credential|api_?key", re.IGNORECASE)


class ParameterError(ValueError):
    """A parameter that the notebook does not take, or that does not belong in one."""


def run_notebook(
    source: str | Path, target: str | Path, parameters: Mapping[str, Any], seconds: float = 0
) -> Path:
    """Execute a notebook with parameters, and put the result in place once it has finished.

    The work is done in a hidden file beside the target. A notebook that fails is kept there as
    ``NAME.failed.ipynb`` with its traceback, and the target stays as it was. The result holds no
    times, no paths of this machine and no random ids, so that the same run gives the same bytes.

    Parameters
    ----------
    source, target : str or Path
        The notebook, and where its executed copy goes; the two may be the same file.
    parameters : mapping of str to JSON-like values
        All must be defined in the notebook's parameters cell. They end up in the result for all
        to read: nothing secret can be passed.
    seconds : float
        After how many the notebook is ended, where the system can; 0: never.

    Returns
    -------
    Path
        The target.

    Raises
    ------
    ParameterError
        For a parameter that the notebook does not define, or whose name tells of a secret.
    papermill.PapermillExecutionError
        When a cell raises; a dead kernel raises nbclient's DeadKernelError.
    TimeoutError
        When it takes longer than it may.
    """
    source, target = Path(source), Path(target)
    _check(source, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.partial.ipynb")
    failed = target.with_name(f"{target.stem}.failed.ipynb")
    try:
        with _single_threaded(), _at_most(seconds):
            _execute(source, partial, parameters)
    except BaseException as error:
        if partial.exists():
            _tell(partial, error)
            settle(partial, parameters)
            partial.replace(failed)
        raise
    settle(partial, parameters)
    partial.replace(target)
    failed.unlink(missing_ok=True)
    return target


def _check(source: Path, parameters: Mapping[str, Any]) -> None:
    known = papermill.inspect_notebook(_read(source))
    unknown = [name for name in parameters if name not in known]
    if unknown:
        takes = ", ".join(known) or "none"
        raise ParameterError(f"{source.name} has no parameter {', '.join(unknown)}; it has {takes}")
    secret = [name for name in parameters if _SECRET.search(name)]
    if secret:
        raise ParameterError(
            f"{', '.join(secret)}: parameters are kept in the result, for all to read"
        )


def _read(source: Path) -> nbformat.NotebookNode:
    """Read a notebook: papermill would take braces in its path for parameters."""
    notebook = nbformat.read(source, as_version=4)
    notebook.metadata.setdefault("kernelspec", dict(_KERNELSPEC))
    return notebook


class _Engine(NBClientEngine):
    """Writes the notebook once it has ended, well or not, instead of twice a cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        place, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.output_path = place


papermill_engines.register("once", _Engine)


def _execute(source: Path, partial: Path, parameters: Mapping[str, Any]) -> None:
    partial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="nb-") as folder:
        papermill.execute_notebook(
            _read(source),
            str(partial).replace("{", "{{").replace("}", "}}"),
            parameters=dict(parameters),
            engine_name="once",
            kernel_name=KERNEL,
            progress_bar=False,
            log_output=False,
            start_timeout=START_SECONDS,
            execution_timeout=CELL_SECONDS,
            config=Config({"KernelManager": _connection(folder)}),
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # shutting down is no news
        )


def _connection(folder: str) -> dict[str, str]:
    """Have the kernel listen in a folder of ours; network ports may be taken, or be listened to."""
    if sys.platform == "win32":
        return {"transport_encryption": "auto"}
    return {"transport": "ipc", "ip": f"{folder}/kernel"}


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Have the kernel compute with one thread."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """End what takes longer, from within: so the notebook is kept as far as it got."""
    if not seconds or not hasattr(signal, "setitimer"):
        yield
        return

    def end(*_: object) -> None:
        raise TimeoutError(f"it took more than {seconds:.3g} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _tell(path: Path, error: BaseException) -> None:
    """Write an error that no cell shows (a kernel that died) into the cell that was running."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not cells or any(o.output_type == "error" for cell in cells for o in cell.outputs):
        return
    undone = [c for c in cells if c.metadata.get("papermill", {}).get("status") != "completed"]
    (undone or cells)[0].outputs.append(
        nbformat.v4.new_output(
            "error",
            ename=type(error).__name__,
            evalue=str(error),
            traceback=traceback.format_exception_only(error),
        )
    )
    nbformat.write(notebook, path)


_CELL_FILE = re.compile(r"[^\s\"'<>]*/ipykernel_\d+/\d+\.py")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in memory, where an object has no words of its own
_KEPT = ("tags", "collapsed", "jupyter", "slideshow")


def settle(path: Path, parameters: Mapping[str, Any]) -> None:
    """Rewrite a notebook without times, random ids, versions and paths of this machine.

    Parameters
    ----------
    path : Path
        The executed notebook, changed in place.
    parameters : mapping
        What it was run with: of a value that is an absolute path, only the name stays.
    """
    notebook = nbformat.read(path, as_version=4)
    places = _places(parameters)
    notebook.metadata = _metadata(notebook.metadata)
    for cell in notebook.cells:
        cell.metadata = NotebookNode({k: cell.metadata[k] for k in _KEPT if cell.metadata.get(k)})
        cell.source = _without(cell.source, places)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = [_without(output, places) for output in _outputs(cell.outputs)]
    nbformat.write(notebook, path)


def _metadata(metadata: NotebookNode) -> NotebookNode:
    kept = {key: metadata[key] for key in ("kernelspec", "language_info") if key in metadata}
    kept.get("language_info", {}).pop("version", None)
    return NotebookNode(kept)


def _places(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return what to write instead of each folder of this machine, the longest path first."""
    given = [Path(v) for v in parameters.values() if isinstance(v, str) and v.startswith("/")]
    names = {path: path.name for path in given}
    names |= {Path.home(): "~", ROOT: ".", Path.cwd(): "."}
    known = {str(path): name for path, name in names.items() if len(path.parts) > 1}
    return dict(sorted(known.items(), key=lambda item: -len(item[0])))


def _outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed in pieces, and leave out how a quiet end looks to IPython."""
    quiet = any(o.output_type == "error" and o.ename == "SystemExit" for o in outputs)
    kept = [o for o in outputs if not (quiet and _is_farewell(o))]
    joined = []
    for name, group in groupby(kept, key=lambda o: o.get("name")):
        first, *rest = group
        if name is None:
            joined += [first, *rest]
        else:
            joined.append(nbformat.v4.new_output("stream", name=name))
            joined[-1].text = "".join(o.text for o in (first, *rest))
    return joined


def _is_farewell(output: NotebookNode) -> bool:
    return output.output_type == "error" or "To exit: use" in output.get("text", "")


def _without(value: Any, places: Mapping[str, str]) -> Any:
    """Return text, or all text in an output but its pictures, without this machine's paths."""
    if isinstance(value, str):
        for path, name in places.items():
            value = re.sub(re.escape(path) + r"(?![\w-])", name, value)
        return _ADDRESS.sub("", _CELL_FILE.sub("cell", value))
    if isinstance(value, dict):
        parts = {k: v if k.startswith("image/") else _without(v, places) for k, v in value.items()}
        return NotebookNode(parts)
    return [_without(part, places) for part in value] if isinstance(value, list) else value
