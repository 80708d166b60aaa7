"""The field dictionary: what each table of a study may hold, and how cells are held to it.

A pandera schema in, readable problems out; and the tables of data/raw/README.md, written by
`python -m cxlib.study.dictionary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import pandera.pandas as pa
import yaml
from jinja2 import Environment

from cxlib.language import languages
from cxlib.places import RAW
from cxlib.problems import Problem, nearest, shown
from cxlib.study.config import Columns, StudyConfig

LISTS = ("domains", "groups", "values", "journeys", "districts")  # of study.yaml
WIDE = ("sorts", "ratings")  # a column a card
GROUPED = (*WIDE, "remarks")  # a folder with a file a group
LABELLED = ("cards", "codes")  # a label for each id
SPOKEN = "_<language>"  # ends the name of a column that there may be one of for each language
# What each notebook can't do without: all of the first, or any of the second; and what it does
# more with. Notebooks 1 and 8 run with any study.
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "02_viewpoints": (("cards", "sorts"), (), ("sessions",)),
    "03_importance": (("cards", "sorts"), (), ("sessions", "ratings", "remarks")),
    "04_values": (("survey", "values"), (), ("survey/date", "survey/mode")),
    "05_drivers": (("survey", "values"), (), ("survey/date", "survey/journey", "survey/district")),
    "06_monitor": ((), ("survey", "kpis", "benchmark", "landlords"), ()),
    "07_vision": (("vision",), (), ("maturity", "votes")),
}
Lists = Mapping[str, Any]  # what `allowed` may name: ids, grid values, …; names of ids
_DTYPES = {"number": "float64", "whole": "float64"}
LENGTHS = {"id": 500, "text": 500, "words": 2000}  # signs in a cell
_PERSON = "a pseudonym: no name, e-mail address or telephone number"
PSEUDONYMS = "Number the people, as in T01, T02, or have it done: cxlib pseudonyms SOURCE TARGET"
_REMEDIES = {  # by what a rule expects, or by pandera's own name for it
    _PERSON: (_PERSON, f"Personal data don't belong here. {PSEUDONYMS}"),
    "not_nullable": ("a value in every row", "Fill this cell, or remove the row."),
    "field_uniqueness": (
        "every value once",
        "Remove the double row, or give it an id of its own.",
    ),
}
_NAME = re.compile(r"(?:[^\W\d_]|[\s,.'’-])+")  # words without a digit
_WORD = re.compile(r"[^\W\d_]+")
# What a Firebase database calls a record, and a pseudonym of `cxlib pseudonyms`.
_KEY = re.compile(r"-[\w-]{19}|P-[A-Z2-7]{16}")
_PHONE = re.compile(r"(?:\+|00)\d{8,14}|0\d{9}|6\d{8}")
OFTEN = 3  # a slip of the finger seldom happens so often with one result
_TOPS = (5, 6, 7, 10, 100)  # where scales end
CODES = {-1, -2, -8, -9, -88, -99, -999, 77, 88, 97, 98, 99, 888, 998, 999, 9999}  # once will do
BEGIN, END = "<!-- fields -->", "<!-- end of fields -->"


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
    key: str = ""  # of study.yaml, where that says which column it is
    ends: tuple[float, float] | None = None  # of a scale of its own
    stem: str = ""  # `label` of the column `label_nl`
    language: str = ""  # `nl` of the same

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

    @property
    def date(self) -> str | None:
        """The column that places rows in a period: the first with dates."""
        return next((field.name for field in self.fields if field.type == "date"), None)

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
            own = {field.name: (headers or {}).get(field.name, field.name)}
            named = many.get(field.name, {}) if field.name.endswith(">") else own
            fields += [field.at(*pair) for pair in named.items()]
        return replace(self, fields=tuple(fields))


@cache
def tables() -> dict[str, Table]:
    """Return every table of the dictionary by name.

    Examples
    --------
    >>> [field.name for field in tables()["maturity"].fields]
    ['respondent', 'level']
    """
    content = yaml.safe_load(files("cxlib.study").joinpath("fields.yaml").read_text("utf-8"))
    found = {}
    for table, parts in content.items():
        fields = []
        for name, keys in parts["fields"].items():
            said = {"empty": not keys.get("required", False), **keys}
            said |= {"example": str(keys["example"]), "header": name}
            said |= {"stem": name.removesuffix(SPOKEN)} if name.endswith(SPOKEN) else {}
            if isinstance(keys.get("allowed"), list):
                said["allowed"] = tuple(keys["allowed"])
            fields.append(Field(name, **said))
        found[table] = Table(table, **parts | {"fields": tuple(fields)})
    return found


def spoken(table: Table, first: Sequence[str] = ()) -> Table:
    """Return a table with a column a language that there are words for, a study's own first.

    Examples
    --------
    >>> [field.name for field in spoken(tables()["codes"], ["nl"]).fields]
    ['code', 'label_nl', 'label_en', 'domain', 'value']
    """
    fields: list[Field] = []
    for field in table.fields:
        codes = dict.fromkeys([*first, *languages()]) if field.stem else ()
        own = [replace(field, language=code) for code in codes]
        fields += [f.at(name, name) for f in own for name in [f"{f.stem}_{f.language}"]] or [field]
    return replace(table, fields=tuple(fields))


def survey_table(config: StudyConfig) -> Table:
    """The survey's fields under the columns that study.yaml names."""
    values = config.values
    items = {item: item for value in values for item in value.items}
    grades = {f"grade_{name}": column for name, column in config.survey.grades.items()}
    columns = config.survey.columns
    others = {name: name for name in config.survey.margins if name not in Columns.model_fields}
    table = tables()["survey"].expand(
        {"<item>": items, "grade_<value>": grades, "<characteristic>": others},
        columns.model_dump(),
    )
    # A column that study.yaml names must be there, even if its part may be left out.
    named = {*columns.model_fields_set, *config.survey.margins}
    scales = {name: (scale.low, scale.high) for name, scale in config.survey.scales.items()}
    parts = type(columns).model_fields
    fields = [
        replace(
            field,
            required=field.required or field.name in named,
            ends=scales.get(field.name, scales.get(field.header)),
            key=f"survey.columns.{field.name}" if field.name in parts else "values (items)",
        )
        for field in table.fields
    ]
    return replace(table, fields=tuple(fields))


def kpi_tables(config: StudyConfig) -> dict[str, Table]:
    """Every table that a KPI is about, beside the survey: the columns that its KPIs need.

    Columns keep the names that they have in the file, as several KPIs may share them.

    Examples
    --------
    >>> entry = {"id": "calls", "label": "Calls", "kind": "count", "table": "calls"}
    >>> made = kpi_tables(StudyConfig.model_validate({"kpis": [entry]}))["calls"]
    >>> [field.name for field in made.fields]
    ['date', 'journey', 'department']
    """
    usual = tables()["<kpi>"]
    parts = {field.name: field for field in usual.fields}
    found: dict[str, dict[str, Field]] = {}
    for place, kpi in enumerate(config.kpis):
        fields = found.setdefault(kpi.table, {})
        for part, header in kpi.parts.items():
            field = parts[part].at(header, header)
            after = kpi.parts.get(field.after or "")
            key = f"kpis.{place}.columns.{part}"
            fields.setdefault(header, replace(field, required=True, after=after, key=key))
    found.pop("survey", None)
    for fields in found.values():
        for part in ("journey", "department"):
            fields.setdefault(part, parts[part])
    return {name: replace(usual, name=name, fields=tuple(f.values())) for name, f in found.items()}


def study_tables(config: StudyConfig) -> dict[str, Table]:
    """The tables that a study may hold, by name: the dictionary's, and those of its KPIs."""
    found: dict[str, Table] = {}
    for name, table in tables().items():
        found |= kpi_tables(config) if name == "<kpi>" else {name: spoken(table, config.languages)}
    return found


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
            [pa.Check(passes, error=expected) for expected, passes in _rules(field, lists)],
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
    strange = sorts.notna() & ~sorts.isin(list(lists.get("grid", ())))
    causes: dict[Any, str] = {}
    if len(sorts) >= OFTEN and strange.any(axis=1).mean() > 0.5:
        remedy = "Most sorts go beyond it: give all columns of the board as grid in study.yaml."
        causes["grid"] = remedy
    graded = [field for field in held if field.allowed == "scale" and lists.get("scale")]
    for ends in dict.fromkeys(field.ends for field in graded):
        names = {field.name: field.header for field in graded if field.ends == ends}
        low, high = ends or lists["scale"]
        found = off_scale(frame[list(names)].rename(columns=names), low, high, table.name, ends)
        causes |= {(ends, value): remedy for value, remedy in found.items()}
    return causes


def off_scale(
    grades: pd.DataFrame, low: float, high: float, table: str = "survey", own: object = None
) -> dict[float, str]:
    """Return what to do about each grade that is off the scale.

    What appears often is a wider scale, or a code for don't know; what appears once or twice is
    a slip.

    Parameters
    ----------
    grades : DataFrame
        All grades on one scale.
    low, high : float
        The scale as study.yaml has it.
    table : str
        Codes for don't know can be named in study.yaml for the survey only.
    own : optional
        Something if the scale is that of these columns, and not that of the survey.

    Examples
    --------
    >>> answers = pd.DataFrame({"overall": [0, 0, 0, 4, 7, 10, 55]})
    >>> remedies = off_scale(answers, 1, 10)
    >>> remedies[0.0]
    'Answers run from 0 to 10: set survey.scale: {low: 0, high: 10} in study.yaml.'
    >>> remedies[55.0]
    'It looks like a slip: correct it, or empty the cell if it is not known.'
    """
    given = pd.Series(grades.to_numpy().ravel()).dropna()
    counts = given.value_counts()
    off = counts[(counts.index < low) | (counts.index > high)]
    often = set(off.index[(off >= OFTEN) & (off > 0.001 * len(given)) & (off.index % 1 == 0)])
    scale = _wider(set(counts.index), often, low, high)
    codes = sorted(v for v in often | (CODES & set(off.index)) if not scale[0] <= v <= scale[1])
    beyond = sorted(value for value in often if value not in codes)
    code = f"survey.unknown: [{', '.join(f'{value:g}' for value in codes)}] in study.yaml."
    code = f"If {' or '.join(f'{value:g}' for value in codes)} means don't know, say so: {code}"
    code = code if table == "survey" else "Empty the cells where it means don't know."
    bounds = f"{{low: {scale[0]:g}, high: {scale[1]:g}}}"
    wide = [str(name) for name, column in grades.items() if column.isin(beyond).any()]
    columns = list(dict.fromkeys(wide))  # one column may play two parts
    few = own or len(columns) < len(grades.columns) / 2
    scales = f"scales: {{{', '.join(f'{name}: {bounds}' for name in columns)}}}"
    key = f"survey.{scales if few else f'scale: {bounds}'}"
    wider = f"Answers run from {scale[0]:g} to {scale[1]:g}: set {key} in study.yaml."
    if len(beyond) == 1 and (beyond[0] != 0 or scale[1] < 10):  # 6 beside 1 to 5
        wider += f" Or, if {beyond[0]:g} means don't know: survey.unknown: [{beyond[0]:g}]."
    slip = "It looks like a slip: correct it, or empty the cell if it is not known."
    return {
        float(value): code if value in codes else wider if scale[0] <= value <= scale[1] else slip
        for value in off.index
    }


def _wider(given: set[float], often: set[float], low: float, high: float) -> tuple[float, float]:
    """Return the scale that answers seem to have been given on."""
    lowest = min((value for value in often), default=low)
    if lowest < 0 and set(range(int(lowest), int(-lowest) + 1)) <= given and -lowest <= 5:
        return lowest, -lowest  # from -3 to 3
    tops = [
        top
        for top, below in zip(_TOPS[1:], _TOPS, strict=False)
        if len({value for value in given if high < value <= top}) >= (top - high) / 2
        and any(max(high, below) < value <= top for value in often)
    ]
    return (0.0 if 0 in often else low), float(max(tops, default=high))


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


def _rules(field: Field, lists: Lists) -> Iterator[tuple[str, Any]]:
    allowed = lists.get(field.allowed, ()) if isinstance(field.allowed, str) else field.allowed
    allowed = field.ends or allowed
    if field.type in LENGTHS:
        longest = LENGTHS[field.type]
        yield f"at most {longest} characters", lambda column: column.str.len() <= longest
    if field.type == "whole":
        yield "a whole number", lambda column: column.mod(1).eq(0)
    if field.person:
        yield _PERSON, lambda column: ~column.map(personal)
    if not allowed:
        return
    if field.allowed == "past":
        after = pd.Timestamp(allowed[0]) + pd.Timedelta(days=1)
        yield "a day that is no later than today", lambda column: column < after
    elif field.allowed == "grid":
        values = ", ".join(f"{value:+g}" if value else "0" for value in allowed)
        yield f"a value of the grid: {values}", lambda column: column.isin(allowed)
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


def _problem(field: Field, case: Any, lists: Lists, causes: dict[Any, str], file: str) -> Problem:
    row = None if pd.isna(case.index) else int(case.index)
    given, expected, remedy = case.failure_case, str(case.check), "Correct this cell."
    value = f"{given:g}" if isinstance(given, float) else str(given)
    value = f"{given:%Y-%m-%d}" if isinstance(given, pd.Timestamp) else value
    value = "" if expected == "not_nullable" else value
    if expected in _REMEDIES:
        expected, remedy = _REMEDIES[expected]
    elif isinstance(field.allowed, str) and expected == _listed(field):
        remedy = nearest(value, map(str, lists[field.allowed]))
        if field.allowed not in ("cards", "codes", "crocodiles"):
            near, place = remedy, f"under {field.allowed} in study.yaml"
            remedy = f"Add it {place}, or {near[:1].lower()}{near[1:]}"
            remedy = f"{near} If not, add it {place}." if near.startswith("Did") else remedy
    elif field.allowed in ("scale", "grid"):
        key = "grid" if field.allowed == "grid" else (field.ends, given)
        remedy = causes.get(key, remedy)
    elif isinstance(field.allowed, tuple):
        remedy = "Correct it" + (", or empty the cell if it is not known." if field.empty else ".")
    found = shown(value)
    if field.person and personal(value) and not found.startswith("("):
        found = f"{value[:1]}…"  # enough of a person's name to find it by, and no more
    return Problem(file, expected, remedy, row, shown(field.header), found)


def markdown() -> str:
    """Return the dictionary as Markdown: one table for each table."""
    template = files("cxlib.study").joinpath("fields.md").read_text("utf-8")
    writer = Environment(trim_blocks=True, lstrip_blocks=True)
    return writer.from_string(template).render(tables=tables().values(), grouped=GROUPED).strip()


def renew() -> None:
    """Write the dictionary's tables into data/raw/README.md, between its two marks."""
    path = RAW / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{markdown()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    renew()
