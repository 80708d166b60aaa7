"""Texts with named numbers in them: filled in safely, in the reader's own notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from cxlib.language import Speaker
from cxlib.study import Period

MONTH, QUARTER = 32, 100  # more days than either has
HERE = Path(__file__).parent
WORDS: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
SPEC = re.compile(r"(?P<sign>\+?)(?:\.(?P<digits>\d))?(?P<kind>[f%wW]?)")


class MissingValue(LookupError):
    """A text names a value that this study does not have."""


@dataclass(frozen=True)
class Value:
    """A number or name that texts may use, and where it comes from."""

    value: float | int | str
    origin: str = "collected"


@dataclass
class Wording(Formatter):
    """Fills `{finding.mean_grade:.1f}` in one language, from a fixed list of names.

    A name is looked up whole: no attribute, index or conversion is ever followed, and what
    is filled in is not read again. Format: `.1f` decimals, `.0%` share as percentage, `+`
    for an explicit sign, `w` and `W` small counts in words, without and with a capital
    (which a name gets too).

    Parameters
    ----------
    language : str
        Code of a language that there are words for.
    values : mapping of name to Value
        All that a text may mention.

    Raises
    ------
    MissingValue
        When a text names what is not in `values`.

    Examples
    --------
    >>> wording = Wording("nl", {"finding.mean_grade": Value(7.4321, "simulated")})
    >>> wording.fill("Gemiddeld een {finding.mean_grade:.1f}.")
    'Gemiddeld een 7,4.'
    >>> wording.origins
    {'simulated'}
    """

    language: str
    values: Mapping[str, Value]
    origins: set[str] = field(default_factory=set)

    def fill(self, text: str) -> str:
        """Put the values into one text; raises MissingValue when the study lacks one."""
        return self.vformat(text, (), {})

    def sentences(self, messages: Iterable[str]) -> list[str]:
        """Say and fill each message; one whose number the study lacks is left out."""
        filled = []
        for message in messages:
            before = set(self.origins)
            try:
                filled.append(self.fill(Speaker(self.language).say(message)))
            except MissingValue:
                self.origins = before
        return filled

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Return a value by its whole name: never an attribute or item of it."""
        if field_name not in self.values:
            raise MissingValue(f"no value {field_name!r} for this text")
        known = self.values[field_name]
        self.origins.add(known.origin)
        return known.value, field_name

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """Refuse conversions such as !r."""
        if conversion:
            raise ValueError(f"a text may not convert (!{conversion})")
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        """Words as they are, numbers as the language writes them."""
        if isinstance(value, str):
            return value[:1].upper() + value[1:] if format_spec == "W" else value
        return number(value, format_spec, self.language)


def number(value: float, spec: str, language: str) -> str:
    """Write a number as this language does.

    Examples
    --------
    >>> number(21000, ".0f", "nl"), number(0.456, ".0%", "en"), number(6, "W", "nl")
    ('21.000', '46%', 'Zes')
    >>> number(-0.25, "+.1f", "en")
    '−0.2'
    """
    found = SPEC.fullmatch(spec or ".0f")
    if found is None:
        raise ValueError(f"unknown number format {spec!r}")
    speaker, digits = Speaker(language), int(found["digits"] or 0)
    if found["kind"] in ("w", "W"):
        word = speaker.in_words(round(value))
        return word[:1].upper() + word[1:] if found["kind"] == "W" else word
    if found["kind"] == "%":
        return speaker.percent(value, digits)
    return speaker.signed(value, digits) if found["sign"] else speaker.number(value, digits)


def span(period: Period, language: str) -> str:
    """A period as people say it.

    Examples
    --------
    >>> span(Period.parse("2020-Q4"), "nl"), span(Period.parse("2020-03"), "en")
    ('4e kwartaal 2020', 'March 2020')
    """
    if period.start is None or period.end is None:
        return period.label
    days = (period.end - period.start).days
    pattern = "LLLL y" if days < MONTH else "QQQQ y" if days < QUARTER else "y"
    return Speaker(language).month(period.start, pattern)


def stretch(periods: Sequence[Period], language: str) -> str:
    """Successive periods as people say it; whole years by their number.

    Examples
    --------
    >>> quarters = [Period.parse(f"2020-Q{n}") for n in (1, 2, 3, 4)]
    >>> stretch(quarters, "nl"), stretch(quarters[1:], "en")
    ('2020', '2nd quarter 2020 to 4th quarter 2020')
    """
    first, last = periods[0], periods[-1]
    year = Period.parse(first.label[:4])
    if len(periods) == 1 or (year.start, year.end) == (first.start, last.end):
        return span(first if len(periods) == 1 else year, language)
    ends = {"first": span(first, language), "last": span(last, language)}
    return Speaker(language).say("{first} to {last}", **ends)
