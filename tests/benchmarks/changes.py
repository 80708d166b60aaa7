"""How often the intervals of a change's parts hold the truth, on simulated pairs of editions.

Run from the repository's root with `python tests/benchmarks/changes.py [pairs]` (200 by default, a
minute); changes.csv beside it has the coverage on 1000 pairs. In each pair the make-up of the
respondents changed, and:

mix      some journeys really changed, and some answers count more than others
mode     telephone, which nobody was asked by before, came in beside the internet
wording  the question was worded anew, and five others that moved by an amount of their own
         were not
"""

import sys
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey import change_parts

SHARES = {  # before and now
    "journey": {"repairs": (0.55, 0.45), "contact": (0.30, 0.33), "complaints": (0.15, 0.22)},
    "district": {"north": (0.30, 0.20), "south": (0.40, 0.42), "west": (0.30, 0.38)},
    "mode": {"internet": (0.75, 0.60), "telephone": (0.25, 0.40)},
}
COMES = {"internet": (1.0, 0.6), "telephone": (0.0, 0.4)}
APART = {"repairs": 0.3, "complaints": -1.1, "north": 0.3, "south": -0.2, "telephone": 0.45}
RISEN = {"repairs": 0.35, "contact": 0.15, "complaints": 0.15}
NOISE, BETWEEN, WORDED, QUESTIONS, PEOPLE = 1.1, 0.12, 0.3, 5, 700
SCENARIOS = ("mix", "mode", "wording")


def cells(scenario: str) -> pd.DataFrame:
    """Each combination of groups at both times: how many there are, and their true level."""
    shares = SHARES | ({"mode": COMES} if scenario == "mode" else {})
    rows = []
    for later, groups in product((False, True), product(*shares.values())):
        here = zip(shares.values(), groups, strict=True)
        weight = np.prod([own[group][later] for own, group in here])
        level = 7.3 + sum(APART.get(group, 0) for group in groups)
        level += later * (RISEN[groups[0]] if scenario != "wording" else 0.25)
        rows.append((*groups, later, weight, level))
    table = pd.DataFrame(rows, columns=[*shares, "later", "weight", "level"])
    return table[table["weight"] > 0].reset_index(drop=True)


def expected(levels: pd.Series, top: bool) -> pd.Series:
    """Mean grade, or share of 8 or higher, of people at these levels."""
    ends = {grade: stats.norm.sf((grade - 0.5 - levels) / NOISE) for grade in range(2, 11)}
    return pd.Series(ends[8] if top else 1 + sum(ends.values()), levels.index)


@cache
def truth(scenario: str, later: float, worded: float, top: bool) -> pd.Series:
    """The parts of the change among endless people."""
    population = cells(scenario)
    level = population["level"] + population["later"] * later
    split = partial(change_parts, minimum=1, weights=population["weight"])
    given = population[[*SHARES]], population["later"]
    found = split(expected(level, top), *given)["change"]
    if not worded:
        return found
    whole = split(expected(level + population["later"] * worded, top), *given)["change"]
    # What the make-up does to the share hangs on the level, so on the wording as well.
    return whole.drop("real").combine_first(
        pd.Series({"real": found["real"], "wording": whole["real"] - found["real"]})
    )


def pair(scenario: str, rng: np.random.Generator) -> pd.DataFrame:
    """Truth and interval of every part, of the mean and of the share of 8+."""
    population = cells(scenario)
    drawn = [
        rng.choice(population.index[side], PEOPLE, p=population["weight"][side])
        for side in (~population["later"], population["later"])
    ]
    people = population.loc[np.concatenate(drawn)].reset_index(drop=True)
    own, worded = rng.normal(0, BETWEEN, QUESTIONS + 1), WORDED * (scenario == "wording")
    own = own * (scenario == "wording")
    shared = 0.6 * rng.normal(size=(2 * PEOPLE, 1))
    noise = shared + 0.8 * rng.normal(size=(2 * PEOPLE, QUESTIONS + 1))
    risen = people["later"].to_numpy()[:, None] * (own + worded * (np.arange(QUESTIONS + 1) == 0))
    levels = people["level"].to_numpy()[:, None] + risen + NOISE * noise
    grades = pd.DataFrame(levels.round().clip(1, 10))
    weights = rng.choice([0.7, 1.0, 1.6], 2 * PEOPLE) if scenario == "mix" else None
    tables = {}
    for measure, top in (("mean", False), ("top", True)):
        answers = (grades >= 8).astype(float) if top else grades
        others = answers.drop(columns=0) if scenario == "wording" else None
        given = answers[0], people[[*SHARES]], people["later"], others
        found = change_parts(*given, weights=weights)
        tables[measure] = found.assign(truth=truth(scenario, own[0], worded, top))
    return pd.concat(tables, names=["measure"])


def coverage(pairs: int = 200, seed: int = 2020) -> pd.DataFrame:
    """Share of intervals that hold the truth, by scenario, measure and part."""
    rows = []
    for number, scenario in enumerate(SCENARIOS):
        streams = np.random.default_rng([seed, number]).spawn(pairs)
        found = pd.concat([pair(scenario, rng) for rng in streams])
        held = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
        found = found.assign(coverage=held, bias=found["change"] - found["truth"])
        means = found.groupby(level=[0, 1], sort=False)[["coverage", "truth", "bias"]].mean()
        rows.append(pd.concat({scenario: means.assign(pairs=pairs)}, names=["scenario"]))
    return pd.concat(rows).round(4)


if __name__ == "__main__":
    table = coverage(*map(int, sys.argv[1:2]))
    print(table.to_string(), table["coverage"].mean())
    table.to_csv(Path(__file__).with_suffix(".csv"))
