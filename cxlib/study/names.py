"""The names to print of all parts of one kind, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxlib.study.text import Text

if TYPE_CHECKING:
    from cxlib.study.study import Study


def texts(study: Study, *kinds: str) -> dict[str, Text]:
    """Return id to name for some kinds of parts; the short name where there is one.

    Parameters
    ----------
    study : Study
    *kinds : str
        values, journeys, districts, domains, groups.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> texts(Study.open("haag-wonen"), "values")["ease"].at("nl")
    'Gemak'
    """
    return {
        part.id: getattr(part, "short", None) or part.label
        for kind in kinds
        for part in getattr(study.config, kind)
    }
