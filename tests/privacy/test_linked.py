"""What follows from all linked tables of all editions, for an attacker who knows the zeros."""

import pytest
from linked_studies import After, Before, Study, attack, publish

from cxlib.survey import Part, audit


@pytest.mark.parametrize("seed", [1, 5])
def test_nobody_follows_from_everything_published(seed: int) -> None:
    study = Study.draw(seed)
    published, back = publish(study, After())
    assert len(published) > 5 and back < len(study.editions())
    assert attack(study, published) == []


def test_under_the_rules_as_they_were_people_follow() -> None:
    study = Study.draw(5)
    published, _ = publish(study, Before())
    assert {kind for kind, _ in attack(study, published)} == {"hidden", "run"}


def sessions(table: str, shown: dict[str, int], hidden: int) -> Part:
    return Part("2020", table, "sorts", "session", shown, hidden, total=57)


def test_two_tables_that_hide_other_sessions_give_one_away() -> None:
    two = [sessions("one", {"a": 19, "b": 15}, 2), sessions("other", {"a": 19, "c": 14}, 2)]
    assert set(audit(two[:1])["verdict"]) == {"pass"}
    found = audit(two)
    assert found.loc[found["verdict"] == "fail", "high"].tolist() == [9, 9]


def test_people_without_a_group_follow_from_the_total() -> None:
    found = audit([Part("2020", "districts", "survey", "district", {"n": 50, "s": 40}, total=93)])
    assert found[["low", "high", "verdict"]].to_numpy().tolist() == [[3, 3, "fail"]]


def test_a_quarter_follows_from_an_edition_of_everything() -> None:
    quarters = [
        Part(q, "grades", "survey", "journey", {"leaving": n}, span=[q])
        for q, n in (("2020-Q1", 20), ("2020-Q2", 30))
    ]
    everything = Part("all", "grades", "survey", "journey", {"leaving": 53})
    everything = Part(**vars(everything) | {"span": ["2020-Q1", "2020-Q2", "2020-Q3"]})
    found = audit([*quarters, everything])
    assert found[["group", "span", "high"]].to_numpy().tolist() == [
        ["leaving", "2020-Q3 to 2020-Q3", 3]
    ]
    assert audit(quarters).empty


def test_a_part_is_no_larger_than_the_whole() -> None:
    whole = Part("2020", "who", "survey", "journey", {"a": 60}, 2, total=84)
    graded = Part("2020", "grades", "survey", "journey", {"a": 50, "b": 20}, base="graded")
    found = audit([whole, graded]).set_index("group")
    assert found.loc["", ["low", "high", "verdict"]].tolist() == [1, 4, "fail"]


def test_editions_that_contradict_each_other_are_looked_at_alone() -> None:
    first = Part("2019", "who", "sorts", "session", {"a": 20, "b": 30}, 2, total=70)
    again = Part("2020", "who", "sorts", "session", {"a": 21, "b": 30}, 2, total=53)
    found = audit([first, again])
    assert found["verdict"].tolist() == ["review", "pass", "pass", "fail", "fail"]


def test_nothing_left_out_costs_nothing() -> None:
    assert audit([Part("2020", "who", "s", "d", {"a": 20, "b": 30}, total=50)] * 2).empty
