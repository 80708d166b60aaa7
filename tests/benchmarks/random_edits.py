"""Whether what is published is what the files hold, after each of many random edits of a study.

`python tests/benchmarks/random_edits.py [edits] [seed]` tries 300 of them, half on one study and
half on another, and writes random_edits.csv beside itself: for each kind how often it was tried,
how often only what rests on it was made again, and how often every published number was that of
the files, with one digest, that of now.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pipeline")]

from test_contents import prepare, ran, tried  # noqa: E402  # found by the line above
from workbench import Bench  # noqa: E402


def half(seed: int, edits: int) -> list[dict[str, object]]:
    """Try edits of one study."""
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(Bench(Path(folder)))
        ran(bench)
        return tried(bench, seed, edits)


def main(edits: int = 300, seed: int = 0) -> None:
    """Try the edits, and write the table."""
    with ProcessPoolExecutor(2) as pool:
        halves = pool.map(half, (2 * seed, 2 * seed + 1), (edits // 2, edits - edits // 2))
        found = pd.DataFrame([row for rows in halves for row in rows])
    table = found.groupby("edit").agg(["size", "sum"]).droplevel(0, axis=1).iloc[:, [0, 1, 3]]
    table.columns = ["tried", "only what rests on it", "right"]
    table.to_csv(HERE / "random_edits.csv", lineterminator="\n")
    print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
