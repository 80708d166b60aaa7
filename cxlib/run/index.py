"""The index of a published run: one page a language, with everything the run yielded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cxlib.run.fields import title, unit
from cxlib.run.reading import last_words, notebook_body
from cxlib.run.results import FigureFile, Finding, Results, TableFile
from cxlib.run.speech import Speech

if TYPE_CHECKING:
    from cxlib.study import Study

_ROWS = 8


@dataclass(frozen=True)
class Preview:
    """The first rows of a table as they are shown."""

    file: TableFile
    csv: str
    head: list[dict[str, str]]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chapter:
    """What one notebook yielded; findings come with their label and number in words."""

    stem: str
    title: str
    findings: list[tuple[str, str, Finding]]
    figures: list[FigureFile]
    tables: list[Preview]


def write_index(tables: Path, figures: Path, relative: str, study: Study) -> None:
    """Write the pages of a run into its folder of figures.

    ``index.html`` is in the study's first language, ``index.LANGUAGE.html`` in each other one,
    and ``notebooks/NAME.html`` shows each notebook. Nothing is loaded from elsewhere, and all
    text from data is escaped.

    Parameters
    ----------
    tables, figures : Path
        Folders with what the run yielded.
    relative : str
        How the tables are reached from the figures, once both are published.
    study : Study
        For its names, languages and colours.
    """
    results = Results.open(tables, figures)
    common = {"study": study, "config": study.config, "brand": study.config.brand}
    render = partial(_render, _environment(), common)
    notebooks = sorted((figures / "notebooks").glob("*.ipynb"))
    languages: list[str] = list(study.config.languages)
    editions = {name: _page(name, languages) for name in languages}
    for language, page in editions.items():
        speech = Speech(language)
        chapters = [_chapter(results, path.stem, speech, relative) for path in notebooks]
        content = {"results": results, "chapters": chapters, "editions": editions}
        content |= {"downloads": _downloads(figures, language), "facts": _facts(results)}
        content |= {"silent": lambda stem: last_words(figures / "notebooks" / f"{stem}.ipynb")}
        render("index.html", speech, content, figures / page)
    for path in notebooks:
        heading, body = notebook_body(path)
        content = {"heading": heading, "body": body, "stem": path.stem}
        render("notebook.html", Speech("en"), content, path.with_suffix(".html"))


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _render(
    environment: Environment,
    common: dict[str, Any],
    template: str,
    speech: Speech,
    content: dict[str, Any],
    path: Path,
) -> None:
    words = {"language": speech.language, "say": speech.say, "count": speech.number}
    words |= {"between": speech.between, "named": speech.file}
    page = environment.get_template(template).render(**common, **words, **content)
    path.write_text(page, encoding="utf-8", newline="\n")


def _page(language: str, languages: list[str]) -> str:
    return "index.html" if language == languages[0] else f"index.{language}.html"


def _chapter(results: Results, stem: str, speech: Speech, relative: str) -> Chapter:
    language = speech.language
    findings = [
        (title("findings", name, language), speech.quantity(found.value, found.unit), found)
        for name, found in results.findings.items()
        if found.notebook == stem and not found.of  # a verdict is told by its figure
    ]
    figures = [
        figure
        for (_, spoken), figure in results.figures.items()
        if spoken == language and figure.record["notebook"] == stem
    ]
    own = [table for table in results.tables.values() if table.record["notebook"] == stem]
    tables = [_preview(table, speech, relative) for table in own]
    return Chapter(stem, title("notebooks", stem, language), findings, figures, tables)


def _preview(table: TableFile, speech: Speech, relative: str) -> Preview:
    fields = table.record["fields"]
    show: dict[str, Callable[[Any], str]] = {
        f["name"]: str if f["role"] == "id" else speech.cell for f in fields
    }
    first = table.read().head(_ROWS)
    rows = [[show[str(n)](cell) for n, cell in row.items()] for row in first.to_dict("records")]
    head = [
        {"name": f["name"], "type": f["type"], "text": f[speech.language]}
        | {"unit": unit(f["unit"], speech.language)}
        for f in fields
    ]
    return Preview(table, f"{relative}/{table.csv.name}", head, rows)


def _downloads(figures: Path, language: str) -> list[str]:
    """List what there is besides figures, booklet and card, the page's own language first."""
    files = [path for path in figures.rglob("*.pdf") if ".print" not in path.suffixes]
    own = [path for path in files if not path.with_suffix(".svg").exists()]
    own.sort(key=lambda path: (f".{language}" not in path.suffixes, path.name))
    return [path.relative_to(figures).as_posix() for path in own]


def _facts(results: Results) -> dict[str, Any]:
    """Collect what holds for the whole run: its period, version, inputs, seeds and origins."""
    records = [table.record for table in results.tables.values()]
    records += [figure.record for figure in results.figures.values()]
    first = records[0] if records else {"period": "all", "version": "", "inputs": {}}
    origins = {r["origin"] for r in records} | {f.origin for f in results.findings.values()}
    seeds = {r["notebook"]: r["seed"] for r in records if r["seed"] is not None}
    kept = {key: first[key] for key in ("period", "version", "inputs")}
    return kept | {"origins": origins, "seeds": dict(sorted(seeds.items()))}
