"""What a figure is told about its surroundings: language, brand, source, domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cxlib.figures.brand import Brand, Mark
from cxlib.figures.text import shorten
from cxlib.language import Speaker, _

_ORIGINS = {
    "published": _("Published figures."),
    "collected": _("Own research."),
    "simulated": _("Simulated data, not real respondents."),
}


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
        if origin not in _ORIGINS:
            raise ValueError(f"origin is one of {', '.join(_ORIGINS)}, not {origin!r}")
        source = self.say("Source: ") + self.source.rstrip(".") + "." if self.source else ""
        return " ".join(part for part in (source, note, self.say(_ORIGINS[origin])) if part)
