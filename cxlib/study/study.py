"""A study folder as one object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from cxlib.study.config import Origin, StudyConfig
from cxlib.study.dictionary import tables
from cxlib.study.facts import Facts
from cxlib.study.folder import hashes
from cxlib.study.holdings import holds
from cxlib.study.inventory import DATED, date_column
from cxlib.study.periods import Period, PeriodError, complete, labels
from cxlib.study.problems import Problem, StudyError, nearest
from cxlib.study.reading import Contents, in_order, locate, read_folder
from cxlib.study.vision import Vision


@dataclass(frozen=True)
class Study:
    """Everything in a study folder, checked.

    Parameters
    ----------
    folder : Path
    config : StudyConfig
    vision, facts : Vision, Facts, optional
    hints : tuple of Problem
        What the check advises; faults are raised when the folder is opened.

    Examples
    --------
    >>> study = Study.open("haag-wonen")
    >>> study.sorts["tenants"].shape, study.label("values", "ease", "nl"), study.missing("ratings")
    ((30, 32), 'Gemak', [])
    """

    folder: Path
    config: StudyConfig
    vision: Vision | None = None
    facts: Facts | None = None
    files: tuple[str, ...] = ()
    hints: tuple[Problem, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
    _tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, place: str | Path) -> Study:
        """Open a folder, or a name in data/raw; raises StudyError with every problem."""
        contents = read_folder(locate(place))
        if not all(problem.hint for problem in contents.problems):
            raise StudyError(contents.problems)
        return cls._of(contents)

    @classmethod
    def _of(cls, contents: Contents) -> Study:
        held = MappingProxyType(dict(map(_numbered, contents.tables.items())))
        models = contents.config, contents.vision, contents.facts
        said = tuple(contents.problems), tuple(contents.notes)
        return cls(contents.folder, *models, tuple(contents.files), *said, held)

    @property
    def id(self) -> str:
        """The study's id: a name for folders."""
        return self.config.id

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.config.name

    @property
    def grid(self) -> dict[int, int] | None:
        """Cards on each grid value: from study.yaml, the sorts' file, or what all sorts share."""
        return self.config.grid

    @property
    def cards(self) -> pd.DataFrame | None:
        """Index card; label_nl, label_en, short_nl, short_en, domain, value, journey."""
        return self._table("cards")

    @property
    def sorts(self) -> dict[str, pd.DataFrame]:
        """Cards x sorts of each group."""
        return self._groups("sorts/")

    @property
    def ratings(self) -> dict[str, pd.DataFrame]:
        """Cards x participants of each group; NaN is don't know."""
        return self._groups("ratings/")

    @property
    def participants(self) -> dict[str, pd.DataFrame]:
        """Index sort; session, where it is known. Of each group that sorted."""
        return self._groups("participants/sorts/")

    @property
    def remarks(self) -> dict[str, pd.DataFrame]:
        """Participant, card, text, code, consent: a row a remark and code, of each group."""
        return self._groups("remarks/")

    @property
    def codes(self) -> pd.DataFrame | None:
        """Index code; label_nl, label_en, domain, value."""
        return self._table("codes")

    @property
    def survey(self) -> pd.DataFrame | None:
        """One row an answer; columns by the parts they play, grades and items."""
        return self._table("survey")

    @property
    def unknown(self) -> pd.DataFrame | None:
        """Which grades of the survey are "don't know"; None where the file does not tell."""
        return self._table("unknown")

    @property
    def complaints(self) -> pd.DataFrame | None:
        """Complaint, received, closed (NaT while open), journey."""
        return self._table("complaints")

    @property
    def callbacks(self) -> pd.DataFrame | None:
        """Callback, requested, called (NaT while open)."""
        return self._table("callbacks")

    @property
    def internal(self) -> pd.DataFrame | None:
        """Date, department, grade."""
        return self._table("internal")

    @property
    def benchmark(self) -> pd.DataFrame | None:
        """Landlord, year, new_tenants, repairs, departed."""
        return self._table("benchmark")

    @property
    def landlords(self) -> pd.DataFrame | None:
        """One row a landlord and year; `own` marks this one, where study.yaml names it."""
        return self._table("landlords")

    @property
    def votes(self) -> pd.DataFrame | None:
        """Voter, crocodile."""
        return self._table("votes")

    @property
    def maturity(self) -> pd.DataFrame | None:
        """Respondent, level."""
        return self._table("maturity")

    @property
    def participation(self) -> pd.DataFrame | None:
        """Activity, labels, phase, group, sessions, participants."""
        return self._table("participation")

    @property
    def value_items(self) -> dict[str, list[str]]:
        """Survey items of each value that somebody answered."""
        survey = self._tables.get("survey", pd.DataFrame())
        answered = {str(column) for column in survey.columns[survey.notna().any()]}
        return {
            value.id: [item for item in value.items if item in answered]
            for value in self.config.values
        }

    def origin(self, *names: str) -> Origin:
        """Return where sets of rows come from; of several, the least real origin."""
        usual: dict[str, Origin] = {"landlords": "published"}
        marks = usual | self.config.provenance
        found = [
            mark
            for name in names
            for mark in [m for key, m in marks.items() if key == name or key.startswith(f"{name}/")]
            or [marks.get(name.split("/")[0], "collected")]
        ]
        order: tuple[Origin, ...] = ("simulated", "collected", "published")
        return min(found, key=order.index, default="collected")

    def has(self, *names: str) -> bool:
        """Return whether the study holds all of these: "cards", "sorts/tenants", "vision" …"""
        return not self.missing(*names)

    def missing(self, *names: str) -> list[str]:
        """Return which of these the study does not hold; raises ValueError on unknown names.

        A name may go deeper: "sorts/tenants", "survey/date" (a filled column), "vision/phases".
        "values" have answered items, "grid" is that of the sorts, "sessions" of all who sorted.
        """
        known = [*tables(), "vision", "facts", "values", "grid", "sessions", "decisions"]
        for name in names:
            if name.split("/")[0] not in known:
                raise ValueError(f"a study never holds {name!r}. {nearest(name, known)}")
        return [name for name in names if not holds(self, name)]

    def label(self, kind: str, name: str, language: str) -> str:
        """Return the name to print of a value, journey, group, KPI, card …; the id without one."""
        if kind == "cards":
            cards = self._tables.get("cards", pd.DataFrame())
            return str(cards.loc[name, f"label_{language}"]) if name in cards.index else name
        part = (dict(self.config.kpis) if kind == "kpis" else self._parts(kind)).get(name)
        return part.label.at(language) if part else name

    def short(self, kind: str, name: str, language: str) -> str:
        """Return the short name to print; the label where there is none."""
        if kind == "cards":
            cards = self._tables.get("cards", pd.DataFrame())
            return str(cards.loc[name, f"short_{language}"]) if name in cards.index else name
        short = getattr(self._parts(kind).get(name), "short", None)
        return short.at(language) if short else self.label(kind, name, language)

    def periods(self) -> list[Period]:
        """Return the complete periods, oldest first; without dates one period "all"."""
        found = complete(self._dates(), self.config.periods.rule, pd.Timestamp.now())
        return found or [Period("all")]

    def period(self, label: str = "latest") -> Period:
        """Return a period by its label, "latest" (the last complete one) or "all".

        Raises
        ------
        PeriodError
            If the label can't be read or the data hold nothing in it.
        """
        if label == "latest":
            return self.periods()[-1]
        if label == "all":
            return Period("all")
        period = Period.parse(label)
        if not any(period.holds(dates).any() for dates in self._dates()):
            held = ", ".join(map(str, self.periods()))
            raise PeriodError(f"the study has no rows in {label}; its complete periods: {held}")
        return period

    def period_labels(self, frame: pd.DataFrame) -> pd.Series:
        """Return the label of the period of every row in a dated table."""
        return labels(frame[date_column(frame)], self.config.periods.rule)

    def within(
        self, frame: pd.DataFrame, periods: Period | str | Iterable[Period | str]
    ) -> pd.DataFrame:
        """Return the rows of a dated table that fall in some of the periods."""
        asked = [periods] if isinstance(periods, Period | str) else list(periods)
        spans = [part if isinstance(part, Period) else _period(part) for part in asked]
        if any(span.start is None for span in spans):
            return frame
        dates = frame[date_column(frame)]
        inside = [span.holds(dates) for span in spans]
        return frame[pd.concat(inside, axis=1).any(axis=1)] if inside else frame[:0]

    def until(self, period: Period | str) -> Study:
        """Return the study with every dated table cut at the end of a period.

        What was received or requested by then keeps its closing date, even a later one.
        """
        span = period if isinstance(period, Period) else self.period(period)
        if span.end is None:
            return self
        end = span.end + pd.Timedelta(days=1)
        cut = dict(self._tables)
        for name, column in DATED.items():
            if name in cut and column in cut[name]:
                cut[name] = cut[name][~(cut[name][column] >= end)]
        return replace(self, _tables=MappingProxyType(cut))

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file that was read, by its path in the folder."""
        return hashes(self.folder, list(self.files))

    def _table(self, name: str) -> pd.DataFrame | None:
        table = self._tables.get(name)
        return None if table is None else table.copy(deep=False)

    def _groups(self, start: str) -> dict[str, pd.DataFrame]:
        found = in_order(self._tables, start, self.config)
        return {group: table.copy(deep=False) for group, table in found.items()}

    def _parts(self, kind: str) -> dict:
        return {part.id: part for part in getattr(self.config, kind)}

    def _dates(self) -> list[pd.Series]:
        dated = [
            self._tables[name][column]
            for name, column in DATED.items()
            if name in self._tables and column in self._tables[name]
        ]
        return dated[:1] if "date" in self._tables.get("survey", ()) else dated


def _numbered(item: tuple[str, pd.DataFrame]) -> tuple[str, pd.DataFrame]:
    """Count rows from 0: the rows of the file matter in problems only."""
    name, table = item
    return name, table if table.index.name else table.reset_index(drop=True)


def _period(label: str) -> Period:
    return Period("all") if label == "all" else Period.parse(label)
