"""Which files of the library a notebook rests on: so that a change in them runs it again."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from cxlib.places import ROOT

LIBRARY = ROOT / "cxlib"


def sources_of(notebook: Path) -> list[Path]:
    """List the library's files behind a notebook, found by following its imports.

    The unit is a wing (``cxlib/qmethod`` with all that is in it, templates too) or a single
    module (``cxlib/places.py``): a notebook that imports one name of a wing rests on all of it.

    Parameters
    ----------
    notebook : Path
        A notebook whose code cells import from `cxlib`.

    Returns
    -------
    list of Path
        Sorted.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found: set[str] = set()
    waiting = [unit for cell in code for unit in _units(_python(cell))]
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += [u for file in files_of(unit) for u in _imports(file)]
    return sorted({file for unit in found for file in files_of(unit)})


def fingerprint(files: Iterable[Path]) -> str:
    """Return one digest of the names and contents of files of the library."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"\0{file.relative_to(LIBRARY).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def files_of(unit: str) -> tuple[Path, ...]:
    """Return the files of a wing, or the one file of a module, by its name."""
    if (LIBRARY / unit).is_dir():
        inside = (LIBRARY / unit).rglob("*")
        return tuple(sorted(f for f in inside if f.is_file() and "__pycache__" not in f.parts))
    module = LIBRARY / f"{unit}.py"
    return (module,) if module.is_file() else ()


@cache
def _imports(file: Path) -> tuple[str, ...]:
    return tuple(_units(file.read_text(encoding="utf-8"))) if file.suffix == ".py" else ()


def _python(cell: str) -> str:
    """Return a cell without magics, which only IPython understands."""
    return "\n".join(line for line in cell.splitlines() if line.lstrip()[:1] not in ("%", "!", "?"))


def _units(code: str) -> Iterator[str]:
    """Yield the wings and modules of `cxlib` that a piece of code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("cxlib."))
