"""Texts, names and ids: what the settings of a study are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Language = Literal["nl", "en"]
Origin = Literal["published", "collected", "simulated"]


def _word(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Name = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=500)]
# Ids become file and folder names, so nothing in them may mean something to a file system.
Id = Annotated[
    str, BeforeValidator(_word), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
]
Key = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=40)]


class Text(BaseModel):
    """A text in one or two languages; the one that is absent falls back on the other.

    Parameters
    ----------
    nl, en : str, optional
        The text in Dutch and in English; at least one. A plain string counts as both.

    Examples
    --------
    >>> Text(nl="huurders", en="tenants").at("en")
    'tenants'
    >>> Text.model_validate({"nl": "huurders"}).at("en")
    'huurders'
    >>> Text.model_validate("KPI").at("nl")
    'KPI'
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    nl: str | None = None
    en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return {"nl": str(value), "en": str(value)}
        return value

    @model_validator(mode="after")
    def _filled(self) -> Self:
        if not self.nl and not self.en:
            raise ValueError("a text in nl or en, or both")
        return self

    def at(self, language: str) -> str:
        """Return the text in a language, or in the other one where that is all there is."""
        first, second = (self.nl, self.en) if language == "nl" else (self.en, self.nl)
        return first or second or ""


class Part(BaseModel):
    """Base of every part: an unknown key is a fault, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Labelled(Part):
    """Something with an id and a name to print."""

    id: Id
    label: Text


def words(part: object) -> Iterator[str]:
    """The texts for people in a part of the settings, however deep they lie.

    Examples
    --------
    >>> list(words({"a": [Text(nl="huurders", en="tenants")], "b": 3}))
    ['huurders', 'tenants']
    """
    if isinstance(part, Text):
        yield from filter(None, (part.nl, part.en))
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from words(getattr(part, name))
    elif isinstance(part, dict | list | tuple):
        for piece in part.values() if isinstance(part, dict) else part:
            yield from words(piece)
