"""What of a study was read, by content: only what rests on a change has to be made again."""

from __future__ import annotations

import json
import mimetypes
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.digests import Contents, digest, rested

if TYPE_CHECKING:
    from cxlib.study.study import Study

Span = tuple[str, str, str]
PEOPLE = ("participant", "voter")  # columns that name who said something, in several rows
ALWAYS: tuple[Span, ...] = (("settings", "", ""), ("filled", "", ""))  # what every reader sees


def contents(study: Study) -> dict[str, dict[str, str]]:
    """Digests of all that a study holds, by set and, where rows have dates, by month.

    Neither the time of a file nor its format counts: rows do, and their order. A month "" holds
    the names of the columns, and rows without a date.

    Parameters
    ----------
    study : Study
        As it was opened.

    Returns
    -------
    dict of set to dict of month to digest
        Beside the tables there are `settings` (study.yaml), `vision` and `facts` (with pictures),
        `periods` (those that are complete, by their last month) and `filled`: which sets and
        columns hold something, and whether that is of enough people to report on.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> sorted(contents(Study.open("haag-wonen"))["complaints"])[:3]
    ['', '2019-01', '2019-02']
    """
    dated = study._dated
    found = {name: _by_month(table, dated.get(name)) for name, table in study._tables.items()}
    pictures = {
        name: code for name, code in study.hashes().items()
        if (mimetypes.guess_type(name)[0] or "").startswith("image/")
    }  # fmt: skip
    told = {"vision": study._vision, "facts": study._facts}
    words = {name: part.model_dump_json() if part else "" for name, part in told.items()}
    found |= {name: {"": digest([text, pictures])} for name, text in words.items()}
    ends = {f"{p.end:%Y-%m}": p.label for p in study.periods() if p.end is not None}
    found["periods"] = {month: digest(label) for month, label in ends.items()}
    found["settings"] = {"": digest([study.config.model_dump_json(), study.value_items])}
    found["filled"] = {"": digest([_filled(study), [name for name in words if words[name]]])}
    return found


def _by_month(table: pd.DataFrame, date: str | None) -> dict[str, str]:
    plain = table.apply(_plain).set_axis(range(table.shape[1]), axis=1)
    rows = pd.util.hash_pandas_object(plain.set_axis(table.index.astype(str), axis=0))
    months = pd.Series("", table.index)
    if date in table:
        dates = table[date]
        months = dates.dt.strftime("%Y-%m").where(dates.notna(), "")
        rows = pd.util.hash_pandas_object(plain, index=False)  # rows count, not their numbers
    groups = pd.Series(rows.to_numpy()).groupby(months.to_numpy())
    found = {str(month): digest(group.tolist()) for month, group in groups}
    return found | {"": digest([found.get(""), [str(column) for column in table]])}


def _plain(column: pd.Series) -> pd.Series:
    """A column whose kind doesn't depend on what other rows hold."""
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return column.astype(str).astype(object)
    return column.astype(float)


def _filled(study: Study) -> dict[str, Any]:
    cell = study.config.privacy.minimum_cell
    return {
        name: [
            {str(key): bool(full) for key, full in table.notna().any().items()},
            [min(table[key].nunique(), cell) for key in PEOPLE if key in table],
            [min(size, cell) for size in table.shape],
            min(table["number"].sum(), cell) if "number" in table else None,
        ]
        for name, table in study._tables.items()
    }


class Reads:
    """Which sets of a study were read, and which months of them.

    Parameters
    ----------
    study : Study
        As it was opened: digests are of what it holds in memory, whatever happens to its files.
    known : dict, optional
        Its `contents`, where they are known already.
    """

    def __init__(self, study: Study, known: Contents | None = None) -> None:
        self._study = study
        self._known = known
        self._spans: set[Span] = set(ALWAYS)
        self._place: Path | None = None

    @cached_property
    def _contents(self) -> Contents:
        return self._known or contents(self._study)

    def anew(self) -> Reads:
        """Of the same study, with nothing read yet."""
        return Reads(self._study, self._contents)

    def add(self, name: str, first: str = "", last: str = "") -> None:
        """Count a set as read, from a month to a month, with both of them."""
        if (name, first, last) not in self._spans:
            self._spans.add((name, first, last))
            self._write()

    @property
    def found(self) -> dict[str, str]:
        """Digest of each span that was read."""
        return rested(self._contents, [" ".join(span) for span in sorted(self._spans)])

    def keep(self, place: Path) -> None:
        """Keep a file up to date that says what was read, where its folder is there."""
        self._place = place
        self._write()

    def _write(self) -> None:
        if self._place is not None and self._place.parent.is_dir():
            self._place.write_text(json.dumps(self.found, indent=1), encoding="utf-8")
