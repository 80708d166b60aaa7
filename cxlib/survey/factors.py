"""Do the items group into the values that were intended: factor analysis and its conditions."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import LEVEL, Covariance
from cxlib.language import Note, _
from cxlib.survey.answers import Array, SurveyError, moments

ROTATIONS = ("oblimin", "promax", "varimax", "none")
METHODS = ("minres", "ml")
WHOLE = 0.9949  # communality from which a fit leaves an item nothing of its own
STREAM = 6  # keeps the noise apart from answers that were simulated with the same seed


def adequacy(items: pd.DataFrame) -> pd.DataFrame:
    """Whether the items can be factored: Kaiser-Meyer-Olkin's measure, and Bartlett's test.

    The first is sum r^2 / (sum r^2 + sum q^2) over pairs of items, r their correlations and q
    their partial correlations given all other items: below .5 no factor analysis is worth doing.
    The other, -(n - 1 - (2k + 5)/6) log|R|, is chi-squared with k(k-1)/2 degrees of freedom when
    no items correlate.

    Parameters
    ----------
    items : DataFrame (respondents x items)

    Returns
    -------
    DataFrame
        Index `measure` (KMO, Bartlett); `estimate`, `df`, `p` and `n`, empty where they don't
        apply, where an item follows from others, or where there are too few answers.

    References
    ----------
    Kaiser (1974); Bartlett (1951).

    Examples
    --------
    >>> items = pd.DataFrame({"a": [5, 6, 8, 9, 7], "b": [6, 6, 7, 9, 6], "c": [4, 7, 8, 8, 7]})
    >>> adequacy(items).loc["Bartlett", "df"]
    np.float64(3.0)
    """
    found = distinct(moments(items))
    k = len(found.matrix)
    overall, statistic, p, freedom = np.nan, np.nan, np.nan, k * (k - 1) // 2
    if not obstacle_to(found):
        correlation = found.correlation.to_numpy()
        inverse = np.linalg.inv(correlation)
        root = np.sqrt(np.diagonal(inverse))
        simple, partial = correlation**2, (inverse / np.outer(root, root)) ** 2
        for squares in (simple, partial):
            np.fill_diagonal(squares, 0.0)
        overall = float(simple.sum() / (simple.sum() + partial.sum()))
        size = float(np.linalg.slogdet(correlation)[1])
        statistic = -(found.n - 1 - (2 * k + 5) / 6) * size
        p = float(stats.chi2.sf(statistic, freedom))
    rows = {"KMO": (overall, None, None, found.n), "Bartlett": (statistic, freedom, p, found.n)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "df", "p", "n"])
    return table.rename_axis("measure")


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


def parallel_analysis(items: pd.DataFrame, n_resamples: int = 200, seed: int = 1) -> pd.DataFrame:
    """Eigenvalues beside the 95% quantiles of those of items that have nothing in common.

    Parameters
    ----------
    items : DataFrame (respondents x items)
    n_resamples : int
    seed : int

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
            "parallel": np.quantile(random, LEVEL, axis=0),
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
