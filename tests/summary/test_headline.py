"""The sentences at the top of notebook 05: true when sure, when close, when nothing is known."""

import numpy as np
import pandas as pd
import pytest

from cxlib import drivers, survey
from cxlib.study import Study, earlier, window
from cxlib.summary import headline, portrait


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.open("haag-wonen")


def answers(n: int, slopes: tuple[float, float], seed: int = 1):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(3, 11, (n, 2)).astype(float), columns=["reliable", "ease"])
    latent = slopes[0] * X["reliable"] + slopes[1] * X["ease"] + rng.logistic(size=n)
    return X, latent.round().clip(1, 10)


def told(study: Study, X: pd.DataFrame, y: pd.Series, fail: float = 5, top: float = 8) -> list[str]:
    found = drivers.scenarios(X, y, fail, top)
    contrasts = drivers.penalty_reward(X, y, fail, top, n_resamples=60)
    table = drivers.threshold_sensitivity(X, y, [(fail, top)], n_resamples=60)
    text = headline.driver_answer(study, found, contrasts, drivers.firmness(table), fail, top)
    return text.split("\n")


def test_a_sure_leader_is_named_with_its_margin(study):
    first, second, third = told(study, *answers(2000, (0.9, 0.1)))
    assert (
        "**Remove first:** **Reliable**. Were every fail" in first and "more than the next" in first
    )
    assert "**Towards 8 or higher:** **Reliable** would bring most" in second
    assert "**At most:**" in third and "if the value is the cause" in third and "points" in third


def test_two_that_can_not_be_told_apart_are_both_named(study):
    X, y = answers(600, (0.5, 0.5))
    verdicts = drivers.scenarios(X, y).leaders["verdict"]
    assert verdicts[("fail_to_pass", "fail")] == "close"
    first = told(study, X, y)[0]
    assert "**Reliable** or **Ease**" in first or "**Ease** or **Reliable**" in first
    assert "the answers do not decide" in first


def test_nothing_known_is_said_to_be_so(study):
    X, y = answers(200, (0.5, 0.5))
    for rows, outcome in ((X[:2], y[:2]), (X, y * 0 + 7)):
        first, second, third = told(study, rows, outcome)
        assert "do not tell which value causes fails (" in first
        assert "do not tell which value lifts most (" in second
        assert "no value demonstrably brings" in third


def test_thresholds_are_those_of_the_study(study):
    X, y = answers(1500, (0.5, 0.2))
    lines = told(study, X.sub(2).div(2).round(), y.sub(2).div(2).round().clip(1, 5), 2, 4)
    assert "give 2 or lower" in lines[0] and "Towards 4 or higher" in lines[1]
    assert not any("8 or" in line or "5 or" in line for line in lines)


def test_classes_go_to_the_years_that_the_roadmap_gives_them(study):
    firm = pd.DataFrame(
        {"kind": ["basic", "excitement", "undecided"], "firm": [True, False, False]},
        index=["reliable", "connected", "ease"],
    )
    lines = headline.roadmap_reading(study, firm, 8).split("\n")
    assert lines[0].startswith("- **2020: fewer fails") and "firmly Reliable" in lines[0]
    assert lines[1].startswith("- **2021 and 2022: ") and "no value firmly" in lines[1]
    assert "Connected" in lines[1] and lines[2] == "- No class: Ease."


def test_groups_that_are_left_out_are_named(study):
    X, y = answers(300, (0.6, 0.3))
    groups = pd.Series(["repairs"] * 150 + ["moving_in"] * 147 + ["leaving"] * 3)
    shown = survey.large(groups)
    found = drivers.by_group(X, y, shown, n_resamples=20)
    text = headline.group_reading(study, found, groups, "journeys")
    assert "Left out" in text and "Leaving" in text and "Repair request 150" in text
    # Three alone would follow from the total: the next smallest goes with them.
    assert set(shown.dropna()) == {"repairs"} and "Fewer than two journeys" in text


def test_a_year_earlier_is_compared_only_where_it_is_whole(study):
    past, span = earlier(study, study.period("2020-Q4"))
    assert span == "2019-Q1 to 2019-Q4" and past["date"].dt.year.eq(2019).all()
    for label in ("2020-Q3", "2019-Q4", "all"):
        assert earlier(study, study.period(label))[1] == ""


def test_changes_of_the_demo_are_found(study):
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
    lifted = found.loc["mean", "differs"]
    assert set(lifted[lifted].index) == {"reliable", "connected"}
    assert found.loc[("band", "top"), "low"] > 0
    text = headline.change_reading(found, "2019")
    assert f"of {len(found)} numbers" in text
    assert "nothing is said" in headline.change_reading(found, "")
