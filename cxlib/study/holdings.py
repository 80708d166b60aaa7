"""What a study holds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxlib.study.folder import GROUPED

if TYPE_CHECKING:
    from cxlib.study.study import Study


def holds(study: Study, name: str) -> bool:
    """Return whether a study holds "cards", "sorts/tenants", "survey/date", "vision/phases" …

    Parameters
    ----------
    study : Study
    name : str
        A table, a group of one, a column that is filled, a part of vision or facts, or one of
        "values" (with answered items), "grid", "sessions" (known of everybody who sorted) and
        "decisions/n_factors" (a choice that is recorded).

    Examples
    --------
    >>> from cxlib.study import Study
    >>> demo = Study.open("haag-wonen")
    >>> [holds(demo, name) for name in ("survey/date", "survey/weight", "sessions")]
    [True, False, True]
    """
    kind, _, part = name.partition("/")
    if name.endswith("/"):  # the group that `subject` did not find
        return False
    if kind in ("vision", "facts"):
        model = getattr(study, kind)
        return bool(getattr(model, part, None)) if part else model is not None
    if kind == "values":
        return any(study.value_items.values())
    if kind == "decisions":
        return getattr(study.config.decisions, part).value is not None
    if kind == "grid":
        return study.grid is not None
    if kind == "sessions":
        known = [people["session"].notna().any() for people in study.participants.values()]
        return bool(known) and all(known)
    if kind in GROUPED:
        groups = getattr(study, kind)
        return part in groups if part else bool(groups)
    table = getattr(study, kind)
    return table is not None and (not part or (part in table and bool(table[part].notna().any())))
