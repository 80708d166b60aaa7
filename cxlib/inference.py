"""What several wings need: numbers checked, intervals, corrections, covariances with gaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.language import Note, _

Array = npt.NDArray[np.float64]
Weights: TypeAlias = pd.Series | Array | None  # of respondents; None: all count alike
Values = TypeVar("Values", Array, pd.Series)
LEVEL = 0.95  # of every interval: all texts say so
LOWER, UPPER = (1 - LEVEL) / 2, (1 + LEVEL) / 2
ALPHA = 1 - LEVEL  # below it a p-value counts
Z = float(stats.norm.ppf(UPPER))
TOLERANCE, ROUNDS = 1e-9, 1000  # of the EM algorithm, on standardised answers
UNANSWERED = _("{name}: nobody answered it; left out")
CONSTANT = _("{name}: all answers are the same; left out")
TOGETHER = 3  # respondents who must have answered both of two items


def floats(values: pd.Series | Array, what: str, error: type[ValueError]) -> Array:
    """Numbers of one column; an error of that kind names the first value that is none."""
    series = pd.Series(values)
    numbers = pd.to_numeric(series, errors="coerce")
    wrong = series[numbers.isna() & series.notna()]
    if len(wrong):
        raise error(f"{what}, row {wrong.index[0]}: {wrong.iloc[0]!r} is not a number")
    found = numbers.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(found).any():
        row = series.index[np.isinf(found)][0]
        raise error(f"{what}, row {row}: an infinite value is no answer")
    return found


def numeric(frame: pd.DataFrame, what: str, error: type[ValueError]) -> pd.DataFrame:
    """All columns as floats, NaN for "don't know"; an error where one is not, or is there twice."""
    if not isinstance(frame, pd.DataFrame) or not frame.shape[1]:
        raise error(f"it takes a DataFrame with a column for each {what}")
    for name in frame.columns[frame.columns.duplicated()]:
        raise error(f"there is more than one column {name!r}; give each {what} its own name")
    columns = {name: floats(frame[name], f"{what} {name!r}", error) for name in frame}
    return pd.DataFrame(columns, index=frame.index)


def weighing(weights: Weights, n: int, error: type[ValueError]) -> Array:
    """Weights of n respondents, 1 for everybody when there are none.

    An error where they are negative, missing, all 0, or not one a respondent.
    """
    if weights is None:
        return np.ones(n)
    found = floats(weights, "weights", error)
    if len(found) != n:
        raise error(f"there are {len(found)} weights for {n} respondents")
    if np.isnan(found).any() or (found < 0).any():
        raise error("weights must be numbers of 0 or more, without gaps")
    if n and not found.sum() > 0:
        raise error("all weights are 0; at least one respondent must count")
    return found


def effective_n(weights: pd.Series | Array) -> float:
    """Kish's effective number of respondents, (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective_n(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if w.any() else 0.0


def wilson(share: Any, n: float) -> tuple[Any, Any]:
    """Interval of a share of n answers, or of each of several (Wilson 1927).

    Examples
    --------
    >>> [round(float(end), 2) for end in wilson(0.5, 4)]
    [0.15, 0.85]
    """
    reach = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    middle, whole = share + Z**2 / (2 * n), 1 + Z**2 / n
    return np.clip((middle - reach) / whole, 0, 1), np.clip((middle + reach) / whole, 0, 1)


@dataclass(frozen=True)
class Covariance:
    """Covariances of items, positive semi-definite, and what they rest on.

    Attributes
    ----------
    matrix : DataFrame (items x items)
        NaN where no method serves.
    n : int
        Respondents behind a covariance: with gaps the harmonic mean over pairs of how many
        answered both.
    method : {"complete", "maximum likelihood", "complete cases", "none"}
    notes : tuple of str
        Why maximum likelihood did not serve, where it didn't.
    answers : DataFrame (respondents x items)
        Those of respondents with any answer.
    """

    matrix: pd.DataFrame
    n: int
    method: str
    notes: tuple[str, ...] = ()
    answers: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    @property
    def correlation(self) -> pd.DataFrame:
        """Correlations of the items."""
        sd = np.sqrt(np.diagonal(self.matrix))
        return self.matrix.div(sd, axis=0).div(sd, axis=1)

    @property
    def positive(self) -> bool:
        """Whether the correlations can be inverted: no item follows from others."""
        matrix = self.correlation.to_numpy()
        return bool(np.isfinite(matrix).all()) and bool(np.linalg.eigvalsh(matrix)[0] > 1e-10)

    def effective(self, slope: Array) -> int:
        """How many complete answers would tell as much about a function of the covariances.

        n times the variance that the function would have with complete answers, divided by the
        variance that it has (inverse of the observed information: Little and Rubin 2020).

        Parameters
        ----------
        slope : array (items, items)
            Derivative of the function to each covariance, symmetric.
        """
        if self.method != "maximum likelihood":
            return self.n
        spread = slope @ self.matrix.to_numpy()
        full, had = 2 * float((spread * spread.T).sum()), self._moved(slope)[2]
        whole = int(self.answers.notna().all(axis=1).sum())
        return int(np.clip(full / had + 1e-6, whole, len(self.answers))) if had > 0 else whole

    def influence(self, slope: Array) -> pd.Series:
        """What each respondent moves a function of the covariances by.

        The sum of squares is the function's sandwich variance, which doesn't suppose that
        answers are normal.

        Parameters
        ----------
        slope : array (items, items)
            As in `effective`.
        """
        answers = self.answers.to_numpy(dtype=float)
        if self.method == "maximum likelihood":
            mean, spread, _ = self._moved(slope)
            found = _fitted(answers)
            pull = _pull(answers, found)
            traces = (spread * found.inverses).sum(axis=(1, 2))[found.whose]
            own = pull @ mean + (((pull @ spread) * pull).sum(axis=1) - traces) / 2
        else:
            whole = ~np.isnan(answers).any(axis=1)[:, None]
            away = (answers - answers[whole[:, 0]].mean(axis=0)) * whole
            own = np.nansum((np.nan_to_num(away) @ slope) * away, axis=1)
            own = (own - whole[:, 0] * own.sum() / whole.sum()) / whole.sum()
        return pd.Series(own, self.answers.index)

    def _moved(self, slope: Array) -> tuple[Array, Array, float]:
        """Inverse observed information times a slope: to means, covariances; and its variance."""
        answers, k = self.answers.to_numpy(dtype=float), len(slope)
        first, second = np.triu_indices(k)
        twice = np.where(first == second, 1.0, 2.0)
        wanted = np.concatenate([np.zeros(k), slope[first, second] * twice])
        solved = np.linalg.lstsq(_information(answers, _fitted(answers)), wanted, rcond=1e-12)[0]
        spread = np.zeros((k, k))
        spread[first, second] = spread[second, first] = solved[k:]
        return solved[:k], spread, float(wanted @ solved)


def covariance(items: pd.DataFrame) -> Covariance:
    """Covariances of items from all answers that were given.

    With gaps by maximum likelihood for normal answers, by the EM algorithm over patterns of
    gaps: right where what is missing hangs on answers that were given, as with questions that
    only some are asked (missing at random). Where that fails, from complete answers, with a note.

    Parameters
    ----------
    items : DataFrame (respondents x items)
        Numbers that differ; NaN is no answer.

    References
    ----------
    Dempster, Laird and Rubin (1977); Little and Rubin (2020), chapter 11.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [5, 6, 8, 9, 7.0], "b": [6, 6, 7, 9, np.nan]})
    >>> found = covariance(items)
    >>> found.method, found.n, float(found.correlation.loc["a", "b"].round(3))
    ('maximum likelihood', 4, 0.884)
    """
    items = items.dropna(how="all")
    answers, k = items.to_numpy(dtype=float), items.shape[1]
    known = ~np.isnan(answers)
    if known.all():
        return Covariance(items.cov(), len(items), "complete", (), items)
    both = known.T.astype(float) @ known
    few, why = np.argwhere(both < TOGETHER), ""
    if not k or np.diagonal(both).max() <= k:
        why = Note("too few answers for maximum likelihood")
    elif len(few):
        first, second = items.columns[few[0]]
        message = _("{one} and {other}: too few respondents answered both")
        why = Note(message, one=first, other=second)
    elif (found := _fitted(answers)).done:
        n = int(1 / np.mean(1 / both[np.triu_indices(k, min(k - 1, 1))]))
        matrix = pd.DataFrame(found.matrix, items.columns, items.columns)
        return Covariance(matrix, n, "maximum likelihood", (), items)
    whole = items.dropna()
    why = why or Note("maximum likelihood did not converge")
    if len(whole) > k and (whole.var() > 0).all():
        message = _("{why}; from the {n} respondents who answered everything")
        said = Note(message, why=why, n=len(whole))
        return Covariance(whole.cov(), len(whole), "complete cases", (said,), items)
    nothing = pd.DataFrame(np.nan, items.columns, items.columns)
    return Covariance(nothing, len(whole), "none", (why,), items)


def ahead(estimates: pd.Series, moved: pd.DataFrame, highest: bool = True) -> pd.Series:
    """By how much the first is surely ahead of each other: the near end of each interval.

    The variance of a difference is that of what each respondent moves the two estimates by, so
    it counts that the same people gave both.

    Parameters
    ----------
    estimates : Series
        Index name; those without an estimate do not take part.
    moved : DataFrame (respondents x names)
        Influence of each respondent on each estimate: their squares sum to its variance.
    highest : bool
        Whether the highest comes first, or the lowest.

    Returns
    -------
    Series
        Index name of the others; below 0 where the difference may be none.

    Examples
    --------
    >>> grades = pd.DataFrame({"ease": [6.0, 7, 6, 7], "home": [8.0, 9, 9, 9]})
    >>> moved = (grades - grades.mean()) / 4
    >>> ahead(grades.mean(), moved).round(2).to_dict()
    {'ease': 1.56}
    """
    order = estimates.dropna().sort_values(ascending=not highest, kind="stable").index
    if not len(order):
        return pd.Series(dtype=float)
    rest, own = moved[order[1:]].fillna(0.0), moved[order[0]].fillna(0.0)
    people = moved[order].notna().sum().min()
    reach = stats.t.ppf(UPPER, max(people - 1, 1))
    away = (estimates[order[0]] - estimates[order[1:]]).abs()
    return away - reach * np.sqrt((rest.sub(own, axis=0) ** 2).sum())


class _Fit(NamedTuple):
    """Means and covariances by maximum likelihood; patterns of gaps, and whose they are."""

    mean: Array
    matrix: Array
    inverses: Array  # (patterns, k, k), of the covariances of what each pattern holds; 0 elsewhere
    whose: npt.NDArray[np.intp]
    done: bool


def _fitted(answers: Array) -> _Fit:
    """EM by value: alpha, omega and the others ask for the same answers one after another."""
    data = np.ascontiguousarray(answers)
    return _em(data.tobytes(), data.shape)


@lru_cache(maxsize=8)
def _em(data: bytes, shape: tuple[int, int]) -> _Fit:
    raw = np.frombuffer(data).reshape(shape)
    centre, scale = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
    answers = (raw - centre) / scale
    patterns, whose = _patterns(~np.isnan(answers))
    sums, squares = _by_pattern(np.nan_to_num(answers), whose, len(patterns))
    given = patterns, np.bincount(whose).astype(float), sums, squares
    found, done = np.vstack([np.zeros(shape[1]), np.eye(shape[1])]), False
    for _round in range(ROUNDS):
        one = _step(found, *given)
        if done := bool(np.abs(one - found).max() < TOLERANCE):
            break
        two = _step(one, *given)
        found = _leap(found, one, two)
        if not np.isfinite(found).all():
            break
    done = done and bool(np.linalg.eigvalsh(found[1:])[0] > 1e-8)
    inverses = _inverses(found[1:], patterns) / np.outer(scale, scale)
    matrix = found[1:] * np.outer(scale, scale)
    return _Fit(centre + found[0] * scale, matrix, inverses, whose, done)


def _step(
    found: Array, patterns: npt.NDArray[np.bool_], counts: Array, sums: Array, squares: Array
) -> Array:
    """One step of EM: the means above the covariances."""
    mean, matrix = found[0], found[1:]
    inverses, means = _inverses(matrix, patterns), found[0] * patterns
    cross = sums[:, :, None] * means[:, None, :]
    inner = counts[:, None, None] * means[:, :, None] * means[:, None, :]
    centred = squares - cross - cross.transpose(0, 2, 1) + inner
    score = (inverses @ centred @ inverses - counts[:, None, None] * inverses).sum(axis=0)
    pull = np.einsum("pij,pj->i", inverses, sums - counts[:, None] * means)
    step = matrix @ pull / counts.sum()
    new = matrix + matrix @ score @ matrix / counts.sum() - np.outer(step, step)
    return np.vstack([mean + step, (new + new.T) / 2])


def _leap(start: Array, one: Array, two: Array) -> Array:
    """Where two steps lead to, if they go on so (SQUAREM: Varadhan and Roland 2008)."""
    first, bend = one - start, two - 2 * one + start
    far = float(np.linalg.norm(first)) / max(float(np.linalg.norm(bend)), 1e-300)
    if not 1 < far < 1e6:
        return two
    leapt = start + 2 * far * first + far**2 * bend
    return leapt if np.linalg.eigvalsh(leapt[1:])[0] > 1e-6 else two


def _patterns(known: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Each pattern of gaps once, and whose it is."""
    bits = np.packbits(known, axis=1)
    keys = bits.view(f"V{bits.shape[1]}").reshape(-1)
    _, first, whose = np.unique(keys, return_index=True, return_inverse=True)
    return known[first], whose.reshape(-1)


def _by_pattern(filled: Array, whose: npt.NDArray[np.intp], count: int) -> tuple[Array, Array]:
    """Sums, and sums of products, of the respondents with each pattern."""
    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], np.arange(count))
    rows = filled[order]
    sums = np.add.reduceat(rows, starts)
    ends = [*starts[1:], len(rows)]
    products = [rows[a:b].T @ rows[a:b] for a, b in zip(starts, ends, strict=True)]
    return sums, np.array(products)


def _inverses(matrix: Array, patterns: npt.NDArray[np.bool_]) -> Array:
    """Inverse covariances of what each pattern holds, 0 for what it doesn't."""
    held = patterns[:, :, None] & patterns[:, None, :]
    whole = np.where(held, matrix, np.eye(len(matrix)))
    try:
        return np.where(held, np.linalg.inv(whole), 0.0)
    except np.linalg.LinAlgError:
        return np.full(whole.shape, np.nan)


def _pull(answers: Array, found: _Fit) -> Array:
    """Inverse covariance times how far each respondent is from the means (n, k)."""
    away = np.nan_to_num(answers - found.mean)
    pull = np.empty_like(away)
    for start in range(0, len(away), 4096):  # no more matrices at a time than fit in memory
        part = slice(start, start + 4096)
        pull[part] = np.einsum("nij,nj->ni", found.inverses[found.whose[part]], away[part])
    return pull


def _information(answers: Array, found: _Fit) -> Array:
    """Observed information on the means and the covariances (upper triangle)."""
    k, (first, second) = answers.shape[1], np.triu_indices(answers.shape[1])
    pull, inverses = _pull(answers, found), found.inverses
    counts = np.bincount(found.whose).astype(float)
    sums, squares = _by_pattern(pull, found.whose, len(counts))
    flat = inverses.reshape(len(counts), -1)
    bent = (squares - counts[:, None, None] * inverses / 2).reshape(len(counts), -1)
    both = (flat.T @ bent).reshape(k, k, k, k).transpose(3, 0, 1, 2)
    both = both + both.transpose(1, 0, 2, 3)  # a covariance stands twice in its matrix
    both = both + both.transpose(0, 1, 3, 2)
    once = np.where(first == second, 0.5, 1.0)
    covariances = both[first, second][:, first, second] * np.outer(once, once)
    across = (flat.T @ sums).reshape(k, k, k)
    across = (across + across.transpose(0, 2, 1))[:, first, second] * once
    found_means = (flat.T @ counts).reshape(k, k)
    return np.block([[found_means, across], [across.T, covariances]])


def holm(p: Values) -> Values:
    """P-values corrected for their number (Holm 1979); missing ones stay missing.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, np.nan])).tolist()
    [0.02, 0.04, nan]
    """
    given = np.asarray(p, dtype=float)
    order = np.argsort(given, kind="stable")[: np.isfinite(given).sum()]
    adjusted = np.full(len(given), np.nan)
    ladder = np.maximum.accumulate(given[order] * np.arange(len(order), 0, -1))
    adjusted[order] = np.minimum(ladder, 1.0)
    return pd.Series(adjusted, p.index) if isinstance(p, pd.Series) else adjusted


def permuted_p(as_extreme: npt.NDArray[np.bool_]) -> Array:
    """Share of permutations (rows) as extreme as what was found, that itself counted in.

    Examples
    --------
    >>> permuted_p(np.array([[True], [False], [False]])).tolist()
    [0.5]
    """
    return (1 + as_extreme.sum(axis=0)) / (1 + len(as_extreme))
