"""Random studies with successive editions, what these publish, and who reads all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from cxlib import survey
from cxlib.run import ledger
from cxlib.run.ledger import Ledger, LedgerError
from cxlib.study import Study
from cxlib.study.config import StudyConfig

MINIMUM = 10
ITEMS = [f"item_{i}" for i in range(4)]
KINDS = ("joined", "left", "changed", "swapped", "moved", "erased", "batch", "wave")
Tables = dict[str, pd.DataFrame]
Cell = tuple[str, str, str]
Told = dict[Cell, tuple[float, float]]  # of each cell how many people, and the sum of their answers


def study(tables: Tables, people: str = "collected") -> Study:
    """A study of a survey and sorts, as `Study.open` would give it."""
    config = StudyConfig.model_validate(
        {"id": "tried", "periods": {"rule": "quarter"},
         "provenance": {"survey": people, "sorts": people}}
    )  # fmt: skip
    return Study(Path(), config, _tables=MappingProxyType(tables))


def drawn(chance: np.random.Generator) -> Tables:
    """Answers in groups and items of few or many, and sorts in sessions of 1 to 12."""
    groups = {f"j{i}": int(chance.choice([*range(1, 13), 30, 60])) for i in range(5)}
    journeys = np.repeat(list(groups), list(groups.values()))
    n = len(journeys)
    days = pd.to_datetime(chance.choice(["2020-01-10", "2020-02-10", "2020-03-10"], n))
    rows = {"respondent": [f"R{i:03d}" for i in range(n)], "date": days, "journey": journeys}
    frame = pd.DataFrame(rows)
    for item in ITEMS:
        frame[item] = chance.integers(1, 11, n).astype(float)
        if chance.random() < 0.3:  # asked of some
            frame.loc[chance.random(n) < chance.random(), item] = np.nan
    sessions = chance.integers(1, 13, 4)
    names = [f"T{i:02d}" for i in range(sessions.sum())]
    board = np.array([chance.permutation([-2, -1, 0, 0, 1, 2]) for _ in names])
    sorts = pd.DataFrame(board.T, [f"c{i}" for i in range(6)], names).rename_axis("card")
    where = pd.Series(np.repeat([f"s{i}" for i in range(4)], sessions), names, name="session")
    return {
        "survey": frame.assign(journey=frame["journey"].astype(str)),
        "sorts/tenants": sorts,
        "participants/tenants": where.rename_axis("sort").to_frame(),
    }


def edited(tables: Tables, kind: str, chance: np.random.Generator) -> Tables:
    """The tables after one thing has happened.

    A batch is of 10 to 60 late answers, a wave of 40 to 80 to all questions in the largest group.
    """
    new = {name: table.copy() for name, table in tables.items()}
    frame, at = new["survey"], int(chance.integers(len(tables["survey"])))
    if kind in ("joined", "batch", "wave"):
        n = {"joined": 1, "batch": chance.integers(10, 61), "wave": chance.integers(40, 81)}[kind]
        late = frame.sample(n, replace=True, random_state=int(chance.integers(2**31)))
        late = late.assign(respondent=[f"L{chance.integers(10**9):09d}" for _ in late.index])
        given = chance.integers(1, 11, late[ITEMS].shape).astype(float)
        late[ITEMS] = given if kind == "wave" else late[ITEMS].where(late[ITEMS].isna(), given)
        if kind == "wave":
            day = pd.Timestamp("2020-03-10")
            late = late.assign(journey=frame["journey"].value_counts().index[0], date=day)
        frame = pd.concat([frame, late], ignore_index=True)
    elif kind == "left":
        frame = frame.drop(index=at).reset_index(drop=True)
    elif kind == "changed":
        item = str(chance.choice(ITEMS))
        frame.loc[at, item] = frame.loc[at, item] % 10 + 1 if frame.loc[at, item] > 0 else 5.0
    elif kind == "swapped":  # somebody instead of somebody else
        frame.loc[at, ["respondent", *ITEMS]] = ["X1", *chance.integers(1, 11, len(ITEMS))]
    elif kind == "moved":
        frame.loc[at, "journey"] = "j0" if frame.loc[at, "journey"] != "j0" else "j1"
    else:  # erased: the sorts too
        frame = frame.drop(index=at).reset_index(drop=True)
        gone = new["sorts/tenants"].columns[0]
        new["sorts/tenants"] = new["sorts/tenants"].drop(columns=gone)
        new["participants/tenants"] = new["participants/tenants"].drop(index=gone)
    return new | {"survey": frame}


def answers(tables: Tables) -> Iterator[tuple[Cell, pd.Series]]:
    """The answers behind each number that an edition could hold, by person."""
    frame = tables["survey"].set_index("respondent")
    sorts = tables["sorts/tenants"].T
    session = tables["participants/tenants"]["session"]
    for name, rows, groups, columns in (("survey", frame, frame["journey"], ITEMS),
                                        ("sorts", sorts, session, list(sorts))):  # fmt: skip
        for column in columns:
            given = rows[column].dropna().astype(float)
            yield (name, column, ""), given
            for group, part in given.groupby(groups.reindex(given.index)):
                yield (name, column, str(group)), part


def published(cells: dict[Cell, pd.Series]) -> Told:
    """What an edition tells by today's rules: small cells hidden, and others to protect these."""
    numbers = pd.DataFrame(
        [(*cell, len(given), given.mean()) for cell, given in cells.items()],
        columns=["set", "column", "group", "n", "mean"],
    )
    told: Told = {}
    for (name, column), part in numbers.groupby(["set", "column"]):
        whole, groups = part[part["group"] == ""], part[part["group"] != ""]
        if (whole["n"] < MINIMUM).any():
            continue
        kept = groups[_shown(tuple(groups["n"]))]
        for row in pd.concat([whole, kept]).itertuples():
            told[str(name), str(column), str(row.group)] = (row.n, row.n * round(row.mean, 9))
    return told


@cache
def _shown(sizes: tuple[int, ...]) -> np.ndarray:
    table = survey.suppress(pd.DataFrame({"n": sizes}), minimum=MINIMUM)
    return ~table["suppressed"].to_numpy()


@dataclass(frozen=True)
class Find:
    """What a reader works out: how many people more, and what their answers add up to."""

    cell: Cell
    signs: tuple[int, ...]
    people: int
    total: float


def attack(editions: list[Told]) -> list[Find]:
    """Add and subtract the cells of all editions, and those that a total leaves, in all ways."""
    wide = [_with_rests(told) for told in editions]
    found = []
    for cell in sorted(set().union(*wide)):
        known = [told.get(cell) for told in wide]
        for signs in product((-1, 0, 1), repeat=len(wide)):
            used = [(s, k) for s, k in zip(signs, known, strict=True) if s]
            if len(used) < 2 or any(k is None for _, k in used) or used[-1][0] < 0:
                continue
            n, total = (sum(s * k[i] for s, k in used) for i in (0, 1))
            total = round(total, 4)
            if abs(n) < MINIMUM and (n or total):
                found.append(Find(cell, signs, int(n), total))
    return found


def _with_rests(told: Told) -> Told:
    """Beside each cell what is left of a total when some of the groups are taken off."""
    rests: Told = {}
    for (name, column, group), (n, total) in told.items():
        shown = [g for s, c, g in told if (s, c) == (name, column) and g and not group]
        for some in (part for size in range(len(shown)) for part in combinations(shown, size + 1)):
            parts = [told[name, column, g] for g in some]
            left = n - sum(part[0] for part in parts), total - sum(part[1] for part in parts)
            rests[name, column, "all but " + " ".join(sorted(some))] = left
    return told | rests


def concerned(find: Find, editions: list[dict[Cell, pd.Series]]) -> int:
    """How many people a find is really about: those whose answers don't cancel in it."""
    weights: Counter[tuple[str, float]] = Counter()
    name, column, group = find.cell
    rest = group.startswith("all but ")
    off = set(group.removeprefix("all but ").split()) if rest else set()
    for sign, cells in zip(find.signs, editions, strict=True):
        given = cells[name, column, "" if rest else group] if sign else pd.Series(dtype=float)
        for part in (cells[name, column, g] for g in off if sign):
            given = given.drop(part.index)
        for pair in given.items():
            weights[pair] += sign
    return len({person for (person, _), weight in weights.items() if weight})


def derived(editions: list[Tables]) -> Find | None:
    """What a reader of all editions finds out about fewer people than the minimum, if anything."""
    cells = [dict(answers(tables)) for tables in editions]
    finds = attack([published(part) for part in cells])
    return next((find for find in finds if 0 < concerned(find, cells) < MINIMUM), None)


class Gate:
    """Editions of one study that a ledger admits one after the other."""

    def __init__(self) -> None:
        self.ledger = Ledger("ab" * 32)
        self.out: list[Tables] = []

    def publish(self, tables: Tables, period: str = "2020-Q1") -> bool:
        """Publish an edition if the ledger lets it; return whether it did."""
        data = study(tables)
        try:
            self.ledger = ledger.examined(
                self.ledger, data, period, str(len(self.out)), {"01_intake": ["*"]}
            )
        except LedgerError:
            return False
        self.out.append(tables)
        return True


@dataclass(frozen=True)
class Tried:
    """What came of a random study and one change after its first edition."""

    kind: str
    today: bool  # whether a reader of both finds out about few by today's rules
    ledger: bool  # and by those editions that the ledger let out
    out: bool  # whether it let the second out


def tried(seed: int) -> Tried:
    """Publish a random study, change it, and publish it again."""
    chance, kind = np.random.default_rng(seed), KINDS[seed % len(KINDS)]
    first = drawn(chance)
    second = edited(first, kind, chance)
    gate = Gate()
    gate.publish(first)
    out = gate.publish(second)
    found = derived([first, second]) is not None
    return Tried(kind, found, out and derived(gate.out) is not None, out)
