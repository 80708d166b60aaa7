"""Where to begin: staff held against tenants, and importance against performance."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.board import (
    Board,
    ImportanceError,
    Sorted,
    around,
    benjamini_hochberg,
    checked,
    interval,
    means,
    one_scale,
    two_sided,
    weights,
)
from cxlib.importance.ranking import placed
from cxlib.inference import ALPHA, Array, holm, permuted_p
from cxlib.language import Note

AXES = ("importance", "performance")
COLUMNS = [
    "importance", "performance", "low", "high", "n", "quadrant", "p_quadrant",
    "importance_above_low",
    "importance_above_high", "performance_above_low", "performance_above_high", "gap", "gap_low",
    "gap_high", "p", "p_adjusted", "real", "rank", "rank_low", "rank_high", "p_first", "ahead_low",
    "importance_line", "performance_line", "importance_target", "performance_target",
]  # fmt: skip


def gaps(tenants: Sorted, employees: Sorted, **options: Any) -> pd.DataFrame:
    """Difference in score of each card between employees and tenants.

    Parameters
    ----------
    tenants, employees : DataFrame (cards x sorts) or Board
        Of the same cards. Each group is resampled within its own sessions; all else is as on the
        tenants' board.
    **options
        Those of `Board`, for both.

    Returns
    -------
    DataFrame, index card (largest gap first: what employees overestimate most)
        tenants, employees, gap (employees - tenants), low, high, p, p_adjusted (Holm 1979 over
        all cards), real (p_adjusted < 0.05), rank_tenants, rank_employees.

    Raises
    ------
    ImportanceError
        As `rank`; a card that only one of the groups sorted.

    Notes
    -----
    p is that of gap / se by Student's t with Welch's (1947) degrees of freedom; both standard
    errors come from resampling people (Rao & Wu 1988).

    Examples
    --------
    >>> tenants = pd.DataFrame({"t1": [2, 1, 0], "t2": [2, 0, 1], "t3": [2, 1, 0]}, index=[*"abc"])
    >>> employees = pd.DataFrame({"e1": [0, 1, 2], "e2": [0, 2, 1]}, index=[*"abc"])
    >>> gaps(tenants, employees)["gap"].round(1).to_dict()
    {'c': 58.3, 'b': 41.7, 'a': -100.0}
    """
    boards = dict(zip(("tenants", "employees"), alike(tenants, employees, **options), strict=True))
    rng = boards["tenants"].rng
    (ours, our_df), (theirs, their_df) = (board.resampled(rng) for board in boards.values())
    table = pd.DataFrame({group: board.points.mean(axis=1) for group, board in boards.items()})
    table = table.rename_axis("card")
    table["gap"] = table["employees"] - table["tenants"]
    variances = np.nanvar(ours, axis=1), np.nanvar(theirs, axis=1)
    total, by_df = sum(variances) ** 2, variances[0] ** 2 / our_df + variances[1] ** 2 / their_df
    df = np.where(by_df > 0, total / np.where(by_df > 0, by_df, 1.0), our_df + their_df)  # Welch
    table["low"], table["high"] = interval(theirs - ours, min(our_df, their_df))
    table["p"] = two_sided(table["gap"].to_numpy(), np.sqrt(sum(variances)), df)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["real"] = table["p_adjusted"] < ALPHA
    for group in boards:
        ranks = table[group].round(9).rank(ascending=False, method="min")
        table[f"rank_{group}"] = ranks.astype(int)
    return table.sort_values("gap", ascending=False, kind="stable")


def alike(tenants: Sorted, employees: Sorted, **options: Any) -> tuple[Board, Board]:
    """Both boards with the same cards, scale and options; an error names a card of one only."""
    ours, theirs = Board.of(tenants, **options), Board.of(employees)
    for card in ours.sorts.index.symmetric_difference(theirs.sorts.index):
        group = "tenants" if card in ours.sorts.index else "employees"
        raise ImportanceError(f"gaps: card {card} was sorted by {group} only")
    ours = replace(ours, grid=ours.grid or one_scale(ours.sorts, theirs.sorts))
    return ours, replace(ours, sorts=theirs.sorts.loc[ours.sorts.index], strata=theirs.strata)


@dataclass(frozen=True)
class Agreement:
    """Kendall's W (0 none, 1 complete) with its interval, and the test that there is none."""

    w: float
    low: float
    high: float
    p: float
    n: int
    note: str = ""


def kendall_w(sorts: Sorted, **options: Any) -> Agreement:
    """Agreement between people on the order of the cards.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
        Complete sorts.
    **options
        Those of `Board`; scores are not needed.

    Returns
    -------
    Agreement
        Without numbers, and with a note, where a sort leaves out a card.

    Raises
    ------
    ImportanceError
        As `points`; a single sort.

    Notes
    -----
    W = (1 + (m - 1) r) / m, with m people and r the mean of Spearman's correlation over pairs:
    equal to W corrected for ties where all use one grid. W is resampled through r over pairs of
    different people; a person drawn twice would else agree with himself. p from Friedman's chi
    square m (n - 1) W with n - 1 degrees of freedom. Kendall & Babington Smith (1939).

    Examples
    --------
    >>> same = pd.DataFrame({"p": [2, 1, 0], "q": [2, 1, 0], "r": [2, 1, 0]}, index=[*"abc"])
    >>> kendall_w(same).w
    1.0
    """
    board = Board.of(sorts, **options)
    sorts = checked(board.sorts)
    if sorts.isna().any(axis=None):
        none, note = float("nan"), Note("Some left out cards, so that agreement can't be computed.")
        return Agreement(none, none, none, none, len(sorts.columns), note)
    drawn, df = board.drawn()
    m, n = len(sorts.columns), len(sorts)
    between = np.corrcoef(sorts.rank().to_numpy(), rowvar=False)
    np.fill_diagonal(between, 0.0)
    pairs = len(sorts.columns) ** 2 - (drawn**2).sum(axis=0)
    with np.errstate(invalid="ignore"):
        resampled = (drawn * (between @ drawn)).sum(axis=0) / np.where(pairs > 0, pairs, np.nan)
    w = (1 + (m - 1) * between.sum() / (m * (m - 1))) / m
    low, high = np.clip((1 + (m - 1) * np.array(interval(resampled, df))) / m, 0, 1)
    p = float(stats.chi2.sf(m * (n - 1) * w, n - 1))
    return Agreement(round(float(w), 12), float(low), float(high), p, m)


def rank_agreement(tenants: Sorted, employees: Sorted, **options: Any) -> pd.DataFrame:
    """How far employees put the cards in the order in which tenants put them.

    Parameters
    ----------
    tenants, employees, **options
        As in `gaps`.

    Returns
    -------
    DataFrame, index statistic (spearman, kendall)
        estimate; corrected, what Spearman's would be without chance in the scores, and its
        interval low, high; p_none: chance of as strong an agreement if employees had no idea
        (cards dealt by lot); p_same: chance of as weak an agreement if all came from one group
        (people dealt over the groups by lot).

    Notes
    -----
    Spearman's rho and Kendall's tau-b of the mean scores. Chance in the means lowers rho to about
    sqrt((1 - k1)(1 - k2)) of what it is, with k the part of chance in the variance of a group's
    ranks (Spearman 1904; k from resampling people); `corrected` undoes that, at most 1. Its
    interval is made on Fisher's (1915) scale atanh(rho), by Student's t with the spread of the
    resamples there, and freed of chance in the same way. For tau no such correction holds whatever
    the gaps are, so it has none, and no interval.

    Examples
    --------
    >>> tenants = pd.DataFrame({"t1": [3, 2, 1, 0], "t2": [3, 2, 0, 1]}, index=[*"abcd"])
    >>> employees = pd.DataFrame({"e1": [3, 1, 2, 0], "e2": [3, 2, 1, 0]}, index=[*"abcd"])
    >>> rank_agreement(tenants, employees)["estimate"].round(2).to_dict()
    {'spearman': 0.83, 'kendall': 0.8}
    """
    boards = alike(tenants, employees, **options)
    n_resamples, rng = boards[0].n_resamples, boards[0].rng
    ours, theirs = (board.points.to_numpy() for board in boards)
    (drawn, df), (other, their_df) = (board.resampled(rng) for board in boards)
    a, b = (np.nanmean(scored, axis=1).round(9)[:, None] for scored in (ours, theirs))
    lots = rng.permuted(
        np.repeat([1.0, 0.0], [ours.shape[1], theirs.shape[1]])[:, None].repeat(
            n_resamples, axis=1
        ),
        axis=0,
    )
    together = np.hstack([ours, theirs])
    rows = {}
    for name, statistic in (("spearman", _spearman), ("kendall", _kendall)):
        estimate = statistic(a, b)
        none = statistic(a, rng.permuted(b.repeat(n_resamples, axis=1), axis=0))
        same = statistic(means(together, lots), means(together, 1 - lots))
        rows[name] = {
            "estimate": estimate[0],
            "p_none": permuted_p(none >= estimate - 1e-9),
            "p_same": permuted_p(same <= estimate + 1e-9),
        }
    table = pd.DataFrame(rows).T.rename_axis("statistic")
    names, least = ["corrected", "low", "high"], min(df, their_df)
    table.loc["spearman", names] = _freed(a, b, drawn, other, least)
    return table[["estimate", *names, "p_none", "p_same"]]


def _freed(a: Array, b: Array, a_drawn: Array, b_drawn: Array, df: int) -> list[float]:
    """Spearman's correlation without the chance in the scores, and its interval."""
    ranks = [[stats.rankdata(x, axis=0) for x in pair] for pair in ((a, a_drawn), (b, b_drawn))]
    chance = [min(float(drawn.var(axis=1).mean() / own.var()), 0.9) for own, drawn in ranks]
    most = 1 - 6 / (len(a) ** 3 - len(a))  # half a step of two cards below 1
    z, z_drawn = (
        np.arctanh(np.clip(_spearman(x, y), -most, most)) for x, y in ((a, b), (a_drawn, b_drawn))
    )
    low, high = around(z, z_drawn, df)
    kept = np.sqrt(np.prod([1 - part for part in chance]))
    found = np.hstack([_spearman(a, b), np.tanh(low), np.tanh(high)])
    return list(np.clip(found / kept, -1, 1))


def _spearman(a: Array, b: Array) -> Array:
    """Of each column of a with that of b (one column of a goes with all of b)."""
    a, b = (stats.rankdata(scores, axis=0) - (len(scores) + 1) / 2 for scores in (a, b))
    return (a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))


def _kendall(a: Array, b: Array) -> Array:
    first, second = np.triu_indices(len(a), 1)
    a, b = (np.sign(scores[first] - scores[second]) for scores in (a, b))
    return (a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))


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
        Hochberg 1995), below 0.05 for all that are not on the border;
        importance_above_low, importance_above_high, performance_above_low,
        performance_above_high: those intervals; gap: points (of 100) that the card lies further
        above the line of importance than above that of performance; gap_low, gap_high, p,
        p_adjusted (Holm 1979 over the cards shown), real (p_adjusted < 0.05); rank (1 is the
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
    if ratings.index.has_duplicates or ratings.columns.has_duplicates:
        raise ImportanceError("priorities: a card or person occurs twice in the ratings")
    for card in scored.index.difference(ratings.index):
        raise ImportanceError(f"priorities: card {card} has a score and no ratings")
    grades = ratings.loc[scored.index].astype(float)
    n = grades.notna().sum(axis=1)
    cards = scored.index[n >= max(minimum, 2)]
    people = scored.columns.append(grades.columns.difference(scored.columns, sort=False))
    strata = pd.Series("", scored.columns) if board.strata is None else board.strata
    sessions = strata.reindex(scored.columns).map("sorted {}".format, na_action="ignore")
    graded = pd.Series("graded", people.difference(scored.columns, sort=False))
    together = pd.concat([sessions, graded])  # who only graded: a session of their own
    drawn, df = weights(people, together, board.n_resamples, board.rng)
    lines, axes = (importance_line, performance_line), {}
    for name, values, line in zip(AXES, (scored, grades), lines, strict=True):
        known = values.reindex(index=cards, columns=people)
        axes[name] = _Axis.of(known, drawn, len(people) - df, line)
    table = _table(axes, cards, 100 / (scale[1] - scale[0]))
    order = scored.mean(axis=1).sort_values(ascending=False, kind="stable").index
    table = table.assign(n=n[cards]).reindex(order.rename("card"))
    table["quadrant"] = table["quadrant"].fillna("suppressed")
    table["real"] = table["p_adjusted"] < ALPHA
    for name, line in zip(AXES, lines, strict=True):
        table[f"{name}_target"] = line is not None
    table = table[COLUMNS].astype(dict.fromkeys(("n", "rank", "rank_low", "rank_high"), "Int64"))
    few = Note("No card has enough grades: this part is left out.")
    table.attrs["note"] = "" if len(cards) else few
    return table


@dataclass(frozen=True)
class _Axis:
    """Means of the cards on one axis, its line, both in every resample, and their freedom."""

    mean: Array
    drawn: Array
    line: float
    line_drawn: Array | float
    df: Array

    @classmethod
    def of(cls, values: pd.DataFrame, drawn: Array, sessions: int, line: float | None) -> "_Axis":
        mean, again = values.mean(axis=1).to_numpy(), means(values.to_numpy(), drawn)
        df = np.maximum(values.notna().sum(axis=1).to_numpy() - sessions, 1)
        if line is None and len(mean):
            return cls(mean, again, float(mean.mean()), again.mean(axis=0), df)
        fixed = float("nan") if line is None else line
        return cls(mean, again, fixed, fixed, df)

    @property
    def above(self) -> tuple[Array, Array]:
        """How far each card lies above the line, and in every resample."""
        return self.mean - self.line, self.drawn - self.line_drawn


def _table(axes: dict[str, _Axis], cards: pd.Index, points: float) -> pd.DataFrame:
    """All numbers of the cards shown; one grade is so many points of 100."""
    important, well = (axes[name] for name in AXES)
    gap, drawn = (a - points * b for a, b in zip(important.above, well.above, strict=True))
    df = np.minimum(important.df, well.df)
    fewest = int(df.min()) if len(df) else 1
    ranked = placed(gap, np.round(drawn, 9), fewest, cards, 1).drop(columns=["low", "high"])
    names = {"score": "gap", "p_top": "p_first"}
    table = ranked.rename(columns=names).reindex(cards)
    table["gap_low"], table["gap_high"] = around(gap, drawn, df)
    table["p"] = two_sided(gap, drawn.std(axis=1), df)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["low"], table["high"] = around(well.mean, well.drawn, well.df)
    for name, axis in axes.items():
        table[name], table[f"{name}_line"] = axis.mean, axis.line
        bounds = around(*axis.above, axis.df)
        table[f"{name}_above_low"], table[f"{name}_above_high"] = bounds
    on_line = [two_sided(a.above[0], a.above[1].std(axis=1), a.df) for a in axes.values()]
    table["p_quadrant"] = benjamini_hochberg(np.max(on_line, axis=0))
    named = pd.Series(quadrant_names(table), cards)
    return table.assign(quadrant=named.mask(table["p_quadrant"] >= ALPHA, "border"))


def quadrant_names(table: pd.DataFrame) -> Array:
    """Quadrant of each row, from both axes, their lines and the intervals of the distances."""
    low, high = (table[[f"{name}_above_{end}" for name in AXES]] for end in ("low", "high"))
    border = ((low <= 0).to_numpy() & (high >= 0).to_numpy()).any(axis=1)
    important, good = (table[name] > table[f"{name}_line"] for name in AXES)
    kinds = [border, important & ~good, important & good, ~important & ~good]
    return np.select(kinds, ["border", "improve", "keep", "later"], "overdone")


def quadrants(table: pd.DataFrame, minimum: int = 10) -> pd.DataFrame:
    """Say in which quadrant each row lies, or that it lies on the border.

    Parameters
    ----------
    table : DataFrame
        A row a value or question: `importance`, with `importance_low` and `importance_high` where
        these are known; `performance` with `low` and `high`; `n`. The interval of a distance to
        the line itself, such as `performance_above_low`, goes before these.
    minimum : int
        A row on fewer people, or without a performance, is called suppressed.

    Returns
    -------
    DataFrame
        The table with `quadrant` and, of both axes, the line (the mean of the rows, taken as
        known, and no target) and the interval of the distance to it, named as in `priorities`.

    Examples
    --------
    >>> rows = {"importance": [30, 10], "performance": [6.1, 7.9], "low": [6, 7.8],
    ...         "high": [6.2, 8], "n": 90}
    >>> quadrants(pd.DataFrame(rows, index=["reliable", "ease"]))["quadrant"].to_dict()
    {'reliable': 'improve', 'ease': 'overdone'}
    """
    bounds = {"importance": ("importance_low", "importance_high"), "performance": ("low", "high")}
    placed = table.copy()
    for name in AXES:
        at = float(table[name].mean())
        placed[f"{name}_line"], placed[f"{name}_target"] = at, False
        for end, column in zip(("low", "high"), bounds[name], strict=True):
            own = table.get(column, float("nan")) - at
            placed[f"{name}_above_{end}"] = table.get(f"{name}_above_{end}", own)
    few = table["n"].isna() | (table["n"] < max(minimum, 1)) | table["performance"].isna()
    named = pd.Series(quadrant_names(placed), placed.index)
    return placed.assign(quadrant=named.mask(few, "suppressed"))
