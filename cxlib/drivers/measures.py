"""Measures of relative importance: explained variance of every subset of drivers, shared out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb

import numpy as np
from scipy.special import entr

from cxlib.drivers.sample import Array, DriverError, Sample

MOST_SUBSETS = 24  # 2**24 subsets are still a matter of seconds and of a gigabyte
COPY = 1e-11  # a driver with less own variance than this repeats the others


def r2_of_subsets(matrices: Array) -> Array:
    """R2 of the outcome on every subset of drivers, from correlations alone.

    Parameters
    ----------
    matrices : array (b, p + 1, p + 1)
        Correlation matrices, the outcome last.

    Returns
    -------
    array (b, 2**p)
        Subset s holds driver j where bit p - 1 - j of s is set.

    Notes
    -----
    The drivers are taken one after the other. Each splits every set in two: without it (its row
    is dropped) and with it (its row is swept out of what remains, one step of elimination). All
    subsets share their beginnings, so the whole costs about 12 x 2**p multiplications instead of
    2**p inversions. A driver that repeats the ones already in adds nothing.
    """
    drivers = matrices.shape[-1] - 1
    if drivers > MOST_SUBSETS:
        raise DriverError(
            f"{drivers} drivers have 2**{drivers} subsets; use method='johnson' or group drivers"
        )
    rest = matrices[:, None]
    for _ in range(drivers):
        pivot = rest[..., 0, 0]
        own = pivot > COPY
        step = np.where(own, 1.0 / np.where(own, pivot, 1.0), 0.0)
        row, below = rest[..., 0, 1:], rest[..., 1:, 1:]
        swept = below - (row * step[..., None])[..., :, None] * row[..., None, :]
        rest = np.stack([below, swept], axis=2)
        rest = rest.reshape(len(matrices), -1, *below.shape[-2:])
    return matrices[:, -1:, -1] - rest[..., 0, 0]


def gains(r2: Array, driver: int) -> Array:
    """What one driver adds to every subset without it: array (b, 2**(p - 1))."""
    split = r2.reshape(len(r2), 2**driver, 2, -1)
    return (split[:, :, 1] - split[:, :, 0]).reshape(len(r2), -1)


def subset_sizes(drivers: int) -> np.ndarray:
    """How many drivers each of the 2**drivers subsets holds."""
    sizes = np.zeros(1, dtype=int)
    for _ in range(drivers):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def shapley(r2: Array) -> Array:
    """Each driver's mean gain over the orders in which drivers can enter: array (b, p)."""
    p = r2.shape[-1].bit_length() - 1
    weight = np.array([1.0 / (p * comb(p - 1, k)) for k in range(p)])[subset_sizes(p - 1)]
    return np.column_stack([gains(r2, j) @ weight for j in range(p)])


def gains_by_size(r2: Array) -> Array:
    """Mean gain of each driver given the number of drivers already in: array (p, p)."""
    p = r2.shape[-1].bit_length() - 1
    sizes = subset_sizes(p - 1)
    counts = np.bincount(sizes)
    return np.array([np.bincount(sizes, gains(r2, j)[0]) / counts for j in range(p)])


MOST_DRIVERS = 12  # 4,096 logits: seconds with 26,000 respondents
CACHE = 2**19  # respondents x subsets at a time: they stay in the processor's cache
STEPS = 100
CLOSE = 1e-8  # log-likelihood still to be gained per respondent, which the last step adds
RIDGE = 1e-10  # lets a driver that repeats others stay in, adding nothing


@dataclass(frozen=True)
class Logits:
    """Logits of an event, one a subset of drivers.

    Subset s holds driver j where bit p - 1 - j of s is set; subset 0 has the constant alone.

    Attributes
    ----------
    design : array (n, p + 1)
        1, and the standardised drivers.
    event, weights : array (n,)
    parameters : array (2**p, p + 1)
        The constant and the slopes; 0 for a driver that is not in.
    loglik : array (2**p,)
    inverse : array (2**p, p + 1, p + 1)
        Inverse information; 0 for a driver that is not in.
    """

    design: Array
    event: Array
    weights: Array
    parameters: Array
    loglik: Array
    inverse: Array

    @property
    def pseudo_r2(self) -> Array:
        """McFadden's 1 - loglik / loglik of the constant alone: array (1, 2**p)."""
        return (1 - self.loglik / self.loglik[0])[None]


def fit_subsets(sample: Sample) -> Logits:
    """Fit a logit of the outcome (0 or 1) on each of the 2**p subsets of drivers.

    Notes
    -----
    Newton's method for all subsets at once: odds are one matrix product, and informations are
    another, of chance x (1 - chance) with the products of the drivers. The log-likelihood is
    concave, so a step that lowers it is halved until it doesn't.
    """
    drivers = sample.X.shape[1]
    if drivers > MOST_DRIVERS:
        raise DriverError(
            f"{drivers} drivers need 2**{drivers} logits and {MOST_DRIVERS} drivers are the most: "
            'group them, or use method="johnson" or "lmg" on the grade itself'
        )
    event, weights, part = sample.y, sample.weights, sample.weights / sample.weights.sum()
    bits = (np.arange(2**drivers)[:, None] >> np.arange(drivers)[::-1]) & 1
    masks = np.column_stack([np.ones(len(bits), dtype=bool), bits.astype(bool)])
    X = sample.X.to_numpy() - part @ sample.X.to_numpy()
    design = np.column_stack([np.ones(sample.n), X / np.sqrt(part @ X**2)])
    now, step = np.zeros(masks.shape), _start(design, event, weights, masks)
    value = np.full(len(masks), -np.inf)
    inverse = np.zeros((*masks.shape, drivers + 1))
    gradient = np.zeros(masks.shape)
    for _ in range(STEPS):
        ahead, slopes, information = _derivatives(now + step, design, event, weights)
        better = ahead >= value - 1e-12 * np.abs(ahead)
        now[better] += step[better]
        value[better], gradient[better] = ahead[better], (slopes * masks)[better]
        inverse[better] = _inverse(information[better], masks[better])
        newton = (inverse @ gradient[..., None])[..., 0]
        step = np.where(better[:, None], newton, step / 2)
        gain = (gradient * newton).sum(axis=1)
        if (gain < CLOSE * weights.sum()).all():
            break
    return Logits(design, event, weights, now + newton, value + gain / 2, inverse)


def _start(design: Array, event: Array, weights: Array, masks: np.ndarray) -> Array:
    """One step from the constant alone, where all chances are the same."""
    share = weights @ event / weights.sum()
    cross = (design * weights[:, None]).T @ design * share * (1 - share)
    pull = (weights * (event - share)) @ design * masks
    start = (_inverse(np.broadcast_to(cross, (len(masks), *cross.shape)), masks) @ pull[..., None])[
        ..., 0
    ]
    start[:, 0] += np.log(share / (1 - share))
    return start


def _derivatives(
    parameters: Array, design: Array, event: Array, weights: Array
) -> tuple[Array, Array, Array]:
    """Log-likelihood, its slopes and the information of each line of parameters."""
    size = design.shape[1]
    upper = np.triu_indices(size)
    loglik = -parameters @ (design.T @ (weights * (1 - event)))
    slopes = np.tile((weights * event) @ design, (len(parameters), 1))
    sums = np.zeros((len(parameters), len(upper[0])))
    rows = max(64, CACHE // len(parameters))
    with np.errstate(over="ignore", divide="ignore"):
        for first in range(0, len(design), rows):
            own, w = design[first : first + rows], weights[first : first + rows]
            chance = 1 / (1 + np.exp(-parameters @ own.T))
            loglik += np.log(chance) @ w
            slopes -= chance @ (own * w[:, None])
            chance *= 1 - chance
            sums += chance @ (own[:, upper[0]] * own[:, upper[1]] * w[:, None])
    information = np.empty((len(parameters), size, size))
    information[:, upper[0], upper[1]] = sums
    information[:, upper[1], upper[0]] = sums
    return loglik, slopes, information


def _inverse(information: Array, masks: np.ndarray) -> Array:
    """Inverse of each subset's own part of its information, 0 elsewhere."""
    both = masks[:, :, None] & masks[:, None, :]
    ridge = np.where(masks, RIDGE * information[:, :1, 0], 1.0)
    own = np.where(both, information, 0.0) + ridge[:, :, None] * np.eye(masks.shape[1])
    return np.where(both, np.linalg.inv(own), 0.0)


def resampled_shares(logits: Logits, blocks: Iterable[tuple[Array, Array]]) -> tuple[Array, Array]:
    """LMG shares of the pseudo-R2 in resamples, and what a driver of noise would get.

    Parameters
    ----------
    logits : Logits
    blocks : iterable of (noise (n,), weights (b, n))
        Weights of the respondents in resamples, as `resampled_weights` gives them.

    Returns
    -------
    array (resamples, p), array (resamples,)
        NaN for a resample in which the event happened to all or to nobody.

    Notes
    -----
    No resample is fitted anew. With l_i the log-likelihood of respondent i at the estimates from
    all, g the slopes of sum w_i l_i for the resample's weights w, and H the information, one step
    of Newton's method gives the resample's maximum as sum w_i l_i + g'H^-1 g / 2: what it leaves
    out is as small as 1/sqrt(n). Noise z adds (sum w_i z_i r_i)^2 / (2 sum w_i z_i^2 v) with
    residuals r and mean variance v, by the same step.
    """
    shares, noises = [], []
    drivers = logits.design.shape[1] - 1
    order = np.array([1 / ((drivers + 1) * comb(drivers, k)) for k in range(drivers + 1)])
    for noise, weights in blocks:
        loglik, gain = _resampled(logits, noise, weights)
        null = loglik[:, :1].copy()
        null[null == 0] = np.nan
        shares.append(shapley(1 - loglik / null))
        noises.append(gain @ order[subset_sizes(drivers)] / -null[:, 0])
    return np.concatenate(shares), np.concatenate(noises)


def _resampled(logits: Logits, noise: Array, weights: Array) -> tuple[Array, Array]:
    """Log-likelihood of each subset in each resample (b, 2**p), and what noise adds to it."""
    total = weights.sum(axis=1)[:, None]
    size = len(logits.loglik)
    loglik, gain = np.empty((2, len(weights), size))
    scale = logits.weights.sum() / total
    at_a_time = max(1, 4 * CACHE // len(noise))
    for part in (slice(i, i + at_a_time) for i in range(0, size, at_a_time)):
        odds = logits.design @ logits.parameters[part].T
        chance = 1 / (1 + np.exp(-odds))
        residual = logits.event[:, None] - chance
        pull = np.stack([(weights * column) @ residual for column in logits.design.T], axis=-1)
        own = np.einsum("bsi,sij,bsj->bs", pull, logits.inverse[part], pull, optimize=True)
        loglik[:, part] = weights @ (np.log(chance) - (1 - logits.event)[:, None] * odds)
        loglik[:, part] += scale * own / 2
        spread = logits.weights @ (chance * (1 - chance)) / logits.weights.sum()
        gain[:, part] = ((weights * noise) @ residual) ** 2 / 2
        gain[:, part] /= (weights @ noise**2)[:, None] * spread
    share = weights @ logits.event / total[:, 0]
    loglik[:, 0] = -total[:, 0] * (entr(share) + entr(1 - share))
    return loglik, gain


CELLS = 2**21  # subsets held at a time
LOGIT = "logit"  # LMG of an event: from logits on the answers themselves


def correlation(sample: Sample) -> Array:
    """Weighted correlation matrix of drivers and outcome, the outcome last."""
    data = np.column_stack([sample.X.to_numpy(), sample.y])
    if not sample.n:
        return np.full((data.shape[1],) * 2, np.nan)
    part = sample.weights / sample.weights.sum()
    data = data - part @ data
    covariance = (data * part[:, None]).T @ data
    scale = np.sqrt(np.diagonal(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix: Array = covariance / np.outer(scale, scale)
    return matrix


def r2(matrices: Array) -> Array:
    """Explained variance of the outcome on all drivers: array (b,)."""
    r = matrices[:, :-1, -1]
    inverse = np.linalg.pinv(matrices[:, :-1, :-1], rcond=1e-11, hermitian=True)
    explained: Array = np.einsum("bi,bij,bj->b", r, inverse, r)
    return explained


def lmg(matrices: Array) -> Array:
    """Mean gain in R2 over all orders in which the drivers can enter."""
    drivers = matrices.shape[-1] - 1
    at_a_time = max(1, CELLS >> drivers)
    starts = range(0, len(matrices), at_a_time)
    parts = [shapley(r2_of_subsets(matrices[i : i + at_a_time])) for i in starts]
    return np.concatenate(parts)


def johnson(matrices: Array) -> Array:
    """Relative weights: through the orthogonal variables nearest to the drivers."""
    values, vectors = np.linalg.eigh(matrices[:, :-1, :-1])
    real = values > 1e-11
    scale = np.sqrt(np.where(real, values, 1.0))
    turned = np.swapaxes(vectors, 1, 2)
    root = (vectors * np.where(real, scale, 0.0)[:, None]) @ turned
    back = (vectors * np.where(real, 1.0 / scale, 0.0)[:, None]) @ turned
    slopes = back @ matrices[:, :-1, -1:]
    weights: Array = (root**2 @ slopes**2)[..., 0]
    return weights


def first(matrices: Array) -> Array:
    """R2 of each driver alone."""
    squares: Array = matrices[:, :-1, -1] ** 2
    return squares


def last(matrices: Array) -> Array:
    """What each driver adds to all the others."""
    everyone = np.arange(matrices.shape[-1])
    others = [np.delete(everyone, j) for j in everyone[:-1]]
    without = [r2(matrices[:, rest[:, None], rest]) for rest in others]
    return r2(matrices)[:, None] - np.column_stack(without)


Measure = Callable[[Array], Array]

MEASURES: dict[str, Measure] = {"lmg": lmg, "johnson": johnson, "first": first, "last": last}


def measure(name: str) -> Measure:
    """The measure of that name."""
    if name not in MEASURES:
        raise DriverError(
            f"method {name!r} is unknown; choose from {', '.join([*MEASURES, LOGIT])}"
        )
    return MEASURES[name]
