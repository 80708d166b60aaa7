"""Titles say what the numbers say, and no more; words agree with their counts."""

from typing import Any

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
    moved,
    peers,
    profile,
    scores,
    sector,
    shown,
    steady,
)

from cxlib import figures
from cxlib.report import Course, Lead

NL, EN = look("nl"), look("en")


def table(**columns: list) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=[f"c{i + 1:02d}" for i in range(length)])


def top(frame: pd.DataFrame, to: figures.Look = NL, **options: Any) -> figures.Caption:
    deck = cards(max(len(frame), 3))
    return figures.top_cards(frame, deck, look=to, origin="published", **options).caption


def test_top_cards_without_intervals_reports_the_scores() -> None:
    caption = top(table(score=[92, 90, 82]), n=1)
    assert caption.title == "‘Kort kaartje 1’ scoort het hoogst (92), daarna ‘Kort kaartje 2’ (90)"
    assert caption.subtitle == "Belangrijkheid van 0 tot 100, 3 kaartjes; 1 sortering"
    assert "interval" not in caption.subtitle


def test_top_cards_share_the_rank_of_equal_scores() -> None:
    frame = table(score=[56, 70, 56, 53])
    body = figures.top_cards(frame, cards(4), look=EN, origin="published").body
    told = [(rank["text"], card["text"]) for rank, card, _ in (r["cells"] for r in body["rows"])]
    names = [f"Kort kaartje {i}" for i in (2, 1, 3, 4)]
    assert told == list(zip("1224", names, strict=True))


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (["c01"], "‘Kort kaartje 1’ scores highest"),
        (["c01", "c02"], "‘Kort kaartje 1’ or ‘Kort kaartje 2’ scores highest"),
        (
            ["c01", "c02", "c03", "c04"],
            "Which card scores highest is not certain: 4 may come first",
        ),
        ([], "Which card scores highest is not certain"),
    ],
)
def test_top_cards_name_all_that_may_come_first(first: list, title: str) -> None:
    frame = table(score=[92.0, 90, 82, 80], low=[88.0, 86, 78, 76], high=[95.0, 94, 86, 84])
    assert top(frame, EN, first=first).title == title


def test_composite_sort_names_who_may_be_first_only_where_they_lie_on_top() -> None:
    deck = cards(4)
    for first, title in (
        (["c01", "c02"], "At the top: ‘Kort kaartje 1’ and ‘Kort kaartje 2’"),
        (["c01", "c02", "c03"], "The cards in order of their score"),
    ):
        options = {"look": EN, "origin": "collected", "first": first}
        figure = figures.composite_sort(scores(deck), deck, {-1: 1, 0: 1, 1: 2}, **options)
        assert figure.caption.title == title


def test_top_cards_shows_twelve_of_many() -> None:
    deck = cards(77)
    figure = figures.top_cards(scores(deck), deck, look=EN, origin="collected", n=40)
    assert figure.caption.subtitle.startswith(
        "Importance from 0 to 100, the highest 12 of 77 cards; 40 sorts"
    )
    assert len(figure.body["rows"]) == 12


def test_composite_sort_needs_a_grid_of_the_right_size() -> None:
    deck = cards(9)
    with pytest.raises(ValueError, match="the grid has 3 places for 9 scored cards"):
        figures.composite_sort(scores(deck), deck, {-1: 1, 0: 1, 1: 1}, look=NL, origin="collected")


def test_composite_sort_deals_out_by_score() -> None:
    deck = cards(3)
    figure = figures.composite_sort(
        scores(deck), deck, {-1: 1, 0: 1, 1: 1}, look=NL, origin="collected"
    )
    dealt = {c["head"]: [card["text"] for card in c["cards"]] for c in figure.body["columns"]}
    order = {"−1": ["Kort kaartje 3"], "0": ["Kort kaartje 2"], "+1": ["Kort kaartje 1"]}
    assert dealt == order


@pytest.mark.parametrize(
    ("real", "title"),
    [
        (0, "No card is shown to be misjudged by employees"),
        (1, "Employees misjudge 1 of 4 cards: ‘Kort kaartje 1’"),
        (2, "Employees misjudge 2 of 4 cards: ‘Kort kaartje 1’ and ‘Kort kaartje 2’"),
    ],
)
def test_slope_counts_real_gaps_only(real: int, title: str) -> None:
    deck = cards(4)
    frame = gaps(deck).assign(gap=[-40.0, 30, -20, 10], real=[i < real for i in range(4)])
    figure = figures.staff_and_tenants(frame, deck, look=EN, origin="simulated")
    assert figure.caption.title == title
    assert len([line for line in figure.body["slopes"] if line["width"] > 1]) == real


def test_slope_of_many_cards_keeps_all_real_gaps() -> None:
    deck = cards(77)
    frame = gaps(deck).assign(real=[i > 71 for i in range(77)])
    figure = figures.staff_and_tenants(frame, deck, look=NL, origin="simulated")
    assert len([line for line in figure.body["slopes"] if line["width"] > 1]) == 5
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


def test_percentages_that_sum_to_101_are_said_to_be_rounded() -> None:
    shares = pd.DataFrame({"fail": [0.335], "middle": [0.268], "top": [0.397], "n": [90]})
    for shift, said in ((0.0, True), (0.005, False)):
        frame = shares.assign(fail=shares["fail"] - shift)
        figure = figures.eight_plus(frame, {}, look=EN, origin="simulated")
        assert ("Percentages are rounded." in figure.caption.source) == said


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
        figure = figures.eight_plus(frame, labels, **options, ends=["complaint", "moving"])
        assert figure.caption.title == title
    unsure = figures.eight_plus(frame, labels, look=EN, origin="simulated").caption
    assert "(" not in unsure.title
    assert {"1,234", "42%", "48%", "10%"} <= set(shown(figure))
    alone = figures.eight_plus(frame.tail(1), labels, look=NL, origin="simulated", top=9)
    assert alone.caption.title == "20% geeft een 9 of hoger"


@pytest.mark.parametrize(
    ("lead", "title"),
    [
        (Lead((*"abcd",)), "‘a’ weegt het zwaarst in de tevredenheid, vooral als het misgaat"),
        (Lead((*"abcd",), ("c",)), "‘a’ of ‘c’ weegt het zwaarst in de tevredenheid"),
        (Lead((*"abcd",), (*"bcd",)), "Welke van vier waarden het zwaarst weegt"),
        (Lead(("a",)), "Hoe ‘a’ weegt in de tevredenheid"),
        (Lead(()), "De antwoorden zeggen niet wat er weegt"),
    ],
)
def test_drivers_are_titled_as_decided(lead: Lead, title: str) -> None:
    options = {"look": NL, "origin": "simulated", "lead": lead}
    figure = figures.drivers(
        importance([*"abcd"]), contrasts([*"abcd"]), {}, **options, r2=0.53, n=1
    )
    assert figure.caption.title.startswith(title)
    assert "samen 53%" in figure.caption.subtitle
    assert "1 volledig antwoord;" in figure.caption.subtitle
    assert "d 2% (−0,6, +0,3)" in figure.caption.alt


def test_a_kind_that_does_not_hold_has_a_dash_and_a_wrong_sign_its_name() -> None:
    kinds = ["undecided", "wrong sign", "basic", "too few"]
    frame = contrasts([*"abcd"]).assign(kind=kinds)
    options = {"look": EN, "origin": "simulated", "lead": Lead((*"abcd",))}
    figure = figures.drivers(importance([*"abcd"]), frame, {}, **options)
    assert {"wrong sign", "basic", "too few"} <= set(shown(figure))
    assert "goes wrong" not in figure.caption.title
    assert "A dash: kind not certain." in figure.caption.source
    assert "Wrong sign: estimated the other way round." in figure.caption.source


@pytest.mark.parametrize(
    ("fails", "tops", "title"),
    [
        (Lead(("v0", "v1")), Lead(("v1", "v0")), "Lifting fails helps most on ‘v0’, raising"),
        (Lead(("v0", "v1"), ("v1",)), Lead(()), "Lifting fails helps most on ‘v0’ or ‘v1’"),
        (*[Lead(("v0", "v1"))] * 2, "Lifting fails and raising passes help most on ‘v0’"),
        (Lead(("v0", "v1", "v2"), ("v1", "v2")), Lead(()), "The answers do not tell which value"),
    ],
)
def test_scenarios_are_titled_as_decided(fails: Lead, tops: Lead, title: str) -> None:
    frame, _ = moved(["v0", "v1", "v2"], False)
    leads = {"fail": fails, "top": tops}
    drawn = figures.scenarios(frame, leads, {}, look=EN, origin="simulated")
    assert drawn.caption.title.startswith(title)
    alone = figures.scenarios(
        frame.loc[["v0"]],
        dict.fromkeys(leads, Lead(("v0",))),
        {},
        look=NL,
        origin="simulated",
    )
    assert alone.caption.title == "Als ‘v0’ een beter cijfer krijgt"


@pytest.mark.parametrize(
    ("side", "against", "target", "ending"),
    [
        (1, "base", -1, "demonstrably higher than in the base period; target of 50% not met"),
        (1, "change", None, "demonstrably higher than on average since the change"),
        (-1, "mean", None, "demonstrably lower than on average"),
        (
            0,
            "base",
            0,
            "not demonstrably other than in the base period; target of 50% within margin",
        ),
        (0, "", 0, "too brief to rule out chance; target of 50% within margin"),
    ],
)
def test_control_chart_says_what_was_decided(
    side: int, against: str, target: int | None, ending: str
) -> None:
    points = chart([0.4] * 7 + [0.47], QUARTERS, 1)
    found = Course("2020-Q4", 0.47, side, against, target)
    figure = figures.control_chart(
        points, found, look=EN, origin="simulated", name="Eights", base=QUARTERS[:4], target=0.5
    )
    assert figure.caption.title == f"Eights: 47% in Q4 2020, {ending}"
    assert figure.caption.alt.count("(signal)") == 1


def test_control_chart_explains_a_gap() -> None:
    for values, said in (([0.4] * 8, False), ([0.4, np.nan, *[0.4] * 6], True)):
        points = chart(values, QUARTERS, 1)
        options = {"look": EN, "origin": "simulated", "name": "Eights"}
        figure = figures.control_chart(points, Course("2020-Q4", 0.4, 0, "mean"), **options)
        assert ("A gap: not shown" in figure.caption.source) == said


def test_control_chart_in_grades_and_dutch_quarters() -> None:
    points = chart([7.04] * 8, QUARTERS).assign(centre=7.04, low=6.8, high=7.3)
    figure = figures.control_chart(
        points, steady(points), look=NL, origin="collected", name="Cijfer", unit="grade"
    )
    title = "Cijfer: 7,0 in K4 2020, niet aantoonbaar anders dan in de basisperiode"
    assert figure.caption.title == title
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
    figure = figures.loadings(frame, frame > 0.5, look=EN, origin="collected")
    assert "Not shown: 114 sorts." in figure.caption.source
    dark = [[cell["weight"] == 700 for cell in line["cells"][1:]] for line in figure.body["rows"]]
    assert np.array(dark).any(axis=0).all()


def test_zscores_count_what_surely_differs() -> None:
    deck = cards(4)
    z = pd.DataFrame({"f1": [0.1, 2, 0, 0], "f2": [0, -2, 0.5, 0]}, index=deck.index)
    sure = pd.Series([True, True, False, False], index=deck.index)
    figure = figures.viewpoint_zscores(z, deck, look=EN, origin="collected", differs=sure)
    title = "The viewpoints demonstrably differ on 2 of the 4 cards, such as ‘Kort kaartje 2’"
    assert figure.caption.title == title
    figure = figures.viewpoint_zscores(z, deck, look=EN, origin="collected", differs=~(sure | True))
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


def test_scree_says_that_an_advice_is_borderline() -> None:
    curve = pd.DataFrame({"eigenvalue": [5.0, 3, 2]}, index=range(1, 4))
    criteria = pd.DataFrame({"n_factors": [2, 3]}, index=["c1", "c2"])
    options = {"look": EN, "origin": "collected", "chosen": 2, "possible": (2, 3)}
    title = figures.scree(curve, criteria, **options).caption.title
    assert title == "We keep 2 viewpoints; the advice is borderline, between 2 and 3"


def test_benchmark_compares_the_letters_of_first_and_last_year() -> None:
    grades, positions = peers()
    caption = figures.benchmark(grades, positions, look=NL, origin="simulated").caption
    assert caption.title == "Haag Wonen krijgt een B in 2020, tegen een C in 2019"
    assert caption.subtitle.startswith("Rapportcijfers van 21 corporaties in 2020")
    same = positions.assign(letter="A")
    caption = figures.benchmark(grades, same, look=EN, origin="simulated").caption
    assert caption.title == "Haag Wonen gets an A in 2020, as in 2019"


def test_benchmark_without_limits_gives_a_rank_and_says_how_sure_it_is() -> None:
    grades, positions = peers()
    none = positions.assign(letter="")
    caption = figures.benchmark(grades, none, look=NL, origin="simulated").caption
    assert caption.title == "Haag Wonen staat in 2020 op plaats 9 van 21"
    assert "letter" not in caption.subtitle and "Plaats zonder interval" in caption.source
    sure = none.assign(rank_low=7, rank_high=12)
    caption = figures.benchmark(grades, sure, look=EN, origin="simulated").caption
    assert caption.title == "Haag Wonen ranks 9 (7 to 12) out of 21 in 2020"
    assert "without interval" not in caption.source
    first = none.copy()
    first.loc[2020, "letter"] = "B"
    limits = [(2020, 7.9, 7.2), (2021, 8.0, 7.3)]
    caption = figures.benchmark(grades, first, look=EN, origin="simulated", limits=limits).caption
    assert caption.title == "Haag Wonen gets a B in 2020"
    assert "Class limits of 2020: A from 7.9, B from 7.2." in caption.source


def test_landlords_are_placed_as_far_as_intervals_tell() -> None:
    shares, table = sector(few=False)
    options = {"look": EN, "origin": "published", "own": "own"}
    title = figures.among_peers(shares, table, {}, **options).caption.title
    assert title.endswith("more than at 30 to 50% of the other landlords")
    bare = table.assign(below_low=np.nan, below_high=np.nan)
    assert "more than" not in figures.among_peers(shares, bare, {}, **options).caption.title


@pytest.mark.parametrize(
    ("lead", "title"),
    [
        (Lead(("a", "b")), "Between landlords, satisfaction goes most with ‘a’"),
        (Lead(("a", "b"), ("b",)), "Between landlords, one of these tells most: ‘a’ and ‘b’"),
        (Lead(("a",)), "Between landlords, satisfaction goes with ‘a’"),
        (
            Lead((*"abcde",), (*"bcd",)),
            "Which rating tells most between landlords can't be told",
        ),
        (Lead(()), "Too few landlords to compare"),
    ],
)
def test_what_goes_most_with_satisfaction_is_not_read_from_the_picture(
    lead: Lead, title: str
) -> None:
    shares = importance(list("abcde"))
    figure = figures.between_landlords(
        shares, shares, {}, lead, look=EN, origin="published", r2=0.9, n=300
    )
    assert figure.caption.title == title


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
    figure = figures.participation(frame, look=EN, origin="published")
    assert figure.caption.title == "Two groups took part, in two kinds of meetings"
    assert {"Focus groups", "Tenants", "3 meetings, 32 participants", "took part"} <= set(
        shown(figure)
    )
    assert figure.caption.source.endswith("Published figures.")


def test_priorities_name_six_cards_and_list_the_rest() -> None:
    deck = cards(20)
    frame = matrix(deck).assign(quadrant=["improve"] * 3 + ["keep"] * 5 + ["later"] * 12)
    body = figures.priorities(frame, deck, look=EN, origin="simulated").body
    written = {part["text"] for part in body["parts"] if part["kind"] == "text"}
    listed = {part["head"]: part["text"].split("; ") for part in body["list"]}
    assert len(listed["Later"]) == frame["performance"].tail(12).count() > 10
    assert len(listed["Keep up"]) == 2
    assert "Improve first" not in listed and "Kort kaartje 1" in written
