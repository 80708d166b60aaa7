"""A new study folder: a small example that passes the check, or what exports seem to hold.

The example is the folder `example`; `draft` writes study.yaml where a survey or sorts are there.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from cxlib.new.draft import EXAMPLE, draft, settings, slug
from cxlib.problems import TextFault
from cxlib.sheets import cells
from cxlib.sheets.rows import FORMATS
from cxlib.sheets.sheet import Sheet, read_sheet
from cxlib.study import Problem, Study, StudyError
from cxlib.study.dictionary import GROUPED, tables
from cxlib.study.folder import SORTS
from cxlib.study.programs import read_sorts

_PRINTED = ("values", "journeys", "districts", "purpose", "crocodiles")  # texts of the example


def new(folder: str | Path) -> list[Path]:
    """Write a new study folder with commented settings and small example tables.

    Parameters
    ----------
    folder : str or Path
        A folder that does not exist yet, or is empty.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    StudyError
        If there is anything in the folder already; nothing is overwritten.
    """
    place = _free(folder)
    shutil.copytree(EXAMPLE, place, copy_function=shutil.copyfile, dirs_exist_ok=True)
    return [place / path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*.*")]


def new_from(folder: str | Path, sources: Sequence[str | Path]) -> list[Path]:
    """Write a study folder as `new` does, from exports as they are, and what they seem to hold.

    Parameters
    ----------
    folder : str or Path
    sources : sequence of str or Path
        A survey, files with sorts, or tables by their names in data/raw/README.md; nothing is
        written if one of them can't be read.
    """
    place, paths = _free(folder), [Path(source).expanduser() for source in sources]
    copies: dict[str, Path] = {}
    groups: list[str] = []
    problems: list[Problem] = []
    found, survey = None, ""
    for path in paths:
        kind, sheet, faults = _kind(path)
        problems += faults
        if kind == "sorts":
            groups.append(slug(path.stem, set(groups)))
            copies[f"sorts/{groups[-1]}{path.suffix.lower()}"] = path
            for beside in path.parent.glob(f"{path.stem}.[sS][tT][aA]"):
                copies[f"sorts/{groups[-1]}.sta"] = beside
        elif kind == "survey" and sheet is not None and not survey:
            found, survey = draft(sheet), path.name
            copies[path.name] = path
        elif kind == "survey" and sheet is not None:
            problems.append(Problem(path.name, "one survey", f"{survey} is taken already."))
        elif not faults:
            copies[f"{kind}{path.suffix.lower()}"] = path
    if problems:
        raise StudyError(problems)
    kept = ["survey"] * bool(survey) + [Path(name).parts[0] for name in copies if name != survey]
    kept = [name.split(".")[0] for name in dict.fromkeys(kept)]
    text = settings(found, groups, kept, "" if Path(survey).stem.casefold() == "survey" else survey)
    for name, path in copies.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place / name)
    (place / "study.yaml").write_text(text, encoding="utf-8")
    return [place / name for name in ("study.yaml", *copies)]


def _kind(path: Path) -> tuple[str, Sheet | None, list[Problem]]:
    """Return what a file holds: sorts, the survey, or a table by the name of the file."""
    if not path.is_file():
        return "", None, [Problem(path.name, "a file", "Correct the path.")]
    stem = path.stem.casefold()
    if stem in tables() and stem not in ("survey", *GROUPED):
        return stem, None, []
    sorts = path.suffix.lower() in SORTS
    found, problems = read_sorts(path, path.name, None) if sorts else (None, [])
    if found is not None and _sorted(found.sorts.frame):
        return "sorts", found.sorts, []
    if path.suffix.lower() not in FORMATS:
        usual = Problem(path.name, "a survey or sorts", "Save it as .xlsx or .csv.")
        return "", None, problems or [usual]
    sheet, problems = read_sheet(path, path.name)
    return "survey", sheet, problems


def _sorted(frame: pd.DataFrame) -> bool:
    """Return whether rows are sorts: most of them lay the same values, in another order."""
    cards = [
        name for name in frame.columns if str(name).casefold() not in ("participant", "session")
    ]
    values = frame[cards].map(cells.number)
    if len(cards) < 3 or values.isna().to_numpy().mean() > 0.1:
        return False
    piles = Counter(tuple(sorted(row)) for row in values.dropna().to_numpy().tolist())
    usual, count = piles.most_common(1)[0] if piles else ((), 0)
    return len(set(usual)) > 2 and (count > len(values) / 2 or min(usual) < 0)


def _free(folder: str | Path) -> Path:
    """Return a folder in which nothing can be overwritten."""
    place = Path(folder).expanduser()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        remedy = "Choose another name; nothing was overwritten."
        raise TextFault("a folder that does not exist yet", remedy)
    return place


def leftovers(study: Study) -> Iterator[Problem]:
    """Yield what is still as `cxlib new` wrote it: example rows, texts that would be printed."""
    tables = [name for name in study.files if name.endswith(".csv") and (EXAMPLE / name).is_file()]
    same = [
        name for name in tables if _text(study.folder, name).split() == _text(EXAMPLE, name).split()
    ]
    if same:
        remedy = "Replace the example's rows by your own, or remove these files."
        yield Problem("", "rows of your own", remedy, value=", ".join(same), hint=True)
    yamls = [name for name in ("study.yaml", "vision.yaml") if name in study.files]
    lines = _text(study.folder, "study.yaml").splitlines() if "study.yaml" in yamls else []
    guesses = [place for place, line in enumerate(lines, 1) if re.search(r"# guess\b", line)]
    if guesses:
        keys = tuple(lines[place - 1].split(":")[0].strip() for place in guesses)
        remedy = "Look at each guess, mend it where it is wrong, and remove its mark."
        first = Problem("study.yaml", "your own decision", remedy, guesses[0], keys[0], hint=True)
        yield replace(first, rows=tuple(guesses), columns=keys)
    for name in yamls:
        own, old = (yaml.safe_load(_text(place, name)) or {} for place in (study.folder, EXAMPLE))
        keys = tuple(key for key in _PRINTED if key in old and own.get(key) == old[key])
        if keys:
            expected = "other texts than the example's"
            remedy = "Write your own, or remove them; they would be printed as yours."
            yield Problem(name, expected, remedy, column=keys[0], columns=keys, hint=True)


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8-sig", "replace")
