"""The lint finds each fault, and none where there is none."""

from collections.abc import Callable
from typing import Any

import pytest

from cxlib.figures import Figure, Look, lint
from cxlib.figures import columns as col
from cxlib.figures.plane import Plane, Scale

LOOK = Look("nl")


def sheet(spoil: Callable[[Plane], None] = lambda plane: None, **changes: str) -> Figure:
    words = {"title": "Een vondst", "subtitle": "Een maat", **changes}
    plane = Plane(Scale(0, 100, 0, 118), Scale(0, 100, 40, 0), 40, LOOK.brand)
    plane.dot(50, 50, LOOK.brand.primary)
    spoil(plane)
    return Figure.of(LOOK, plane.body, origin="collected", **words)


def far_right(plane: Plane) -> None:
    plane.text(110, 5, "te ver naar rechts")


def above_the_sheet(plane: Plane) -> None:
    plane.text(5, -20, "erboven")


def twice(plane: Plane) -> None:
    plane.text(10, 10, "bovenop")
    plane.text(12, 10.5, "elkaar")


def tiny(plane: Plane) -> None:
    plane.text(10, 10, "klein", size=5.5)


def faint(plane: Plane) -> None:
    plane.box([0, 50], [50, 100], "#2A9D8F")
    plane.text(10, 10, "wit op groen", colour="#FFFFFF")


def off_its_ground(plane: Plane) -> None:
    plane.box([0, 20], [50, 100], "#1B3A5C")
    plane.text(2, 10, "wit op blauw en verder", colour="#FFFFFF")


def foreign(plane: Plane) -> None:
    plane.text(10, 10, "مسكن")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (far_right, "text outside the figure: “te ver naar rechts”"),
        (above_the_sheet, "text outside the figure: “erboven”"),
        (twice, "text over text: “bovenop” and “elkaar”"),
        (tiny, "text of 5.5 pt, below 6: “klein”"),
        (faint, "text too faint on #2a9d8f: “wit op groen”"),
        (off_its_ground, "text runs off its ground: “wit op blauw en verder”"),
        (foreign, "the typeface has no مسكن: “مسكن”"),
    ],
)
def test_each_fault_is_found(spoil: Callable[[Plane], None], fault: str) -> None:
    assert lint(sheet(spoil)) == [fault]


def test_a_missing_title_is_found() -> None:
    assert lint(sheet(title=" ")) == ["no title"]


def test_a_figure_higher_than_a_page_is_found() -> None:
    lines = [
        col.row(col.said(f"kaartje {i}"), col.marks([col.dot(1, "#1B3A5C")])) for i in range(60)
    ]
    body = col.rows([col.text(LOOK), col.scale(0, 2)], lines, 5)
    words = {"title": "Veel", "subtitle": ""}
    (fault,) = lint(Figure.of(LOOK, body, origin="collected", **words))
    assert fault.startswith("higher than a page: 3")


@pytest.mark.parametrize(
    "body",
    [
        col.rows([col.text(LOOK)], [col.row(col.said("kaartje"))], 5),
        {"kind": "board", "columns": [{"head": "0", "cards": []}], "ends": ["", ""]},
    ],
)
def test_empty_figure_is_found(body: dict[str, Any]) -> None:
    words = {"title": "Niets", "subtitle": ""}
    assert lint(Figure.of(LOOK, body, origin="collected", **words)) == ["empty figure"]


def test_text_on_its_own_ground_is_no_fault() -> None:
    def good(plane: Plane) -> None:
        plane.box([0, 50], [50, 100], LOOK.brand.primary)
        plane.text(10, 10, "Dit staat er goed", colour="#FFFFFF")
        plane.text(5, 30, "naast")
        plane.text(20, 30, "elkaar")

    assert lint(sheet(good)) == []


def test_the_last_value_of_a_scale_stays_on_the_sheet() -> None:
    plane = Plane(Scale(5.0, 8.0, 9.0, 117.5), Scale(0, 1, 50.0, 0.0), 60.0, LOOK.brand)
    plane.uprights([5.0, 8.0], "{:.1f}".format)
    first, last = (part["x"] for part in plane.parts if part["kind"] == "text")
    assert first == 9.0 and 116 < last < 117.5
