"""Read a YAML file that a stranger may have written: safely, bounded, with line numbers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cxlib.study.decoding import TextFault, decode
from cxlib.study.problems import Problem, shown

BYTES = 2_000_000
NODES = 100_000


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file, and the line that each part of it stands on."""

    content: Any
    root: yaml.Node | None

    def line(self, path: tuple[Hashable, ...]) -> int | None:
        """Return the line of the deepest part of `path` that the file has."""
        node, line = self.root, None
        for step in (None, *path):
            if step is not None:
                found = _child(node, step)
                if found is None:
                    break
                line, node = found
        return line


def read_yaml(path: Path, name: str) -> tuple[YamlFile, list[Problem]]:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in problems.

    Returns
    -------
    YamlFile, list of Problem
        With any problem the content is None.
    """
    nothing = YamlFile(None, None)
    try:
        data = path.read_bytes()
        if len(data) > BYTES:
            raise TextFault("a file below 2 MB", "Move what is no setting out of it.")
        root = yaml.compose(decode(data), Loader=yaml.SafeLoader)
        if root is None:
            return nothing, []
        problems = _faults(root, name)
        if problems:
            return nothing, problems
        return YamlFile(_Loader("").construct_document(root), root), []
    except TextFault as fault:
        return nothing, [fault.problem(name)]
    except RecursionError:
        return nothing, [Problem(name, "plain nesting", "Bring the number of levels down.")]
    except yaml.YAMLError as error:
        return nothing, [_syntax(error, name)]
    except ValueError as error:
        return nothing, [Problem(name, "valid YAML", f"Correct it: {shown(error)}.")]


class _Loader(yaml.SafeLoader):
    """Builds plain values; whatever asks for a Python object is refused."""


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, yaml.constructor.ConstructorError):
        return Problem(name, "plain values without tags", "Remove the word with '!'.", _row(mark))
    if isinstance(error, yaml.reader.ReaderError):
        return Problem(name, "a text file", "Save it as plain text, in UTF-8.")
    what = shown(getattr(error, "problem", None)).removeprefix("found ")
    remedy = "Look for a missing colon, quote or bracket, or a tab, on this line or above it."
    return Problem(name, "valid YAML", remedy, _row(mark), value=what)


def _row(mark: Any) -> int | None:
    return None if mark is None else mark.line + 1


def _faults(root: yaml.Node, name: str) -> list[Problem]:
    """Walk the tree with aliases expanded, at most NODES parts, and look for double keys."""
    problems: dict[tuple, Problem] = {}
    todo, seen = [root], 0
    while todo:
        node, seen = todo.pop(), seen + 1
        if seen > NODES:
            remedy = "Write it out without anchors (&) and aliases (*)."
            return [Problem(name, f"at most {NODES:,} parts", remedy)]
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in keys:
                    row = key.start_mark.line + 1
                    problems[row, key.value] = Problem(
                        name, "each key once", "Keep one of the two.", row, shown(key.value)
                    )
                keys |= {key.value} if isinstance(key, yaml.ScalarNode) else set()
                todo += [key, value]
    return sorted(problems.values(), key=lambda problem: problem.row or 0)


def _child(node: yaml.Node | None, step: Hashable) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    return None
