"""What a study's settings say of the analysis of its sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        Where it is the group itself, nobody: the second that is returned is then empty.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> demo = Study.open("haag-wonen")
    >>> subject(demo, "", "employees"), subject(demo, "employees", "employees")
    (('tenants', 'employees'), ('employees', ''))
    """
    group = group or next((name for name in study.sorts if name != other), other)
    return group, other if other != group else ""


def choices(study: Study, extraction: str = "", rotation: str = "") -> dict[str, Any]:
    """Return the recorded decisions as arguments of `qmethod.analyse`, `retention`, `compare` …

    Hand rotation and flags by hand are not among them: these belong to one group's solution.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> choices(Study.open("haag-wonen"), rotation="promax")["rotation"]
    'promax'
    """
    made = study.config.decisions
    return {
        "extraction": extraction or made.extraction.value,
        "rotation": rotation or made.rotation.value,
        "scores": "auto" if study.config.forced else "standardised",
        "grid": study.grid,
        **made.flags.model_dump(include={"level", "majority"}),
    }


def design(study: Study, group: str) -> str:
    """Return board and condition of instruction of a group, in English, as Markdown.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> print(design(Study.open("haag-wonen"), "tenants").splitlines()[-1])
    - Condition of instruction: As a tenant, what matters most to you?
    """
    sorts, columns = study.sorts[group], sorted((study.grid or {}).items())
    asked = {part.id: part.instruction for part in study.config.groups}.get(group)
    board = ", ".join(f"{value:+d} × {n}".replace("-", "−") for value, n in columns)
    piles = {tuple(sorted(sort)) for _, sort in sorts.items()}
    return (
        f"**{sorts.shape[1]} sorts** of **{len(sorts)} cards** by "
        f"{study.label('groups', group, 'en')} ({study.origin(f'sorts/{group}')}).\n\n"
        f"- Board (column × cards): {board or 'no fixed piles'}; "
        f"{'all sorts obey it' if len(piles) == 1 else 'participants could leave it'}.\n"
        f"- Condition of instruction: {asked.at('en') if asked else 'not recorded'}"
    )
