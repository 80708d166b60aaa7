"""Words and numbers of the index page, in Dutch or English."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pandas as pd
from babel.numbers import format_decimal, format_percent

from cxlib.run.results import Finding

_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_CELL = 80
_FILES = {
    "booklet": ("Klantvisieboekje", "Customer vision booklet"),
    "card": ("Blije klantenkaart", "Happy customers card"),
}
_IN = {"nl": ("in het Nederlands", "in Dutch"), "en": ("in het Engels", "in English")}


@dataclass(frozen=True)
class Speech:
    """Words and numbers in one language."""

    language: str

    def say(self, nl: str, en: str) -> str:
        """The wording in this language."""
        return nl if self.language == "nl" else en

    def number(self, value: float, pattern: str = "#,##0.###") -> str:
        """A number as this language writes it."""
        text = format_decimal(value, pattern, locale=_LOCALES[self.language])
        return text.replace("-", "−")

    def cell(self, value: Any) -> str:
        """A table's cell, shortened where it is long."""
        if isinstance(value, bool):
            return self.say("ja", "yes") if value else self.say("nee", "no")
        if isinstance(value, pd.Timestamp):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, str):
            return value if len(value) <= _CELL else value[: _CELL - 1] + "…"
        if value is None or pd.isna(value):
            return ""
        return self.number(value, "#,##0.###" if abs(value) >= 0.001 or not value else "0.0E0")

    def quantity(self, value: Any, kind: str) -> str:
        """A finding's number in its unit."""
        if value is None or isinstance(value, str):
            return self.cell(value) or "–"
        if kind == "share":
            return format_percent(value, "#,##0%", locale=_LOCALES[self.language])
        return self.number(value, "#,##0.0") if kind in ("grade", "points") else self.cell(value)

    def between(self, finding: Finding) -> str:
        """A finding's interval."""
        ends = [self.quantity(end, finding.unit) for end in (finding.low, finding.high)]
        return f"{ends[0]} {self.say('tot', 'to')} {ends[1]}"

    def file(self, name: str) -> str:
        """A download's name in words, such as the booklet in Dutch."""
        stem, _, language = PurePath(name).stem.partition(".")
        words = self.say(*_FILES.get(stem, (stem, stem)))
        return f"{words} {self.say(*_IN[language])}" if language in _IN else words
