"""The field dictionary as objects: what each table of a study may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from cxlib.study.config import StudyConfig


@dataclass(frozen=True)
class Field:
    """One column: what it means, and what its cells may hold."""

    name: str
    about: str
    type: str
    example: str
    required: bool = False
    empty: bool = True
    unique: bool = False
    person: bool = False
    many: bool = False
    allowed: str | tuple[float, float] | None = None
    after: str | None = None
    header: str = ""  # the column's name in the file
    ends: tuple[float, float] | None = None  # of a scale of its own

    def at(self, name: str, header: str) -> Field:
        """Return the same field for one column of many, such as one card."""
        return replace(self, name=name, header=header)


@dataclass(frozen=True)
class Table:
    """One table: its columns, and whether it may have no other ones."""

    name: str
    about: str
    rows: str
    fields: tuple[Field, ...]
    closed: bool = False

    def expand(
        self, many: Mapping[str, Mapping[str, str]], headers: Mapping[str, str] | None = None
    ) -> Table:
        """Return the table as one study has it.

        Parameters
        ----------
        many : dict of placeholder (such as `<card>`) to {name: header in the file}
        headers : dict of column to its header in the file, optional
        """
        fields: list[Field] = []
        for field in self.fields:
            if field.name.endswith(">"):
                fields += [field.at(*pair) for pair in many.get(field.name, {}).items()]
            else:
                fields.append(field.at(field.name, (headers or {}).get(field.name, field.name)))
        return replace(self, fields=tuple(fields))


@cache
def tables() -> dict[str, Table]:
    """Return every table of the dictionary by name.

    Examples
    --------
    >>> [field.name for field in tables()["maturity"].fields]
    ['respondent', 'level']
    """
    text = files("cxlib.study").joinpath("fields.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return {name: _table(name, parts) for name, parts in content.items()}


def _table(name: str, parts: dict[str, Any]) -> Table:
    fields = tuple(_field(field, keys) for field, keys in parts["fields"].items())
    return Table(name, parts["about"], parts["rows"], fields, parts.get("closed", False))


def _field(name: str, keys: dict[str, Any]) -> Field:
    allowed = keys.get("allowed")
    ready = {
        "empty": not keys.get("required", False),
        **keys,
        "allowed": tuple(allowed) if isinstance(allowed, list) else allowed,
        "example": str(keys["example"]),
    }
    return Field(name=name, header=name, **ready)


def survey_table(config: StudyConfig) -> Table:
    """The survey's fields under the columns that study.yaml names."""
    values = config.values
    items = {item: item for value in values for item in value.items}
    grades = {f"grade_{name}": column for name, column in config.survey.grades.items()}
    columns = config.survey.columns
    others = {name: name for name in config.survey.characteristics}
    table = tables()["survey"].expand(
        {"<item>": items, "grade_<value>": grades, "<characteristic>": others},
        columns.model_dump(),
    )
    # A column that study.yaml names must be there, even if its part may be left out.
    named = {*columns.model_fields_set, *config.survey.margins}
    scales = {name: (scale.low, scale.high) for name, scale in config.survey.scales.items()}
    fields = [
        replace(
            field,
            required=field.required or field.name in named,
            ends=scales.get(field.name, scales.get(field.header)),
        )
        for field in table.fields
    ]
    return replace(table, fields=tuple(fields))
