"""Whether a run that is killed leaves all old or all new, and whether the next one succeeds.

`python tests/benchmarks/kills.py [kills] [seed]` kills 40 times at random moments, and writes
kills.csv beside itself after each: half of the moments lie anywhere in a run, a quarter in its
promotion, and a quarter in the making of the environment (with stand-ins for Python, pip and uv).
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pipeline")]

from test_kills import durations, killed, killed_while_made  # noqa: E402  # found by the line above
from workbench import Bench  # noqa: E402


def main(kills: int = 40, seed: int = 0) -> None:
    """Kill, and write the table."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.whole(Path(folder))
        bench.run()
        run, promotion = durations(bench)
        found = []
        for at in range(kills):
            kind = ("run", "promotion", "run", "environment")[at % 4]
            if kind == "environment":
                came = killed_while_made(Path(folder, "environment"), chance.uniform(0, 0.8))
            else:
                longest = promotion if kind == "promotion" else run
                came = killed(bench, chance.uniform(0, longest), promoting=kind == "promotion")
            print(kind, came, flush=True)
            found.append({"killed in": kind, "tried": 1, **came})
            table = pd.DataFrame(found).groupby("killed in").sum()
            table.to_csv(HERE / "kills.csv", lineterminator="\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
