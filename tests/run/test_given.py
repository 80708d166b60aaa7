"""Parts of a notebook that need rows which not every study has."""

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from cxlib.run import given
from cxlib.study import Study


@pytest.fixture(scope="module")
def shell():
    shell = InteractiveShell.instance()
    given.enable(Study.open("haag-wonen"))
    yield shell
    InteractiveShell.clear_instance()


def test_a_cell_runs_where_its_rows_are(shell) -> None:
    value = shell.run_cell_magic("given", "survey sorts/tenants", "held = 20\nheld + 1")
    assert value == 21
    assert shell.user_ns["held"] == 20


def test_elsewhere_it_says_what_is_missing_and_runs_nothing(shell) -> None:
    note = shell.run_cell_magic("given", "sorts/visitors", "never = 1")
    assert "sorts/visitors" in note.data
    assert "never" not in shell.user_ns


def test_a_result_with_a_note_says_the_note(shell) -> None:
    shell.user_ns["full"], shell.user_ns["none"] = pd.DataFrame({"a": [1]}), pd.DataFrame()
    shell.user_ns["none"].attrs["note"] = "Too few."
    assert shell.run_cell_magic("given", "survey | full", "1 + 1") == 2
    assert shell.run_cell_magic("given", "| full none", "never = 1").data == "*Too few.*"
    assert "sorts/visitors" in shell.run_cell_magic("given", "sorts/visitors | none", "1").data
    assert "never" not in shell.user_ns


def test_an_unknown_name_is_a_mistake_of_the_notebook(shell) -> None:
    with pytest.raises(ValueError, match="never holds 'srvey'"):
        shell.run_cell_magic("given", "srvey", "1")


def test_an_error_in_the_cell_is_an_error(shell) -> None:
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("given", "survey", "1 / 0")
