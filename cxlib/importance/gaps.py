"""Inside-out against outside-in: what employees think that tenants want."""

import numpy as np
import pandas as pd

from cxlib.importance.resampling import Floats, interval, means, two_sided, weights
from cxlib.importance.scoring import Grid, ImportanceError, Rule, checked, points
from cxlib.inference import holm


def gaps(
    tenants: pd.DataFrame,
    employees: pd.DataFrame,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    strata_tenants: pd.Series | None = None,
    strata_employees: pd.Series | None = None,
    grid: Grid | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Difference in score of each card between employees and tenants.

    Parameters
    ----------
    tenants, employees : DataFrame, cards x sorts
        Grid values of the same cards.
    scoring, grid
        As in `points`, the same for both groups.
    n_resamples, seed, level
        As in `rank`.
    strata_tenants, strata_employees : Series, sort -> session
        Each group is resampled within its own sessions.

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
    >>> import pandas as pd
    >>> tenants = pd.DataFrame({"t1": [2, 1, 0], "t2": [2, 0, 1], "t3": [2, 1, 0]}, index=[*"abc"])
    >>> employees = pd.DataFrame({"e1": [0, 1, 2], "e2": [0, 2, 1]}, index=[*"abc"])
    >>> gaps(tenants, employees)["gap"].round(1).to_dict()
    {'c': 58.3, 'b': 41.7, 'a': -100.0}
    """
    same_cards(tenants, employees)
    rng = np.random.default_rng(seed)
    grid = grid or one_scale(tenants, employees)
    ours, our_df = _resampled(tenants, scoring, grid, strata_tenants, n_resamples, rng)
    staff = employees.loc[tenants.index]
    theirs, their_df = _resampled(staff, scoring, grid, strata_employees, n_resamples, rng)
    table = pd.DataFrame(
        {
            "tenants": points(tenants, scoring, grid).mean(axis=1),
            "employees": points(staff, scoring, grid).mean(axis=1),
        }
    ).rename_axis("card")
    table["gap"] = table["employees"] - table["tenants"]
    variances = np.nanvar(ours, axis=1), np.nanvar(theirs, axis=1)
    df = _welch(*variances, our_df, their_df)
    table["low"], table["high"] = interval(theirs - ours, min(our_df, their_df), level)
    table["p"] = two_sided(table["gap"].to_numpy(), np.sqrt(sum(variances)), df)
    table["p_adjusted"] = holm(table["p"].to_numpy())
    table["real"] = table["p_adjusted"] < 1 - level
    for group in ("tenants", "employees"):
        ranks = table[group].round(9).rank(ascending=False, method="min")
        table[f"rank_{group}"] = ranks.astype(int)
    return table.sort_values("gap", ascending=False, kind="stable")


def same_cards(tenants: pd.DataFrame, employees: pd.DataFrame) -> None:
    """Refuse a card that only one of the groups sorted."""
    for card in tenants.index.symmetric_difference(employees.index):
        group = "tenants" if card in tenants.index else "employees"
        raise ImportanceError(f"gaps: card {card} was sorted by {group} only")


def one_scale(tenants: pd.DataFrame, employees: pd.DataFrame) -> Grid:
    """The columns that either group used, so that both are scored alike."""
    values = np.hstack([checked(tenants).to_numpy(), checked(employees).to_numpy()])
    return dict.fromkeys(np.unique(values[np.isfinite(values)]), 0)


def _resampled(
    sorts: pd.DataFrame,
    scoring: str | Rule,
    grid: Grid | None,
    strata: pd.Series | None,
    n_resamples: int,
    rng: np.random.Generator,
) -> tuple[Floats, int]:
    drawn, df = weights(sorts.columns, strata, n_resamples, rng)
    return means(points(sorts, scoring, grid).to_numpy(), drawn), df


def _welch(var_a: Floats, var_b: Floats, df_a: int, df_b: int) -> Floats:
    """Degrees of freedom of a difference of two means with these variances (of the means)."""
    total, parts = (var_a + var_b) ** 2, var_a**2 / df_a + var_b**2 / df_b
    return np.where(parts > 0, total / np.where(parts > 0, parts, 1.0), df_a + df_b)
