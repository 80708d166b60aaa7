"""What better grades for one value would bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import mix
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import COMPLETE, dashes, named
from cxlib.language import _

if TYPE_CHECKING:
    from cxlib.report import Lead

MOVES = ("tenth", "fail_to_pass", "middle_to_top")
_NUMBERS = ["now", "then", "change", "low", "high"]
_STEP = 2.9  # millimetres between moves within a row


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
    labels : mapping
        Driver to its name, or to a name per language.
    look, origin
        See `top_cards`.
    fail, top : float
        Highest grade that fails, lowest that meets the ambition.
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
    drivers = order.sort_values(ascending=False, kind="stable").index
    table = pd.DataFrame({"name": named(drivers, labels, look)}, drivers)
    drawn = changes.loc[(list(drivers), list(MOVES), ["fail", "top"]), :]
    columns: list[col.Column] = [(col.text(look, room=27), "name")]
    columns += [
        _panel(drawn, band, look.exact(grade), look)
        for band, grade in (("fail", fail), ("top", top))
    ]
    subtitle = look.say(
        "Predicted part of the answers if one value gets better grades, and "
        "the difference from now in percentage points; with 95% interval"
    )
    causes = look.say(
        "Predicted from what goes together now: it only comes true if the value causes the grade."
    )
    moves = [
        look.say("one in ten gives a point more"),
        look.say("every fail becomes just a pass"),
        look.say("every grade between becomes {reached}", reached=look.exact(top)),
    ]
    return Figure.of(
        look,
        col.table(table, columns, _STEP * len(MOVES) + 2.4, banded=True),
        title=_title(leads, table["name"].set_axis(drivers.map(str)), look),
        subtitle=subtitle if n is None else f"{subtitle}; {look.count(n, *COMPLETE)}",
        origin=origin,
        note=" ".join([dashes(drawn["change"], look), causes]).strip(),
        key=list(zip(look.brand.marks(3), moves, strict=True)),
    )


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


def _title(leads: Mapping[str, Lead], names: pd.Series, look: Look) -> str:
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
