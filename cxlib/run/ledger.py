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
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.digests import EVERYTHING, rested
from cxlib.digests import digest as digest_of
from cxlib.places import LEDGER, RAW, ROOT
from cxlib.run.cells import CELL, RECORD, WHO, Sketches, close, minimum_of, people_in, sketches_of
from cxlib.run.rests import EDITION, edition, read_record, write_whole
from cxlib.run.results import ResultsError
from cxlib.study.periods import labels
from cxlib.study.reads import contents

if TYPE_CHECKING:
    from cxlib.study import Study

FORMAT = 1
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
        gone = [(one.period, one.version) for one in self.standing if one.period in periods]
        gone += [(period, "") for period in periods if period not in dict(gone)]
        kept = [one for one in self.editions if (one.period, one.version) not in gone]
        today = dt.date.today().isoformat()
        kept += [Edition(*one, today, [], {}, "withdrawn", why) for one in gone]
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


def check(run: Path, study: Study, published: Path) -> None:
    """Stop when a finished run may not be published beside all earlier editions of its study.

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
    if people_in(study):
        _with_run(read(_beside(run, study)), run, study, published)


def record(run: Path, study: Study, published: Path, entered: Path) -> None:
    """Enter a run that is about to be published; as `check`, if others came in between.

    `entered` says so, for `strike` if it does not go out after all.
    """
    if people_in(study):
        path = _beside(run, study)
        with kept_apart(path):
            known = read(path)
            new = _with_run(known, run, study, published)
            for period, version in new.known - known.known:
                if period == run.name:
                    write_whole(entered, {"version": version})
            write(path, new)


def strike(run: Path, figures: Path, entered: Path) -> None:
    """Take the entry of a run back that was cut off before it went out: nobody has seen it."""
    version = read_record(entered).get("version")
    if version and read_record(figures / "tables" / EDITION).get("inputs") != version:
        path = path_of(run.parent.name, run.resolve().parents[2])
        with kept_apart(path):
            known = read(path)
            kept = (e for e in known.editions if (e.period, e.version) != (run.name, version))
            write(path, known._with(tuple(kept), known.sketches))


def _beside(run: Path, study: Study) -> Path:
    return path_of(study.id, run.resolve().parents[2])


def _with_run(ledger: Ledger, run: Path, study: Study, published: Path) -> Ledger:
    """The ledger with a run, and with those editions that are out and it does not know."""
    for path in sorted(published.glob(f"*/tables/{EDITION}")):
        ledger = _adopted(ledger, study, path.parents[1].name, read_record(path))
    new = edition(run)
    return examined(ledger, study, run.name, new["inputs"], new["read"])


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
            f' the edition back: cxlib withdraw {_place(study)} {period} --why "…"'
        )
    now = {name: sketches_of(study, name, ledger.secret) for name in guarded}
    return ledger.entered(entry(period, version, reads, now), now)


def outdated_by(ledger: Ledger, study: Study) -> set[str]:
    """The periods of which an edition rests on other rows than there are now."""
    sets = people_in(study)
    now = {name: sketches_of(study, name, ledger.secret) for name in sets if ledger.standing}
    same = {(one.period, one.version): entry("", "", {"": one.reads}, now).states
            for one in ledger.standing}  # fmt: skip
    return {one.period for one in ledger.standing if one.states != same[one.period, one.version]}


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


def compared(
    study: Study, name: str, ledger: Ledger, new: Edition, now: Sketches
) -> Iterator[Fault]:
    """Yield where an edition and earlier ones differ by too few people, for one set of rows.

    They are compared by month (the whole set, and what KPIs follow) and by period (every cell).
    Where these differ by nobody or by enough, so do all longer spans, as their changes add up.
    """
    if name not in new.states:
        return
    minimum, rule = minimum_of(study, name), study.config.periods.rule
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
            for where, used in close(sums, seen, minimum):
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
            yield list(common), list(states.values())


def _sum(
    one: Edition, name: str, months: Sequence[str], held: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The sketches of some months of an edition together."""
    frames = [held[one.states[name][month]] for month in months if month in one.states[name]]
    some = frames or [held[d].iloc[:0] for d in list(one.states[name].values())[:1]]
    return pd.concat(some).groupby(level=CELL).sum()


def _period(month: str, rule: str) -> str:
    return labels(pd.Series(pd.to_datetime([month])), rule)[0] if month else ""


def _told(faults: Collection[Fault], study: Study) -> str:
    """Say which sets changed too little, where and since when, and what can be done."""
    found = []
    for name in dict.fromkeys(name for name, *_ in faults):
        where = sorted({place for other, place, _ in faults if other == name})
        least = minimum_of(study, name)
        found.append(
            f"{name}: fewer than {least} people joined, left or changed, in {' or '.join(where)}"
        )
    periods = sorted({period for *_, some in faults for period in some})
    return (
        f"{'; '.join(found)}, since {' and '.join(periods)} went out: all editions together would"
        " tell about them. Wait until enough have changed: what was published stays as it is. Or"
        f' take it back: cxlib withdraw {_place(study)} {" ".join(periods)} --why "…"'
    )


def _place(study: Study) -> str:
    """The study as it is named on the command line."""
    return study.folder.name if study.folder.parent == RAW else shlex.quote(str(study.folder))


def _digest(frame: pd.DataFrame) -> str:
    return digest_of(_packed(frame))


def _packed(frame: pd.DataFrame) -> dict[str, Any]:
    sums = base64.b64encode(frame.to_numpy(np.int32).tobytes()).decode()
    return {"cells": ["\0".join(cell) for cell in frame.index], "sums": sums}


def _unpacked(held: Mapping[str, Any]) -> pd.DataFrame:
    cells = pd.MultiIndex.from_tuples([tuple(c.split("\0")) for c in held["cells"]], names=CELL)
    sums = np.frombuffer(base64.b64decode(held["sums"]), np.int32)
    return pd.DataFrame(sums.reshape(len(cells), -1).astype(np.int64), cells)
