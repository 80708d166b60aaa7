"""What the library says, as a catalogue must have it: the messages of code and YAML files."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import yaml

from cxlib.language import NOTHING

# The functions that a message is given to, and where among what they are given.
KEYWORDS = {"_": 0, "say": 0, "said": 0, "Note": 0, "plural": 0, "count": 1, "counted": 1}


def extract(file: BinaryIO, *_options: Any) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The messages of a Python file, as Babel's extractors give them.

    Babel's own neither looks into f-strings nor skips `"text".count("x")`.
    """
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in KEYWORDS:
            continue
        size = 1 if name in ("_", "say", "said", "Note") else 2
        texts = [getattr(part, "value", None) for part in node.args[KEYWORDS[name] :][:size]]
        if len(texts) == size and all(text and isinstance(text, str) for text in texts):
            yield node.lineno, name, texts[0] if size == 1 else tuple(texts), []


TEXTS = ("heading", "lead", "pull", "meaning", "ask", "label")  # keys of a YAML file's messages
SECTIONS = (  # under which all are messages
    *("units", "findings", "notebooks", "chapters", "words", "withheld", "large"),
    *("heads", "quadrants", "peers", "origins", "matrix", "effects", "criteria", "measured"),
    *("met", "parts", "quarters", "states"),
)


def extract_yaml(file: BinaryIO, *_options: Any) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The messages of a YAML file, as Babel's extractors give them."""
    yield from ((1, "say", text, []) for text in _messages(yaml.safe_load(file), said=False))


def _messages(part: Any, said: bool) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            text = key in TEXTS and not isinstance(value, Mapping)
            yield from _messages(value, key != "if" and (said or text or key in SECTIONS))
    elif isinstance(part, list):
        for value in part:
            yield from _messages(value, said)
    elif said and isinstance(part, str) and part != NOTHING:
        yield part
