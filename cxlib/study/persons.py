"""What gives a person away in the texts of a study: in its tables, and in its settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from cxlib.problems import Problem, shown
from cxlib.sheets.sheet import Sheet
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import LENGTHS, PSEUDONYMS, Table
from cxlib.study.settings import read_yaml
from cxlib.traces import BSN, CALLED, MAIL, MAILED, POSTCODE, citizen, traces


def reveals(text: str, config: StudyConfig) -> Iterator[tuple[str, str]]:
    """Yield what in a text of a study gives a person away (`traces`): its kind, and how written.

    What `privacy.public` lists is the organisation's own.
    """
    return traces(text, config.privacy.public, config.languages)


def faults(
    cells: Iterable[tuple[int | None, str | None, str]], file: str, config: StudyConfig
) -> Iterator[Problem]:
    """Yield what gives persons away in cells of a file: the kind and first signs, no more.

    Parameters
    ----------
    cells : iterable of (row, column, text)
    file : str
    config : StudyConfig

    Examples
    --------
    >>> print(*faults([(3, "label_nl", "Mail an@ons.nl")], "cards.csv", StudyConfig()))
    cards.csv, row 3, column label_nl: found "e-mail address an…"; expected a text without an \
e-mail address. Write (e-mail address) in its place: the rest stays as it is. Is it the \
organisation's own? List it in study.yaml: privacy: {public: […]}.
    """
    for row, column, text in cells:
        for kind, written in dict.fromkeys(reveals(text, config)):
            said = f"a{'n' if kind[0] in 'ae' else ''} {kind}"
            remedy = f"Write ({kind}) in its place: the rest stays as it is. Is it the"
            remedy += " organisation's own? List it in study.yaml: privacy: {public: […]}."
            place = row, column and shown(column), f"{kind} {written[:2]}…"
            yield Problem(file, f"a text without {said}", remedy, *place, hint=kind == POSTCODE)


def in_table(
    frame: pd.DataFrame, table: Table, file: str, config: StudyConfig
) -> Iterator[Problem]:
    """Yield what gives persons away in the texts of a table, and ids that belong to a person.

    Parameters
    ----------
    frame : DataFrame
        By the names of the dictionary; the index counts rows of the file.
    table : Table
    file : str
    config : StudyConfig
    """
    for field in table.fields:
        if field.type not in LENGTHS or field.name not in frame:
            continue
        column = frame[field.name].dropna().astype(str)
        if field.person:
            yield from _numbered(column, field.header, file)
            continue
        odd = [text for text in column.unique() if any(reveals(text, config))]
        found = column[column.isin(odd)] if odd else column[:0]
        cells = ((int(str(row)), field.header, text) for row, text in found.items())
        yield from faults(dict.fromkeys(cells), file, config)


def _numbered(ids: pd.Series, column: str, file: str) -> Iterator[Problem]:
    """Yield that ids are citizen service numbers: by chance one in eleven would pass for one."""
    passed = sum(citizen(name) for name in set(ids) if re.fullmatch(r"\d{9}", name))
    if passed >= 5 and passed > ids.nunique() / 2:
        value = f"{passed} {BSN}s"
        yield Problem(file, "pseudonyms", PSEUDONYMS, column=shown(column), value=value)


def unread(sheet: Sheet, table: Table) -> Iterator[Problem]:
    """Yield a hint for columns with e-mail addresses that nothing reads: the folder has them."""
    known = {field.header.casefold() for field in table.fields}
    for name in (name for name in sheet.frame.columns if str(name).casefold() not in known):
        cells = sheet.frame[name].dropna().head(50).astype(str)
        if len(cells) and cells.str.contains(MAILED).mean() > 0.5:
            remedy = f"Take the column out of the file. {PSEUDONYMS} --column {shown(name)}"
            expected = f"a file without an {MAIL}, even where nothing reads it"
            yield Problem(sheet.file, expected, remedy, column=shown(name), hint=True)


def in_settings(model: BaseModel | None, path: Path, config: StudyConfig) -> Iterator[Problem]:
    """Yield what gives persons away in a YAML file, with the line and key it stands on."""
    parts = dict.fromkeys(_leaves(model.model_dump())) if model else ()
    odd = [(keys, text) for keys, text in parts if any(reveals(text, config))]
    if not odd:
        return
    file, _ = read_yaml(path, path.name)
    for keys, text in odd:
        while keys and tuple(map(str, keys)) not in file.lines:  # a plain text is in all languages
            keys = keys[:-1]
        if keys[:2] != ("privacy", "public") and keys[-1:] != ("sort",):
            key = ".".join(map(str, keys))
            yield from faults([(file.line(keys), key, text)], path.name, config)


def _leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every text in a part of the settings with the keys that lead to it, and every key."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, dict | list | tuple):
        parts = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in parts:
            yield from _leaves(key, (*path, key)) if isinstance(key, str) else ()
            yield from _leaves(value, (*path, key))


def called(remarks: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield a hint for words that may be quoted and seem to call somebody by name, or a street.

    Parameters
    ----------
    remarks : DataFrame
        Columns text and consent; the index counts rows of the file.
    file : str
    """
    texts = remarks.loc[remarks["consent"], "text"].dropna()
    for row in dict.fromkeys(texts.index[texts.map(lambda text: bool(CALLED.search(text)))]):
        remedy = "Read it: write (name) or (address) in place of who or where somebody is."
        expected = "words that may be quoted without telling who said them, or of whom"
        yield Problem(file, expected, remedy, int(str(row)), "text", hint=True)


def masked(problem: Problem, config: StudyConfig) -> Problem:
    """Return a problem as it may be mailed: with the kind in place of what gives a person away.

    Ids that are known stand in remedies, and may be what should not have been an id.

    Examples
    --------
    >>> masked(Problem("a.csv", "an id", "Use one of: 123456782.", 2), StudyConfig()).remedy
    'Use one of: (citizen service number).'
    """

    def clean(text: str) -> str:
        for kind, written in reveals(text, config):
            text = text.replace(written, f"({kind})")
        return text

    return replace(
        problem,
        expected=clean(problem.expected),
        remedy=clean(problem.remedy),
        value=problem.value and clean(problem.value),
        column=problem.column and clean(problem.column),
        columns=tuple(map(clean, problem.columns)),
    )
