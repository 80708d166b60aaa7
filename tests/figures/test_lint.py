"""The lint finds each fault, and none where there is none."""

from collections.abc import Callable

import pytest

from cxlib.figures import Canvas, Look, fit, lint


def sheet(**changes: str) -> Canvas:
    words = {"title": "Een vondst", "subtitle": "Een maat", "alt": "Een lijn.", **changes}
    canvas = Canvas(Look("nl"), origin="collected", body=40, **words)
    canvas.line([0, 118], [20, 20])
    return canvas


def far_right(canvas: Canvas) -> None:
    canvas.text(110, 5, "te ver naar rechts")


def below_the_sheet(canvas: Canvas) -> None:
    canvas.text(5, 60, "eronder")


def twice(canvas: Canvas) -> None:
    canvas.text(10, 10, "bovenop")
    canvas.text(12, 10.5, "elkaar")


def tiny(canvas: Canvas) -> None:
    canvas.text(10, 10, "klein", 5.5)


def beneath(canvas: Canvas) -> None:
    canvas.text(10, 10, "verborgen")
    canvas.box(5, 5, 30, 10, fill="#1B3A5C", zorder=8)


def beneath_a_later_shape(canvas: Canvas) -> None:
    canvas.text(10, 10, "verborgen").set_zorder(2)
    canvas.shape([(5, 5), (35, 5), (35, 15), (5, 15)], fill="#FFFFFF", zorder=2)


def faint(canvas: Canvas) -> None:
    canvas.box(5, 5, 30, 10, fill="#2A9D8F")
    canvas.text(10, 10, "wit op groen", color="#FFFFFF")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (far_right, "text outside the figure: “te ver naar rechts”"),
        (below_the_sheet, "text outside the figure: “eronder”"),
        (twice, "text over text: “bovenop” and “elkaar”"),
        (tiny, "text of 5.5 pt, below 6: “klein”"),
        (beneath, "text beneath a shape: “verborgen”"),
        (beneath_a_later_shape, "text beneath a shape: “verborgen”"),
        (faint, "text too faint on #2a9d8f: “wit op groen”"),
    ],
)
def test_each_fault_is_found(spoil: Callable[[Canvas], None], fault: str) -> None:
    canvas = sheet()
    spoil(canvas)
    assert lint(canvas.figure) == [fault]


@pytest.mark.parametrize(("part", "fault"), [("title", "no title"), ("alt", "no alternative text")])
def test_missing_words_are_found(part: str, fault: str) -> None:
    assert lint(sheet(**{part: " "}).figure) == [fault]


def test_empty_figure_is_found() -> None:
    words = {"title": "Niets", "subtitle": "", "alt": "Niets."}
    assert lint(Canvas(Look("nl"), origin="collected", body=20, **words).figure) == ["empty figure"]


def test_text_on_its_own_ground_is_no_fault() -> None:
    canvas = sheet()
    canvas.box(5, 5, 40, 12, fill=canvas.brand.primary, radius=1)
    canvas.write(25, 11, fit("Dit staat er goed", 36, 10), color="#FFFFFF", ha="center")
    canvas.box(60, 5, 40, 12, edge=canvas.brand.ink, zorder=9)  # a frame hides nothing
    canvas.text(62, 10, "in een kader")
    canvas.text(5, 30, "naast")
    canvas.text(20, 30, "elkaar")
    assert lint(canvas.figure) == []


def test_text_beside_a_round_shape_is_not_hidden_by_its_box() -> None:
    canvas = sheet()
    canvas.shape([(60, 0), (110, 38), (60, 38)], fill="#1B3A5C", zorder=8)
    canvas.text(95, 8, "ernaast")
    assert lint(canvas.figure) == []
