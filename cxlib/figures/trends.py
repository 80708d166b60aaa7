"""Over time and over factors: what is chance and what is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib.figures import columns as col
from cxlib.figures.brand import Mark, mix
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.plane import LABEL, SMALL, Plane, Scale
from cxlib.figures.text import shorten, width
from cxlib.figures.wording import said
from cxlib.language import _

if TYPE_CHECKING:
    from cxlib.report import Course

_LEFT, _RIGHT, _TOP, _TALL = 11.0, 93.0, 5.5, 52.0  # millimetres: the plane of a control chart
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
    changes = {str(period): said(text, look) for period, text in breaks}
    chart = _Chart(points, course, unit, look, list(base), target, changes)
    word = said(name, look)
    return Figure.of(
        look,
        chart.drawn(),
        title=chart.title(look.brief(word)),
        subtitle=chart.subtitle(),
        origin=origin,
        note=_gaps(points, look),
    )


def _gaps(points: pd.DataFrame, look: Look) -> str:
    """The remark that explains a gap in the line, where there is one."""
    if points["value"].notna().all():
        return ""
    return look.say("A gap: not shown, as it would tell about too few people.")


_MEASURED = {
    "share": _("Share by period"),
    "grade": _("Mean grade by period"),
    "rate": _("Number per thousand homes by period"),
    "count": _("Number by period"),
}


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
    def plane(self) -> Plane:
        """Half a period of room at either end, and the values with the limits and the target."""
        columns = self.points[["value", "low", "high"]].to_numpy(float).ravel()
        ends = [*columns, self.target if self.target is not None else np.nan]
        low, high = col.reach([v for v in ends if v == v], 5)
        last = max(len(self.points) - 1, 1)
        half = 5 * last / (_RIGHT - _LEFT - 10)
        across = Scale(-half, last + half, _LEFT, _RIGHT)
        return Plane(
            across, Scale(low, high, _TOP + _TALL, _TOP), _TOP + _TALL + 8.5, self.look.brand
        )

    def written(self, value: float) -> str:
        return self.look.measured(value, self.unit)

    @property
    def known(self) -> pd.DataFrame:
        return self.points.dropna(subset=["value"])

    def drawn(self) -> dict[str, Any]:
        """Base period, grid, limits, changes, periods; then the line and its words."""
        plane, brand = self.plane, self.look.brand
        where = {str(period): i for i, period in enumerate(self.points.index)}
        inside = [where[p] for p in self.base if p in where]
        ends = [plane.y.low, plane.y.high]
        if inside:
            half = 3.2 * (plane.x.high - plane.x.low) / (_RIGHT - _LEFT)
            left, right = min(inside) - half, max(inside) + half
            plane.box([left, right], ends, brand.pale)
            plane.text(plane.x(left) + 1, _TOP - 1.8, self.look.say("base"), colour=brand.muted)
        plane.levels(plane.y.ticks(5), self.written)
        self._limits(plane)
        for period, text in self.changes.items():
            if period in where:
                x = plane.x(where[period] - 0.5)
                plane.line([where[period] - 0.5] * 2, ends, brand.ink, 0.7, "dotted")
                plane.text(x + 0.8, _TOP - 2.4, text)
        self._periods(plane)
        self._line(plane)
        self._names(plane)
        return plane.body

    def _limits(self, plane: Plane) -> None:
        """A band in steps, as the limits belong to periods and not to the time between."""
        fill = mix(self.look.brand.primary, 0.16)
        table = self.points[["low", "high", "centre"]].to_numpy(float)
        steps = [
            ([max(i - 0.5, plane.x.low), min(i + 0.5, plane.x.high)], step)
            for i, step in enumerate(table)
            if np.isfinite(step).all()
        ]
        for across, (low, high, _centre) in steps:
            plane.box(across, [low, high], fill)
        for across, (_low, _high, centre) in steps:
            plane.line(across, [centre] * 2, self.look.brand.primary, 0.8)

    def _periods(self, plane: Plane) -> None:
        y, grey = _TOP + _TALL, self.look.brand.muted
        words = [_period(str(period), self.look) for period in self.points.index]
        widest = max(width(word, SMALL) for word, _ in words) + 1.5
        every = int(np.ceil(widest / (plane.x(1) - plane.x(0)))) or 1
        for i, (word, year) in enumerate(words):
            if i % every == 0:
                plane.text(plane.x(i), y + 3.0, word, side="center", colour=grey)
            if year and (i == 0 or words[i - 1][1] != year):
                plane.text(plane.x(i), y + 6.8, year, side="center", colour=grey, weight=700)

    def _line(self, plane: Plane) -> None:
        """Values joined by lines; signals in another shape and colour."""
        brand, values = self.look.brand, self.points["value"].to_numpy(float)
        signals = self.points["signal"].fillna("").astype(str).tolist()
        for i in range(1, len(values)):
            joined = str(self.points.index[i]) not in self.changes
            if joined and np.isfinite(values[i - 1 : i + 1]).all():
                plane.line([i - 1, i], values[i - 1 : i + 1].tolist(), brand.primary, 1.3)
        for i, value in enumerate(map(float, values)):
            said = " ".join([*_period(str(self.points.index[i]), self.look), self.written(value)])
            if np.isfinite(value) and signals[i]:
                plane.dot(i, value, self._signal, 6.4, said=said + self.look.say(" (signal)"))
            elif np.isfinite(value):
                plane.dot(i, value, brand.primary, 4.8, edge=brand.paper, said=said)

    @property
    def _signal(self) -> Mark:
        return Mark(self.look.brand.accent, "D")

    def _names(self, plane: Plane) -> None:
        """Words at the right of what they belong to, pushed apart where they would touch."""
        brand, look = self.look.brand, self.look
        labels: list[tuple[float, str, int, str]] = []
        if len(self.known):
            value = float(self.known["value"].iloc[-1])
            labels.append((plane.y(value), self.written(value), 700, brand.primary))
        centre = self.points["centre"].dropna()
        if len(centre):
            value = float(centre.iloc[-1])
            text = f"{look.say('centre')} {self.written(value)}"
            labels.append((plane.y(value), text, 400, brand.primary))
        if self.target is not None:
            across = [plane.x.low, plane.x.high]
            plane.line(across, [self.target] * 2, brand.alert, 1.0, "dashed")
            text = f"{look.say('target')} {self.written(self.target)}"
            labels.append((plane.y(self.target), text, 400, brand.alert))
        heights = _apart([y for y, *_rest in labels], 3.4)
        for y, (_at, text, weight, colour) in zip(heights, labels, strict=True):
            plane.text(_RIGHT + 1.5, y, text, size=LABEL, weight=weight, colour=colour)
        if (self.points["signal"].fillna("") != "").any():
            plane.mark(_RIGHT + 2.6, _TOP + _TALL + 3.0, self._signal, 6.0)
            plane.text(_RIGHT + 5, _TOP + _TALL + 3.0, look.say("signal"))

    def title(self, name: str) -> str:
        """What the last period shows, and no more than was decided of it."""
        look, course = self.look, self.course
        if not course.period:
            return look.say("{name}: no figures yet", name=name)
        when = " ".join(filter(None, _period(course.period, look, "LLLL")))
        share = self.written(course.value)
        value = look.say("{name}: {share} in {when}", name=name, share=share, when=when)
        return f"{value}, {course.told(look)}{self._against_target()}"

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
        what = look.say(_MEASURED[self.unit]) + look.say("; band: the range of chance")
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
    labels: Mapping[str, Any] | None = None,
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
    labels : mapping, optional
        Criterion to its name: a text, or one per language.

    Returns
    -------
    Figure

    Examples
    --------
    >>> curve = pd.DataFrame({"eigenvalue": [5.0, 2.0, 0.8]}, index=[1, 2, 3])
    >>> criteria = pd.DataFrame({"n_factors": [2, 3]}, index=["kaiser", "map"])
    >>> scree(curve, criteria, look=Look("en"), origin="collected", chosen=2).caption.title
    'We keep 2 viewpoints, as 1 of the 2 criteria advises'
    """
    shown = curve.head(max(_MOST, chosen + 2))
    advised = criteria["n_factors"].dropna().astype(int)
    return Figure.of(
        look,
        _curve(shown, advised, chosen, labels or {}, look),
        title=_scree_title(chosen, advised, possible, look),
        subtitle=look.say(
            "Eigenvalue of every factor, and the number of factors by every criterion"
        ),
        origin=origin,
    )


def _curve(
    shown: pd.DataFrame, advised: pd.Series, chosen: int, labels: Mapping[str, Any], look: Look
) -> dict[str, Any]:
    """The eigenvalues, and below them a dot for each criterion in the same columns."""
    brand, (left, right, top, bottom) = look.brand, _SCREE
    values = shown["eigenvalue"].astype(float).tolist()
    parallel = shown.get("parallel95", pd.Series(float("nan"), shown.index)).astype(float)
    low, high = col.reach([0, *values, *parallel.dropna()])
    last = max(len(shown), 2)
    side = 4 * (last - 1) / (right - left)
    across = Scale(1 - side, last + side, left - 4, right + 4)
    tall = bottom + 9.5 + 4.4 * len(advised)
    plane = Plane(across, Scale(low, high, bottom, top), tall, brand)
    plane.stroke([across(chosen)] * 2, [0, tall], brand.pale, 6 / 0.3528)
    plane.levels(plane.y.ticks(4), lambda v: look.number(v, int(v % 1 > 0)))
    plane.text(0, top, look.say("Eigenvalue"), size=LABEL, weight=700)
    numbers = list(range(1, len(values) + 1))
    if parallel.notna().any():
        chance = parallel.ffill().tolist()
        plane.line(numbers, chance, brand.muted, 1.0, "dashed")
        at = plane.y(chance[-1]) - 2.6
        words = look.say("chance (95%)")
        plane.text(across(numbers[-1]), at, words, side="left", colour=brand.muted)
    plane.line(numbers, values, brand.primary, 1.4)
    for number, value in zip(numbers, values, strict=True):
        fill = brand.primary if number <= chosen else brand.paper
        said = f"{look.number(number)}: {look.number(value, 1)}"
        plane.dot(number, value, fill, edge=brand.primary, said=said)
        weight, below = 700 if number == chosen else 400, bottom + 3.0
        plane.text(
            across(number), below, look.number(number), side="center", size=LABEL, weight=weight
        )
    _criteria(plane, advised, chosen, labels, look)
    return plane.body


def _criteria(
    plane: Plane, advised: pd.Series, chosen: int, labels: Mapping[str, Any], look: Look
) -> None:
    bottom = _SCREE[3]
    plane.text(0, bottom + 3.0, look.say("Number of factors"), size=LABEL, weight=700)
    for i, (criterion, count) in enumerate(advised.items()):
        y = bottom + 9.0 + 4.4 * i
        name = said(labels.get(str(criterion)), look) or _named(str(criterion), look)
        plane.text(0, y, shorten(name, plane.x.start - 3, LABEL), size=LABEL)
        plane.stroke([plane.x.start, plane.x.end], [y, y], look.brand.rule, 0.5)
        if plane.x.low <= count <= plane.x.high:
            fill = look.brand.accent if count == chosen else look.brand.paper
            plane.mark(plane.x(count), y, Mark(fill, "D"), 5.2)
        else:  # further than the curve goes
            words = f"{look.number(count)} →"
            plane.text(plane.x.end, y, words, side="left", colour=look.brand.muted)


_CRITERIA = {
    "kaiser": _("eigenvalue above 1"),
    "scree": _("elbow in the line"),
    "humphrey": _("Humphrey's rule"),
    "two_significant": _("two significant loadings"),
    "parallel": _("parallel analysis"),
    "map": _("Velicer's MAP"),
    "stability": _("stability"),
}


def _scree_title(chosen: int, advised: pd.Series, possible: Sequence[int], look: Look) -> str:
    kept = look.count(chosen, "{n} viewpoint", "{n} viewpoints")
    agree, total = int((advised == chosen).sum()), len(advised)
    keep = look.say("We keep {kept}", kept=kept)
    if len(possible) > 1:
        between = look.listed([look.number(number) for number in possible])
        return look.say(
            "{keep}; the advice is borderline, between {between}", keep=keep, between=between
        )
    if not agree:
        return keep
    if agree == total:
        criteria = look.say("every criterion")
    else:
        criteria = look.say("{agree} of the {total} criteria", agree=agree, total=total)
    verb = look.say("advises")
    if 1 < agree < total:
        verb = look.say("advise")
    return keep + look.say(", as ") + f"{criteria} {verb}"


def _named(criterion: str, look: Look) -> str:
    """What a criterion is called; its id in words where it has no name."""
    known = _CRITERIA.get(criterion)
    return look.say(known) if known else criterion.replace("_", " ")
