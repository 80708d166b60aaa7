"""How fast Q methodology is. The bounds were measured on two cores that were otherwise idle.

Run with `pytest tests/benchmarks/test_qmethod.py`.
"""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from cxlib import qmethod


def forced(n_cards: int, n_sorts: int, k: int = 3, seed: int = 1) -> pd.DataFrame:
    """Forced sorts from k viewpoints, on a grid from -4 to 4."""
    rng = np.random.default_rng(seed)
    views = rng.normal(size=(n_cards, k))
    noisy = views[:, rng.integers(0, k, n_sorts)] + rng.normal(size=(n_cards, n_sorts))
    places = np.sort(np.clip(np.round(rng.normal(0, 2, n_cards)), -4, 4))
    placed = places[noisy.argsort(axis=0).argsort(axis=0)]
    return pd.DataFrame(placed).rename(index="c{}".format, columns="s{}".format)


def within(benchmark, bound: float) -> bool:
    """Whether the median stays below the bound; there is none when benchmarks are switched off."""
    return benchmark.stats is None or benchmark.stats["median"] < bound


@pytest.mark.parametrize(("n_cards", "n_sorts", "bound"), [(33, 9, 0.005), (60, 500, 0.080)])
def test_analyse(benchmark, n_cards: int, n_sorts: int, bound: float) -> None:
    sorts = forced(n_cards, n_sorts)
    solution = benchmark(qmethod.analyse, sorts, 3)
    assert solution.zscores.shape == (n_cards, 3)
    assert within(benchmark, bound)


@pytest.mark.parametrize(("n_cards", "n_sorts", "bound"), [(33, 9, 0.3), (33, 50, 0.8)])
def test_bootstrap(benchmark, n_cards: int, n_sorts: int, bound: float) -> None:
    sorts = forced(n_cards, n_sorts)
    result = benchmark.pedantic(qmethod.bootstrap, (sorts, 3, 1000), rounds=3, warmup_rounds=1)
    assert len(result.matches) == 1000
    assert within(benchmark, bound)


@pytest.mark.parametrize(("largest", "bound"), [(7, 2.0), (16, 8.0)])
def test_retention(benchmark, largest: int, bound: float) -> None:
    sorts, options = forced(33, 50), {"largest": largest}
    benchmark.pedantic(qmethod.retention, (sorts,), options, rounds=2, warmup_rounds=1)
    assert within(benchmark, bound)


def test_bootstrap_memory() -> None:
    sorts = forced(60, 500)
    tracemalloc.start()
    qmethod.bootstrap(sorts, 3, 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500e6
