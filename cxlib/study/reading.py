"""Read a whole study folder, and note everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.places import RAW
from cxlib.problems import Problem, StudyError, gather, nearest, shown
from cxlib.sheets.rows import Source
from cxlib.sheets.sheet import Sheet, read_sheet
from cxlib.study import persons
from cxlib.study.checked import graded, languages, read_table, survey_problems
from cxlib.study.config import StudyConfig
from cxlib.study.decisions import decision_faults
from cxlib.study.dictionary import (
    GROUPED,
    LABELLED,
    LISTS,
    WIDE,
    Table,
    personal,
    study_tables,
    survey_table,
    tables,
)
from cxlib.study.folder import SETTINGS, find, groups, holds_nothing, misnamed, unusable
from cxlib.study.programs import read_sorts
from cxlib.study.regulator import faults, landlords_file, landlords_table, marked, read_landlords
from cxlib.study.settings import located, read_config, read_model, read_yaml
from cxlib.study.sorts import Grid, Imported, piles, read_wide, stray, unsorted
from cxlib.study.text import Text
from cxlib.study.vision import Facts, Vision

_OTHER = (*LABELLED, *GROUPED, "survey", "landlords")  # tables that are read in their own way


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

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note the problems with which something can't be read."""
        try:
            yield
        except StudyError as error:
            self.problems += error.problems

    def find(self, table: str) -> Path | None:
        """Return the file of a table, if there is one file for it."""
        with self.noting():
            return find(self.folder, table, self.config)
        return None

    def groups(self, name: str) -> Iterator[tuple[str, Path]]:
        """Return the files of a folder such as sorts/ by group, and note what is wrong there."""
        found, problems = groups(self.folder, name, self.config)
        self.problems += problems
        yield from found.items()

    def read(self, table: str, path: Path, read: Callable[..., Any] = read_sheet) -> Any:
        """Return what a reader makes of a file, None if nothing, and note what is wrong with it."""
        file = path.relative_to(self.folder).as_posix()
        self.files.append(file)
        said = self.config.files.get(table)
        source = Source(table, said.sheet, said.encoding) if said else Source(table)
        found, problems = read(path, file, source=source)
        self.problems += problems
        return found

    def typed(self, sheet: Sheet, table: Table) -> pd.DataFrame:
        """Return a sheet as a table, and note what is wrong and what was taken for granted."""
        self.notes += [f"{sheet.file}: {note}" for note in sheet.notes]
        frame, problems = read_table(sheet, table, self.lists)
        self.problems += [*problems, *persons.in_table(frame, table, sheet.file, self.config)]
        self.problems += persons.unread(sheet, table)
        return frame

    def faulty(self, *files: str) -> bool:
        """Return whether something is wrong with any of these files."""
        return any(problem.file in files and not problem.hint for problem in self.problems)

    @property
    def known(self) -> list[str] | None:
        """The cards, where they are known."""
        cards = self.tables.get("cards")
        return None if cards is None else [str(card) for card in cards.index]

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
    spoken = study.config.languages
    study.vision, faults = read_model(folder / "vision.yaml", Vision, spoken)
    study.facts, more = read_model(folder / "facts.yaml", Facts, spoken)
    study.problems += [*faults, *more, *misnamed(folder, study.config)]
    study.files += [name for name in SETTINGS if (folder / name).is_file()]
    for name, model in zip(SETTINGS, (study.config, study.vision, study.facts), strict=True):
        study.problems += persons.in_settings(model, folder / name, study.config)
    _read_tables(study)
    if not study.files and not study.problems:
        study.problems = [holds_nothing(folder)]
    study.problems = [persons.masked(p, study.config) for p in gather(study.problems)]
    return study


def _read_tables(study: Contents) -> None:
    _read_labelled(study, "cards")
    for name in WIDE:
        for group, path in study.groups(name):
            _read_group(study, name, group, path)
    _read_labelled(study, "codes")
    for group, path in study.groups("remarks"):
        _read_remarks(study, group, path)
    _settle_grid(study)
    _check_decisions(study)
    if not study.unsure & {"survey", "values", "*"}:
        _read_plain(study, survey_table(study.config))
        _check_survey(study)
    for name, table in study_tables(study.config).items():
        if name not in _OTHER:
            _read_plain(study, table)
    _check_kpis(study)
    _check_own(study)
    _read_landlords(study)


def _read_plain(study: Contents, table: Table) -> None:
    path = study.find(table.name)
    sheet = study.read(table.name, path) if path else None
    if sheet is None:
        return
    if table.name == "survey":
        survey = study.config.survey
        sheet, unknown = graded(sheet, table, survey.unknown, survey.answers)
        study.tables |= {} if unknown is None else {"unknown": unknown}
        items = {item for value in study.config.values for item in value.items}
        asked = {name: text for name, text in sheet.labels.items() if name in items}
        questions = {name: Text.model_validate(text) for name, text in asked.items()}
        survey = survey.model_copy(update={"questions": questions | survey.questions})
        study.config = study.config.model_copy(update={"survey": survey})  # which go before
        cells = ((None, name, text) for name, text in asked.items())
        study.problems += persons.faults(cells, sheet.file, study.config)
    _take(study, sheet, table)


def _read_landlords(study: Contents) -> None:
    with study.noting():
        path = landlords_file(study.folder, study.config)
        sheet = study.read("landlords", path, read_landlords) if path else None
        if sheet is not None:
            _take(study, sheet, landlords_table())
            frame, own = study.tables["landlords"], study.config.landlords.own
            study.problems += faults(frame, own, sheet.file)
            if own is not None and "landlord" in frame:
                study.tables["landlords"] = frame.assign(own=marked(frame, own))


def _take(study: Contents, sheet: Sheet, table: Table) -> None:
    frame = study.typed(sheet, table)
    whole = [field.name for field in table.fields if field.type == "whole" and field.name in frame]
    full = [name for name in whole if frame[name].notna().all() and frame[name].mod(1).eq(0).all()]
    frame = frame.astype(dict.fromkeys(full, "int64"))
    study.tables[table.name] = languages(frame, table, study.config.languages)


def _read_labelled(study: Contents, name: str) -> None:
    _read_plain(study, study_tables(study.config)[name])
    if name in study.tables:
        _keep_labelled(study, name, study.files[-1])


def _keep_labelled(study: Contents, name: str, file: str) -> None:
    """Keep a table of cards or codes if each of them has an id and a label."""
    frame, key = study.tables.pop(name), name[:-1]
    if key not in frame:
        return
    labels = [f"label_{language}" for language in study.config.languages]
    for row in frame.index[frame[labels[0]].isna()]:  # the others fall back on each other
        remedy = f"Fill {' or '.join(labels)}; one language is enough."
        study.problems.append(Problem(file, f"a label for the {key}", remedy, int(row)))
    if frame[key].notna().all() and frame[key].is_unique:
        study.tables[name] = frame.set_index(key)


def _read_group(study: Contents, name: str, group: str, path: Path) -> None:
    found = _imported(study, name, group, path)
    if found is None:
        return
    known, file, config = study.known, found.sorts.file, study.config
    study.notes += [f"{file}: {note}" for note in found.sorts.notes]
    gaps = name == "sorts" and config.decisions.of(group, False).missing.value == "pairwise"
    values, people, problems = read_wide(found.sorts, name, known, study.lists, gaps)
    problems += persons.in_table(people, tables()[name], file, config)
    problems += persons.faults(((1, card, card) for card in values.columns), file, config)
    if name == "sorts" and all(problem.row for problem in problems):  # every card is there
        problems += unsorted(values, people, study.grid, not config.forced, file)
        problems += stray(values, file) if known is None and not problems else []
    study.problems += map(found.placed, problems)
    if not all(problem.hint for problem in problems):
        return
    sorts = pd.Index(people["participant"].astype(str), name="sort")
    table = values.set_axis(sorts, axis=0).T.rename_axis(index="card")
    whole = name == "sorts" and table.notna().all(axis=None)
    study.tables[f"{name}/{group}"] = table.astype("int64" if whole else "float64")
    if name == "sorts":
        session = people.get("session", pd.Series(pd.NA, people.index, dtype="str"))
        study.tables[f"participants/{group}"] = session.set_axis(sorts).to_frame("session")
    if known is None and study.find("cards") is None:
        # The columns of the first group are the cards, for the other groups as well.
        own, cards = config.languages, study_tables(config)["cards"]
        ids = pd.DataFrame({f"label_{own[0]}": table.index.astype("str")}, index=table.index)
        study.tables["cards"] = languages(ids, cards, own)


def _imported(study: Contents, name: str, group: str, path: Path) -> Imported | None:
    """Read a sheet, or sorts of any program; their cards and grid count if there are no others."""
    key, known = f"{name}/{group}", study.known
    if name != "sorts":
        sheet = study.read(key, path)
        return Imported(sheet) if sheet else None
    found = study.read(key, path, lambda at, file, source: read_sorts(at, file, known, source))
    if found is not None:
        study.files += [f"sorts/{beside}" for beside in found.beside]
        if found.cards is not None and known is None and study.find("cards") is None:
            _take(study, found.cards, study_tables(study.config)["cards"])
            _keep_labelled(study, "cards", found.cards.file)
        if study.grid is None and found.grid is not None:
            study.grid = Grid(found.grid, forced=False)
    return found


def _read_remarks(study: Contents, group: str, path: Path) -> None:
    """Read the remarks of one group: a row a code. Texts are data, and kept as they are typed."""
    key, table = f"remarks/{group}", tables()["remarks"]
    if study.find("codes") is None:
        file = path.relative_to(study.folder).as_posix()
        label = f"label_{study.config.languages[0]}"
        remedy = f"Add a table codes, a row a code: code and {label}."
        study.problems.append(Problem(file, "a code book: a file such as codes.csv", remedy))
    sheet = study.read(key, path)
    if sheet is None:
        return
    frame = study.typed(sheet, table)
    for column in table.fields:
        if column.name not in frame and not column.required:
            empty = False if column.type == "flag" else pd.Series(pd.NA, frame.index, dtype="str")
            frame[column.name] = empty
    study.tables[key] = frame[[column.name for column in table.fields if column.name in frame]]
    study.problems += persons.called(frame, sheet.file) if "text" in frame else ()
    sorts = study.tables.get(f"sorts/{group}")
    if sorts is not None and "participant" in frame:
        named = frame["participant"].dropna()
        strange = named[~named.isin(list(sorts.columns)) & ~named.map(personal)]
        for row, name in strange[~strange.index.duplicated()].items():
            remedy = f"{nearest(name, sorts.columns)} Or add the sort, or remove the row."
            expected = "a participant who is in the sorts of this group"
            place = int(str(row)), "participant", shown(name)
            study.problems.append(Problem(sheet.file, expected, remedy, *place))


def _settle_grid(study: Contents) -> None:
    """Hold the grid against the sorts; what all sorts share goes before the pattern in a file."""
    tables = [table for name, table in study.tables.items() if name.startswith("sorts/")]
    places, misfits = sum(study.grid.columns.values()) if study.grid else 0, list[Problem]()
    for cards in sorted({len(table) for table in tables} - {places} if study.grid else ()):
        expected = f"{cards} places, one for each card"  # free piles or not
        remedy = "If piles were free, give those of a usual sort; or leave grid out."
        value = f"{places} places"
        misfits.append(Problem("study.yaml", expected, remedy, column="grid", value=value))
    study.problems += misfits if study.config.grid else []
    shared = None
    if misfits or not study.config.grid:
        patterns = {tuple(sorted(cells)) for table in tables for _, cells in table.items()}
        gaps = any(table.isna().any(axis=None) for table in tables)
        shared = piles(patterns.pop()) if len(patterns) == 1 and not gaps else None
    if shared or misfits:
        study.grid = Grid(shared, study.config.forced) if shared else None
    if study.grid is not None:
        effective = {"grid": dict(study.grid.columns), "forced": study.grid.forced}
        study.config = study.config.model_copy(update=effective)


def in_order(
    held: Mapping[str, pd.DataFrame], start: str, config: StudyConfig
) -> dict[str, pd.DataFrame]:
    """Return the tables of one kind by group, in the order that study.yaml has them."""
    order = {name: place for place, name in enumerate(config.ids("groups"))}
    groups = [name.removeprefix(start) for name in held if name.startswith(start)]
    groups.sort(key=lambda group: order.get(group, 99))
    return {group: held[start + group] for group in groups}


def _check_survey(study: Contents) -> None:
    survey, config = study.tables.get("survey"), study.config
    if survey is None:
        return
    file, sound = study.files[-1], not study.faulty(study.files[-1])
    if sound:
        for name in survey.columns.intersection(config.survey.reverse):  # are turned around
            scale = config.survey.scale_of(name)
            survey = survey.assign(**{name: scale.low + scale.high - survey[name]})
        study.tables["survey"] = survey
    study.problems += survey_problems(survey, config, file, sound)


def _check_decisions(study: Contents) -> None:
    """Hold the decisions against the sorts, once all groups have been read."""
    sorts = in_order(study.tables, "sorts/", study.config)
    if sorts and not study.faulty(*(name for name in study.files if name.startswith("sorts/"))):
        found = list(decision_faults(study.config, sorts))
        if found:
            file, _ = read_yaml(study.folder / "study.yaml", "study.yaml")
            study.problems += located(found, file)


def _check_kpis(study: Contents) -> None:
    """Advise where a KPI has no rows: a table may have been misspelt, or is still to come."""
    sound = all(problem.hint for problem in study.problems)  # else a file may be there, but faulty
    if "kpis" not in study.config.model_fields_set or not sound:
        return
    file, _ = read_yaml(study.folder / "study.yaml", "study.yaml")
    for place, kpi in enumerate(study.config.kpis):
        if kpi.table not in ("survey", *study.tables) and study.find(kpi.table) is None:
            expected, remedy = "a file with its rows", f"Add {kpi.table}.csv, or remove this KPI."
            key, value = ("kpis", place, "table"), f"no {kpi.table}.csv or .xlsx"
            column = ".".join(map(str, key))
            study.problems.append(
                Problem("study.yaml", expected, remedy, file.line(key), column, value, hint=True)
            )


def _check_own(study: Contents) -> None:
    frame, own = study.tables.get("benchmark"), study.config.benchmark.own
    if frame is None or "landlord" not in frame or own in set(frame["landlord"]):
        return
    remedy = nearest(own, frame["landlord"].dropna()) + " Set benchmark.own in study.yaml."
    file = next(name for name in study.files if name.casefold().startswith("benchmark"))
    study.problems.append(Problem(file, f"a row of landlord {own}", remedy, column="landlord"))
