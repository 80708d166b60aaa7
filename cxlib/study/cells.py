"""From cells as they were typed to numbers, dates and texts."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pandas as pd

NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "nvt", "n.v.t."})
_YES = frozenset({"yes", "ja", "true", "waar", "1"})
_NO = frozenset({"no", "nee", "false", "onwaar", "0", *NOTHING})
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:,? +(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)


def text(cell: Any) -> str | None:
    """Return a cell as a text on one line, or None where it is empty.

    Examples
    --------
    >>> text(" Mijn  buurt "), text(3.0), text("")
    ('Mijn buurt', '3', None)
    """
    if empty(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date() if cell.time() == dt.time() else cell
    words = _CONTROL.sub(" ", unicodedata.normalize("NFC", str(cell))).split()
    return " ".join(words) or None


def number(cell: Any) -> float | None:
    """Return a cell as a number; nan where it is empty, None where it is no number.

    Examples
    --------
    >>> number("7,5"), number(" +2 "), number("−3"), number("acht")
    (7.5, 2.0, -3.0, None)
    """
    if isinstance(cell, bool | dt.date | dt.time):
        return None
    if isinstance(cell, int | float):
        return float(cell) if not math.isinf(cell) else None
    if empty(cell):
        return math.nan
    sign = "".join(str(cell).split()).replace("−", "-").replace("–", "-").lstrip("'")
    if sign.casefold() in NOTHING:
        return math.nan
    if sign.count(",") == 1 and sign.count(".") == 0:
        sign = sign.replace(",", ".")
    return float(sign) if _NUMBER.fullmatch(sign) else None


def dates(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as dates, and which of its cells are no clear date.

    2019-12-31 and 31-12-2019 are clear. With slashes, days come first if some day above 12
    shows it and no month does; otherwise the column is not clear.

    Examples
    --------
    >>> read, wrong = dates(pd.Series(["31-12-2019", "12/31/2019", None]))
    >>> read.dt.year.tolist(), wrong.tolist()
    ([2019.0, nan, nan], [False, True, False])
    """
    slashed = [m for m in map(_DAY_FIRST.fullmatch, _strings(column)) if m and m[2] == "/"]
    clear = any(int(m[1]) > 12 for m in slashed) and not any(int(m[3]) > 12 for m in slashed)
    return _convert(column, lambda cell: _date(cell, clear), "datetime64[ns]")


def numbers(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as numbers, and which of its cells are no number."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype(float), pd.Series(False, index=column.index)
    return _convert(column, number, "float64")


def texts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as texts; every cell is one."""
    return _convert(column, lambda cell: text(cell) or math.nan, "str")


def flags(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as true and false, and which of its cells are neither; empty is false.

    Examples
    --------
    >>> [part.tolist() for part in flags(pd.Series(["Ja", None, "perhaps"]))]
    [[True, False, False], [False, False, True]]
    """
    return _convert(column, _flag, "bool")


def empty(cell: Any) -> bool:
    """Return whether a cell holds nothing."""
    return cell is None or cell is pd.NA or cell is pd.NaT or cell != cell or cell == ""


def _strings(column: pd.Series) -> list[str]:
    return [cell.strip() for cell in column.dropna().unique() if isinstance(cell, str)]


def _convert(
    column: pd.Series, convert: Callable[[Any], Any], dtype: Any
) -> tuple[pd.Series, pd.Series]:
    """Convert every different cell once; what converts to None is wrong."""
    known: dict[Any, Any] = {}
    result = []
    for cell in column.astype(object):
        key = (type(cell), cell)
        if key not in known:
            known[key] = convert(cell)
        result.append(known[key])
    wrong = pd.Series([value is None for value in result], index=column.index, dtype=bool)
    return pd.Series(result, index=column.index, dtype=object).astype(dtype), wrong


def _flag(cell: Any) -> bool | None:
    word = (text(cell) or "").casefold()
    return True if word in _YES else False if word in _NO else None


def _date(cell: Any, slashes_clear: bool) -> Any:
    if isinstance(cell, dt.date):
        moment = pd.Timestamp(cell)
        return moment.tz_localize(None) if 1900 <= moment.year <= 2200 else None
    if empty(cell) or (isinstance(cell, str) and cell.strip().casefold() in NOTHING):
        return pd.NaT
    if not isinstance(cell, str):
        return None
    parts = _parts(cell.strip(), slashes_clear)
    try:
        return None if parts is None or not 1900 <= parts[0] <= 2200 else pd.Timestamp(*parts)
    except ValueError:
        return None


def _parts(cell: str, slashes_clear: bool) -> tuple[int, int, int, int, int, int] | None:
    match = _ISO.fullmatch(cell)
    if match:
        year, month, day, *clock = (int(part or 0) for part in match.groups())
        return year, month, day, clock[0], clock[1], clock[2]
    match = _DAY_FIRST.fullmatch(cell)
    if match is None or (match[2] == "/" and not slashes_clear):
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[4:])
    return int(match[4]), int(match[3]), int(match[1]), hour, minute, second
