"""Can respondents tell the values apart: discriminant validity."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey.answers import Array
from cxlib.survey.confirmatory import Confirmed


def discriminant(found: Confirmed, limit: float = 0.85, level: float = 0.95) -> pd.DataFrame:
    """Compare what the items of two values share with what those of each have in common.

    Fornell and Larcker: the mean squared loading of a value (average variance extracted) must
    exceed the squared correlation with the other. HTMT: the mean correlation between items of
    the two, divided by the geometric mean of the mean correlations within each; its interval is
    by the delta method on the log scale, from the respondents' influence on the correlations.

    Parameters
    ----------
    found : Confirmed
    limit : float
        From this HTMT two values count as one.
    level : float

    Returns
    -------
    DataFrame
        Index (`value`, `other`); `variance_extracted` (the lower of the two), `shared` (squared
        correlation), `distinct` (whether the first exceeds the second), `htmt`, `low`, `high`,
        `n`, and `verdict`: "apart" when all of the interval lies below `limit`, "one" when none
        of it does, else "undecided".

    References
    ----------
    Fornell and Larcker (1981); Henseler, Ringle and Sarstedt (2015); Roemer, Schuberth and
    Henseler (2021) on absolute correlations.

    Examples
    --------
    >>> from cxlib.survey import confirm
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(np.repeat(rng.normal(size=(300, 2)), 2, axis=1), columns=[*"abcd"])
    >>> items = items + rng.normal(size=(300, 4))
    >>> table = discriminant(confirm({"ease": items[["a", "b"]], "home": items[["c", "d"]]}))
    >>> table["verdict"].tolist()
    ['apart']
    """
    values = found.loadings.index.get_level_values("value")
    extracted = (found.loadings["estimate"] ** 2).groupby(values).mean()
    columns = ["variance_extracted", "shared", "distinct", "htmt", "low", "high", "n", "verdict"]
    if not len(found.correlations):
        return pd.DataFrame(columns=columns, index=found.correlations.index)
    table = found.correlations[["n"]].copy()
    first, second = (table.index.get_level_values(name) for name in ("value", "other"))
    lower = np.minimum(extracted[first].to_numpy(), extracted[second].to_numpy())
    table["variance_extracted"] = lower
    table["shared"] = found.correlations["estimate"] ** 2
    table["distinct"] = table["variance_extracted"] > table["shared"]
    log, moved = _log_htmt(found, [*zip(first, second, strict=True)])
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt((moved**2).sum(axis=0)) / len(moved)
    for name, value in {"htmt": log, "low": log - reach, "high": log + reach}.items():
        table[name] = np.exp(value)
    table["verdict"] = np.select(
        [table["high"] < limit, table["low"] >= limit], ["apart", "one"], "undecided"
    )
    return table[columns]


def _log_htmt(found: Confirmed, pairs: list[tuple[str, str]]) -> tuple[Array, Array]:
    """log HTMT of each pair, and the respondents' influence on it (n, pairs)."""
    values = found.loadings.index.get_level_values("value")
    z = stats.zscore(found.answers.to_numpy(), axis=0)
    r = z.T @ z / len(z)
    sides = {value: (values == value).astype(float) for value in found.values}
    within = {value: _mean_log(z, r, np.outer(side, side)) for value, side in sides.items()}
    logs, moves = [], []
    for first, second in pairs:
        log, moved = _mean_log(z, r, np.outer(sides[first], sides[second]))
        (one, by_one), (two, by_two) = within[first], within[second]
        logs.append(log - (one + two) / 2)
        moves.append(moved - (by_one + by_two) / 2)
    return np.array(logs), np.column_stack(moves)


def _mean_log(z: Array, r: Array, block: Array) -> tuple[float, Array]:
    """log of the mean absolute correlation in a block, and each respondent's influence on it."""
    block = block - np.diag(np.diagonal(block))
    weights = (block + block.T) * np.sign(r) / block.sum() / 2
    mean = float((weights * r).sum())
    moved = ((z @ weights) * z).sum(axis=1) - z**2 @ (weights * r).sum(axis=0)
    return np.log(mean), moved / mean
