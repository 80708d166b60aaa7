"""The survey answers that an analysis of one period looks back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxlib.study.periods import Period

if TYPE_CHECKING:
    from cxlib.study.study import Study


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
    assert study.survey is not None
    if period.end is None or "date" not in study.survey:
        return study.survey, "all answers"
    return _span(study, _kept(study, period))


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
    assert study.survey is not None
    if period.end is None or "date" not in study.survey:
        return study.survey[:0], ""
    kept, known = _kept(study, period), {p.label: p for p in study.periods()}
    ago = [f"{int(p.label[:4]) - 1}{p.label[4:]}" for p in kept]
    if set(ago) <= set(known) and not set(ago) & {p.label for p in kept}:
        return _span(study, [known[label] for label in ago])
    base = [known[label] for label in study.config.periods.base if label in known]
    if base and max(_end(p) for p in base) < min(_end(p) for p in kept):
        return _span(study, base)
    return study.survey[:0], ""


def _kept(study: Study, period: Period) -> list[Period]:
    """The periods of the window that ends with this one."""
    past = [p for p in study.periods() if p.end is not None and _end(p) <= _end(period)]
    return past[-study.config.periods.window :] or [period]


def _end(period: Period) -> pd.Timestamp:
    assert period.end is not None
    return period.end


def _span(study: Study, kept: list[Period]) -> tuple[pd.DataFrame, str]:
    assert study.survey is not None
    span = kept[0].label if len(kept) == 1 else f"{kept[0].label} to {kept[-1].label}"
    return study.within(study.survey, kept), span


def grades(study: Study, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the grades given to something as a whole: dwelling, neighbourhood, everything.

    Parameters
    ----------
    study : Study
    answers : DataFrame
        Rows of its survey.

    Returns
    -------
    DataFrame
        Columns by the values that study.yaml names under `survey.grades`, then `overall`.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> list(grades(study, study.survey))
    ['dwelling', 'neighbourhood', 'overall']
    """
    columns = {f"grade_{value}": value for value in study.config.survey.grades}
    return answers[[*columns, "overall"]].rename(columns=columns)


def groups(study: Study, answers: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of respondents: district, mode, journey, and what margins are known of.

    Parameters
    ----------
    study : Study
    answers : DataFrame
        Rows of its survey.

    Returns
    -------
    DataFrame
        The columns that are filled; "(unknown)" where a cell is empty.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> list(groups(study, study.survey))
    ['district', 'mode', 'journey']
    """
    names = dict.fromkeys(["district", "mode", "journey", *study.config.survey.margins])
    filled = [name for name in names if study.has(f"survey/{name}")]
    return answers[filled].astype(object).fillna("(unknown)")
