"""How fast importance is. The bounds were measured on two cores that were otherwise idle.

Run with `OPENBLAS_NUM_THREADS=1 pytest --dist no tests/benchmarks/test_importance.py`.
"""

import numpy as np
import pandas as pd
import pytest

from cxlib import importance


def forced(n_cards: int, n_sorts: int) -> pd.DataFrame:
    """Forced sorts on a grid from -4 to 4, from one view and chance."""
    rng = np.random.default_rng(1)
    wishes = np.linspace(1, -1, n_cards)[:, None] + rng.gumbel(size=(n_cards, n_sorts))
    places = np.sort(np.clip(np.round(rng.normal(0, 2, n_cards)), -4, 4))
    sorts = places[wishes.argsort(axis=0).argsort(axis=0)]
    return pd.DataFrame(sorts).rename(index="c{}".format, columns="p{}".format)


def within(benchmark, bound: float) -> bool:
    """Whether the best run stays below the bound; there is none when benchmarks are off."""
    return benchmark.stats is None or benchmark.stats["min"] < bound


SIZES = [(30, 32, 1.0), (60, 500, 10.0)]


@pytest.mark.parametrize(("n_cards", "n_sorts", "bound"), SIZES)
@pytest.mark.parametrize("function", [importance.rank, importance.worths])
def test_ten_thousand_resamples(benchmark, function, n_cards, n_sorts, bound) -> None:
    sorts = forced(n_cards, n_sorts)
    benchmark.pedantic(function, (sorts,), {"n_resamples": 10_000}, rounds=3)
    assert within(benchmark, bound)


@pytest.mark.parametrize(("n_cards", "n_sorts", "bound"), SIZES)
def test_ten_thousand_permutations_of_sessions(benchmark, n_cards, n_sorts, bound) -> None:
    sorts = forced(n_cards, n_sorts)
    sessions = pd.Series(np.arange(n_sorts) % 3, sorts.columns)
    benchmark.pedantic(importance.differences, (sorts, sessions), rounds=3)
    assert within(benchmark, bound)


@pytest.mark.parametrize(("n_cards", "n_sorts", "bound"), [(30, 32, 2.0), (60, 500, 20.0)])
def test_camps(benchmark, n_cards, n_sorts, bound) -> None:
    benchmark.pedantic(importance.camps, (forced(n_cards, n_sorts),), rounds=2)
    assert within(benchmark, bound)


def test_candidates(benchmark) -> None:
    published = pd.Series([92, 90, 82, 72, 68, 64, 61, 60, 56, 56, 53, 50])
    benchmark.pedantic(importance.candidates, (published, 32), rounds=1)
    assert within(benchmark, 5.0)
