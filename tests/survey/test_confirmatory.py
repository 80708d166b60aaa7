"""Confirmatory model, discriminant validity, invariance and verdicts: parity, truth, poor data."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxlib import report, survey
from cxlib.language import Speaker
from cxlib.survey.confirmatory import fit, information

SPEAKER = Speaker("en")
BETWEEN = 0.5
STRENGTH = {"ease": [0.9, 0.8, 0.7], "home": [0.8, 0.6, 0.75, 0.5], "near": [0.7, 0.8]}


def answers(n: int, seed: int = 1, grades: bool = False) -> dict[str, pd.DataFrame]:
    """Items with these loadings, of values that correlate .5; as grades 1-10, skewed, if asked."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=n)
    scales = {}
    for value, loadings in STRENGTH.items():
        strength = np.array(loadings)
        level = np.sqrt(BETWEEN) * shared + np.sqrt(1 - BETWEEN) * rng.normal(size=n)
        noise = rng.normal(size=(n, len(strength))) * np.sqrt(1 - strength**2)
        items = level[:, None] * strength + noise
        items = np.clip(np.round(7.8 + 1.6 * items), 1, 10) if grades else items
        names = [f"{value}{k}" for k in range(len(strength))]
        scales[value] = pd.DataFrame(items, columns=names)
    return scales


@pytest.fixture(scope="module")
def want(expected):
    return expected("cfa_mobi")["mobi_3f_ml"]


@pytest.fixture(scope="module")
def mobi_scales(mobi):
    return {value: mobi.filter(regex=f"^{value}") for value in ("PERQ", "IMAG", "CUSA")}


def standard(want, op):
    rows = [row for row in want["std"] if row["op"] == op]
    return [row for row in rows if op == "=~" or len(row["lhs"]) == len(row["rhs"]) == 4]


def test_fit_equals_lavaan(mobi_scales, want):
    found, theirs = survey.confirm(mobi_scales).fit, want["fit"]
    assert found.loc["chi2", "estimate"] == pytest.approx(theirs["chisq"], rel=1e-6)
    assert (found.loc["chi2", "df"], found.loc["chi2", "n"]) == (theirs["df"], want["n"])
    for measure in ("CFI", "TLI", "RMSEA", "SRMR"):
        assert found.loc[measure, "estimate"] == pytest.approx(theirs[measure.lower()], abs=1e-6)
    ends = [theirs["rmsea.ci.lower"], theirs["rmsea.ci.upper"]]
    assert found.loc["RMSEA", ["low", "high"]].tolist() == pytest.approx(ends, abs=1e-6)


def test_loadings_and_correlations_equal_lavaan(mobi_scales, want):
    found = survey.confirm(mobi_scales)
    theirs = {(row["lhs"], row["rhs"]): row["est.std"] for row in standard(want, "=~")}
    assert found.loadings["estimate"].to_dict() == pytest.approx(theirs, abs=1e-5)
    between = {(r["lhs"], r["rhs"]): r["est.std"] for r in standard(want, "~~")}
    own = found.correlations["estimate"].to_dict()
    assert own == pytest.approx({pair: between[pair] for pair in own}, abs=1e-5)


def test_the_expected_information_gives_lavaans_standard_errors(mobi_scales, want):
    model = survey.confirm(mobi_scales).structure
    variance = np.linalg.inv(information(model)) / want["n"]
    theirs = [row["se"] for row in standard(want, "~~") if row["lhs"] != row["rhs"]]
    np.testing.assert_allclose(np.sqrt(np.diagonal(variance))[30:], theirs, rtol=1e-3)
    unique = [row["se"] for row in want["est"] if row["op"] == "~~" and len(row["lhs"]) == 5]
    n = want["n"]  # lavaan divides covariances by n
    np.testing.assert_allclose(
        np.sqrt(np.diagonal(variance))[15:30] * (n - 1) / n, unique, rtol=1e-3
    )


def test_the_model_equals_lavaan_when_told_its_own_covariances():
    model = fit(answers(500)["ease"].cov().to_numpy(), np.zeros(3, int))
    again = fit(model.implied, np.zeros(3, int))
    assert again.misfit == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(again.loadings, model.loadings, atol=1e-5)


@pytest.mark.parametrize("grades", [False, True])
def test_intervals_cover_the_truth(grades):
    """Of grades the truth is what a very large sample yields."""
    truth = survey.confirm(answers(200_000, 99, grades)) if grades else None
    covered = []
    for seed in range(60):
        found = survey.confirm(answers(300, seed, grades))
        both = pd.concat([found.loadings, found.correlations])
        exact = np.array([*np.concatenate([*STRENGTH.values()]), *[BETWEEN] * 3])
        if truth:
            exact = np.concatenate([truth.loadings["estimate"], truth.correlations["estimate"]])
        covered.append((both["low"] < exact) & (exact < both["high"]))
    assert 0.92 <= np.mean(covered) <= 0.98


def test_p_values_of_a_true_model_are_uniform():
    p = [survey.confirm(answers(300, seed)).fit.loc["chi2", "p"] for seed in range(60)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_order_of_respondents_items_and_values_does_not_matter():
    scales = answers(200)
    plain = survey.confirm(scales)
    order = np.random.default_rng(1).permutation(200)
    turned = {v: scales[v].iloc[order, ::-1] for v in reversed(scales)}
    moved = survey.confirm(turned)
    pd.testing.assert_frame_equal(
        moved.loadings.reindex(plain.loadings.index), plain.loadings, rtol=1e-4
    )
    pd.testing.assert_frame_equal(moved.fit, plain.fit, rtol=1e-5, atol=1e-6)
    pairs = survey.discriminant(moved)["htmt"]
    swapped = pairs.reorder_levels(["other", "value"]).rename_axis(["value", "other"])
    expected = survey.discriminant(plain)["htmt"]
    pd.testing.assert_series_equal(swapped.reindex(expected.index), expected)


def test_scale_and_sign_of_a_value_do_not_matter():
    scales = answers(200)
    plain = survey.confirm(scales).correlations["estimate"]
    turned = survey.confirm(scales | {"ease": 3 - 2 * scales["ease"]}).correlations["estimate"]
    signs = [-1, -1, 1]
    np.testing.assert_allclose(turned, plain * signs, atol=1e-5)


def test_htmt_and_its_interval_equal_a_plain_computation_with_a_jackknife():
    scales = answers(400)
    found = survey.discriminant(survey.confirm(scales)).loc[("ease", "home")]
    both = np.hstack([scales["ease"], scales["home"]])

    def plain(rows):
        r = np.abs(np.corrcoef(rows.T))
        within = r[:3, :3][np.triu_indices(3, 1)].mean(), r[3:, 3:][np.triu_indices(4, 1)].mean()
        return np.log(r[:3, 3:].mean() / np.sqrt(np.prod(within)))

    assert np.log(found["htmt"]) == pytest.approx(plain(both), abs=1e-12)
    without = np.array([plain(np.delete(both, i, axis=0)) for i in range(400)])
    se = np.sqrt(399 / 400 * ((without - without.mean()) ** 2).sum())
    reach = stats.norm.ppf(0.975) * se
    assert np.log(found["high"] / found["htmt"]) == pytest.approx(reach, rel=0.02)
    assert np.log(found["htmt"] / found["low"]) == pytest.approx(reach, rel=0.02)


def test_values_that_are_one_are_named_and_others_are_apart():
    scales = answers(1500)
    halves = {"first": scales["home"].iloc[:, :2], "second": scales["home"].iloc[:, 2:]}
    found = survey.discriminant(survey.confirm({"ease": scales["ease"], **halves}))
    assert found["verdict"].to_dict() == {
        ("ease", "first"): "apart",
        ("ease", "second"): "apart",
        ("first", "second"): "one",
    }
    assert not found.loc[("first", "second"), "distinct"]


def test_groups_alike_are_the_same_and_an_odd_item_is_named():
    scales, rng = answers(6000), np.random.default_rng(4)
    groups = pd.DataFrame({"mode": rng.choice([*"ab"], 6000), "district": [*"pqrs"] * 1500})
    same = survey.invariance(scales, groups)
    assert (same["verdict"] == "same").all() and (same["congruence"] > 0.99).all()
    odd = scales["home"].copy()
    loud = groups["district"] == "q"
    odd.loc[loud, "home1"] += rng.normal(size=int(loud.sum())) * 0.2 + odd.loc[loud, "home0"]
    found = survey.invariance(scales | {"home": odd}, groups).loc[("district", "home")]
    assert found[["verdict", "group", "item"]].tolist() == ["differs", "q", "home1"]


def test_a_wider_spread_of_levels_is_no_difference_in_meaning():
    scales = answers(6000)
    wide = pd.Series([1.0, 2.0] * 3000)
    told = pd.DataFrame({"mode": wide.map({1.0: "a", 2.0: "b"})})
    found = survey.invariance({v: items.mul(wide, axis=0) for v, items in scales.items()}, told)
    assert (found["verdict"] == "same").all()


def test_differences_between_equal_groups_are_rarely_found():
    """Intervals hold for a row at once: about one row in twenty, give or take three errors."""
    groups, found = pd.DataFrame({"district": [*"abc"] * 200}), []
    for seed in range(40):
        found += survey.invariance(answers(600, seed), groups)["verdict"].tolist()
    assert found.count("differs") / len(found) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(found))
    assert "undecided" in found


def test_small_groups_are_not_compared_nor_those_that_would_give_them_away():
    scales = answers(700)
    journey = pd.DataFrame({"journey": ["a"] * 300 + ["b"] * 280 + ["c"] * 116 + ["d"] * 4})
    found = survey.invariance(scales, journey)
    assert set(found["groups"]) == {2} and set(found["n"]) == {580}
    also = {"journey": ["b"]}  # hides d well enough, so c may be shown
    assert set(survey.invariance(scales, journey, also=also)["n"]) == {416}
    assert survey.invariance(scales, journey[[]]).empty
    few = survey.invariance(scales, pd.DataFrame({"journey": ["a"] * 696 + ["b"] * 4}))
    assert set(few["verdict"]) == {"too few"} and few["n"].isna().all()


PLAIN = answers(120)
POOR = {
    "a constant item": (
        PLAIN | {"near": PLAIN["near"].assign(near1=7.0)},
        "near: one item only; left out",
    ),
    "identical items": (
        PLAIN | {"ease": PLAIN["ease"].assign(ease1=PLAIN["ease"]["ease0"])},
        "ease1: follows from other items; left out",
    ),
    "an item that nobody answered": (
        PLAIN | {"ease": PLAIN["ease"].assign(ease1=np.nan)},
        "ease1: fewer than half answered it; left out",
    ),
    "one value of three items": ({"ease": PLAIN["ease"]}, ""),
    "one value of two items": ({"near": PLAIN["near"]}, "it takes a value of three items"),
    "a value of one item": (
        PLAIN | {"near": PLAIN["near"][["near0"]]},
        "near: one item only; left out",
    ),
    "fewer answers than items": (
        {value: items[:7] for value, items in PLAIN.items()},
        "7 respondents answered everything, too few for 9 items",
    ),
    "nobody": ({v: items[:0] for v, items in PLAIN.items()}, "near0: nobody answered it"),
    "values of one item only": ({v: items.iloc[:, :1] for v, items in PLAIN.items()}, "one item"),
    "barely enough": ({value: items[:11] for value, items in PLAIN.items()}, ""),
}


@pytest.mark.parametrize("case", POOR)
def test_poor_answers_have_a_note_and_a_sensible_verdict(case, monkeypatch):
    scales, note = POOR[case]
    monkeypatch.setattr("cxlib.survey.scales.ENOUGH", 40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = survey.confirm(scales)
        pairs = survey.discriminant(found)
        groups = pd.DataFrame({"mode": ["a", "b"]}).loc[[0, 1] * 60].reset_index(drop=True)
        alike = survey.invariance(scales, groups)
        reliability = survey.reliability(scales)
        uses = report.scale_uses(reliability, survey.quality(scales), pairs, alike)
        told = report.scale_words(uses, reliability, SPEAKER)
    assert any(note in said for said in found.notes) or not note
    assert report.fit_verdict(found.fit) in ("good", "fair", "poor", "undecided", "unknown")
    assert told.index.tolist() == list(scales)
    assert told.str.len().min() > 20


def test_missing_answers_leave_out_respondents_and_say_how_many():
    scales = answers(200)
    scales["ease"].iloc[:30, 0] = np.nan
    found = survey.confirm(scales)
    rest = survey.confirm({value: items[30:] for value, items in scales.items()})
    pd.testing.assert_frame_equal(found.fit, rest.fit)
    assert "170 of 200 respondents answered all of these items" in found.notes


def test_too_few_complete_answers_are_not_even_counted():
    found = survey.confirm(answers(40), minimum=60)
    assert found.fit["n"].isna().all() and found.loadings["n"].isna().all()
    assert found.notes == ("too few answered everything",)


def test_an_item_of_two_values_is_refused():
    with pytest.raises(survey.SurveyError, match="more than one column 'ease0'"):
        survey.confirm({"ease": PLAIN["ease"], "again": PLAIN["ease"]})


def test_fit_and_use_follow_from_the_numbers(mobi, mobi_scales):
    assert report.fit_verdict(survey.confirm(mobi_scales).fit) == "poor"
    assert report.fit_verdict(survey.confirm(answers(800)).fit) == "good"
    scales = mobi_scales | {"CUEX": mobi.filter(regex="^CUEX")}
    pairs = survey.discriminant(survey.confirm(scales))
    quality = survey.quality(scales)
    found = report.scale_uses(survey.reliability(scales), quality, pairs, pd.DataFrame())
    words = report.scale_words(found, survey.reliability(scales), SPEAKER)
    assert found["use"].to_dict() == {
        "PERQ": "at least groups",
        "IMAG": "undecided",
        "CUSA": "groups",
        "CUEX": "neither",
    }
    gain = quality.loc[("CUEX", "CUEX3")]
    assert gain["gain"] > 0 > gain["gain_low"] and "Stronger" not in words["CUEX"]
    assert "CUSA" in found.loc["PERQ", "other"]
    fit = survey.confirm(scales).fit
    said = report.conclusion(found, fit, pairs, pd.DataFrame(), SPEAKER)
    assert said.startswith("**2 of 4** scales serve to compare groups, none of these surely")
    assert "is **poor** (CFI" in said and "Of 6 pairs of values" in said
    assert "There are no comparisons of loadings between groups to judge." in said


def test_an_item_that_surely_weakens_its_scale_is_named():
    ease = answers(400)["ease"]
    scales = {"ease": ease.assign(odd=np.random.default_rng(1).normal(7, 2, len(ease)))}
    reliability, nothing = survey.reliability(scales), pd.DataFrame()
    uses = report.scale_uses(reliability, survey.quality(scales), nothing, nothing)
    assert uses.loc["ease", "weakest"] == "odd"
    assert "Stronger without odd." in report.scale_words(uses, reliability, SPEAKER)["ease"]


def test_of_equal_differences_the_same_is_named_in_whatever_order_people_come():
    rng = np.random.default_rng(8)
    level = rng.normal(size=(600, 1))
    answers = pd.DataFrame(level + rng.normal(size=(600, 4)), columns=["a1", "a2", "b1", "b2"])
    mode = pd.DataFrame({"mode": rng.choice(["internet", "telephone"], 600)})
    named = set()
    for _ in range(20):  # of two items and two groups, all differences are as large
        order = rng.permutation(600)
        people = answers.iloc[order].reset_index(drop=True)
        scales = {"a": people[["a1", "a2"]], "b": people[["b1", "b2"]]}
        found = survey.invariance(scales, mode.iloc[order].reset_index(drop=True))
        named.add(tuple(found[["group", "item"]].to_numpy().ravel()))
    assert named == {("internet", "a1", "internet", "b1")}
