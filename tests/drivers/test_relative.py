"""Relative importance: parity with relaimpo and domir, and what must hold for any survey."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.drivers import (
    DriverError,
    bootstrap_importance,
    dominance,
    least_squares,
    relative_importance,
)
from cxlib.drivers.sample import resampled_moments

SETS = {
    "mobi": "mobi_ecsi/mobi.csv",
    "mobi_constructs": "mobi_ecsi/mobi.csv",
    "swiss": "r_builtin/swiss.csv",
    "attitude": "r_builtin/attitude.csv",
    "tsm2024": "tsm_england_2024/tsm_lcra_2024.csv",
}


@pytest.fixture(params=SETS)
def case(request, reference: Path, expected):
    want = expected(f"relative_importance_{request.param}")
    rows = pd.read_csv(reference / "drivers" / SETS[request.param])
    if request.param == "mobi_constructs":  # means of the items that a construct's name begins
        rows = rows.rename(columns={"CUSA1": "SAT1", "CUSA2": "SAT2", "CUSA3": "SAT3"})
        names = [want["outcome"], *want["drivers"]]
        rows = pd.DataFrame(
            {name: rows.filter(regex=rf"^{name}\d*$").mean(axis=1) for name in names}
        )
    return rows[want["drivers"]], rows[want["outcome"]], want, rows


@pytest.mark.parametrize("method", ["lmg", "last", "first", "johnson"])
def test_shares_equal_relaimpo(case, method):
    X, y, want, _ = case
    reference = want["johnson"]["raw"] if method == "johnson" else want[method]
    found = relative_importance(X, y, method=method)
    np.testing.assert_allclose(found, pd.Series(reference)[X.columns], atol=1e-9)


def test_dominance_equals_domir(case):
    X, y, want, _ = case
    found = dominance(X, y)
    np.testing.assert_allclose(found.general, list(want["general_dominance"].values()), atol=1e-9)
    np.testing.assert_allclose(found.conditional, want["conditional_dominance"], atol=1e-9)
    verdicts = [[None if pd.isna(cell) else bool(cell) for cell in row]
                for row in found.complete.to_numpy(dtype=object)]  # fmt: skip
    assert verdicts == want["complete_dominance"]


@pytest.mark.parametrize("method", ["lmg", "last", "johnson"])
def test_weighted_shares_equal_relaimpo(reference, expected, method):
    want = expected("relative_importance_tsm2024")
    rows = pd.read_csv(reference / "drivers" / SETS["tsm2024"])
    weighted = want["weighted"][method]
    found = relative_importance(
        rows[want["drivers"]], rows["TP01"], method, rows[want["weighted"]["weight"]]
    )
    np.testing.assert_allclose(
        found, pd.Series(weighted.get("raw", weighted))[found.index], atol=1e-9
    )


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_intervals_are_those_of_r_within_resampling_error(case, method):
    """The edges of 1,000 draws elsewhere lie among ours where four standard errors allow."""
    X, y, want, _ = case
    draws = bootstrap_importance(X, y, n_resamples=3000, method=method).draws[X.columns]
    reach = 4 * np.sqrt(0.025 * 0.975 * (1 / 1000 + 1 / 3000))
    for tail, edge in ((0.025, "lower"), (0.975, "upper")):
        reference = pd.Series(want[f"boot_{method}"][edge])[X.columns]
        assert reference.between(draws.quantile(tail - reach), draws.quantile(tail + reach)).all()


def test_lmg_is_the_mean_gain_over_all_orders(survey):
    X, y = survey
    r2 = {(): 0.0}
    for size in (1, 2, 3):
        for chosen in permutations(X.columns, size):
            r2[chosen] = least_squares(X[list(chosen)], y).r2
    gains = pd.DataFrame(
        [
            {name: r2[order[: i + 1]] - r2[order[:i]] for i, name in enumerate(order)}
            for order in permutations(X.columns)
        ]
    )
    np.testing.assert_allclose(relative_importance(X, y), gains.mean()[X.columns], atol=1e-12)


@st.composite
def surveys(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, p = draw(st.integers(12, 60)), draw(st.integers(1, 5))
    grades = rng.integers(1, 11, (n, p + 1)).astype(float)
    grades[:, 0] += draw(st.floats(0, 3)) * grades[:, -1]
    frame = pd.DataFrame(grades, columns=[f"d{i}" for i in range(p)] + ["y"])
    return frame.drop(columns="y"), frame["y"]


@settings(max_examples=40, deadline=None)
@given(surveys(), st.sampled_from(["lmg", "johnson"]))
def test_shares_sum_to_r2_and_are_not_negative(case, method):
    X, y = case
    shares = relative_importance(X, y, method)
    assert shares.sum() == pytest.approx(least_squares(X, y).r2, abs=1e-10)
    assert (shares > -1e-10).all()


@settings(max_examples=40, deadline=None)
@given(surveys(), st.sampled_from(["lmg", "johnson", "first", "last"]), st.randoms())
def test_order_and_unit_weights_change_nothing(case, method, random):
    X, y = case
    names = list(X.columns)
    random.shuffle(names)
    ones = pd.Series(1.0, index=X.index)
    turned = relative_importance(X[names], y, method, weights=ones)
    pd.testing.assert_series_equal(turned[X.columns], relative_importance(X, y, method))


@settings(max_examples=30, deadline=None)
@given(surveys(), st.integers(0, 1000))
def test_a_weight_of_three_is_three_respondents(case, seed):
    X, y = case
    times = np.random.default_rng(seed).integers(0, 4, len(X))
    times[:8] = 2
    rows = np.repeat(np.arange(len(X)), times)
    repeated = relative_importance(
        X.iloc[rows].reset_index(drop=True), y.iloc[rows].reset_index(drop=True)
    )
    weighted = relative_importance(X, y, weights=pd.Series(times.astype(float)))
    pd.testing.assert_series_equal(weighted, repeated, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(surveys(), st.floats(0.1, 5), st.floats(-20, 20))
def test_the_scale_of_a_driver_does_not_matter(case, factor, shift):
    X, y = case
    other = X.assign(d0=-factor * X["d0"] + shift)
    pd.testing.assert_series_equal(
        relative_importance(other, y), relative_importance(X, y), atol=1e-8
    )


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_a_copied_driver_shares_equally(survey, method):
    X, y = survey
    shares = relative_importance(X.assign(copy=X["a"]), y, method)
    assert shares["a"] == pytest.approx(shares["copy"], abs=1e-9)
    assert shares.sum() == pytest.approx(least_squares(X, y).r2, abs=1e-9)


def test_noise_does_not_beat_the_random_driver_and_a_cause_does(survey):
    X, y = survey
    rng = np.random.default_rng(3)
    X = X.assign(noise=rng.normal(size=len(X)))
    table = bootstrap_importance(X, y, n_resamples=400).shares
    assert table.loc["a", "beats_random"] == 1
    assert table.loc["noise", "beats_random"] < 0.95
    assert table.loc["random", "share"] < 0.01
    assert table.index.tolist() == [*X.columns, "random"]


def test_the_noise_is_not_that_of_answers_simulated_with_the_same_seed():
    for seed in range(5):
        X = pd.DataFrame(np.random.default_rng(seed).normal(size=(500, 1)), columns=["a"])
        draws = bootstrap_importance(X, X["a"] ** 3, 100, seed=seed).draws
        assert draws["random"].mean() < 0.02


def test_intervals_cover_the_true_share():
    covered = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X = pd.DataFrame(rng.normal(size=(150, 2)), columns=["a", "b"])
        y = X["a"] + 0.5 * X["b"] + rng.normal(size=150)
        shares = bootstrap_importance(X, y, n_resamples=300, seed=seed).shares
        truth = pd.Series({"a": 1 / 2.25, "b": 0.25 / 2.25})
        covered.append(truth.between(shares["low"][:2], shares["high"][:2]))
    assert pd.DataFrame(covered).to_numpy().mean() > 0.88  # 120 draws at 95 %: below .89 in 1 %


def test_weights_move_the_intervals_too(survey):
    X, y = survey
    half = pd.Series(np.where(X.index < 400, 1.0, 1e-9))
    weighted = bootstrap_importance(X, y, n_resamples=400, weights=half).shares
    alone = bootstrap_importance(X[:400], y[:400], n_resamples=400).shares
    assert weighted["share"][:3].sub(alone["share"][:3]).abs().max() < 1e-6
    wide, narrow = weighted["high"] - weighted["low"], alone["high"] - alone["low"]
    assert (wide[:3] / narrow[:3]).between(0.75, 1.35).all()


class HalfAndHalf:
    """Weights that give two groups the same total in every resample."""

    def __init__(self, cells):
        self.cells = cells

    def factors(self, sums):
        return 0.5 / sums


def test_resamples_are_weighted_again(survey):
    X, y = survey
    cells = np.where(X.index < 600, 1, 0)
    weights = pd.Series(np.where(cells == 1, 0.5 / 600, 0.5 / 200))
    again = bootstrap_importance(X, y, 400, weights=weights, reweight=HalfAndHalf(cells))
    fixed = bootstrap_importance(X, y, 400, weights=weights)
    pd.testing.assert_series_equal(again.shares["share"][:3], fixed.shares["share"][:3])
    drawn = by_rows(X, y, cells, 400)
    for name in X:
        assert again.draws[name].mean() == pytest.approx(drawn[name].mean(), abs=0.006)
        assert again.draws[name].std() == pytest.approx(drawn[name].std(), rel=0.15)


def by_rows(X, y, cells, n_resamples):
    """The same, one resample at a time."""
    rng, draws = np.random.default_rng(11), []
    for _ in range(n_resamples):
        rows = rng.integers(0, len(X), len(X))
        weights = 0.5 / np.bincount(cells[rows])[cells[rows]]
        draws.append(
            relative_importance(
                X.iloc[rows].reset_index(drop=True), y.iloc[rows].reset_index(drop=True),
                weights=weights,
            )
        )  # fmt: skip
    return pd.DataFrame(draws)


def test_a_mean_that_hangs_on_the_group_alone_no_longer_varies():
    cells = np.random.default_rng(3).integers(0, 2, 500)
    weights = 0.5 / np.bincount(cells)[cells]
    spread = []
    for rule in (None, HalfAndHalf(cells)):
        moments = resampled_moments(cells[:, None] + 1.0, weights, 300, 1, rule)
        spread.append((moments[:, 0, 1] / moments[:, 0, 0]).std())
    assert spread[1] < 1e-12 < 0.01 < spread[0]


def test_weights_of_other_respondents_are_refused(survey):
    X, y = survey
    with pytest.raises(DriverError, match="reweight knows 3 respondents"):
        bootstrap_importance(X, y, 10, reweight=HalfAndHalf(np.zeros(3, dtype=int)))


def test_the_same_seed_gives_the_same_draws(survey):
    first, second, other = (
        bootstrap_importance(*survey, n_resamples=60, seed=seed).draws for seed in (5, 5, 6)
    )
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)


def test_long_surveys_are_resampled_in_blocks():
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(9000, 2)), columns=["a", "b"])
    y = X["a"] + rng.normal(size=9000)
    found = bootstrap_importance(X, y, n_resamples=200)
    width = found.draws["a"].std()
    assert width == pytest.approx(np.sqrt(4 * 0.5 * 0.25 / 9000), rel=0.25)
    assert found.draws["a"].mean() == pytest.approx(found.shares.loc["a", "share"], abs=0.003)


def test_opposite_signs_are_named():
    rng = np.random.default_rng(2)
    a = rng.normal(size=500)
    b = a + rng.normal(0, 0.5, 500)
    X = pd.DataFrame({"a": a, "b": b})
    found = bootstrap_importance(X, pd.Series(2 * a - b + rng.normal(0, 0.1, 500)), 50)
    assert any(note.startswith("b:") and "opposite sign" in note for note in found.notes)


def test_complete_dominance_of_a_cause_over_noise(survey):
    X, y = survey
    found = dominance(X, y)
    assert found.complete.loc["a", "c"] and not found.complete.loc["c", "a"]
    assert pd.isna(found.complete.loc["a", "a"])


def test_what_cannot_be_computed_is_refused_by_name(survey):
    X, y = survey
    with pytest.raises(DriverError, match="'shapley' is unknown"):
        relative_importance(X, y, method="shapley")
    with pytest.raises(DriverError, match='called "random"'):
        bootstrap_importance(X.rename(columns={"a": "random"}), y)
    with pytest.raises(DriverError, match="n_resamples"):
        bootstrap_importance(X, y, n_resamples=0)
    many = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 25)))
    with pytest.raises(DriverError, match="johnson"):
        relative_importance(many, many[0])
