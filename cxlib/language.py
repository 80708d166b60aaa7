"""The one place that knows a language: sentences, numbers, counts, lists and months.

English stands in the code as the message; another language is one catalogue, `words/<code>.po`.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE = "en"  # the language of the messages in the code
WORDS = Path(__file__).parent / "words"
NOTHING = "–"  # what is shown where there is no number
_LOCALES = {"en": "en_GB"}  # where it is another one than Babel takes for the language


def _(message: str) -> str:
    """Mark a message that is said later, for the extractor.

    Examples
    --------
    >>> _("basic")
    'basic'
    """
    return message


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a message and its plural that are said later, for the extractor.

    Examples
    --------
    >>> Speaker("nl").count(2, *plural("{n} card", "{n} cards"))
    '2 kaartjes'
    """
    return one, many


def languages() -> list[str]:
    """Codes of the languages that there are words for.

    Examples
    --------
    >>> languages()
    ['en', 'nl']
    """
    return sorted({SOURCE, *(path.stem for path in WORDS.glob("*.po"))})


@cache
def _catalogue(path: Path) -> NullTranslations:
    if not path.exists():  # the messages themselves
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


@lru_cache(maxsize=20_000)
def _formatted(value: float, pattern: str, language: str) -> str:
    return format_decimal(value, pattern, locale=_locale(language)).replace("-", "−")


def _digits(pattern: str, digits: int) -> str:
    return pattern.replace("#,##0", "#,##0." + "0" * digits) if digits else pattern


class Note(str):
    """What a result has to say: plain English, and data that a `Speaker` tells in its language.

    Parameters
    ----------
    message : str, or pair of `plural`
        A pair agrees with the value `n`.
    **values
        For its placeholders: numbers, names, sequences of names, other notes.

    Examples
    --------
    >>> note = Note("{name}: nobody answered it; left out", name="q1")
    >>> print(note, Speaker("nl").told(note, {"q1": "Veilig"}), sep=" | ")
    q1: nobody answered it; left out | Veilig: niemand beantwoordde dit; weggelaten
    """

    message: str | tuple[str, str]
    values: dict[str, Any]

    def __new__(cls, message: str | tuple[str, str], /, **values: Any) -> Note:
        text = message if isinstance(message, str) else message[values["n"] != 1]
        note = super().__new__(cls, text.format(**_joined(values)) if values else text)
        note.message, note.values = message, values
        return note


def _joined(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: ", ".join(v) if isinstance(v, list) else v for k, v in values.items()}


@dataclass(frozen=True)
class Speaker:
    """One who speaks a language.

    Parameters
    ----------
    language : str
        Code of a language that there are words for.

    Raises
    ------
    ValueError
        For another one.

    Examples
    --------
    >>> one = Speaker("nl")
    >>> one.number(7.42, 1), one.percent(0.531), one.signed(-0.25, 1)
    ('7,4', '53%', '−0,2')
    >>> one.count(2, "{n} card", "{n} cards"), one.interval(1, 3)
    ('2 kaartjes', '1 tot 3')
    """

    language: str

    def __post_init__(self) -> None:
        if self.language not in languages():
            known = " and ".join(languages())
            raise ValueError(f"there are words for {known}, not {self.language!r}")

    @property
    def _words(self) -> NullTranslations:
        return _catalogue(WORDS / f"{self.language}.po")

    def say(self, message: str, /, **values: Any) -> str:
        """A message of the catalogue in this language, with values at its placeholders."""
        text = self._words.gettext(message)
        return text.format(**values) if values else text

    def count(self, n: int, one: str, many: str, /, **values: Any) -> str:
        """A message that agrees with a number, which stands at `{n}`."""
        return self._words.ngettext(one, many, n).format(n=self.number(n), **values)

    def counted(self, n: int, one: str, many: str, /, **values: Any) -> str:
        """As `count`, with the number in words up to twelve."""
        return self._words.ngettext(one, many, n).format(n=self.in_words(n), **values)

    def told(self, note: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
        """A note in this language, with the names of what it is about; other text as it is."""
        if not isinstance(note, Note):
            return note
        values = {key: self._value(value, names) for key, value in note.values.items()}
        if isinstance(note.message, str):
            return self.say(note.message, **values)
        del values["n"]
        return self.count(note.values["n"], *note.message, **values)

    def _value(self, value: Any, names: Mapping[str, str]) -> str:
        if isinstance(value, list):
            return ", ".join(names.get(name, name) for name in value)
        if isinstance(value, Real):
            return self.exact(float(value))
        return self.told(value, names) if isinstance(value, Note) else names.get(value, str(value))

    def in_words(self, n: int) -> str:
        """A count in words up to twelve.

        Examples
        --------
        >>> Speaker("nl").in_words(3), Speaker("en").in_words(20)
        ('drie', '20')
        """
        known = self.say("no one two three four five six seven eight nine ten eleven twelve")
        words = known.split()
        return words[n] if 0 <= n < len(words) else self.number(n)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number in the language's notation; a dash where there is none."""
        if value is None or not math.isfinite(value):
            return NOTHING
        return _formatted(
            round(float(value), digits) + 0.0, _digits("#,##0", digits), self.language
        )

    def percent(self, value: float | None, digits: int = 0) -> str:
        """A share (0-1) as a percentage."""
        if value is None or not math.isfinite(value):
            return NOTHING
        pattern = _digits(_locale(self.language).percent_formats[None].pattern, digits)
        # Rounded here, as half a per cent is rounded for a number.
        share = round((round(value * 100, digits) + 0.0) / 100, digits + 2)
        return _formatted(share, pattern, self.language)

    def exact(self, value: float) -> str:
        """A number with at most three decimals, or a power of ten where it is smaller still.

        Examples
        --------
        >>> Speaker("nl").exact(1234.56789), Speaker("en").exact(0.00012)
        ('1.234,568', '1.2E−4')
        """
        return _formatted(
            value, "#,##0.###" if abs(value) >= 0.001 or not value else "0.0E0", self.language
        )

    def measured(self, value: float | None, unit: str) -> str:
        """A number in its unit: a share as a percentage, a count whole, all else with a decimal.

        Examples
        --------
        >>> Speaker("nl").measured(0.531, "share"), Speaker("nl").measured(7.46, "grade")
        ('53%', '7,5')
        """
        return self.percent(value) if unit == "share" else self.number(value, int(unit != "count"))

    def signed(self, value: float, digits: int = 1) -> str:
        """A difference, with its sign unless it rounds to nought."""
        text = self.number(value, digits)
        return "+" + text if value > 0 and round(value, digits) != 0 else text

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """A range in words, as a dash could be read as a minus sign."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        ends = {"low": self.number(low, digits), "high": self.number(high, digits)}
        return self.say("{low} to {high}", **ends)

    def listed(self, parts: Sequence[str]) -> str:
        """Parts in a running sentence: a, b and c.

        Examples
        --------
        >>> Speaker("nl").listed(["a", "b", "c"]), Speaker("en").either(["a", "b"])
        ('a, b en c', 'a or b')
        """
        return format_list(list(parts), locale=_locale(self.language))

    def either(self, parts: Sequence[str]) -> str:
        """Parts of which one holds: a, b or c."""
        return format_list(list(parts), style="or", locale=_locale(self.language))

    def euros(self, value: float, digits: int = 0) -> str:
        """An amount in euros, in the language's notation.

        Examples
        --------
        >>> Speaker("nl").euros(4810), Speaker("en").euros(0.5, 2)
        ('€\\xa04.810', '€0.50')
        """
        pattern = _locale(self.language).currency_formats["standard"].pattern
        whole = _digits(pattern.replace("#,##0.00", "#,##0"), digits)
        return _formatted(round(float(value), digits) + 0.0, whole.replace("¤", "€"), self.language)

    def tongue(self, language: str) -> str:
        """What a language is called in this one.

        Examples
        --------
        >>> Speaker("nl").tongue("en"), Speaker("en").tongue("en")
        ('Engels', 'English')
        """
        return _locale(language).get_language_name(_locale(self.language)) or language

    @property
    def region(self) -> str | None:
        """The country whose customs a text in this language follows, if there is one.

        Examples
        --------
        >>> Speaker("nl").region, Speaker("en").region, Locale("eo").territory
        ('NL', 'GB', None)
        """
        own = _locale(self.language)
        likely = get_global("likely_subtags").get(own.language, "").rpartition("_")[2]
        found = own.territory or likely
        return found if found.isalpha() and len(found) == 2 else None

    def month(self, day: dt.date, pattern: str = "MMMM y") -> str:
        """A month, or another part of a date, in the language's words.

        Examples
        --------
        >>> Speaker("nl").month(dt.date(2019, 10, 1))
        'oktober 2019'
        """
        return format_date(day, pattern, locale=_locale(self.language)).replace(".", "")

    def own(self, text: Any) -> str:
        """The study's own text in this language: an object with `.at`, a mapping or a string.

        Examples
        --------
        >>> Speaker("nl").own({"nl": "Beloften", "en": "Promises"}), Speaker("en").own(None)
        ('Beloften', '')
        """
        if isinstance(text, Mapping):
            text = text.get(self.language) or next(filter(None, text.values()), None)
        elif hasattr(text, "at"):
            text = text.at(self.language)
        return "" if text is None else str(text)
