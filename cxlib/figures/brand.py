"""Brand colours: what may stand on what, and whether they can be told apart by everybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TEXT_CONTRAST = 4.5  # WCAG 2.1, 1.4.3
FAR_IN_GREY = 10.0  # difference in CIE lightness
FAR_IN_COLOUR = 18.0  # distance in CIELAB, also as seen with a colour vision deficiency

# What is left of linear RGB; severity 1.0 of Machado, Oliveira and Fernandes (2009).
_SEEN = pd.read_csv(Path(__file__).parent / "colour_vision.csv", index_col="vision")
_VISION = {str(name): rows.to_numpy(float) for name, rows in _SEEN.groupby("vision", sort=False)}
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ @ np.ones(3)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
_SPARE = ("#DFE5EB", "#8C4A6B", "#A9C3DD", "#7F8791", "#C96A4A", "#4C7A34", "#D9D2B4", "#111111")


class BrandError(ValueError):
    """The brand colours cannot carry the figures; the message says which and why."""


def linear(colour: str) -> NDArray[np.float64]:
    """Linear-light RGB (0-1) of a colour written as #RRGGBB."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise BrandError(f"brand colour {colour!r}: write it as # and six hexadecimal digits")
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@cache
def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, from 1 (none) to 21 (black on white).

    Examples
    --------
    >>> round(contrast("#FFFFFF", "#1B3A5C"), 1)
    11.6
    """
    light = sorted(float(linear(c) @ _TO_XYZ[1]) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def mix(colour: str, share: float, ground: str = "#FFFFFF") -> str:
    """A tint: `share` of a colour (0-1) laid over a ground."""
    parts = zip(_bytes(colour), _bytes(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in parts)


def _bytes(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = (_TO_XYZ @ light.clip(0, 1)) / _WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(colour: str) -> float:
    """CIE lightness (0-100): how the colour comes out in grey print."""
    return float(_lab(linear(colour))[0])


def distances(one: str, other: str) -> dict[str, float]:
    """CIELAB distance of two colours for normal and deficient vision."""
    a, b = linear(one), linear(other)
    return {
        name: float(np.linalg.norm(_lab(eye @ a) - _lab(eye @ b))) for name, eye in _VISION.items()
    }


@dataclass(frozen=True)
class Mark:
    """How one category is drawn: fill and shape of its marker."""

    fill: str
    marker: str


@dataclass(frozen=True)
class Brand:
    """Three house colours and what follows from them.

    Parameters
    ----------
    primary, secondary, accent : str
        Colours as #RRGGBB. The primary must be dark enough for text on white; the three must
        differ in grey print and for every kind of colour vision.

    Raises
    ------
    BrandError
        When a colour is not hexadecimal, the primary too light, or two look alike.

    Examples
    --------
    >>> Brand().on("#2A9D8F")  # dark text on teal
    '#1A212B'
    >>> Brand(secondary="#8B1A3A")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    cxlib.figures.brand.BrandError: brand colours primary #1B3A5C and secondary #8B1A3A ...
    """

    primary: str = "#1B3A5C"
    secondary: str = "#2A9D8F"
    accent: str = "#F2B705"

    ink = "#1A212B"
    muted = "#55606E"
    rule = "#D3D9E0"
    pale = "#EEF1F4"
    paper = "#FFFFFF"

    def __post_init__(self) -> None:
        own = {name: getattr(self, name) for name in ("primary", "secondary", "accent")}
        for name, colour in own.items():
            linear(colour)
            if name == "primary" and contrast(colour, self.paper) < TEXT_CONTRAST:
                raise BrandError(
                    f"brand colour primary {colour} is too light for text on white (contrast "
                    f"{contrast(colour, self.paper):.1f}, at least {TEXT_CONTRAST} needed)"
                )
        for (one, a), (other, b) in combinations(own.items(), 2):
            alike = f"brand colours {one} {a} and {other} {b} look alike"
            grey = abs(lightness(a) - lightness(b))
            if grey < FAR_IN_GREY:
                raise BrandError(
                    f"{alike} in grey print (difference {grey:.0f}, at least {FAR_IN_GREY:.0f} "
                    "needed): make one of them lighter or darker"
                )
            for vision, distance in distances(a, b).items():
                if distance < FAR_IN_COLOUR:
                    raise BrandError(
                        f"{alike} with {vision} (distance {distance:.0f}, at least "
                        f"{FAR_IN_COLOUR:.0f} needed): choose colours further apart"
                    )

    def on(self, fill: str) -> str:
        """Text colour with enough contrast on a fill: white, ink, or black if neither will do."""
        for colour in (self.paper, self.ink):
            if contrast(colour, fill) >= TEXT_CONTRAST:
                return colour
        return "#000000"

    def tint(self, share: float) -> str:
        """The primary colour thinned with white; 0 is white, 1 the full colour."""
        return mix(self.primary, share)

    @cached_property
    def alert(self) -> str:
        """A colour for fails and warnings that nobody takes for one of the brand's own."""
        own = (self.primary, self.secondary, self.accent)
        warm = ("#B03A2E", "#8C510A", "#6A3D9A", "#C2185B")
        apart = {c: min(min(distances(c, o).values()) for o in own) for c in warm}
        return next(
            (c for c in warm if apart[c] > 1.5 * FAR_IN_COLOUR), max(warm, key=lambda c: apart[c])
        )

    def marks(self, count: int) -> list[Mark]:
        """`count` fill and marker pairs that stay apart in grey and for every colour vision.

        Of three, the last is a circle in the primary, the one before a square in the secondary,
        the first a triangle in the accent colour; with fewer, the last ones stay. Further ones
        are taken from spare colours, each time the one furthest from those in use, and get a
        marker shape of their own.
        """
        core = list(zip((self.accent, self.secondary, self.primary), "^so", strict=True))
        pairs = core[3 - min(count, 3) :]
        spare = list(_SPARE)
        while len(pairs) < count:
            used = [colour for colour, _ in pairs]
            best = max(spare or used, key=lambda c: min(_apart(c, u) for u in used))
            spare = [c for c in spare if c != best]
            pairs.append((best, MARKERS[len(pairs) % len(MARKERS)]))
        return [Mark(fill, marker) for fill, marker in pairs]


def _apart(one: str, other: str) -> float:
    grey = abs(lightness(one) - lightness(other))
    return min(grey * 1.5, *distances(one, other).values())
