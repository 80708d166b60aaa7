"""Digests of contents, and of spans of what a study holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

Contents = Mapping[str, Mapping[str, str]]  # set to month to digest
EVERYTHING = "*"


def digest(value: Any) -> str:
    """A digest of anything that JSON can hold.

    Examples
    --------
    >>> digest({"a": 1}) == digest({"a": 1}), len(digest(""))
    (True, 32)
    """
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def rested(contents: Contents, spans: Collection[str]) -> dict[str, str]:
    """Digests of some spans of a study, under the same names.

    Parameters
    ----------
    contents : dict of set to dict of month to digest
    spans : collection of str
        Names such as "survey 2019-07 2020-06" (as `Reads.found` has them), or "*" for everything.

    Examples
    --------
    >>> held = {"survey": {"": "a", "2020-01": "b", "2020-02": "c"}}
    >>> one, two = rested(held, ["survey  2020-01", "survey  2020-02"]).values()
    >>> one == two
    False
    """
    return {name: _digest_of(contents, name) for name in spans}


def _digest_of(contents: Contents, span: str) -> str:
    if span == EVERYTHING:
        return digest(contents)
    name, first, last = span.split(" ")
    held = {
        part: {m: code for m, code in months.items() if first <= m and (not last or m <= last)}
        for part, months in contents.items()
        if part == name or part.startswith(f"{name}/")
    }
    return digest(held)
