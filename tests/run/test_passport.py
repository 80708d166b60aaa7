"""What a privacy officer is told of everything published, and what the gate sends back."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cxlib.cli import main
from cxlib.places import FIGURES
from cxlib.run import Results
from cxlib.run.audit import alone, link, links, refuse
from cxlib.run.passport import passport
from cxlib.run.results import ResultsError, read_table, write_table
from cxlib.study import Study


@pytest.fixture(scope="module")
def demo() -> Study:
    return Study.open("haag-wonen")


@pytest.fixture
def published(tmp_path: Path, demo: Study) -> Path:
    """A copy of the demo's tables, to change."""
    target = tmp_path / demo.id / "2020-Q4" / "tables"
    shutil.copytree(FIGURES / demo.id / "2020-Q4" / "tables", target)
    return target


def change(
    folder: Path, table: str, frame: pd.DataFrame, left_out: dict[str, int] | None = None
) -> None:
    """Put other rows in a published table."""
    record = json.loads((folder / f"{table}.json").read_text("utf-8"))
    write_table(frame, folder / table, record | {"left_out": left_out or {}})


def test_the_passport_of_the_demo_fits_two_pages_and_hides_its_hidden(demo: Study) -> None:
    text, verdict = passport(demo)
    lines = text.splitlines()
    assert len(lines) <= 120 and max(map(len, lines)) <= 100
    assert verdict == "pass" and lines[-1] == "Verdict: pass."
    quotes = Results.published(demo.id, "2020-Q4").table("remarks_quoted")["text"]
    assert len(quotes) and all(f"“{quote}”" in text for quote in quotes)
    assert "k11" not in text and "k12" not in text
    assert "votes by rule: 10 shown, 2 left out" in text
    flat = " ".join(text.split())
    few = "each between 1 and 15 people [1 with fewer than 10 people and 1 that would"
    assert f"2020-Q4 crocodiles, 2: {few} give that one away]" in flat
    assert "people [2 with fewer than 10 people and 1 that would give those away]" in flat


def test_the_command_ends_with_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["passport", "haag-wonen"]) == 0
    assert capsys.readouterr().out.endswith("Verdict: pass.\n")


def test_sessions_hidden_differently_fail_in_passport_and_gate(
    published: Path, demo: Study, tmp_path: Path
) -> None:
    """As 57 - 19 - 15 - 14 = 9: each table leaves out another session."""
    people = read_table(published / "viewpoint_participants.json")
    sizes = {"Schilderswijk": 19, "Mariahoeve": 15, "Zeeheldenkwartier": 14}
    people["n"] = people["session"].map(sizes).fillna(people["n"])
    change(published, "viewpoint_participants", people[people["n"] != 14], {"tenants": 2})
    scores = read_table(published / "session_scores.json")
    scores = scores[scores["session"] == "Zeeheldenkwartier"].assign(n=14)
    change(published, "session_scores", scores, {"": 3})
    (published / "viewpoint_sessions.json").unlink()
    sets = read_table(published / "intake.json")
    change(published, "intake", sets.replace({"rows": {32: 57}}))
    text, verdict = passport(demo, tmp_path)
    assert verdict == "fail" and "known exactly" in text
    assert not {"Schilderswijk", "Zeeheldenkwartier"} & set(text.split())
    with pytest.raises(ResultsError, match=r"^table .* by session could be worked out") as caught:
        refuse(demo, published, [])
    assert "\n" not in str(caught.value)


def test_a_small_number_of_people_in_a_text_is_for_a_reader(
    published: Path, demo: Study, tmp_path: Path
) -> None:
    page = published / "index.html"
    page.write_text("<p>Of 4 <b>people</b> we know. 12 people, 3.4 people, 3 cards</p>", "utf-8")
    text, verdict = passport(demo, tmp_path)
    assert verdict == "review" and "1 found" in text and "index.html: … Of 4 people" in text


def test_nothing_published_is_for_a_person_to_look_at(demo: Study, tmp_path: Path) -> None:
    text, verdict = passport(demo, tmp_path)
    assert verdict == "review" and "none was published" in text


def test_the_demo_goes_through_the_gate(published: Path, demo: Study) -> None:
    refuse(demo, published, [])


def test_every_published_table_of_people_says_whom_it_divides() -> None:
    for sidecar in FIGURES.glob("*/*/tables/*.json"):
        record = json.loads(sidecar.read_text("utf-8"))
        if "people" in {f["role"] for f in record.get("fields", [])}:
            assert link(record["name"]) or record["name"] in alone(), record["name"]
    assert not set(links()["links"]) & set(alone())
