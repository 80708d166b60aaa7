"""Which question was left open most often is said only as far as the data tell."""

import numpy as np
import pandas as pd
import pytest

from cxlib.language import Speaker
from cxlib.report import most_open, unanswered

EN = Speaker("en")
NAMES = {"a": "Ease", "b": "Home", "c": "Staff", "d": "Letters"}


def open_answers(shares: dict[str, float], n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({k: np.where(rng.random(n) < p, np.nan, 7) for k, p in shares.items()})


def test_equal_shares_are_seldom_told_apart() -> None:
    found = [most_open(open_answers(dict.fromkeys("abc", 0.1), 200, seed)) for seed in range(300)]
    assert sum(lead.sure for lead in found) <= 0.05 * 300


def test_a_clear_lead_is_said() -> None:
    answers = open_answers({"a": 0.3, "b": 0.1, "c": 0.1}, 300, 1)
    found = most_open(answers)
    assert found.first == ("a",) and found.sure
    assert "**Ease**" in unanswered(found, answers.isna().mean(), NAMES, EN)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"a": 0.0, "b": 0.0}, "Nobody left a question open."),
        ({"a": 0.2}, "Left open, or"),
        (dict.fromkeys("ab", 0.1), "or **"),
        (dict.fromkeys("abcd", 0.1), "No question was surely left open most often"),
    ],
)
def test_sentences(shares: dict[str, float], said: str) -> None:
    answers = open_answers(shares, 60, 3)
    words = unanswered(most_open(answers), answers.isna().mean(), NAMES, EN)
    assert said in words and "Most often" not in words
