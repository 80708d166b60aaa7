"""What no survey can tell: the vision (vision.yaml), and published numbers (facts.yaml)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from cxlib.study.text import Key, Origin, Part, Text


def _month(value: object) -> object:
    """Read 2020-02 (or a whole date) as the first of that month."""
    if isinstance(value, dt.date):
        return dt.date(value.year, value.month, 1)
    if isinstance(value, str):
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value.strip())
        if not found:
            raise ValueError("a month such as 2020-02")
        return dt.date(int(found[1]), int(found[2]), 1)
    return value


Month = Annotated[dt.date, BeforeValidator(_month)]


def _each_once(what: str, *keys: str) -> Callable[[list[Any]], list[Any]]:
    """Return a validator that refuses what occurs twice, by whichever of these keys it has."""

    def once(parts: list[Any]) -> list[Any]:
        names = [str(getattr(p, key)) for p in parts for key in keys if hasattr(p, key)]
        twice = sorted(name for name, times in Counter(names).items() if times > 1)
        if twice:
            raise ValueError(f"every {what} once; {', '.join(twice)} occurs more than once")
        return parts

    return once


class Titled(Part):
    """Something with an id, a name to print, and perhaps a text."""

    id: Key
    label: Text
    text: Text | None = None


class ValuePromise(Part):
    """What the organisation promises on a customer value, and the behaviour that shows it."""

    id: Key
    promise: Text
    behaviours: list[Text] = []


class Phase(Titled):
    """A phase in which the vision was made; months may be unknown."""

    items: list[Text] = []
    start: Month | None = None
    end: Month | None = None


class Level(Part):
    """One level of customer orientation."""

    level: int = Field(ge=1, le=9)
    label: Text
    text: Text | None = None


class Year(Part):
    """One column of the roadmap; `aims` says which grades it works on: fails away, or 8+."""

    year: Key
    label: Text
    aims: list[Literal["fail", "top"]] = []
    text: Text | None = None
    items: list[Text] = []


class Project(Titled):
    """A sub-project; `start` and `end` are whole months, the last one included."""

    start: Month | None = None
    end: Month | None = None
    started: bool = True
    progress: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"project {self.id} ends before it starts")
        return self


class Unit(Part):
    """A team or body; `count` when there are several alike."""

    label: Text
    count: int | None = Field(default=None, ge=1)


class Department(Part):
    """A department with its teams."""

    label: Text
    units: list[Unit] = []


class Organisation(Part):
    """The organisation as residents meet it."""

    board: Unit | None = None
    departments: list[Department] = []
    partners: list[Unit] = []


class Dimension(Titled):
    """A dimension of service excellence; the one in the centre is marked."""

    centre: bool = False


class Layer(Titled):
    """A layer of the pyramid, lowest first, and the grades that go with it."""

    grade: Text | None = None


class ServiceExcellence(Part):
    """The service excellence model: dimensions and pyramid."""

    dimensions: list[Dimension] = []
    pyramid: list[Layer] = []


class Crocodile(Part):
    """A rule that nobody can defend, and what became of it."""

    id: Key
    label: Text
    status: Literal["candidate", "next", "chosen", "abolished"] = "candidate"


class Card(Part):
    """Words on the one-page card for staff."""

    title: Text
    subtitle: Text | None = None
    line: Text | None = None


class Photo(Part):
    """A place for a photo; a photo without the sitters' consent is refused."""

    slot: Key
    alt: Text
    file: str | None = None
    credit: Text | None = None
    consent: bool = False

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.file is None:
            return self
        if not self.consent:
            raise ValueError(f"photo {self.file!r} has no consent; add it or leave the photo out")
        path = PurePath(self.file)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"photo {self.file!r} is not inside the study folder")
        return self


Section = Literal[
    "purpose",
    "ambition",
    "questions",
    "values",
    "phases",
    "maturity",
    "roadmap",
    "projects",
    "organisation",
    "service_excellence",
    "crocodiles",
    "card",
    "photos",
]


class Vision(Part):
    """All that vision.yaml holds; every part may be absent.

    Parameters
    ----------
    provenance : dict of section to "published", "collected" or "simulated"
        Where a section's content comes from; `origin` reads it.
    notes : dict of section to Text
        A remark that belongs in the source line of that section's figure.
    maturity_now : (low, high), optional
        Levels between which managers placed the organisation at the start.
    maturity_aim : int, optional
        Level that the organisation aims at.

    Examples
    --------
    >>> vision = Vision.model_validate({"roadmap": [{"year": 2020, "label": {"en": "Repair"}}]})
    >>> vision.roadmap[0].year, vision.roadmap[0].label.at("nl")
    ('2020', 'Repair')
    """

    provenance: dict[Section, Origin] = {}
    notes: dict[Section, Text] = {}
    purpose: Text | None = None
    ambition: Text | None = None
    questions: list[Titled] = []  # drawn as parts of the house
    values: list[ValuePromise] = []
    phases: list[Phase] = []
    maturity: list[Level] = []
    maturity_now: tuple[int, int] | None = None
    maturity_aim: int | None = None
    roadmap: list[Year] = []
    projects: list[Project] = []
    organisation: Organisation | None = None
    service_excellence: ServiceExcellence | None = None
    crocodiles: list[Crocodile] = []
    card: Card | None = None
    photos: list[Photo] = []

    def origin(self, section: Section) -> Origin:
        """Where a section's content comes from; "collected" unless the file says otherwise."""
        return self.provenance.get(section, "collected")

    _once = field_validator(
        "questions", "values", "phases", "maturity", "roadmap", "projects", "crocodiles", "photos"
    )(_each_once("part", "id", "level", "year", "slot"))

    @field_validator("maturity_now", "maturity_aim")
    @classmethod
    def _exists(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse a level that `maturity` does not have; silent where that is itself at fault."""
        if isinstance(value, tuple) and value[0] > value[1]:
            raise ValueError("two levels, the lower one first")
        if value is None or "maturity" not in info.data:
            return value
        known = {part.level for part in info.data["maturity"]}
        asked = value if isinstance(value, tuple) else (value,)
        unknown = [str(level) for level in asked if level not in known]
        if unknown:
            raise ValueError(f"levels that occur in maturity; {', '.join(unknown)} does not")
        return value


class Fact(Part):
    """One number, what it counts, and where it was published."""

    id: Key
    value: int | float
    label: Text
    unit: Key = "count"
    source: Text | None = None


class TopCard(Part):
    """The published importance of one card, 0 to 100."""

    card: Key
    score: float = Field(ge=0, le=100)


class Facts(Part):
    """All published numbers of a study.

    Parameters
    ----------
    source : Text, optional
        Source of every fact that names none itself.

    Examples
    --------
    >>> facts = Facts.model_validate({"facts": [{"id": "homes", "value": 21000,
    ...     "label": {"nl": "woningen"}}], "top_cards": [{"card": "c01", "score": 92}]})
    >>> facts["homes"].value, facts.scores
    (21000, {'c01': 92.0})
    """

    source: Text | None = None
    facts: list[Fact] = []
    top_cards: list[TopCard] = []

    @property
    def scores(self) -> dict[str, float]:
        """Published score of each card, in the published order."""
        return {row.card: row.score for row in self.top_cards}

    def __getitem__(self, name: str) -> Fact:
        for fact in self.facts:
            if fact.id == name:
                return fact
        raise KeyError(f"no fact {name!r}; there are {', '.join(f.id for f in self.facts)}")

    _once = field_validator("facts", "top_cards")(_each_once("id", "id", "card"))
