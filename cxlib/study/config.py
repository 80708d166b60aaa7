"""study.yaml: the settings of a study. Every key may be left out."""

from __future__ import annotations

import codecs
import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cxlib.study.kpis import ENTRY, Kpi, satisfaction
from cxlib.study.text import Id, Labelled, Language, Name, Origin, Part, Text

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Share = Annotated[float, Field(ge=0, le=1)]
T = TypeVar("T")


class Brand(Part):
    """The organisation's colours."""

    primary: Colour = "#1B3A5C"
    secondary: Colour = "#2A9D8F"
    accent: Colour = "#F2B705"


class Group(Labelled):
    """People who sorted the cards, and what they were asked (the condition of instruction)."""

    instruction: Text | None = None


class Board(Part):
    """What stands at the ends of the board: where the lowest and the highest values lie."""

    low: Text
    high: Text

    def at(self, language: str) -> tuple[str, str]:
        """Return both in a language."""
        return self.low.at(language), self.high.at(language)


class Value(Labelled):
    """A customer value, the domain it belongs to and the survey items that measure it."""

    short: Text | None = None
    domain: Id | None = None
    items: list[Name] = []


class Scale(Part):
    """Lowest and highest grade that a respondent could give."""

    low: int = 1
    high: int = 10

    @model_validator(mode="after")
    def _rising(self) -> Scale:
        if self.low >= self.high:
            raise ValueError("a low that is below high")
        return self


class File(Part):
    """The file of a table where it has another name, its sheet, or its encoding."""

    file: Name | None = None
    sheet: Name | None = None
    encoding: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _within(self) -> File:
        parts = (self.file or "").replace("\\", "/").split("/")
        if self.file and ("" in parts or ".." in parts or ":" in self.file):
            raise ValueError("a file inside the study folder")
        try:
            codecs.lookup(self.encoding or "utf-8")
        except LookupError as error:
            raise ValueError("an encoding such as utf-8, cp1252 or cp1250") from error
        return self


class Columns(Part):
    """Which column of the survey plays which part; a part is named after itself by default."""

    respondent: Name = "respondent"
    date: Name = "date"
    district: Name = "district"
    mode: Name = "mode"
    journey: Name = "journey"
    weight: Name = "weight"
    overall: Name = "overall"
    journey_grade: Name = "journey_grade"


class Survey(Part):
    """How to read the survey: columns, extra grades per value, scale, and whom it stands for.

    `questions` are the items' names to print, in place of those that the file has. `answers` says
    which grade an answer in words counts for; `unknown` are codes for don't know; `dates` says what
    comes first in days that end with the year. `margins` holds the known numbers (or shares) of all
    tenants for the categories of some columns; no weight comes above `trim` times the mean.
    `scales` has the ends of parts and items that are on another scale than `scale`; the answers to
    items under `reverse` are turned around on their scale on reading.
    """

    columns: Columns = Columns()
    grades: dict[Id, Name] = {}
    scale: Scale = Scale()
    scales: dict[Name, Scale] = {}
    reverse: list[Name] = []
    questions: dict[Name, Text] = {}
    answers: dict[Name, float] = {}
    unknown: list[Name] = []
    dates: Literal["day-first", "month-first"] | None = None
    margins: dict[Name, dict[Name, Annotated[float, Field(ge=0)]]] = {}
    trim: float = Field(default=5, gt=1)

    def scale_of(self, name: str) -> Scale:
        """The scale of a part or an item.

        Examples
        --------
        >>> Survey(scales={"overall": {"low": 0, "high": 10}}).scale_of("overall").low
        0
        """
        return self.scales.get(name, self.scale)


class Thresholds(Part):
    """`fail` or lower is a fail; `top` or higher is the ambition."""

    fail: float = 5
    top: float = 8


class Privacy(Part):
    """Smallest group of which a number may be published, and what is nobody's private address.

    `public` holds the organisation's own numbers and addresses, as texts of the study write them.
    """

    minimum_cell: int = Field(default=10, ge=5)
    public: list[Annotated[Name, Field(min_length=4)]] = []


class Break(Part):
    """A day on which the wording of a question or the survey mode changed.

    `columns` are the questions that changed; without any, all of the survey.
    """

    date: dt.date
    label: Text
    columns: list[Name] = []


class Periods(Part):
    """Length of a period, the base periods, and how many the driver analysis looks back on."""

    rule: Literal["month", "quarter", "year"] = "quarter"
    base: list[Name] = []
    window: int = Field(default=4, ge=1)
    breaks: list[Break] = []


class Limits(Part):
    """Lowest grade of an A and of a B in the sector's benchmark of a year; lower is a C."""

    a: float
    b: float

    @model_validator(mode="after")
    def _falling(self) -> Limits:
        if self.b >= self.a:
            raise ValueError("an a that is above b: the lowest grades of an A and of a B")
        return self


class Benchmark(Part):
    """The landlord in benchmark.csv that is this organisation, weights, and limits of a year."""

    own: Name = "own"
    weights: tuple[Share, Share, Share] = (0.25, 0.55, 0.20)
    limits: dict[int, Limits] = {}


class Landlords(Part):
    """The landlord in a table of landlords that is this one, and which others are its peers."""

    own: Name | None = None
    peers: list[Literal["type", "region", "size_band", "supported30"]] = []


class Decision(Part, Generic[T]):
    """A choice of the researcher and the reason for it; a bare value is a choice as well."""

    value: T
    reason: str = ""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Decision) else {"value": value}


class FlagChange(Part):
    """A flag that the researcher set or removed by hand, and why."""

    sort: Name
    factor: Name
    flag: bool
    reason: str = ""


class Flags(Part):
    """The rule of the automatic flags, changes to them by hand, and the reason for all of it."""

    level: float = Field(default=0.05, gt=0, lt=1)
    majority: float = Field(default=0.5, ge=0, lt=1)
    changes: list[FlagChange] = []
    reason: str = ""


Extraction = Literal["pca", "centroid", "horst", "principal_axis"]
Rotation = Literal["varimax", "quartimax", "equamax", "promax", "oblimin", "none"]
Correlation = Literal["pearson", "spearman", "kendall"]
# Judgmental rotation: the first factor moves so many degrees towards the second.
Turn = tuple[Name, Name, Annotated[float, Field(ge=-180, le=180)]]


class Lines(Part):
    """Targets that divide importance (0-100) and performance (a grade); None: the cards' mean."""

    importance: float | None = Field(default=None, ge=0, le=100)
    performance: float | None = None


class GroupDecisions(Part):
    """Recorded choices for one group's sorts; without `n_factors` the advice is followed.

    The methods hold for every group unless it has its own; number of factors, turns, flags by
    hand, inverted and split factors belong to one group's solution.
    """

    n_factors: Decision[Annotated[int, Field(ge=1)] | None] = Decision(value=None)
    extraction: Decision[Extraction] = Decision[Extraction](value="pca")
    rotation: Decision[Rotation] = Decision[Rotation](value="varimax")
    correlation: Decision[Correlation] = Decision[Correlation](value="pearson")
    missing: Decision[Literal["raise", "pairwise"]] = Decision[Literal["raise", "pairwise"]](
        value="raise"
    )
    turns: Decision[list[Turn]] = Decision[list[Turn]](value=[])
    flags: Flags = Flags()
    invert: Decision[list[Name]] = Decision[list[Name]](value=[])
    split: Decision[list[Name]] = Decision[list[Name]](value=[])


OWN = ("n_factors", "turns", "invert", "split")  # belong to one group's solution


class Decisions(GroupDecisions):
    """The researcher's recorded choices, and those for single groups under `groups`.

    What stands outside `groups` and belongs to one solution holds for the first group that sorted.
    """

    scoring: Decision[Id] = Decision[Id](value="rescaled")
    lines: Decision[Lines] = Decision[Lines](value=Lines())
    groups: dict[Id, GroupDecisions] = {}

    def of(self, group: str, first: bool) -> GroupDecisions:
        """Return what is recorded for one group; flags changed by hand also of other groups.

        Parameters
        ----------
        group : str
        first : bool
            Whether it is the study's first group of sorts.

        Examples
        --------
        >>> made = Decisions(rotation="promax", n_factors=3, groups={"staff": {"n_factors": 2}})
        >>> [made.of(g, g == "tenants").n_factors.value for g in ("tenants", "staff", "board")]
        [3, 2, None]
        """
        made = {name: getattr(self, name) for name in GroupDecisions.model_fields}
        if not first:
            made |= {name: GroupDecisions.model_fields[name].default for name in OWN}
        own = self.groups.get(group, GroupDecisions())
        made |= {name: getattr(own, name) for name in own.model_fields_set}
        rule = {name: getattr(own.flags, name) for name in own.flags.model_fields_set}
        rule["changes"] = [*self.flags.changes, *own.flags.changes]
        return GroupDecisions(**made | {"flags": self.flags.model_copy(update=rule)})


class Viewpoint(Part):
    """Name and story of a viewpoint, in the order of the factors f1, f2 …"""

    name: Text
    story: Text | None = None


class StudyConfig(Part):
    """All that study.yaml holds.

    Parameters
    ----------
    grid : dict of grid value to number of cards, optional
        Without it the grid follows from the sorts. The key `forced: false` in it says that
        participants were free to make their piles longer or shorter.
    provenance : dict of row set to "published", "collected" or "simulated"
    seed : int
        Of everything that draws at random: notebook, export and library give one advice.
    parameters : dict of notebook to its parameters, as ``{"03_importance": {"top": 10}}``
        What this study's notebooks are run with where that is not in config/parameters.yaml.

    Examples
    --------
    >>> config = StudyConfig.model_validate({"grid": {-1: 1, 0: 2, 1: 1, "forced": False}})
    >>> config.grid, config.forced, config.decisions.rotation.value
    ({-1: 1, 0: 2, 1: 1}, False, 'varimax')
    """

    id: Id = "study"
    name: Name = "Study"
    title: Text = Field(default_factory=lambda: Text.said("Customer vision"))
    subtitle: Text | None = None
    languages: list[Language] = Field(default=["nl", "en"], min_length=1)
    brand: Brand = Brand()
    provenance: dict[Name, Origin] = {}
    source: Text | None = None
    grid: dict[int, Annotated[int, Field(ge=0)]] | None = None
    forced: bool = True
    board: Board | None = None
    domains: list[Labelled] = []
    groups: list[Group] = []
    values: list[Value] = []
    journeys: list[Labelled] = []
    districts: list[Labelled] = []
    files: dict[Name, File] = {}
    survey: Survey = Survey()
    thresholds: Thresholds = Thresholds()
    privacy: Privacy = Privacy()
    periods: Periods = Periods()
    kpis: list[Kpi] = Field(
        default_factory=lambda known: [satisfaction(known.get("thresholds", Thresholds()).top)]
    )
    benchmark: Benchmark = Benchmark()
    landlords: Landlords = Landlords()
    seed: int = Field(default=2020, ge=0)
    parameters: dict[Name, dict[Name, int | float | str]] = {}
    decisions: Decisions = Decisions()
    viewpoints: dict[Id, list[Viewpoint]] = {}

    @model_validator(mode="before")
    @classmethod
    def _forced(cls, value: Any) -> Any:
        grid = value.get("grid") if isinstance(value, dict) else None
        if not isinstance(grid, dict) or "forced" not in grid:
            return value
        columns = {key: count for key, count in grid.items() if key != "forced"}
        return {**value, "forced": grid["forced"], "grid": columns or None}

    @field_validator("kpis", mode="before")
    @classmethod
    def _entries(cls, value: Any) -> Any:
        if isinstance(value, dict):
            told = {"expected": "a list with an entry a KPI", "remedy": f"Write each as {ENTRY}"}
            raise PydanticCustomError("remedied", "{expected}", told)
        return value

    def kpi(self, name: str) -> Kpi:
        """Return the KPI with an id."""
        return next(kpi for kpi in self.kpis if kpi.id == name)

    def questions(self, items: Iterable[str]) -> dict[str, Text]:
        """Name to print of each item: as study.yaml has it, else the column's own.

        That its answers are turned around is said with it.
        """
        given = self.survey.questions
        found = {
            item: given.get(item) or Text.model_validate(item.replace("_", " ")) for item in items
        }
        for item in found.keys() & set(self.survey.reverse):
            found[item] = Text.said("{item} (reversed)", item=found[item])
        return found

    def bands(self, item: str) -> tuple[float, float]:
        """The grades that count as fail and as top on an item's own scale.

        On another scale than that of the overall grade these are the whole grades nearest to
        where `thresholds` lie between the ends, not milder.

        Examples
        --------
        >>> survey = Survey(scale={"low": 1, "high": 5}, scales={"overall": {"low": 0, "high": 10}})
        >>> StudyConfig(survey=survey).bands("ease")
        (3, 5)
        """
        own, whole = self.survey.scale_of(item), self.survey.scale_of("overall")
        if own == whole:
            return self.thresholds.fail, self.thresholds.top
        step = (own.high - own.low) / (whole.high - whole.low)
        fail, top = (own.low + (grade - whole.low) * step for _, grade in self.thresholds)
        return math.floor(fail + 1e-9), math.ceil(top - 1e-9)

    def alike(self, items: Iterable[str]) -> tuple[list[str], tuple[float, float]]:
        """Those items that share the bands of most, and these bands: others don't compare."""
        bands = {item: self.bands(item) for item in items}
        common = Counter(bands.values()).most_common(1)[0][0]
        return [item for item in bands if bands[item] == common], common

    def ids(self, kind: str) -> list[str]:
        """Return the ids of one kind: values, journeys, districts, domains, groups or kpis."""
        return [part.id for part in getattr(self, kind)]

    def named(self, kind: str) -> dict[str, str]:
        """Return the id of each label, and of each id, in small letters.

        Examples
        --------
        >>> config = StudyConfig.model_validate(
        ...     {"districts": [{"id": "de-hoef", "label": {"nl": "De Hoef"}}]}
        ... )
        >>> config.named("districts")
        {'de hoef': 'de-hoef', 'de-hoef': 'de-hoef'}
        """
        parts = getattr(self, kind)
        labels = {text: part.id for part in parts for text in part.label.by_language.values()}
        return {name.casefold(): found for name, found in labels.items()} | {
            part.id.casefold(): part.id for part in parts
        }
