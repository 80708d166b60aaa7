"""The numbers that a study follows month by month: `kpis` in study.yaml."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from cxlib.study.text import Id, Labelled, Name, Part, Text

Kind = Literal[
    "share of grades", "mean grade", "share within a norm", "rate per thousand homes", "count"
]
PARTS: dict[str, tuple[str, ...]] = {  # the columns that a kind can't do without
    "share of grades": ("date", "grade"),
    "mean grade": ("date", "grade"),
    "share within a norm": ("opened", "closed"),
    "rate per thousand homes": ("date", "number", "homes"),
    "count": ("date",),
}


class KpiColumns(Part):
    """Which column of its table plays which part; a part is named after itself by default."""

    id: Name | None = None
    date: Name | None = None
    opened: Name | None = None
    closed: Name | None = None
    grade: Name | None = None
    number: Name | None = None
    homes: Name | None = None


class Kpi(Labelled):
    """A number to be followed month by month: what kind it is, and which rows it comes of.

    Parameters
    ----------
    kind : str
        Share of grades that are `at_least` so high (the top grade by default), mean grade, share
        closed within a norm of days, rate per thousand homes, or count.
    table : str
        "survey", or the name of a file with rows.
    columns : KpiColumns
        Headers of the columns that play a part, where they are not named after it.
    better : {"higher", "lower"}
        On which side of the target it should be; said wherever a rate or a count has one.
    base : list of periods
        In place of those of the study.
    steers : bool
        Whether the organisation steers on it: those have a page in the booklet.
    minimum_cell : int, optional
        Of a mean grade in place of the study's, where rows are not about tenants.
    heading, lead, ask : text, optional
        The words of its page in the booklet.

    Examples
    --------
    >>> columns = {"opened": "received", "closed": "done"}
    >>> kpi = Kpi(id="repairs", label=Text(en="Repairs"), kind="share within a norm",
    ...           table="repairs", columns=columns, norm=5)
    >>> kpi.parts
    {'opened': 'received', 'closed': 'done'}
    """

    kind: Kind
    table: Id
    columns: KpiColumns = KpiColumns()
    base: list[Name] = []
    norm: float | None = Field(default=None, gt=0)
    at_least: float | None = None
    target: float | None = None
    better: Literal["higher", "lower"] = "higher"
    steers: bool = False
    minimum_cell: int | None = Field(default=None, ge=5)
    heading: Text | None = None
    lead: Text | None = None
    ask: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> Kpi:
        if not re.fullmatch(r"[a-z0-9_]+", self.id) or self.id in ("closing", "verdicts"):
            raise ValueError("an id of small letters, digits and _, not closing or verdicts")
        if self.kind == "share within a norm" and self.norm is None:
            raise ValueError("a norm in days, as this kind needs: norm: 10")
        if self.minimum_cell is not None and self.kind != "mean grade":
            raise ValueError("minimum_cell of a mean grade only: elsewhere numbers are published")
        counts = self.unit in ("rate", "count") and self.target is not None
        if counts and "better" not in self.model_fields_set:
            raise ValueError("on which side of its target it should be: better: lower, or higher")
        known = {"id", *PARTS[self.kind], *(["number"] * (self.kind == "count"))}
        for part in sorted(self.columns.model_fields_set - known):
            needs = ", ".join(PARTS[self.kind])
            raise ValueError(f"columns that this kind has: {needs}; not {part}")
        return self

    @property
    def parts(self) -> dict[str, str]:
        """The header of each column that is read."""
        named = {part: name for part, name in self.columns if name is not None}
        usual = {"grade": "overall"} if self.table == "survey" else {}
        return {part: usual.get(part, part) for part in PARTS[self.kind]} | named

    @property
    def dated(self) -> str:
        """The part that says which month a row belongs to."""
        return PARTS[self.kind][0]

    @property
    def unit(self) -> str:
        """The unit of its values: share, grade, rate or count."""
        words = {"mean grade": "grade", "rate per thousand homes": "rate", "count": "count"}
        return words.get(self.kind, "share")


def satisfaction(top: float) -> Kpi:
    """What is followed where a study names no KPIs: the share of the survey's top grades.

    Examples
    --------
    >>> satisfaction(4).label.at("en")
    'Customer satisfaction 4+'
    """
    label = Text.said("Customer satisfaction {top}+", top=f"{top:g}")
    return Kpi(id="satisfaction", label=label, kind="share of grades", table="survey", steers=True)


ENTRY = (
    "- {id: complaints, label: Complaints, kind: share within a norm, table: complaints,"
    " columns: {opened: received, closed: closed}, norm: 10, target: 0.9, steers: true}"
)
