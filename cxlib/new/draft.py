"""A study.yaml written from what is in a survey's export: every guess is marked as one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment

from cxlib.sheets import cells
from cxlib.sheets.sheet import Sheet
from cxlib.study.dictionary import CODES, personal

HERE = Path(__file__).parent
EXAMPLE = HERE / "example"

_ABOUT = re.compile(f"({cells.RECOGNISED['about'].replace(' | ', '|')}).*", re.IGNORECASE)
_SCALES = ((1, 5), (1, 7), (0, 5), (1, 10), (0, 10))
_said = partial(json.dumps, ensure_ascii=False)  # as YAML has it, between quotes where need be
_DUTCH = re.compile(r"\b(de|het|een|uw|u|hoe|van|mijn|niet|met|bent|wordt)\b", re.IGNORECASE)


@dataclass
class Draft:
    """What a survey seems to hold, in the words of study.yaml."""

    columns: dict[str, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    scale: tuple[int, int] = (1, 10)
    scales: dict[str, tuple[int, int]] = field(default_factory=dict)
    unknown: list[Any] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    dates: str = ""
    lists: dict[str, list[str]] = field(default_factory=dict)  # districts, journeys: labels

    @property
    def language(self) -> str:
        """The language that most questions seem to be in."""
        words = " ".join([*self.labels.values(), *self.items])
        return "nl" if _DUTCH.search(words) or not self.labels else "en"


def draft(sheet: Sheet) -> Draft:
    """Guess roles of columns, scale, codes and categories from names and content.

    Examples
    --------
    >>> rows = {"Datum": ["2024-01-02"] * 9, "q1": list("123455443"), "Algemeen": list("345543212")}
    >>> found = draft(Sheet("survey.csv", pd.DataFrame(rows)))
    >>> found.columns, found.items, found.scale
    ({'date': 'Datum', 'overall': 'Algemeen'}, ['q1'], (1, 5))
    """
    found = Draft(labels=dict(sheet.labels))
    frame, grades = sheet.frame.dropna(axis=1, how="all"), {}
    for name in map(str, frame.columns):
        given = _grades(frame[name], sheet, name, found)
        if given is not None:
            grades[name] = given
    for part in cells.RECOGNISED["roles"]:
        played = _column(part, frame, grades, found)
        if played:
            found.columns[part] = played
    taken = [name for part, name in found.columns.items()]
    found.items = [name for name in grades if name not in taken and not _ABOUT.match(name)]
    if "overall" not in found.columns and found.items:  # the last question often sums up
        found.columns["overall"] = found.items.pop()
    _scaled(found, grades)
    for part, kind in (("district", "districts"), ("journey", "journeys")):
        if (own := found.columns.get(part)) is not None:
            labels = sheet.answers.get(own, {})
            places = [labels.get(cell, cell) for cell in sheet.frame[own].dropna().unique()]
            found.lists[kind] = sorted({str(cells.text(place)) for place in places})
    return found


def _grades(column: pd.Series, sheet: Sheet, name: str, found: Draft) -> pd.Series | None:
    """Return a column's grades, if that is what it holds; notes words and codes."""
    given = column.dropna()
    texts = {cell: str(cells.text(cell)) for cell in given.unique()}
    values = {cell: cells.number(cell) for cell in texts}
    words = [texts[cell] for cell in texts if values[cell] is None]
    counts = cells.proposed(words) if words else {}
    rest = [word for word in words if word not in counts and not cells.idle(word)]
    if rest or len(words) > 15:
        return None
    own = {cells.number(code) for code in sheet.unknown.get(name, ())}
    grade = {cell: counts.get(texts[cell], value) for cell, value in values.items()}
    numbers = given.map(grade).astype(float).dropna()  # a word for don't know has none
    numbers = numbers[~numbers.isin(CODES | own)]
    whole = not numbers.empty and numbers.mod(1).eq(0).all() and numbers.between(0, 10).all()
    if not whole or numbers.nunique() < 3:
        return None
    found.answers |= counts
    found.unknown += [word for word in words if cells.idle(word) and word not in found.unknown]
    codes = sorted({v for v in values.values() if v in CODES and v not in own})
    found.unknown += [int(code) for code in codes if int(code) not in found.unknown]
    return numbers


def _column(
    part: str, frame: pd.DataFrame, grades: Mapping[str, pd.Series], found: Draft
) -> str | None:
    """Return the column that plays a part: by its name or question, and by what it holds."""
    names = [str(name) for name in frame.columns if name not in found.columns.values()]
    for pattern in cells.RECOGNISED["roles"][part]:
        for name in names:
            said = (name, found.labels.get(name, ""))
            fits = any(re.fullmatch(pattern, text.strip(), re.IGNORECASE) for text in said if text)
            if fits and _holds(part, frame[name], name in grades, found):
                return name
    return None


def _holds(part: str, column: pd.Series, graded: bool, found: Draft) -> bool:
    given = column.dropna()
    different = int(given.nunique())
    if part in ("overall", "journey_grade"):
        return graded
    if part == "respondent":
        return different == len(column) and not any(personal(str(cell)) for cell in given[:50])
    if part == "weight":
        values, wrong = cells.numbers(column)
        return bool((values > 0).all() and not wrong.any() and different > 1)
    if part == "date":  # perhaps it has to be said what comes first
        orders = [o for o in ("", "month", "day") if not cells.dates(column, o or None)[1].any()]
        found.dates = f"{orders[0]}-first" if any(orders[:1]) else found.dates
        return bool(orders)
    few = bool(2 <= different <= 40 and len(given) >= 3 * different)
    return few and bool(cells.dates(column)[0].isna().all())


def _scaled(found: Draft, grades: Mapping[str, pd.Series]) -> None:
    """Take the smallest usual scale that holds the items; another one of the overall grade."""
    parts = [name for name in ("overall", "journey_grade") if name in found.columns]
    if found.items:
        pooled = pd.concat([grades[name] for name in found.items])
        nines = pooled.eq(9).any() and not pooled.isin([6, 7, 8, 10]).any()  # 9 beside 1 to 5
        if nines:
            found.unknown.append(9)
        found.scale = _scale(pooled[pooled != 9] if nines else pooled)
    else:
        found.scale = _scale(grades[found.columns["overall"]]) if parts else (1, 10)
    for part in parts:
        own = _scale(grades[found.columns[part]])
        if own[1] > found.scale[1] or own[0] < found.scale[0]:
            found.scales[part] = own


def _scale(given: pd.Series) -> tuple[int, int]:
    fits = [ends for ends in _SCALES if given.between(*ends).all()]
    return fits[0] if fits else (0, 10)


def slug(text: str, taken: Collection[str] = ()) -> str:
    """Return an id made from a label.

    Examples
    --------
    >>> slug("De Hoef"), slug("’s-Gravenzande / Süd"), slug("De Hoef", {"de-hoef"})
    ('de-hoef', 's-gravenzande-sud', 'de-hoef-2')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    start = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:36] or "other"
    count = 1
    while (name := start if count == 1 else f"{start}-{count}") in taken:
        count += 1
    return name


def values(found: Draft) -> dict[str, list[str]]:
    """Group items by how their names begin, or else one by one.

    Examples
    --------
    >>> values(Draft(items=["staff_1", "staff_2", "home1", "home2"]))
    {'staff': ['staff_1', 'staff_2'], 'home': ['home1', 'home2']}
    >>> values(Draft(items=["q1", "q2"]))
    {'q1': ['q1'], 'q2': ['q2']}
    """
    starts: dict[str, list[str]] = {}
    for item in found.items:
        start = re.sub(r"([_. -]?\d+|\[[^\]]*\])[a-z]?$", "", item)
        start = start if start != item else re.split(r"[_.\[ ]", item)[0]
        starts.setdefault(start or item, []).append(item)
    if len(starts) < 2:
        return {item: [item] for item in found.items}
    return {same[0] if len(same) == 1 else start: same for start, same in starts.items()}


def settings(found: Draft | None, groups: list[str], kept: list[str], file: str = "") -> str:
    """Return study.yaml with what was found, and the example's comments on all else.

    Parameters
    ----------
    found : Draft, optional
        What a survey holds.
    groups : list of str
        Who sorted, by the names of their files.
    kept : list of str
        Names of sets of rows that the study has; settings of others are left out.
    file : str
        The survey's file, where it has another name.
    """
    own, example = found or Draft(), (EXAMPLE / "study.yaml").read_text("utf-8").strip("\n")
    keyed = re.compile(r"^(?:# )?(\w+):", re.MULTILINE)
    lists = [("groups", "names of files", {group: group for group in groups})]
    for kind in ("journeys", "districts"):
        ids: dict[str, str] = {}
        for label in own.lists.get(kind, ()):
            ids[slug(label, ids)] = label
        lists.append((kind, "what the survey has", ids))
    high = own.scales.get("overall", own.scale)[1]
    fail, top = {5: (2, 4), 7: (3, 6)}.get(high, (5, 8))
    writer = Environment(
        *("<%", "%>", "<<", ">>", "<#", "#>"), trim_blocks=True, keep_trailing_newline=True
    )
    writer.filters["said"] = _said
    return writer.from_string((HERE / "draft.yaml").read_text("utf-8")).render(
        kept={key[1]: part for part in example.split("\n\n") if (key := keyed.search(part))},
        found=own,
        survey=found is not None,
        tongue=own.language,
        tables=kept,
        lists=lists,
        values=list(_valued(own)),
        pairs=_pairs,
        said=_said,
        fail=fail,
        top=top,
        file=file,
    )


def _valued(found: Draft) -> Iterator[tuple[str, str, list[str]]]:
    """Yield id, label and items of each value."""
    ids: set[str] = set()
    for name, items in values(found).items():
        key = slug(name, ids)
        ids.add(key)
        label = found.labels.get(name, name) if len(items) == 1 else name.replace("_", " ").strip()
        label = label if len(label) <= 60 else name
        yield key, label[:1].upper() + label[1:], items


def _pairs(found: Mapping[str, Any], key: Callable[[Any], str] = str) -> str:
    return ", ".join(f"{key(name)}: {_said(said)}" for name, said in found.items())
