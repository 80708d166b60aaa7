"""Do the items measure the values that they were written for: confirmatory factor analysis."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, stats
from scipy.optimize import minimize

from cxlib.inference import Z
from cxlib.language import Note, _
from cxlib.survey.answers import Array, SurveyError, moments, numeric
from cxlib.survey.factors import distinct

LEAST = 0.005  # smallest unique part of an item's variance
Places = npt.NDArray[np.intp]
MEASURES = ("chi2", "CFI", "TLI", "RMSEA", "SRMR")
BOUNDS = ["estimate", "low", "high"]


@dataclass(frozen=True)
class Structure:
    """A fitted model: S = LFL' + U, with in L one loading an item and 1 on the diagonal of F.

    Attributes
    ----------
    places : int array (k,)
        Which of the m values each item measures.
    loadings, unique : arrays (k,)
        In the items' own units.
    correlations : array (m, m)
        Between the values; their variances are 1.
    misfit : float
        log|S| + tr(S^-1 C) - log|C| - k.
    """

    places: Places
    loadings: Array
    unique: Array
    correlations: Array
    misfit: float

    @property
    def pattern(self) -> Array:
        """Loadings as a matrix (k, m)."""
        return _pattern(self.places, self.loadings)

    @property
    def implied(self) -> Array:
        """The covariances that the model implies."""
        spread: Array = self.pattern @ self.correlations @ self.pattern.T
        return spread + np.diag(self.unique)

    @property
    def standardised(self) -> Array:
        """Correlation of each item with its value."""
        found: Array = self.loadings / np.sqrt(self.loadings**2 + self.unique)
        return found

    @property
    def improper(self) -> Places:
        """Items of which nothing is left once their value is known (Heywood cases)."""
        floor = LEAST * 1.001 * (self.loadings**2 + self.unique)
        return np.flatnonzero(self.unique <= floor)


def fit(covariance: Array, places: Places) -> Structure:
    """Minimise the normal likelihood's misfit, on correlations as it doesn't depend on scales.

    Parameters
    ----------
    covariance : array (k, k)
        Positive definite.
    places : int array (k,)
        Value 0..m-1 of each item. One value takes three items; among several, each takes two.

    Returns
    -------
    Structure
        The loadings of each value sum to more than 0.

    References
    ----------
    Jöreskog (1969).

    Examples
    --------
    >>> l = np.array([0.9, 0.8, 0.7])
    >>> found = fit(np.outer(l, l) + np.diag(1 - l**2), np.zeros(3, int))
    >>> bool(np.allclose(found.loadings, l, atol=1e-5))
    True
    """
    k, m = len(places), int(places.max()) + 1
    sd = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(sd, sd)
    first = np.empty(k)  # component of each value's items, and their correlations, to begin with
    for value in range(m):
        inside = np.flatnonzero(places == value)
        values, vectors = np.linalg.eigh(correlation[np.ix_(inside, inside)])
        first[inside] = 0.85 * vectors[:, -1] * np.sqrt(values[-1])
    sums = _pattern(places, first).T @ correlation @ _pattern(places, first)
    sums /= np.sqrt(np.outer(np.diagonal(sums), np.diagonal(sums)))
    bounds = [(None, None)] * k + [(LEAST, None)] * k + [(-1, 1)] * (m * (m - 1) // 2)
    found = minimize(
        _misfit,
        np.concatenate([first, 1 - first**2, sums[np.triu_indices(m, 1)]]),
        args=(correlation, places),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-15, "gtol": 1e-8, "maxiter": 2000, "maxfun": 4000, "maxcor": 30},
    )
    loadings, unique, between = _parts(found.x, k, m)
    signs = np.where(np.bincount(places, loadings) < 0, -1.0, 1.0)
    misfit = float(found.fun - np.linalg.slogdet(correlation)[1] - k)
    turned = loadings * signs[places] * sd
    return Structure(places, turned, unique * sd**2, between * np.outer(signs, signs), misfit)


def influence(answers: Array, structure: Structure) -> Array:
    """First-order influence of each respondent on loadings, unique variances and correlations.

    Parameters
    ----------
    answers : array (n, k)
        Complete answers.
    structure : Structure

    Returns
    -------
    array (n, 2k + m(m-1)/2)
        The scores of the normal likelihood times its inverse information: their squares add up
        to n^2 times the sandwich variance, which doesn't suppose that grades are normal.
    """
    pull = (answers - answers.mean(axis=0)) @ np.linalg.inv(structure.implied)
    through = pull @ structure.pattern
    first, second = np.triu_indices(len(structure.correlations), 1)
    scores = np.hstack(
        [
            pull * (through @ structure.correlations)[:, structure.places],
            pull**2 / 2,
            through[:, first] * through[:, second],
        ]
    )
    moved: Array = (scores - scores.mean(axis=0)) @ np.linalg.pinv(
        information(structure), hermitian=True
    )
    return moved


def information(structure: Structure) -> Array:
    """Expected information of one respondent on loadings, unique variances and correlations."""
    k, m = structure.pattern.shape
    first, second = np.triu_indices(m, 1)
    slopes = np.zeros((2 * k + len(first), k, k))
    items, pattern = np.arange(k), structure.pattern
    slopes[items, items] = (pattern @ structure.correlations).T[structure.places]
    slopes[k + items, items, items] = 0.5
    slopes[2 * k :] = pattern.T[first][:, :, None] * pattern.T[second][:, None, :]
    slopes = slopes + slopes.transpose(0, 2, 1)
    flat = np.linalg.inv(structure.implied) @ slopes
    found: Array = np.einsum("aij,bji->ab", flat, flat, optimize=True) / 2
    return found


def _pattern(places: Places, loadings: Array) -> Array:
    pattern = np.zeros((len(places), int(places.max()) + 1))
    pattern[np.arange(len(places)), places] = loadings
    return pattern


def _parts(vector: Array, k: int, m: int) -> tuple[Array, Array, Array]:
    between = np.eye(m)
    between[np.triu_indices(m, 1)] = vector[2 * k :]
    return vector[:k], vector[k : 2 * k], between + np.triu(between, 1).T


def _misfit(vector: Array, correlation: Array, places: Places) -> tuple[float, Array]:
    k, m = len(places), int(places.max()) + 1
    loadings, unique, between = _parts(vector, k, m)
    pattern = _pattern(places, loadings)
    implied = pattern @ between @ pattern.T + np.diag(unique)
    try:
        root = np.linalg.inv(np.linalg.cholesky(implied))
    except np.linalg.LinAlgError:  # correlations that can't go together: turn back
        return 1e6, np.zeros_like(vector)
    inverse = root.T @ root
    value = float((inverse * correlation).sum() - 2 * np.log(np.diagonal(root)).sum())
    pull = inverse - inverse @ correlation @ inverse
    slope = 2 * (pull @ pattern @ between)[np.arange(k), places]
    across = 2 * (pattern.T @ pull @ pattern)[np.triu_indices(m, 1)]
    return value, np.concatenate([slope, np.diagonal(pull), across])


@dataclass(frozen=True)
class Confirmed:
    """The intended values held against the answers.

    Attributes
    ----------
    fit : DataFrame
        Index `measure` (chi2, CFI, TLI, RMSEA, SRMR); `estimate`, `low` and `high` (RMSEA, 90 %),
        `df`, `p` and `n`.
    loadings : DataFrame
        Index (`value`, `item`); correlation of the item with its value: `estimate`, `low`,
        `high`, `n`.
    correlations : DataFrame
        Index (`value`, `other`), each pair once; correlation between the values themselves, free
        of the noise of items: `estimate`, `low`, `high`, `n`.
    answers : DataFrame (n respondents x items)
        The complete answers that all of it rests on.
    structure : Structure or None
        The model in the items' own units; None where it couldn't be fitted.
    moved : array (n, items + pairs)
        Influence of each respondent on the loadings and correlations above.
    notes : tuple of str
    """

    fit: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    answers: pd.DataFrame
    structure: Structure | None
    moved: Array
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> list[str]:
        """The values in the model."""
        return list(dict.fromkeys(self.loadings.index.get_level_values("value")))


def confirm(scales: Mapping[str, pd.DataFrame], minimum: int = 0) -> Confirmed:
    """Fit the model in which each item measures its own value only, and values may correlate.

    Maximum likelihood on the respondents who answered every item. Intervals of loadings and
    correlations rest on the sandwich variance, so grades needn't be normal; chi-squared and what
    is made from it suppose that they are, and is too severe where many give the highest grade.
    With F the misfit, chi2 = nF; RMSEA = sqrt(max(0, chi2 - df) / (n df)); CFI and TLI compare
    with the model in which no items correlate.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
        Values of one item, and items that fewer than half of the respondents answered, are left
        out; `notes` says which.
    minimum : int
        With fewer complete answers nothing is told, not even how many there are.

    Returns
    -------
    Confirmed
        NaN, with the reason in `notes`, where answers can't carry the model.

    Raises
    ------
    SurveyError
        When a column is not numeric, or an item belongs to two values.

    References
    ----------
    Jöreskog (1969); Browne and Cudeck (1993) on RMSEA; Bentler (1990) on CFI.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> level = rng.normal(size=(300, 1))
    >>> items = pd.DataFrame(level + rng.normal(size=(300, 4)), columns=list("abcd"))
    >>> found = confirm({"ease": items})
    >>> found.fit.loc["chi2", "df"], bool(found.fit.loc["CFI", "estimate"] > 0.95)
    (np.float64(2.0), True)
    """
    answers, values, notes = usable(scales)
    places = pd.factorize(values)[0]
    few = len(answers) < minimum
    notes = () if few else notes
    obstacle, k = "", len(places)
    if few:
        obstacle = Note("too few answered everything")
    elif k < 3:
        obstacle = Note("it takes a value of three items, or two values of two")
    elif len(answers) <= k:
        message = _("{n} respondents answered everything, too few for {k} items")
        obstacle = Note(message, n=len(answers), k=k)
    index = pd.MultiIndex.from_arrays([values, answers.columns], names=["value", "item"])
    if obstacle:
        n = np.nan if few else len(answers)
        empty = _measures(np.full(len(MEASURES), np.nan), np.nan, (np.nan, np.nan), n)
        nothing = pd.DataFrame(columns=[*BOUNDS, "n"], dtype=float)
        pairs = nothing.set_axis(_pairs([]))
        unknown = nothing.reindex(index).assign(n=n)
        return Confirmed(empty, unknown, pairs, answers, None, np.empty((0, 0)), (*notes, obstacle))
    covariance = answers.cov().to_numpy()
    model = fit(covariance, places)
    moved = influence(answers.to_numpy(), model)
    variance = model.loadings**2 + model.unique
    onto = moved[:, :k] * model.unique - moved[:, k : 2 * k] * model.loadings / 2
    moved = np.hstack([onto / variance**1.5, moved[:, 2 * k :]])  # of standardised loadings
    names = list(values.unique())
    between = model.correlations[np.triu_indices(len(names), 1)]
    estimate = np.concatenate([model.standardised, between])
    reach = Z * np.sqrt((moved**2).sum(axis=0)) / len(moved)
    ends = {"low": np.maximum(estimate - reach, -1), "high": np.minimum(estimate + reach, 1)}
    table = pd.DataFrame({"estimate": estimate, **ends, "n": len(moved)})
    improper = [
        Note("{name}: follows from its value alone", name=answers.columns[i])
        for i in model.improper
    ]
    return Confirmed(
        _fit(model, covariance, len(answers)),
        table[: len(index)].set_axis(index),
        table[len(index) :].set_axis(_pairs(names)),
        answers,
        model,
        moved,
        (*notes, *improper),
    )


def usable(scales: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.Index, tuple[str, ...]]:
    """Complete answers to the items that can be modelled, the value of each, and what was left."""
    if not scales:
        raise SurveyError("there is no value with items; name them in study.yaml under values")
    whose = [name for name, items in scales.items() for _ in items]
    answers = numeric(pd.concat(list(scales.values()), axis=1))
    value = pd.Series(whose, index=answers.columns)
    known = answers.notna().mean()
    rare = known.index[(known < 0.5) & (known.max() >= 0.5)]
    notes = [Note("{name}: fewer than half answered it; left out", name=name) for name in rare]
    answers = answers.drop(columns=rare)
    found = distinct(moments(answers.dropna()))
    value = value[found.matrix.columns]
    lonely = value[~value.duplicated(keep=False)]
    notes += [Note("{name}: one item only; left out", name=name) for name in lonely]
    answers = answers[value.drop(lonely.index).index]
    complete = answers.dropna()
    if len(complete) < len(answers):
        message = _("{n} of {all} respondents answered all of these items")
        notes.append(Note(message, n=len(complete), all=len(answers)))
    return complete, pd.Index(value.drop(lonely.index)), (*found.notes, *notes)


def _fit(model: Structure, covariance: Array, n: int) -> pd.DataFrame:
    k, m = model.pattern.shape
    df = k * (k + 1) // 2 - 2 * k - m * (m - 1) // 2
    sd = np.sqrt(np.diagonal(covariance))
    correlation = covariance / np.outer(sd, sd)
    chi2, base = n * max(model.misfit, 0.0), -n * float(np.linalg.slogdet(correlation)[1])
    rest, free = max(chi2 - df, 0.0), k * (k - 1) // 2
    away = ((covariance - model.implied) / np.outer(sd, sd))[np.tril_indices(k)]
    srmr = float(np.sqrt((away**2).mean()))
    if not df:  # as many parameters as covariances: always fits
        return _measures(np.array([chi2, np.nan, np.nan, np.nan, srmr]), 0, (np.nan, np.nan), n)
    cfi = 1 - rest / max(base - free, rest, 1e-12)
    tli = 1 - (chi2 / df - 1) / (base / free - 1)
    ends = tuple(np.sqrt(_excess(chi2, df, p) / df / n) for p in (0.95, 0.05))
    estimates = np.array([chi2, cfi, tli, np.sqrt(rest / df / n), srmr])
    return _measures(estimates, df, ends, n)


def _excess(chi2: float, df: int, p: float) -> float:
    """Non-centrality under which a smaller chi-squared has probability `p`."""

    def over(excess: float) -> float:
        return float(stats.ncx2.cdf(chi2, df, excess)) - p if excess else below

    below = float(stats.chi2.cdf(chi2, df)) - p
    return float(optimize.brentq(over, 0, 2 * chi2 + 50)) if below > 0 else 0.0


def _measures(estimates: Array, df: float, ends: tuple[float, ...], n: float) -> pd.DataFrame:
    table = pd.DataFrame({"estimate": estimates}, pd.Index(MEASURES, name="measure"))
    table["low"], table["high"] = pd.Series({"RMSEA": ends[0]}), pd.Series({"RMSEA": ends[1]})
    table["df"] = pd.Series({"chi2": float(df)})
    p = stats.chi2.sf(table.loc["chi2", "estimate"], df) if df else np.nan
    table["p"] = pd.Series({"chi2": float(p)})
    return table.assign(n=n)


def _pairs(names: list[str]) -> pd.MultiIndex:
    first, second = np.triu_indices(len(names), 1)
    return pd.MultiIndex.from_arrays(
        [[names[i] for i in first], [names[j] for j in second]], names=["value", "other"]
    )
