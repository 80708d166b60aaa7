"""What was left out of the tables because too few people stand behind it, in words."""

from __future__ import annotations

import pandas as pd

from cxlib.booklet.source import Source
from cxlib.booklet.wording import WORDS, listing


def withheld(source: Source) -> list[str]:
    """One sentence a table with rows that are not shown; one that says so where there is none.

    Parameters
    ----------
    source : Source
        A study and its results.
    """
    said = []
    for name in sorted(source.results.tables):
        rows = _hidden(source.frame(name))
        if not rows:
            continue
        known = name in WORDS["withheld"]
        what = source.word(name if known else "other", "withheld").format(table=name)
        which = listing([f"‘{_label(source, row)}’" for row in rows], source.language)
        minimum = source.number(source.study.config.privacy.minimum_cell)
        said.append(source.word("too_few").format(what=what, which=which, minimum=minimum))
    return said or [source.word("nothing_withheld")]


def _hidden(frame: pd.DataFrame | None) -> list[str]:
    if frame is None:
        return []
    hidden = pd.Series(False, index=frame.index)
    if "suppressed" in frame:
        hidden |= frame["suppressed"].fillna(False).astype(bool)
    if "quadrant" in frame:
        hidden |= frame["quadrant"] == "suppressed"
    return [str(row) for row in dict.fromkeys(frame.index[hidden])]


def _label(source: Source, row: str) -> str:
    """The name of what a row is about: a card, crocodile, journey or value."""
    crocodiles = source.study.vision.crocodiles if source.study.vision else []
    for crocodile in crocodiles:
        if crocodile.id == row:
            return crocodile.label.at(source.language)
    for kind in ("journeys", "values"):
        if (name := source.short(kind, row)) != row:
            return name
    return source.card(row)
