"""How often a claim about drivers is false: simulated surveys in which there is nothing to claim.

Run from the repository's root with `python tests/benchmarks/claims_drivers.py` (fifteen minutes);
the result is kept in claims_drivers.csv beside it. "nothing" are grades that have nothing to do
with the outcome; "alike" are values that all do the same, so that none is first.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from cxlib import drivers, survey
from cxlib.report import drivers as reading
from cxlib.report import portrait, verdicts

NAMED = ["basic", "performance", "excitement"]


def people(
    n: int, k: int, slope: float, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Grades of k values (means of two items) that do equally much, and weights."""
    common = rng.normal(size=(n, 1))
    grades = np.rint(2 * (7 + 0.7 * common + 1.1 * rng.normal(size=(n, k)))).clip(2, 20) / 2
    X = pd.DataFrame(grades, columns=[f"v{i}" for i in range(k)])
    level = 7 + slope * (grades - 7).sum(axis=1) + rng.normal(0, 1.2, n)
    return X, pd.Series(np.rint(level).clip(1, 10)), pd.Series(rng.choice([0.5, 1.0, 2.0], n))


def claims(n: int, k: int, slope: float, seed: int, draws: int = 200) -> dict[str, bool]:
    """Which claims one survey leads to, all of them false."""
    rng = np.random.default_rng(seed)
    X, y, weights = people(n, k, slope, rng)
    options = {"n_resamples": draws, "seed": seed, "weights": weights}
    shares = drivers.bootstrap_importance(X, y, **options)
    changes = drivers.scenarios(X, y, weights=weights).changes
    fails, tops = (
        reading.best(changes, move, band)
        for move, band in (("fail_to_pass", "fail"), ("middle_to_top", "top"))
    )
    quadrants = portrait.priorities(X, shares, 10, weights)["quadrant"]
    earlier = people(n, k, slope, rng)
    now, then = (
        portrait.portrait(a, b, 5, 8, w, 100, seed) for a, b, w in ((X, y, weights), earlier)
    )
    groups = pd.Series(rng.choice([*"abcd"], n))
    found = drivers.by_group(X, y, groups, weights=weights, n_resamples=draws).differences
    returns = drivers.dominance_returns(X, y, **options)
    told = {
        "weighs most": reading.weightiest(shares.shares["share"], shares.draws).sure,
        "helps most against fails": fails.sure,
        "helps most towards the top": tops.sure,
        "adds more in every model": bool(reading.dominating(returns)),
        "to improve first": bool((quadrants == "improve").any()),
        "changed since a year": bool(verdicts.changed(survey.change(now, then)).any()),
        "groups differ": bool(verdicts.real(found)),
    }
    if slope == 0:
        pairs = drivers.threshold_pairs(5, 8)
        table = drivers.threshold_sensitivity(X, y, pairs, **options)
        kinds = reading.kinds(drivers.firmness(table))
        told["is of a kind"] = bool(kinds.isin(NAMED).any())
        told["brings anything"] = bool(fails.names or tops.names)
    return told


def false_claims(simulations: int, n: int, k: int) -> pd.DataFrame:
    """Share of surveys with a false claim, by claim."""
    tables = {}
    for name, slope in (("nothing", 0.0), ("alike", 0.25)):
        made = pd.DataFrame([claims(n, k, slope, seed) for seed in range(simulations)])
        tables[name, n, k] = made.mean()
    found = pd.concat(tables, names=["truth", "respondents", "values", "claim"]).rename("false")
    return found.to_frame().assign(simulations=simulations)


if __name__ == "__main__":
    table = pd.concat([false_claims(300, 300, 3), false_claims(120, 300, 6)])
    table.round(4).to_csv(Path(__file__).with_suffix(".csv"))
    print(table.round(3).to_string())
