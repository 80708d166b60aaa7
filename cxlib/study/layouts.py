"""One table of sorts, however it lies.

A sort in a cell (EQ Web Sort, Quince, easy-htmlq), a row for each sort and card, a column for each
statement among answers to other questions (HTMLQ, FlashQ), or a row or a column for each sort.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, takewhile
from typing import Any

import pandas as pd

from cxlib.problems import Problem, StudyError, shown
from cxlib.sheets.cells import RECOGNISED, filled, text
from cxlib.sheets.rows import Rows
from cxlib.sheets.sheet import Sheet
from cxlib.study.dictionary import personal, spoken, tables
from cxlib.study.sorts import (
    STATISTICS,
    Imported,
    Place,
    counted,
    heading,
    numbers,
    table,
    whole,
    word,
)

_KINDS = ("who", "people", "cards", "counts", "texts", "values")
_WHO, _PEOPLE, _CARDS, _COUNTS, _TEXTS, _VALUES = (
    RECOGNISED["headings"][kind].split() for kind in _KINDS
)
_PACKED = ("sort", "sorts", "qsort", "qsorts")
_EITHER = {"id", "name", "naam", "code", "key", *_COUNTS}  # above people or cards
_NOBODY = re.compile(  # what programs fill in where they don't know who sorted
    r"(no|not|geen)[\s_-]|(anonymous|anoniem|unknown|undefined|null)$", re.IGNORECASE
)
_PAIR = re.compile(r"\A\(?([A-Za-z][\w-]*)\)?\s*:\s*\|?\s*(.*)\Z", re.DOTALL)
_FORM = re.compile(r"([A-Za-z][\w-]*)\s*:\|\s*(.*?)\s*(?=\|\s*[A-Za-z][\w-]*\s*:\||\|?\s*$)", re.S)
_SORTED = re.compile(r"\bsort\)?\s*:\s*\|?\s*[+-]?\d", re.IGNORECASE)


def tabled(rows: Rows) -> Rows:
    """Make sure that a table begins with its headings.

    Titles above it go, an empty corner (as R and spreadsheets leave it) gets a name, and cells
    such as `partId: 12`, or `partId:|12 | sort:|2|1` of a Netlify form, become columns.
    """
    wide = [sum(filled([cell]) for cell in row[:3]) for row in rows.cells]
    top = next((place for place, cells in enumerate(wide) if cells), None)
    if top is None:
        return rows
    if any(_SORTED.search(cell) for row in rows.cells for cell in row if isinstance(cell, str)):
        start = top if _SORTED.search(" ".join(map(str, rows.cells[top]))) else top + 1
        lines = [list(filter(None, map(text, row))) for row in rows.cells[start:]]
        pairs = [
            [(_FORM if ":|" in cell else _PAIR).findall(cell) for cell in row] for row in lines
        ]
        records = [dict(chain.from_iterable(row)) for row in pairs]
        names = list(dict.fromkeys(chain.from_iterable(records)))
        body = [[record.get(name) for name in names] for record in records]
        return Rows([names, *body], rows.first + start - 1)
    if wide[top] == 1 and not filled(rows.cells[top][1:]) and max(wide) > 2:
        top = next(place for place, cells in enumerate(wide) if cells > 1)
    head = rows.cells[top]
    if not filled(head[:1]) and filled(head[1:2]):
        head = ["id", *head[1:]]
    return replace(rows, cells=[head, *rows.cells[top + 1 :]], first=rows.first + top)


def headless(rows: Rows) -> bool:
    """Whether the first line is a sort already: a name, and whole numbers as no headings are."""
    first = next((row for row in rows.cells if filled(row)), [])
    values = [whole(cell) for cell in first[1:]]
    if len(values) < 2 or None in values or not filled(first[:1]):
        return False
    return len(set(values)) < len(values) or min(value or 0 for value in values) < 0


def read_shape(sheet: Sheet, known: Sequence[str] | None) -> Imported:
    """Recognise how a table of sorts lies, and turn it to a row a sort; raises StudyError.

    Parameters
    ----------
    sheet : Sheet
    known : sequence of str, optional
        The study's cards.
    """
    frame, cards = sheet.frame, set(known or ())
    for name in reversed(frame.columns[1:]):  # means and sums to the right, and below
        if word(name) not in STATISTICS or name in cards:
            break
        frame = frame.drop(columns=name)
    while len(frame) > 1 and word(frame.iloc[-1, 0]) in STATISTICS - cards:
        frame = frame.iloc[:-1]
    sheet = replace(sheet, frame=frame)
    for read in (_packed, _long, _among_answers):
        found = read(sheet, known)
        if found is not None:
            return found
    first = word(frame.columns[0])
    if "participant" in map(word, frame.columns) or frame.shape[1] < 2:
        return Imported(sheet)
    lead = _lead(frame)
    if _cards_are_rows(frame, lead, known):
        return _turned(sheet, lead, known)
    if first in {*_WHO, *_PEOPLE, *_EITHER}:
        frame = frame.rename(columns={frame.columns[0]: "participant"})
    return Imported(replace(sheet, frame=frame))


def _packed(sheet: Sheet, known: Sequence[str] | None) -> Imported | None:
    """A whole sort in a cell: "2|-1|0"."""
    frame, file = sheet.frame, sheet.file
    name = next((n for n in frame if word(n) in _PACKED and frame[n].map(_parts).any()), None)
    if name is None:
        return None
    rows: dict[int, Sequence[Any]] = {}
    problems = []
    who = _who(frame.drop(columns=name))
    for (row, cell), person in zip(frame[name].items(), who, strict=True):
        at = int(str(row))
        rows[at] = [person, *_parts(cell)]
        if not _parts(cell):
            remedy = "Remove the record: this participant did not finish."
            problems.append(Problem(file, 'a sort such as "2|-1|0"', remedy, at, str(name)))
    lengths = Counter(len(row) - 1 for row in rows.values() if len(row) > 1)
    count = max(lengths, key=lambda length: (lengths[length], length))
    columns = counted(list(map(str, frame.columns)))
    for row, cells in rows.items():
        apart = [whole(cell) for cell in frame.loc[row, columns]] if len(columns) == count else []
        if len(cells) - 1 not in (0, count):
            expected, remedy = f"{count} values, as in most sorts", "Correct or remove the record."
            problems.append(Problem(file, expected, remedy, row, str(name), str(len(cells) - 1)))
        elif len(cells) > 1 and apart and apart != [whole(cell) for cell in cells[1:]]:
            expected = f"the same values in {name} as in {columns[0]} to {columns[-1]}"
            problems.append(Problem(file, expected, "Correct one of them.", row, str(name)))
    if problems:
        raise StudyError(problems)
    return _told_apart(table(file, rows, numbers(count)))


def _parts(cell: Any) -> list[str]:
    """The values of a sort in one cell; nothing if it is none."""
    if not isinstance(cell, str):
        return []
    signs = cell.strip().strip("|,;").strip()
    parts = re.split(r"\s*\|\s*" if "|" in signs else r"\s*[,;]\s*|\s+", signs)
    return parts if "|" in signs or (len(parts) > 2 and None not in map(whole, parts)) else []


def _who(frame: pd.DataFrame) -> list[str]:
    """Name every row by the first of its columns that tells who it is, else by its number."""
    found = {word(name): _texts(frame[name]) for name in reversed(frame.columns)}
    own = [found[key] for key in _WHO if key in found]
    telling = [column for at, column in enumerate(own) if not at or len(set(column)) > 1]
    rows = zip(*telling, strict=True) if telling else [()] * len(frame)
    return [
        next((name for name in row if name and not _NOBODY.match(name)), str(place))
        for place, row in enumerate(rows, 1)
    ]


def _texts(column: pd.Series) -> pd.Series:
    return pd.Series([text(cell) for cell in column], column.index, dtype=object)


def _told_apart(sheet: Sheet) -> Imported:
    """Tell sorts by the same name apart (12, 12-2), but not what was sent in twice."""
    called = sheet.frame["participant"]
    remedy = "Remove the double row, or give it a name of its own."
    problems = []
    for row, name in called[sheet.frame.duplicated()].items():
        value = None if personal(name) else shown(name)
        problems.append(Problem(sheet.file, "every sort once", remedy, int(str(row)), value=value))
    if problems:
        raise StudyError(problems)
    place = called.groupby(called).cumcount() + 1
    names = called.where(place == 1, called + "-" + place.astype(str))
    return Imported(replace(sheet, frame=sheet.frame.assign(participant=names)))


def _long(sheet: Sheet, known: Sequence[str] | None) -> Imported | None:
    """A row a sort and card, with the value beside them."""
    frame = sheet.frame
    names = {word(name): str(name) for name in reversed(frame.columns)}
    value = next((names[key] for key in _VALUES if key in names), "")
    said = sorted({*_CARDS, *_COUNTS} & {*names}, key=lambda key: key != "card" and key in _TEXTS)
    card = names[said[0]] if said else ""
    who = next((names[key] for key in _WHO if key in names and names[key] != value), "")
    if not value or not card or not who or not frame[who].duplicated().any():
        return None
    if len(set(frame[who])) > 1 and not frame[card].duplicated().any():
        return None
    cells = pd.DataFrame({"who": _texts(frame[who]), "card": _texts(frame[card])})
    cells = cells.assign(value=frame[value], row=frame.index)
    wrong = cells["who"].isna() | cells["card"].isna() | cells.duplicated(["who", "card"])
    if wrong.any():
        expected = "a participant and a card, each pair once"
        remedy = "Name both in every row; keep one row of a pair that is double."
        faulty = map(int, cells.index[wrong])
        raise StudyError([Problem(sheet.file, expected, remedy, at, shown(card)) for at in faulty])
    order = list(dict.fromkeys(cells["card"]))
    order = sorted(order, key=int) if all(map(str.isdecimal, order)) else order
    wide = cells.pivot(index="who", columns="card").reindex(pd.unique(cells["who"]))
    rows, places = dict[int, Sequence[Any]](), dict[Place, Place]()
    for at, name in enumerate(wide.index, 1):
        rows[at] = [name, *wide["value"].loc[name, order]]
        lines = wide["row"].loc[name].dropna().astype(int)
        first = int(lines.min())
        places |= {(at, card): (int(lines.get(card, first)), shown(value)) for card in order}
        places |= {(at, "participant"): (first, shown(who)), (at, None): (first, None)}
    found = table(sheet.file, rows, order)
    if "session" in names:
        sessions = dict(zip(cells["who"], frame[names["session"]], strict=True))
        found.frame["session"] = [sessions[name] for name in wide.index]
    return Imported(found, places=places)


def _among_answers(sheet: Sheet, known: Sequence[str] | None) -> Imported | None:
    """A row a sort, with numbered columns among answers to other questions."""
    frame = sheet.frame
    order = counted(list(frame.columns))
    others = [name for name in frame.columns if name not in order]
    words = {word(name): name for name in others}
    if not order or word(frame.columns[0]) in [*_CARDS, *_COUNTS] or not {*words} & {*_WHO}:
        return None
    if not {*words} - _EITHER and _alike(frame[order]) > max(_alike(frame[order].T), 0.5):
        return None  # the numbers count sorts
    ids = numbers(len(order)) if word(order[0])[:-1] == "s" else order
    ids = order if {*order} & {*(known or ())} else ids
    found = frame[order].set_axis(ids, axis=1)
    if "participant" not in words:
        found.insert(0, "participant", _who(frame[others]))
        return _told_apart(replace(sheet, frame=found))
    kept = [words[key] for key in ("participant", "session") if key in words]
    beside = frame[others].drop(columns=kept)
    board = {whole(cell) for cell in frame[order].to_numpy().ravel()} - {None}
    alike = [name for name in beside if {whole(cell) for cell in beside[name]} <= board]
    if not beside.empty and (alike if known is None else len(known) != len(order)):
        return None  # cards of other names, or misspelt ones
    return Imported(replace(sheet, frame=frame[kept].join(found)))


def _lead(frame: pd.DataFrame) -> list[str]:
    """The columns before the sorts: ids, numbers and texts of cards."""

    about = _about()

    def leads(name: str) -> bool:
        numbers, given = frame[name].map(whole).notna().sum(), frame[name].notna().sum()
        return word(name) in {*about, *_COUNTS} or 2 * numbers < given

    first, *others = map(str, frame.columns)
    return [first, *takewhile(leads, others)]


def _about() -> set[str]:
    """How columns that say something of a card are called."""
    return {*_TEXTS, *(word(field.name) for field in spoken(tables()["cards"]).fields)}


def _cards_are_rows(frame: pd.DataFrame, lead: list[str], known: Sequence[str] | None) -> bool:
    first = word(frame.columns[0])
    if first in {*_WHO, *_PEOPLE} - _EITHER:
        return False
    if first in _CARDS or any(word(name) in _about() for name in lead[1:]):
        return True
    if known is not None:
        cards = {card.casefold() for card in known}
        rows = frame.iloc[:, 0].map(lambda cell: (text(cell) or "").casefold() in cards).sum()
        columns = sum(str(name).casefold() in cards for name in frame.columns)
        if rows or columns or first not in _EITHER:
            return bool(rows > columns)
    sorts = frame.drop(columns=lead)
    texts = frame[lead].map(lambda cell: " " in (text(cell) or "")).mean().max() > 0.5
    across, down = _alike(sorts.T), _alike(sorts)
    return down > max(across, 0.5) or (bool(texts) and across <= 0.5)


def _alike(frame: pd.DataFrame) -> float:
    """The share of the columns that hold the same values, each in an order of its own."""
    cells = [tuple(sorted(map(str, map(whole, column)))) for _, column in frame.items()]
    return Counter(cells).most_common(1)[0][1] / len(cells) if len(cells) > 1 else 0.0


def _turned(sheet: Sheet, lead: list[str], known: Sequence[str] | None) -> Imported:
    """A row a card: its id, number or text comes first, and what else is known of it."""
    frame = sheet.frame
    fields = {field.name for field in spoken(tables()["cards"]).fields if field.name != "card"}
    ids = frame[lead].apply(_texts)
    first = next((name for name in lead if word(name) in _COUNTS and ids[name].is_unique), lead[0])
    about = [name for name in lead if name != first]
    about += [str(n) for n in frame.columns if n not in lead and str(n).casefold() in fields]
    codes = ids[first]
    about_cards = codes.map(lambda card: card is not None and card.casefold() != "session")
    if known is None and any(" " in card for card in codes[about_cards]):  # the texts themselves
        about, codes = [first, *about], pd.Series(numbers(len(codes)), codes.index)
    problems = [
        Problem(sheet.file, "a card in every row, each once", "Correct it.", int(row), shown(first))
        for row in frame.index[codes.isna() | codes.duplicated()]
    ]
    if problems:
        raise StudyError(problems)
    people = [str(name) for name in frame.columns if name not in (first, *about)]
    body = frame[people].T.set_axis(list(codes), axis=1)
    body.insert(0, "participant", people)
    body.index = pd.RangeIndex(1, len(people) + 1)
    texts = sorted(about, key=lambda name: word(name) not in _TEXTS)  # of another name: the label
    names = {name: low if (low := name.casefold()) in fields else "label_en" for name in texts}
    cards = frame[texts].rename(columns=names)
    cards = cards.loc[:, ~cards.columns.duplicated()].assign(card=codes)[about_cards]
    found = replace(sheet, frame=body), Sheet(sheet.file, cards) if about else None
    return Imported(*found, places=_places(frame, people, codes))


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
