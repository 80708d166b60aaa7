"""The committed files of the demo study are what tests/demo yields, and agree together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from cxlib.places import RAW
from demo import TRUTH, demo_study, qsorts, tables, write

FOLDER = RAW / "haag-wonen"


@pytest.fixture(scope="module")
def demo() -> dict[str, pd.DataFrame]:
    return demo_study.tables()


@pytest.fixture(scope="module")
def settings() -> dict:
    return yaml.safe_load((FOLDER / "study.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cards() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "cards.csv", index_col="card")


def test_committed_files_are_simulated_to_the_byte(tmp_path):
    for path in write(tmp_path):
        committed = FOLDER / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), f"run make demo: {path}"


def test_raw_data_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.csv")) < 1_500_000


def test_another_seed_gives_other_people_and_the_same_published_scores():
    other = tables(replace(TRUTH, seed=TRUTH.seed + 1))["sorts/tenants"].iloc[:, 2:]
    assert not other.equals(tables()["sorts/tenants"].iloc[:, 2:])
    scores = ((other.mean() + 4) / 8 * 100).round()
    assert tuple(scores.iloc[:12].astype(int)) == TRUTH.sorts.published


def test_one_tables_truth_leaves_the_other_tables_as_they_are(demo):
    changed = tables(replace(TRUTH, survey=replace(TRUTH.survey, base=6.0)))
    assert not changed["survey"].equals(demo["survey"])
    for name in demo.keys() - {"survey"}:
        pd.testing.assert_frame_equal(changed[name], demo[name])


def test_every_sort_lies_on_the_grid(demo, settings):
    places = np.repeat(list(settings["grid"]), list(settings["grid"].values()))
    for group in ("tenants", "employees"):
        dealt = np.sort(demo[f"sorts/{group}"].iloc[:, 2:].to_numpy(), axis=1)
        assert (dealt == np.sort(places)).all()


def test_sessions_and_pseudonyms_are_as_published(demo):
    tenants, employees = demo["sorts/tenants"], demo["sorts/employees"]
    assert tenants["session"].value_counts().to_dict() == {
        "Mariahoeve": 11,
        "Schilderswijk": 11,
        "Zeeheldenkwartier": 10,
    }
    assert employees["session"].value_counts().tolist() == [20, 20]
    assert tenants["participant"].tolist() == [f"T{i:02d}" for i in range(1, 33)]
    assert employees["participant"].tolist() == [f"E{i:02d}" for i in range(1, 41)]
    assert tenants["session"].ne(tenants["session"].shift()).sum() > 3  # in random order


def test_cards_belong_to_the_studys_values_and_domains(cards, settings, demo):
    assert cards.index.tolist() == demo["sorts/tenants"].columns[2:].tolist()
    domain_of = {value["id"]: value["domain"] for value in settings["values"]}
    assert (cards["value"].map(domain_of) == cards["domain"]).all()
    assert set(cards["value"]) == set(domain_of)
    assert set(cards["journey"].dropna()) <= {journey["id"] for journey in settings["journeys"]}
    assert cards["domain"].iloc[[1, 3, 8]].eq("neighbourhood").all()
    assert cards["domain"].iloc[[2, 4, 5]].eq("dwelling").all()
    assert cards[["short_nl", "short_en"]].map(len).max(axis=None) <= 26


def test_survey_has_the_columns_that_the_settings_name(demo, settings):
    survey, columns = demo["survey"], set(demo["survey"].columns)
    items = [item for value in settings["values"] for item in value["items"]]
    assert columns >= {*settings["survey"]["columns"].values(), *items}
    assert columns >= set(settings["survey"]["grades"].values())
    assert set(survey["journey"]) == {journey["id"] for journey in settings["journeys"]}
    assert set(survey["district"]) == {district["id"] for district in settings["districts"]}
    grades = survey[["overall", "journey_grade", *items]]
    assert grades.min(axis=None) >= 1
    assert grades.max(axis=None) <= 10
    assert survey[items].isna().mean().between(0.02, 0.09).all()


def test_targets_cannot_be_reached_by_swaps_that_do_not_exist():
    sorts = np.array([[1, 0, -1]])
    with pytest.raises(ValueError, match="no swap"):
        qsorts.reproduce(sorts, sorts.astype(float), np.array([2, 0, -2]))
