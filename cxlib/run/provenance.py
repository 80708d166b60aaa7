"""Where a published number comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cxlib

ORIGINS = ("published", "collected", "simulated")


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
        SHA-256 of every file of the study, by its path inside the study folder.
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
