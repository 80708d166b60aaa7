"""What is wrong with a study folder, said so that its owner can put it right."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

SHOWN, LISTED = 3, 12  # places with the same fault that are listed: in a column, in a file
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
        Further places with the same fault that are not listed.
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

    @property
    def place(self) -> str:
        """File, row and column in words."""
        row = "line" if self.file.endswith(".yaml") else "row"
        column = "key" if self.file.endswith(".yaml") else "column"
        parts = [self.file or "the study folder"]
        parts += [f"{row} {self.row}"] if self.row is not None else []
        parts += [f"{column} {self.column}"] if self.column is not None else []
        return ", ".join(parts)

    def __str__(self) -> str:
        found = "" if self.value is None else f'found "{self.value}"; '
        more = f" ({self.more} more like this.)" if self.more else ""
        hint = "Hint: " if self.hint else ""
        return f"{hint}{self.place}: {found}expected {self.expected}. {self.remedy}{more}"


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


def reveals(text: str) -> bool:
    """Return whether a text holds an e-mail address, telephone number or bank account.

    Examples
    --------
    >>> [reveals(text) for text in ("Bel 06-12 34 56 78", "Na 10 minuten aan de lijn")]
    [True, False]
    """
    return any(pattern.search(text) for pattern, _ in _SECRETS)


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
    """List the first places of every kind of fault, and count the others on the last of them."""
    kinds: dict[tuple, list[Problem]] = defaultdict(list)
    for problem in dict.fromkeys(problems):
        kinds[problem.file, problem.expected, problem.hint].append(problem)
    listed: list[Problem] = []
    for same in kinds.values():
        columns = Counter[str | None]()
        head: list[Problem] = []
        for problem in same:
            columns[problem.column] += 1
            if columns[problem.column] <= SHOWN and len(head) < LISTED:
                head.append(problem)
        head[-1] = replace(head[-1], more=len(same) - len(head))
        listed += head
    return listed
