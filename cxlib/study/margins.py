"""Known margins in study.yaml: do they hold together, and does the survey have their categories?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cxlib.study.cells import number
from cxlib.study.config import Columns, StudyConfig
from cxlib.study.problems import Problem, nearest, shown

GROUPS = ("district", "mode", "journey")
SLACK = 0.01  # counts of the same tenants on different days seldom agree to the last one
Fault = tuple[tuple, object, str, str]  # key, value, expected, remedy


def margin_faults(config: StudyConfig) -> Iterator[Fault]:
    """Yield what is wrong with margins, and codes for don't know, by themselves."""
    survey = config.survey
    yield from _sums(config)
    graded = {*survey.grades.values(), *(item for value in config.values for item in value.items)}
    for name in survey.margins:
        if name in graded or (name in Columns.model_fields and name not in GROUPS):
            remedy = f"Use {', '.join(GROUPS)}, or another column with groups of tenants."
            yield ("survey", "margins", name), name, "a column of groups", remedy
    for place, code in enumerate(survey.unknown):
        value = number(code)
        scales = [survey.scale, *survey.scales.values()]
        held = [scale for scale in scales if value is not None and scale.low <= value <= scale.high]
        if held:
            expected = f"a code outside the scale, {held[0].low} to {held[0].high}"
            yield ("survey", "unknown", place), code, expected, "It can't be told from a grade."


def _sums(config: StudyConfig) -> Iterator[Fault]:
    """Counts must be of the same tenants; shares sum to 1, percentages to 100."""
    margins = config.survey.margins
    sums = {name: sum(known.values()) for name, known in margins.items()}
    counts = [name for name in sums if sums[name] > 1 + SLACK and abs(sums[name] - 100) > 1]
    for name, total in sums.items():
        path, value = ("survey", "margins", name), f"a sum of {total:g}"
        if total < 1 - SLACK:
            yield path, value, "numbers, or shares that sum to 1", "Add what is lacking."
        elif name in counts and abs(total - sums[counts[0]]) > SLACK * sums[counts[0]]:
            expected = f"the same tenants as {counts[0]}: a sum of {sums[counts[0]]:g}"
            yield path, value, expected, "Count the same tenants in all, or give shares."


def category_faults(survey: pd.DataFrame, config: StudyConfig, file: str) -> Iterator[Problem]:
    """Yield categories without a known number, and known ones that nobody is in.

    Parameters
    ----------
    survey : DataFrame
        As read; the index counts rows of the file.
    config : StudyConfig
    file : str
        The survey's name in problems.
    """
    for name, known in config.survey.margins.items():
        if name not in survey:
            continue
        header = shown(getattr(config.survey.columns, name, name))
        given = survey[name].dropna().astype(str)
        expected = f"a category that study.yaml has under survey.margins.{name}"
        strange = given[~given.isin(list(known))]
        for row, value in zip(strange.index, strange, strict=True):
            yield Problem(file, expected, nearest(value, known), int(row), header, shown(value))
        for value in [key for key, total in known.items() if total > 0 and key not in set(given)]:
            key, remedy = f"survey.margins.{name}.{value}", "Join it to another category."
            yield Problem(
                "study.yaml", f"somebody in {file} who is {shown(value)}", remedy, column=shown(key)
            )
