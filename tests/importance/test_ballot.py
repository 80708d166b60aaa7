"""A ballot in which everybody may choose several options."""

import numpy as np
import pandas as pd
import pytest

from cxlib import importance


def test_a_clear_winner_is_certain_and_ties_share_a_rank() -> None:
    votes = pd.DataFrame({"a": [1] * 60, "b": [1, 0] * 30, "c": [0, 1] * 30, "d": [0] * 60})
    table = importance.ballot(votes, top=1, seed=3)
    assert table.loc["a", "p_top"] == 1
    assert table["rank"].to_dict() == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert table.loc["b", "low"] < 30 < table.loc["b", "high"]


def test_order_of_options_does_not_matter() -> None:
    votes = pd.DataFrame(np.random.default_rng(1).integers(0, 2, (40, 5)), columns=list("abcde"))
    one = importance.ballot(votes, top=2, seed=8)
    other = importance.ballot(votes[list("ecadb")], top=2, seed=8)
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())


def test_nothing_to_choose_from_is_named() -> None:
    with pytest.raises(importance.ImportanceError, match="option"):
        importance.ballot(pd.DataFrame(index=range(5)))
