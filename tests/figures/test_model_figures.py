"""Figures of the vision: well set in both languages, whatever it holds, and true to it."""

import copy
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pikepdf
import pytest
import yaml
from figure_samples import millimetres, on_page, shown

from cxlib.figures import (
    Figure,
    Look,
    crocodiles,
    house,
    lint,
    maturity,
    organisation,
    phases,
    projects,
    roadmap,
    service_excellence,
    values,
)
from cxlib.figures.render import pdf, svg
from cxlib.places import RAW
from cxlib.study.vision import Vision

DEMO = RAW / "haag-wonen"
RAW_VISION = yaml.safe_load((DEMO / "vision.yaml").read_text(encoding="utf-8"))
STUDY = yaml.safe_load((DEMO / "study.yaml").read_text(encoding="utf-8"))
DEFINITIONS = [SimpleNamespace(**value) for value in STUDY["values"]]
JUDGED = pd.DataFrame(
    {"estimate": [1.5, 2.0, 2.5], "n": 24.0}, index=["lower quartile", "median", "upper quartile"]
)
VOTES = [96, 88, 81, 77, 70, 64, 55, 41, 37, 30, 22, None]
RANKING = pd.DataFrame(
    {"votes": VOTES, "p_top": [1, 1, 0.96, 0.9, 0.62, 0.35, 0.1, 0, 0, 0, 0, None]},
    index=[f"k{i:02d}" for i in range(1, 13)],
).assign(low=lambda f: f["votes"] - 12, high=lambda f: f["votes"] + 12)
MARKUP = "$x_i^2$ & <b>50%</b> #set \\alpha {brace} *[x]*"

FIGURES: dict[str, Callable[..., Figure]] = {
    "house": house,
    "phases": phases,
    "maturity": maturity,
    "roadmap": roadmap,
    "projects": projects,
    "organisation": organisation,
    "service_excellence": service_excellence,
    "crocodiles": crocodiles,
    "values": values,
}
WITH_DATA: dict[str, tuple[Any, ...]] = {
    "maturity": (JUDGED,),
    "crocodiles": (RANKING,),
    "values": (DEFINITIONS,),
}


def look(language: str) -> Look:
    domains = {domain["id"]: domain["label"][language] for domain in STUDY["domains"]}
    return Look(language, source="Casus <2020>", domains=domains)


def draw(
    name: str, content: dict[str, Any], language: str = "nl", *, data: bool = True, **more: Any
) -> Figure:
    vision = Vision.model_validate(content)
    extra = WITH_DATA.get(name, ()) if data else ()
    return FIGURES[name](vision, *extra, look=look(language), origin="simulated", **more)


def rewritten(change: Callable[[str], str], part: Any = RAW_VISION) -> Any:
    """The demo's vision with every text changed."""
    if isinstance(part, list):
        return [rewritten(change, inner) for inner in part]
    if isinstance(part, dict) and set(part) <= {"nl", "en"}:
        return {language: change(text) for language, text in part.items()}
    if isinstance(part, dict):
        return {key: rewritten(change, inner) for key, inner in part.items()}
    return part


def changed(**parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RAW_VISION), **parts}


def labelled(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"P{i}", "label": f"Onderdeel {i}", **more} for i in range(count)]


MANY = changed(
    questions=labelled(15, text="Antwoord"),
    values=[{"id": f"v{i}", "promise": "x", "behaviours": ["gedrag"] * 12} for i in range(14)],
    phases=labelled(9, items=["iets"] * 12, start="2020-01", end="2020-02"),
    maturity=[{"level": i, "label": f"Niveau {i}", "text": "uitleg"} for i in range(1, 10)],
    maturity_now=[7, 9],
    maturity_aim=9,
    roadmap=[{"year": 2020 + i, "label": f"Stap {i}", "items": ["a"] * 20} for i in range(8)],
    projects=[
        {"id": "Z", "label": "z", "start": "2012-02", "progress": 0.4},
        *labelled(30, start="2010-01", end="2024-05", started=False),
    ],
    organisation={
        "board": {"label": "Raad van bestuur", "count": 12},
        "departments": [
            {"label": f"Afdeling {i}", "units": [{"label": "Team", "count": j + 1}] * (j * 2)}
            for j in range(4)
            for i in range(4)
        ],
        "partners": [{"label": "partner", "count": 3}] * 13,
    },
    service_excellence={
        "dimensions": labelled(9, centre=True),
        "pyramid": [{"id": i, "label": f"Laag {i}", "grade": str(i)} for i in range(9)],
    },
    crocodiles=[{**rule, "status": "chosen"} for rule in labelled(40)],
)
FEW = {
    "questions": labelled(1),
    "values": [{"id": "x", "promise": "Wij zijn er."}],
    "phases": labelled(1),
    "maturity": [{"level": 2, "label": "Twee"}],
    "roadmap": [{"year": 2025, "label": "Doen"}],
    "projects": labelled(1),
    "organisation": {"departments": [{"label": "Wonen"}]},
    "service_excellence": {"pyramid": labelled(1)},
    "crocodiles": labelled(1),
}
LONG = "Een uitgebreide omschrijving met woonruimteverdelingsovereenkomstenadministratie erin. "
ODD = {
    "long": rewritten(lambda text: (LONG + text) * 2),
    "endless": rewritten(lambda text: text + " woord" * 2000),
    "one word": rewritten(lambda text: "Woonruimteverdelingsovereenkomst" * 3),
    "markup": rewritten(lambda text: MARKUP + text),
    "signs": rewritten(lambda text: "😀 漢字 \u202e\x00 é " + text),
    "many": MANY,
    "few": FEW,
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_demo_has_no_fault(name: str, language: str) -> None:
    figure = draw(name, RAW_VISION, language)
    assert lint(figure) == []
    wide, high = millimetres(figure)
    assert wide == pytest.approx(118, abs=0.1) and high < 150
    assert not any("…" in text for text in shown(figure))
    assert all(vars(figure.caption).values())


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", ODD)
def test_odd_visions_have_no_fault(kind: str, name: str) -> None:
    figure = draw(name, ODD[kind])
    faults = lint(figure)
    if kind == "signs":  # which the typeface lacks
        assert faults and all("the typeface has no" in fault for fault in faults)
    else:
        assert faults == []
    assert millimetres(figure)[1] < 190


@pytest.mark.parametrize("name", ["maturity", "values"])
@pytest.mark.parametrize("kind", ["long", "many", "few"])
def test_vision_alone_has_no_fault(kind: str, name: str) -> None:
    assert lint(draw(name, ODD[kind], data=False)) == []


@pytest.mark.parametrize("name", FIGURES)
def test_markup_is_plain_text(name: str) -> None:
    figure = draw(name, ODD["markup"])
    assert any(MARKUP in text for text in figure.texts)
    assert any("$x_i" in line for line in on_page(figure))
    assert any("brace" in line for line in on_page(figure))
    assert "<b>" not in svg(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_what_a_page_cannot_hold_ends_in_an_ellipsis(name: str) -> None:
    figure = draw(name, rewritten(lambda text: (LONG + text) * 3))
    assert any(text.endswith("…") for text in shown(figure))
    assert LONG * 2 not in " ".join(figure.texts)


@pytest.mark.parametrize("name", FIGURES)
def test_same_bytes_twice(name: str) -> None:
    assert svg(draw(name, RAW_VISION)) == svg(draw(name, RAW_VISION))


@pytest.mark.parametrize("name", FIGURES)
def test_every_label_is_live_text_that_no_description_stands_in_for(name: str) -> None:
    parts = {"house": "questions", "crocodiles": "crocodiles"}.get(name, name)
    content = RAW_VISION[parts]
    rows = content if isinstance(content, list) else [*content.values()][1]
    labels = [row["label"]["en"] for row in rows if "label" in row]
    figure = draw(name, RAW_VISION, "en")
    page = " ".join(on_page(figure))
    assert all(label in figure.texts for label in labels)
    assert all(label.split()[0] in page for label in labels)
    caption = figure.caption
    assert caption.title in caption.alt and caption.subtitle.rstrip(".") in caption.alt
    with pikepdf.open(io.BytesIO(pdf(figure))) as document:
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary)]
    assert caption.alt not in [str(part.get("/Alt", "")) for part in parts]


@pytest.mark.parametrize("name", FIGURES)
def test_absent_part_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="no "):
        draw(name, {})


def test_titles_count() -> None:
    rows = copy.deepcopy(RAW_VISION["projects"])
    assert draw("projects", RAW_VISION).caption.title.startswith("Negen van de tien")
    rows[0]["started"] = False
    title = draw("projects", changed(projects=rows), "en").caption.title
    assert title == "Eight of the ten sub-projects have begun"
    done = changed(projects=[{**row, "started": True} for row in rows])
    assert draw("projects", done).caption.title == "Alle tien deelprojecten zijn begonnen"
    assert "zes vragen" in draw("house", RAW_VISION).caption.title
    assert draw("house", FEW, "en").caption.title.endswith("answers one question")
    assert draw("phases", RAW_VISION).caption.title.startswith("In vier maanden")
    assert draw("crocodiles", RAW_VISION, "en").caption.title.startswith("Five purple crocodiles")
    assert "13 (3 + 2 + 4 + 4)" in draw("values", RAW_VISION).caption.subtitle


def test_what_is_not_drawn_is_said() -> None:
    assert "12 van de 15" in draw("house", MANY).caption.subtitle
    assert "8 of 14" in draw("values", MANY, "en").caption.subtitle
    assert any("en nog" in word for word in shown(draw("projects", MANY)))


def test_source_line_says_what_is_assumed() -> None:
    source = draw("projects", RAW_VISION).caption.source
    assert "niet gepubliceerd" in source and "Gesimuleerde gegevens" in source
    assert "indicatief" in draw("projects", RAW_VISION).caption.subtitle


def test_maturity_shows_median_and_middle_half() -> None:
    figure = draw("maturity", RAW_VISION, "en")
    assert "Managers: median level 2, middle half 1.5 to 2.5" in shown(figure)
    assert "24" in figure.caption.subtitle


def test_maturity_of_few_managers_stays_hidden() -> None:
    vision = Vision.model_validate(RAW_VISION)
    figure = maturity(vision, JUDGED * float("nan"), look=look("en"), origin="simulated")
    assert "too few answers" in figure.caption.subtitle
    assert not any("median" in word for word in shown(figure))


def test_crocodiles_in_order_of_votes() -> None:
    turned = RANKING.iloc[::-1].assign(votes=[*range(12)])
    vision = Vision.model_validate(RAW_VISION)
    figure = crocodiles(vision, turned, look=look("en"), origin="simulated", voters=150)
    first, last = (RAW_VISION["crocodiles"][i]["label"]["en"] for i in (0, -1))
    assert figure.texts.index(first) < figure.texts.index(last)
    assert "150 employees" in figure.caption.subtitle


def test_suppressed_votes_have_no_rank() -> None:
    drawn = shown(draw("crocodiles", RAW_VISION))
    assert "te weinig om te tonen" in drawn and "12" not in drawn
