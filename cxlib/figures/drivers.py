"""What moves satisfaction: how much each value explains, within tenants and between landlords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import COMPLETE, named
from cxlib.language import NOTHING, _

if TYPE_CHECKING:
    from cxlib.report import Lead


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
) -> Figure:
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
    effects = _effects(frame, look)
    lines = [
        col.row(col.said(name), _share(card, look, look.brand.primary), effect, kind)
        for name, card, (effect, kind) in zip(names, frame.to_dict("records"), effects, strict=True)
    ]
    for card in shares[shares.index == "random"].to_dict("records"):
        chance = col.said(look.say("chance"), colour=look.brand.muted)
        lines.append(
            col.row(chance, _share(card, look, look.brand.muted), col.marks([]), col.said(""))
        )
    ends = shares[["share", "high"]].to_numpy(float).ravel()
    low, high = col.reach([0.0, *ends], 3)
    columns = [
        col.text(look, room=34),
        col.scale(
            low,
            high,
            col.ticks(low, high, 3),
            look.percent,
            head=look.say("Weight"),
            after=8,
            share=0.8,
        ),
        _effect_scale(frame, look),
        col.text(look, look.say("Kind"), room=20, size=7.0, align="right", muted=True),
    ]
    return Figure.of(
        look,
        col.rows(columns, lines, 6.2),
        title=_weight_title(lead, dict(zip(frame.index.map(str), names, strict=True)), frame, look),
        subtitle=_weight_subtitle(r2, n, look),
        origin=origin,
        note=_note(frame, look),
    )


def _share(card: Mapping[Any, Any], look: Look, fill: str) -> Part | None:
    share, low, high = (float(card[name]) for name in ("share", "low", "high"))
    if not np.isfinite(share):
        return None
    mark = Mark(fill, "o")
    return col.interval(share, low, high, mark, look.percent(share), look, 0.45)


def _effect_scale(frame: pd.DataFrame, look: Look) -> Part:
    """Penalties to the left of nought, rewards to the right."""
    sides = [f"{side}{end}" for side in ("penalty", "reward") for end in ("", "_low", "_high")]
    values = [v for v in frame[sides].to_numpy(float).ravel() if np.isfinite(v)]
    heads = [
        {
            "at": 0,
            "side": "left",
            "text": look.say("goes badly"),
            "colour": look.brand.alert,
        },
        {
            "at": 0,
            "side": "right",
            "text": look.say("goes well"),
            "colour": look.brand.primary,
        },
    ]
    head = look.say("Effect on the grade, when it")
    ends = min([*values, -0.1]), max([*values, 0.1])
    style: Part = {"heads": heads, "head_at": 0, "rules": [0], "before": 9, "after": 9}
    return col.scale(*ends, head=head, share=1.1, **style)


def _effects(frame: pd.DataFrame, look: Look) -> list[tuple[Part | None, Part]]:
    """Bars of penalty and reward of every driver, and what kind it is."""
    found: list[tuple[Part | None, Part]] = []
    for card in frame.to_dict("records"):
        # A wrong sign puts both bars on one side of zero: then one above the other.
        apart = 1.55 if (card["penalty"] < 0) == (card["reward"] < 0) else 0.0
        tall = 2.2 if apart else 3.4
        parts = []
        for side, colour, dy in (
            ("penalty", look.brand.alert, -apart),
            ("reward", look.brand.primary, apart),
        ):
            parts += _bar(
                [card[f"{side}{end}"] for end in ("", "_low", "_high")], colour, tall, dy, look
            )
        kind = look.say(_KIND.get(str(card["kind"]), NOTHING))
        found.append((col.marks(parts) if parts else None, col.said(kind)))
    return found


def _bar(effect: list[float], colour: str, tall: float, dy: float, look: Look) -> list[Part | None]:
    value, low, high = effect
    if not np.isfinite(value):
        return []
    far = value
    if np.isfinite([low, high]).all():
        far = min(value, low) if value < 0 else max(value, high)
    style = {"side": "left" if value < 0 else "right", "gap": 1, "size": 7, "weight": 400, "dy": dy}
    return [
        col.span(0, value, mix(colour, 0.45), tall=tall, dy=dy),
        col.span(low, high, colour, tall=0.5, dy=dy),
        col.value(far, look.signed(value, 1), look, **style),
    ]


_KIND = {
    "basic": _("basic"),
    "performance": _("proportional"),
    "excitement": _("excitement"),
    "wrong sign": _("wrong sign"),
    "too few": _("too few"),
}


def _weight_title(lead: Lead, names: Mapping[str, str], frame: pd.DataFrame, look: Look) -> str:
    if not lead.names:
        return look.say("The answers do not tell what weighs in satisfaction")
    first = [look.quoted(names[name]) for name in lead.first]
    if len(lead.names) == 1:
        return look.say("How {first0} weighs in satisfaction", first0=first[0])
    if len(first) > 3:
        many = look.in_words(len(first))
        return look.say(
            "Which of {many} values weighs most in satisfaction is not certain", many=many
        )
    title = look.either(first) + look.say(" weighs most in satisfaction")
    if lead.sure and frame["kind"].get(lead.names[0]) == "basic":
        title += look.say(", above all when it goes wrong")
    return title


def _weight_subtitle(r2: float | None, n: int | None, look: Look) -> str:
    text = look.say("Share of all differences in satisfaction that every value explains")
    if r2 is not None:
        text += look.say(" ({r2} together)", r2=look.percent(r2))
    text += look.say(", and the effect of a low and a high grade in grade points")
    if n is not None:
        text += "; " + look.count(n, *COMPLETE)
    return text + look.say("; with 95% interval")


def _note(frame: pd.DataFrame, look: Look) -> str:
    parts = []
    if frame["kind"].isna().any() or frame["kind"].eq("undecided").any():
        parts += [look.say("A dash: kind not certain.")]
    if frame["kind"].eq("wrong sign").any():
        parts += [look.say("Wrong sign: estimated the other way round.")]
    return " ".join(parts)


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
) -> Figure:
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
    equal = beside["share"].reindex(table.index)
    other = Mark(look.brand.paper, "D")
    lines = [
        _compared(name, card, float(equal.iloc[i]), other if i < len(real) else None, look)
        for i, (name, card) in enumerate(zip(rowed, table.to_dict("records"), strict=True))
    ]
    low, high = col.reach([0.0, *table[["share", "high"]].to_numpy(float).ravel(), *equal])
    high_vif = look.say(
        "The drivers go together strongly (VIF up to {vif}): read them as a whole.",
        vif=look.number(vif),
    )
    scale = col.scale(low, high, col.ticks(low, high), look.percent, after=9)
    return Figure.of(
        look,
        col.rows([col.text(look, room=40), scale], lines, 5.8),
        title=_between_title(dict(zip(real.index, names, strict=True)), lead, look),
        subtitle=_between_subtitle(r2, n, look),
        origin=origin,
        note=f"{caution} {high_vif if vif >= 5 else ''}".strip(),
        key=[
            (Mark(look.brand.primary, "o"), look.say("as found")),
            (other, look.say("with survey mode held equal")),
        ],
    )


def _compared(
    name: str, card: Mapping[Any, Any], equal: float, other: Mark | None, look: Look
) -> Part:
    """A driver's share, and beside it the share with the survey mode held equal."""
    colour = look.brand.primary if other else look.brand.muted
    label = col.said(name, colour=look.brand.ink if other else look.brand.muted)
    share, low, high = (float(card[end]) for end in ("share", "low", "high"))
    if not np.isfinite(share):
        return col.row(label, None)
    twice = other is not None and np.isfinite(equal)
    parts = [
        col.span(low, high, mix(colour, 0.45), tall=1.13),
        col.dot(share, colour, size=5.2, dy=-0.7 if other else 0.0),
        col.dot(equal, other, size=4.4, dy=1.0) if other and twice else None,
        col.value(
            float(np.nanmax([share, high, equal if twice else share])), look.percent(share), look
        ),
    ]
    return col.row(label, col.marks(parts))


def _between_title(names: Mapping[Any, str], lead: Lead, look: Look) -> str:
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


def _between_subtitle(r2: float, n: int, look: Look) -> str:
    many = look.count(n, "{n} landlord", "{n} landlords")
    return look.say(
        "Share of the differences in satisfaction between {many} that every "
        "rating explains ({r2} together); bar: 95% interval",
        many=many,
        r2=look.percent(r2),
    )
