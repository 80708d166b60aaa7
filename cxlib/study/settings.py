"""study.yaml, vision.yaml and facts.yaml: from file to model, faults in plain words and with lines.

A stranger may have written them: they are read safely and bounded, and what each key allows by
itself is held against the others.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from cxlib.problems import Problem, StudyError, TextFault, attempt, nearest, shown
from cxlib.sheets.cells import number
from cxlib.sheets.rows import decode
from cxlib.study.config import Columns, StudyConfig
from cxlib.study.dictionary import LISTS, study_tables, survey_table, tables
from cxlib.study.periods import Period, PeriodError

Model = TypeVar("Model", bound=BaseModel)
_CORRECT = "Correct this value."
_TYPES = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "a number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "true or false"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "keys with values"),
    **dict.fromkeys(("date_from_datetime_parsing", "date_type"), "a date such as 2020-03-31"),
    "string_type": "a text",
    "list_type": "a list",
}
BYTES = 2_000_000
NODES, LEVELS = 100_000, 99  # an alias of itself has no end
GROUPS = ("district", "mode", "journey")
SLACK = 0.01  # counts of the same tenants on different days seldom agree to the last one
Fault = tuple[tuple[Any, ...], object, str, str]  # key, value, what was expected, remedy


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file, and the line that each part of it stands on."""

    content: Any = None
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def line(self, path: tuple[Hashable, ...]) -> int | None:
        """Return the line of the deepest part of `path` that the file has."""
        steps = tuple(map(str, path))
        tops = (steps[:depth] for depth in range(len(steps), 0, -1))
        return next((self.lines[top] for top in tops if top in self.lines), None)


def read_yaml(path: Path, name: str) -> tuple[YamlFile, list[Problem]]:
    """Read a YAML file, called `name` in problems; with any problem the content is None."""
    found, problems = attempt(name, lambda: _yaml(path))
    return found or YamlFile(), problems


def _yaml(path: Path) -> YamlFile:
    data = path.read_bytes()
    if len(data) > BYTES:
        raise TextFault("a file below 2 MB", "Move what is no setting out of it.")
    text = decode(data)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = _lines(root) if root else {}
        return YamlFile(root and yaml.SafeLoader("").construct_document(root), lines)
    except RecursionError as error:
        raise TextFault("plain nesting", "Bring the number of levels down.") from error
    except yaml.constructor.ConstructorError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise TextFault("plain values without tags", "Remove the word with '!'.", row) from error
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        value = shown(error.problem).removeprefix("found ")
        remedy = "Look for a missing colon, quote or bracket, or a tab, on this line or above it."
        raise TextFault("valid YAML", remedy, row, value=value) from error
    except yaml.YAMLError as error:
        raise TextFault("a text file", "Save it as plain text, in UTF-8.") from error
    except StudyError:
        raise
    except ValueError as error:
        raise TextFault("valid YAML", f"Correct it: {shown(error)}.") from error


def _lines(root: yaml.Node) -> dict[tuple[str, ...], int]:
    """Return the line of each part; aliases count in full, NODES at most, and each key once."""
    lines, double = dict[tuple[str, ...], int](), dict[tuple[int, str], Problem]()
    todo: list[tuple[yaml.Node, tuple[str, ...]]] = [(root, ())]
    for seen in count():
        if not todo:
            break
        node, path = todo.pop()
        if seen >= NODES or len(path) > LEVELS:
            remedy = "Write it out without anchors (&) and aliases (*)."
            raise TextFault(f"at most {NODES:,} parts", remedy)
        parts = enumerate(node.value) if isinstance(node, yaml.SequenceNode) else ()
        parts, held = node.value if isinstance(node, yaml.MappingNode) else parts, set[str]()
        for key, value in parts:
            marked = value if isinstance(key, int) else key
            row, step = marked.start_mark.line + 1, (*path, str(getattr(key, "value", key)))
            if step[-1] in held and isinstance(key, yaml.ScalarNode):
                remedy = "Keep one of the two."
                double[row, step[-1]] = Problem("", "each key once", remedy, row, shown(step[-1]))
            held.add(step[-1])
            lines.setdefault(step, row)
            todo += [(part, step) for part in (key, value) if isinstance(part, yaml.Node)]
    if double:
        raise StudyError(sorted(double.values(), key=lambda problem: problem.row or 0))
    return lines


def read_config(folder: Path) -> tuple[StudyConfig, set[str], list[Problem]]:
    """Read study.yaml; without one, the defaults.

    Returns
    -------
    StudyConfig
        Without the faulty keys, so that the other files can be checked as well.
    set of str
        The faulty keys; {"*"} if the file could not be read at all.
    list of Problem
    """
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-_")[:40] or "study"
    start = {"id": slug, "name": folder.resolve().name or "Study"}
    path = folder / "study.yaml"
    if not path.exists():
        return StudyConfig.model_validate(start), set(), []
    file, problems = read_yaml(path, "study.yaml")
    content = {} if file.content is None else file.content
    if not problems and not isinstance(content, dict):
        remedy = "Write a key, a colon and a value on each line."
        problems = [Problem("study.yaml", "keys with values, such as 'name: My study'", remedy)]
    if problems:
        return StudyConfig.model_validate(start), {"*"}, problems
    listed = content.get("languages")
    spoken = [code for code in listed if isinstance(code, str)] if isinstance(listed, list) else []
    config, problems = _build(StudyConfig, start | content, file, "study.yaml", spoken)
    unsure: set[str] = set()
    if config is None:
        alone = {key: start | {key: part} for key, part in content.items()}
        unsure = {str(k) for k in alone if not _build(StudyConfig, alone[k], file, "", spoken)[0]}
        sound = {key: value for key, value in content.items() if str(key) not in unsure}
        config = StudyConfig.model_validate(start | sound)
    faults = [f for f in _inconsistent(config) if "kpis" not in unsure or f[2] != "a set of rows"]
    return config, unsure, [*problems, *located(faults, file)]


def read_model(
    path: Path, model: type[Model], languages: Sequence[str]
) -> tuple[Model | None, list[Problem]]:
    """Read a YAML file as a pydantic model; None without the file or with problems."""
    if not path.exists():
        return None, []
    file, problems = read_yaml(path, path.name)
    if problems or file.content is None:
        return None, problems
    return _build(model, file.content, file, path.name, languages)


def _build(
    model: type[Model], content: Any, file: YamlFile, name: str, languages: Sequence[str]
) -> tuple[Model | None, list[Problem]]:
    """Make a model of what a YAML file holds; every fault with its line and key.

    A text without one of the study's languages falls back on the first of those that it has.
    """
    try:
        return model.model_validate(content, context={"languages": languages}), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, list(dict.fromkeys(_problem(fault, model, file, name) for fault in faults))


def _problem(fault: Any, model: type[BaseModel], file: YamlFile, name: str) -> Problem:
    path: tuple[Any, ...] = ()
    content = file.content
    for step in fault["loc"]:  # as far as the file goes: pydantic adds words of its own
        try:
            path, content = (*path, step), content[step]
        except (KeyError, IndexError, TypeError):
            break
    key = shown(".".join(map(str, path or fault["loc"][-1:])))
    line = file.line(path)
    if fault["type"] == "extra_forbidden":
        remedy = nearest(path[-1], _keys(model, path[:-1]))
        return Problem(name, "a key that is known", remedy, line, key)
    expected, remedy = _words(fault)
    value = None if isinstance(fault["input"], dict | list) else shown(fault["input"])
    return Problem(name, expected, remedy, line, key, value)


def _words(fault: Any) -> tuple[str, str]:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return f"the key {fault['loc'][-1]}", "Add it."
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return "one of the known words", nearest(fault["input"], choices)
    if kind == "string_pattern_mismatch" and "A-Fa-f" in context["pattern"]:
        return "a colour such as #1B3A5C", "Write # and six digits or a to f, between quotes."
    if kind == "string_pattern_mismatch":
        return "an id of letters, digits, - and _", "Leave spaces, dots and slashes out."
    if kind == "remedied":
        return context["expected"], context["remedy"]
    if kind == "value_error":
        return str(context["error"]), "Correct this part."
    if kind in _TYPES:
        return _TYPES[kind], _CORRECT
    message = fault["msg"].removeprefix("Input should be ")
    return message.replace("greater", "a value greater").replace("less", "a value less"), _CORRECT


def _keys(annotation: Any, path: tuple[Any, ...]) -> list[str]:
    """Return the keys that a model knows at a path."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        if not path:
            return list(fields)
        return _keys(fields[path[0]].annotation, path[1:]) if path[0] in fields else []
    origin = getattr(annotation, "__origin__", None)
    inner = path[1:] if origin in (list, dict, Mapping) else path
    found = [_keys(part, inner) for part in get_args(annotation) if not isinstance(part, str)]
    return [key for keys in found for key in keys]


def located(faults: Iterable[Fault], file: YamlFile) -> Iterator[Problem]:
    """Yield what is wrong with keys of study.yaml, with the lines that these stand on."""
    for path, value, expected, remedy in faults:
        key = ".".join(map(str, path))
        yield Problem("study.yaml", expected, remedy, file.line(path), key, shown(value))


def _inconsistent(config: StudyConfig) -> Iterator[Fault]:
    """Yield what each key allows by itself but not together."""
    for kind in (*LISTS, "kpis"):
        ids = config.ids(kind)
        for place, name in enumerate(ids):
            if name in ids[:place]:
                yield (kind, place, "id"), name, "every id once", "Rename one of the two."
    for path, name, kind in _references(config):
        known = config.ids(kind)
        if known and name not in known:
            yield path, name, f"an id under {kind}", nearest(name, known)
    if config.thresholds.fail >= config.thresholds.top:
        yield ("thresholds",), f"{config.thresholds.fail:g}", "fail below top", "Swap them."
    scale, overall = config.survey.scale, config.survey.scale_of("overall")
    for name, grade in config.thresholds:
        if not overall.low <= grade <= overall.high:
            expected = f"a grade on the survey's scale, {overall.low} to {overall.high}"
            remedy = "Set thresholds: {fail: …, top: …} for this scale."
            yield ("thresholds", name), f"{grade:g}", expected, remedy
    yield from _margins(config)
    line = config.decisions.lines.value.performance
    if line is not None and not scale.low <= line <= scale.high:
        expected = f"a grade on the survey's scale, {scale.low} to {scale.high}"
        remedy = "Set survey.scale, or a line that is on it."
        yield ("decisions", "lines", "value", "performance"), f"{line:g}", expected, remedy
    yield from _items(config)
    yield from _kpis(config)
    bases: list[tuple[tuple[Any, ...], list[str]]] = [(("periods", "base"), config.periods.base)]
    bases += [(("kpis", place, "base"), kpi.base) for place, kpi in enumerate(config.kpis)]
    for path, base in bases:
        for place, label in enumerate(base):
            try:
                Period.parse(label)
            except PeriodError:
                remedy = "Write it as 2020, 2020-Q1 or 2020-03."
                yield (*path, place), label, "a period", remedy
    asked = [field.name for field in survey_table(config).fields]
    for place, change in enumerate(config.periods.breaks):
        for name in sorted(set(change.columns) - set(asked)):
            path = ("periods", "breaks", place, "columns")
            yield path, name, "a part or an item of the survey", nearest(name, asked)
    sets = study_tables(config)
    for key in ("files", "provenance"):
        for name in getattr(config, key):
            if name.split("/")[0] not in sets:
                yield (key, name), name, "a set of rows", nearest(name, sets)


def _kpis(config: StudyConfig) -> Iterator[Fault]:
    """Yield what tables and columns of KPIs can't be."""
    survey = [name for field in survey_table(config).fields for name in (field.name, field.header)]
    types: dict[tuple[str, str], str] = {}
    for place, kpi in enumerate(config.kpis):
        if kpi.table in tables() and kpi.table != "survey":
            remedy = "Give the file another name."
            yield ("kpis", place, "table"), kpi.table, "the survey, or a table of its own", remedy
        for part, header in kpi.parts.items():
            path = ("kpis", place, "columns", part)
            if kpi.table == "survey" and header not in survey:
                yield path, header, "a column of the survey that is read", nearest(header, survey)
            elif types.setdefault((kpi.table, header), part) != part:
                expected = f"one part a column, and {header} is {types[kpi.table, header]} above"
                yield path, header, expected, "Name another column."


def _references(config: StudyConfig) -> Iterator[tuple[tuple, str, str]]:
    for place, value in enumerate(config.values):
        if value.domain is not None:
            yield ("values", place, "domain"), value.domain, "domains"
    for name in config.survey.grades:
        yield ("survey", "grades", name), name, "values"
    for part, kind in (("district", "districts"), ("journey", "journeys")):
        for name in config.survey.margins.get(part, {}):
            yield ("survey", "margins", part, name), name, kind
    for name in config.viewpoints:
        yield ("viewpoints", name), name, "groups"


def _margins(config: StudyConfig) -> Iterator[Fault]:
    """Yield what is wrong with margins, and codes for don't know, by themselves."""
    survey = config.survey
    yield from _sums(survey.margins)
    graded = {*survey.grades.values(), *(item for value in config.values for item in value.items)}
    for name in survey.margins:
        if name in graded or (name in Columns.model_fields and name not in GROUPS):
            remedy = f"Use {', '.join(GROUPS)}, or another column with groups of tenants."
            yield ("survey", "margins", name), name, "a column of groups", remedy
    for place, code in enumerate(survey.unknown):
        value = number(code)
        for scale in (survey.scale, *survey.scales.values()):
            if value is not None and scale.low <= value <= scale.high:
                expected = f"a code outside the scale, {scale.low} to {scale.high}"
                yield ("survey", "unknown", place), code, expected, "It can't be told from a grade."
                break


def _sums(margins: Mapping[str, Mapping[str, float]]) -> Iterator[Fault]:
    """Counts must be of the same tenants; shares sum to 1, percentages to 100."""
    sums = {name: sum(known.values()) for name, known in margins.items()}
    counts = [name for name in sums if sums[name] > 1 + SLACK and abs(sums[name] - 100) > 1]
    for name, total in sums.items():
        path, value = ("survey", "margins", name), f"a sum of {total:g}"
        if total < 1 - SLACK:
            yield path, value, "numbers, or shares that sum to 1", "Add what is lacking."
        elif name in counts and abs(total - sums[counts[0]]) > SLACK * sums[counts[0]]:
            expected = f"the same tenants as {counts[0]}: a sum of {sums[counts[0]]:g}"
            yield path, value, expected, "Count the same tenants in all, or give shares."


def _items(config: StudyConfig) -> Iterator[Fault]:
    """Yield what is wrong with the items of values, and with what is said of items."""
    survey, whose, parts = config.survey, dict[str, str](), config.survey.columns.model_dump()
    for place, value in enumerate(config.values):
        path: tuple[Any, ...] = ("values", place, "items")
        for item in value.items:
            if parts.get(item, item) != item:
                remedy = "Rename the item's column: that name is a part of the survey."
                yield path, item, "a name of its own", remedy
            if item == survey.columns.overall:
                expected = "items that explain the overall grade, without that grade itself"
                yield path, item, expected, "Take it out of the items."
            if whose.setdefault(item, value.id) != value.id:
                expected = f"every item under one value (it is under {whose[item]} as well)"
                yield path, item, expected, "Keep it where it belongs, and take it out elsewhere."
        if len({survey.scale_of(item) for item in value.items}) > 1:
            expected = "items of one value on one scale, as they are averaged"
            remedy = "Set survey.scales for all of them alike, or make it two values."
            yield path, value.id, expected, remedy
    columns = {*parts.values(), *survey.grades.values()}
    graded = {"overall", "journey_grade", *columns}
    for key, known in {"questions": (), "reverse": (), "scales": graded}.items():
        for place, name in enumerate(getattr(survey, key)):
            if name not in whose and name not in known:
                path = ("survey", key, place if key == "reverse" else name)
                expected = "an item of a value" + ", or a grade of the survey" * bool(known)
                yield path, name, expected, nearest(name, [*whose, *sorted(known)])
