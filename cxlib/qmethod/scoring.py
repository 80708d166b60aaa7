"""From loadings to flags, scores, arrays and contrasts between factors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import norm

from cxlib.qmethod.sorts import OptionError


def weigh(loadings: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Weights L / (1 - L squared) of flagged sorts, signed; |L| is kept just below 1.

    Spearman (1927), Brown (1980, p. 242).

    Examples
    --------
    >>> weigh(np.array([[0.5], [0.2]]), np.array([[True], [False]])).round(4).tolist()
    [[0.6667], [0.0]]
    """
    bounded = np.clip(loadings, -1 + 1e-9, 1 - 1e-9)
    return np.where(flags, bounded / (1 - bounded**2), 0.0)


def standardise(values: np.ndarray) -> np.ndarray:
    """Each sort with mean 0 and standard deviation 1 (n - 1); cells may be missing."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    centred = values - np.where(known, values, 0).sum(axis=0) / n
    centred = centred / np.where(known, np.abs(centred), 0).max(axis=0)
    return centred / np.sqrt(np.where(known, centred**2, 0).sum(axis=0) / (n - 1))


def zscores(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Standardised weighted sums of sorts; NaN for a factor without flagged sorts.

    t = sum of weight x sort, z = (t - mean) / sd over the cards, sd over n - 1. A missing cell
    drops out of its card's sum, which the remaining weights make up for.

    Parameters
    ----------
    values : array, cards x sorts
    weights : array, ... x sorts x factors

    Returns
    -------
    array, ... x cards x factors
    """
    known = ~np.isnan(values)
    # Scaled to 1 at most, so that the size of weights (up to 5e8) does not count.
    weights = weights / np.maximum(np.abs(weights).max(axis=-2, keepdims=True), 1e-300)
    size = np.abs(weights).sum(axis=-2, keepdims=True)
    total = np.matmul(np.where(known, values, 0), weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        if not known.all():
            total = total / np.matmul(known.astype(float), np.abs(weights)) * size
        centred = total - total.mean(axis=-2, keepdims=True)
        spread = np.sqrt((centred**2).sum(axis=-2, keepdims=True) / (len(values) - 1))
        return np.where(spread > 1e-12 * size * np.nanmax(np.abs(values)), centred / spread, np.nan)


def ranked(scores: np.ndarray) -> np.ndarray:
    """Scores with the noise of floating point taken off, so that equal ones are equal."""
    return np.round(scores, 10)


def arrays(scores: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """The factor arrays: cards in order of z on the places of the grid, always exactly those.

    Of cards that tie the one listed first gets the higher place.

    Examples
    --------
    >>> arrays(np.array([[0.3], [1.2], [0.3]]), np.array([-1.0, 0.0, 1.0]))[:, 0].tolist()
    [0.0, 1.0, -1.0]
    """
    order = np.argsort(-ranked(scores), axis=0, kind="stable")
    places = np.empty_like(scores)
    np.put_along_axis(places, order, np.broadcast_to(grid[::-1, None], scores.shape), axis=0)
    return np.where(np.isnan(scores), np.nan, places)


def ties(scores: np.ndarray, places: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Cards with the same z that the grid has put in different columns, per factor."""
    found = []
    rounded = ranked(scores)
    for factor, column in enumerate(rounded.T):
        order = np.sort(column)
        for value in np.unique(order[1:][order[1:] == order[:-1]]):
            cards = np.flatnonzero(column == value)
            if np.ptp(places[cards, factor]) > 0:
                found.append((factor, cards))
    return found


def reliability(n_flagged: np.ndarray, coefficient: float = 0.8) -> np.ndarray:
    """Reliability of a factor by Spearman-Brown: r p / (1 + r (p - 1)), NaN without sorts.

    Examples
    --------
    >>> reliability(np.array([3])).round(4).tolist()
    [0.9231]
    """
    n = np.asarray(n_flagged, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, coefficient * n / (1 + coefficient * (n - 1)), np.nan)


CRITICAL = {0.05: 1.960, 0.01: 2.576, 0.001: 3.291}


def critical(level: float) -> float:
    """The two-sided normal value of a level, as the field rounds it: 1.960, 2.576, 3.291."""
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} must lie between 0 and 1")
    return CRITICAL.get(level) or float(norm.isf(level / 2))


def automatic(
    loadings: np.ndarray, n_cards: int, level: float = 0.05, majority: float = 0.5
) -> np.ndarray:
    """Flag a sort on a factor when its loading is significant and outweighs the others.

    |L| > c / sqrt(cards), and L squared more than `majority` of the sum of the sort's squared
    loadings (strictly). Negative loadings are flagged too. Brown (1980), Zabala (2014).

    Parameters
    ----------
    loadings : array, ... x sorts x factors
    n_cards : int
    level : float
        Two-sided significance level of a loading.
    majority : float
        Share of the communality that one factor must exceed; 0 switches the rule off.

    Returns
    -------
    bool array of the same shape

    Examples
    --------
    >>> automatic(np.array([[0.8, 0.1], [0.5, 0.5], [-0.6, 0.2]]), n_cards=33).tolist()
    [[True, False], [False, False], [True, False]]
    """
    if not 0 <= majority < 1:
        raise OptionError(f"majority={majority!r} must be at least 0 and below 1")
    squares = loadings**2
    others = squares.sum(axis=-1, keepdims=True) - squares
    significant = np.abs(loadings) > critical(level) / np.sqrt(n_cards)
    # Equal shares differ by rounding only; that must not decide.
    return significant & (squares * (1 - majority) > others * majority + 1e-14)


def given(flags: pd.DataFrame, names: pd.Index, factors: pd.Index) -> np.ndarray:
    """Hand-made flags, put in the order of the sorts and factors, or an error that names both."""
    if not isinstance(flags, pd.DataFrame):
        raise OptionError("flags must be a DataFrame of sorts x factors")
    strange = [f"sort {s!r}" for s in flags.index.difference(names)]
    strange += [f"factor {f!r}" for f in flags.columns.difference(factors)]
    lacking = [f"sort {s!r}" for s in names.difference(flags.index)]
    lacking += [f"factor {f!r}" for f in factors.difference(flags.columns)]
    if strange or lacking or flags.index.has_duplicates or flags.columns.has_duplicates:
        faults = [f"unknown {x}" for x in strange] + [f"missing {x}" for x in lacking]
        raise OptionError(f"flags: {', '.join(faults[:10]) or 'a sort or factor is there twice'}")
    values = flags.loc[names, factors]
    if not values.isin([0, 1]).all(axis=None):
        raise OptionError("flags must be True or False (1 or 0) in every cell")
    return values.to_numpy().astype(bool)


def edit_flags(flags: pd.DataFrame, changes: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Flags after recorded changes by hand, each {"sort": ..., "factor": ..., "flag": ...}.

    Examples
    --------
    >>> flags = pd.DataFrame({"f1": [True, False]}, index=["s1", "s2"])
    >>> edit_flags(flags, [{"sort": "s2", "factor": "f1", "flag": True}])["f1"].tolist()
    [True, True]
    """
    changed = flags.copy()
    for record in changes:
        sort, factor, flag = (record.get(key) for key in ("sort", "factor", "flag"))
        if sort not in flags.index or factor not in flags.columns or flag not in (True, False):
            raise OptionError(f"flags: {dict(record)!r} does not name a sort, a factor and a flag")
        changed.loc[sort, factor] = bool(flag)
    return changed


def describe(
    loadings: np.ndarray, flags: np.ndarray, communality: np.ndarray, threshold: float
) -> dict[str, np.ndarray]:
    """Per sort: the factor that it loads on most, how high, and how it was taken.

    "defining" and "negative" sorts are flagged once, "several" more than once; of the others
    "confounded" ones are significant on two or more factors, "mixed" on one, "unexplained" on
    none.
    """
    highest = np.abs(loadings).argmax(axis=1)
    flagged = flags.sum(axis=1)
    on = np.where(flagged > 0, flags.argmax(axis=1), highest)
    loading = np.take_along_axis(loadings, on[:, None], axis=1)[:, 0]
    significant = (np.abs(loadings) > threshold).sum(axis=1)
    status = np.select(
        [
            flagged > 1,
            (flagged == 1) & (loading < 0),
            flagged == 1,
            significant > 1,
            significant > 0,
        ],
        ["several", "negative", "defining", "confounded", "mixed"],
        "unexplained",
    )
    return {"factor": on, "loading": loading, "communality": communality, "status": status}


STARS = np.array(["", "*", "**", "***"], dtype=object)
THRESHOLDS = np.array(list(CRITICAL.values()))


@dataclass(frozen=True)
class Contrasts:
    """Differences between factors, per pair and per card.

    Attributes
    ----------
    pairs : DataFrame, cards x (pair, measure)
        For each pair, such as "f1-f2": difference (of z), z (difference / SED), p (two-sided),
        effect (Cohen's d between the sorts that define the two factors).
    stars : DataFrame, cards x pairs
        "", "*", "**" or "***": significant at .05, .01, .001.
    cards : DataFrame
        label ("distinguishing" for one factor or more, "consensus" when no pair differs, or ""),
        f1 ... fk (the level at which the card distinguishes that factor from every other),
        factors (the distinguished ones, such as "f1 f3"), spread (largest difference of z),
        variance (of z over the factors), disagreement (rank, 1 = most disputed).
    """

    pairs: pd.DataFrame
    stars: pd.DataFrame
    cards: pd.DataFrame


def levels(difference: np.ndarray, sed: np.ndarray) -> np.ndarray:
    """0 to 3: how many of the levels .05, .01, .001 a difference passes, at full precision."""
    return (np.abs(difference)[..., None] > THRESHOLDS * sed[..., None]).sum(axis=-1)


def distinguished(level: np.ndarray, k: int) -> np.ndarray:
    """Per card and factor the lowest level over that factor's pairs (cards x pairs -> x k)."""
    first, second = np.triu_indices(k, 1)
    result = np.empty((*level.shape[:-1], k), dtype=level.dtype)
    for f in range(k):
        result[..., f] = level[..., (first == f) | (second == f)].min(axis=-1)
    return result


def contrast(
    scores: np.ndarray, se: np.ndarray, effects: np.ndarray, cards: pd.Index, factors: pd.Index
) -> Contrasts:
    """Compare every pair of factors on every card.

    A difference is significant when |z_f - z_g| > c x SED, c = 1.960, 2.576 or 3.291; a card
    distinguishes a factor that differs from every other; it is consensus when no pair differs.
    Factors without scores are left out. Brown (1980, pp. 244-246).

    Parameters
    ----------
    scores : array, cards x factors
    se : array, factors
    effects : array, cards x pairs
    """
    k = scores.shape[1]
    first, second = np.triu_indices(k, 1)
    scored = ~np.isnan(se)
    difference = scores[:, first] - scores[:, second]
    sed = np.sqrt(se[first] ** 2 + se[second] ** 2)
    ratio = difference / sed
    p = 2 * ndtr(-np.abs(ratio))
    names = [f"{a}-{b}" for a, b in combinations(factors, 2)]
    level = levels(difference, sed)
    measures = ["difference", "z", "p", "effect"]
    codes = [np.repeat(range(len(names)), 4).tolist(), list(range(4)) * len(names)]
    columns = pd.MultiIndex([names, measures], codes, names=["pair", "measure"])
    block = np.stack([difference, ratio, p, effects], axis=2).reshape(len(scores), -1)
    return Contrasts(
        pairs=pd.DataFrame(block, index=cards, columns=columns),
        stars=pd.DataFrame(STARS[level], index=cards, columns=names),
        cards=_cards(scores, level, scored, cards, factors),
    )


def _cards(
    scores: np.ndarray, level: np.ndarray, scored: np.ndarray, cards: pd.Index, factors: pd.Index
) -> pd.DataFrame:
    n, k = scores.shape
    reached = np.zeros((n, k), dtype=int)
    labels = np.full(n, "", dtype=object)
    spread = variance = np.full(n, np.nan)
    if scored.sum() > 1:
        first, second = np.triu_indices(k, 1)
        compared = level[:, scored[first] & scored[second]]
        reached[:, scored] = distinguished(compared, int(scored.sum()))
        labels[(reached > 0).any(axis=1)] = "distinguishing"
        labels[(compared == 0).all(axis=1)] = "consensus"
        spread = np.ptp(scores[:, scored], axis=1)
        variance = scores[:, scored].var(axis=1)
    names = [" ".join(f for f, on in zip(factors, row, strict=True) if on) for row in reached > 0]
    frame = {"label": labels} | {f: STARS[reached[:, i]] for i, f in enumerate(factors)}
    rank = np.argsort(np.argsort(-np.round(variance, 10), kind="stable"), kind="stable") + 1
    frame |= {"factors": names, "spread": spread, "variance": variance, "disagreement": rank}
    return pd.DataFrame(frame, index=cards)


def effect_sizes(values: np.ndarray, loadings: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Cohen's d per card and pair, between the sorts that define one factor and the other.

    Sorts are standardised, negative loaders turned round; NaN where a factor has fewer than two
    sorts or a card does not vary. Akhtar-Danesh (2018).
    """
    signed = np.where(flags, np.sign(loadings), 0.0)
    known = (~np.isnan(values)).astype(float)
    filled = np.nan_to_num(values)
    count = known @ np.abs(signed)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled @ signed / count
        variance = ((filled**2) @ np.abs(signed) - count * mean**2) / (count - 1)
        first, second = np.triu_indices(loadings.shape[1], 1)
        pooled = (count - 1)[:, first] * variance[:, first]
        pooled = pooled + (count - 1)[:, second] * variance[:, second]
        pooled = pooled / (count[:, first] + count[:, second] - 2)
        usable = (np.minimum(count[:, first], count[:, second]) > 1) & (pooled > 1e-12)
        return np.where(usable, (mean[:, first] - mean[:, second]) / np.sqrt(pooled), np.nan)
