"""The vision itself: what the booklet shows that no survey can tell. Read from vision.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from cxlib.study.text import Text
from cxlib.study.vision_parts import (
    Card,
    Crocodile,
    Level,
    Organisation,
    Phase,
    Photo,
    Project,
    Question,
    ServiceExcellence,
    ValuePromise,
    Year,
)

Origin = Literal["published", "collected", "simulated"]
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


class Vision(BaseModel):
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
    >>> vision = Vision.from_mapping({"roadmap": [{"year": 2020, "label": {"en": "Repair"}}]})
    >>> vision.roadmap[0].year, vision.roadmap[0].label.at("nl")
    ('2020', 'Repair')
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provenance: dict[Section, Origin] = {}
    notes: dict[Section, Text] = {}
    purpose: Text | None = None
    ambition: Text | None = None
    questions: list[Question] = []
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

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Build from what YAML yields; raises pydantic's ValidationError with every path."""
        return cls.model_validate(dict(mapping))

    def origin(self, section: Section) -> Origin:
        """Where a section's content comes from; "collected" unless the file says otherwise."""
        return self.provenance.get(section, "collected")

    @field_validator(
        "questions", "values", "phases", "maturity", "roadmap", "projects", "crocodiles", "photos"
    )
    @classmethod
    def _once(cls, parts: list[Any]) -> list[Any]:
        """Refuse a part that occurs twice, by its id, level, year or slot."""
        keys = ("id", "level", "year", "slot")
        names = [str(getattr(part, key)) for part in parts for key in keys if hasattr(part, key)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every part once; {', '.join(twice)} occurs more than once")
        return parts

    @field_validator("maturity_now")
    @classmethod
    def _lower_first(cls, levels: tuple[int, int] | None) -> tuple[int, int] | None:
        if levels and levels[0] > levels[1]:
            raise ValueError("two levels, the lower one first")
        return levels

    @field_validator("maturity_now", "maturity_aim")
    @classmethod
    def _exists(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse a level that `maturity` does not have; silent where that is itself at fault."""
        if value is None or "maturity" not in info.data:
            return value
        known = {part.level for part in info.data["maturity"]}
        unknown = [
            str(v) for v in (value if isinstance(value, tuple) else (value,)) if v not in known
        ]
        if unknown:
            raise ValueError(f"levels that occur in maturity; {', '.join(unknown)} does not")
        return value
