"""Where the names of columns stand: titles, two or three rows of headings, numbers of rows.

Qualtrics writes ids, questions and `{"ImportId": …}`; SurveyMonkey questions and, below them, their
options; LimeSurvey may write "code. question"; pandas and R put the numbers of rows first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxlib.study.cells import filled, number, text

Row = tuple[int, Sequence[Any]]
_IMPORT = re.compile(r"\{\s*['\"]+ImportId")
_OWN = {"startdate", "enddate", "recordeddate", "responseid", "ipaddress", "finished"}  # Qualtrics
_MONKEY = {"respondentid", "collectorid"}
_ANSWER = {"response", "openendedresponse", "antwoord", "openantwoord", "reactie"}
_CODED = re.compile(r"([A-Za-z][\w-]*(?:\[[^\]]+\])*)(?:\.|:) (\S.*)")
_CODE = re.compile(r"\w+(\[\w+\])+")
_PARTS = (re.compile(r"(.+?) ?\[(.+)\]"), re.compile(r"(.+?) - (.+)"), re.compile(r"(.+?): (.+)"))


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
    if not names[0] and _counts([row[0] if row else None for _, row in below]):
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


def _counts(cells: Sequence[Any]) -> bool:
    """Whether cells are different whole numbers from 0 on."""
    values = [number(cell) for cell in cells]
    whole = {value for value in values if value is not None and value >= 0 and value % 1 == 0}
    return len(whole) == len(cells) > 0


def _headings(names: list[str], body: list[Row]) -> tuple[list[str], list[Row], dict[str, str]]:
    marked = [i for i, (_, row) in enumerate(body[:3]) if any(map(_imports, row))]
    if marked:
        labels = _above(names, body[0][1]) if marked[0] else {}
        return names, body[marked[0] + 1 :], labels
    plain = {_plain(name) for name in names}
    second = body[0][1] if body else []
    if len(plain & _OWN) > 2 and len(body) > 1 and _words(names, second):
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
    return names, body, _bracketed(names)


def _bracketed(names: Sequence[str]) -> dict[str, str]:
    """Short labels for names such as "How pleased are you with [Staff]"."""
    return {name: name for name in names if name.endswith("]") and not _CODE.fullmatch(name)}


def _above(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    found = ((name, text(cell)) for name, cell in zip(names, row, strict=False))
    bare = ((name, text(re.sub(r"<[^>]*>", " ", label or ""))) for name, label in found)
    return {name: label for name, label in bare if name and label}


def _words(names: Sequence[str], row: Sequence[Any]) -> bool:
    """Whether a row has words where Qualtrics' answers have days and numbers."""
    cells = [cell for name, cell in zip(names, row, strict=False) if _plain(name) in _OWN]
    return all(isinstance(cell, str) and re.match(r"[^\W\d]", cell.strip()) for cell in cells)


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
    width = max(len(names), len(row))
    names = names + [""] * (width - len(names))
    options = [text(cell) or "" for cell in [*row, *[None] * (width - len(row))]]
    questions: list[str] = []
    for name, option in zip(names, options, strict=True):
        questions.append(name or (questions[-1] if option and questions else ""))
    sizes, taken = Counter(questions), Counter(options)
    found: list[str] = []
    for question, option in zip(questions, options, strict=True):
        if not question or sizes[question] == 1 or not option:
            name = question
        else:
            name = (
                option if taken[option] == 1 and option not in names else f"{question} - {option}"
            )
        found.append(name if name not in found or not name else f"{name} ({found.count(name) + 1})")
    parts = zip(found, questions, options, strict=True)
    return found, body, {name: part for name, question, part in parts if sizes[question] > 1}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


def _imports(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_IMPORT.match(cell))
