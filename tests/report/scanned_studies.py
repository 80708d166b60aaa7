"""Study folders of all shapes in which nothing has any effect, and what notebooks say of them.

Whatever is called first, different or of some kind in such a study is a false claim.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import yaml

from cxlib.booklet import content, tables
from cxlib.booklet.numbers import kpis, values
from cxlib.booklet.source import Source
from cxlib.booklet.wording import Wording
from cxlib.places import ROOT
from cxlib.report import Lead
from cxlib.run import Publication
from cxlib.run.results import Finding
from cxlib.study import Study, Text

WORDS = ["Amber", "Birch", "Cedar", "Dune", "Elm", "Fern", "Grove", "Heath", "Iris", "Juniper",
         "Kelp", "Larch", "Maple", "Nettle"]  # fmt: skip
SIGNS = {  # what no sentence may hold
    "a missing number": r"\bnan\b|\bNaN\b|\bNone\b(?! of)|\bNaT\b|<NA>|\binf\b",
    "a wrong plural": r"of the 1 |van de 1 |(?i:\b(?:1|one|één)) (?:others|cards|sorts|"
    r"values|journeys|places|steps|themes|answers|people|viewpoints|months|pairs|districts|rows|items|questions|kaartjes|waarden|antwoorden|"
    r"huurders|maanden|sorteringen|gezichtspunten|klantreizen)\b",
    "a doubled word": r"(?i)\b(?!had\b|that\b)([a-z]{2,}) \1\b(?! \()",
    "an id": r"\b(?:f[1-9]|c\d\d|[a-z]+_[a-z0-9_]+|0\d_[a-z]+)\b",
    "an empty place": r"\(\s*\)|\{|\}|: \.|‘’|\*\*\*\*|  +\S",
}


@dataclass(frozen=True)
class Shape:
    """How many there are of everything."""

    values: int
    items: int
    journeys: int
    cards: int
    people: int
    staff: int
    sessions: int
    viewpoints: int
    answers: int
    scale: tuple[int, int]
    group: str

    @classmethod
    def drawn(cls, seed: int) -> Shape:
        """The first seeds go to the ends: one of everything, and the most."""
        rng = np.random.default_rng(seed)
        ends = {0: (1, 1), 1: (12, 14), 2: (2, 1), 3: (1, 3)}
        values, journeys = ends.get(seed, (int(rng.integers(1, 13)), int(rng.integers(1, 15))))
        return cls(
            values=values, items=int(rng.integers(2, 4)), journeys=journeys,
            cards=int(rng.integers(6, 21)), people=int(rng.integers(12, 36)),
            staff=int(rng.choice([0, 12, 25])), sessions=int(rng.integers(0, 4)),
            viewpoints=int(rng.integers(1, 4)), answers=int(rng.integers(200, 500)),
            scale=[(1, 10), (1, 5), (0, 10)][seed % 3], group=["tenants", "panel"][seed % 2],
        )  # fmt: skip


def write(folder: Path, seed: int, shape: Shape | None = None) -> Path:
    """Write the study of that seed; ids bear underscores, so that one shows where it is said."""
    shape, rng = shape or Shape.drawn(seed), np.random.default_rng([seed, 1])
    (folder / "sorts").mkdir(parents=True)
    (folder / "ratings").mkdir()
    settings, cards = _settings(shape), [f"card_{i}" for i in range(shape.cards)]
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    labels = [f"{WORDS[i % 14]} number {i + 1}" for i in range(shape.cards)]
    table = {"card": cards, "label_en": labels, "label_nl": labels}
    table["domain"] = [f"dom_{i % 2}" for i in range(shape.cards)]
    table["value"] = [f"val_{i % shape.values}" for i in range(shape.cards)]
    pd.DataFrame(table).to_csv(folder / "cards.csv", index=False)
    for group, people in ((shape.group, shape.people), ("employees", shape.staff)):
        if people:
            _sorted(folder, group, people, shape, settings["grid"], cards, rng)
    _answered(shape, rng).to_csv(folder / "survey.csv", index=False)
    return folder


def _settings(shape: Shape) -> dict[str, Any]:
    grid = {-2: 1, -1: 1, 1: 1, 2: 1, 0: shape.cards - 4}
    low, high = shape.scale

    def parts(kind: str, count: int) -> list[dict[str, Any]]:
        return [{"id": f"{kind}_{i}", "label": {"en": f"Good {WORDS[i]}", "nl": f"Mooi {WORDS[i]}"}}
                for i in range(count)]  # fmt: skip

    values = parts("val", shape.values)
    for i, value in enumerate(values):
        value["items"] = [f"item_{i}_{j}" for j in range(shape.items)]
    groups = [{"id": name, "label": {"en": name, "nl": f"{name}leden"}}
              for name in (shape.group, "employees")]  # fmt: skip
    return {
        "id": "scanned", "name": "Some Homes", "title": {"en": "Vision", "nl": "Visie"},
        "languages": ["en", "nl"], "grid": grid, "groups": groups,
        "domains": parts("dom", 2), "values": values, "journeys": parts("jou", shape.journeys),
        "survey": {"scale": {"low": low, "high": high},
                   "columns": {"date": "date", "journey": "journey", "overall": "overall",
                               "journey_grade": "journey_grade"}},
        "thresholds": {"fail": low + round(0.4 * (high - low)), "top": high - 1 - (high == 10)},
        "periods": {"rule": "quarter", "base": ["2019-Q1", "2019-Q2"], "window": 2},
        "decisions": {"n_factors": {"value": shape.viewpoints}},
    }  # fmt: skip


def _sorted(
    folder: Path, group: str, people: int, shape: Shape, grid: dict[int, int], cards: list[str],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    board = np.repeat(list(grid), list(grid.values()))
    laid = np.array([rng.permutation(board) for _ in range(people)])
    who = {"participant": [f"{group[0].upper()}{i:03d}" for i in range(people)]}
    if shape.sessions:
        who["session"] = [f"room {i % shape.sessions + 1}" for i in range(people)]
    frame = pd.DataFrame(who | dict(zip(cards, laid.T, strict=True)))
    frame.to_csv(folder / "sorts" / f"{group}.csv", index=False)
    if group != "employees":
        low, high = shape.scale
        grades = rng.integers(low, high + 1, laid.shape).T
        frame = pd.DataFrame(who | dict(zip(cards, grades, strict=True)))
        frame.to_csv(folder / "ratings" / f"{group}.csv", index=False)


def _answered(shape: Shape, rng: np.random.Generator) -> pd.DataFrame:
    """Grades that hang together within a value only; days, journeys and all else by lot."""
    n, (low, high) = shape.answers, shape.scale

    def grade(level: np.ndarray) -> np.ndarray:
        place = low + (high - low) * (0.62 + 0.2 * level)
        return np.clip(np.round(place), low, high)

    days = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 365, n), "D")
    table: dict[str, Any] = {
        "date": days.strftime("%Y-%m-%d"),
        "journey": [f"jou_{i}" for i in rng.integers(0, shape.journeys, n)],
        "overall": grade(rng.normal(size=n)),
        "journey_grade": grade(rng.normal(size=n)),
    }
    for i in range(shape.values):
        common = rng.normal(size=n)
        for j in range(shape.items):
            table[f"item_{i}_{j}"] = grade(0.75 * common + 0.66 * rng.normal(size=n))
    return pd.DataFrame(table).sort_values("date")


@dataclass
class Heard:
    """All that a notebook said and published."""

    texts: list[str] = field(default_factory=list)
    leads: dict[str, Lead] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def faults(self) -> Iterator[str]:
        """What no sentence may hold, with the sentence."""
        for text in self.texts:
            plain = re.sub(r"`[^`\n]*`", "…", text)  # names set as code are meant for researchers
            for what, pattern in SIGNS.items():
                if found := re.search(pattern, plain):
                    yield f"{what} ({found[0]!r}): {text[:300]}"

    def figure(self, name: str, family: Any, /, *results: Any, origin: str, **options: Any) -> Any:
        """Draw in each language, keep the words."""
        for language in ("en", "nl"):
            look = self.looks[language]
            given = {k: o.at(language) if isinstance(o, Text) else o for k, o in options.items()}
            caption = family(*results, look=look, origin=origin, **given).caption
            self.texts += [caption.title, caption.subtitle, caption.alt]
            self.titles.setdefault(name, caption.title)

    looks: dict[str, Any] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def claims(self) -> dict[str, bool]:
        """What could be claimed, and whether it was; in these studies all of it is false."""
        return dict(found for collect in COLLECTORS for found in collect(self))


def _leads(heard: Heard) -> Iterator[tuple[str, bool]]:
    yield from ((name, lead.sure) for name, lead in heard.leads.items() if len(lead.names) > 1)


def _flags(heard: Heard) -> Iterator[tuple[str, bool]]:
    for name, table in heard.tables.items():
        for flag in {"real", "camps", "differs"} & set(table):
            yield f"{name}.{flag}", bool(table[flag].fillna(False).astype(bool).any())
        if "p_adjusted" in table and "real" not in table and "camps" not in table:
            parts = table.groupby(level=0) if name == "model_checks" else [("", table)]
            for part, rows in parts:
                yield f"{name} {part}".strip(), bool((rows["p_adjusted"] < 0.05).any())


def _kinds(heard: Heard) -> Iterator[tuple[str, bool]]:
    for name, column, claims in (
        ("priorities", "quadrant", ["improve", "keep", "later", "overdone"]),
        ("value_priorities", "quadrant", ["improve", "keep", "later", "overdone"]),
        ("penalty_reward", "kind", ["basic", "performance", "excitement"]),
    ):
        if name in heard.tables:
            table = heard.tables[name]
            yield f"{name}.{column}", bool(table[column].isin(claims).any())


def _titles(heard: Heard) -> Iterator[tuple[str, bool]]:
    for name, title in heard.titles.items():
        told = re.sub(
            r"(?i)\bno(?:ne|t)?\b[^.;]*demonstrably|demonstrably[^.;]*\bnone\b", "", title
        )
        yield f"title of {name}", "demonstrabl" in told


COLLECTORS = [_leads, _flags, _kinds, _titles]


def hear(folder: Path, notebook: str, **parameters: Any) -> Heard:
    """Run a notebook's code cells as they stand, and keep what it says and publishes."""
    heard, space = Heard(), {}
    (path,) = (ROOT / "notebooks").glob(f"{notebook}_*.ipynb")
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]

    def told(*things: Any) -> None:
        heard.texts += [t for t in (getattr(x, "data", x) for x in things) if isinstance(t, str)]

    def table(self: Any, name: str, frame: pd.DataFrame, **_known: Any) -> pd.DataFrame:
        heard.tables[name] = frame
        return frame

    def finding(
        self: Any, name: str, value: Any, low: Any = None, high: Any = None, n: Any = None, *,
        unit: str = "", origin: str, **more: Any,
    ) -> None:  # fmt: skip
        found = Finding(name, value, low, high, n, unit, origin, notebook, None)
        heard.findings[name] = replace(found, **more)

    def verdict(self: Any, name: str, lead: Lead, n: Any = None, *, origin: str) -> Lead:
        value = lead.first[0] if lead.sure else None
        finding(self, name, value, n=n, origin=origin, first=lead.first, of=len(lead.names))
        heard.leads[name] = lead
        return lead

    def figure(self: Any, *args: Any, **options: Any) -> None:
        heard.looks = self._looks
        heard.figure(*args, **options)

    stubs = {"table": table, "verdict": verdict, "figure": figure, "finding": finding}
    said = io.StringIO()
    with mock.patch.multiple(Publication, **stubs), contextlib.redirect_stdout(said):
        for cell in cells:
            try:
                told(_run("".join(cell["source"]), space))
            except SystemExit:
                break
            if "parameters" in cell["metadata"].get("tags", []):
                space |= {k: v for k, v in parameters.items() if k in space}
                space["study"], space["language"] = str(folder), "en"
            if "display" in space:
                space["display"] = told
    heard.texts += [line for line in said.getvalue().splitlines() if line]
    return heard


def _run(source: str, space: dict[str, Any]) -> Any:
    """One cell, as a notebook runs it."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), space)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), space) if last else None


def _pages(source: Source) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Each page with what it is about, and the values that only it has."""
    for spec in content.SPECS:
        subjects = {"": {}} if spec.get("repeat") != "kpis" else kpis(source)
        for of, own in subjects.items():
            yield spec, of, own


def booklet(folder: Path, heard: Heard) -> Heard:
    """All sentences and small tables of the booklet that these results make possible."""
    study, said = Study.open(folder), Heard()
    found = {n: SimpleNamespace(record={"origin": "simulated"}) for n in heard.tables}
    frames = {name: table.reset_index() for name, table in heard.tables.items()}
    results = SimpleNamespace(
        tables=found, findings=heard.findings, figures={}, table=frames.__getitem__
    )
    for language in ("en", "nl"):
        source = Source(study, results, study.period(), language)  # type: ignore[arg-type]
        named = values(source)
        for spec, of, own in _pages(source):
            known = {**named, **own}
            wording = Wording(language, known)
            parts = [spec.get(p, []) for p in ("heading", "ask", "lead", "pull", "meaning")]
            texts = [t for part in parts for t in (part if isinstance(part, list) else [part])]
            usable = content._usable(texts, wording.values)
            said.texts += wording.sentences(usable)
            name = spec.get("table", "viewpoint")
            made = tables.table(name, replace(source, subject=of))
            said.texts += [cell for row in made.rows for cell in row] if made else []
    return said
