"""Which rules could have given published scores."""

import numpy as np
import pandas as pd
import pytest
from drawn_sorts import GRID, PLACES
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.importance import SCHEMES, ImportanceError, candidates

PUBLISHED = pd.Series([92, 90, 82, 72, 68, 64, 61, 60, 56, 56, 53, 50])


@pytest.fixture(scope="module")
def table() -> pd.Series:
    return candidates(PUBLISHED, people=32).set_index(["rule", "reading"])["possible"]


def test_the_rules_that_can_and_cannot_have_given_the_published_twelve(table):
    assert set(table) == {"yes", "no"}
    assert table["grid -4..4 (2,3,3,4,6,4,3,3,2)", "rescaled 0-100"] == "yes"
    assert table["first 10, unordered", "share of the most"] == "no"
    assert (table["three piles of 10 (3/2/1)"] == "no").all()
    assert table["grid -4..4 (1,2,4,5,6,5,4,2,1)", "sum"] == "no"
    assert table.index.get_level_values("rule").nunique() == len(SCHEMES)


def test_a_share_of_32_people_is_never_92_per_cent():
    one = candidates(PUBLISHED[:1], 32, {"choose one": ((1, 1), (0, 29))})
    assert (100 * np.arange(33) / 32).round().tolist().count(92) == 0
    assert one.loc[one["reading"] == "share of the most", "possible"].item() == "no"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 9))
def test_scores_that_sorts_gave_are_always_possible(seed, people):
    rng = np.random.default_rng(seed)
    sorts = rng.permuted(np.tile(PLACES, (people, 1)), axis=1).T
    sums = pd.Series(np.sort(sorts.sum(axis=1))[::-1][:4])
    rescaled = (100 * (np.sort(sorts.mean(axis=1))[::-1][:4] + 2) / 4).round()
    scheme = {"ours": tuple(GRID.items())}
    for reading, scores in (("sum", sums), ("rescaled 0-100", pd.Series(rescaled))):
        found = candidates(scores, people, scheme).set_index("reading")
        assert found.loc[reading, "possible"] == "yes"
        assert found.loc[reading, "unanimity"] <= 1.1


def test_order_of_the_list_does_not_matter_and_faults_are_named():
    scheme = {"thirds": ((2, 3), (1, 3), (0, 3))}
    one = candidates(pd.Series([90, 60, 50]), 10, scheme)
    pd.testing.assert_frame_equal(one, candidates(pd.Series([50, 90, 60]), 10, scheme))
    with pytest.raises(ImportanceError, match="thirds has 9 cards"):
        candidates(PUBLISHED, 10, scheme)
    with pytest.raises(ImportanceError, match="people is 0"):
        candidates(PUBLISHED, 0, scheme)
