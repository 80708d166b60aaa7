"""What is known about each viewpoint, for its own page."""

from __future__ import annotations

from cxlib.booklet.source import Source
from cxlib.booklet.wording import Value


def viewpoints(source: Source) -> list[dict[str, Value]]:
    """Values of each viewpoint that has a figure, by the names that texts use.

    Parameters
    ----------
    source : Source
        A study and its results.

    Returns
    -------
    list of dict
        `viewpoint.name`, `.story` (from study.yaml), `.flagged`, `.sorts` and `.variance`
        (from the table of factors), as far as known.
    """
    found: list[dict[str, Value]] = []
    while (f"viewpoint_{len(found) + 1}", source.language) in source.results.figures:
        found.append(_viewpoint(source, len(found) + 1))
    return found


def _viewpoint(source: Source, number: int) -> dict[str, Value]:
    named = [part for group in source.study.config.viewpoints.values() for part in group]
    known = {"name": Value(f"{source.word('viewpoint')} {number}")}
    if number <= len(named):
        viewpoint = named[number - 1]
        known["name"] = Value(viewpoint.name.at(source.language))
        if viewpoint.story:
            known["story"] = Value(viewpoint.story.at(source.language))
    factors = source.frame("factors", "n_flagged", "variance_explained")
    if factors is not None and f"f{number}" in factors.index:
        row, origin = factors.loc[f"f{number}"].to_dict(), source.origin("factors")
        known["flagged"] = Value(int(row["n_flagged"]), origin)
        if row.get("weak") in ("few", "returns"):
            known[f"weak_{row['weak']}"] = Value(1, origin)
        known["variance"] = Value(float(row["variance_explained"]) / 100, origin)
    loadings = source.results.tables.get("loadings")
    if loadings is not None:
        known["sorts"] = Value(len(loadings.read()), source.origin("loadings"))
    return {f"viewpoint.{name}": value for name, value in known.items()}
