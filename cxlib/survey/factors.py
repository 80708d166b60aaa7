"""Do the items group into the values that were intended: factor analysis and its conditions."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import Covariance
from cxlib.language import Note, _
from cxlib.survey.answers import Array, SurveyError, moments

ROTATIONS = ("oblimin", "promax", "varimax", "none")
METHODS = ("minres", "ml")
WHOLE = 0.9949  # communality from which a fit leaves an item nothing of its own
STREAM = 6  # keeps the noise apart from answers that were simulated with the same seed


@dataclass(frozen=True)
class Adequacy:
    """Kaiser-Meyer-Olkin measure over all items, and per item (index `item`)."""

    overall: float
    items: pd.Series
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that no items correlate."""

    statistic: float
    df: int
    p: float
    n: int
    notes: tuple[str, ...] = ()


def kmo(items: pd.DataFrame) -> Adequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    sum r^2 / (sum r^2 + sum q^2) over pairs of items, r their correlations and q their partial
    correlations given all other items. Below .5 no factor analysis is worth doing.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    Adequacy
        NaN where an item follows from others, or there are too few answers.

    References
    ----------
    Kaiser (1974).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(100, 4)) + rng.normal(size=(100, 1)))
    >>> bool(kmo(items).overall > 0.6)
    True
    """
    found = distinct(moments(items))
    index = pd.Index(items.columns, name="item")
    if obstacle := obstacle_to(found):
        empty = pd.Series(np.nan, index=index, name="kmo")
        return Adequacy(np.nan, empty, (*found.notes, obstacle))
    correlation = found.correlation.to_numpy()
    inverse = np.linalg.inv(correlation)
    root = np.sqrt(np.diagonal(inverse))
    simple, partial = correlation**2, (inverse / np.outer(root, root)) ** 2
    for squares in (simple, partial):
        np.fill_diagonal(squares, 0.0)
    each = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    overall = float(simple.sum() / (simple.sum() + partial.sum()))
    table = pd.Series(each, index=found.matrix.columns, name="kmo").reindex(index)
    return Adequacy(overall, table, found.notes)


def bartlett(items: pd.DataFrame) -> Sphericity:
    """Bartlett's test of sphericity.

    -(n - 1 - (2k + 5)/6) log|R| is chi-squared with k(k-1)/2 degrees of freedom when no items
    correlate.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    Sphericity

    References
    ----------
    Bartlett (1951).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(100, 3)) + rng.normal(size=(100, 1)))
    >>> bartlett(items).df
    3
    """
    found = distinct(moments(items))
    k = len(found.matrix)
    freedom = k * (k - 1) // 2
    if obstacle := obstacle_to(found):
        return Sphericity(np.nan, freedom, np.nan, found.n, (*found.notes, obstacle))
    size = float(np.linalg.slogdet(found.correlation.to_numpy())[1])
    statistic = -(found.n - 1 - (2 * k + 5) / 6) * size
    p = float(stats.chi2.sf(statistic, freedom))
    return Sphericity(statistic, freedom, p, found.n, found.notes)


def distinct(found: Covariance) -> Covariance:
    """Without the items that follow exactly from the ones before them."""
    kept: list[int] = []
    correlation = found.correlation.to_numpy()
    if found.n <= len(correlation) or not np.isfinite(correlation).all():
        return found
    for item in range(len(correlation)):
        others = correlation[np.ix_(kept, kept)]
        known = correlation[item, kept]
        if 1 - known @ np.linalg.solve(others, known) > 1e-9:
            kept.append(item)
    names = found.matrix.columns
    left = [
        Note("{name}: follows from other items; left out", name=name)
        for name in names.drop(names[kept])
    ]
    return replace(found, matrix=found.matrix.iloc[kept, kept], notes=(*found.notes, *left))


def obstacle_to(found: Covariance) -> str:
    """Why these items can't be factored; empty when they can."""
    k = len(found.matrix)
    if found.n <= k:
        return Note("{n} respondents are too few for {k} items", n=found.n, k=k)
    if k < 3:
        return Note("it takes at least three items whose answers differ")
    return "" if found.positive else Note("too few respondents answered the same items")


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
        obstacle = Note("{k} items can't carry {n} factors", k=k, n=n_factors)
    pattern, phi = np.full((k, n_factors), np.nan), np.full((n_factors, n_factors), np.nan)
    if not obstacle:
        pattern, phi = _fitted(found.correlation.to_numpy(), n_factors, rotation, method)
    notes += (obstacle,) if obstacle else ()
    shared = np.einsum("ij,jk,ik->i", pattern, phi, pattern)
    message = _("{name}: nothing of its own is left (a Heywood case); read these factors with care")
    notes += tuple(Note(message, name=item) for item in found.matrix.columns[shared >= WHOLE])
    sizes = np.diagonal(phi @ pattern.T @ pattern)
    order = np.argsort(-sizes, kind="stable")
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)[order]
    pattern, phi = pattern[:, order] * sign, phi[np.ix_(order, order)] * np.outer(sign, sign)
    names = pd.Index([f"f{i + 1}" for i in range(len(order))], name="factor")
    usable, index = found.matrix.columns, pd.Index(items.columns, name="item")
    shared = pd.Series(np.einsum("ij,jk,ik->i", pattern, phi, pattern), usable, name="communality")
    variance = {"variance": sizes[order], "share": sizes[order] / max(len(usable), 1)}
    return Efa(
        loadings=pd.DataFrame(pattern, index=usable, columns=names).reindex(index),
        communalities=shared.reindex(index),
        variance=pd.DataFrame(variance, index=names),
        correlations=pd.DataFrame(phi, index=names, columns=names),
        n=found.n,
        notes=notes,
    )


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
