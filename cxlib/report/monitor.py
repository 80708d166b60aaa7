"""What control charts and comparisons over time and between landlords allow to be claimed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib import monitor, survey
from cxlib.language import Speaker
from cxlib.report.verdicts import CHANCE, Lead, side
from cxlib.report.weights import weigh
from cxlib.survey.shares import Estimate

if TYPE_CHECKING:
    from cxlib.study import Period, Study
    from cxlib.study.kpis import Kpi

ENOUGH = 10  # landlords with both modes: fewer don't tell how their differences spread
MANY = 100  # cases a month: so many lie outside plain limits by chance (Laney)


@dataclass(frozen=True)
class Course:
    """Where a steering number stands, as far as its control chart tells.

    Attributes
    ----------
    period : str
        The last one with a value; "" where there is none.
    value : float
    side : int
        1 above what it is held against, -1 below it, 0 where that can't be told.
    against : str
        "base" periods, "mean" of all periods, "change" for the mean since a break, and "" where
        there are too few periods to know how far chance goes.
    target : int or None
        1 met, -1 missed, 0 where that can't be told; None without a target.
    signals : tuple of str
        Periods in which the number surely differed, all periods looked at together.
    """

    period: str
    value: float
    side: int
    against: str
    target: int | None = None
    signals: tuple[str, ...] = ()

    def told(self, speaker: Speaker) -> str:
        """Where the value lies, in words.

        Examples
        --------
        >>> Course("2020-12", 0.6, 1, "base").told(Speaker("nl"))
        'aantoonbaar hoger dan in de basisperiode'
        """
        say = speaker.say
        since = {
            "base": say("in the base period"),
            "mean": say("on average"),
            "change": say("on average since the change"),
        }
        if self.against not in since:
            return say("too brief to rule out chance")
        sides = {
            1: say("demonstrably higher than"),
            -1: say("demonstrably lower than"),
            0: say("not demonstrably other than"),
        }
        return f"{sides[self.side]} {since[self.against]}"


def course(chart: monitor.Chart, target: float | None = None, better: str = "higher") -> Course:
    """What a control chart's last point tells, and which points are signals.

    A point differs when a run rule points at it and the interval of its difference from the
    centre, which is an estimate as well, leaves out zero. For the series as a whole the intervals
    are Bonferroni's over its points. The target is met above it, or below it where lower is better.

    Examples
    --------
    >>> chart = monitor.xmr(pd.Series([7.0, 7.1, 6.9, 7.0, 6.2]), base=[0, 1, 2, 3])
    >>> found = course(chart, target=7)
    >>> found.side, found.target, found.signals
    (-1, -1, ())
    """
    points = chart.points
    known = points.index[points["value"].notna()]
    if known.empty:
        return Course("", np.nan, 0, "")
    marked = points["signal"].ne("")
    apart = monitor.against_centre(chart)
    wide = monitor.against_centre(chart, 1 - 0.05 / len(known))
    last, value = known[-1], float(points["value"][known[-1]])
    sides = side(apart["low"], apart["high"]).where(marked, 0)
    sure = side(wide["low"], wide["high"]).where(marked, 0)
    sign = -1 if better == "lower" else 1
    met = None if target is None else _beside(sign * value, sign * target, apart["reach"][last])
    signals = tuple(map(str, points.index[sure != 0]))
    told = _held_against(chart, last) if apart["low"].notna()[last] else ""
    return Course(str(last), value, int(sides[last]), told, met, signals)


def _beside(value: float, target: float, reach: float) -> int:
    """Whether a value with an interval reaches a target (1), misses it (-1), or may do either."""
    return int(value - reach >= target) - int(value + reach < target)


def _held_against(chart: monitor.Chart, last: Hashable) -> str:
    periods = list(chart.points.index)
    since = max((periods.index(b) for b in chart.breaks if b in periods), default=0)
    since = since if since <= periods.index(last) else 0
    if since and not set(periods[since:]) & set(chart.base):
        return "change"
    known = chart.points["value"].dropna().index
    return "base" if set(known) - set(chart.base) else "mean"


@dataclass(frozen=True)
class Followed:
    """A KPI month by month, and what that tells.

    Attributes
    ----------
    kpi : Kpi
    chart : Chart
    course : Course
    closing : Closing or None
        Of cases, how long they take.
    origin : str
    base : bool
        Whether limits were frozen on base periods that the study names.
    breaks : dict of month to what changed in it
    """

    kpi: Kpi
    chart: monitor.Chart
    course: Course
    closing: monitor.Closing | None
    origin: str
    base: bool
    breaks: Mapping[str, Any]

    @property
    def drawing(self) -> dict[str, Any]:
        """What `figures.control_chart` needs beside the points and the course."""
        kpi, breaks = self.kpi, list(self.breaks.items())
        look = {"name": kpi.label, "unit": kpi.unit, "target": kpi.target, "origin": self.origin}
        return look | {"base": self.chart.base * self.base, "breaks": breaks}


def follow(study: Study, period: Period, top: float | None = None) -> dict[str, Followed]:
    """Follow every KPI of a study that has rows enough, until the end of a period.

    Parameters
    ----------
    study : Study
    period : Period
    top : float, optional
        The lowest of the grades that count as top; `thresholds.top` by default.

    Returns
    -------
    dict of KPI to Followed
        In the order of study.yaml. Months with fewer rows than the minimum cell are empty; where
        totals are published, so are as many others as it takes to keep these hidden.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> found = follow(study, study.period())
    >>> {name: (one.chart.kind, one.course.side) for name, one in found.items()}
    {'satisfaction': ('p', 1), 'complaints': ('p', 0), 'callbacks': ('laney', 1), \
'internal': ('xmr', 0)}
    """
    study = study.until(period)
    kpis = study.config.kpis
    return {kpi.id: one for kpi in kpis if (one := _followed(study, period, kpi, top))}


def _followed(study: Study, period: Period, kpi: Kpi, top: float | None) -> Followed | None:
    settings, rows = study.config, study.kpi_table(kpi.id)
    minimum = kpi.minimum_cell or settings.privacy.minimum_cell
    if rows is None or rows.get("number", pd.Series(1, rows.index)).sum() < minimum:
        return None
    base = kpi.base or settings.periods.base
    breaks = {f"{change.date:%Y-%m}": change.label for change in settings.periods.breaks}
    spans: dict[str, Any] = {"base": base, "breaks": list(breaks)}
    closing = None
    if kpi.unit == "grade" or kpi.kind == "share of grades":
        chart = _graded(study, kpi, rows, top or settings.thresholds.top, minimum, spans)
    elif kpi.norm is not None:
        closing = monitor.closing(rows["opened"], rows["closed"], kpi.norm, period.end)
        seen = rows[_shown(study, rows, minimum)]
        # Where cases are many, plain limits call chance a signal.
        many = rows["opened"].count() >= MANY * rows["opened"].dt.to_period("M").nunique()
        spans["chart"] = monitor.laney if many else monitor.p_chart
        chart = monitor.norm_chart(seen["opened"], seen["closed"], kpi.norm, period.end, **spans)
    else:
        rows = rows if "number" in rows else _counted(study, rows, minimum)
        counts, homes = rows["number"], rows.get("homes")
        chart = monitor.rate_chart(rows["date"], counts, homes, minimum=minimum, **spans)
    told = course(chart, kpi.target, kpi.better)
    return Followed(kpi, chart, told, closing, study.origin(kpi.table), bool(base), breaks)


def _graded(
    study: Study, kpi: Kpi, rows: pd.DataFrame, top: float, minimum: int, spans: dict[str, Any]
) -> monitor.Chart:
    """Chart of grades: those of the survey with the weights that make it all tenants."""
    values, share = rows["grade"], kpi.kind == "share of grades"
    if share:
        values = (
            (values >= (top if kpi.at_least is None else kpi.at_least))
            .where(values.notna())
            .astype(float)
        )
    weights = None
    if kpi.table == "survey" and study.survey is not None:  # of which totals are published, too
        values = survey.masked(values, rows["date"], study.period_labels(rows), minimum)
        weights = weigh(study, study.survey).values
    spans = spans | {"minimum": minimum, "weights": weights}
    return monitor.answer_chart(rows["date"], values, "share" if share else "mean", **spans)


def _shown(study: Study, rows: pd.DataFrame, minimum: int) -> pd.Series:
    """Which cases are in months that may be shown, where their total is published as well."""
    dates = rows[rows.columns[0]]
    return survey.masked(dates.notna() * 1.0, dates, study.period_labels(rows), minimum).notna()


def _counted(study: Study, rows: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """A row a month with its cases; empty where these are hidden."""
    dates, shown = rows["date"], _shown(study, rows, minimum)
    n = monitor.by_period(dates, dates.notna())["n"]
    number = n.mask(n.index.isin(dates[~shown].dt.strftime("%Y-%m")))
    return pd.DataFrame({"date": pd.to_datetime(n.index), "number": number.to_numpy(float)})


def kpi_verdicts(followed: Mapping[str, Followed]) -> pd.DataFrame:
    """What the chart of each KPI tells of its last month, a row a KPI that has one.

    Returns
    -------
    DataFrame, index kpi
        The columns of `Course`, with the number of signals.
    """
    told = {name: vars(one.course) for name, one in followed.items() if one.course.period}
    frame = pd.DataFrame.from_dict(told, orient="index").rename_axis("kpi")
    return frame.assign(signals=frame["signals"].map(len)) if told else frame


def kpi_closing(followed: Mapping[str, Followed]) -> pd.DataFrame:
    """How long the cases of each KPI with a norm take; empty where there are none.

    Returns
    -------
    DataFrame, index kpi
        The columns of `monitor.Closing`, an end that is not known yet empty.
    """
    times = {name: one.closing for name, one in followed.items() if one.closing is not None}
    frame = pd.DataFrame(times.values(), pd.Index(times, name="kpi"), monitor.Closing._fields)
    return frame.drop(columns="effective").replace(np.inf, np.nan)


def tell_kpis(followed: Mapping[str, Followed], speaker: Speaker) -> pd.DataFrame:
    """The verdict on each KPI in words, for who reads a table.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> found = follow(study, study.period())
    >>> tell_kpis(found, Speaker("nl")).loc["Terugbelverzoeken"].tolist()
    ['dec 2020', '85%', 'aantoonbaar hoger dan in de basisperiode', '90%: niet te zeggen', '0']
    """
    say = speaker.say
    met = {1: say("met"), -1: say("not met"), 0: say("can't be told")}
    head = [say("month"), say("outcome"), say("this is"), say("target"), say("months that differ")]
    known = [one for one in followed.values() if one.course.period]
    rows = []
    for kpi, told in ((one.kpi, one.course) for one in known):
        month = speaker.month(date.fromisoformat(f"{told.period}-01"), "LLL y")
        value, aim = (speaker.measured(x, kpi.unit) for x in (told.value, kpi.target))
        target = "" if told.target is None else f"{aim}: {met[told.target]}"
        rows.append([month, value, told.told(speaker), target, speaker.number(len(told.signals))])
    return pd.DataFrame(rows, [speaker.own(one.kpi.label) for one in known], head)


def tell_closing(followed: Mapping[str, Followed], speaker: Speaker) -> str:
    """How long closing takes, a line a KPI that can tell; as Markdown.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> tell_closing(follow(study, study.period()), Speaker("en")).split(";")[0]
    '- Complaints: half of 1,110 were closed by day **8** (7 to 8)'
    """
    lines = []
    for one in followed.values():
        found = one.closing
        if found is None or not np.isfinite([found.median, found.within]).all():
            continue
        last = speaker.number(found.median_high)
        values = {
            "kpi": speaker.own(one.kpi.label),
            "n": speaker.number(found.n),
            "day": speaker.number(found.median),
            "low": speaker.number(found.median_low),
            "high": last if np.isfinite(found.median_high) else speaker.say("later"),
            "share": speaker.percent(found.within),
            "least": speaker.percent(found.within_low),
            "most": speaker.percent(found.within_high),
            "norm": speaker.number(one.kpi.norm),
        }
        line = speaker.say(
            "- {kpi}: half of {n} were closed by day **{day}** ({low} to {high}); {share} were "
            "within the norm of day {norm} ({least} to {most}).",
            **values,
        )
        lines.append(line)
    return "\n".join(lines)


def tell_fewest(fewest: Lead, names: Mapping[str, Any], top: float, speaker: Speaker) -> str:
    """Which journey has the fewest top grades, as far as that can be told; as Markdown.

    Examples
    --------
    >>> tell_fewest(Lead(("a", "b", "c"), ("b",)), {"a": "Repairs"}, 8, Speaker("en"))
    "Fewest 8+: **Repairs or b** (these can't be told apart)."
    """
    if len(fewest.names) < 2:
        return ""
    which = speaker.either([speaker.own(names.get(name, name)) for name in fewest.first])
    values = {"top": speaker.exact(top), "which": which}
    if fewest.sure:
        return speaker.say("Fewest {top}+: **{which}**.", **values)
    return speaker.say("Fewest {top}+: **{which}** (these can't be told apart).", **values)


def tell_nps(nps: Estimate, span: str, speaker: Speaker) -> str:
    """The net promoter score of some periods; as Markdown.

    Examples
    --------
    >>> tell_nps(Estimate(0.25, 0.1, 0.4, 80), "2020", Speaker("en"))
    'Net promoter score of 2020: **+25** (+10 to +40; n = 80).'
    """
    score, low, high = (speaker.signed(100 * end, 0) for end in nps[:3])
    return speaker.say(
        "Net promoter score of {span}: **{score}** ({low} to {high}; n = {n}).",
        **{"span": span, "score": score, "low": low, "high": high, "n": speaker.number(nps.n)},
    )


def comparable(now: pd.DataFrame, then: pd.DataFrame, breaks: Sequence[date]) -> bool:
    """Whether two sets of dated answers may be compared: no shared rows, no break between them."""
    if now.empty or then.empty or now.index.isin(then.index).any():
        return False
    first, last = then["date"].min(), now["date"].max()
    return not any(first < pd.Timestamp(day) <= last for day in breaks)


def told_apart(gaps: pd.DataFrame) -> pd.Series:
    """Which pairs of modes differ: enough landlords, and told over all pairs together (Holm).

    Examples
    --------
    >>> told_apart(pd.DataFrame({"landlords": [40, 2], "p_adjusted": [0.001, 0.001]})).tolist()
    [True, False]
    """
    return (gaps["landlords"] >= ENOUGH) & (gaps["p_adjusted"] < CHANCE)
