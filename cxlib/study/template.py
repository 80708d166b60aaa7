"""A new study folder, filled with a small example that passes the check."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from cxlib.study import cells
from cxlib.study.dictionary import tables
from cxlib.study.drafting import draft, settings, slug
from cxlib.study.folder import SORTS
from cxlib.study.formats import read_sorts
from cxlib.study.problems import Problem, StudyError
from cxlib.study.readers import FORMATS, Sheet, read_sheet

if TYPE_CHECKING:
    from cxlib.study.study import Study

_CARDS = """\
c1,De corporatie komt afspraken na,Promises are kept,Afspraak is afspraak,service,reliable
c2,Mijn buurt is veilig,My neighbourhood is safe,Veilige buurt,neighbourhood,neighbourhood
c3,Ik kan mijn woning betalen,I can afford my dwelling,Betaalbare woning,dwelling,dwelling
c4,Mijn woning is netjes,My dwelling is neat,Nette woning,dwelling,dwelling
c5,Mijn woning is warm en droog,My dwelling is warm and dry,Comfort,dwelling,dwelling
c6,Mijn buurt is prettig,My neighbourhood is pleasant,Prettige buurt,neighbourhood,neighbourhood
c7,Ik word op de hoogte gehouden,I am kept informed,Goed ingelicht,service,reliable
c8,Medewerkers zijn deskundig,Staff are expert,Deskundig,service,reliable
c9,Een reparatie is snel gedaan,A repair is done quickly,Snelle reparatie,service,reliable
"""
_SORTS = (
    "2 1 1 0 0 0 -1 -1 -2",
    "1 2 0 1 0 -1 0 -2 -1",
    "0 1 2 1 0 0 -1 -1 -2",
    "1 0 0 -1 -2 -1 1 0 2",
)
_CODES = """\
agreements,Afspraken nakomen,Keeping promises,service,reliable
informed,Op de hoogte blijven,Being kept informed,service,reliable
rent,De huur,The rent,dwelling,dwelling
"""
_REMARKS = """\
T01,c1,Ze belden terug op de dag die was afgesproken.,agreements; informed,yes
T01,c3,,rent,no
T02,c3,De huur stijgt sneller dan mijn inkomen.,rent,yes
T03,,Ik hoor pas iets als ik zelf bel.,informed,
"""
_GRADES = ("7 6 8 7 6 7 5 8 6", "8 7 7 6 6 7 6 7 ", "6 5 8 7 7 6 4 7 5", "7 7 9 8 7 8 6 8 7")
_ITEMS = (
    "dwelling_neat dwelling_comfort neighbourhood_safe neighbourhood_pleasant"
    " reliable_agreements reliable_informed"
)
_SURVEY = (
    "R0001 2020-01-15 north internet repairs 8 7 8 8 7 8 7 9 8",
    "R0002 2020-02-03 south telephone moving_in 6 6 7 7 6 5 6 6 5",
    "R0003 2020-02-20 north internet repairs 9 9 8 9 8 8 8 9 9",
    "R0004 2020-03-30 south internet repairs 5 4 6 6 5 7 6 4 4",
)
_PRINTED = ("values", "journeys", "districts", "purpose", "crocodiles")  # texts of the example
_SINGLE = ("complaints", "callbacks", "internal", "benchmark", "votes", "maturity", "participation")


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
    written = []
    for name, content in _files().items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # With mark and semicolons, which a Dutch spreadsheet opens as columns at once.
        path.write_text(content, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
        written.append(path)
    return written


def new_from(folder: str | Path, sources: Sequence[str | Path]) -> list[Path]:
    """Write a study folder from exports: the files as they are, and what they seem to hold.

    Parameters
    ----------
    folder : str or Path
        A folder that does not exist yet, or is empty.
    sources : sequence of str or Path
        A survey, files with sorts, or tables by their names in data/raw/README.md.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    StudyError
        If a file can't be read; nothing is written then.
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
    template = files("cxlib.study").joinpath("new_study.yaml").read_text(encoding="utf-8")
    text = settings(template, found, groups, kept)
    if survey and Path(survey).stem.casefold() != "survey":
        text += f"\nfiles: {{survey: {json.dumps(survey, ensure_ascii=False)}}}\n"
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
    if stem in tables() and stem not in ("survey", "sorts", "ratings", "remarks"):
        return stem, None, []
    found, problems = (
        read_sorts(path, path.name, None) if path.suffix.lower() in SORTS else (None, [])
    )
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
        raise StudyError([Problem("", "a folder that does not exist yet", remedy)])
    return place


def leftovers(study: Study) -> Iterator[Problem]:
    """Yield what is still as `cxlib new` wrote it: example rows, texts that would be printed."""
    example = _files()
    tables = [name for name in study.files if name.endswith(".csv") and name in example]
    same = [name for name in tables if _read(study, name).split() == example[name].split()]
    if same:
        remedy = "Replace the example's rows by your own, or remove these files."
        yield Problem("", "rows of your own", remedy, value=", ".join(same), hint=True)
    lines = _read(study, "study.yaml").splitlines() if "study.yaml" in study.files else []
    guesses = [place for place, line in enumerate(lines, 1) if re.search(r"# guess\b", line)]
    if guesses:
        keys = tuple(lines[place - 1].split(":")[0].strip() for place in guesses)
        remedy = "Look at each guess, mend it where it is wrong, and remove its mark."
        first = Problem("study.yaml", "your own decision", remedy, guesses[0], keys[0], hint=True)
        yield replace(first, rows=tuple(guesses), columns=keys)
    for name in (name for name in ("study.yaml", "vision.yaml") if name in study.files):
        own, old = yaml.safe_load(_read(study, name)) or {}, yaml.safe_load(example[name])
        keys = tuple(key for key in _PRINTED if key in old and own.get(key) == old[key])
        if keys:
            remedy = "Write your own, or remove them; they would be printed as yours."
            first = Problem(
                name, "other texts than the example's", remedy, column=keys[0], hint=True
            )
            yield replace(first, columns=keys)


def _read(study: Study, name: str) -> str:
    return (study.folder / name).read_text("utf-8-sig", "replace")


def _files() -> dict[str, str]:
    here = files("cxlib.study")
    cards = [f"c{place}" for place in range(1, 10)]
    sessions = ["north", "north", "south", "south"]
    people = [[f"T0{place}", session] for place, session in enumerate(sessions, 1)]
    head = "respondent date district mode journey overall journey_grade grade_dwelling"
    return {
        "study.yaml": here.joinpath("new_study.yaml").read_text(encoding="utf-8"),
        "vision.yaml": here.joinpath("new_vision.yaml").read_text(encoding="utf-8"),
        "cards.csv": _table(
            ["card", "label_nl", "label_en", "short_nl", "domain", "value"],
            [line.split(",") for line in _CARDS.splitlines()],
        ),
        "codes.csv": _table(
            ["code", "label_nl", "label_en", "domain", "value"],
            [line.split(",") for line in _CODES.splitlines()],
        ),
        "remarks/tenants.csv": _table(
            ["participant", "card", "text", "code", "consent"],
            [line.split(",") for line in _REMARKS.splitlines()],
        ),
        "sorts/tenants.csv": _wide(cards, people, _SORTS),
        "ratings/tenants.csv": _wide(cards, people, _GRADES),
        "survey.csv": _table(f"{head} {_ITEMS}".split(), [line.split() for line in _SURVEY]),
        **{f"{name}.csv": _single(name) for name in _SINGLE},
    }


def _wide(cards: list[str], people: list[list[str]], lines: tuple[str, ...]) -> str:
    rows = [person + line.split(" ") for person, line in zip(people, lines, strict=True)]
    return _table(["participant", "session", *cards], rows)


def _single(name: str) -> str:
    """Return a table of one row: the examples of the field dictionary."""
    fields = tables()[name].fields
    return _table([field.name for field in fields], [[field.example for field in fields]])


def _table(header: list[str], rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()
