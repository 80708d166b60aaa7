"""A grade as ordered categories, and events (an 8 or higher, a fail): logits with intervals."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import special, stats
from scipy.special import entr, expit

from cxlib.drivers.sample import (
    Array,
    DriverError,
    Sample,
    coefficient_table,
    complete,
    corrected,
    independent,
    no_coefficients,
)
from cxlib.inference import Weights, Z, floats
from cxlib.language import Note, _, plural

STEPS = 100
CLOSE = 1e-10
RUNAWAY = 30.0  # log-odds between the extremes of a driver that no finite estimate explains
FLAT = 100.0  # their standard error where the likelihood has no top
BEYOND = 10  # answers needed on each side of a threshold for a logit of its own
MOST_GRADES = 30
SEPARATED = Note("the drivers separate the grades completely: no finite coefficients")
_SKIPPED = plural(
    "parallel lines: {n} threshold with too few answers beyond it left out",
    "parallel lines: {n} thresholds with too few answers beyond them left out",
)
_RARE = {
    "with": _("{n} respondents with the event are few for {k} drivers"),
    "without": _("{n} respondents without the event are few for {k} drivers"),
}
FEW = 10  # events, and respondents without, that a coefficient needs
EFFECTS = ["odds_ratio", "odds_low", "odds_high", "effect", "effect_low", "effect_high"]


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
    cuts = codes.max()
    upper, lower = (  # which threshold lies above and below each answer, beside minus the drivers
        np.column_stack([(codes[:, None] == np.arange(cuts) + side).astype(float), -X])
        for side in (0, 1)
    )
    below = np.cumsum(np.bincount(codes, weights))[:-1] / weights.sum()
    now = np.concatenate([special.logit(below), np.zeros(X.shape[1])])
    value, scores, information = _derivatives(now, codes, upper, lower, weights, cuts)
    converged = False
    for _round in range(STEPS):
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


def parallel_lines(
    X: pd.DataFrame, codes: np.ndarray, weights: Array, weighted: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the slopes of the separate logits of y > k.

    The slopes b_k have covariances (X'V_kX)^-1 X'V_klX (X'V_lX)^-1 with V_k = p_k (1 - p_k) and
    V_kl = p_l (1 - p_k) for k <= l, p_k = P(y > k). With survey weights X'V_klX gives way to
    sum w^2 r_k r_l xx', r_k the residuals of y > k. The statistic is Wald's for b_1 = b_2 = ….

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    codes : int array
        Categories 0, 1, ….
    weights : array
    weighted : bool
        Whether these are survey weights.

    Returns
    -------
    DataFrame
        Row "omnibus" and a row a driver; columns `statistic`, `df`, `p`.
    tuple of str
        What was left out.

    References
    ----------
    Brant (1990).
    """
    design = np.column_stack([np.ones(len(X)), X.to_numpy()])
    slopes: list[Array] = []
    events: list[np.ndarray] = []
    for cut in range(int(codes.max())):
        above = (codes > cut).astype(int)
        if np.bincount(above).min() >= BEYOND:
            own = fit(above, X.to_numpy(), weights)
            if own.finite:
                slopes.append(np.concatenate([-own.parameters[:1], own.parameters[1:]]))
                events.append(above)
    spread = _joint_covariance(design, slopes, weights, events if weighted else None)
    rows = {"omnibus": list(X.columns)} | {name: [name] for name in X.columns}
    tests = [_wald(slopes, spread, X.columns.get_indexer(pd.Index(of))) for of in rows.values()]
    index = pd.Index(rows, name="term")
    table = pd.DataFrame(tests, index=index, columns=["statistic", "df", "p"])
    skipped = int(codes.max()) - len(slopes)
    return table, (Note(_SKIPPED, n=skipped),) if skipped else ()


def _joint_covariance(
    design: Array, slopes: list[Array], weights: Array, events: list[np.ndarray] | None
) -> Array:
    """Covariance of all slopes; from the events themselves where respondents are weighted."""
    chances = [1 / (1 + np.exp(-design @ slope)) for slope in slopes]
    bread = [np.linalg.inv((design * (weights * p * (1 - p))[:, None]).T @ design) for p in chances]
    size = design.shape[1]
    joint = np.zeros((len(slopes), size, len(slopes), size))
    for k, low in enumerate(chances):
        for m, high in enumerate(chances[k:], start=k):
            product = weights * high * (1 - low)
            if events is not None:
                product = weights**2 * (events[k] - low) * (events[m] - high)
            shared = (design * product[:, None]).T @ design
            joint[k, :, m] = bread[k] @ shared @ bread[m]
            joint[m, :, k] = joint[k, :, m].T
    return joint


def _wald(slopes: list[Array], joint: Array, drivers: np.ndarray) -> tuple[float, int, float]:
    """Test that the chosen slopes are the same in all logits."""
    places = drivers + 1
    freedom = max(len(slopes) - 1, 0) * len(drivers)
    if freedom == 0:
        return np.nan, 0, np.nan
    values = np.array(slopes)[:, places]
    spread = joint[:, places][..., places].reshape((values.size,) * 2)
    contrast = np.kron(np.diff(np.eye(len(slopes)), axis=0), np.eye(len(drivers)))
    difference, spread = contrast @ values.ravel(), contrast @ spread @ contrast.T
    if np.linalg.eigvalsh(spread)[0] <= 1e-12 * np.trace(spread):
        return np.nan, freedom, np.nan
    statistic = float(difference @ np.linalg.solve(spread, difference))
    return statistic, freedom, float(stats.chi2.sf(statistic, freedom))


@dataclass(frozen=True)
class Ordinal:
    """A proportional-odds model of the outcome.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term`, columns `estimate`, `se`, `low`, `high`, `p`, `p_adjusted` (Holm over the
        drivers): change in the log-odds of a higher grade for one point more.
    thresholds : DataFrame
        Index `threshold` ("5|6"), the same columns without `p_adjusted`.
    n : int
        Respondents used.
    parallel_lines : DataFrame
        Index `term` ("omnibus" first), columns `statistic`, `df`, `p`: Brant's test that each
        slope is the same at every threshold.
    loglik : float
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    thresholds: pd.DataFrame
    n: int
    parallel_lines: pd.DataFrame
    loglik: float
    notes: tuple[str, ...] = ()


def ordinal(
    X: pd.DataFrame, y: pd.Series, weights: Weights = None, cov: str | None = None
) -> Ordinal:
    """Proportional-odds logit: log odds(y <= k) = threshold_k - x'b.

    With two categories (say, `y >= 8`) this is the ordinary logit, its intercept being minus the
    threshold.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
        Grades, or any numbers that are ordered categories.
    weights : Series (respondents), optional
        Survey weights; only their proportions matter. With cov="classic" the information is
        that of Kish's effective number of respondents.
    cov : {"classic", "robust", "design"}, optional
        Inverse information; the sandwich estimator; or the sandwich of a survey. By default
        "design" with weights, and "classic" where all count alike.

    Returns
    -------
    Ordinal
        Estimates are NaN where the answers can't give them; `notes` says why.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or y has too many values.

    Notes
    -----
    With A the inverse information and s_i the weighted score of respondent i, the covariance is A,
    A sum(s_i s_i') A, or that times n / (n - 1): the variance of a total of independently drawn
    respondents (Horvitz and Thompson), carried through the model. Weights make some answers count
    for more than they tell, so A alone is too small.

    References
    ----------
    McCullagh (1980); Binder (1983) on "design"; Brant (1990).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [5, 6, 7, 8, 6, 7, 9, 8, 7, 5]})
    >>> model = ordinal(X, pd.Series([5, 6, 6, 8, 7, 7, 8, 7, 8, 6]))
    >>> model.coefficients["estimate"].round(2).to_dict()
    {'ease': 1.95}
    """
    sample = complete(X, y, weights)
    cov = cov or ("design" if sample.weighted else "classic")
    if cov not in ("classic", "robust", "design"):
        raise DriverError(f'cov {cov!r} is unknown; choose "classic", "robust" or "design"')
    grades, codes = np.unique(sample.y, return_inverse=True)
    if len(grades) > MOST_GRADES:
        raise DriverError(f"y has {len(grades)} different values; band them into grades first")
    cuts = pd.Index([f"{low:g}|{high:g}" for low, high in pairwise(grades)], name="threshold")
    drivers = pd.Index(sample.drivers, name="term")
    kept, notes = independent(sample)
    reason = sample.obstacle
    if not reason and sample.n <= kept.shape[1] + len(cuts):
        message = _("{n} respondents are too few for {k} coefficients")
        reason = Note(message, n=sample.n, k=kept.shape[1] + len(cuts))
    w = sample.weights * (sample.effective_n / max(sample.weights.sum(), 1e-300))
    model = None if reason else fit(codes, kept.to_numpy(), w)
    if model is None or not model.finite:
        reason = reason or SEPARATED
        nothing = corrected(no_coefficients(drivers)), no_coefficients(cuts)
        lines = pd.DataFrame(columns=["statistic", "df", "p"], dtype=float).rename_axis("term")
        return Ordinal(*nothing, sample.n, lines, np.nan, (*sample.notes, reason))
    covariance, own = model.inverse, model.scores * w[:, None]
    if cov != "classic":
        drawn = 1.0 if cov == "robust" else sample.n / (sample.n - 1)
        covariance = drawn * covariance @ (own.T @ own) @ covariance
    table = coefficient_table(model.parameters, covariance, [*cuts, *kept], np.inf)
    lines, doubts = parallel_lines(kept, codes, w, sample.weighted)
    return Ordinal(
        coefficients=corrected(table.iloc[len(cuts) :]).reindex(drivers),
        thresholds=table.iloc[: len(cuts)].rename_axis("threshold"),
        n=sample.n,
        parallel_lines=lines,
        loglik=model.loglik,
        notes=sample.notes + notes + doubts,
    )


@dataclass(frozen=True)
class Logit:
    """A logit of an event.

    Attributes
    ----------
    coefficients : DataFrame
        Index `term` (the drivers); columns `estimate`, `se`, `low`, `high` (log-odds for one
        grade more), `p`, `p_adjusted` (Holm over the drivers); `odds_ratio`, `odds_low`,
        `odds_high`; and `effect`, `effect_low`, `effect_high`: average marginal effect in
        percentage points a grade.
    n : int
        Respondents used.
    n_events : int
        Those with the event.
    pseudo_r2 : float
        McFadden's 1 - loglik / loglik of the constant alone.
    notes : tuple of str
    """

    coefficients: pd.DataFrame
    n: int
    n_events: int
    pseudo_r2: float
    notes: tuple[str, ...] = ()


def event(y: pd.Series, at_least: float = -np.inf, at_most: float = np.inf) -> pd.Series:
    """1 where a grade lies within bounds, 0 where it doesn't; no grade stays no grade.

    Examples
    --------
    >>> event(pd.Series([5, 8, np.nan, 9]), at_least=8).tolist()
    [0.0, 1.0, nan, 1.0]
    """
    grades = pd.Series(floats(y, "outcome", DriverError), index=y.index, name=y.name)
    return grades.between(at_least, at_most).astype(float).where(grades.notna())


def logit(X: pd.DataFrame, y: pd.Series, weights: Weights = None) -> Logit:
    """Logit of an event on all drivers: log odds(event) = constant + x'b, with robust errors.

    The average marginal effect of driver j is the weighted mean of p (1 - p) b_j, p being each
    respondent's chance: the percentage points that the share of events differs for one grade.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
        1 for those with the event, 0 for the others (see `event`).
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.

    Returns
    -------
    Logit
        Estimates are NaN where the answers can't give them; `notes` says why.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or y has other values.

    Notes
    -----
    Errors are those of the sandwich; with weights, of that of a survey (see `ordinal`). The error
    of an effect is the root of the sum of squared influences of the respondents, through the
    coefficients and through whom they are averaged over, so it holds for tenants who weren't asked.

    References
    ----------
    McFadden (1974); White (1982); Bartus (2005) on average marginal effects.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"ease": rng.integers(4, 10, 400)})
    >>> y = (X["ease"] + rng.normal(0, 2, 400)).round()
    >>> model = logit(X, event(y, at_least=8))
    >>> model.coefficients.loc["ease", ["odds_ratio", "effect"]].round(1).tolist()
    [2.0, 12.3]
    """
    sample = complete(X, y, weights)
    check_event(sample, refit=False)
    happened = int((sample.y == 1).sum())
    model = ordinal(X, y, weights, "design" if sample.weighted else "robust")
    table = model.coefficients.reindex(columns=[*model.coefficients.columns, *EFFECTS])
    known = table.index[table["estimate"].notna()]
    if not len(known):
        return Logit(table, sample.n, happened, np.nan, model.notes)
    table[EFFECTS[:3]] = np.exp(table[["estimate", "low", "high"]].to_numpy())
    constant = -model.thresholds["estimate"].iloc[0]
    parameters = np.array([constant, *table.loc[known, "estimate"]])
    table.loc[known, EFFECTS[3:]] = 100 * _effects(sample, known, parameters)
    share = sample.weights @ sample.y / sample.weights.sum()
    null = -sample.effective_n * (entr(share) + entr(1 - share))
    rare, what = min((happened, "with"), (sample.n - happened, "without"), key=lambda one: one[0])
    few = Note(_RARE[what], n=rare, k=len(known))
    notes = model.notes + (few,) * (rare < FEW * len(known))
    return Logit(table, sample.n, happened, float(1 - model.loglik / null), notes)


def _effects(sample: Sample, drivers: pd.Index, parameters: Array) -> Array:
    """Average marginal effects with their intervals (p, 3), from influences."""
    design = np.column_stack([np.ones(sample.n), sample.X[drivers].to_numpy()])
    part = sample.weights / sample.weights.sum()
    chance = expit(design @ parameters)
    spread = chance * (1 - chance)
    inverse = np.linalg.inv((design * (part * spread)[:, None]).T @ design)
    influence = (design * (sample.y - chance)[:, None]) @ inverse  # of each on the parameters
    mean = part @ spread
    bends = (part * spread * (1 - 2 * chance)) @ design
    slopes = parameters[1:]
    through = mean * influence[:, 1:] + np.outer(influence @ bends, slopes)
    own = through + np.outer(spread - mean, slopes)
    drawn = sample.n / (sample.n - 1) if sample.weighted else 1.0
    reach = Z * np.sqrt(drawn * ((part**2) @ own**2))
    effect = mean * slopes
    return np.column_stack([effect, effect - reach, effect + reach])


def check_event(sample: Sample, refit: bool = True) -> str:
    """Why no logit of the outcome can be estimated; empty when it can.

    Raises
    ------
    DriverError
        When the outcome has other values than 0 and 1.
    """
    if not np.isin(sample.y, (0.0, 1.0)).all():
        raise DriverError("a logit explains an event: y must be 0 or 1, as `event` makes it")
    if sample.obstacle or not refit:
        return sample.obstacle
    kept, _ = independent(sample)
    weights = sample.weights * (sample.effective_n / sample.weights.sum())
    found = fit(sample.y.astype(int), kept.to_numpy(), weights)
    return "" if found.finite else SEPARATED
