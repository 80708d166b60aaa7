"""A study folder from exports as they are: read without a fault, every guess marked as one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxlib.cli import main
from cxlib.new import new_from
from cxlib.study import Study, StudyError, check

RNG = np.random.default_rng(9)
N = 120
GRADES = RNG.integers(1, 6, (N, 5))
WORDS = ("Zeer ontevreden", "Ontevreden", "Neutraal", "Tevreden", "Zeer tevreden")


def plain() -> dict[str, Any]:
    """Return a usual survey: an id, a day, a district by its name and five grades."""
    return {
        "RespondentID": [f"R{row:03}" for row in range(N)],
        "Datum": [f"{1 + row % 28}-{1 + row % 3}-2024" for row in range(N)],
        "Wijk": RNG.choice(["De Hoef", "Centrum", "Oost"], N),
        **{f"contact_{item + 1}": GRADES[:, item] for item in range(2)},
        **{f"home_{item + 1}": GRADES[:, item + 2] for item in range(2)},
        "Algemeen oordeel": GRADES[:, 4],
    }


def survey(change: Callable[[dict[str, Any]], dict[str, Any]] = lambda rows: rows) -> pd.DataFrame:
    return pd.DataFrame(change(plain()))


def nines(rows: dict[str, Any]) -> dict[str, Any]:
    return rows | {"contact_1": np.where(np.arange(N) < 9, 9, GRADES[:, 0])}


def text(rows: dict[str, Any]) -> dict[str, Any]:
    answers = [WORDS[grade - 1] if row else "Weet niet" for row, grade in enumerate(GRADES[:, 0])]
    return rows | {"contact_1": answers}


def sorts() -> pd.DataFrame:
    piles = [-2, -1, -1, 0, 0, 0, 1, 1, 2]
    rows = [RNG.permutation(piles) for _ in range(12)]
    frame = pd.DataFrame(rows, columns=[f"c{card}" for card in range(1, 10)])
    return frame.assign(participant=[f"T{row}" for row in range(12)])


EXPORTS: dict[str, Callable[[], pd.DataFrame]] = {
    "plain.csv": survey,
    "book.xlsx": survey,
    "nought to ten.csv": lambda: survey(
        lambda rows: rows | {name: RNG.integers(0, 11, N) for name in [*rows][3:]}
    ),
    "seven.csv": lambda: survey(
        lambda rows: rows | {name: RNG.integers(1, 8, N) for name in [*rows][3:]}
    ),
    "ninety-nine.csv": lambda: survey(
        lambda rows: rows | {"home_1": np.where(np.arange(N) < 7, 99, GRADES[:, 2])}
    ),
    "nine.csv": lambda: survey(nines),
    "words.csv": lambda: survey(text),
    "own scale.csv": lambda: survey(
        lambda rows: rows | {"Algemeen oordeel": RNG.integers(0, 11, N)}
    ),
    "months first.csv": lambda: survey(
        lambda rows: rows | {"Datum": [f"{1 + row % 3}/{1 + row % 28}/2024" for row in range(N)]}
    ),
    "tenants.csv": sorts,
}


def drafted(tmp_path: Path, name: str) -> tuple[Path, str]:
    """Write an export, and make a study of it; returns its folder and study.yaml."""
    frame, path = EXPORTS[name](), tmp_path / name
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False)
    folder = tmp_path / "mine"
    assert main(["new", str(folder), "--from", str(path)]) == 0
    return folder, (folder / "study.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXPORTS)
def test_ten_exports_are_read_without_a_fault(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder, settings = drafted(tmp_path, name)
    assert [problem for problem in check(folder) if not problem.hint] == []
    assert main(["check", str(folder)]) == 0
    assert "Look at each guess" in capsys.readouterr().out
    study = Study.open(folder)
    kept = next(folder.rglob(f"*{Path(name).suffix}"))
    assert kept.read_bytes() == (tmp_path / name).read_bytes()
    if name == "tenants.csv":
        assert study.sorts["tenants"].shape == (9, 12) and study.grid[0] == 3
        return
    assert study.value_items == {
        "contact": ["contact_1", "contact_2"],
        "home": ["home_1", "home_2"],
    }
    assert set(study.survey["district"]) == {"de-hoef", "centrum", "oost"}
    assert study.label("districts", "de-hoef", "nl") == "De Hoef"
    assert study.survey["date"].dt.month.max() == 3
    assert "# guess" in settings and study.survey["overall"].notna().all()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nought to ten.csv", "scale: {low: 0, high: 10}"),
        ("seven.csv", "scale: {low: 1, high: 7}"),
        ("seven.csv", "thresholds: {fail: 3, top: 6}"),
        ("ninety-nine.csv", "unknown: [99]"),
        ("nine.csv", "unknown: [9]"),
        ("words.csv", '"Zeer tevreden": 5'),
        ("words.csv", 'unknown: ["Weet niet"]'),
        ("own scale.csv", "scales: {overall: {low: 0, high: 10}}"),
        ("months first.csv", "dates: month-first"),
    ],
)
def test_guesses(name: str, said: str, tmp_path: Path) -> None:
    assert said in drafted(tmp_path, name)[1]


def test_nothing_is_written_when_a_file_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(StudyError, match=r"broken\.xlsx"):
        new_from(tmp_path / "mine", [tmp_path / "broken.xlsx", tmp_path / "nowhere.csv"])
    assert not (tmp_path / "mine").exists()
