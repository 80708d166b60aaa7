"""Whether the check refuses personal data in any text of a study, in every spelling.

`python tests/benchmarks/planted.py` writes planted.csv beside itself: a row a file, column or key
and kind, with how many were planted, refused with their place, and shown in full in the report.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import chain
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


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "whole"
        files = whole(folder)
        for people, known in ((False, PLANTED), (True, PEOPLE)):
            for kind, texts in known.items():
                for text in texts:
                    for at in cells(files, people):
                        problems = plant_cells(folder, {at: text})
                        rows.append((*at, kind, bool(named(problems, *at)), told(problems, text)))
        for name in MODELS:
            places = {kind_of(path): path for path in chain(*free(name))}
            for kind, texts in PLANTED.items():
                for text in texts:
                    for at, path in places.items():
                        key = ".".join(map(str, path))
                        problems = plant_settings(Path(place) / "alone", name, {path: text})
                        refused = bool(named(problems, name, key))
                        rows.append((name, at, kind, refused, told(problems, text)))
            (Path(place) / "alone" / name).unlink()
    table = pd.DataFrame(rows, columns=["file", "place", "kind", "refused", "shown"])
    groups = table.groupby(["file", "place", "kind"], sort=False)
    counts = groups.agg(
        planted=("refused", "size"), refused=("refused", "sum"), shown=("shown", "sum")
    )
    counts.reset_index().to_csv(RESULTS, index=False)
    print(counts.groupby(["kind"])[["planted", "refused", "shown"]].sum())


if __name__ == "__main__":
    main()
