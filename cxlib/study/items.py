"""The survey's items: what study.yaml says of them, answers turned around, and what looks odd."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cxlib.study.config import StudyConfig
from cxlib.study.margins import Fault
from cxlib.study.problems import Problem, nearest, shown

ALIKE, TIMES = 20, 5  # equal rows that look copied, when so many times as often as the next


def item_faults(config: StudyConfig) -> Iterator[Fault]:
    """Yield what is wrong with the items of values, and with what is said of items."""
    survey, whose = config.survey, dict[str, str]()
    for place, value in enumerate(config.values):
        path: tuple = ("values", place, "items")
        for item in value.items:
            if item == survey.columns.overall:
                expected = "items that explain the overall grade, without that grade itself"
                yield path, item, expected, "Take it out of the items."
            if whose.setdefault(item, value.id) != value.id:
                expected = f"every item under one value (it is under {whose[item]} as well)"
                yield path, item, expected, "Keep it where it belongs, and take it out elsewhere."
        scales = {survey.scale_of(item) for item in value.items}
        if len(scales) > 1:
            expected = "items of one value on one scale, as they are averaged"
            remedy = "Set survey.scales for all of them alike, or make it two values."
            yield path, value.id, expected, remedy
    columns = {*survey.columns.model_dump().values(), *survey.grades.values()}
    graded = {"overall", "journey_grade", *columns}
    for key, known in {"questions": (), "reverse": (), "scales": graded}.items():
        for place, name in enumerate(getattr(survey, key)):
            if name not in whose and name not in known:
                path = ("survey", key, place if key == "reverse" else name)
                expected = "an item of a value" + ", or a grade of the survey" * bool(known)
                yield path, name, expected, nearest(name, [*whose, *sorted(known)])


def turned(survey: pd.DataFrame, config: StudyConfig) -> pd.DataFrame:
    """The survey with answers to reversed items turned around: the lowest becomes the highest."""
    scales = {name: config.survey.scale_of(name) for name in config.survey.reverse}
    return survey.assign(
        **{
            name: scale.low + scale.high - survey[name]
            for name, scale in scales.items()
            if name in survey
        }
    )


def hints(survey: pd.DataFrame, config: StudyConfig, file: str) -> Iterator[Problem]:
    """Yield what looks odd about answers but may be right.

    Parameters
    ----------
    survey : DataFrame
        As read, reversed items turned around.
    config : StudyConfig
    file : str
        The survey's name in problems.
    """
    for item, r in against(survey, config).items():
        expected = "an item that rises with the others of its value"
        turn = f"Where a high grade means bad, add survey.reverse: [{item}]"
        if item in config.survey.reverse:
            turn = f"Take {item} out of survey.reverse"
        remedy = f"{turn} in study.yaml; else look whether it belongs to this value."
        yield Problem(
            file, expected, remedy, column=shown(item), value=f"a correlation of {r:.2f}", hint=True
        )
    rows = survey.value_counts(dropna=False) if len(survey.columns) > 2 else pd.Series(dtype=int)
    often = [*rows.nlargest(2), 0, 0]
    if "respondent" not in survey and often[0] >= max(ALIKE, TIMES * often[1]):
        remedy = "Look whether rows were copied; a column respondent would tell people apart."
        expected = "answers that differ from person to person"
        yield Problem(file, expected, remedy, value=f"{often[0]} identical rows", hint=True)


def against(survey: pd.DataFrame, config: StudyConfig) -> dict[str, float]:
    """Items that surely go against the others of their value, with the correlation.

    Of two items that go against each other, the one that goes less with the overall grade.
    """
    found: dict[str, float] = {}
    for value in config.values:
        items = [item for item in dict.fromkeys(value.items) if item in survey]
        own = survey[items].astype(float)
        below = {item: r for item in items if (r := _below(own[item], own.drop(columns=item))) < 0}
        if len(items) == 2 and len(below) == 2 and "overall" in survey:
            with_overall = {item: survey["overall"].corr(own[item]) for item in items}
            item = min(items, key=lambda name: with_overall[name])
            below = {item: below[item]}
        found |= below
    return found


def _below(item: pd.Series, others: pd.DataFrame) -> float:
    """Correlation with the mean of the others where it is surely below 0, else 0."""
    both = pd.concat([item, others.mean(axis=1)], axis=1).dropna()
    if others.shape[1] == 0 or len(both) < 10 or not (both.var() > 0).all():
        return 0.0
    r = float(np.clip(np.corrcoef(both.to_numpy().T)[0, 1], -1 + 1e-9, 1 - 1e-9))
    return r if np.arctanh(r) + 1.96 / np.sqrt(len(both) - 3) < 0 else 0.0
