"""Sorts as other programs read them: KADE's workbook, PQMethod's files, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from cxlib.sheets.rows import decode
from cxlib.study import Problem, StudyError
from cxlib.study.programs import FORMAT, NAME, SLOTS, START, WIDTH


def write_kade(
    sorts: pd.DataFrame,
    people: pd.DataFrame,
    cards: pd.DataFrame,
    grid: dict[int, int] | None,
    title: str,
    path: Path,
) -> None:
    """Write a workbook of type 2, with the cards' further columns beside the statements.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
    people : DataFrame, index sort: session
    cards : DataFrame, index card: `statement` and the columns of cards.csv
    grid : dict, optional
        Without it the pattern holds zeros, to be filled in.
    title : str
    path : Path
    """
    outside = [value for value in grid or {} if value not in SLOTS]
    if outside:
        expected, remedy = "grid values from -6 to 13", "Choose another format."
        raise StudyError([Problem("", expected, remedy, value=str(outside[0]))])
    book = Workbook()
    book.remove(book.active)
    add_sheet(book, "name", [["Project Name"], [title]])
    add_sheet(book, "sorts", [[name, *values] for name, values in sorts.items()])
    add_sheet(book, "pattern", [list(SLOTS), [(grid or {}).get(value, 0) for value in SLOTS]])
    add_statements(book, "statements", cards)
    add_sheet(book, "version", [["Version"], [2]])
    add_sheet(book, "type", [["Type"], [2]])
    add_sheet(book, "participants", [["participant", "session"], *people.itertuples()])
    book.save(path)


def add_statements(book: Workbook, title: str, cards: pd.DataFrame) -> Worksheet:
    """Add the numbered statements, and what else is known of the cards."""
    about = cards.drop(columns="statement").reset_index()
    rows = zip(cards["statement"], about.itertuples(index=False), strict=True)
    body = [[place, words, *row] for place, (words, row) in enumerate(rows, 1)]
    return add_sheet(book, title, [["Number", "Statements", *about.columns], *body])


def add_sheet(book: Workbook, title: str, rows: Iterable[Iterable[Any]]) -> Worksheet:
    """Add a sheet in which text that starts with "=" stays text."""
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_written(cell) for cell in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    return sheet


def _written(cell: Any) -> Any:
    if isinstance(cell, str):
        return ILLEGAL_CHARACTERS_RE.sub("", cell)
    return None if pd.isna(cell) else cell.item() if hasattr(cell, "item") else cell


def write_pqmethod(
    sorts: pd.DataFrame, labels: list[str], grid: dict[int, int] | None, title: str, stem: Path
) -> list[str]:
    """Write stem.dat and stem.sta.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
    labels : list of str
        Texts of the cards.
    grid : dict, optional
        Without it the line of the distribution holds zeros.
    title : str
    stem : Path

    Returns
    -------
    list of str
        The names of the sorts in the file: numbered where one does not fit in eight characters.
    """
    low, high = int(sorts.min().min()), int(sorts.max().max())
    outside = [v for v in (low, high, *(grid or {})) if v not in SLOTS]
    if outside or max(sorts.shape) > 999:
        expected = "grid values from -6 to 13, and at most 999 sorts and cards"
        raise StudyError([Problem("", expected, "Choose another format.", value=str(outside[:1]))])
    names = [str(name) for name in sorts.columns]
    if any(len(name) > NAME or not name.isascii() or name != name.strip() for name in names):
        names = [f"Q{place:03d}" for place in range(1, len(names) + 1)]
    piles = "".join(f"{(grid or {}).get(value, 0):3d}" for value in SLOTS)
    head = f"  0{sorts.shape[1]:3d}{sorts.shape[0]:3d} {' '.join(title.split())[:68]}"
    body = [
        f"{name:<{START}}" + "".join(f"{int(value):{WIDTH}d}" for value in sorts.iloc[:, place])
        for place, name in enumerate(names)
    ]
    _write(stem.with_suffix(".dat"), [head, f"{low:3d}{high:3d}{piles}", *body])
    _write(stem.with_suffix(".sta"), labels)
    return names


def _write(path: Path, lines: list[str]) -> None:
    content = "\r\n".join([*lines, ""])
    try:  # PQMethod knows one byte a letter; what is not in its page stays readable here
        coded = content.encode("cp1252")
        coded = coded if decode(coded) == content else content.encode()
    except UnicodeEncodeError:
        coded = content.encode()
    path.write_bytes(coded)


def write_records(
    sorts: pd.DataFrame,
    people: pd.DataFrame,
    cards: pd.DataFrame,
    grid: dict[int, int] | None,
    solution: dict[str, pd.DataFrame],
    origin: str,
    path: Path,
) -> None:
    """Write sorts, cards, grid and the tables of a solution; the first three are read again."""
    content = {
        "format": FORMAT,
        "origin": origin,
        "grid": {str(value): int(count) for value, count in (grid or {}).items()},
        "cards": [_filled(row) for row in cards.reset_index().to_dict("records")],
        "sorts": [
            {"participant": str(name)}
            | _filled(person)
            | {"values": {str(card): int(value) for card, value in values.items()}}
            for (name, values), person in zip(sorts.items(), people.to_dict("records"), strict=True)
        ],
        "solution": {
            name: json.loads(frame.to_json(orient="split", double_precision=15))
            for name, frame in solution.items()
        },
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _filled(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): str(cell) for name, cell in row.items() if not pd.isna(cell)}
