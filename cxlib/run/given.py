"""A notebook, or a part of one, that lacks its rows says so and ends in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.language import SOURCE, Speaker, _
from cxlib.study.dictionary import NEEDS

if TYPE_CHECKING:
    from cxlib.study import Study

_ENGLISH = Speaker(SOURCE)
_PEOPLE = ("sorts", "ratings", "remarks", "survey", "kpis", "votes", "maturity")


def lacking(study: Study, *names: str) -> list[str]:
    """Return which of these sets of rows the study does not hold, or holds of too few people.

    Parameters
    ----------
    study : Study
    *names : str
        As for `Study.missing`; "sorts" alone stands for the first group.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> lacking(Study.open("haag-wonen"), "survey", "sorts/visitors")
    ['sorts/visitors']
    """
    study = study.unrecorded  # a look at how much there is, not at what it says
    missing = study.missing(*names)
    few = [
        n
        for n in names
        if n not in missing and _people(study, n) < study.config.privacy.minimum_cell
    ]
    return [name for name in names if name in missing or name in few]


def _people(study: Study, name: str) -> float:
    kind, _, part = name.partition("/")
    if kind not in _PEOPLE:
        return float("inf")
    if kind == "kpis":
        return max(f.get("number", pd.Series(1, f.index)).sum() for f in _followed(study).values())
    found = getattr(study, kind)
    if kind in ("sorts", "ratings"):
        group = found[part] if part else next(iter(found.values()))
        return group.shape[1]
    if kind == "remarks":
        said = [found[part]] if part else list(found.values())
        return max(frame["participant"].nunique() for frame in said)
    return found["voter"].nunique() if kind == "votes" else len(found)


def _followed(study: Study) -> dict[str, pd.DataFrame]:
    """The rows of each table that a KPI is about."""
    rows = {kpi.table: study.kpi_table(kpi.id) for kpi in study.config.kpis}
    return {table: frame for table, frame in rows.items() if frame is not None}


def enough(study: Study, lacked: list[str], speaker: Speaker = _ENGLISH) -> str:
    """Say of how many people rows have to be, where there are some, but of too few."""
    few = set(lacked) - set(study.missing(*lacked))
    return speaker.say(" of {n} people or more", n=study.config.privacy.minimum_cell) if few else ""


def outlook(study: Study) -> dict[str, tuple[bool, str]]:
    """Return what each notebook will and won't do with a study: whether it runs, and with what.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> outlook(Study.open("haag-wonen"))["02_viewpoints"]
    (True, '32 sorts of tenants, 40 of employees')
    """
    found = {}
    for notebook, (every, some, more) in NEEDS.items():
        lacked = lacking(study, *every)
        there = [name for name in some if name not in lacking(study, name)]
        if lacked or (some and not there):
            reason = " and ".join(lacked) or f"one of {', '.join(some)}"
            few = enough(study, lacked or [n for n in some if n not in study.missing(n)])
            values = " (survey items under values in study.yaml)" if "values" in lacked else ""
            found[notebook] = False, f"needs {reason}{few}{values}"
        else:
            without = lacking(study, *more)
            left = f"; without {', '.join(without)}" if without else ""
            found[notebook] = True, _held(study, [*every, *there]) + left
    return found


def _held(study: Study, names: list[str]) -> str:
    """Return how much there is of what a notebook reads, in words."""
    sizes = [f"{frame.shape[1]} of {group}" for group, frame in study.sorts.items()]
    parts = {
        "sorts": ", ".join(sizes).replace(" of ", " sorts of ", 1),
        "survey": "" if study.survey is None else f"{len(study.survey):,} answers",
        "kpis": ", ".join(name for name in _followed(study) if name != "survey"),
        "values": f"{sum(map(len, study.value_items.values()))} items",
    }
    said = [parts.get(name, name) for name in names if name != "cards"]
    return ", ".join(filter(None, said))


def require_people(study: Study, n: int, what: str, speaker: Speaker = _ENGLISH) -> None:
    """End the notebook quietly when a selection of rows is of too few people; see `require`."""
    if n < (minimum := study.config.privacy.minimum_cell):
        message = _(
            "{study} has no {what} of {n} people or more. This notebook needs that, so it ends "
            "here."
        )
        print(speaker.say(message, study=study.name, what=what, n=minimum))
        raise SystemExit(0)


def require(study: Study, *names: str, language: str = SOURCE) -> None:
    """End the notebook quietly when the study lacks rows that the notebook needs.

    Parameters
    ----------
    study : Study
        The opened study.
    *names : str
        Sets of rows: "cards", "sorts", "sorts/tenants", "survey", "vision", …
    language : str
        In which it is said what is missing.

    Raises
    ------
    SystemExit
        With status 0, so that a run goes on without this notebook.
    """
    if missing := lacking(study, *names):
        speaker = Speaker(language)
        message = _(
            "{study} has no {names}. This notebook needs that, so it ends here and publishes "
            "nothing."
        )
        what = speaker.say(" and no ").join(missing) + enough(study, missing, speaker)
        print(speaker.say(message, study=study.name, names=what))
        raise SystemExit(0)


def require_any(study: Study, *names: str, language: str = SOURCE) -> None:
    """End the notebook quietly when the study holds none of these rows; see `require`."""
    if len(lacking(study, *names)) == len(names):
        require(study, *names, language=language)


def given(study: Study, *needed: Any, speaker: Speaker = _ENGLISH) -> bool:
    """Return whether a part of a notebook has what it needs; say in one line what is missing.

    Parameters
    ----------
    study : Study
    *needed
        Names of sets of rows, as for `lacking`, and results of earlier cells: where one has a
        note instead of numbers, the note is said.
    speaker : Speaker

    Examples
    --------
    >>> from cxlib.study import Study
    >>> given(Study.open("haag-wonen"), "survey", "sorts/tenants")
    True
    """
    from IPython.display import Markdown, display  # `cxlib check` need not wait for it

    missing = lacking(study, *(need for need in needed if isinstance(need, str)))
    notes = (speaker.told(_note(need)) for need in needed if not isinstance(need, str))
    if any(name.endswith("/") for name in missing):
        said = speaker.say("There is no other group to compare with: this part is left out.")
    elif missing:
        names = speaker.either([f"`{name}`" for name in missing])
        said = speaker.say(
            "This study has no {names}: this part is left out.",
            names=names + enough(study, missing, speaker),
        )
    else:
        said = next(filter(None, notes), "")
    if said:
        display(Markdown(f"*{said}*"))
    return not said


def _note(result: Any) -> str:
    """Why a result holds nothing; empty where it holds something."""
    return getattr(result, "note", "") or getattr(result, "attrs", {}).get("note", "")
