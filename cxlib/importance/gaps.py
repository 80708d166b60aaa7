"""Inside-out against outside-in: what employees think that tenants want; and agreement."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.board import (
    Board,
    Floats,
    ImportanceError,
    Sorted,
    around,
    checked,
    interval,
    means,
    one_scale,
    two_sided,
)
from cxlib.inference import holm


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
        all cards), real (p_adjusted < 1 - level), rank_tenants, rank_employees.

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
    level, rng = boards["tenants"].level, boards["tenants"].rng
    (ours, our_df), (theirs, their_df) = (board.resampled(rng) for board in boards.values())
    table = pd.DataFrame({group: board.points.mean(axis=1) for group, board in boards.items()})
    table = table.rename_axis("card")
    table["gap"] = table["employees"] - table["tenants"]
    variances = np.nanvar(ours, axis=1), np.nanvar(theirs, axis=1)
    df = _welch(*variances, our_df, their_df)
    table["low"], table["high"] = interval(theirs - ours, min(our_df, their_df), level)
    table["p"] = two_sided(table["gap"].to_numpy(), np.sqrt(sum(variances)), df)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["real"] = table["p_adjusted"] < 1 - level
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


def _welch(var_a: Floats, var_b: Floats, df_a: int, df_b: int) -> Floats:
    """Degrees of freedom of a difference of two means with these variances (of the means)."""
    total, parts = (var_a + var_b) ** 2, var_a**2 / df_a + var_b**2 / df_b
    return np.where(parts > 0, total / np.where(parts > 0, parts, 1.0), df_a + df_b)


@dataclass(frozen=True)
class Agreement:
    """Kendall's W (0 none, 1 complete) with its interval, and the test that there is none."""

    w: float
    low: float
    high: float
    p: float
    n: int
    note: str = ""

    @property
    def summary(self) -> str:
        """One line: W, and the mean correlation between two people's sorts."""
        pair = (self.n * self.w - 1) / (self.n - 1)
        return (
            f"Kendall's W is {self.w:.2f} ({self.low:.2f} to {self.high:.2f}); two people's sorts "
            f"correlate {pair:.2f} on average; that people have nothing in common is "
            f"{'ruled out' if self.p < 0.05 else 'not ruled out'}"
        )


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
        none, note = float("nan"), "Some left out cards, so that agreement can't be computed."
        return Agreement(none, none, none, none, len(sorts.columns), note)
    drawn, df = board.drawn()
    m, n = len(sorts.columns), len(sorts)
    between = np.corrcoef(sorts.rank().to_numpy(), rowvar=False)
    np.fill_diagonal(between, 0.0)
    pairs = len(sorts.columns) ** 2 - (drawn**2).sum(axis=0)
    with np.errstate(invalid="ignore"):
        resampled = (drawn * (between @ drawn)).sum(axis=0) / np.where(pairs > 0, pairs, np.nan)
    w = (1 + (m - 1) * between.sum() / (m * (m - 1))) / m
    low, high = np.clip((1 + (m - 1) * np.array(interval(resampled, df, board.level))) / m, 0, 1)
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
            "p_none": (1 + (none >= estimate - 1e-9).sum()) / (1 + n_resamples),
            "p_same": (1 + (same <= estimate + 1e-9).sum()) / (1 + n_resamples),
        }
    table = pd.DataFrame(rows).T.rename_axis("statistic")
    names, least = ["corrected", "low", "high"], min(df, their_df)
    table.loc["spearman", names] = _freed(a, b, drawn, other, least, boards[0].level)
    return table[["estimate", *names, "p_none", "p_same"]]


def _freed(
    a: Floats, b: Floats, a_drawn: Floats, b_drawn: Floats, df: int, level: float
) -> list[float]:
    """Spearman's correlation without the chance in the scores, and its interval."""
    ranks = [[stats.rankdata(x, axis=0) for x in pair] for pair in ((a, a_drawn), (b, b_drawn))]
    chance = [min(float(drawn.var(axis=1).mean() / own.var()), 0.9) for own, drawn in ranks]
    most = 1 - 6 / (len(a) ** 3 - len(a))  # half a step of two cards below 1
    z, z_drawn = (
        np.arctanh(np.clip(_spearman(x, y), -most, most)) for x, y in ((a, b), (a_drawn, b_drawn))
    )
    low, high = around(z, z_drawn, df, level)
    kept = np.sqrt(np.prod([1 - part for part in chance]))
    found = np.hstack([_spearman(a, b), np.tanh(low), np.tanh(high)])
    return list(np.clip(found / kept, -1, 1))


def _spearman(a: Floats, b: Floats) -> Floats:
    """Of each column of a with that of b (one column of a goes with all of b)."""
    a, b = (stats.rankdata(scores, axis=0) - (len(scores) + 1) / 2 for scores in (a, b))
    return (a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))


def _kendall(a: Floats, b: Floats) -> Floats:
    first, second = np.triu_indices(len(a), 1)
    a, b = (np.sign(scores[first] - scores[second]) for scores in (a, b))
    return (a * b).sum(axis=0) / np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
