"""The parts of a vision, as vision.yaml writes them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cxlib.study.text import Text


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


def _word(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Month = Annotated[dt.date, BeforeValidator(_month)]
Id = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=40)]


class Part(BaseModel):
    """Base of every part: unknown keys are faults, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(Part):
    """One of the questions that the vision answers; drawn as a part of the house."""

    id: Id
    label: Text
    text: Text | None = None


class ValuePromise(Part):
    """What the organisation promises on a customer value, and the behaviour that shows it."""

    id: Id
    promise: Text
    behaviours: list[Text] = []


class Phase(Part):
    """A phase in which the vision was made; months may be unknown."""

    id: Id
    label: Text
    text: Text | None = None
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

    year: Id
    label: Text
    aims: list[Literal["fail", "top"]] = []
    text: Text | None = None
    items: list[Text] = []


class Project(Part):
    """A sub-project; `start` and `end` are whole months, the last one included."""

    id: Id
    label: Text
    text: Text | None = None
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


class Dimension(Part):
    """A dimension of service excellence; the one in the centre is marked."""

    id: Id
    label: Text
    text: Text | None = None
    centre: bool = False


class Layer(Part):
    """A layer of the pyramid, lowest first, and the grades that go with it."""

    id: Id
    label: Text
    text: Text | None = None
    grade: Text | None = None


class ServiceExcellence(Part):
    """The service excellence model: dimensions and pyramid."""

    dimensions: list[Dimension] = []
    pyramid: list[Layer] = []


class Crocodile(Part):
    """A rule that nobody can defend, and what became of it."""

    id: Id
    label: Text
    status: Literal["candidate", "next", "chosen", "abolished"] = "candidate"


class Card(Part):
    """Words on the one-page card for staff."""

    title: Text
    subtitle: Text | None = None
    line: Text | None = None


class Photo(Part):
    """A place for a photo; a photo without the sitters' consent is refused."""

    slot: Id
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
