"""How long relative importance takes.

Run with `OPENBLAS_NUM_THREADS=1 pytest --dist no tests/benchmarks/test_drivers.py`: several
threads on a busy machine wait for each other longer than they work.
"""

import resource
import sys
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from cxlib.drivers import bootstrap_importance, penalty_reward, relative_importance


def survey(n: int, drivers: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    rng = np.random.default_rng(1)
    grades = rng.normal(size=(n, drivers)) + rng.normal(size=(n, 1))
    X = pd.DataFrame(grades, columns=[f"d{i}" for i in range(drivers)])
    y = X.sum(axis=1) + rng.normal(0, 4, n)
    return X, y, pd.Series(rng.uniform(0.5, 2, n))


def seconds_of(benchmark, function, *args, **settings) -> float:
    """Time of one call; also when the benchmark plugin is switched off."""
    start = perf_counter()
    benchmark.pedantic(function, args, settings, rounds=1)
    return perf_counter() - start


@pytest.fixture(scope="module", autouse=True)
def warm():
    X, y, _ = survey(50, 3)
    bootstrap_importance(X, y, n_resamples=10)


@pytest.mark.parametrize(("drivers", "limit"), [(8, 0.05), (15, 0.1), (20, 2.0)])
@pytest.mark.parametrize("weighted", [False, True])
def test_lmg(benchmark, drivers, limit, weighted):
    X, y, weights = survey(1000, drivers)
    chosen = weights if weighted else None
    assert seconds_of(benchmark, relative_importance, X, y, weights=chosen) < limit


@pytest.mark.parametrize("weighted", [False, True])
def test_lmg_of_8_drivers_with_1000_resamples(benchmark, weighted):
    X, y, weights = survey(1000, 8)
    chosen = weights if weighted else None
    assert seconds_of(benchmark, bootstrap_importance, X, y, 1000, weights=chosen) < 0.5


def test_penalty_reward_of_8_drivers_with_1000_resamples(benchmark):
    X, y, _ = survey(1000, 8)
    assert seconds_of(benchmark, penalty_reward, X + 7, y, n_resamples=1000) < 0.5


@pytest.mark.parametrize(("n", "drivers", "limit"), [(3000, 6, 0.5), (26_000, 12, 30.0)])
def test_lmg_of_an_event(benchmark, n, drivers, limit):
    X, y, weights = survey(n, drivers)
    settings = {"method": "logit", "weights": weights}
    assert seconds_of(benchmark, relative_importance, X, y.gt(0), **settings) < limit


def test_lmg_of_an_event_with_6_drivers_and_1000_resamples(benchmark):
    X, y, _ = survey(3000, 6)
    assert seconds_of(benchmark, bootstrap_importance, X, y.gt(0), 1000, method="logit") < 2


def test_a_million_answers_with_12_drivers_and_1000_resamples(benchmark):
    X, y, weights = survey(1_000_000, 12)
    assert seconds_of(benchmark, bootstrap_importance, X, y, 1000, weights=weights) < 60
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak / (1024**3 if sys.platform == "darwin" else 1024**2) < 2
