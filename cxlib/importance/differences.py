"""Do people find other things important: by group, and where a mean hides two camps."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from cxlib.importance.board import (
    Board,
    Sorted,
    benjamini_hochberg,
    checked,
    interval,
    means,
    one_scale,
    weights,
)
from cxlib.importance.ranking import fit, piles_of, rank, redraw
from cxlib.inference import ALPHA, Array, holm, permuted_p
from cxlib.language import Note

FEW = Note(
    "Fewer than two groups are large enough, or else the scores of small ones would follow from "
    "the others: this part is left out."
)
BINS = 9
BATCH = 4_000_000


@dataclass(frozen=True)
class Differences:
    """Scores by group, and whether they differ more than groups drawn by lot would."""

    cards: pd.DataFrame
    means: pd.DataFrame
    sizes: pd.Series
    share: float
    p: float
    note: str = ""


def differences(
    sorts: Sorted, groups: pd.Series, n_permutations: int = 9999, minimum: int = 1, **options: Any
) -> Differences:
    """Test whether groups of people score the cards differently, together and card by card.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
    groups : Series, sort -> group
        Sessions, say. Sorts without a group are left out, and groups of one person.
    n_permutations
        How often people are dealt over the groups by lot.
    minimum
        Smaller groups are left out; where together they are still below it, the next smallest
        too, so that their means don't follow from a total.
    **options
        Those of `Board`.

    Returns
    -------
    Differences
        .cards, index card (largest share first): spread (highest minus lowest group mean), share
        (of the variance between people that groups explain), p, p_adjusted (Holm 1979), p_fdr
        (Benjamini & Hochberg 1995), real (p_adjusted < 0.05). .means: cards x groups.
        .sizes: people a group. .share and .p: of all cards together.

        Of a card that fewer than the minimum of a group placed only p stands. With fewer than two
        groups that are large enough all is empty, and .note says so.

    Notes
    -----
    share = sum of squares between / total; p = (1 + permutations with a share as large) /
    (1 + n_permutations). All cards together: sums of squares over cards (Anderson 2001). Not for
    viewpoints made from the same sorts: those differ by construction; see `contrasts`.

    Examples
    --------
    >>> sorts = pd.DataFrame([[2, 2, 2, 0, 0, 0], [0, 0, 0, 2, 2, 2], [1] * 6], index=[*"abc"])
    >>> found = differences(sorts, pd.Series([*"xxxyyy"]), n_permutations=999)
    >>> found.share, found.cards["spread"].to_dict()
    (1.0, {'a': 100.0, 'b': 100.0, 'c': 0.0})
    """
    board = Board.of(sorts, **options)
    kept = large_enough(groups.reindex(board.sorts.columns), minimum)
    scored = board.points[kept.index]
    if kept.empty:
        none = pd.DataFrame(index=scored.index[:0].rename("card"))
        return Differences(none, none, pd.Series(dtype=int), np.nan, np.nan, FEW)
    codes, names = pd.factorize(kept, sort=True)
    lots = np.tile(codes, (n_permutations + 1, 1))
    lots[1:] = board.rng.permuted(lots[1:], axis=1)
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
        index=scored.index.rename("card"),
    )
    table["real"] = table["p_adjusted"] < ALPHA
    table["share"] = table["share"].where(table["spread"].notna())
    return Differences(
        table.sort_values("share", ascending=False, kind="stable"),
        score.rename_axis("card"),
        kept.value_counts().sort_index(),
        float(together[0]),
        float(_beyond(together[None])[0]),
    )


def contrasts(sorts: Sorted, groups: pd.Series, minimum: int = 1, **options: Any) -> pd.DataFrame:
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
    >>> sorts = pd.DataFrame([[2, 2, 1, 0, 0], [0, 1, 2, 1, 2], [1, 0, 0, 2, 1]], index=[*"abc"])
    >>> contrasts(sorts, pd.Series([*"xxxyy"]))["difference"].round(1).to_dict()
    {('a', 'x-y'): 83.3, ('b', 'x-y'): -25.0, ('c', 'x-y'): -58.3}
    """
    board = Board.of(sorts, **options)
    kept = large_enough(groups.reindex(board.sorts.columns), minimum)
    scored = board.points[kept.index]
    if kept.empty:
        return _unsaid(["card", "pair"])
    rng, estimates, resampled, df = board.rng, {}, {}, {}
    for name, people in kept.groupby(kept):
        mine = scored[people.index]
        drawn, df[name] = weights(mine.columns, None, board.n_resamples, rng)
        resampled[name] = means(mine.to_numpy(), drawn)
        estimates[name] = mine.mean(axis=1).where(mine.notna().sum(axis=1) >= minimum)
    tables = []
    for a, b in combinations(estimates, 2):
        low, high = interval(resampled[a] - resampled[b], min(df[a], df[b]))
        pair = pd.DataFrame({"score_first": estimates[a], "score_second": estimates[b]})
        pair["difference"] = pair["score_first"] - pair["score_second"]
        pair = pair.assign(low=low, high=high)
        pair = pair.where(pair["difference"].notna())
        tables.append(pair.assign(card=scored.index, pair=f"{a}-{b}"))
    return pd.concat(tables).set_index(["card", "pair"])


def by_group(sorts: Sorted, groups: pd.Series, minimum: int = 1, **options: Any) -> pd.DataFrame:
    """Score of each card in each group that is large enough, each resampled on its own.

    Parameters and errors as `differences`; sorts that leave out cards are not taken, as few people
    of a group might have placed one.

    Returns
    -------
    DataFrame, index (card, groups' name)
        score, low, high, n. Without two such groups no rows, and attrs["note"].

    Examples
    --------
    >>> sorts = pd.DataFrame([[2, 2, 1, 0], [0, 1, 2, 1], [1, 0, 0, 2]], index=[*"abc"])
    >>> table = by_group(sorts, pd.Series([*"xxyy"], name="session"))
    >>> table["score"].xs("x", level="session").to_dict()
    {'a': 100.0, 'b': 25.0, 'c': 25.0}
    """
    board = Board.of(sorts, **options)
    board = replace(board, strata=None, grid=board.grid or one_scale(board.sorts))
    kept = large_enough(groups.reindex(board.sorts.columns), minimum)
    kept = kept if board.sorts.notna().all(axis=None) else kept[:0]
    tables = {
        name: rank(replace(board, sorts=board.sorts[who.index])).assign(n=len(who))
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


def _squares(scored: Array, lots: np.ndarray, n_groups: int) -> tuple[Array, Array]:
    """Sums of squares between groups, cards x lots, and in all, by card."""
    known = np.isfinite(scored)
    centred = np.where(known, scored - np.nanmean(scored, axis=1, keepdims=True), 0.0)
    between = np.zeros((len(scored), len(lots)))
    for group in range(n_groups):
        here = (lots == group).T.astype(float)
        between += (centred @ here) ** 2 / np.maximum(known.astype(float) @ here, 1)
    return between, (centred**2).sum(axis=1)


def _beyond(shares: Array) -> Array:
    """Part of the lots, the first (as it was) included, that reach the first."""
    return (shares >= shares[:, :1] - 1e-9).mean(axis=1)


def camps(sorts: Sorted, minimum: int = 1, **options: Any) -> pd.DataFrame:
    """Cards that some people lay high and others low, more than chance and the grid explain.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
    minimum
        Scores and sizes of the two camps are shown of a card that has camps, both so large.
    **options
        Those of `Board`. Scoring and grid are for the scores shown, the tests look at grid values;
        n_resamples, how often each test draws its own comparison, must lie above the number of
        cards / 0.05.

    Returns
    -------
    DataFrame, index card (least chance first)
        score; excess, the variance of its places over that expected in one camp; p_variance;
        p_modes (empty where the first test finds nothing); p, the larger; p_adjusted (Holm 1979);
        camps (p_adjusted < 0.05); score_low, score_high, n_low, n_high: mean score and size
        of the two camps it splits into best, where it has camps.

    Notes
    -----
    A card must pass two tests, each at the same level (an intersection-union test, Berger 1982).
    Variance: sorts are drawn from the Plackett-Luce model fitted to all (one camp, with the
    agreement that people have and each his own piles); p is how often a card's variance is as
    large. Modes: the likelihood ratio of the shares of people by column against the best shares
    that rise to one top and then fall (allowing for a grid that itself has two tops), with draws
    from that fit (a discrete dip test; compare Hartigan & Hartigan 1985). Camps split where the
    variance within both is least (Otsu 1979).

    Examples
    --------
    >>> luck = np.random.default_rng(0)
    >>> sorts = pd.DataFrame(luck.permuted(np.tile(np.arange(-4, 4), (24, 1)), axis=1).T)
    >>> split = pd.concat([sorts, pd.DataFrame([[-4, 4] * 12], index=["split"])])
    >>> table = camps(split)
    >>> table.index[table["camps"]].tolist(), int(table.loc["split", "n_high"])
    (['split'], 12)
    """
    board = Board.of(sorts, **options)
    numbers, rng = checked(board.sorts), board.rng
    excess, p_variance = _variance(numbers, board.n_resamples, rng)
    p_modes = _modes(numbers.to_numpy(), p_variance < ALPHA, board.n_resamples, rng)
    p, scored = np.fmax(p_variance, p_modes), board.points
    table = pd.DataFrame({"score": scored.mean(axis=1), "excess": excess})
    table = table.assign(p_variance=p_variance, p_modes=p_modes, p=p, p_adjusted=holm(p))
    table["camps"] = table["p_adjusted"] < ALPHA
    split = [_split(row[np.isfinite(row)]) for row in scored.to_numpy()]
    names = ["score_low", "score_high", "n_low", "n_high"]
    table[names] = np.array(split)
    shown = table["camps"] & (table[["n_low", "n_high"]].min(axis=1) >= minimum)
    table[names] = table[names].where(shown)
    table = table.rename_axis("card")
    return table.sort_values(["p", "excess"], ascending=[True, False], kind="stable")


def _variance(sorts: pd.DataFrame, times: int, rng: np.random.Generator) -> tuple[Array, Array]:
    theta, _, _ = fit(piles_of(sorts))
    observed, values = sorts.var(axis=1).fillna(0.0).to_numpy(), sorts.to_numpy()
    size = max(1, BATCH // values.size)
    parts = [
        np.nanvar(redraw(theta, values, min(size, times - start), rng), axis=2, ddof=1)
        for start in range(0, times, size)
    ]
    drawn = np.nan_to_num(np.concatenate(parts))
    excess = observed / np.maximum(drawn.mean(axis=0), 1e-12)
    return excess, permuted_p(drawn >= observed - 1e-9)


def _modes(sorts: Array, suspect: np.ndarray, times: int, rng: np.random.Generator) -> Array:
    """P value of one mode, by card, for the suspect ones."""
    values = np.unique(sorts[np.isfinite(sorts)])
    if len(values) > BINS:
        edges = np.nanquantile(sorts, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf")
        sorts = np.where(np.isfinite(sorts), np.searchsorted(edges, sorts), np.nan)
        values = np.arange(float(BINS))
    counts = (sorts[:, :, None] == values).sum(axis=1).astype(float)
    counts = counts[:, counts.sum(axis=0) > 0]
    held = counts.sum(axis=0)
    base = held / _unimodal(held[None], np.ones(len(held)))[0][0]
    p = np.full(len(counts), np.nan)
    for card in np.flatnonzero(suspect):
        ratio, observed = _unimodal(counts[card : card + 1], base)
        share = ratio[0] * base / (ratio[0] @ base)
        drawn = rng.multinomial(int(counts[card].sum()), share, size=times).astype(float)
        p[card] = permuted_p(_unimodal(drawn, base)[1] >= observed - 1e-9)
    return p


def _unimodal(counts: Array, base: Array) -> tuple[Array, Array]:
    """Best one-topped ratios of counts to base (rows), and the likelihood ratio against them."""
    bins = len(base)
    up = [_rising(counts[:, :top], base[:top]) for top in range(1, bins + 1)]
    down = [
        _rising(counts[:, top:][:, ::-1], base[top:][::-1])[:, ::-1] for top in range(1, bins + 1)
    ]
    fits = np.stack([np.hstack(pair) for pair in zip(up, down, strict=True)])
    logs = (counts * np.log(np.where(counts > 0, fits, 1.0))).sum(axis=2)
    best = logs.argmax(axis=0)
    free = (counts * np.log(np.where(counts > 0, counts / base, 1.0))).sum(axis=1)
    rows = np.arange(len(counts))
    return fits[best, rows], 2 * (free - logs[best, rows])


def _rising(counts: Array, base: Array) -> Array:
    """Isotonic ratios by the max-min formula: max over starts of min over ends of the mean."""
    bins = len(base)
    if bins == 0:
        return counts
    sums = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    ends = np.cumsum(np.pad(base, (1, 0)))
    start, end = np.tril_indices(bins)[::-1]
    mean = np.full((len(counts), bins, bins), np.inf)
    mean[:, start, end] = (sums[:, end + 1] - sums[:, start]) / (ends[end + 1] - ends[start])
    least = np.minimum.accumulate(mean[:, :, ::-1], axis=2)[:, :, ::-1]
    least[:, np.tri(bins, k=-1, dtype=bool)] = -np.inf
    return least.max(axis=1)


def _split(scores: Array) -> tuple[float, float, int, int]:
    """Mean and size of the two camps with the least variance within."""
    ordered = np.sort(scores)
    cuts = np.flatnonzero(np.diff(ordered) > 0) + 1
    if not len(cuts):
        return ordered[0], ordered[0], len(ordered), 0
    sums, n = np.cumsum(ordered), len(ordered)
    low = sums[cuts - 1] / cuts
    high = (sums[-1] - sums[cuts - 1]) / (n - cuts)
    best = int(np.argmax(cuts * (n - cuts) * (high - low) ** 2))
    return low[best], high[best], int(cuts[best]), int(n - cuts[best])
