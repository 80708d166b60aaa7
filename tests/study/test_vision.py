"""The vision and the published facts: what the demo holds, and how faults are named."""

import datetime as dt
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from cxlib.places import RAW
from cxlib.study.vision import Facts, Vision

DEMO = RAW / "haag-wonen"


def load(name: str) -> dict[str, Any]:
    return yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vision() -> Vision:
    return Vision.model_validate(load("vision.yaml"))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.model_validate(load("facts.yaml"))


def paths(content: dict[str, Any], model: type[Vision] | type[Facts] = Vision) -> list[str]:
    """Where pydantic finds fault, as dotted paths."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(content)
    return [".".join(str(step) for step in fault["loc"]) for fault in caught.value.errors()]


def test_demo_is_the_published_model(vision: Vision) -> None:
    assert [question.id for question in vision.questions] == list("ABCDEF")
    assert [project.id for project in vision.projects] == list("ABCDEFGHIJ")
    assert [p.id for p in vision.projects if not p.started] == ["D"]
    assert [level.level for level in vision.maturity] == [1, 2, 3, 4, 5]
    assert vision.maturity_now == (1, 3) and vision.maturity_aim == 4
    service = [v for v in vision.values if v.id not in {"dwelling", "neighbourhood"}]
    assert [len(value.behaviours) for value in service] == [3, 2, 4, 4]
    states = [crocodile.status for crocodile in vision.crocodiles]
    assert (states.count("abolished"), states.count("next"), len(states)) == (5, 5, 12)


def test_unpublished_parts_are_marked(vision: Vision) -> None:
    assert vision.origin("projects") == vision.origin("crocodiles") == "simulated"
    assert vision.origin("values") == "published"
    assert Vision().origin("values") == "collected"


def test_values_are_those_of_the_study(vision: Vision) -> None:
    known = {value["id"]: value["items"] for value in load("study.yaml")["values"]}
    assert [value.id for value in vision.values] == list(known)


def test_every_text_is_there_in_both_languages() -> None:
    def texts(part: Any) -> list[dict[str, str]]:
        if isinstance(part, dict) and set(part) & {"nl", "en"}:
            return [part]
        parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
        return [text for inner in parts for text in texts(inner)]

    for name in ("vision.yaml", "facts.yaml"):
        assert all(set(text) == {"nl", "en"} and all(text.values()) for text in texts(load(name)))


def test_facts_agree_with_the_vision(facts: Facts, vision: Vision) -> None:
    assert facts["questions"].value == len(vision.questions)
    assert facts["values"].value == len(vision.values)
    assert facts["phases"].value == len(vision.phases)
    assert facts["maturity_levels"].value == len(vision.maturity)
    assert facts["maturity_aim"].value == vision.maturity_aim
    assert facts["projects"].value == len(vision.projects)
    assert facts["projects_started"].value == sum(p.started for p in vision.projects)
    assert facts["behaviours"].value == sum(len(v.behaviours) for v in vision.values[2:])
    assert list(facts.scores.values()) == [92, 90, 82, 72, 68, 64, 61, 60, 56, 56, 53, 50]


def test_unknown_fact_is_named(facts: Facts) -> None:
    with pytest.raises(KeyError, match="castles"):
        facts["castles"]


def test_months_in_words_and_dates() -> None:
    rows = [{"id": 1, "label": "x", "start": "2020-02", "end": dt.date(2020, 5, 31)}]
    project = Vision.model_validate({"projects": rows}).projects[0]
    assert (project.id, project.start, project.end) == (
        "1",
        dt.date(2020, 2, 1),
        dt.date(2020, 5, 1),
    )


LABEL = {"nl": "x"}


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"questoins": []}, "questoins"),
        ({"purpose": {}}, "purpose"),
        ({"questions": [{"id": "A"}]}, "questions.0.label"),
        ({"questions": [{"id": "A", "label": LABEL}] * 2}, "questions"),
        ({"roadmap": [{"year": 2020, "label": LABEL}] * 2}, "roadmap"),
        ({"phases": [{"id": 1, "label": LABEL, "start": "spring"}]}, "phases.0.start"),
        ({"maturity": [{"level": 0, "label": LABEL}]}, "maturity.0.level"),
        ({"maturity": [{"level": 1, "label": LABEL}], "maturity_aim": 4}, "maturity_aim"),
        ({"maturity_now": [3, 1]}, "maturity_now"),
        ({"projects": [{"id": "A", "label": LABEL, "progress": 1.5}]}, "projects.0.progress"),
        (
            {"projects": [{"id": "A", "label": LABEL, "start": "2021-02", "end": "2020-02"}]},
            "projects.0",
        ),
        (
            {"organisation": {"departments": [{"label": LABEL, "units": [{"count": 2}]}]}},
            "organisation.departments.0.units.0.label",
        ),
        ({"crocodiles": [{"id": "k", "label": LABEL, "status": "dead"}]}, "crocodiles.0.status"),
        ({"photos": [{"slot": "a", "alt": LABEL, "file": "a.jpg"}]}, "photos.0"),
        (
            {"photos": [{"slot": "a", "alt": LABEL, "file": "../a.jpg", "consent": True}]},
            "photos.0",
        ),
        ({"provenance": {"projects": "guessed"}}, "provenance.projects"),
    ],
)
def test_faults_are_reported_with_their_path(content: dict[str, Any], path: str) -> None:
    assert paths(content) == [path]


def test_all_faults_at_once() -> None:
    spoilt = load("vision.yaml")
    spoilt["questions"][2].pop("label")
    spoilt["projects"][4]["end"] = "soon"
    spoilt["card"]["colour"] = "red"
    assert paths(spoilt) == ["questions.2.label", "projects.4.end", "card.colour"]


def test_faults_in_facts() -> None:
    row = {"id": "homes", "value": 1, "label": LABEL}
    assert paths({"facts": [row, row]}, Facts) == ["facts"]
    assert paths({"top_cards": [{"card": "c01", "score": 101}]}, Facts) == ["top_cards.0.score"]
    assert set(paths({"facts": [{**row, "value": "many"}]}, Facts)) == {
        "facts.0.value.int",
        "facts.0.value.float",
    }
