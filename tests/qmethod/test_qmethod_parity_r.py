"""The same numbers as R's qmethod 1.8.4, on every reference set there is."""

import numpy as np
import pandas as pd
import pytest
from qmethod_reference import Case, align, table

from cxlib import qmethod
from cxlib.qmethod.extraction import correlate, extract
from cxlib.qmethod.rotation import varimax

# R stops its rotations at 1e-5; its "tight" runs went on to 1e-12, which is our default.
TIGHT = {f"qmethod_pca_varimax_{k}_tight": {"n_factors": k} for k in (2, 3, 4)}
STOPPED = {
    "qmethod_pca_none_3": {"rotation": "none"},
    "qmethod_pca_quartimax_3": {"rotation": "quartimax"},
    "qmethod_pca_promax_3": {"rotation": "promax"},
    "qmethod_pca_oblimin_3": {"rotation": "oblimin"},
    "qmethod_pca_varimax_3_spearman": {"correlation": "spearman"},
    "qmethod_pca_varimax_3_kendall": {"correlation": "kendall"},
}
# Arrays in which R breaks the grid at ties: every other array must be equal.
BROKEN = {
    ("civicon2014_before", "qmethod_pca_varimax_4_tight"): ["f4"],
    ("lipset", "qmethod_pca_varimax_4_tight"): ["f2", "f4"],
}
KNOWN = ("lipset", "polycrisis", "civicon2014_before")


def distinguished(label: str, factors: list[str]) -> list[str]:
    """The factors that R's wording says a statement distinguishes."""
    if label in ("Distinguishes all", "Distinguishing"):
        return factors
    return [word for word in label.split() if word in factors]


def check_run(case: Case, run: str, solution: qmethod.Solution, tolerance: float) -> None:
    """Loadings and flags; then, from R's own loadings, every table to 1e-8."""
    theirs = case.load(run)
    loadings = table(theirs["loadings"])
    order, sign = align(solution.loadings.to_numpy(), loadings)
    ours = solution.loadings.to_numpy()[:, order] * sign
    np.testing.assert_allclose(ours, loadings, rtol=0, atol=tolerance)
    np.testing.assert_array_equal(solution.flags.to_numpy()[:, order], table(theirs["flags"]))
    names = [f"f{i + 1}" for i in range(len(order))]
    given = qmethod.interpret(
        case.sorts, pd.DataFrame(loadings, case.sorts.columns, names), **case.options
    )
    for name, part in (
        ("zscores", "zscores"),
        ("weights", "weights"),
        ("correlations", "cor_zscores"),
        ("sed", "sed"),
    ):
        np.testing.assert_allclose(
            getattr(given, name), table(theirs[part]), rtol=0, atol=1e-8, err_msg=name
        )
    ours = given.factors[["n_flagged", "eigenvalue", "variance_explained", "reliability", "se"]]
    np.testing.assert_allclose(ours, table(theirs["characteristics"])[:, 1:], rtol=0, atol=1e-8)
    check_contrasts(given, theirs)


def check_contrasts(given: qmethod.Solution, theirs: dict) -> None:
    pairs = given.contrasts.pairs.xs("difference", axis=1, level="measure")
    np.testing.assert_allclose(pairs, table(theirs["differences"]), rtol=0, atol=1e-8)
    stars = np.array(
        [[str(v).replace("6*", "***") for v in row] for row in theirs["significance"]["values"]]
    )
    np.testing.assert_array_equal(given.contrasts.stars.to_numpy(), stars)
    factors = list(given.loadings.columns)
    for label, (card, row) in zip(
        theirs["dist_and_cons"]["values"], given.contrasts.cards.iterrows(), strict=True
    ):
        assert row["factors"].split() == distinguished(label, factors), card
        assert (row["label"] == "consensus") == (label == "Consensus"), card


def check_arrays(case: Case, run: str, solution: qmethod.Solution) -> list[str]:
    """Ours obey the grid, and equal R's wherever R's do; the factors where R's do not."""
    grid = np.sort(case.base["distribution_used"])
    broken = []
    theirs = table(case.load(run)["factor_arrays"])
    for factor, column in zip(solution.arrays, theirs.T, strict=True):
        ours = solution.arrays[factor].to_numpy(dtype=float)
        np.testing.assert_array_equal(np.sort(ours), grid)
        if (np.sort(column) == grid).all():
            np.testing.assert_array_equal(ours, column)
        else:
            broken.append(factor)
    return broken


@pytest.mark.parametrize("run", TIGHT)
def test_varimax_to_the_optimum(case: Case, run: str) -> None:
    if not case.has(run):
        pytest.skip(f"{case.name} has no {run}")
    solution = qmethod.analyse(case.sorts, **TIGHT[run], **case.options)
    check_run(case, run, solution, 1e-6)
    broken = check_arrays(case, run, solution)
    if case.name in KNOWN:
        assert broken == BROKEN.get((case.name, run), [])


@pytest.mark.parametrize("run", STOPPED)
def test_other_rotations_and_correlations(case: Case, run: str) -> None:
    if not case.has(run):
        pytest.skip(f"{case.name} has no {run}")
    options = STOPPED[run] | case.options
    check_run(case, run, qmethod.analyse(case.sorts, 3, tolerance=1e-5, **options), 1e-5)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_correlations(case: Case, method: str) -> None:
    ours = correlate(case.sorts.to_numpy(dtype=float), method)
    theirs = table(case.base[f"correlation_{method}"])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_unrotated_components(case: Case) -> None:
    matrix = correlate(case.sorts.to_numpy(dtype=float))
    theirs = table(case.base["pca_unrotated_8"])
    np.testing.assert_allclose(extract(matrix, theirs.shape[1]), theirs, rtol=0, atol=1e-8)


def test_first_centroid_of_any_set(case: Case) -> None:
    if "centroid_unrotated_7" not in case.base or not case.base["centroid_unrotated_7"]:
        pytest.skip(f"R has no centroid for {case.name}")
    matrix = correlate(case.sorts.to_numpy(dtype=float))
    first = table(case.base["centroid_unrotated_7"])[:, 0]
    np.testing.assert_allclose(extract(matrix, 1, "centroid")[:, 0], first, rtol=0, atol=1e-8)


def test_all_centroids_of_lipset(lipset: Case) -> None:
    matrix = correlate(lipset.sorts.to_numpy(dtype=float))
    theirs = table(lipset.base["centroid_unrotated_7"])
    np.testing.assert_allclose(extract(matrix, 7, "centroid"), theirs, rtol=0, atol=1e-8)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_rotated_centroids_of_lipset(lipset: Case, k: int) -> None:
    solution = qmethod.analyse(lipset.sorts, k, extraction="centroid", tolerance=1e-5)
    loadings = table(lipset.load(f"qmethod_centroid_varimax_{k}")["loadings"])
    order, sign = align(solution.loadings.to_numpy(), loadings)
    ours = solution.loadings.to_numpy()[:, order] * sign
    np.testing.assert_allclose(ours, loadings, rtol=0, atol=1e-8)
    z = table(lipset.load(f"qmethod_centroid_varimax_{k}")["zscores"])
    np.testing.assert_allclose(solution.zscores.to_numpy()[:, order] * sign, z, rtol=0, atol=1e-8)


def test_criteria_for_the_number_of_factors(case: Case) -> None:
    theirs = case.load("criteria")
    result = qmethod.retention(
        case.sorts, seed=20260101, n_permutations=500, n_resamples=20, **case.options
    )
    advice = result.criteria["n_factors"]
    assert advice["kaiser"] == theirs["kaiser"]
    assert advice["humphrey"] == theirs["humphrey_2se"]
    assert advice["two_significant"] == theirs["two_significant_01"]
    assert advice["parallel"] == theirs["parallel"]["retained"]
    curve = result.curve
    np.testing.assert_allclose(curve["eigenvalue"], theirs["eigenvalues"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(curve["parallel95"], theirs["parallel"]["p95"], rtol=0, atol=1e-8)
    shown = len(theirs["humphrey_products"])
    np.testing.assert_allclose(
        curve["humphrey"].iloc[:shown], theirs["humphrey_products"], rtol=0, atol=1e-8
    )
    assert curve["significant"].iloc[:shown].tolist() == theirs["significant_loadings_01"]


def greedy_keeps(case: Case, drawn: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Which resamples R keeps: no two target factors may be nearest to the same factor."""
    matrix = correlate(case.sorts.to_numpy(dtype=float))
    k = target.shape[1]
    unrotated = np.stack([extract(matrix[np.ix_(rows, rows)], k) for rows in drawn])
    loadings = unrotated @ varimax(unrotated, tolerance=1e-5)
    kept = []
    for rows, one in zip(drawn, loadings, strict=True):
        alike = np.abs(np.corrcoef(one.T, target[rows].T)[:k, k:])
        kept.append(len(set(alike.argmax(axis=0))) == k)
    return np.array(kept)


def test_bootstrap_replays_the_steps_that_r_keeps(case: Case) -> None:
    if not (case.folder / "qmboots_3_1000.json").exists():
        pytest.skip(f"{case.name} has no bootstrap")
    theirs = case.load("qmboots_3_1000")
    drawn = np.array(theirs["resamples"]).T - 1
    target = table(theirs["target_loadings"])
    kept = greedy_keeps(case, drawn, target)
    assert (~kept).sum() == theirs["order_errors"]
    options = case.options | {"tolerance": 1e-5, "matching": "correlation"}
    wide = qmethod.bootstrap(case.sorts, 3, resamples=drawn[kept], **options)
    half = qmethod.bootstrap(case.sorts, 3, resamples=drawn[kept], confidence=0.5, **options)
    renamed = {"n": "n", "mean": "mean", "sd": "se", "2.5%": "low", "97.5%": "high"}
    for kind in ("zscore", "loading"):
        for f, stats in enumerate(theirs[f"{kind}_stats"], start=1):
            expected = pd.DataFrame(stats["values"], stats["rows"], stats["cols"]).astype(float)
            ours = getattr(wide, f"{kind}s").xs(f"f{f}", level="factor").loc[expected.index]
            for column, name in renamed.items():
                np.testing.assert_allclose(ours[name], expected[column], rtol=0, atol=1e-8)
            if kind == "zscore":
                inner = half.zscores.xs(f"f{f}", level="factor").loc[expected.index]
                np.testing.assert_allclose(inner["low"], expected["25%"], rtol=0, atol=1e-8)
                np.testing.assert_allclose(inner["high"], expected["75%"], rtol=0, atol=1e-8)
            else:
                shares = wide.flags[f"f{f}"].loc[expected.index]
                np.testing.assert_allclose(shares, expected["flag_freq"], rtol=0, atol=1e-8)


def test_bootstrap_replays_single_steps(lipset: Case) -> None:
    theirs = lipset.load("qmboots_3_1000")
    drawn = np.array(theirs["resamples"]).T - 1
    kept = greedy_keeps(lipset, drawn[:20], table(theirs["target_loadings"]))
    for step in np.flatnonzero(kept):
        ours = qmethod.bootstrap(
            lipset.sorts, 3, resamples=drawn[[step]], tolerance=1e-5, matching="correlation"
        )
        for f in range(3):
            z = np.array(theirs["first20_zscores"][f]["values"], dtype=float)[:, step]
            found = ours.zscores["mean"].xs(f"f{f + 1}", level="factor")
            np.testing.assert_allclose(found, z, rtol=0, atol=1e-8)
