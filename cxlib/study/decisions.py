"""What study.yaml says of the analysis of a study's sorts, and what of it the sorts don't have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.problems import TextFault, nearest
from cxlib.study.config import GroupDecisions, StudyConfig
from cxlib.study.settings import Fault

if TYPE_CHECKING:
    from cxlib.study.study import Study


def subject(study: Study, group: str, other: str) -> tuple[str, str]:
    """Return whose sorts are analysed and with whom they are compared: never the same group.

    Parameters
    ----------
    study : Study
    group : str
        Empty: the first that is not `other`.
    other : str
        Empty: the first that is not `group`.

    Returns
    -------
    str, str
        The second is empty where there is nobody to compare with.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> demo = Study.open("haag-wonen")
    >>> subject(demo, "", "employees"), subject(demo, "employees", "employees")
    (('tenants', 'employees'), ('employees', ''))
    >>> subject(demo, "employees", "")
    ('employees', 'tenants')
    """
    group = group or next((name for name in study.sorts if name != other), other)
    other = other or next((name for name in study.sorts if name != group), "")
    return group, other if other != group else ""


def recorded(study: Study, group: str = "") -> GroupDecisions:
    """Return the decisions on one group's sorts; the first group's by default.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> demo = Study.open("haag-wonen")
    >>> recorded(demo).n_factors.value, recorded(demo, "employees").n_factors.value
    (3, None)
    """
    sorts = study.sorts
    group = group or next(iter(sorts))
    made = study.config.decisions.of(group, group == next(iter(sorts)))
    own = [change for change in made.flags.changes if change.sort in sorts[group]]
    return made.model_copy(update={"flags": made.flags.model_copy(update={"changes": own})})


def choices(
    study: Study, extraction: str = "", rotation: str = "", group: str = ""
) -> dict[str, Any]:
    """Return the recorded decisions as arguments of `qmethod.analyse`, `retention`, `compare` …

    Hand rotation and flags by hand are not among them: these belong to one group's solution.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> choices(Study.open("haag-wonen"), rotation="promax")["rotation"]
    'promax'
    """
    made = recorded(study, group)
    return {
        "extraction": extraction or made.extraction.value,
        "rotation": rotation or made.rotation.value,
        "correlation": made.correlation.value,
        "missing": made.missing.value,
        "scores": "auto" if study.config.forced else "standardised",
        "grid": study.grid,
        **made.flags.model_dump(include={"level", "majority"}),
    }


def factors(study: Study, group: str, asked: int = 0) -> int:
    """Return how many factors to keep: as asked or recorded, 0 for the advice of the data.

    Raises
    ------
    StudyError
        If so many do not fit the group's sorts: before anything long runs.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> factors(Study.open("haag-wonen"), "tenants")
    3
    """
    for expected, remedy in _out_of_range(study.sorts[group], group, asked) if asked else ():
        raise TextFault(expected, remedy, file="the parameter n_factors", value=str(asked))
    return asked or recorded(study, group).n_factors.value or 0


def _out_of_range(sorts: pd.DataFrame, group: str, number: int) -> Iterator[tuple[str, str]]:
    most = min(len(sorts) - 1, sorts.shape[1])
    if not 1 <= number <= most:
        expected = f"1 to {most} factors for the {sorts.shape[1]} sorts of {len(sorts)} cards"
        remedy = "Take fewer, or leave it out: the advice of the data is then followed."
        yield f"{expected} of {group}", remedy


def decision_faults(config: StudyConfig, sorts: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield what the decisions name that the sorts do not have.

    Parameters
    ----------
    config : StudyConfig
    sorts : mapping of group to cards x sorts, in the study's order
    """
    made, known = config.decisions, {}
    for place, (group, table) in enumerate(sorts.items()):
        most = min(len(table) - 1, table.shape[1])
        number = min(made.of(group, place == 0).n_factors.value or most, most)
        known[group] = [f"f{factor}" for factor in range(1, number + 1)]
    for name in made.groups:
        if name not in sorts:
            yield ("decisions", "groups", name), name, "a group that sorted", nearest(name, sorts)
    yield from _of_one(made, ("decisions",), sorts, known)
    for group in filter(sorts.__contains__, made.groups):
        path = ("decisions", "groups", group)
        yield from _of_one(made.groups[group], path, {group: sorts[group]}, known)


def _of_one(
    made: GroupDecisions,
    path: tuple[Any, ...],
    sorts: Mapping[str, pd.DataFrame],
    known: Mapping[str, list[str]],
) -> Iterator[Fault]:
    """Faults in flags by hand, number, turns, inverted and split factors, where they stand.

    Flags may be of any of these sorts; all else is of the first group.
    """
    for place, change in enumerate(made.flags.changes):
        key = (*path, "flags", "changes", place)
        holders = [group for group, table in sorts.items() if change.sort in table]
        if len(holders) == 1:
            yield from _unknown(known, holders[0], (change.factor,), (*key, "factor"))
        elif holders:
            keys = " or ".join(f"decisions.groups.{group}.flags" for group in holders)
            expected = f"a sort of one group: {' and '.join(holders)} both have it"
            yield (*key, "sort"), change.sort, expected, f"Move this change to {keys}."
        else:
            whose = "some group" if len(path) == 1 else path[-1]
            names = {group: list(map(str, table)) for group, table in sorts.items()}
            meant = nearest(change.sort, chain.from_iterable(names.values()))
            if not meant.startswith("Did"):
                meant = " ".join(f"{name} has {ids[0]} … {ids[-1]}." for name, ids in names.items())
            yield (*key, "sort"), change.sort, f"a sort of {whose}", meant
    group, number = next(iter(sorts)), made.n_factors.value
    for expected, remedy in _out_of_range(sorts[group], group, number) if number else ():
        yield (*path, "n_factors"), number, expected, remedy
    for place, (one, other, _) in enumerate(made.turns.value):
        key = (*path, "turns", "value", place)
        yield from _unknown(known, group, (one, other), key)
        if one == other:
            yield key, f"{one} and {other}", "two different factors", "Name the other factor."
    for name in ("invert", "split"):
        yield from _unknown(known, group, getattr(made, name).value, (*path, name))


def _unknown(
    known: Mapping[str, list[str]], group: str, named: Iterable[str], path: tuple[Any, ...]
) -> Iterator[Fault]:
    """Factors that the group's solution does not have."""
    for name in named:
        if name not in known[group]:
            expected = f"one of the {len(known[group])} factors of {group}"
            yield path, name, expected, nearest(name, known[group])
