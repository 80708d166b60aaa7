"""Published tables, figures and findings as files: written so that bytes repeat, and read back.

Parquet holds the table as it is.  CSV is what people open in a spreadsheet, where a text that
begins with ``=``, ``+``, ``-``, ``@``, a tab or a return would be run as a formula: there such
a text gets an apostrophe in front, which `read_table` takes off again.  Numbers are untouched.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxlib.places import FIGURES

if TYPE_CHECKING:
    from cxlib.run.fields import Field

DIGITS = 10  # significant at most, so that the last bits of two processors don't show
DECIMALS = 12  # below this a number is the noise of a nought, unless it is a p-value
Array = npt.NDArray[np.float64]
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


def rounded(value: float, decimals: float = DECIMALS) -> float:
    """Round to some decimals, and to 10 significant digits at most.

    Where that would end in a 5 that is not the number's own, one digit more is kept, so that
    whoever rounds again gets what he would have got from the number itself.

    Examples
    --------
    >>> rounded(0.1 + 0.2), rounded(-3e-17), rounded(7.1496, 2), rounded(7.1512, 2)
    (0.3, 0.0, 7.1496, 7.151)
    """
    full = float(f"{value:.{DIGITS}g}")
    if not math.isfinite(full) or math.isinf(decimals):
        return full
    last = DECIMALS if full == 0 else max(DIGITS - 1 - math.floor(math.log10(abs(full))), 0)
    for places in range(int(decimals), last):
        short = round(full, places)
        if short == full or not f"{abs(short):.{places}f}".rstrip("0").endswith("5"):
            return short + 0.0
    return round(full, max(int(decimals), DECIMALS)) + 0.0


def supported(frame: pd.DataFrame, fields: Iterable[Field]) -> pd.DataFrame:
    """Round every number to what its standard error supports.

    A number with an interval, and its ends, to two digits of the standard error that this tells;
    one without to what its unit makes sense of (`fields.yaml`), else to four digits; p-values to
    three. Ranks and counts are exact.

    Examples
    --------
    >>> from cxlib.run.fields import describe
    >>> scores = pd.DataFrame({"score": [92.04545], "low": [88.7512], "high": [96.2541]})
    >>> supported(scores, describe("card_scores", scores)).loc[0].tolist()
    [92.0, 88.8, 96.3]
    """
    result, roles = frame.copy(), {field.name: field for field in fields}
    numbers = [name for name in map(str, frame) if pd.api.types.is_float_dtype(frame[name])]
    values = {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in numbers}
    places = {name: _by_unit(values[name], roles[name]) for name in numbers}
    for estimate, low, high in _intervals(list(map(str, frame)), roles):
        if low in values and high in values:
            error = np.abs(values[high] - values[low]) / 3.92
            with np.errstate(divide="ignore"):
                finest = 1 - np.floor(np.log10(error))
            known = np.isfinite(finest)
            for name in {estimate, low, high} & values.keys():
                places[name] = np.where(known, finest.clip(0), places[name])
    for name in numbers:
        pairs = zip(values[name], places[name], strict=True)
        result[name] = [rounded(value, decimals) for value, decimals in pairs]
    return result


def _by_unit(values: Array, field: Field) -> Array:
    """Decimals of numbers without an interval."""
    if field.unit == "rank" or field.role in ("people", "count"):
        return np.full(len(values), float(DECIMALS))
    if field.role != "p" and field.digits is not None:
        return np.full(len(values), float(field.digits))
    size = np.abs(np.where(np.isfinite(values) & (values != 0), values, 1))
    digits = (3 if field.role == "p" else 4) - 1 - np.floor(np.log10(size))
    return digits.clip(1, None if field.role == "p" else DECIMALS)


def _intervals(names: Sequence[str], fields: Mapping[str, Field]) -> Iterator[tuple[str, str, str]]:
    """Columns that belong together: a number and the ends of its interval."""
    estimate = ""
    for name in names:
        estimate = name if fields[name].role == "measure" else estimate
        stem = name.removesuffix("low")
        if fields[name].role == "bound" and stem != name and fields[name].unit != "rank":
            yield stem.removesuffix("_") or estimate, name, f"{stem}high"


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


class ResultsError(ValueError):
    """A result that was not published, or published twice."""


@dataclass(frozen=True)
class TableFile:
    """A published table: its JSON, what is in it, and where it comes from."""

    name: str
    sidecar: Path
    record: dict[str, Any]

    @property
    def csv(self) -> Path:
        """The file that people open."""
        return self.sidecar.with_suffix(".csv")

    def read(self) -> pd.DataFrame:
        """Return the table; its file is read once."""
        return self._content.copy(deep=False)

    @cached_property
    def _content(self) -> pd.DataFrame:
        return read_table(self.sidecar)


@dataclass(frozen=True)
class FigureFile:
    """A published figure in one language, with its caption."""

    name: str
    language: str
    sidecar: Path
    record: dict[str, Any]

    def path(self, kind: str = "svg") -> Path:
        """Return the file of a kind: svg, pdf or png."""
        return self.sidecar.with_suffix(f".{kind}")

    @property
    def title(self) -> str:
        """The finding, in a sentence."""
        return self.record["title"]

    @property
    def subtitle(self) -> str:
        """What is measured."""
        return self.record["subtitle"]

    @property
    def source(self) -> str:
        """The citation, and the mark of simulated rows."""
        return self.record["source"]

    @property
    def alt(self) -> str:
        """What the picture shows, for those who cannot see it."""
        return self.record["alt"]

    @property
    def origin(self) -> str:
        """Published, collected or simulated."""
        return self.record["origin"]


@dataclass(frozen=True)
class Finding:
    """One published number with its interval, the people behind it, and its origin.

    Of a verdict, `first` are those that may come first, out of `of`; its value is the one that
    surely does, or None.
    """

    name: str
    value: Any
    low: float | None
    high: float | None
    n: int | None
    unit: str
    origin: str
    notebook: str
    seed: int | None = None
    first: tuple[str, ...] | list[str] = ()
    of: int = 0


@dataclass(frozen=True)
class Results:
    """Tables, figures and findings of one run, by name.

    Examples
    --------
    >>> nothing = Results.open()
    >>> nothing.tables, "grade_shares" in nothing.tables
    ({}, False)
    """

    tables: dict[str, TableFile]
    figures: dict[tuple[str, str], FigureFile]
    findings: dict[str, Finding]

    @classmethod
    def open(cls, *folders: str | Path) -> Self:
        """Find all results in folders, at any depth; a folder that is absent holds none.

        Raises
        ------
        ResultsError
            When two notebooks published under the same name.
        """
        results = cls({}, {}, {})
        for sidecar, record in _records(folders):
            if record["kind"] == "table":
                _add(results.tables, record["name"], TableFile(record["name"], sidecar, record))
            elif record["kind"] == "figure":
                key = record["name"], record["language"]
                _add(results.figures, key, FigureFile(*key, sidecar, record))
            else:
                for name, entry in record["findings"].items():
                    by = {key: record[key] for key in ("notebook", "seed") if key in record} | entry
                    _add(results.findings, name, Finding(name, **by))
        return results

    @classmethod
    def published(cls, study: str, period: str) -> Self:
        """Open what was last published of a study and period, by id and label."""
        return cls.open(FIGURES / study / period)

    def table(self, name: str) -> pd.DataFrame:
        """Return a published table; raises ResultsError when there is none of that name."""
        return _get(self.tables, name, "table").read()

    def figure(self, name: str, language: str) -> FigureFile:
        """Return a published figure; raises ResultsError when there is none."""
        return _get(self.figures, (name, language), "figure")

    def finding(self, name: str) -> Finding:
        """Return a published finding; raises ResultsError when there is none of that name."""
        return _get(self.findings, name, "finding")


def _records(folders: tuple[str | Path, ...]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*.json")):
            if any(part.startswith(".") for part in path.relative_to(folder).parts):
                continue  # a promotion under way
            record = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(record, dict) and record.get("kind") in ("table", "figure", "findings"):
                yield path, record


def _add(known: dict[Any, Any], name: Any, result: Any) -> None:
    if name in known:
        raise ResultsError(f"{_words(name)} was published twice")
    known[name] = result


def _get(known: dict[Any, Any], name: Any, kind: str) -> Any:
    if name in known:
        return known[name]
    near = get_close_matches(_words(name), map(_words, known), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ResultsError(f"no {kind} {_words(name)} was published{hint}")


def _words(name: str | tuple[str, str]) -> str:
    return name if isinstance(name, str) else f"{name[0]} ({name[1]})"
