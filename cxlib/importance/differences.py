"""Do groups of people (sessions, viewpoints) find other things important?"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from cxlib.importance.gaps import one_scale
from cxlib.importance.ranking import rank
from cxlib.importance.resampling import (
    Floats,
    benjamini_hochberg,
    interval,
    means,
    weights,
)
from cxlib.importance.scoring import Grid, Rule, points
from cxlib.inference import holm

FEW = (
    "Fewer than two groups are large enough, or else the scores of small ones would follow from "
    "the others: this part is left out."
)


@dataclass(frozen=True)
class Differences:
    """Scores by group, and whether they differ more than groups drawn by lot would."""

    cards: pd.DataFrame
    means: pd.DataFrame
    sizes: pd.Series
    share: float
    p: float
    note: str = ""

    @property
    def summary(self) -> str:
        """One line: how much groups explain, and on how many cards they differ."""
        return (
            f"{self.share:.1%} of the variance between people lies between groups "
            f"(p = {self.p:.2f}); on {self.cards['real'].sum()} of the {len(self.cards)} cards "
            "they differ demonstrably after correction"
        )


def differences(
    sorts: pd.DataFrame,
    groups: pd.Series,
    scoring: str | Rule = "rescaled",
    n_permutations: int = 9999,
    seed: int = 0,
    grid: Grid | None = None,
    minimum: int = 1,
    level: float = 0.95,
) -> Differences:
    """Test whether groups of people score the cards differently, together and card by card.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values.
    groups : Series, sort -> group
        Sessions, say. Sorts without a group are left out, and groups of one person.
    scoring, grid
        As in `points`.
    n_permutations, seed
        How often people are dealt over the groups by lot.
    minimum
        Smaller groups are left out; where together they are still below it, the next smallest
        too, so that their means don't follow from a total.
    level
        1 - level is the bound for `real`.

    Returns
    -------
    Differences
        .cards, index card (largest share first): spread (highest minus lowest group mean), share
        (of the variance between people that groups explain), p, p_adjusted (Holm 1979), p_fdr
        (Benjamini & Hochberg 1995), real (p_adjusted < 1 - level). .means: cards x groups.
        .sizes: people a group. .share and .p: of all cards together.

        Of a card that fewer than the minimum of a group placed only p stands. With fewer than two
        groups that are large enough all is empty, and .note says so.

    Raises
    ------
    ImportanceError
        As `points`.

    Notes
    -----
    share = sum of squares between / total; p = (1 + permutations with a share as large) /
    (1 + n_permutations). All cards together: sums of squares over cards (Anderson 2001). Not for
    viewpoints made from the same sorts: those differ by construction; see `contrasts`.

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame([[2, 2, 2, 0, 0, 0], [0, 0, 0, 2, 2, 2], [1] * 6], index=[*"abc"])
    >>> found = differences(sorts, pd.Series([*"xxxyyy"]), n_permutations=999)
    >>> found.share, found.cards["spread"].to_dict()
    (1.0, {'a': 100.0, 'b': 100.0, 'c': 0.0})
    """
    kept = large_enough(groups.reindex(sorts.columns), minimum)
    scored = points(sorts, scoring, grid)[kept.index]
    if kept.empty:
        none = pd.DataFrame(index=sorts.index[:0].rename("card"))
        return Differences(none, none, pd.Series(dtype=int), np.nan, np.nan, FEW)
    codes, names = pd.factorize(kept, sort=True)
    lots = np.tile(codes, (n_permutations + 1, 1))
    lots[1:] = np.random.default_rng(seed).permuted(lots[1:], axis=1)
    between, total = _squares(scored.to_numpy(), lots, len(names))
    share = between / np.where(total > 0, total, 1.0)[:, None]
    together = between.sum(axis=0) / max(total.sum(), 1e-12)
    placed = scored.notna().T.groupby(kept).sum().T
    score = scored.T.groupby(kept).mean().T.where(placed >= minimum)
    p = _beyond(share)
    table = pd.DataFrame(
        {
            "spread": score.max(axis=1, skipna=False) - score.min(axis=1, skipna=False),
            "share": share[:, 0],
            "p": p,
            "p_adjusted": holm(p),
            "p_fdr": benjamini_hochberg(p),
        },
        index=sorts.index.rename("card"),
    )
    table["real"] = table["p_adjusted"] < 1 - level
    table["share"] = table["share"].where(table["spread"].notna())
    return Differences(
        table.sort_values("share", ascending=False, kind="stable"),
        score.rename_axis("card"),
        kept.value_counts().sort_index(),
        float(together[0]),
        float(_beyond(together[None])[0]),
    )


def contrasts(
    sorts: pd.DataFrame,
    groups: pd.Series,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    grid: Grid | None = None,
    minimum: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Difference in score of each card between every two groups, with intervals.

    For groups that were made from the same sorts, such as viewpoints (see `membership`), the
    intervals describe how firm a difference is given who belongs where; they are no test that
    there are groups, so there is no p. Parameters and errors as `differences`.

    Returns
    -------
    DataFrame, index (card, pair)
        score_first, score_second, difference (first - second), low, high. A pair is "f1-f2".
        Empty of a card that fewer than the minimum of a group placed. Without two groups that are
        large enough there are no rows, and attrs["note"].

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame([[2, 2, 1, 0, 0], [0, 1, 2, 1, 2], [1, 0, 0, 2, 1]], index=[*"abc"])
    >>> contrasts(sorts, pd.Series([*"xxxyy"]))["difference"].round(1).to_dict()
    {('a', 'x-y'): 83.3, ('b', 'x-y'): -25.0, ('c', 'x-y'): -58.3}
    """
    kept = large_enough(groups.reindex(sorts.columns), minimum)
    scored = points(sorts, scoring, grid)[kept.index]
    if kept.empty:
        return _unsaid(["card", "pair"])
    rng, estimates, resampled, df = np.random.default_rng(seed), {}, {}, {}
    for name, people in kept.groupby(kept):
        mine = scored[people.index]
        drawn, df[name] = weights(mine.columns, None, n_resamples, rng)
        resampled[name] = means(mine.to_numpy(), drawn)
        estimates[name] = mine.mean(axis=1).where(mine.notna().sum(axis=1) >= minimum)
    tables = []
    for a, b in combinations(estimates, 2):
        low, high = interval(resampled[a] - resampled[b], min(df[a], df[b]), level)
        pair = pd.DataFrame({"score_first": estimates[a], "score_second": estimates[b]})
        pair["difference"] = pair["score_first"] - pair["score_second"]
        pair = pair.assign(low=low, high=high)
        pair = pair.where(pair["difference"].notna())
        tables.append(pair.assign(card=sorts.index, pair=f"{a}-{b}"))
    return pd.concat(tables).set_index(["card", "pair"])


def by_group(
    sorts: pd.DataFrame,
    groups: pd.Series,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    grid: Grid | None = None,
    minimum: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Score of each card in each group that is large enough, each resampled on its own.

    Parameters and errors as `differences`; sorts that leave out cards are not taken, as few people
    of a group might have placed one.

    Returns
    -------
    DataFrame, index (card, groups' name)
        score, low, high, n. Without two such groups no rows, and attrs["note"].

    Examples
    --------
    >>> import pandas as pd
    >>> sorts = pd.DataFrame([[2, 2, 1, 0], [0, 1, 2, 1], [1, 0, 0, 2]], index=[*"abc"])
    >>> table = by_group(sorts, pd.Series([*"xxyy"], name="session"))
    >>> table["score"].xs("x", level="session").to_dict()
    {'a': 100.0, 'b': 25.0, 'c': 25.0}
    """
    kept = large_enough(groups.reindex(sorts.columns), minimum)
    kept = kept if sorts.notna().all(axis=None) else kept[:0]
    grid = grid or one_scale(sorts, sorts)
    tables = {
        name: rank(sorts[who.index], scoring, n_resamples, seed, grid=grid, level=level).assign(
            n=len(who)
        )
        for name, who in kept.groupby(kept)
    }
    if not tables:
        return _unsaid(["card", str(groups.name)])
    together = pd.concat(tables, names=[groups.name])
    return together[["score", "low", "high", "n"]].swaplevel()


def _unsaid(names: list[str]) -> pd.DataFrame:
    """No rows, and why."""
    table = pd.DataFrame(index=pd.MultiIndex.from_arrays([[]] * len(names), names=names))
    table.attrs["note"] = FEW
    return table


def membership(flags: pd.DataFrame) -> pd.Series:
    """Viewpoint of each sort from its flags (sorts x factors); empty with none or several."""
    flagged = flags.astype(bool)
    return flagged.idxmax(axis=1).where(flagged.sum(axis=1) == 1).rename("factor")


def large_enough(groups: pd.Series, minimum: int) -> pd.Series:
    """People in groups that may be shown, so that those left out don't follow from a total.

    Nobody where that leaves fewer than two groups.
    """
    sizes = groups.value_counts().sort_values()
    hidden = sizes[sizes < max(minimum, 2)].index.tolist()
    sizes = sizes.drop(hidden)
    while len(sizes) and 0 < (~groups.isin(sizes.index)).sum() < minimum:
        sizes = sizes.iloc[1:]
    return groups[groups.isin(sizes.index if len(sizes) > 1 else [])]


def _squares(scored: Floats, lots: np.ndarray, n_groups: int) -> tuple[Floats, Floats]:
    """Sums of squares between groups, cards x lots, and in all, by card."""
    known = np.isfinite(scored)
    centred = np.where(known, scored - np.nanmean(scored, axis=1, keepdims=True), 0.0)
    between = np.zeros((len(scored), len(lots)))
    for group in range(n_groups):
        here = (lots == group).T.astype(float)
        between += (centred @ here) ** 2 / np.maximum(known.astype(float) @ here, 1)
    return between, (centred**2).sum(axis=1)


def _beyond(shares: Floats) -> Floats:
    """Part of the lots, the first (as it was) included, that reach the first."""
    return (shares >= shares[:, :1] - 1e-9).mean(axis=1)
