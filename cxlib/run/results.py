"""Read what notebooks published, during a run or afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

import pandas as pd

from cxlib.places import FIGURES, PROCESSED
from cxlib.run.tables import read_table


class ResultsError(ValueError):
    """A result that was not published, or published twice."""


@dataclass(frozen=True)
class TableFile:
    """A published table: its JSON, what is in it, and where it comes from."""

    name: str
    sidecar: Path
    record: dict[str, Any]

    @property
    def csv(self) -> Path:
        """The file that people open."""
        return self.sidecar.with_suffix(".csv")

    def read(self) -> pd.DataFrame:
        """Return the table."""
        return read_table(self.sidecar)


@dataclass(frozen=True)
class FigureFile:
    """A published figure in one language, with its caption."""

    name: str
    language: str
    sidecar: Path
    record: dict[str, Any]

    def path(self, kind: str = "svg") -> Path:
        """Return the file of a kind: svg, pdf or png."""
        return self.sidecar.with_suffix(f".{kind}")

    @property
    def title(self) -> str:
        """The finding, in a sentence."""
        return self.record["title"]

    @property
    def subtitle(self) -> str:
        """What is measured."""
        return self.record["subtitle"]

    @property
    def source(self) -> str:
        """The citation, and the mark of simulated rows."""
        return self.record["source"]

    @property
    def alt(self) -> str:
        """What the picture shows, for those who cannot see it."""
        return self.record["alt"]

    @property
    def origin(self) -> str:
        """Published, collected or simulated."""
        return self.record["origin"]


@dataclass(frozen=True)
class Finding:
    """One published number with its interval, the people behind it, and its origin.

    Of a verdict, `first` are those that may come first, out of `of`; its value is the one that
    surely does, or None.
    """

    name: str
    value: Any
    low: float | None
    high: float | None
    n: int | None
    unit: str
    origin: str
    notebook: str
    seed: int | None = None
    first: tuple[str, ...] | list[str] = ()
    of: int = 0


@dataclass(frozen=True)
class Results:
    """Tables, figures and findings of one run, by name.

    Examples
    --------
    >>> nothing = Results.open()
    >>> nothing.tables, "grade_shares" in nothing.tables
    ({}, False)
    """

    tables: dict[str, TableFile]
    figures: dict[tuple[str, str], FigureFile]
    findings: dict[str, Finding]

    @classmethod
    def open(cls, *folders: str | Path) -> Self:
        """Find all results in folders, at any depth; a folder that is absent holds none.

        Raises
        ------
        ResultsError
            When two notebooks published under the same name.
        """
        results = cls({}, {}, {})
        for sidecar, record in _records(folders):
            if record["kind"] == "table":
                _add(results.tables, record["name"], TableFile(record["name"], sidecar, record))
            elif record["kind"] == "figure":
                key = record["name"], record["language"]
                _add(results.figures, key, FigureFile(*key, sidecar, record))
            else:
                for name, entry in record["findings"].items():
                    by = {key: record[key] for key in ("notebook", "seed") if key in record} | entry
                    _add(results.findings, name, Finding(name, **by))
        return results

    @classmethod
    def published(cls, study: str, period: str) -> Self:
        """Open what was last published of a study and period, by id and label."""
        return cls.open(PROCESSED / study / period, FIGURES / study / period)

    def table(self, name: str) -> pd.DataFrame:
        """Return a published table; raises ResultsError when there is none of that name."""
        return _get(self.tables, name, "table").read()

    def figure(self, name: str, language: str) -> FigureFile:
        """Return a published figure; raises ResultsError when there is none."""
        return _get(self.figures, (name, language), "figure")

    def finding(self, name: str) -> Finding:
        """Return a published finding; raises ResultsError when there is none of that name."""
        return _get(self.findings, name, "finding")


def _records(folders: tuple[str | Path, ...]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*.json")):
            if any(part.startswith(".") for part in path.relative_to(folder).parts):
                continue  # a promotion under way
            record = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(record, dict) and record.get("kind") in ("table", "figure", "findings"):
                yield path, record


def _add(known: dict[Any, Any], name: Any, result: Any) -> None:
    if name in known:
        raise ResultsError(f"{_words(name)} was published twice")
    known[name] = result


def _get(known: dict[Any, Any], name: Any, kind: str) -> Any:
    if name in known:
        return known[name]
    near = get_close_matches(_words(name), map(_words, known), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ResultsError(f"no {kind} {_words(name)} was published{hint}")


def _words(name: str | tuple[str, str]) -> str:
    return name if isinstance(name, str) else f"{name[0]} ({name[1]})"
