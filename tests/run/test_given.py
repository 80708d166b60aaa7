"""Parts of a notebook that need rows which not every study has."""

from types import SimpleNamespace

import pandas as pd
import pytest

from cxlib import importance
from cxlib.run import Publication
from cxlib.study import Study


@pytest.fixture
def publish(tmp_path) -> Publication:
    return Publication(Study.open("haag-wonen"), "01_intake", language="en", output=tmp_path)


@pytest.fixture
def said(monkeypatch) -> list[str]:
    notes: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda note: notes.append(note.data))
    return notes


def test_a_part_runs_where_its_rows_are(publish, said) -> None:
    assert publish.given("survey", "sorts/tenants")
    assert not said


def test_elsewhere_one_line_says_what_is_missing(publish, said) -> None:
    assert not publish.given("sorts/visitors", "survey")
    assert said == ["*This study has no `sorts/visitors`: this part is left out.*"]
    assert not publish.given("sorts/")
    assert said[1].startswith("*There is no other group")


def test_a_result_with_a_note_says_the_note(publish, said) -> None:
    full, none = pd.DataFrame({"a": [1]}), pd.DataFrame()
    none.attrs["note"] = "Too few."
    assert publish.given("survey", full)
    assert not publish.given(full, none)
    assert not publish.given(SimpleNamespace(note="Nothing drawn."))
    assert said == ["*Too few.*", "*Nothing drawn.*"]


def test_the_line_is_in_the_language_of_the_notebook(tmp_path, said) -> None:
    publish = Publication(Study.open("haag-wonen"), "01_intake", language="nl", output=tmp_path)
    assert not publish.given("sorts/visitors")
    incomplete = pd.DataFrame({"p": [2, 1, 0], "q": [2, 1, None]}, index=[*"abc"])
    assert not publish.given(importance.kendall_w(incomplete))
    assert said[0] == "*Dit onderzoek heeft geen `sorts/visitors`: dit deel vervalt.*"
    assert said[1].startswith("*Sommigen lieten kaartjes weg")


def test_an_unknown_name_is_a_mistake_of_the_notebook(publish) -> None:
    with pytest.raises(ValueError, match="never holds 'srvey'"):
        publish.given("srvey")
