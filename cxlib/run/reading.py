"""An executed notebook as the body of a web page, with nothing in it that could run."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

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
    exporter = HTMLExporter(template_name="basic", sanitize_html=True)
    exporter.register_filter("clean_html", lambda html: _SANITIZER.sanitize_html_tags(str(html)))
    body, _ = exporter.from_notebook_node(notebook)
    return heading(notebook) or path.stem, Markup(body)  # sanitised above


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
