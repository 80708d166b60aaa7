"""The small tables under the figures: a head, rows of text, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cxlib.booklet.numbers import group_names
from cxlib.booklet.source import Source

EQUAL = -1
SHOWN = 12  # cards in the figure of the highest scores


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


Maker = Callable[[Source], "Table | None"]
TABLES: dict[str, Maker] = {}


def _named(make: Maker) -> Maker:
    TABLES[make.__name__] = make
    return make


def table(name: str, source: Source) -> Table | None:
    """The table of that name, or None where the study lacks its numbers."""
    made = TABLES[name](source)
    return made if made and made.rows else None


def _heads(source: Source, *names: str) -> list[str]:
    return [source.word(name, "heads") for name in names]


def _marked(source: Source, values: Iterable[float], spec: str) -> list[str]:
    return [source.number(value, spec) for value in values]


@_named
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


@_named
def scores(source: Source) -> Table | None:
    """Cards with score, interval, range of ranks and probability of the top."""
    frame = source.frame("card_scores", "score", "low", "high", "p_top")
    if frame is None:
        return None
    ordered = frame.sort_values("score", ascending=False, kind="stable")
    rows = [
        [
            source.number(row["rank"]),
            source.card(str(card)),
            source.number(row["score"]),
            source.range(row["low"], row["high"]),
            source.number(row["p_top"], ".0%"),
        ]
        for card, row in ordered.iterrows()
    ]
    facts = source.study.facts
    last = len(facts.top_cards) if facts else 0
    around = rows[max(last - 2, 0) : last + 5]  # the edge of the list is where doubt begins
    head = _heads(source, "rank", "card", "score", "range", "chance")
    head[-1] = head[-1].format(top=last or SHOWN)
    return Table(head, around, "rlrrr", source.origin("card_scores"), 1)


@_named
def extremes(source: Source) -> Table | None:
    """The highest and the lowest cards beside each other."""
    frame = source.frame("card_scores", "score")
    if frame is None:
        return None
    ordered = [str(card) for card in frame.sort_values("score", ascending=False).index]
    half = min(5, len(ordered) // 2)
    pairs = zip(ordered[:half], ordered[: -half - 1 : -1], strict=True)
    rows = [[source.card(high), source.card(low)] for high, low in pairs]
    head = [end[:1].upper() + end[1:] for end in reversed(source.board)]
    return Table(head, rows, "ll", source.origin("card_scores"), EQUAL)


@_named
def gaps(source: Source) -> Table | None:
    """Cards on which staff and tenants really differ, widest first."""
    frame = source.frame("gaps", "tenants", "employees", "gap", "real")
    if frame is None:
        return None
    order = frame.sort_values("gap", key=abs, ascending=False)
    order = order.loc[order["real"].astype(bool)]
    rows = [
        [
            source.card(str(card)),
            *_marked(source, (row["tenants"], row["employees"]), ".0f"),
            source.number(row["gap"], "+.0f"),
            source.range(row["low"], row["high"]),
        ]
        for card, row in order.iterrows()
    ]
    names = group_names(source)
    head = _heads(source, "card", "gap", "range")
    head[1:1] = [names[who].capitalize() for who in ("group", "staff")]
    return Table(head, rows, "lrrrr", source.origin("gaps"))


@_named
def priorities(source: Source) -> Table | None:
    """Cards to improve first, then those on the border."""
    frame = source.frame("priorities", "importance", "performance", "quadrant", "n")
    if frame is None:
        return None
    rows = []
    for quadrant in ("improve", "border"):
        part = frame[frame["quadrant"] == quadrant].sort_values("importance", ascending=False)
        rows += [
            [
                source.card(str(card)),
                source.word(quadrant, "quadrants"),
                source.number(row["importance"]),
                source.number(row["performance"], ".1f"),
                source.number(row["n"]),
            ]
            for card, row in part.iterrows()
        ]
    head = _heads(source, "card", "field", "importance", "performance", "n")
    return Table(head, rows, "llrrr", source.origin("priorities"))


@_named
def value_scores(source: Source) -> Table | None:
    """Mean grade of every customer value with its interval."""
    frame = source.frame("value_scores", "estimate", "low", "high", "n")
    if frame is None:
        return None
    rows = [
        [
            source.short("values", str(value)),
            source.number(row["estimate"], ".2f"),
            source.range(row["low"], row["high"], ".2f"),
            source.number(row["n"]),
        ]
        for value, row in frame.sort_values("estimate", ascending=False).iterrows()
    ]
    head = _heads(source, "value", "mean", "range", "n")
    return Table(head, rows, "lrrr", source.origin("value_scores"), whole=True)


@_named
def grade_shares(source: Source) -> Table | None:
    """Share of high grades on every journey, and for dwelling and neighbourhood."""
    frame = source.frame("grade_shares", "fail", "top", "low", "high", "n")
    if frame is None:
        return None
    ordered = frame.dropna(subset=["top"]).drop("overall", errors="ignore")
    journeys = source.study.config.ids("journeys")
    rows = [
        [
            source.short("journeys" if subject in journeys else "values", str(subject)),
            *_marked(source, (row["fail"], row["top"]), ".0%"),
            source.range(row["low"], row["high"], ".0%"),
            source.number(row["n"]),
        ]
        for subject, row in ordered.sort_values("top", ascending=False).iterrows()
    ]
    head = _heads(source, "subject", "fail", "top", "range", "n")
    return Table(head, rows, "lrrrr", source.origin("grade_shares"), whole=True)


@_named
def kpi(source: Source) -> Table | None:
    """The last periods of one steering number, with the band that chance allows."""
    frame = source.frame(f"kpi_{source.subject}", "value", "low", "high", "n", "signal")
    if frame is None:
        return None
    spec = ".0%" if frame["value"].max() <= 1 else ".2f"
    rows = [
        [
            source.span(str(label)),
            source.number(row["value"], spec),
            source.range(row["low"], row["high"], spec),
            source.word("yes" if row["signal"] else "no"),
            source.number(row["n"]),
        ]
        for label, row in frame.fillna({"signal": ""}).iloc[::-1].iterrows()
    ]
    head = _heads(source, "period", "outcome", "band", "signal", "n")
    if frame["n"].isna().all():
        head, rows = head[:-1], [row[:-1] for row in rows]
    return Table(head, rows, "lrrrr"[: len(head)], source.origin(f"kpi_{source.subject}"))


@_named
def benchmark(source: Source) -> Table | None:
    """Own grade, the others' mean, place and letter for each part of the benchmark."""
    frame = source.standing()
    if frame is None:
        return None
    rows = [
        [
            source.word(str(part), "peers").capitalize(),
            *_marked(source, (row["grade"], row["mean"]), ".1f"),
            *_marked(source, (row["rank"], row["n"]), ".0f"),
            str(row.get("letter", source.word("not_recorded"))),
        ]
        for part, row in frame.iterrows()
    ]
    head = _heads(source, "part", "own", "others", "rank", "landlords", "letter")
    return Table(head, rows, "lrrrrc", source.origin("benchmark"), whole=True)


@_named
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
