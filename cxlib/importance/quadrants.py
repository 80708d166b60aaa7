"""Quadrants of importance and performance where both are known with intervals."""

import pandas as pd

from cxlib.importance.priorities import AXES, quadrant_names


def quadrants(
    table: pd.DataFrame,
    minimum: int = 10,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> pd.DataFrame:
    """Say in which quadrant each row lies, or that it lies on the border.

    Parameters
    ----------
    table : DataFrame
        A row a value or question: `importance`, with `importance_low` and `importance_high` where
        these are known; `performance` with `low` and `high`; `n`. The interval of a distance to
        the line itself, such as `performance_above_low`, goes before these.
    minimum : int
        A row on fewer people, or without a performance, is called suppressed.
    importance_line, performance_line
        A target, or None: the mean of the rows, taken as known.

    Returns
    -------
    DataFrame
        The table with `quadrant` and, of both axes, the line, whether it is a target, and the
        interval of the distance to it, named as in `priorities`.

    Examples
    --------
    >>> rows = {"importance": [30, 10], "performance": [6.1, 7.9], "low": [6, 7.8],
    ...         "high": [6.2, 8], "n": 90}
    >>> quadrants(pd.DataFrame(rows, index=["reliable", "ease"]))["quadrant"].to_dict()
    {'reliable': 'improve', 'ease': 'overdone'}
    """
    bounds = {"importance": ("importance_low", "importance_high"), "performance": ("low", "high")}
    placed = table.copy()
    for name, line in zip(AXES, (importance_line, performance_line), strict=True):
        at = float(table[name].mean()) if line is None else line
        placed[f"{name}_line"], placed[f"{name}_target"] = at, line is not None
        for end, column in zip(("low", "high"), bounds[name], strict=True):
            own = table.get(column, float("nan")) - at
            placed[f"{name}_above_{end}"] = table.get(f"{name}_above_{end}", own)
    few = table["n"].isna() | (table["n"] < max(minimum, 1)) | table["performance"].isna()
    named = pd.Series(quadrant_names(placed), placed.index)
    return placed.assign(quadrant=named.mask(few, "suppressed"))
