"""Where viewpoints differ and where they agree."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .flagging import CRITICAL

STARS = np.array(["", "*", "**", "***"], dtype=object)
THRESHOLDS = np.array(list(CRITICAL.values()))


@dataclass(frozen=True)
class Contrasts:
    """Differences between factors, per pair and per card.

    Attributes
    ----------
    pairs : DataFrame, cards x (pair, measure)
        For each pair, such as "f1-f2": difference (of z), z (difference / SED), p (two-sided),
        effect (Cohen's d between the sorts that define the two factors).
    stars : DataFrame, cards x pairs
        "", "*", "**" or "***": significant at .05, .01, .001.
    cards : DataFrame
        label ("distinguishing" for one factor or more, "consensus" when no pair differs, or ""),
        f1 ... fk (the level at which the card distinguishes that factor from every other),
        factors (the distinguished ones, such as "f1 f3"), spread (largest difference of z),
        variance (of z over the factors), disagreement (rank, 1 = most disputed).
    """

    pairs: pd.DataFrame
    stars: pd.DataFrame
    cards: pd.DataFrame


def levels(difference: np.ndarray, sed: np.ndarray) -> np.ndarray:
    """0 to 3: how many of the levels .05, .01, .001 a difference passes, at full precision."""
    return (np.abs(difference)[..., None] > THRESHOLDS * sed[..., None]).sum(axis=-1)


def distinguished(level: np.ndarray, k: int) -> np.ndarray:
    """Per card and factor the lowest level over that factor's pairs (cards x pairs -> x k)."""
    first, second = np.triu_indices(k, 1)
    result = np.empty((*level.shape[:-1], k), dtype=level.dtype)
    for f in range(k):
        result[..., f] = level[..., (first == f) | (second == f)].min(axis=-1)
    return result


def contrast(
    scores: np.ndarray, se: np.ndarray, effects: np.ndarray, cards: pd.Index, factors: pd.Index
) -> Contrasts:
    """Compare every pair of factors on every card.

    A difference is significant when |z_f - z_g| > c x SED, c = 1.960, 2.576 or 3.291; a card
    distinguishes a factor that differs from every other; it is consensus when no pair differs.
    Factors without scores are left out. Brown (1980, pp. 244-246).

    Parameters
    ----------
    scores : array, cards x factors
    se : array, factors
    effects : array, cards x pairs
    """
    k = scores.shape[1]
    first, second = np.triu_indices(k, 1)
    scored = ~np.isnan(se)
    difference = scores[:, first] - scores[:, second]
    sed = np.sqrt(se[first] ** 2 + se[second] ** 2)
    ratio = difference / sed
    p = 2 * ndtr(-np.abs(ratio))
    names = [f"{a}-{b}" for a, b in combinations(factors, 2)]
    level = levels(difference, sed)
    measures = ["difference", "z", "p", "effect"]
    codes = [np.repeat(range(len(names)), 4).tolist(), list(range(4)) * len(names)]
    columns = pd.MultiIndex([names, measures], codes, names=["pair", "measure"])
    block = np.stack([difference, ratio, p, effects], axis=2).reshape(len(scores), -1)
    return Contrasts(
        pairs=pd.DataFrame(block, index=cards, columns=columns),
        stars=pd.DataFrame(STARS[level], index=cards, columns=names),
        cards=_cards(scores, level, scored, cards, factors),
    )


def _cards(
    scores: np.ndarray, level: np.ndarray, scored: np.ndarray, cards: pd.Index, factors: pd.Index
) -> pd.DataFrame:
    n, k = scores.shape
    reached = np.zeros((n, k), dtype=int)
    labels = np.full(n, "", dtype=object)
    spread = variance = np.full(n, np.nan)
    if scored.sum() > 1:
        first, second = np.triu_indices(k, 1)
        compared = level[:, scored[first] & scored[second]]
        reached[:, scored] = distinguished(compared, int(scored.sum()))
        labels[(reached > 0).any(axis=1)] = "distinguishing"
        labels[(compared == 0).all(axis=1)] = "consensus"
        spread = np.ptp(scores[:, scored], axis=1)
        variance = scores[:, scored].var(axis=1)
    names = [" ".join(f for f, on in zip(factors, row, strict=True) if on) for row in reached > 0]
    frame = {"label": labels} | {f: STARS[reached[:, i]] for i, f in enumerate(factors)}
    rank = np.argsort(np.argsort(-np.round(variance, 10), kind="stable"), kind="stable") + 1
    frame |= {"factors": names, "spread": spread, "variance": variance, "disagreement": rank}
    return pd.DataFrame(frame, index=cards)


def effect_sizes(values: np.ndarray, loadings: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Cohen's d per card and pair, between the sorts that define one factor and the other.

    Sorts are standardised, negative loaders turned round; NaN where a factor has fewer than two
    sorts or a card does not vary. Akhtar-Danesh (2018).
    """
    signed = np.where(flags, np.sign(loadings), 0.0)
    known = (~np.isnan(values)).astype(float)
    filled = np.nan_to_num(values)
    count = known @ np.abs(signed)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled @ signed / count
        variance = ((filled**2) @ np.abs(signed) - count * mean**2) / (count - 1)
        first, second = np.triu_indices(loadings.shape[1], 1)
        pooled = (count - 1)[:, first] * variance[:, first]
        pooled = pooled + (count - 1)[:, second] * variance[:, second]
        pooled = pooled / (count[:, first] + count[:, second] - 2)
        usable = (np.minimum(count[:, first], count[:, second]) > 1) & (pooled > 1e-12)
        return np.where(usable, (mean[:, first] - mean[:, second]) / np.sqrt(pooled), np.nan)
