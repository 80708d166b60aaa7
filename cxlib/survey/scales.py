"""Do the items of one value measure one thing: reliability and item quality."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey.answers import Array, moments, numeric
from cxlib.survey.simple_structure import fit, influence


@dataclass(frozen=True)
class Reliability:
    """Reliability of a scale with its interval; n respondents, k items."""

    estimate: float
    low: float
    high: float
    n: int
    k: int
    notes: tuple[str, ...] = ()


def alpha(items: pd.DataFrame, level: float = 0.95) -> Reliability:
    """Cronbach's alpha, k/(k-1) (1 - trace C / sum C) with C the items' covariances.

    Each covariance uses all respondents who answered both items. The interval is Feldt's:
    1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) degrees of freedom.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Grades; empty is don't know.
    level : float

    Returns
    -------
    Reliability
        NaN with fewer than two usable items; `notes` says which were left out.

    Raises
    ------
    SurveyError
        When a column is not numeric.

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
    n, k, notes = found.n, len(found.covariance), found.notes
    value = _alpha(found.covariance.to_numpy())
    if not np.isfinite(value) or n < 3:
        return Reliability(value, np.nan, np.nan, n, k, (*notes, *_scarce(n, k)))
    freedom = n - 1, (n - 1) * (k - 1)
    low, high = (
        1 - (1 - value) * stats.f.ppf([(1 + level) / 2, (1 - level) / 2], *freedom)
    ).tolist()
    return Reliability(value, low, high, n, k, notes)


def omega(items: pd.DataFrame, level: float = 0.95) -> Reliability:
    """McDonald's omega of the plain sum of the items.

    (sum l)^2 / ((sum l)^2 + sum u), with loadings l and unique variances u of one factor fitted
    by maximum likelihood to the items' covariances. Two items can't tell their loadings apart:
    these are then taken as equal, and omega is alpha. The interval adds up the first-order
    influence on omega of each respondent who answered everything (so it doesn't assume normal
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

    Raises
    ------
    SurveyError
        When a column is not numeric.

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
    n, k, notes = found.n, len(found.covariance), found.notes
    if k <= 2:
        same = alpha(items, level)
        return replace(same, notes=(*same.notes, *(["two items: omega equals alpha"] * (k == 2))))
    if n <= k or not found.positive:
        reason = _scarce(n, k) or ("an item follows from others",)
        return Reliability(np.nan, np.nan, np.nan, n, k, (*notes, *reason))
    model = fit(found.covariance.to_numpy(), np.zeros(k, dtype=int))
    total, rest = float(model.loadings.sum()), float(model.unique.sum())
    common = total**2
    value = common / (common + rest)
    complete = numeric(items)[found.covariance.columns].dropna().to_numpy()
    with_loadings = 2 * total * rest / (common + rest) ** 2
    slope = np.repeat([with_loadings, -common / (common + rest) ** 2], k)
    own = influence(complete, model) @ slope
    reach = float(stats.norm.ppf((1 + level) / 2) * np.sqrt(own @ own)) / len(own) / (1 - value)
    low, high = (1 - (1 - value) * np.exp([reach, -reach])).tolist()
    return Reliability(value, low, high, n, k, notes)


def item_quality(items: pd.DataFrame, scale: tuple[float, float] = (1, 10)) -> pd.DataFrame:
    """How each item behaves by itself and beside the others.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        The items of one scale.
    scale : (lowest, highest)
        The lowest and highest grade that could be given.

    Returns
    -------
    DataFrame
        Index `item`: `n` answers, `missing` (number), `mean`, `sd`, `floor` and `ceiling` (share
        of answers at the ends of the scale), `item_rest` (correlation with the sum of the other
        items, from pairwise covariances) and `alpha_without` (alpha of the other items).

    Raises
    ------
    SurveyError
        When a column is not numeric.

    Examples
    --------
    >>> items = pd.DataFrame({"kept": [5, 6, 8, 10], "informed": [6, 6, 7, None]})
    >>> item_quality(items)[["n", "missing", "ceiling"]].loc["kept"].tolist()
    [4.0, 0.0, 0.25]
    """
    answers = numeric(items)
    n = answers.notna().sum()
    covariance = moments(items).covariance
    own = pd.Series(np.diagonal(covariance), index=covariance.index)
    together = covariance.sum() - own
    rest = covariance.to_numpy().sum() - own - 2 * together
    with np.errstate(divide="ignore", invalid="ignore"):
        item_rest = together / np.sqrt(own * rest.where(rest > 0))
    table = pd.DataFrame(
        {
            "n": n,
            "missing": len(answers) - n,
            "mean": answers.mean(),
            "sd": answers.std(),
            "floor": (answers <= scale[0]).sum() / n.where(n > 0),
            "ceiling": (answers >= scale[1]).sum() / n.where(n > 0),
            "item_rest": item_rest.reindex(answers.columns),
            "alpha_without": _alphas_without(covariance).reindex(answers.columns),
        }
    )
    return table.rename_axis("item")


def _alpha(covariance: Array) -> float:
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or not total > 0:
        return float("nan")
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def _alphas_without(covariance: pd.DataFrame) -> pd.Series:
    rest = {item: covariance.drop(index=item, columns=item).to_numpy() for item in covariance}
    return pd.Series({item: _alpha(others) for item, others in rest.items()}, dtype=float)


def _scarce(n: int, k: int) -> tuple[str, ...]:
    if k < 2:
        return ("a scale needs at least two items whose answers differ",)
    return (f"{n} respondents are too few for {k} items",) if n <= max(k, 2) else ()
