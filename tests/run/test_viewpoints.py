"""The recorded decisions, as one analysis that notebooks and exports share."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from cxlib.places import ROOT
from cxlib.run.viewpoints import decided, portraits, solve
from cxlib.study import Study, choices, subject, viewpoints

DECISIONS = """
decisions:
  n_factors: {value: 3, reason: "Three can be named."}
  turns: {value: [[f1, f2, 12]], reason: "Puts two on one axis."}
  flags: {changes: [{sort: T02, factor: f1, flag: true}, {sort: X99, factor: f1, flag: true}]}
viewpoints:"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = tmp_path / "study"
    shutil.copytree(ROOT / "data" / "raw" / "haag-wonen", folder)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("\ndecisions:")
    after = rest.partition("\nviewpoints:")[2]
    (folder / "study.yaml").write_text(before + DECISIONS + after, encoding="utf-8")
    return Study.open(folder)


def test_turns_and_flags_by_hand_count_and_those_of_other_groups_do_not(study: Study) -> None:
    sorts = study.sorts["tenants"]
    solution = solve(study, sorts, 3, choices(study))
    plain = solve(Study.open("haag-wonen"), sorts, 3, choices(study))
    assert solution.flags.loc["T02", "f1"] and not plain.flags.loc["T02", "f1"]
    assert (solution.loadings - plain.loadings).abs().max().max() > 0.05
    table = decided(study, solution)
    assert table.loc["turns", "reason"] == "Puts two on one axis."
    assert table.loc["rotation", "reason"] == "" and table.loc["flags", "choice"] == "by hand"


def test_a_reason_belongs_to_the_recorded_choice_only(study: Study) -> None:
    solution = solve(study, study.sorts["tenants"], 2, choices(study))
    assert decided(study, solution).loc["n_factors", "reason"] == ""


def test_a_viewpoint_without_sorts_has_no_portrait(study: Study) -> None:
    solution = solve(study, study.sorts["tenants"], 3, choices(study))
    empty = solution.with_flags(solution.flags.assign(f2=False))
    short = pd.Series(study.cards.index, study.cards.index)
    found = portraits(empty, viewpoints(study, "tenants", 3), short)
    assert list(found) == ["viewpoint_1", "viewpoint_3"]
    text, options = found["viewpoint_3"]
    assert "**highest**" in text and options["n"] == empty.flags["f3"].sum()


def test_no_group_is_compared_with_itself(study: Study) -> None:
    assert subject(study, "employees", "employees") == ("employees", "")
    assert subject(study, "", "employees") == ("tenants", "employees")
