"""Notebook 03 on sorts as they are published, and graded by others than those who sorted."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked import run_notebook

from cxlib.places import ROOT
from cxlib.run import Results

NAME = "03_importance"
KADE = """
id: polycrisis
name: Polycrisis
languages: [en]
decisions: {n_factors: {value: 3, reason: "As published."}}
"""


def run(study: Path, output: Path) -> tuple[Results, str]:
    """What the notebook publishes on a study folder, and all that its cells show."""
    given = {"study": str(study), "language": "en", "output": str(output / NAME)}
    notebook = output / f"{NAME}.ipynb"
    run_notebook(ROOT / "notebooks" / f"{NAME}.ipynb", notebook, given | {"n_resamples": 400})
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = json.dumps([cell.get("outputs", []) for cell in cells])
    return Results.open(output), shown


def test_a_kade_workbook_needs_no_sessions_groups_or_ratings(
    reference: Path, tmp_path: Path
) -> None:
    folder = reference / "qmethod" / "polycrisis"
    (tmp_path / "study" / "sorts").mkdir(parents=True)
    shutil.copy(folder / "kade_input.xlsx", tmp_path / "study" / "sorts" / "participants.xlsx")
    (tmp_path / "study" / "study.yaml").write_text(KADE)
    found, shown = run(tmp_path / "study", tmp_path / "out")
    sorts = pd.read_csv(folder / "sorts.csv", index_col=0)
    scores = found.table("card_scores").set_index("card")["score"]
    expected = (sorts.mean(axis=1) + 4) / 8 * 100
    np.testing.assert_allclose(np.sort(scores), np.sort(expected), rtol=0, atol=0.051)
    ranks, m = sorts.rank(), sorts.shape[1]
    w = 12 * ((ranks.sum(axis=1) - m * 17) ** 2).sum() / (m**2 * (33**3 - 33))
    ties = sum(n**3 - n for n in sorts.iloc[:, 0].value_counts())
    w /= 1 - ties / (33**3 - 33)
    assert found.table("agreement")["w"].iloc[0] == pytest.approx(w, abs=6e-4)
    pairs = found.table("viewpoint_importance")["pair"]
    assert set(pairs) == {"f1-f2"}  # the third has 12 people: the 7 of none would follow from it
    assert {"card_spread", "top_cards", "composite_sort"} <= {name for name, _ in found.figures}
    assert not {"gaps", "priorities", "card_sessions", "coverage"} & set(found.tables)
    assert "no `sessions`" in shown and "no `cards/domain`" in shown


def test_bare_sorts_of_few_people_show_no_places(reference: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / "sorts").mkdir(parents=True)
    source = reference / "qmethod" / "civicon2014_before" / "sorts.csv"
    shutil.copy(source, folder / "sorts" / "people.csv")
    found, shown = run(folder, tmp_path / "out")
    assert len(found.table("card_scores")) == len(found.table("card_worths")) == 77
    assert "card_spread" not in found.tables and "Too few people" in shown
    camps = found.table("card_camps")
    assert camps[["n_low", "n_high", "score_low", "score_high"]].isna().all(axis=None)


def test_free_sorts_and_grades_of_others(tmp_path: Path) -> None:
    """Free sorts without a grid, graded on another scale by others than those who sorted."""
    rng = np.random.default_rng(4)
    cards, people = [f"c{i}" for i in range(1, 9)], [f"p{i}" for i in range(24)]
    free = pd.DataFrame(rng.integers(-3, 4, (24, 8)), people, cards)
    free = (free + 2 * (free.columns == "c1") - 2 * (free.columns == "c8")).clip(-3, 3)
    grades = pd.DataFrame(rng.integers(1, 6, (20, 8)), [f"q{i}" for i in range(20)], cards)
    folder = tmp_path / "study"
    for kind, frame in (("sorts", free), ("ratings", grades)):
        (folder / kind).mkdir(parents=True)
        frame.rename_axis("participant").to_csv(folder / kind / "people.csv")
    settings = (
        "grid: {-3: 1, -2: 1, -1: 1, 0: 2, 1: 1, 2: 1, 3: 1, forced: false}\n"
        "survey: {scale: {low: 1, high: 5}}\nthresholds: {fail: 2, top: 4}\n"
        "decisions: {lines: {value: {performance: 3}, reason: Promised.}}\n"
    )
    (folder / "study.yaml").write_text(settings)
    found, shown = run(folder, tmp_path / "out")
    table = found.table("priorities").set_index("card")
    np.testing.assert_allclose(table["performance"], grades.mean()[table.index], atol=0.051)
    gap = table["importance"] - table["importance"].mean() - 25 * (table["performance"] - 3)
    np.testing.assert_allclose(table["gap"], gap, atol=0.51)
    assert table["performance_target"].all() and not table["importance_target"].any()
    assert "at the target (3.0)" in found.figures["priorities", "en"].subtitle
    assert "performance at the target (3.0)" in shown
