"""One landlord among all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import named
from cxlib.language import NOTHING, _

_DOTS, _DOT = 20, 1.55  # landlords a row, or parts of them; millimetres across
_TOP, _RIGHT, _VALUE = 9.6, 90.0, 101.0
_QUARTERS = {
    1: _("the highest quarter"),
    2: _("the second quarter"),
    3: _("the third quarter"),
    4: _("the lowest quarter"),
}


def among_peers(
    shares: pd.DataFrame,
    positions: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    own: str,
    caution: str = "",
) -> BookletFigure:
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
    rows = Rows.of(names, 33, pitch=8.2, language=look.language, top=_TOP)
    most = int(table["landlords"].max()) if len(table) else 0
    canvas = Canvas(
        look,
        title=_title(table, look),
        subtitle=_subtitle(most, look),
        alt=_alt(table, names, look),
        origin=origin,
        body=rows.height + 4.6,
        note=caution,
    )
    _key(canvas, most)
    left, peers = max(rows.width, 22) + 4, shares.drop(index=own)
    dots = {measure: _dots(peers[measure].dropna()) for measure in table.index}
    ends = [value for row in dots.values() for value in row]
    ends += [*table[["share", "low", "high"]].to_numpy(float).ravel()]
    scale = Scale.around(ends, left, _RIGHT, count=9)
    upright_grid(canvas, scale, scale.ticks(4), _TOP, rows.height, look.percent)
    for i, (measure, row) in enumerate(table.iterrows()):
        canvas.write(0, rows.middles[i], rows.blocks[i])
        _stack(canvas, scale, rows.middles[i] + 1.2, dots[measure], row)
        _own(canvas, scale, rows.middles[i], row)
    return canvas.figure


def _key(canvas: Canvas, landlords: int) -> None:
    look, brand = canvas.look, canvas.brand
    who = look.organisation or look.say("we")
    one = look.say("another landlord, lower")
    part = look.say("a twentieth of the others, lower")
    lower, higher = (Mark(fill, "o", brand.paper) for fill in _fills(canvas))
    items = [(Mark(brand.accent, "D", brand.ink), who)]
    items += [(lower, one if landlords - 1 <= _DOTS else part)]
    items += [(higher, look.say("higher"))]
    end = canvas.key(items, 0, 1.5)
    canvas.line([end + 4.4] * 2, [0.4, 2.6], color=brand.ink, width=1.2)
    canvas.text(end + 6.2, 1.5, look.say("their median"), SMALL)
    place = look.say("Rank")
    canvas.text(_VALUE, 6.6, look.say("Satisfied"), SMALL, color=brand.muted, ha="right")
    canvas.text(WIDTH, 6.6, place, SMALL, color=brand.muted, ha="right")


def _fills(canvas: Canvas) -> tuple[str, str]:
    """Colours of peers with a lower and with a higher share."""
    return mix(canvas.brand.primary, 0.5), canvas.brand.tint(0.1)


def _dots(peers: pd.Series) -> np.ndarray:
    """Every peer's share from low to high, or those at the middle of every twentieth of them."""
    if len(peers) <= _DOTS:
        return np.sort(peers.to_numpy(float))
    return np.quantile(peers, (np.arange(_DOTS) + 0.5) / _DOTS)


def _stack(canvas: Canvas, scale: Scale, base: float, peers: np.ndarray, row: pd.Series) -> None:
    """Dots on a line, one upon the other where they would touch; lower ones are darker."""
    brand = canvas.brand
    canvas.line([scale.start, scale.end], [base] * 2, color=brand.rule, width=0.6, zorder=1)
    lower, higher = _fills(canvas)
    heights: dict[int, int] = {}
    for value in peers:
        at = round(scale(value) / _DOT)
        heights[at] = heights.get(at, 0) + 1
        fill = lower if value < row["share"] else higher
        y = base - _DOT * (heights[at] - 0.4)
        canvas.dot(at * _DOT, y, fill=fill, edge=lower, size=_DOT * 2.55)
    if len(peers):
        x = scale(row["median"])
        canvas.line([x, x], [base, base + 1.3], width=1.2, zorder=3)


def _own(canvas: Canvas, scale: Scale, y: float, row: pd.Series) -> None:
    look, brand = canvas.look, canvas.brand
    below = y + 3.1
    if np.isfinite([row["low"], row["high"]]).all():
        span = [scale(row["low"]), scale(row["high"])]
        canvas.line(span, [below, below], color=brand.ink, width=1.1)
    canvas.dot(scale(row["share"]), below, fill=brand.accent, marker="D", size=5.4)
    canvas.text(_VALUE, y, look.percent(row["share"]), LABEL, weight="bold", ha="right")
    canvas.text(WIDTH, y - 1.3, look.number(row["rank"]), LABEL, ha="right")
    spread = look.interval(row["rank_low"], row["rank_high"]) or NOTHING
    canvas.text(WIDTH, y + 1.9, spread, SMALL, color=brand.muted, ha="right")


def _title(table: pd.DataFrame, look: Look) -> str:
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


def _subtitle(landlords: int, look: Look) -> str:
    many = look.count(landlords, "{n} landlord", "{n} landlords")
    return look.say(
        "Share of satisfied tenants, of {many}; at the right the rank (1 is "
        "the highest); with 95% interval",
        many=many,
    )


def _alt(table: pd.DataFrame, names: Sequence[str], look: Look) -> str:
    parts = []
    for name, row in zip(names, table.to_dict("records"), strict=True):
        ends = look.interval(row["rank_low"], row["rank_high"])
        place = look.say("rank") + f" {look.number(row['rank'])}"
        median = look.say("median") + f" {look.percent(row['median'])}"
        parts.append(f"{name} {look.percent(row['share'])}, {median}, {place} ({ends or NOTHING})")
    kind = look.say("Place among landlords")
    return f"{kind}: {'; '.join(parts)}."
