"""The index of a published run: one page a language, with everything the run yielded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

from cxlib.figures import Figure, html
from cxlib.figures.html import STYLE
from cxlib.language import Speaker, _, languages
from cxlib.places import RELEASED
from cxlib.run.fields import title, unit
from cxlib.run.rests import MADE
from cxlib.run.results import FigureFile, Finding, Results, TableFile

if TYPE_CHECKING:
    from cxlib.study import Study

_CELL = 80
_FILES = {"booklet": _("Customer vision booklet"), "card": _("Happy customers card")}


class Speech(Speaker):
    """What the index page says in one language."""

    def cell(self, value: Any) -> str:
        """A table's cell, shortened where it is long."""
        if isinstance(value, bool):
            return self.say("yes") if value else self.say("no")
        if isinstance(value, pd.Timestamp):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, str):
            return value if len(value) <= _CELL else value[: _CELL - 1] + "…"
        if value is None or pd.isna(value):
            return ""
        return self.exact(value)

    def quantity(self, value: Any, kind: str) -> str:
        """A finding's number in its unit."""
        if value is None or isinstance(value, str):
            return self.cell(value) or "–"
        if kind == "share":
            return self.percent(value)
        return self.number(value, 1) if kind in ("grade", "points") else self.cell(value)

    def between(self, finding: Finding) -> str:
        """A finding's interval."""
        ends = [self.quantity(end, finding.unit) for end in (finding.low, finding.high)]
        return self.say("{low} to {high}", low=ends[0], high=ends[1])

    def file(self, name: str) -> str:
        """A download's name in words, such as the booklet in Dutch."""
        stem, _, language = PurePath(name).stem.partition(".")
        words = self.say(_FILES[stem]) if stem in _FILES else stem
        if language not in languages():
            return words
        return f"{words} {self.say('in {language}', language=self.tongue(language))}"


_TAGS = (
    "a abbr b blockquote br code caption col colgroup dd div dl dt em h1 h2 h3 h4 h5 h6 hr i img"
    " li ol p pre s small span strong sub sup table tbody td tfoot th thead tr ul"
)
_ATTRIBUTES = {
    "*": ["class", "id"],
    "a": ["href", "title"],
    "img": ["alt"],
    "td": ["colspan", "rowspan", "align"],
    "th": ["colspan", "rowspan", "align", "scope"],
}
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_SANITIZER = SanitizeHTML(tags=_TAGS.split(), attributes=_ATTRIBUTES, strip=True)


def notebook_body(path: Path) -> tuple[str, Markup]:
    """Return a notebook's title, and its cells and outputs as HTML that is safe to embed.

    Parameters
    ----------
    path : Path
        An executed notebook.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            _prepare(output)
    body, _ = _exporter().from_notebook_node(notebook)
    return heading(notebook) or path.stem, Markup(body)  # sanitised by it


class _Exporter(HTMLExporter):
    """HTML as its template gives it: nothing in it asks for being read and written once more."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """Return the page and what belongs to it, as the template makes them."""
        made = self._init_resources(resources)
        return super(HTMLExporter, self).from_notebook_node(nb, made, **options)


@cache
def _exporter() -> HTMLExporter:
    exporter = _Exporter(template_name="basic", sanitize_html=True)
    highlight = Highlight2HTML(pygments_lexer="ipython3")
    exporter.register_filter("highlight_code", lambda code, **_: Markup(highlight(code)))
    exporter.register_filter("clean_html", _cleaned)
    return exporter


def _cleaned(html: str) -> str:
    """Leave only what is harmless; code that was highlighted is escaped already."""
    return html if isinstance(html, Markup) else _SANITIZER.sanitize_html_tags(str(html))


def last_words(path: Path) -> str:
    """Return what a notebook printed last: one that ended early said why.

    Parameters
    ----------
    path : Path
        An executed notebook.
    """
    cells = nbformat.read(path, as_version=4).cells
    said = [o.text for cell in cells for o in cell.get("outputs", []) if o.get("name") == "stdout"]
    return said[-1].strip() if said else ""


def heading(notebook: NotebookNode) -> str:
    """Return the text of the first heading, or nothing."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    found = re.search(r"^#\s+(.+)$", "\n".join(texts), re.MULTILINE)
    return found[1].strip() if found else ""


def _prepare(output: NotebookNode) -> None:
    """Name a picture after the words that stand for it, and drop style sheets of tables."""
    data = output.get("data", {})
    data.pop("image/svg+xml", None)
    if "image/png" in data:
        output.metadata["image/png"] = {"alt": data.get("text/plain", "").strip("<>")}
    if "text/html" in data:
        data["text/html"] = _STYLE.sub("", data["text/html"])


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
    edited: bool
    findings: list[tuple[str, str, Finding]]
    figures: list[FigureFile]
    tables: list[Preview]


def write_index(folder: Path, study: Study) -> None:
    """Write the pages of a run into the folder that is going to be published.

    ``index.html`` is in the study's first language, ``index.LANGUAGE.html`` in each other one,
    and ``notebooks/NAME.html`` shows each notebook. Nothing is loaded from elsewhere, and all
    text from data is escaped.

    Parameters
    ----------
    folder : Path
        What the run yielded: figures, and ``tables``.
    study : Study
        For its names, languages and colours.
    """
    results = Results.open(folder)
    common = {"study": study, "config": study.config, "brand": study.config.brand}
    render = partial(_render, _environment(), common)
    made, released = _read(folder / "tables" / MADE), _read(RELEASED)
    edited = {stem for stem in made if made[stem]["notebook"] != released.get(stem)}
    notebooks = sorted((folder / "notebooks").glob("*.ipynb"))
    spoken = study.config.languages
    editions = {name: _page(name, spoken) for name in spoken}
    for language, page in editions.items():
        speech = Speech(language)
        chapters = [_chapter(results, path.stem, speech, edited, study) for path in notebooks]
        content = {"results": results, "chapters": chapters, "editions": editions, "made": made}
        content |= {"downloads": _downloads(folder, language), "facts": _facts(results)}
        content |= {"told": _told, "figure_style": Markup(STYLE)}
        content |= {"silent": lambda stem: last_words(folder / "notebooks" / f"{stem}.ipynb")}
        render("index.html", speech, content, folder / page)
    for path in notebooks:
        heading, body = notebook_body(path)
        content = {"heading": heading, "body": body, "stem": path.stem}
        render("notebook.html", Speech("en"), content, path.with_suffix(".html"))


def _told(figure: FigureFile) -> Markup:
    """A figure's numbers and words, for a small screen and for who cannot see it."""
    return Markup(html(Figure.read(figure.record)))


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


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
    words = {"language": speech.language, "_": speech.say, "count": speech.exact}
    words |= {"between": speech.between, "named": speech.file}
    words |= {"tongues": {code: Speaker(code).tongue(code) for code in languages()}}
    page = environment.get_template(template).render(**common, **words, **content)
    path.write_text(page, encoding="utf-8", newline="\n")


def _page(language: str, languages: list[str]) -> str:
    return "index.html" if language == languages[0] else f"index.{language}.html"


def _chapter(
    results: Results,
    stem: str,
    speech: Speech,
    edited: Collection[str],
    study: Study,
) -> Chapter:
    language = speech.language
    findings = [
        (title("findings", name, language, study), speech.quantity(found.value, found.unit), found)
        for name, found in results.findings.items()
        if found.notebook == stem and not found.of  # a verdict is told by its figure
    ]
    figures = [
        figure
        for (_, spoken), figure in results.figures.items()
        if spoken == language and figure.record["notebook"] == stem
    ]
    own = [table for table in results.tables.values() if table.record["notebook"] == stem]
    tables = [_preview(table, speech) for table in own]
    return Chapter(
        stem, title("notebooks", stem, language), stem in edited, findings, figures, tables
    )


def _preview(table: TableFile, speech: Speech) -> Preview:
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
    return Preview(table, f"tables/{table.csv.name}", head, rows)


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
    first = records[0] if records else {"period": "all"}
    origins = {r["origin"] for r in records} | {f.origin for f in results.findings.values()}
    seeds = {r["notebook"]: r["seed"] for r in records if r["seed"] is not None}
    kept = {key: first.get(key, "") for key in ("period", "version", "inputs")}
    return kept | {"origins": origins, "seeds": dict(sorted(seeds.items()))}
