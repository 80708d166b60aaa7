"""A figure is data: what stands around it, and a body of rows, a plane, a board or a diagram."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cxlib.figures.brand import Brand, Mark
from cxlib.figures.look import Look
from cxlib.figures.text import normal

WIDTH = 118.0  # millimetres: the type area of an A5 page


@dataclass(frozen=True)
class Caption:
    """What stands around a figure, and what is read out instead of it."""

    title: str
    subtitle: str
    source: str
    alt: str


@dataclass(frozen=True)
class Figure:
    """A figure as data; it shows itself in a notebook.

    Parameters
    ----------
    language : str
        Code of its language.
    caption : Caption
        Title, subtitle, source and alternative text.
    colours : mapping of str to str
        Names of colours that the drawing uses, as #RRGGBB.
    body : mapping
        `kind` is rows, plane, board or diagram; the rest is what that kind draws.
    key : sequence of mapping
        Marks and the words that explain them.

    Examples
    --------
    >>> body = {"kind": "diagram", "part": "questions"}
    >>> figure = Figure.of(Look("en"), body, title="All is well", subtitle="", origin="published")
    >>> figure
    <figure: All is well>
    >>> figure.data["source"], figure.data["alt"]
    ('Published figures.', 'All is well.')
    """

    language: str
    caption: Caption
    colours: Mapping[str, str]
    body: Mapping[str, Any]
    key: Sequence[Mapping[str, Any]] = field(default=())

    @classmethod
    def of(
        cls,
        look: Look,
        body: Mapping[str, Any],
        *,
        title: str,
        subtitle: str,
        origin: str,
        note: str = "",
        key: Sequence[tuple[Mark, str] | Mapping[str, Any]] = (),
    ) -> Figure:
        """A figure in a look; `note` is a remark between the source and the origin.

        What is read out instead of it is its finding and what is drawn; its data are its table.
        """
        alt = " ".join(f"{text.rstrip('.')}." for text in (title, subtitle) if text)
        told = (title, subtitle, look.source_line(origin, note), alt)
        caption = Caption(*(normal(text).replace("\u00a0", " ") for text in told))
        items = [
            {"text": part[1], **drawn(part[0])} if isinstance(part, tuple) else part for part in key
        ]
        return cls(look.language, caption, palette(look.brand), drawable(body), items)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Figure:
        """A figure from its data, as they were saved."""
        caption = Caption(*(data[part] for part in ("title", "subtitle", "source", "alt")))
        return cls(data["language"], caption, data["colours"], data["body"], data["key"])

    @property
    def data(self) -> dict[str, Any]:
        """All of it in one mapping that JSON can hold."""
        rest = {"colours": self.colours, "key": self.key, "body": self.body}
        return {"language": self.language, **asdict(self.caption), **rest}

    @property
    def texts(self) -> list[str]:
        """Every piece of text in the body and the key."""
        leaves = _leaves([self.key, self.body])
        return [leaf for name, leaf in leaves if name in WORDS and isinstance(leaf, str) and leaf]

    def shortened(self, most: int) -> Figure:
        """The figure with no text in its body longer than `most` signs."""

        def cut(leaf: Any, name: str) -> Any:
            if not isinstance(leaf, str) or name not in WORDS or len(leaf) <= most:
                return leaf
            return leaf[:most].rsplit(" ", 1)[0] + "\u00a0…"

        return replace(self, body=changed(self.body, cut))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from cxlib.figures.render import small_png  # here, as it needs this module

        return {"image/png": small_png(self, 150), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<figure: {self.caption.title}>"


WORDS = {"text", "head", "said", "section", "label", "ends", "sign", "code"}  # what people read
WORDS |= {"id", "level", "year", "start", "end", "items", "count", "grade", "purpose", "ambition"}


def _leaves(part: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield from _leaves(value, str(key))
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _leaves(value, name)
    else:
        yield name, part


def changed(part: Any, change: Callable[[Any, str], Any], name: str = "") -> Any:
    """The same data with every leaf changed by a function of the leaf and its name."""
    if isinstance(part, Mapping):
        return {str(key): changed(value, change, str(key)) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [changed(value, change, name) for value in part]
    return change(part, name)


def drawable(body: Any) -> Any:
    """The same data, its numbers no finer than an eye can see: a thousandth of their scale.

    Examples
    --------
    >>> column = {"kind": "scale", "low": 0.0, "high": 100.0}
    >>> row = {"cells": [{"parts": [{"at": 92.04545}]}]}
    >>> drawable({"columns": [column], "rows": [row]})["rows"][0]["cells"][0]
    {'parts': [{'at': 92.0}]}
    """
    if isinstance(body, list | tuple):
        return [drawable(part) for part in body]
    if not isinstance(body, Mapping):
        return round(body, 6) if isinstance(body, float) else body
    found = {str(key): drawable(part) for key, part in body.items()}
    if {"columns", "rows"} <= found.keys():
        digits = [_digits(column) for column in found["columns"]]
        for row in (row for row in found["rows"] if "cells" in row):
            cells = zip(row["cells"], digits, strict=True)
            row["cells"] = [_cut(cell, digit) for cell, digit in cells]
    elif {"x", "y", "parts"} <= found.keys():
        x, y = _digits(found["x"]), _digits(found["y"])
        found["parts"] = [_placed(part, x, y) for part in found["parts"]]
    return found


def _placed(part: Mapping[str, Any], x: int, y: int) -> dict[str, Any]:
    """A part of a plane on points as fine as its axes are."""
    along = {key: _cut(part[key], digits) for key, digits in (("x", x), ("y", y)) if key in part}
    points = {"points": [[round(a, x), round(b, y)] for a, b in part.get("points", ())]}
    return {**part, **along, **(points if "points" in part else {})}


def _cut(part: Any, digits: int) -> Any:
    return changed(part, lambda leaf, _: round(leaf, digits) if isinstance(leaf, float) else leaf)


def _digits(scale: Mapping[str, Any]) -> int:
    """Decimals of a thousandth of a scale."""
    span = float(scale.get("high", 1.0)) - float(scale.get("low", 0.0))
    return 3 - math.floor(math.log10(span)) if span > 0 else 6


def drawn(mark: Mark | str) -> dict[str, str]:
    """A mark as data; of a colour alone, a circle."""
    if isinstance(mark, str):
        return {"fill": mark, "marker": "o"}
    return {"fill": mark.fill, "marker": mark.marker}


def palette(brand: Brand) -> dict[str, str]:
    """Colours by the names that drawings use; what stands on one is `on-` it."""
    names = ("ink", "muted", "rule", "pale", "paper", "primary", "secondary", "accent", "alert")
    colours = {name: getattr(brand, name) for name in names} | {"tint": brand.tint(0.16)}
    return colours | {f"on-{name}": brand.on(fill) for name, fill in colours.items()}
