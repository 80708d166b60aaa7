"""What pages are made from: a study and the results that its notebooks published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from cxlib.booklet.wording import WORDS, number, span
from cxlib.figures.look import Look
from cxlib.run.results import Results
from cxlib.study import Study
from cxlib.study.periods import Period, PeriodError


@dataclass(frozen=True)
class Source:
    """One study's results in one language."""

    study: Study
    results: Results
    period: Period
    language: str
    subject: str = ""  # which viewpoint or steering number a page is about

    @cached_property
    def look(self) -> Look:
        """Who writes numbers and lists in this language, and knows the study's colours."""
        return Look.of(self.study, self.language)

    def frame(self, name: str, *columns: str) -> pd.DataFrame | None:
        """A published table by its first column; None if it or a column is not there."""
        if name not in self.results.tables:
            return None
        table = self.results.table(name)
        if table.empty or not set(columns) <= set(table.columns):
            return None
        return table.set_index(table.columns[0])

    def rows(self, spec: dict[str, Any]) -> pd.DataFrame | None:
        """The rows of a published table that tables.yaml or values.yaml asks for, in order."""
        frame = self.frame(spec["from"].format(subject=self.subject))
        if frame is not None and "latest" in spec and spec["latest"] in frame:
            frame = frame.loc[[frame.index.max()]].set_index(spec["latest"])
        by = [name.strip("|") for name in spec.get("order", [])]
        if frame is None or not set(by) <= set(frame):
            return None
        if "where" in spec:
            try:
                frame = frame.query(spec["where"], engine="python")
            except pd.errors.UndefinedVariableError:
                return None
        if "about" in spec:
            frame = frame[frame.index.isin(self.study.config.ids(spec["about"]))]
        if by:
            size = {name.strip("|") for name in spec["order"] if name.startswith("|")}
            frame = frame.sort_values(
                by, ascending=False, kind="stable", key=lambda c: c.abs() if c.name in size else c
            )
        return frame.iloc[::-1] if "newest" in spec else frame

    def origin(self, name: str) -> str:
        """Where a published table comes from."""
        return str(self.results.tables[name].record["origin"])

    def card(self, card: str) -> str:
        """Short label of a card."""
        return self.short("cards", card)

    def name(self, kind: str, name: str) -> str:
        """Label of a value, journey, domain or group; its id where the study names none."""
        return self.study.label(kind, name, self.language)

    def short(self, kind: str, name: str) -> str:
        """Name of a value as figures show it; its label where it has no shorter one."""
        return self.study.short(kind, name, self.language)

    def called(self, name: str, first: str = "value") -> str:
        """What an id is called: a value, journey, card or domain, looked for in that order.

        With "journey" as `first`, journeys go before values, as ids may be in use twice.
        """
        kinds = ("journeys", "values") if first == "journey" else ("values", "journeys")
        labels = (self.short(kind, name) for kind in (*kinds, "cards", "domains"))
        return next((label for label in labels if label != name), name)

    def some(self, cards: Iterable[Any], most: int = 5) -> str:
        """The first cards in a sentence, and how many more there are."""
        names = [f"‘{self.card(str(card))}’" for card in cards]
        left = len(names) - most
        more = [self.word("more").format(n=self.number(left))] * (left > 0)
        return self.look.listed(names[:most] + more)

    def span(self, label: str) -> str:
        """A period's label as people say it; what is none, as it is."""
        try:
            return span(Period.parse(label), self.language)
        except PeriodError:
            return label

    def number(self, value: Any, spec: str = ".0f") -> str:
        """A number in the reader's notation; a dash where there is none."""
        return WORDS["nothing"] if pd.isna(value) else number(float(value), spec, self.language)

    def range(self, low: Any, high: Any, spec: str = ".0f") -> str:
        """An interval in words, since a dash could be read as a minus sign."""
        if pd.isna(low) or pd.isna(high):
            return str(WORDS["nothing"])
        ends = {"low": self.number(low, spec), "high": self.number(high, spec)}
        return self.look.say("{low} to {high}", **ends)

    def word(self, name: str, section: str = "words") -> str:
        """One of the booklet's own words."""
        return self.look.say(WORDS[section][name])
