"""Weights that bring a sample to the known make-up of all tenants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cxlib.inference import Weights, effective_n
from cxlib.language import Note, _
from cxlib.survey.answers import Array, SurveyError, weights_of

Margins = Mapping[Any, Mapping[Any, float] | pd.Series]
EXACT, TRIMMED = 1e-8, 1e-6  # relative differences left between a weighted and a known margin
UNKNOWN = "(unknown)"  # the category of respondents who have none


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


def fitted(
    table: Array, margins: list[Margin], ceiling: Array | None, tolerance: float, max_rounds: int
) -> tuple[Array, float]:
    """Rake weights, of one sample or (a row each) of many, and say how far off the worst stays."""
    wanted = []
    for margin in margins:  # what nobody is there for is shared out; the total is the table's
        known = np.where(_sums(table, margin) > 0, margin.known, 0.0)
        scale = table.sum(axis=-1, keepdims=True) / known.sum(axis=-1, keepdims=True)
        wanted.append(margin._replace(known=known * scale))
    for _round in range(max_rounds):
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


def _sums(table: Array, margin: Margin) -> Array:
    member = margin.codes[:, None] == np.arange(margin.known.shape[-1])
    return np.asarray(table @ member.astype(float))


def distance(table: Array, margin: Margin) -> Array:
    least = margin.known.sum(axis=-1, keepdims=True) * 1e-9
    return np.asarray(np.abs(_sums(table, margin) - margin.known) / np.maximum(margin.known, least))


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
    weights: Weights = None,
    trim: float | None = None,
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
    total, known = targets(frame, margins, start)
    found, off = fitted(start * (total / start.sum()), known, None, EXACT, max_rounds)
    if off >= EXACT:
        worst = max(known, key=lambda margin: distance(found, margin).max()).name
        message = _(
            "the margins can't be met together: {margin} stays {off} off; "
            "merge small categories or leave a margin out"
        )
        raise SurveyError(Note(message, margin=repr(worst), off=f"{off:.1%}"))
    if trim is not None:
        if trim <= 1:
            raise SurveyError(f"trim ({trim:g}) must be above 1: a ceiling in mean weights")
        ceiling = np.full(len(found), trim * found.sum() / np.count_nonzero(found))
        found, off = fitted(found, known, ceiling, TRIMMED, max_rounds)
        if off >= TRIMMED:
            text = _("no weights meet the margins below {trim} times the mean; raise trim")
            raise SurveyError(Note(text, trim=f"{trim:g}"))
    return pd.Series(found, index=frame.index, name="weight")


@dataclass(frozen=True)
class Raking:
    """Raked weights, and the rule that rakes a resample of the same respondents again.

    Attributes
    ----------
    weights : Series (respondents)
        Mean 1 over those that count.
    start : Series (respondents)
        Weights before raking.
    cells : array of int (respondents)
        The combination of categories that each belongs to: raking treats its members alike.
    notes : tuple of str
        Categories that could not be raked to.
    """

    weights: pd.Series
    start: pd.Series
    cells: np.ndarray
    notes: tuple[str, ...] = ()
    trim: float | None = None
    margins: list[Margin] = field(default_factory=list, repr=False)  # codes a cell

    def factors(self, sums: Array) -> Array:
        """What the weights of each cell are to be multiplied by in resamples.

        Parameters
        ----------
        sums : array (resamples, cells)
            The weights of the respondents drawn, added up; 0 where nobody was drawn.

        Returns
        -------
        array (resamples, cells)

        Notes
        -----
        A category that nobody in a resample belongs to leaves its share to the others. The
        ceiling of `trim` holds for the mean weight of a cell, which is that of its members
        unless they had different weights before raking.
        """
        sums = np.asarray(sums, dtype=float)
        people = sums / self._mean(self.weights)
        found, _ = fitted(people * self._mean(self.start), self.margins, None, 1e-7, 200)
        if self.trim is not None:
            share = people / people.sum(axis=1, keepdims=True)
            ceiling = self.trim * found.sum(axis=1, keepdims=True) * share
            found, _ = fitted(found, self.margins, ceiling, TRIMMED, 200)
        return np.divide(found, sums, out=np.zeros_like(sums), where=sums > 0)

    def _mean(self, weights: pd.Series) -> Array:
        """Mean weight of the members of each cell that count."""
        w = weights.to_numpy()
        people = np.bincount(self.cells[w > 0], minlength=self.cells.max() + 1)
        total = np.bincount(self.cells, w)
        return np.where(people > 0, total / np.maximum(people, 1), 1.0)


def raking(
    frame: pd.DataFrame, margins: Margins, weights: Weights = None, trim: float | None = None
) -> Raking:
    """Rake to as much of the margins as the respondents allow.

    As `rake`, but the numbers of each margin need not have the same sum, a known category that
    nobody belongs to leaves its share to the others, and respondents whose category is empty keep
    the share that they have.

    Parameters
    ----------
    frame, margins, weights, trim
        As in `rake`.

    Returns
    -------
    Raking

    Examples
    --------
    >>> people = pd.DataFrame({"district": ["north", "north", "south", None]})
    >>> found = raking(people, {"district": {"north": 300, "south": 600, "west": 100}})
    >>> found.weights.tolist(), found.notes
    ([0.5, 0.5, 2.0, 1.0], ("district: nobody is 'west'; the others take its share",))
    """
    start = weights_of(weights, len(frame))
    filled, known, notes = frame[list(margins)].astype(object), {}, []
    for name, numbers in margins.items():
        gaps = filled[name].isna().to_numpy()
        there = set(filled.loc[~gaps & (start > 0), name])
        kept = {key: float(number) for key, number in dict(numbers).items() if key in there}
        lost = [key for key, number in dict(numbers).items() if number > 0 and key not in there]
        message = _("{name}: nobody is {key}; the others take its share")
        notes += [Note(message, name=name, key=repr(key)) for key in lost]
        unknown = float(start[gaps].sum() / start.sum())
        rest = (1 - unknown) / (sum(kept.values()) or 1)
        known[name] = {key: number * rest for key, number in kept.items()} | {UNKNOWN: unknown}
        filled[name] = filled[name].mask(gaps, UNKNOWN)
    found = rake(filled, known, start, trim)
    wanted = targets(filled, known, start)[1]
    codes = np.column_stack([margin.codes for margin in wanted])
    unique, cells = np.unique(codes, axis=0, return_inverse=True)
    crossing = [m._replace(codes=own) for m, own in zip(wanted, unique.T, strict=True)]
    before = pd.Series(start, frame.index)
    raked = found / found[found > 0].mean()
    return Raking(raked, before, cells.reshape(-1), tuple(notes), trim, crossing)
