"""One sheet of cells from a text file, a workbook of any kind, SPSS or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter
from pyarrow.lib import ArrowException

from cxlib.study.answers import idle
from cxlib.study.books import BOOKS, workbook
from cxlib.study.cells import filled
from cxlib.study.decoding import TextFault, decode
from cxlib.study.layouts import Layout, arrange, shortened
from cxlib.study.problems import Problem, nearest, shown

SPSS = (".sav", ".zsav")
FORMATS = (".csv", ".tsv", *BOOKS, ".parquet", *SPSS)
CELL = 32_767  # signs that fit in a spreadsheet's cell
BYTES = 300_000_000
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Source:
    """What study.yaml says of a file: the table that it holds, its sheet and its encoding."""

    table: str = ""
    sheet: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Sheet:
    """Cells as they were typed; the index counts rows as a spreadsheet does.

    Parameters
    ----------
    file : str
        Name in problems.
    frame : DataFrame
    labels : dict of column to the question that it holds the answers to
    answers : dict of column to {code: what it stands for}
    unknown : dict of column to codes that the file itself calls missing or don't know
    notes : tuple of str
        What was taken for granted or left out, to be said once.
    """

    file: str
    frame: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    unknown: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """All rows of a sheet, the header included, with the number of the first.

    `whole` tells that every row should have as many cells as there are names, as in a text file.
    """

    cells: list[Sequence[Any]]
    first: int = 1
    whole: bool = False


def read_sheet(
    path: Path, file: str, source: Source | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Read a file with one table.

    Parameters
    ----------
    path : Path
        File that ends in one of `FORMATS`.
    file : str
        Its name in problems.
    source : Source, optional
        What study.yaml says of it.

    Returns
    -------
    Sheet or None, list of Problem
        None if the file could not be read at all.
    """
    source = source or Source(file.rpartition(".")[0])
    try:
        if path.suffix.lower() == ".parquet":
            check_size(path)
            return _parquet(path, file), []
        if path.suffix.lower() in SPSS:
            check_size(path)
            return read_spss(path, file, source.encoding), []
        return sheet_of(rows_of(path, source), path.stem, file, source)
    except TextFault as fault:
        return None, [fault.problem(file)]
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]


def rows_of(path: Path, source: Source | None = None) -> dict[str, Rows]:
    """Return the rows of every sheet in a workbook, or of a text file; raises TextFault."""
    check_size(path)
    if path.suffix.lower() in BOOKS and not _text(path):
        return {title: Rows(cells) for title, cells in workbook(path).items()}
    if path.suffix.lower() in SPSS:
        frame = read_spss(path, path.name).frame
        return {path.stem: Rows([list(frame.columns), *frame.to_numpy().tolist()])}
    source = source or Source(path.stem)
    return {
        path.stem: Rows(_csv(decode(path.read_bytes(), source.encoding, source.table)), 1, True)
    }


def _text(path: Path) -> bool:
    """Whether a file that is called .xls is text, as many programs write it."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    binary = start.startswith((b"PK", b"\xd0\xcf")) or b"\x00" in start[2:] or start[:1] < b" "
    return path.suffix.lower() == ".xls" and not binary


def check_size(path: Path) -> None:
    """Raise TextFault if a file is too large to be what it should be."""
    if path.stat().st_size > BYTES:
        raise TextFault("a file below 300 MB", "Split it, or save it as Parquet.")


def sheet(rows: Rows, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Make a sheet of rows: names found, empty rows and columns away, everything in bounds."""
    numbered = [(number, row) for number, row in enumerate(rows.cells, rows.first) if filled(row)]
    if not numbered:
        return None, [Problem(file, "a row with column names", "Fill the file, or remove it.")]
    found = arrange(numbered)
    names = found.names
    problems = [*_oversize(numbered, names, file), *_headers(found, file)]
    problems += _early(found, file) if rows.whole else []
    if problems:
        return None, problems
    kept = [place for place, name in enumerate(names) if name]
    body = [[_cell(row, place) for place in kept] for _, row in found.body]
    index = [number for number, _ in found.body]
    if not body:
        return None, [
            Problem(file, "a row below the column names", "Add rows, or remove the file.")
        ]
    frame = pd.DataFrame(body, index=index, columns=[names[place] for place in kept], dtype=object)
    return Sheet(file, frame, found.labels, notes=found.notes), []


def sheet_of(
    sheets: dict[str, Rows], stem: str, file: str, source: Source | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Return the sheet that study.yaml names, or its file, or else the first with a table."""
    wanted = source.sheet if source else None
    titles = {title.casefold(): title for title, rows in sheets.items() if rows.cells}
    title = titles.get((wanted or stem).casefold())
    if wanted is not None and title is None:
        remedy = f"{nearest(wanted, titles.values())} Name it in study.yaml, under files."
        return None, [Problem(file, "a sheet of that name", remedy, value=shown(wanted))]
    tables = [t for t in titles.values() if sum(map(len, sheets[t].cells)) > len(sheets[t].cells)]
    title = title or next(iter([*tables, *titles.values()]), None)
    found, problems = sheet(sheets[title] if title else Rows([]), file)
    others = [shown(other) for other in titles.values() if other != title]
    if found is None or not others or wanted:
        return found, problems
    note = f"sheet {shown(title)} was read, not {', '.join(others)}: files in study.yaml says which"
    return replace(found, notes=(*found.notes, note)), problems


def read_spss(path: Path, file: str, encoding: str | None = None) -> Sheet:
    """Read an SPSS file: answers as codes, with their labels; raises TextFault."""
    import pyreadstat  # which takes a moment, and few need it

    try:
        frame, about = pyreadstat.read_sav(path, user_missing=True, encoding=encoding)
    except Exception as error:  # its reader raises errors of many kinds
        raise TextFault("an SPSS file that opens", "Save it again from SPSS, or as CSV.") from error
    if frame.empty:
        raise TextFault("a row below the column names", "Add rows, or remove the file.")
    answers = {name: dict(codes) for name, codes in about.variable_value_labels.items()}
    unknown: dict[str, tuple[Any, ...]] = {}
    for name in map(str, frame.columns):
        words, spans = answers.get(name, {}), about.missing_ranges.get(name, [])
        codes = dict.fromkeys([*words, *frame[name].dropna().unique()])
        apart = [c for c in codes if _within(c, spans) or idle(words.get(c, ""))]
        unknown |= {name: tuple(apart)} if apart else {}
    named = about.column_names_to_labels.items()
    labels = {name: " ".join(label.split()) for name, label in named if label}
    rows = frame.astype(object).where(frame.notna(), None).replace("", None)
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    return Sheet(file, rows, shortened(labels), answers, unknown)


def _within(code: Any, spans: Iterable[Any]) -> bool:
    """Return whether a code lies in one of the ranges that are called missing."""
    alike = [span for span in spans if isinstance(span["lo"], str) == isinstance(code, str)]
    return any(span["lo"] <= code <= span["hi"] for span in alike)


def _parquet(path: Path, file: str) -> Sheet:
    try:
        frame = pd.read_parquet(path)
    except (ArrowException, ValueError, OSError) as error:
        raise TextFault("a Parquet file that opens", "Write it again, or use CSV.") from error
    if frame.empty:
        raise TextFault("a row below the column names", "Add rows, or remove the file.")
    frame.columns = frame.columns.map(str)
    if not frame.columns.is_unique:
        raise TextFault("each column name once", "Rename or remove the double column.")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    for name in frame.columns[[kind.kind == "O" for kind in frame.dtypes]]:  # lists become text
        frame[name] = [cell if pd.api.types.is_scalar(cell) else str(cell) for cell in frame[name]]
    return Sheet(file, frame)


def _csv(text: str) -> list[Sequence[Any]]:
    if text.lstrip()[:1] == "<":
        raise TextFault("a table", "This is a web page: open it and save the table as .xlsx.")
    first, _, rest = text.partition("\n")
    if first.casefold().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint
        return _records(rest, first[4])
    return _records(text, _delimiter(text))


def _records(text: str, delimiter: str) -> list[Sequence[Any]]:
    records: list[Sequence[Any]] = []
    with _long_cells(len(text)):
        try:
            records.extend(
                csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            )
        except csv.Error as error:
            raise TextFault(
                "every quote closed",
                "Look for a lone quotation mark in this row, or save the file again as CSV.",
                len(records) + 1,
            ) from error
    return records


@contextmanager
def _long_cells(size: int) -> Iterator[None]:
    # The reader stops at 128 kB a cell without naming its column; we do that ourselves.
    limit = csv.field_size_limit(max(size, 131_072))
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """Choose the sign that cuts the first rows into the most columns, equally many in each."""

    def score(delimiter: str) -> tuple[float, int]:
        lines = io.StringIO(text[:100_000], newline="")
        widths = []
        with _long_cells(100_000):
            for row, _ in zip(csv.reader(lines, delimiter=delimiter), range(50), strict=False):
                widths += [len(row)] if row else []
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 1)

    return max(_DELIMITERS, key=score)


def _cell(row: Sequence[Any], place: int) -> Any:
    cell = row[place] if place < len(row) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def _oversize(
    rows: Iterable[tuple[int, Sequence[Any]]], names: Sequence[str], file: str
) -> Iterator[Problem]:
    for number, row in rows:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > CELL:
                remedy = "Shorten it; look for a quotation mark that was never closed."
                name = shown(names[place]) or _letter(place)
                yield Problem(
                    file, f"at most {CELL:,} characters", remedy, number, name, shown(cell)
                )


def _letter(place: int) -> str:
    return get_column_letter(place + 1) if place < 18_278 else str(place + 1)


def _headers(found: Layout, file: str) -> Iterator[Problem]:
    for name in sorted({name for name in found.names if name and found.names.count(name) > 1}):
        remedy = "Rename or remove the double column."
        yield Problem(file, "each column name once", remedy, found.top, shown(name))
    for place, name in enumerate(found.names):
        if name or place == found.unread:
            continue
        for number, row in found.body:
            if filled(row[place : place + 1]):
                remedy = "Name the column, or look for a comma too many in this row."
                letter = _letter(place)
                value = shown(row[place])
                yield Problem(file, "a column name above it", remedy, number, letter, value)
                break


def _early(found: Layout, file: str) -> Iterator[Problem]:
    """Yield rows of a text file that end before the last named column."""
    count = max((place for place, name in enumerate(found.names, 1) if name), default=0)
    lengths = {len(row) for _, row in found.body}
    if len(found.body) > 1 and len(lengths) == 1 and min(lengths) < count:
        name, remedy = found.names[min(lengths)], "Complete the rows, or remove the column."
        yield Problem(file, "a cell in some row below it", remedy, found.top, shown(name))
        return
    for number, row in found.body:
        if len(row) < count:
            expected = f"{count} cells, as many as there are column names"
            remedy = "Something was lost in this row: complete it, or remove it."
            yield Problem(file, expected, remedy, number, value=f"{len(row)} cells")
