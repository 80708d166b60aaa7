"""The cells of a set of rows that an edition tells of, and where versions of them are too close.

A cell is the answers to a question, or all of the rows, in a category of a column or in all; what
is kept of it is a sketch, by month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxlib.study.dictionary import WIDE, kpi_tables, study_tables
from cxlib.survey.sketches import PRIME, people, sketch

if TYPE_CHECKING:
    from cxlib.study import Study

WHO, RECORD = "*who", "*record"  # beside the answers: who is in a set, and with what in all
CELL = ["answer", "by", "category"]
MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads what is multiplied by it over the highest bits
LATEST = 5  # so many versions of a cell are tried together
Sketches = dict[str, pd.DataFrame]  # by month


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


def minimum_of(study: Study, name: str) -> int:
    """The smallest number of people of whom a set may tell something."""
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
        sums = sketch(*_persons(held, numbered), minimum_of(study, name))
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
    left = [*days, *(word for word in words if word in table)]
    if person and table[person].isna().any():  # then each row counts as somebody
        person, left = "", [*left, person]
    return table.drop(columns=left), person, months


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


def close(
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
    for signs in _ways(len(olds)):
        used = [place for place, sign in enumerate(signs) if sign]
        told = np.logical_and.reduce([known, *(seen[place] for place in used)])
        parts = [new, *(signs[place] * olds[place] for place in used)]
        differences = pd.DataFrame(np.sum(parts, axis=0), cells)
        tried = differences[told]
        if sum(signs) == -len(used) == -1:
            tried = pd.concat([tried, _rest(differences, told, new[:, 0])])
        few = people(tried.to_numpy(), minimum)
        for answer, by, _ in tried.index[(few > 0) & (few < minimum)]:
            kind = "one question" if answer not in (WHO, RECORD) else "all"
            yield "one group" if by else kind, used


def _ways(n: int) -> Iterator[tuple[int, ...]]:
    """Signs with which versions are added to a new one: each alone, the latest also together."""
    early = max(n - LATEST, 0)
    alone = ((0,) * place + (-1,) + (0,) * (n - place - 1) for place in range(early))
    together = ((0,) * early + signs for signs in product((-1, 0, 1), repeat=n - early))
    yield from alone
    yield from (signs for signs in together if any(signs))


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
