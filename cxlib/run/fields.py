"""The field dictionary: what every published column means, and who may be counted in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from cxlib import importance
from cxlib.language import Speaker, languages
from cxlib.study.persons import reveals

if TYPE_CHECKING:
    from cxlib.study import Study

DICTIONARY = Path(__file__).with_name("fields.yaml")
ROLES = (
    "id",
    "person",
    "label",
    "measure",
    "bound",
    "p",
    "people",
    "count",
    "flag",
    "note",
    "quote",
)


class FieldError(ValueError):
    """A table has a column that the field dictionary does not describe."""


class PrivacyError(ValueError):
    """A result would show fewer people than the study's minimum cell, or one of them."""


@dataclass(frozen=True)
class Field:
    """One published column: its part, its unit, and its meaning in every language."""

    name: str
    role: str
    unit: str
    meaning: Mapping[str, str]

    @property
    def digits(self) -> int | None:
        """Decimals of a number without an interval, where the unit says."""
        return _DICTIONARY["digits"].get(self.unit)


_DICTIONARY: dict[str, Any] = yaml.safe_load(DICTIONARY.read_text(encoding="utf-8"))


def unit(name: str, language: str) -> str:
    """Return a unit in words; one that the dictionary lacks is returned as it is.

    Examples
    --------
    >>> unit("grade", "nl"), unit("", "en")
    ('rapportcijfer 1-10', '')
    """
    known = _DICTIONARY["units"].get(name)
    return Speaker(language).say(known) if known else name


def title(kind: str, name: str, language: str, study: Study | None = None) -> str:
    """Return what a finding or a notebook is called; an unknown one by its own name.

    A KPI is called as the study does.

    Examples
    --------
    >>> title("findings", "share_top", "en"), title("notebooks", "09_extra", "nl")
    ('Gives an 8 or higher', '09 extra')
    """
    speaker, start = Speaker(language), "within_norm_"
    if study is not None and name.startswith(start):
        kpi = study.label("kpis", name.removeprefix(start), language)
        return speaker.say(_DICTIONARY[kind][start], kpi=kpi)
    known = _DICTIONARY[kind].get(name)
    return speaker.say(known) if known else name.replace("_", " ")


def field(table: str, column: str) -> Field:
    """Look a column up, first as ``table.column``, then by itself.

    Parameters
    ----------
    table, column : str
        Names as published; ``f2`` is found under ``f<n>``, ``label_nl`` under
        ``label_<language>``.

    Raises
    ------
    FieldError
        When neither is in the dictionary; the message names the nearest known field.

    Examples
    --------
    >>> field("loadings", "f2").meaning["en"]
    'Loading on factor 2'
    >>> field("anything", "scroe")
    Traceback (most recent call last):
        ...
    cxlib.run.fields.FieldError: table anything: column 'scroe' is not described in \
cxlib/run/fields.yaml (did you mean 'score'?)
    """
    known = _DICTIONARY["fields"]
    number = re.fullmatch(r"((?:[a-z]+_)?f)([1-9]\d*)", column)
    stem, _, spoken = column.rpartition("_")
    own = spoken if spoken in languages() else ""
    general = f"{number[1]}<n>" if number else f"{stem}_<language>" if own else column
    kpi = [f"kpi_<id>.{column}"] if table.startswith("kpi_") else []
    for name in (f"{table}.{column}", f"{table}.{general}", *kpi, column, general):
        if name in known:
            entry = known[name]
            texts = {}
            for speaker in map(Speaker, languages()):
                text = speaker.say(entry["label"])
                text = text.format(language=speaker.tongue(own)) if own else text
                texts[speaker.language] = _numbered(text, number)
            return Field(column, entry["role"], entry.get("unit", ""), texts)
    close = get_close_matches(column, known, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    raise FieldError(
        f"table {table}: column {column!r} is not described in cxlib/run/fields.yaml{hint}"
    )


def _numbered(text: str, number: re.Match[str] | None) -> str:
    return re.sub(r"\bn\b", number[2], text) if number else text


def describe(table: str, frame: pd.DataFrame) -> list[Field]:
    """Return the field of every column; all unknown columns are named in one error."""
    found: list[Field] = []
    faults: list[str] = []
    for column in frame.columns:
        try:
            found.append(field(table, str(column)))
        except FieldError as error:
            faults.append(str(error))
    if faults:
        raise FieldError("\n".join(faults))
    return found


def refuse_persons(table: str, frame: pd.DataFrame, fields: list[Field], minimum: int) -> None:
    """Stop when a table would say something of single persons or of too few.

    That is: a number of people above nought and below the minimum cell, a number left in a row
    that is marked as suppressed, or a person called otherwise than Q01, Q02, …

    Raises
    ------
    PrivacyError
        Naming table, column and row; never the number or the id itself.
    """
    for column in (f.name for f in fields if f.role == "person"):
        refuse_names(f"table {table}", frame[column])
    hidden = frame.get("suppressed", pd.Series(False, frame.index)).astype(bool)
    for column in (f.name for f in fields if f.role in ("measure", "bound", "p", "people")):
        if frame.loc[hidden, column].notna().any():
            raise PrivacyError(f"table {table}, column {column}: a suppressed row has a number")
    for column in (f.name for f in fields if f.role == "people"):
        counts = pd.to_numeric(frame[column])
        small = frame.index[(counts > 0) & (counts < minimum)]
        if len(small):
            ids = [f.name for f in fields if f.role == "id"]
            where = ", ".join(map(str, frame.loc[small[0], ids])) or f"number {small[0] + 1}"
            raise PrivacyError(
                f"table {table}, column {column}, row {where}: fewer than {minimum} people"
                f" ({len(small)} such rows); suppress them first (cxlib.survey.privacy)"
            )


def refuse_names(where: str, labels: pd.Series | pd.Index) -> None:
    """Stop when persons bear other labels than Q01, Q02, … (as `Solution.unnamed` gives them)."""
    width = max(2, len(str(len(labels))))
    if sorted(map(str, labels)) != [f"Q{i:0{width}d}" for i in range(1, len(labels) + 1)]:
        raise PrivacyError(f"{where}: sorts bear ids of the study; publish solution.unnamed()")


def as_records(fields: list[Field], frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the fields as they stand in a table's JSON, with the type of each column."""
    types = [_kind(frame[f.name]) for f in fields]
    return [
        {"name": f.name, "role": f.role, "unit": f.unit, **f.meaning, "type": kind}
        for f, kind in zip(fields, types, strict=True)
    ]


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column) else "text"


def refuse_quotes(name: str, frame: pd.DataFrame, fields: list[Field], study: Study) -> None:
    """Stop when words stand beside more than their code, or may not be quoted.

    They may be where whoever said them agreed, enough people of the group spoke of the theme and of
    every other theme of the same remark, and nothing in them gives a person away.

    Raises
    ------
    PrivacyError
        Naming table and row, never the words.
    """
    if "quote" not in {field.role for field in fields}:
        return
    if {field.name for field in fields} != {"code", "text"}:
        raise PrivacyError(f"table {name}: beside a quote stands its code, and nothing else")
    free: set[tuple[str, str]] = set()
    for said in study.remarks.values():
        people = said.groupby("code")["participant"].nunique()
        enough = people.index[people >= study.config.privacy.minimum_cell]
        rows = importance.quotable(said, enough)
        free |= set(zip(rows["code"], rows["text"], strict=True))
    for row, pair in enumerate(zip(frame["code"], frame["text"], strict=True), 1):
        if pair not in free:
            raise PrivacyError(
                f"table {name}, row {row}: words without consent, or of a theme that too few"
                " people spoke of"
            )
        for kind, _ in reveals(pair[1], study.config):
            raise PrivacyError(f"table {name}, row {row}: words with somebody's {kind}")
