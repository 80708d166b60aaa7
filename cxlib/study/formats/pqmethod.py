"""PQMethod: sorts in a .dat file of fixed columns, statements in a .sta file beside it.

Line 1 counts sorts (columns 4-6) and statements (7-9), then the title; line 2 has the lowest and
the highest value and the cards on each value from -6 on; then a line a sort: name in columns 1-8,
values from column 11 on, two columns each. A listing (.lis) holds results; where the sorts stand in
it, they are lines of a name and values.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cxlib.study.cells import text
from cxlib.study.decoding import TextFault, decode
from cxlib.study.formats.imported import Imported, counted, labelled, numbers, table
from cxlib.study.problems import Problem, StudyError

NAME, START, WIDTH = 8, 10, 2
SLOTS = range(-6, 14)
_VALUE = r"[+-]?\d{1,2}(?!\d)"
_LISTED = re.compile(rf"\s*(?:\d{{1,3}}\s+)?([^\W\d]\S{{0,9}})\s+((?:{_VALUE}\s*){{3,}})")


def read_pqmethod(path: Path, file: str) -> tuple[Imported, list[Problem]]:
    """Read a .dat file; raises TextFault."""
    lines = _lines(path)
    try:
        sorts, count = int(lines[0][3:6]), int(lines[0][6:9])
        if count < 1:
            raise ValueError
    except (IndexError, ValueError) as error:
        expected = "PQMethod's first line: sorts in columns 4-6, statements in columns 7-9"
        raise TextFault(expected, "Save the study again from PQMethod.", 1) from error
    rows, problems = {}, []
    for place, line in enumerate(lines[2:], 3):
        if line.strip():
            ends = range(START, START + WIDTH * count, WIDTH)
            rows[place] = [line[:START].strip(), *(line[at : at + WIDTH].strip() for at in ends)]
            if line[START + WIDTH * count :].strip():
                expected, remedy = f"{count} values of two characters", "Remove what follows them."
                problems.append(Problem(file, expected, remedy, place))
    if not rows:
        raise TextFault("a sort below the second line", "Save the study again from PQMethod.")
    if len(rows) != sorts:
        expected, remedy = f"{sorts} sorts, as line 1 says", "Correct line 1, or add sorts."
        problems.append(Problem(file, expected, remedy, 1, value=str(len(rows))))
    sheet = table(file, rows, numbers(count))
    return Imported(sheet, grid=_grid(lines[1], count)), problems


def read_listing(path: Path, file: str) -> tuple[Imported, list[Problem]]:
    """Read the sorts in a .lis file; raises TextFault if it holds results only."""
    lines = ((at, _LISTED.fullmatch(line)) for at, line in enumerate(_lines(path), 1))
    found = {at: [line[1], *re.findall(_VALUE, line[2])] for at, line in lines if line}
    count = max(map(len, found.values()), default=1) - 1
    rows = {at: row for at, row in found.items() if 2 * len(row) > count}  # tables are narrower
    if len(rows) < 2 or any(int(cell) not in SLOTS for row in rows.values() for cell in row[1:]):
        remedy = "Put the .dat file of the study here: a listing mostly holds results alone."
        raise TextFault("lines with a name and the values of a sort", remedy)
    return Imported(table(file, rows, numbers(count))), []


def statements_beside(path: Path, found: Imported, file: str) -> tuple[Imported, list[Problem]]:
    """Add the texts in a .sta or .txt file of the same name: a line a statement."""
    ids = counted(list(found.sorts.frame.columns))
    same = [other for other in path.parent.iterdir() if other.stem == path.stem and other != path]
    texts = next((other for other in same if other.suffix.lower() in (".sta", ".txt")), None)
    if found.cards is not None or not ids or texts is None or not texts.is_file():
        return found, []
    name, remedy = f"{file.rpartition('/')[0]}/{texts.name}", "Add or remove lines."
    found = replace(found, beside=(texts.name,))
    try:
        labels = [text(line) for line in _lines(texts)[:-1]]
    except TextFault as fault:
        return found, [fault.problem(name)]
    if len(labels) != len(ids):
        expected = f"{len(ids)} statements, one a line"
        return found, [Problem(name, expected, remedy, value=str(len(labels)))]
    return replace(found, cards=labelled(labels, name, ids)), []


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
