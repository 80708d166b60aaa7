"""A notebook that lacks its input says so and ends in peace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxlib.study import Study


def require(study: Study, *names: str) -> None:
    """End the notebook quietly when the study lacks rows that the notebook needs.

    Parameters
    ----------
    study : Study
        The opened study.
    *names : str
        Sets of rows: "cards", "sorts", "sorts/tenants", "survey", "vision", …

    Raises
    ------
    SystemExit
        With status 0, so that a run goes on without this notebook.
    """
    missing = study.missing(*names)
    if missing:
        print(
            f"{study.name} has no {' and no '.join(missing)}."
            " This notebook needs that, so it ends here and publishes nothing."
        )
        raise SystemExit(0)


def require_any(study: Study, *names: str) -> None:
    """End the notebook quietly when the study holds none of these rows; see `require`."""
    if len(study.missing(*names)) == len(names):
        require(study, *names)
