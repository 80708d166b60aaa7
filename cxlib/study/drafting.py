"""A study.yaml written from what is in a survey's export: every guess is marked as one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cxlib.study import cells
from cxlib.study.answers import idle, proposed
from cxlib.study.readers import Sheet
from cxlib.study.remedies import CODES
from cxlib.study.schema import personal

# What columns are called, in Dutch and English; of several the first that fits.
_NAMES = {
    "respondent": r"respons?e?[_ ]?id;respondent.*;resp(nr|id)?;case(id)?;token;id;uid;volgnummer",
    "date": r"end[_ ]?date;date[_ ]?submitted;submitdate;recorded[_ ]?date;completion time;datum.*;"
    r"date.*;timestamp;tijdstempel;ingevuld.*;start[_ ]?date;start time;.*[_ ]dat(e|um)",
    "weight": r"weights?;weging.*;weegfactor.*;gewicht.*;wgt;wt",
    "district": r"district.*;wijk.*;buurt(naam)?;stadsdeel.*;gebied;regio.*;region;area;vestiging",
    "mode": r"mode;survey.?mode;methode;method;kanaal;channel;afname.*;medium",
    "journey": r"journey;klantreis.*;reis;proces;contactreden;touchpoint;moment",
    "overall": r"overall.*;.*algemeen.*;.*algehe?le?.*;.*over het geheel.*;.*alles bij elkaar.*;"
    r".*\boverall\b.*;.*all in all.*;totaal.*;rapportcijfer;sat(isfaction)?;tevreden(heid)?;"
    r"nps;.*aanbevelen.*;.*recommend.*;cijfer;grade;general.*",
    "journey_grade": r"journey.?grade;(cijfer|tevreden).*(klantreis|proces|contact)",
}
_ABOUT = re.compile(  # about the respondent or the interview, and no grade
    r"(leeftijd|age|geslacht|gender|sex|huishoud|household|inkomen|income|opleiding|educat|"
    r"postcode|zip|woonduur|status|finished|progress|duration|duur|jaar|year|consent|akkoord|"
    r"ip.?address|latitude|longitude|userlang|distribution|channel|lastpage|seed|collector|"
    r"interviewtime|nr|nummer|number).*",
    re.IGNORECASE,
)
_SCALES = ((1, 5), (1, 7), (0, 5), (1, 10), (0, 10))
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
    for part in _NAMES:
        played = _column(part, frame, grades, found)
        if played:
            found.columns[part] = played
    taken = [name for part, name in found.columns.items()]
    found.items = [name for name in grades if name not in taken and not _ABOUT.match(name)]
    if "overall" not in found.columns and found.items:  # the last question often sums up
        found.columns["overall"] = found.items.pop()
    _scaled(found, grades)
    _listed(found, sheet)
    return found


def _grades(column: pd.Series, sheet: Sheet, name: str, found: Draft) -> pd.Series | None:
    """Return a column's grades, if that is what it holds; notes words and codes."""
    given = column.dropna()
    texts = {cell: str(cells.text(cell)) for cell in given.unique()}
    values = {cell: cells.number(cell) for cell in texts}
    words = [texts[cell] for cell in texts if values[cell] is None]
    counts = proposed(words) if words else {}
    rest = [word for word in words if word not in counts and not idle(word)]
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
    found.unknown += [word for word in words if idle(word) and word not in found.unknown]
    codes = sorted({v for v in values.values() if v in CODES and v not in own})
    found.unknown += [int(code) for code in codes if int(code) not in found.unknown]
    return numbers


def _column(
    part: str, frame: pd.DataFrame, grades: Mapping[str, pd.Series], found: Draft
) -> str | None:
    """Return the column that plays a part: by its name or question, and by what it holds."""
    names = [str(name) for name in frame.columns if name not in found.columns.values()]
    for pattern in _NAMES[part].split(";"):
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
    if part == "date":
        return _dated(column, found)
    few = bool(2 <= different <= 40 and len(given) >= 3 * different)
    return few and bool(cells.dates(column)[0].isna().all())


def _dated(column: pd.Series, found: Draft) -> bool:
    """Return whether a column holds days; notes what comes first, where that has to be said."""
    for order in ("", "month", "day"):
        _, wrong = cells.dates(column, order or None)
        if not wrong.any():
            found.dates = f"{order}-first" if order else ""
            return True
    return False


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


def _listed(found: Draft, sheet: Sheet) -> None:
    for part, kind in (("district", "districts"), ("journey", "journeys")):
        name = found.columns.get(part)
        if name:
            labels = sheet.answers.get(name, {})
            given = sheet.frame[name].dropna().unique()
            texts = [str(cells.text(labels.get(cell, cell))) for cell in given]
            found.lists[kind] = sorted(set(texts))


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


def settings(template: str, found: Draft | None, groups: list[str], kept: list[str]) -> str:
    """Return the commented template with what was found in place of the example's settings.

    Parameters
    ----------
    template : str
        study.yaml as `cxlib new` writes it.
    found : Draft, optional
        What a survey holds.
    groups : list of str
        Who sorted, by the names of their files.
    kept : list of str
        Names of sets of rows that the study has; settings of others are left out.
    """
    own = _sections(found or Draft(), groups, kept)
    paragraphs = []
    for paragraph in template.split("\n\n"):
        key = next((k for k in own if re.search(rf"^{k}:", paragraph, re.MULTILINE)), None)
        text = paragraph if key is None else own[key]
        paragraphs += [text.strip("\n")] if text else []
    head = (
        "# Written from the files beside it. What is marked with `guess` is one: look at it, mend"
        "\n# it where it is wrong, and remove the mark. Then: cxlib check FOLDER"
    )
    text = "\n\n".join([head, *_without_example(paragraphs)]) + "\n"
    if found is None:
        return text
    tongue = (
        f"languages: [{found.language}]  # guess: the language of the questions; nl, en or both"
    )
    return re.sub(r"^languages:.*$", tongue, text, flags=re.MULTILINE)


def _without_example(paragraphs: list[str]) -> list[str]:
    """Drop the example's remarks about its own rows."""
    first = "\n".join(line for line in paragraphs[0].splitlines() if "example rows" not in line)
    lines = [line for line in first.splitlines() if "cxlib check" not in line]
    return ["\n".join(lines), *paragraphs[1:]]


def _sections(found: Draft, groups: list[str], kept: list[str]) -> dict[str, str]:
    """Return each section of study.yaml that has other content than the example's."""
    tongue = found.language
    rows = {
        "provenance": "# Where rows come from: published, collected (from people) or simulated.\n"
        f"provenance: {{{', '.join(f'{name}: collected' for name in kept)}}}",
        "grid": "",
        "domains": "",
        "groups": _labelled("groups", {group: group for group in groups}, tongue, "names of files"),
        "values": _values(found, tongue),
        "survey": _survey(found) if found.columns else "",
        "thresholds": _thresholds(found) + "\nprivacy: {minimum_cell: 10}  # never below 5",
    }
    for kind in ("journeys", "districts"):
        ids: dict[str, str] = {}
        for label in found.lists.get(kind, ()):
            ids[slug(label, ids)] = label
        rows[kind] = _labelled(kind, ids, tongue, "what the survey has")
    kpis = {"kpis": {"complaints", "callbacks"}, "benchmark": {"benchmark"}}
    return rows | {key: "" for key, names in kpis.items() if not names & set(kept)}


def _labelled(kind: str, ids: Mapping[str, str], tongue: str, why: str) -> str:
    lines = [f"  - {{id: {key}, label: {{{tongue}: {_said(text)}}}}}" for key, text in ids.items()]
    return "\n".join([f"{kind}:  # guess: {why}", *lines]) if ids else ""


def _values(found: Draft, tongue: str) -> str:
    lines = ["values:  # guess: items whose names begin alike; group them as your values"]
    ids: set[str] = set()
    for name, items in values(found).items():
        key = slug(name, ids)
        ids.add(key)
        label = found.labels.get(name, name) if len(items) == 1 else name.replace("_", " ").strip()
        label = label if len(label) <= 60 else name
        lines += [
            f"  - id: {key}",
            f"    label: {{{tongue}: {_said(label[:1].upper() + label[1:])}}}",
        ]
        lines.append(f"    items: [{', '.join(map(_said, items))}]")
    return "\n".join(lines) if found.items else ""


def _survey(found: Draft) -> str:
    columns = ", ".join(f"{part}: {_said(name)}" for part, name in found.columns.items())
    lines = ["survey:", f"  columns: {{{columns}}}  # guess: by their names and content"]
    lines.append(f"  scale: {{low: {found.scale[0]}, high: {found.scale[1]}}}  # guess: answers")
    if found.scales:
        own = ", ".join(f"{k}: {{low: {a}, high: {b}}}" for k, (a, b) in found.scales.items())
        lines.append(f"  scales: {{{own}}}  # guess: answers go beyond the scale of the items")
    if found.unknown:
        lines.append(f"  unknown: [{', '.join(map(_said, found.unknown))}]  # guess: don't know")
    if found.answers:
        counts = ", ".join(f"{_said(word)}: {grade}" for word, grade in found.answers.items())
        lines.append(f"  answers: {{{counts}}}  # guess")
    if found.dates:
        lines.append(f"  dates: {found.dates}  # guess")
    if found.items:
        lines.append("  questions:  # names in figures: make them short")
        lines += [
            f"    {_said(i)}: {_said(found.labels.get(i, i.replace('_', ' ')))}"
            for i in found.items
        ]
    return "\n".join(lines)


def _thresholds(found: Draft) -> str:
    high = found.scales.get("overall", found.scale)[1]
    fail, top = {5: (2, 4), 7: (3, 6)}.get(high, (5, 8))
    return (
        f"thresholds: {{fail: {fail}, top: {top}}}  # guess: {fail} or lower fails, {top} is good"
    )


def _said(value: Any) -> str:
    """Return a value as YAML has it, between quotes where it has to be."""
    return json.dumps(value, ensure_ascii=False)
