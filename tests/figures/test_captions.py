"""Titles say what the numbers say, and no more; words agree with their counts."""

import numpy as np
import pandas as pd
import pytest
from figure_samples import (
    QUARTERS,
    bands,
    cards,
    chart,
    contrasts,
    factors,
    gaps,
    importance,
    look,
    matrix,
    peers,
    profile,
    scores,
    shown,
)

from cxlib import figures
from cxlib.report import Lead

NL, EN = look("nl"), look("en")


def table(**columns: list) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=[f"c{i + 1:02d}" for i in range(length)])


def top(frame: pd.DataFrame, to: figures.Look = NL, **options: int) -> figures.Caption:
    deck = cards(max(len(frame), 3))
    return figures.top_cards(frame, deck, look=to, origin="published", **options).caption


def test_top_cards_without_intervals_reports_the_scores() -> None:
    caption = top(table(score=[92, 90, 82]), n=1)
    assert caption.title == "‘Kort kaartje 1’ scoort het hoogst (92), daarna ‘Kort kaartje 2’ (90)"
    assert caption.subtitle == "Belangrijkheid van 0 tot 100, 3 kaartjes; 1 sortering"
    assert "interval" not in caption.subtitle


def test_top_cards_share_the_rank_of_equal_scores() -> None:
    alt = top(table(score=[56, 70, 56, 53]), EN).alt
    assert "1 Kort kaartje 2 70; 2 Kort kaartje 1 56; 2 Kort kaartje 3 56; 4 " in alt


@pytest.mark.parametrize(
    ("rank_low", "title"),
    [
        ([1, 2, 3], "‘Kort kaartje 1’ matters most"),
        ([1, 1, 3], "‘Kort kaartje 1’ and ‘Kort kaartje 2’ matter most"),
        ([1, 1, 1], "‘Kort kaartje 1’ scores highest, but 2 others could come first as well"),
    ],
)
def test_top_cards_claim_no_more_than_the_rank_interval(rank_low: list, title: str) -> None:
    frame = table(score=[92.0, 90, 82], low=[88.0, 86, 78], high=[95.0, 94, 86], rank_low=rank_low)
    assert top(frame, EN).title == title


def test_top_cards_shows_twelve_of_many() -> None:
    deck = cards(77)
    caption = figures.top_cards(scores(deck), deck, look=EN, origin="collected", n=40).caption
    assert caption.subtitle.startswith(
        "Importance from 0 to 100, the highest 12 of 77 cards; 40 sorts"
    )
    assert caption.alt.count(";") == 11


def test_composite_sort_needs_a_grid_of_the_right_size() -> None:
    deck = cards(9)
    with pytest.raises(ValueError, match="the grid has 3 places for 9 scored cards"):
        figures.composite_sort(scores(deck), deck, {-1: 1, 0: 1, 1: 1}, look=NL, origin="collected")


def test_composite_sort_deals_out_by_score() -> None:
    deck = cards(3)
    figure = figures.composite_sort(
        scores(deck), deck, {-1: 1, 0: 1, 1: 1}, look=NL, origin="collected"
    )
    order = "+1: Kort kaartje 1; 0: Kort kaartje 2; −1: Kort kaartje 3."
    assert figure.caption.alt.endswith(order)


@pytest.mark.parametrize(
    ("real", "title"),
    [
        (0, "No card is shown to be misjudged by employees"),
        (1, "Employees misjudge 1 of the 4 cards: ‘Kort kaartje 1’"),
        (2, "Employees misjudge 2 of the 4 cards, ‘Kort kaartje 1’ most"),
    ],
)
def test_slope_counts_real_gaps_only(real: int, title: str) -> None:
    deck = cards(4)
    frame = gaps(deck).assign(gap=[-40.0, 30, -20, 10], real=[i < real for i in range(4)])
    figure = figures.staff_and_tenants(frame, deck, look=EN, origin="simulated")
    assert figure.caption.title == title
    assert figure.caption.alt.count("real difference") == real


def test_slope_of_many_cards_keeps_all_real_gaps() -> None:
    deck = cards(77)
    frame = gaps(deck).assign(real=[i > 71 for i in range(77)])
    figure = figures.staff_and_tenants(frame, deck, look=NL, origin="simulated")
    assert figure.caption.alt.count("(echt verschil)") == 5
    assert "Niet getoond: 45 kaartjes." in figure.caption.source


def test_priorities_name_what_to_improve_and_what_is_suppressed() -> None:
    deck = cards(4)
    frame = matrix(deck).assign(quadrant=["improve", "keep", "border", "suppressed"])
    caption = figures.priorities(frame, deck, look=EN, origin="simulated").caption
    assert caption.title == "Improve first: ‘Kort kaartje 1’"
    assert "Too few grades for ‘Kort kaartje 4’." in caption.source
    assert "On the border: Kort kaartje 3" in caption.alt and "Kort kaartje 4" not in caption.alt
    frame["quadrant"] = "border"
    title = figures.priorities(frame, deck, look=EN, origin="simulated").caption.title
    assert title == "No card is both important and demonstrably below the line"


@pytest.mark.parametrize(
    ("tied", "title"),
    [
        ((), "‘c’ krijgt het laagste cijfer: 6,0"),
        (("b",), "‘c’ of ‘b’ krijgt het laagste cijfer"),
        (("b", "a"), "Tussen de klantwaarden is geen duidelijk verschil in cijfer"),
    ],
)
def test_value_profile_names_the_lowest_as_far_as_was_decided(tied: tuple, title: str) -> None:
    frame = pd.DataFrame({"estimate": [7.4, 6.5, 6.0], "n": 900}, index=[*"abc"])
    frame["low"], frame["high"] = frame["estimate"] - 0.1, frame["estimate"] + 0.1
    lowest = Lead(("c", "b", "a"), tied)
    figure = figures.value_profile(frame, {}, lowest=lowest, look=NL, origin="simulated")
    assert figure.caption.title == title


def test_suppressed_rows_are_dashes_with_a_note() -> None:
    values = profile([*"ab"])
    values.loc["b", ["estimate", "low", "high", "n"]] = np.nan
    caption = figures.value_profile(
        values, {}, lowest=Lead(("a",)), look=EN, origin="simulated"
    ).caption
    assert "A dash: too few answers." in caption.source and "b –" in caption.alt
    shares = bands([*"abc"])
    shares.loc["b"] = np.nan
    figure = figures.eight_plus(shares, {}, look=EN, origin="simulated")
    assert "A dash: too few answers." in figure.caption.source
    assert shown(figure).count("–") == 2  # share and n


def test_eight_plus_reports_total_and_ends() -> None:
    frame = pd.DataFrame(
        {"fail": 0.1, "middle": [0.48, 0.3, 0.7], "top": [0.42, 0.6, 0.2], "n": 1234},
        index=["all", "moving", "complaint"],
    )
    labels = {"moving": {"nl": "Verhuizing", "en": "Moving"}}
    for total, title in (
        ("all", "42% give an 8 or higher; from 20% (‘complaint’) to 60% (‘Moving’)"),
        (None, "From 20% (‘complaint’) to 60% (‘Moving’) give an 8 or higher"),
    ):
        options = {"look": EN, "origin": "simulated", "total": total}
        figure = figures.eight_plus(frame, labels, **options, apart=True)
        assert figure.caption.title == title
    unsure = figures.eight_plus(frame, labels, look=EN, origin="simulated").caption
    assert "(" not in unsure.title
    assert {"1,234", "42%", "48%", "10%"} <= set(shown(figure))
    alone = figures.eight_plus(frame.tail(1), labels, look=NL, origin="simulated", top=9)
    assert alone.caption.title == "20% geeft een 9 of hoger"


def test_drivers_name_those_that_cannot_be_told_apart() -> None:
    shares, effects = importance([*"abcd"]), contrasts([*"abcd"])
    figure = figures.drivers(shares, effects, {}, look=NL, origin="simulated", r2=0.53, n=1)
    title = "‘a’ weegt het zwaarst in de tevredenheid, vooral als het misgaat"
    assert figure.caption.title == title
    assert "samen 53%" in figure.caption.subtitle and "1 huurder;" in figure.caption.subtitle
    wide = shares.assign(low=shares["share"] * 0.6, high=shares["share"] * 1.4)
    figure = figures.drivers(wide, effects, {}, look=NL, origin="simulated")
    assert figure.caption.title == "‘a’ en ‘b’ wegen het zwaarst in de tevredenheid"
    assert "d 2% (−0,6, +0,3)" in figure.caption.alt


@pytest.mark.parametrize(
    ("last", "signals", "ending"),
    [
        (0.47, 1, "47%, demonstrably higher than in the base period; target of 50% not met"),
        (0.52, 1, "52%, demonstrably higher than in the base period; target of 50% met"),
        (0.33, 1, "33%, demonstrably lower than in the base period; target of 50% not met"),
        (0.44, 0, "44%, no demonstrable change; target of 50% not met"),
    ],
)
def test_control_chart_tells_chance_from_change(last: float, signals: int, ending: str) -> None:
    points = chart([0.4] * 7 + [last], QUARTERS, signals)
    figure = figures.control_chart(
        points, look=EN, origin="simulated", name="Eights", base=QUARTERS[:4], target=0.5
    )
    assert figure.caption.title == f"Eights: {ending}"
    assert figure.caption.alt.count("(signal)") == signals


def test_control_chart_in_grades_and_dutch_quarters() -> None:
    points = chart([7.04] * 8, QUARTERS).assign(centre=7.04, low=6.8, high=7.3)
    figure = figures.control_chart(points, look=NL, origin="collected", name="Cijfer", unit="grade")
    assert figure.caption.title == "Cijfer: 7,0, niet aantoonbaar anders dan voorheen"
    assert {"K1", "2019", "2020"} <= set(shown(figure))


def test_loadings_count_the_sorts_that_define_one_viewpoint() -> None:
    frame = factors(["T1", "T2", "T3"], 2)
    flags = frame > 0.5
    flags.loc["T3"] = False
    figure = figures.loadings(frame, flags, look=NL, origin="collected")
    assert figure.caption.title == "2 van de 3 sorteringen bepalen één van de 2 gezichtspunten"
    flags.loc["T2"] = False
    figure = figures.loadings(frame, flags, look=EN, origin="collected", names=["Quiet", "Cost"])
    assert figure.caption.title == "1 of the 3 sorts defines one of the 2 viewpoints"


def test_loadings_of_very_many_sorts_leave_no_viewpoint_out() -> None:
    frame = factors([f"S{i}" for i in range(150)], 8)
    caption = figures.loadings(frame, frame > 0.5, look=EN, origin="collected").caption
    assert "Not shown: 114 sorts." in caption.source
    assert ": none" not in caption.alt


def test_zscores_count_what_distinguishes() -> None:
    deck = cards(4)
    z = pd.DataFrame({"f1": [0.1, 2, 0, 0], "f2": [0, -2, 0.5, 0]}, index=deck.index)
    labels = pd.Series(["distinguishing", "distinguishing", "", "consensus"], index=deck.index)
    figure = figures.viewpoint_zscores(z, deck, look=EN, origin="collected", contrasts=labels)
    title = "The viewpoints differ on 2 of the 4 cards, most on ‘Kort kaartje 2’"
    assert figure.caption.title == title
    none = labels.replace("distinguishing", "")
    figure = figures.viewpoint_zscores(z, deck, look=EN, origin="collected", contrasts=none)
    assert figure.caption.title == "On none of the 4 cards do the viewpoints demonstrably differ"


@pytest.mark.parametrize(
    ("advice", "title"),
    [
        ([3, 3], "We keep 3 viewpoints, as every criterion advises"),
        ([3, 2], "We keep 3 viewpoints, as 1 of the 2 criteria advises"),
        ([3, 3, 2], "We keep 3 viewpoints, as 2 of the 3 criteria advise"),
        ([2, 4], "We keep 3 viewpoints"),
    ],
)
def test_scree_says_who_agrees(advice: list[int], title: str) -> None:
    curve = pd.DataFrame({"eigenvalue": [5.0, 3, 2, 1]}, index=range(1, 5))
    criteria = pd.DataFrame({"n_factors": advice}, index=[f"c{i}" for i in range(len(advice))])
    figure = figures.scree(curve, criteria, look=EN, origin="collected", chosen=3)
    assert figure.caption.title == title


def test_benchmark_compares_the_letters_of_first_and_last_year() -> None:
    grades, positions = peers()
    caption = figures.benchmark(grades, positions, look=NL, origin="simulated").caption
    assert caption.title == "Haag Wonen krijgt een B in 2020, tegen een C in 2019"
    assert caption.subtitle.startswith("Rapportcijfers van 21 corporaties in 2020")
    same = positions.assign(letter="A")
    caption = figures.benchmark(grades, same, look=EN, origin="simulated").caption
    assert caption.title == "Haag Wonen gets an A in 2020, as in 2019"


def test_participation_counts_groups_and_activities() -> None:
    frame = pd.DataFrame(
        {
            "activity": ["talks", "focus"],
            "label_en": ["Interviews", "Focus groups"],
            "phase": [2, 2],
            "group": ["board", "tenants"],
            "label_group_en": ["board", "tenants"],
            "sessions": [np.nan, 3],
            "participants": [np.nan, 32],
        }
    )
    caption = figures.participation(frame, look=EN, origin="published").caption
    assert caption.title == "Two groups took part, in two kinds of meetings"
    assert "Focus groups: tenants (3 meetings, 32 participants)" in caption.alt
    assert caption.source.endswith("Published figures.")
