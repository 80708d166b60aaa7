"""A KPI is five lines of study.yaml and a table: it goes to table, figure, verdict and booklet."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked import run_notebook

from cxlib.booklet.content import Pages
from cxlib.booklet.numbers import values
from cxlib.booklet.source import Source
from cxlib.places import ROOT
from cxlib.run import Results
from cxlib.study import Study, check

NAME = "06_monitor"
STUDY = """
id: followed
name: Followed
periods: {rule: quarter, base: ["2019"]}
kpis:
  - {id: eights, label: {nl: Bezoek 8+, en: Visits 8+}, kind: share of grades, table: visits}
  - {id: visits, label: {nl: Bezoek, en: Visits}, kind: mean grade, table: visits, target: 9}
  - {id: repairs, label: {nl: Reparaties, en: Repairs}, kind: share within a norm, norm: 5,
     table: repairs, columns: {id: repair, opened: reported, closed: done}}
  - {id: calls, label: {nl: Telefoontjes, en: Calls}, kind: count, table: calls}
"""
ADDED = """\
  - {id: requests, steers: true, target: 2.5, better: lower,
     label: {nl: Reparatieverzoeken, en: Repair requests},
     kind: rate per thousand homes,
     table: requests,
     columns: {date: month, number: requests}}
"""
DAYS = pd.date_range("2019-01-01", "2020-12-31")


def rows() -> dict[str, pd.DataFrame]:
    """Two years of cases, grades and numbers; the last year has more requests."""
    rng, n = np.random.default_rng(4), 720
    days = pd.Series(rng.choice(DAYS, n)).sort_values(ignore_index=True)
    done = (days + pd.to_timedelta(rng.integers(0, 9, n), "D")).where(days < "2020-12-22")
    months = pd.Series(pd.date_range("2019-01-01", periods=24, freq="MS"))
    requests = rng.integers(38, 43, 24) + 25 * (months.dt.year == 2020)
    return {
        "visits": pd.DataFrame({"date": days, "grade": rng.integers(4, 10, n)}),
        "repairs": pd.DataFrame({"repair": range(n), "reported": days, "done": done}),
        "calls": pd.DataFrame({"date": days[:-35]}),  # of December 2020 too few are left
        "requests": pd.DataFrame({"month": months, "requests": requests, "homes": 21000}),
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Results]:
    folder = tmp_path_factory.mktemp("followed")
    place = folder / "study"
    place.mkdir()
    (place / "study.yaml").write_text(STUDY + ADDED)
    for name, table in rows().items():
        table.to_csv(place / f"{name}.csv", index=False)
    assert ADDED.count("\n") == 5 and check(place) == []
    given = {"study": str(place), "period": "2020", "output": str(folder / NAME)}
    run_notebook(ROOT / "notebooks" / f"{NAME}.ipynb", folder / f"{NAME}.ipynb", given)
    return Study.open(place), Results.open(folder / NAME)


def by_month(dates: pd.Series, numbers: pd.Series) -> pd.Series:
    return numbers.groupby(dates.dt.strftime("%Y-%m")).mean()


def test_each_kind_is_what_plain_pandas_makes_of_it(run) -> None:
    _, found = run
    tables, told = rows(), {}
    visits, repairs, requests = tables["visits"], tables["repairs"], tables["requests"]
    told["eights"] = by_month(visits["date"], visits["grade"] >= 8)
    told["visits"] = by_month(visits["date"], visits["grade"])
    in_time = repairs["done"] - repairs["reported"] <= pd.Timedelta(days=5)
    told["repairs"] = by_month(repairs["reported"], in_time)[:-1]  # in December some are open
    told["calls"] = tables["calls"].groupby(tables["calls"]["date"].dt.strftime("%Y-%m")).size()
    told["requests"] = by_month(requests["month"], 1000 * requests["requests"] / 21000)
    for name, expected in told.items():
        table = found.table(f"kpi_{name}").set_index("period")
        assert list(table) == ["value", "n", "centre", "low", "high", "signal"]
        known = expected.index if name != "calls" else table.index[table["value"].notna()]
        np.testing.assert_allclose(table["value"][known], expected[known], atol=5.1e-4)
        assert len(known) >= 20


def test_a_month_of_few_is_hidden_in_a_count(run) -> None:
    _, found = run
    counts = rows()["calls"].groupby(rows()["calls"]["date"].dt.strftime("%Y-%m")).size()
    few = counts.index[counts < 10]
    table = found.table("kpi_calls").set_index("period")
    assert len(few) and table["value"].reindex(few).isna().all()
    # The total is known: where one month is hidden, so is another of its quarter.
    hidden = counts.index.difference(table.index[table["value"].notna()])
    quarters = pd.Series(pd.PeriodIndex(hidden, freq="M").quarter)
    assert quarters.value_counts().gt(1).all()


def test_the_added_one_has_a_verdict_and_a_figure_in_both_languages(run) -> None:
    _, found = run
    verdict = found.table("kpi_verdicts").set_index("kpi").loc["requests"]
    assert (verdict["period"], verdict["side"], verdict["target"]) == ("2020-12", 1, -1)
    titles = {language: found.figures["kpi_requests", language].title for language in ("nl", "en")}
    assert titles["nl"].startswith("Reparatieverzoeken: ")
    assert "aantoonbaar hoger dan in de basisperiode; doel van 2,5 niet gehaald" in titles["nl"]
    assert titles["en"].startswith("Repair requests: ") and "target of 2.5 not met" in titles["en"]
    assert found.finding("within_norm_repairs").n == len(rows()["repairs"])


@pytest.mark.parametrize(
    ("language", "heading", "said"),
    [
        ("nl", "Reparatieverzoeken", "De laatste uitkomst (december 2020) is"),
        ("en", "Repair requests", "The last outcome (December 2020) is"),
    ],
)
def test_what_the_organisation_steers_on_has_a_page(run, language, heading, said) -> None:
    study, found = run
    source = Source(study, found, study.period("2020"), language)
    pages = {page["id"]: page for page in Pages(source, values(source)).all()}
    assert [name for name in pages if name.startswith("kpi")] == ["kpi-requests"]
    page = pages["kpi-requests"]
    assert page["heading"] == heading and page["figures"] and page["table"]["rows"]
    assert any(sentence.startswith(said) for sentence in page["meaning"])


def test_without_rows_it_is_left_out_and_the_check_says_so(run, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY + ADDED)
    for name, table in rows().items():
        if name != "requests":
            table.to_csv(tmp_path / f"{name}.csv", index=False)
    (hint,) = check(tmp_path)
    assert hint.hint and "Add requests.csv, or remove this KPI." in str(hint)
    assert Study.open(tmp_path).kpi_table("requests") is None
