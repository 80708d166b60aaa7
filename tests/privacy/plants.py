"""What gives people away, planted in every text that a study may hold.

The places follow from the field dictionary and the models of the settings: a new column or key is
one of them by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import ValidationError

from cxlib.new import new
from cxlib.places import RAW
from cxlib.problems import Problem
from cxlib.study import check
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import GROUPED, LENGTHS, Table, study_tables, survey_table
from cxlib.study.regulator import landlords_table
from cxlib.study.settings import read_config
from cxlib.study.text import Text
from cxlib.study.vision import Facts, Vision

PLANTED = {
    "citizen service number": ["123456782", "BSN: 111.222.333", "1112.22.333", "bsn 111 222 333"],
    "address": ["2516 CB 12", "Laan 12a, 2516CB Den Haag", "2516cb-12", "2516 CB, nr. 12 hs"],
    "bank account": ["NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "be68 5390 0754 7034"],
    "telephone number": ["06-12345678", "(070) 345 67 89", "+31 6 1234 5678", "0031612345678"],
    "e-mail address": ["an.jansen@huur.nl", "jansen(at)huur.nl", "An <a_j+x@mail.huur.co.uk>"],
    "position": ["52.0705, 4.3007", "52,07051; 4,30071", "N 52.0705 E 4.3007", "52°04'14\" N"],
}
PEOPLE = {  # ids
    "name": ["An Jansen", "de Vries, Jan"],
    "e-mail address": ["an.jansen@huur.nl"],
    "telephone number": ["06-12345678", "+31612345678"],
}
MODELS = {"study.yaml": StudyConfig, "vision.yaml": Vision, "facts.yaml": Facts}
_MORE = {  # texts that neither the example nor the demo has
    "study.yaml": {
        "name": "Us",
        "subtitle": {"nl": "Sub"},
        "source": {"nl": "Bron"},
        "board": {"low": {"nl": "minst"}, "high": {"nl": "meest"}},
        "groups": [
            {"id": "tenants", "label": {"nl": "huurders"}, "instruction": {"nl": "Sorteer"}}
        ],
        "survey": {
            "margins": {"age": {"young": 10, "old": 20}},
            "questions": {"dwelling_neat": {"nl": "Netjes"}},
        },
        "periods": {"breaks": [{"date": "2020-04-01", "label": {"nl": "Andere vraag"}}]},
        "viewpoints": {"tenants": [{"name": {"nl": "Een"}, "story": {"nl": "Verhaal"}}]},
        "decisions": {"scoring": {"value": "rescaled", "reason": "Daarom"}},
    },
    "vision.yaml": {
        "notes": {"roadmap": {"nl": "Noot"}},
        "projects": [{"id": "a", "label": {"nl": "x"}, "text": {"nl": "y"}}],
        "photos": [{"slot": "cover", "alt": {"nl": "Een straat"}, "credit": {"nl": "Puk"}}],
        "card": {"title": {"nl": "a"}, "subtitle": {"nl": "b"}, "line": {"nl": "c"}},
    },
    "facts.yaml": {
        "source": {"nl": "Jaarverslag"},
        "facts": [{"id": "a", "value": 1, "label": {"nl": "x"}, "source": {"nl": "y"}}],
    },
}


def whole(folder: Path) -> dict[str, Table]:
    """Write a study with every table and text column that there may be; return tables by file."""
    new(folder)
    settings = yaml.safe_load((folder / "study.yaml").read_text("utf-8"))
    settings["survey"]["margins"] = _MORE["study.yaml"]["survey"]["margins"]
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))
    config = read_config(folder)[0]
    known = study_tables(config) | {"survey": survey_table(config), "landlords": landlords_table()}
    files = {}
    for name, table in known.items():
        file = f"{name}/tenants.csv" if name in GROUPED else f"{name}.csv"
        path = folder / file
        frame = pd.read_csv(path, sep=";", dtype=str) if path.exists() else pd.DataFrame(index=[0])
        for field in table.fields:
            if not field.header.endswith(">") and field.header not in frame:
                frame[field.header] = "" if field.type == "date" else field.example
        if name == "survey":
            frame["age"] = ["young", "old", "old", "old"][: len(frame)]
        frame.to_csv(path, index=False)
        files[file] = table
    return files


def cells(files: dict[str, Table], people: bool = False) -> list[tuple[str, str]]:
    """Every column with texts, or with ids of people, by its file."""
    return [
        (file, field.header)
        for file, table in files.items()
        for field in table.fields
        if field.type in LENGTHS and field.person == people and not field.header.endswith(">")
    ]


def plant_cells(folder: Path, planted: dict[tuple[str, str], str]) -> list[Problem]:
    """Put texts in the first row of columns of files, and return what the check says of them."""
    before = {file: (folder / file).read_bytes() for file, _ in planted}
    for file in before:
        frame = pd.read_csv(folder / file, dtype=str, keep_default_na=False)
        for column in (column for at, column in planted if at == file):
            frame.loc[0, column] = planted[file, column]
        frame.to_csv(folder / file, index=False)
    problems = check(folder)
    for file, content in before.items():
        (folder / file).write_bytes(content)
    return problems


def settings(name: str) -> dict[str, Any]:
    """The content of a YAML file with every text that it may have."""
    places = [Path(new.__code__.co_filename).parent / "example", RAW / "haag-wonen"]
    found: dict[str, Any] = {}
    for place in places:
        if (place / name).exists():
            found |= yaml.safe_load((place / name).read_text("utf-8"))
    return found | deepcopy(_MORE[name])


def leaves(part: Any, path: tuple = ()) -> Iterator[tuple]:
    """Where the texts of a YAML file are."""
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from leaves(value, (*path, key))
    elif isinstance(part, str):
        yield path


def replaced(content: Any, planted: dict[tuple, str]) -> Any:
    """The content of a YAML file with texts at some places."""
    content = deepcopy(content)
    for path, text in planted.items():
        part = content
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = text
    return content


def plant_settings(folder: Path, name: str, planted: dict[tuple, str]) -> list[Problem]:
    """Put texts at places in a YAML file, alone in a folder; return what the check says."""
    folder.mkdir(exist_ok=True)
    content = replaced(settings(name), planted)
    (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return check(folder)


def free(name: str) -> tuple[list[tuple], list[tuple]]:
    """Where a YAML file may hold any text, and where only certain ones."""
    content = settings(name)
    found: tuple[list[tuple], list[tuple]] = [], []
    for path in (path for path in leaves(content) if path[-1] != "sort"):
        try:
            MODELS[name].model_validate(replaced(content, {path: "Zie 123456782"}))
        except ValidationError:
            found[1].append(path)
        else:
            found[0].append(path)
    return found


def spoken(model: type, seen: frozenset = frozenset()) -> set[str]:
    """Every text for people that a model may have, as Part.key."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        for kind in kinds(field.annotation):
            if kind is Text:
                found.add(f"{model.__name__}.{name}")
            elif hasattr(kind, "model_fields") and kind not in seen:
                found |= spoken(kind, seen | {model})
    return found


def kinds(annotation: Any) -> Iterator[type]:
    """The types in an annotation, however deep."""
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from kinds(part)


def said(part: Any) -> set[str]:
    """Every text for people that an instance has, as Part.key."""
    if isinstance(part, dict | list | tuple):
        return set().union(*map(said, part.values() if isinstance(part, dict) else part))
    found: set[str] = set()
    for name in getattr(type(part), "model_fields", {}):
        value = getattr(part, name)
        inside = value.values() if isinstance(value, dict) else value
        first = next(iter(inside), None) if isinstance(value, dict | list) else value
        found |= {f"{type(part).__name__}.{name}"} if isinstance(first, Text) else said(value)
    return found


def named(problems: list[Problem], file: str, column: str) -> list[Problem]:
    """The faults that name a place: in a YAML file a key, or what it is a part of."""
    faults = [fault for fault in problems if fault.file == file and not fault.hint]
    known = [(fault, fault.columns or (str(fault.column),)) for fault in faults]
    if file.endswith(".yaml"):
        return [f for f, keys in known if f.row and any(map(column.startswith, keys))]
    return [f for f, columns in known if 2 in (f.row, *f.rows) and column in columns]


def told(problems: list[Problem], text: str) -> bool:
    """Whether a report shows what was planted in full."""
    digits = "".join(sign for sign in text if sign.isalnum())
    report = "".join(sign for sign in "\n".join(map(str, problems)) if sign.isalnum())
    return digits in report
