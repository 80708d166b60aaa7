"""Parts of a study as tables and names: what it holds, what it calls things, who answered."""

from __future__ import annotations

import pandas as pd

from cxlib.study.config import Viewpoint
from cxlib.study.dictionary import GROUPED, WIDE, study_tables
from cxlib.study.study import Study
from cxlib.study.text import Text


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
    >>> inventory(Study.open("haag-wonen")).loc["sorts/tenants", "rows"]
    np.int64(32)
    """
    rows = {}
    for name in study_tables(study.config):
        held = study._named(name)
        groups = held.items() if name in GROUPED else [] if held is None else [("", held)]
        for group, frame in groups:
            table = frame.T if name in WIDE else frame
            dates = table[study._dated[name]].dropna() if study._dated.get(name) in table else []
            spans = (
                [f"{day:%Y-%m-%d}" for day in (min(dates), max(dates))] if len(dates) else ["", ""]
            )
            key = f"{name}/{group}" if group else name
            rows[key] = [*table.shape, *spans, study.origin(key)]
    columns = ["rows", "fields", "first", "last", "origin"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("set")


def texts(study: Study, *kinds: str) -> dict[str, Text]:
    """Return id to name for some kinds of parts; the short name where there is one.

    Parameters
    ----------
    study : Study
    *kinds : str
        values, journeys, districts, domains, groups.

    Examples
    --------
    >>> texts(Study.open("haag-wonen"), "values")["ease"].at("nl")
    'Gemak'
    """
    return {
        part.id: getattr(part, "short", None) or part.label
        for kind in kinds
        for part in getattr(study.config, kind)
    }


def viewpoints(study: Study, group: str, n_factors: int) -> list[Viewpoint]:
    """Return name and story of each viewpoint of a group; numbered where none is recorded.

    Names belong to a solution: with another number of factors than recorded they are not used.

    Examples
    --------
    >>> [v.name.at("nl") for v in viewpoints(Study.open("haag-wonen"), "employees", 2)]
    ['Gezichtspunt 1', 'Gezichtspunt 2']
    """
    recorded = study.config.viewpoints.get(group, [])
    if len(recorded) == n_factors:
        return recorded
    names = [Text.said("Viewpoint {n}", n=str(i)) for i in range(1, n_factors + 1)]
    return [Viewpoint(name=name) for name in names]


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
    study, answers
        As in `grades`.

    Returns
    -------
    DataFrame
        The columns that are filled; "(unknown)" where a cell is empty.

    Examples
    --------
    >>> study = Study.open("haag-wonen")
    >>> list(groups(study, study.survey))
    ['district', 'mode', 'journey']
    """
    names = dict.fromkeys(["district", "mode", "journey", *study.config.survey.margins])
    filled = [name for name in names if study.has(f"survey/{name}")]
    return answers[filled].astype(object).fillna("(unknown)")
