"""JSON: what easy-htmlq stores, and what `cxlib export` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.study.decoding import TextFault, decode
from cxlib.study.formats.imported import Imported, counted, word
from cxlib.study.readers import Rows, Sheet

FORMAT = "cxlib sorts"


def read_records(path: Path, file: str) -> Imported | Rows:
    """Read our own JSON, or turn the records of another program into a table.

    Records stand in a list or by key, perhaps below another key (EQ Web Sort, Quince, easy-htmlq).
    The headings are row 0, so that rows in problems count records.

    Raises
    ------
    TextFault
        If it is no JSON, or holds no records with sorts.
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
        return _own(found, file)
    records = _records(found)
    if not records:
        raise TextFault("records, each with its sort", "Export the answers as JSON.")
    names = list(dict.fromkeys(name for record in records for name in record))
    return Rows([list(map(_cell, names)), *([_cell(r.get(n)) for n in names] for r in records)], 0)


def _records(found: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The first list or object of which some part holds a sort; keys become a column."""
    if not isinstance(found, dict | list) or depth > 4:
        return []
    parts = found.items() if isinstance(found, dict) else ((None, part) for part in found)
    records = [({"key": key}, part if isinstance(part, dict) else {}) for key, part in parts]
    if any("sort" in map(word, part) or counted(list(part)) for _, part in records):
        return [key | part for key, part in records]
    inner = found.values() if isinstance(found, dict) else found
    return next(filter(None, (_records(part, depth + 1) for part in inner)), [])


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
    words = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return words.encode("utf-8", "replace").decode()
