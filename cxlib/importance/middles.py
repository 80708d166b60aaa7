"""How far people lie apart on a card, without showing few of them."""

import numpy as np
import pandas as pd

from cxlib.importance.scoring import Grid, ImportanceError, points

TAILS = (1 / 4, 1 / 3)


def middles(sorts: pd.DataFrame, minimum: int = 10, grid: Grid | None = None) -> pd.DataFrame:
    """Between which places the middle half of the people lay a card, or the middle third.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values.
    minimum
        Fewest people below and above a bound: with fewer than four times as many the middle third
        is shown instead of the middle half, with fewer than three times nothing.
    grid
        As in `points`.

    Returns
    -------
    DataFrame, index card (highest score first)
        score (rescaled 0-100); lower and upper, places of the same scale; outside, the share of
        people (1/4 or 1/3, the same for all cards) that lies at or below `lower`, and at or above
        `upper`, at the least. With too few people the bounds are empty, and attrs["note"] says so.

    Raises
    ------
    ImportanceError
        As `points`; a minimum below 1.

    Notes
    -----
    Bounds are the inverse of the distribution function, from below and from above: places where
    cards lay, so that no bound lies between two columns (Hyndman & Fan 1996, definition 1).

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame([[2, 2, 1, 0], [0, 1, 2, 2], [1, 0, 0, 1]], index=[*"abc"])
    >>> middles(sorts, minimum=1).loc["a"].tolist()
    [62.5, 0.0, 100.0, 0.25]
    """
    if minimum < 1:
        raise ImportanceError(f"minimum is {minimum}; at least 1 is needed")
    scored = points(sorts, "rescaled", grid)
    fewest = int(scored.notna().sum(axis=1).min())
    tail = next((share for share in TAILS if fewest * share >= minimum), float("nan"))
    table = pd.DataFrame({"score": scored.mean(axis=1), "lower": np.nan, "upper": np.nan})
    if tail == tail:
        values = scored.to_numpy()
        table["lower"] = np.nanquantile(values, tail, axis=1, method="inverted_cdf")
        table["upper"] = -np.nanquantile(-values, tail, axis=1, method="inverted_cdf")
    table = table.assign(outside=tail).rename_axis("card")
    table = table.sort_values("score", ascending=False, kind="stable")
    table.attrs["note"] = "" if tail == tail else "Too few people to show how far they lie apart."
    return table
