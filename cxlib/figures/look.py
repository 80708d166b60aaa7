"""What a figure is told about its surroundings: language, brand, source, domains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

from cxlib.figures.brand import Brand, Mark
from cxlib.figures.text import shorten

_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_ORIGINS = {
    "published": ("Gepubliceerde cijfers.", "Published figures."),
    "collected": ("Eigen onderzoek.", "Own research."),
    "simulated": (
        "Gesimuleerde gegevens, geen echte respondenten.",
        "Simulated data, not real respondents.",
    ),
}
NOTHING = "–"  # what is shown where there is no number


@lru_cache(maxsize=20_000)
def _formatted(value: float, digits: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(round(value, digits) + 0.0, pattern, locale=Locale.parse(locale))
    return text.replace("-", "−")


@dataclass(frozen=True)
class Look:
    """Language, brand and source of a study's figures.

    Parameters
    ----------
    language : str
        "nl" or "en".
    brand : Brand
        The three house colours.
    source : str
        Citation, without "Source:".
    organisation : str
        Name of the corporation.
    domains : mapping of str to str
        Domain id to label, in the study's order; fixes colour and marker of every domain.
    ends : pair of str, optional
        What the board says on its left and right; "least important" and "most important".

    Examples
    --------
    >>> look = Look("nl")
    >>> look.number(7.42, 1), look.percent(0.531), look.signed(-0.25, 1)
    ('7,4', '53%', '−0,2')
    """

    language: str
    brand: Brand = field(default_factory=Brand)
    source: str = ""
    organisation: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    ends: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.language not in _LOCALES:
            raise ValueError(f"figures speak nl and en, not {self.language!r}")

    def say(self, nl: str, en: str) -> str:
        """The wording in the figure's language."""
        return nl if self.language == "nl" else en

    @property
    def board(self) -> tuple[str, str]:
        """The words at the low and the high end of the board."""
        least = self.say("minst belangrijk", "least important")
        return self.ends or (least, self.say("meest belangrijk", "most important"))

    @property
    def scored(self) -> str:
        """What a card's score is, by what stands at the ends of the board."""
        if self.ends is None:
            return self.say("Belangrijkheid van 0 tot 100", "Importance from 0 to 100")
        low, high = self.ends
        return self.say(
            f"Score van 0 ({low}) tot 100 ({high})", f"Score, 0 ({low}) to 100 ({high})"
        )

    def number(self, value: float, digits: int = 0) -> str:
        """A number in the language's notation; a dash where there is none."""
        if value is None or not math.isfinite(value):
            return NOTHING
        return _formatted(float(value), digits, _LOCALES[self.language])

    def percent(self, value: float, digits: int = 0) -> str:
        """A share (0-1) as a percentage."""
        text = self.number(value if value is None else value * 100, digits)
        return text if text == NOTHING else text + "%"

    def signed(self, value: float, digits: int = 1) -> str:
        """A difference, with its sign unless it rounds to nought."""
        text = self.number(value, digits)
        return "+" + text if value > 0 and round(value, digits) != 0 else text

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """A range in words, as a dash could be read as a minus sign."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        return f"{self.number(low, digits)} {self.say('tot', 'to')} {self.number(high, digits)}"

    def count(self, n: int, nl: str, en: str) -> str:
        """A whole number with its noun, given as "singular/plural" in both languages."""
        one, many = self.say(nl, en).split("/")
        return f"{self.number(n)} {one if n == 1 else many}"

    def listed(self, parts: Sequence[str], nl: str = "en", en: str = "and") -> str:
        """Parts in a running sentence: a, b and c; another word than "and" may join them."""
        *most, last = list(parts) or [""]
        return f"{', '.join(most)} {self.say(nl, en)} {last}" if most else last

    def either(self, parts: Sequence[str]) -> str:
        """Parts of which one holds: a, b or c."""
        return self.say(" of ", " or ").join(
            [", ".join(parts[:-1])] * (len(parts) > 1) + [parts[-1]]
        )

    def brief(self, text: str, room: float = 62.0) -> str:
        """A label within a title, shortened to `room` millimetres."""
        return shorten(text, room, 10.5, "bold")

    def quoted(self, text: str, room: float = 62.0) -> str:
        """As `brief`, in quotation marks."""
        return f"‘{self.brief(text, room)}’"

    def marks(self, domains: Iterable[str] = ()) -> dict[str, Mark]:
        """Fill and marker of every domain; ids that the study does not list come after."""
        known = list(self.domains)
        extra = [d for d in dict.fromkeys(domains) if d and d == d and d not in self.domains]
        names = [*known, *extra]
        return dict(zip(names, self.brand.marks(len(names)), strict=True))

    def domain_label(self, domain: str) -> str:
        """The label of a domain, or its id."""
        return self.domains.get(domain, domain)

    def source_line(self, origin: str, note: str = "") -> str:
        """Source, remark and where the rows come from, as set under the figure."""
        if origin not in _ORIGINS:
            raise ValueError(f"origin is one of {', '.join(_ORIGINS)}, not {origin!r}")
        source = (
            self.say("Bron: ", "Source: ") + self.source.rstrip(".") + "." if self.source else ""
        )
        return " ".join(part for part in (source, note, self.say(*_ORIGINS[origin])) if part)
