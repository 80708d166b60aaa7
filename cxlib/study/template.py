"""A new study folder, filled with a small example that passes the check."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from cxlib.study.dictionary import tables
from cxlib.study.problems import Problem, StudyError

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
    place = Path(folder).expanduser()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        remedy = "Choose another name; nothing was overwritten."
        raise StudyError([Problem("", "a folder that does not exist yet", remedy)])
    written = []
    for name, content in _files().items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # With mark and semicolons, which a Dutch spreadsheet opens as columns at once.
        path.write_text(content, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
        written.append(path)
    return written


def leftovers(study: Study) -> Iterator[Problem]:
    """Yield what is still as `cxlib new` wrote it: example rows, texts that would be printed."""
    example = _files()
    tables = [name for name in study.files if name.endswith(".csv") and name in example]
    same = [name for name in tables if _read(study, name).split() == example[name].split()]
    if same:
        remedy = "Replace the example's rows by your own, or remove these files."
        yield Problem("", "rows of your own", remedy, value=", ".join(same), hint=True)
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
