"""Sentences on scales say no more than intervals of differences allow."""

import numpy as np
import pandas as pd

from cxlib import report, survey
from cxlib.language import Speaker

LABELS = {"a": "Ease", "b": "Home", "c": "Safe"}
EN, NL = Speaker("en"), Speaker("nl")


def scores(shift: float, n: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = rng.normal(7, 1.5, (n, 1))
    drawn = pd.DataFrame(level + rng.normal(0, 0.5, (n, 3)), columns=[*"abc"])
    return drawn.assign(a=drawn["a"] - shift)


def test_the_lowest_is_told_by_differences_of_the_same_people() -> None:
    frame = scores(0.2)
    table = survey.compared(frame)
    assert table.loc["a", "high"] > table.drop(index="a")["low"].min()  # intervals overlap
    lead = report.lowest_value(table)
    assert lead.sure and lead.names[0] == "a"
    assert not report.lowest_value(survey.compared(frame[["a"]])).sure


def test_of_equals_one_is_called_the_lowest_seldom() -> None:
    w = pd.Series(np.random.default_rng(1).choice([0.5, 2.0], 200))
    sure = [
        report.lowest_value(survey.compared(scores(0, seed=seed), weights=w)).sure
        for seed in range(100)
    ]
    assert np.mean(sure) <= 0.08


def test_the_weakest_scale_is_named_only_where_alphas_differ() -> None:
    rng = np.random.default_rng(4)
    level = rng.normal(size=(400, 1))
    strong = pd.DataFrame(level + rng.normal(0, 0.5, (400, 3)), columns=["x", "y", "z"])
    weak = pd.DataFrame(level + rng.normal(0, 1.5, (400, 3)), columns=["p", "q", "r"])
    like = pd.DataFrame(level + rng.normal(0, 0.5, (400, 3)), columns=["k", "l", "m"])
    table = survey.reliability({"a": strong, "b": weak, "c": like})
    for scales, said in (
        ({"a": strong, "b": weak}, "The weakest scale is **Home**:"),
        ({"a": strong, "c": like}, "may be the weakest scale"),
        ({"a": strong}, "Alpha of **Ease** is"),
    ):
        lead = report.lead(*survey.alpha_leads(scales), highest=False)
        assert said in report.weakest_scale(lead, table, LABELS, EN)


def test_hidden_is_said_as_hidden() -> None:
    frame = pd.DataFrame({"a": [7.0] * 60, "b": [6.0] * 55 + [None] * 5})
    shares = survey.completeness(frame)
    assert shares["share"].isna().any()
    judged = survey.means_by(frame["a"], pd.Series(["none"] * 55 + ["some"] * 5, name="gaps"))
    said = report.left_open(shares, judged, EN)
    assert "hidden" in said and "%" not in said and "can't be told" in said
    shares["share"] = [0.79, np.nan, np.nan]
    said = report.left_open(shares, judged, EN)
    assert said.startswith("**79%** answered every question. How many left two or more open is")


def test_an_end_is_named_only_where_it_surely_is_one() -> None:
    rng = np.random.default_rng(2)
    even = pd.DataFrame(rng.integers(5, 10, (150, 6)).astype(float), columns=[*"abcdef"])
    assert report.ends(survey.shares_of(even)) == []
    assert report.ends(survey.shares_of(even.assign(f=5.0))) == ["f"]
    assert report.ends(survey.shares_of(even[["a"]])) == []


def test_one_weighted_mean_wherever_it_is_printed() -> None:
    frame = scores(0.5).round()
    w = pd.Series(np.where(frame["a"] > 7, 1.8, 0.2))
    items = {"v": frame[["a", "b"]], "one": frame[["c"]]}
    printed = [
        survey.quality(items, weights=w).loc[("one", "c"), "mean"],
        survey.compared(survey.value_scores(items), weights=w).loc["one", "estimate"],
        survey.mean(frame["c"], w).estimate,
        survey.means_by(frame["c"], pd.Series(["all"] * 200, name="g"), w).loc["all", "estimate"],
        float(np.average(frame["c"], weights=w)),
    ]
    assert np.ptp(printed) < 1e-12 and abs(printed[0] - frame["c"].mean()) > 0.1
    gaps = survey.gaps({"v": frame.mask(frame > 8)}, minimum=1, weights=w)["empty"]
    quality = survey.quality({"v": frame.mask(frame > 8)}, weights=w)["missing"]
    np.testing.assert_allclose(gaps, quality)


def test_reliability_between_two_uses_decides_for_neither() -> None:
    ends = {"a": (0.91, 0.94), "b": (0.84, 0.903), "c": (0.75, 0.85), "d": (0.6, 0.8)}
    table = pd.DataFrame.from_dict(ends, orient="index", columns=["omega_low", "omega_high"])
    nothing = pd.DataFrame()
    uses = report.scale_uses(table, nothing, nothing, nothing)
    assert uses["use"].tolist() == ["single", "at least groups", "groups", "undecided"]
    unknown = pd.DataFrame({"estimate": {"CFI": None}}, dtype=float)
    said = report.conclusion(uses, unknown, nothing, nothing, EN)
    assert said.startswith(
        "**3 of 4** scales serve to compare groups, 1 of these surely to judge a single "
        "respondent as well. Of 1 that can't be told."
    )


def test_values_of_one_question_have_no_weakest_scale() -> None:
    lead = report.lead(*survey.alpha_leads({}), highest=False)
    assert report.weakest_scale(lead, pd.DataFrame(), {}, EN).startswith("No scale has an")


def test_fit_is_undecided_where_its_interval_allows_two_readings() -> None:
    fit = pd.DataFrame({"estimate": {"CFI": 1.0, "RMSEA": 0.0, "SRMR": 0.01}})
    assert report.fit_verdict(fit.assign(high=0.05)) == "good"
    assert report.fit_verdict(fit.assign(high=0.23)) == "undecided"


def test_answers_without_gaps_are_said_to_be_so() -> None:
    frame = pd.DataFrame({"a": [7.0] * 60, "b": [6.0] * 60})
    judged = pd.DataFrame({"estimate": [7.0]})
    said = report.left_open(survey.completeness(frame), judged, EN)
    assert said == "Everybody answered every question."
    said = report.left_open(survey.completeness(frame), judged, NL)
    assert said == "Iedereen beantwoordde elke vraag."
