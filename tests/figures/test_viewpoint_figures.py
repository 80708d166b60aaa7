"""Figures of viewpoints: what sets them apart, who stands near them, whether they recur."""

import numpy as np
import pandas as pd
import pytest
from figure_samples import MARKUP, cards, factors, look, shown, words

from cxlib import figures
from cxlib.figures import Look, lint

NL, EN = Look("nl"), Look("en")


def by_group(count: int, k: int, seed: int = 1) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([[f"g{i}" for i in range(count)], factors([0], k).columns])
    mean = np.random.default_rng(seed).uniform(-0.5, 0.9, len(index))
    frame = pd.DataFrame({"n": 12.0, "mean": mean}, index=index.set_names(["group", "factor"]))
    return frame.assign(low=frame["mean"] - 0.2, high=frame["mean"] + 0.2)


def matched(*sizes: float) -> pd.DataFrame:
    names = [f"f{i}" for i in range(1, len(sizes) + 1)]
    frame = pd.DataFrame({"first": names, "second": names[::-1], "congruence": sizes})
    frame["recurs"] = np.where(frame["congruence"].abs() > 0.85, "yes", "no")
    return frame.assign(low=frame["congruence"] - 0.2, high=frame["congruence"].abs().clip(0.3, 1))


def composite(deck: pd.DataFrame, **marks: pd.Series) -> figures.Figure:
    values = pd.Series(range(len(deck)), deck.index) % 5 - 2
    return figures.viewpoint_sort(
        values.to_frame("f1"), deck, look=NL, origin="collected", name="Rust", **marks
    )


def test_the_board_says_what_its_ends_are() -> None:
    arrays = pd.DataFrame({"f1": [1, 0, -1]}, index=["c01", "c02", "c03"])
    for ends, words_at in ((None, EN.board), (("disagree", "agree"), ("disagree", "agree"))):
        to = Look("en", ends=ends)
        figure = figures.viewpoint_sort(arrays, cards(3), look=to, origin="collected")
        low, high = words_at
        assert {f"← {low}", f"{high} →"} <= {*shown(figure)}
    assert EN.board == ("least important", "most important")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("count", "k"), [(1, 1), (3, 3), (9, 8)])
def test_groups_are_well_set(count: int, k: int, language: str) -> None:
    names = words(k, nasty=True)
    texts = dict(zip((f"g{i}" for i in range(count)), words(count, nasty=True), strict=True))
    groups = by_group(count, k).rename(index=texts, level="group")
    figure = figures.viewpoint_groups(groups, look=look(language), origin="simulated", names=names)
    assert lint(figure) == []
    assert any(text.startswith(MARKUP) for text in figure.texts)


def test_title_names_the_viewpoint_in_which_groups_differ() -> None:
    frame, names = by_group(3, 2), ["Quiet", "Costs"]
    options = {"look": EN, "origin": "collected", "names": names}
    figure = figures.viewpoint_groups(frame, divided=["f1"], **options)
    assert figure.caption.title == "The 3 groups demonstrably differ in ‘Quiet’"
    quiet, costs = (EN.number(value, 2) for value in frame.loc["g0", "mean"])
    assert f"Quiet: {quiet}; Costs: {costs}" in shown(figure)  # what is read out for its dots
    none = figures.viewpoint_groups(frame, divided=[], **options).caption.title
    assert none == "The 3 groups demonstrably differ in none of the viewpoints"


def test_groups_that_are_too_small_are_counted_but_not_shown() -> None:
    frame = by_group(3, 2)
    frame.loc["g1"] = np.nan
    figure = figures.viewpoint_groups(frame, look=NL, origin="collected")
    assert not any("g1" in text for text in shown(figure))
    assert "Niet getoond: 1 groep, te klein." in figure.caption.source
    with pytest.raises(ValueError, match="every group is too small"):
        figures.viewpoint_groups(frame * np.nan, look=NL, origin="collected")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("sizes", [(0.2,), (0.97, 0.9, -0.91), (0.99, 0.8, 0.5, 0.4, 0.2, 0.1, 0)])
def test_congruence_is_well_set(sizes: tuple[float, ...], language: str) -> None:
    names = words(len(sizes), nasty=True)
    figure = figures.viewpoint_congruence(
        matched(*sizes), look=look(language), origin="simulated", groups=["huurders", MARKUP],
        names=names, other_names=names[:2],
    )  # fmt: skip
    assert lint(figure) == []


@pytest.mark.parametrize(
    ("recurs", "title"),
    [
        ("yes yes", "Every viewpoint of tenants demonstrably returns in those of staff"),
        ("yes no", "1 of the 2 viewpoints of tenants demonstrably returns in those of staff"),
        (
            "no unsure",
            "Whether viewpoints of tenants return in those of staff can't be told for sure",
        ),
        ("no no", "Of the viewpoints of tenants (2) none returns in those of staff"),
    ],
)
def test_congruence_counts_what_surely_returns(recurs: str, title: str) -> None:
    figure = figures.viewpoint_congruence(
        matched(0.97, 0.6).assign(recurs=recurs.split()),
        look=EN,
        origin="collected",
        groups=["tenants", "staff"],
    )
    assert figure.caption.title == title
    assert any("iewpoint 1 – staff: viewpoint" in text for text in figure.texts)


def test_distinguishing_and_consensus_cards_bear_different_signs() -> None:
    deck = cards(10)
    apart = pd.Series("", deck.index)
    apart.iloc[2] = "**"
    labels = pd.Series("", deck.index)
    labels.iloc[[4, 5]] = "consensus"
    figure = composite(deck, distinguishing=apart, contrasts=labels)
    signs = shown(figure)
    assert (signs.count("◆"), signs.count("≈")) == (2, 3)  # one of each is in the key
    assert lint(figure) == []


def test_cards_without_room_for_their_text_bear_a_short_id_or_a_number() -> None:
    deck = cards(77, nasty=True)
    assert "c77" in shown(composite(deck))
    long = deck.set_axis([f"a_rather_long_id_{i}" for i in range(77)])
    labels = pd.Series("consensus", long.index)
    figure = composite(long, contrasts=labels)
    assert "77" in shown(figure) and not any("rather" in text for text in shown(figure))
    assert lint(figure) == []
