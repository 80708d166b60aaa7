"""Where a published number comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cxlib

ORIGINS = ("published", "collected", "simulated")


def mixed(hashes: Mapping[str, str]) -> dict[str, str]:
    """Return the hash of every file mixed with those of all files together.

    The plain hash of a short file (twelve judgements on five levels) gives its content away to
    whoever tries all contents; to check a mixed one, one needs the whole folder.

    Examples
    --------
    >>> one, two = mixed({"a.csv": "00"}), mixed({"a.csv": "00", "b.csv": "01"})
    >>> one["a.csv"] == two["a.csv"]
    False
    """
    whole = "".join(f"{name} {digest}\n" for name, digest in sorted(hashes.items()))
    return {name: hashlib.sha256(f"{whole}{name}".encode()).hexdigest() for name in sorted(hashes)}


@dataclass(frozen=True)
class Provenance:
    """What a reader needs to make a result again.

    Parameters
    ----------
    study, period, notebook : str
        Id of the study, label of the period, name of the notebook without its extension.
    seed : int or None
        Seed of the random draws; None where nothing is drawn.
    inputs : dict of str to str
        A hash of every file of the study, by its path inside the study folder; see `mixed`.
    version : str
        Version of the library.
    """

    study: str
    period: str
    notebook: str
    seed: int | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    version: str = cxlib.__version__

    def record(self, origin: str) -> dict[str, Any]:
        """Return the entries for a JSON file.

        Parameters
        ----------
        origin : {"published", "collected", "simulated"}
            Where the rows come from that the result rests on.

        Examples
        --------
        >>> Provenance("demo", "all", "02_viewpoints").record("made up")
        Traceback (most recent call last):
            ...
        ValueError: origin is one of published, collected, simulated; not 'made up'
        """
        if origin not in ORIGINS:
            raise ValueError(f"origin is one of {', '.join(ORIGINS)}; not {origin!r}")
        return {
            "origin": origin,
            "study": self.study,
            "period": self.period,
            "notebook": self.notebook,
            "seed": self.seed,
            "version": self.version,
            "inputs": dict(sorted(self.inputs.items())),
        }
