"""Quotes: only where everybody agreed, a few a theme, whatever the order of the rows."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cxlib.importance import quotable, quotes

ROWS = st.tuples(
    st.sampled_from("pqrs"),
    st.sampled_from(["rent", "noise", "rare", None]),
    st.sampled_from(["One", "one", "Two", "Three", "Four", None]),
    st.booleans(),
)
FRAMES = st.lists(ROWS, max_size=25).map(
    lambda rows: pd.DataFrame(rows, columns=["participant", "code", "text", "consent"]).astype(
        {"participant": "str", "code": "str", "text": "str", "consent": bool}
    )
)
SHOWN = ["noise", "rent"]


@given(FRAMES)
def test_no_words_are_quotable_that_somebody_refused_or_of_a_hidden_theme(frame):
    free = quotable(frame, SHOWN)
    for text in free["text"]:
        same = frame[frame["text"].str.casefold() == text.casefold()]
        assert same["consent"].all()
        assert same["code"].isin(SHOWN).all()


@given(FRAMES, st.integers(1, 3))
def test_a_few_a_theme_and_nobody_twice(frame, each):
    found = quotes(frame, SHOWN, each=each, seed=3)
    assert found["text"].is_unique
    assert found["code"].value_counts().max() <= each if len(found) else True
    assert len(found) <= frame["participant"].nunique()
    assert found["code"].map(SHOWN.index).is_monotonic_increasing
    free = quotable(frame, SHOWN)
    assert len(found.merge(free.drop_duplicates(["code", "text"]))) == len(found)


@given(FRAMES, st.randoms())
def test_the_order_of_the_rows_does_not_matter(frame, random):
    order = list(frame.index)
    random.shuffle(order)
    expected = quotes(frame, SHOWN, seed=5)
    pd.testing.assert_frame_equal(quotes(frame.loc[order], SHOWN, seed=5), expected)


def test_a_theme_is_quoted_where_somebody_can_be():
    frame = pd.DataFrame(
        {"participant": [*"ppq"], "code": ["rent", "noise", "rent"], "text": [*"ABC"],
         "consent": True}
    )  # fmt: skip
    assert quotes(frame, SHOWN, each=1)["code"].tolist() == SHOWN
