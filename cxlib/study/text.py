"""A text in Dutch and English, of which one language is enough."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["nl", "en"]


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
