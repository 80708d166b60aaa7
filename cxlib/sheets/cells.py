"""From cells as they were typed to texts, numbers, dates, and grades for answers in words."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

RECOGNISED: dict[str, Any] = yaml.safe_load(
    files("cxlib.sheets").joinpath("recognised.yaml").read_text("utf-8")
)
ERRORS = frozenset(RECOGNISED["failures"].split())
_IDLE = frozenset(RECOGNISED["no_answers"].split("; "))
_SCALES = [  # the grade of each word
    {word: grade for grade, point in enumerate(scale, 1) for word in point.split("|")}
    for scale in RECOGNISED["scales"]
]
NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "nvt", "n.v.t."})
_FLAGS = dict.fromkeys(("no", "nee", "false", "onwaar", "0", *NOTHING), False)
_FLAGS |= dict.fromkeys(("yes", "ja", "true", "waar", "1"), True)
_CLOCK = (
    r"(?:(?:T|,? +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?"
    r"(?:Z|[+-]\d{2}:?\d{2}| [A-Z]{2,5}(?:[+-]\d{1,2}(?::?\d{2})?)?)?)?"
)
_ISO = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})" + _CLOCK)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
_LED = re.compile(r"(-?\d{1,2})(?:\s*[-–—=:.)(/]|\s+\D).*[^\W\d].*")


class Unstored(str):
    """A formula of which the file does not hold the result."""


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


def dates(column: pd.Series, first: str | None = None) -> tuple[pd.Series, pd.Series]:
    """Return a column as dates, and which of its cells are no clear date.

    2019-12-31 and 31-12-2019 are clear. With slashes, days come first if some day above 12 shows
    it and no month does; months come first if that is so the other way round and the clock says
    AM or PM. Otherwise the column is not clear, unless `first` says what comes first.

    Parameters
    ----------
    column : Series
    first : {"day", "month"}, optional
        What study.yaml says of dates that end with the year.

    Examples
    --------
    >>> read, wrong = dates(pd.Series(["31-12-2019", "12/31/2019", None]))
    >>> read.dt.year.tolist(), wrong.tolist()
    ([2019.0, nan, nan], [False, True, False])
    >>> dates(pd.Series(["03/04/2019"]), "month")[0].dt.month.tolist()
    [3]
    """
    found = [m for m in map(_YEAR_LAST.fullmatch, _strings(column)) if m and m[2] == "/"]
    late = any(int(m[1]) > 12 for m in found), any(int(m[3]) > 12 for m in found)
    order = first or ("day" if late == (True, False) else None)
    if late == (False, True) and all(m[8] for m in found):
        order = first or "month"
    return _convert(column, lambda cell: _date(cell, order, bool(first)), "datetime64[ns]")


def numbers(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as numbers, and which of its cells are no number."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype(float), pd.Series(False, index=column.index)
    return _convert(column, number, "float64")


def grouped(column: pd.Series) -> pd.Series:
    """Return which cells may be thousands or decimals, where no other cell of the column tells.

    Examples
    --------
    >>> [grouped(pd.Series(cells)).tolist() for cells in (["1,234", "950"], ["1,234", "2,5"])]
    [[True, False], [False, False]]
    """
    marked = {cell for cell in _strings(column) if "," in cell or "." in cell}
    doubtful = {cell for cell in marked if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", cell)}
    return column.isin(doubtful if doubtful == marked else ())


def texts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as texts, and which of its cells are a spreadsheet's error instead."""
    return _convert(column, lambda cell: None if failed(cell) else text(cell) or math.nan, "str")


def flags(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column as true and false, and which of its cells are neither; empty is false.

    Examples
    --------
    >>> [part.tolist() for part in flags(pd.Series(["Ja", None, "perhaps"]))]
    [[True, False, False], [False, False, True]]
    """
    return _convert(column, lambda cell: _FLAGS.get((text(cell) or "").casefold()), "bool")


def empty(cell: Any) -> bool:
    """Return whether a cell holds nothing."""
    return cell is None or cell is pd.NA or cell is pd.NaT or cell != cell or cell == ""


def filled(row: Iterable[Any]) -> bool:
    """Return whether some cell of a row holds something."""
    return any(not (empty(cell) or (isinstance(cell, str) and not cell.strip())) for cell in row)


def cell_of(row: Sequence[Any], place: int) -> Any:
    """Return the cell in a place of a row; None where the row is shorter, or the cell is blank."""
    cell = row[place] if place < len(row) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def failed(cell: Any) -> bool:
    """Return whether a cell is a spreadsheet's error, or a formula whose result is not stored."""
    return isinstance(cell, Unstored) or (isinstance(cell, str) and cell.casefold() in ERRORS)


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


def _date(cell: Any, order: str | None, told: bool) -> Any:
    if isinstance(cell, dt.date):
        moment = pd.Timestamp(cell)
        return moment.tz_localize(None) if 1900 <= moment.year <= 2200 else None
    if empty(cell) or (isinstance(cell, str) and cell.strip().casefold() in NOTHING):
        return pd.NaT
    if not isinstance(cell, str):
        return None
    parts = _parts(" ".join(cell.split()), order, told)
    try:
        return None if parts is None or not 1900 <= parts[0] <= 2200 else pd.Timestamp(*parts)
    except ValueError:
        return None


def _parts(cell: str, order: str | None, told: bool) -> tuple[int, int, int, int, int, int] | None:
    """Return year, month, day and clock; dashes and dots put the day first unless told."""
    match = _ISO.fullmatch(cell) or _YEAR_LAST.fullmatch(cell)
    if match is None:
        return None
    one, sign, two, three = match.groups()[:4]
    hour, minute, second = (int(part or 0) for part in match.groups()[4:7])
    if match[8]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[8] in "pP")
    if len(one) == 4:
        return int(one), int(two), int(three), hour, minute, second
    if sign == "/" and order is None:
        return None
    months = order == "month" and (sign == "/" or told)
    day, month = (two, one) if months else (one, two)
    return int(three), int(month), int(day), hour, minute, second


def plain(answer: object) -> str:
    """Return an answer in small letters, without signs, for comparing.

    Examples
    --------
    >>> plain(" Zeer  tevreden! "), plain("Don’t know / N.A.")
    ('zeer tevreden', 'don t know n a')
    """
    return " ".join(re.sub(r"[^\w]+", " ", str(answer).casefold()).split())


def idle(answer: object) -> bool:
    """Return whether an answer says that there is none, such as "weet niet".

    Examples
    --------
    >>> [idle(answer) for answer in ("Weet niet", "Don't know", "neutral")]
    [True, True, False]
    """
    return plain(answer) in _IDLE


def proposed(answers: Iterable[str]) -> dict[str, int]:
    """Return the grade that each answer seems to stand for; without those that are not clear.

    Texts that begin with a number stand for it. Others count from 1 up where all of them are on
    one known Dutch or English scale of five or seven points.

    Examples
    --------
    >>> proposed(["5 - Very satisfied", "1 - Very dissatisfied"])
    {'1 - Very dissatisfied': 1, '5 - Very satisfied': 5}
    >>> proposed(["zeer tevreden", "Ontevreden", "weet niet"])
    {'Ontevreden': 2, 'zeer tevreden': 5}
    >>> proposed(["mooi", "lelijk"])
    {}
    """
    given = [answer for answer in dict.fromkeys(answers) if not idle(answer)]
    led = {answer: int(found[1]) for answer in given if (found := _LED.fullmatch(answer.strip()))}
    rest = [answer for answer in given if answer not in led]
    scored: dict[str, int] = {}
    for grades in _SCALES:
        known = {answer: grades[plain(answer)] for answer in rest if plain(answer) in grades}
        if len(known) == len(rest) == len(set(known.values())):
            scored = known
            break
    return dict(sorted((led | scored).items(), key=lambda pair: pair[1]))
