"""A study's weights, and its outcome model beside imputed answers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from demo import TRUTH

from cxlib import drivers, survey
from cxlib.language import Speaker
from cxlib.report import beside_imputed, weigh
from cxlib.study import Study

ROWS = 240


def study(folder: Path, settings: str, **columns: object) -> Study:
    """A study with a survey of two districts and whatever columns are given."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"overall": rng.integers(4, 10, ROWS)})
    frame["district"] = np.where(rng.random(ROWS) < 0.7, "north", "south")
    frame.assign(**columns).to_csv(folder / "survey.csv", index=False)
    (folder / "study.yaml").write_text(settings)
    return Study.open(folder)


def test_without_weights_and_margins_nothing_changes(tmp_path: Path) -> None:
    plain = study(tmp_path, "name: Plain\n")
    found = weigh(plain, plain.survey)
    assert found.values is None and found.reweight is None
    assert found.summary()["estimate"].tolist() == [1, ROWS, 1]
    assert found.said(Speaker("en")) == "**All count alike.**"


def test_weights_of_nothing_but_zero_are_said_and_left(tmp_path: Path) -> None:
    void = study(tmp_path, "name: Void\n", weight=0)
    found = weigh(void, void.survey)
    assert found.values is None and found.n == ROWS
    assert found.notes == ("all weights in the survey are 0",)


def test_given_weights_are_where_raking_starts(tmp_path: Path) -> None:
    given = np.random.default_rng(5).choice([0.0, 1.0, 4.0], ROWS)
    alone = study(tmp_path, "name: Weighted\n", weight=given)
    found = weigh(alone, alone.survey)
    assert found.values is not None and found.reweight is None
    np.testing.assert_allclose(found.values, given / given[given > 0].mean())
    assert found.n == (given > 0).sum()
    margins = "survey: {margins: {district: {north: 400, south: 600}}}\n"
    both = study(tmp_path, margins, weight=given)
    raked = weigh(both, both.survey)
    within = both.survey.assign(w=raked.values)[both.survey["district"] == "north"]
    assert within["w"].sum() == pytest.approx(0.4 * raked.values.sum())
    ratio = (within["w"] / within["weight"])[within["weight"] > 0]
    assert ratio.std() == pytest.approx(0, abs=1e-9)


def test_margins_on_a_column_of_ones_own(tmp_path: Path) -> None:
    ages = np.random.default_rng(6).choice(["young", "old", ""], ROWS, p=[0.5, 0.4, 0.1])
    aged = study(tmp_path, "survey: {margins: {age: {young: 0.3, old: 0.7}}}\n", age=ages)
    weights = weigh(aged, aged.survey)
    sums = weights.values.groupby(aged.survey["age"].fillna("")).sum() / ROWS
    assert sums[""] == pytest.approx((ages == "").mean())
    assert sums["old"] / sums["young"] == pytest.approx(7 / 3)
    some = weigh(aged, aged.survey[aged.survey["age"] != "old"])
    assert "nobody is 'old'" in some.notes[0]


def test_margins_that_can_not_be_met_are_said_and_left(tmp_path: Path) -> None:
    settings = "survey: {margins: {district: {north: 1, south: 99}}, trim: 1.5}\n"
    torn = study(tmp_path, settings)
    found = weigh(torn, torn.survey)
    assert found.values is None and "raise trim" in found.notes[0]


def test_weighted_drivers_of_the_demo_hold_the_truth() -> None:
    demo = Study.open("haag-wonen")
    scales = {value: demo.survey[items] for value, items in demo.value_items.items()}
    full = survey.value_scores(scales).assign(overall=demo.survey["overall"]).dropna()
    weights = weigh(demo, demo.survey.loc[full.index])
    X, y = full.drop(columns="overall"), full["overall"].astype(float)
    rule = {"weights": weights.values, "reweight": weights.reweight}
    table = drivers.penalty_reward(X, y, n_resamples=400, **rule)
    for side in ("penalty", "reward"):
        true = pd.Series(getattr(TRUTH.survey, side))
        assert (table[f"{side}_low"] <= true).all() and (true <= table[f"{side}_high"]).all()
    shares = drivers.bootstrap_importance(X, y, n_resamples=200, **rule).shares
    assert (shares["beats_random"].drop("random") > 0.95).all()


def test_the_weighted_mean_of_the_base_is_the_published_one() -> None:
    demo = Study.open("haag-wonen")
    base = demo.within(demo.survey, demo.config.periods.base)
    assert round(survey.mean(base["overall"], weigh(demo, base).values).estimate, 1) == 7.4


def answers(seed: int, n: int = 400) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Grades of which `ease` is skipped more where the overall grade is high."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    ease = pd.DataFrame({f"e{i}": 7 + common + rng.normal(0, 0.5, n) for i in range(2)})
    safe = pd.DataFrame({"s": 7 + 0.5 * common + rng.normal(0, 1, n)})
    overall = 0.6 * ease.mean(axis=1) + 0.3 * safe["s"] + 0.7 + rng.normal(0, 0.7, n)
    skipped = rng.random(n) < 1 / (1 + np.exp(-3 * (overall - 7)))
    return {"ease": ease.mask(skipped), "safe": safe}, overall


def test_pooled_intervals_cover_what_complete_cases_miss() -> None:
    true = pd.Series({"ease": 0.6, "safe": 0.3})
    pooled, complete = [], []
    for seed in range(30):
        scales, overall = answers(seed)
        table = beside_imputed(scales, overall, n_imputations=8, seed=seed).table.loc[true.index]
        pooled.append((table["pooled_low"] < true) & (true < table["pooled_high"]))
        complete.append((table["complete_low"] < true) & (true < table["complete_high"]))
    assert (pd.DataFrame(pooled).mean() >= 0.85).all()
    assert pd.DataFrame(complete).mean().min() < 0.7


def test_the_comparison_names_what_it_could_not_do() -> None:
    scales, overall = answers(1, n=60)
    scales["safe"] = scales["safe"][:6].reindex(scales["safe"].index)
    found = beside_imputed(scales, overall)
    assert "pooled" not in found.table and found.table["complete"].isna().all()
    assert any("'s' has 6 answers" in note for note in found.notes)
    assert "can't be compared" in found.said(Speaker("en"))


def test_where_nothing_is_missing_nothing_is_compared() -> None:
    scales, overall = answers(1, n=60)
    whole = {name: frame.ffill().bfill() for name, frame in scales.items()}
    said = beside_imputed(whole, overall, n_imputations=2).said(Speaker("en"))
    assert said.startswith("Every question was")


def test_weights_count_in_both_models() -> None:
    scales, overall = answers(2)
    weights = pd.Series(np.random.default_rng(1).choice([0.2, 3.0], len(overall)))
    plain = beside_imputed(scales, overall, n_imputations=3).table
    weighted = beside_imputed(scales, overall, weights=weights, n_imputations=3).table
    alike = beside_imputed(scales, overall, weights=weights * 0 + 2, n_imputations=3).table
    pd.testing.assert_frame_equal(plain, alike)
    for side in ("complete", "pooled"):
        assert not np.allclose(plain[side], weighted[side])
