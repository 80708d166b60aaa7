"""Known numbers of categories, and the iterations that bring weights to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cxlib.survey.answers import Array, SurveyError

Margins = Mapping[Any, Mapping[Any, float] | pd.Series]


class Margin(NamedTuple):
    """The category of each respondent or cell, and the known number of each category."""

    name: str
    codes: np.ndarray
    known: Array


def targets(frame: pd.DataFrame, margins: Margins, start: Array) -> tuple[float, list[Margin]]:
    """The population's size, and the margins as numbers that sum to it."""
    if not margins:
        raise SurveyError("margins is empty; give the known numbers of at least one column")
    sums = {name: float(sum(dict(known).values())) for name, known in margins.items()}
    shares = all(abs(value - 1) < 1e-6 for value in sums.values())
    total = float(start.sum()) if shares else next(iter(sums.values()))
    found = []
    for name, known in margins.items():
        if abs(sums[name] * (total if shares else 1) - total) > 1e-6 * total:
            raise SurveyError(
                f"margin {name!r} sums to {sums[name]:g}, the first margin to {total:g}; "
                "all must describe the same population"
            )
        found.append(_margin(frame, name, dict(known), start, total / sums[name]))
    return total, found


def _margin(
    frame: pd.DataFrame, name: str, known: dict[Any, float], start: Array, scale: float
) -> Margin:
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
    return Margin(name, np.where(codes < 0, 0, codes), numbers * scale)


def crossed(margins: list[Margin]) -> tuple[np.ndarray, list[Margin]]:
    """Each respondent's combination of categories, and the margins of these combinations."""
    codes = np.column_stack([margin.codes for margin in margins])
    unique, cells = np.unique(codes, axis=0, return_inverse=True)
    crossed = [m._replace(codes=column) for m, column in zip(margins, unique.T, strict=True)]
    return cells.reshape(-1), crossed


def fitted(
    table: Array, margins: list[Margin], ceiling: Array | None, tolerance: float, max_rounds: int
) -> tuple[Array, float]:
    """Rake weights, of one sample or (a row each) of many, and say how far off the worst stays."""
    wanted = [_reachable(table, margin) for margin in margins]
    for _ in range(max_rounds):
        if ceiling is not None:
            table = np.minimum(table, ceiling)
        for margin in wanted:
            there = _sums(table, margin)
            rise = np.divide(margin.known, there, out=np.zeros_like(there), where=there > 0)
            table = table * rise[..., margin.codes]
        off = max(float(distance(table, margin).max()) for margin in wanted)
        over = ceiling is not None and bool((table > ceiling * (1 + 1e-6)).any())
        if off < tolerance and not over:
            return table, off
    return table, np.inf if over else off


def _reachable(table: Array, margin: Margin) -> Margin:
    """The margin with what nobody is there for shared out; the total is that of the table."""
    there = _sums(table, margin) > 0
    known = np.where(there, margin.known, 0.0)
    scale = table.sum(axis=-1, keepdims=True) / known.sum(axis=-1, keepdims=True)
    return margin._replace(known=known * scale)


def _sums(table: Array, margin: Margin) -> Array:
    member = margin.codes[:, None] == np.arange(margin.known.shape[-1])
    return np.asarray(table @ member.astype(float))


def distance(table: Array, margin: Margin) -> Array:
    least = margin.known.sum(axis=-1, keepdims=True) * 1e-9
    return np.asarray(np.abs(_sums(table, margin) - margin.known) / np.maximum(margin.known, least))
