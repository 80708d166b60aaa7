"""Text as it can be set: cleaned, measured in millimetres, wrapped, shortened."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import font_source_sans_pro
import pyphen
from matplotlib.ft2font import FT2Font, LoadFlags

MM = 25.4 / 72  # millimetres a point
LEADING = 1.18  # line distance in sizes
ASCENT, CAPITAL, DESCENT = 0.73, 0.656, 0.22  # Source Sans Pro, in sizes
SMALLEST = 6.0  # points; nothing in print below it
FONTS = Path(font_source_sans_pro.__file__).parent / "files"


@cache
def _face(weight: str) -> FT2Font:
    face = FT2Font(str(FONTS / f"SourceSansPro-{weight.title()}.ttf"))
    face.set_size(100, 72)
    return face


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(_face("regular").get_charmap())


def normal(text: str) -> str:
    """Text on one line, with composed accents and without control characters.

    A no-break space stays, so that a number can be kept with its noun.
    """
    text = unicodedata.normalize("NFC", re.sub(r"[^\S\u00a0]+", " ", str(text))).strip()
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def missing(text: str) -> str:
    """The characters that the typeface does not have.

    Examples
    --------
    >>> missing("Sığınak שלום")
    'שלום'
    """
    return "".join(dict.fromkeys(c for c in normal(text) if ord(c) not in _glyphs()))


@lru_cache(maxsize=20_000)
def clean(text: str) -> str:
    """Text as it can be set: normal, a question mark for each character without a glyph."""
    return "".join(c if ord(c) in _glyphs() else "?" for c in normal(text))


@lru_cache(maxsize=20_000)
def width(text: str, size: float, weight: str = "regular") -> float:
    """Width of one line of text in millimetres at a size in points."""
    if not text:
        return 0.0
    face = _face(weight)
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(face.get_width_height()[0] / 64 / 100 * size * MM)


@dataclass(frozen=True)
class Block:
    """Lines of text at one size; heights and widths in millimetres."""

    lines: tuple[str, ...]
    size: float
    weight: str = "regular"

    @property
    def leading(self) -> float:
        """From one baseline to the next."""
        return self.size * LEADING * MM

    @property
    def width(self) -> float:
        """Of the widest line."""
        return max((width(line, self.size, self.weight) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """From the top of the first line's ascenders to the last line's descenders."""
        return (len(self.lines) - 1) * self.leading + (ASCENT + DESCENT) * self.size * MM


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


def _split(word: str, room: float, size: float, weight: str, language: str) -> tuple[str, str]:
    """Divide a word that is wider than a line: at a hyphen, by syllable, else anywhere."""
    for match in reversed(list(re.finditer(r"[-/–](?=.)", word))):
        if width(word[: match.end()], size, weight) <= room:
            return word[: match.end()], word[match.end() :]
    for head, tail in _dictionary(language).iterate(word):
        if len(head) > 2 and len(tail) > 2 and width(head + "-", size, weight) <= room:
            return head + "-", tail
    return _hard(word, room, size, weight)


def _hard(word: str, room: float, size: float, weight: str) -> tuple[str, str]:
    """The longest head of a word that fits; at least one character."""
    for end in range(len(word) - 1, 1, -1):
        if width(word[:end], size, weight) <= room:
            return word[:end], word[end:]
    return word[:1], word[1:]


@cache
def _dictionary(language: str) -> pyphen.Pyphen:
    known = {"en": "en_GB"}.get(language) or pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=known or "en_GB")


def shorten(text: str, room: float, size: float, weight: str = "regular") -> str:
    """The text if it fits on a line, else as many whole words as fit and an ellipsis."""
    text = clean(text)
    if width(text, size, weight) <= room:
        return text
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        head = " ".join(words[:count]).rstrip(",;:") + " …"
        if width(head, size, weight) <= room:
            return head
    return _hard(words[0], room - width("…", size, weight), size, weight)[0] + "…"
