"""How customer-oriented the organisation is: where managers see it, and the level it aims at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.stairs import Judgement, Stairs
from cxlib.figures.wording import inside, note, opened, part, said, sentences, words

Spread = tuple[float, float, float]


def maturity(
    vision: Any,
    counts: pd.DataFrame | None = None,
    *,
    look: Look,
    origin: str,
    minimum: int = 10,
) -> BookletFigure:
    """Draw the levels as stairs, with the judgement of managers and the aim above them.

    Parameters
    ----------
    vision : Vision
        With `maturity`; `maturity_now` and `maturity_aim` are optional.
    counts : DataFrame, optional
        Index: level. Column `n`: how many managers placed the organisation there. Shown are
        only the median and the middle half, never the count of one level.
    look : Look
        Language, brand and source.
    origin : str
        published, collected or simulated.
    minimum : int
        With fewer managers than this in all, nothing of their answers is shown.

    Raises
    ------
    ValueError
        When the vision has no levels of maturity.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> levels = [Part(level=1, label="Inward", text=""), Part(level=2, label="Friendly", text="")]
    >>> vision = Part(maturity=levels, maturity_now=None, maturity_aim=2, roadmap=[])
    >>> counts = pd.DataFrame({"n": [9, 4]}, index=[1, 2])
    >>> maturity(vision, counts, look=Look("en"), origin="simulated").caption.title
    'Managers saw us at level 1 of 2; our aim is friendly'
    """
    levels = sorted(part(vision, "maturity"), key=lambda level: level.level)
    spread = middle_half(counts, minimum)
    judgements = _judgements(vision, spread, look)
    years = [year.year for year in vision.roadmap[-1:]]
    flag = " ".join([look.say("ons doel", "our aim"), *years])
    stairs = Stairs(levels, vision.maturity_aim, flag, look)
    rows = stairs.rows(judgements)
    above = -min([0.0, stairs.flag[2], *(y - 5.0 for y in rows)])
    canvas = Canvas(
        look,
        title=_title(vision, levels, spread, look),
        subtitle=_subtitle(levels, counts, spread, look),
        alt=_alt(levels, judgements, vision.maturity_aim, look),
        origin=origin,
        body=above + stairs.height,
        note=note(vision, "maturity", look),
    )
    stairs.draw(canvas, above)
    for judgement, y in zip(judgements, rows, strict=True):
        stairs.mark(canvas, judgement, above + y)
    return canvas.figure


def middle_half(counts: pd.DataFrame | None, minimum: int) -> Spread | None:
    """Lower quartile, median and upper quartile of answers given as a count a level.

    Parameters
    ----------
    counts : DataFrame or None
        Index: level; column `n`. A missing count hides the whole.
    minimum : int
        Fewer answers than this give nothing.

    Examples
    --------
    >>> middle_half(pd.DataFrame({"n": [4, 8, 4]}, index=[1, 2, 3]), 10)
    (1.5, 2.0, 2.5)
    >>> middle_half(pd.DataFrame({"n": [4, 3]}, index=[1, 2]), 10) is None
    True
    """
    if counts is None or counts["n"].isna().any() or counts["n"].sum() < max(minimum, 1):
        return None
    answers = np.repeat(counts.index.to_numpy(float), counts["n"].astype(int))
    low, middle, high = np.percentile(answers, [25, 50, 75], method="averaged_inverted_cdf")
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
    levels: Sequence[Any], counts: pd.DataFrame | None, spread: Spread | None, look: Look
) -> str:
    text = look.say(
        f"De {words(len(levels), look)} niveaus van klantgerichtheid",
        f"The {words(len(levels), look)} levels of customer orientation",
    )
    if counts is None:
        return text
    n = look.number(counts["n"].sum())
    judged = look.say(f"; oordeel van {n} managers", f"; judged by {n} managers")
    few = look.say("; te weinig antwoorden om te tonen", "; too few answers to show")
    return text + (judged if spread else few)


def _alt(
    levels: Sequence[Any], judgements: Sequence[Judgement], aim: int | None, look: Look
) -> str:
    told = [look.say("Trap met niveaus", "Stairs of levels")]
    for level in levels:
        told += [f"{level.level}: {said(level.label, look)}", opened(said(level.text, look))]
    told += [judgement.words for judgement in judgements]
    told += [look.say(f"Het doel is niveau {aim}", f"The aim is level {aim}")] if aim else []
    return sentences(*told)
