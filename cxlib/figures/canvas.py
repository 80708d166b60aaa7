"""The sheet that every figure is drawn on: A5 type area, millimetres, caption around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from cxlib.figures.brand import Mark
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
        plain = [clean(text).replace("\u00a0", " ") for text in (title, subtitle, source, alt)]
        caption = Caption(*plain)
        heading = _paragraph(title, TITLE, "bold", look.language)
        under = _paragraph(subtitle, SUBTITLE, "regular", look.language)
        foot = _paragraph(source, SOURCE, "regular", look.language)
        head = heading.height + (under.height + 1.1 if under.lines else 0) + 3.2
        tail = 3.4 + foot.height
        height = head + body + tail
        self.figure = BookletFigure(
            figsize=(WIDTH / 25.4, height / 25.4),
            dpi=150,
            facecolor=self.brand.paper,
            edgecolor="none",
            linewidth=0,
        )
        FigureCanvasAgg(self.figure)
        self.figure.caption, self.figure.language = caption, look.language
        self.mm = (
            Affine2D().translate(0, head).scale(1 / WIDTH, -1 / height).translate(0, 1)
            + self.figure.transFigure
        )
        self.write(0, -head, heading, va="top", color=self.brand.ink)
        self.write(0, heading.height + 1.1 - head, under, va="top", color=self.brand.muted)
        self.line([0, WIDTH], [body + 2.0] * 2, color=self.brand.rule, width=0.5)
        self.write(0, body + 3.4, foot, va="top", color=self.brand.muted)

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
        zorder: float = 5,
    ) -> Text:
        """One line of text. `va` "middle" centres the capitals on y."""
        drop = {"top": ASCENT, "middle": CAPITAL / 2, "baseline": 0.0, "bottom": -DESCENT}[va]
        artist = Text(
            x,
            y + drop * size * MM,
            clean(text),
            fontproperties=font(size, weight),
            color=color or self.brand.ink,
            ha=ha,
            va="baseline",
            parse_math=False,
            usetex=False,
            transform=self.mm,
            zorder=zorder,
        )
        self.figure.add_artist(artist)
        return artist

    def value(self, x: float, y: float, text: str, **style: Any) -> Text:
        """A value beside its mark, on a strip of paper so that no grid line runs through it."""
        artist = self.text(x, y, text, **{"weight": "bold", **style})
        room = width(clean(text), float(artist.get_fontsize()), style.get("weight", "bold"))
        left = {"left": x, "right": x - room, "center": x - room / 2}[style.get("ha", "left")]
        self.box(left - 0.4, y - 1.4, room + 0.8, 2.8, fill=self.brand.paper, zorder=0.5)
        return artist

    def write(
        self,
        x: float,
        y: float,
        block: Block,
        *,
        color: str | None = None,
        ha: str = "left",
        va: str = "middle",
        zorder: float = 5,
    ) -> list[Text]:
        """A block of lines; `va` as in `text`, for the block as a whole."""
        down = (len(block.lines) - 1) * block.leading
        first = {"top": y, "baseline": y, "middle": y - down / 2, "bottom": y - down}[va]
        return [
            self.text(
                x,
                first + i * block.leading,
                line,
                block.size,
                weight=block.weight,
                color=color,
                ha=ha,
                va=va,
                zorder=zorder,
            )
            for i, line in enumerate(block.lines)
        ]

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
        artist = Line2D(
            x,
            y,
            color=color or self.brand.ink,
            linewidth=width,
            linestyle=style,
            solid_capstyle=cap,
            dash_capstyle="butt",
            solid_joinstyle="round",
            antialiased=True,
            marker="None",
            transform=self.mm,
            zorder=zorder,
        )
        self.figure.add_artist(artist)
        return artist

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
        zorder: float = 4,
    ) -> Line2D:
        """A marker; `size` in points. Triangles are enlarged to look as big as the rest."""
        mark = mark or Mark(self.brand.primary, "o", self.brand.paper)
        shape = marker or mark.marker
        artist = Line2D(
            [x],
            [y],
            linestyle="None",
            marker=shape,
            markersize=size * {"^": 1.1, "v": 1.1, "s": 0.92, "D": 0.84}.get(shape, 1.0),
            markerfacecolor=fill or mark.fill,
            markeredgecolor=edge or self.brand.ink,
            markeredgewidth=0.5,
            fillstyle="full",
            transform=self.mm,
            zorder=zorder,
        )
        self.figure.add_artist(artist)
        return artist

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
        look: dict[str, Any] = dict(
            facecolor=fill,
            edgecolor=edge,
            linewidth=line if edge != "none" else 0,
            linestyle=style,
            transform=self.mm,
            zorder=zorder,
        )
        patch: Patch
        if radius >= width / 2 and width == height:
            patch = Circle((x + width / 2, y + width / 2), width / 2, **look)
        elif radius > 0:
            corner = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
            patch = FancyBboxPatch((x, y), width, height, boxstyle=corner, **look)
        else:
            patch = Rectangle((x, y), width, height, **look)
        self.figure.add_artist(patch)
        return patch

    def shape(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str = "none",
        edge: str = "none",
        line: float = 0.6,
        zorder: float = 1,
    ) -> Polygon:
        """A closed polygon through points in millimetres."""
        patch = Polygon(
            points,
            closed=True,
            facecolor=fill,
            edgecolor=edge,
            linewidth=line if edge != "none" else 0,
            joinstyle="miter",
            transform=self.mm,
            zorder=zorder,
        )
        self.figure.add_artist(patch)
        return patch

    def key(self, items: Sequence[tuple[Mark, str]], x: float, y: float, gap: float = 4.0) -> float:
        """Markers with their words in a row, laid out by measured width; returns the right end."""
        for mark, word in items:
            self.dot(x + 1.2, y, mark, size=5.2)
            self.text(x + 3.2, y, word, SMALL)
            x += 3.2 + width(clean(word), SMALL) + gap
        return x - gap


def _paragraph(text: str, size: float, weight: str, language: str) -> Block:
    room = WIDTH - 0.5
    lines = wrap(text, room, size, weight, language)
    if size == TITLE:  # a heading whose last line is one word looks forgotten
        lines = balanced(text, room, size, weight, language)
    return Block(tuple(lines), size, weight)
