"""Read a whole study folder, and note everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.places import RAW
from cxlib.study.config import StudyConfig
from cxlib.study.decided import decision_faults
from cxlib.study.dictionary import Table, survey_table, tables
from cxlib.study.facts import Facts
from cxlib.study.folder import SETTINGS, find, groups, holds_nothing, misnamed, unusable
from cxlib.study.formats import Imported, read_landlords, read_sorts
from cxlib.study.items import hints, turned
from cxlib.study.margins import category_faults
from cxlib.study.peers import faults, landlords_file, landlords_table, marked
from cxlib.study.problems import Problem, gather, nearest, shown
from cxlib.study.readers import Sheet, Source, read_sheet
from cxlib.study.remarks import read_remarks
from cxlib.study.remedies import narrower
from cxlib.study.settings import LISTS, read_config, read_model
from cxlib.study.sorts import Grid, read_wide, shape, shared_grid, stray, unfitting, unsorted
from cxlib.study.tables import graded, languages, read_table
from cxlib.study.text import Text
from cxlib.study.vision import Vision
from cxlib.study.yamlfile import read_yaml

WIDE = ("sorts", "ratings")
LABELLED = ("cards", "codes")
PLAIN = ("complaints", "callbacks", "internal", "benchmark", "votes", "maturity", "participation")


@dataclass
class Contents:
    """What has been read so far; nothing of it may be used while there are problems."""

    folder: Path
    config: StudyConfig = field(default_factory=StudyConfig)
    unsure: set[str] = field(default_factory=set)  # keys of study.yaml that could not be read
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    vision: Vision | None = None
    facts: Facts | None = None
    grid: Grid | None = None
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was taken for granted, each said once

    def source(self, table: str) -> Source:
        """What study.yaml says of the file of a table."""
        said = self.config.files.get(table)
        return Source(table, said.sheet if said else None, said.encoding if said else None)

    def note(self, sheet: Sheet) -> None:
        """Remember what was taken for granted in a sheet."""
        self.notes += [f"{sheet.file}: {note}" for note in sheet.notes]

    @property
    def lists(self) -> dict[str, Any]:
        """What cells are held against."""
        scale = self.config.survey.scale
        rules = [part.id for part in self.vision.crocodiles] if self.vision else []
        return {
            **{kind: self.config.ids(kind) for kind in LISTS},
            "crocodiles": rules,
            **{name: list(self.tables.get(name, pd.DataFrame()).index) for name in LABELLED},
            "scale": (scale.low, scale.high),
            "past": [pd.Timestamp.now().normalize()],
            "grid": sorted(self.grid.columns) if self.grid else [],
            "names": {kind: self.config.named(kind) for kind in LISTS},
            "margins": self.config.survey.margins,
            "first": (self.config.survey.dates or "").removesuffix("-first"),
        }


def check(folder: str | Path) -> list[Problem]:
    """Return everything that is wrong with a study folder; writes nothing.

    Parameters
    ----------
    folder : str or Path
        A folder, or the name of one in data/raw.

    Examples
    --------
    >>> check("haag-wonen")
    []
    """
    return read_folder(locate(folder)).problems


def locate(place: str | Path) -> Path:
    """Return the folder that a path, or a name in data/raw, stands for."""
    path = Path(place).expanduser()
    plain = len(path.parts) == 1 and not path.is_dir() and re.fullmatch(r"[\w-]+", str(path))
    return RAW / path if plain else path


def read_folder(folder: Path) -> Contents:
    """Read everything that a study folder holds.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Contents
        `problems` lists everything that is wrong, rows with the same fault gathered.
    """
    study = Contents(folder)
    problem = unusable(folder)
    if problem is not None:
        study.problems = [problem]
        return study
    study.config, study.unsure, study.problems = read_config(folder)
    if study.config.grid:
        study.grid = Grid(study.config.grid, study.config.forced)
    study.vision, faults = read_model(folder / "vision.yaml", Vision)
    study.facts, more = read_model(folder / "facts.yaml", Facts)
    study.problems += [*faults, *more, *misnamed(folder, study.config)]
    study.files += [name for name in SETTINGS if (folder / name).is_file()]
    _read_tables(study)
    if not study.files and not study.problems:
        study.problems = [holds_nothing(folder)]
    study.problems = gather(study.problems)
    return study


def _read_tables(study: Contents) -> None:
    _read_labelled(study, "cards")
    for name in WIDE:
        for group, path in _files(study, name).items():
            _read_group(study, name, group, path)
    _read_labelled(study, "codes")
    for group, path in _files(study, "remarks").items():
        _read_remarks(study, group, path)
    sorts = {name: table for name, table in study.tables.items() if name.startswith("sorts/")}
    misfits = list(unfitting(study.grid, sorts))
    study.problems += misfits if study.config.grid else []
    columns = None if study.config.grid and not misfits else shared_grid(sorts)
    if columns or misfits:  # what all sorts share goes before the pattern in a file
        study.grid = Grid(columns, study.config.forced) if columns else None
    if study.grid is not None:
        effective = {"grid": dict(study.grid.columns), "forced": study.grid.forced}
        study.config = study.config.model_copy(update=effective)
    _check_decisions(study)
    if not study.unsure & {"survey", "values", "*"}:
        _read_plain(study, "survey", survey_table(study.config))
        _look_at_items(study)
        _check_overall(study)
        _check_margins(study)
    for name in PLAIN:
        _read_plain(study, name, tables()[name])
    _check_own(study)
    _read_landlords(study)


def _files(study: Contents, name: str) -> dict[str, Path]:
    found, problems = groups(study.folder, name, study.config)
    study.problems += problems
    return found


def _read_plain(study: Contents, name: str, table: Table) -> None:
    path, problems = find(study.folder, name, study.config)
    study.problems += problems
    if path is None:
        return
    file = path.relative_to(study.folder).as_posix()
    study.files.append(file)
    sheet, problems = read_sheet(path, file, study.source(name))
    study.problems += problems
    if sheet is None:
        return
    study.note(sheet)
    if name == "survey":
        survey = study.config.survey
        sheet, unknown = graded(sheet, table, survey.unknown, survey.answers)
        study.tables |= {} if unknown is None else {"unknown": unknown}
        _question(study, sheet)
    _take(study, sheet, table)


def _question(study: Contents, sheet: Sheet) -> None:
    """Call items by the questions in the file, as far as study.yaml does not."""
    items = {item for value in study.config.values for item in value.items}
    found = {
        name: Text.model_validate(label) for name, label in sheet.labels.items() if name in items
    }
    if found:
        questions = {**found, **study.config.survey.questions}
        survey = study.config.survey.model_copy(update={"questions": questions})
        study.config = study.config.model_copy(update={"survey": survey})


def _read_landlords(study: Contents) -> None:
    path, problems = landlords_file(study.folder, study.config)
    study.problems += problems
    if path is None:
        return
    file = path.relative_to(study.folder).as_posix()
    study.files.append(file)
    sheet, problems = read_landlords(path, file, study.source("landlords"))
    study.problems += problems
    if sheet is not None:
        _take(study, sheet, landlords_table())
        frame, own = study.tables["landlords"], study.config.landlords.own
        study.problems += faults(frame, own, sheet.file)
        if own is not None and "landlord" in frame:
            study.tables["landlords"] = frame.assign(own=marked(frame, own))


def _take(study: Contents, sheet: Sheet, table: Table) -> None:
    frame, problems = read_table(sheet, table, study.lists)
    study.problems += problems
    study.tables[table.name] = languages(_whole(frame, table), table)


def _read_labelled(study: Contents, name: str) -> None:
    _read_plain(study, name, tables()[name])
    if name in study.tables:
        _take_labelled(study, name, study.files[-1])


def _take_labelled(study: Contents, name: str, file: str) -> None:
    """Keep a table of cards or codes if each of them has an id and a label."""
    frame, key = study.tables.pop(name), name[:-1]
    if key not in frame:
        return
    for row in frame.index[frame["label_nl"].isna() & frame["label_en"].isna()]:
        remedy = "Fill label_nl or label_en; one language is enough."
        study.problems.append(Problem(file, f"a label for the {key}", remedy, int(row)))
    if frame[key].notna().all() and frame[key].is_unique:
        study.tables[name] = frame.set_index(key)


def _read_group(study: Contents, name: str, group: str, path: Path) -> None:
    file = path.relative_to(study.folder).as_posix()
    study.files.append(file)
    found, problems = _read_imported(study, f"{name}/{group}", path, file)
    study.problems += problems
    if found is None:
        return
    study.note(found.sorts)
    cards = study.tables.get("cards")
    known = None if cards is None else [str(card) for card in cards.index]
    made = study.config.decisions.of(group, first=False)
    gaps = name == "sorts" and made.missing.value == "pairwise"
    values, people, problems = read_wide(found.sorts, name, known, study.lists, gaps)
    if name == "sorts" and all(problem.row for problem in problems):  # every card is there
        problems += unsorted(values, people, study.grid, not study.config.forced, file)
        problems += stray(values, file) if known is None and not problems else []
    study.problems += map(found.placed, problems)
    if all(problem.hint for problem in problems):
        table, rows = shape(values, people)
        whole = name == "sorts" and table.notna().all(axis=None)
        study.tables[f"{name}/{group}"] = table.astype("int64" if whole else "float64")
        study.tables[f"participants/{name}/{group}"] = rows
        if cards is None and find(study.folder, "cards", study.config)[0] is None:
            # The columns of the first group are the cards, for the other groups as well.
            ids = pd.DataFrame({"label_nl": table.index.astype("str")}, index=table.index)
            study.tables["cards"] = languages(ids, tables()["cards"])


def _read_imported(
    study: Contents, name: str, path: Path, file: str
) -> tuple[Imported | None, list[Problem]]:
    """Read a sheet, or sorts of any program; their cards and grid count if there are no others."""
    if not name.startswith("sorts/"):
        sheet, problems = read_sheet(path, file, study.source(name))
        return Imported(sheet) if sheet else None, problems
    cards = study.tables.get("cards")
    known = None if cards is None else [str(card) for card in cards.index]
    found, problems = read_sorts(path, file, known, study.source(name))
    if found is not None:
        study.files += [f"sorts/{beside}" for beside in found.beside]
        if (
            found.cards is not None
            and find(study.folder, "cards", study.config)[0] is None
            and cards is None
        ):
            _take(study, found.cards, tables()["cards"])
            _take_labelled(study, "cards", found.cards.file)
        if study.grid is None and found.grid is not None:
            study.grid = Grid(found.grid, forced=False)
    return found, problems


def _read_remarks(study: Contents, group: str, path: Path) -> None:
    file = path.relative_to(study.folder).as_posix()
    study.files.append(file)
    if find(study.folder, "codes", study.config)[0] is None:
        remedy = "Add a table codes, a row a code: code and label_nl or label_en."
        study.problems.append(Problem(file, "a code book: a file such as codes.csv", remedy))
    sheet, problems = read_sheet(path, file, study.source(f"remarks/{group}"))
    study.problems += problems
    if sheet is not None:
        study.note(sheet)
        sorts = study.tables.get(f"sorts/{group}")
        people = None if sorts is None else list(sorts.columns)
        frame, problems = read_remarks(sheet, people, study.lists)
        study.problems += problems
        study.tables[f"remarks/{group}"] = frame


def in_order(
    held: Mapping[str, pd.DataFrame], start: str, config: StudyConfig
) -> dict[str, pd.DataFrame]:
    """Return the tables of one kind by group, in the order that study.yaml has them."""
    order = {name: place for place, name in enumerate(config.ids("groups"))}
    groups = [name.removeprefix(start) for name in held if name.startswith(start)]
    groups.sort(key=lambda group: order.get(group, 99))
    return {group: held[start + group] for group in groups}


def _whole(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Make integers of whole numbers where no cell is empty."""
    whole = [field.name for field in table.fields if field.type == "whole" and field.name in frame]
    full = [name for name in whole if frame[name].notna().all() and frame[name].mod(1).eq(0).all()]
    return frame.astype(dict.fromkeys(full, "int64"))


def _look_at_items(study: Contents) -> None:
    survey = study.tables.get("survey")
    if survey is None or any(not p.hint and p.file == study.files[-1] for p in study.problems):
        return
    study.tables["survey"] = turned(survey, study.config)
    study.problems += hints(study.tables["survey"], study.config, study.files[-1])


def _check_overall(study: Contents) -> None:
    survey = study.tables.get("survey")
    if survey is None or "overall" not in survey:
        return
    given = survey["overall"].dropna()
    few = 0 < len(given) < study.config.privacy.minimum_cell
    faulty = any(p.file == study.files[-1] and not p.hint for p in study.problems)
    if few or faulty:
        return
    if len(set(given)) > 1:
        study.problems += _scale_hint(given, study)
        return
    expected = "some grade" if given.empty else "grades that differ"
    value = None if given.empty else f"{given.iloc[0]:g} in every row"
    remedy = "Say in study.yaml, under survey.columns, which column holds the overall grade."
    column = shown(study.config.survey.columns.overall)
    study.problems.append(Problem(study.files[-1], expected, remedy, column=column, value=value))


def _scale_hint(given: pd.Series, study: Contents) -> list[Problem]:
    """Advise a scale where study.yaml has none and nobody used the upper half of the usual one."""
    scale = study.config.survey.scale
    remedy = "" if scale.model_fields_set else narrower(given, scale.low, scale.high)
    column, value = shown(study.config.survey.columns.overall), f"no grade above {given.max():g}"
    expected = f"grades on the scale from {scale.low} to {scale.high}"
    found = Problem(study.files[-1], expected, remedy, column=column, value=value, hint=True)
    return [found] if remedy else []


def _check_decisions(study: Contents) -> None:
    """Hold the decisions against the sorts, once all groups have been read."""
    sorts = in_order(study.tables, "sorts/", study.config)
    files = [name for name in study.files if name.startswith("sorts/")]
    if not sorts or any(p.file in files and not p.hint for p in study.problems):
        return
    found = list(decision_faults(study.config, sorts))
    if not found:
        return
    file, _ = read_yaml(study.folder / "study.yaml", "study.yaml")
    for path, value, expected, remedy in found:
        line, key = file.line(path), ".".join(map(str, path))
        problem = Problem("study.yaml", expected, remedy, line, key, shown(value))
        study.problems.append(problem)


def _check_margins(study: Contents) -> None:
    survey = study.tables.get("survey")
    if survey is not None:
        study.problems += category_faults(survey, study.config, study.files[-1])


def _check_own(study: Contents) -> None:
    frame, own = study.tables.get("benchmark"), study.config.benchmark.own
    if frame is None or "landlord" not in frame or own in set(frame["landlord"]):
        return
    remedy = nearest(own, frame["landlord"].dropna()) + " Set benchmark.own in study.yaml."
    file = next(name for name in study.files if name.casefold().startswith("benchmark"))
    study.problems.append(Problem(file, f"a row of landlord {own}", remedy, column="landlord"))
