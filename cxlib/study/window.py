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
    past = [p for p in study.periods() if p.end is not None and p.end <= period.end]
    kept = past[-study.config.periods.window :] or [period]
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
