"""How often the interval of alpha covers the truth with gaps, and whether a value is impossible.

Run from the repository's root with `python tests/benchmarks/coverage_alpha.py` (a minute); the
results are kept beside it: coverage_alpha.csv (300 answers, 4 items, some people leaving two
items open at random) and routed_alpha.csv (500 surveys in which items are asked only of some).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from cxlib.survey import adequacy, alpha, item_quality, omega

LOADINGS = np.array([0.85, 0.8, 0.75, 0.7])


def grades(n: int, rng: np.random.Generator, loadings: np.ndarray = LOADINGS) -> pd.DataFrame:
    """Grades from 1 to 10 on items of one scale."""
    level = rng.normal(size=(n, 1)) * loadings
    answers = level + rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)
    names = [f"i{item}" for item in range(len(loadings))]
    return pd.DataFrame(np.rint(7 + 1.5 * answers).clip(1, 10), columns=names)


def gapped(items: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """The items with two gaps, drawn by lot, for a share of the people."""
    gaps = rng.permuted(np.tile([True, True, False, False], (len(items), 1)), axis=1)
    return items.mask(gaps & (rng.random((len(items), 1)) < share))


def coverage(simulations: int = 200, n: int = 300, seed: int = 2020) -> pd.DataFrame:
    """Share of 95 % intervals that hold the alpha of endless people."""
    rng = np.random.default_rng(seed)
    truth, rows = alpha(grades(400_000, rng)).estimate, []
    for share in (0.0, 0.5, 0.8):
        found = [alpha(gapped(grades(n, rng), share, rng)) for _ in range(simulations)]
        bounds = pd.DataFrame([(f.estimate, f.low, f.high, f.n) for f in found], columns=[*"elhn"])
        covered = ((bounds["l"] <= truth) & (truth <= bounds["h"])).mean()
        bias = bounds["e"].mean() - truth
        rows.append((share, simulations, n, covered, bias, bounds["n"].mean()))
    columns = ["people_with_gaps", "simulations", "answers", "coverage", "bias", "effective_n"]
    return pd.DataFrame(rows, columns=columns).round(4).set_index("people_with_gaps")


def routed(rng: np.random.Generator) -> pd.DataFrame:
    """A survey in which some items are asked only of those whose first answer calls for it."""
    k, n = int(rng.integers(2, 7)), int(rng.integers(12, 400))
    items = grades(n, rng, rng.uniform(-0.3, 0.95, k))
    first = items["i0"]
    rules = [(first <= 5) | (first >= 9), first <= 6, first >= 8, first == 7]
    for item in items.columns[1:]:
        if rng.random() < 0.6:
            items[item] = items[item].where(rules[rng.integers(4)] | (rng.random(n) < 0.05))
    return items.mask(rng.random((n, k)) < rng.choice([0, 0.1, 0.4]))


def faults(items: pd.DataFrame) -> list[str]:
    """What is impossible among the numbers of a scale."""
    found, n = [], int(items.notna().any(axis=1).sum())
    for name, one, least in (("alpha", alpha(items), -np.inf), ("omega", omega(items), 0)):
        if np.isfinite(one.estimate) and not least - 1e-12 <= one.estimate <= 1 + 1e-12:
            found.append(f"{name} {one.estimate}")
        if np.isfinite(one.low) and not one.low <= one.estimate <= one.high <= 1 + 1e-12:
            found.append(f"limits of {name}")
        if not items.dropna().shape[0] - 1 <= one.n <= n and not one.notes:
            found.append(f"n of {name}")
    overall = adequacy(items).loc["KMO", "estimate"]
    found += ["kmo"] * int(not (np.isnan(overall) or 0 <= overall <= 1))
    rest = item_quality(items)["item_rest"].dropna()
    return found + ["item_rest"] * int(not rest.between(-1, 1).all())


def impossible(designs: int = 500, seed: int = 2020) -> pd.DataFrame:
    """How many routed surveys give an impossible value, and how alpha was found in them."""
    rng = np.random.default_rng(seed)
    surveys = [routed(rng) for _ in range(designs)]
    methods = pd.Series([alpha(items).method for items in surveys]).value_counts()
    wrong = [fault for items in surveys for fault in faults(items)]
    table = methods.rename_axis("method").rename("designs").to_frame()
    return table.assign(impossible=len(wrong))


if __name__ == "__main__":
    here = Path(__file__).parent
    for name, table in (("coverage_alpha", coverage()), ("routed_alpha", impossible())):
        print(table)
        table.to_csv(here / f"{name}.csv")
