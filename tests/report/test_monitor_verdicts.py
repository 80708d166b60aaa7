"""What steering numbers, journeys and modes may be said to do."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cxlib import monitor
from cxlib.report import comparable, course, lead_apart, lead_drawn, told_apart

YEARS = [f"{year}-{month:02d}" for year in (2019, 2020) for month in range(1, 13)]


def shares(p: list[float], n: int = 250, base: int = 12, breaks: tuple[str, ...] = ()):
    index = YEARS[: len(p)]
    counts = (pd.Series(p, index) * n).round()
    return monitor.p_chart(counts, pd.Series(n, index), base=index[:base], breaks=breaks)


def test_a_signal_whose_difference_leaves_out_zero() -> None:
    found = course(shares([0.5] * 12 + [0.5] * 11 + [0.65]), target=0.6)
    assert (found.period, found.side, found.against) == ("2020-12", 1, "base")
    assert found.target == 0 and found.signals == ("2020-12",)
    assert course(shares([0.5] * 24), target=0.6).target == -1
    assert course(shares([0.5] * 24), target=0.4).target == 1
    assert course(shares([0.5] * 24)).target is None


def test_a_run_is_judged_as_a_run() -> None:
    risen = course(shares([0.5] * 12 + [0.54] * 12))
    assert risen.side == 1 and "2020-12" in risen.signals
    assert course(shares([0.5] * 12 + [0.505] * 12)).side == 0  # a run, of next to nothing


def test_after_a_change_the_number_is_held_against_the_time_since() -> None:
    chart = shares([0.5] * 12 + [0.8] * 12, breaks=("2020-01",))
    found = course(chart)
    assert (found.side, found.against, found.signals) == (0, "change", ())
    assert course(shares([0.5] * 24, base=24)).against == "mean"


def test_without_limits_nothing_is_told() -> None:
    dates = pd.Series(pd.to_datetime(["2020-01-05"]))
    found = course(monitor.answer_chart(dates, pd.Series([7.0]), "mean"), target=6)
    assert (found.side, found.against, found.target, found.value) == (0, "", 0, 7.0)
    empty = monitor.answer_chart(dates, pd.Series([7.0]), "mean", minimum=5)
    assert course(empty, target=6).period == ""


def test_a_missing_last_month_is_passed_over() -> None:
    chart = shares([0.5] * 24)
    chart.points.loc["2020-12", "value"] = np.nan
    assert course(chart).period == "2020-11"


@pytest.mark.parametrize(("kind", "base"), [("p", 1), ("p", 12), ("xmr", 2), ("xmr", 12)])
def test_false_claims_stay_below_one_in_twenty(kind: str, base: int) -> None:
    rng, last, series = np.random.default_rng(base), 0, 0
    for _ in range(40):
        if kind == "p":
            chart = shares(list(rng.binomial(250, 0.5, base + 8) / 250), base=base)
        else:
            values = pd.Series(rng.normal(7, 0.1, base + 8))
            chart = monitor.xmr(values, base=list(range(base)))
        found = course(chart)
        last, series = last + (found.side != 0), series + bool(found.signals)
    assert last <= 3 and series <= 3  # 2 expected at most; limits alone err up to 20 times


def test_fewest_is_said_of_one_that_is_below_all_others() -> None:
    rows = {"a": [0.5, 0.45, 0.55], "b": [0.30, 0.25, 0.35], "c": [0.33, 0.2, 0.48]}
    groups = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high"])
    assert lead_apart(groups, highest=False).first == ("b", "c")
    assert lead_apart(groups).first == ("a",)
    assert not lead_apart(groups.loc[["a"]]).sure
    assert lead_apart(groups * np.nan).first == ()
    overlapping = pd.DataFrame(
        {"estimate": [0.50, 0.42], "low": [0.455, 0.377], "high": [0.545, 0.463]}, index=["a", "b"]
    )
    assert lead_apart(overlapping).sure  # intervals meet, that of the difference leaves out 0


def test_a_lead_in_resamples_is_that_of_the_differences() -> None:
    rng = np.random.default_rng(1)
    shared = rng.normal(size=400)
    draws = pd.DataFrame({"a": 2 + shared, "b": 1.5 + shared + rng.normal(0, 0.1, 400)})
    assert lead_drawn(draws.mean(), draws).sure  # overlapping, but they move together
    draws["b"] = 1.5 + rng.permutation(shared)
    assert lead_drawn(draws.mean(), draws).first == ("a", "b")
    assert lead_drawn(pd.Series({"a": np.nan}), draws).first == ()


def test_what_shares_rows_or_lies_across_a_change_is_not_compared() -> None:
    dates = pd.Series(pd.date_range("2019-01-01", "2020-12-31"), name="date").to_frame()
    then, now = dates[:365], dates[365:]
    assert comparable(now, then, [])
    assert not comparable(dates, then, [])
    assert not comparable(now, then, [date(2019, 6, 1)])
    assert comparable(now, then, [date(2018, 6, 1), date(2021, 1, 1)])
    assert not comparable(now, then[:0], [])


def test_two_landlords_tell_nothing_of_modes() -> None:
    phone = pd.DataFrame({"Postal": [0.82, 0.70], "FacetoFace": [0.30, 0.82]})
    gaps = monitor.mode_gaps(phone, phone * 0 + 500)
    assert not told_apart(gaps).any()
    same = pd.DataFrame({"Postal": [0.82, 0.72], "FacetoFace": [0.80, 0.70]})
    assert not told_apart(monitor.mode_gaps(same, same * 0 + 500)).any()


def test_gaps_of_chance_are_told_in_one_run_of_twenty() -> None:
    rng, told = np.random.default_rng(5), 0
    for _ in range(15):
        frame = pd.DataFrame(rng.normal(0.7, 0.05, (15, 4)), columns=list("abcd"))
        told += told_apart(monitor.mode_gaps(frame, frame * 0 + 500)).any()
    assert told <= 2
