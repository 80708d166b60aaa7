"""The cards as a figure shows them: text, colour, marker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from cxlib.figures.brand import Mark
from cxlib.figures.look import Look

_SHORT = 4  # characters of an id that fits anywhere


def texts(cards: pd.DataFrame, look: Look) -> dict[str, str]:
    """Card to text in the figure's language: the short one, else the label, else the other's.

    Examples
    --------
    >>> cards = pd.DataFrame({"label_nl": ["Beloften"], "short_en": [""]}, index=["c01"])
    >>> texts(cards, Look("en"))
    {'c01': 'Beloften'}
    """
    own = [f"short_{look.language}", f"label_{look.language}"]
    others = [c for start in ("short_", "label_") for c in cards if str(c).startswith(start)]
    found = pd.Series(pd.NA, index=cards.index, dtype="object")
    for column in [*own, *others, "label"]:
        if column in cards:
            found = found.fillna(cards[column].replace("", pd.NA))
    return {str(card): str(text) for card, text in found.fillna(cards.index.to_series()).items()}


def codes(cards: pd.DataFrame) -> dict[str, str]:
    """What stands for each card where its text does not fit: its id, or its number if that is long.

    Examples
    --------
    >>> codes(pd.DataFrame(index=["c01", "c02"])), codes(pd.DataFrame(index=["less_tax"]))
    ({'c01': 'c01', 'c02': 'c02'}, {'less_tax': '1'})
    """
    ids = [str(card) for card in cards.index]
    long = max(map(len, ids), default=0) > _SHORT
    return {card: str(place) if long else card for place, card in enumerate(ids, start=1)}


@dataclass(frozen=True)
class Deck:
    """Labels, codes and marks of cards, and the key that explains the marks."""

    labels: dict[str, str]
    codes: dict[str, str]
    marks: dict[str, Mark]
    key: list[tuple[Mark, str]]

    @classmethod
    def of(cls, cards: pd.DataFrame, shown: Iterable[str], look: Look) -> Deck:
        """Look up the cards that are shown; unknown ones keep their id, without domain."""
        known = cards.reindex(list(shown))
        plain = Mark(look.brand.primary, "o")
        domains = known["domain"].fillna("") if "domain" in known else pd.Series("", known.index)
        marks = look.marks(domains)
        used = [domain for domain in marks if (domains == domain).any()]
        return cls(
            labels=texts(known, look),
            codes={str(card): str(card)[:_SHORT] for card in known.index} | codes(cards),
            marks={str(card): marks.get(str(d), plain) for card, d in domains.items()},
            key=[(marks[d], look.domain_label(d)) for d in used] if len(used) > 1 else [],
        )

    def some(self, cards: Sequence[str], most: int, look: Look) -> str:
        """The first cards in a sentence, and how many more there are."""
        names = [self.quoted(card, look) for card in cards[:most]]
        left = len(cards) - most
        return look.listed(names + [look.say("{left} more", left=left)] * (left > 0))

    def quoted(self, card: str, look: Look) -> str:
        """A card's label within a sentence."""
        return look.quoted(self.labels[card])
