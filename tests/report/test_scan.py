"""Of studies in which nothing has any effect nothing is claimed, whatever their shape."""

from pathlib import Path

import pytest
from scanned_studies import Heard, booklet, hear, write

FEW = {"n_resamples": 300}
SAMPLE = [(0, "02"), (1, "03"), (2, "03"), (3, "03"), (0, "04"), (8, "04"), (0, "05"), (4, "06")]


@pytest.mark.parametrize(("seed", "notebook"), SAMPLE)
def test_no_sentence_is_bolder_than_its_interval(seed: int, notebook: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "study", seed)
    heard = hear(folder, notebook, **FEW)
    assert len(heard.texts) > 10
    assert list(heard.faults()) == []
    assert [name for name, claimed in heard.claims().items() if claimed] == []
    spoken = booklet(folder, heard)
    assert len(spoken.texts) > 20
    assert list(spoken.faults()) == []


def test_the_scan_sees_what_it_looks_for() -> None:
    wrong = ["the the card", "1 others", "a mean of nan", "on card_3", "strong on f1", "named: ."]
    assert len(list(Heard(wrong).faults())) == len(wrong)
    assert list(Heard(["1 card of 2 cards; the mean (7.4)", "`item_1` in code"]).faults()) == []
