"""One sheet of cells from a text file, a workbook of any kind, SPSS or Parquet.

Where the names of columns stand: below titles, in two or three rows of headings, beside numbers of
rows. Qualtrics writes ids, questions and `{"ImportId": …}`; SurveyMonkey questions and, below them,
their options; LimeSurvey may write "code. question"; pandas and R put the numbers of rows first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter
from pyarrow.lib import ArrowException

from cxlib.problems import Problem, StudyError, TextFault, attempt, nearest, shown
from cxlib.sheets.cells import cell_of, filled, idle, number, text
from cxlib.sheets.rows import SPSS, Rows, Source, check_size, rows_of

CELL = 32_767  # signs that fit in a spreadsheet's cell
_NO_ROWS = "a row below the column names"
Row = tuple[int, Sequence[Any]]
_IMPORT = re.compile(r"\{\s*['\"]+ImportId")
_OWN = {"startdate", "enddate", "recordeddate", "responseid", "ipaddress", "finished"}  # Qualtrics
_MONKEY = {"respondentid", "collectorid"}
_ANSWER = {"response", "openendedresponse", "antwoord", "openantwoord", "reactie"}
_CODED = re.compile(r"([A-Za-z][\w-]*(?:\[[^\]]+\])*)(?:\.|:) (\S.*)")
_CODE = re.compile(r"\w+(\[\w+\])+")
_PARTS = (re.compile(r"(.+?) ?\[(.+)\]"), re.compile(r"(.+?) - (.+)"), re.compile(r"(.+?): (.+)"))


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


def load(path: Path, file: str, source: Source | None = None) -> Sheet:
    """Read a file with one table; raises StudyError if it can't be read.

    Parameters
    ----------
    path : Path
        File that ends in one of `FORMATS`.
    file : str
        Its name in problems.
    source : Source, optional
        What study.yaml says of it.
    """
    source = source or Source(file.rpartition(".")[0])
    check_size(path)
    if path.suffix.lower() == ".parquet":
        return _parquet(path, file)
    if path.suffix.lower() in SPSS:
        return _spss(path, file, source.encoding)
    return sheet_of(rows_of(path, source), path.stem, file, source)


def read_sheet(
    path: Path, file: str, source: Source | None = None
) -> tuple[Sheet | None, list[Problem]]:
    """Read a file as `load` does; None, and what is wrong with it, where it can't be read."""
    return attempt(file, lambda: load(path, file, source))


def sheet_of(sheets: dict[str, Rows], stem: str, file: str, source: Source | None = None) -> Sheet:
    """Return the sheet that study.yaml names, or its file, or else the first with a table."""
    wanted = source.sheet if source else None
    titles = {title.casefold(): title for title, rows in sheets.items() if rows.cells}
    title = titles.get((wanted or stem).casefold())
    if wanted is not None and title is None:
        remedy = f"{nearest(wanted, titles.values())} Name it in study.yaml, under files."
        raise TextFault("a sheet of that name", remedy, value=shown(wanted))
    tables = [t for t in titles.values() if sum(map(len, sheets[t].cells)) > len(sheets[t].cells)]
    title = title or next(iter([*tables, *titles.values()]), None)
    found = _sheet(sheets[title] if title else Rows([]), file)
    others = [shown(other) for other in titles.values() if other != title]
    if not others or wanted:
        return found
    note = f"sheet {shown(title)} was read, not {', '.join(others)}: files in study.yaml says which"
    return replace(found, notes=(*found.notes, note))


def _sheet(rows: Rows, file: str) -> Sheet:
    """Make a sheet of rows: names found, empty rows and columns away, everything in bounds."""
    numbered = [(number, row) for number, row in enumerate(rows.cells, rows.first) if filled(row)]
    if not numbered:
        raise TextFault("a row with column names", "Fill the file, or remove it.")
    found = arrange(numbered)
    problems = [*_oversize(numbered, found.names, file), *_headers(found, file)]
    problems += _early(found, file) if rows.whole else []
    if problems:
        raise StudyError(problems)
    if not found.body:
        raise TextFault(_NO_ROWS, "Add rows, or remove the file.")
    kept = {place: name for place, name in enumerate(found.names) if name}
    body = [[cell_of(row, place) for place in kept] for _, row in found.body]
    index = [number for number, _ in found.body]
    frame = pd.DataFrame(body, index=index, columns=list(kept.values()), dtype=object)
    return Sheet(file, frame, found.labels, notes=found.notes)


def _spss(path: Path, file: str, encoding: str | None = None) -> Sheet:
    """Read an SPSS file: answers as codes, with their labels; raises TextFault."""
    import pyreadstat  # which takes a moment, and few need it

    try:
        frame, about = pyreadstat.read_sav(path, user_missing=True, encoding=encoding)
    except Exception as error:  # its reader raises errors of many kinds
        raise TextFault("an SPSS file that opens", "Save it again from SPSS, or as CSV.") from error
    if frame.empty:
        raise TextFault(_NO_ROWS, "Add rows, or remove the file.")
    answers = {name: dict(codes) for name, codes in about.variable_value_labels.items()}
    unknown: dict[str, tuple[Any, ...]] = {}
    for name in map(str, frame.columns):
        words, spans = answers.get(name, {}), about.missing_ranges.get(name, [])
        codes = dict.fromkeys([*words, *frame[name].dropna().unique()])
        apart = [c for c in codes if idle(words.get(c, "")) or any(_within(c, s) for s in spans)]
        unknown |= {name: tuple(apart)} if apart else {}
    named = about.column_names_to_labels.items()
    labels = {name: " ".join(label.split()) for name, label in named if label}
    rows = frame.astype(object).where(frame.notna(), None).replace("", None)
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    return Sheet(file, rows, shortened(labels), answers, unknown)


def _within(code: Any, span: Any) -> bool:
    """Return whether a code lies in a range that is called missing; words in one of words."""
    alike = isinstance(span["lo"], str) == isinstance(code, str)
    return alike and span["lo"] <= code <= span["hi"]


def _parquet(path: Path, file: str) -> Sheet:
    try:
        frame = pd.read_parquet(path)
    except (ArrowException, ValueError, OSError) as error:
        raise TextFault("a Parquet file that opens", "Write it again, or use CSV.") from error
    if frame.empty:
        raise TextFault(_NO_ROWS, "Add rows, or remove the file.")
    frame.columns = frame.columns.map(str)
    if not frame.columns.is_unique:
        raise TextFault("each column name once", "Rename or remove the double column.")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    for name in frame.columns[[kind.kind == "O" for kind in frame.dtypes]]:  # lists become text
        frame[name] = [cell if pd.api.types.is_scalar(cell) else str(cell) for cell in frame[name]]
    return Sheet(file, frame)


def _oversize(
    rows: Iterable[tuple[int, Sequence[Any]]], names: Sequence[str], file: str
) -> Iterator[Problem]:
    for at, row in rows:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > CELL:
                remedy = "Shorten it; look for a quotation mark that was never closed."
                name = shown(names[place]) or _letter(place)
                yield Problem(file, f"at most {CELL:,} characters", remedy, at, name, shown(cell))


def _letter(place: int) -> str:
    return get_column_letter(place + 1) if place < 18_278 else str(place + 1)


def _headers(found: Layout, file: str) -> Iterator[Problem]:
    for name in sorted({name for name in found.names if name and found.names.count(name) > 1}):
        remedy = "Rename or remove the double column."
        yield Problem(file, "each column name once", remedy, found.top, shown(name))
    remedy = "Name the column, or look for a comma too many in this row."
    for place in [at for at, name in enumerate(found.names) if not name and at != found.unread]:
        held = [(at, row[place]) for at, row in found.body if filled(row[place : place + 1])]
        for at, cell in held[:1]:
            yield Problem(file, "a column name above it", remedy, at, _letter(place), shown(cell))


def _early(found: Layout, file: str) -> Iterator[Problem]:
    """Yield rows of a text file that end before the last named column."""
    count = max((place for place, name in enumerate(found.names, 1) if name), default=0)
    lengths = {len(row) for _, row in found.body}
    if len(found.body) > 1 and len(lengths) == 1 and min(lengths) < count:
        name, remedy = found.names[min(lengths)], "Complete the rows, or remove the column."
        yield Problem(file, "a cell in some row below it", remedy, found.top, shown(name))
        return
    for at, row in found.body:
        if len(row) < count:
            expected = f"{count} cells, as many as there are column names"
            remedy = "Something was lost in this row: complete it, or remove it."
            yield Problem(file, expected, remedy, at, value=f"{len(row)} cells")


@dataclass(frozen=True)
class Layout:
    """Names of columns ("" for what has none), the rows below them, and what else was found."""

    top: int
    names: list[str]
    body: list[Row]
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unread: int | None = None  # the place of a column that only numbers the rows


def arrange(rows: list[Row]) -> Layout:
    """Find the names of columns in rows that each hold something.

    Examples
    --------
    >>> found = arrange([(1, ["Export of March"]), (2, ["", "q1", "q2", "q3"]),
    ...                  (3, [0, 5, 4, 3]), (4, [1, 4, 4, 2])])
    >>> found.top, found.names, found.unread, len(found.body)
    (2, ['', 'q1', 'q2', 'q3'], 0, 2)
    """
    rows, notes = _below_titles(rows)
    (top, header), body = rows[0], rows[1:]
    names = [text(cell) or "" for cell in header]
    names, below, labels = _headings(names, body)
    width = max([len(names), *(len(row) for _, row in below)])
    names += [""] * (width - len(names))
    unread = None
    values = [number(cell_of(row, 0)) for _, row in below]
    counts = {value for value in values if value is not None and value >= 0 and value % 1 == 0}
    if not names[0] and len(counts) == len(values) > 0:
        unread = 0
        notes.append("the first column has no name and only numbers the rows: not read")
    labels = {name: label for name, label in shortened(labels).items() if label != name}
    return Layout(top, names, below, labels, tuple(notes), unread)


def shortened(labels: Mapping[str, str]) -> dict[str, str]:
    """Return questions without the part that several of one block share.

    Examples
    --------
    >>> shortened({"a": "How pleased are you? - Staff", "b": "How pleased are you? - Letters"})
    {'a': 'Staff', 'b': 'Letters'}
    """
    parts = {}
    for name, label in labels.items():
        found = next((m for m in (part.fullmatch(label) for part in _PARTS) if m), None)
        parts[name] = (found[1], found[2]) if found else ("", label)
    often = Counter(lead for lead, _ in parts.values())
    return {
        name: rest if lead and often[lead] > 1 else labels[name]
        for name, (lead, rest) in parts.items()
    }


def _below_titles(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Leave out lines of a title above the table: one or two cells over a row of names."""
    counts = [sum(filled([cell]) for cell in row) for _, row in rows[:50]]
    usual = sorted(counts)[len(counts) // 2]
    start = next((i for i, count in enumerate(counts) if count > 2 and 2 * count >= usual), 0)
    cells = [cell for cell in rows[start][1] if filled([cell])]
    named = all(number(cell) is None for cell in cells) and len(set(map(str, cells))) == len(cells)
    if not start or usual < 3 or not named or max(counts[:start]) > 2:
        return rows, []
    last = rows[start - 1][0]
    which = "row 1 is a title" if last == 1 else f"rows up to {last} are a title"
    return rows[start:], [f"{which} above the names of columns: not read"]


def _headings(names: list[str], body: list[Row]) -> tuple[list[str], list[Row], dict[str, str]]:
    marked = [i for i, (_, row) in enumerate(body[:3]) if any(_IMPORT.match(str(c)) for c in row)]
    if marked:
        labels = _above(names, body[0][1]) if marked[0] else {}
        return names, body[marked[0] + 1 :], labels
    plain = {_plain(name) for name in names}
    second = body[0][1] if body else []
    if len(plain & _OWN) > 2 and len(body) > 1:  # words where Qualtrics has days and numbers
        cells = [cell for name, cell in zip(names, second, strict=False) if _plain(name) in _OWN]
        if all(isinstance(cell, str) and re.match(r"[^\W\d]", cell.strip()) for cell in cells):
            return names, body[1:], _above(names, second)
    if len(body) > 1 and (plain >= _MONKEY or "" in names) and _options(names, second):
        return _joined(names, second, body[1:])
    coded = [_CODED.fullmatch(name) for name in names if name]
    codes = [found[1] for found in coded if found]
    if {"id", "submitdate"} & set(codes) and len(codes) == len(coded) == len(set(codes)):
        return (
            [found[1] if found else "" for found in map(_CODED.fullmatch, names)],
            body,
            {found[1]: found[2] for found in coded if found},
        )
    bracketed = [name for name in names if name.endswith("]") and not _CODE.fullmatch(name)]
    return names, body, {name: name for name in bracketed}  # How pleased are you with [Staff]


def _above(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    found = ((name, text(cell)) for name, cell in zip(names, row, strict=False))
    bare = ((name, text(re.sub(r"<[^>]*>", " ", label or ""))) for name, label in found)
    return {name: label for name, label in bare if name and label}


def _options(names: Sequence[str], row: Sequence[Any]) -> bool:
    """Whether a row names options: words below names that are absent, nothing below ids."""
    cells = [(name, text(cell)) for name, cell in zip(names, row, strict=False)]
    given = [(name, cell) for name, cell in cells if cell]
    if not given or cells[0][1] or any(number(cell) is not None for _, cell in given):
        return False
    return any(not name or _plain(cell) in _ANSWER for name, cell in given)


def _joined(
    names: list[str], row: Sequence[Any], body: list[Row]
) -> tuple[list[str], list[Row], dict[str, str]]:
    """Name columns by their option where a question has several, else by the question."""
    pairs = [(name or "", text(cell) or "") for name, cell in zip_longest(names, row)]
    questions: list[str] = []
    for name, option in pairs:
        questions.append(name or (questions[-1] if option and questions else ""))
    options = [option for _, option in pairs]
    sizes, taken = Counter(questions), Counter(options)
    found: list[str] = []
    for question, option in zip(questions, options, strict=True):
        name = question
        if question and sizes[question] > 1 and option:
            alone = taken[option] == 1 and option not in names
            name = option if alone else f"{question} - {option}"
        found.append(name if name not in found or not name else f"{name} ({found.count(name) + 1})")
    parts = zip(found, questions, options, strict=True)
    return found, body, {name: part for name, question, part in parts if sizes[question] > 1}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())
