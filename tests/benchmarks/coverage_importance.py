"""How often intervals cover the truth: 400 simulated studies from known Plackett-Luce worths.

Run from the repository's root with `python tests/benchmarks/coverage_importance.py` (about
three minutes); the result is kept in coverage_importance.csv beside it.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import importance
from cxlib.importance.ranking import redraw

GRID = {-4: 2, -3: 3, -2: 3, -1: 4, 0: 6, 1: 4, 2: 3, 3: 3, 4: 2}
PLACES = np.repeat(list(GRID), list(GRID.values())).astype(float)
CARDS = [f"c{number:02d}" for number in range(1, 31)]
KINDS = pd.Series(np.repeat(["home", "area", "service"], [8, 6, 16]), CARDS, name="domain")
WORTHS = np.linspace(1.5, -1.5, 30)
SHIFT = np.where(np.arange(30) % 10 == 4, 1.2, np.where(np.arange(30) % 10 == 7, -1.2, 0.0))
GRADES = np.tile([5.0, 7.5, 6.5, 8.0, 6.0], 6)  # how well each card is done, on average
SESSIONS = np.repeat(["s1", "s2", "s3"], [11, 11, 10])


def people(worths: np.ndarray, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Forced sorts by people who all draw from these worths."""
    drawn = redraw(worths, np.tile(PLACES[:, None], (1, n)), 1, rng)[0]
    return pd.DataFrame(drawn, CARDS, [f"p{number}" for number in range(n)])


def graded(sorts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Grades 1-10 by these people: mild and severe ones, lower for what they find important."""
    mood, luck = rng.normal(0, 0.7, sorts.shape[1]), rng.normal(0, 1.2, sorts.shape)
    grades = (GRADES[:, None] - 0.2 * sorts + mood + luck).round().clip(1, 10)
    return grades.mask(rng.random(sorts.shape) < 0.1)


def truth(rng: np.random.Generator) -> dict[str, pd.Series]:
    """What endless people would score."""
    ours, theirs = (
        importance.score(people(worths, 100_000, rng), grid=GRID)
        for worths in (WORTHS, WORTHS + SHIFT)
    )
    well = graded(people(WORTHS, 100_000, rng), rng).mean(axis=1)
    above = {name: values - values.mean() for name, values in (("i", ours), ("p", well))}
    return {
        "performance (grade)": well,
        "importance above the mean": above["i"],
        "performance above the mean": above["p"],
        "priority (gap)": above["i"] - above["p"] * 100 / 9,
        "worth (Plackett-Luce)": pd.Series(WORTHS - WORTHS.mean(), CARDS),
        "score (rescaled)": ours,
        "gap employees - tenants": theirs - ours,
        "score of a domain": ours.groupby(KINDS).mean(),
        "contrast of two groups": ours - theirs,
        "agreement (Spearman, corrected)": pd.Series({"spearman": ours.corr(theirs, "spearman")}),
    }


def tables(rng: np.random.Generator, seed: int) -> dict[str, pd.DataFrame]:
    """One simulated study: 32 tenants in three sessions, 40 employees."""
    ours, theirs = people(WORTHS, 32, rng), people(WORTHS + SHIFT, 40, rng)
    draws = {"n_resamples": 1000, "seed": seed}
    sessions = pd.Series(SESSIONS, ours.columns)
    worths = importance.worths(ours, strata=sessions, **draws)
    both = pd.concat([ours, theirs.add_prefix("e")], axis=1)
    groups = pd.Series("staff", both.columns).mask(both.columns.isin(ours.columns), "rent")
    first = importance.priorities(ours, graded(ours, rng), strata=sessions, grid=GRID, **draws)
    return {
        "performance (grade)": first,
        "importance above the mean": _bounds(first, "importance_above"),
        "performance above the mean": _bounds(first, "performance_above"),
        "priority (gap)": _bounds(first, "gap"),
        "worth (Plackett-Luce)": _bounds(worths, "worth"),
        "score (rescaled)": importance.rank(ours, strata=sessions, grid=GRID, **draws),
        "gap employees - tenants": importance.gaps(
            ours, theirs, grid=GRID, strata=sessions, **draws
        ),
        "score of a domain": importance.parts(ours, KINDS, grid=GRID, strata=sessions, **draws),
        "contrast of two groups": importance.contrasts(both, groups, grid=GRID, **draws).droplevel(
            "pair"
        ),
        "agreement (Spearman, corrected)": importance.rank_agreement(
            ours, theirs, grid=GRID, **draws
        ).loc[["spearman"]],
    }


def _bounds(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[[f"{name}_low", f"{name}_high"]].set_axis(["low", "high"], axis=1)


def coverage(simulations: int = 400, seed: int = 2020) -> pd.DataFrame:
    """Share of 95 % intervals that hold the truth, by kind of number.

    `least` and `most` are those of single numbers; `beyond` counts the single numbers that lie
    further from 95 % than chance would have it (p < .01 each, so 0.3 of 30 are to be expected).
    """
    rng = np.random.default_rng(seed)
    true, hits = truth(rng), {}
    for simulation in range(simulations):
        for name, table in tables(rng, simulation).items():
            bounds = table.reindex(true[name].index)
            hit = (bounds["low"] <= true[name]) & (true[name] <= bounds["high"])
            hits.setdefault(name, []).append(hit.to_numpy())
    chance = stats.norm.isf(0.005) * np.sqrt(0.95 * 0.05 / simulations)
    covered = {name: np.array(rows) for name, rows in hits.items()}
    return pd.DataFrame(
        {
            "simulations": simulations,
            "numbers": {name: rows.shape[1] for name, rows in covered.items()},
            "coverage": {name: rows.mean() for name, rows in covered.items()},
            "least": {name: rows.mean(axis=0).min() for name, rows in covered.items()},
            "most": {name: rows.mean(axis=0).max() for name, rows in covered.items()},
            "beyond": {
                name: (abs(rows.mean(axis=0) - 0.95) > chance).sum()
                for name, rows in covered.items()
            },
        }
    ).rename_axis("interval")


def alarms(simulations: int = 100, seed: int = 7) -> pd.DataFrame:
    """How often tests find something, in studies without and with something to be found."""
    rng, found = np.random.default_rng(seed), []
    for simulation in range(simulations):
        one = people(WORTHS, 32, rng)
        sessions = pd.Series(SESSIONS, one.columns)
        moved = pd.concat(
            [people(WORTHS + SHIFT, 11, rng), people(WORTHS, 21, rng).add_prefix("q")], axis=1
        ).set_axis(one.columns, axis=1)
        divided = one.copy()
        for side, columns in ((3.0, one.columns[::2]), (-3.0, one.columns[1::2])):
            worths = WORTHS + np.where(np.arange(30) == 14, side, 0.0)
            divided[columns] = people(worths, len(columns), rng).to_numpy()
        wide = np.where(np.arange(30) % 3 == 0, 2.0, 0.0)
        disputed = pd.concat(
            [people(WORTHS + wide * rng.normal(size=30), 1, rng) for _ in one], axis=1
        ).set_axis(one.columns, axis=1)
        none = importance.differences(one, sessions, n_permutations=1999, seed=simulation)
        some = importance.differences(moved, sessions, n_permutations=1999, seed=simulation)
        united, spread, split = (
            importance.camps(sorts, n_resamples=1000, seed=simulation)
            for sorts in (one, disputed, divided)
        )
        found.append(
            {
                "sessions alike: together": none.p < 0.05,
                "sessions alike: any card": none.cards["real"].any(),
                "one session of its own: together": some.p < 0.05,
                "one camp: any card": united["camps"].any(),
                "ten disputed cards, no camps: any card": spread["camps"].any(),
                "a divided card: that card": split.loc["c15", "camps"],
                "a divided card: any other": split.drop(index="c15")["camps"].any(),
            }
        )
    return pd.DataFrame(found).mean().rename_axis("test").rename("found").to_frame()


if __name__ == "__main__":
    here = Path(__file__)
    for suffix, table in (("", coverage()), ("_alarms", alarms())):
        table.round(4).to_csv(here.with_name(f"{here.stem}{suffix}.csv"))
        print(table.round(3).to_string())
