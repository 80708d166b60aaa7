"""Notebook 05 on surveys that can't carry all of it: sentences that stay true, no traceback."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_real_input import run, said

STUDY = """
id: poor
name: Poor survey
languages: [en]
survey: {scale: {low: 1, high: 5}}
thresholds: {fail: 2, top: 4}
periods: {window: 4}
values:
  - {id: ease, label: {en: Ease}, items: [ease_a, ease_b]}
  - {id: safe, label: {en: Safe}, items: [safe_a, safe_b]}
  - {id: kind, label: {en: Kind}, items: [kind_a]}
"""
Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def survey(n: int = 240) -> pd.DataFrame:
    """Two years of grades from 1 to 5; most on repairs, three on leaving."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"respondent": [f"R{i}" for i in range(n)]})
    frame["date"] = pd.date_range("2019-01-01", "2020-12-31", n).strftime("%Y-%m-%d")
    frame["journey"] = np.where(np.arange(n) % 3, "repairs", "moving")
    frame.loc[n - 3 :, "journey"] = "leaving"
    level = rng.normal(3.3, 0.8, n)
    for item in ("ease_a", "ease_b", "safe_a", "safe_b", "kind_a"):
        frame[item] = (level + rng.normal(0, 0.8, n)).round().clip(1, 5).astype(int)
    frame["overall"] = (level + rng.normal(0, 0.7, n)).round().clip(1, 5).astype(int)
    return frame


CASES: dict[str, Spoil] = {
    "as it is": lambda frame: frame,
    "a constant item": lambda frame: frame.assign(kind_a=3),
    "two identical items": lambda frame: frame.assign(kind_a=frame["ease_a"]),
    "an item that nobody answered": lambda frame: frame.assign(kind_a=""),
    "twelve answers": lambda frame: frame.tail(12),
}


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_the_notebook_says_what_it_can(case: str, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    CASES[case](survey()).to_csv(study / "survey.csv", index=False)
    (study / "study.yaml").write_text(STUDY)
    found = run(study, tmp_path / "out", "05_drivers", n_resamples=40, period="all")
    text = said(tmp_path / "out" / "05_drivers.ipynb")
    assert "Traceback" not in text and "1. **Fewer fails:**" in text and "2. **Towards" in text
    assert "Left out, as too few answered" in text and "leaving" in text
    assert "No earlier answers are enough" in text
    changes = found.table("scenarios")
    known = changes.dropna(subset=["change"])
    assert known["then"].between(-1e-9, 1 + 1e-9).all() and (known["low"] <= known["high"]).all()
    if case == "twelve answers":
        assert "no value demonstrably brings fewer fails" in text
