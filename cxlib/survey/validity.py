"""Are the values told apart, and do the items mean the same to everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.survey.answers import Array, moments
from cxlib.survey.confirmatory import Confirmed, Places, fit, influence, usable
from cxlib.survey.privacy import suppress


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


COLUMNS = ["groups", "n", "congruence", "group", "item", "difference", "low", "high", "verdict"]


@dataclass(frozen=True)
class _Group:
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
    enough: int = 100,
    margin: float = 0.2,
    level: float = 0.95,
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
    enough : int
        Complete answers that a group needs for a model of its own.
    margin : float
        Relative loadings that differ less are the same for all practical purposes.
    level : float

    Returns
    -------
    DataFrame
        Index (`grouping`, `value`); how many `groups` of together `n` respondents; the lowest
        `congruence` (Tucker's) of a group with the others; `group` and `item` of the largest
        `difference` with `low` and `high`; `verdict`: "same" when all intervals lie within the
        margin, "differs" when one excludes 0, "undecided", or "too few" to compare.

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
        large = counts.index[~counts["suppressed"] & (counts["n"] >= enough)].dropna()
        fitted = _fitted(answers, members, places, sorted(large))
        for place, value in enumerate(names):
            items = answers.columns[places == place]
            rows[grouping, value] = _compared(fitted, items, places == place, margin, level)
    keys = [[key[side] for key in rows] for side in (0, 1)]
    index = pd.MultiIndex.from_arrays(keys, names=["grouping", "value"])
    return pd.DataFrame(list(rows.values()), index, COLUMNS)


def _fitted(
    answers: pd.DataFrame, members: pd.Series, places: Places, large: list[object]
) -> dict[str, _Group]:
    """The model of each group that answers every item in more than one way."""
    found = {}
    for name in large if len(places) > 2 else ():
        own = answers[members == name]
        known = moments(own)
        if len(own) > len(known.matrix) == len(places) and known.positive:
            found[str(name)] = _group(own.to_numpy(), known.matrix.to_numpy(), places)
    return found


def _group(answers: Array, covariance: Array, places: Places) -> _Group:
    model = fit(covariance, places)
    moved = influence(answers, model)[:, : len(places)]
    mean = (np.eye(places.max() + 1)[places] / np.bincount(places)).T  # values x items
    centre = (mean @ model.loadings)[places]
    relative = model.loadings / centre
    moved = (moved - relative * (moved @ mean.T)[:, places]) / centre
    return _Group(len(answers), relative, (moved**2).sum(axis=0) / len(answers) ** 2)


def _compared(
    fitted: dict[str, _Group], items: pd.Index, inside: Array, margin: float, level: float
) -> tuple[object, ...]:
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
    tail = (1 - level) / 2 / np.prod([1, *several])
    reach = stats.norm.isf(tail) * spread
    low, high = difference - reach, difference + reach
    sizes = np.abs(difference).round(9)  # of equals, as in a pair of items, the first
    group, item = np.unravel_index(sizes.argmax(), sizes.shape)
    if np.maximum(-low, high).max() < margin:
        verdict = "same"
    else:
        verdict = "differs" if ((low > 0) | (high < 0)).any() else "undecided"
    largest = (table[group, item] for table in (difference, low, high))
    head = (len(groups), n.sum(), congruence.min(), names[group], items[item])
    return (*head, *largest, verdict)
