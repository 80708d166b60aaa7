"""Over time and over factors: what is chance and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark
from cxlib.figures.figure import Figure
from cxlib.figures.look import NAMES, Look
from cxlib.figures.plane import LABEL, SMALL, Plane, Scale
from cxlib.figures.text import shorten, width
from cxlib.language import _

if TYPE_CHECKING:
    from cxlib.report import Course

_LEFT, _RIGHT, _TOP, _BOTTOM = 11.0, 93.0, 5.5, 57.5  # millimetres: the plane of a control chart
_MOST, _SCREE = 10, (44.0, 112.0, 4.0, 46.0)  # factors; left, right, top, bottom


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
) -> Figure:
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
        "share" (0-1, shown in per cent), "grade" or "rate" (one decimal), or "count".
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
    changes = {str(period): look.said(text) for period, text in breaks}
    chart = _Chart(points, unit, look, changes)
    gaps = look.say("A gap: not shown, as it would tell about too few people.")
    body = chart.drawn([*base], target)
    title = chart.title(look.brief(look.said(name)), course, target)
    subtitle = chart.subtitle()
    note = gaps * bool(points["value"].isna().any())
    return Figure.of(look, body, title=title, subtitle=subtitle, origin=origin, note=note)


@dataclass(frozen=True)
class _Chart:
    points: pd.DataFrame
    unit: str
    look: Look
    changes: dict[str, str]

    def written(self, value: float) -> str:
        return self.look.measured(value, self.unit)

    def drawn(self, base: list[str], target: float | None) -> dict[str, Any]:
        """Base period, grid, limits, changes, periods; then the line and its words.

        Half a period of room at either end, and the values with the limits and the target.
        """
        brand, last = self.look.brand, max(len(self.points) - 1, 1)
        values = self.points[["value", "low", "high"]].to_numpy(float).ravel()
        low, high = col.reach([*values, *([] if target is None else [target])], 5)
        half = 5 * last / (_RIGHT - _LEFT - 10)
        across, up = Scale(-half, last + half, _LEFT, _RIGHT), Scale(low, high, _BOTTOM, _TOP)
        plane = Plane(across, up, _BOTTOM + 8.5, brand)
        where = {str(period): i for i, period in enumerate(self.points.index)}
        inside = [where[period] for period in base if period in where]
        if inside:
            side = 3.2 * (across.high - across.low) / (_RIGHT - _LEFT)
            left, right = min(inside) - side, max(inside) + side
            plane.box([left, right], [low, high], brand.pale)
            plane.text(across(left) + 1, _TOP - 1.8, self.look.say("base"), colour=brand.muted)
        plane.levels(up.ticks(5), self.written)
        self._limits(plane)
        for period, text in self.changes.items():
            if period in where:
                at = where[period] - 0.5
                plane.line([at] * 2, [low, high], brand.ink, 0.7, "dotted")
                plane.text(across(at) + 0.8, _TOP - 2.4, text)
        self._periods(plane)
        self._line(plane)
        self._names(plane, target)
        return plane.body

    def _limits(self, plane: Plane) -> None:
        """A band in steps, as the limits belong to periods and not to the time between."""
        table = self.points[["low", "high", "centre"]].to_numpy(float)
        known = [i for i, step in enumerate(table) if np.isfinite(step).all()]
        steps = {i: [max(i - 0.5, plane.x.low), min(i + 0.5, plane.x.high)] for i in known}
        for i, across in steps.items():
            plane.box(across, table[i, :2].tolist(), self.look.brand.tint(0.16))
        for i, across in steps.items():
            plane.line(across, [float(table[i, 2])] * 2, self.look.brand.primary, 0.8)

    def _periods(self, plane: Plane) -> None:
        grey: col.Part = {"side": "center", "colour": self.look.brand.muted}
        words = [_period(str(period), self.look) for period in self.points.index]
        widest = max(width(word, SMALL) for word, _year in words) + 1.5
        every = int(np.ceil(widest / (plane.x(1) - plane.x(0)))) or 1
        for i, (word, year) in enumerate(words):
            if i % every == 0:
                plane.text(plane.x(i), _BOTTOM + 3.0, word, **grey)
            if year and (i == 0 or words[i - 1][1] != year):
                plane.text(plane.x(i), _BOTTOM + 6.8, year, weight=700, **grey)

    @property
    def _signals(self) -> list[Mark | None]:
        """A mark at each signal."""
        mark = Mark(self.look.brand.accent, "D")
        return [mark if found else None for found in self.points["signal"].fillna("").astype(str)]

    def _line(self, plane: Plane) -> None:
        """Values joined by lines; signals in another shape and colour."""
        brand, periods = self.look.brand, self.points.index.map(str)
        values = self.points["value"].astype(float).tolist()
        for i in range(1, len(values)):
            if periods[i] not in self.changes and np.isfinite(values[i - 1 : i + 1]).all():
                plane.line([i - 1, i], values[i - 1 : i + 1], brand.primary, 1.3)
        for i, (value, mark) in enumerate(zip(values, self._signals, strict=True)):
            told = " ".join([*_period(periods[i], self.look), self.written(value)])
            if np.isfinite(value) and mark:
                plane.dot(i, value, mark, 6.4, said=told + self.look.say(" (signal)"))
            elif np.isfinite(value):
                plane.dot(i, value, brand.primary, 4.8, edge=brand.paper, said=told)

    def _names(self, plane: Plane, target: float | None) -> None:
        """Words at the right of what they belong to, pushed apart where they would touch."""
        brand, look = self.look.brand, self.look
        labels = [
            (value, name, weight, brand.primary)
            for column, name, weight in (("value", "", 700), ("centre", look.say("centre"), 400))
            for value in self.points[column].dropna().tail(1)
        ]
        if target is not None:
            across = [plane.x.low, plane.x.high]
            plane.line(across, [target] * 2, brand.alert, 1.0, "dashed")
            labels.append((target, look.say("target"), 400, brand.alert))
        heights = _apart([plane.y(value) for value, *_rest in labels], 3.4)
        for y, (value, name, weight, colour) in zip(heights, labels, strict=True):
            text = f"{name} {self.written(value)}".strip()
            plane.text(_RIGHT + 1.5, y, text, size=LABEL, weight=weight, colour=colour)
        for mark in filter(None, {*self._signals}):
            plane.mark(_RIGHT + 2.6, _BOTTOM + 3.0, mark, 6.0)
            plane.text(_RIGHT + 5, _BOTTOM + 3.0, look.say("signal"))

    def title(self, name: str, course: Course, target: float | None) -> str:
        """What the last period shows, and no more than was decided of it."""
        look = self.look
        if not course.period:
            return look.say("{name}: no figures yet", name=name)
        when = " ".join(filter(None, _period(course.period, look, "LLLL")))
        share = self.written(course.value)
        title = look.say("{name}: {share} in {when}", name=name, share=share, when=when)
        title += f", {course.told(look)}"
        if target is not None and course.target is not None:
            title += look.say(NAMES["met"][course.target], aim=self.written(target))
        return title

    def subtitle(self) -> str:
        look, known = self.look, self.points.dropna(subset=["value"])
        what = look.word("measured", self.unit) + look.say("; band: the range of chance")
        counts = known["n"].dropna() if "n" in known else pd.Series(dtype=float)
        if len(counts):
            ends = sorted({int(counts.min()), int(counts.max())})
            words = look.interval(*ends) if len(ends) > 1 else look.number(ends[0])
            what += f"; n = {words}"
        return what


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
    for _turn in range(20):
        for above, below in pairwise(order):
            short = least - (moved[below] - moved[above])
            if short > 0:
                moved[above] -= short / 2
                moved[below] += short / 2
    return moved


def scree(
    curve: pd.DataFrame,
    criteria: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    chosen: int,
    possible: Sequence[int] = (),
) -> Figure:
    """Draw the eigenvalues and below them the number of factors by every criterion.

    Parameters
    ----------
    curve : DataFrame
        Index component (1, 2, …); columns `eigenvalue` and, where computed, `parallel95`
        (`Retention.curve`).
    criteria : DataFrame
        Index criterion; column `n_factors` (`Retention.criteria`).
    look, origin
        See `top_cards`.
    chosen : int
        How many factors were kept.
    possible : sequence of int
        What the advice may be (`Retention.possible`); more than one number is borderline.

    Examples
    --------
    >>> curve = pd.DataFrame({"eigenvalue": [5.0, 2.0, 0.8]}, index=[1, 2, 3])
    >>> criteria = pd.DataFrame({"n_factors": [2, 3]}, index=["kaiser", "map"])
    >>> scree(curve, criteria, look=Look("en"), origin="collected", chosen=2).caption.title
    'We keep 2 viewpoints, as 1 of the 2 criteria advises'
    """
    shown = curve.head(max(_MOST, chosen + 2))
    advised = criteria["n_factors"].dropna().astype(int)
    plane = _curve(shown, len(advised), chosen, look)
    for i, (criterion, count) in enumerate(advised.items()):
        # A dot in the column of that number of factors.
        y, id_ = _SCREE[3] + 9.0 + 4.4 * i, str(criterion)
        name = look.word("criteria", id_, id_.replace("_", " "))
        plane.text(0, y, shorten(name, plane.x.start - 3, LABEL), size=LABEL)
        plane.stroke([plane.x.start, plane.x.end], [y, y], look.brand.rule, 0.5)
        if plane.x.low <= count <= plane.x.high:
            fill = look.brand.accent if count == chosen else look.brand.paper
            plane.mark(plane.x(count), y, Mark(fill, "D"), 5.2)
        else:  # further than the curve goes
            words = f"{look.number(count)} →"
            plane.text(plane.x.end, y, words, side="left", colour=look.brand.muted)
        plane.parts[-1]["said"] = f"{name}: {look.number(count)}"
    title = _scree_title(chosen, advised, possible, look)
    subtitle = look.say("Eigenvalue of every factor, and the number of factors by every criterion")
    return Figure.of(look, plane.body, title=title, subtitle=subtitle, origin=origin)


def _curve(shown: pd.DataFrame, criteria: int, chosen: int, look: Look) -> Plane:
    """The eigenvalues over their numbers, with room below for the criteria."""
    brand, (left, right, top, bottom) = look.brand, _SCREE
    values = shown["eigenvalue"].astype(float).tolist()
    parallel = shown.get("parallel95", pd.Series(dtype=float)).astype(float).ffill().tolist()
    low, high = col.reach([0, *values, *parallel])
    numbers, last = range(1, len(values) + 1), max(len(values), 2)
    side = 4 * (last - 1) / (right - left)
    across = Scale(1 - side, last + side, left - 4, right + 4)
    tall = bottom + 9.5 + 4.4 * criteria
    plane = Plane(across, Scale(low, high, bottom, top), tall, brand)
    plane.stroke([across(chosen)] * 2, [0, tall], brand.pale, 6 / 0.3528)
    plane.levels(plane.y.ticks(4), lambda v: look.number(v, int(v % 1 > 0)))
    plane.text(0, top, look.say("Eigenvalue"), size=LABEL, weight=700)
    if any(chance == chance for chance in parallel):
        plane.line(numbers, parallel, brand.muted, 1.0, "dashed")
        words, at = look.say("chance (95%)"), plane.y(parallel[-1]) - 2.6
        plane.text(across(numbers[-1]), at, words, side="left", colour=brand.muted)
    plane.line(numbers, values, brand.primary, 1.4)
    for number, value in zip(numbers, values, strict=True):
        fill, name = brand.primary if number <= chosen else brand.paper, look.number(number)
        told = f"{name}: {look.number(value, 1)}"
        plane.dot(number, value, fill, edge=brand.primary, said=told)
        style: col.Part = {"size": LABEL, "weight": 700 if number == chosen else 400}
        plane.text(across(number), bottom + 3.0, name, side="center", **style)
    plane.text(0, bottom + 3.0, look.say("Number of factors"), size=LABEL, weight=700)
    return plane


def _scree_title(chosen: int, advised: pd.Series, possible: Sequence[int], look: Look) -> str:
    agree, total = int((advised == chosen).sum()), len(advised)
    words = {"kept": look.count(chosen, "{n} viewpoint", "{n} viewpoints")}
    if len(possible) > 1:
        words["between"] = look.listed([look.number(number) for number in possible])
        title = _("We keep {kept}; the advice is borderline, between {between}")
    elif not agree:
        title = _("We keep {kept}")
    elif agree == total:
        title = _("We keep {kept}, as every criterion advises")
    else:
        return look.count(
            agree,
            "We keep {kept}, as {n} of the {total} criteria advises",
            "We keep {kept}, as {n} of the {total} criteria advise",
            **words,
            total=total,
        )
    return look.say(title, **words)
