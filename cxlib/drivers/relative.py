"""How much of what is explained belongs to each driver, and which dominates which."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from cxlib.drivers.measures import (
    CELLS,
    LOGIT,
    Logits,
    correlation,
    fit_subsets,
    gains_by_size,
    measure,
    r2,
    r2_of_subsets,
    resampled_shares,
    shapley,
)
from cxlib.drivers.ordinal import check_event
from cxlib.drivers.sample import (
    Array,
    DriverError,
    Reweight,
    Sample,
    complete,
    independent,
    resampled_correlations,
    resampled_weights,
)
from cxlib.inference import LOWER, Weights
from cxlib.language import Note, _

RANDOM = "random"
FEW = 10  # respondents a driver below which shares deserve a warning
TIE = 1e-12


@dataclass(frozen=True)
class Importance:
    """Shares of the explained variance with intervals.

    Attributes
    ----------
    shares : DataFrame
        Index `driver`, the drivers and last "random"; columns `share`, `low`, `high`;
        `beats_random`: part of the resamples in which the driver got more than the random one;
        and `sign`: "up" for a driver with which the outcome rises, "down" for one with which it
        falls, "reversed" where its coefficient beside the other drivers has the opposite sign of
        its correlation, so that its share is no effect of its own.
    r2 : float
        Explained variance, the sum of the drivers' shares; for "logit", the pseudo-R2.
    n : int
        Respondents used.
    method : str
    draws : DataFrame
        Shares in every resample, a column a driver.
    notes : tuple of str
        What was left out, and coefficients whose sign goes against the share.
    """

    shares: pd.DataFrame
    r2: float
    n: int
    method: str
    draws: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()


def relative_importance(
    X: pd.DataFrame, y: pd.Series, method: str = "lmg", weights: Weights = None
) -> pd.Series:
    """Share of R-squared that belongs to each driver.

    "lmg" is the mean gain in R2 over all orders of entry: with R2(S) of subset S, the mean over
    sizes k of the mean over subsets S of size k without j of R2(S + j) - R2(S). "johnson" are
    relative weights: R = QDQ', L = QD^.5Q', b = L^-1 r, share_j = sum_k L_jk^2 b_k^2. Both sum
    to R2. "first" is R2 of the driver alone, "last" what it adds to all others. "logit" is "lmg"
    for an event, with McFadden's 1 - loglik(S) / loglik() of its logits instead of R2.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
        Grades; empty is don't know.
    y : Series (respondents)
        The outcome, on the same row labels; for "logit" 0 and 1 (see `event`).
    method : {"lmg", "johnson", "first", "last", "logit"}
    weights : Series (respondents), optional
        Survey weights; only their proportions matter.

    Returns
    -------
    Series
        A share a driver; NaN for one that nobody answered or that all answered alike.

    Raises
    ------
    DriverError
        When input is not numeric or does not belong together, or a method is unknown.

    References
    ----------
    Lindeman, Merenda and Gold (1980); Grömping (2006); Johnson (2000); for events, Azen and
    Traxel (2009).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> y = pd.Series([6, 6, 8, 9, 5, 8])
    >>> relative_importance(X, y).round(3).to_dict()
    {'ease': 0.602, 'safe': 0.392}
    """
    sample, logits, _ = _prepared(X, y, weights, method)
    names = pd.Index(sample.X.columns)
    found = pd.Series(_observed(sample, method, logits), index=names, name="share", dtype=float)
    return found.reindex(pd.Index(sample.drivers, name="driver"))


def bootstrap_importance(
    X: pd.DataFrame,
    y: pd.Series,
    n_resamples: int = 1000,
    seed: int = 1,
    weights: Weights = None,
    method: str = "lmg",
    reweight: Reweight | None = None,
) -> Importance:
    """Shares with intervals, beside the share that a random driver gets.

    Respondents are drawn with replacement and bring their weights; intervals are percentiles.
    Shares are never negative, so an interval above 0 proves nothing: a driver of pure noise is
    added to each resample, and every driver is compared with it.

    Parameters
    ----------
    X, y, weights, method
        As in `relative_importance`.
    n_resamples : int
    seed : int
    reweight : Reweight, optional
        For raked weights: what rakes each resample again, of the respondents in X
        (`survey.raking`). Resamples then start from `weights`.

    Returns
    -------
    Importance
        The share in row "random" is its mean over the resamples.

    Raises
    ------
    DriverError
        As in `relative_importance`, and when a driver is itself called "random".

    References
    ----------
    Grömping (2006) on the intervals; Tonidandel, LeBreton and Johnson (2009) on the random driver.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["ease", "safe"])
    >>> y = X["ease"] + pd.Series(rng.normal(size=200))
    >>> result = bootstrap_importance(X, y, n_resamples=200)
    >>> list(result.shares.index), bool(result.shares.loc["ease", "beats_random"] == 1)
    (['ease', 'safe', 'random'], True)
    """
    if RANDOM in X.columns:
        raise DriverError('no driver may be called "random": the random driver has that name')
    sample, logits, obstacle = _prepared(X, y, weights, method)
    names = pd.Index([*sample.X.columns, RANDOM], name="driver")
    if obstacle:
        drawn = np.empty((0, len(names)))
    elif logits is None:
        matrices = resampled_correlations(sample, n_resamples, seed, reweight)
        outcome_last = np.array([*range(len(names) - 1), len(names), len(names) - 1])
        with_noise = measure(method)(matrices[:, outcome_last[:, None], outcome_last])[:, -1]
        drawn = np.column_stack([measure(method)(matrices[:, :-1, :-1]), with_noise])
    else:
        blocks = resampled_weights(sample.weights, n_resamples, seed, reweight, sample.rows)
        drawn = np.column_stack(resampled_shares(logits, blocks))
    draws = pd.DataFrame(drawn, columns=names, dtype=float)
    table = _table(_observed(sample, method, logits), draws)
    table["sign"] = [*_signs(sample, logits), ""]
    doubts = (obstacle,) if obstacle else _doubts(sample, table["sign"])
    if logits is None:
        explained = np.nan if sample.obstacle else float(r2(correlation(sample)[None])[0])
    else:
        explained = float(logits.pseudo_r2[0, -1])
    table = table.reindex(pd.Index([*sample.drivers, RANDOM], name="driver"))
    return Importance(
        shares=table.fillna({"sign": ""}),
        r2=explained,
        n=sample.n,
        method=method,
        draws=draws,
        notes=sample.notes + doubts,
    )


def _prepared(
    X: pd.DataFrame, y: pd.Series, weights: Weights, method: str
) -> tuple[Sample, Logits | None, str]:
    """The answers, the logits that the method needs, and why there can be no shares."""
    sample = complete(X, y, weights)
    if method != LOGIT:
        measure(method)
        return sample, None, sample.obstacle
    obstacle = check_event(sample)
    return sample, None if obstacle else fit_subsets(sample), obstacle


def _observed(sample: Sample, method: str, logits: Logits | None) -> Array:
    if logits is not None:
        return shapley(logits.pseudo_r2)[0]
    if sample.obstacle or method == LOGIT:
        return np.full(sample.X.shape[1], np.nan)
    return measure(method)(correlation(sample)[None])[0]


def _table(observed: Array, draws: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "share": [*observed, draws[RANDOM].mean()],
            "low": draws.quantile(LOWER),
            "high": draws.quantile(1 - LOWER),
            "beats_random": draws.gt(draws[RANDOM], axis=0).mean(),
        },
        index=draws.columns,
    )
    table.loc[RANDOM, "beats_random"] = np.nan
    return table


def _signs(sample: Sample, logits: Logits | None) -> Array:
    """Which way the outcome goes with each driver; "reversed" where its coefficient disagrees."""
    if sample.obstacle:
        return np.full(sample.X.shape[1], "", dtype=object)
    matrix = correlation(sample)
    together = matrix[:-1, -1]
    beside = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-11, hermitian=True) @ together
    if logits is not None:
        beside = logits.parameters[-1, 1:]
    way = np.where(together > 0, "up", "down").astype(object)
    return np.where(together * beside < 0, "reversed", way)


def _doubts(sample: Sample, signs: pd.Series) -> tuple[str, ...]:
    """What a reader must know before believing the shares."""
    notes = independent(sample)[1]
    drivers = sample.X.shape[1]
    if sample.n < FEW * drivers:
        message = _("{n} respondents are few for {k} drivers")
        notes += (Note(message, n=sample.n, k=drivers),)
    message = _(
        "{name}: beside the other drivers its coefficient has the opposite sign of its "
        "correlation; its share is shared with them and is no effect of its own"
    )
    return notes + tuple(Note(message, name=name) for name in signs.index[signs == "reversed"])


@dataclass(frozen=True)
class Dominance:
    """Three strengths of "more important than".

    Attributes
    ----------
    general : Series
        Index `driver`: mean gain over all sizes, equal to the LMG share.
    conditional : DataFrame
        Index `driver`, columns the number of drivers already in (0, 1, …): mean gain.
    complete : DataFrame (drivers x drivers)
        True where the row adds more than the column to every subset without both, False where
        the column always adds more, <NA> where it depends.
    notes : tuple of str
    """

    general: pd.Series
    conditional: pd.DataFrame
    complete: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[Hashable, Hashable]]:
        """The pairs of which the first completely dominates the second."""
        over = self.complete.fillna(False).to_numpy(dtype=bool)
        names = self.complete.index
        return [(names[i], names[j]) for i, j in zip(*np.nonzero(over), strict=True)]


def dominance(X: pd.DataFrame, y: pd.Series, weights: Weights = None) -> Dominance:
    """General, conditional and complete dominance of the drivers.

    Driver i completely dominates j when R2(S + i) > R2(S + j) for every subset S without both.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    weights : Series (respondents), optional

    References
    ----------
    Budescu (1993); Azen and Budescu (2003).

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> found = dominance(X, pd.Series([6, 6, 8, 9, 5, 8]))
    >>> found.pairs
    [('ease', 'safe')]
    """
    sample = complete(X, y, weights)
    names = pd.Index(sample.X.columns, name="driver")
    if obstacle := sample.obstacle:
        empty = pd.Series(np.nan, index=names, name="share")
        notes = (*sample.notes, obstacle)
        return Dominance(empty, empty.to_frame(0), _undecided(names), notes)
    r2 = r2_of_subsets(correlation(sample)[None])
    whole = _undecided(names)
    for i, j in zip(*np.nonzero(_wins(r2)), strict=True):
        whole.iloc[i, j], whole.iloc[j, i] = True, False
    general = pd.Series(shapley(r2)[0], index=names, name="share")
    conditional = pd.DataFrame(gains_by_size(r2), index=names)
    return Dominance(general, conditional, whole, sample.notes)


def dominance_returns(
    X: pd.DataFrame,
    y: pd.Series,
    n_resamples: int = 1000,
    seed: int = 1,
    weights: Weights = None,
    reweight: Reweight | None = None,
) -> pd.DataFrame:
    """In which part of the resamples one driver completely dominates another.

    Respondents are drawn as in `bootstrap_importance`. That one adds more in every model of these
    answers says little by itself, as dozens of differences must all have the same sign.

    Returns
    -------
    DataFrame (drivers x drivers)
        Share of resamples in which the row dominates the column; NaN without estimates.

    References
    ----------
    Azen and Budescu (2003) on reproducibility.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.normal(size=(200, 2)), columns=["ease", "safe"])
    >>> float(dominance_returns(X, X["ease"] + rng.normal(size=200), 200).loc["ease", "safe"])
    1.0
    """
    sample = complete(X, y, weights)
    names, p = pd.Index(sample.X.columns, name="driver"), sample.X.shape[1]
    if sample.obstacle:
        return pd.DataFrame(np.nan, names, names)
    matrices = resampled_correlations(sample, n_resamples, seed, reweight)[:, :-1, :-1]
    at_a_time = max(1, CELLS >> p)
    starts = range(0, n_resamples, at_a_time)
    wins = sum(_wins(r2_of_subsets(matrices[start : start + at_a_time])) for start in starts)
    return pd.DataFrame(wins / n_resamples, names, names)


def _wins(r2: Array) -> Array:
    """How often each driver adds more than another to every subset without both (p, p)."""
    p = r2.shape[-1].bit_length() - 1
    wins = np.zeros((p, p))
    for i, j in combinations(range(p), 2):
        split = r2.reshape(len(r2), 2**i, 2, 2 ** (j - i - 1), 2, -1)
        lead = (split[:, :, 1, :, 0] - split[:, :, 0, :, 1]).reshape(len(r2), -1)
        wins[i, j] = (lead > TIE).all(axis=1).sum()
        wins[j, i] = (lead < -TIE).all(axis=1).sum()
    return wins


def _undecided(names: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array([pd.NA] * len(names), "boolean") for name in names}, names)
