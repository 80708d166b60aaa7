"""What a reader of two editions of 500 random studies finds out, with the ledger and without.

`python tests/benchmarks/attack_editions.py [studies]` writes attack_editions.csv beside itself: for
each kind of change how often it was tried; how often the two editions told about fewer people
than the minimum by the rules within an edition alone, and how often those that the ledger let
out did; how often it held the second up, and how often it would have told nothing.
"""

import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "privacy"))

from published_editions import tried

if __name__ == "__main__":
    found = pd.DataFrame(map(tried, range(int((sys.argv[1:] or [500])[0]))))
    found["held"] = ~found["out"]
    found["held without need"] = found["held"] & ~found["today"]
    table = found.groupby("kind", sort=False).agg(
        tried=("out", "size"), **{n: (n, "sum") for n in ("today", "ledger", "held")},
        needless=("held without need", "sum"),
    )  # fmt: skip
    names = {"today": "derived without the ledger", "ledger": "derived with the ledger",
             "needless": "held though nothing could be derived"}  # fmt: skip
    path = Path(__file__).with_suffix(".csv")
    table.rename(columns=names).rename_axis("change").to_csv(path, lineterminator="\n")
    print(path.read_text())
