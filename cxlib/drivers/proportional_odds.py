"""A grade as an ordered category: one set of slopes, a threshold between each two grades."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from cxlib.drivers.cumulative import Fit, fit
from cxlib.drivers.parallel_lines import parallel_lines
from cxlib.drivers.sample import Array, DriverError, complete, independent
from cxlib.drivers.tables import coefficient_table, corrected, no_coefficients

MOST_GRADES = 30
SEPARATED = "the drivers separate the grades completely: no finite coefficients"


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
    X: pd.DataFrame,
    y: pd.Series,
    weights: pd.Series | Array | None = None,
    cov: str | None = None,
    level: float = 0.95,
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
    level : float

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
    grades, codes = np.unique(sample.y, return_inverse=True)
    if len(grades) > MOST_GRADES:
        raise DriverError(f"y has {len(grades)} different values; band them into grades first")
    cuts = pd.Index([f"{low:g}|{high:g}" for low, high in pairwise(grades)], name="threshold")
    drivers = pd.Index(sample.drivers, name="term")
    kept, notes = independent(sample)
    reason = sample.obstacle
    if not reason and sample.n <= kept.shape[1] + len(cuts):
        reason = f"{sample.n} respondents are too few for {kept.shape[1] + len(cuts)} coefficients"
    w = sample.weights * (sample.effective_n / max(sample.weights.sum(), 1e-300))
    model = None if reason else fit(codes, kept.to_numpy(), w)
    if model is None or not model.finite:
        reason = reason or SEPARATED
        nothing = corrected(no_coefficients(drivers)), no_coefficients(cuts)
        lines = pd.DataFrame(columns=["statistic", "df", "p"], dtype=float).rename_axis("term")
        return Ordinal(*nothing, sample.n, lines, np.nan, (*sample.notes, reason))
    covariance = _covariance(model, w, cov or ("design" if sample.weighted else "classic"))
    table = coefficient_table(model.parameters, covariance, [*cuts, *kept], np.inf, level)
    lines, doubts = parallel_lines(kept, codes, w, sample.weighted)
    return Ordinal(
        coefficients=corrected(table.iloc[len(cuts) :]).reindex(drivers),
        thresholds=table.iloc[: len(cuts)].rename_axis("threshold"),
        n=sample.n,
        parallel_lines=lines,
        loglik=model.loglik,
        notes=sample.notes + notes + doubts,
    )


def _covariance(model: Fit, weights: Array, cov: str) -> Array:
    if cov == "classic":
        return model.inverse
    if cov not in ("robust", "design"):
        raise DriverError(f'cov {cov!r} is unknown; choose "classic", "robust" or "design"')
    own = model.scores * weights[:, None]
    drawn = len(own) / (len(own) - 1) if cov == "design" else 1.0
    return drawn * model.inverse @ (own.T @ own) @ model.inverse
