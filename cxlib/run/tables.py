"""A published table as files: the same bytes for the same numbers, safe to open, exact to read.

Parquet holds the table as it is.  CSV is what people open in a spreadsheet, where a text that
begins with ``=``, ``+``, ``-``, ``@``, a tab or a return would be run as a formula: there such
a text gets an apostrophe in front, which `read_table` takes off again.  Numbers are untouched.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 10  # significant, so that the last bits of two processors don't show
DECIMALS = 12  # below this a number is the noise of a nought, unless it is a p-value
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_TYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean", "text": "object"}


def tidy(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Make the index a column, or drop it where it only counts the rows.

    Raises
    ------
    ValueError
        When a level of the index has no name, or a column has the name of another.

    Examples
    --------
    >>> tidy("scores", pd.DataFrame({"score": [92.0]}, pd.Index(["c01"], name="card")))
      card  score
    0  c01   92.0
    """
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    unnamed = [level for level in frame.index.names if level is None]
    if unnamed and not counted:
        raise ValueError(f"table {name}: give the index a name, so that it becomes a column")
    names = [*([] if counted else frame.index.names), *frame.columns]
    twice = sorted({str(column) for column in names if names.count(column) > 1})
    if twice:
        raise ValueError(f"table {name}: two columns are called {', '.join(twice)}")
    flat = frame.reset_index(drop=counted).rename(columns=str)
    flat.attrs = {}  # notes are for the notebook
    flat.columns.name = None
    return flat


def rounded(value: float, decimals: int | None = DECIMALS) -> float:
    """Round to 10 significant digits and, unless told otherwise, 12 decimals.

    Examples
    --------
    >>> rounded(0.1 + 0.2), rounded(-3e-17), rounded(3e-17, decimals=None)
    (0.3, 0.0, 3e-17)
    """
    short = float(f"{value:.{DIGITS}g}")
    return (short if decimals is None else round(short, decimals)) + 0.0


def round_columns(frame: pd.DataFrame, exact: set[str]) -> pd.DataFrame:
    """Round every column of floats; those in `exact` (p-values) keep their small numbers."""
    result = frame.copy()
    for column in frame.columns[[pd.api.types.is_float_dtype(t) for t in frame.dtypes]]:
        decimals = None if column in exact else DECIMALS
        values = frame[column].to_numpy(dtype=float, na_value=np.nan)
        result[column] = [rounded(value, decimals) for value in values]
    return result


def write_table(frame: pd.DataFrame, stem: Path, record: dict[str, Any]) -> None:
    """Write `stem` .csv, .parquet and .json (the record: fields and provenance)."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    guarded = frame.apply(lambda column: column.map(_guard) if _is_text(column) else column)
    guarded.to_csv(_named(stem, ".csv"), index=False, lineterminator="\n", encoding="utf-8")
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    _named(stem, ".parquet").write_bytes(buffer.getvalue())
    write_json(_named(stem, ".json"), record)


def read_table(sidecar: Path) -> pd.DataFrame:
    """Read a published table by its JSON: from Parquet, or from CSV where that is all there is."""
    stem = sidecar.with_name(sidecar.name.removesuffix(".json"))
    if _named(stem, ".parquet").exists():
        return pd.read_parquet(_named(stem, ".parquet"))
    kinds = {f["name"]: f["type"] for f in json.loads(sidecar.read_text("utf-8"))["fields"]}
    text = pd.read_csv(_named(stem, ".csv"), dtype=str, keep_default_na=False, encoding="utf-8")
    return text.apply(lambda column: _typed(column, kinds[str(column.name)]))


def write_json(path: Path, content: Any) -> None:
    """Write JSON that people can read and that compares line by line."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _named(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)


def _is_text(column: pd.Series) -> bool:
    return not (
        pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    )


def _guard(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _typed(column: pd.Series, kind: str) -> pd.Series:
    if kind == "text":
        return column.map(
            lambda cell: cell[1:] if re.match(r"'" + _FORMULA.pattern, cell) else cell
        )
    empty = column.where(column != "")
    if kind == "date":
        return pd.to_datetime(empty)
    if kind == "boolean":
        return empty.map({"True": True, "False": False}).astype(
            "boolean" if empty.hasnans else bool
        )
    if kind == "integer":
        return pd.to_numeric(empty).astype("Int64" if empty.hasnans else "int64")
    return pd.to_numeric(empty).astype(float)
