"""Whether the check refuses personal data in any text of a study, in every spelling.

`python tests/benchmarks/planted.py` writes planted.csv beside itself: a row a file, column or key
and kind, with how many were planted, refused with their place, and shown in full in the report.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "privacy"))

from plants import (
    MODELS,
    PEOPLE,
    PLANTED,
    cells,
    free,
    named,
    plant_cells,
    plant_settings,
    told,
    whole,
)

RESULTS = Path(__file__).with_name("planted.csv")


def kind_of(path: tuple) -> str:
    """The key of a text; entries of a list are alike."""
    return ".".join(step for step in path if isinstance(step, str))


def in_tables(folder: Path) -> Iterator[tuple]:
    """Each text in all columns at once."""
    files = whole(folder)
    for people, known in ((False, PLANTED), (True, PEOPLE)):
        for kind, texts in known.items():
            for text in texts:
                places = cells(files, people)
                problems = plant_cells(folder, dict.fromkeys(places, text))
                for at in places:
                    yield *at, kind, bool(named(problems, *at)), told(problems, text)


def in_settings(folder: Path, name: str) -> Iterator[tuple]:
    """Each text in all keys that take any text at once, and in each other key alone."""
    open_, closed = free(name)
    for kind, texts in PLANTED.items():
        for text in texts:
            words = ("".join("abcdefghij"[int(digit)] for digit in str(n)) for n in count(100))
            tried = [{path: f"{next(words)} {text}" for path in open_}]
            tried += [{path: text} for path in {kind_of(path): path for path in closed}.values()]
            for planted in tried:
                problems = plant_settings(folder, name, planted)
                shown = told(problems, text)
                for path in planted:
                    refused = bool(named(problems, name, ".".join(map(str, path))))
                    yield name, kind_of(path), kind, refused, shown


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        rows = list(in_tables(Path(place) / "whole"))
        for name in MODELS:
            rows += in_settings(Path(place) / name, name)
    table = pd.DataFrame(rows, columns=["file", "place", "kind", "refused", "shown"])
    groups = table.groupby(["file", "place", "kind"], sort=False)
    counts = groups.agg(
        planted=("refused", "size"), refused=("refused", "sum"), shown=("shown", "sum")
    )
    counts.reset_index().to_csv(RESULTS, index=False)
    print(counts.groupby(["kind"])[["planted", "refused", "shown"]].sum())


if __name__ == "__main__":
    main()
