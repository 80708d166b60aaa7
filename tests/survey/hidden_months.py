"""Months of few people among months of many: what is hidden, what a reader finds, and the least.

`python tests/survey/hidden_months.py` tries 300 series; what comes out is kept in
tests/benchmarks/hidden_months.csv. The least comes from Tau-Argus, which hides for statistical
offices, told that quarters and the whole are published.
"""

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from cxlib.survey import masked

MINIMUM = 10


def series(rng: np.random.Generator) -> pd.Series:
    """Numbers of answers by month: two to five years, with one to four months of few."""
    months = pd.period_range("2018-01", periods=int(rng.integers(8, 21)) * 3, freq="M")
    counts = rng.integers(15, 120, len(months))
    few = rng.choice(len(months), rng.integers(1, 5), replace=False)
    counts[few] = rng.integers(1, MINIMUM, len(few))
    return pd.Series(counts, months)


def quarters(counts: pd.Series) -> pd.Series:
    """The quarter of each month."""
    return pd.Series(counts.index.asfreq("Q").astype(str), counts.index)


def hidden(counts: pd.Series) -> pd.Series:
    """Which months `survey.masked` leaves out."""
    dates = pd.Series(counts.index.to_timestamp().repeat(counts))
    shown = masked(pd.Series(1.0, dates.index), dates, dates.dt.to_period("Q").astype(str))
    return pd.Series(~counts.index.isin(dates[shown.notna()].dt.to_period("M")), counts.index)


def found(counts: pd.Series, left_out: pd.Series) -> int:
    """How many hidden months follow from the totals of the quarters, for who knows that each
    has somebody in it."""
    own = counts[left_out]
    known = pd.get_dummies(quarters(own)).T.to_numpy(dtype=float)
    told = 0
    for place in np.eye(len(own)):
        ends = [
            linprog(sign * place, A_eq=known, b_eq=known @ own, bounds=(1, None)).fun
            for sign in (1, -1)
        ]
        told += -ends[1] - ends[0] < 0.5
    return told


def least(counts: pd.Series) -> int:
    """How many months Tau-Argus hides at its optimum."""
    from pytauargus import protect

    names = pd.Series([f"m{place:02d}" for place in range(len(counts))], counts.index)
    lines = [
        line
        for quarter, months in names.groupby(quarters(counts))
        for line in [quarter, *("@" + months)]
    ]
    with TemporaryDirectory() as folder, chdir(folder):  # it leaves logs where it runs
        tree = Path(folder) / "months.hrc"
        tree.write_text("\n".join(lines) + "\n")
        made = protect(
            {"month": list(names.repeat(counts)), "one": [1.0] * int(counts.sum())},
            ["month"],
            response="one",
            safety_rules=f"FREQ({MINIMUM},30)",
            suppress="OPT(1)",
            hrc={"month": str(tree)},
            hierleadstring="@",
            workdir=folder,
        )
        rows = pd.DataFrame(made.tables[0].rows).set_index("month")
    return int(rows["status"].reindex(names).isin(["U", "M"]).sum())


def trial(seed: int) -> dict[str, int]:
    """One series: months, of them few, hidden, and hidden at the optimum; months found."""
    counts = series(np.random.default_rng(seed))
    left_out = hidden(counts)
    assert left_out[counts < MINIMUM].all()
    return {
        "months": len(counts),
        "few": int((counts < MINIMUM).sum()),
        "hidden": int(left_out.sum()),
        "least": least(counts),
        "found": found(counts, left_out),
    }


if __name__ == "__main__":
    trials = pd.DataFrame([trial(seed) for seed in range(300)])
    trials["more"] = trials["hidden"] - trials["least"]
    table = trials.groupby("few").agg(
        series=("months", "size"), hidden=("hidden", "mean"), least=("least", "mean"),
        most_above_least=("more", "max"), found=("found", "sum"),
    )  # fmt: skip
    table.round(2).to_csv(Path(__file__).parents[1] / "benchmarks" / "hidden_months.csv")
    print(table.round(2).to_string())
