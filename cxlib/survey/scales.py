"""Do the items of a value measure one thing, apart from other values, and alike in all groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import LOWER, UPPER, Array, Covariance, Z
from cxlib.language import Note
from cxlib.survey.answers import averages, moments, numeric
from cxlib.survey.confirmatory import (
    Confirmed,
    Places,
    fit,
    influence,
    information,
    usable,
)
from cxlib.survey.privacy import suppress

ONE = 0.85  # from this HTMT two values count as one
ENOUGH = 100  # complete answers that a group needs for a model of its own
MARGIN = 0.2  # relative loadings that differ less are the same for all practical purposes
COLUMNS = ["groups", "n", "congruence", "group", "item", "difference", "low", "high", "verdict"]


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


def alpha(items: pd.DataFrame) -> Reliability:
    """Cronbach's alpha, k/(k-1) (1 - trace C / sum C) with C the items' covariances.

    With gaps the covariances are by maximum likelihood (`inference.covariance`). The interval is
    Feldt's: 1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) degrees of freedom, in which n is the
    number of complete answers that would tell as much about alpha.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Grades; empty is don't know.

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
    low, high = (1 - (1 - value) * stats.f.ppf([UPPER, LOWER], *freedom)).tolist()
    moved = found.influence(slope)
    return Reliability(value, low, high, n, k, found.notes, found.method, moved)


def omega(items: pd.DataFrame) -> Reliability:
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
        same = alpha(items)
        ends = [max(number, 0.0) for number in (same.estimate, same.low, same.high)]
        notes = (*same.notes, *([Note("two items: omega equals alpha")] * (k == 2)))
        return replace(same, estimate=ends[0], low=ends[1], high=ends[2], notes=notes)
    if found.n <= k or not found.positive:
        reason = _scarce(found.n, k) or (Note("an item follows from others"),) * (
            found.method != "none"
        )
        return Reliability(np.nan, np.nan, np.nan, found.n, k, (*notes, *reason), found.method)
    model = fit(found.matrix.to_numpy(), np.zeros(k, dtype=int))
    total, rest = model.loadings.sum(), model.unique.sum()
    common = total**2
    value = float(common / (common + rest))
    wanted = np.repeat([2 * total * rest, -common], k) / (common + rest) ** 2
    pull = np.linalg.pinv(information(model), hermitian=True) @ wanted
    inverse, turned = np.linalg.inv(model.implied), np.outer(pull[:k], model.loadings)
    slope = inverse @ (turned + turned.T + np.diag(pull[k:])) @ inverse / 2
    moved = found.influence(slope)
    reach = Z * float(np.sqrt((moved**2).sum())) / (1 - value)
    low, high = (1 - (1 - value) * np.exp([reach, -reach])).tolist()
    notes += tuple(
        Note("{name}: the scale follows from it", name=found.matrix.index[i])
        for i in model.improper
    )
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
        reach = []
        for rows in others:
            slope = -_slope(matrix)
            slope[np.ix_(rows, rows)] += _slope(matrix[np.ix_(rows, rows)])
            moved = found.influence(slope)
            reach.append(Z * float(np.sqrt((moved**2).sum())))
        table["gain_low"], table["gain_high"] = table["gain"] - reach, table["gain"] + reach
    return table


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


def _scarce(n: int, k: int) -> tuple[str, ...]:
    if k < 2:
        return (Note("a scale needs at least two items whose answers differ"),)
    few = Note("{n} respondents are too few for {k} items", n=n, k=k)
    return (few,) if n <= max(k, 2) else ()


def discriminant(found: Confirmed) -> pd.DataFrame:
    """Compare what the items of two values share with what those of each have in common.

    Fornell and Larcker: the mean squared loading of a value (average variance extracted) must
    exceed the squared correlation with the other. HTMT: the mean correlation between items of
    the two, divided by the geometric mean of the mean correlations within each; its interval is
    by the delta method on the log scale, from the respondents' influence on the correlations.

    Parameters
    ----------
    found : Confirmed

    Returns
    -------
    DataFrame
        Index (`value`, `other`); `variance_extracted` (the lower of the two), `shared` (squared
        correlation), `distinct` (whether the first exceeds the second), `htmt`, `low`, `high`,
        `n`, and `verdict`: "apart" when all of the interval lies below 0.85, "one" when none
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
    reach = Z * np.sqrt((moved**2).sum(axis=0)) / len(moved)
    for name, value in {"htmt": log, "low": log - reach, "high": log + reach}.items():
        table[name] = np.exp(value)
    table["verdict"] = np.select(
        [table["high"] < ONE, table["low"] >= ONE], ["apart", "one"], "undecided"
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


class _Group(NamedTuple):
    """Loadings of one group, each divided by the mean of its value, with their variances."""

    n: int
    loadings: Array
    variances: Array


def invariance(
    scales: Mapping[str, pd.DataFrame],
    groups: pd.DataFrame,
    *,
    minimum: int = 10,
    also: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Loadings of every value, compared between groups of respondents.

    The confirmatory model is fitted to each group by itself. Groups may differ in how far their
    levels are spread, so a loading counts in proportion to the mean loading of its value (1: as
    strong as the others). Each group is compared with all others together. Intervals are by the
    sandwich variance and hold for all items and groups of a row at once (Bonferroni), as the
    largest difference is picked out.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
    groups : DataFrame (respondents x groupings)
        Survey mode, district, …; empty is unknown.
    minimum : int
        Smaller groups, and others with which these would follow from totals, are not compared.
    also : mapping of grouping to groups, optional
        Groups not to compare besides, such as those of `revealed`.

    Returns
    -------
    DataFrame
        Index (`grouping`, `value`); how many `groups` of together `n` respondents; the lowest
        `congruence` (Tucker's) of a group with the others; `group` and `item` of the largest
        `difference` with `low` and `high`; `verdict`: "same" when all intervals lie within
        0.2, "differs" when one excludes 0, "undecided", or "too few" to compare.

    References
    ----------
    Meredith (1993) on invariance; Tucker (1951) on congruence.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 3)) / 2)
    >>> mode = pd.DataFrame({"mode": ["internet", "telephone"] * 2000})
    >>> invariance({"ease": items}, mode)["verdict"].tolist()
    ['same']
    """
    answers, values, _ = usable(scales)
    places, names = pd.factorize(values)
    rows = {}
    for grouping in groups:
        members = groups[grouping].reindex(answers.index)
        counts = members.value_counts(dropna=False).to_frame("n")
        counts = suppress(counts, minimum=minimum, also=(also or {}).get(str(grouping), ()))
        large = counts.index[~counts["suppressed"] & (counts["n"] >= ENOUGH)].dropna()
        fitted = _fitted(answers, members, places, sorted(large))
        for place, value in enumerate(names):
            items = answers.columns[places == place]
            rows[grouping, value] = _compared(fitted, items, places == place)
    keys = [[key[side] for key in rows] for side in (0, 1)]
    index = pd.MultiIndex.from_arrays(keys, names=["grouping", "value"])
    return pd.DataFrame(list(rows.values()), index, COLUMNS)


def _fitted(
    answers: pd.DataFrame, members: pd.Series, places: Places, large: list[object]
) -> dict[str, _Group]:
    """The model of each group that answers every item in more than one way."""
    found: dict[str, _Group] = {}
    if len(places) < 3:
        return found
    mean = (np.eye(places.max() + 1)[places] / np.bincount(places)).T  # values x items
    for name in large:
        own = answers[members == name]
        known = moments(own)
        if len(own) > len(known.matrix) == len(places) and known.positive:
            model = fit(known.matrix.to_numpy(), places)
            moved = influence(own.to_numpy(), model)[:, : len(places)]
            centre = (mean @ model.loadings)[places]
            relative = model.loadings / centre
            moved = (moved - relative * (moved @ mean.T)[:, places]) / centre
            variances = (moved**2).sum(axis=0) / len(own) ** 2
            found[str(name)] = _Group(len(own), relative, variances)
    return found


def _compared(fitted: dict[str, _Group], items: pd.Index, inside: Array) -> tuple[object, ...]:
    names, groups = list(fitted), list(fitted.values())
    if len(groups) < 2:
        return (len(groups), *[np.nan] * 2, "", "", *[np.nan] * 3, "too few")
    n = np.array([group.n for group in groups])
    loadings = np.array([group.loadings[inside] for group in groups])
    variances = np.array([group.variances[inside] for group in groups])
    share = np.where(np.eye(len(n)), 0.0, n) / (n.sum() - n)[:, None]  # of each group in the others
    others = share @ loadings
    difference, spread = loadings - others, np.sqrt(variances + share**2 @ variances)
    lengths = np.sqrt((loadings**2).sum(axis=1) * (others**2).sum(axis=1))
    congruence = (loadings * others).sum(axis=1) / lengths
    several = [size for size in difference.shape if size > 2]  # of two, one says it all
    tail = LOWER / np.prod([1, *several])
    reach = stats.norm.isf(tail) * spread
    low, high = difference - reach, difference + reach
    sizes = np.abs(difference).round(9)  # of equals, as in a pair of items, the first
    group, item = np.unravel_index(sizes.argmax(), sizes.shape)
    if np.maximum(-low, high).max() < MARGIN:
        verdict = "same"
    else:
        verdict = "differs" if ((low > 0) | (high < 0)).any() else "undecided"
    largest = (table[group, item] for table in (difference, low, high))
    head = (len(groups), n.sum(), congruence.min(), names[group], items[item])
    return (*head, *largest, verdict)
