"""Do tenants of one district have something in common that the drivers don't explain?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from cxlib.drivers.sample import (
    Array,
    DriverError,
    coefficient_table,
    complete,
    corrected,
    independent,
    no_coefficients,
)
from cxlib.inference import LOWER, UPPER, Weights
from cxlib.language import Note, _, plural

FEW = 10  # groups below which the spread between them is poorly known
UNWEIGHTED = Note("this model is unweighted: weights of persons are not defined for it")
_WITHOUT = plural(
    "{n} respondent left out without a group", "{n} respondents left out without a group"
)
WIDEST = 1e4  # ratio of the variance between groups to that within, the most that is looked for


@dataclass(frozen=True)
class Mixed:
    """A linear model in which each group has a level of its own.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term` ("intercept" first), columns `estimate`, `se`, `low`, `high`, `p`,
        `p_adjusted` (Holm over the drivers), and `ols`: the estimate without levels of groups.
    icc : float
        Part of the variance that the drivers leave which lies between groups.
    icc_low, icc_high : float
        Its exact interval.
    p : float
        Probability of such differences between groups if there were none.
    n, n_groups : int
        Respondents and groups used.
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    icc: float
    icc_low: float
    icc_high: float
    p: float
    n: int
    n_groups: int
    notes: tuple[str, ...] = ()


def mixed(X: pd.DataFrame, y: pd.Series, groups: pd.Series, weights: Weights = None) -> Mixed:
    """Least squares with a random level for each group (district), by restricted likelihood.

    y = Xb + u_g + e, with u of variance s2 x ratio and e of variance s2; icc = ratio / (1 + ratio).

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    groups : Series (respondents)
        The district of each; who has none is left out.
    weights : Series (respondents), optional
        Only tells who takes part: weight 0 does not. The estimates are unweighted, and `notes`
        says so, since weights of persons leave the level of a district undefined.

    Returns
    -------
    Mixed
        With one group its level can't be told from the intercept: icc is NaN and the coefficients
        are those of least squares.

    Notes
    -----
    What X leaves of the groups' dummies has eigenvalues a_k (k = 1 … G - 1) and what it leaves of
    y has scores t_k on them, t_k ~ N(0, s2 a_k (1 + ratio a_k)). That gives the likelihood of the
    ratio, and an exact interval however few the groups: sum t_k^2 / (a_k (1 + ratio a_k)) over
    G - 1, divided by the mean square within groups, has an F distribution. A likelihood's own
    interval would be far too narrow with four districts.

    References
    ----------
    Patterson and Thompson (1971); Wald (1947); Harville and Fenech (1985).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> district = pd.Series(rng.integers(0, 4, 400))
    >>> X = pd.DataFrame({"ease": rng.normal(7, 1, 400)})
    >>> model = mixed(X, X["ease"] + district + pd.Series(rng.normal(size=400)), district)
    >>> model.n_groups, bool(model.icc_low < model.icc < model.icc_high)
    (4, True)
    """
    if "intercept" in X.columns:
        raise DriverError('no driver may be called "intercept": the constant has that name')
    if len(groups) != len(X) or not pd.Series(groups).index.equals(X.index):
        raise DriverError("groups and X have different row labels; align them first")
    complete(X, y, weights)  # refuses what does not belong together
    known = groups.notna().to_numpy()
    sample = complete(X[known], y[known], None if weights is None else pd.Series(weights)[known])
    without = int((~known).sum())
    notes = sample.notes + (Note(_WITHOUT, n=without),) * bool(without)
    notes += (UNWEIGHTED,) * sample.weighted
    codes, names = pd.factorize(groups[known][sample.rows])
    index = pd.Index(["intercept", *sample.drivers], name="term")
    kept, doubts = independent(sample)
    reason = sample.obstacle
    if not reason and sample.n <= kept.shape[1] + len(names):
        message = _("{n} respondents are too few for {k} groups")
        reason = Note(message, n=sample.n, k=len(names))
    if reason:
        table, none = corrected(no_coefficients(index)).assign(ols=np.nan), np.nan
        return Mixed(table, none, none, none, none, sample.n, len(names), (*notes, reason))
    design = np.column_stack([np.ones(sample.n), kept.to_numpy()])
    spread = _spread(design, sample.y, codes)
    ratio = spread.likeliest()
    estimate, covariance = _generalised(design, sample.y, codes, ratio)
    terms = ["intercept", *kept.columns]
    table = coefficient_table(estimate, covariance * spread.variance(ratio), terms, spread.freedom)
    table = corrected(table).assign(ols=np.linalg.lstsq(design, sample.y, rcond=None)[0])
    low, high = (spread.at(chance) for chance in (UPPER, LOWER))
    several = len(names) > 1
    few: tuple[str, ...] = (Note("one group: its level can't be told from the intercept"),)
    if several:
        said = Note("{n} groups tell little about the spread between groups", n=len(names))
        few = (said,) * (len(names) < FEW)
    return Mixed(
        coefficients=table.reindex(index),
        icc=ratio / (1 + ratio) if several else np.nan,
        icc_low=low / (1 + low),
        icc_high=high / (1 + high),
        p=float(stats.f.sf(spread.quotient(0.0), len(spread.a), spread.freedom)),
        n=sample.n,
        n_groups=len(names),
        notes=(*notes, *doubts, *few),
    )


@dataclass(frozen=True)
class _Spread:
    """What the drivers leave of the outcome: between groups, and within them."""

    a: Array
    squares: Array
    within: float
    freedom: int

    def variance(self, ratio: float) -> float:
        """Variance within groups if the variance between them is `ratio` times it."""
        between = float((self.squares / (self.a * (1 + ratio * self.a))).sum())
        return (self.within + between) / (self.freedom + len(self.a))

    def deviance(self, log_ratio: float) -> float:
        """Minus twice the restricted log-likelihood, but for a constant."""
        ratio = np.exp(log_ratio)
        free = self.freedom + len(self.a)
        return float(np.log1p(ratio * self.a).sum() + free * np.log(self.variance(ratio)))

    def likeliest(self) -> float:
        """The ratio at which the likelihood is highest; 0 without more than one group."""
        if not len(self.a) or self.variance(0.0) <= 0:
            return 0.0
        grid = np.linspace(np.log(1e-8), np.log(WIDEST), 60)
        near = grid[np.argmin([self.deviance(point) for point in grid])]
        around = (near - 0.5, near + 0.5)
        best = optimize.minimize_scalar(self.deviance, bounds=around, method="bounded")
        return float(np.exp(best.x)) if best.fun < self.deviance(-np.inf) else 0.0

    def quotient(self, ratio: float) -> float:
        """Mean square between groups over that within: F distributed at the true ratio."""
        if not len(self.a) or self.within <= 0:
            return np.nan
        between = (self.squares / (self.a * (1 + ratio * self.a))).mean()
        return float(between / (self.within / self.freedom))

    def at(self, chance: float) -> float:
        """The ratio at which the quotient is that quantile of its distribution."""
        goal = stats.f.ppf(chance, max(len(self.a), 1), self.freedom)
        if np.isnan(self.quotient(0.0)):
            return np.nan
        if self.quotient(0.0) <= goal:
            return 0.0
        if self.quotient(WIDEST) >= goal:
            return WIDEST
        return float(optimize.brentq(lambda ratio: self.quotient(ratio) - goal, 0.0, WIDEST))


def _spread(design: Array, y: Array, codes: np.ndarray) -> _Spread:
    basis, _ = np.linalg.qr(design)
    dummies = np.eye(codes.max() + 1)[codes]
    own = dummies - basis @ (basis.T @ dummies)
    left = y - basis @ (basis.T @ y)
    values, vectors = np.linalg.eigh(own.T @ own)
    real = values > 1e-9 * len(y)
    a, squares = values[real], (vectors[:, real].T @ (own.T @ left)) ** 2
    within = float(left @ left - (squares / a).sum())
    nothing = within <= 1e-12 * float(y @ y)
    return _Spread(a, squares, 0.0 if nothing else within, len(y) - design.shape[1] - len(a))


def _generalised(design: Array, y: Array, codes: np.ndarray, ratio: float) -> tuple[Array, Array]:
    """Coefficients, and their covariance for a variance of 1, after a part of each group's mean."""
    sizes = np.bincount(codes)
    part = (1 - 1 / np.sqrt(1 + ratio * sizes))[codes]
    data = np.column_stack([design, y])
    sums = np.zeros((len(sizes), data.shape[1]))
    np.add.at(sums, codes, data)
    data = data - part[:, None] * (sums / sizes[:, None])[codes]
    inverse = np.linalg.inv(data[:, :-1].T @ data[:, :-1])
    return inverse @ (data[:, :-1].T @ data[:, -1]), inverse
