"""Do the items of one value measure one thing: reliability and item quality."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.inference import Array, Covariance
from cxlib.survey.answers import averages, moments, numeric
from cxlib.survey.confirmatory import Structure, fit, information


@dataclass(frozen=True)
class Reliability:
    """Reliability of a scale with its interval.

    Attributes
    ----------
    estimate, low, high : float
    n : int
        Complete answers that tell as much; the interval rests on it. Without gaps the respondents.
    k : int
        Items.
    notes : tuple of str
    method : str
        How the covariances were found: "complete", "maximum likelihood", "complete cases", "none".
    moved : Series (respondents)
        What each respondent moves the estimate by.
    """

    estimate: float
    low: float
    high: float
    n: int
    k: int
    notes: tuple[str, ...] = ()
    method: str = "complete"
    moved: pd.Series = field(
        default_factory=lambda: pd.Series(dtype=float), repr=False, compare=False
    )


def alpha(items: pd.DataFrame, level: float = 0.95) -> Reliability:
    """Cronbach's alpha, k/(k-1) (1 - trace C / sum C) with C the items' covariances.

    With gaps the covariances are by maximum likelihood (`inference.covariance`). The interval is
    Feldt's: 1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) degrees of freedom, in which n is the
    number of complete answers that would tell as much about alpha.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Grades; empty is don't know.
    level : float

    Returns
    -------
    Reliability
        NaN with fewer than two usable items; `notes` says which were left out.

    References
    ----------
    Cronbach (1951); Feldt, Woodruff and Salih (1987).

    Examples
    --------
    >>> items = pd.DataFrame({"kept": [5, 6, 8, 9], "informed": [6, 6, 7, 9]})
    >>> round(alpha(items).estimate, 3)
    0.933
    """
    found = moments(items)
    k, value = len(found.matrix), _alpha(found.matrix.to_numpy())
    slope = _slope(found.matrix.to_numpy())
    n = found.effective(slope) if np.isfinite(value) else found.n
    if not np.isfinite(value) or n < 3:
        notes = (*found.notes, *_scarce(n, k))
        return Reliability(value, np.nan, np.nan, n, k, notes, found.method)
    freedom = n - 1, (n - 1) * (k - 1)
    low, high = (
        1 - (1 - value) * stats.f.ppf([(1 + level) / 2, (1 - level) / 2], *freedom)
    ).tolist()
    moved = found.influence(slope)
    return Reliability(value, low, high, n, k, found.notes, found.method, moved)


def omega(items: pd.DataFrame, level: float = 0.95) -> Reliability:
    """McDonald's omega of the plain sum of the items.

    (sum l)^2 / ((sum l)^2 + sum u), with loadings l and unique variances u of one factor fitted
    by maximum likelihood to the items' covariances. Two items can't tell their loadings apart:
    these are then taken as equal, and omega is alpha (0 where that is negative). The interval
    adds up the first-order influence of each respondent on omega (so it doesn't assume normal
    grades), on the scale of log(1 - omega).

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Grades; empty is don't know.
    level : float

    Returns
    -------
    Reliability
        NaN where one factor can't be fitted; `notes` says why.

    References
    ----------
    McDonald (1999); Kelley and Pornprasertmanit (2016) on intervals.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [5, 6, 8, 9, 7], "b": [6, 6, 7, 9, 6], "c": [4, 7, 8, 8, 7]})
    >>> round(omega(items).estimate, 2)
    0.94
    """
    found = moments(items)
    k, notes = len(found.matrix), found.notes
    if k <= 2:
        same = alpha(items, level)
        ends = [max(number, 0.0) for number in (same.estimate, same.low, same.high)]
        notes = (*same.notes, *(["two items: omega equals alpha"] * (k == 2)))
        return replace(same, estimate=ends[0], low=ends[1], high=ends[2], notes=notes)
    if found.n <= k or not found.positive:
        reason = _scarce(found.n, k) or ("an item follows from others",) * (found.method != "none")
        return Reliability(np.nan, np.nan, np.nan, found.n, k, (*notes, *reason), found.method)
    model = fit(found.matrix.to_numpy(), np.zeros(k, dtype=int))
    value, slope = _omega(model)
    moved = found.influence(slope)
    reach = float(stats.norm.ppf((1 + level) / 2) * np.sqrt((moved**2).sum())) / (1 - value)
    low, high = (1 - (1 - value) * np.exp([reach, -reach])).tolist()
    notes += tuple(f"{found.matrix.index[i]}: the scale follows from it" for i in model.improper)
    n = found.effective(slope)
    return Reliability(value, max(low, 0.0), high, n, k, notes, found.method, moved)


def item_quality(
    items: pd.DataFrame,
    scale: tuple[float | pd.Series, float | pd.Series] = (1, 10),
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """How each item behaves by itself and beside the others.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        The items of one scale.
    scale : (lowest, highest)
        The lowest and highest grade that could be given, or a Series of them by item.
    weights : Series (respondents), optional
        For means, deviations and shares; how items hang together is not weighted.

    Returns
    -------
    DataFrame
        Index `item`: `n` answers, `missing` (number), `mean`, `sd`, `floor` and `ceiling` (share
        of answers at the ends of the scale), `item_rest` (correlation with the sum of the other
        items), `alpha_without` (alpha of the other items), and `gain`, by how much that exceeds
        alpha, with `gain_low` and `gain_high`.

    Examples
    --------
    >>> items = pd.DataFrame({"kept": [5, 6, 8, 10], "informed": [6, 6, 7, None]})
    >>> item_quality(items)[["n", "missing", "ceiling"]].loc["kept"].tolist()
    [4.0, 0.0, 0.25]
    """
    answers = numeric(items)
    n, known = answers.notna().sum(), answers.notna()
    low, high = (pd.Series(end, index=answers.columns, dtype=float) for end in scale)
    mean, _ = averages(answers, weights)
    variance = averages((answers - mean) ** 2, weights)[0] * n / (n - 1).where(n > 1)
    table = pd.DataFrame({"n": n, "missing": len(answers) - n, "mean": mean})
    table["sd"] = np.sqrt(variance)
    for end, there in (("floor", answers <= low), ("ceiling", answers >= high)):
        table[end] = averages(there.astype(float).where(known), weights)[0]
    return table.join(_together(moments(items))).rename_axis("item")


def _together(found: Covariance) -> pd.DataFrame:
    """Of each item, what it has to do with the others."""
    matrix, k = found.matrix.to_numpy(), len(found.matrix)
    own = np.diagonal(matrix)
    together = matrix.sum(axis=0) - own
    rest = matrix.sum() - own - 2 * together
    with np.errstate(divide="ignore", invalid="ignore"):
        item_rest = together / np.sqrt(own * np.where(rest > 0, rest, np.nan))
    table = pd.DataFrame({"item_rest": np.clip(item_rest, -1, 1)}, index=found.matrix.index)
    others = [np.delete(np.arange(k), item) for item in range(k)]
    table["alpha_without"] = [_alpha(matrix[np.ix_(rows, rows)]) for rows in others]
    table["gain"] = table["alpha_without"] - _alpha(matrix)
    table["gain_low"] = table["gain_high"] = np.nan
    if table["gain"].notna().all():
        reach = [stats.norm.ppf(0.975) * _spread(found, rows) for rows in others]
        table["gain_low"], table["gain_high"] = table["gain"] - reach, table["gain"] + reach
    return table


def _spread(found: Covariance, rows: npt.NDArray[np.intp]) -> float:
    """Standard error of how much alpha gains when only these items stay."""
    matrix, place = found.matrix.to_numpy(), np.ix_(rows, rows)
    slope = -_slope(matrix)
    slope[place] += _slope(matrix[place])
    return float(np.sqrt((found.influence(slope) ** 2).sum()))


def _alpha(covariance: Array) -> float:
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or not total > 0:
        return float("nan")
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def _slope(covariance: Array) -> Array:
    """Derivative of alpha to each covariance."""
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or not total > 0:
        return np.full_like(covariance, np.nan)
    inner = np.full((k, k), float(np.trace(covariance)) / total**2) - np.eye(k) / total
    return k / (k - 1) * inner


def _omega(model: Structure) -> tuple[float, Array]:
    """Omega of one factor, and its derivative to each covariance."""
    k, total, rest = len(model.loadings), model.loadings.sum(), model.unique.sum()
    common = total**2
    by_loading, by_unique = 2 * total * rest, -common
    wanted = np.repeat([by_loading, by_unique], k) / (common + rest) ** 2
    pull = np.linalg.pinv(information(model), hermitian=True) @ wanted
    inverse = np.linalg.inv(model.implied)
    turned = np.outer(pull[:k], model.loadings)
    slope = inverse @ (turned + turned.T + np.diag(pull[k:])) @ inverse / 2
    return float(common / (common + rest)), slope


def _scarce(n: int, k: int) -> tuple[str, ...]:
    if k < 2:
        return ("a scale needs at least two items whose answers differ",)
    return (f"{n} respondents are too few for {k} items",) if n <= max(k, 2) else ()
