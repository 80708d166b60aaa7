"""Importance against performance: where to begin."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cxlib.importance.board import (
    Board,
    Floats,
    ImportanceError,
    Sorted,
    around,
    benjamini_hochberg,
    means,
    two_sided,
    weights,
)
from cxlib.importance.ranking import placed
from cxlib.inference import holm

AXES = ("importance", "performance")
COLUMNS = [
    "importance", "performance", "low", "high", "n", "quadrant", "p_quadrant",
    "importance_above_low",
    "importance_above_high", "performance_above_low", "performance_above_high", "gap", "gap_low",
    "gap_high", "p", "p_adjusted", "real", "rank", "rank_low", "rank_high", "p_first", "ahead_low",
    "importance_line", "performance_line", "importance_target", "performance_target",
]  # fmt: skip


def priorities(
    sorts: Sorted,
    ratings: pd.DataFrame,
    *,
    scale: tuple[float, float] = (1, 10),
    importance_line: float | None = None,
    performance_line: float | None = None,
    minimum: int = 10,
    **options: Any,
) -> pd.DataFrame:
    """Quadrant and priority of each card in the matrix of importance and performance.

    Parameters
    ----------
    sorts : DataFrame (cards x people) or Board
        The rule "grid" counts as "rescaled", for importance is on 0-100 here.
    ratings : DataFrame, cards x people
        Grades; NaN where a person has no opinion. Who is in both is resampled as one person; those
        who only graded, apart.
    scale
        Lowest and highest grade that could be given.
    importance_line, performance_line
        Where the matrix is divided: a target (a norm, and known), or None: the mean of the cards
        shown (relative: some cards always lie below it; and an estimate, resampled as such).
    minimum
        A card with fewer grades is suppressed: it has no numbers, and is in no mean. At least 2.
    **options
        Those of `Board`.

    Returns
    -------
    DataFrame, index card (most important first)
        importance; performance with low, high and n; quadrant: improve (important, done badly),
        keep (important, done well), later (less important, done badly), overdone (less important,
        done well), border (not told from a line), suppressed; p_quadrant, that the card lies on a
        line after all (the larger p of both axes, corrected for the number of cards: Benjamini &
        Hochberg 1995), below 1 - level for all that are not on the border;
        importance_above_low, importance_above_high, performance_above_low,
        performance_above_high: those intervals; gap: points (of 100) that the card lies further
        above the line of importance than above that of performance; gap_low, gap_high, p,
        p_adjusted (Holm 1979 over the cards shown), real (p_adjusted < 1 - level); rank (1 is the
        largest gap), rank_low, rank_high, p_first, ahead_low (as in `rank`); importance_line,
        performance_line and whether they are targets: importance_target, performance_target.
        attrs["note"] where no card is shown.

    Raises
    ------
    ImportanceError
        As `rank`; a sorted card without ratings; duplicate cards or people.

    Notes
    -----
    The matrix is that of Martilla & James (1977). gap = (i - I) - 100 (g - G) / (highest -
    lowest grade), with i and g the means of a card and I and G the lines. Intervals are estimate
    +- t x se, with se from resampling people (Rao & Wu 1988) and as many degrees of freedom as
    people who graded (or sorted) the card, less sessions.

    Examples
    --------
    >>> sorts = pd.DataFrame([[2, 2, 1, 2, 2, 2], [0, 1, 2, 0, 1, 1], [1, 0, 0, 1, 0, 0]])
    >>> grades = pd.DataFrame([[5, 4, 5, 5, 4, 5], [6, 9, 8, 6, 7, 7], [9, 9, 8, 9, 9, 8]])
    >>> table = priorities(sorts, grades, minimum=6)
    >>> table[["quadrant", "gap", "rank"]].round(1).to_numpy().tolist()
    [['improve', 65.7, 1], ['border', -12.0, 2], ['overdone', -53.7, 3]]
    """
    board = Board.of(sorts, **options)
    scored = (replace(board, scoring="rescaled") if board.scoring == "grid" else board).points
    grades = _matched(scored, ratings)
    n = grades.notna().sum(axis=1)
    cards = scored.index[n >= max(minimum, 2)]
    people = scored.columns.append(grades.columns.difference(scored.columns, sort=False))
    together = _strata(scored, people, board.strata)
    drawn, df = weights(people, together, board.n_resamples, board.rng)
    lines, axes = (importance_line, performance_line), {}
    for name, values, line in zip(AXES, (scored, grades), lines, strict=True):
        known = values.reindex(index=cards, columns=people)
        axes[name] = _Axis.of(known, drawn, len(people) - df, line)
    table = _table(axes, cards, 100 / (scale[1] - scale[0]), board.level)
    order = scored.mean(axis=1).sort_values(ascending=False, kind="stable").index
    table = table.assign(n=n[cards]).reindex(order.rename("card"))
    table["quadrant"] = table["quadrant"].fillna("suppressed")
    table["real"] = table["p_adjusted"] < 1 - board.level
    for name, line in zip(AXES, lines, strict=True):
        table[f"{name}_target"] = line is not None
    table = table[COLUMNS].astype(dict.fromkeys(("n", "rank", "rank_low", "rank_high"), "Int64"))
    table.attrs["note"] = "" if len(cards) else "No card has enough grades: this part is left out."
    return table


@dataclass(frozen=True)
class _Axis:
    """Means of the cards on one axis, its line, both in every resample, and their freedom."""

    mean: Floats
    drawn: Floats
    line: float
    line_drawn: Floats | float
    df: Floats

    @classmethod
    def of(cls, values: pd.DataFrame, drawn: Floats, sessions: int, line: float | None) -> "_Axis":
        mean, again = values.mean(axis=1).to_numpy(), means(values.to_numpy(), drawn)
        df = np.maximum(values.notna().sum(axis=1).to_numpy() - sessions, 1)
        if line is None and len(mean):
            return cls(mean, again, float(mean.mean()), again.mean(axis=0), df)
        fixed = float("nan") if line is None else line
        return cls(mean, again, fixed, fixed, df)

    @property
    def above(self) -> tuple[Floats, Floats]:
        """How far each card lies above the line, and in every resample."""
        return self.mean - self.line, self.drawn - self.line_drawn


def _table(axes: dict[str, _Axis], cards: pd.Index, points: float, level: float) -> pd.DataFrame:
    """All numbers of the cards shown; one grade is so many points of 100."""
    important, well = (axes[name] for name in AXES)
    gap, drawn = (a - points * b for a, b in zip(important.above, well.above, strict=True))
    df = np.minimum(important.df, well.df)
    fewest = int(df.min()) if len(df) else 1
    ranked = placed(gap, np.round(drawn, 9), fewest, cards, 1, level).drop(columns=["low", "high"])
    names = {"score": "gap", "p_top": "p_first"}
    table = ranked.rename(columns=names).reindex(cards)
    table["gap_low"], table["gap_high"] = around(gap, drawn, df, level)
    table["p"] = two_sided(gap, drawn.std(axis=1), df)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["low"], table["high"] = around(well.mean, well.drawn, well.df, level)
    for name, axis in axes.items():
        table[name], table[f"{name}_line"] = axis.mean, axis.line
        bounds = around(*axis.above, axis.df, level)
        table[f"{name}_above_low"], table[f"{name}_above_high"] = bounds
    on_line = [two_sided(a.above[0], a.above[1].std(axis=1), a.df) for a in axes.values()]
    table["p_quadrant"] = benjamini_hochberg(np.max(on_line, axis=0))
    named = pd.Series(quadrant_names(table), cards)
    return table.assign(quadrant=named.mask(table["p_quadrant"] >= 1 - level, "border"))


def quadrant_names(table: pd.DataFrame) -> Floats:
    """Quadrant of each row, from both axes, their lines and the intervals of the distances."""
    low, high = (table[[f"{name}_above_{end}" for name in AXES]] for end in ("low", "high"))
    border = ((low <= 0).to_numpy() & (high >= 0).to_numpy()).any(axis=1)
    important, good = (table[name] > table[f"{name}_line"] for name in AXES)
    kinds = [border, important & ~good, important & good, ~important & ~good]
    return np.select(kinds, ["border", "improve", "keep", "later"], "overdone")


def _matched(scored: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Grades of the cards that were sorted."""
    if ratings.index.has_duplicates or ratings.columns.has_duplicates:
        raise ImportanceError("priorities: a card or person occurs twice in the ratings")
    for card in scored.index.difference(ratings.index):
        raise ImportanceError(f"priorities: card {card} has a score and no ratings")
    return ratings.loc[scored.index].astype(float)


def _strata(scored: pd.DataFrame, people: pd.Index, strata: pd.Series | None) -> pd.Series:
    """Sessions of those who sorted; those who only graded are one of their own."""
    known = pd.Series("", scored.columns) if strata is None else strata.reindex(scored.columns)
    known = known.map("sorted {}".format, na_action="ignore")
    graded = people.difference(scored.columns, sort=False)
    return pd.concat([known, pd.Series("graded", graded)])


def quadrants(
    table: pd.DataFrame,
    minimum: int = 10,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> pd.DataFrame:
    """Say in which quadrant each row lies, or that it lies on the border.

    Parameters
    ----------
    table : DataFrame
        A row a value or question: `importance`, with `importance_low` and `importance_high` where
        these are known; `performance` with `low` and `high`; `n`. The interval of a distance to
        the line itself, such as `performance_above_low`, goes before these.
    minimum : int
        A row on fewer people, or without a performance, is called suppressed.
    importance_line, performance_line
        A target, or None: the mean of the rows, taken as known.

    Returns
    -------
    DataFrame
        The table with `quadrant` and, of both axes, the line, whether it is a target, and the
        interval of the distance to it, named as in `priorities`.

    Examples
    --------
    >>> rows = {"importance": [30, 10], "performance": [6.1, 7.9], "low": [6, 7.8],
    ...         "high": [6.2, 8], "n": 90}
    >>> quadrants(pd.DataFrame(rows, index=["reliable", "ease"]))["quadrant"].to_dict()
    {'reliable': 'improve', 'ease': 'overdone'}
    """
    bounds = {"importance": ("importance_low", "importance_high"), "performance": ("low", "high")}
    placed = table.copy()
    for name, line in zip(AXES, (importance_line, performance_line), strict=True):
        at = float(table[name].mean()) if line is None else line
        placed[f"{name}_line"], placed[f"{name}_target"] = at, line is not None
        for end, column in zip(("low", "high"), bounds[name], strict=True):
            own = table.get(column, float("nan")) - at
            placed[f"{name}_above_{end}"] = table.get(f"{name}_above_{end}", own)
    few = table["n"].isna() | (table["n"] < max(minimum, 1)) | table["performance"].isna()
    named = pd.Series(quadrant_names(placed), placed.index)
    return placed.assign(quadrant=named.mask(few, "suppressed"))
