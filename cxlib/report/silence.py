"""What an edition must be silent about, decided once for all its tables and notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxlib import survey
from cxlib.study.parts import groups

if TYPE_CHECKING:
    from cxlib.study import Period, Study


def told_sessions(study: Study, group: str) -> pd.Series:
    """The session of each participant of a group; empty where it may not be told.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> told_sessions(Study.open("haag-wonen"), "tenants").nunique()
    3
    """
    sessions = study.participants[group]["session"].fillna("")
    told = survey.large(sessions, study.config.privacy.minimum_cell)
    return told.where(told != "")


def silent(study: Study, period: Period, among: pd.Index | None = None) -> dict[str, list[str]]:
    """Districts, modes and journeys that an edition must be silent about, in all its tables.

    Parameters
    ----------
    study : Study
        With a survey.
    period : Period
        The period reported on.
    among : Index, optional
        The respondents who count in a table, of all periods.

    Returns
    -------
    dict of characteristic to list of str
        See `survey.unreported`.
    """
    rows, when, order, last = _editions(study, period)
    about, back = groups(study, rows), study.config.periods.window
    told = when, order, back, study.config.privacy.minimum_cell, last, among
    return {str(name): survey.unreported(about[name], *told) for name in about}


def silent_items(study: Study, period: Period) -> list[str]:
    """Questions of which successive editions would tell the answers of too few people."""
    rows, when, order, last = _editions(study, period)
    asked = [item for items in study.value_items.values() for item in items]
    answers = rows[asked].notna().melt(ignore_index=False)
    answers = answers[answers["value"]]
    windows = [study.config.periods.window, len(order)]  # notebook 1 is about all so far
    minimum = study.config.privacy.minimum_cell
    when = when[answers.index].set_axis(range(len(answers)))
    return survey.revealed(
        answers["variable"].reset_index(drop=True), when, order, windows, minimum, last
    )


def _editions(study: Study, period: Period) -> tuple[pd.DataFrame, pd.Series, list[str], list[str]]:
    """Answers so far, their periods, those of all editions, and what one of all is about."""
    rows = study.until(period).survey
    assert rows is not None
    if "date" not in rows:
        return rows, pd.Series("all", rows.index), ["all"], []
    when = study.period_labels(rows)
    complete = [known.label for known in study.periods()]
    last = sorted({*complete, *when}) if period.end is None else []
    order = complete if last else sorted({label for label in when if label})
    return rows, when, order, last
