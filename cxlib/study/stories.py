"""The names and stories that the researcher gave to viewpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxlib.study.config import Viewpoint
from cxlib.study.text import Text

if TYPE_CHECKING:
    from cxlib.study.study import Study


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
