"""Worths of cards by the Plackett-Luce model, where whole piles of cards tie."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from cxlib.importance.board import Board, Sorted, checked
from cxlib.importance.ranking import placed
from cxlib.inference import Array

PSEUDO = 0.5  # how often each card wins from and loses to an imagined average card
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
BATCH = 4_000_000  # numbers held in memory at a time


def worths(sorts: Sorted, top: int = 12, **options: Any) -> pd.DataFrame:
    """Cards in order of their worth in the Plackett-Luce model, with intervals.

    The model reads a sort as choices: who lays a card higher chose it before those lower. Piles
    are ties that the grid asks for, so each pile counts as all orders of its cards; where a
    person did not place a card, it was not among the choices. No scale is put on the columns.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
        Only the order of grid values counts, forced or free.
    top
        As in `rank`.
    **options
        Those of `Board`; no rule for scores is needed.

    Returns
    -------
    DataFrame, index card
        score, low, high: chance in per cent to be chosen before an average card; rank, rank_low,
        rank_high, p_top as in `rank`; worth, worth_low, worth_high: logarithm of the worth, 0 for
        the average card.

    Notes
    -----
    A pile S laid above the cards R has the probability of integral_0^1 prod_S (1 - u^(w_i / W)) du
    with W the sum of w over R: the sum over all orders within S (Luce 1959; Plackett 1975; ties as
    in DeLong, Guirguis & So 1994), by Gauss-Legendre quadrature; the likelihood is log-concave and
    Newton's method finds its maximum. Half a win and half a loss against an imagined average card
    keep worths finite (Turner et al. 2020). score = 100 / (1 + exp(-worth)). Each resample takes
    one Newton step from the estimate with its own gradient and Hessian (Andrews 2002).

    Examples
    --------
    >>> sorts = pd.DataFrame({"p": [2, 1, 0], "q": [2, 0, 1], "r": [1, 2, 0]}, index=[*"abc"])
    >>> worths(sorts, top=1)["score"].round(0).to_dict()
    {'a': 71.0, 'b': 47.0, 'c': 31.0}
    """
    board = Board.of(sorts, **options)
    estimate, slopes, bends = fit(piles_of(checked(board.sorts)))
    drawn, df = board.drawn()
    slope, bend = _pseudo(estimate)
    cards, steps = len(estimate), []
    size = max(1, BATCH // cards**2)
    for weight in (drawn.T[start : start + size] for start in range(0, drawn.shape[1], size)):
        matrices = (weight @ bends.reshape(len(bends), -1)).reshape(-1, cards, cards) + bend
        steps.append(np.linalg.solve(matrices, (weight @ slopes + slope)[..., None])[..., 0])
    theta = estimate - np.vstack(steps)
    resampled = (theta - theta.mean(axis=1, keepdims=True)).T
    centred = estimate - estimate.mean()
    index = board.sorts.index.rename("card")
    table = placed(centred, np.round(resampled, 9), df, index, top, board.level)
    for name, column in (("worth", "score"), ("worth_low", "low"), ("worth_high", "high")):
        table[name] = table[column]
        table[column] = 100 * special.expit(table[column])
    return table


def fit(piles: np.ndarray) -> tuple[Array, Array, Array]:
    """Logarithms of the worths, and each person's gradient and Hessian of the likelihood there."""
    theta = np.zeros(piles.shape[1])
    for _ in range(100):
        slopes, bends = _derivatives(theta, piles)
        slope, bend = _pseudo(theta)
        step = np.linalg.solve(bends.sum(axis=0) + bend, slopes.sum(axis=0) + slope)
        theta = theta - step * min(1.0, 2.0 / np.abs(step).max(initial=1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return theta, *_derivatives(theta, piles)


def redraw(theta: Array, sorts: Array, times: int, rng: np.random.Generator) -> Array:
    """Draw everybody's sort again from the model; times x cards x people.

    Each person keeps his own piles and the cards he did not place.
    """
    luck = rng.gumbel(size=(times, *sorts.shape)) + theta[:, None]
    luck[:, np.isnan(sorts)] = np.inf  # NaN sorts last, and so does infinity
    drawn = np.empty_like(luck)
    own = np.broadcast_to(np.sort(sorts, axis=0), luck.shape)
    np.put_along_axis(drawn, luck.argsort(axis=1), own, axis=1)
    return drawn


def piles_of(sorts: pd.DataFrame) -> np.ndarray:
    """Number of each card's pile from the top, people x cards; -1 where not placed."""
    numbers = sorts.rank(ascending=False, method="dense").fillna(0) - 1
    return numbers.to_numpy(dtype=np.int64).T


def _pseudo(theta: Array) -> tuple[Array, Array]:
    chance = special.expit(theta)
    return PSEUDO * (1 - 2 * chance), np.diag(-2 * PSEUDO * chance * (1 - chance))


def _derivatives(theta: Array, piles: np.ndarray) -> tuple[Array, Array]:
    """First and second derivatives of each person's log-likelihood to theta."""
    cards, steps = piles.shape[1], max(1, int(piles.max()))
    size = max(1, BATCH // (cards * steps * len(NODES)))
    parts = [
        _batch(np.exp(theta), piles[start : start + size], steps)
        for start in range(0, len(piles), size)
    ]
    slopes, bends = zip(*parts, strict=True)
    return np.concatenate(slopes), np.concatenate(bends)


def _batch(w: Array, piles: np.ndarray, steps: int) -> tuple[Array, Array]:
    # axes: people, piles, nodes, cards
    order = np.arange(steps)[:, None]
    chosen, left = piles[:, None, :] == order, piles[:, None, :] > order
    total = left @ w
    some = (total > 0) & chosen.any(axis=-1)
    total = np.where(some, total, 1.0)
    mean = np.where(some, chosen @ w, 1.0) / np.maximum(chosen.sum(axis=-1), 1)
    power = np.maximum(total / mean, 4.0)[..., None]  # u = v^power spreads the integrand over v
    log_v = np.log((1 + NODES) / 2)
    x = (-power * log_v / total[..., None])[..., None] * w
    fall = np.expm1(-x)
    with np.errstate(divide="ignore"):
        mass = np.where(chosen[:, :, None], np.log(-fall), 0.0).sum(axis=-1)
    mass += np.log(NODE_WEIGHTS) + power * log_v - log_v
    mass = special.softmax(mass, axis=-1)[..., None] * some[..., None, None]
    rest = np.where(left, w / total[..., None], 0.0)
    won = -x * (1 + fall) / fall  # x / (exp(x) - 1)
    d = np.where(chosen[:, :, None], won, np.where(left[:, :, None], rest[:, :, None] - x, 0.0))
    d2 = np.where(chosen[:, :, None], won * (1 - x - won), d)
    slope = (mass * d).sum(axis=2)
    root = (np.sqrt(mass) * d).reshape(len(piles), -1, len(w))
    rest = rest * some[..., None]
    bend = root.mT @ root - slope.mT @ slope - rest.mT @ rest
    bend[:, np.arange(len(w)), np.arange(len(w))] += (mass * d2).sum(axis=(1, 2))
    return slope.sum(axis=1), bend
