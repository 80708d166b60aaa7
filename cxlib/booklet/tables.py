"""Numbers beside the text: small tables, single numbers set large, and what was withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from cxlib.booklet.numbers import SHOWN, group_names, spans
from cxlib.booklet.source import Source
from cxlib.booklet.wording import WORDS, Value

EQUAL = -1
WITHIN = "within_norm_"  # and the KPI of which this finding is the share
SPECS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Table:
    """A table as it is set.

    Parameters
    ----------
    head : list of str
        Column heads.
    rows : list of list of str
        Cells, the most telling rows first: what doesn't fit on the page is left off.
    align : str
        One letter a column: l, r or c.
    origin : str
        published, collected or simulated.
    whole : bool
        Leave the table out rather than a part of its rows.
    wide : int
        Column that takes the width that is left; EQUAL shares it.
    """

    head: list[str]
    rows: list[list[str]]
    align: str
    origin: str = "collected"
    wide: int = 0
    whole: bool = False

    def content(self) -> dict[str, Any]:
        """For Typst."""
        return asdict(self)


def table(name: str, source: Source) -> Table | None:
    """The table of that name, or None where the study lacks its numbers."""
    made = _listed(SPECS[name], source) if name in SPECS else TABLES[name](source)
    return made if made and made.rows else None


def _heads(source: Source, *names: str) -> list[str]:
    return [source.word(name, "heads") for name in names]


def _listed(spec: dict[str, Any], source: Source) -> Table | None:
    """A published table's columns, as tables.yaml lists them."""
    name = spec["from"].format(subject=source.subject)
    frame = source.rows(spec)
    needed = [n for c in spec["columns"] if "spare" not in c for n in _read(c)]
    if frame is None or not set(needed) <= set(frame):
        return None
    if "around" in spec:
        last = len(source.study.facts.top_cards) if source.study.facts else 0
        frame = frame.iloc[max(last - 2, 0) : last + 5]
    columns = [c for c in spec["columns"] if "spare" not in c or _held(frame, c)]
    cells = [_cells(column, frame, source) for column in columns]
    align = "".join(c.get("align", "r" if _is_number(c) else "l") for c in columns)
    head = [_head(column["head"], source) for column in columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    wide, whole = spec.get("wide", 0), spec.get("whole", False)
    return Table(head, rows, align, source.origin(name), wide, whole)


def _read(column: dict[str, Any]) -> list[str]:
    return column.get("range", [column["value"]] if "value" in column else [])


def _held(frame: pd.DataFrame, column: dict[str, Any]) -> bool:
    return all(name in frame and frame[name].notna().any() for name in _read(column))


def _is_number(column: dict[str, Any]) -> bool:
    kind = column.get("as", "")
    return ("value" in column or "range" in column) and kind not in ("quadrants", "text")


def _cells(column: dict[str, Any], frame: pd.DataFrame, source: Source) -> list[str]:
    kind = column.get("as", ".0f")
    if kind == "measure":
        kind = MEASURES[source.study.config.kpi(source.subject).unit]
    if "range" in column:
        ends = frame[column["range"]].itertuples(index=False)
        return [source.range(low, high, kind) for low, high in ends]
    values = frame[column["value"]] if "value" in column else frame.index
    return [_written(value, kind, source) for value in values]


def _written(value: Any, kind: str, source: Source) -> str:
    if kind == "card":
        return source.card(str(value))
    if kind == "values":
        return source.short("values", str(value))
    if kind == "subject":
        return source.called(str(value), "journey")
    if kind == "span":
        return source.span(str(value))
    if kind == "sign":
        return source.word("yes" if pd.notna(value) and value else "no")
    if kind == "text":
        return str(WORDS["nothing"] if pd.isna(value) else value)
    if kind in WORDS:
        said = source.word(str(value), kind)
        return said.capitalize() if kind == "peers" else said
    return source.number(value, kind)


def _head(name: str, source: Source) -> str:
    if name in WORDS["heads"]:
        top = len(source.study.facts.top_cards) if source.study.facts else 0
        return source.word(name, "heads").format(top=top or SHOWN)
    return group_names(source)[name].capitalize()


def _marked(source: Source, values: Iterable[float], spec: str) -> list[str]:
    return [source.number(value, spec) for value in values]


def published_domains(source: Source) -> Table | None:
    """Published scores per domain: how many cards, mean, and the highest."""
    facts, cards = source.study.facts, source.study.cards
    if not facts or not facts.top_cards or cards is None:
        return None
    scores = pd.Series(facts.scores)
    domains = cards["domain"].reindex(scores.index)
    rows = []
    for domain, group in sorted(scores.groupby(domains), key=lambda part: -len(part[1])):
        first = source.card(str(group.idxmax()))
        numbers = _marked(source, (len(group), group.mean()), ".0f")
        rows.append([source.name("domains", str(domain)).capitalize(), first, *numbers])
    head = _heads(source, "domain", "highest", "cards", "mean_score")
    return Table(head, rows, "llrr", "published", 1, whole=True)


def extremes(source: Source) -> Table | None:
    """The highest and the lowest cards beside each other."""
    frame = source.frame("card_scores", "score")
    if frame is None:
        return None
    ordered = [str(card) for card in frame.sort_values("score", ascending=False).index]
    half = min(5, len(ordered) // 2)
    pairs = zip(ordered[:half], ordered[: -half - 1 : -1], strict=True)
    rows = [[source.card(high), source.card(low)] for high, low in pairs]
    head = [end[:1].upper() + end[1:] for end in reversed(source.look.board)]
    return Table(head, rows, "ll", source.origin("card_scores"), EQUAL)


def viewpoint(source: Source) -> Table | None:
    """Cards that surely set one viewpoint apart, with their pile in each of the viewpoints."""
    mine = f"f{source.subject}"
    arrays = source.frame("arrays", mine)
    statements = source.frame("statements", "apart")
    if arrays is None or statements is None:
        return None
    apart = statements.index[[mine in str(of).split() for of in statements["apart"]]]
    order = arrays.loc[arrays.index.isin(apart), mine].sort_values(key=abs, ascending=False).index
    others = [str(name) for name in arrays if str(name)[1:].isdigit()]
    rows = [
        [source.card(str(card)), *_marked(source, row[others], "+.0f")]
        for card, row in arrays.loc[order].iterrows()
    ]
    short = source.word("viewpoint_short")
    head = [source.word("apart"), *(f"{short} {f[1:]}" for f in others)]
    return Table(head, rows, "l" + "r" * len(others), source.origin("arrays"))


TABLES: dict[str, Callable[[Source], Table | None]] = {
    make.__name__: make for make in (published_domains, extremes, viewpoint)
}
Tile = dict[str, str]
MEASURES = {"share": ".0%", "grade": ".2f", "rate": ".1f", "count": ".0f"}
UNITS = {"share": ".0%", "points": ".0f", "people": ".0f", "count": ".0f"}
SHARES = ("variance_explained", "r2")


def tiles(
    names: Sequence[str], source: Source, values: Mapping[str, Value]
) -> tuple[list[Tile], set[str]]:
    """The numbers of those names that the study has, with their labels and origins.

    Parameters
    ----------
    names : sequence of str
        `fact.<id>` or `finding.<name>`, in order of preference.
    source : Source
        A study and its results.
    values : mapping of name to Value
        What texts may mention.

    Returns
    -------
    list of dict
        `value` and `label`, both as text.
    set of str
        Origins of the numbers.
    """
    shown = [name for name in names if name in values and not isinstance(values[name].value, str)]
    return [_tile(name, source, values) for name in shown], {values[n].origin for n in shown}


def _tile(name: str, source: Source, values: Mapping[str, Value]) -> Tile:
    section, _, key = name.partition(".")
    value: Any = values[name].value
    if section == "fact" and source.study.facts:
        fact = source.study.facts[key]
        label = fact.label.at(source.language)
        return {"value": _in_unit(value, fact.unit, source), "label": label}
    if section == "finding":
        unit = "share" if key in SHARES else source.results.findings[key].unit
        return {"value": _in_unit(value, unit, source), "label": _label(key, source)}
    return {"value": source.number(value), "label": _label(name, source)}


def _in_unit(value: float, unit: str, source: Source) -> str:
    if unit == "share":
        return source.number(value, ".0%")
    whole = (float(value).is_integer() and unit != "grade") or unit in ("count", "people")
    digits = 0 if whole else 2 if abs(value) < 1 else 1
    speaker = source.look
    return speaker.euros(value, digits) if unit == "euro" else speaker.number(value, digits)


def key_numbers(source: Source) -> dict[str, Any] | None:
    """Table of the findings that have an interval, for the accountability."""
    rows = []
    for key, finding in source.results.findings.items():
        named = key in WORDS["large"] or key.startswith(WITHIN)
        if finding.low is None or finding.high is None or not named:
            continue
        if finding.unit == "level":  # its low and high are quartiles, not a margin
            continue
        spec = UNITS.get(finding.unit, ".2f")
        n = source.word("not_recorded") if finding.n is None else source.number(finding.n)
        margin = source.range(finding.low, finding.high, spec)
        rows.append([_label(key, source), source.number(finding.value, spec), margin, n])
    head = _heads(source, "number", "outcome", "range", "n")
    return {"head": head, "rows": rows, "align": "lrrr", "wide": 0} if rows else None


def _label(key: str, source: Source) -> str:
    top = source.number(source.study.config.thresholds.top)
    if key.startswith(WITHIN):
        kpi = source.name("kpis", key.removeprefix(WITHIN))
        return source.word(WITHIN, "large").format(kpi=kpi)
    return source.word(key, "large").format(top=top, **spans(source))


def withheld(source: Source) -> list[str]:
    """One sentence a table with rows that are not shown; one that says so where there is none.

    Groups of people are counted and not named, as are rows of tables that only researchers read.

    Parameters
    ----------
    source : Source
        A study and its results.
    """
    hidden = {name: _hidden(source.frame(name)) for name in sorted(source.results.tables)}
    nameless = {name: _nameless(source, name) for name in hidden}
    found = {
        name: [f"‘{_about(source, name, row)}’" for row in rows]
        + [source.word("nameless").format(n=source.number(nameless[name]))] * (nameless[name] > 0)
        for name, rows in hidden.items()
        if (rows or nameless[name]) and name in WORDS["withheld"]
    }
    if other := sum(len(hidden[name]) + nameless[name] for name in hidden if name not in found):
        found["other"] = [source.word("other_tables").format(n=source.number(other))]
    minimum = source.number(source.study.config.privacy.minimum_cell)
    return [
        source.word("too_few").format(
            what=source.word(name, "withheld"), which=source.look.listed(rows), minimum=minimum
        )
        for name, rows in found.items()
    ] or [source.word("nothing_withheld")]


def _hidden(frame: pd.DataFrame | None) -> list[str]:
    if frame is None:
        return []
    hidden = pd.Series(False, index=frame.index)
    if "suppressed" in frame:
        hidden |= frame["suppressed"].fillna(False).astype(bool)
    if {"kind", "penalty"} <= set(frame) and "low_to" not in frame:  # of one pair of thresholds
        hidden |= frame["kind"] == "too few"
    if "quadrant" in frame:
        hidden |= frame["quadrant"] == "suppressed"
    return [str(row) for row in dict.fromkeys(frame.index[hidden])]


def _nameless(source: Source, name: str) -> int:
    """How many groups of people a table leaves out."""
    return sum(source.results.tables[name].record.get("left_out", {}).values())


def _about(source: Source, table: str, row: str) -> str:
    """What a row is about, by its own label, or that of a crocodile, value, journey or card."""
    frame = source.frame(table, f"label_{source.language}")
    if frame is not None:
        return str(frame.loc[[row], f"label_{source.language}"].iloc[0])
    crocodiles = source.study.vision.crocodiles if source.study.vision else []
    named = {crocodile.id: crocodile.label.at(source.language) for crocodile in crocodiles}
    return named.get(row) or source.span(source.called(row, "journey"))
