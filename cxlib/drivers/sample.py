"""The answers that an analysis of drivers can use, and its estimates as tables."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cxlib.inference import (
    CONSTANT,
    UNANSWERED,
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
    estimate: Array, covariance: Array, names: Sequence[Any], freedom: float, level: float
) -> pd.DataFrame:
    """A row an estimate: `estimate`, `se`, `low`, `high`, `p` from Student's t.

    `freedom` is the degrees of freedom; infinite gives the normal distribution.
    """
    se = np.sqrt(np.diagonal(covariance))
    reach = stats.t.ppf((1 + level) / 2, freedom) * se
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
