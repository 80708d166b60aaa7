"""Run one parameterised notebook so that a crash never costs the last good run."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from traitlets.config import Config

from cxlib.run.settled import settle

KERNEL = "python3"
_KERNELSPEC = {"name": KERNEL, "display_name": "Python 3 (ipykernel)", "language": "python"}
START_SECONDS = 120
CELL_SECONDS = 1800
_SINGLE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_SECRET = re.compile(r"pass(word|phrase)|secret|token|credential|api_?key", re.IGNORECASE)


class ParameterError(ValueError):
    """A parameter that the notebook does not take, or that does not belong in one."""


def run_notebook(source: str | Path, target: str | Path, parameters: Mapping[str, Any]) -> Path:
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
    """
    source, target = Path(source), Path(target)
    _check(source, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.partial.ipynb")
    failed = target.with_name(f"{target.stem}.failed.ipynb")
    try:
        with _single_threaded():
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


def _execute(source: Path, partial: Path, parameters: Mapping[str, Any]) -> None:
    partial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="nb-") as folder:
        papermill.execute_notebook(
            _read(source),
            str(partial).replace("{", "{{").replace("}", "}}"),
            parameters=dict(parameters),
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
    """Have the kernel compute with one thread, so that sums come out the same everywhere."""
    before = {name: os.environ.get(name) for name in _SINGLE}
    os.environ.update(dict.fromkeys(_SINGLE, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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
