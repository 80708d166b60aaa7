"""Months, quarters and years: which of them the data cover, and what one of them looks back on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from cxlib.study.study import Study

_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}
_LABEL = re.compile(
    r"(?P<year>(?:19|20|21)\d\d)(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?"
)
SLACK = 0.1  # share of a period that may be without a row at its end


class PeriodError(ValueError):
    """A period that can't be read, or that the data don't hold."""


@dataclass(frozen=True)
class Period:
    """A span of whole days, first and last day included.

    Examples
    --------
    >>> quarter = Period.parse("2020-Q1")
    >>> f"{quarter.start:%d-%m-%Y} {quarter.end:%d-%m-%Y}"
    '01-01-2020 31-03-2020'
    """

    label: str
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None

    @classmethod
    def parse(cls, label: str) -> Period:
        """Read a label such as 2020, 2020-Q1 or 2020-03; raises PeriodError."""
        match = _LABEL.fullmatch(label.strip())
        if match is None:
            raise PeriodError(f"{label!r} is no period; write it as 2020, 2020-Q1 or 2020-03")
        frequency = "Q" if match["quarter"] else "M" if match["month"] else "Y"
        span = pd.Period(label.strip(), freq=frequency)
        return cls(label.strip(), span.start_time.normalize(), span.end_time.normalize())

    def holds(self, dates: pd.Series) -> pd.Series:
        """Return which dates fall in the period; without a span, all of them."""
        if self.start is None or self.end is None:
            return pd.Series(True, index=dates.index)
        return dates.ge(self.start) & dates.lt(self.end + pd.Timedelta(days=1))

    def __str__(self) -> str:
        return self.label


def labels(dates: pd.Series, rule: str) -> pd.Series:
    """Return the label of the period in which each date falls; empty where there is no date.

    Parameters
    ----------
    dates : Series of datetime64
    rule : {"month", "quarter", "year"}

    Examples
    --------
    >>> labels(pd.Series(pd.to_datetime(["2020-05-01", None])), "quarter").tolist()
    ['2020-Q2', '']
    """
    spans = dates.dt.to_period(_FREQUENCY[rule])
    style = {"month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}[rule]
    return spans.dt.strftime(style).astype(object).where(dates.notna(), "").astype(str)


def complete(dates: Iterable[pd.Series], rule: str, today: pd.Timestamp) -> list[Period]:
    """Return the periods from the first date on that are over and that the data cover.

    A period counts as covered when some row falls in its last tenth or after it: small
    surveys have no answer on each last day of a quarter.

    Parameters
    ----------
    dates : iterable of Series of datetime64
    rule : {"month", "quarter", "year"}
    today : Timestamp
    """
    known = pd.concat([pd.Series(dtype="datetime64[ns]"), *dates]).dropna()
    if known.empty:
        return []
    spans = pd.period_range(known.min(), known.max(), freq=_FREQUENCY[rule])
    names = labels(pd.Series(spans.start_time), rule)
    covered = []
    for start, end, name in zip(spans.start_time, spans.end_time.normalize(), names, strict=True):
        if end < today and known.max() >= end - SLACK * (end - start):
            covered.append(Period.parse(name))
    return covered


def asked(study: Study, word: str) -> list[Period]:
    """Return the periods that a word asks for.

    Parameters
    ----------
    study : Study
    word : str
        A label, "latest" or "all" (`Study.period`), "previous" (the complete one before the
        last), or a range of complete periods, both ends included.

    Raises
    ------
    PeriodError
        As `Study.period`, and for a range without a complete period.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> [str(period) for period in asked(Study.open("haag-wonen"), "2020-01..2020-Q3")]
    ['2020-Q1', '2020-Q2', '2020-Q3']
    """
    known = study.periods()
    if word == "previous" and len(known) > 1:
        return [known[-2]]
    first, between, last = word.partition("..")
    if not between:
        return [study.period(word)]
    whole = replace(Period.parse(first), end=Period.parse(last).end)
    days = [pd.Series([period.start, period.end]) for period in known]
    found = [p for p, ends in zip(known, days, strict=True) if whole.holds(ends).all()]
    if not found:
        held = ", ".join(map(str, known))
        raise PeriodError(f"no complete period lies in {word}; those there are: {held}")
    return found


def window(study: Study, period: Period) -> tuple[pd.DataFrame, str]:
    """Return the answers of the last periods up to and with `period`, and the span in words.

    Parameters
    ----------
    study : Study
        With a survey; `periods.window` in study.yaml says how many periods to look back on.
    period : Period
        The period reported on; without dates all answers are returned.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> answers, span = window(study, study.period("2020-Q2"))
    >>> span, f"{answers['date'].max():%Y-%m-%d}" <= "2020-06-30"
    ('2019-Q3 to 2020-Q2', True)
    """
    if period.end is None or not study.has("survey/date"):
        assert study.survey is not None
        return study.survey, "all answers"
    return spanned(study, _kept(study, period))


def earlier(study: Study, period: Period) -> tuple[pd.DataFrame, str]:
    """Return the answers to compare a window with, and their span in words.

    That is the same window one year earlier if the survey covers all of it, otherwise the base
    periods if the window has none of them; else nothing, and no answers are returned.

    Parameters
    ----------
    study, period
        As in `window`.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> earlier(study, study.period("2020-Q4"))[1], earlier(study, study.period("2020-Q2"))[1]
    ('2019-Q1 to 2019-Q4', '')
    """
    if period.end is None or not study.has("survey/date"):
        return study.answers([]), ""
    kept, known = _kept(study, period), {p.label: p for p in study.periods()}
    ago = [f"{int(p.label[:4]) - 1}{p.label[4:]}" for p in kept]
    if set(ago) <= set(known) and not set(ago) & {p.label for p in kept}:
        return spanned(study, [known[label] for label in ago])
    base = [known[label] for label in study.config.periods.base if label in known]
    if base and max(_end(p) for p in base) < min(_end(p) for p in kept):
        return spanned(study, base)
    return study.answers([]), ""


def turned(study: Study, period: Period) -> tuple[list[Period], list[Period]]:
    """Return the periods that an edition has and the one before lacks, and the other way round.

    Windows overlap, so that two editions share most of their answers: they differ in these. While
    the window still grows none leave it, and the whole window before is returned; without an
    edition before, nothing.

    Parameters
    ----------
    study, period
        As in `window`.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> [list(map(str, periods)) for periods in turned(study, study.period("2020-Q4"))]
    [['2020-Q4'], ['2019-Q4']]
    """
    if period.end is None or not study.has("survey/date"):
        return [], []
    kept = _kept(study, period)
    past = [p for p in study.periods() if p.end is not None and _end(p) < _end(kept[-1])]
    was = past[-study.config.periods.window :]
    left = [p for p in was if p not in kept]
    return [p for p in kept if p not in was] if was else [], left or was


def _kept(study: Study, period: Period) -> list[Period]:
    """The periods of the window that ends with this one."""
    past = [p for p in study.periods() if p.end is not None and _end(p) <= _end(period)]
    return past[-study.config.periods.window :] or [period]


def _end(period: Period) -> pd.Timestamp:
    assert period.end is not None
    return period.end


def spanned(study: Study, kept: list[Period]) -> tuple[pd.DataFrame, str]:
    """Return the answers of periods in a row, and their span in words."""
    span = kept[0].label if len(kept) == 1 else f"{kept[0].label} to {kept[-1].label}"
    return study.answers(kept), span
