"""Figures for the web: the same data as a table that reflows on a phone, its numbers as text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template

from cxlib.figures.figure import WORDS, Figure

STYLE = Path(__file__).with_name("figure.css").read_text(encoding="utf-8")
_SHAPES = ("s", "^", "D")  # markers that the style draws; the others are round


def html(figure: Figure) -> str:
    """A figure as HTML: title, key, a table or list with all its words and numbers, source.

    `STYLE` goes once with the page.

    Examples
    --------
    >>> from cxlib.figures.look import Look
    >>> body = {"kind": "diagram", "part": "questions", "questions": [{"text": "Tenants"}]}
    >>> figure = Figure.of(Look("en"), body, title="All & well", subtitle="", origin="published")
    >>> "All &amp; well</div>" in html(figure)
    True
    """
    return _page().render(figure=figure)


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(share=_share, placed=_placed, outlined=_outlined, shapes=_SHAPES)
    return environment.get_template("figure.html")


def _share(scale: Mapping[str, Any], value: float) -> float:
    share = (value - scale["low"]) / (scale["high"] - scale["low"])
    return float(min(max(share, 0.0), 1.0))


def _placed(plane: Mapping[str, Any], axis: str, value: float) -> float:
    """Millimetres of a value from the left, or from the top."""
    start, end = plane[axis]["span"][:: 1 if axis == "x" else -1]
    return round(start + _share(plane[axis], value) * (end - start), 1)


def _outlined(parts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Lines of words in a diagram, each with those of the parts below it."""
    found: list[tuple[str, Any]] = []
    for name, part in parts.items():
        for one in part if isinstance(part, list) else [part]:
            if isinstance(one, str) and one and name in WORDS:
                found.append((one, []))
            if isinstance(one, Mapping) and name != "chart":
                own = {n: text for n, text in one.items() if n in WORDS and isinstance(text, str)}
                below = _outlined({n: inner for n, inner in one.items() if n not in own})
                told = " ".join(filter(None, own.values()))
                found += [(told, below)] if told else below
    return found
