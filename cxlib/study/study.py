"""A study folder as one object."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from cxlib.problems import Problem, StudyError, nearest
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import kpi_tables, study_tables, survey_table
from cxlib.study.periods import Period, PeriodError, complete, labels
from cxlib.study.reading import in_order, locate, read_folder
from cxlib.study.reads import Reads
from cxlib.study.text import Origin
from cxlib.study.vision import Facts, Vision


class _Held:
    """A table of a study, under the name of the attribute."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, study: Study | None, owner: type | None = None) -> pd.DataFrame | None:
        if study is None:
            return self  # type: ignore[return-value]  # so that `Study.cards?` shows what it holds
        study._read(self.name)
        table = study._tables.get(self.name)
        return None if table is None else table.copy(deep=False)


class _Groups(_Held):
    """Tables of a study by group, in the order that study.yaml has them."""

    def __get__(  # type: ignore[override]
        self, study: Study | None, owner: type | None = None
    ) -> dict[str, pd.DataFrame]:
        if study is None:
            return self  # type: ignore[return-value]
        study._read(self.name)
        found = in_order(study._tables, f"{self.name}/", study.config)
        return {group: table.copy(deep=False) for group, table in found.items()}


@dataclass(frozen=True)
class Study:
    """Everything in a study folder, checked.

    Parameters
    ----------
    folder : Path
    config : StudyConfig
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
    _vision: Vision | None = None
    _facts: Facts | None = None
    files: tuple[str, ...] = ()
    hints: tuple[Problem, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
    _tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _reads: Reads | None = field(default=None, repr=False, compare=False)
    _until: str = ""  # the last month, where later rows were cut off

    @classmethod
    def open(cls, place: str | Path) -> Study:
        """Open a folder, or a name in data/raw; raises StudyError with every problem."""
        folder = locate(place)
        state, held = _HELD.get(folder, ("", None))
        if held is not None and state == _state(folder):
            return replace(held, _reads=held._reads and held._reads.anew())
        contents = read_folder(folder)
        if not all(problem.hint for problem in contents.problems):
            raise StudyError(contents.problems)
        tables = {
            name: table if table.index.name else table.reset_index(drop=True)
            for name, table in contents.tables.items()  # rows of the file matter in problems only
        }
        models = contents.config, contents.vision, contents.facts
        said = tuple(contents.problems), tuple(contents.notes)
        files = tuple(contents.files)
        study = cls(contents.folder, *models, files, *said, MappingProxyType(tables))
        return replace(study, _reads=Reads(study))

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
    def vision(self) -> Vision | None:
        """What vision.yaml holds."""
        self._read("vision")
        return self._vision

    @property
    def facts(self) -> Facts | None:
        """What facts.yaml holds."""
        self._read("facts")
        return self._facts

    cards = _Held("Index card; label_nl, short_nl … in each language, domain, value, journey.")
    sorts = _Groups("Cards x sorts of each group.")
    ratings = _Groups("Cards x participants of each group; NaN is don't know.")
    participants = _Groups("Index sort; session, where it is known. Of each group that sorted.")
    remarks = _Groups("Participant, card, text, code, consent: a row a remark and code.")
    codes = _Held("Index code; label_nl … in each language, domain, value.")
    survey = _Held("One row an answer; columns by the parts they play, grades and items.")
    unknown = _Held(
        "Which grades of the survey are no grade but don't know; None if none is known."
    )
    benchmark = _Held("Landlord, year, new_tenants, repairs, departed.")
    landlords = _Held("A row a landlord and year; `own` marks this one, if study.yaml names it.")
    votes = _Held("Voter, crocodile.")
    maturity = _Held("Respondent, level.")
    participation = _Held("Activity, labels, phase, group, sessions, participants.")

    @property
    def value_items(self) -> dict[str, list[str]]:
        """Survey items of each value that somebody answered."""
        if self._until:
            self._read("survey")
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
        known = [*study_tables(self.config), "vision", "facts", "values", "grid", "sessions"]
        known += ["decisions", "kpis"]
        for name in names:
            if name.split("/")[0] not in known:
                raise ValueError(f"a study never holds {name!r}. {nearest(name, known)}")
        quiet = self.unrecorded
        return [name for name in names if not _holds(quiet, name)]

    @property
    def unrecorded(self) -> Study:
        """The same study, for a look at what there is that counts for no reading of its rows."""
        return replace(self, _reads=None)

    def keep_reads(self, place: Path, period: Period) -> None:
        """Keep a file up to date that says what is read of the study, up to a period."""
        if self._reads is not None:
            self._reads.add("periods", last=_month(period.end))
            self._reads.keep(place)

    def _read(self, name: str, first: str = "", last: str = "") -> None:
        if self._reads is not None:
            self._reads.add(name, first, last or self._until)

    def kpi_table(self, name: str) -> pd.DataFrame | None:
        """Return the rows of a KPI, columns by the parts they play; None where it has no dates.

        Parts are date and grade, opened and closed, or date, number and homes.

        Examples
        --------
        >>> Study.open("haag-wonen").kpi_table("complaints").columns.tolist()
        ['opened', 'closed', 'id']
        """
        kpi = self.config.kpi(name)
        self._read(kpi.table)
        held = self._tables.get(kpi.table, pd.DataFrame())
        names = {field.header: field.name for field in survey_table(self.config).fields}
        parts = {part: header if header in held else names.get(header, header)
                 for part, header in kpi.parts.items()}  # fmt: skip
        if not set(parts.values()) <= set(held) or held[parts[kpi.dated]].isna().all():
            return None
        return held[list(parts.values())].set_axis(list(parts), axis=1)

    def label(self, kind: str, name: str, language: str) -> str:
        """Return the name to print of a value, journey, group, KPI, card …; the id without one."""
        return self._printed("label", kind, name, language)

    def short(self, kind: str, name: str, language: str) -> str:
        """Return the short name to print; the label where there is none."""
        return self._printed("short", kind, name, language)

    def _printed(self, what: str, kind: str, name: str, language: str) -> str:
        if kind == "cards":
            self._read("cards")
            cards = self._tables.get("cards", pd.DataFrame())
            return str(cards.loc[name, f"{what}_{language}"]) if name in cards.index else name
        parts = getattr(self.config, kind)
        part = {part.id: part for part in parts}.get(name)
        text = getattr(part, what, None) or getattr(part, "label", None)
        return text.at(language) if text else name

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
        return labels(frame[_date(frame)], self.config.periods.rule)

    def within(
        self, frame: pd.DataFrame, periods: Period | str | Iterable[Period | str]
    ) -> pd.DataFrame:
        """Return the rows of a dated table that fall in some of the periods."""
        asked = [periods] if isinstance(periods, Period | str) else list(periods)
        if any(str(part) == "all" for part in asked):
            return frame
        dates = frame[_date(frame)]
        spans = [part if isinstance(part, Period) else Period.parse(part) for part in asked]
        inside = [span.holds(dates) for span in spans]
        return frame[pd.concat(inside, axis=1).any(axis=1)] if inside else frame[:0]

    def answers(self, periods: Iterable[Period]) -> pd.DataFrame:
        """Return the answers to the survey in some periods; no other rows count as read."""
        kept = list(periods)
        for span in kept:
            self._read("survey", _month(span.start), _month(span.end))
        return self.within(self._tables["survey"], kept)

    def until(self, period: Period | str) -> Study:
        """Return the study with every dated table cut at the end of a period.

        What was received or requested by then keeps its closing date, even a later one.
        """
        span = period if isinstance(period, Period) else self.period(period)
        if span.end is None:
            return self
        end = span.end + pd.Timedelta(days=1)
        cut = dict(self._tables)
        for name, date in self._dated.items():
            if date in cut.get(name, ()):
                cut[name] = cut[name][~(cut[name][date] >= end)]
        return replace(self, _tables=MappingProxyType(cut), _until=_month(span.end))

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file that was read, by its path in the folder."""
        content = {name: (self.folder / name).read_bytes() for name in sorted(self.files)}
        return {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}

    def _named(self, name: str) -> Any:
        """A set of rows, or a part of the study, by name."""
        if name not in kpi_tables(self.config):
            return getattr(self, name)
        self._read(name)
        return self._tables.get(name)

    @property
    def _dated(self) -> dict[str, str]:
        """The column with dates of each table that has one."""
        known = study_tables(self.config).items()
        return {name: table.date for name, table in known if table.date}

    def _dates(self) -> list[pd.Series]:
        """Dates of rows; those of the survey where it has any, for it is what periods are about."""
        held = self._tables
        columns = self._dated.items()
        dated = [held[name][date] for name, date in columns if date in held.get(name, ())]
        return dated[:1] if "date" in held.get("survey", ()) else dated


_HELD: dict[Path, tuple[str, Study]] = {}


def hold(place: str | Path) -> None:
    """Keep a study open for this process and its forks, until something in its folder changes.

    Parameters
    ----------
    place : str or Path
        A folder, or the name of one in data/raw.

    Raises
    ------
    StudyError
        With every problem.
    """
    folder = locate(place)
    state, study = _state(folder), Study.open(folder)
    _HELD[folder] = state, replace(study, _reads=study._reads and study._reads.anew())


def _state(folder: Path) -> str:
    """Digest of all that is in a folder, and of today, which dates are held against."""
    found = hashlib.sha256(str(dt.date.today()).encode())
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        told = file.read_bytes() if os.access(file, os.R_OK) else b""  # the check says so
        content = hashlib.sha256(told).hexdigest()
        found.update(f"\0{file}\0{content}".encode(errors="surrogateescape"))
    return found.hexdigest()


def _month(day: pd.Timestamp | None) -> str:
    return "" if day is None else f"{day:%Y-%m}"


def _date(frame: pd.DataFrame) -> str:
    """Return which column dates the rows of a table."""
    for column in ("date", "opened"):
        if column in frame:
            return column
    raise ValueError("the table has no column date or opened")


def _holds(study: Study, name: str) -> bool:
    kind, _, part = name.partition("/")
    if kind == "values":
        return any(study.value_items.values())
    if kind == "decisions":
        return getattr(study.config.decisions, part).value is not None
    if kind == "sessions":
        known = [people["session"].notna().any() for people in study.participants.values()]
        return bool(known) and all(known)
    if kind == "kpis":
        return any(study.kpi_table(kpi.id) is not None for kpi in study.config.kpis)
    held = study._named(kind)
    if name.endswith("/"):  # the group that `subject` did not find
        return False
    if isinstance(held, dict):
        return part in held if part else bool(held)
    if held is None or not part:
        return held is not None
    if isinstance(held, pd.DataFrame):
        return part in held and bool(held[part].notna().any())
    return bool(getattr(held, part, None))
