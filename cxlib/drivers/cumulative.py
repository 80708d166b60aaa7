"""Maximum likelihood for a proportional-odds model, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from cxlib.drivers.sample import Array

STEPS = 100
CLOSE = 1e-10
RUNAWAY = 30.0  # log-odds between the extremes of a driver that no finite estimate explains
FLAT = 100.0  # their standard error where the likelihood has no top


@dataclass(frozen=True)
class Fit:
    """A fitted model: thresholds first, then slopes.

    `information` is minus the second derivative of the weighted log-likelihood, `scores` the
    first derivative of each respondent's own log-likelihood. A model may have `converged` to
    chances of 0 or 1 for some, which predicts well, while slopes have no `finite` estimate.
    """

    parameters: Array
    information: Array
    scores: Array
    loglik: float
    converged: bool
    finite: bool

    @cached_property
    def inverse(self) -> Array:
        """Inverse information."""
        return np.linalg.inv(self.information).astype(float)


def fit(codes: np.ndarray, X: Array, weights: Array) -> Fit:
    """Fit P(y <= k) = logistic(threshold_k - X slopes) by Newton's method.

    Parameters
    ----------
    codes : int array (n,)
        Category of each respondent, 0 … K - 1, each of which occurs.
    X : array (n, p)
    weights : array (n,)

    Notes
    -----
    The log-likelihood is concave, so Newton's method with halved steps finds its top if there
    is one. Where drivers separate the grades completely there is none: `converged` is False.
    """
    upper, lower = _designs(codes, X)
    cuts = codes.max()
    below = np.cumsum(np.bincount(codes, weights))[:-1] / weights.sum()
    now = np.concatenate([logit(below), np.zeros(X.shape[1])])
    value, scores, information = _derivatives(now, codes, upper, lower, weights, cuts)
    converged = False
    for _ in range(STEPS):
        gradient = weights @ scores
        direction = np.linalg.lstsq(information, gradient, rcond=None)[0]
        step = 1.0
        while step > 1e-6:
            there = now + step * direction
            ahead = _derivatives(there, codes, upper, lower, weights, cuts)
            if ahead[0] >= value - 1e-12 * abs(value):
                break
            step /= 2
        converged = abs(float(gradient @ direction)) < CLOSE * weights.sum()
        now, (value, scores, information) = there, ahead
        if converged:
            break
    reach = np.ptp(X, axis=0) if len(X) else np.zeros(X.shape[1])
    bounded = bool((np.abs(now[cuts:]) * reach < RUNAWAY).all())
    sound = np.isfinite(information).all() and np.linalg.cond(information) < 1e14
    top = bool(converged and bounded and sound)
    error = np.sqrt(np.diagonal(np.linalg.inv(information))[cuts:]) if top else np.inf
    return Fit(now, information, scores, value, top, bool(np.all(error * reach < FLAT)))


def _designs(codes: np.ndarray, X: Array) -> tuple[Array, Array]:
    """Which threshold lies above and below each answer, beside minus the drivers."""
    cuts = np.arange(codes.max())
    upper = np.column_stack([(codes[:, None] == cuts).astype(float), -X])
    lower = np.column_stack([(codes[:, None] == cuts + 1).astype(float), -X])
    return upper, lower


def _derivatives(
    parameters: Array, codes: np.ndarray, upper: Array, lower: Array, weights: Array, cuts: int
) -> tuple[float, Array, Array]:
    """Log-likelihood, scores and information."""
    f_upper = np.where(codes < cuts, expit(upper @ parameters), 1.0)
    f_lower = np.where(codes > 0, expit(lower @ parameters), 0.0)
    chance = f_upper - f_lower
    if not (chance > 0).all():
        return -np.inf, np.zeros_like(upper), np.eye(len(parameters))
    slope_upper, slope_lower = f_upper * (1 - f_upper), f_lower * (1 - f_lower)
    up, down = slope_upper / chance, slope_lower / chance
    curve_upper = slope_upper * (1 - 2 * f_upper) / chance - up**2
    curve_lower = -slope_lower * (1 - 2 * f_lower) / chance - down**2
    mixed = (upper * (weights * up * down)[:, None]).T @ lower
    information = -(
        (upper * (weights * curve_upper)[:, None]).T @ upper
        + (lower * (weights * curve_lower)[:, None]).T @ lower
        + mixed
        + mixed.T
    )
    scores = upper * up[:, None] - lower * down[:, None]
    return float(weights @ np.log(chance)), scores, information
