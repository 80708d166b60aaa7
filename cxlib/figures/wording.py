"""Words that figures draw from a vision: texts in the right language, counts, months, remarks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from cxlib.figures.look import Look
from cxlib.figures.text import normal, shorten
from cxlib.language import plural

COMPLETE = plural(
    "{n} complete answer", "{n} complete answers"
)  # of respondents who graded everything that an analysis needs
_LONGEST = 600  # signs


def said(text: Any, look: Look) -> str:
    """A text in the figure's language: from an object with `.at`, a mapping or a plain string.

    What is longer than any box could hold is cut, so that it costs no time to measure.
    """
    text = normal(look.own(text)[: 2 * _LONGEST])
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def named(ids: Iterable[Any], labels: Mapping[str, Any], look: Look) -> list[str]:
    """What rows are called: the text given for them, else their ids."""
    return [said(labels.get(str(i)), look) or str(i) for i in ids]


def dashes(values: Iterable[float], look: Look) -> str:
    """The remark that explains a dash, where there is one."""
    if all(value == value for value in values):
        return ""
    return look.say("A dash: too few answers.")


def left_out(count: int, look: Look) -> str:
    """The remark that tells how many cards are not shown, if any."""
    cards = look.count(count, "{n} card", "{n} cards")
    return look.say("Not shown: {cards}.", cards=cards) if count else ""


def opened(text: str) -> str:
    """The text with a capital first; the rest as it is. A capital bears no accent: Eén."""
    first = unicodedata.normalize("NFD", text[:1])[:1].upper()
    return first + text[1:]


def inside(text: Any, look: Look) -> str:
    """A label as it reads in mid-sentence: small first letter, not too long."""
    label = shorten(said(text, look), 62, 10.5, "bold")
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
