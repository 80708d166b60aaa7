"""What follows from all the tables of notebook 03 together, solved as equations."""

import json
import shutil
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked import run_notebook

from cxlib.importance import membership
from cxlib.places import ROOT
from cxlib.report.viewpoints import solve
from cxlib.run import Results
from cxlib.study import Study

NAME = "03_importance"
MINIMUM = 10
GRADED = {"c01": [1, 1, 2], "c02": [9] * 9, "c03": [3] * 10}  # three, nine and ten people
DIVIDED = "c04"  # 24 people lay it high and 8 low


def exposed(known: list[set[str]], people: list[str]) -> int:
    """Size of the smallest set of people that some combination of sums over `known` is about.

    Every set adds an equation. People who are in the same sets can't be told apart: these are the
    unknowns. A combination of equations that leaves out all unknowns but a few exists when the
    equations lose rank without these few.
    """
    rows = np.array([[person in group for person in people] for group in known], dtype=float)
    unknowns, sizes = np.unique(rows, axis=1, return_counts=True)
    rank, found = np.linalg.matrix_rank(unknowns), len(people)
    for count in range(1, len(sizes) + 1):
        for few in map(list, combinations(range(len(sizes)), count)):
            if sizes[few].sum() < found:
                rest = np.delete(unknowns, few, axis=1)
                if np.linalg.matrix_rank(rest) < rank:
                    found = sizes[few].sum()
    return int(found)


def study(folder: Path, sizes: tuple[int, ...], factors: int) -> pd.Series:
    """The demo with sessions of these sizes, few grades and a divided card; sort to session."""
    shutil.copytree(ROOT / "data" / "raw" / "haag-wonen", folder)
    path = folder / "sorts" / "tenants.csv"
    rows = pd.read_csv(path)
    rows["session"] = np.repeat([f"Session{i}" for i in range(len(sizes))], sizes)
    cards = rows.columns[2:]
    piles = rows[cards].to_numpy().copy()
    for place, sort in enumerate(piles):  # change places with the card that lies at the end
        end, divided = sort.argmin() if place < 8 else sort.argmax(), cards.get_loc(DIVIDED)
        sort[[end, divided]] = sort[[divided, end]]
    rows[cards] = piles
    rows.to_csv(path, index=False)
    grades = pd.read_csv(folder / "ratings" / "tenants.csv").assign(session=rows["session"])
    for card, given in GRADED.items():
        grades[card] = pd.Series(given, dtype=float).reindex(grades.index)
    grades.to_csv(folder / "ratings" / "tenants.csv", index=False)
    for part in ("sorts/employees.csv", "facts.yaml"):
        (folder / part).unlink()
    settings = folder / "study.yaml"  # in one language, for speed
    text = settings.read_text(encoding="utf-8").replace(
        "{value: 3, reason", f"{{value: {factors}, reason"
    )
    text = text.replace("languages: [nl, en]", "languages: [en]")
    settings.write_text(text, encoding="utf-8")
    return rows.set_index("participant")["session"]


@pytest.fixture(
    scope="module",
    params=[((16, 11, 5), 3), ((11, 10, 6, 5), 2)],
    ids=["a small session and viewpoint", "two small sessions"],
)
def published(request, tmp_path_factory) -> tuple[Results, str, pd.Series, pd.Series, Path]:
    folder = tmp_path_factory.mktemp("attack")
    sessions = study(folder / "study", *request.param)
    given = {"study": str(folder / "study"), "language": "en"}
    given |= {"output": str(folder / "out" / NAME), "n_resamples": 700}
    notebook = folder / "out" / f"{NAME}.ipynb"
    run_notebook(ROOT / "notebooks" / f"{NAME}.ipynb", notebook, given)
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = json.dumps([cell.get("outputs", []) for cell in cells])
    return Results.open(folder / "out"), shown, sessions, _viewpoints(folder), folder / "out"


def _viewpoints(folder: Path) -> pd.Series:
    """Where everybody belongs, as only the researcher knows."""
    data = Study.open(folder / "study")
    return membership(solve(data, "tenants").flags)


def test_the_attacker_finds_what_plain_publication_would_show() -> None:
    people = [f"p{i}" for i in range(32)]
    everybody, large = set(people), [set(people[:16]), set(people[16:27])]
    assert exposed([everybody, *large], people) == 5
    assert exposed([everybody, large[0]], people) == 16
    nested = set(people[:12])  # within the first session: four others are left of it
    assert exposed([everybody, large[0], nested], people) == 4


def test_no_combination_of_means_is_about_few_people(published) -> None:
    found, _, sessions, views, _ = published
    known = [set(sessions.index)]
    for name, column, groups in (
        ("session_scores", "session", sessions),
        ("viewpoint_importance", "pair", views),
    ):
        if name in found.tables:
            labels = {part for label in found.table(name)[column] for part in label.split("-")}
            known += [set(groups.index[groups == label]) for label in labels]
    assert exposed(known, list(sessions.index)) >= MINIMUM


def test_hidden_sessions_are_nowhere(published) -> None:
    found, shown, sessions, _, folder = published
    sizes = sessions.value_counts()
    small = sizes.index[sizes < MINIMUM]
    texts = [file.read_text("utf-8") for file in folder.rglob("*.csv")]
    texts += [file.read_text("utf-8") for file in folder.rglob("*.svg")] + [shown]
    for name in small:
        assert not any(name in text for text in texts)
    if "session_scores" in found.tables:
        assert (found.table("session_scores")["n"] >= MINIMUM).all()
    assert ("session_scores" in found.tables) == (sizes[sizes < MINIMUM].sum() != 5)


def test_two_camps_are_named_without_the_small_one(published) -> None:
    found = published[0]
    camps = found.table("card_camps").set_index("card")
    assert camps.loc[DIVIDED, "camps"]
    hidden = camps.loc[DIVIDED, ["n_low", "n_high", "score_low", "score_high"]]
    assert hidden.isna().all()
    assert not (camps[["n_low", "n_high"]] < MINIMUM).any(axis=None)


def test_grades_of_few_follow_from_no_line_gap_or_count(published) -> None:
    found, shown, *_ = published
    table = found.table("priorities").set_index("card")
    numbers = table.drop(columns=["quadrant", "real", "importance_target", "performance_target"])
    few = [card for card, given in GRADED.items() if len(given) < MINIMUM]
    assert numbers.loc[few].isna().all(axis=None) and table.loc["c03", "n"] == MINIMUM
    left = numbers.dropna()
    assert len(left) + table["quadrant"].eq("suppressed").sum() == len(table)
    for axis in ("importance", "performance"):  # a card more would move it
        assert left[f"{axis}_line"].iloc[0] == pytest.approx(left[axis].mean(), abs=0.02)
    assert left["gap"].mean() == pytest.approx(0, abs=0.02)
    assert sorted(left["rank"]) == list(range(1, len(left) + 1))  # no hidden card has a place
    drawn = found.figures["priorities", "en"].alt
    assert "1.3" not in drawn and "(92; 9.0)" not in drawn
    assert "too few grades: " + str(len(table) - len(left)) in shown
