"""Text measured as it is drawn: width in millimetres, wrapping, fitting into a box."""

from __future__ import annotations

import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import font_source_sans_pro
import matplotlib
import pyphen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

MM = 25.4 / 72  # millimetres a point
LEADING = 1.18  # line distance in sizes
ASCENT, CAPITAL, DESCENT = 0.73, 0.656, 0.22  # Source Sans Pro, in sizes
SMALLEST = 6.0  # points; nothing in print below it

_FOLDER = Path(font_source_sans_pro.__file__).parent / "files"
_FACES = {"regular": "Regular", "semibold": "Semibold", "bold": "Bold", "italic": "It"}
_DICTIONARIES = {"nl": "nl_NL", "en": "en_GB"}


def _written(character: int) -> bool:
    """Latin, Greek, Cyrillic, punctuation and signs; not phonetics or ancient Greek."""
    rare = (range(0x250, 0x370), range(0x500, 0x1E00), range(0x1F00, 0x2000))
    return not any(character in block for block in rare)


@cache
def font_file(weight: str = "regular") -> Path:
    """Path of the typeface in a weight: regular, semibold, bold or italic.

    A copy with the characters that figures need, made once on a machine: to embed it in a PDF
    takes half the time of the whole typeface, and it looks the same.
    """
    name, kept = f"SourceSansPro-{_FACES[weight]}.ttf", {"layout_features": ["kern", "liga"]}
    whole = (_FOLDER / name).read_bytes()
    version = hashlib.sha256(whole + repr(kept).encode()).hexdigest()[:12]
    copy = Path(matplotlib.get_cachedir()) / version / name
    if not copy.exists():
        typeface = TTFont(io.BytesIO(whole), recalcTimestamp=False)
        subsetter = Subsetter(Options(**kept, drop_tables=["BASE", "DSIG"]))
        subsetter.populate(unicodes=filter(_written, typeface.getBestCmap()))
        subsetter.subset(typeface)
        copy.parent.mkdir(exist_ok=True)
        half = copy.with_suffix(f".{os.getpid()}")  # another notebook may be making it too
        typeface.save(half)
        half.replace(copy)
    return copy


def font(size: float, weight: str = "regular") -> FontProperties:
    """The typeface by its path, so that no other font and no global list is involved."""
    return FontProperties(fname=font_file(weight), size=size)


@cache
def _face(weight: str) -> FT2Font:
    face = FT2Font(str(font_file(weight)))
    face.set_size(100, 72)
    return face


@cache
def _glyphs(weight: str) -> frozenset[int]:
    return frozenset(_face(weight).get_charmap())


@lru_cache(maxsize=20_000)
def _advance(text: str, weight: str) -> float:
    face = _face(weight)
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64 / 100


def normal(text: str) -> str:
    """Text on one line, with composed accents and without control characters.

    A no-break space stays, so that a number can be kept with its noun.
    """
    text = unicodedata.normalize("NFC", re.sub(r"[^\S\u00a0]+", " ", str(text))).strip()
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def missing(text: str) -> str:
    """The characters that the typeface does not have."""
    return "".join(dict.fromkeys(c for c in normal(text) if ord(c) not in _glyphs("regular")))


@lru_cache(maxsize=20_000)
def clean(text: str) -> str:
    """Text as it can be set: normal, a question mark for each character without a glyph."""
    return "".join(c if ord(c) in _glyphs("regular") else "?" for c in normal(text))


def width(text: str, size: float, weight: str = "regular") -> float:
    """Width of one line of text in millimetres at a size in points."""
    return _advance(text, weight) * size * MM if text else 0.0


@dataclass(frozen=True)
class Block:
    """Lines of text at one size; heights and widths in millimetres."""

    lines: tuple[str, ...]
    size: float
    weight: str = "regular"
    cut: bool = False

    @property
    def leading(self) -> float:
        return self.size * LEADING * MM

    @property
    def width(self) -> float:
        return max((width(line, self.size, self.weight) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """From the top of the first line's ascenders to the last line's descenders."""
        return (len(self.lines) - 1) * self.leading + (ASCENT + DESCENT) * self.size * MM


def _hard(word: str, room: float, size: float, weight: str) -> tuple[str, str]:
    """The longest head of a word that fits; at least one character."""
    for end in range(len(word) - 1, 1, -1):
        if width(word[:end], size, weight) <= room:
            return word[:end], word[end:]
    return word[:1], word[1:]


def _split(word: str, room: float, size: float, weight: str, language: str) -> tuple[str, str]:
    """Divide a word that is wider than a line: at a hyphen, by syllable, else anywhere."""
    for match in reversed(list(re.finditer(r"[-/–](?=.)", word))):
        if width(word[: match.end()], size, weight) <= room:
            return word[: match.end()], word[match.end() :]
    dictionary = _dictionary(language)
    for head, tail in dictionary.iterate(word):
        if len(head) > 2 and len(tail) > 2 and width(head + "-", size, weight) <= room:
            return head + "-", tail
    return _hard(word, room, size, weight)


@cache
def _dictionary(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_DICTIONARIES.get(language, "en_GB"))


def wrap(
    text: str, room: float, size: float, weight: str = "regular", language: str | None = None
) -> list[str]:
    """Break text into lines no wider than `room` millimetres.

    With a `language`, a word that is wider than a whole line is hyphenated; without one it
    stays whole and sticks out, which the caller can see by measuring.

    Examples
    --------
    >>> wrap("promises are kept", 17, 8)
    ['promises are', 'kept']
    >>> wrap("klanttevredenheidsonderzoek", 20, 8, language="nl")
    ['klanttevreden-', 'heidsonderzoek']
    """
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined, size, weight) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        while language and len(word) > 1 and width(word, size, weight) > room:
            head, word = _split(word, room, size, weight, language)
            lines.append(head)
        line = word
    return [*lines, line] if line else lines


def balanced(
    text: str, room: float, size: float, weight: str = "regular", language: str | None = None
) -> list[str]:
    """As `wrap`, with the same number of lines but about equally long ones."""
    lines = wrap(text, room, size, weight, language)
    if len(lines) < 2:
        return lines
    for step in range(1, 12):
        narrower = wrap(text, room * (1 - step / 24), size, weight, language)
        if len(narrower) > len(lines) or any(line.endswith("-") for line in narrower):
            break
        lines = narrower
    return lines


def shorten(text: str, room: float, size: float, weight: str = "regular") -> str:
    """The text if it fits on a line, else as many whole words as fit and an ellipsis."""
    text = clean(text)
    return text if width(text, size, weight) <= room else _ellipsis(text, room, size, weight)


def _ellipsis(text: str, room: float, size: float, weight: str) -> str:
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        head = " ".join(words[:count]).rstrip(",;:") + " …"
        if width(head, size, weight) <= room:
            return head
    return _hard(words[0], room - width("…", size, weight), size, weight)[0] + "…"


def sizes(largest: float, smallest: float = SMALLEST) -> Iterable[float]:
    """Sizes to try, from large to small in steps of a fifth of a point."""
    steps = round((largest - smallest) / 0.2)
    return [round(largest - 0.2 * step, 1) for step in range(steps + 1)]


def fit(
    text: str,
    room: float,
    height: float,
    *,
    largest: float = 8.0,
    smallest: float = SMALLEST,
    weight: str = "regular",
    language: str = "nl",
) -> Block:
    """Set text as large as its box allows.

    Whole words come first: hyphens are allowed only when the text does not fit without them
    at any size, and when even the smallest size is too large the text ends in an ellipsis.

    Parameters
    ----------
    room, height : float
        The box in millimetres.
    largest, smallest : float
        Sizes in points between which to choose.
    weight : str
        regular, semibold, bold or italic.

    Examples
    --------
    >>> block = fit("Deskundige medewerkers", 18, 8, language="nl")
    >>> block.lines, block.size
    (('Deskundige', 'medewerkers'), 8.0)
    """
    for hyphens in (None, language):
        for size in sizes(largest, smallest):
            block = Block(tuple(balanced(text, room, size, weight, hyphens)), size, weight)
            if block.width <= room and block.height <= height:
                return block
    return _cut(text, room, height, smallest, weight, language)


def _cut(text: str, room: float, height: float, size: float, weight: str, language: str) -> Block:
    lines = wrap(text, room, size, weight, language)
    leading = size * LEADING * MM
    count = max(1, 1 + int((height - (ASCENT + DESCENT) * size * MM) / leading + 1e-9))
    last = _ellipsis(lines[count - 1].removesuffix("-"), room, size, weight)
    return Block((*lines[: count - 1], last), size, weight, cut=True)
