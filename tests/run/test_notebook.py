"""One notebook: whole or not at all, and the same bytes every time."""

import os
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from cxlib.run import run_notebook
from cxlib.run.notebook import ParameterError


def write(path: Path, *cells: str, parameters: str = 'study = ""\nseed = 1') -> Path:
    """Write a notebook without kernel settings, as an editor might leave it."""
    settings = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    code = [nbformat.v4.new_code_cell(cell, id=f"c{i}") for i, cell in enumerate(cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[settings, *code]), path)
    return path


def outputs(path: Path) -> str:
    """All that a notebook shows, as text."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(str(output) for cell in cells for output in cell.get("outputs", []))


def test_values_arrive_as_they_are_and_nothing_of_the_machine_stays(tmp_path, monkeypatch):
    source = write(
        tmp_path / "a {b} c" / "01_x.ipynb",
        "import os, sys, warnings\nprint(repr(study), seed, os.environ['OPENBLAS_NUM_THREADS'])",
        "print(os.getcwd()); print('seen', file=sys.stderr); print('last')\n"
        "warnings.warn('careful')",
        "object()",
    )
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        target = tmp_path / name / "out {x}" / "01_x.ipynb"
        given = {"study": f"{tmp_path}/{name}/../0363", "seed": 2}
        assert run_notebook(source, target, given) == target
        assert [file.name for file in target.parent.iterdir()] == ["01_x.ipynb"]
        made.append(target.read_bytes())
    assert made[0] == made[1]
    assert "OPENBLAS_NUM_THREADS" not in os.environ
    assert str(tmp_path).encode() not in made[0]
    assert b"papermill" not in made[0] and b"ipykernel_" not in made[0]
    shown = outputs(target)
    assert "'0363' 2 1" in shown and "careful" in shown and "<object>" in shown
    assert "TCP" not in shown


def test_failure_is_kept_beside_the_target_which_stays_as_it_was(tmp_path):
    source = write(tmp_path / "01_x.ipynb", "print('before')", "1 / (seed - 1)", "print('after')")
    target = tmp_path / "run" / "01_x.ipynb"
    failed = tmp_path / "run" / "01_x.failed.ipynb"
    run_notebook(source, target, {"seed": 3})
    before = target.read_bytes()
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        run_notebook(source, target, {"seed": 1})
    assert target.read_bytes() == before
    assert "before" in outputs(failed) and "ZeroDivisionError" in outputs(failed)
    run_notebook(source, target, {"seed": 3})
    assert target.read_bytes() == before and not failed.exists()


def test_dead_kernel_is_told_in_the_kept_notebook(tmp_path):
    kill = "import os, signal, time\nprint('before', flush=True)\ntime.sleep(0.3)\n"
    source = write(tmp_path / "01_x.ipynb", kill + "os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(DeadKernelError):
        run_notebook(source, tmp_path / "run" / "01_x.ipynb", {})
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["01_x.failed.ipynb"]
    assert "DeadKernelError" in outputs(tmp_path / "run" / "01_x.failed.ipynb")


def test_quiet_end_is_a_success_without_noise(tmp_path):
    source = write(tmp_path / "01_x.ipynb", "print('no sorts')\nraise SystemExit(0)", "1 / 0")
    run_notebook(source, source, {})
    assert "no sorts" in outputs(source)
    assert "SystemExit" not in outputs(source) and "To exit" not in outputs(source)
    assert "ZeroDivisionError" not in outputs(source)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"studdy": "x"}, "no parameter studdy; it has study, seed"), ({"api_key": 1}, "api_key")],
)
def test_parameters_are_checked_before_anything_runs(tmp_path, given, message):
    parameters = 'study = ""\nseed = 1' + ("\napi_key = 0" if "api_key" in given else "")
    source = write(tmp_path / "01_x.ipynb", "1", parameters=parameters)
    with pytest.raises(ParameterError, match=message):
        run_notebook(source, tmp_path / "run" / "01_x.ipynb", given)
    assert not (tmp_path / "run").exists()
