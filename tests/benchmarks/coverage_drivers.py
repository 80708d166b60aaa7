"""How often intervals cover the truth: 300 simulated surveys whose drivers work in known ways.

Run from the repository's root with `python tests/benchmarks/coverage_drivers.py` (some minutes);
the result is kept in coverage_drivers.csv beside it. The truth of a number is its value in a
survey of 400,000 answers; that of the ordinal coefficients is known.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from cxlib.drivers import (
    bootstrap_importance,
    event,
    least_squares,
    logit,
    mixed,
    ordinal,
    penalty_reward,
    relative_importance,
)

sys.path.insert(0, str(Path(__file__).parents[1] / "drivers"))
from moving import move, what_if

SLOPES = np.array([0.8, 0.5, 0.25, 0.0])
LINES = pd.Index(["reliable", "connected", "home", "nothing"])
ASYMMETRY = ["penalty", "reward", "asymmetry"]


def people(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Grades of four values, an outcome that is proportional in them, and one that isn't.

    In the second, failing on "reliable" costs more than a point, and an 8 on "connected" brings
    more; `nothing` goes with the others but does nothing.
    """
    common = rng.normal(size=(n, 1))
    grades = np.rint(7 + 0.7 * common + 1.1 * rng.normal(size=(n, 4))).clip(1, 10)
    X = pd.DataFrame(grades, columns=LINES)
    straight = (grades - 7) @ SLOPES + rng.logistic(size=n)
    bands = pd.Series(np.digitize(straight, [-2.5, 0.0, 1.5, 3.0]) + 5.0)
    level = 7 + (grades - 7) @ [0.3, 0.2, 0.2, 0.0]
    level += -1.0 * (grades[:, 0] <= 5) + 0.7 * (grades[:, 1] >= 8)
    return X, bands, pd.Series(np.rint(level + rng.normal(0, 1, n)).clip(1, 10))


def moves(X: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A tenth for all, a point for all, a point for those who gave a fail, for 6-7 only."""
    return {
        "a tenth": move(X, "home", 0.1),
        "a point": move(X, "connected", 1),
        "the fails": move(X, "reliable", 1, among=(1, 5)),
        "the middle": move(X, "connected", 1, among=(6, 7)),
    }


def tables(n: int, rng: np.random.Generator, seed: int, draws: int) -> dict[str, pd.DataFrame]:
    """Estimates with intervals of one survey."""
    X, bands, y = people(n, rng)
    district = pd.Series(rng.integers(0, 4, n))
    top = event(y, at_least=8)
    model = logit(X, top)
    contrasts = penalty_reward(X, y, 5, 8, n_resamples=draws, seed=seed)
    found = {
        "least squares (HC3)": least_squares(X, y).coefficients.loc[LINES],
        "mixed model, district": mixed(X, y, district).coefficients.loc[LINES],
        "ordinal logit": ordinal(X, bands).coefficients,
        "logit of 8+": model.coefficients,
        "logit of 8+: marginal effect": parts(model.coefficients, "effect"),
        "logit of a fail": logit(X, event(y, at_most=5)).coefficients,
        "what if: change of shares": what_if(X, y, moves(X)).rename(columns={"change": "estimate"}),
    }
    found |= {f"contrasts: {name}": parts(contrasts, name) for name in ASYMMETRY}
    if draws > 1:
        options = {"n_resamples": draws, "seed": seed}
        for name, outcome, method in (("", y, "lmg"), (" of 8+ (pseudo-R2)", top, "logit")):
            shares = bootstrap_importance(X, outcome, method=method, **options).shares
            found[f"LMG share{name}"] = shares.drop("random").rename(columns={"share": "estimate"})
    else:
        found["LMG share"] = relative_importance(X, y).to_frame("estimate")
        found["LMG share of 8+ (pseudo-R2)"] = relative_importance(X, top, "logit").to_frame(
            "estimate"
        )
    return found


def parts(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """One estimate of a table and its interval."""
    columns = {name: "estimate", f"{name}_low": "low", f"{name}_high": "high"}
    return table[list(columns)].rename(columns=columns)


def truth(seed: int) -> dict[str, pd.Series]:
    """What endless tenants would give."""
    found = tables(400_000, np.random.default_rng(seed), 1, draws=1)
    true = {name: table["estimate"] for name, table in found.items()}
    return true | {"ordinal logit": pd.Series(SLOPES, LINES)}


def coverage(
    simulations: int = 300, n: int = 1000, draws: int = 1000, seed: int = 2020
) -> pd.DataFrame:
    """Share of 95 % intervals that hold the truth, by kind of number."""
    rng, hits = np.random.default_rng(seed), {}
    true = truth(seed + 1)
    for simulation in range(simulations):
        for name, table in tables(n, rng, simulation, draws).items():
            bounds = table.reindex(true[name].index)
            hit = (bounds["low"] <= true[name]) & (true[name] <= bounds["high"])
            hits.setdefault(name, []).append(hit.to_numpy())
    covered = {name: np.array(rows) for name, rows in hits.items()}
    return pd.DataFrame(
        {
            "simulations": simulations,
            "respondents": n,
            "numbers": {name: rows.shape[1] for name, rows in covered.items()},
            "coverage": {name: rows.mean() for name, rows in covered.items()},
            "least": {name: rows.mean(axis=0).min() for name, rows in covered.items()},
            "most": {name: rows.mean(axis=0).max() for name, rows in covered.items()},
        }
    ).rename_axis("interval")


if __name__ == "__main__":
    both = pd.concat([coverage(n=n) for n in (300, 1000)])
    both.round(4).to_csv(Path(__file__).with_suffix(".csv"))
    print(both.round(3).to_string())
