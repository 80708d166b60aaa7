"""The researcher's recorded decisions, put to a solution: hand-made flags, named viewpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxlib.study.config import Viewpoint
from cxlib.study.problems import nearest
from cxlib.study.text import Text

if TYPE_CHECKING:
    from cxlib.study.study import Study


class DecisionError(ValueError):
    """A recorded decision speaks of a sort or a factor that is not there."""


def with_hand_flags(study: Study, flags: pd.DataFrame) -> pd.DataFrame:
    """Return automatic flags with the changes that study.yaml records.

    Parameters
    ----------
    study : Study
    flags : DataFrame of bool, sorts x factors
        Flags as the rule sets them.

    Raises
    ------
    DecisionError
        If a change names a sort or factor that the flags do not have.
    """
    changed = flags.copy()
    for change in study.config.decisions.flags.changes:
        for name, known in ((change.sort, flags.index), (change.factor, flags.columns)):
            if name not in known:
                raise DecisionError(
                    f"study.yaml, decisions.flags: there is no {name!r}. {nearest(name, known)}"
                )
        changed.loc[change.sort, change.factor] = change.flag
    return changed


def viewpoints(study: Study, group: str, n_factors: int) -> list[Viewpoint]:
    """Return name and story of each viewpoint of a group; numbered where none is recorded.

    Names belong to a solution: with another number of factors than recorded they are not used.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> [v.name.at("nl") for v in viewpoints(Study.open("haag-wonen"), "employees", 2)]
    ['Gezichtspunt 1', 'Gezichtspunt 2']
    """
    recorded = study.config.viewpoints.get(group, [])
    if len(recorded) == n_factors:
        return recorded
    return [
        Viewpoint(name=Text(nl=f"Gezichtspunt {i}", en=f"Viewpoint {i}"))
        for i in range(1, n_factors + 1)
    ]
