"""The workbook of the program KADE: sorts and statements in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxlib.study.cells import number, text
from cxlib.study.decoding import TextFault
from cxlib.study.problems import Problem
from cxlib.study.readers import Rows, Sheet, filled


@dataclass(frozen=True)
class Kade:
    """What a KADE workbook holds: sorts (a row each), cards s1, s2 …, and the grid."""

    sorts: Sheet
    cards: pd.DataFrame
    grid: dict[int, int] | None


def is_kade(sheets: dict[str, Rows]) -> bool:
    """Return whether a workbook has KADE's sheets."""
    return {"sorts", "statements"} <= {title.strip().casefold() for title in sheets}


def read_kade(sheets: dict[str, Rows], file: str) -> tuple[Kade, list[Problem]]:
    """Read a KADE workbook of type 2: one row a sort, values in the order of the statements.

    Parameters
    ----------
    sheets : dict of sheet title to Rows
    file : str
        Name in problems.

    Raises
    ------
    TextFault
        If the workbook is of another type, or has no sorts or statements.
    """
    named = {title.strip().casefold(): rows.cells for title, rows in sheets.items()}
    kind = _kind(named.get("type", []))
    if kind not in (None, 2):
        raise TextFault(
            f"a KADE workbook of type 2 (this is type {kind})",
            "Put one sort a row: the participant, then the values in the statements' order.",
        )
    statements = [row for row in named["statements"] if filled(row) and not _heading(row)]
    while statements and not filled(statements[-1][1:]):  # KADE's form numbers empty lines too
        statements.pop()
    rows = [(place, row) for place, row in enumerate(named["sorts"], 1) if filled(row)]
    if not rows or not statements:
        raise TextFault("sorts and statements in the workbook", "Fill both sheets.")
    cards = _cards(statements)
    problems = [
        Problem(
            file, f"{len(cards)} values, one a statement", _COUNT, place, value=str(len(row) - 1)
        )
        for place, row in rows
        if len(row) - 1 > len(cards)
    ]
    frame = pd.DataFrame(
        [[*row[: len(cards) + 1], *[None] * (len(cards) + 1 - len(row))] for _, row in rows],
        index=[place for place, _ in rows],
        columns=["participant", *cards.index],
        dtype=object,
    )
    return Kade(Sheet(file, frame), cards, _grid(named.get("pattern", []))), problems


_COUNT = "Give every statement one value, and nothing to the right of them."


def _cards(statements: Sequence[Sequence[Any]]) -> pd.DataFrame:
    labels = [text(row[1]) if len(row) > 1 else None for row in statements]
    ids = [f"s{place}" for place in range(1, len(labels) + 1)]
    labels = [label or card for label, card in zip(labels, ids, strict=True)]
    return pd.DataFrame({"label_en": labels}, index=pd.Index(ids, name="card"))


def _heading(row: Sequence[Any]) -> bool:
    return {"statements", "statement"} & {(text(cell) or "").casefold() for cell in row} != set()


def _kind(rows: Sequence[Sequence[Any]]) -> int | None:
    kinds = [number(row[0]) for row in rows[:3] if row]
    return next((int(kind) for kind in kinds if kind is not None and kind == kind), None)


def _grid(rows: Sequence[Sequence[Any]]) -> dict[int, int] | None:
    if len(rows) < 2:
        return None
    pairs = zip(map(number, rows[0]), map(number, rows[1]), strict=False)
    grid = {int(value): int(count) for value, count in pairs if value is not None and count}
    return grid or None
