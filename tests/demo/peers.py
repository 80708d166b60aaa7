"""Sector benchmark, staff votes and the managers' judgement of maturity."""

import numpy as np
import pandas as pd

from demo.truth import PeerTruth


def benchmark(truth: PeerTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Grades of the own corporation (low in 2018 and 2019) and its peers, a row a year."""
    names = [f"peer{number:02d}" for number in range(1, truth.peers + 1)]
    level = np.array(list(truth.parts.values()))
    level = level + truth.between * rng.normal(size=(truth.peers, len(truth.parts)))
    tables = []
    for year in truth.years:
        grades = level + truth.within * rng.normal(size=level.shape)
        rows = np.vstack([truth.own[year], grades])
        table = pd.DataFrame(rows.round(2), columns=list(truth.parts))
        table.insert(0, "landlord", ["own", *names])
        table.insert(1, "year", year)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def votes(truth: PeerTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Each voter's choice of purple crocodiles, without repeats (Gumbel's top-k trick)."""
    utility = np.log(truth.appeal) + rng.gumbel(size=(truth.voters, len(truth.appeal)))
    chosen = np.sort((-utility).argsort(axis=1)[:, : truth.votes_each], axis=1) + 1
    voters = np.repeat([f"V{number:03d}" for number in range(1, truth.voters + 1)], chosen.shape[1])
    return pd.DataFrame({"voter": voters, "crocodile": [f"k{c:02d}" for c in chosen.ravel()]})


def maturity(truth: PeerTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Level 1-5 at which each manager sees the corporation."""
    levels = rng.permutation(np.repeat(list(truth.maturity), list(truth.maturity.values())))
    ids = [f"M{number:02d}" for number in range(1, len(levels) + 1)]
    return pd.DataFrame({"respondent": ids, "level": levels})
