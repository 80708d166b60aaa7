"""The levels of customer orientation as stairs, with where managers saw us and where we aim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.vision import diagram
from cxlib.figures.wording import inside, note, opened, part, said, sentences

Spread = tuple[float, float, float]


def maturity(vision: Any, judged: pd.DataFrame | None = None, *, look: Look, origin: str) -> Figure:
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
    numbers = [level.level for level in levels]
    aim = numbers.index(vision.maturity_aim) if vision.maturity_aim in numbers else None
    flag = " ".join([look.say("our aim"), *map(str, years)])
    content = {
        "steps": _steps(levels, aim, look),
        "numbers": numbers,
        "judgements": judgements,
        "flag": None if aim is None else {"step": aim, "text": flag},
    }
    return diagram(
        look,
        "maturity",
        content,
        title=_title(vision, levels, spread, look),
        subtitle=_subtitle(levels, judged, spread, look),
        alt=_alt(levels, judgements, vision.maturity_aim, look),
        origin=origin,
        note=note(vision, "maturity", look),
    )


def _steps(levels: Sequence[Any], aim: int | None, look: Look) -> list[Part]:
    """A step a level, the darker the nearer to the aim."""
    brand, last = look.brand, len(levels) - 1 if aim is None else aim
    found: list[Part] = []
    for i, level in enumerate(levels):
        fill = brand.ramp(i / max(last, 1)) if i <= last else brand.tint(0.16)
        words = {"label": said(level.label, look), "text": said(level.text, look)}
        found.append({"id": str(level.level), **words, "fill": fill, "colour": brand.on(fill)})
    return found


def _spread(judged: pd.DataFrame | None) -> Spread | None:
    if judged is None or judged["estimate"].isna().any():
        return None
    low, middle, high = judged["estimate"][["lower quartile", "median", "upper quartile"]]
    return float(low), float(middle), float(high)


def _level(value: float, look: Look) -> str:
    return look.number(value, 0 if value == round(value) else 1)


def _judgements(vision: Any, spread: Spread | None, look: Look) -> list[Part]:
    found: list[Part] = []
    if spread:
        low, middle, high = (_level(value, look) for value in spread)
        half = look.say(
            "Managers: median level {middle}, middle half {low} to {high}",
            middle=middle,
            low=low,
            high=high,
        )
        found.append({"low": spread[0], "high": spread[2], "text": half, "middle": spread[1]})
    if vision.maturity_now:
        first, last = vision.maturity_now
        start = look.say("At the start: level {first}", first=first)
        start += look.say(" to {last}", last=last) if last > first else ""
        found.append({"low": float(first), "high": float(last), "text": start})
    return found


def _title(vision: Any, levels: Sequence[Any], spread: Spread | None, look: Look) -> str:
    aims = [inside(lv.label, look) for lv in levels if lv.level == vision.maturity_aim]
    aim = look.say("our aim is ") + aims[0] if aims else ""
    if spread:
        seen = look.say(
            "Managers saw us at level {spread1} of {levels}",
            spread1=_level(spread[1], look),
            levels=len(levels),
        )
        return f"{seen}; {aim}" if aim else seen
    count = look.in_words(len(levels))
    rest = look.say("{count} levels of orientation", count=count)
    return opened(aim or rest)


def _subtitle(
    levels: Sequence[Any], judged: pd.DataFrame | None, spread: Spread | None, look: Look
) -> str:
    text = look.say(
        "The {levels} levels of customer orientation", levels=look.in_words(len(levels))
    )
    if judged is None:
        return text
    n = look.number(judged["n"].max())
    shown = look.say("; judged by {n} managers", n=n)
    few = look.say("; too few answers to show")
    return text + (shown if spread else few)


def _alt(levels: Sequence[Any], judgements: Sequence[Part], aim: int | None, look: Look) -> str:
    told = [look.say("Stairs of levels")]
    for level in levels:
        told += [f"{level.level}: {said(level.label, look)}", opened(said(level.text, look))]
    told += [judgement["text"] for judgement in judgements]
    told += [look.say("The aim is level {aim}", aim=aim)] if aim else []
    return sentences(*told)
