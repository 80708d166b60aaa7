"""What moves satisfaction: how much each value explains, and which way it works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import mix
from cxlib.figures.canvas import SMALL, WIDTH, Canvas
from cxlib.figures.look import NOTHING, Look
from cxlib.figures.rows import Rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import COMPLETE, named, words

if TYPE_CHECKING:
    from cxlib.report import Lead

_TOP, _KINDS = 9.4, 19.0
_KIND = {
    "basic": ("basis", "basic"),
    "performance": ("evenredig", "proportional"),
    "excitement": ("verrassing", "excitement"),
    "wrong sign": ("andersom", "wrong sign"),
    "too few": ("te weinig", "too few"),
}


def drivers(
    shares: pd.DataFrame,
    contrasts: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    lead: Lead,
    r2: float | None = None,
    n: int | None = None,
) -> BookletFigure:
    """Draw the importance of every driver, and its penalty and reward.

    Parameters
    ----------
    shares : DataFrame
        Index driver; columns `share` (of the variance), `low`, `high`; a row "random" is drawn
        last, as what chance alone would give (`Importance.shares`).
    contrasts : DataFrame
        Index driver; columns `penalty`, `reward` (grade points), each with `_low` and `_high`,
        and `kind`, as far as it holds (`report.drivers.kinds`). Missing values are shown as a dash.
    labels : mapping
        Driver to its name, or to a name per language.
    look, origin
        See `top_cards`.
    lead : Lead
        Which driver weighs most (`report.drivers.weightiest`), for the title.
    r2 : float, optional
        Share of the variance explained by all together.
    n : int, optional
        Number of respondents.

    Examples
    --------
    >>> from cxlib.report import Lead
    >>> shares = pd.DataFrame({"share": [0.3, 0.1], "low": [0.25, 0.05], "high": [0.35, 0.15]},
    ...                       index=["reliable", "ease"])
    >>> effects = {f"{side}{end}": -0.5 if side == "penalty" else 0.2
    ...            for side in ("penalty", "reward") for end in ("", "_low", "_high")}
    >>> contrasts = pd.DataFrame({**effects, "kind": "basic"}, index=shares.index)
    >>> drivers(shares, contrasts, {"reliable": "Reliable"}, look=Look("en"),
    ...         origin="collected", lead=Lead(("reliable", "ease"))).caption.title
    '‘Reliable’ weighs most in satisfaction, above all when it goes wrong'
    """
    real = shares.drop(index="random", errors="ignore").sort_values("share", ascending=False)
    frame = real.join(contrasts, how="left")
    names = named(frame.index, labels, look)
    chance = shares[shares.index == "random"]
    rowed = [*names, *[look.say("toeval", "chance")] * len(chance)]
    rows = Rows.of(rowed, 34, pitch=6.2, language=look.language, top=_TOP)
    canvas = Canvas(
        look,
        title=_title(lead, dict(zip(frame.index.map(str), names, strict=True)), frame, look),
        subtitle=_subtitle(r2, n, look),
        alt=_alt(frame, names, look),
        origin=origin,
        body=rows.height + 4.4,
        note=_note(frame, look),
    )
    _shares(canvas, pd.concat([real, chance]), rows, len(real))
    _contrasts(canvas, frame, rows)
    return canvas.figure


def _columns(rows: Rows) -> tuple[float, float, float]:
    """Left of the shares, right of the shares, left of the contrasts."""
    left = max(rows.width, 18) + 3
    room = WIDTH - _KINDS - left
    return left, left + room * 0.40, left + room * 0.46


def _shares(canvas: Canvas, shares: pd.DataFrame, rows: Rows, real: int) -> None:
    look, brand = canvas.look, canvas.brand
    left, right, _ = _columns(rows)
    top = rows.middles[0] - rows.pitch / 2
    canvas.text(left, 1.6, look.say("Gewicht", "Weight"), weight="bold")
    ends = shares[["share", "high"]].to_numpy(float).ravel()
    scale = Scale.around([0.0, *ends], left, right - 7, count=3)
    upright_grid(canvas, scale, scale.ticks(3), top, rows.height, look.percent)
    for i, (share, low, high) in enumerate(shares[["share", "low", "high"]].to_numpy(float)):
        y, colour = rows.middles[i], brand.primary if i < real else brand.muted
        canvas.write(0, y, rows.blocks[i], color=brand.ink if i < real else brand.muted)
        if share != share:
            canvas.text(left, y, NOTHING, color=brand.muted)
            continue
        canvas.interval([scale(low), scale(high)], y, colour, tint=0.45)
        canvas.dot(scale(share), y, fill=colour, size=5.2)
        canvas.value(scale(np.nanmax([share, high])) + 1.9, y, look.percent(share))


def _contrasts(canvas: Canvas, frame: pd.DataFrame, rows: Rows) -> None:
    look, brand = canvas.look, canvas.brand
    left, right = _columns(rows)[2], WIDTH - _KINDS
    sides = [f"{side}{end}" for side in ("penalty", "reward") for end in ("", "_low", "_high")]
    values = frame[sides].to_numpy(float).ravel()
    low, high = min([*values[values == values], -0.1]), max([*values[values == values], 0.1])
    scale = Scale(low, high, left + 8, right - 8)
    zero, top = scale(0), rows.middles[0] - rows.pitch / 2
    heading = look.say("Effect op het cijfer, als het", "Effect on the grade, when it")
    canvas.text(zero, 1.6, heading, weight="bold", ha="center")
    bad, good = look.say("slecht gaat", "goes badly"), look.say("goed gaat", "goes well")
    canvas.text(zero - 1.2, 5.8, bad, color=brand.alert, ha="right")
    canvas.text(zero + 1.2, 5.8, good, color=brand.primary)
    bottom = rows.middles[len(frame) - 1] + rows.pitch / 2
    for i, row in enumerate(frame.to_dict("records")):
        y = rows.middles[i]
        kind = look.say(*_KIND.get(str(row["kind"]), (NOTHING, NOTHING)))
        canvas.text(WIDTH, y, kind, SMALL, color=brand.muted, ha="right")
        # A wrong sign puts both bars on one side of zero: then one above the other.
        apart = 1.55 if (row["penalty"] < 0) == (row["reward"] < 0) else 0.0
        for side, colour, shift in (
            ("penalty", brand.alert, -apart),
            ("reward", brand.primary, apart),
        ):
            effect = [row[f"{side}{end}"] for end in ("", "_low", "_high")]
            _bar(canvas, scale, y + shift, effect, colour, 2.2 if apart else 3.4)
    canvas.line([zero, zero], [top, bottom], color=brand.ink, width=0.8, zorder=3)
    canvas.text(WIDTH, 1.6, look.say("Soort", "Kind"), weight="bold", ha="right")


def _bar(
    canvas: Canvas, scale: Scale, y: float, effect: list[float], colour: str, tall: float
) -> None:
    value, low, high = effect
    if value != value:
        return
    zero = scale(0)
    left, wide = min(zero, scale(value)), abs(scale(value) - zero)
    canvas.box(left, y - tall / 2, wide, tall, fill=mix(colour, 0.45))
    far = value
    if low == low and high == high:
        far = min(value, low) if value < 0 else max(value, high)
        canvas.line([scale(low), scale(high)], [y, y], color=colour, width=1.4, zorder=4)
    text = canvas.look.signed(value, 1)
    aside, ha = (-1, "right") if value < 0 else (1, "left")
    canvas.text(scale(far) + aside, y, text, SMALL, ha=ha)


def _title(lead: Lead, names: Mapping[str, str], frame: pd.DataFrame, look: Look) -> str:
    if not lead.names:
        return look.say(
            "De antwoorden zeggen niet wat er weegt in de tevredenheid",
            "The answers do not tell what weighs in satisfaction",
        )
    first = [look.quoted(names[name]) for name in lead.first]
    if len(lead.names) == 1:
        return look.say(
            f"Hoe {first[0]} weegt in de tevredenheid", f"How {first[0]} weighs in satisfaction"
        )
    if len(first) > 3:
        many = words(len(first), look)
        return look.say(
            f"Welke van {many} waarden het zwaarst weegt in de tevredenheid, is niet zeker",
            f"Which of {many} values weighs most in satisfaction is not certain",
        )
    title = look.either(first) + look.say(
        " weegt het zwaarst in de tevredenheid", " weighs most in satisfaction"
    )
    if lead.sure and frame["kind"].get(lead.names[0]) == "basic":
        title += look.say(", vooral als het misgaat", ", above all when it goes wrong")
    return title


def _subtitle(r2: float | None, n: int | None, look: Look) -> str:
    text = look.say(
        "Deel van alle verschillen in tevredenheid dat elke waarde verklaart",
        "Share of all differences in satisfaction that every value explains",
    )
    if r2 is not None:
        text += look.say(f" (samen {look.percent(r2)})", f" ({look.percent(r2)} together)")
    text += look.say(
        ", en het effect van een laag en een hoog oordeel in cijferpunten",
        ", and the effect of a low and a high grade in grade points",
    )
    if n is not None:
        text += "; " + look.count(n, *COMPLETE)
    return text + look.say("; met 95%-interval", "; with 95% interval")


def _note(frame: pd.DataFrame, look: Look) -> str:
    parts = []
    if frame["kind"].isna().any() or frame["kind"].eq("undecided").any():
        parts += [look.say("Een streepje: soort niet zeker.", "A dash: kind not certain.")]
    if frame["kind"].eq("wrong sign").any():
        parts += [
            look.say(
                "Andersom: de schatting wijst de andere kant op.",
                "Wrong sign: estimated the other way round.",
            )
        ]
    return " ".join(parts)


def _alt(frame: pd.DataFrame, names: list[str], look: Look) -> str:
    parts = []
    for name, row in zip(names, frame.to_dict("records"), strict=True):
        effects = f"{look.signed(row['penalty'])}, {look.signed(row['reward'])}"
        parts.append(f"{name} {look.percent(row['share'])} ({effects})")
    kind = look.say(
        "Aandeel, en effect van een laag en een hoog oordeel",
        "Share, and effect of a low and high grade",
    )
    return f"{kind}: {'; '.join(parts)}."
