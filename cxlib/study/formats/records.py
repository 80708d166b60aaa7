"""JSON: what easy-htmlq stores, and what `cxlib export` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.study.decoding import TextFault, decode
from cxlib.study.formats.imported import Imported, numbers, table
from cxlib.study.problems import Problem
from cxlib.study.readers import Sheet

FORMAT = "cxlib sorts"


def read_records(path: Path, file: str) -> tuple[Imported | None, list[Problem]]:
    """Read easy-htmlq's records (by key, `sort` = "2|-1|0") or our own; raises TextFault.

    Rows in problems count records.
    """
    try:
        found = json.loads(decode(path.read_bytes()))
    except json.JSONDecodeError as error:
        raise TextFault("JSON", "Export it again, as a whole.", error.lineno) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, TextFault):
            raise
        raise TextFault("JSON of normal depth and numbers", "Export it again.") from error
    if isinstance(found, dict) and found.get("format") == FORMAT:
        return _own(found, file), []
    if not isinstance(found, dict) or not found:
        raise TextFault("records by key, each with its sort", "Export the answers as JSON.")
    return _easy(found, file)


def _easy(records: dict[str, Any], file: str) -> tuple[Imported | None, list[Problem]]:
    rows, problems = {}, []
    for place, (key, record) in enumerate(records.items(), 1):
        sort = record.get("sort") if isinstance(record, dict) else None
        if isinstance(sort, str) and sort.strip():
            rows[place] = [_cell(key), *map(_cell, sort.split("|"))]
        else:
            remedy = "Remove the record: this participant did not finish."
            problems.append(Problem(file, 'a sort such as "2|-1|0"', remedy, place, "sort"))
    lengths = [len(row) - 1 for row in rows.values()]
    count = max(set(lengths), key=lambda length: (lengths.count(length), length), default=0)
    for place, row in rows.items():
        if len(row) - 1 != count:
            expected, remedy = f"{count} values, as in most sorts", "Correct or remove the record."
            problems.append(Problem(file, expected, remedy, place, "sort", str(len(row) - 1)))
    if problems:
        return None, problems
    return Imported(table(file, rows, numbers(count)), numbered=True), []


def _own(found: dict[str, Any], file: str) -> Imported:
    try:
        grid = {int(value): int(cards) for value, cards in (found.get("grid") or {}).items()}
        cards = _frame(found["cards"])
        sorts = _frame([{**sort, **sort["values"]} for sort in found["sorts"]])
        sorts = sorts.drop(columns="values")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        expected = "sorts, cards and grid as cxlib export writes them"
        raise TextFault(expected, "Export the study again.") from error
    return Imported(Sheet(file, sorts), Sheet(f"{file} (cards)", cards), grid or None)


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


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for record in records for name in record))
    body = [[_cell(record.get(name)) for name in names] for record in records]
    frame = pd.DataFrame(body, columns=[_cell(name) for name in names], dtype=object)
    return frame.set_axis(pd.RangeIndex(1, len(records) + 1))


def _cell(value: Any) -> Any:
    """A cell that a table can hold: lists become text, halves of letters a question mark."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).encode("utf-8", "replace").decode()
