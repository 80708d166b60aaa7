"""Which files of a study folder hold what, and which were meant to but don't."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cxlib.problems import Problem, StudyError, TextFault, nearest, shown
from cxlib.sheets.rows import FORMATS
from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import GROUPED, study_tables

SETTINGS = ("study.yaml", "vision.yaml", "facts.yaml")
SORTS = (*FORMATS, ".dat", ".lis", ".json", ".zip", ".txt")  # of other programs as well
_BESIDE = (".lis", ".txt")  # results, or the texts of the cards, beside another file of that name
_FOREIGN = (".txt", ".dta", ".json", ".numbers")


def unusable(folder: Path) -> Problem | None:
    """Return why a path can't be a study folder, or None."""
    try:
        there = folder.exists()
    except OSError:  # a name that is too long, for one
        there = False
    if not there:
        remedy = "Correct the path, or make a new study with: cxlib new FOLDER"
        return Problem("", "a folder", remedy, value=f"nothing called {shown(folder.name)}")
    if not folder.is_dir():
        return Problem("", "a folder", "Name the folder that the file is in.", value="a file")
    return None


def find(folder: Path, name: str, config: StudyConfig) -> Path | None:
    """Return the file with a table, such as survey.csv or what study.yaml names.

    Raises
    ------
    StudyError
        If it can't be that file, or if there are several.
    """
    if name in config.files and config.files[name].file:
        return _named(folder, str(config.files[name].file))
    paths = [path for path in _data(folder) if path.stem.casefold() == name.casefold()]
    for path in filter(_special, paths):
        raise TextFault("a file", "Rename it.", value="a folder", file=path.name)
    return only(paths)


def only(paths: list[Path]) -> Path | None:
    """Return the one file of several that may hold a table, if there is any; raises StudyError."""
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise TextFault("one file a table", "Keep one of them.", value=names, file=paths[0].name)
    return paths[0] if paths else None


def _named(folder: Path, named: str) -> Path:
    path = folder / named
    if not path.is_file():
        remedy = f"{nearest(named, unread(folder, ()))} Name it under files in study.yaml."
        found: dict[str, Any] = {"file": "study.yaml", "column": "files", "value": shown(named)}
        raise TextFault("a file that is in the study folder", remedy, **found)
    if path.suffix.lower() not in SORTS:
        expected = f"a file that ends in {' or '.join(FORMATS)}"
        raise TextFault(expected, "Save it in one of those formats.", file=named)
    return path


def workbooks(folder: Path, config: StudyConfig) -> list[Path]:
    """Return the workbooks in a folder whose name says nothing."""
    known = {name.casefold() for name in study_tables(config)}
    paths = [path for path in _data(folder, (".xlsx",)) if path.stem.casefold() not in known]
    return [path for path in paths if not _special(path)]


def groups(folder: Path, name: str, config: StudyConfig) -> tuple[dict[str, Path], list[Problem]]:
    """Return the files of a folder such as sorts/ by group, and what is wrong with their names."""
    place, known = folder / name, config.ids("groups")
    found, problems = dict[str, Path](), list[Problem]()
    for table in (t for t in config.files if t.startswith(f"{name}/") and config.files[t].file):
        try:
            found[table.removeprefix(f"{name}/")] = _named(folder, str(config.files[table].file))
        except StudyError as fault:
            problems += fault.problems
    named = list(found.values())
    if place.exists() and not place.is_dir():
        remedy = f"Make a folder {name} and put a file a group in it: {name}/tenants.csv."
        problems.append(Problem(name, "a folder", remedy, value="a file"))
    paths = _data(place, SORTS if name == "sorts" else FORMATS)
    stems = {path.stem for path in paths if path.suffix.lower() not in _BESIDE}
    for path in paths:
        if path in named or (path.suffix.lower() in _BESIDE and path.stem in stems):
            continue
        file, group = f"{name}/{path.name}", path.stem
        if _special(path):
            problems.append(Problem(file, "a file", "Rename it.", value="a folder"))
        elif group in found:
            problems.append(Problem(file, "one file a group", "Keep one of them."))
        elif known and group not in known:
            expected = "a group that study.yaml has under groups"
            problems.append(Problem(file, expected, nearest(group, known), value=shown(group)))
        elif not group.replace("-", "").replace("_", "").isalnum() or len(group) > 40:
            expected, remedy = "a name of letters, digits, - and _", "Rename the file."
            problems.append(Problem(file, expected, remedy, value=shown(group)))
        else:
            found[group] = path
    return found, problems


def misnamed(folder: Path, config: StudyConfig) -> Iterator[Problem]:
    """Yield every file whose name or format shows that it was meant to be read."""
    named = [folder / file.file for file in config.files.values() if file.file]
    known = [*study_tables(config), *(Path(name).stem for name in SETTINGS)]
    for path in _visible(folder):
        stem, suffix = path.stem.casefold(), path.suffix.lower()
        readable = (".yaml",) if f"{stem}.yaml" in SETTINGS else FORMATS
        if path in named or path.is_dir() or suffix not in (*FORMATS, *_FOREIGN, ".yaml", ".yml"):
            continue
        if stem in GROUPED:
            remedy = f"Put it in a folder {stem}, named after the group: {stem}/tenants{suffix}."
            yield Problem(path.name, f"a folder {stem}", remedy)
        elif stem in known and suffix not in readable:
            wanted = " or ".join(readable)
            yield Problem(path.name, f"a file that ends in {wanted}", "Save it in that format.")
        elif stem not in known and get_close_matches(stem, known, n=1, cutoff=0.85):
            yield Problem(path.name, "a name that is known", nearest(stem, known))
    for name in GROUPED:
        formats = SORTS if name == "sorts" else FORMATS
        paths = [path for path in _visible(folder / name) if path.is_file()]
        alone = not any(path.suffix.lower() in formats for path in paths)
        for path in paths:
            suffix = path.suffix.lower()
            if suffix not in formats and (suffix in _FOREIGN or (alone and suffix != ".md")):
                expected = f"a file that ends in {' or '.join(FORMATS)}"
                remedy = "Save it in that format: nothing in it can be analysed as it is."
                yield Problem(f"{name}/{path.name}", expected, remedy)


def unread(folder: Path, files: Collection[str]) -> list[str]:
    """Return the files that a study folder holds beside those that were read from it."""
    places = [folder, *(folder / name for name in GROUPED)]
    paths = [path for place in places for path in _visible(place) if path.is_file()]
    names = [path.relative_to(folder).as_posix() for path in paths]
    return [name for name in names if name not in files and name != "README.md"]


def holds_nothing(folder: Path) -> Problem:
    """Return the problem of a folder in which no file was read."""
    found = unread(folder, SETTINGS)
    value = shown(", ".join(found)) if found else "no files"
    remedy = "Name files as data/raw/README.md does; sorts go in a folder sorts, a file a group."
    expected = "a table such as survey.csv or sorts/tenants.csv; nothing can be analysed"
    return Problem("", expected, remedy, value=value)


def _data(folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    return [path for path in _visible(folder) if path.suffix.lower() in formats]


def _special(path: Path) -> bool:
    """Return whether a path is a folder, a pipe or a device: to read from those may never end."""
    return path.exists() and not path.is_file()


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
