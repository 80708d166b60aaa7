"""One landlord among others: letters of the benchmark, and places among its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import named, said
from cxlib.language import NOTHING, _

_MOST = 4  # years with a letter
_DOTS, _DOT, _WIDE = 20, 1.55, 62.0  # peers; millimetres of a dot and of the scale


def benchmark(
    peers: pd.DataFrame,
    positions: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    own: str = "own",
    limits: Sequence[tuple[int, float, float]] = (),
    labels: Mapping[str, Any] | None = None,
) -> Figure:
    """Draw the last year's grades of all landlords, the own rank, and the own letters if any.

    Parameters
    ----------
    peers : DataFrame
        One row a landlord and year; columns `landlord`, `year` and a grade a part.
    positions : DataFrame
        Index (year, part), also part "total"; columns `grade`, `rank`, `rank_low`, `rank_high`,
        `n`, `letter` ("" for none) (`monitor.position`).
    look, origin
        See `top_cards`. The own landlord bears `look.organisation`.
    own : str
        Which landlord it is about.
    limits : sequence of (year, lowest A, lowest B)
        Class limits of the benchmark; those of the last year are written below.
    labels : mapping, optional
        Part to its name, or to a name per language.

    Examples
    --------
    >>> peers = pd.DataFrame({"landlord": ["own", "p1"], "year": 2020, "repairs": [7.1, 7.6]})
    >>> index = pd.MultiIndex.from_tuples([(2020, "repairs"), (2020, "total")])
    >>> positions = pd.DataFrame({"grade": 7.1, "rank": 2, "n": 2, "letter": "C"}, index=index)
    >>> look = Look("en", organisation="Haag Wonen")
    >>> benchmark(peers, positions, look=look, origin="collected").caption.title
    'Haag Wonen gets a C in 2020'
    >>> benchmark(peers, positions.assign(letter=""), look=look, origin="collected").caption.title
    'Haag Wonen ranks 2 out of 2 in 2020'
    """
    every = sorted(positions.index.get_level_values(0).unique())
    last, lettered = every[-1], [year for year in every if _total(positions, year)][-_MOST:]
    parts = [p for p in positions.loc[last].index if p != "total" and p in peers]
    names = {p: _name(p, labels or {}, look) for p in [*parts, "total"]}
    year = peers[peers["year"] == last].set_index("landlord")
    low, high = col.reach(year[list(parts)].to_numpy(float).ravel())
    at = col.ticks(low, high)
    digits = max(len(f"{tick:g}".partition(".")[2]) for tick in at)
    grey: Part = {"head_colour": look.brand.muted, "head_weight": 400}
    lines = []
    for p, name in names.items():
        strip = _total_place(_place(positions, last, p, look), low, look)
        if p != "total":
            strip = _strip(year[p].dropna(), own, (low, high), look)
        letters = [_letter(positions, y, p, look) for y in lettered]
        lines.append(col.row(col.said(name), strip, *letters))
    columns = [
        col.text(look, room=32),
        col.scale(low, high, at, lambda v: look.number(v, digits), before=3, after=4),
        *(col.heat(str(y), width=8.2, size=8.4, radius=1, **grey) for y in lettered),
    ]
    return Figure.of(
        look,
        col.rows(columns, lines, 9.0),
        title=_letter_title(positions, last, lettered, look),
        subtitle=_letter_subtitle(peers, last, bool(lettered), look),
        origin=origin,
        note=_note(positions.loc[last], [limit for limit in limits if limit[0] == last], look),
        key=[
            (Mark(look.brand.accent, "o"), look.organisation or look.say("we")),
            (Mark(look.brand.muted, "|"), look.say("another landlord")),
        ],
    )


def _strip(grades: pd.Series, own: str, ends: tuple[float, float], look: Look) -> Part:
    """A stroke for each landlord, and a dot for the own one with its grade above."""
    brand = look.brand
    parts: list[Part | None] = [
        {"kind": "stroke", "at": float(grade), "tall": 3.2, "colour": brand.muted, "width": 0.9}
        for landlord, grade in grades.items()
        if landlord != own
    ]
    parts.insert(0, col.span(*ends, brand.rule, tall=0.25))
    if own in grades:
        mine = float(grades[own])
        style = {"side": "center", "dy": -3.1, "ground": False}
        parts += [
            col.dot(mine, brand.accent, size=7.0),
            col.value(mine, look.number(mine, 1), look, **style),
        ]
    return col.marks(parts)


def _total_place(words: str, low: float, look: Look) -> Part:
    return col.marks([col.value(low, words, look, gap=0)])


def _letter(positions: pd.DataFrame, year: Any, part: str, look: Look) -> Part:
    brand = look.brand
    fills = {"A": brand.primary, "B": brand.tint(0.45), "C": brand.tint(0.14)}
    found = positions["letter"].get((year, part), NOTHING)
    letter = found if isinstance(found, str) and found else NOTHING
    fill = fills.get(letter, brand.paper)
    return {"text": letter, "fill": fill, "colour": brand.on(fill), "weight": 700}


_GETS = (_("{who} gets a {now} in {last}"), _("{who} gets an {now} in {last}"))


_AGAINST = (_(", against a {before} in {first}"), _(", against an {before} in {first}"))


PARTS = {
    "new_tenants": _("New tenants"),
    "repairs": _("Tenants with a repair"),
    "departed": _("Departed tenants"),
    "total": _("Everything together"),
}


def _name(part: str, labels: Mapping[str, Any], look: Look) -> str:
    return said(labels.get(part), look) or look.say(PARTS.get(part, part))


def _letter_subtitle(peers: pd.DataFrame, year: Any, lettered: bool, look: Look) -> str:
    count = int(peers.loc[peers["year"] == year, "landlord"].nunique())
    many = look.count(count, "{n} landlord", "{n} landlords")
    text = look.say("Grades of {many} in {year}", many=many, year=year)
    more = look.say("; at the right the letter by year")
    return text + more * lettered


def _note(now: pd.DataFrame, limits: Sequence[tuple[int, float, float]], look: Look) -> str:
    """Where letters begin, and what is not known of the rank."""
    said = [
        look.say(
            "Class limits of {year}: A from {a}, B from {b}.",
            year=year,
            a=look.number(a, 1),
            b=look.number(b, 1),
        )
        for year, a, b in limits
    ]
    if not _ends(now.loc[["total"]].iloc[0], look):
        said += [look.say("Rank without interval: the margins of the grades are not known.")]
    return " ".join(said)


def _letter_title(positions: pd.DataFrame, last: Any, lettered: Sequence[Any], look: Look) -> str:
    who = look.organisation or look.say("The corporation")
    now = _total(positions, last)
    if not now:
        rank = positions.loc[[(last, "total")]].iloc[0]
        place, n = look.number(float(rank["rank"])), look.number(float(rank["n"]))
        span = f" ({_ends(rank, look)})" if _ends(rank, look) else ""
        where = {"who": who, "place": place, "span": span, "n": n, "last": last}
        return look.say("{who} ranks {place}{span} out of {n} in {last}", **where)
    first, before = lettered[0], _total(positions, lettered[0])
    title = look.say(_GETS[now == "A"], who=who, now=now, last=last)
    if first == last:
        return title
    if now == before:
        return title + look.say(", as in {first}", first=first)
    return title + look.say(_AGAINST[before == "A"], before=before, first=first)


def _total(positions: pd.DataFrame, year: Any) -> str:
    found = positions["letter"].get((year, "total"), "")
    return found if isinstance(found, str) else ""


def _ends(row: pd.Series, look: Look) -> str:
    """The interval of a rank in words; empty where it has none."""
    return look.interval(row.get("rank_low", float("nan")), row.get("rank_high", float("nan")))


def _place(positions: pd.DataFrame, year: Any, part: str, look: Look) -> str:
    """Grade and rank in words, or a dash."""
    if (year, part) not in positions.index:
        return NOTHING
    now = positions.loc[[(year, part)]].iloc[0]
    grade = look.number(float(now["grade"]), 1)
    if pd.isna(now["rank"]):
        return grade
    rank, n = look.number(float(now["rank"])), look.number(float(now["n"]))
    span = f" ({_ends(now, look)})" if _ends(now, look) else ""
    return f"{grade}, " + look.say("rank {rank}{span} of {n}", rank=rank, span=span, n=n)


def among_peers(
    shares: pd.DataFrame,
    positions: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    own: str,
    caution: str = "",
) -> Figure:
    """Draw one landlord's share of satisfied tenants among those of its peers, by measure.

    Peers are dots: one each, or one for every twentieth of them. Its title places the first
    measure, as precisely as the intervals allow.

    Parameters
    ----------
    shares : DataFrame (landlords x measures)
        Parts of the tenants, 0-1.
    positions : DataFrame
        Index measure; columns `share`, `low`, `high`, `median`, `landlords`, `rank`, `rank_low`,
        `rank_high`, `below_low`, `below_high`, `quarter` (`monitor.standing`).
    labels : mapping
        Measure to its name, or to a name per language.
    look, origin
        See `top_cards`. The own landlord bears `look.organisation`.
    own : str
        Its label in `shares`.
    caution : str
        What the figure must not be read as.

    Examples
    --------
    >>> shares = pd.DataFrame({"TP01": [0.8, 0.7, 0.6]}, index=["own", "p1", "p2"])
    >>> row = {"share": 0.8, "low": 0.77, "high": 0.83, "median": 0.65, "landlords": 3, "rank": 1,
    ...        "rank_low": 1, "rank_high": 1, "quarter": 1}
    >>> table = pd.DataFrame([row], index=["TP01"])
    >>> look = Look("en", organisation="Our Homes")
    >>> among_peers(shares, table, {}, look=look, origin="published", own="own").caption.title
    'Our Homes is in the highest quarter: 80% of its tenants are satisfied'
    """
    table = positions[positions["share"].notna()]
    names = named(table.index, labels, look)
    most = int(table["landlords"].max()) if len(table) else 0
    peers = shares.drop(index=own)
    dots = {measure: _dots(peers[measure].dropna()) for measure in table.index}
    ends = [value for row in dots.values() for value in row]
    ends += [*table[["share", "low", "high"]].to_numpy(float).ravel()]
    low, high = col.reach(ends, 9)
    lines = [
        _among(name, card, dots[measure], (low, high), look)
        for name, measure, card in zip(names, table.index, table.to_dict("records"), strict=True)
    ]
    right: Part = {"align": "right", "head_colour": look.brand.muted, "head_weight": 400}
    columns = [
        col.text(look, room=33),
        col.scale(low, high, col.ticks(low, high), look.percent),
        col.text(look, look.say("Satisfied"), room=14, weight=700, **right),
        col.text(look, look.say("Rank"), room=8, **right),
        col.text(look, room=10, size=7.0, align="right", muted=True),
    ]
    return Figure.of(
        look,
        col.rows(columns, lines, 9.4),
        title=_peer_title(table, look),
        subtitle=_peer_subtitle(most, look),
        origin=origin,
        note=caution,
        key=_peer_key(most, look),
    )


def _peer_key(landlords: int, look: Look) -> list[tuple[Mark, str]]:
    brand = look.brand
    who = look.organisation or look.say("we")
    one = look.say("another landlord, lower")
    many = look.say("a twentieth of the others, lower")
    lower, higher = (Mark(fill, "o") for fill in _fills(look))
    return [
        (Mark(brand.accent, "D"), who),
        (lower, one if landlords - 1 <= _DOTS else many),
        (higher, look.say("higher")),
        (Mark(brand.ink, "|"), look.say("their median")),
    ]


def _fills(look: Look) -> tuple[str, str]:
    """Colours of peers with a lower and with a higher share."""
    return mix(look.brand.primary, 0.5), look.brand.tint(0.1)


def _among(
    name: str, card: Mapping[Any, Any], peers: np.ndarray, ends: tuple[float, float], look: Look
) -> Part:
    """Peers as dots on a line, one upon the other where they would touch; the own one below."""
    brand, (lower, higher), base = look.brand, _fills(look), 1.2
    step = (ends[1] - ends[0]) * _DOT / _WIDE
    parts: list[Part | None] = [col.span(*ends, brand.rule, tall=0.2, dy=base)]
    heights: dict[int, int] = {}
    for value in peers:
        at = round((value - ends[0]) / step)
        heights[at] = heights.get(at, 0) + 1
        fill, dy = lower if value < card["share"] else higher, base - _DOT * (heights[at] - 0.4)
        place = ends[0] + at * step
        parts.append(col.dot(place, fill, size=_DOT * 2.55, dy=dy, edge=lower))
    if len(peers):
        median = {"at": float(card["median"]), "tall": 1.3, "colour": brand.ink, "width": 1.2}
        parts.append({"kind": "stroke", "dy": base + 0.65, **median})
    parts += [
        col.span(float(card["low"]), float(card["high"]), brand.ink, tall=0.39, dy=3.1),
        col.dot(float(card["share"]), Mark(brand.accent, "D"), size=5.4, dy=3.1),
    ]
    spread = look.interval(card["rank_low"], card["rank_high"]) or NOTHING
    return col.row(
        col.said(name),
        col.marks(parts, look.percent(card["share"])),
        col.said(look.percent(card["share"])),
        col.said(look.number(card["rank"])),
        col.said(spread),
    )


_QUARTERS = {
    1: _("the highest quarter"),
    2: _("the second quarter"),
    3: _("the third quarter"),
    4: _("the lowest quarter"),
}


def _dots(peers: pd.Series) -> np.ndarray:
    """Every peer's share from low to high, or those at the middle of every twentieth of them."""
    if len(peers) <= _DOTS:
        return np.sort(peers.to_numpy(float))
    return np.quantile(peers, (np.arange(_DOTS) + 0.5) / _DOTS)


def _peer_title(table: pd.DataFrame, look: Look) -> str:
    who = look.organisation or look.say("The corporation")
    if table.empty:
        return look.say("{who} has no figures", who=who)
    row = table.iloc[0]
    share = look.percent(row["share"])
    if row["quarter"] in _QUARTERS:
        where = look.say(_QUARTERS[int(row["quarter"])])
        return look.say(
            "{who} is in {where}: {share} of its tenants are satisfied",
            who=who,
            where=where,
            share=share,
        )
    title = look.say("{share} are satisfied at {who}", share=share, who=who)
    ends = look.interval(100 * row["below_low"], 100 * row["below_high"])
    more = look.say(", more than at {ends}% of the other landlords", ends=ends)
    return title + more * bool(ends)


def _peer_subtitle(landlords: int, look: Look) -> str:
    many = look.count(landlords, "{n} landlord", "{n} landlords")
    return look.say(
        "Share of satisfied tenants, of {many}; at the right the rank (1 is "
        "the highest); with 95% interval",
        many=many,
    )
