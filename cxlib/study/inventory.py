"""What a study folder holds: one row a set of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from cxlib.study import Study

# Which date places a row in a period; the survey leads, for it is what periods are about.
DATED = {
    "survey": "date",
    "complaints": "received",
    "callbacks": "requested",
    "internal": "date",
}
PLAIN = ("benchmark", "landlords", "votes", "maturity", "participation")
# What each notebook can't do without: all of the first, or any of the second; and what it does
# more with. Notebooks 1 and 8 run with any study.
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "02_viewpoints": (("cards", "sorts"), (), ("sessions",)),
    "03_importance": (("cards", "sorts"), (), ("sessions", "ratings", "remarks")),
    "04_values": (("survey", "values"), (), ("survey/date", "survey/mode")),
    "05_drivers": (
        ("survey", "values"),
        (),
        ("survey/date", "survey/journey", "survey/district"),
    ),
    "06_monitor": (
        (),
        ("survey", "complaints", "callbacks", "internal", "benchmark", "landlords"),
        (),
    ),
    "07_vision": (("vision",), (), ("maturity", "votes")),
}
COLUMNS = ["rows", "fields", "first", "last", "origin"]


def _row(study: Study, name: str, frame: pd.DataFrame, date: str | None = None) -> dict:
    dates = frame[date].dropna() if date in frame else pd.Series(dtype="datetime64[ns]")
    return {
        "set": name,
        "rows": len(frame),
        "fields": frame.shape[1],
        "first": "" if dates.empty else f"{dates.min():%Y-%m-%d}",
        "last": "" if dates.empty else f"{dates.max():%Y-%m-%d}",
        "origin": study.origin(name),
    }


def inventory(study: Study) -> pd.DataFrame:
    """List every set of rows in a study with its size, dates and origin.

    Parameters
    ----------
    study : Study
        An opened study.

    Returns
    -------
    DataFrame
        Index `set`; columns `rows`, `fields`, `first` and `last` (ISO dates, empty where
        the rows bear no date) and `origin` (published, collected or simulated).

    Examples
    --------
    >>> from cxlib.study import Study
    >>> inventory(Study.open("haag-wonen")).loc["sorts/tenants", "rows"]
    np.int64(32)
    """
    rows = [] if study.cards is None else [_row(study, "cards", study.cards)]
    rows += [_row(study, f"sorts/{group}", frame.T) for group, frame in study.sorts.items()]
    rows += [_row(study, f"ratings/{group}", frame.T) for group, frame in study.ratings.items()]
    rows += [] if study.codes is None else [_row(study, "codes", study.codes)]
    rows += [_row(study, f"remarks/{group}", frame) for group, frame in study.remarks.items()]
    for name in (*DATED, *PLAIN):
        frame = getattr(study, name)
        if frame is not None:
            rows.append(_row(study, name, frame, DATED.get(name)))
    return pd.DataFrame(rows, columns=["set", *COLUMNS]).set_index("set")


def date_column(frame: pd.DataFrame) -> str:
    """Return which column dates the rows of a table."""
    for column in DATED.values():
        if column in frame:
            return column
    raise ValueError("the table has no column date, received or requested")
