"""How customer-oriented the organisation is: where managers see it, and the level it aims at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.stairs import Judgement, Stairs
from cxlib.figures.wording import inside, note, opened, part, said, sentences, words

Spread = tuple[float, float, float]


def maturity(
    vision: Any, judged: pd.DataFrame | None = None, *, look: Look, origin: str
) -> BookletFigure:
    """Draw the levels as stairs, with the judgement of managers and the aim above them.

    Parameters
    ----------
    vision : Vision
        With `maturity`; `maturity_now` and `maturity_aim` are optional.
    judged : DataFrame, optional
        Where managers placed the organisation: index "lower quartile", "median" and "upper
        quartile"; columns `estimate` and `n`, empty where too few answered (`survey.spread`).
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no levels of maturity.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> levels = [Part(level=1, label="Inward", text=""), Part(level=2, label="Friendly", text="")]
    >>> vision = Part(maturity=levels, maturity_now=None, maturity_aim=2, roadmap=[])
    >>> where = ["lower quartile", "median", "upper quartile"]
    >>> judged = pd.DataFrame({"estimate": [1, 1, 2], "n": 13}, index=where)
    >>> maturity(vision, judged, look=Look("en"), origin="simulated").caption.title
    'Managers saw us at level 1 of 2; our aim is friendly'
    """
    levels = sorted(part(vision, "maturity"), key=lambda level: level.level)
    spread = _spread(judged)
    judgements = _judgements(vision, spread, look)
    years = [year.year for year in vision.roadmap[-1:]]
    flag = " ".join([look.say("ons doel", "our aim"), *years])
    stairs = Stairs(levels, vision.maturity_aim, flag, look)
    rows = stairs.rows(judgements)
    above = -min([0.0, stairs.flag[2], *(y - 5.0 for y in rows)])
    canvas = Canvas(
        look,
        title=_title(vision, levels, spread, look),
        subtitle=_subtitle(levels, judged, spread, look),
        alt=_alt(levels, judgements, vision.maturity_aim, look),
        origin=origin,
        body=above + stairs.height,
        note=note(vision, "maturity", look),
    )
    stairs.draw(canvas, above)
    for judgement, y in zip(judgements, rows, strict=True):
        stairs.mark(canvas, judgement, above + y)
    return canvas.figure


def _spread(judged: pd.DataFrame | None) -> Spread | None:
    if judged is None or judged["estimate"].isna().any():
        return None
    low, middle, high = judged["estimate"][["lower quartile", "median", "upper quartile"]]
    return float(low), float(middle), float(high)


def _level(value: float, look: Look) -> str:
    return look.number(value, 0 if value == round(value) else 1)


def _judgements(vision: Any, spread: Spread | None, look: Look) -> list[Judgement]:
    found = []
    if spread:
        low, middle, high = (_level(value, look) for value in spread)
        half = look.say(
            f"Managers: mediaan niveau {middle}, middelste helft {low} tot {high}",
            f"Managers: median level {middle}, middle half {low} to {high}",
        )
        found.append(Judgement(spread[0], spread[2], half, spread[1]))
    if vision.maturity_now:
        first, last = vision.maturity_now
        start = look.say(f"Bij de start: niveau {first}", f"At the start: level {first}")
        start += look.say(f" tot en met {last}", f" to {last}") if last > first else ""
        found.append(Judgement(first, last, start))
    return found


def _title(vision: Any, levels: Sequence[Any], spread: Spread | None, look: Look) -> str:
    aims = [inside(lv.label, look) for lv in levels if lv.level == vision.maturity_aim]
    aim = look.say("ons doel is ", "our aim is ") + aims[0] if aims else ""
    if spread:
        seen = look.say(
            f"Managers zagen ons op niveau {_level(spread[1], look)} van {len(levels)}",
            f"Managers saw us at level {_level(spread[1], look)} of {len(levels)}",
        )
        return f"{seen}; {aim}" if aim else seen
    count = words(len(levels), look)
    rest = look.say(f"{count} niveaus van klantgerichtheid", f"{count} levels of orientation")
    return opened(aim or rest)


def _subtitle(
    levels: Sequence[Any], judged: pd.DataFrame | None, spread: Spread | None, look: Look
) -> str:
    text = look.say(
        f"De {words(len(levels), look)} niveaus van klantgerichtheid",
        f"The {words(len(levels), look)} levels of customer orientation",
    )
    if judged is None:
        return text
    n = look.number(judged["n"].max())
    shown = look.say(f"; oordeel van {n} managers", f"; judged by {n} managers")
    few = look.say("; te weinig antwoorden om te tonen", "; too few answers to show")
    return text + (shown if spread else few)


def _alt(
    levels: Sequence[Any], judgements: Sequence[Judgement], aim: int | None, look: Look
) -> str:
    told = [look.say("Trap met niveaus", "Stairs of levels")]
    for level in levels:
        told += [f"{level.level}: {said(level.label, look)}", opened(said(level.text, look))]
    told += [judgement.words for judgement in judgements]
    told += [look.say(f"Het doel is niveau {aim}", f"The aim is level {aim}")] if aim else []
    return sentences(*told)
