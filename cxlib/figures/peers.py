"""Where the corporation stands among others, by part and over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import said
from cxlib.language import NOTHING, _

_GETS = (_("{who} gets a {now} in {last}"), _("{who} gets an {now} in {last}"))
_AGAINST = (_(", against a {before} in {first}"), _(", against an {before} in {first}"))
_PARTS = {
    "new_tenants": _("New tenants"),
    "repairs": _("Tenants with a repair"),
    "departed": _("Departed tenants"),
    "total": _("Everything together"),
}
_TOP, _PITCH, _LETTER, _MOST = 10.0, 11.0, 8.0, 4


def benchmark(
    peers: pd.DataFrame,
    positions: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    own: str = "own",
    limits: Sequence[tuple[int, float, float]] = (),
    labels: Mapping[str, Any] | None = None,
) -> BookletFigure:
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
    rows = Rows.of(list(names.values()), 32, pitch=_PITCH, language=look.language, top=_TOP)
    canvas = Canvas(
        look,
        title=_title(positions, last, lettered, look),
        subtitle=_subtitle(peers, last, bool(lettered), look),
        alt=_alt(positions, last, lettered, names, look),
        origin=origin,
        body=rows.height + 1.0,
        note=_note(positions.loc[last], [limit for limit in limits if limit[0] == last], look),
    )
    year = peers[peers["year"] == last].set_index("landlord")
    _strips(canvas, year, parts, rows, own, len(lettered))
    place = _place(positions, last, "total", look)
    canvas.text(max(rows.width, 22) + 4, rows.middles[-1], place, weight="bold")
    _letters(canvas, positions, [*parts, "total"], rows, lettered)
    return canvas.figure


def _name(part: str, labels: Mapping[str, Any], look: Look) -> str:
    return said(labels.get(part), look) or look.say(_PARTS.get(part, part))


def _subtitle(peers: pd.DataFrame, year: Any, lettered: bool, look: Look) -> str:
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


def _strips(
    canvas: Canvas, year: pd.DataFrame, parts: Sequence[str], rows: Rows, own: str, years: int
) -> None:
    look, brand = canvas.look, canvas.brand
    left, right = max(rows.width, 22) + 4, WIDTH - _LETTER * years - 5
    grades = year[list(parts)].to_numpy(float).ravel()
    scale = Scale.around([g for g in grades if g == g], left, right, count=4)
    bottom = rows.middles[len(parts) - 1] + _PITCH / 2
    upright_grid(canvas, scale, scale.ticks(4), _TOP, bottom - 1.5)
    for i, block in enumerate(rows.blocks):
        canvas.write(0, rows.middles[i], block)
    for i, part in enumerate(parts):
        y = rows.middles[i]
        canvas.line([left, right], [y, y], color=brand.rule, width=0.7, zorder=1)
        for landlord, grade in year[part].dropna().items():
            if landlord != own:
                x = scale(float(grade))
                canvas.line([x, x], [y - 1.6, y + 1.6], color=brand.muted, width=0.9, zorder=2)
        mine = year[part].get(own)
        if mine is not None and mine == mine:
            canvas.dot(scale(float(mine)), y, fill=brand.accent, size=7.0)
            text = look.number(float(mine), 1)
            canvas.text(scale(float(mine)), y - 3.2, text, LABEL, weight="bold", ha="center")
    canvas.dot(left + 1.4, 1.6, fill=brand.accent, size=6.0)
    canvas.text(left + 3.6, 1.6, look.organisation or look.say("we"), SMALL, weight="bold")
    canvas.line([left + 1.4] * 2, [4.6, 7.0], color=brand.muted, width=0.9)
    canvas.text(left + 3.6, 5.8, look.say("another landlord"), SMALL)


def _letters(
    canvas: Canvas, positions: pd.DataFrame, parts: Sequence[str], rows: Rows, years: Sequence[Any]
) -> None:
    brand, start = canvas.brand, WIDTH - _LETTER * len(years)
    fills = {"A": brand.primary, "B": brand.tint(0.45), "C": brand.tint(0.14)}
    for j, year in enumerate(years):
        middle = start + (j + 0.5) * _LETTER
        canvas.text(middle, 5.8, str(year), SMALL, color=brand.muted, ha="center")
        for i, part in enumerate(parts):
            found = positions["letter"].get((year, part), NOTHING)
            letter = found if isinstance(found, str) and found else NOTHING
            fill = fills.get(letter, brand.paper)
            y = rows.middles[i]
            canvas.box(middle - 3.2, y - 3.2, 6.4, 6.4, fill=fill, radius=1.0)
            weight, colour = "bold" if part == "total" else "semibold", brand.on(fill)
            canvas.text(middle, y, letter, 8.4, weight=weight, color=colour, ha="center")


def _title(positions: pd.DataFrame, last: Any, lettered: Sequence[Any], look: Look) -> str:
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


def _alt(
    positions: pd.DataFrame,
    last: Any,
    lettered: Sequence[Any],
    names: Mapping[str, str],
    look: Look,
) -> str:
    parts = []
    for part, name in names.items():
        letters = [f"{y} {positions['letter'].get((y, part)) or NOTHING}" for y in lettered]
        said = [_place(positions, last, part, look), *([", ".join(letters)] if letters else [])]
        parts.append(f"{name} {'; '.join(said)}")
    kind = look.say("Standing in the benchmark")
    return f"{kind}. {'. '.join(parts)}."
