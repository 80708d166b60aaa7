"""The sentences of notebook 05: true when sure, when close, when nothing is known."""

import numpy as np
import pandas as pd
import pytest

from cxlib import drivers, survey
from cxlib.language import Speaker
from cxlib.report import Lead, portrait, verdicts
from cxlib.report import drivers as reading
from cxlib.study import Study, earlier, texts, window

EN = Speaker("en")


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.open("haag-wonen")


@pytest.fixture(scope="module")
def names(study: Study) -> dict[str, str]:
    found = texts(study, "values", "journeys", "districts")
    return {name: text.at("en") for name, text in found.items()}


def answers(n: int, slopes: tuple[float, float], seed: int = 1):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(3, 11, (n, 2)).astype(float), columns=["reliable", "ease"])
    latent = slopes[0] * X["reliable"] + slopes[1] * X["ease"] + rng.logistic(size=n)
    return X, latent.round().clip(1, 10)


def leads_of(found: drivers.Scenarios) -> dict[str, Lead]:
    return {
        "fail": reading.best(found.changes, "fail_to_pass", "fail"),
        "top": reading.best(found.changes, "middle_to_top", "top"),
    }


def told(
    names: dict[str, str], X: pd.DataFrame, y: pd.Series, fail: float = 5, top: float = 8
) -> list[str]:
    found = drivers.scenarios(X, y, fail, top)
    contrasts = drivers.penalty_reward(X, y, fail, top, n_resamples=60)
    text = reading.driver_answer(found, contrasts, leads_of(found), (fail, top), names, EN)
    return text.split("\n")


def test_a_sure_leader_is_named(names):
    first, second = told(names, *answers(2000, (0.9, 0.1)))
    assert "**Fewer fails:** **Reliable** helps most. Were every fail for Reliable" in first
    assert "**Towards 8 or higher:** **Reliable** helps most" in second
    assert "if the value causes the grade" in second and "points" in second


def test_those_that_can_not_be_told_apart_are_all_named(names):
    X, y = answers(600, (0.5, 0.5))
    assert leads_of(drivers.scenarios(X, y))["fail"].tied
    first = told(names, X, y)[0]
    assert "**Reliable** or **Ease**" in first or "**Ease** or **Reliable**" in first
    assert "which of these is not certain" in first


def test_nothing_known_is_said_to_be_so(names):
    X, y = answers(200, (0.5, 0.5))
    for rows, outcome in ((X[:2], y[:2]), (X, y * 0 + 7)):
        first, second = told(names, rows, outcome)
        assert "no value demonstrably brings fewer fails (" in first
        assert "no value demonstrably lifts (" in second
        shares = drivers.bootstrap_importance(rows, outcome, 20)
        assert not reading.weightiest(shares.shares["share"], shares.draws).names


def test_one_value_is_compared_with_none(names):
    X, y = answers(900, (0.6, 0.2))
    lines = told(names, X[["ease"]], y)
    assert not any("most" in line.split("Were")[0] for line in lines)
    shares = drivers.bootstrap_importance(X[["ease"]], y, 20)
    found = reading.weightiest(shares.shares["share"], shares.draws)
    assert found == Lead(("ease",)) and not found.sure
    table = portrait.priorities(X[["ease"]], shares, 10)
    assert table["quadrant"].tolist() == ["border"]


def test_thresholds_are_those_of_the_study(names):
    X, y = answers(1500, (0.5, 0.2))
    lines = told(names, X.sub(2).div(2).round(), y.sub(2).div(2).round().clip(1, 5), 2, 4)
    assert "give 2 or lower" in lines[0] and "Towards 4 or higher" in lines[1]
    assert not any("8 or" in line or "5 or" in line for line in lines)


def test_kinds_go_to_the_years_that_the_roadmap_gives_them(study, names):
    values = ["reliable", "connected", "ease", "proactive"]
    classes = pd.DataFrame(
        {
            "kind": ["basic", "excitement", "undecided", "wrong sign"],
            "firm": [True, False, False, False],
        },
        index=values,
    )
    table = pd.DataFrame({"kind": reading.kinds(classes)})
    assert table["kind"].tolist() == ["basic", "undecided", "undecided", "wrong sign"]
    lines = reading.roadmap_reading(table, study.vision.roadmap, 8, names, EN).split("\n")
    assert lines[0].startswith("- **2020: fewer fails") and lines[0].endswith(": Reliable.")
    assert lines[1].startswith("- **2021 and 2022: ") and lines[1].endswith(": none that holds.")
    assert lines[2] == "- No kind that holds: Connected, Ease."
    assert lines[3] == "- Wrong sign, estimated the other way round: Proactive."


def test_groups_that_are_left_out_are_named(names):
    X, y = answers(300, (0.6, 0.3))
    groups = pd.Series(["repairs"] * 150 + ["moving_in"] * 147 + ["leaving"] * 3)
    shown = survey.large(groups)
    found = drivers.by_group(X, y, shown, n_resamples=20)
    text = reading.group_reading(found, groups, "journeys", names, EN)
    assert "Left out" in text and "Leaving" in text and "Repair request 150" in text
    # Three alone would follow from the total: the next smallest goes with them.
    assert set(shown.dropna()) == {"repairs"} and "Fewer than two journeys" in text


def test_a_year_earlier_is_compared_only_where_it_is_whole(study):
    past, span = earlier(study, study.period("2020-Q4"))
    assert span == "2019-Q1 to 2019-Q4" and past["date"].dt.year.eq(2019).all()
    for label in ("2020-Q3", "2019-Q4", "all"):
        assert earlier(study, study.period(label))[1] == ""


def test_changes_of_the_demo_are_found(study, names):
    period = study.period("2020-Q4")
    now, past = (
        portrait.scored(study, answers, study.value_items)
        for answers in (window(study, period)[0], earlier(study, period)[0])
    )
    values = list(study.value_items)
    tables = [
        portrait.portrait(part[values], part["overall"], 5, 8, n_resamples=50)
        for part in (now, past)
    ]
    found = survey.change(*tables)
    found["differs"] = verdicts.changed(found)
    lifted = found.loc["mean", "differs"]
    assert set(lifted[lifted].index) == {"reliable", "connected"}
    assert found.loc[("band", "top"), "differs"] and found.loc[("band", "top"), "low"] > 0
    text = reading.change_reading(found, "2019", names, EN)
    assert f"of {len(found)} numbers" in text and "mean of Reliable up" in text
    assert "nothing is said" in reading.change_reading(found, "", names, EN)


def test_one_quantity_is_one_number_wherever_it_is_printed():
    """With weights that matter: every table of notebook 05 that shows a number shows this one."""
    X, y = answers(1200, (0.7, 0.4))
    rng = np.random.default_rng(4)
    X["connected"] = (X["ease"] + rng.integers(-2, 3, len(X))).clip(1, 10)
    weights = pd.Series(np.where(y >= 8, 2.5, 0.6)) * rng.uniform(0.7, 1.3, len(X))
    draws = {"n_resamples": 60, "seed": 3, "weights": weights}
    shares = drivers.bootstrap_importance(X, y, **draws)
    found = drivers.scenarios(X, y, weights=weights).changes
    shown = portrait.portrait(X, y, 5, 8, **draws)
    regression = drivers.least_squares(X, y, weights)
    priorities = portrait.priorities(X, shares, 10, weights)
    sensitivity = drivers.threshold_sensitivity(X, y, [(5, 8), (4, 8)], **draws)
    contrasts = drivers.penalty_reward(X, y, **draws)

    same(shares.r2, regression.r2, shares.shares["share"].drop("random").sum())
    general = drivers.dominance(X, y, weights).general
    for value in X:
        share = shares.shares.loc[value]
        own = shown.loc[("share", value)]
        same(share["share"], own["estimate"], general[value], priorities["importance"][value] / 100)
        same(share["low"], own["low"], priorities["importance_low"][value] / 100)
        mean = np.average(X[value], weights=weights)
        same(mean, shown.loc[("mean", value), "estimate"], priorities["performance"][value])
        same(regression.coefficients["high"][value], shown.loc[("effect", value), "high"])
        columns = ["penalty", "reward", "asymmetry", "asymmetry_low", "asymmetry_high"]
        row = sensitivity.loc[(value, 5, 8), columns].astype(float)
        np.testing.assert_allclose(row, contrasts.loc[value, columns].astype(float))
    for band, happened in (("fail", y <= 5), ("top", y >= 8)):
        now = found["now"].xs(band, level="band")
        same(now.min(), now.max(), shown.loc[("band", band), "estimate"])
        same(now.min(), np.average(happened, weights=weights))
    assert abs(np.average(y >= 8, weights=weights) - (y >= 8).mean()) > 0.1


def same(first: float, *others: float) -> None:
    np.testing.assert_allclose(others, first, rtol=1e-7)
