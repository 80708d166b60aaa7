"""Reading the reference sets of Q methodology."""

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cxlib.places import ROOT

FOLDER = ROOT.parent / "shared" / "reference" / "qmethod"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/sorts.csv")) or ["lipset"]


@dataclass(frozen=True)
class Case:
    """One set: its sorts, and what other programs computed from them."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def sorts(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "sorts.csv", index_col=0)

    @cached_property
    def base(self) -> dict[str, Any]:
        return self.load("base")

    @cached_property
    def options(self) -> dict[str, Any]:
        """R weights raw sorts; an unforced set comes with the grid that R was given."""
        options: dict[str, Any] = {"grid": self.base["distribution_used"]}
        return options if self.base["forced"] else options | {"scores": "raw"}

    def has(self, run: str) -> bool:
        path = self.folder / f"{run}.json"
        return path.exists() and "loadings" in json.loads(path.read_text())

    def load(self, run: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{run}.json").read_text())


def table(part: dict[str, Any]) -> np.ndarray:
    """A matrix of a reference file; R writes NA as null or "NA"."""
    rows = [[np.nan if v in (None, "NA") else v for v in row] for row in part["values"]]
    return np.array(rows, dtype=float)


def align(ours: np.ndarray, theirs: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The order and signs of our columns that come nearest to theirs."""
    best: tuple[float, list[int], np.ndarray] = (np.inf, [], np.array([]))
    for order in permutations(range(ours.shape[1])):
        taken = ours[:, order]
        sign = np.where((taken * theirs).sum(axis=0) < 0, -1.0, 1.0)
        distance = float(np.abs(taken * sign - theirs).max())
        if distance < best[0]:
            best = (distance, list(order), sign)
    return best[1], best[2]
