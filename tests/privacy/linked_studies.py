"""Random studies of small groups, published by rules, and an attacker with all of it at hand.

The attacker is no part of the library and uses nothing of it: whole numbers only, solved as
integer programmes over single cells of a group in a period.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from types import ModuleType

import numpy as np
import pandas as pd
import rules_before
from scipy.optimize import Bounds, LinearConstraint, milp

from cxlib import survey
from cxlib.importance.differences import large_enough

Real = dict[tuple[str, str, object, str], int]  # by, base, group, period: people
MINIMUM = 10
REST = "2029"  # a period that is not complete: only an edition of all periods holds it
OTHERS = "(others)"
VARIABLES = ("district", "journey")
BASES = {"": "everybody", "graded": "graded", "complete": "complete"}


@dataclass
class Study:
    """People with a period, groups and answers; Q-sorts with a session."""

    people: pd.DataFrame
    sorts: pd.Series
    order: list[str]
    window: int

    @classmethod
    def draw(cls, seed: int) -> Study:
        """Groups of which some have 1 to 12 people, and some of everybody in no group."""
        rng = np.random.default_rng(seed)
        order = [f"2020-{number}" for number in range(int(rng.integers(1, 5)))]
        rows = []
        for period in [*order, REST]:
            few = rng.integers(0, 13, 5) * (rng.random(5) < 0.8)
            many = rng.integers(12, 60, 5)
            n = np.where([False, True, True, False, True], few, many)
            n = n if period != REST or rng.random() < 0.5 else rng.integers(0, 4, 5)
            rows += [(period, group) for group, m in zip("abcd-", n, strict=True) for _ in range(m)]
        people = pd.DataFrame(rows, columns=["period", "journey"])
        weights = rng.dirichlet([6, 3, 0.4, 0.2, 0.2])
        people["district"] = rng.choice([*"nesw-"], len(people), p=weights)
        people = people.replace("-", np.nan)
        people["everybody"] = True
        people["graded"] = rng.random(len(people)) < rng.uniform(0.3, 1)
        people["complete"] = rng.random(len(people)) < rng.uniform(0.3, 1)
        for item, share in (("common", 0.9), ("rare", 0.06), ("new", 0.5)):
            people[item] = rng.random(len(people)) < share
        people.loc[people["period"].isin(order[:-1]), "new"] &= rng.random() < 0.5
        sizes = rng.integers(1, 13, rng.integers(1, 4)), rng.integers(10, 20, rng.integers(1, 4))
        names = [f"s{number}" for number in range(sum(map(len, sizes)))]
        sorts = pd.Series(np.repeat(names, np.concatenate(sizes)))
        sorts[rng.random(len(sorts)) < rng.choice([0, 0.1])] = np.nan
        return cls(people, sorts, order, int(rng.integers(1, 4)))

    def editions(self) -> dict[str, list[str]]:
        """Which periods each edition reports on; the last is one of everything."""
        found = {
            p: self.order[max(0, i + 1 - self.window) : i + 1] for i, p in enumerate(self.order)
        }
        return found | {"all": [*self.order, REST]}


@dataclass
class Fact:
    """What a table tells: people of a base by groups over some periods."""

    edition: str
    table: str
    by: str
    base: str
    span: list[str]
    shown: dict[str, int]
    hidden: list[str] = field(default_factory=list)
    total: int | None = None
    together: tuple[list[str], ...] = ()  # what OTHERS are, by variable


class Before:
    """As it was: each table by itself."""

    suppress = staticmethod(rules_before.suppress)
    rules: ModuleType = rules_before

    def silent(self, study: Study, by: str, base: str, edition: str) -> list[str]:
        rows = study.people[study.people[BASES[base]]]
        groups = rows[by].fillna(survey.UNKNOWN) if base == "" else rows[by].dropna()
        order = study.order[: study.order.index(edition) + 1] if edition != "all" else [
            *study.order, REST
        ]  # fmt: skip
        kept = rows["period"].isin(order)
        groups = groups[kept.reindex(groups.index)]
        return self.rules.revealed(groups, rows["period"], order, study.window, MINIMUM)

    def groups(self, rows: pd.DataFrame, by: str, base: str) -> pd.Series:
        return rows[by].fillna(survey.UNKNOWN) if base == "" else rows[by].dropna()

    def items(self, study: Study, edition: str) -> list[str]:
        return []

    def sessions(self, sorts: pd.Series) -> list[pd.Series]:
        """Of notebook 2 and of notebook 3, decided by each."""
        n = sorts.fillna("").value_counts().sort_index().to_frame("n")
        shown = self.suppress(n, minimum=MINIMUM)["n"].dropna()
        return [shown, large_enough(sorts, MINIMUM).value_counts()]

    def together(self, silent: dict[str, list[str]]) -> dict[str, list[str]]:
        """Groups that a two-way table has in one row or column."""
        return {by: [] for by in VARIABLES}

    def publishes(self, pairs: Fact) -> bool:
        """Whether a two-way table goes out."""
        return True


class After(Before):
    """As the library does it now, with the gate (`refused`)."""

    suppress = staticmethod(survey.suppress)

    def silent(self, study: Study, by: str, base: str, edition: str) -> list[str]:
        last = [*study.order, REST] if edition == "all" else []
        order = study.order if last else study.order[: study.order.index(edition) + 1]
        people = study.people[study.people["period"].isin([*order, *last])]
        among = people.index[people[BASES[base]]]
        return survey.unreported(
            people[by], people["period"], order, study.window, MINIMUM, last, among
        )

    def groups(self, rows: pd.DataFrame, by: str, base: str) -> pd.Series:
        return rows[by].fillna(survey.UNKNOWN)

    def items(self, study: Study, edition: str) -> list[str]:
        last = [*study.order, REST] if edition == "all" else []
        order = study.order if last else study.order[: study.order.index(edition) + 1]
        answers = study.people.set_index("period")[["common", "rare", "new"]].melt(
            ignore_index=False
        )
        answers = answers[answers["value"]].reset_index()
        answers = answers[answers["period"].isin([*order, *last])]
        windows = [study.window, len(order)]
        told = answers["variable"], answers["period"], order, windows, MINIMUM, last
        return survey.revealed(*told)

    def sessions(self, sorts: pd.Series) -> list[pd.Series]:
        told = survey.large(sorts.fillna(""), MINIMUM)
        shown = told.value_counts()
        return [shown, large_enough(told.replace("", np.nan), MINIMUM).value_counts()]

    def together(self, silent: dict[str, list[str]]) -> dict[str, list[str]]:
        return {by: silent.get(by, []) for by in VARIABLES}

    def publishes(self, pairs: Fact) -> bool:
        """One of which nothing is shown would still tell which pairs there are."""
        return bool(pairs.shown)


def facts(study: Study, rules: Before, edition: str) -> list[Fact]:
    """All tables of an edition."""
    span = study.editions()[edition]
    window = study.people[study.people["period"].isin(span)]
    found, silent = [], {}
    for by in VARIABLES:
        for base, column in BASES.items():
            rows = window[window[column]]
            if len(rows) < MINIMUM:
                continue
            left_out = rules.silent(study, by, base, edition)
            silent |= {by: left_out} if base == "" else {}
            n = rules.groups(rows, by, base).value_counts().sort_index().to_frame("n")
            shown = rules.suppress(n, minimum=MINIMUM, also=left_out)["n"].dropna()
            people = rows[by].fillna(survey.UNKNOWN).unique()
            hidden = sorted(set(people) - set(shown.index))
            fact = Fact(
                edition, f"{by} {base}", by, base, span, shown.astype(int).to_dict(), hidden
            )
            fact.total = len(rows)
            found.append(fact)
    if edition == "all":
        pairs = _pairs(rules, window, silent)
        found += [pairs] if rules.publishes(pairs) else []
    until = span if edition == "all" else study.order[: study.order.index(edition) + 1]
    for table, periods in (("items", span), ("items so far", until)):
        rows = study.people[study.people["period"].isin(periods)]
        n = rows[["common", "rare", "new"]].sum()
        n = n[(n >= MINIMUM) & ~n.index.isin(rules.items(study, edition))]
        found.append(Fact(edition, table, "item", "", periods, n.to_dict()))
    if edition == "all":
        for number, shown in enumerate(rules.sessions(study.sorts)):
            names = set(study.sorts.fillna("").unique())
            hidden = sorted(names - set(shown.index))
            sessions = Fact(edition, f"sessions {number}", "session", "", ["always"], dict(shown))
            sessions.hidden, sessions.total = hidden, len(study.sorts)
            found.append(sessions)
    return found


def _pairs(rules: Before, window: pd.DataFrame, silent: dict[str, list[str]]) -> Fact:
    """A two-way table, of which both margins are told."""
    others = rules.together(silent)
    window = window[list(VARIABLES)].fillna(survey.UNKNOWN)
    window = window.replace({by: dict.fromkeys(names, OTHERS) for by, names in others.items()})
    pairs = window.value_counts().rename("n").reset_index()
    shown = rules.suppress(pairs, minimum=MINIMUM, within=list(VARIABLES))["n"]
    kept = {(r.district, r.journey): int(r.n) for r in pairs[shown.notna()].itertuples()}
    rest = [(r.district, r.journey) for r in pairs[shown.isna()].itertuples()]
    put = tuple(others[by] for by in VARIABLES)
    return Fact("all", "pairs", "pairs", "", ["all"], kept, rest, len(window), put)


def truth(study: Study) -> Real:
    """Number of people by variable, base, group and period."""
    found = {}
    for by in VARIABLES:
        rows = study.people.fillna({by: survey.UNKNOWN}).groupby([by, "period"])
        for base, column in BASES.items():  # zeros of those who count in part are not known
            found |= {(by, base, *key): int(n) for key, n in rows[column].sum().items()}
    pairs = study.people.fillna(dict.fromkeys(VARIABLES, survey.UNKNOWN))
    for pair, n in pairs.groupby(list(VARIABLES)).size().items():
        found["pairs", "", pair, "all"] = n
    for item in ("common", "rare", "new"):
        n = study.people[study.people[item]].groupby("period").size()
        found |= {("item", "", item, period): m for period, m in n.items()}
    for name, n in study.sorts.fillna("").value_counts().items():
        found["session", "", name, "always"] = n
    return found


def attack(study: Study, published: list[Fact]) -> list[tuple[str, str]]:
    """Numbers of 1 to 9 people that follow from everything published, as kind and what it is."""
    real = truth(study)
    found = []
    for by in (*VARIABLES, "item", "session"):
        found += _attack(real, [fact for fact in published if fact.by == by])
    whole = [f for f in published if f.edition == "all" and f.by in (*VARIABLES, "pairs")]
    whole = [replace(fact, span=["all"]) for fact in whole if not fact.base]
    looked_at = {"pairs"} | {fact.by for fact in whole}
    sums: Real = defaultdict(int)
    for (by, base, label, _), n in real.items():
        if by in looked_at and not base:
            sums[by, "", label, "all"] += n
    return found + (_attack(sums, whole) if whole else [])


def _asked(fact: Fact, published: list[Fact]) -> list[object]:
    """What is left out, but for what a total tells by itself, of which nothing is shown."""
    if fact.by != "pairs":
        return [*fact.hidden] if fact.shown else []
    return [label for label in fact.hidden if not _told_by_total(fact, label, published)]


def _told_by_total(fact: Fact, label: object, published: list[Fact]) -> bool:
    """Whether a row or column without a shown number is too small to hold as many as are safe."""
    for side, by in enumerate(VARIABLES):
        alike = [other for other in fact.hidden if other[side] == label[side]]
        totals = [f.shown[label[side]] for f in published if f.by == by and label[side] in f.shown]
        seen = any(other[side] == label[side] for other in fact.shown)
        if not seen and any(total - len(alike) + 1 < MINIMUM for total in totals):
            return True
    return False


def _attack(real: Real, published: list[Fact]) -> list[tuple[str, str]]:
    variables = {fact.by for fact in published}
    cells = [key for key in real if key[0] in variables]
    place = {cell: number for number, cell in enumerate(cells)}
    rows: list[tuple[dict[int, int], float, float]] = []

    def inside(fact: Fact, label: object) -> list[int]:
        labels = [label]
        if fact.together:
            sides = zip(label, fact.together, strict=True)
            labels = [*product(*(others if one == OTHERS else [one] for one, others in sides))]
        keys = [(fact.by, fact.base, name, period) for name in labels for period in fact.span]
        return [place[key] for key in keys if key in place]

    for fact in published:
        for label, n in fact.shown.items():
            rows.append((dict.fromkeys(inside(fact, label), 1), n, n))
        for label in fact.hidden:
            rows.append((dict.fromkeys(inside(fact, label), 1), 1, np.inf))
        if fact.total is not None:
            everybody = [
                place[k] for k in cells if k[:2] == (fact.by, fact.base) and k[3] in fact.span
            ]
            rows.append((dict.fromkeys(everybody, 1), fact.total, fact.total))
    for by, base, label, period in cells:
        if base:
            pair = place[by, base, label, period], place[by, "", label, period]
            rows.append(({pair[0]: 1, pair[1]: -1}, -np.inf, 0))
    if "pairs" in variables:  # they add up to both groupings
        for side, by in enumerate(VARIABLES):
            for _, _, label, period in [key for key in cells if key[:2] == (by, "")]:
                sums = {place[k]: 1 for k in cells
                        if k[0] == "pairs" and k[2][side] == label and k[3] == period}  # fmt: skip
                rows.append((sums | {place[by, "", label, period]: -1}, 0, 0))
    rows = [row for row in rows if row[0]]
    matrix = np.zeros((len(rows), len(cells)))
    for number, (signs, *_) in enumerate(rows):
        matrix[number, list(signs)] = list(signs.values())
    known = LinearConstraint(matrix, [row[1] for row in rows], [row[2] for row in rows])

    answers: list[np.ndarray] = []

    def ends(asked: list[int]) -> tuple[int, int]:
        own = np.zeros(len(cells))
        own[asked] = 1
        if any(answer @ own > MINIMUM - 0.5 for answer in answers):  # so many are possible
            return 0, MINIMUM
        whole, some = np.ones(len(cells)), Bounds(0, np.inf)
        for presolve in (True, False):  # simplified first, HiGHS now and then misses the highest
            options = {"presolve": presolve}
            high = milp(-own, integrality=whole, bounds=some, constraints=known, options=options)
            answers.extend([] if high.x is None else [high.x])
            if high.fun is None or -high.fun > MINIMUM - 0.5:
                return 0, MINIMUM
        low = milp(own, integrality=whole, bounds=some, constraints=known)
        return round(low.fun), round(-high.fun)

    numbers = np.array([real[cell] for cell in cells])
    found = []
    for fact in published:
        for label in _asked(fact, published):
            asked = inside(fact, label)
            if numbers[asked].sum() < MINIMUM and ends(asked)[1] < MINIMUM:
                found.append(("hidden", f"{fact.edition} {fact.table}: {label}"))
    spans = defaultdict(list)
    for key in cells:
        spans[key[:3]].append(key[3])
    for key, periods in spans.items():
        periods.sort()
        for start, end in combinations(range(len(periods) + 1), 2) if published else ():
            asked = [place[*key, period] for period in periods[start:end]]
            if 0 < numbers[asked].sum() < MINIMUM:
                low, high = ends(asked)
                if low == high:
                    found.append(("run", f"{key}: {periods[start]} to {periods[end - 1]}"))
    return found


def refused(study: Study, published: list[Fact], new: list[Fact]) -> bool:
    """Whether the gate lets an edition through, given those before."""
    parts = [
        survey.Part(
            edition=f.edition, table=f.table, of="", by=f.by, base=f.base, span=f.span,
            shown={str(label): n for label, n in f.shown.items()}, hidden=len(f.hidden),
            names=[*map(str, f.hidden)],
            total=f.total,
        )
        for f in [*published, *new]
    ]  # fmt: skip
    real = truth(study)
    some = {(key[0], str(key[2]), key[3]) for key in real if not key[1]}
    labels = {key[:2] for key in some}
    empty = {(*label, p) for label in labels for p in [*study.order, REST]} - some
    return (survey.audit(parts, MINIMUM, empty)["verdict"] == "fail").any()


def publish(study: Study, rules: Before) -> tuple[list[Fact], int]:
    """Everything that the editions of a study show, and how many the gate sent back."""
    published: list[Fact] = []
    back = 0
    for edition in study.editions():
        new = facts(study, rules, edition)
        if isinstance(rules, After) and refused(study, published, new):
            back += 1
        else:
            published += new
    return published, back
