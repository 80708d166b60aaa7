"""What must hold whatever the sorts: under permutation, reflection, scale and strange numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rotation_studies import CRITERIA, short, study

from cxlib import qmethod
from cxlib.qmethod.rotation import rotate, varimax

GRID = np.array([-2, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 2])
QUICK = settings(max_examples=40, deadline=None)


def sorts_of(seed: int, p: int) -> pd.DataFrame:
    """Forced sorts of three made-up viewpoints, so that components are well apart."""
    rng = np.random.default_rng(seed)
    views = rng.normal(size=(len(GRID), 3))
    noisy = views[:, np.arange(p) % 3] + 0.7 * rng.normal(size=(len(GRID), p))
    placed = GRID[noisy.argsort(axis=0).argsort(axis=0)]
    return pd.DataFrame(placed, [f"c{i}" for i in range(len(GRID))], [f"s{j}" for j in range(p)])


def definite(solution: qmethod.Solution) -> bool:
    """Whether order and sign of the factors leave no room for choice."""
    values = solution.factors["eigenvalue"].to_numpy()
    return bool((np.diff(-values) > 1e-6).all() and (solution.loadings.sum().abs() > 1e-6).all())


@QUICK
@given(st.integers(0, 10_000), st.integers(6, 15), st.integers(1, 3), st.randoms())
def test_permuting_permutes(seed: int, p: int, k: int, random) -> None:
    sorts = sorts_of(seed, p)
    rows, columns = list(sorts.index), list(sorts.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    one, other = qmethod.analyse(sorts, k), qmethod.analyse(sorts.loc[rows, columns], k)
    assume(definite(one))
    np.testing.assert_allclose(other.loadings.loc[sorts.columns], one.loadings, atol=1e-6)
    np.testing.assert_allclose(other.zscores.loc[sorts.index], one.zscores, atol=1e-6)
    assert other.flags.loc[sorts.columns].equals(one.flags)
    tied = [note for note in one.notes if note.startswith("Tied")]
    if not tied:
        assert other.arrays.loc[sorts.index].equals(one.arrays)


@QUICK
@given(st.integers(0, 10_000), st.integers(6, 15), st.integers(1, 3), st.integers(0, 5))
def test_negating_a_sort_negates_its_loadings(seed: int, p: int, k: int, which: int) -> None:
    sorts = sorts_of(seed, p)
    negated = sorts.assign(**{f"s{which}": -sorts[f"s{which}"]})
    one, other = qmethod.analyse(sorts, k), qmethod.analyse(negated, k)
    assume(definite(one))
    sign = np.where(np.arange(p) == which, -1.0, 1.0)[:, None]
    turned = other.loadings.to_numpy() * sign
    turned = turned * np.sign((turned * one.loadings.to_numpy()).sum(axis=0))
    np.testing.assert_allclose(turned, one.loadings, atol=1e-6)
    assert other.flags.equals(one.flags)


def test_arrays_have_the_counts_of_the_grid() -> None:
    looked_at = []

    @QUICK
    @given(st.integers(0, 10_000), st.integers(5, 12), st.integers(1, 5))
    def have_the_counts(seed: int, p: int, k: int) -> None:
        solution = qmethod.analyse(sorts_of(seed, p), k, level=0.5, majority=0.0)
        scored = solution.zscores.columns[solution.zscores.notna().all()]
        for factor in scored:
            assert sorted(solution.arrays[factor]) == sorted(GRID)
            order = solution.zscores[factor].round(9).sort_values().index
            assert solution.arrays[factor].loc[order].is_monotonic_increasing or any(
                note.startswith(f"Tied in {factor}") for note in solution.notes
            )
        looked_at.append(len(scored))

    have_the_counts()
    assert np.count_nonzero(looked_at) >= 30  # solutions with a factor that has scores


@QUICK
@given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_shifting_and_scaling_all_sorts_changes_nothing(seed, shift, scale) -> None:
    sorts = sorts_of(seed, 7)
    one, other = qmethod.analyse(sorts, 2), qmethod.analyse(sorts * scale + shift, 2)
    assume(definite(one))
    np.testing.assert_allclose(other.loadings, one.loadings, atol=1e-4)


numbers = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-4, 4).map(float)


@settings(max_examples=250, deadline=None)
@given(
    arrays(
        float,
        array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8),
        elements=numbers | whole,
    ),
    st.integers(-1, 6),
    st.sampled_from(["pca", "centroid", "horst", "principal_axis"]),
    st.sampled_from(["none", "varimax", "quartimax", "equamax", "promax", "oblimin"]),
    st.sampled_from(["pearson", "spearman", "kendall"]),
)
@pytest.mark.filterwarnings("error")
def test_finite_numbers_raise_only_named_errors(
    values, k, extraction, rotation, correlation
) -> None:
    options = {"extraction": extraction, "rotation": rotation, "correlation": correlation}
    try:
        solution = qmethod.analyse(pd.DataFrame(values), k, **options)
    except qmethod.QMethodError:
        return
    scored = solution.zscores.notna().all()
    assert np.isfinite(solution.loadings).all(axis=None)
    assert (solution.factors["n_flagged"][~scored] == 0).all() or solution.notes


@QUICK
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_varimax_is_at_a_maximum(seed: int, k: int) -> None:
    loadings = np.random.default_rng(seed).normal(size=(15, k))
    rows = loadings / np.linalg.norm(loadings, axis=1, keepdims=True)
    best = varimax(loadings[None])[0]

    def criterion(matrix: np.ndarray) -> float:
        return float(((rows @ matrix) ** 2).var(axis=0).sum())

    for a in range(k):
        for b in range(a + 1, k):
            for angle in (-0.01, 0.01, np.pi / 4):
                turn = np.eye(k)
                turn[[a, b], [a, b]] = np.cos(angle)
                turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
                assert criterion(best @ turn) <= criterion(best) + 1e-12


@pytest.mark.parametrize("number", range(24))
def test_no_other_start_leads_higher(number: int) -> None:
    # The whole is in tests/benchmarks/rotation_optimum.py: 500 studies, 40 starts each.
    for name in CRITERIA:
        assert short(number, name, starts=4) < 1e-9, name


def test_two_camps_of_identical_sorts_are_two_viewpoints() -> None:
    first = [1, 0, 2, 0, -1, 1, 1, 0, -1, -2, -2, 0, 2, -3, 1, 0, -1, 0, -1, 3]
    second = [-2, 3, 0, 0, -1, 2, -1, 1, 0, -1, -1, 0, -3, 0, 2, 1, 0, -2, 1, 1]
    camps = {f"{name}{i}": sort for name, sort in (("a", first), ("b", second)) for i in range(6)}
    for rotation in ("varimax", "quartimax", "promax", "oblimin"):
        solution = qmethod.analyse(pd.DataFrame(camps), 2, rotation=rotation)
        assert solution.flags.sum().tolist() == [6, 6], rotation
        assert solution.flags.iloc[:6].all().sum() == 1
        assert np.abs(solution.loadings).max(axis=1).min() > 0.99
    boot = qmethod.bootstrap(pd.DataFrame(camps), 2, 50)
    assert boot.matches.xs("congruence", axis=1, level="measure").min(axis=None) > 0.999


def test_a_rotation_is_the_same_each_time() -> None:
    loadings, _ = study(2)
    assert (rotate(loadings) == rotate(loadings)).all()


@pytest.mark.parametrize("name", ["varimax", "quartimax", "equamax"])
def test_rotation_leaves_the_saddle(name: str) -> None:
    # Mixed half and half, the slope of the criterion is nought: the worst place, not the best.
    simple = np.array([[0.8, 0.0], [0.7, 0.0], [0.0, 0.8], [0.0, 0.7]])
    mixed = simple @ np.array([[1, 1], [-1, 1]]) / np.sqrt(2)
    found = np.abs(mixed @ rotate(mixed, name))
    np.testing.assert_allclose(np.sort(found, axis=1)[:, 0], 0, atol=1e-9)


@pytest.mark.parametrize("name", ["promax", "oblimin"])
def test_oblique_axes_reproduce_the_communalities(name: str) -> None:
    solution = qmethod.analyse(sorts_of(3, 12), 3, rotation=name)
    phi = solution.factor_correlations.to_numpy()
    np.testing.assert_allclose(np.diag(phi), 1, atol=1e-9)
    reproduced = solution.loadings.to_numpy() @ phi @ solution.loadings.to_numpy().T
    unrotated = solution.unrotated.to_numpy()
    np.testing.assert_allclose(reproduced, unrotated @ unrotated.T, atol=1e-9)


def test_identical_sorts_get_identical_loadings() -> None:
    sorts = sorts_of(5, 9)
    sorts = sorts.assign(twin=sorts["s0"], third=sorts["s0"], fourth=sorts["s4"])
    for extraction in ("pca", "centroid", "horst", "principal_axis"):
        loadings = qmethod.analyse(sorts, 3, extraction=extraction).loadings
        for name, twin in (("s0", "twin"), ("s0", "third"), ("s4", "fourth")):
            np.testing.assert_allclose(loadings.loc[name], loadings.loc[twin], atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        float,
        array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=7),
        elements=numbers | whole,
    ),
    st.integers(1, 3),
    st.sampled_from(["raw", "standardised", "auto"]),
)
@pytest.mark.filterwarnings("error")
def test_finite_numbers_raise_only_named_errors_anywhere(values, k, scores) -> None:
    sorts = pd.DataFrame(values).add_prefix("s")
    half = max(1, sorts.shape[1] // 2)
    few = {"n_resamples": 5, "n_permutations": 5}
    calls = [
        lambda: qmethod.bootstrap(sorts, k, 5, scores=scores),
        lambda: qmethod.retention(sorts, largest=3, scores=scores, **few),
        lambda: qmethod.compare(sorts.iloc[:, :half], sorts.iloc[:, half:], k, **few),
        lambda: qmethod.change(sorts, -sorts, k, n_permutations=5, scores=scores),
        lambda: qmethod.project(qmethod.analyse(sorts, k, scores=scores), -sorts.add_suffix("n")),
        lambda: qmethod.subgroups(
            qmethod.analyse(sorts, k, scores=scores),
            pd.Series("a", sorts.columns),
            n_permutations=5,
        ),
    ]
    for call in calls:
        try:
            call()
        except qmethod.QMethodError:
            continue
