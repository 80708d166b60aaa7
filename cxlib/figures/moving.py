"""What if: fails and top grades as predicted when the grades of one value move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import Mark, mix
from cxlib.figures.canvas import SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.scale import Scale, upright_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import COMPLETE, dashes, named

if TYPE_CHECKING:
    from cxlib.report import Lead

MOVES = ("tenth", "fail_to_pass", "middle_to_top")
_STEP, _HEAD, _GAP, _TEXT = 3.1, 9.6, 9.0, 7.5


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
) -> BookletFigure:
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
    key = _key(top, look)
    head = _HEAD + 4.2 * len(key)
    pitch = _STEP * len(MOVES) + 2.4
    rows = Rows.of(names, 27, pitch=pitch, language=look.language, top=head)
    canvas = Canvas(
        look,
        title=_title(leads, dict(zip(map(str, drivers), names, strict=True)), look),
        subtitle=_subtitle(n, look),
        alt=_alt(changes, drivers, names, top, look),
        origin=origin,
        body=rows.height + 4.4,
        note=" ".join([dashes(drawn["change"], look), caution(look)]).strip(),
    )
    for i, line in enumerate(key):
        canvas.key(line, 0, 1.4 + 4.2 * i)
    for i, (y, block) in enumerate(zip(rows.middles, rows.blocks, strict=True)):
        if i % 2 == 0:
            canvas.box(0, y - pitch / 2, WIDTH, pitch, fill=mix(look.brand.pale, 0.7), zorder=-1)
        canvas.write(0, y, block)
    left = max(rows.width, 18) + 3
    middle = left + (WIDTH - left) * 0.42
    for band, span in (("fail", (left, middle - _GAP / 2)), ("top", (middle + _GAP / 2, WIDTH))):
        own = changes[changes.index.get_level_values(2) == band].droplevel(2)
        _panel(canvas, own, drivers, rows, band, span, (fail, top))
    return canvas.figure


def caution(look: Look) -> str:
    """That a prediction is no promise, in plain words."""
    return look.say(
        "Voorspeld uit wat nu samengaat: alleen als de waarde het cijfer bepaalt, komt dit uit.",
        "Predicted from what goes together now: it only comes true if the value causes the grade.",
    )


def _key(top: float, look: Look) -> list[list[tuple[Mark, str]]]:
    words = _moves(top, look)
    return key_rows(list(zip(look.brand.marks(3), [words[m] for m in MOVES], strict=True)), 116)


def _moves(top: float, look: Look) -> dict[str, str]:
    """What the moves are called, in grades of this study's scale."""
    reached = look.number(top, int(top % 1 > 0))
    return {
        "tenth": look.say("één op de tien geeft een punt meer", "one in ten gives a point more"),
        "fail_to_pass": look.say(
            "elke onvoldoende wordt net voldoende", "every fail becomes just a pass"
        ),
        "middle_to_top": look.say(
            f"elk cijfer ertussen wordt een {reached}", f"every grade between becomes {reached}"
        ),
    }


def _panel(
    canvas: Canvas,
    changes: pd.DataFrame,
    drivers: Sequence[Any],
    rows: Rows,
    band: str,
    span: tuple[float, float],
    grades: tuple[float, float],
) -> None:
    """One band: the share now as a line, and where each move would bring it."""
    look, brand, bad = canvas.look, canvas.brand, band == "fail"
    part = changes[changes.index.get_level_values(1).isin(MOVES)]
    now = float(part["now"].dropna().iloc[0]) if part["now"].notna().any() else np.nan
    ends = (part[["low", "high"]].add(part["now"], axis=0)).to_numpy(float).ravel()
    ends = np.array([*ends[np.isfinite(ends)], now if now == now else 0.0])
    space = (span[0] + _TEXT, span[1] - 1.0) if bad else (span[0] + 1.0, span[1] - _TEXT)
    scale = Scale.around([min(ends), max(ends)], *space, count=3)
    top, bottom = rows.middles[0] - rows.pitch / 2, rows.height
    colour = brand.alert if bad else brand.primary
    heading = _heading(bad, grades, look)
    canvas.text(span[0], top - 6.4, heading, weight="bold", color=colour)
    ticks = scale.ticks(3)
    digits = int(any(round(100 * tick, 6) % 1 for tick in ticks))
    upright_grid(canvas, scale, ticks, top, bottom, lambda v: look.percent(v, digits))
    if now == now:
        canvas.line([scale(now)] * 2, [top - 1, bottom], color=brand.ink, width=0.9, zorder=3)
        text, ha = look.say(f"nu {look.percent(now)}", f"now {look.percent(now)}"), "center"
        canvas.text(max(min(scale(now), span[1] - 5), span[0] + 5), top - 2.6, text, SMALL, ha=ha)
    for driver, middle in zip(drivers, rows.middles, strict=True):
        for i, (move, mark) in enumerate(zip(MOVES, brand.marks(3), strict=True)):
            y = middle + (i - (len(MOVES) - 1) / 2) * _STEP
            _outcome(canvas, scale, y, part.loc[(driver, move)], mark, bad)


def _heading(bad: bool, grades: tuple[float, float], look: Look) -> str:
    grade = look.number(grades[0 if bad else 1], int(grades[0 if bad else 1] % 1 > 0))
    if bad:
        return look.say(f"Geeft een {grade} of lager", f"Gives {grade} or lower")
    return look.say(f"Geeft een {grade} of hoger", f"Gives {grade} or higher")


def _outcome(canvas: Canvas, scale: Scale, y: float, row: pd.Series, mark: Mark, bad: bool) -> None:
    """One move: from the share now to the share then, the interval, and the change in points."""
    look = canvas.look
    if not np.isfinite(row["change"]):
        canvas.text(scale.end if bad else scale.start, y, look.number(np.nan), SMALL)
        return
    now, then = float(row["now"]), float(row["then"])
    low, high = (scale.clip(now + float(row[end])) for end in ("low", "high"))
    canvas.line([scale(now), scale(then)], [y, y], color=mix(mark.fill, 0.55), width=3.2)
    canvas.line([low, high], [y, y], color=canvas.brand.ink, width=0.9, zorder=3.5)
    canvas.dot(scale(then), y, mark, size=4.4)
    text = look.signed(row["change"] * 100)
    x, ha = (min(low, scale(now)) - 1.6, "right") if bad else (max(high, scale(now)) + 1.6, "left")
    canvas.text(x, y, text, SMALL, ha=ha)


def _title(leads: Mapping[str, Lead], names: Mapping[str, str], look: Look) -> str:
    room = 80 if leads["fail"].first == leads["top"].first else 40
    lifted, raised = (_who(leads[band], names, room, look) for band in ("fail", "top"))
    fails = look.say("Onvoldoendes wegnemen helpt het meest bij", "Lifting fails helps most on")
    if lifted and lifted == raised:
        both = look.say(
            "Onvoldoendes wegnemen en verder verbeteren helpen het meest bij",
            "Lifting fails and raising passes help most on",
        )
        return f"{both} {lifted}"
    if lifted and raised:
        more = look.say("verder verbeteren bij", "raising passes on")
        return f"{fails} {lifted}, {more} {raised}"
    if lifted:
        return f"{fails} {lifted}"
    if raised:
        most = look.say("Van goed naar beter helpt het meest bij", "Raising passes helps most on")
        return f"{most} {raised}"
    if len(names) == 1:
        (name,) = (look.quoted(name) for name in names.values())
        return look.say(f"Als {name} een beter cijfer krijgt", f"If {name} gets better grades")
    return look.say(
        "De antwoorden zeggen niet welke waarde het meeste oplevert",
        "The answers do not tell which value would bring most",
    )


def _who(lead: Lead, names: Mapping[str, str], room: float, look: Look) -> str:
    """The value that does most, or the two of which it is one; else nothing."""
    if not lead.names or len(lead.names) == 1 or len(lead.tied) > 1:
        return ""
    return look.either([look.quoted(names[name], room) for name in lead.first])


def _subtitle(n: int | None, look: Look) -> str:
    text = look.say(
        "Voorspeld deel van de antwoorden als één waarde een beter cijfer krijgt, en het verschil "
        "met nu in procentpunten; met 95%-interval",
        "Predicted part of the answers if one value gets better grades, and the difference from "
        "now in percentage points; with 95% interval",
    )
    return text if n is None else f"{text}; " + look.count(n, *COMPLETE)


def _alt(
    changes: pd.DataFrame,
    drivers: Sequence[Any],
    names: Sequence[str],
    top: float,
    look: Look,
) -> str:
    words = _moves(top, look)
    parts = []
    for move in MOVES:
        told = [
            f"{name} {look.signed(100 * changes.loc[(driver, move, 'fail'), 'change'])}, "
            f"{look.signed(100 * changes.loc[(driver, move, 'top'), 'change'])}"
            for driver, name in zip(drivers, names, strict=True)
        ]
        parts.append(f"{words[move]}: {'; '.join(told)}")
    kind = look.say(
        "Verandering van onvoldoendes en hoge cijfers in procentpunten",
        "Change of fails and top grades in percentage points",
    )
    return f"{kind}. {'. '.join(parts)}."
