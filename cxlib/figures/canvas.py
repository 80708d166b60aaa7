"""The sheet that every figure is drawn on: A5 type area, millimetres, caption around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from cxlib.figures.brand import Mark, mix
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure, Caption
from cxlib.figures.text import (
    ASCENT,
    CAPITAL,
    DESCENT,
    MM,
    Block,
    balanced,
    clean,
    font,
    width,
    wrap,
)

A = TypeVar("A", bound=Artist)
WIDTH = 118.0  # millimetres: the type area of an A5 page
TITLE, SUBTITLE, LABEL, SMALL, SOURCE = 10.5, 7.8, 7.6, 7.0, 6.5  # points


class Canvas:
    """Draw in millimetres; y runs down from the top of the space under the subtitle.

    Parameters
    ----------
    look : Look
        Language, brand and source.
    title : str
        The finding, in a sentence.
    subtitle : str
        What is measured: unit, n, interval.
    alt : str
        The figure in words.
    origin : str
        published, collected or simulated.
    body : float
        Height of the drawing in millimetres; the caption comes on top of it.
    note : str
        A remark between the source and the origin.

    Examples
    --------
    >>> canvas = Canvas(Look("en"), title="All is well", subtitle="", alt="A line.",
    ...                 origin="published", body=20)
    >>> _ = canvas.line([0, 118], [10, 10])
    >>> round(canvas.figure.get_size_inches()[0] * 25.4)
    118
    """

    width = WIDTH

    def __init__(
        self,
        look: Look,
        *,
        title: str,
        subtitle: str,
        alt: str,
        origin: str,
        body: float,
        note: str = "",
    ) -> None:
        self.look, self.brand, self.body = look, look.brand, body
        source = look.source_line(origin, note)
        told = [clean(text).replace("\u00a0", " ") for text in (title, subtitle, source, alt)]
        # A heading whose last line is one word looks forgotten.
        heading = Block(
            tuple(balanced(title, WIDTH - 0.5, TITLE, "bold", look.language)), TITLE, "bold"
        )
        under, foot = (
            Block(tuple(wrap(text, WIDTH - 0.5, size, language=look.language)), size)
            for text, size in ((subtitle, SUBTITLE), (source, SOURCE))
        )
        head = heading.height + (under.height + 1.1 if under.lines else 0) + 3.2
        tail = 3.4 + foot.height
        height = head + body + tail
        size = WIDTH / 25.4, height / 25.4
        paper: Any = {"facecolor": self.brand.paper, "edgecolor": "none", "linewidth": 0}
        self.figure = BookletFigure(figsize=size, dpi=150, **paper)
        FigureCanvasAgg(self.figure)
        self.figure.caption, self.figure.language = Caption(*told), look.language
        to_page = Affine2D().translate(0, head).scale(1 / WIDTH, -1 / height).translate(0, 1)
        self.mm = to_page + self.figure.transFigure
        self.write(0, -head, heading, va="top", color=self.brand.ink)
        self.write(0, heading.height + 1.1 - head, under, va="top", color=self.brand.muted)
        self.line([0, WIDTH], [body + 2.0] * 2, color=self.brand.rule, width=0.5)
        self.write(0, body + 3.4, foot, va="top", color=self.brand.muted)

    def _add(self, artist: A, zorder: float) -> A:
        artist.set(transform=self.mm, zorder=zorder)
        self.figure.add_artist(artist)
        return artist

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = LABEL,
        *,
        weight: str = "regular",
        color: str | None = None,
        ha: str = "left",
        va: str = "middle",
    ) -> Text:
        """One line of text. `va` "middle" centres the capitals on y."""
        y += {"top": ASCENT, "middle": CAPITAL / 2, "bottom": -DESCENT}[va] * size * MM
        style: dict[str, Any] = {"parse_math": False, "usetex": False, "va": "baseline"}
        style |= {"fontproperties": font(size, weight), "color": color or self.brand.ink}
        return self._add(Text(x, y, clean(text), ha=ha, **style), 5)

    def value(self, x: float, y: float, text: str, size: float = LABEL) -> None:
        """A value beside its mark, on a strip of paper so that no grid line runs through it."""
        self.text(x, y, text, size, weight="bold")
        room = width(clean(text), size, "bold")
        self.box(x - 0.4, y - 1.4, room + 0.8, 2.8, fill=self.brand.paper, zorder=0.5)

    def write(self, x: float, y: float, block: Block, *, va: str = "middle", **style: Any) -> None:
        """A block of lines; `va` as in `text`, for the block as a whole."""
        down = (len(block.lines) - 1) * block.leading
        y -= {"top": 0.0, "middle": 0.5, "bottom": 1.0}[va] * down
        for i, line in enumerate(block.lines):
            at = y + i * block.leading
            self.text(x, at, line, block.size, weight=block.weight, va=va, **style)

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        color: str | None = None,
        width: float = 0.6,
        style: Any = "-",
        cap: Any = "butt",
        zorder: float = 2,
    ) -> Line2D:
        """A line through points in millimetres; its width in points."""
        plain: Any = {"dash_capstyle": "butt", "solid_joinstyle": "round", "antialiased": True}
        plain |= {"solid_capstyle": cap, "linewidth": width, "linestyle": style, "marker": "None"}
        return self._add(Line2D(x, y, color=color or self.brand.ink, **plain), zorder)

    def dot(
        self,
        x: float,
        y: float,
        mark: Mark | None = None,
        *,
        size: float = 5.6,
        fill: str | None = None,
        edge: str | None = None,
        marker: str | None = None,
    ) -> Line2D:
        """A marker; `size` in points. Triangles are enlarged to look as big as the rest."""
        mark = mark or Mark(self.brand.primary, "o", self.brand.paper)
        shape = marker or mark.marker
        size *= {"^": 1.1, "v": 1.1, "s": 0.92, "D": 0.84}.get(shape, 1.0)
        dot = Line2D([x], [y], linestyle="None", marker=shape, markersize=size, fillstyle="full")
        edge = edge or self.brand.ink
        dot.set(markerfacecolor=fill or mark.fill, markeredgecolor=edge, markeredgewidth=0.5)
        return self._add(dot, 4)

    def interval(
        self, span: Sequence[float], y: float, fill: str, *, tint: float = 0.5, width: float = 3.2
    ) -> None:
        """The band of an interval behind a mark: its colour, thinned."""
        if np.isfinite(span).all():
            self.line(span, [y, y], color=mix(fill, tint), width=width)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        edge: str = "none",
        line: float = 0.6,
        style: Any = "-",
        radius: float = 0.0,
        zorder: float = 1,
    ) -> Patch:
        """A rectangle from its upper left corner; `radius` rounds it, at the most to a disc."""
        look: dict[str, Any] = {"facecolor": fill, "edgecolor": edge, "linestyle": style}
        look["linewidth"] = line if edge != "none" else 0
        patch: Patch
        if radius >= width / 2 and width == height:
            patch = Circle((x + width / 2, y + width / 2), width / 2, **look)
        elif radius > 0:
            corner = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
            patch = FancyBboxPatch((x, y), width, height, boxstyle=corner, **look)
        else:
            patch = Rectangle((x, y), width, height, **look)
        return self._add(patch, zorder)

    def shape(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str = "none",
        edge: str = "none",
        zorder: float = 1,
    ) -> Polygon:
        """A closed polygon through points in millimetres."""
        line = 0.6 if edge != "none" else 0
        style: Any = {"facecolor": fill, "edgecolor": edge, "linewidth": line}
        return self._add(Polygon(points, closed=True, joinstyle="miter", **style), zorder)

    def key(self, items: Sequence[tuple[Mark, str]], x: float, y: float, gap: float = 4.0) -> float:
        """Markers with their words in a row, laid out by measured width; returns the right end."""
        for mark, word in items:
            self.dot(x + 1.2, y, mark, size=5.2)
            self.text(x + 3.2, y, word, SMALL)
            x += 3.2 + width(clean(word), SMALL) + gap
        return x - gap
