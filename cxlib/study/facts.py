"""Published numbers with their source. Read from facts.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cxlib.study.text import Text

Name = Annotated[str, Field(min_length=1, max_length=40)]


class Fact(BaseModel):
    """One number, what it counts, and where it was published."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    id: Name
    value: int | float
    label: Text
    unit: Name = "count"
    source: Text | None = None


class TopCard(BaseModel):
    """The published importance of one card, 0 to 100."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    card: Name
    score: float = Field(ge=0, le=100)


class Facts(BaseModel):
    """All published numbers of a study.

    Parameters
    ----------
    source : Text, optional
        Source of every fact that names none itself.

    Examples
    --------
    >>> facts = Facts.from_mapping({"facts": [{"id": "homes", "value": 21000,
    ...     "label": {"nl": "woningen"}}], "top_cards": [{"card": "c01", "score": 92}]})
    >>> facts["homes"].value, facts.scores
    (21000, {'c01': 92.0})
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Text | None = None
    facts: list[Fact] = []
    top_cards: list[TopCard] = []

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Build from what YAML yields; raises pydantic's ValidationError with every path."""
        return cls.model_validate(dict(mapping))

    @property
    def scores(self) -> dict[str, float]:
        """Published score of each card, in the published order."""
        return {row.card: row.score for row in self.top_cards}

    def __getitem__(self, name: str) -> Fact:
        for fact in self.facts:
            if fact.id == name:
                return fact
        raise KeyError(f"no fact {name!r}; there are {', '.join(f.id for f in self.facts)}")

    def __contains__(self, name: object) -> bool:
        return any(fact.id == name for fact in self.facts)

    def source_of(self, name: str) -> Text | None:
        """Source of one fact: its own, or else that of the whole file."""
        return self[name].source or self.source

    @field_validator("facts", "top_cards")
    @classmethod
    def _once(cls, rows: list[Any]) -> list[Any]:
        names = [row.id if isinstance(row, Fact) else row.card for row in rows]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every id once; {', '.join(twice)} occurs more than once")
        return rows
