"""What a notebook publishes: tables, figures and findings, each with its provenance."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
from IPython.display import Markdown

import cxlib
from cxlib import figures
from cxlib.places import RUNS
from cxlib.run.audit import unnamed
from cxlib.run.fields import (
    Field,
    PrivacyError,
    as_records,
    describe,
    refuse_names,
    refuse_persons,
    refuse_quotes,
)
from cxlib.run.given import given
from cxlib.run.rests import READS
from cxlib.run.results import supported, tidy, write_json, write_table
from cxlib.study.text import Text

if TYPE_CHECKING:
    from cxlib.qmethod import Solution
    from cxlib.report import Followed, Lead
    from cxlib.study import Study

KEY = ".key.csv"  # hidden: promotion copies nothing that is
ORIGINS = ("published", "collected", "simulated")


_UNDRAWN = Markdown("*There is too little to draw: the figure is left out.*")


class FigureError(ValueError):
    """A figure has faults that a reader would see."""


class Publication:
    """The folder in which one notebook puts what it publishes.

    Parameters
    ----------
    study : Study
        The opened study.
    notebook : str
        Name of the notebook without its extension.
    period : str
        A period's label, "latest" or "all".
    language : str, optional
        Language in which figures are shown in the notebook, the study's first if not given;
        files are made in all languages of the study.
    seed : int, optional
        Seed that the notebook uses.
    output : str or Path
        Where to publish; "" means a scratch folder under ``runs/``, emptied first.

    Raises
    ------
    ValueError
        For a language that the study does not have, or an unknown period.
    """

    def __init__(
        self,
        study: Study,
        notebook: str,
        *,
        period: str = "latest",
        language: str | None = None,
        seed: int | None = None,
        output: str | Path = "",
    ) -> None:
        self.languages: list[str] = list(study.config.languages)
        language = language or self.languages[0]
        if language not in self.languages:
            raise ValueError(f"study {study.id} is in {' and '.join(self.languages)}: {language!r}")
        self.period = study.period(period)
        self.language = language
        self.study = study
        self.folder = Path(output) if output else _scratch(study.id, notebook)
        self._made: dict[str, Any] = {
            "study": study.id,
            "period": self.period.label,
            "notebook": notebook,
        }
        self._made |= {"seed": seed, "version": cxlib.__version__}
        study.keep_reads(self.folder / READS, self.period)
        self._minimum = study.config.privacy.minimum_cell
        self._looks = {name: figures.Look.of(study, name) for name in self.languages}
        self._findings: dict[str, dict[str, Any]] = {}

    def given(self, *needed: Any) -> bool:
        """Return whether a part of the notebook has what it needs; say what is missing if not.

        Parameters
        ----------
        *needed
            Names of sets of rows ("survey", "sorts/tenants"), and results of earlier cells, of
            which one without numbers has a note that says why.
        """
        return given(self.study, *needed, speaker=self.look)

    @property
    def look(self) -> figures.Look:
        """Language, brand and source for a figure that is shown but not published."""
        return self._looks[self.language]

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        origin: str,
        units: Mapping[str, str] = MappingProxyType({}),
    ) -> pd.DataFrame:
        """Publish a table as CSV, Parquet and JSON, and return what may be shown of it.

        Rows of groups of people that are left out (`suppressed`) go without their names: how
        many there were stands in the JSON. Cards and questions may be named (links.yaml).

        Parameters
        ----------
        name : str
            Lower-case letters, digits and underscores.
        frame : DataFrame
            Every column, and every level of the index, is in ``fields.yaml``.
        origin : {"published", "collected", "simulated"}
        units : dict of column to unit, optional
            Where the dictionary can't know it.

        Raises
        ------
        FieldError, PrivacyError
            For a column without a description; a count of people below the minimum cell, a
            number in a suppressed row, an id of a participant, or words without consent.
        """
        flat = tidy(_checked(name), frame)
        fields = [replace(f, unit=units.get(f.name, f.unit)) for f in describe(name, flat)]
        refuse_persons(name, flat, fields, self._minimum)
        refuse_quotes(name, flat, fields, self.study)
        nameless = unnamed(name, flat)
        left_out = nameless[nameless].index.value_counts(sort=False).to_dict()
        flat = flat[~nameless.to_numpy()].reset_index(drop=True)
        flat = supported(flat, fields)
        record = {"kind": "table", "name": name, "rows": len(flat)}
        record |= {"origin": _known(origin)} | self._made | {"fields": as_records(fields, flat)}
        record |= {"left_out": left_out} if left_out else {}
        write_table(flat, self.folder / "tables" / name, record)
        return frame[~nameless.to_numpy()] if left_out else frame

    def figure(
        self,
        name: str,
        family: Callable[..., figures.Figure],
        /,
        *results: Any,
        origin: str,
        **options: Any,
    ) -> figures.Figure | Markdown:
        """Draw a figure in every language of the study, save it, and return the one to show.

        Where everything in it was suppressed, nothing is saved and a remark is returned.

        Parameters
        ----------
        name : str
            Lower-case letters, digits and underscores.
        family : callable
            A function of `cxlib.figures`; called with ``*results``, ``look=``, ``origin=`` and
            ``**options``. An option with a text per language (a `Text`) is given as the words
            in the figure's language.
        origin : {"published", "collected", "simulated"}

        Raises
        ------
        PrivacyError
            When a result bears ids of participants.
        FigureError
            When `figures.lint` finds fault in a language.
        """
        stem = self.folder / "figures" / _checked(name)
        for result in results:
            if getattr(getattr(result, "index", None), "name", None) == "sort":
                refuse_names(f"figure {name}", result.index)
        record = {"kind": "figure", "name": name, "origin": _known(origin)} | self._made
        if any(isinstance(result, pd.DataFrame) and result.empty for result in results[:1]):
            return _UNDRAWN
        drawn = {}
        for language, look in self._looks.items():
            words = {key: _spoken(value, language) for key, value in options.items()}
            figure = family(*results, look=look, origin=origin, **words)
            faults = figures.lint(figure)
            if faults == [figures.EMPTY]:
                return _UNDRAWN
            if faults:
                raise FigureError(f"figure {name} ({language}): " + "; ".join(faults))
            figures.save(figure, stem.with_name(f"{name}.{language}"))
            sidecar = stem.with_name(f"{name}.{language}.json")
            write_json(sidecar, record | json.loads(sidecar.read_text(encoding="utf-8")))
            drawn[language] = figure
        return drawn[self.language]

    def keep_key(self, solution: Solution, group: str) -> None:
        """Note for the researcher whose sort is Q01, Q02 …: hidden in a run, never published.

        Parameters
        ----------
        solution : Solution
            With the participants' own ids.
        group : str
            Whose sorts they are.
        """
        folder, runs = self.folder.resolve(), RUNS.resolve()
        if runs not in folder.parents or runs / "scratch" in folder.parents:
            return
        people = self.study.unrecorded.participants[group].rename_axis("participant")
        key = people.assign(group=group, sort=solution.numbers).reset_index()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / KEY
        path.touch(mode=0o600)
        columns = ["sort", "participant", "group", "session"]
        key.sort_values("sort")[columns].to_csv(path, index=False)

    def kpis(self, followed: Mapping[str, Followed]) -> list[figures.Figure | Markdown]:
        """Publish the table of each KPI and the share within its norm; return their figures.

        Parameters
        ----------
        followed : dict of KPI to Followed
            As `report.follow` gives them.
        """
        for name, one in followed.items():
            units = {"value": one.kpi.unit}
            self.table(f"kpi_{name}", one.chart.points, origin=one.origin, units=units)
            if one.closing is not None:
                within = one.closing[3:7]
                self.finding(f"within_norm_{name}", *within, unit="share", origin=one.origin)
        return [
            self.figure(
                f"kpi_{name}", figures.control_chart, one.chart.points, one.course, **one.drawing
            )
            for name, one in followed.items()
        ]

    def finding(
        self,
        name: str,
        value: float | str | None,
        low: float | None = None,
        high: float | None = None,
        n: int | None = None,
        *,
        origin: str,
        unit: str = "",
    ) -> None:
        """Publish one number, or one name, for the booklet's sentences.

        Parameters
        ----------
        value, low, high : float
            The number and its 95 % interval; `value` may be an id.
        n : int, optional
            How many people it rests on.
        unit : str
            A unit of ``fields.yaml`` (grade, share, …).

        Raises
        ------
        PrivacyError
            When `n` is below the study's minimum cell.
        """
        if n is not None and 0 < n < self._minimum:
            raise PrivacyError(f"finding {name}: rests on fewer than {self._minimum} people")
        numbers: dict[str, Any] = {"value": value, "low": low, "high": high}
        if not isinstance(value, str):
            roles = {"value": "measure", "low": "bound", "high": "bound"}
            fields = [Field(key, role, unit, {}) for key, role in roles.items()]
            short = supported(pd.DataFrame([numbers], dtype=float), fields)
            numbers = {key: short[key].iloc[0] for key in roles}
        entry = {key: _plain(number) for key, number in (numbers | {"n": n}).items()}
        self._found(_checked(name), entry | {"unit": unit} | {"origin": _known(origin)})

    def verdict(self, name: str, lead: Lead, n: int | None = None, *, origin: str) -> Lead:
        """Publish who comes first, for titles and the booklet's sentences; return it.

        Its value is the one that is surely first, or nothing; `first` are all that may be, out
        of `of`.

        Raises
        ------
        PrivacyError
            When `n` is below the study's minimum cell.
        """
        self.finding(name, lead.first[0] if lead.sure else None, n=n, origin=origin)
        told = {"first": list(lead.first), "of": len(lead.names)}
        self._found(name, self._findings[name] | told)
        return lead

    def _found(self, name: str, entry: dict[str, Any]) -> None:
        self._findings[name] = entry
        self.folder.mkdir(parents=True, exist_ok=True)
        findings = {"findings": dict(sorted(self._findings.items()))}
        write_json(self.folder / "findings.json", {"kind": "findings"} | self._made | findings)


def _scratch(study: str, notebook: str) -> Path:
    folder = RUNS / "scratch" / study / notebook
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r}: use lower-case letters, digits and underscores")
    return name


def _known(origin: str) -> str:
    if origin not in ORIGINS:
        raise ValueError(f"origin is one of {', '.join(ORIGINS)}; not {origin!r}")
    return origin


def _spoken(value: Any, language: str) -> Any:
    if isinstance(value, list):
        return [_spoken(part, language) for part in value]
    return value.at(language) if isinstance(value, Text) else value


def _plain(value: Any) -> Any:
    """Return a number that JSON can hold: whole ones as integers, not-a-number as nothing."""
    if value is None or isinstance(value, str | bool):
        return value
    if pd.isna(value):
        return None
    return float(value) if float(value) % 1 else int(value)
