"""A card whose mean hides two camps."""

import numpy as np
import pandas as pd

from cxlib.importance.resampling import Floats
from cxlib.importance.scoring import Grid, Rule, checked, points
from cxlib.importance.worths import fit, piles_of, redraw
from cxlib.inference import holm

BINS = 9
BATCH = 4_000_000


def camps(
    sorts: pd.DataFrame,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    grid: Grid | None = None,
    level: float = 0.95,
    minimum: int = 1,
) -> pd.DataFrame:
    """Cards that some people lay high and others low, more than chance and the grid explain.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values.
    scoring, grid
        As in `points`, for the scores shown; the tests look at grid values.
    n_resamples, seed
        How often each test draws its own comparison; above the number of cards / (1 - level).
    level
        1 - level is the bound for `camps`.
    minimum
        Scores and sizes of the two camps are shown of a card that has camps, both so large.

    Returns
    -------
    DataFrame, index card (least chance first)
        score; excess, the variance of its places over that expected in one camp; p_variance;
        p_modes (empty where the first test finds nothing); p, the larger; p_adjusted (Holm 1979);
        camps (p_adjusted < 1 - level); score_low, score_high, n_low, n_high: mean score and size
        of the two camps it splits into best, where it has camps.

    Raises
    ------
    ImportanceError
        As `points`.

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
    >>> import pandas as pd
    >>> luck = np.random.default_rng(0)
    >>> sorts = pd.DataFrame(luck.permuted(np.tile(np.arange(-4, 4), (24, 1)), axis=1).T)
    >>> split = pd.concat([sorts, pd.DataFrame([[-4, 4] * 12], index=["split"])])
    >>> table = camps(split)
    >>> table.index[table["camps"]].tolist(), int(table.loc["split", "n_high"])
    (['split'], 12)
    """
    numbers = checked(sorts)
    rng = np.random.default_rng(seed)
    excess, p_variance = _variance(numbers, n_resamples, rng)
    p_modes = _modes(numbers.to_numpy(), p_variance < 1 - level, n_resamples, rng)
    p = np.fmax(p_variance, p_modes)
    scored = points(sorts, scoring, grid)
    table = pd.DataFrame({"score": scored.mean(axis=1), "excess": excess})
    table = table.assign(p_variance=p_variance, p_modes=p_modes, p=p, p_adjusted=holm(p))
    table["camps"] = table["p_adjusted"] < 1 - level
    split = [_split(row[np.isfinite(row)]) for row in scored.to_numpy()]
    names = ["score_low", "score_high", "n_low", "n_high"]
    table[names] = np.array(split)
    shown = table["camps"] & (table[["n_low", "n_high"]].min(axis=1) >= minimum)
    table[names] = table[names].where(shown)
    table = table.rename_axis("card")
    return table.sort_values(["p", "excess"], ascending=[True, False], kind="stable")


def _variance(sorts: pd.DataFrame, times: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    theta, _, _ = fit(piles_of(sorts))
    observed, values = sorts.var(axis=1).fillna(0.0).to_numpy(), sorts.to_numpy()
    size = max(1, BATCH // values.size)
    parts = [
        np.nanvar(redraw(theta, values, min(size, times - start), rng), axis=2, ddof=1)
        for start in range(0, times, size)
    ]
    drawn = np.nan_to_num(np.concatenate(parts))
    beyond = (drawn >= observed - 1e-9).sum(axis=0)
    return observed / np.maximum(drawn.mean(axis=0), 1e-12), (1 + beyond) / (1 + times)


def _modes(sorts: Floats, suspect: np.ndarray, times: int, rng: np.random.Generator) -> Floats:
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
        beyond = (_unimodal(drawn, base)[1] >= observed - 1e-9).sum()
        p[card] = (1 + beyond) / (1 + times)
    return p


def _unimodal(counts: Floats, base: Floats) -> tuple[Floats, Floats]:
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


def _rising(counts: Floats, base: Floats) -> Floats:
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


def _split(scores: Floats) -> tuple[float, float, int, int]:
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
