"""One table of sorts: a row or a column a sort; also what HTMLQ writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.study.cells import number, text
from cxlib.study.dictionary import tables
from cxlib.study.formats.imported import Imported, Place, heading, numbers
from cxlib.study.problems import Problem, shown
from cxlib.study.readers import Rows, Sheet, filled

CORNER = "id"
_CARDS = {"card", "cards", "statement", "statements", "item", "items", "kaart", "stelling"}
_PEOPLE = {"participants", "respondent", "respondents", "q-sort", "qsort", "sort", "deelnemer"}
_EITHER = {CORNER, "name", "naam", "number", "nr", "no"}
_TEXTS = {"statement", "statements", "text", "label", "stelling", "tekst"}
_STATEMENT = re.compile(r"s([1-9]\d{0,2})", re.IGNORECASE)


def cornered(rows: Rows) -> Rows:
    """Name the empty corner that R and spreadsheets leave above the names of rows."""
    top = next((i for i, row in enumerate(rows.cells) if filled(row)), None)
    if top is None or filled(rows.cells[top][:1]) or not filled(rows.cells[top][1:2]):
        return rows
    corner = [CORNER, *rows.cells[top][1:]]
    return Rows([*rows.cells[:top], corner, *rows.cells[top + 1 :]], rows.first)


def read_plain(sheet: Sheet, known: Sequence[str] | None) -> tuple[Imported | None, list[Problem]]:
    """Recognise how a table of sorts lies, and turn it to a row a sort.

    Parameters
    ----------
    sheet : Sheet
    known : sequence of str, optional
        The study's cards.
    """
    names = [str(name).casefold() for name in sheet.frame.columns]
    statements = [name for name in sheet.frame.columns if _STATEMENT.fullmatch(str(name))]
    if {"sid", "uid"} & set(names) and len(statements) > 1:
        return _htmlq(sheet, statements), []
    if "participant" in names or len(names) < 2:
        return Imported(sheet), []
    if _cards_are_rows(sheet.frame, names[0], known):
        return _turned(sheet, known)
    if names[0] in _PEOPLE | _EITHER:
        frame = sheet.frame.rename(columns={sheet.frame.columns[0]: "participant"})
        return Imported(Sheet(sheet.file, frame)), []
    return Imported(sheet), []


def _htmlq(sheet: Sheet, statements: Sequence[str]) -> Imported:
    """HTMLQ and FlashQ: sid, uid, answers to questions, and a column s1, s2, … a statement."""
    ids = {str(name).casefold(): sheet.frame[name] for name in sheet.frame.columns}
    codes = ids.get("uid", ids.get("sid"))
    assert codes is not None
    if "sid" in ids and (codes.map(text).isna().any() or codes.map(text).duplicated().any()):
        codes = ids["sid"]  # a number that the server gives, where codes are not all different
    order = sorted(statements, key=lambda name: int(str(name)[1:]))
    frame = sheet.frame[order].rename(columns=str.lower)
    frame.insert(0, "participant", codes)
    whole = list(frame.columns[1:]) == numbers(len(order))
    return Imported(Sheet(sheet.file, frame), numbered=whole)


def _cards_are_rows(frame: pd.DataFrame, first: str, known: Sequence[str] | None) -> bool:
    if first in _CARDS or first in _PEOPLE:
        return first in _CARDS
    if known is not None:
        cards = {card.casefold() for card in known}
        rows = frame.iloc[:, 0].map(lambda cell: (text(cell) or "").casefold() in cards).sum()
        return bool(rows > sum(str(name).casefold() in cards for name in frame.columns))
    if first not in _EITHER:
        return False
    cells = [[number(cell) for cell in row[1:]] for row in frame.itertuples(index=False)]
    return _one_distribution(list(zip(*cells, strict=True))) and not _one_distribution(cells)


def _one_distribution(sorts: Sequence[Sequence[float | None]]) -> bool:
    full = [sorted(cell for cell in sort if cell is not None) for sort in sorts]
    return len(full) > 1 and all(sort == full[0] for sort in full)


def _turned(sheet: Sheet, known: Sequence[str] | None) -> tuple[Imported | None, list[Problem]]:
    """A row a card: the first column names it, columns of cards.csv or a text may follow."""
    frame, first = sheet.frame, str(sheet.frame.columns[0])
    fields = {field.name for field in tables()["cards"].fields if field.name != "card"} | _TEXTS
    about = [name for name in frame.columns[1:] if str(name).casefold() in fields]
    ids = frame[first].map(text)
    about_cards = ids.map(lambda card: card is not None and card.casefold() != "session")
    if known is None and any(" " in card for card in ids[about_cards]):  # the texts themselves
        about, ids = [first], pd.Series(numbers(len(ids)), ids.index)
    problems = [
        Problem(sheet.file, "a card in every row, each once", "Correct it.", int(row), shown(first))
        for row in frame.index[ids.isna() | ids.duplicated()]
    ]
    if problems:
        return None, problems
    words = [str(name).casefold() for name in about]
    heads = [word if word in fields - _TEXTS else "label_en" for word in words]
    cards = frame[about].set_axis(heads, axis=1).loc[:, ~pd.Index(heads).duplicated()]
    cards.insert(0, "card", ids)
    people = [str(name) for name in frame.columns[1:] if name not in about]
    body = frame[people].T.set_axis(list(ids), axis=1)
    body.insert(0, "participant", people)
    body.index = pd.RangeIndex(1, len(people) + 1)
    found = Sheet(sheet.file, cards[about_cards]) if about else None
    return Imported(Sheet(sheet.file, body), found, places=_places(frame, people, ids)), []


def _places(frame: pd.DataFrame, people: Sequence[str], ids: pd.Series) -> dict[Place, Place]:
    rows: dict[str, Any] = {shown(card): int(str(row)) for row, card in ids.items()}
    places: dict[Place, Place] = {(None, card): (row, None) for card, row in rows.items()}
    columns = list(map(str, frame.columns))
    for sort, person in enumerate(people, 1):
        name = heading(person, columns.index(person))
        places |= {(sort, card): (row, name) for card, row in rows.items()}
        places[sort, "participant"] = (int(frame.index[0]) - 1, name)
        places[sort, None] = (None, name)
    return places
