"""Whether what is published is what the files hold, after each of many random edits of a study.

`python tests/benchmarks/random_edits.py [edits] [seed]` tries 300 of them and writes
random_edits.csv beside itself after each: for each kind how often it was tried, how often only what
rests on it was made again, and how often every published number was that of the files, with one
digest, that of now.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pipeline")]

from test_contents import prepare, ran, tried  # noqa: E402  # found by the line above
from workbench import Bench  # noqa: E402


def main(edits: int = 300, seed: int = 0) -> None:
    """Try the edits, and write the table."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(Bench(Path(folder)))
        ran(bench)
        for row in tried(bench, seed, edits):
            found.append(row)
            print(*row.values(), flush=True)
            table = pd.DataFrame(found).assign(tried=1).groupby("edit").sum()
            columns = ["tried", "only what rests on it", "right"]
            table[columns].to_csv(HERE / "random_edits.csv", lineterminator="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
