"""Do the items group into the values that were intended: factor analysis and its conditions."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxlib.inference import Covariance
from cxlib.survey.adequacy import Adequacy, Sphericity, bartlett, distinct, kmo, obstacle_to
from cxlib.survey.answers import Array, SurveyError, moments

__all__ = ["Adequacy", "Efa", "Sphericity", "bartlett", "efa", "kmo", "parallel_analysis"]

ROTATIONS = ("oblimin", "promax", "varimax", "none")
METHODS = ("minres", "ml")
WHOLE = 0.9949  # communality from which a fit leaves an item nothing of its own
STREAM = 6  # keeps the noise apart from answers that were simulated with the same seed


@dataclass(frozen=True)
class Efa:
    """An exploratory factor analysis; factors f1..fk in order of falling variance.

    Attributes
    ----------
    loadings : DataFrame (items x factors)
        The pattern.
    communalities : Series (items)
        Part of each item's variance that the factors share.
    variance : DataFrame
        Index `factor`: `variance` (sum of squares), `share` of the items' variance.
    correlations : DataFrame (factors x factors)
    n : int
    notes : tuple of str
    """

    loadings: pd.DataFrame
    communalities: pd.Series
    variance: pd.DataFrame
    correlations: pd.DataFrame
    n: int
    notes: tuple[str, ...] = ()


def efa(
    items: pd.DataFrame, n_factors: int, rotation: str = "oblimin", method: str = "minres"
) -> Efa:
    """Exploratory factor analysis of the correlations of the items.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Correlations are from all answers given (`inference.covariance`).
    n_factors : int
    rotation : {"oblimin", "promax", "varimax", "none"}
    method : {"minres", "ml"}
        Least squares of the residual correlations, or maximum likelihood.

    Returns
    -------
    Efa
        Each factor is turned so that its loadings sum to more than 0. NaN, with the reason in
        `notes`, where the items can't carry so many factors. Notes name Heywood cases: items
        that the factors explain whole, which happens with too many factors or too few answers.

    Raises
    ------
    SurveyError
        When a column is not numeric, or the rotation or method is unknown.

    References
    ----------
    Harman and Jones (1966); Jennrich (2002) on rotation.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(200, 4)) + rng.normal(size=(200, 1)))
    >>> efa(items, 1).loadings.shape
    (4, 1)
    """
    if rotation not in ROTATIONS or method not in METHODS:
        raise SurveyError(f"rotation is one of {ROTATIONS}, method one of {METHODS}")
    if n_factors < 1:
        raise SurveyError(f"n_factors is {n_factors}; it takes at least one factor")
    found = distinct(moments(items))
    k, notes = len(found.matrix), found.notes
    obstacle = obstacle_to(found)
    if not obstacle and (k - n_factors) ** 2 < k + n_factors:
        obstacle = f"{k} items can't carry {n_factors} factors"
    pattern, phi = np.full((k, n_factors), np.nan), np.full((n_factors, n_factors), np.nan)
    if not obstacle:
        pattern, phi = _fitted(found.correlation.to_numpy(), n_factors, rotation, method)
    notes += (obstacle,) if obstacle else ()
    shared = np.einsum("ij,jk,ik->i", pattern, phi, pattern)
    notes += tuple(
        f"{item}: nothing of its own is left (a Heywood case); read these factors with care"
        for item in found.matrix.columns[shared >= WHOLE]
    )
    return _named(pattern, phi, found, pd.Index(items.columns, name="item"), notes)


def parallel_analysis(
    items: pd.DataFrame, n_resamples: int = 200, seed: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """Eigenvalues beside those of items that have nothing in common.

    Parameters
    ----------
    items : DataFrame (respondents x items)
    n_resamples : int
    seed : int
    level : float
        The quantile of the eigenvalues of normal noise with as many respondents and items.

    Returns
    -------
    DataFrame
        Index `component` (1, 2, …): `eigenvalue`, `parallel`, and `keep`: whether it and all
        before it exceed noise.

    References
    ----------
    Horn (1965).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(200, 4)) + rng.normal(size=(200, 1)))
    >>> int(parallel_analysis(items)["keep"].sum())
    1
    """
    found = distinct(moments(items))
    k, rng = len(found.matrix), np.random.default_rng([STREAM, seed])
    if obstacle_to(found):
        return pd.DataFrame(columns=["eigenvalue", "parallel", "keep"]).rename_axis("component")
    noise = rng.standard_normal((n_resamples, found.n, k))
    noise = (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, keepdims=True)
    random = np.linalg.eigvalsh(np.swapaxes(noise, 1, 2) @ noise / found.n)[:, ::-1]
    table = pd.DataFrame(
        {
            "eigenvalue": np.linalg.eigvalsh(found.correlation.to_numpy())[::-1],
            "parallel": np.quantile(random, level, axis=0),
        },
        index=pd.RangeIndex(1, k + 1, name="component"),
    )
    table["keep"] = (table["eigenvalue"] > table["parallel"]).cummin()
    return table


def _fitted(correlation: Array, k: int, rotation: str, method: str) -> tuple[Array, Array]:
    """Pattern and factor correlations from factor-analyzer."""
    from factor_analyzer import FactorAnalyzer  # takes a second to import

    turn = None if rotation == "none" or k == 1 else rotation
    model = FactorAnalyzer(k, rotation=turn, method=method, is_corr_matrix=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*force_all_finite.*", FutureWarning)
        try:
            model.fit(correlation)
        except Exception as error:  # it raises bare errors of LinAlg and Value kind
            raise SurveyError(f"the factors could not be fitted: {error}") from error
    phi = getattr(model, "phi_", None)
    return np.asarray(model.loadings_), np.eye(k) if phi is None else np.asarray(phi)


def _named(
    pattern: Array, phi: Array, found: Covariance, items: pd.Index, notes: tuple[str, ...]
) -> Efa:
    """Factors in order of variance, turned to positive sums, with names."""
    sizes = np.diagonal(phi @ pattern.T @ pattern)
    order = np.argsort(-sizes, kind="stable")
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)[order]
    pattern, phi = pattern[:, order] * sign, phi[np.ix_(order, order)] * np.outer(sign, sign)
    names = pd.Index([f"f{i + 1}" for i in range(len(order))], name="factor")
    usable = found.matrix.columns
    shared = pd.Series(np.einsum("ij,jk,ik->i", pattern, phi, pattern), usable, name="communality")
    variance = {"variance": sizes[order], "share": sizes[order] / max(len(usable), 1)}
    return Efa(
        loadings=pd.DataFrame(pattern, index=usable, columns=names).reindex(items),
        communalities=shared.reindex(items),
        variance=pd.DataFrame(variance, index=names),
        correlations=pd.DataFrame(phi, index=names, columns=names),
        n=found.n,
        notes=notes,
    )
