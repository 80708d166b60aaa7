"""What a researcher does with a solution, and what goes wrong with input."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from cxlib import qmethod, workbook

GRID = {-3: 2, -2: 3, -1: 4, 0: 6, 1: 4, 2: 3, 3: 2}
PLACES = np.repeat(list(GRID), list(GRID.values()))


def made_up(sizes: list[int], noise: float = 0.5, seed: int = 7) -> tuple[pd.DataFrame, np.ndarray]:
    """Forced sorts from known viewpoints, and those viewpoints."""
    rng = np.random.default_rng(seed)
    views = rng.normal(size=(len(PLACES), len(sizes)))
    noisy = views.repeat(sizes, axis=1)
    noisy = noisy + noise * rng.normal(size=noisy.shape)
    placed = PLACES[noisy.argsort(axis=0).argsort(axis=0)]
    cards = [f"c{i + 1:02d}" for i in range(len(PLACES))]
    return pd.DataFrame(placed, cards, [f"s{j + 1}" for j in range(placed.shape[1])]), views


@pytest.fixture
def sorts() -> pd.DataFrame:
    return made_up([8, 6, 5])[0]


def test_known_viewpoints_are_recovered() -> None:
    sorts, views = made_up([10, 7, 5])
    z = qmethod.analyse(sorts, 3, grid=GRID).zscores
    for factor, view in zip(z, views.T, strict=True):
        assert np.corrcoef(z[factor], view)[0, 1] > 0.95
    assert qmethod.retention(sorts, grid=GRID, n_permutations=100, n_resamples=100).advice == 3


def test_factors_are_in_order_of_variance(sorts: pd.DataFrame) -> None:
    for rotation in ("none", "varimax", "quartimax", "equamax", "promax", "oblimin"):
        solution = qmethod.analyse(sorts, 3, rotation=rotation)
        assert solution.factors["eigenvalue"].is_monotonic_decreasing
        assert list(solution.loadings) == ["f1", "f2", "f3"]
        assert (solution.loadings.sum() > 0).all()


def test_a_factor_without_flags_is_nan_and_noted(sorts: pd.DataFrame) -> None:
    flags = qmethod.analyse(sorts, 3).flags
    flags["f2"] = False
    solution = qmethod.analyse(sorts, 3, flags=flags, grid=GRID)
    assert solution.zscores["f2"].isna().all() and solution.arrays["f2"].isna().all()
    assert solution.zscores[["f1", "f3"]].notna().all(axis=None)
    assert "f2 has no scores: no sort defines it." in solution.notes
    assert np.isnan(solution.factors.loc["f2", "se"])
    # The other two are still compared with each other.
    assert (solution.contrasts.cards["label"] == "distinguishing").any()
    assert (solution.contrasts.cards["f2"] == "").all()
    with pytest.raises(ValueError, match="f2"):
        solution.crib("f2")


def test_flags_by_hand(sorts: pd.DataFrame) -> None:
    solution = qmethod.analyse(sorts, 3)
    edits = [{"sort": "s1", "factor": "f1", "flag": False}]
    flags = qmethod.edit_flags(solution.flags, edits)
    edited = solution.with_flags(flags)
    assert not edited.flags.loc["s1", "f1"]
    assert edited.settings["flags"] == "by hand"
    assert edited.with_flags(solution.flags).settings["flags"] == "automatic"
    pd.testing.assert_frame_equal(edited.zscores, qmethod.analyse(sorts, 3, flags=flags).zscores)
    shuffled = flags.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(edited.zscores, solution.with_flags(shuffled).zscores)
    with pytest.raises(ValueError, match="nobody"):
        solution.with_flags(flags.rename({"s1": "nobody"}))
    with pytest.raises(ValueError, match="f9"):
        qmethod.edit_flags(flags, [{"sort": "s1", "factor": "f9", "flag": True}])


def test_levels_and_majority_of_flags(sorts: pd.DataFrame) -> None:
    counts = {
        (level, majority): qmethod.analyse(sorts, 3, level=level, majority=majority)
        .flags.to_numpy()
        .sum()
        for level in (0.05, 0.001)
        for majority in (0.0, 0.5, 0.9)
    }
    assert counts[0.001, 0.5] <= counts[0.05, 0.5] <= counts[0.05, 0.0]
    assert counts[0.05, 0.9] <= counts[0.05, 0.5]


def test_bipolar_factor_is_reported_and_split(sorts: pd.DataFrame) -> None:
    turned = sorts.assign(s1=-sorts["s1"], s2=-sorts["s2"])
    solution = qmethod.analyse(turned, 3)
    assert solution.factors.loc["f1", "n_negative"] == 2
    assert "f1 is bipolar, with negative loaders: s1, s2." in solution.notes
    assert solution.sorts.loc[["s1", "s2"], "status"].eq("negative").all()
    split = solution.split("f1")
    assert list(split.loadings) == ["f1+", "f1-", "f2", "f3"]
    assert split.factors["n_flagged"].tolist()[:2] == [6, 2]
    assert split.factors["n_negative"].eq(0).all()
    assert split.correlations.loc["f1+", "f1-"] < -0.5
    assert split.factor_correlations.loc["f1+", "f1-"] == pytest.approx(-1)
    with pytest.raises(ValueError, match="both signs"):
        solution.split("f2")


def test_inverting_turns_everything_round(sorts: pd.DataFrame) -> None:
    solution = qmethod.analyse(sorts, 3, rotation="oblimin")
    turned = solution.invert("f2")
    for name in ("loadings", "zscores", "rotation"):
        np.testing.assert_allclose(
            getattr(turned, name)["f2"], -getattr(solution, name)["f2"], atol=1e-12
        )
        np.testing.assert_allclose(getattr(turned, name)["f1"], getattr(solution, name)["f1"])
    np.testing.assert_allclose(
        turned.factor_correlations.loc["f1", "f2"], -solution.factor_correlations.loc["f1", "f2"]
    )
    assert sorted(turned.arrays["f2"]) == sorted(PLACES)
    kept = turned.with_flags(turned.flags)
    assert kept.notes[-1] == "Turned upside down: f2."


def test_hand_rotation_replays(sorts: pd.DataFrame) -> None:
    turns = [("f1", "f2", 20.0), (2, 3, -10.0)]
    base = qmethod.analyse(sorts, 3)
    turned = qmethod.analyse(sorts, 3, turns=turns)
    assert turned.settings["turns"] == turns
    angle = np.deg2rad(20)
    second = base.loadings["f2"] * np.cos(angle) - base.loadings["f1"] * np.sin(angle)
    angle = np.deg2rad(-10)
    expected = base.loadings["f3"] * np.cos(angle) - second * np.sin(angle)
    assert any(np.allclose(turned.loadings[f], expected) for f in turned.loadings)
    back = qmethod.analyse(sorts, 3, turns=[*turns, (2, 3, 10.0), ("f1", "f2", -20.0)])
    np.testing.assert_allclose(back.loadings, base.loadings, atol=1e-12)
    resampled = qmethod.bootstrap(sorts, 3, 200, turns=turns).zscores
    np.testing.assert_allclose(resampled["estimate"], turned.zscores.to_numpy().ravel())
    assert resampled["bias"].abs().mean() < resampled["se"].mean()
    for bad in ([("f1", "f9", 3)], [("f1", "f1", 3)], [("f1", "f2", "far")], [("f1", "f2")]):
        with pytest.raises(ValueError, match="turns"):
            qmethod.analyse(sorts, 3, turns=bad)


def test_target_and_own_rotation(sorts: pd.DataFrame) -> None:
    varimax = qmethod.analyse(sorts, 3)
    towards = qmethod.analyse(sorts, 3, rotation=varimax.loadings.iloc[::-1])
    np.testing.assert_allclose(towards.loadings, varimax.loadings, atol=1e-9)
    own = qmethod.analyse(sorts, 3, rotation=lambda loadings: np.eye(loadings.shape[1]))
    np.testing.assert_allclose(own.loadings, qmethod.analyse(sorts, 3, rotation="none").loadings)
    boot = qmethod.bootstrap(sorts, 3, 30, rotation=varimax.loadings)
    assert boot.matches.xs("congruence", axis=1, level="measure").min(axis=None) > 0.5


def test_unforced_sorts(sorts: pd.DataFrame) -> None:
    loose = sorts.copy()
    loose.loc["c01", "s1"] = 3 if loose.loc["c01", "s1"] != 3 else -3
    with pytest.raises(ValueError, match=r"sort 's1' is off the grid.*c01"):
        qmethod.analyse(loose, 3, grid=GRID)
    standard = qmethod.analyse(loose, 3, grid=GRID, scores="standardised")
    assert any("Unforced" in note and "s1" in note for note in standard.notes)
    raw = qmethod.analyse(loose, 3, grid=GRID, scores="raw")
    assert standard.settings["scores"] == "standardised" and raw.settings["scores"] == "raw"
    assert not np.allclose(standard.zscores, raw.zscores, atol=1e-6)
    # Without a grid the commonest distribution is the grid, and the odd sort is named.
    free = qmethod.analyse(loose, 3)
    np.testing.assert_array_equal(free.grid, PLACES)
    np.testing.assert_allclose(free.zscores, standard.zscores)
    scaled = loose.assign(s2=loose["s2"] * 10 + 3)
    wide = qmethod.analyse(scaled, 3, scores="standardised")
    np.testing.assert_allclose(wide.zscores, standard.zscores, atol=1e-9)


def test_where_most_sorts_are_off_the_grid_people_were_free(sorts: pd.DataFrame) -> None:
    free = sorts.copy()
    most = free.columns[: len(free.columns) // 2 + 1]
    for name in most:  # the first card joins another pile
        free.loc["c01", name] = 2 if free.loc["c01", name] != 2 else 1
    solution = qmethod.analyse(free, 3, grid=GRID)
    assert solution.settings["scores"] == "standardised"
    assert any("Unforced" in note for note in solution.notes)
    for factor in solution.arrays:
        np.testing.assert_array_equal(np.sort(solution.arrays[factor]), PLACES)


def test_forced_sorts_do_not_care_about_standardising(sorts: pd.DataFrame) -> None:
    raw, standard = (qmethod.analyse(sorts, 3, scores=s) for s in ("raw", "standardised"))
    np.testing.assert_allclose(raw.zscores, standard.zscores, atol=1e-9)


def test_missing_cells(sorts: pd.DataFrame) -> None:
    gappy = sorts.astype(float)
    gappy.loc["c03", "s2"] = np.nan
    gappy.loc["c05", ["s2", "s9"]] = np.nan
    with pytest.raises(ValueError, match="sort 's2', card 'c03'"):
        qmethod.analyse(gappy, 3)
    solution = qmethod.analyse(gappy, 3, grid=GRID, missing="pairwise")
    assert any("s2 (2), s9 (1)" in note for note in solution.notes)
    whole = qmethod.analyse(sorts, 3)
    for factor in whole.zscores:
        assert np.corrcoef(solution.zscores[factor], whole.zscores[factor])[0, 1] > 0.98
    known = gappy[["s1", "s2"]].dropna()
    for method in ("pearson", "spearman", "kendall"):
        r = qmethod.extraction.correlate(gappy[["s1", "s2"]].to_numpy(), method)[0, 1]
        assert r == pytest.approx(known["s1"].corr(known["s2"], method=method), abs=1e-12)
    boot = qmethod.bootstrap(gappy, 3, 20, missing="pairwise")
    assert boot.zscores["mean"].notna().all()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda s: s.assign(s1=2), "sort 's1' is constant"),
        (lambda s: s.rename(columns={"s2": "s1"}), "sort 's1' occurs more than once"),
        (lambda s: s.rename({"c02": "c01"}), "card 'c01' occurs more than once"),
        (lambda s: s.astype(object).replace({3: "three"}), "'three' is not a number"),
        (lambda s: s.replace({3: np.inf}), "infinite"),
        (lambda s: s.replace({3: 4}), "outside -3 to 3"),
        (lambda s: s.iloc[:2], "at least 3 cards"),
        (lambda s: s.iloc[:, :1], "2 sorts"),
        (lambda s: s.iloc[:-1], "24 places|grid has"),
        (lambda s: s.to_numpy(), "DataFrame"),
    ],
)
def test_faults_in_sorts_are_named(sorts: pd.DataFrame, fault, message: str) -> None:
    with pytest.raises(qmethod.QMethodError, match=message):
        qmethod.analyse(fault(sorts), 2, grid=GRID)


@pytest.mark.parametrize(
    "options",
    [
        {"extraction": "magic"},
        {"rotation": "round"},
        {"correlation": "phi"},
        {"scores": "some"},
        {"missing": "zero"},
        {"level": 0},
        {"majority": 1},
        {"coefficient": 2},
        {"tolerance": -1},
        {"grid": {0: 3}},
        {"grid": {0: -1, 1: 25}},
        {"rotation": np.eye(2)},
        {"rotation": lambda loadings: np.ones((2, 2))},
    ],
)
def test_options_that_do_not_exist(sorts: pd.DataFrame, options: dict) -> None:
    with pytest.raises(qmethod.OptionError):
        qmethod.analyse(sorts, 2, **options)


@pytest.mark.parametrize("k", [0, 20, 2.0, True, "3"])
def test_numbers_of_factors_that_do_not_exist(sorts: pd.DataFrame, k) -> None:
    with pytest.raises(qmethod.OptionError, match="n_factors"):
        qmethod.analyse(sorts, k)


def test_every_fault_is_told_at_once(sorts: pd.DataFrame) -> None:
    with pytest.raises(qmethod.SortsError) as caught:
        qmethod.analyse(sorts.assign(s1=1, s4=0), 2)
    assert len(caught.value.problems) == 2


def test_contrasts_follow_from_scores(sorts: pd.DataFrame) -> None:
    solution = qmethod.analyse(sorts, 3)
    z, cards = solution.zscores, solution.contrasts.cards
    for card in z.index:
        passed = {
            f"{a}-{b}": abs(z.loc[card, a] - z.loc[card, b]) / solution.sed.loc[a, b]
            for a, b in (("f1", "f2"), ("f1", "f3"), ("f2", "f3"))
        }
        for factor in z:
            least = min(value for pair, value in passed.items() if factor in pair)
            assert cards.loc[card, factor] == "*" * sum(least > c for c in (1.960, 2.576, 3.291))
        if max(passed.values()) <= 1.960:
            assert cards.loc[card, "label"] == "consensus"
    first = solution.contrasts.cards.sort_values("disagreement")
    assert first["variance"].is_monotonic_decreasing
    own = sorts.loc[:, solution.flags["f1"]], sorts.loc[:, solution.flags["f2"]]
    scaled = [(part - part.mean()) / part.std() for part in own]
    n = [part.shape[1] for part in own]
    pooled = sum((m - 1) * part.var(axis=1) for m, part in zip(n, scaled, strict=True)) / (
        sum(n) - 2
    )
    effect = (scaled[0].mean(axis=1) - scaled[1].mean(axis=1)) / np.sqrt(pooled)
    np.testing.assert_allclose(solution.contrasts.pairs["f1-f2", "effect"], effect, atol=1e-9)


def test_ten_factors_are_not_mixed_up() -> None:
    sorts, _ = made_up([3] * 11, noise=0.2)
    solution = qmethod.analyse(sorts, 11)
    cards = solution.contrasts.cards
    told = cards["factors"].str.split().explode().dropna().unique()
    assert set(told) <= set(solution.loadings.columns)
    ten = cards["f10"] != ""
    assert (cards["factors"].str.split().map(lambda names: "f10" in names) == ten).all()


def test_crib_sheet(sorts: pd.DataFrame) -> None:
    solution = qmethod.analyse(sorts, 3, grid=GRID)
    crib = solution.crib("f1")
    assert set(crib.loc["highest", "array"]) == {3} and len(crib.loc["highest"]) == GRID[3]
    assert set(crib.loc["lowest", "array"]) == {-3}
    higher = crib.loc["higher than in others"]
    assert (higher["array"] >= higher[["f2", "f3"]].max(axis=1)).all()
    lower = crib.loc["lower than in others"]
    assert (lower["array"] <= lower[["f2", "f3"]].min(axis=1)).all()
    assert crib.index.is_unique


def test_one_factor_has_nothing_to_contrast(sorts: pd.DataFrame) -> None:
    solution = qmethod.analyse(sorts, 1)
    assert solution.contrasts.pairs.empty and (solution.contrasts.cards["label"] == "").all()
    assert not solution.crib("f1").empty
    assert qmethod.bootstrap(sorts, 1, 20).zscores["mean"].notna().all()


def test_workbook(sorts: pd.DataFrame, tmp_path: Path) -> None:
    solution = qmethod.analyse(sorts.rename({"c01": "=1+1", "c02": "bell\x07"}), 3)
    workbook.of_solution(solution).save(tmp_path / "solution.xlsx")
    book = openpyxl.load_workbook(tmp_path / "solution.xlsx")
    assert {"About", "Cards", "Sorts", "Factors", "Crib f1"} <= set(book.sheetnames)
    cards = book["Cards"]
    assert cards["A3"].value == "=1+1" and cards["A3"].data_type == "s"
    assert cards["B3"].value == solution.arrays["f1"].iloc[0]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_results_are_the_same_twice(sorts: pd.DataFrame) -> None:
    one, other = (qmethod.bootstrap(sorts, 3, 150, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.zscores, other.zscores)
    assert not one.zscores["mean"].equals(qmethod.bootstrap(sorts, 3, 150, seed=5).zscores["mean"])


def test_turns_that_change_the_order_keep_the_names_they_used(sorts: pd.DataFrame) -> None:
    plain = qmethod.analyse(sorts, 3)
    turned = qmethod.analyse(sorts, 3, turns=[("f1", "f2", 90)])
    np.testing.assert_allclose(np.abs(turned.loadings["f1"]), np.abs(plain.loadings["f2"]))
    assert any("Turned by hand" in note and "f2, f1" in note for note in turned.notes)


def test_a_transposed_table_is_refused(sorts: pd.DataFrame) -> None:
    with pytest.raises(qmethod.SortsError, match="looks transposed"):
        qmethod.analyse(sorts.T, 2)
