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
from dataclasses import dataclass, field, replace
from pathlib import Path

import openpyxl

from cxlib.places import ROOT
from cxlib.problems import StudyError, TextFault, shown
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


@dataclass
class Pseudonyms:
    """What was made of the ids of people in a study folder or a table.

    Parameters
    ----------
    names : dict of id to pseudonym
    left : list of str
        Files of the study folder that are not in the copy: nothing reads them.
    """

    key: bytes = field(repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    left: list[str] = field(default_factory=list)

    def of(self, cell: object) -> object:
        """Return the pseudonym in place of a cell; nothing for an empty one."""
        name = text(cell)
        if name is None:
            return cell
        return self.names.setdefault(name, pseudonym(name, self.key))


def pseudonymise(source: str | Path, target: str | Path, columns: Sequence[str] = ()) -> Pseudonyms:
    """Copy a study folder, or one table, with pseudonyms for people; the source stays as it is.

    Parameters
    ----------
    source, target : str or Path
        A folder or a .csv, .tsv or .xlsx; the target does not exist yet.
    columns : sequence of str
        Columns with ids of people, beside those that the study has: participant, respondent, voter.

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
    made = Pseudonyms(path.read_bytes().strip())
    asked = _of_study(source, made) if source.is_dir() else {source: dict.fromkeys(PEOPLE, False)}
    asked = {file: known | dict.fromkeys(columns, False) for file, known in asked.items()}
    copies = {file: _sheets(file, known, made) for file, known in asked.items()}
    if not made.names:
        remedy = "Say which it is: cxlib pseudonyms SOURCE TARGET --column NAME"
        raise TextFault(f"a column {' or '.join(PEOPLE)}", remedy, file=source.name)
    for file, sheets in copies.items():
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(place, sheets)
    for name in filter(lambda name: (source / name).is_file(), SETTINGS if source.is_dir() else ()):
        said = decode((source / name).read_bytes())
        said = _SORT.sub(lambda m: m[1] + made.names.get(m[3], m[3]), said)
        (target / name).write_text(said, encoding="utf-8")
    return made


def _of_study(folder: Path, made: Pseudonyms) -> dict[Path, dict[str, bool]]:
    """Return the columns with ids of people in each file of a study, and whether it must be there.

    Other files of the folder are noted as left out.
    """
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
    read = [*SETTINGS, *(path.relative_to(folder).as_posix() for path in found)]
    made.left += unread(folder, read)
    return found


def _sheets(file: Path, columns: Mapping[str, bool], made: Pseudonyms) -> dict[str, list[list]]:
    """Return the rows of a file with pseudonyms in some columns; raises StudyError."""
    if file.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
        raise TextFault("a .csv, .tsv or .xlsx", "Save it in one of these.", file=file.name)
    try:
        sheets = {name: [*map(list, rows.cells)] for name, rows in rows_of(file).items()}
    except StudyError as error:
        raise StudyError(
            [replace(problem, file=file.name) for problem in error.problems]
        ) from error
    wanted, seen = {name.casefold() for name in columns}, set()
    for rows in sheets.values():
        heads = [[str(cell).strip().casefold() for cell in row] for row in rows[:HEADS]]
        at = next((place for place, head in enumerate(heads) if wanted & set(head)), len(rows))
        places = (
            [place for place, name in enumerate(heads[at]) if name in wanted]
            if at < len(rows)
            else []
        )
        seen |= {heads[at][place] for place in places}
        for row in rows[at + 1 :]:
            for place in (place for place in places if place < len(row)):
                row[place] = made.of(row[place])
    for name in (
        name for name, needed in columns.items() if needed and name.casefold() not in seen
    ):
        remedy = "Number the people in the file itself, as in T01, T02: its shape is another one."
        raise TextFault(f"a column {shown(name)}", remedy, file=file.name)
    return sheets


def _write(path: Path, sheets: Mapping[str, list[list]]) -> None:
    """Write cells only: notes, hidden names and whoever made a workbook stay behind."""
    if path.suffix.lower() != ".xlsx":
        with path.open("w", encoding="utf-8", newline="") as file:
            separator = "\t" if path.suffix.lower() == ".tsv" else ","
            for rows in sheets.values():
                csv.writer(file, delimiter=separator).writerows(rows)
        return
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
