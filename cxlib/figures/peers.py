"""One landlord among others: letters of the benchmark, and places among its peers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import NAMES, Look
from cxlib.language import NOTHING, _

PARTS: dict[str, str] = NAMES["parts"]  # of the benchmark
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
    brand = look.brand
    every: dict[Any, Any] = positions["letter"].fillna("").unstack(fill_value="").to_dict("index")
    letters = {year: given for year, given in every.items() if given["total"]}
    letters, last = dict([*letters.items()][-_MOST:]), max(every)
    numbers = positions.reindex(columns=["grade", "rank", "n", "rank_low", "rank_high"])
    now: dict[Any, Any] = numbers.loc[[last]].droplevel(0).to_dict("index")
    grades = peers[peers["year"] == last].set_index("landlord")
    parts = [part for part in now if part != "total" and part in grades]
    texts = {part: look.say(text) for part, text in PARTS.items()}
    frame = pd.DataFrame({"name": look.named([*parts, "total"], texts)}, [*parts, "total"])
    scale = col.numbers(grades[parts].to_numpy(float).ravel(), look, before=3, after=4)

    def strip(line: Part) -> Part:
        if line["id"] == "total":
            words = [look.number(now["total"]["grade"], 1)]
            if pd.notna(now["total"]["rank"]):
                words += [look.say("rank {place}{span} of {n}", **_ranked(now["total"], look))]
            return col.marks([col.value(scale["low"], ", ".join(words), look, gap=0)])
        return _strokes(grades[line["id"]].dropna(), own, scale, look)

    grey: Part = {"head_colour": brand.muted, "head_weight": 400}
    columns: list[col.Column] = [(col.text(look, room=32), "name"), (scale, strip)]
    for year, given in letters.items():
        head = col.heat(str(year), width=8.2, size=8.4, radius=1, **grey)
        columns.append((head, partial(_letter, given, look)))
    count = look.count(grades.index.nunique(), "{n} landlord", "{n} landlords")
    subtitle = look.say("Grades of {many} in {year}", many=count, year=last)
    subtitle += look.say("; at the right the letter by year") * bool(letters)
    notes = [
        look.say(_LIMITS, year=year, a=look.number(a, 1), b=look.number(b, 1))
        for year, a, b in limits
        if year == last
    ]
    if not _ranked(now["total"], look)["span"]:
        notes += [look.say("Rank without interval: the margins of the grades are not known.")]
    body = col.table(frame, columns, 9.0)
    title = _letter_title(letters, now["total"], last, look)
    note = " ".join(notes)
    key = [
        (Mark(brand.accent, "o"), look.organisation or look.say("we")),
        (Mark(brand.muted, "|"), look.say("another landlord")),
    ]
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note, key=key)


def _strokes(grades: pd.Series, own: str, scale: Part, look: Look) -> Part:
    """A stroke for each landlord, and a dot for the own one with its grade above."""
    brand = look.brand
    parts = [col.span(scale["low"], scale["high"], brand.rule, tall=0.25)]
    for grade in grades.drop(index=own, errors="ignore"):
        stroke = {"tall": 3.2, "colour": brand.muted, "width": 0.9}
        parts.append({"kind": "stroke", "at": float(grade), **stroke})
    for grade in grades[grades.index == own]:
        parts.append(col.dot(grade, brand.accent, size=7.0))
        style = {"side": "center", "dy": -3.1, "ground": False}
        parts.append(col.value(grade, look.number(grade, 1), look, **style))
    return col.marks(parts)


def _letter(given: Part, look: Look, line: Part) -> Part:
    letter = given.get(line["id"], "")
    fills = {"A": look.brand.primary, "B": look.brand.tint(0.45), "C": look.brand.tint(0.14)}
    fill = fills.get(letter, look.brand.paper)
    return {"text": letter or NOTHING, "fill": fill, "colour": look.brand.on(fill), "weight": 700}


_LIMITS = _("Class limits of {year}: A from {a}, B from {b}.")
_GETS = (_("{who} gets a {now} in {last}"), _("{who} gets an {now} in {last}"))
_AGAINST = (_(", against a {before} in {first}"), _(", against an {before} in {first}"))


def _ranked(row: Part, look: Look) -> dict[str, str]:
    """A rank with its interval, where it has one, and of how many."""
    span = look.interval(row["rank_low"], row["rank_high"])
    found = {"place": look.number(row["rank"]), "n": look.number(row["n"])}
    return found | {"span": f" ({span})" if span else ""}


def _letter_title(letters: Mapping[Any, Part], row: Part, last: Any, look: Look) -> str:
    """The last letter against the first; without one, the rank."""
    who = look.organisation or look.say("The corporation")
    if last not in letters:
        words = {"who": who, "last": last, **_ranked(row, look)}
        return look.say("{who} ranks {place}{span} out of {n} in {last}", **words)
    first = min(letters)
    before, now = letters[first]["total"], letters[last]["total"]
    title = look.say(_GETS[now == "A"], who=who, now=now, last=last)
    if first == last:
        return title
    if now == before:
        return title + look.say(", as in {first}", first=first)
    return title + look.say(_AGAINST[before == "A"], before=before, first=first)


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
    labels, look, origin
        See `eight_plus`. The own landlord bears `look.organisation`.
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
    others = shares.drop(index=own)
    most = int(table["landlords"].max()) if len(table) else 0
    frame = table.assign(
        name=look.named(table.index, labels),
        satisfied=table["share"].map(look.percent),
        place=table["rank"].map(look.number),
        span=[look.interval(*e) or NOTHING for e in table[["rank_low", "rank_high"]].to_numpy()],
    )
    dots = [value for measure in table.index for value in _dots(others[measure])]
    low, high = col.reach([*dots, *table[["share", "low", "high"]].to_numpy(float).ravel()], 9)
    at = col.ticks(low, high)
    scale = col.scale(low, high, at, col.finely(at, look.percent, 100))
    (lower, higher), one = _fills(look), look.say("another landlord, lower")
    many = look.say("a twentieth of the others, lower")
    right: Part = {"align": "right", "head_colour": look.brand.muted, "head_weight": 400}
    columns: list[col.Column] = [
        (col.text(look, room=33), "name"),
        (scale, lambda line: _strip(_dots(others.loc[:, line["id"]]), line, (low, high), look)),
        (col.text(look, look.say("Satisfied"), room=14, weight=700, **right), "satisfied"),
        (col.text(look, look.say("Rank"), room=8, **right), "place"),
        (col.text(look, room=10, size=7.0, align="right", muted=True), "span"),
    ]
    body = col.table(frame, columns, 9.4)
    title = _peer_title(table, look)
    subtitle = look.say(
        "Share of satisfied tenants, of {many}; at the right the rank (1 is "
        "the highest); with 95% interval",
        many=look.count(most, "{n} landlord", "{n} landlords"),
    )
    key = [
        (Mark(look.brand.accent, "D"), look.organisation or look.say("we")),
        (Mark(lower, "o"), one if most - 1 <= _DOTS else many),
        (Mark(higher, "o"), look.say("higher")),
        (Mark(look.brand.ink, "|"), look.say("their median")),
    ]
    told = {"title": title, "subtitle": subtitle, "note": caution}
    return Figure.of(look, body, origin=origin, key=key, **told)


def _fills(look: Look) -> tuple[str, str]:
    """Colours of peers with a lower and with a higher share."""
    return mix(look.brand.primary, 0.5), look.brand.tint(0.1)


def _dots(peers: pd.Series) -> NDArray[np.float64]:
    """Every peer's share from low to high, or those at the middle of every twentieth of them."""
    known = np.sort(peers.dropna().to_numpy(float))
    return known if len(known) <= _DOTS else np.quantile(known, (np.arange(_DOTS) + 0.5) / _DOTS)


def _strip(peers: NDArray[np.float64], line: Part, ends: tuple[float, float], look: Look) -> Part:
    """Peers as dots on a line, one upon the other where they would touch; the own one below."""
    brand, (lower, higher), base = look.brand, _fills(look), 1.2
    step = (ends[1] - ends[0]) * _DOT / _WIDE
    parts: list[Part | None] = [col.span(*ends, brand.rule, tall=0.2, dy=base)]
    heights: Counter[int] = Counter()
    for share in peers:
        at = round((share - ends[0]) / step)
        heights[at] += 1
        fill, dy = lower if share < line["share"] else higher, base - _DOT * (heights[at] - 0.4)
        parts.append(col.dot(ends[0] + at * step, fill, size=_DOT * 2.55, dy=dy, edge=lower))
    if len(peers):
        median = {"at": float(line["median"]), "tall": 1.3, "colour": brand.ink, "width": 1.2}
        parts.append({"kind": "stroke", "dy": base + 0.65, **median})
    parts += [
        col.span(line["low"], line["high"], brand.ink, tall=0.39, dy=3.1),
        col.dot(line["share"], Mark(brand.accent, "D"), size=5.4, dy=3.1),
    ]
    return col.marks(parts, line["satisfied"])


def _peer_title(table: pd.DataFrame, look: Look) -> str:
    who = look.organisation or look.say("The corporation")
    if table.empty:
        return look.say("{who} has no figures", who=who)
    row = table.iloc[0]
    share = look.percent(row["share"])
    if row["quarter"] in NAMES["quarters"]:
        words = {"who": who, "where": look.word("quarters", row["quarter"]), "share": share}
        return look.say("{who} is in {where}: {share} of its tenants are satisfied", **words)
    title = look.say("{share} are satisfied at {who}", share=share, who=who)
    ends = look.interval(100 * row["below_low"], 100 * row["below_high"])
    more = look.say(", more than at {ends}% of the other landlords", ends=ends)
    return title + more * bool(ends)
