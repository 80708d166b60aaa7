"""What moves satisfaction: how much each value explains, and what better grades would bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import COMPLETE, Look
from cxlib.language import _

if TYPE_CHECKING:
    from cxlib.report import Lead


MOVES = ("tenth", "fail_to_pass", "middle_to_top")
_NUMBERS = ["now", "then", "change", "low", "high"]
_STEP = 2.9  # millimetres between moves within a row


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
    labels, look, origin
        See `eight_plus`.
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
    table = _ordered(shares, labels, look).join(contrasts)
    kinds = [look.word("effects", str(kind)) for kind in table["kind"]]
    table["kinds"] = np.where(table.index == "random", "", kinds)

    def share(line: Part) -> Part | None:
        if np.isnan(line["share"]):
            return None
        ends, words = (line["share"], line["low"], line["high"]), look.percent(line["share"])
        return col.interval(*ends, Mark(line["fill"], "o"), words, look, 0.45)

    weight = {"head": look.say("Weight"), "after": 8, "share": 0.8}
    kind = col.text(look, look.say("Kind"), room=20, size=7.0, align="right", muted=True)
    columns: list[col.Column] = [
        (col.text(look, room=34), _named),
        (col.shares(_ends(table), look, 3, **weight), share),
        (_effect_scale(table, look), lambda line: _effects(line, look)),
        (kind, "kinds"),
    ]
    subtitle = look.say("Share of all differences in satisfaction that every value explains")
    if r2 is not None:
        subtitle += look.say(" ({r2} together)", r2=look.percent(r2))
    subtitle += look.say(", and the effect of a low and a high grade in grade points")
    if n is not None:
        subtitle += "; " + look.count(n, *COMPLETE)
    subtitle += look.say("; with 95% interval")
    told = table["kind"].drop("random", errors="ignore")
    notes = [
        look.say("A dash: kind not certain.") * bool((told.isna() | (told == "undecided")).any()),
        look.say("Wrong sign: estimated the other way round.") * bool((told == "wrong sign").any()),
    ]
    body = col.table(table, columns, 6.2)
    title = _weight_title(lead, table, look)
    note = " ".join(filter(None, notes))
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note)


def _ordered(shares: pd.DataFrame, labels: Mapping[str, Any], look: Look) -> pd.DataFrame:
    """The drivers by their share, with names and colours; what chance gives last and in grey."""
    real = shares.drop(index="random", errors="ignore").sort_values("share", ascending=False)
    table = pd.concat([real, shares[shares.index == "random"]])
    brand, chance = look.brand, table.index == "random"
    return table.assign(
        name=look.named(table.index, {**labels, "random": look.say("chance")}),
        ink=np.where(chance, brand.muted, brand.ink),
        fill=np.where(chance, brand.muted, brand.primary),
    )


def _named(line: Part) -> Part:
    return col.said(line["name"], colour=line["ink"])


def _ends(table: pd.DataFrame) -> list[float]:
    """What the scale of shares has to hold."""
    return [0.0, *table[["share", "high"]].to_numpy(float).ravel()]


def _effect_scale(table: pd.DataFrame, look: Look) -> Part:
    """Penalties to the left of nought, rewards to the right."""
    sides = [f"{side}{end}" for side in ("penalty", "reward") for end in ("", "_low", "_high")]
    values = table[sides].to_numpy(float).ravel()
    heads = [
        {"at": 0, "side": "left", "text": look.say("goes badly"), "colour": look.brand.alert},
        {"at": 0, "side": "right", "text": look.say("goes well"), "colour": look.brand.primary},
    ]
    style: Part = {"heads": heads, "head_at": 0, "rules": [0], "before": 9, "after": 9}
    ends = np.nanmin([*values, -0.1]), np.nanmax([*values, 0.1])
    return col.scale(*ends, head=look.say("Effect on the grade, when it"), share=1.1, **style)


def _effects(line: Part, look: Look) -> Part | None:
    """Bars of the penalty and the reward of a driver, with their intervals and values."""
    # A wrong sign puts both bars on one side of zero: then one above the other.
    apart = 1.55 if (line["penalty"] < 0) == (line["reward"] < 0) else 0.0
    parts: list[Part | None] = []
    for side, colour, dy in (
        ("penalty", look.brand.alert, -apart),
        ("reward", look.brand.primary, apart),
    ):
        value, low, high = (float(line[f"{side}{end}"]) for end in ("", "_low", "_high"))
        if np.isnan(value):
            continue
        where, far = ("left", np.fmin(value, low)) if value < 0 else ("right", np.fmax(value, high))
        style = {"side": where, "gap": 1, "size": 7, "weight": 400, "dy": dy}
        parts += [
            col.span(0, value, mix(colour, 0.45), tall=2.2 if apart else 3.4, dy=dy),
            col.span(low, high, colour, tall=0.5, dy=dy),
            col.value(float(far), look.signed(value, 1), look, **style),
        ]
    return col.marks(parts) if parts or line["id"] == "random" else None


def _weight_title(lead: Lead, table: pd.DataFrame, look: Look) -> str:
    first = [look.quoted(str(table.loc[name, "name"])) for name in lead.first]
    words = {"who": look.either(first), "many": look.in_words(len(first))}
    if not first:
        title = _("The answers do not tell what weighs in satisfaction")
    elif len(lead.names) == 1:
        title = _("How {who} weighs in satisfaction")
    elif len(first) > 3:
        title = _("Which of {many} values weighs most in satisfaction is not certain")
    elif lead.sure and table.loc[lead.names[0], "kind"] == "basic":
        title = _("{who} weighs most in satisfaction, above all when it goes wrong")
    else:
        title = _("{who} weighs most in satisfaction")
    return look.say(title, **words)


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
    vif: float | None = None,
    caution: str = "",
) -> Figure:
    """Draw the importance of drivers between landlords, as found and with survey mode held equal.

    Parameters
    ----------
    shares, beside : DataFrame
        Index driver; columns `share`, `low`, `high`; a row "random" is drawn last, as what chance
        alone would give (`Importance.shares`); `beside` with survey mode held equal.
    lead : Lead
        Which drivers may come first (`report.lead_drawn`).
    labels, look, origin
        See `eight_plus`.
    r2 : float
        Share of the variance between landlords that all drivers explain together.
    n : int
        Number of landlords.
    vif : float, optional
        The largest variance inflation, where the drivers go together too strongly to be told apart
        (`report.landlords.together`).
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
    table = _ordered(shares, labels, look).assign(equal=beside["share"])
    other = Mark(look.brand.paper, "D")

    def shared(line: Part) -> Part | None:
        """The share, and below it the share with the survey mode held equal."""
        share, low, high, equal = (line[name] for name in ("share", "low", "high", "equal"))
        if np.isnan(share):
            return None
        real = line["id"] != "random"
        twice, far = real and not np.isnan(equal), np.nanmax([share, high])
        parts = [
            col.span(low, high, mix(line["fill"], 0.45), tall=1.13),
            col.dot(share, line["fill"], size=5.2, dy=-0.7 if real else 0.0),
            col.dot(equal, other, size=4.4, dy=1.0) if twice else None,
            col.value(float(max(far, equal) if twice else far), look.percent(share), look),
        ]
        return col.marks(parts)

    scale = col.shares([*_ends(table), *table["equal"]], look, after=9)
    notes = [caution]
    if vif is not None:
        words = _("The drivers go together strongly (VIF up to {vif}): read them as a whole.")
        notes += [look.say(words, vif=look.number(vif))]
    body = col.table(table, [(col.text(look, room=40), _named), (scale, shared)], 5.8)
    title = _between_title(lead, table, look)
    subtitle = look.say(
        "Share of the differences in satisfaction between {many} that every "
        "rating explains ({r2} together); bar: 95% interval",
        many=look.count(n, "{n} landlord", "{n} landlords"),
        r2=look.percent(r2),
    )
    note = " ".join(filter(None, notes))
    key = [
        (Mark(look.brand.primary, "o"), look.say("as found")),
        (other, look.say("with survey mode held equal")),
    ]
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note, key=key)


def _between_title(lead: Lead, table: pd.DataFrame, look: Look) -> str:
    first = [look.quoted(str(table.loc[name, "name"])) for name in lead.first]
    if not first:
        title = _("Too few landlords to compare")
    elif len(lead.names) == 1:
        title = _("Between landlords, satisfaction goes with {who}")
    elif lead.sure:
        title = _("Between landlords, satisfaction goes most with {who}")
    elif len(first) > 3:
        title = _("Which rating tells most between landlords can't be told")
    else:
        title = _("Between landlords, one of these tells most: {who}")
    return look.say(title, who=look.listed(first))


def scenarios(
    changes: pd.DataFrame,
    leads: Mapping[str, Lead],
    labels: Mapping[str, Any],
    *,
    look: Look,
    origin: str,
    fail: float = 5,
    top: float = 8,
    n: int | None = None,
) -> Figure:
    """Draw the predicted shares of fails and top grades for every value and move.

    Parameters
    ----------
    changes : DataFrame
        Index (driver, move, band); columns `now`, `then`, `change`, `low`, `high` (interval of
        the change), as `drivers.scenarios` gives; the moves "tenth", "fail_to_pass" and
        "middle_to_top" are drawn. Missing values are shown as a dash.
    leads : mapping
        "fail" and "top": who does most (`report.drivers.best`), for the title.
    labels, look, origin, fail, top
        See `eight_plus`.
    n : int, optional
        Number of respondents.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["ease"], MOVES, ["fail", "top"]])
    >>> changes = pd.DataFrame({"now": 0.4, "then": 0.5, "change": 0.1, "low": 0.05,
    ...                         "high": 0.15}, index=index)
    >>> from cxlib.report import Lead
    >>> leads = {"fail": Lead(()), "top": Lead(("ease", "home"))}
    >>> drawn = scenarios(changes, leads, {"ease": "Ease"}, look=Look("en"), origin="collected")
    >>> drawn.caption.title
    'Raising passes helps most on ‘Ease’'
    """
    order = changes.xs(("middle_to_top", "top"), level=(1, 2))["change"]
    ranked = order.sort_values(ascending=False, kind="stable").index
    table = pd.DataFrame({"name": look.named(ranked, labels)}, ranked)
    drawn = changes.loc[(list(ranked), list(MOVES), ["fail", "top"]), :]
    columns: list[col.Column] = [(col.text(look, room=27), "name")]
    columns += [
        _panel(drawn, band, look.exact(grade), look)
        for band, grade in (("fail", fail), ("top", top))
    ]
    subtitle = look.say(
        "Predicted part of the answers if one value gets better grades, and "
        "the difference from now in percentage points; with 95% interval"
    )
    subtitle += "" if n is None else "; " + look.count(n, *COMPLETE)
    causes = look.say(
        "Predicted from what goes together now: it only comes true if the value causes the grade."
    )
    moves = [
        look.say("one in ten gives a point more"),
        look.say("every fail becomes just a pass"),
        look.say("every grade between becomes {reached}", reached=look.exact(top)),
    ]
    body = col.table(table, columns, _STEP * len(MOVES) + 2.4, banded=True)
    title = _most_title(leads, table["name"].set_axis(ranked.map(str)), look)
    note = " ".join([look.dashes(drawn["change"]), causes]).strip()
    key = list(zip(look.brand.marks(3), moves, strict=True))
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note, key=key)


def _panel(changes: pd.DataFrame, band: str, grade: str, look: Look) -> col.Column:
    """One band: its scale with the share as it is now, and from there the moves of a value."""
    numbers, bad = changes[_NUMBERS].astype(float).xs(band, level=2), band == "fail"
    known = numbers["now"].dropna()
    ends = numbers[["low", "high"]].add(numbers["now"], axis=0).to_numpy().ravel()
    scale = col.shares([*ends, *known.head(1), *[0.0] * known.empty], look, 3)
    if bad:
        style: Part = {"head": look.say("Gives {grade} or lower", grade=grade)}
        style |= {"before": 9, "after": 4, "share": 0.42, "head_colour": look.brand.alert}
    else:
        style = {"head": look.say("Gives {grade} or higher", grade=grade)}
        style |= {"before": 4, "after": 9, "share": 0.58, "head_colour": look.brand.primary}
    for now in known.head(1):
        side = "right" if now <= scale["low"] else "left" if now >= scale["high"] else "center"
        text = look.say("now {now}", now=look.percent(now))
        head = {"at": now, "side": side, "text": text, "colour": look.brand.ink}
        style |= {"rules": [now], "heads": [head]}

    def outcomes(line: Part) -> Part | None:
        """From the share now to that then, the interval, and the change in points."""
        parts: list[Part | None] = []
        for i, (move, mark) in enumerate(zip(MOVES, look.brand.marks(3), strict=True)):
            now, then, change, low, high = numbers.loc[(line["id"], move)].tolist()
            if np.isnan(change):
                continue
            dy, ends = (i - (len(MOVES) - 1) / 2) * _STEP, (now + low, now + high)
            side, far = ("left", min(ends[0], now)) if bad else ("right", max(ends[1], now))
            beside: Part = {"side": side, "gap": 1.6, "size": 7, "weight": 400, "dy": dy}
            parts += [
                col.span(now, then, mix(mark.fill, 0.55), tall=1.13, dy=dy),
                col.span(*ends, look.brand.ink, tall=0.32, dy=dy),
                col.dot(then, mark, size=4.4, dy=dy),
                col.value(far, look.signed(change * 100), look, **beside),
            ]
        return col.marks(parts) if parts else None

    return scale | style, outcomes


def _most_title(leads: Mapping[str, Lead], names: pd.Series, look: Look) -> str:
    same = leads["fail"].first == leads["top"].first
    lifted, raised = (
        # One value, or the two of which it is one.
        look.either([look.quoted(names[name], 80 if same else 40) for name in lead.first])
        if len(lead.names) > 1 and len(lead.tied) < 2
        else ""
        for lead in (leads["fail"], leads["top"])
    )
    if same and lifted and raised:
        title = _("Lifting fails and raising passes help most on {lifted}")
    elif lifted and raised:
        title = _("Lifting fails helps most on {lifted}, raising passes on {raised}")
    elif lifted:
        title = _("Lifting fails helps most on {lifted}")
    elif raised:
        title = _("Raising passes helps most on {raised}")
    elif len(names) == 1:
        title = _("If {name} gets better grades")
    else:
        title = _("The answers do not tell which value would bring most")
    return look.say(title, lifted=lifted, raised=raised, name=look.quoted(names.iloc[0]))
