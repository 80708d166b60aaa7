"""Notebook 03 on sorts as they are published, and on sessions that are too small to show."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxlib.places import ROOT
from cxlib.run import Results, run_notebook

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
    np.testing.assert_allclose(np.sort(scores), np.sort(expected), rtol=0, atol=1e-8)
    ranks, m = sorts.rank(), sorts.shape[1]
    w = 12 * ((ranks.sum(axis=1) - m * 17) ** 2).sum() / (m**2 * (33**3 - 33))
    ties = sum(n**3 - n for n in sorts.iloc[:, 0].value_counts())
    w /= 1 - ties / (33**3 - 33)
    assert found.table("agreement")["w"].iloc[0] == pytest.approx(w)
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


@pytest.mark.parametrize(("sizes", "left"), [((16, 11, 5), 0), ((12, 10, 5, 5), 2)])
def test_small_sessions_stay_hidden(tmp_path: Path, sizes: tuple[int, ...], left: int) -> None:
    folder = tmp_path / "study"
    shutil.copytree(ROOT / "data" / "raw" / "haag-wonen", folder)
    path = folder / "sorts" / "tenants.csv"
    rows = pd.read_csv(path)
    names = [f"Session{i}" for i in range(len(sizes))]
    rows["session"] = np.repeat(names, sizes)
    rows.to_csv(path, index=False)
    for part in ("ratings/tenants.csv", "sorts/employees.csv", "facts.yaml"):
        (folder / part).unlink()
    found, shown = run(folder, tmp_path / "out")
    if not left:  # 5 people would follow from the other sessions and the total
        assert "session_scores" not in found.tables and "card_sessions" not in found.tables
        assert not any(name in shown for name in names)
        return
    table = found.table("session_scores")
    assert set(table["session"]) == set(names[:left]) and (table["n"] >= 10).all()
    assert not any(name in shown for name in names[left:])
