"""Decisions in study.yaml are held against the sorts that they are about."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxlib.report.viewpoints import resample, solve
from cxlib.study import Study, StudyError, check, recorded

GROUPS = "languages: [en]\ngroups:\n"
GROUP = "  - {{id: {0}, label: {{en: {0}}}}}\n"


def drawn(n_sorts: int, seed: int, letter: str = "T") -> pd.DataFrame:
    """Sorts of two viewpoints on nine cards, a row a sort."""
    rng = np.random.default_rng(seed)
    views = rng.normal(size=(9, 2)).repeat((n_sorts + 1) // 2, axis=1)[:, :n_sorts]
    places = np.array([-2, -1, -1, 0, 0, 0, 1, 1, 2])
    order = (views + 0.5 * rng.normal(size=views.shape)).argsort(axis=0).argsort(axis=0)
    names = [f"{letter}{place:02d}" for place in range(1, n_sorts + 1)]
    frame = pd.DataFrame(places[order].T, names, [f"c{card}" for card in range(1, 10)])
    return frame.rename_axis("participant").reset_index()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sorts").mkdir()
    drawn(10, 1).to_csv(tmp_path / "sorts" / "tenants.csv", index=False)
    return tmp_path


def said(folder: Path, decisions: str, groups: str = "tenants") -> list[str]:
    text = GROUPS + "".join(map(GROUP.format, groups.split())) + "decisions:\n" + decisions
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check(folder)]


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        (
            "  n_factors: 2\n  flags: {changes: [{sort: T99, factor: f1, flag: false}]}\n",
            'line 6, key decisions.flags.changes.0.sort: found "T99"; expected a sort',
        ),
        (
            "  n_factors: 2\n  flags: {changes: [{sort: T01, factor: f3, flag: false}]}\n",
            'found "f3"; expected one of the 2 factors of tenants. Use one of: f1, f2.',
        ),
        (
            "  n_factors: 20\n",
            'found "20"; expected 1 to 8 factors for the 10 sorts of 9 cards of tenants',
        ),
        (
            "  n_factors: 2\n  turns: {value: [[f1, f9, 12]]}\n",
            'key decisions.turns.value.0: found "f9"; expected one of the 2 factors of tenants',
        ),
        ("  n_factors: 2\n  turns: {value: [[f1, f1, 12]]}\n", "two different factors"),
        ("  n_factors: 2\n  invert: [f4]\n", 'found "f4"'),
        ("  n_factors: 2\n  split: [f4]\n", 'found "f4"'),
        ("  groups: {tenant: {n_factors: 2}}\n", "Did you mean tenants?"),
        (
            "  groups:\n    tenants:\n      n_factors: 2\n"
            "      flags: {changes: [{sort: T3, factor: f1, flag: true}]}\n",
            'found "T3"; expected a sort of tenants. Did you mean T',
        ),
    ],
)
def test_a_decision_that_does_not_fit_is_told(folder: Path, decisions: str, told: str) -> None:
    (problem,) = said(folder, decisions)
    assert told in problem


def test_an_id_that_two_groups_share_needs_its_group(folder: Path) -> None:
    drawn(8, 2).to_csv(folder / "sorts" / "staff.csv", index=False)
    change = "flags: {changes: [{sort: T01, factor: f1, flag: false, reason: why}]}"
    (problem,) = said(folder, f"  n_factors: 2\n  {change}\n", "tenants staff")
    assert "tenants and staff both have it" in problem
    assert "decisions.groups.staff.flags" in problem
    assert said(folder, f"  groups: {{staff: {{n_factors: 2, {change}}}}}\n", "tenants staff") == []
    study = Study.open(folder)
    assert not solve(study, "staff").flags.loc["T01", "f1"]
    assert solve(study, "tenants", 2).settings["flags"] == "automatic"


def test_a_flag_of_the_only_group_with_that_sort_stays_readable(folder: Path) -> None:
    drawn(8, 2, "S").to_csv(folder / "sorts" / "staff.csv", index=False)
    decisions = "  n_factors: 2\n  flags: {changes: [{sort: S01, factor: f1, flag: false}]}\n"
    assert said(folder, decisions, "tenants staff") == []
    study = Study.open(folder)
    assert [c.sort for c in recorded(study, "staff").flags.changes] == ["S01"]
    assert recorded(study, "tenants").flags.changes == []


def test_missing_cells_and_spearman_can_be_decided(folder: Path) -> None:
    sorts = drawn(10, 1).astype({"c3": "Int64"})
    sorts.loc[2, "c3"] = pd.NA
    sorts.to_csv(folder / "sorts" / "tenants.csv", index=False)
    assert any("c3" in problem for problem in said(folder, "  n_factors: 2\n"))
    decisions = "  n_factors: 2\n  missing: pairwise\n  correlation: spearman\n"
    assert said(folder, decisions) == []
    solution = solve(Study.open(folder), "tenants")
    assert solution.settings["correlation"] == "spearman"
    assert any("pairwise" in note for note in solution.notes)
    assert solution.zscores.notna().all(axis=None)


def test_a_bipolar_factor_is_split_and_inverted_as_decided(folder: Path) -> None:
    sorts = drawn(10, 1).set_index("participant")
    sorts.iloc[:2] = -sorts.iloc[:2]
    sorts.to_csv(folder / "sorts" / "tenants.csv")
    assert said(folder, "  n_factors: 2\n") == []
    plain = solve(Study.open(folder), "tenants")
    (bipolar,) = plain.factors.index[plain.factors["n_negative"] > 0]
    other = next(name for name in plain.factors.index if name != bipolar)
    said(folder, f"  n_factors: 2\n  split: [{bipolar}]\n  invert: [{other}]\n")
    study = Study.open(folder)
    solution = solve(study, "tenants").unnamed()
    assert {f"{bipolar}+", f"{bipolar}-", other} == set(solution.factors.index)
    np.testing.assert_allclose(solution.loadings[other].sum(), -plain.loadings[other].sum())
    boot = resample(study, "tenants", solution, 60, 1)
    told = boot.zscores["estimate"].unstack().loc[solution.zscores.index]
    np.testing.assert_allclose(told[list(solution.zscores)], solution.zscores)
    found = boot.zscores["mean"].unstack()
    for name in solution.zscores:
        assert np.corrcoef(found[name], solution.zscores.loc[found.index, name])[0, 1] > 0.9
    flagged = solution.flags.any(axis=1)
    assert (boot.flags.where(solution.flags).max(axis=1)[flagged] > 0.5).all()


def test_decisions_for_a_group_without_sorts_stop_the_study(folder: Path) -> None:
    assert said(folder, "  groups: {board: {n_factors: 2}}\n")
    with pytest.raises(StudyError, match="board"):
        Study.open(folder)
