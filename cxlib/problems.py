"""What is wrong with what somebody gave, said so that they can put it right."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")
SHOWN, LISTED = 3, 6  # rows and values with one cause that are listed
LENGTH = 60
_SECRETS = (
    (re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+"), "(e-mail address)"),
    (re.compile(r"(?<![\w-])(?:\+|00|0)(?:[\s().-]{0,3}\d){8,14}(?!\w)"), "(telephone number)"),
    (re.compile(r"\b[A-Z]{2}\d{2}[A-Z]{4}\d{10}\b"), "(bank account)"),
)


@dataclass(frozen=True)
class Problem:
    """One fault in a study folder.

    Parameters
    ----------
    file : str
        Path inside the study folder; "" for the folder itself.
    expected, remedy : str
        What should have been there, and what to do about it.
    row : int, optional
        Row as a spreadsheet counts (the header is row 1), or the line of a YAML file.
    column, value : str, optional
        Where it is, and what was found: shortened, personal data masked.
    more : int
        Further places with the same cause.
    rows, columns : tuple
        All of them, where several places have this cause.
    hint : bool
        Whether it is advice only: the study can be opened as it is.

    Examples
    --------
    >>> print(Problem("survey.csv", "a grade from 1 to 10", "Correct it.", 7, "overall", "11"))
    survey.csv, row 7, column overall: found "11"; expected a grade from 1 to 10. Correct it.
    """

    file: str
    expected: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    more: int = 0
    hint: bool = False
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """File, row and column in words."""
        row, column = ("line", "key") if self.file.endswith(".yaml") else ("row", "column")
        rows = self.rows or (() if self.row is None else (self.row,))
        columns = self.columns or (() if self.column is None else (self.column,))
        parts = [self.file or "the study folder"]
        for word, places, most in ((row, rows, SHOWN), (column, columns, LISTED)):
            if places:
                parts.append(f"{word}{'s' if len(places) > 1 else ''} {listing(places, most)}")
        return ", ".join(parts)

    @property
    def found(self) -> str:
        """What was found, in words; several values each with how often, or where."""
        value = self.value or "(nothing)"
        several = value.startswith('"') and self.more
        times = f" ({self.more + 1:,} times)" if self.more and not several else ""
        return value + times

    def __str__(self) -> str:
        one = "" if self.value is None else f'found "{self.value}"; '
        found = f"found {self.found}; " if one and self.more else one
        hint = "Hint: " if self.hint else ""
        return f"{hint}{self.place}: {found}expected {self.expected}. {self.remedy}"


class StudyError(ValueError):
    """A study folder that can't be read; `problems` lists everything that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        faults = sum(not problem.hint for problem in self.problems)
        count = "1 problem" if faults == 1 else f"{faults} problems"
        super().__init__("\n".join([f"The study has {count}:", *map(str, self.problems)]))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what to mend, and not where in the code it came up."""
        return str(self).splitlines()


class TextFault(StudyError):
    """One problem with something as a whole: what was expected of it, and what to do."""

    def __init__(self, expected: str, remedy: str, row: int | None = None, **more: Any) -> None:
        super().__init__([Problem(more.pop("file", ""), expected, remedy, row, **more)])


def attempt(file: str, read: Callable[[], T]) -> tuple[T | None, list[Problem]]:
    """Return what a reader makes of a file, or None and why it can't be read."""
    try:
        return read(), []
    except OSError as error:
        return None, [Problem(file, "a file that can be opened", f"{error.strerror}.")]
    except StudyError as error:
        return None, [replace(fault, file=fault.file or file) for fault in error.problems]


def shown(value: object) -> str:
    """Return a cell as it may be printed: one line, short, personal data masked.

    Examples
    --------
    >>> shown("mail an@voorbeeld.nl")
    'mail (e-mail address)'
    >>> shown("x" * 100)
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (100 characters)'
    """
    text = str(value)
    start = " ".join(text[: 4 * LENGTH].split())
    start = "".join(sign if sign.isprintable() else "�" for sign in start)
    for pattern, name in _SECRETS:
        start = pattern.sub(name, start)
    if len(text) > LENGTH:
        return f"{start[:LENGTH]}… ({len(text):,} characters)"
    return start


def nearest(word: object, known: Iterable[str]) -> str:
    """Return a remedy that names the known word most like a wrong one, or lists them all.

    Examples
    --------
    >>> nearest("repair", ["repairs", "moving_in"])
    'Did you mean repairs?'
    >>> nearest("xyz", ["north", "south"])
    'Use one of: north, south.'
    """
    names = list(dict.fromkeys(map(str, known)))
    lower = {name.casefold(): name for name in names}
    close = get_close_matches(str(word)[:LENGTH].casefold(), lower, n=1, cutoff=0.7)
    if close:
        return f"Did you mean {lower[close[0]]}?"
    if not names:
        return "Leave it out."
    tail = ", …" if len(names) > 12 else ""
    return f"Use one of: {', '.join(names[:12])}{tail}."


def gather(problems: Iterable[Problem]) -> list[Problem]:
    """Make one problem of all that have one cause: the same expectation and the same remedy.

    A few different values are a few slips, each with a place of its own.

    Examples
    --------
    >>> cells = [("De Hoef", 2), ("De Hoef", 5), ("Centrum", 9)]
    >>> for problem in gather(  # doctest: +NORMALIZE_WHITESPACE
    ...     Problem("survey.csv", "a known id", "Add it.", row, "district", value)
    ...     for value, row in cells
    ... ):
    ...     print(problem)
    survey.csv, rows 2, 5 and 9, column district: found "De Hoef" (2) and "Centrum" (row 9); \
expected a known id. Add it.
    """
    causes: dict[tuple, list[Problem]] = defaultdict(list)
    for problem in dict.fromkeys(problems):
        unlike = problem.column if problem.row is None else None  # whole columns stay apart
        causes[problem.file, problem.expected, problem.remedy, problem.hint, unlike].append(problem)
    found: list[Problem] = []
    for same in causes.values():
        apart = len({problem.value for problem in same}) == len(same) <= SHOWN
        found += same if apart else [_joined(same)]
    return found


def _joined(same: list[Problem]) -> Problem:
    """Return problems with one cause as one: their rows, their columns, and values by number."""
    rows = tuple(sorted({problem.row for problem in same if problem.row is not None}))
    columns = tuple(dict.fromkeys(problem.column for problem in same if problem.column))
    found = [problem for problem in same if problem.value is not None]
    names = [problem.value or "(nothing)" for problem in found]
    counts, where = Counter(names), dict(zip(names, found, strict=True))
    values = []
    for name, count in counts.most_common():
        column = f", column {where[name].column}" if len(columns) > 1 else ""
        values.append(f'"{name}" ({count if count > 1 else f"row {where[name].row}{column}"})')
    value = found[0].value if len(counts) == 1 else listing(values, LISTED)
    joined = replace(same[0], rows=rows, columns=columns, more=len(same) - 1)
    return replace(joined, value=value if found else None)


def listing(parts: Sequence[object], most: int) -> str:
    """Return a list in words, and of a long one how many others there are.

    Examples
    --------
    >>> listing([2, 3, 4], 3), listing([2, 3, 4], 2)
    ('2, 3 and 4', '2, 3 and 1 more')
    """
    words = [str(part) for part in parts[:most]]
    rest = len(parts) - len(words)
    tail = [f"{rest:,} more"] if rest else words[-1:]
    head = words if rest else words[:-1]
    return " and ".join([", ".join(head), *tail] if head else tail)
