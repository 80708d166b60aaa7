"""One sheet as one table: columns found, cells typed, everything checked, and what looks odd."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from cxlib.problems import Problem, nearest, shown
from cxlib.sheets import cells
from cxlib.sheets.sheet import Sheet
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import Field, Lists, Table, validate

_DAY = "Write it as 2019-12-31, or as 31-12-2019."
_TEXT = (cells.texts, "a text", "Correct it.")
# How cells of each type are read; what is expected of one that can't be, and what to do.
_TYPES: dict[str, tuple[Callable[..., tuple[pd.Series, pd.Series]], str, str]] = {
    **dict.fromkeys(("id", "text", "words"), _TEXT),
    "number": (cells.numbers, "a number", "Write it in figures, such as 7 or 7.5."),
    "whole": (cells.numbers, "a whole number", "Write it in figures, such as 7."),
    "date": (cells.dates, "a clear date", _DAY),
    "flag": (cells.flags, "yes or no", "Write yes or no, or leave the cell empty for no."),
}
_IDS = ("card", "code")  # a table that lacks these is of no use
NAMED = 8
ALIKE, TIMES = 20, 5  # equal rows that look copied, when so many times as often as the next


def read_table(sheet: Sheet, table: Table, lists: Lists) -> tuple[pd.DataFrame, list[Problem]]:
    """Type and check a sheet.

    Parameters
    ----------
    sheet : Sheet
        Cells as they were typed.
    table : Table
        What the dictionary says, expanded for this study.
    lists : dict
        Ids, grid and scale that cells are held against; see `dictionary.schema`.

    Returns
    -------
    DataFrame, list of Problem
        Columns in the dictionary's order and by its names; the index counts rows as a
        spreadsheet does, and counts a row with several values in a cell for each of them.
    """
    found = _match(sheet, table)
    problems = list(_absent(sheet, table, found)) + list(_strange(sheet, table, found))
    typed: dict[str, pd.Series] = {}
    faulty: dict[str, pd.Series] = {}
    for field in table.fields:
        if field.name in found:
            column = _named(sheet.frame[found[field.name]], field, sheet, lists)
            first = [lists.get("first")] if field.type == "date" and table.name == "survey" else []
            typed[field.name], wrong = _TYPES[field.type][0](column, *first)
            if isinstance(field.allowed, tuple) and field.allowed[1] > 1000:
                wrong |= cells.grouped(column)
            faulty[field.name] = column[wrong]
    problems += _untyped(faulty, table, lists, sheet.file)
    frame = pd.DataFrame(typed, index=sheet.frame.index)
    for name in (field.name for field in table.fields if field.many and field.name in frame):
        parts = frame[name].str.findall(r"[^;\s](?:[^;]*[^;\s])?")
        frame = frame.assign(**{name: parts}).explode(name).astype({name: "str"})
    problems += validate(frame, table, lists, sheet.file)
    problems += _too_early(frame, table, sheet.file)
    once: dict[tuple, Problem] = {}  # one fault a cell is enough
    for problem in problems:
        once.setdefault((problem.row, problem.column, problem.row or problem.expected), problem)
    return frame, list(once.values())


def graded(
    sheet: Sheet, table: Table, codes: Sequence[str], answers: Mapping[str, float]
) -> tuple[Sheet, pd.DataFrame | None]:
    """Put grades for answers in words, and empty the cells that hold a code for don't know.

    Parameters
    ----------
    sheet : Sheet
    table : Table
    codes : sequence of str
        Words, in any capitals, or numbers; beside those that the file itself names.
    answers : dict of answer to grade

    Returns
    -------
    Sheet
    DataFrame of bool, or None
        Which cells held a code, a column a graded field; None where no code is known.
    """
    words = {cells.plain(code) for code in codes} - {""}
    values = {value for value in map(cells.number, codes) if value is not None}
    counts = {cells.plain(answer): grade for answer, grade in answers.items()}
    found = _match(sheet, table)
    frame, apart = sheet.frame.copy(deep=False), {}
    for field in table.fields:
        if field.allowed != "scale" or field.name not in found:
            continue
        column = frame[found[field.name]]
        given = [cell for cell in column.dropna().unique() if not isinstance(cell, bool)]
        own = sheet.unknown.get(found[field.name], ())
        coded = {
            cell
            for cell in given
            if cell in own
            or cells.number(cell) in values
            or (isinstance(cell, str) and (cells.plain(cell) in words or cell in codes))
        }
        grades = {
            cell: counts[cells.plain(cell)]
            for cell in given
            if isinstance(cell, str) and cell not in coded and cells.plain(cell) in counts
        }
        apart[field.name] = column.isin(coded)
        column = column.mask(apart[field.name]) if coded else column
        frame[found[field.name]] = column.replace(grades) if grades else column
    unknown = pd.DataFrame(apart, index=frame.index) if codes or sheet.unknown else None
    return replace(sheet, frame=frame), unknown


def _match(sheet: Sheet, table: Table) -> dict[str, str]:
    """Find every field's column: as it is written, in other capitals, or by its question."""
    exact = {str(column): str(column) for column in sheet.frame.columns}
    loose = {name.casefold(): name for name in exact}
    asked = Counter(label.casefold() for label in sheet.labels.values())
    labels = {label.casefold(): name for name, label in sheet.labels.items()}
    loose = {label: name for label, name in labels.items() if asked[label] == 1} | loose
    found: dict[str, str] = {}
    for field in table.fields:
        column = exact.get(field.header, loose.get(field.header.casefold()))
        if column is not None:
            found[field.name] = column
    return found


def languages(frame: pd.DataFrame, table: Table, own: Sequence[str]) -> pd.DataFrame:
    """Add the columns that are absent, and let one language fall back on the others.

    Parameters
    ----------
    frame : DataFrame
    table : Table
        With a column a language; see `dictionary.spoken`.
    own : sequence of str
        The study's languages: columns in others are kept, but not added.
    """
    spoken = [field for field in table.fields if field.language]
    if not spoken:
        return frame
    strange = [field.name for field in spoken if field.language not in own]
    names = [f.name for f in table.fields if f.name not in (*frame.columns, *strange, *_IDS)]
    full = frame.assign(**{name: pd.Series(pd.NA, frame.index, dtype="str") for name in names})
    filled = {}
    for field in spoken:
        parts = ("short", "label") if field.stem == "short" else (field.stem,)
        order = dict.fromkeys([field.language, *(other.language for other in spoken)])
        sources = [f"{part}_{code}" for code in order for part in parts]
        sources += ["group"] * (field.stem == "label_group")
        if field.name in full:
            known = [name for name in sources if name in full]
            filled[field.name] = full[known].bfill(axis=1)[field.name]
    return full.assign(**filled)[[field.name for field in table.fields if field.name in full]]


def _absent(sheet: Sheet, table: Table, found: dict[str, str]) -> Iterator[Problem]:
    """Yield columns that are not there, and which ones may be meant for them."""
    free = [shown(column) for column in sheet.frame.columns if column not in found.values()]
    there = ", ".join(free[:NAMED]) + (", …" if len(free) > NAMED else "")
    for field in table.fields:
        if field.required and field.name not in found:
            near = get_close_matches(field.header, free, n=1, cutoff=0.75)
            if field.key and near:
                remedy = f"Did you mean {near[0]}? Then say so in study.yaml, under {field.key}."
            elif field.key:
                others = there or "there is no other"
                remedy = f"Say in study.yaml, under {field.key}, which column it is: {others}."
            elif near:
                remedy = f"Rename the column {near[0]}."
            else:
                remedy = "Add the column." + (f" The others are: {there}." if there else "")
            yield Problem(sheet.file, f"a column {shown(field.header)}", remedy)


def _strange(sheet: Sheet, table: Table, found: dict[str, str]) -> Iterator[Problem]:
    """Columns that nobody asked for: a fault in a closed table, else when they look misspelt."""
    absent = [field.header for field in table.fields if field.name not in found]
    needed = [field.header for field in table.fields if field.required]
    spoken = [field for field in table.fields if field.language]
    for column in map(str, sheet.frame.columns):
        if column in found.values():
            continue
        stem, _, code = column.casefold().rpartition("_")
        if len(code) == 2 and any(field.stem == stem for field in spoken):
            expected = "a language that there are words for"
            remedy = nearest(code, sorted({field.language for field in spoken}))
            yield Problem(sheet.file, expected, remedy, column=shown(column), hint=True)
            continue
        close = get_close_matches(column.casefold(), absent, n=1, cutoff=0.8)
        if table.closed:
            remedy = nearest(column, absent)
            remedy = remedy if "Did" in remedy else "Add it to the cards, or remove the column."
            yield Problem(sheet.file, "a card of this study", remedy, column=shown(column))
        elif close and close[0] not in needed:
            remedy = f"Did you mean {close[0]}?"
            yield Problem(sheet.file, "a column that is known", remedy, column=shown(column))


def _named(column: pd.Series, field: Field, sheet: Sheet, lists: Lists) -> pd.Series:
    """Return a column of ids with ids for the names that stand in it, such as a district's."""
    answers = sheet.answers.get(str(column.name), {})
    kind = field.allowed if isinstance(field.allowed, str) else ""
    names = lists.get("names", {}).get(kind, {})
    if field.type != "id" or not (answers or names):
        return column
    known = {*map(str, lists.get(kind, ())), *lists.get("margins", {}).get(field.name, ())}
    ids = {}
    for cell in column.dropna().unique():
        written = cells.text(cell)
        if written is not None and written not in known:
            label = cells.text(answers.get(cell, written)) or written
            ids[cell] = names.get(label.casefold(), label)
    return column.map(lambda cell: ids.get(cell, cell)) if ids else column


def _untyped(
    faulty: Mapping[str, pd.Series], table: Table, lists: Lists, file: str
) -> Iterator[Problem]:
    """Yield cells that are not of the type of their column."""
    scaled = [field.name for field in table.fields if field.allowed == "scale"]
    graded = [text for name in scaled for text in map(cells.text, faulty.get(name, ())) if text]
    words = _in_words(dict.fromkeys(graded), lists) if table.name == "survey" else ""
    for field in table.fields:
        column = faulty.get(field.name, pd.Series(dtype=object))
        _, expected, usual = _TYPES[field.type]
        usual = words if words and field.name in scaled else usual
        if field.type == "date" and len(column):
            usual = _dated(column, table)
        for row, cell in zip(column.index, column, strict=True):
            remedy = usual
            if isinstance(cell, cells.Unstored):
                remedy = "Open the workbook, let it calculate, and save it: no result is stored."
            elif field.type in ("number", "whole") and cells.number(cell) is not None:
                remedy = "Write it without a sign for thousands, such as 1234."
            elif cells.failed(cell):
                remedy = "Mend the formula that gives this error, or empty the cell."
            yield Problem(file, expected, remedy, int(row), shown(field.header), shown(cell))


def _in_words(answers: Iterable[str], lists: Lists) -> str:
    """Return what study.yaml has to say of answers in words, or "" where there are none."""
    given = [answer for answer in answers if not cells.failed(answer)]
    unknown, rest = [a for a in given if cells.idle(a)], [a for a in given if not cells.idle(a)]
    if not given or len(rest) > 15:
        return ""
    said, (low, high) = [], lists.get("scale", (1, 10))
    if rest:
        grades = cells.proposed(rest)
        known = {shown(answer): grades.get(answer, "?") for answer in [*grades, *rest]}
        said.append(f"answers: {json.dumps(known, ensure_ascii=False)}")
        if len(grades) == len(rest) and max(grades.values()) in (5, 7) and (low, high) == (1, 10):
            said.append(f"scale: {{low: 1, high: {max(grades.values())}}}")
    if unknown:
        said.append(f"unknown: {json.dumps(unknown, ensure_ascii=False)}")
    return f"Say in study.yaml what the words count for: survey: {{{', '.join(said)}}}."


def _dated(column: pd.Series, table: Table) -> str:
    """Return what to do about days that are not clear."""
    given = [str(cell) for cell in column]
    if all(cells.number(cell) is not None for cell in column):
        return "This is a spreadsheet's number of a day: give the column a date format, and save."
    if table.name != "survey" or not any("/" in cell for cell in given):
        return _DAY
    return f"{_DAY[:-1]}; or say in study.yaml what comes first: survey: {{dates: month-first}}."


def _too_early(frame: pd.DataFrame, table: Table, file: str) -> Iterator[Problem]:
    for field in table.fields:
        if field.after is None or not {field.name, field.after} <= set(frame.columns):
            continue
        late, early = frame[field.name], frame[field.after]
        # A day without a clock time is not before a moment on that same day.
        early = early.where(late != late.dt.normalize(), early.dt.normalize())
        wrong = late[late < early]
        for row, day in zip(wrong.index, wrong, strict=True):
            expected, remedy = f"a day not before {field.after}", "Correct one of the two dates."
            yield Problem(file, expected, remedy, int(row), field.header, f"{day:%Y-%m-%d}")


def survey_problems(
    survey: pd.DataFrame, config: StudyConfig, file: str, sound: bool
) -> Iterator[Problem]:
    """Yield what is wrong with answers together, and what looks odd but may be right.

    Parameters
    ----------
    survey : DataFrame
        As read, reversed items turned around; the index counts rows of the file.
    config : StudyConfig
    file : str
        The survey's name in problems.
    sound : bool
        Whether every cell by itself is as it should be.
    """
    if sound:
        yield from _contrary(survey, config, file)
        whole = len(survey.columns) > 2 and "respondent" not in survey
        often = [*survey.value_counts(dropna=False).nlargest(2), 0, 0] if whole else [0, 0]
        if often[0] >= max(ALIKE, TIMES * often[1]):
            remedy = "Look whether rows were copied; a column respondent would tell people apart."
            expected = "answers that differ from person to person"
            yield Problem(file, expected, remedy, value=f"{often[0]} identical rows", hint=True)
        yield from _overall(survey, config, file)
    yield from _categories(survey, config, file)


def _contrary(survey: pd.DataFrame, config: StudyConfig, file: str) -> Iterator[Problem]:
    for item, r in against(survey, config).items():
        expected = "an item that rises with the others of its value"
        turn = f"Where a high grade means bad, add survey.reverse: [{item}]"
        if item in config.survey.reverse:
            turn = f"Take {item} out of survey.reverse"
        remedy = f"{turn} in study.yaml; else look whether it belongs to this value."
        value = f"a correlation of {r:.2f}"
        yield Problem(file, expected, remedy, column=shown(item), value=value, hint=True)


def _overall(survey: pd.DataFrame, config: StudyConfig, file: str) -> Iterator[Problem]:
    """Yield that nobody graded, that all grades are alike, or that the scale may be shorter."""
    if "overall" not in survey:
        return
    given, scale = survey["overall"].dropna(), config.survey.scale
    column = shown(config.survey.columns.overall)
    if 0 < len(given) < config.privacy.minimum_cell:
        return
    if len(set(given)) < 2:
        expected = "some grade" if given.empty else "grades that differ"
        value = None if given.empty else f"{given.iloc[0]:g} in every row"
        remedy = "Say in study.yaml, under survey.columns, which column holds the overall grade."
        yield Problem(file, expected, remedy, column=column, value=value)
    elif not scale.model_fields_set and given.max() <= 7:
        low, high = scale.low, 5 if given.max() <= 5 else 7
        remedy = f"If people could give {low} to {high}, set survey.scale: {{low: {low}, high: "
        remedy += f"{high}}}, and thresholds to match."
        expected = f"grades on the scale from {scale.low} to {scale.high}"
        value = f"no grade above {given.max():g}"
        yield Problem(file, expected, remedy, column=column, value=value, hint=True)


def _categories(survey: pd.DataFrame, config: StudyConfig, file: str) -> Iterator[Problem]:
    """Yield categories without a known number, and known ones that nobody is in."""
    for name, known in config.survey.margins.items():
        if name not in survey:
            continue
        header = shown(getattr(config.survey.columns, name, name))
        given = survey[name].dropna().astype(str)
        expected = f"a category that study.yaml has under survey.margins.{name}"
        strange = given[~given.isin(list(known))]
        for row, value in zip(strange.index, strange, strict=True):
            yield Problem(file, expected, nearest(value, known), int(row), header, shown(value))
        for value in [key for key, total in known.items() if total > 0 and key not in set(given)]:
            key, remedy = f"survey.margins.{name}.{value}", "Join it to another category."
            yield Problem(
                "study.yaml", f"somebody in {file} who is {shown(value)}", remedy, column=shown(key)
            )


def against(survey: pd.DataFrame, config: StudyConfig) -> dict[str, float]:
    """Items that surely go against the others of their value, with the correlation.

    Of two items that go against each other, the one that goes less with the overall grade.
    """
    found: dict[str, float] = {}
    for value in config.values:
        items = [item for item in dict.fromkeys(value.items) if item in survey]
        own = survey[items].astype(float)
        below = {item: r for item in items if (r := _below(own[item], own.drop(columns=item))) < 0}
        if len(items) == 2 and len(below) == 2 and "overall" in survey:
            with_overall = {item: survey["overall"].corr(own[item]) for item in items}
            item = min(items, key=lambda name: with_overall[name])
            below = {item: below[item]}
        found |= below
    return found


def _below(item: pd.Series, others: pd.DataFrame) -> float:
    """Correlation with the mean of the others where it is surely below 0, else 0."""
    both = pd.concat([item, others.mean(axis=1)], axis=1).dropna()
    if others.shape[1] == 0 or len(both) < 10 or not (both.var() > 0).all():
        return 0.0
    r = float(np.clip(np.corrcoef(both.to_numpy().T)[0, 1], -1 + 1e-9, 1 - 1e-9))
    return r if np.arctanh(r) + 1.96 / np.sqrt(len(both) - 3) < 0 else 0.0
