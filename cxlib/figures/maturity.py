"""How customer-oriented the organisation is: where managers see it, and the level it aims at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.panel import Column, alike, badge, breadth, ramp
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import shorten, width
from cxlib.figures.wording import inside, note, opened, part, said, sentences

_GAP, _RISE, _SIZE = 1.4, 6.5, 7.6
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
    flag = " ".join([look.say("our aim"), *years])
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
            "Managers: median level {middle}, middle half {low} to {high}",
            middle=middle,
            low=low,
            high=high,
        )
        found.append(Judgement(spread[0], spread[2], half, spread[1]))
    if vision.maturity_now:
        first, last = vision.maturity_now
        start = look.say("At the start: level {first}", first=first)
        start += look.say(" to {last}", last=last) if last > first else ""
        found.append(Judgement(first, last, start))
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


def _alt(
    levels: Sequence[Any], judgements: Sequence[Judgement], aim: int | None, look: Look
) -> str:
    told = [look.say("Stairs of levels")]
    for level in levels:
        told += [f"{level.level}: {said(level.label, look)}", opened(said(level.text, look))]
    told += [judgement.words for judgement in judgements]
    told += [look.say("The aim is level {aim}", aim=aim)] if aim else []
    return sentences(*told)


@dataclass(frozen=True)
class Judgement:
    """A stretch of levels, with or without a middle, and what it says."""

    low: float
    high: float
    words: str
    middle: float | None = None


class Stairs:
    """The geometry of the stairs; y is counted down from the top of the highest step."""

    def __init__(self, levels: Sequence[Any], aim: int | None, words: str, look: Look) -> None:
        self.levels, self.words, count = levels, words, len(levels)
        self.numbers = [level.level for level in levels]
        self.aim = self.numbers.index(aim) if aim in self.numbers else None
        self.wide = breadth(count, _GAP)
        labels = [said(level.label, look) for level in levels]
        size = alike(labels, self.wide - 3, 9, largest=8.2, language=look.language)[0].size
        self.columns = [self._column(level, size, look) for level in levels]
        low = max(c.height + 11.5 - i * _RISE for i, c in enumerate(self.columns))
        self.height = max(low, 8.0) + (count - 1) * _RISE
        self.tops = [(count - 1 - i) * _RISE for i in range(count)]

    def _column(self, level: Any, size: float, look: Look) -> Column:
        column = Column(self.wide - 3, look.language)
        column.add(said(level.label, look), size, weight="bold", lines=3)
        return column.add(said(level.text, look), 7.2, above=1.2)

    def x(self, level: float) -> float:
        """Where a level, or a point between two, lies."""
        centres = [i * (self.wide + _GAP) + self.wide / 2 for i in range(len(self.levels))]
        return float(np.interp(level, self.numbers, centres))

    def _under(self, left: float, right: float) -> list[float]:
        step = self.wide + _GAP
        return [y for i, y in enumerate(self.tops) if i * step < right and left < i * step + step]

    @property
    def flag(self) -> tuple[float, float, float]:
        """Pole, end and top of the flag; it blows to the left only where the page ends."""
        if self.aim is None:
            return 0.0, 0.0, 0.0
        pole = self.x(self.numbers[self.aim])
        long = min(max(15.0, width(self.words, _SIZE, "bold") + 6), Canvas.width / 2)
        end = pole + long if pole + long <= Canvas.width else max(pole - long, 0.0)
        return pole, end, min(self._under(min(pole, end), max(pole, end))) - 8.0

    def place(self, judgement: Judgement) -> float:
        """Where the words of a judgement begin: over its own stretch as far as that goes."""
        long, right = width(judgement.words, _SIZE, "semibold"), self.x(judgement.high)
        return max(0.0, min(self.x(judgement.low) - 1, right + 1 - long))

    def rows(self, judgements: Sequence[Judgement]) -> list[float]:
        """Height of every judgement's bar: above the steps and the flag, not on each other."""
        found: list[float] = []
        pole, end, top = self.flag
        for judgement in judgements:
            left, long = self.place(judgement), width(judgement.words, _SIZE, "semibold")
            right = max(self.x(judgement.high) + 3, left + long + 2)
            under = [*self._under(left, right), *(y - 5.5 for y in found)]
            if self.aim is not None and left < max(pole, end) and min(pole, end) < right:
                under.append(top)
            found.append(min(under) - 3.2)
        return found

    def draw(self, canvas: Canvas, down: float) -> None:
        """Draw the steps and the flag."""
        brand = canvas.brand
        reach = len(self.levels) - 1 if self.aim is None else self.aim
        for i, (level, column) in enumerate(zip(self.levels, self.columns, strict=True)):
            x, y = i * (self.wide + _GAP), down + self.tops[i]
            fill = ramp(brand, i / max(reach, 1)) if i <= reach else brand.tint(0.16)
            canvas.box(x, y, self.wide, down + self.height - y, fill=fill)
            badge(canvas, x + self.wide / 2, y + 5, str(level.level), fill=brand.paper)
            column.draw(canvas, x + self.wide / 2, y + 9.4, ha="center", color=brand.on(fill))
        if self.aim is not None:
            self._raise(canvas, down, down + self.tops[self.aim])

    def _raise(self, canvas: Canvas, down: float, foot: float) -> None:
        brand, (pole, end, top) = canvas.brand, self.flag
        way, top = (1 if end > pole else -1), top + down + 0.5
        canvas.line([pole, pole], [foot, top - 0.3], width=1.1)
        points = [(pole, top), (end, top), (end - way * 2.2, top + 3), (end, top + 6)]
        canvas.shape([*points, (pole, top + 6)], fill=brand.accent, zorder=3)
        words, middle = shorten(self.words, abs(end - pole) - 5, _SIZE, "bold"), (pole + end) / 2
        color = brand.on(brand.accent)
        canvas.text(middle - way, top + 3, words, _SIZE, weight="bold", ha="center", color=color)

    def mark(self, canvas: Canvas, judgement: Judgement, y: float) -> None:
        """Draw a judgement: a bar with a diamond, or a plain stretch between two stops."""
        left, right = self.x(judgement.low), self.x(judgement.high)
        canvas.text(self.place(judgement), y - 3.4, judgement.words, _SIZE, weight="semibold")
        if judgement.middle is not None:
            ends, brand = [left, max(right, left + 0.1)], canvas.brand
            canvas.line(ends, [y, y], color=brand.secondary, width=4.5, cap="round")
            canvas.dot(self.x(judgement.middle), y, size=7.5, marker="D", fill=brand.accent)
            return
        canvas.line([left, right], [y, y], width=1.2)
        for x in (left, right):
            canvas.line([x, x], [y - 1.1, y + 1.1], width=1.2)
