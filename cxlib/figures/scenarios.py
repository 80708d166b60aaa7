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

if TYPE_CHECKING:
    from cxlib.report import Lead

MOVES = ("tenth", "fail_to_pass", "middle_to_top")
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
    order = changes.xs(("middle_to_top", "top"), level=(1, 2))["change"].fillna(-np.inf)
    drivers = list(order.sort_values(ascending=False, kind="stable").index)
    names = named(drivers, labels, look)
    drawn = changes.loc[(drivers, list(MOVES), ["fail", "top"]), :]
    panels = [_panel(drawn, band, (fail, top), look) for band in ("fail", "top")]
    lines = [
        col.row(
            col.said(name),
            *(_outcomes(changes, driver, band, look) for band in ("fail", "top")),
            band=i % 2 == 0,
        )
        for i, (driver, name) in enumerate(zip(drivers, names, strict=True))
    ]
    moves = _moves(top, look)
    return Figure.of(
        look,
        col.rows([col.text(look, room=27), *panels], lines, _STEP * len(MOVES) + 2.4),
        title=_move_title(leads, dict(zip(map(str, drivers), names, strict=True)), look),
        subtitle=_move_subtitle(n, look),
        origin=origin,
        note=" ".join([dashes(drawn["change"], look), caution(look)]).strip(),
        key=list(zip(look.brand.marks(3), [moves[move] for move in MOVES], strict=True)),
    )


def _panel(changes: pd.DataFrame, band: str, grades: tuple[float, float], look: Look) -> Part:
    """The scale of one band, with the share as it is now."""
    bad, part = band == "fail", changes.xs(band, level=2)
    now = float(part["now"].dropna().iloc[0]) if part["now"].notna().any() else np.nan
    ends = part[["low", "high"]].add(part["now"], axis=0).to_numpy(float).ravel()
    low, high = col.reach([*ends, now if np.isfinite(now) else 0.0], 3)
    at = col.ticks(low, high, 3)
    digits = int(any(round(100 * tick, 6) % 1 for tick in at))
    colour = look.brand.alert if bad else look.brand.primary
    style: Part = {"before": 9, "after": 4} if bad else {"before": 4, "after": 9}
    if np.isfinite(now):
        text = look.say("now {now}", now=look.percent(now))
        side = "center" if low < now < high else "right" if now <= low else "left"
        style |= {
            "rules": [now],
            "heads": [{"at": now, "side": side, "text": text, "colour": look.brand.ink}],
        }
    style |= {"head_colour": colour, "share": 0.42 if bad else 0.58}
    head = _heading(bad, grades, look)
    return col.scale(low, high, at, lambda v: look.percent(v, digits), head=head, **style)


def _outcomes(changes: pd.DataFrame, driver: Any, band: str, look: Look) -> Part | None:
    """The moves of a value: from the share now to that then, the interval, the change in points."""
    parts: list[Part | None] = []
    for i, (move, mark) in enumerate(zip(MOVES, look.brand.marks(3), strict=True)):
        card = changes.loc[(driver, move, band)]  # type: ignore[index]
        if not np.isfinite(card["change"]):
            continue
        dy = (i - (len(MOVES) - 1) / 2) * _STEP
        now, then = float(card["now"]), float(card["then"])
        low, high = (now + float(card[end]) for end in ("low", "high"))
        side, far = ("left", min(low, now)) if band == "fail" else ("right", max(high, now))
        style = {"side": side, "gap": 1.6, "size": 7, "weight": 400, "dy": dy}
        parts += [
            col.span(now, then, mix(mark.fill, 0.55), tall=1.13, dy=dy),
            col.span(low, high, look.brand.ink, tall=0.32, dy=dy),
            col.dot(then, mark, size=4.4, dy=dy),
            col.value(far, look.signed(card["change"] * 100), look, **style),
        ]
    return col.marks(parts) if parts else None


def caution(look: Look) -> str:
    """That a prediction is no promise, in plain words."""
    return look.say(
        "Predicted from what goes together now: it only comes true if the value causes the grade."
    )


def _moves(top: float, look: Look) -> dict[str, str]:
    """What the moves are called, in grades of this study's scale."""
    reached = look.number(top, int(top % 1 > 0))
    return {
        "tenth": look.say("one in ten gives a point more"),
        "fail_to_pass": look.say("every fail becomes just a pass"),
        "middle_to_top": look.say("every grade between becomes {reached}", reached=reached),
    }


def _heading(bad: bool, grades: tuple[float, float], look: Look) -> str:
    grade = look.number(grades[0 if bad else 1], int(grades[0 if bad else 1] % 1 > 0))
    if bad:
        return look.say("Gives {grade} or lower", grade=grade)
    return look.say("Gives {grade} or higher", grade=grade)


def _move_title(leads: Mapping[str, Lead], names: Mapping[str, str], look: Look) -> str:
    room = 80 if leads["fail"].first == leads["top"].first else 40
    lifted, raised = (_who(leads[band], names, room, look) for band in ("fail", "top"))
    fails = look.say("Lifting fails helps most on")
    if lifted and lifted == raised:
        both = look.say("Lifting fails and raising passes help most on")
        return f"{both} {lifted}"
    if lifted and raised:
        more = look.say("raising passes on")
        return f"{fails} {lifted}, {more} {raised}"
    if lifted:
        return f"{fails} {lifted}"
    if raised:
        most = look.say("Raising passes helps most on")
        return f"{most} {raised}"
    if len(names) == 1:
        (name,) = (look.quoted(name) for name in names.values())
        return look.say("If {name} gets better grades", name=name)
    return look.say("The answers do not tell which value would bring most")


def _who(lead: Lead, names: Mapping[str, str], room: float, look: Look) -> str:
    """The value that does most, or the two of which it is one; else nothing."""
    if not lead.names or len(lead.names) == 1 or len(lead.tied) > 1:
        return ""
    return look.either([look.quoted(names[name], room) for name in lead.first])


def _move_subtitle(n: int | None, look: Look) -> str:
    text = look.say(
        "Predicted part of the answers if one value gets better grades, and "
        "the difference from now in percentage points; with 95% interval"
    )
    return text if n is None else f"{text}; " + look.count(n, *COMPLETE)
