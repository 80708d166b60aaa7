"""A figure over time: what is chance and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures.brand import mix
from cxlib.figures.canvas import LABEL, SMALL, Canvas
from cxlib.figures.look import Look
from cxlib.figures.scale import Scale, level_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import width
from cxlib.figures.wording import said

if TYPE_CHECKING:
    from cxlib.report import Course

_LEFT, _RIGHT, _TOP, _TALL = 11.0, 93.0, 5.5, 52.0


def control_chart(
    points: pd.DataFrame,
    course: Course,
    *,
    look: Look,
    origin: str,
    name: Any,
    unit: str = "share",
    base: Sequence[str] = (),
    target: float | None = None,
    breaks: Sequence[tuple[str, Any]] = (),
) -> BookletFigure:
    """Draw a steering number over time with the limits within which it varies by chance.

    Its title says what `course` decided of the last period, not how it looks.

    Parameters
    ----------
    points : DataFrame
        Index period ("2019-Q1", "2020-03", …) in order of time; columns `value`, `centre`,
        `low`, `high` and `signal` ("" for none) (`Chart.points`). A missing value interrupts
        the line.
    course : Course
        What the chart tells (`report.course`).
    look, origin
        See `top_cards`.
    name : text, or text per language
        What is measured.
    unit : str
        "share" (0-1, shown in per cent) or "grade" (one decimal).
    base : sequence of str
        Periods on which the limits were frozen; they get a ground.
    target : float, optional
        Drawn dashed.
    breaks : sequence of (period, label)
        First periods after a change, with what changed.

    Examples
    --------
    >>> from cxlib.report import Course
    >>> points = pd.DataFrame({"value": [0.40, 0.41, 0.52], "centre": 0.4, "low": 0.35,
    ...     "high": 0.45, "signal": ["", "", "beyond limits"]},
    ...     index=["2019-Q1", "2019-Q2", "2019-Q3"])
    >>> found = Course("2019-Q3", 0.52, 1, "base", target=1)
    >>> control_chart(points, found, look=Look("en"), origin="collected", name="Eights",
    ...               target=0.5).caption.title
    'Eights: 52% in Q3 2019, demonstrably higher than in the base period; target of 50% met'
    """
    changes = {str(period): said(text, look) for period, text in breaks}
    chart = _Chart(points, course, unit, look, list(base), target, changes)
    word = said(name, look)
    canvas = Canvas(
        look,
        title=chart.title(look.brief(word)),
        subtitle=chart.subtitle(),
        alt=chart.alt(word),
        origin=origin,
        body=_TOP + _TALL + 9.5,
        note=_gaps(points, look),
    )
    chart.ground(canvas)
    chart.line(canvas)
    chart.names(canvas)
    return canvas.figure


def _gaps(points: pd.DataFrame, look: Look) -> str:
    """The remark that explains a gap in the line, where there is one."""
    if points["value"].notna().all():
        return ""
    return look.say("A gap: not shown, as it would tell about too few people.")


@dataclass(frozen=True)
class _Chart:
    points: pd.DataFrame
    course: Course
    unit: str
    look: Look
    base: list[str]
    target: float | None
    changes: dict[str, str]

    @property
    def across(self) -> Scale:
        return Scale(0, max(len(self.points) - 1, 1), _LEFT + 5, _RIGHT - 5)

    @property
    def up(self) -> Scale:
        columns = self.points[["value", "low", "high"]].to_numpy(float).ravel()
        ends = [*columns, self.target if self.target is not None else np.nan]
        return Scale.around([v for v in ends if v == v], _TOP + _TALL, _TOP, count=5)

    def written(self, value: float) -> str:
        look = self.look
        return look.percent(value) if self.unit == "share" else look.number(value, 1)

    @property
    def known(self) -> pd.DataFrame:
        return self.points.dropna(subset=["value"])

    def ground(self, canvas: Canvas) -> None:
        """Base period, grid, limits, breaks, periods."""
        across, up, brand = self.across, self.up, canvas.brand
        where = {str(period): i for i, period in enumerate(self.points.index)}
        inside = [where[p] for p in self.base if p in where]
        if inside:
            left, right = across(min(inside)) - 3.2, across(max(inside)) + 3.2
            canvas.box(left, _TOP, right - left, _TALL, fill=brand.pale, zorder=-1)
            text = self.look.say("base")
            canvas.text(left + 1, _TOP - 1.8, text, SMALL, color=brand.muted)
        level_grid(canvas, up, up.ticks(5), _LEFT, _RIGHT, self.written)
        self._limits(canvas)
        for period, text in self.changes.items():
            if period in where:
                x = across(where[period] - 0.5)
                canvas.line([x, x], [_TOP - 3, _TOP + _TALL], color=brand.ink, style=(0, (1, 2)))
                canvas.text(x + 0.8, _TOP - 2.4, text, SMALL)
        self._periods(canvas)

    def _limits(self, canvas: Canvas) -> None:
        """A band in steps, as the limits belong to periods and not to the time between."""
        across, up = self.across, self.up
        half = (across(1) - across(0)) / 2
        fill = mix(canvas.brand.primary, 0.16)
        for i, row in enumerate(self.points[["low", "high", "centre"]].to_numpy(float)):
            if not np.isfinite(row).all():
                continue
            low, high, centre = (up(value) for value in row)
            x = max(across(i) - half, _LEFT), min(across(i) + half, _RIGHT)
            canvas.box(x[0], high, x[1] - x[0], low - high, fill=fill, zorder=-0.5)
            canvas.line(x, [centre, centre], color=canvas.brand.primary, width=0.8, zorder=1)

    def _periods(self, canvas: Canvas) -> None:
        y, grey = _TOP + _TALL, canvas.brand.muted
        words = [_period(str(period), self.look) for period in self.points.index]
        widest = max(width(word, SMALL) for word, _ in words) + 1.5
        every = int(np.ceil(widest / (self.across(1) - self.across(0)))) or 1
        for i, (word, year) in enumerate(words):
            x = self.across(i)
            if i % every == 0:
                canvas.text(x, y + 3.0, word, SMALL, color=grey, ha="center")
            if year and (i == 0 or words[i - 1][1] != year):
                canvas.text(x, y + 6.8, year, SMALL, weight="bold", color=grey, ha="center")

    def line(self, canvas: Canvas) -> None:
        """Values joined by lines; signals in another shape and colour."""
        across, up, brand = self.across, self.up, canvas.brand
        values = self.points["value"].to_numpy(float)
        signals = self.points["signal"].fillna("").astype(str).tolist()
        for i in range(1, len(values)):
            joined = str(self.points.index[i]) not in self.changes
            if joined and np.isfinite(values[i - 1 : i + 1]).all():
                x, y = [across(i - 1), across(i)], [up(values[i - 1]), up(values[i])]
                canvas.line(x, y, color=brand.primary, width=1.3, cap="round", zorder=3)
        for i, value in enumerate(values):
            if not np.isfinite(value):
                continue
            if signals[i]:
                canvas.dot(across(i), up(value), fill=brand.accent, marker="D", size=6.4)
            else:
                canvas.dot(across(i), up(value), fill=brand.primary, edge=brand.paper, size=4.8)

    def names(self, canvas: Canvas) -> None:
        """Words at the right of what they belong to, pushed apart where they would touch."""
        brand, look, up = canvas.brand, self.look, self.up
        labels: list[tuple[float, str, str, str]] = []
        if len(self.known):
            value = float(self.known["value"].iloc[-1])
            labels.append((up(value), self.written(value), "bold", brand.primary))
        centre = self.points["centre"].dropna()
        if len(centre):
            text = look.say("centre")
            value = float(centre.iloc[-1])
            labels.append((up(value), f"{text} {self.written(value)}", "regular", brand.primary))
        if self.target is not None:
            y, text = up(self.target), look.say("target")
            canvas.line([_LEFT, _RIGHT], [y, y], color=brand.alert, width=1.0, style=(0, (4, 2)))
            labels.append((y, f"{text} {self.written(self.target)}", "regular", brand.alert))
        heights = _apart([y for y, *_ in labels], 3.4)
        for y, (_, text, weight, colour) in zip(heights, labels, strict=True):
            canvas.text(_RIGHT + 1.5, y, text, LABEL, weight=weight, color=colour)
        if (self.points["signal"].fillna("") != "").any():
            canvas.dot(_RIGHT + 2.6, _TOP + _TALL + 3.0, fill=brand.accent, marker="D", size=6.0)
            canvas.text(_RIGHT + 5, _TOP + _TALL + 3.0, look.say("signal"), SMALL)

    def title(self, name: str) -> str:
        """What the last period shows, and no more than was decided of it."""
        look, course = self.look, self.course
        if not course.period:
            return look.say("{name}: no figures yet", name=name)
        when = " ".join(filter(None, _period(course.period, look, "LLLL")))
        value = f"{name}: {self.written(course.value)} in {when}"
        since = {
            "base": look.say("in the base period"),
            "mean": look.say("on average"),
            "change": look.say("on average since the change"),
        }
        if course.against not in since:
            state = look.say("too brief to rule out chance")
        else:
            state = {
                1: look.say("demonstrably higher than"),
                -1: look.say("demonstrably lower than"),
                0: look.say("not demonstrably other than"),
            }[course.side] + f" {since[course.against]}"
        return f"{value}, {state}{self._against_target()}"

    def _against_target(self) -> str:
        if self.target is None or self.course.target is None:
            return ""
        aim, look = self.written(self.target), self.look
        return {
            1: look.say("; target of {aim} met", aim=aim),
            -1: look.say("; target of {aim} not met", aim=aim),
            0: look.say("; target of {aim} within margin", aim=aim),
        }[self.course.target]

    def subtitle(self) -> str:
        look, known = self.look, self.known
        what = look.say("Share by period")
        if self.unit != "share":
            what = look.say("Mean grade by period")
        what += look.say("; band: the range of chance")
        counts = known["n"].dropna() if "n" in known else pd.Series(dtype=float)
        if len(counts):
            ends = sorted({int(counts.min()), int(counts.max())})
            words = look.interval(*ends) if len(ends) > 1 else look.number(ends[0])
            what += f"; n = {words}"
        return what

    def alt(self, name: str) -> str:
        look = self.look
        parts = []
        for period, row in self.points.iterrows():
            mark = look.say(" (signal)") if str(row["signal"] or "") else ""
            parts.append(f"{period} {self.written(float(row['value']))}{mark}")
        if self.target is not None:
            parts.append(f"{look.say('target')} {self.written(self.target)}")
        kind = look.say("Control chart")
        return f"{kind}, {name}: {'; '.join(parts)}."


def _period(period: str, look: Look, style: str = "LLL") -> tuple[str, str]:
    """A period in two parts, such as Q1 and 2020; the second empty where it has no parts."""
    quarter = re.fullmatch(r"(\d{4})-Q(\d)", period)
    if quarter:
        return look.say("Q") + quarter[2], quarter[1]
    parts = re.fullmatch(r"(\d{4})-(\d{2})", period)
    if parts and 1 <= int(parts[2]) <= 12:
        return look.month(date(int(parts[1]), int(parts[2]), 1), style), parts[1]
    return period, ""


def _apart(heights: list[float], least: float) -> list[float]:
    """Heights moved as little as needed to lie at least so far apart, in their own order."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    moved = list(heights)
    for _ in range(20):
        for above, below in pairwise(order):
            short = least - (moved[below] - moved[above])
            if short > 0:
                moved[above] -= short / 2
                moved[below] += short / 2
    return moved
