"""What a figure knows of its study: language, brand, source; what it calls and marks things."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from cxlib.figures.brand import Brand, Mark
from cxlib.figures.text import normal, shorten
from cxlib.language import NOTHING, Speaker, plural

if TYPE_CHECKING:
    from cxlib.study import Study

# Of respondents who graded everything that an analysis needs.
COMPLETE = plural("{n} complete answer", "{n} complete answers")
_LONGEST = 600  # signs
_SHORT = 4  # characters of an id that fits anywhere
NAMES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("names.yaml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Look(Speaker):
    """Language, brand and source of a study's figures.

    Parameters
    ----------
    language : str
        Code of a language that there are words for.
    brand : Brand
        The three house colours.
    source : str
        Citation, without "Source:".
    organisation : str
        Name of the corporation.
    domains : mapping of str to str
        Domain id to label, in the study's order; fixes colour and marker of every domain.
    ends : pair of str, optional
        What the board says on its left and right; "least important" and "most important".

    Examples
    --------
    >>> look = Look("nl")
    >>> look.number(7.42, 1), look.percent(0.531), look.signed(-0.25, 1)
    ('7,4', '53%', '−0,2')
    """

    brand: Brand = field(default_factory=Brand)
    source: str = ""
    organisation: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    ends: tuple[str, str] | None = None

    @classmethod
    def of(cls, study: Study, language: str) -> Look:
        """The look of a study in one of its languages."""
        config = study.config
        return cls(
            language,
            brand=Brand(**config.brand.model_dump()),
            source=config.source.at(language) if config.source else "",
            organisation=study.name,
            domains={domain.id: domain.label.at(language) for domain in config.domains},
            ends=config.board.at(language) if config.board else None,
        )

    @property
    def board(self) -> tuple[str, str]:
        """The words at the low and the high end of the board."""
        least = self.say("least important")
        return self.ends or (least, self.say("most important"))

    @property
    def scored(self) -> str:
        """What a card's score is, by what stands at the ends of the board."""
        if self.ends is None:
            return self.say("Importance from 0 to 100")
        low, high = self.ends
        return self.say("Score, 0 ({low}) to 100 ({high})", low=low, high=high)

    def brief(self, text: str, room: float = 62.0) -> str:
        """A label within a title, shortened to `room` millimetres."""
        return shorten(text, room, 10.5, "bold")

    def quoted(self, text: str, room: float = 62.0) -> str:
        """As `brief`, in quotation marks."""
        return f"‘{self.brief(text, room)}’"

    def marks(self, domains: Iterable[str] = ()) -> dict[str, Mark]:
        """Fill and marker of every domain; ids that the study does not list come after."""
        known = list(self.domains)
        extra = [d for d in dict.fromkeys(domains) if d and d == d and d not in self.domains]
        names = [*known, *extra]
        return dict(zip(names, self.brand.marks(len(names)), strict=True))

    def domain_label(self, domain: str) -> str:
        """The label of a domain, or its id."""
        return self.domains.get(domain, domain)

    def source_line(self, origin: str, note: str = "") -> str:
        """Source, remark and where the rows come from, as set under the figure."""
        if origin not in NAMES["origins"]:
            raise ValueError(f"origin is one of {', '.join(NAMES['origins'])}, not {origin!r}")
        source = self.say("Source: ") + self.source.rstrip(".") + "." if self.source else ""
        return " ".join(part for part in (source, note, self.word("origins", origin)) if part)

    def word(self, kind: str, name: Any, other: str = NOTHING) -> str:
        """What something with an id of its own is called (`names.yaml`)."""
        return self.say(NAMES[kind].get(name, other))

    def said(self, text: Any) -> str:
        """The study's own text: from an object with `.at`, a mapping or a plain string.

        What is longer than any box could hold is cut, so that it costs no time to measure.
        """
        text = normal(self.own(text)[: 2 * _LONGEST])
        return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"

    def inside(self, text: Any) -> str:
        """A label as it reads in mid-sentence: small first letter, not too long."""
        label = self.brief(self.said(text))
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def named(self, ids: Iterable[Any], labels: Mapping[str, Any]) -> list[str]:
        """What rows are called: the text given for them, else their ids."""
        return [self.said(labels.get(str(i))) or str(i) for i in ids]

    def dashes(self, values: Iterable[float]) -> str:
        """The remark that explains a dash, where there is one."""
        if all(value == value for value in values):
            return ""
        return self.say("A dash: too few answers.")

    def left_out(self, count: int) -> str:
        """The remark that tells how many cards are not shown, if any."""
        cards = self.count(count, "{n} card", "{n} cards")
        return self.say("Not shown: {cards}.", cards=cards) if count else ""


def opened(text: str) -> str:
    """The text with a capital first; the rest as it is. A capital bears no accent: Eén."""
    first = unicodedata.normalize("NFD", text[:1])[:1].upper()
    return first + text[1:]


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
        # Where its text does not fit, its id stands for a card, or its number if ids are long.
        ids = [*map(str, cards.index)]
        long = max(map(len, ids), default=0) > _SHORT
        codes = {card: str(place) if long else card for place, card in enumerate(ids, start=1)}
        return cls(
            labels=texts(known, look),
            codes={str(card): str(card)[:_SHORT] for card in known.index} | codes,
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
