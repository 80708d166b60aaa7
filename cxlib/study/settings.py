"""study.yaml, vision.yaml and facts.yaml: from file to model, faults in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import tables
from cxlib.study.items import item_faults
from cxlib.study.margins import margin_faults
from cxlib.study.periods import Period, PeriodError
from cxlib.study.problems import Problem, nearest, shown
from cxlib.study.yamlfile import YamlFile, read_yaml

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
LISTS = ("domains", "groups", "values", "journeys", "districts")


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
    config, problems = build(StudyConfig, {**start, **content}, file, "study.yaml")
    unsure: set[str] = set()
    if config is None:
        unsure = {str(key) for key, value in content.items() if not _valid({**start, key: value})}
        sound = {key: value for key, value in content.items() if str(key) not in unsure}
        config = StudyConfig.model_validate({**start, **sound})
    return config, unsure, problems + list(_inconsistent(config, file))


def _valid(content: dict) -> bool:
    try:
        StudyConfig.model_validate(content)
    except ValidationError:
        return False
    return True


def read_model(path: Path, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Read a YAML file as a pydantic model; None without the file or with problems."""
    if not path.exists():
        return None, []
    file, problems = read_yaml(path, path.name)
    if problems or file.content is None:
        return None, problems
    return build(model, file.content, file, path.name)


def build(
    model: type[Model], content: Any, file: YamlFile, name: str
) -> tuple[Model | None, list[Problem]]:
    """Make a model of what a YAML file holds; every fault with its line and key."""
    try:
        return model.model_validate(content), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, list(dict.fromkeys(_problem(fault, model, file, name) for fault in faults))


def _problem(fault: Any, model: type[BaseModel], file: YamlFile, name: str) -> Problem:
    path = _path(fault["loc"], file.content)
    key = shown(".".join(map(str, path or fault["loc"][-1:])))
    line = file.line(path)
    if fault["type"] == "extra_forbidden":
        remedy = nearest(path[-1], _keys(model, path[:-1]))
        return Problem(name, "a key that is known", remedy, line, key)
    expected, remedy = _words(fault)
    value = None if isinstance(fault["input"], dict | list) else shown(fault["input"])
    return Problem(name, expected, remedy, line, key, value)


def _path(steps: Iterable[Any], content: Any) -> tuple[Any, ...]:
    """Return the part of a path that is in the file; pydantic adds words of its own."""
    path: list[Any] = []
    for step in steps:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            break
        path.append(step)
    return tuple(path)


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


def _inconsistent(config: StudyConfig, file: YamlFile) -> Iterator[Problem]:
    """Yield what each key allows by itself but not together."""

    def fault(path: tuple, value: object, expected: str, remedy: str) -> Problem:
        key = ".".join(map(str, path))
        return Problem("study.yaml", expected, remedy, file.line(path), key, shown(value))

    for kind in LISTS:
        ids = config.ids(kind)
        for place, name in enumerate(ids):
            if name in ids[:place]:
                yield fault((kind, place, "id"), name, "every id once", "Rename one of the two.")
    for path, name, kind in _references(config):
        known = config.ids(kind)
        if known and name not in known:
            yield fault(path, name, f"an id under {kind}", nearest(name, known))
    if config.thresholds.fail >= config.thresholds.top:
        yield fault(("thresholds",), f"{config.thresholds.fail:g}", "fail below top", "Swap them.")
    scale, overall = config.survey.scale, config.survey.scale_of("overall")
    for name, grade in config.thresholds:
        if not overall.low <= grade <= overall.high:
            expected = f"a grade on the survey's scale, {overall.low} to {overall.high}"
            remedy = "Set thresholds: {fail: …, top: …} for this scale."
            yield fault(("thresholds", name), f"{grade:g}", expected, remedy)
    for fault_of_margins in margin_faults(config):
        yield fault(*fault_of_margins)
    line = config.decisions.lines.value.performance
    if line is not None and not scale.low <= line <= scale.high:
        expected = f"a grade on the survey's scale, {scale.low} to {scale.high}"
        remedy = "Set survey.scale, or a line that is on it."
        yield fault(("decisions", "lines", "value", "performance"), f"{line:g}", expected, remedy)
    parts = config.survey.columns.model_dump()
    for place, value in enumerate(config.values):
        for item in value.items:
            if parts.get(item, item) != item:
                remedy = "Rename the item's column: that name is a part of the survey."
                yield fault(("values", place, "items"), item, "a name of its own", remedy)
    yield from (fault(*found) for found in item_faults(config))
    for place, label in enumerate(config.periods.base):
        try:
            Period.parse(label)
        except PeriodError:
            remedy = "Write it as 2020, 2020-Q1 or 2020-03."
            yield fault(("periods", "base", place), label, "a period", remedy)
    for name in config.files:
        if name.split("/")[0] not in tables():
            yield fault(("files", name), name, "a set of rows", nearest(name, tables()))
    for name in config.provenance:
        if name.split("/")[0] not in tables():
            yield fault(("provenance", name), name, "a set of rows", nearest(name, tables()))


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
