"""Take out of an executed notebook what differs between two runs or two machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from cxlib.places import ROOT

_CELL_FILE = re.compile(r"[^\s\"'<>]*/ipykernel_\d+/\d+\.py")
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
        return _CELL_FILE.sub("cell", value)
    if isinstance(value, dict):
        parts = {k: v if k.startswith("image/") else _without(v, places) for k, v in value.items()}
        return NotebookNode(parts)
    return [_without(part, places) for part in value] if isinstance(value, list) else value
