"""The figure itself: its caption, its bytes, and settings that leave no trace."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

_SETTINGS: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "customer-vision",
    "pdf.fonttype": 42,
    "text.hinting": "none",
    "text.parse_math": False,
    "text.usetex": False,
    "path.simplify": False,
    "savefig.bbox": None,
    "savefig.dpi": "figure",
    "savefig.transparent": False,
    "agg.path.chunksize": 0,
}


def settings() -> AbstractContextManager[None]:
    """Matplotlib's settings for drawing; what was set before returns afterwards."""
    return mpl.rc_context(_SETTINGS)


@dataclass(frozen=True)
class Caption:
    """What stands around a figure, and what is read out instead of it."""

    title: str
    subtitle: str
    source: str
    alt: str


class BookletFigure(Figure):
    """A figure that carries its caption and shows itself in a notebook."""

    caption: Caption
    language: str

    def png(self, dpi: float) -> bytes:
        """The figure as PNG, the same bytes every time.

        In 256 colours, each at most a few steps of 255 off: a third of the size, no difference
        to the eye, and notebooks with figures stay small.
        """
        raw, packed = io.BytesIO(), io.BytesIO()
        with settings():
            self.savefig(raw, format="rgba", dpi=dpi)
        width = int(self.get_figwidth() * dpi)
        size = width, len(raw.getvalue()) // (4 * width)
        image = Image.frombytes("RGBA", size, raw.getvalue()).convert("RGB")
        image = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        image.save(packed, "PNG", compress_level=7, dpi=(dpi, dpi))
        return packed.getvalue()

    def _repr_png_(self) -> bytes:
        return self.png(150)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # Before the display hook of pyplot, which would crop the figure.
        return {"image/png": self.png(150), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<figure: {self.caption.title}>" if hasattr(self, "caption") else "<figure>"
