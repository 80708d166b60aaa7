"""What all published numbers of people together tell of the groups that they do not show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array
from scipy.sparse.csgraph import connected_components

Cell = tuple[str, str, str]  # of a base, a group and some periods: a number of people
Empty = frozenset[tuple[str, str, str]]
Row = tuple[str, str, str, str, str, str, float, float, str]
NAMELESS = "\0"  # begins the name of a group that no name is known of
COLUMNS = ["edition", "table", "set", "by", "group", "span", "low", "high", "verdict"]


@dataclass(frozen=True)
class Part:
    """People counted by groups in one published table: what is shown of them, and of whom.

    Parameters
    ----------
    edition, table : str
        Where it stands.
    of, by : str
        Which people (a set of rows) by what. Parts with the same are about the same people.
    base : str
        Which of these people: "" is all of them, others are among these.
    span : sequence of str
        The periods whose people are counted; those of all parts are in order.
    shown : mapping of group to number
    hidden : int
        How many groups with somebody in them are left out.
    names : collection of str
        Those of them that are known by name.
    total : int, optional
        How many people there are in all groups together, where that is told; without it, groups
        may overlap.
    """

    edition: str
    table: str
    of: str
    by: str
    shown: Mapping[str, int]
    hidden: int = 0
    names: Collection[str] = ()
    total: int | None = None
    base: str = ""
    span: Sequence[str] = ("",)


def audit(
    parts: Iterable[Part], minimum: int = 10, empty: Collection[tuple[str, str, str]] = ()
) -> pd.DataFrame:
    """Bounds on every group that is not shown, and on every run of periods, from all parts.

    Who attacks has everything published, knows that somebody is in each group that is left out,
    and solves the equations. Asked is what is left out of a table, and of each group what runs
    of periods follow from tables of other periods.

    Parameters
    ----------
    parts : iterable of Part
        Of all editions.
    minimum : int
        The smallest number of people that may be known.
    empty : collection of (by, group, period)
        Where nobody is, as a reader may know.

    Returns
    -------
    DataFrame
        A row a question: `edition`, `table`, `set`, `by`, `group` (empty where no name is
        known), `span` (the periods, of a run only), `low` and `high`, and the `verdict`: "fail"
        when it is surely a number from 1 to `minimum` - 1, and some groups are shown; "review"
        when the bounds are closer than `minimum`, or there are none (editions contradict each
        other, as they rest on other rows: each was looked at alone); otherwise "pass". Runs are
        listed where they fail.

    References
    ----------
    Fischetti and Salazar (2001), on the attacker's problem; Willenborg and De Waal (2001).

    Examples
    --------
    >>> sessions = Part("2020", "sessions", "sorts", "session", {"a": 19, "b": 15}, 2, total=57)
    >>> audit([sessions]).filter(regex="low|high|verdict").values[0].tolist()
    [1.0, 22.0, 'pass']
    >>> scores = Part("2020", "scores", "sorts", "session", {"c": 14}, 3, total=57)
    >>> audit([sessions, scores]).filter(regex="low|high|verdict").values[1].tolist()
    [9.0, 9.0, 'fail']
    """
    blocks: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        blocks.setdefault((part.of, part.by), []).append(part)
    found = [row for block in blocks.values() for row in _asked(block, minimum, frozenset(empty))]
    return pd.DataFrame(found, columns=COLUMNS)


def _asked(block: list[Part], minimum: int, empty: Empty) -> list[Row]:
    """The questions of one block, answered; none where all is shown, and of one time."""
    if len({tuple(part.span) for part in block}) == 1 and not any(
        p.hidden or _left(p) for p in block
    ):
        return []
    try:
        return [*_Block(block, minimum, empty).answered()]
    except _ContradictionError:
        first = block[0]
    rows: list[Row] = [("", first.table, first.of, first.by, "", "", np.nan, np.nan, "review")]
    editions = {part.edition: [p for p in block if p.edition == part.edition] for part in block}
    for own in editions.values():
        rows += _asked(own, minimum, empty) if len(own) < len(block) else []
    return rows


class _ContradictionError(ValueError):
    """No numbers of people meet all that was published."""


def _left(part: Part) -> int:
    """How many people are in groups that a part does not show, where that is told."""
    return 0 if part.total is None else part.total - sum(part.shown.values())


class _Block:
    """Parts about the same people by the same groups, as equations.

    Its cells are of groups in units: runs of periods that no part tells apart, each called by
    its first one.
    """

    def __init__(self, parts: list[Part], minimum: int, empty: Empty) -> None:
        self.parts, self.minimum, self.known = parts, minimum, _Known()
        spans = dict.fromkeys(tuple(part.span) for part in parts)
        periods = sorted({period for span in spans for period in span}, reverse=True)
        alike = {tuple(period in span for span in spans): period for period in periods}
        first = {period: alike[tuple(period in span for span in spans)] for period in periods}
        self.units = sorted(alike.values())
        self.labels = dict.fromkeys(name for part in parts for name in (*part.shown, *part.names))
        self.filled = {
            (label, first[period])
            for label in self.labels
            for period in periods
            if (parts[0].by, label, period) not in empty
        }

    def cells(self, part: Part, label: str, units: Iterable[str]) -> list[Cell]:
        nameless = label not in self.labels
        return [
            (part.base, label, unit) for unit in units if nameless or (label, unit) in self.filled
        ]

    def answered(self) -> Iterator[Row]:
        """Every question with its bounds and its verdict."""
        asked = [question for part in self.parts for question in self.told(part)]
        self.known.nest()
        for part, label, cells in asked:
            low, high = (self.known.end(cells, sign) for sign in (1, -1))
            yield _row(part, label, "", low, high, self.minimum)
        yield from self.runs()

    def told(self, part: Part) -> Iterator[tuple[Part, str, list[Cell]]]:
        """Take in what a part tells, and yield what it leaves out."""
        own = [unit for unit in self.units if unit in part.span]
        for label, n in part.shown.items():
            self.known.tell(self.cells(part, label, own), n, n)
        many = part.hidden or int(_left(part) > 0)
        left = {label: self.cells(part, label, own) for label in self.labels}
        left = {label: cells for label, cells in left.items() if cells and label not in part.shown}
        least = many >= len(left)  # all groups that are not shown have somebody in them
        nameless = [f"{NAMELESS}{number}" for number in range(many - len(left))]
        left |= {label: self.cells(part, label, own) for label in nameless}
        if part.total is not None:
            everybody = [cell for cells in left.values() for cell in cells]
            self.known.tell(everybody, _left(part), _left(part))
        for label, cells in left.items() if many else ():
            if least or label in part.names:
                self.known.tell(cells, 1)
                yield part, label, cells

    def runs(self) -> Iterator[Row]:
        """What follows of runs of periods, where tables are of other ones: only what fails."""
        last = {(part.base, name): part for part in self.parts for name in self.labels}
        several = len({tuple(part.span) for part in self.parts}) > 1
        for (_, label), part in last.items() if several else ():
            for start, end in combinations(range(len(self.units) + 1), 2):
                cells = self.cells(part, label, self.units[start:end])
                if self.known.seen(cells) >= self.minimum:
                    continue
                high = self.known.end(cells, -1)
                if 0 < high < self.minimum:
                    span = f"{self.units[start]} to {self.units[end - 1]}"
                    low = self.known.end(cells, 1)
                    row = _row(part, label, span, low, high, self.minimum)
                    if row[-1] == "fail":
                        yield row


def _row(part: Part, label: str, span: str, low: float, high: float, minimum: int) -> Row:
    name = "" if label.startswith(NAMELESS) else label
    verdict = "pass" if high - low >= minimum or low >= minimum else "review"
    if low >= 1 and high < minimum and (part.shown or low == high):
        verdict = "fail"
    return part.edition, part.table, part.of, part.by, name, span, low, high, verdict


class _Known:
    """Sums of cells between bounds, solved in pieces that hang together."""

    def __init__(self) -> None:
        self.sums: list[tuple[list[Cell], list[Cell], float, float]] = []

    def tell(
        self, cells: list[Cell], low: float, high: float = np.inf, less: Sequence[Cell] = ()
    ) -> None:
        """That the sum of some cells, less that of others, lies between bounds."""
        if cells:
            self.sums.append((cells, [*less], low, high))

    def nest(self) -> None:
        """That people of a base are among all, and solve no more than hangs together."""
        cells = dict.fromkeys(cell for sums in self.sums for cell in sums[0])
        for base, label, unit in [*cells]:
            if base and not label.startswith(NAMELESS) and ("", label, unit) in cells:
                self.tell([(base, label, unit)], -np.inf, 0, [("", label, unit)])
        self.place = {cell: number for number, cell in enumerate(cells)}
        shape = (len(self.sums), len(cells))
        matrix = lil_array(shape)
        for row, (more, less, *_) in enumerate(self.sums):
            for cell, sign in (*((c, 1.0) for c in more), *((c, -1.0) for c in less)):
                matrix[row, self.place[cell]] = sign
        self.matrix = matrix.tocsr()
        hang = abs(self.matrix).T @ abs(self.matrix)
        self.piece = connected_components(hang, directed=False)[1]
        self.low, self.high = (np.array([one[end] for one in self.sums]) for end in (2, 3))
        self.answers: dict[int, list[npt.NDArray[np.float64]]] = {}
        self.solved: dict[int, tuple[Any, LinearConstraint]] = {}

    def seen(self, cells: list[Cell]) -> float:
        """The highest sum of some cells in the answers so far: it may be that, or higher."""
        places = [self.place[cell] for cell in cells if cell in self.place]
        about = {int(piece) for piece in self.piece[places]}
        found = self.answers.get(about.pop(), []) if len(about) == 1 else []
        return max((float(answer[places].sum()) for answer in found), default=0)

    def end(self, cells: list[Cell], sign: int) -> float:
        """The lowest (1) or the highest (-1) of them."""
        total = 0.0 if sign > 0 or all(cell in self.place for cell in cells) else -np.inf
        places = np.array([self.place[cell] for cell in cells if cell in self.place], dtype=int)
        for piece in np.unique(self.piece[places]).tolist():
            here, known = self._about(piece)
            own = sign * np.isin(here, places).astype(float)
            found = milp(own, constraints=known, bounds=Bounds(0, np.inf))
            if found.status == 2:
                raise _ContradictionError
            total += -np.inf if found.fun is None else found.fun
            if found.x is not None:
                answer = np.zeros(len(self.piece))
                answer[here] = found.x
                self.answers.setdefault(piece, []).append(answer)
        return float(sign * np.ceil(total - 1e-6))

    def _about(self, piece: int) -> tuple[Any, LinearConstraint]:
        if piece not in self.solved:
            here = np.flatnonzero(self.piece == piece)
            own = self.matrix[:, here]
            rows = np.flatnonzero(abs(own).sum(axis=1))
            limits = LinearConstraint(own[rows], self.low[rows], self.high[rows])
            self.solved[piece] = here, limits
        return self.solved[piece]
