"""The ledger of editions: no two of them may tell together about fewer people than the minimum.

Editions of one study rest on nearly the same rows. Where one person joined, left or changed in
between, means times numbers give this person's answers. So the ledger keeps a sketch
(`cxlib.survey.sketches`) of what every edition rested on, and a new one is held against all of
them. It holds no rows, but it is as private as these: who has it and guesses a row can try it.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import reduce
from hashlib import blake2b
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.digests import EVERYTHING, rested
from cxlib.digests import digest as digest_of
from cxlib.places import LEDGER, ROOT
from cxlib.run.rests import EDITION, edition, read_record, write_whole
from cxlib.run.results import ResultsError
from cxlib.study.dictionary import WIDE, kpi_tables, study_tables
from cxlib.study.periods import labels
from cxlib.study.reads import contents
from cxlib.survey.sketches import PRIME, people, sketch

if TYPE_CHECKING:
    from cxlib.study import Study

FORMAT = 1
LATEST = 5  # different versions of a cell that are tried together
WHO, RECORD = "*who", "*record"  # beside the answers: who is in a set, and with what in all
CELL = ["answer", "by", "category"]
MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads what is multiplied by it over the highest bits
Sketches = dict[str, pd.DataFrame]  # by month
Fault = tuple[str, str, set[str]]  # set, kind of cell, periods of the earlier editions


class LedgerError(ResultsError):
    """An edition would tell, together with earlier ones, about fewer people than the minimum."""


@dataclass(frozen=True)
class Edition:
    """One edition that went out: of a period, from some version of the rows.

    Parameters
    ----------
    period, version : str
        Label, and digest of all that it rests on.
    when : str
        The day.
    reads : list of str
        Sets and months that its notebooks read.
    states : dict of set to dict of month to digest
        Which sketches are those of its rows.
    status : {"published", "withdrawn"}
    why : str
        Reason of the withdrawal.
    """

    period: str
    version: str
    when: str
    reads: list[str]
    states: dict[str, dict[str, str]]
    status: str = "published"
    why: str = ""


@dataclass(frozen=True)
class Ledger:
    """All editions of a study, with the sketches that those not withdrawn rest on, by digest."""

    secret: str
    editions: tuple[Edition, ...] = ()
    sketches: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def standing(self) -> list[Edition]:
        """The editions that were not withdrawn."""
        return [one for one in self.editions if one.status == "published"]

    @property
    def known(self) -> set[tuple[str, str]]:
        """Their periods and versions."""
        return {(one.period, one.version) for one in self.standing}

    def entered(self, one: Edition, now: Mapping[str, Sketches]) -> Ledger:
        """Return the ledger with one more edition, from the sketches of now."""
        frames = {_digest(frame): frame for months in now.values() for frame in months.values()}
        return self._with((*self.editions, one), {**self.sketches, **frames})

    def without(self, periods: Collection[str], why: str) -> Ledger:
        """Return the ledger with the editions of some periods withdrawn; their sketches go."""
        today, kept = dt.date.today().isoformat(), []
        for one in self.editions:
            if one.period in periods and one.status == "published":
                one = Edition(one.period, one.version, today, [], {}, "withdrawn", why)
            kept.append(one)
        return self._with(tuple(kept), self.sketches)

    def _with(self, editions: tuple[Edition, ...], frames: Mapping[str, pd.DataFrame]) -> Ledger:
        needed = {d for one in editions for months in one.states.values() for d in months.values()}
        return Ledger(self.secret, editions, {d: f for d, f in frames.items() if d in needed})


def path_of(study: str, root: Path = ROOT) -> Path:
    """Where the ledger of a study is."""
    return root / LEDGER / f"{study}.json"


def editions(study: str, root: Path = ROOT) -> list[Edition]:
    """Every edition of a study that the ledger knows, also those that were withdrawn."""
    return list(read(path_of(study, root)).editions)


def read(path: Path) -> Ledger:
    """Read a ledger, a new one where there is none; LedgerError where it can't be read."""
    if not path.exists():
        return Ledger(secrets.token_hex(32))
    held = read_record(path)
    if held.get("format") != FORMAT:
        raise LedgerError(f"{path} can't be read: restore it from a copy")
    known = tuple(Edition(**one) for one in held["editions"])
    return Ledger(held["secret"], known, {d: _unpacked(s) for d, s in held["sketches"].items()})


def write(path: Path, ledger: Ledger) -> None:
    """Write a ledger, for its owner alone to read."""
    held = {"format": FORMAT, "secret": ledger.secret}
    held |= {"editions": [asdict(one) for one in ledger.editions]}
    held |= {"sketches": {d: _packed(frame) for d, frame in ledger.sketches.items()}}
    write_whole(path, held)
    path.chmod(0o600)


@contextmanager
def kept_apart(path: Path) -> Iterator[None]:
    """Keep others from changing a ledger, as two periods may be published at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield
        return
    with (path.parent / f".{path.stem}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Admitted:
    """A finished run that may be published, to be entered in the ledger before it is."""

    run: Path
    study: Study
    published: Path

    def record(self) -> None:
        """Enter it; LedgerError if an edition that came in between does not go with it."""
        path = path_of(self.study.id, self.run.resolve().parents[2])
        if people_in(self.study):
            with kept_apart(path):
                write(path, self.entered(read(path)))

    def entered(self, ledger: Ledger) -> Ledger:
        """The ledger with this edition, and with those that went out and it does not know."""
        new, study = edition(self.run), self.study
        for path in sorted(self.published.glob(f"*/{EDITION}")):
            ledger = _adopted(ledger, study, path.parent.name, read_record(path))
        return examined(ledger, study, self.run.name, new["inputs"], new["read"])


def admit(run: Path, study: Study, published: Path) -> Admitted:
    """Return a finished run if it may be published beside all earlier editions of its study.

    Parameters
    ----------
    run : Path
        ``runs/STUDY/PERIOD``; the ledger is in ``data/ledger`` beside ``runs``.
    study : Study
        As it was when the notebooks read it.
    published : Path
        The folder with the published editions of the study, one a period.

    Raises
    ------
    LedgerError
        When fewer people than the minimum cell would follow from some editions together, or one
        is published that the ledger does not know; nothing has changed then.
    """
    asked = Admitted(run, study, published)
    if people_in(study):
        asked.entered(read(path_of(study.id, run.resolve().parents[2])))
    return asked


def examined(
    ledger: Ledger, study: Study, period: str, version: str, reads: Mapping[str, Sequence[str]]
) -> Ledger:
    """Return the ledger with a new edition of a study as it is now.

    Parameters
    ----------
    period, version : str
        Label, and digest of all that the edition rests on.
    reads : dict of notebook to list of str
        Sets and months that were read.

    Raises
    ------
    LedgerError
        When it may not go out.
    """
    if (period, version) in ledger.known:
        return ledger
    now = {name: sketches_of(study, name, ledger.secret) for name in people_in(study)}
    new = entry(period, version, reads, now)
    faults = [fault for name in now for fault in compared(study, name, ledger, new, now[name])]
    if faults:
        raise LedgerError(_told(faults, study))
    return ledger.entered(new, now)


def _adopted(ledger: Ledger, study: Study, period: str, record: Mapping[str, Any]) -> Ledger:
    """The ledger with an edition that is out, if need be, as far as its rows are still there."""
    version, reads = record.get("inputs", ""), record.get("read", {})
    spans = {span for some in reads.values() for span in some}
    guarded = [name for name in people_in(study) if any(_reads(span, name) for span in spans)]
    if (period, version) in ledger.known or not guarded:
        return ledger
    held = contents(study)
    if digest_of({stem: rested(held, some) for stem, some in reads.items()}) != version:
        raise LedgerError(
            f"the edition of {period} rests on other rows than there are now, and"
            f" {LEDGER / study.id}.json doesn't know it: restore this ledger from a copy, or take"
            f' the edition back: cxlib withdraw {study.id} {period} --why "…"'
        )
    now = {name: sketches_of(study, name, ledger.secret) for name in guarded}
    return ledger.entered(entry(period, version, reads, now), now)


def entry(
    period: str, version: str, read: Mapping[str, Sequence[str]], now: Mapping[str, Sketches]
) -> Edition:
    """An edition from the rows that there are now, of which it read some sets and months."""
    reads = sorted({span for spans in read.values() for span in spans})
    states = {
        name: {month: _digest(f) for month, f in months.items() if _covers(reads, name, month)}
        for name, months in now.items()
    }
    seen = {name: months for name, months in states.items() if months}
    return Edition(period, version, dt.date.today().isoformat(), reads, seen)


def _reads(span: str, name: str) -> bool:
    """Whether a span is one of a set, such as sorts of sorts/tenants."""
    return span == EVERYTHING or span.split(" ")[0] in (name, name.partition("/")[0])


def _covers(reads: Sequence[str], name: str, month: str) -> bool:
    """Whether an edition that read these spans rests on the rows of a month, present or not."""
    spans = [f"{span}  ".split(" ")[1:3] for span in reads if _reads(span, name)]
    return any(first <= month <= (last or "~") for first, last in spans)


def people_in(study: Study) -> list[str]:
    """The sets whose rows are real people, and each row or several rows one of them."""
    kpis = kpi_tables(study.config)
    found = []
    for name, table in study_tables(study.config).items():
        sums = name in kpis and any(column.type == "whole" for column in table.fields)
        if not sums and (name in kpis or any(column.person for column in table.fields)):
            held = [key for key in study._tables if key == name or key.startswith(f"{name}/")]
            found += [key for key in held if study.origin(key) == "collected"]
    return found


def _minimum(study: Study, name: str) -> int:
    usual = study.config.privacy.minimum_cell
    own = [kpi.minimum_cell or usual for kpi in study.config.kpis if kpi.table == name != "survey"]
    return max(own, default=usual)


def sketches_of(study: Study, name: str, secret: str) -> Sketches:
    """Sketch a set of rows by month, each cell of it: answer, column to group by, category.

    What a reader sees does not depend on pseudonyms, and these may be dealt out anew: so records
    are compared without them, single answers with them.
    """
    rows, person, months = _rows(study, name)
    key = bytes.fromhex(secret)
    whole = [str(column) for column in rows if column != person]
    numbers = [c for c in whole if pd.api.types.is_numeric_dtype(rows[c]) and rows[c].dtype != bool]
    codes = pd.DataFrame({c: _hashed(rows[c], c, key) for c in whole}, index=rows.index)
    codes[RECORD] = codes.sum(axis=1).astype(np.uint64) + np.uint64(1)
    codes["person"], codes["identity"] = range(len(rows)), np.uint64(0)
    if person:
        codes["person"], codes[WHO] = pd.factorize(rows[person])[0], np.uint64(1)
        codes["identity"] = _hashed(rows[person], name, key)
    parts = {by: rows[by].dropna().astype(str) for by in whole if by not in numbers}
    parts = {"": pd.Series("", rows.index), **parts}
    told = pd.concat(parts, names=["by", "row"]).rename("category").reset_index()
    told["month"] = months[told["row"]].to_numpy()
    cell, known = pd.factorize(pd.MultiIndex.from_frame(told[["by", "category", "month"]]))
    found = {}
    for answer in [*codes.columns.intersection([WHO]), RECORD, *numbers]:
        held = codes[["person", "identity"]].assign(held=codes[answer])
        held = held.loc[told["row"]].assign(cell=cell)
        held = held[rows[answer].notna()[told["row"]].to_numpy()] if answer in rows else held
        numbered = answer == RECORD or not person
        sums = sketch(*_persons(held, numbered), _minimum(study, name))
        found[answer] = sums.set_axis(known[sums.index].set_names(["by", "category", "month"]))
    by_month = pd.concat(found, names=["answer"]).groupby(level="month")
    return {str(month): part.droplevel("month").sort_index() for month, part in by_month}


def _rows(study: Study, name: str) -> tuple[pd.DataFrame, str, pd.Series]:
    """Rows as they count, the column that names the person, and the month of each row."""
    table, (kind, _, group) = study._tables[name], name.partition("/")
    if kind in WIDE:
        table = table.T.rename_axis("participant")
        table = table.join(study._tables.get(f"participants/{group}", pd.DataFrame()))
        table = table.reset_index()
    fields = study_tables(study.config)[kind].fields
    person = next((field.name for field in fields if field.person and field.name in table), "")
    words = [field.name for field in fields if field.type == "words"]
    date = study._dated.get(name)
    months = pd.Series("", table.index)
    if date in table:
        months = table[date].dt.strftime("%Y-%m").fillna("").astype(str)
    days = table.select_dtypes("datetime").columns  # a case that was closed later is the same
    rows = table.drop(columns=[*days, *(word for word in words if word in table)])
    return rows, person, months


def _hashed(column: pd.Series, label: str, key: bytes) -> pd.Series:
    """A keyed hash of each cell, that of its value and not of the kind the column happens to be."""
    plain = column.astype(float) if pd.api.types.is_numeric_dtype(column) else column.astype(str)
    codes, values = pd.factorize(plain, use_na_sentinel=False)
    texts = [f"{label}\0{value}".encode() for value in values.tolist()]
    hashed = [blake2b(text, key=key, digest_size=8).digest() for text in texts]
    whole = np.array([int.from_bytes(one, "big") | 1 for one in hashed], dtype=np.uint64)
    return pd.Series(whole[codes] if len(codes) else np.array([], np.uint64), column.index)


def _persons(held: pd.DataFrame, numbered: bool) -> tuple[pd.Series, pd.Series]:
    """A number for what each person has in each cell, be it one row or several; and the cell."""
    if held.duplicated(["cell", "person"]).any():
        ways = {"identity": "first", "held": "sum"}
        held = held.groupby(["cell", "person"], sort=False).agg(ways).reset_index()
    mark = held["identity"].to_numpy(np.uint64)
    if numbered:  # those that are alike: how many there are is what counts
        alike = held.groupby(["cell", "held"]).cumcount().to_numpy()
        mark = 2 * alike.astype(np.uint64) + np.uint64(1)
    mixed = held["held"].to_numpy(np.uint64) * mark * MIX
    numbers = (mixed >> np.uint64(33)).astype(np.int64) % (PRIME - 1) + 1
    return pd.Series(numbers), held["cell"].reset_index(drop=True)


def compared(
    study: Study, name: str, ledger: Ledger, new: Edition, now: Sketches
) -> Iterator[Fault]:
    """Yield where an edition and earlier ones differ by too few people, for one set of rows.

    They are compared by month (the whole set, and what KPIs follow) and by period (every cell).
    Where these differ by nobody or by enough, so do all longer spans, as their changes add up.
    """
    if name not in new.states:
        return
    minimum, rule = _minimum(study, name), study.config.periods.rule
    held = {**ledger.sketches, **{_digest(frame): frame for frame in now.values()}}
    olds = [one for one in ledger.standing if name in one.states]
    months = {m for one in (*olds, new) for m in one.states[name] if _covers(new.reads, name, m)}
    periods = {month: _period(month, rule) for month in sorted(months)}
    followed = [kpi.parts.get("grade", "") for kpi in study.config.kpis if kpi.table == name]
    single = [([month], [WHO, RECORD, *followed]) for month in periods]
    several = [[m for m in periods if periods[m] == p] for p in sorted({*periods.values()})]
    shown = {id(one): _sum(one, name, list(one.states[name]), held)[0] >= minimum
             for one in (*olds, new)}  # fmt: skip
    for span, answers in [*single, *((span, []) for span in several)]:
        for common, versions in _versions(name, span, olds, new):
            alike = [*versions, [new]]
            sums = [_sum(some[0], name, common, held) for some in alike]
            if answers:
                sums = [f[f.index.isin(answers, 0) & f.index.isin([""], 1)] for f in sums]
            seen = [pd.concat([shown[id(one)] for one in some]) for some in alike]
            seen = [told.groupby(level=CELL).any() for told in seen]
            for where, used in _close(sums, seen, minimum):
                yield name, where, {one.period for place in used for one in versions[place]}


def _versions(
    name: str, span: Sequence[str], olds: Sequence[Edition], new: Edition
) -> Iterator[tuple[list[str], list[list[Edition]]]]:
    """Yield the months of a span that earlier editions rest on too, and their other versions."""
    found: dict[tuple[str, ...], dict[tuple[str | None, ...], list[Edition]]] = {}
    for one in olds:
        common = tuple(month for month in span if _covers(one.reads, name, month))
        state = tuple(one.states[name].get(month) for month in common)
        found.setdefault(common, {}).setdefault(state, []).append(one)
    for common, states in found.items():
        if tuple(new.states[name].get(month) for month in common) not in states:
            yield list(common), list(states.values())[-LATEST:]


def _sum(
    one: Edition, name: str, months: Sequence[str], held: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The sketches of some months of an edition together."""
    frames = [held[one.states[name][month]] for month in months if month in one.states[name]]
    some = frames or [held[d].iloc[:0] for d in list(one.states[name].values())[:1]]
    return pd.concat(some).groupby(level=CELL).sum()


def _close(
    sums: Sequence[pd.DataFrame], shown: Sequence[pd.Series], minimum: int
) -> Iterator[tuple[str, list[int]]]:
    """Yield the kinds of cells that would tell about too few, and by which earlier versions.

    Parameters
    ----------
    sums : sequence of DataFrame (cells x powers)
        Of the earlier versions, and last the new one. They are added and subtracted in all ways.
    shown : sequence of Series of bool (cells)
        Which cells are of enough people to be published in each.
    minimum : int
    """
    cells = reduce(lambda one, other: one.union(other), (frame.index for frame in sums))
    width = range(min(frame.shape[1] for frame in sums))
    *olds, new = (f.reindex(cells, columns=width, fill_value=0).to_numpy() for f in sums)
    *seen, known = (s.reindex(cells, fill_value=False).to_numpy(bool) for s in shown)
    for signs in product((-1, 0, 1), repeat=len(olds)):
        used = [place for place, sign in enumerate(signs) if sign]
        if not used:
            continue
        told = np.logical_and.reduce([known, *(seen[place] for place in used)])
        parts = [new, *(signs[place] * olds[place] for place in used)]
        differences = pd.DataFrame(np.sum(parts, axis=0), cells)
        tried = differences[told]
        if list(filter(None, signs)) == [-1]:
            tried = pd.concat([tried, _rest(differences, told, new[:, 0])])
        few = people(tried.to_numpy(), minimum)
        for answer, by, _ in tried.index[(few > 0) & (few < minimum)]:
            kind = "one question" if answer not in (WHO, RECORD) else "all"
            yield "one group" if by else kind, used


def _rest(differences: pd.DataFrame, told: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    """What the whole less its published categories tells of the others, taken together."""
    answers, by, _ = (differences.index.get_level_values(level) for level in CELL)
    split = by != ""
    whole = differences[told & ~split].groupby(level="answer").sum()
    parts = differences.mul(told, axis=0)[split].groupby(level=CELL[:2]).sum()
    # Who is in several categories, as with remarks, is not what a whole leaves.
    sizes = pd.Series(n, answers)[~split].reindex(parts.index.get_level_values("answer"))
    several = pd.Series(n, differences.index)[split].groupby(level=CELL[:2]).sum()
    known = parts.index.isin(whole.index, "answer") & (several.to_numpy() <= sizes.to_numpy())
    parts = parts[known]
    rest = whole.loc[parts.index.get_level_values("answer")].set_axis(parts.index) - parts
    return rest.assign(category="").set_index("category", append=True)


def _period(month: str, rule: str) -> str:
    return labels(pd.Series(pd.to_datetime([month])), rule)[0] if month else ""


def _told(faults: Collection[Fault], study: Study) -> str:
    """Say which sets changed too little, where and since when, and what can be done."""
    found = []
    for name in dict.fromkeys(name for name, *_ in faults):
        where = sorted({place for other, place, _ in faults if other == name})
        least = _minimum(study, name)
        found.append(
            f"{name}: fewer than {least} people joined, left or changed, in {' or '.join(where)}"
        )
    periods = sorted({period for *_, some in faults for period in some})
    return (
        f"{'; '.join(found)}, since {' and '.join(periods)} went out, and both together would tell"
        " about them. Wait until enough have changed: what was published stays as it is. Or take"
        f' it back: cxlib withdraw {study.id} {" ".join(periods)} --why "…"'
    )


def _digest(frame: pd.DataFrame) -> str:
    return digest_of(_packed(frame))


def _packed(frame: pd.DataFrame) -> dict[str, Any]:
    sums = base64.b64encode(frame.to_numpy(np.int32).tobytes()).decode()
    return {"cells": ["\t".join(cell) for cell in frame.index], "sums": sums}


def _unpacked(held: Mapping[str, Any]) -> pd.DataFrame:
    cells = pd.MultiIndex.from_tuples([tuple(c.split("\t")) for c in held["cells"]], names=CELL)
    sums = np.frombuffer(base64.b64decode(held["sums"]), np.int32)
    return pd.DataFrame(sums.reshape(len(cells), -1).astype(np.int64), cells)
