"""The recorded decisions, as one analysis that notebooks and exports share."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cxlib import qmethod
from cxlib.language import Speaker
from cxlib.places import ROOT
from cxlib.report import verdicts
from cxlib.report import viewpoints as told
from cxlib.report.viewpoints import (
    advice_text,
    advise,
    apart_text,
    decided,
    headline,
    portraits,
    recurs_text,
    resample,
    solve,
)
from cxlib.study import Study, StudyError, choices, factors, recorded, subject, viewpoints

ENGLISH = Speaker("en")
DECISIONS = """
decisions:
  n_factors: {value: 3, reason: "Three can be named."}
  turns: {value: [[f1, f2, 12]], reason: "Puts two on one axis."}
  flags:
    changes:
      - {sort: T02, factor: f1, flag: true, reason: "Said so afterwards."}
      - {sort: E07, factor: f2, flag: false}
    reason: "By the interviews."
  groups:
    employees: {n_factors: 2, correlation: {value: spearman, reason: "Ranks only."}}
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


def test_turns_and_flags_belong_to_one_group(study: Study) -> None:
    solution = solve(study, "tenants")
    plain = solve(Study.open("haag-wonen"), "tenants", 3)
    assert solution.flags.loc["T02", "f1"] and not plain.flags.loc["T02", "f1"]
    assert (solution.loadings - plain.loadings).abs().max().max() > 0.05
    staff = solve(study, "employees")
    assert staff.settings["turns"] == [] and staff.settings["correlation"] == "spearman"
    assert not staff.flags.loc["E07", "f2"]
    assert recorded(study).correlation.value == "pearson"


def test_every_choice_has_its_own_reason(study: Study) -> None:
    table = decided(study, "tenants", solve(study, "tenants"))
    assert table.loc["turns", "reason"] == "Puts two on one axis."
    assert table.loc["rotation", "reason"] == "" and table.loc["flags", "choice"] == "by hand"
    assert table.loc["flag 1 by hand"].tolist() == ["f1: set", "Said so afterwards."]
    assert "flag 2 by hand" not in table.index
    staff = decided(study, "employees", solve(study, "employees"))
    assert staff.loc["flag 1 by hand"].tolist() == ["f2: removed", "By the interviews."]
    assert staff.loc["correlation", "reason"] == "Ranks only."


def test_another_number_of_factors_leaves_turns_and_reasons_out(study: Study) -> None:
    solution = solve(study, "tenants", 2)
    assert solution.settings["turns"] == [] and solution.settings["flags"] == "automatic"
    assert decided(study, "tenants", solution).loc["n_factors", "reason"] == ""


def test_the_bootstrap_is_of_the_solution_that_is_told(study: Study) -> None:
    solution = solve(study, "tenants").unnamed()
    boot = resample(study, "tenants", solution, 20, 1)
    told = boot.zscores["estimate"].unstack().loc[solution.zscores.index]
    pd.testing.assert_frame_equal(told, solution.zscores, check_names=False)


def test_a_number_that_does_not_fit_is_refused_at_once(study: Study) -> None:
    with pytest.raises(StudyError, match=r'found "40"; expected 1 to 29 factors'):
        factors(study, "tenants", 40)


def test_notebook_export_and_library_give_one_advice() -> None:
    demo = Study.open("haag-wonen")
    found = advise(demo, "employees")
    library = qmethod.retention(demo.sorts["employees"], **choices(demo, group="employees"))
    assert found.advice == library.advice and demo.config.seed == 2020
    pd.testing.assert_frame_equal(found.candidates, library.candidates)
    assert len(solve(demo, "employees").factors) == found.advice


def test_a_viewpoint_without_sorts_has_no_portrait(study: Study) -> None:
    solution = solve(study, "tenants")
    empty = solution.with_flags(solution.flags.assign(f2=False))
    short = pd.Series(study.cards.index, study.cards.index)
    views = viewpoints(study, "tenants", 3)
    found = portraits(empty, views, short, empty.flags.iloc[:0], ENGLISH)
    assert list(found) == ["viewpoint_1", "viewpoint_3"]
    text, options = found["viewpoint_3"]
    assert "**highest**" in text and options["n"] == empty.flags["f3"].sum()


def test_no_group_is_compared_with_itself(study: Study) -> None:
    assert subject(study, "employees", "employees") == ("employees", "")
    assert subject(study, "", "employees") == ("tenants", "employees")


def test_a_viewpoint_on_two_sorts_is_weak_in_the_headline(study: Study) -> None:
    solution = solve(study, "tenants", 2)
    kept = solution.flags["f2"] & (solution.flags["f2"].cumsum() <= 2)
    few = solution.with_flags(solution.flags.assign(f2=kept))
    weak = verdicts.weak(few.factors, pd.Series({"f1": 0.97, "f2": 0.7}))
    assert weak.tolist() == ["", "few"]
    assert "Costs rests on only 2 sorts and is weak" in headline(
        few, weak, ["Quiet", "Costs"], ENGLISH
    )
    loose = verdicts.weak(solution.factors, pd.Series({"f1": 0.97, "f2": 0.7}))
    assert loose.tolist() == ["", "returns"]
    assert "Costs does not return well" in headline(solution, loose, ["Quiet", "Costs"], ENGLISH)


def test_a_borderline_advice_says_so() -> None:
    criteria = pd.DataFrame({"n_factors": [2, 3, 2]})
    rows = {"fewest": [9, 2], "congruence": [0.9, 0.85], "se": 0.01}
    candidates = pd.DataFrame(rows, index=[2, 3])
    found = qmethod.Retention(criteria, criteria, candidates, 2, (2, 3))
    text = advice_text(found, 3, ENGLISH)
    assert "borderline, between 2 and 3" in text and "is weak" in text
    assert "1 of the 3 criteria names 3" in text


def test_sentences_claim_no_more_than_was_decided() -> None:
    short = pd.Series({"a": "Safe", "b": "Neat"})
    assert apart_text(pd.Series({"a": False}), short, 1, ENGLISH).startswith(
        "There is one viewpoint"
    )
    told = apart_text(pd.Series({"a": True, "b": False}), short, 2, ENGLISH)
    assert "differ on 1 of the 2 cards" in told and told.endswith("alike: Neat.")
    long = pd.Series({n: f"Card {n}." for n in range(15)})
    told = apart_text(pd.Series(False, long.index), long, 3, ENGLISH)
    assert "by a single card" in told and told.endswith("Card 11; and 3 more.")
    assert "none of 2" in recurs_text(pd.Series(["unsure", "no"]), "staff", ENGLISH)


def test_a_card_sets_a_viewpoint_apart_only_from_all_others_at_once() -> None:
    z = pd.DataFrame({"f1": [3.0, 0.45], "f2": [0.0, 0.0], "f3": [0.0, 0.0]}, index=["a", "b"])
    sed, none = pd.DataFrame(0.2, z.columns, z.columns), z.assign(f3=float("nan"))
    # .45 with a standard error of .2 has p = .02: enough for one test, not for six.
    strong = pd.Series("", z.columns)
    found = verdicts.distinct(z, sed, z * 0, strong)
    assert found.loc["a"].tolist() == [True, False, False] and not found.loc["b"].any()
    assert verdicts.distinct(none, sed, none * 0, strong).loc["a"].tolist() == [True, True, False]


def test_the_summary_says_in_one_line_what_was_done(study: Study) -> None:
    solution = solve(study, "tenants")
    said = told.summary(solution, ENGLISH)
    assert said.startswith("32 sorts of 30 cards: 3 factors (pca, varimax, pearson) explain 77%")
    assert "\n" not in said


def test_notes_name_viewpoints_and_not_factors(study: Study) -> None:
    solution = solve(study, "tenants")
    noted = replace(solution, notes=("f1 is bipolar, with negative loaders: Q01.",))
    items = told.flags_text(noted, ["Quiet", "Costs", "Word"], ENGLISH).splitlines()
    assert items[0].endswith("of the 32 sorts define one viewpoint.**")
    assert items[2:] == ["- ‘Quiet’ is bipolar, with negative loaders: Q01."]
