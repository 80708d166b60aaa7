"""How often a rotation is the best there is: 500 random studies against 40 starts each.

Run from the repository's root with `python tests/benchmarks/rotation_optimum.py` (some minutes);
the result is kept in rotation_optimum.csv beside it. `short` is how far the criterion stays below
the best of 40 random orthogonal starts, each climbed by Kaiser's angles, written out anew.
"""

import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "qmethod"))
from rotation_studies import CRITERIA, short, study


def optimum(studies: int = 500, starts: int = 40) -> pd.DataFrame:
    """By criterion and kind of study: the largest shortfall, and how many exceed 1e-9."""
    rows = [
        {"criterion": name, "kind": study(number)[1], "short": short(number, name, starts)}
        for number in range(studies)
        for name in CRITERIA
    ]
    found = pd.DataFrame(rows).groupby(["criterion", "kind"], sort=False)["short"]
    worst = found.max().clip(lower=0).map("{:.0e}".format)
    return pd.DataFrame(
        {"studies": found.size(), "starts": starts, "largest_short": worst}
        | {"above_1e-9": found.agg(lambda short: int((short > 1e-9).sum()))}
    )


if __name__ == "__main__":
    table = optimum()
    table.to_csv(Path(__file__).with_suffix(".csv"))
    print(table.to_string())
