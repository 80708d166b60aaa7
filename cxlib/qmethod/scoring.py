"""From flagged sorts to what a viewpoint would have laid on the table."""

import numpy as np


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
