"""The answers that an analysis of drivers can use, its estimates as tables, and resamples.

Of each resample only the sums are kept that an analysis needs.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.inference import (
    CONSTANT,
    UNANSWERED,
    UPPER,
    Array,
    Weights,
    effective_n,
    floats,
    holm,
    numeric,
    weighing,
)
from cxlib.language import Note, _, plural

_UNUSABLE = plural(
    "{n} respondent left out without an outcome or with weight 0",
    "{n} respondents left out without an outcome or with weight 0",
)
_INCOMPLETE = plural(
    "{n} respondent left out because an answer is missing",
    "{n} respondents left out because an answer is missing",
)


class DriverError(ValueError):
    """Input that no analysis of drivers can start from; says which column and what to do.

    All of them refuse what is not numeric, and parts that do not belong together.
    """


@dataclass(frozen=True)
class Sample:
    """Complete answers: drivers that vary, the outcome, weights, and notes on what was left out."""

    X: pd.DataFrame
    y: Array
    weights: Array
    rows: npt.NDArray[np.bool_]
    drivers: list[Hashable]
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.y)

    @property
    def obstacle(self) -> str:
        """Why nothing can be estimated; empty when something can."""
        if not self.n:
            return Note("nobody answered all questions")
        if np.ptp(self.y) == 0:
            return Note("everybody gave the outcome the same grade: nothing to explain")
        if not self.X.shape[1]:
            return Note("no driver is left")
        if self.n <= self.X.shape[1] + 1:
            message = _("{n} respondents are too few for {k} drivers")
            return Note(message, n=self.n, k=self.X.shape[1])
        return ""

    @property
    def weighted(self) -> bool:
        """Whether some respondents count for more than others."""
        return bool(self.n) and bool(np.ptp(self.weights) > 1e-9 * self.weights.mean())

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents; equal to `n` when all weights are alike."""
        return effective_n(self.weights)


def complete(X: pd.DataFrame, y: pd.Series, weights: Weights = None) -> Sample:
    """Keep the respondents with an outcome, a weight and an answer on every usable driver.

    A driver without a single answer would cost every respondent, so it goes first; a driver on
    which all remaining answers are the same says nothing and goes last.

    Raises
    ------
    DriverError
        When a column is not numeric or occurs twice, or the parts do not belong together.
    """
    drivers = numbers(X)
    outcome = _column(y, X, "outcome")
    own = None if weights is None else _column(weights, X, "weights")
    w = weighing(own, len(X), DriverError)
    answered = ~np.isnan(outcome) & (w > 0)
    notes = [Note(_UNUSABLE, n=int((~answered).sum()))]
    empty = drivers.columns[drivers[answered].isna().all() & bool(answered.any())]
    notes += [Note(UNANSWERED, name=name) for name in empty]
    drivers = drivers.drop(columns=empty)
    rows = answered & drivers.notna().all(axis=1).to_numpy()
    notes += [Note(_INCOMPLETE, n=int(answered.sum() - rows.sum()))]
    drivers = drivers[rows]
    constant = drivers.columns[(drivers.max() == drivers.min()) & (len(drivers) > 1)]
    notes += [Note(CONSTANT, name=name) for name in constant]
    kept = drivers.drop(columns=constant)
    said = tuple(note for note in notes if note.values.get("n") != 0)
    return Sample(kept, outcome[rows], w[rows], rows, list(X.columns), said)


numbers = partial(numeric, what="driver", error=DriverError)


def _column(values: pd.Series | Array, X: pd.DataFrame, what: str) -> Array:
    if len(values) != len(X):
        raise DriverError(f"{what} has {len(values)} rows and X has {len(X)}; they must agree")
    if isinstance(values, pd.Series) and not values.index.equals(X.index):
        raise DriverError(f"{what} and X have different row labels; align them first")
    return floats(values, what, DriverError)


def independent(sample: Sample) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Drop each driver that follows exactly from the ones before it, and say so.

    Returns
    -------
    DataFrame, tuple of str
        The other drivers; a note on each that was dropped.
    """
    kept: list[Hashable] = []
    notes: tuple[str, ...] = ()
    message = _("{name}: follows from other drivers; the answers can't tell them apart")
    basis = np.ones((sample.n, 1)) / np.sqrt(max(sample.n, 1))
    for name, column in sample.X.items():
        values = column.to_numpy(dtype=float) - column.mean()
        rest = values - basis @ (basis.T @ values)
        rest -= basis @ (basis.T @ rest)
        if sample.n and np.linalg.norm(rest) <= 1e-9 * np.linalg.norm(values):
            notes += (Note(message, name=name),)
        else:
            kept.append(name)
            basis = np.column_stack([basis, rest / max(np.linalg.norm(rest), 1e-300)])
    return sample.X[kept], notes


def coefficient_table(
    estimate: Array, covariance: Array, names: Sequence[Any], freedom: float
) -> pd.DataFrame:
    """A row an estimate: `estimate`, `se`, `low`, `high`, `p` from Student's t.

    `freedom` is the degrees of freedom; infinite gives the normal distribution.
    """
    se = np.sqrt(np.diagonal(covariance))
    reach = stats.t.ppf(UPPER, freedom) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate / se), freedom)
    columns = {"estimate": estimate, "se": se, "low": estimate - reach, "high": estimate + reach}
    return pd.DataFrame({**columns, "p": p}, index=pd.Index(names), dtype=float)


def corrected(table: pd.DataFrame) -> pd.DataFrame:
    """The same with `p_adjusted`: Holm's correction over all rows but "intercept"."""
    return table.assign(p_adjusted=holm(table["p"].where(table.index != "intercept")))


def no_coefficients(names: pd.Index) -> pd.DataFrame:
    """The same table without estimates."""
    return pd.DataFrame(np.nan, index=names, columns=["estimate", "se", "low", "high", "p"])


BLOCK = 16384  # respondents at a time: memory stays small however long the survey is
STREAM = 5  # keeps the noise apart from answers that were simulated with the same seed
GROUP = 100  # resamples that share a column of noise


class Reweight(Protocol):
    """How weights change from resample to resample, such as `survey.raking` returns it."""

    cells: np.ndarray  # (respondents): weights within a cell rise and fall together

    def factors(self, sums: Array) -> Array:
        """From the sums of weights (resamples, cells) to what these are to be multiplied by."""


def resampled_moments(
    columns: Array,
    weights: Array,
    n_resamples: int,
    seed: int,
    reweight: Reweight | None = None,
    rows: np.ndarray | None = None,
) -> Array:
    """Weighted cross-products of [1, columns, noise] in resamples of respondents.

    Respondents are drawn with replacement and bring their weights, which `reweight` may raise or
    lower for each cell of respondents. The last column is standard normal noise, unrelated to
    anything; every 100 resamples get a new draw of it.

    Parameters
    ----------
    columns : array (n, q)
    weights : array (n,)
    n_resamples : int
    seed : int
    reweight : Reweight, optional
    rows : array of bool, optional
        Which of the respondents that `reweight` knows these are; all by default.

    Returns
    -------
    array (n_resamples, q + 2, q + 2)
        Sums of weight x column i x column j.

    Notes
    -----
    A resample of n from n is a multinomial draw. It is made block by block: first how many of
    the n fall in each block, then which rows within the block. The counts times the products of
    columns is one matrix product (a cell), so no resampled table ever exists.
    """
    rng = _generator(n_resamples, seed)
    n, width = columns.shape[0], columns.shape[1] + 2
    cells = np.zeros(n, dtype=int) if reweight is None else _cells(reweight, n, rows)
    order = np.argsort(cells, kind="stable")  # so that the members of a cell stand together
    columns, weights, cells = columns[order], weights[order], cells[order]
    upper = np.triu_indices(width)
    starts = np.arange(0, n, BLOCK)
    sizes = np.diff(np.append(starts, n))
    per_block = rng.multinomial(n, sizes / n, size=n_resamples)
    moments = np.empty((n_resamples, width, width))
    n_cells = 1 if reweight is None else int(reweight.cells.max()) + 1
    for first in range(0, n_resamples, GROUP):
        group = slice(first, min(first + GROUP, n_resamples))
        sums = np.zeros((n_cells, group.stop - first, len(upper[0])))
        for place, (start, size) in enumerate(zip(starts, sizes, strict=True)):
            block = slice(start, start + size)
            noise = rng.standard_normal(size)
            data = np.column_stack([np.ones(size), columns[block], noise])
            products = (data[:, upper[0]] * data[:, upper[1]]) * weights[block, None]
            counts = _counts(per_block[group, place], size, rng)
            found, first_of = np.unique(cells[block], return_index=True)
            for cell, a, b in zip(found, first_of, [*first_of[1:], size], strict=True):
                sums[cell] += counts[:, a:b] @ products[a:b]
        factors = 1.0 if reweight is None else reweight.factors(sums[:, :, 0].T).T[:, :, None]
        moments[group, upper[0], upper[1]] = (sums * factors).sum(axis=0)
        moments[group, upper[1], upper[0]] = moments[group, upper[0], upper[1]]
    return moments


def resampled_correlations(
    sample: Sample, n_resamples: int, seed: int, reweight: Reweight | None
) -> Array:
    """Correlations of drivers, outcome and noise in resamples (b, p + 2, p + 2)."""
    data = np.column_stack([sample.X.to_numpy(), sample.y])
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    return correlations(
        resampled_moments(data, sample.weights, n_resamples, seed, reweight, sample.rows)
    )


def _cells(reweight: Reweight, n: int, rows: np.ndarray | None) -> np.ndarray:
    known = len(reweight.cells)
    if known != (n if rows is None else len(rows)):
        raise DriverError(f"reweight knows {known} respondents; make it for the rows of X")
    return reweight.cells if rows is None else reweight.cells[rows]


def _counts(totals: np.ndarray, size: int, rng: np.random.Generator) -> Array:
    """How often each of `size` rows is drawn, a line a resample."""
    drawn = rng.integers(0, size, totals.sum(), dtype=np.int32)
    drawn += np.repeat(np.arange(len(totals), dtype=np.int32) * np.int32(size), totals)
    counts = np.bincount(drawn, minlength=len(totals) * size)
    return counts.reshape(len(totals), size).astype(float)


def resampled_weights(
    weights: Array,
    n_resamples: int,
    seed: int,
    reweight: Reweight | None = None,
    rows: np.ndarray | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Noise (n,), and the weight of each respondent in up to 100 resamples (b, n) that share it.

    A respondent who is drawn twice has twice the weight; `reweight` and `rows` as in
    `resampled_moments`.
    """
    rng, n = _generator(n_resamples, seed), len(weights)
    cells = None if reweight is None else _cells(reweight, n, rows)
    for first in range(0, n_resamples, GROUP):
        size = min(GROUP, n_resamples - first)
        noise = rng.standard_normal(n)
        drawn = _counts(np.full(size, n), n, rng) * weights
        if reweight is not None and cells is not None:
            member = np.eye(int(reweight.cells.max()) + 1)[cells]
            drawn *= reweight.factors(drawn @ member)[:, cells]
        yield noise, drawn


def _generator(n_resamples: int, seed: int) -> np.random.Generator:
    if n_resamples < 1:
        raise DriverError(f"n_resamples is {n_resamples}; it takes at least one")
    return np.random.default_rng([STREAM, seed])


def correlations(moments: Array) -> Array:
    """Correlation matrices from cross-products whose first column is 1.

    A column that does not vary in some resample correlates 0 with all others there.
    """
    total = moments[:, :1, :1]
    means = moments[:, 0, 1:] / total[:, 0]
    covariance = moments[:, 1:, 1:] / total - means[:, :, None] * means[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    varies = variance > 1e-12
    scale = np.where(varies, np.sqrt(np.where(varies, variance, 1.0)), np.inf)
    matrices = covariance / scale[:, :, None] / scale[:, None, :]
    diagonal = np.arange(matrices.shape[1])
    matrices[:, diagonal, diagonal] = 1.0
    return matrices
