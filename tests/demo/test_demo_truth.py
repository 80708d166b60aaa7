"""What the demo was drawn from is found back in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cxlib import importance, monitor
from demo import TRUTH, answers, demo_study, remarks

BASE = ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]
END = pd.Timestamp("2020-12-31")


@pytest.fixture(scope="module")
def demo() -> dict[str, pd.DataFrame]:
    return demo_study.tables()


@pytest.fixture(scope="module")
def sorts() -> dict[str, pd.DataFrame]:
    return demo_study.sorts()


@pytest.fixture(scope="module")
def values() -> pd.DataFrame:
    return demo_study.values()


def quarter(dates: pd.Series) -> pd.Series:
    return dates.dt.to_period("Q").astype(str)


def test_all_twelve_published_scores_reproduce_exactly(sorts):
    scores = importance.score(sorts["tenants"], grid=TRUTH.sorts.grid)
    assert tuple(scores.iloc[:12].round().astype(int)) == TRUTH.sorts.published
    assert scores.iloc[12:].max() < scores.iloc[11]


def test_the_twelfth_card_is_not_surely_in_the_top_twelve(sorts, demo):
    sessions = demo["sorts/tenants"].set_index("participant")["session"]
    table = importance.rank(sorts["tenants"], strata=sessions, grid=TRUTH.sorts.grid)
    assert table.loc["c12", "p_top"] < 0.6
    assert (table.loc["c01":"c06", "p_top"] > 0.99).all()
    assert table["rank"].head(12).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 11, 12]


def test_three_viewpoints_are_recovered_in_their_order(sorts):
    qmethod = pytest.importorskip("cxlib.qmethod")
    solution = qmethod.analyse(sorts["tenants"], 3)
    true = np.array(list(TRUTH.sorts.viewpoints.values()), dtype=float)
    found = solution.zscores.to_numpy().T
    lengths = np.linalg.norm(true, axis=1)[:, None] * np.linalg.norm(found, axis=1)
    congruence = true @ found.T / lengths
    assert (np.diag(congruence) > 0.95).all()
    assert (congruence[~np.eye(3, dtype=bool)] < 0.5).all()
    assert solution.flags.sum().tolist() == np.sum(list(TRUTH.sorts.members.values()), 0).tolist()


def test_the_advice_is_three_viewpoints(sorts):
    qmethod = pytest.importorskip("cxlib.qmethod")
    for group in ("tenants", "employees"):
        retention = qmethod.retention(sorts[group])
        assert retention.advice == 3
        assert retention.criteria.loc["parallel", "n_factors"] == 3


def test_staff_misjudge_tenants_as_they_were_made_to(sorts, demo):
    sessions = {
        group: demo[f"sorts/{group}"].set_index("participant")["session"]
        for group in ("tenants", "employees")
    }
    boards = [importance.Board(sorts[group], strata=own) for group, own in sessions.items()]
    table = importance.gaps(*boards)
    bias = pd.Series(TRUTH.sorts.bias)
    assert (np.sign(table["gap"].loc[bias.index]) == np.sign(bias)).all()
    real = table.index[table["real"]]
    assert len(real) >= 6
    assert set(real) <= set(bias.index)


def test_ratings_have_the_true_means(demo):
    ratings = demo["ratings/tenants"].iloc[:, 2:].astype(float)
    error = (ratings.mean() - np.array(TRUTH.ratings.means)) / (
        ratings.std() / ratings.count() ** 0.5
    )
    assert (error.drop("c30").abs() < 3).all()
    assert ratings["c30"].count() < 10 <= ratings.drop(columns="c30").count().min()


def test_mean_grade_is_the_published_one_in_the_base_and_in_summer_2019(demo):
    survey = demo["survey"]
    overall = survey["overall"].astype(float)
    assert round(overall[survey["date"].dt.year == 2019].mean(), 1) == 7.4
    assert round(overall[quarter(survey["date"]) == "2019Q3"].mean(), 1) == 7.4


def test_penalties_and_rewards_lie_in_their_intervals(values, demo):
    drivers = pytest.importorskip("cxlib.drivers")
    complete = values.notna().all(axis=1)
    overall = demo["survey"]["overall"].astype(float)
    for period in (complete, complete & (demo["survey"]["date"].dt.year == 2020)):
        table = drivers.penalty_reward(values[period], overall[period])
        for side in ("penalty", "reward"):
            true = pd.Series(getattr(TRUTH.survey, side))
            assert (table[f"{side}_low"] <= true).all()
            assert (true <= table[f"{side}_high"]).all()
        assert table.loc["reliable", "kind"] == "basic"
        assert table.loc["connected", "kind"] == "excitement"


def test_penalties_and_rewards_are_the_truth_of_the_population():
    truth = replace(TRUTH.survey, per_quarter=25_000)
    frame = answers.survey(truth, np.random.default_rng(1))
    dummies, expected = {"constant": np.ones(len(frame))}, {}
    for value, names in truth.items.items():
        score = frame[[f"{value}_{name}" for name in names]].astype(float).mean(axis=1)
        dummies[f"{value}-"], dummies[f"{value}+"] = score <= 5, score >= 8
        expected |= {f"{value}-": truth.penalty[value], f"{value}+": truth.reward[value]}
    X = pd.DataFrame(dummies).astype(float)
    found = np.linalg.lstsq(X, frame["overall"].astype(float), rcond=None)[0]
    assert np.abs(pd.Series(found, X.columns).drop("constant") - pd.Series(expected)).max() < 0.03


def test_driver_shares_put_the_large_values_first(values, demo):
    drivers = pytest.importorskip("cxlib.drivers")
    complete = values.notna().all(axis=1)
    overall = demo["survey"]["overall"].astype(float)
    shares = drivers.relative_importance(values[complete], overall[complete])
    assert set(shares.nlargest(4).index) == {"dwelling", "neighbourhood", "reliable", "connected"}
    assert shares.idxmin() == "proactive"


def test_scales_are_reliable(demo):
    survey = pytest.importorskip("cxlib.survey")
    for value, names in TRUTH.survey.items.items():
        items = demo["survey"][[f"{value}_{name}" for name in names]].astype(float)
        assert 0.75 < survey.alpha(items).estimate < 0.95


def test_eight_plus_rises_from_the_middle_of_2020(demo):
    period = quarter(demo["survey"]["date"])
    top = (demo["survey"]["overall"] >= 8).groupby(period)
    chart = monitor.p_chart(top.sum(), top.count(), base=BASE)
    signals = chart.points["signal"]
    assert (signals[["2020Q3", "2020Q4"]] == "beyond limits").all()
    assert (signals[:"2020Q2"] == "").all()
    assert (chart.points.loc["2020Q3":, "value"] > chart.centre).all()


def test_call_backs_improve_and_complaints_do_not(demo):
    signals = {}
    for name, opened, closed, norm in [
        ("callbacks", "requested", "called", 1),
        ("complaints", "received", "closed", 10),
    ]:
        cases = demo[name]
        late = cases[closed].fillna(END) - cases[opened] > pd.Timedelta(days=norm)
        told = late | cases[closed].notna()
        groups = (~late)[told].groupby(quarter(cases[opened]))
        chart = monitor.p_chart(groups.sum(), groups.count(), base=BASE)
        signals[name] = chart.points.index[chart.points["signal"] != ""].tolist()
    assert signals == {"callbacks": ["2020Q3", "2020Q4"], "complaints": []}


def test_the_bad_month_is_the_only_signal_of_internal_satisfaction(demo):
    monthly = (
        demo["internal"].groupby(demo["internal"]["date"].dt.strftime("%Y-%m"))["grade"].mean()
    )
    chart = monitor.xmr(monthly, base=monthly.index[:12])
    assert chart.points.index[chart.points["signal"] != ""].tolist() == [TRUTH.kpis.bad_month]


def test_the_corporation_is_low_in_the_benchmark_until_it_is_not(demo):
    limits = dict.fromkeys((2018, 2019, 2020), (7.9, 7.2))
    table = monitor.position(demo["benchmark"], "own", limits=limits)
    assert table.xs("total", level="part")["letter"].to_dict() == {2018: "C", 2019: "C", 2020: "B"}


def test_staff_choose_the_five_crocodiles_that_were_abolished(demo):
    votes = demo["votes"]
    assert set(votes["crocodile"].value_counts().index[:5]) == {f"k0{i}" for i in range(1, 6)}
    assert not votes.duplicated().any()
    assert votes["voter"].nunique() == 150


def test_managers_see_the_start_between_levels_one_and_three(demo):
    levels = demo["maturity"]["level"]
    assert (levels.min(), levels.median(), levels.max()) == (1, 2, 3)


def test_shares_of_themes_lie_in_their_intervals(demo):
    said = demo["remarks/tenants"]
    coded = said.assign(code=said["code"].str.split("; ")).explode("code")
    people, truth = len(demo["sorts/tenants"]), TRUTH.remarks
    book = demo["codes"].set_index("code")["label_en"]
    table = importance.themes(coded, people, book)
    true = pd.Series(truth.shares).loc[table.index]
    assert len(table) == len(truth.shares)
    assert ((table["low"] <= true) & (true <= table["high"])).sum() >= len(true) - 1
    agreed = said.groupby("participant")["consent"].unique().map(list)
    assert agreed.isin([["yes"], ["no"]]).all()
    assert abs((agreed.str[0] == "yes").mean() - truth.consent) < 3 * (0.19 / people) ** 0.5


def test_intervals_of_themes_cover_the_truth_as_often_as_they_say():
    people, truth = [f"T{i:03d}" for i in range(60)], TRUTH.remarks
    true, held = pd.Series(truth.shares), []
    for rng in np.random.default_rng(11).spawn(60):
        said = remarks.remarks(truth, people, rng)
        coded = said.assign(code=said["code"].str.split("; ")).explode("code")
        table = importance.themes(coded, len(people), true).loc[true.index]
        held.append((table["low"] <= true) & (true <= table["high"]))
    assert 0.93 < np.mean(held) < 0.98


def test_words_are_of_the_theme_and_card_that_they_are_coded_with(demo):
    book = set(demo["codes"]["code"])
    assert book == set(TRUTH.remarks.shares) == set(TRUTH.remarks.cards)
    for row in demo["remarks/tenants"].itertuples():
        assert all(row.card in TRUTH.remarks.cards[code] for code in row.code.split("; "))
    words = demo["remarks/tenants"]["text"]
    assert words[words != ""].is_unique
    assert 0.1 < (words == "").mean() < 0.9


def true_changes(X: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """What the standard moves do to fails and 8+ by the rule that the demo was drawn with."""
    truth, found = TRUTH.survey, {}

    def chances(values: pd.DataFrame) -> dict[str, np.ndarray]:
        mean = truth.base + truth.telephone * (frame["mode"] == "telephone")
        mean = mean + truth.lift * (frame["date"] >= pd.Timestamp(truth.shift))
        for name, grades in values.items():
            mean = mean + truth.penalty[name] * (grades <= 5) + truth.reward[name] * (grades >= 8)
        ends = (5.5 - mean) / truth.noise, (7.5 - mean) / truth.noise
        return {"fail": stats.norm.cdf(ends[0]), "top": stats.norm.sf(ends[1])}

    now, passed = chances(X), X[X > 5].min().min()
    for name, grades in X.items():
        raised = {
            "tenth": (grades + 1).clip(upper=10),
            "fail_step": grades.mask(grades <= 5, (grades + 1).clip(upper=passed)),
            "fail_to_pass": grades.mask(grades <= 5, passed),
            "middle_to_top": grades.mask((grades > 5) & (grades < 8), 8.0),
        }
        for move, moved in raised.items():
            then = chances(X.assign(**{name: moved}))
            for band in ("fail", "top"):
                change = (then[band] - now[band]).mean()
                found[name, move, band] = change * (0.1 if move == "tenth" else 1.0)
    return pd.Series(found)


def test_scenarios_recover_what_the_truth_would_bring(values, demo):
    drivers = pytest.importorskip("cxlib.drivers")
    kept = values.notna().all(axis=1)
    frame, X = demo["survey"][kept], values[kept]
    truth = true_changes(X, frame)
    reading = pytest.importorskip("cxlib.report.drivers")
    found = drivers.scenarios(X, frame["overall"].astype(float))
    table = found.changes.loc[truth.index]
    inside = (table["low"] <= truth) & (truth <= table["high"])
    assert inside.mean() >= 0.85  # of 48 intervals that hang together
    for move, band, driver in (
        ("fail_to_pass", "fail", "reliable"),
        ("middle_to_top", "top", "connected"),
    ):
        leader = reading.best(found.changes, move, band)
        assert leader.sure and leader.names[0] == driver


def test_intervals_of_scenarios_cover_the_truth():
    drivers = pytest.importorskip("cxlib.drivers")

    def complete(seed: int, quarter: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        rows = replace(TRUTH.survey, per_quarter=quarter)
        frame = answers.survey(rows, np.random.default_rng([7, seed]))
        X = pd.DataFrame(
            {
                value: frame[[f"{value}_{name}" for name in names]].astype(float).mean(axis=1)
                for value, names in TRUTH.survey.items.items()
            }
        )
        return X.dropna(), frame.loc[X.dropna().index]

    truth, inside = true_changes(*complete(99, 12_000)), []
    for seed in range(12):
        X, frame = complete(seed, 200)
        table = drivers.scenarios(X, frame["overall"].astype(float)).changes.loc[truth.index]
        inside.append(((table["low"] <= truth) & (truth <= table["high"])).mean())
    assert 0.90 <= np.mean(inside) <= 0.985


def test_only_the_classes_that_are_true_are_firm(values, demo):
    drivers = pytest.importorskip("cxlib.drivers")
    kept = values.notna().all(axis=1)
    overall = demo["survey"]["overall"].astype(float)[kept]
    pairs = drivers.threshold_pairs(5, 8)
    table = drivers.threshold_sensitivity(values[kept], overall, pairs, n_resamples=200)
    firm = drivers.firmness(table)
    assert firm.loc["reliable", "firm"] and firm.loc["reliable", "kind"] == "basic"
    assert firm.loc["connected", "firm"] and firm.loc["connected", "kind"] == "excitement"
    assert not firm.loc["dwelling", "firm"]  # its truth lies near the balance


def test_journeys_and_districts_do_not_differ_in_what_moves_them(values, demo):
    drivers = pytest.importorskip("cxlib.drivers")
    kept = values.notna().all(axis=1)
    overall = demo["survey"]["overall"].astype(float)[kept]
    for column in ("journey", "district"):
        groups = demo["survey"].loc[kept, column]
        found = drivers.by_group(values[kept], overall, groups, n_resamples=50)
        assert (found.differences.loc["effect", "p_adjusted"] > 0.01).all()
        assert set(found.estimates.index.get_level_values("group")) == set(groups)
