"""What in a text gives a person away, as far as a program can surely tell.

Nothing is sought where there is neither a number nor an @, and the libraries that know telephone
numbers and accounts are imported for what looks like one only: opening a study stays quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel

from cxlib.language import Speaker
from cxlib.problems import Problem, shown
from cxlib.sheets.sheet import Sheet
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import LENGTHS, PSEUDONYMS, Table
from cxlib.study.settings import read_yaml

BSN, MAIL, PHONE = "citizen service number", "e-mail address", "telephone number"
BANK, ADDRESS, POSTCODE, POSITION = "bank account", "address", "postcode", "position"
_SUSPECT = re.compile(r"@|[(\[] ?at ?[)\]]|(?:\d\D{0,3}){4}")
_MAIL = re.compile(r"[\w.+'-]+(?:@| ?[(\[] ?at ?[)\]] ?)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_BANK = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
_DUTCH_BANK = re.compile(r"NL\d{2}[A-Z]{4}\d{10}")  # mistyped, it is still somebody's
# Nine digits as people write them, in no longer number or id, and no money.
_BSN = re.compile(
    r"(?:(?<=bsn)|(?<![\w.,€$£/+-])(?<!€ )(?<!EUR )(?<!euro ))(?:\d{9}|(?<!\d )(?:"
    r"\d{3}([ .-])\d{3}\1\d{3}|\d{4}([ .-])\d{2}\2\d{3}|(?:\d\d([ .-])){3}\d{3})(?! \d))"
    r"(?![\w/-]|[.,]\d| ?(?:euro|eur|€|%))",
    re.IGNORECASE,
)
_DIALLED = re.compile(r"(?<!\w)(?:\+|\(?0)(?:[\s().\u2010-\u2015/-]{0,3}\d){7,14}")
_DECIMALS = re.compile(r"(?<![\d.])(?:0[.,]\d+|[1-9]\d*[.,]\d{5,})")  # nobody dials them
_CODE = re.compile(r"[1-9]\d{3}[ \u00a0]{0,2}[A-Za-z]{2}(?![^\W\d_])")
_PLACE = re.compile(
    r"(?P<before>[^\W\d_]{3,}\.? \d{1,4} ?(?:[a-zA-Z]|[IVX]+|-\w{1,4})?,?\s+)?"
    r"(?<![\w€.,-])(?P<four>[1-9]\d{3})(?P<gap>[ \u00a0]{0,2})(?P<two>[A-Za-z]{2})(?![^\W\d_])"
    r"(?P<after>[\s,/-]*(?:(?:huis)?(?:nr|nummer|no)\b\.?:? ?)?"
    r"(?!(?:19|20)\d\d(?!\d))\d{1,5}(?!\d))?"
)
_BOX = re.compile(r"postbus|antwoordnummer|box", re.IGNORECASE)  # nobody lives there
# Two letters after a number that are a word or a unit more often than a postcode.
_WORDS = re.compile(
    "am|an|as|at|be|bv|by|ca|cl|cm|ct|db|de|di|dl|dm|do|en|er|fl|gb|go|gr|ha|he|hz|if|ik|in|"
    "is|it|je|kg|km|kw|ma|mb|me|mg|ml|mm|mw|my|nd|nl|no|nr|nu|nv|of|om|on|op|or|pk|pp|pt|px|"
    "rd|so|st|tb|te|th|to|tv|uk|up|us|vr|vs|we|wo|za|ze|zo",
    re.IGNORECASE,
)
_NORTH, _EAST = r"(3[5-9]|[4-6]\d|7[01])[.,]\d{4,}", r"[+-]?([0-3]?\d)[.,]\d{4,}"
_POSITION = re.compile(
    rf"(?<![\w.,-])(?<!\d[,;] ){_NORTH}\s?°?\s?[NnS]?\s?[,;/\s]\s*(?:[EOW]\s?)?{_EAST}"
    r"(?!\d|[,;]\s?-?\d+[.,]\d)"
    rf"|(?i:point) ?\({_EAST}\s{_NORTH}"
    rf"|\b\d{{1,2}}\s?°\s?\d{{1,2}}(?:[.,]\d+)?\s?['’′](?:\s?\d{{1,2}}(?:[.,]\d+)?\s?[\"”″'’]+)?\s?[NSZ]\b"
)
_PEOPLE = (0, 1, 2, 6, 7, 8)  # kinds of telephone number that are one household's
# Whoever is addressed so has a name; or a street with a number.
_CALLED = re.compile(
    r"(?i:\b(?:mevr|mevrouw|mw|dhr|de heer|meneer|mr|mrs|ms|miss|familie|fam|buurvrouw|buurman)\b)"
    r"\.? (?:(?:van|de|der|den|het|ten|ter|te|von|el|al|la|'t) |[A-Z]\. ?)*[A-Z][^\W\d_]+"
    r"|\b[A-Z][^\W\d_]+(?:straat|laan|weg|plein|kade|gracht|singel|dijk|hof|dreef) \d{1,4}\b"
)


def traces(text: str, config: StudyConfig) -> Iterator[tuple[str, str]]:
    """Yield each thing in a text that gives a person away: its kind, and how it is written.

    Parameters
    ----------
    text : str
    config : StudyConfig
        What `privacy.public` lists is the organisation's own; telephone numbers may be written as
        in the countries of the study's languages.

    Examples
    --------
    >>> list(traces("Bel 06-12345678, of kom naar 2516 CB 12", StudyConfig()))
    [('telephone number', '06-12345678'), ('address', '2516 CB 12')]
    >>> list(traces("Van 2019-Q1 tot 2020-Q4 steeg R0001 van 2019 naar 21000", StudyConfig()))
    []
    """
    if not _SUSPECT.search(text):
        return
    for own in config.privacy.public:
        signs = r"[\W_]*".join(map(re.escape, re.findall(r"\w", own)))
        text = re.sub(rf"(?<!\w){signs}(?!\w)", "·", text, flags=re.IGNORECASE)
    if "@" in text or "at" in text:
        yield from ((MAIL, found[0]) for found in _MAIL.finditer(text))
    yield from ((BANK, found[0]) for found in _BANK.finditer(text) if _account(found[0]))
    yield from ((BSN, found[0]) for found in _BSN.finditer(text) if _citizen(found[0]))
    if _DIALLED.search(said := _DECIMALS.sub("·", text)):
        yield from ((PHONE, found) for found in _dialled(said, config))
    for found in _PLACE.finditer(text) if _CODE.search(text) else ():
        if _lettered(found, text) and not _BOX.match(found["before"] or ""):
            yield ADDRESS if found["before"] or found["after"] else POSTCODE, found[0].strip()
    yield from ((POSITION, found[0]) for found in _POSITION.finditer(text))


def _account(written: str) -> bool:
    """Whether an account begins here; more words may follow it."""
    from stdnum import iban

    signs = re.sub(r"[ .-]", "", written).upper()
    starts = (signs[:length] for length in range(15, min(len(signs), 34) + 1))
    return bool(_DUTCH_BANK.match(signs)) or any(iban.is_valid(s, False) for s in starts)


def _citizen(written: str) -> bool:
    from stdnum.nl import bsn

    return bsn.is_valid(written)


def _dialled(text: str, config: StudyConfig) -> Iterator[str]:
    import phonenumbers

    for region in dict.fromkeys(["NL", *(Speaker(code).region for code in config.languages)]):
        for found in phonenumbers.PhoneNumberMatcher(text, region):
            if phonenumbers.number_type(found.number) in _PEOPLE:
                yield found.raw_string


def _lettered(found: re.Match[str], text: str) -> bool:
    """Whether four digits and two letters are a postcode, and not a year or number and a word."""
    word = _WORDS.fullmatch(found["two"])
    if found["two"].isupper():
        return not (word and text.isupper() and re.search("[A-Z]{3}", text))
    return bool(found["after"]) and not (word or found["four"].startswith(("19", "20")))


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
        for kind, written in dict.fromkeys(traces(text, config)):
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
        odd = [text for text in column.unique() if any(traces(text, config))]
        found = column[column.isin(odd)] if odd else column[:0]
        cells = ((int(str(row)), field.header, text) for row, text in found.items())
        yield from faults(dict.fromkeys(cells), file, config)


def _numbered(ids: pd.Series, column: str, file: str) -> Iterator[Problem]:
    """Yield that ids are citizen service numbers: by chance one in eleven would pass for one."""
    passed = sum(_citizen(name) for name in set(ids) if re.fullmatch(r"\d{9}", name))
    if passed >= 5 and passed > ids.nunique() / 2:
        value = f"{passed} {BSN}s"
        yield Problem(file, "pseudonyms", PSEUDONYMS, column=shown(column), value=value)


def unread(sheet: Sheet, table: Table) -> Iterator[Problem]:
    """Yield a hint for columns with e-mail addresses that nothing reads: the folder has them."""
    known = {field.header.casefold() for field in table.fields}
    for name in (name for name in sheet.frame.columns if str(name).casefold() not in known):
        cells = sheet.frame[name].dropna().head(50).astype(str)
        if len(cells) and cells.str.contains(_MAIL).mean() > 0.5:
            remedy = f"Take the column out of the file. {PSEUDONYMS} --column {shown(name)}"
            expected = f"a file without an {MAIL}, even where nothing reads it"
            yield Problem(sheet.file, expected, remedy, column=shown(name), hint=True)


def in_settings(model: BaseModel | None, path: Path, config: StudyConfig) -> Iterator[Problem]:
    """Yield what gives persons away in a YAML file, with the line and key it stands on."""
    parts = dict.fromkeys(_leaves(model.model_dump())) if model else ()
    odd = [(keys, text) for keys, text in parts if any(traces(text, config))]
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
    for row in dict.fromkeys(texts.index[texts.map(lambda text: bool(_CALLED.search(text)))]):
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
        for kind, written in traces(text, config):
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
