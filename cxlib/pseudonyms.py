"""Pseudonyms in place of the ids of people, before rows reach the project.

The same person has the same pseudonym in every table, and nobody without the key can tell whose it
is, or try out names. The key stays outside the project and every study folder.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import openpyxl

from cxlib.places import ROOT
from cxlib.problems import StudyError, TextFault, attempt, shown
from cxlib.sheets.cells import text
from cxlib.sheets.rows import decode, rows_of
from cxlib.study.dictionary import GROUPED, study_tables, survey_table
from cxlib.study.folder import SETTINGS, find, groups, unread
from cxlib.study.settings import read_config

PEOPLE = ("participant", "respondent", "voter")
HEADS = 20  # rows among which the header is
KEY = "CXLIB_KEY"  # names the file with the key
_SORT = re.compile(r"""(\bsort:\s*)(["']?)([^,}"'\n]+?)\2(?=\s*[,}\n])""")


def key_file() -> Path:
    """Return where the key is: the file that CXLIB_KEY names, or one in the user's settings."""
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(os.environ.get(KEY) or settings / "cxlib" / "key").expanduser().resolve()


def make_key() -> Path:
    """Make a key that only the user can read, and return its file; raises StudyError.

    One that is there is never replaced: pseudonyms made with it could not be made again.
    """
    path = key_file()
    _outside(path, ROOT)
    if path.exists():
        raise TextFault("no key yet", f"It is in {path}: keep it.", value="a key")
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{secrets.token_hex(32)}\n")
    return path


def _outside(path: Path, *folders: Path) -> None:
    for folder in folders:
        if path.is_relative_to(folder.resolve()):
            remedy = f"Keep it elsewhere, and let {KEY} name the file."
            raise TextFault("a key outside the project and the study", remedy, value=str(path))


def pseudonym(person: str, key: bytes) -> str:
    """Return 80 bits of a keyed hash; capitals and spaces at the ends make no difference.

    Examples
    --------
    >>> pseudonym("An@huur.nl ", b"key") == pseudonym("an@huur.nl", b"key")
    True
    >>> pseudonym("an@huur.nl", b"key")
    'P-H35XDEU25HLBO5NB'
    """
    name = unicodedata.normalize("NFKC", person).strip().casefold()
    mark = hmac.new(key, name.encode(), hashlib.sha256).digest()[:10]
    return f"P-{base64.b32encode(mark).decode()}"


def pseudonymise(
    source: str | Path, target: str | Path, columns: Sequence[str] = ()
) -> tuple[int, list[str]]:
    """Copy a study folder, or one table, with pseudonyms for people; the source stays as it is.

    Parameters
    ----------
    source, target : str or Path
        A folder or a .csv, .tsv or .xlsx; the target does not exist yet.
    columns : sequence of str
        Columns with ids of people, beside those that the study has: participant, respondent, voter.

    Returns
    -------
    int, list of str
        How many ids have a pseudonym, and the files that nothing reads, which are not copied.

    Raises
    ------
    StudyError
        Without a key or a column, for another format; nothing was written then.
    """
    source, target = Path(source).expanduser(), Path(target).expanduser()
    path = key_file()
    _outside(path, ROOT, source, target)
    if not path.is_file():
        raise TextFault("a key", "Make one with: cxlib key", value=f"no {path}")
    if target.exists():
        raise TextFault("a target that does not exist yet", "Choose another name.")
    names = _Names(path.read_bytes().strip())
    whole = source.is_dir()
    people = _of_study(source) if whole else {source: dict.fromkeys(PEOPLE, False)}
    copies = {
        file: _sheets(file, own | dict.fromkeys(columns, False), names)
        for file, own in people.items()
    }
    if not names:
        remedy = "Say which it is: cxlib pseudonyms SOURCE TARGET --column NAME"
        raise TextFault(f"a column {' or '.join(PEOPLE)}", remedy, file=source.name)
    for file, sheets in copies.items():
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, sheets)
    for name in SETTINGS if whole else ():
        if (source / name).is_file():
            said = decode((source / name).read_bytes())
            said = _SORT.sub(lambda found: found[1] + names.get(found[3], found[3]), said)
            (target / name).write_text(said, encoding="utf-8")
    read = [*SETTINGS, *(file.relative_to(source).as_posix() for file in copies)]
    return len(set(names.values())), unread(source, read) if whole else []


class _Names(dict[str, str]):
    """The pseudonym of each id, made where it is first asked for."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def __missing__(self, name: str) -> str:
        return self.setdefault(name, pseudonym(name, self.key))


def _of_study(folder: Path) -> dict[Path, dict[str, bool]]:
    """Return the columns with ids of people in each table, and whether it must be there."""
    config, _, problems = read_config(folder)
    found: dict[Path, dict[str, bool]] = {}
    for name, table in (study_tables(config) | {"survey": survey_table(config)}).items():
        if name in GROUPED:
            own, faults = groups(folder, name, config)
            files, problems = list(own.values()), problems + faults
        else:
            files = [path] if (path := find(folder, name, config)) else []
        people = {field.header: field.required for field in table.fields if field.person}
        found |= dict.fromkeys(files, people)
    if problems:
        raise StudyError(problems)
    return found


def _sheets(file: Path, columns: Mapping[str, bool], names: _Names) -> dict[str, list[list]]:
    """Return the rows of a file with pseudonyms in some columns, of which some must be there."""
    if file.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
        raise TextFault("a .csv, .tsv or .xlsx", "Save it in one of these.", file=file.name)
    read, problems = attempt(file.name, lambda: rows_of(file))
    if read is None:
        raise StudyError(problems)
    sheets = {title: [list(row) for row in rows.cells] for title, rows in read.items()}
    wanted, seen = {name.casefold(): name for name in columns}, set()
    for rows in sheets.values():
        heads = [[str(cell).strip().casefold() for cell in row] for row in rows[:HEADS]]
        at = next((at for at, head in enumerate(heads) if not wanted.keys().isdisjoint(head)), None)
        if at is None:
            continue
        places = [place for place, head in enumerate(heads[at]) if head in wanted]
        seen |= {wanted[heads[at][place]] for place in places}
        for row, place in product(rows[at + 1 :], places):
            name = text(row[place]) if place < len(row) else None
            if name is not None:
                row[place] = names[name]
    for lacking in (name for name in columns if columns[name] and name not in seen):
        remedy = "Number the people in the file itself, as in T01, T02: its shape is another one."
        raise TextFault(f"a column {shown(lacking)}", remedy, file=file.name)
    return sheets


def _write(path: Path, sheets: Mapping[str, list[list]]) -> None:
    """Write cells only: notes, hidden names and whoever made a workbook stay behind."""
    if path.suffix.lower() != ".xlsx":
        (rows,) = sheets.values()
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, "excel-tab" if path.suffix == ".tsv" else "excel").writerows(rows)
        return
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
