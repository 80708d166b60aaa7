"""What satisfaction goes with between landlords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import Mark
from cxlib.figures.canvas import WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import named
from cxlib.language import NOTHING

if TYPE_CHECKING:
    from cxlib.report import Lead


def between_landlords(
    shares: pd.DataFrame,
    beside: pd.DataFrame,
    labels: Mapping[str, Any],
    lead: Lead,
    *,
    look: Look,
    origin: str,
    r2: float,
    n: int,
    vif: float = np.nan,
    caution: str = "",
) -> BookletFigure:
    """Draw the importance of drivers between landlords, as found and with survey mode held equal.

    Parameters
    ----------
    shares, beside : DataFrame
        Index driver; columns `share`, `low`, `high`; a row "random" is drawn last, as what chance
        alone would give (`Importance.shares`); `beside` with survey mode held equal.
    labels : mapping
        Driver to its name, or to a name per language.
    lead : Lead
        Which drivers may come first (`report.lead_drawn`).
    look, origin
        See `top_cards`.
    r2 : float
        Share of the variance between landlords that all drivers explain together.
    n : int
        Number of landlords.
    vif : float
        The largest variance inflation.
    caution : str
        What the figure must not be read as.

    Examples
    --------
    >>> shares = pd.DataFrame({"share": [0.4, 0.1], "low": [0.3, 0.05], "high": [0.5, 0.15]},
    ...                       index=["upkeep", "respect"])
    >>> from cxlib.report import Lead
    >>> between_landlords(shares, shares, {"upkeep": "Upkeep"}, Lead(("upkeep", "respect")),
    ...                   look=Look("en"), r2=0.5, n=300, origin="published").caption.title
    'Between landlords, satisfaction goes most with ‘Upkeep’'
    """
    real = shares.drop(index="random", errors="ignore").sort_values("share", ascending=False)
    names = named(real.index, labels, look)
    table = pd.concat([real, shares[shares.index == "random"]])
    rowed = [*names, *[look.say("chance")] * (len(table) - len(real))]
    rows = Rows.of(rowed, 40, pitch=5.8, language=look.language, top=6.0)
    high = look.say(
        "The drivers go together strongly (VIF up to {vif}): read them as a whole.",
        vif=look.number(vif),
    )
    canvas = Canvas(
        look,
        title=_title(dict(zip(real.index, names, strict=True)), lead, look),
        subtitle=_subtitle(r2, n, look),
        alt=_alt(real, names, look),
        origin=origin,
        body=rows.height + 4.6,
        note=f"{caution} {high if vif >= 5 else ''}".strip(),
    )
    _draw(canvas, table, beside.reindex(table.index), rows, len(real))
    return canvas.figure


def _draw(canvas: Canvas, table: pd.DataFrame, beside: pd.DataFrame, rows: Rows, real: int) -> None:
    look, brand = canvas.look, canvas.brand
    plain = Mark(brand.primary, "o", brand.paper)
    other = Mark(brand.paper, "D", brand.ink)
    equal = look.say("with survey mode held equal")
    canvas.key([(plain, look.say("as found")), (other, equal)], 0, 1.5)
    ends = [*table[["share", "high"]].to_numpy(float).ravel(), *beside["share"].to_numpy(float)]
    scale = Scale.around([0.0, *ends], max(rows.width, 20) + 4, WIDTH - 10, count=4)
    top = rows.middles[0] - rows.pitch / 2 if rows.middles else 6.0
    upright_grid(canvas, scale, scale.ticks(4), top, rows.height, look.percent)
    for i, (share, low, high) in enumerate(table[["share", "low", "high"]].to_numpy(float)):
        y, colour = rows.middles[i], brand.primary if i < real else brand.muted
        canvas.write(0, y, rows.blocks[i], color=brand.ink if i < real else brand.muted)
        if not np.isfinite(share):
            canvas.text(scale.start, y, NOTHING)
            continue
        canvas.interval([scale(low), scale(high)], y, colour, tint=0.45)
        canvas.dot(scale(share), y - 0.7 * (i < real), fill=colour, size=5.2)
        equal_share = float(beside["share"].iloc[i])
        if i < real and np.isfinite(equal_share):
            canvas.dot(scale(equal_share), y + 1.0, other, size=4.4)
        far = np.nanmax([share, high, equal_share])
        canvas.value(scale(far) + 1.9, y, look.percent(share))


def _title(names: Mapping[Any, str], lead: Lead, look: Look) -> str:
    if not lead.names:
        return look.say("Too few landlords to compare")
    first = [look.quoted(names[driver]) for driver in lead.first]
    start = look.say("Between landlords, satisfaction goes")
    if len(lead.names) == 1:
        return start + look.say(" with {first0}", first0=first[0])
    if lead.sure:
        return start + look.say(" most with {first0}", first0=first[0])
    if len(first) > 3:
        return look.say("Which rating tells most between landlords can't be told")
    who = look.listed(first)
    return look.say("Between landlords, one of these tells most: {who}", who=who)


def _subtitle(r2: float, n: int, look: Look) -> str:
    many = look.count(n, "{n} landlord", "{n} landlords")
    return look.say(
        "Share of the differences in satisfaction between {many} that every "
        "rating explains ({r2} together); bar: 95% interval",
        many=many,
        r2=look.percent(r2),
    )


def _alt(real: pd.DataFrame, names: Sequence[str], look: Look) -> str:
    parts = [f"{name} {look.percent(s)}" for name, s in zip(names, real["share"], strict=True)]
    kind = look.say("Share of the differences")
    return f"{kind}: {'; '.join(parts)}."
