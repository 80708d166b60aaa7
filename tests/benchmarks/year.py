"""What a year of scheduled months says, with everything that goes wrong in one.

`python tests/benchmarks/year.py` writes year.csv beside itself: before each month's run what
happened, its exit status, what it told, whether that is what a person needs, and what
`cxlib status` says of the edition afterwards.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pipeline")]

from test_year import YEAR, months  # noqa: E402  # found by the line above
from workbench import Bench  # noqa: E402


def main() -> None:
    """Live through the year, and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench.whole(Path(folder))
        assert bench.run()[0] == 0
        table = pd.DataFrame(months(bench, YEAR)).replace(
            {folder: "…", r"\d{4}-\d\d-\d\d \d\d:\d\d": "…", r"for \d+ days": "for … days"},
            regex=True,
        )
        table.to_csv(HERE / "year.csv", index=False, lineterminator="\n")
    print(table.to_string())


if __name__ == "__main__":
    main()
