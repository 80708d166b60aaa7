"""Sorts in the files of programs for Q methodology, recognised by their content.

KADE and Ken-Q Analysis keep sorts and statements in one workbook, zip or CSV. Type 1 has a column a
sort and says which statement lies on each place of the grid. Type 2 has a row a sort with the
values in the order of the statements; a zip has the same in text files. Type 3 is what the programs
write themselves: the same below a few lines of heading, with mean and standard deviation to the
right; in CSV all tables stand in one sheet. Older workbooks have the grid above the sorts.

PQMethod keeps sorts in a .dat file of fixed columns, statements in a .sta file beside it. Line 1
counts sorts (columns 4-6) and statements (7-9), then the title; line 2 has the lowest and the
highest value and the cards on each value from -6 on; then a line a sort: name in columns 1-8,
values from column 11 on, two columns each. A listing (.lis) holds results; where the sorts stand in
it, they are lines of a name and values.

JSON is what easy-htmlq stores, and what `cxlib export` writes. One table of sorts may lie in many
ways: see `layouts`.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from cxlib.problems import Problem, StudyError, TextFault, attempt, shown
from cxlib.sheets.cells import cell_of, filled, text
from cxlib.sheets.rows import FORMATS, SPSS, UNPACKED, Rows, Source, decode, rows_of
from cxlib.sheets.sheet import Sheet, load, sheet_of
from cxlib.study.dictionary import spoken, tables
from cxlib.study.layouts import headless, read_shape, tabled
from cxlib.study.sorts import (
    STATISTICS,
    Imported,
    Place,
    counted,
    heading,
    labelled,
    numbers,
    piles,
    table,
    whole,
    word,
)

_ZIPPED = (*FORMATS, ".dat", ".json")
_SORTS = ("q-sorts", "q sorts", "qsorts", "sorts")
_STATEMENTS = ("statements", "statement")
_PATTERNS = ("pattern", "patterns")
SLOTS = range(-6, 14)  # the values that a pattern of KADE and a line of PQMethod count
_OVERVIEWS = ("project overview", "analysis overview", "overview")
Line = tuple[int, Sequence[Any]]
NAME, START, WIDTH = 8, 10, 2  # of PQMethod's columns
_VALUE = r"[+-]?\d{1,2}(?!\d)"
_LISTED = re.compile(rf"\s*(?:\d{{1,3}}\s+)?([^\W\d]\S{{0,9}})\s+((?:{_VALUE}\s*){{3,}})")
FORMAT = "cxlib sorts"


def read_sorts(
    path: Path, file: str, known: Sequence[str] | None, source: Source | None = None
) -> tuple[Imported | None, list[Problem]]:
    """Read a file with sorts: a table, or a file of a program for Q methodology.

    Parameters
    ----------
    path, file, source
        As in `read_sheet`.
    known : sequence of str, optional
        The study's cards, where it has a table of them.

    Returns
    -------
    Imported or None, list of Problem
        None if the file could not be read as sorts at all.
    """
    found, problems = attempt(file, lambda: _read(path, file, known, source))
    return (found.named(known), found.problems) if found else (None, problems)


def _read(
    path: Path, file: str, known: Sequence[str] | None, source: Source | None = None
) -> Imported:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _zip(path, file, known)
    if suffix in (".dat", ".lis"):
        found = (_pqmethod if suffix == ".dat" else _listing)(path, file)
    else:
        found = _tables(path, file, known, source)
    return _with_statements(path, found, file)


def _tables(path: Path, file: str, known: Sequence[str] | None, source: Source | None) -> Imported:
    """Read what has rows and columns: CSV, workbooks, Parquet, records in JSON."""
    suffix = path.suffix.lower()
    if suffix in (".parquet", *SPSS):
        return read_shape(load(path, file, source), known)
    if suffix == ".json":
        records = _records(path, file)
        if isinstance(records, Imported):
            return records
        sheets = {path.stem: records}
    else:
        sheets = rows_of(path, source)
    for book in (sheets, *(_sections(rows) for rows in sheets.values() if len(sheets) == 1)):
        if _is_kade(book):
            return _kade(book, file)
    named = {title: tabled(rows) for title, rows in sheets.items()}
    only = next(iter(named.values())) if len(named) == 1 else Rows([])
    if headless(only):
        return _kade({"sorts": only}, file)
    return read_shape(sheet_of(named, path.stem, file, source), known)


def _zip(path: Path, file: str, known: Sequence[str] | None) -> Imported:
    """Read a project of KADE, or the one file with sorts that a zip holds."""
    with TemporaryDirectory() as place:
        book = _unzip(path, Path(place))
        if book:
            return _kade(book, file)
        names = sorted(part.name for part in Path(place).iterdir())
        inside = [name for name in names if Path(name).suffix.lower() in _ZIPPED]
        if len(inside) != 1:
            expected = "a KADE project, or one file with sorts, in the zip"
            remedy = "Nothing in it can be analysed: unpack it, and put the sorts here."
            raise TextFault(expected, remedy, value=shown(", ".join(names)) or "no files")
        return replace(_read(Path(place) / inside[0], file, known), beside=())


def _is_kade(sheets: dict[str, Rows]) -> bool:
    """Return whether a workbook has a sheet of sorts, and one of statements or the pattern."""
    titles = {title.strip().casefold() for title in sheets}
    return bool(titles & set(_SORTS)) and bool(titles & {*_STATEMENTS, *_PATTERNS})


def _sections(rows: Rows) -> dict[str, Rows]:
    """Cut results in CSV into the tables that lie between blank lines; {} if they are no such."""
    found: dict[str, Rows] = {}
    start = 0
    for at, row in enumerate([*rows.cells, []]):
        if filled(row):
            continue
        head = [word(cell) for cell in rows.cells[start] if filled([cell])] if at > start else []
        part, start = Rows(rows.cells[start:at], rows.first + start), at + 1
        if head[1:2] == ["statements"] and len(head) == 2:
            found.setdefault("statements", part)
        elif len(counted(head[1:])) > 1 and STATISTICS & {*head[-2:]}:
            found.setdefault("sorts", part)
    return found | {"overview": rows} if _is_kade(found) else {}


def _unzip(path: Path, folder: Path) -> dict[str, Rows]:
    """Unpack a zip; return the tables of a KADE project: sorts, statements and pattern .txt."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [p for p in archive.infolist() if Path(p.filename).name[:1] not in ("", ".")]
            parts = [part for part in parts if not part.is_dir()]
            if sum(part.file_size for part in parts) > UNPACKED:
                raise TextFault("a zip of normal size", "Put the file with the sorts here itself.")
            for part in parts:
                (folder / Path(part.filename).name).write_bytes(archive.read(part))
    except TextFault:
        raise
    except Exception as error:  # a broken archive can break its reader anywhere
        expected = "a zip that opens, without a password"
        raise TextFault(expected, "Unpack it, and put its files here.") from error
    texts = {part.stem.casefold(): part for part in folder.glob("*.[tT][xX][tT]")}
    book = {name: rows_of(texts[name])[texts[name].stem] for name in texts if name in _SORTS}
    if book and "pattern" in texts:
        book["pattern"] = Rows([SLOTS, rows_of(texts["pattern"])[texts["pattern"].stem].cells[-1]])
    for name in (name for name in texts if book and name in _STATEMENTS):
        lines = decode(texts[name].read_bytes()).splitlines()
        book[name] = Rows([[line] for line in lines])
    return book


def _kade(sheets: dict[str, Rows], file: str) -> Imported:
    """Read a workbook of type 1, 2 or 3; without statements, a name and values in each row."""
    named = {title.strip().casefold(): rows for title, rows in sheets.items()}
    sorts = _first(named, _SORTS)
    lines = [(at, row) for at, row in enumerate(sorts.cells, sorts.first) if filled(row)]
    cards = None
    if set(named) & set(_STATEMENTS):
        cards = _cards(_first(named, _STATEMENTS), f"{file} (statements)")
    if not lines or (cards and cards.frame.empty):
        raise TextFault("sorts and statements in the workbook", "Fill both sheets.")
    kinds = [whole(row[0]) for row in _first(named, ("type",)).cells[:3] if row]
    kind = next((kind for kind in kinds if kind is not None), None)
    counts = _first(named, _PATTERNS).cells[:2]
    pairs = zip(*(map(whole, row) for row in counts), strict=False) if len(counts) == 2 else ()
    grid = {value: n for value, n in pairs if value is not None and n} or None
    if cards and (kind == 1 or (kind is None and _by_place(lines, len(cards.frame)))):
        return _columns(lines, cards, file, grid)
    grid = grid or _listed(_first(named, _OVERVIEWS).cells, len(cards.frame) if cards else 0)
    found = _rows(lines, cards, file, grid)
    people = _first(named, ("participants",)).cells[1:]
    sessions = {text(cell_of(row, 0)): cell_of(row, 1) for row in people if row}
    if sessions:  # which `cxlib export` adds
        names = found.sorts.frame["participant"].map(text)
        found.sorts.frame["session"] = [sessions.get(name) for name in names]
    return found


def _rows(
    lines: list[Line], cards: Sheet | None, file: str, grid: dict[int, int] | None
) -> Imported:
    """Types 2 and 3: skip the heading; every line after it is a sort."""
    for place, (_, row) in enumerate(lines):
        if word(row[0]).startswith("sortpattern"):
            grid = grid or piles([whole(cell) for cell in row[1:]])
            lines = lines[place + 1 :]
            break
    usual = max(len(row) for _, row in lines) - 1 if lines else 0
    ids = list(cards.frame["card"]) if cards else numbers(usual)
    ranks, head = grid == dict.fromkeys(range(1, len(ids) + 1), 1), []
    while len(lines) > 1 and _heads(lines[0][1], len(ids), ranks):
        head, lines = list(map(word, lines[0][1])), lines[1:]
    beside = [place for place, name in enumerate(head) if place and name in STATISTICS]
    rows = {at: [c for i, c in enumerate(row) if i not in beside] for at, row in lines}
    expected = f"{len(ids)} values, one a statement"
    remedy = "Give every statement one value, and nothing to the right of them."
    problems = [
        Problem(file, expected, remedy, at, value=str(len(row) - 1))
        for at, row in rows.items()
        if len(row) - 1 > len(ids)
    ]
    return Imported(table(file, rows, ids), cards, grid, problems=problems)


def _columns(lines: list[Line], cards: Sheet, file: str, grid: dict[int, int] | None) -> Imported:
    """Type 1: below each participant the numbers of the statements, beside the grid's values."""
    ids = list(cards.frame["card"])
    top = _names(lines)
    heads = [(column, cell) for column, cell in enumerate(lines[top][1]) if column and text(cell)]
    above = [(whole(row[0]), whole(row[1])) for _, row in lines[:top] if len(row) > 1]
    grid = grid or {v: n for v, n in above if v is not None and n} or None
    problems: list[Problem] = []
    rows: dict[int, Sequence[Any]] = {}
    places: dict[Place, Place] = {}
    for sort, (column, name) in enumerate(heads, 1):
        title, values = heading(name, column), dict[int, Any]()
        for at, row in lines[top + 1 :]:
            cell = cell_of(row, column)
            place = whole(cell) or 0
            if 1 <= place <= len(ids) and place not in values:
                values[place] = row[0]
                places[sort, ids[place - 1]] = (at, title)
            elif filled([cell]):
                expected = f"the number of each statement once, 1 to {len(ids)}"
                found = at, title, shown(cell)
                problems.append(Problem(file, expected, "Correct this number.", *found))
        absent = ", ".join(str(n) for n in range(1, len(ids) + 1) if n not in values)
        if absent:
            remedy = f"Place the statements that are absent: {shown(absent)}."
            problems.append(Problem(file, "every statement on the grid", remedy, column=title))
        places[sort, "participant"] = (lines[top][0], title)
        places[sort, None] = (None, title)
        rows[sort] = [name, *(values.get(n) for n in range(1, len(ids) + 1))]
    if not rows:
        raise TextFault("a name above each sort", "Put the participants in the first row.")
    if problems:
        raise StudyError(problems)
    return Imported(table(file, rows, ids), cards, grid, places)


def _by_place(lines: list[Line], count: int) -> bool:
    """Return whether cells are numbers of statements: in range, none twice in a column."""
    top = _names(lines)
    body = [row for _, row in lines[top + 1 :]]
    if filled(lines[top][1][:1]) and whole(lines[top][1][0]) is not None:
        return False
    values = [whole(row[0]) for row in body]
    column = [whole(row[1]) for row in body if len(row) > 1]
    placed = [value for value in column if value is not None]
    return (
        len(placed) * 2 > len(body) > 1
        and None not in values
        and len(set(placed)) == len(placed)
        and all(1 <= value <= count for value in placed)
    )


def _names(lines: list[Line]) -> int:
    """Return which line of type 1 holds the participants: the last with names, not values."""
    starts = [i for i, (_, row) in enumerate(lines) if whole(row[0]) is None and filled(row[1:])]
    named = [i for i in starts if any(text(c) and whole(c) is None for c in lines[i][1][1:])]
    return named[-1] if named else next(iter(starts), 0)


def _heads(row: Sequence[Any], count: int, ranks: bool) -> bool:
    """Whether a line numbers the statements; where cards are ranked one by one, it is a sort."""
    values = [whole(cell) for cell in row[1 : count + 1]]
    if not any(value is not None for value in values):
        return True
    return values == [*range(1, count + 1)] and not (ranks and filled(row[:1]))


def _cards(rows: Rows, file: str) -> Sheet:
    """Return the statements; columns of cards.csv beside them, as `cxlib export` adds, count."""
    lines = [(at, row) for at, row in enumerate(rows.cells, rows.first) if filled(row)]
    heads = [list(map(word, row)) for _, row in lines]
    head = next((head for head in reversed(heads[:9]) if set(head) & set(_STATEMENTS)), [])
    lines = lines[heads.index(head) + 1 if head else 0 :]
    column = next((place for place, name in enumerate(head) if name in _STATEMENTS), 0)
    numbered = [(at, row) for at, row in lines if whole(row[0]) is not None]
    if len(numbered) * 2 > len(lines):
        lines, column = numbered, 1
    while lines and not filled(lines[-1][1][column:]):  # the form numbers empty lines too
        lines.pop()
    fields = {word(field.name): field.name for field in spoken(tables()["cards"]).fields}
    found = {fields[name]: place for place, name in enumerate(head) if name in fields}
    if "card" not in found:
        return labelled([text(cell_of(row, column)) for _, row in lines], file)
    body = [[cell_of(row, place) for place in found.values()] for _, row in lines]
    index = [at for at, _ in lines]
    return Sheet(file, pd.DataFrame(body, index=index, columns=list(found), dtype=object))


def _listed(rows: Sequence[Sequence[Any]], count: int) -> dict[int, int] | None:
    """Return the grid that an overview spells out: a value for each statement in one cell."""
    for cell in chain.from_iterable(rows):
        values = re.findall(r"-?\d{1,3}", cell) if isinstance(cell, str) else []
        if len(values) == count > 2:
            return piles(list(map(int, values)))
    return None


def _first(named: dict[str, Rows], titles: Sequence[str]) -> Rows:
    return next((named[title] for title in titles if title in named), Rows([]))


def _pqmethod(path: Path, file: str) -> Imported:
    """Read a .dat file; raises TextFault."""
    lines, again = _lines(path), "Save the study again from PQMethod."
    try:
        sorts, count = int(lines[0][3:6]), int(lines[0][6:9])
        if count < 1:
            raise ValueError
    except ValueError as error:
        expected = "PQMethod's first line: sorts in columns 4-6, statements in columns 7-9"
        raise TextFault(expected, again, 1) from error
    rows, problems = {}, []
    for place, line in enumerate(lines[2:], 3):
        if line.strip():
            ends = range(START, START + WIDTH * count, WIDTH)
            rows[place] = [line[:START].strip(), *(line[at : at + WIDTH].strip() for at in ends)]
            if line[START + WIDTH * count :].strip():
                expected, remedy = f"{count} values of two characters", "Remove what follows them."
                problems.append(Problem(file, expected, remedy, place))
    if not rows:
        raise TextFault("a sort below the second line", again)
    if len(rows) != sorts:
        expected, remedy = f"{sorts} sorts, as line 1 says", "Correct line 1, or add sorts."
        problems.append(Problem(file, expected, remedy, 1, value=str(len(rows))))
    sheet = table(file, rows, numbers(count))
    return Imported(sheet, grid=_grid(lines[1], count), problems=problems)


def _listing(path: Path, file: str) -> Imported:
    """Read the sorts in a .lis file; raises TextFault if it holds results only."""
    lines = ((at, _LISTED.fullmatch(line)) for at, line in enumerate(_lines(path), 1))
    found = {at: [line[1], *re.findall(_VALUE, line[2])] for at, line in lines if line}
    count = max(map(len, found.values()), default=1) - 1
    rows = {at: row for at, row in found.items() if 2 * len(row) > count}  # tables are narrower
    if len(rows) < 2 or any(int(cell) not in SLOTS for row in rows.values() for cell in row[1:]):
        remedy = "Put the .dat file of the study here: a listing mostly holds results alone."
        raise TextFault("lines with a name and the values of a sort", remedy)
    return Imported(table(file, rows, numbers(count)))


def _with_statements(path: Path, found: Imported, file: str) -> Imported:
    """Add the texts in a .sta or .txt file of the same name: a line a statement."""
    ids = counted(list(found.sorts.frame.columns))
    same = [other for other in path.parent.iterdir() if other.stem == path.stem and other != path]
    texts = next((other for other in same if other.suffix.lower() in (".sta", ".txt")), None)
    if found.cards is not None or not ids or texts is None or not texts.is_file():
        return found
    name = f"{file.rpartition('/')[0]}/{texts.name}"
    lines, problems = attempt(name, lambda: _lines(texts)[:-1])
    if lines is not None and len(lines) != len(ids):
        expected, remedy = f"{len(ids)} statements, one a line", "Add or remove lines."
        problems = [Problem(name, expected, remedy, value=str(len(lines)))]
    cards = None if problems else labelled([text(line) for line in lines or ()], name, ids)
    problems = [*found.problems, *problems]
    return replace(found, cards=cards, beside=(texts.name,), problems=problems)


def _lines(path: Path) -> list[str]:
    content = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    return [*content.rstrip("\x1a\n ").split("\n"), ""]


def _grid(line: str, count: int) -> dict[int, int] | None:
    try:
        low, high, *piles = map(int, line.split())
    except ValueError:
        return None
    filled = [place for place, cards in enumerate(piles) if cards]
    if not filled or sum(piles) != count:
        return None
    for first in (SLOTS.start, low - filled[0]):
        grid = {first + place: piles[place] for place in filled}
        if all(low <= value <= high and cards > 0 for value, cards in grid.items()):
            return grid
    return None


def _records(path: Path, file: str) -> Imported | Rows:
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
    records = _holding_sorts(found)
    if not records:
        raise TextFault("records, each with its sort", "Export the answers as JSON.")
    frame = _frame(records)
    return Rows([list(frame.columns), *frame.to_numpy().tolist()], 0)


def _holding_sorts(found: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The first list or object of which some part holds a sort; keys become a column."""
    if not isinstance(found, dict | list) or depth > 4:
        return []
    parts = found.items() if isinstance(found, dict) else ((None, part) for part in found)
    records = [({"key": key}, part if isinstance(part, dict) else {}) for key, part in parts]
    if any("sort" in map(word, part) or counted(list(part)) for _, part in records):
        return [key | part for key, part in records]
    inner = found.values() if isinstance(found, dict) else found
    return next(filter(None, (_holding_sorts(part, depth + 1) for part in inner)), [])


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


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [{_cell(name): _cell(cell) for name, cell in record.items()} for record in records]
    return pd.DataFrame(rows, index=range(1, len(rows) + 1), dtype=object)


def _cell(value: Any) -> Any:
    """A cell that a table can hold: lists become text, halves of letters a question mark."""
    if value is None or isinstance(value, bool | int | float):
        return value
    words = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return words.encode("utf-8", "replace").decode()
