"""One covariance with gaps: maximum likelihood, what it rests on, and who is ahead."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from cxlib.inference import ahead, covariance, holm


def answers(n: int, k: int = 3, gaps: float = 0.3, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return pd.DataFrame(np.where(rng.random((n, k)) < gaps, np.nan, items), columns=[*"abcdef"[:k]])


def misfit(root: np.ndarray, mean: np.ndarray, items: np.ndarray) -> float:
    """Minus the log-likelihood of what was answered."""
    lower = np.zeros((len(mean), len(mean)))
    lower[np.tril_indices(len(mean))] = root
    spread, total = lower @ lower.T, 0.0
    for row in items:
        held = ~np.isnan(row)
        total -= stats.multivariate_normal(mean[held], spread[np.ix_(held, held)]).logpdf(row[held])
    return total


def test_without_gaps_it_is_the_covariance() -> None:
    items = answers(40, gaps=0)
    found = covariance(items)
    pd.testing.assert_frame_equal(found.matrix, items.cov())
    assert (found.n, found.method, found.effective(np.ones((3, 3)))) == (40, "complete", 40)


def test_no_other_covariance_is_more_likely() -> None:
    items = answers(60)
    found, raw = covariance(items), items.dropna(how="all").to_numpy()
    start = np.linalg.cholesky(found.matrix.to_numpy())[np.tril_indices(3)]
    at = np.concatenate([items.mean(), start])
    best = optimize.minimize(lambda x: misfit(x[3:], x[:3], raw), at, method="BFGS").x
    lower = np.zeros((3, 3))
    lower[np.tril_indices(3)] = best[3:]
    np.testing.assert_allclose(found.matrix, lower @ lower.T, atol=1e-4)


def test_influence_is_what_leaving_one_out_does() -> None:
    items = answers(150)
    found, slope = covariance(items), np.array([[1, 0.5, 0], [0.5, 0, 2], [0, 2, 1]])
    moved = found.influence(slope)
    for row in moved.index[:5]:
        less = covariance(items.drop(index=row)).matrix
        change = (slope * (found.matrix - less).to_numpy()).sum()
        assert moved[row] == pytest.approx(change, rel=0.1, abs=0.003)
    assert abs(moved.sum()) < 1e-6


@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_effective_number_agrees_with_what_estimates_do(gaps: float) -> None:
    slope = np.ones((3, 3))
    found = [covariance(answers(200, gaps=gaps, seed=seed)) for seed in range(150)]
    sums = np.array([one.matrix.to_numpy().sum() for one in found])
    had = 2 * 12**2 / np.var(sums, ddof=1)
    assert had == pytest.approx(np.mean([one.effective(slope) for one in found]), rel=0.25)


def test_where_likelihood_fails_it_says_why() -> None:
    items = answers(40, gaps=0)
    apart = items.assign(a=items["a"][:20], b=items["b"][20:])
    found = covariance(apart)
    assert found.method == "none" and found.matrix.isna().all(axis=None)
    assert found.notes == ("a and b: too few respondents answered both",)
    copied = answers(60).assign(b=lambda frame: frame["a"])
    found = covariance(copied)
    assert found.method == "complete cases"
    assert "did not converge; from the" in found.notes[0]


def test_the_first_is_ahead_of_equals_seldom() -> None:
    claims = []
    for seed in range(200):
        grades = answers(80, k=4, gaps=0.2, seed=seed)
        moved = (grades - grades.mean()) / grades.notna().sum()
        claims.append((ahead(grades.mean(), moved, highest=False) > 0).all())
    assert np.mean(claims) <= 0.06
    lowest = grades.assign(a=grades["a"] - 5)
    assert (ahead(lowest.mean(), moved, highest=False) > 0).all()


def test_holm_by_hand():
    adjusted = holm(np.array([0.01, 0.04, np.nan, 0.03]))
    np.testing.assert_allclose(adjusted, [0.03, 0.06, np.nan, 0.06])
