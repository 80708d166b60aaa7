"""Texts, names and ids: what the settings of a study are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cxlib.language import Speaker, languages
from cxlib.problems import nearest

Origin = Literal["published", "collected", "simulated"]


def _word(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _spoken(code: str) -> str:
    if code not in languages():
        told = {"expected": "a language that there are words for"}
        remedy = nearest(code, languages())
        raise PydanticCustomError("remedied", "{expected}", told | {"remedy": remedy})
    return code


Language = Annotated[str, AfterValidator(_spoken)]
Name = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=500)]
# Ids become file and folder names, so nothing in them may mean something to a file system.
Id = Annotated[
    str, BeforeValidator(_word), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)
]
Key = Annotated[str, BeforeValidator(_word), Field(min_length=1, max_length=40)]


class Text(BaseModel):
    """A text in one or more languages; one that is absent falls back on another.

    Parameters
    ----------
    **by_language : str
        The text in each language, by its code; at least one. A plain string counts for all.

    Examples
    --------
    >>> Text(nl="huurders", en="tenants").at("en")
    'tenants'
    >>> Text.model_validate({"nl": "huurders"}).at("en")
    'huurders'
    >>> Text.model_validate("KPI").at("nl")
    'KPI'
    """

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)
    __pydantic_extra__: dict[Language, str | None]

    if TYPE_CHECKING:

        def __init__(self, **by_language: str | None) -> None: ...

    @classmethod
    def said(cls, message: str, **values: Text | str) -> Text:
        """A message of the catalogue in every language, with values at its placeholders.

        Examples
        --------
        >>> Text.said("{item} (reversed)", item=Text(nl="Duur", en="Costly")).at("nl")
        'Duur (omgekeerd)'
        """
        texts = {}
        for speaker in map(Speaker, languages()):
            own = {name: speaker.own(value) for name, value in values.items()}
            texts[speaker.language] = speaker.say(message, **own)
        return cls(**texts)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return dict.fromkeys(languages(), str(value))
        first = (info.context or {}).get("languages", [])  # of the study: what others fall back on
        if isinstance(value, dict) and first:
            return {code: value[code] for code in [*first, *value] if code in value}
        return value

    @model_validator(mode="after")
    def _filled(self) -> Self:
        if not self.by_language:
            raise ValueError(f"a text in {' or '.join(languages())}")
        return self

    @property
    def by_language(self) -> dict[str, str]:
        """The texts that there are, by the code of their language."""
        return {code: text for code, text in (self.__pydantic_extra__ or {}).items() if text}

    def at(self, language: str) -> str:
        """Return the text in a language, or in the first one that there is."""
        texts = self.by_language
        return texts.get(language) or next(iter(texts.values()))


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
        yield from part.by_language.values()
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from words(getattr(part, name))
    elif isinstance(part, dict | list | tuple):
        for piece in part.values() if isinstance(part, dict) else part:
            yield from words(piece)
