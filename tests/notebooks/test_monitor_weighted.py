"""Notebook 06 on a weighted study with answers from 0 to 10: one quantity is one number."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from forked import run_notebook

from cxlib import monitor
from cxlib.places import ROOT
from cxlib.run import Results

PRINTED = 6e-4  # numbers are published to two digits of their standard error, here .02 and more
NAME = "06_monitor"
STUDY = """
id: weighted
name: Weighted
languages: [en]
survey: {scale: {low: 0, high: 10}}
journeys: [{id: repairs, label: {en: Repairs}}, {id: moving, label: {en: Moving}}]
periods: {rule: quarter, base: [2019-Q1, 2019-Q2, 2019-Q3, 2019-Q4]}
kpis:
  - {id: satisfaction, label: {en: Eights}, kind: share of grades, table: survey, target: 0.4}
  - {id: complaints, label: {en: Complaints}, kind: share within a norm, table: complaints,
     columns: {opened: received, closed: closed}, norm: 10}
"""


def answers() -> pd.DataFrame:
    """Two years of answers in which who weighs more is happier, and journeys are alike."""
    rng, n = np.random.default_rng(6), 960
    frame = pd.DataFrame({"date": pd.date_range("2019-01-01", "2020-12-31", n).normalize()})
    frame["weight"] = rng.choice([0.5, 1.0, 3.0], n)
    frame["journey"] = rng.choice(["repairs", "moving"], n)
    level = 6.5 + 0.6 * frame["weight"] + rng.normal(0, 1.5, n)
    frame["overall"] = level.round().clip(0, 10)
    frame["journey_grade"] = (level + rng.normal(0, 1, n)).round().clip(0, 10)
    frame.loc[::17, "overall"] = np.nan
    return frame


def complaints() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    received = pd.Series(pd.date_range("2019-01-01", "2020-12-31", 480)).dt.normalize()
    takes = pd.to_timedelta(rng.geometric(0.12, 480), unit="D")
    closed = (received + takes).where(received + takes <= "2020-12-31")
    rows = {"complaint": [f"K{i}" for i in range(480)], "received": received, "closed": closed}
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, str]:
    folder = tmp_path_factory.mktemp("weighted")
    study = folder / "study"
    study.mkdir()
    (study / "study.yaml").write_text(STUDY)
    rows = answers().rename_axis("respondent").reset_index()
    rows["respondent"] = rows["respondent"].map("R{}".format)
    rows.to_csv(study / "survey.csv", index=False)
    complaints().to_csv(study / "complaints.csv", index=False)
    grades = {"landlord": ["own", "p1", "p2"], "year": 2021, "new_tenants": [7.5, 7.7, 7.0]}
    peers = pd.DataFrame(grades | {"repairs": [7.4, 7.5, 7.1], "departed": [7.2, 7.6, 7.0]})
    peers = peers.assign(margin_new_tenants=0.3, margin_repairs=0.2, margin_departed=0.3)
    peers.to_csv(study / "benchmark.csv", index=False)
    given = {"study": str(study), "language": "en", "output": str(folder / NAME)}
    run_notebook(ROOT / "notebooks" / f"{NAME}.ipynb", folder / f"{NAME}.ipynb", given)
    cells = json.loads((folder / f"{NAME}.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [out.get("data", {}) for cell in cells for out in cell.get("outputs", [])]
    words = [text for data in shown for text in data.get("text/markdown", [])]
    return Results.open(folder / NAME), "".join(words)


def test_every_mean_and_share_is_weighted_and_the_same_wherever_it_stands(run) -> None:
    found, _ = run
    rows = answers()
    year = rows[rows["date"] >= "2020"].dropna(subset="overall")
    top = np.average(year["overall"] >= 8, weights=year["weight"])
    shares = found.table("grade_shares").set_index("journey")
    assert abs(top - (year["overall"] >= 8).mean()) > 0.03
    assert found.finding("share_top").value == pytest.approx(top, abs=PRINTED)
    assert shares["top"]["overall"] == pytest.approx(found.finding("share_top").value, abs=PRINTED)
    assert shares["low"]["overall"] == pytest.approx(found.finding("share_top").low, abs=PRINTED)
    mean = np.average(year["overall"], weights=year["weight"])
    assert found.finding("mean_grade").value == pytest.approx(mean, abs=PRINTED)
    for journey, part in year.groupby("journey"):
        known = rows.loc[rows["date"] >= "2020"].query("journey == @journey")
        share = np.average(known["journey_grade"] >= 8, weights=known["weight"])
        assert shares["top"][journey] == pytest.approx(share, abs=PRINTED) and len(part)
    months = found.table("kpi_satisfaction").set_index("period")["value"]
    december = year[year["date"] >= "2020-12"]
    share = np.average(december["overall"] >= 8, weights=december["weight"])
    assert months["2020-12"] == pytest.approx(share, abs=PRINTED)
    verdict = found.table("kpi_verdicts").set_index("kpi")
    assert verdict["value"]["satisfaction"] == pytest.approx(months["2020-12"], abs=PRINTED)
    assert f"{share:.0%} in December 2020" in found.figures["kpi_satisfaction", "en"].title


def test_changes_since_the_base_are_the_difference_of_what_is_printed(run) -> None:
    found, _ = run
    for kind in ("mean_grade", "share_top"):
        now, base, change = (found.finding(f"{kind}{end}") for end in ("", "_base", "_change"))
        assert change.value == pytest.approx(now.value - base.value, abs=2 * PRINTED)
        assert change.low < change.value < change.high


def test_promoters_are_counted_where_answers_run_from_0_to_10(run) -> None:
    found, words = run
    year = answers().query("date >= '2020'").dropna(subset="overall")
    part = (year["overall"] >= 9).astype(int) - (year["overall"] <= 6).astype(int)
    score = np.average(part, weights=year["weight"])
    assert found.finding("nps").value == pytest.approx(score, abs=PRINTED)
    assert f"Net promoter score of 2020-Q1 to 2020-Q4: **{100 * score:+.0f}**" in words


def test_open_complaints_count_for_as_long_as_they_wait(run) -> None:
    found, words = run
    rows = complaints()
    expected = monitor.closing(rows["received"], rows["closed"], 10, pd.Timestamp("2020-12-31"))
    table, share = found.table("kpi_closing").iloc[0], found.finding("within_norm_complaints")
    assert table["within"] == pytest.approx(share.value, abs=PRINTED)
    assert share.value == pytest.approx(expected.within, abs=PRINTED) and share.n == len(rows)
    assert table["median"] == expected.median and f"by day **{expected.median:g}**" in words


def test_without_limits_there_is_a_rank_with_its_interval_and_no_letter(run) -> None:
    found, _ = run
    total = found.table("benchmark").set_index("part").loc["total"]
    assert total["letter"] == "" and total["rank_low"] <= 2 <= total["rank_high"]
    title = found.figures["benchmark", "en"].title
    assert re.fullmatch(r"Weighted ranks 2 \(\d to \d\) out of 3 in 2021", title)


def test_journeys_that_are_alike_are_not_ranked(run) -> None:
    found, words = run
    fewest = found.finding("lowest_journey")
    assert fewest.value is None and set(fewest.first) == {"repairs", "moving"}
    assert "can't be told apart" in words and "nan" not in words.lower()
