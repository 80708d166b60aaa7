"""What was left out of the tables because too few people stand behind it, in words."""

from __future__ import annotations

import pandas as pd

from cxlib.booklet.source import Source
from cxlib.booklet.wording import WORDS, listing


def withheld(source: Source) -> list[str]:
    """One sentence a table with rows that are not shown; one that says so where there is none.

    Rows of tables that only researchers read have no names for others, and are counted.

    Parameters
    ----------
    source : Source
        A study and its results.
    """
    found: dict[str, list[str]] = {}
    other = 0
    for name in sorted(source.results.tables):
        rows = _hidden(source.frame(name))
        if name in WORDS["withheld"]:
            found[name] = [f"‘{_label(source, name, row)}’" for row in rows]
        else:
            other += len(rows)
    if other:
        found["other"] = [source.word("other_tables").format(n=source.number(other))]
    return [_said(source, *table) for table in found.items()] or [source.word("nothing_withheld")]


def _said(source: Source, name: str, rows: list[str]) -> str:
    return source.word("too_few").format(
        what=source.word(name, "withheld"),
        which=listing(rows, source.language),
        minimum=source.number(source.study.config.privacy.minimum_cell),
    )


def _hidden(frame: pd.DataFrame | None) -> list[str]:
    if frame is None:
        return []
    hidden = pd.Series(False, index=frame.index)
    if "suppressed" in frame:
        hidden |= frame["suppressed"].fillna(False).astype(bool)
    if {"kind", "penalty"} <= set(frame) and "low_to" not in frame:  # of one pair of thresholds
        hidden |= frame["kind"] == "too few"
    if "quadrant" in frame:
        hidden |= frame["quadrant"] == "suppressed"
    return [str(row) for row in dict.fromkeys(frame.index[hidden])]


def _label(source: Source, table: str, row: str) -> str:
    """What a row is about, by its own label, or that of a crocodile, value, journey or card."""
    frame = source.frame(table, f"label_{source.language}")
    if frame is not None:
        return str(frame.loc[[row], f"label_{source.language}"].iloc[0])
    crocodiles = source.study.vision.crocodiles if source.study.vision else []
    named = {crocodile.id: crocodile.label.at(source.language) for crocodile in crocodiles}
    return named.get(row) or source.span(source.called(row, "journey"))
