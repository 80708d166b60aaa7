"""Check typed columns against the dictionary: a pandera schema in, readable problems out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from cxlib.study.dictionary import Field, Table
from cxlib.study.problems import Problem, reveals, shown
from cxlib.study.remedies import off_grid, off_scale, unlisted

Lists = Mapping[str, Any]  # what `allowed` may name: ids, grid values, …; names of ids
_DTYPES = {"number": "float64", "whole": "float64"}
LENGTHS = {"id": 500, "text": 500, "words": 2000}  # signs in a cell
_PERSON = (
    "a pseudonym: no name, e-mail address or telephone number",
    "Personal data don't belong here: number the participants, as in T01, T02.",
)
_WORDS = (
    "words without an e-mail address, telephone number or bank account",
    "Take it out of the text, or leave the text empty.",
)
_NAME = re.compile(r"(?:[^\W\d_]|[\s,.'’-])+")  # words without a digit
_WORD = re.compile(r"[^\W\d_]+")
_KEY = re.compile(r"-[\w-]{19}")  # what a Firebase database calls a record
_PHONE = re.compile(r"(?:\+|00)\d{8,14}|0\d{9}|6\d{8}")


def schema(table: Table, lists: Lists) -> pa.DataFrameSchema:
    """Build the pandera schema of a table.

    Parameters
    ----------
    table : Table
        From the dictionary, expanded.
    lists : dict
        Ids by kind, "scale" (low, high), "grid" values, "past" (the day of today). What is
        absent or empty is not checked. Under "names" the id of each label, by kind.

    Examples
    --------
    >>> from cxlib.study.dictionary import tables
    >>> list(schema(tables()["maturity"], {}).columns)
    ['respondent', 'level']
    """
    columns = {
        field.name: pa.Column(
            _DTYPES.get(field.type),
            [_check(*rule) for rule in _rules(field, lists)],
            nullable=field.empty,
            unique=field.unique,
            report_duplicates="exclude_first",
            required=field.required,
        )
        for field in table.fields
    }
    return pa.DataFrameSchema(columns)


def validate(frame: pd.DataFrame, table: Table, lists: Lists, file: str) -> list[Problem]:
    """Return everything in a typed frame that its table does not allow."""
    try:
        schema(table, lists).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        fields = {field.name: field for field in table.fields}
        causes = _causes(frame, table, lists)
        return [
            _problem(fields[case.column], case, lists, causes, file)
            for case in errors.failure_cases.itertuples()
            if case.column in fields
        ]
    return []


def _causes(frame: pd.DataFrame, table: Table, lists: Lists) -> dict[Any, str]:
    """Remedies that hang on how often a value occurs: of grades by scale and value; of the grid."""
    held = [field for field in table.fields if field.name in frame]
    sorts = frame[[field.name for field in held if field.allowed == "grid"]]
    causes: dict[Any, str] = {"grid": off_grid(sorts, lists.get("grid", ()))}
    graded = [field for field in held if field.allowed == "scale" and lists.get("scale")]
    for ends in dict.fromkeys(field.ends for field in graded):
        names = {field.name: field.header for field in graded if field.ends == ends}
        low, high = ends or lists["scale"]
        found = off_scale(frame[list(names)].rename(columns=names), low, high, table.name, ends)
        causes |= {(ends, value): remedy for value, remedy in found.items()}
    return causes


def personal(name: str) -> bool:
    """Return whether an id looks like a full name, e-mail address or telephone number.

    One word may be a code name, or a name that was made up; ids are never published anyway.

    Examples
    --------
    >>> [personal(name) for name in ("T01", "id_7", "Frank", "Anna de Vries", "06 1234 5678")]
    [False, False, False, True, True]
    """
    digits = re.sub(r"[\s().-]", "", name)
    words = bool(_NAME.fullmatch(name.strip())) and len(_WORD.findall(name)) > 1
    words = words and not _KEY.fullmatch(name)
    return words or "@" in name or bool(_PHONE.fullmatch(digits))


def _check(expected: str, passes: Any) -> pa.Check:
    return pa.Check(passes, error=expected)


def _rules(field: Field, lists: Lists) -> Iterator[tuple[str, Any]]:
    allowed = lists.get(field.allowed, ()) if isinstance(field.allowed, str) else field.allowed
    allowed = field.ends or allowed
    if field.type in LENGTHS:
        longest = LENGTHS[field.type]
        yield f"at most {longest} characters", lambda column: column.str.len() <= longest
    if field.type == "words":
        yield _WORDS[0], lambda column: ~column.map(reveals)
    if field.type == "whole":
        yield "a whole number", lambda column: column.mod(1).eq(0)
    if field.person:
        yield _PERSON[0], lambda column: ~column.map(personal)
    if not allowed:
        return
    if field.allowed == "past":
        after = pd.Timestamp(allowed[0]) + pd.Timedelta(days=1)
        yield "a day that is no later than today", lambda column: column < after
    elif field.allowed == "grid":
        yield f"a value of the grid: {_words(allowed)}", lambda column: column.isin(allowed)
    elif field.type in ("id", "text"):
        yield _listed(field), lambda column: column.isin(allowed)
    else:
        low, high = allowed
        yield f"a number from {low:g} to {high:g}", lambda column: column.between(low, high)


def _listed(field: Field) -> str:
    if field.allowed in ("cards", "codes"):
        return f"a {str(field.allowed)[:-1]} that is in the table {field.allowed}"
    place = "vision.yaml" if field.allowed == "crocodiles" else "study.yaml"
    return f"an id that {place} has under {field.allowed}"


def _words(values: Sequence[float]) -> str:
    return ", ".join(f"{value:+g}" if value else "0" for value in values)


def _problem(field: Field, case: Any, lists: Lists, causes: dict[Any, str], file: str) -> Problem:
    row = None if pd.isna(case.index) else int(case.index)
    value, expected, remedy = _cell(case.failure_case), str(case.check), "Correct this cell."
    if expected == "not_nullable":
        value, expected = "", "a value in every row"
        remedy = "Fill this cell, or remove the row."
    elif expected == "field_uniqueness":
        expected, remedy = "every value once", "Remove the double row, or give it an id of its own."
    elif expected == _PERSON[0]:
        remedy = _PERSON[1]
    elif expected == _WORDS[0]:
        remedy = _WORDS[1]
    elif isinstance(field.allowed, str) and expected == _listed(field):
        settings = field.allowed not in ("cards", "codes", "crocodiles")
        remedy = unlisted(value, field.allowed, lists[field.allowed], settings)
    elif field.allowed in ("scale", "grid"):
        key = "grid" if field.allowed == "grid" else (field.ends, case.failure_case)
        remedy = causes.get(key, remedy)
    elif isinstance(field.allowed, tuple):
        remedy = "Correct it" + (", or empty the cell if it is not known." if field.empty else ".")
    found = _masked(value) if field.person and personal(value) else shown(value)
    return Problem(file, expected, remedy, row, shown(field.header), found)


def _masked(name: str) -> str:
    """Return enough of a person's name to find it by, and no more."""
    return shown(name) if shown(name).startswith("(") else f"{name[:1]}…"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value)
