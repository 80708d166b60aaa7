"""Weights that bring a sample to the known make-up of all tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxlib.survey.answers import Array, SurveyError, weights_of

Margins = Mapping[Any, Mapping[Any, float] | pd.Series]


def effective_n(weights: pd.Series | Array) -> float:
    """Kish's effective number of respondents, (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective_n(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if w.any() else 0.0


def design_effect(weights: pd.Series | Array) -> float:
    """Kish's design effect of unequal weights, n sum w^2 / (sum w)^2; 1 when all are alike.

    Examples
    --------
    >>> design_effect(np.array([1.0, 1.0, 2.0]))
    1.125
    """
    n = effective_n(weights)
    return len(weights) / n if n else float("nan")


def rake(
    frame: pd.DataFrame,
    margins: Margins,
    weights: pd.Series | Array | None = None,
    trim: float | None = None,
    tolerance: float = 1e-8,
    max_rounds: int = 1000,
) -> pd.Series:
    """Raking: adjust weights margin by margin until every margin is met.

    Parameters
    ----------
    frame : DataFrame (respondents x characteristics)
    margins : mapping of column to mapping of category to number
        Known population counts or shares. Counts give weights that sum to the population,
        shares (summing to 1) weights that sum to the sum of `weights`.
    weights : Series (respondents), optional
        Weights to begin with; 1 by default.
    trim : float, optional
        No weight above this many times the mean weight (of respondents that count): what
        exceeds it is cut and the rest raked again.
    tolerance : float
        Largest relative difference between a weighted and a known margin.
    max_rounds : int

    Returns
    -------
    Series
        Weights on the frame's row labels.

    Raises
    ------
    SurveyError
        Names the column and category that has no respondents, that is not in the margins or is
        missing in a row; or the margins that contradict each other.

    References
    ----------
    Deming and Stephan (1940); Kalton and Flores-Cervantes (2003).

    Examples
    --------
    >>> people = pd.DataFrame({"district": ["north", "north", "north", "south"]})
    >>> rake(people, {"district": {"north": 0.5, "south": 0.5}}).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    start = weights_of(weights, len(frame))
    total, cells = _targets(frame, margins, start)
    found = _raked(start * (total / start.sum()), cells, tolerance, max_rounds)
    if trim is not None:
        found = _trimmed(found, cells, trim, tolerance, max_rounds)
    return pd.Series(found, index=frame.index, name="weight")


Cells = list[tuple[str, np.ndarray, Array]]


def _targets(frame: pd.DataFrame, margins: Margins, start: Array) -> tuple[float, Cells]:
    """The population's size and, for each margin, each row's category and the known numbers."""
    if not margins:
        raise SurveyError("margins is empty; give the known numbers of at least one column")
    sums = {name: float(sum(dict(known).values())) for name, known in margins.items()}
    shares = all(abs(value - 1) < 1e-6 for value in sums.values())
    total = float(start.sum()) if shares else next(iter(sums.values()))
    cells: Cells = []
    for name, known in margins.items():
        if abs(sums[name] * (total if shares else 1) - total) > 1e-6 * total:
            raise SurveyError(
                f"margin {name!r} sums to {sums[name]:g}, the first margin to {total:g}; "
                "all must describe the same population"
            )
        cells.append((name, *_cells(frame, name, dict(known), start, total / sums[name])))
    return total, cells


def _cells(
    frame: pd.DataFrame, name: str, known: dict[Any, float], start: Array, scale: float
) -> tuple[np.ndarray, Array]:
    if name not in frame:
        raise SurveyError(f"margin {name!r} is no column of the frame")
    codes = pd.Index(list(known)).get_indexer(pd.Index(frame[name]))
    lost = frame[name][(codes < 0) & (start > 0)]
    if len(lost):
        raise SurveyError(f"{name!r}, row {lost.index[0]}: {lost.iloc[0]!r} is in no margin")
    numbers = np.array(list(known.values()), dtype=float)
    there = np.bincount(codes[start > 0], minlength=len(known))
    for category, number, count in zip(known, numbers, there, strict=True):
        if number < 0 or np.isnan(number):
            raise SurveyError(f"{name!r}: the known number of {category!r} is {number:g}")
        if number > 0 and not count:
            raise SurveyError(f"{name!r}: nobody in the sample is {category!r}; merge categories")
    return np.where(codes < 0, 0, codes), numbers * scale


def _raked(weights: Array, cells: Cells, tolerance: float, max_rounds: int) -> Array:
    for _ in range(max_rounds):
        for _, codes, known in cells:
            weights = weights * _factors(weights, codes, known)[codes]
        off = {name: _distance(weights, codes, known) for name, codes, known in cells}
        if max(off.values()) < tolerance:
            return weights
    worst = max(off, key=lambda name: off[name])
    raise SurveyError(
        f"the margins can't be met together: {worst!r} stays {off[worst]:.1%} off; "
        "merge small categories or leave a margin out"
    )


def _factors(weights: Array, codes: np.ndarray, known: Array) -> Array:
    there = np.bincount(codes, weights, minlength=len(known))
    return np.divide(known, there, out=np.zeros(len(known)), where=there > 0)


def _distance(weights: Array, codes: np.ndarray, known: Array) -> float:
    there = np.bincount(codes, weights, minlength=len(known))
    return float((np.abs(there - known) / np.maximum(known, known.sum() * 1e-9)).max())


def _trimmed(weights: Array, cells: Cells, trim: float, tolerance: float, max_rounds: int) -> Array:
    """Rake under a ceiling: cut what exceeds it, rake the others, and so on."""
    if trim <= 1:
        raise SurveyError(f"trim ({trim:g}) must be above 1: a ceiling in mean weights")
    ceiling = trim * weights.sum() / np.count_nonzero(weights)
    for _ in range(max_rounds):
        weights = np.minimum(weights, ceiling)
        for _, codes, known in cells:
            weights = weights * _factors(weights, codes, known)[codes]
        off = max(_distance(weights, codes, known) for _, codes, known in cells)
        if weights.max() <= ceiling * (1 + 1e-6) and off < max(tolerance, 1e-6):
            return weights
    raise SurveyError(f"no weights meet the margins below {trim:g} times the mean; raise trim")
