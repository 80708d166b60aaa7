"""The most important cards, parts and options, with how sure their order is.

By scores, and by the worths of the Plackett-Luce model, where whole piles of cards tie.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from cxlib.importance.board import (
    Board,
    ImportanceError,
    Rule,
    Sorted,
    checked,
    interval,
    means,
    two_sided,
    weights,
)
from cxlib.inference import ALPHA, LOWER, UPPER, Array, holm
from cxlib.language import Note

TAILS = (1 / 4, 1 / 3)


def rank(
    sorts: Sorted, scoring: str | Rule | None = None, top: int = 12, **options: Any
) -> pd.DataFrame:
    """Cards in order of their score, with intervals from resampling people.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
    top
        Size of the top that `p_top` is about.
    scoring, **options
        Those of `Board`.

    Returns
    -------
    DataFrame, index card
        score, low, high; rank (ties share the best place: 9, 9, 11), rank_low, rank_high; p_top,
        the share of resamples in which the card is among the first `top` (cards that tie for the
        last places share them, so that p_top sums to `top`); ahead_low, the lower end of the
        interval by which the first is ahead of this card, on the same people (0 for the first).

    Raises
    ------
    ImportanceError
        As `points`; a person without a session; a single person.

    Notes
    -----
    Resampling after Rao & Wu (1988), intervals after Hesterberg (2015); see `board`. Ranks
    of the estimates are less sure than the estimates: Goldstein & Spiegelhalter (1996).

    Examples
    --------
    >>> sorts = pd.DataFrame({"p": [2, 0, 1], "q": [2, 1, 0], "r": [2, 0, 1]}, index=[*"abc"])
    >>> rank(sorts, top=1)[["score", "rank", "p_top"]].round(1).to_numpy().tolist()
    [[100.0, 1.0, 1.0], [33.3, 2.0, 0.0], [16.7, 3.0, 0.0]]
    """
    board = Board.of(sorts, scoring=scoring, **options)
    estimate, (resampled, df) = board.points.mean(axis=1), board.resampled()
    index = estimate.index.rename("card")
    return placed(estimate.to_numpy(), resampled, df, index, top)


def placed(estimate: Array, resampled: Array, df: int, index: pd.Index, top: int) -> pd.DataFrame:
    """Table of `rank` from estimates and their resamples (rows as `index`)."""
    first, last = _places(resampled)
    low, high = interval(resampled, df)
    rank = _places(np.round(estimate, 9)[:, None])[0][:, 0]
    reach = stats.t.ppf(UPPER, df)
    leads = [  # where several tie for the first place, the least of their intervals counts
        estimate[top_one] - estimate - reach * np.nanstd(resampled[top_one] - resampled, axis=1)
        for top_one in np.flatnonzero(rank == 1)
    ]
    ahead = np.where(rank == 1, 0.0, np.min(leads, axis=0)) if leads else estimate
    rank_low, rank_high = np.quantile(first, [LOWER, UPPER], axis=1, method="inverted_cdf")
    table = pd.DataFrame(
        {
            "score": estimate,
            "low": low,
            "high": high,
            "rank": rank,
            "rank_low": rank_low.astype(int),
            "rank_high": rank_high.astype(int),
            "p_top": np.clip((top - first + 1) / (last - first + 1), 0, 1).mean(axis=1),
            "ahead_low": ahead,
        },
        index=index,
    )
    return table.sort_values("rank", kind="stable")


def neighbours(sorts: Sorted, **options: Any) -> pd.DataFrame:
    """Which cards really score higher than the next one in the ranking.

    The same people score both cards, so a difference is resampled as such. P values come from the
    difference over its standard error by Student's t, corrected by Holm (1979) for all pairs of
    neighbours. Parameters and errors as `rank`.

    Returns
    -------
    DataFrame, index card (in order of score, without the last)
        next (the card below), difference, low, high, p, p_adjusted, real (p_adjusted < 0.05).

    Examples
    --------
    >>> sorts = pd.DataFrame([[2] * 6, [0, 1, 0, 1, 0, 0], [1, 0, 1, 0, 1, 1]], index=[*"abc"])
    >>> neighbours(sorts)["real"].to_dict()
    {'a': True, 'c': False}
    """
    board = Board.of(sorts, **options)
    resampled, df = board.resampled()
    estimate = board.points.mean(axis=1).round(9)
    order = np.argsort(-estimate.to_numpy(), kind="stable")
    ordered, drawn = estimate.to_numpy()[order], resampled[order]
    steps, difference = drawn[:-1] - drawn[1:], ordered[:-1] - ordered[1:]
    low, high = interval(steps, df)
    p = two_sided(difference, np.nanstd(steps, axis=1), df)
    adjusted = holm(p)
    return pd.DataFrame(
        {
            "next": estimate.index[order[1:]],
            "difference": difference,
            "low": low,
            "high": high,
            "p": p,
            "p_adjusted": adjusted,
            "real": adjusted < ALPHA,
        },
        index=estimate.index[order[:-1]].rename("card"),
    )


def _places(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last place that each card can be said to have, in each column of scores."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    first = stats.rankdata(-filled, method="min", axis=0).astype(np.int64)
    last = len(filled) + 1 - stats.rankdata(filled, method="min", axis=0).astype(np.int64)
    return first, last


def parts(sorts: Sorted, kinds: pd.Series, **options: Any) -> pd.DataFrame:
    """Score of each domain or customer value: the mean of its cards, with intervals.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
    kinds : Series, card -> domain or customer value
        Empty where a card belongs to none. Its name becomes that of the index.
    **options
        Those of `Board`.

    Returns
    -------
    DataFrame, index kind
        score, low, high, rank, rank_low, rank_high, p_top (to be the first) as in `rank`; cards,
        their number; and best, the highest card.

    Raises
    ------
    ImportanceError
        As `rank`; no card of the sorts has a kind.

    Notes
    -----
    score = mean over cards of the mean over people. People are resampled, cards are not: the
    interval is about other people who sort these cards, not about other cards (Brennan 2001, on
    fixed and random facets).

    Examples
    --------
    >>> sorts = pd.DataFrame({"p": [2, 0, 1], "q": [2, 1, 0], "r": [2, 0, 1]}, index=[*"abc"])
    >>> kinds = pd.Series({"a": "home", "b": "service", "c": "service"}, name="domain")
    >>> parts(sorts, kinds)[["score", "cards", "best"]].to_numpy().tolist()
    [[100.0, 1, 'a'], [25.0, 2, 'c']]
    """
    board = Board.of(sorts, **options)
    estimate = board.points.mean(axis=1)
    kind = pd.Categorical(kinds.reindex(estimate.index))
    if not len(kind.categories):
        raise ImportanceError("parts: no card of the sorts has a kind")
    shares = (kind.codes == np.arange(len(kind.categories))[:, None]).astype(float)
    counts = shares.sum(axis=1)
    shares /= counts[:, None]
    resampled, df = board.resampled()
    index = pd.Index(kind.categories, name=kinds.name or "kind")
    scores, drawn = shares @ estimate.to_numpy(), np.round(shares @ resampled, 9)
    table = placed(scores, drawn, df, index, 1)
    table["cards"] = pd.Series(counts.astype(int), index)
    table["best"] = estimate.groupby(kinds.reindex(estimate.index)).idxmax().reindex(table.index)
    return table


def coverage(kinds: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    """Which card says something about which value: 1 or 0, cards x names.

    Parameters
    ----------
    kinds : Series, card -> value
        Empty where a card belongs to none; a card that occurs twice belongs to both.
    names
        All values, also those that no card is about: a column of zeros is a gap in the card set.

    Raises
    ------
    ImportanceError
        A card with a value that is not among the names.

    Examples
    --------
    >>> coverage(pd.Series({"c1": "home", "c2": None}), ["home", "ease"]).to_numpy().tolist()
    [[1, 0], [0, 0]]
    """
    for card, name in kinds[kinds.notna() & ~kinds.isin(list(names))].items():
        raise ImportanceError(f"coverage: {name} of card {card} is none of {', '.join(names)}")
    hits = pd.DataFrame({name: (kinds == name).astype(int) for name in names}, kinds.index)
    return hits.groupby(level=0, sort=False).max().rename_axis("card")


def middles(sorts: Sorted, minimum: int = 10, **options: Any) -> pd.DataFrame:
    """Between which places the middle half of the people lay a card, or the middle third.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
    minimum
        Fewest people below and above a bound: with fewer than four times as many the middle third
        is shown instead of the middle half, with fewer than three times nothing.
    **options
        Those of `Board`, of which only the grid counts.

    Returns
    -------
    DataFrame, index card (highest score first)
        score (rescaled 0-100); lower and upper, places of the same scale; outside, the share of
        people (1/4 or 1/3, the same for all cards) that lies at or below `lower`, and at or above
        `upper`, at the least. With too few people the bounds are empty, and attrs["note"] says so.

    Raises
    ------
    ImportanceError
        As `points`; a minimum below 1.

    Notes
    -----
    Bounds are the inverse of the distribution function, from below and from above: places where
    cards lay, so that no bound lies between two columns (Hyndman & Fan 1996, definition 1).

    Examples
    --------
    >>> sorts = pd.DataFrame([[2, 2, 1, 0], [0, 1, 2, 2], [1, 0, 0, 1]], index=[*"abc"])
    >>> middles(sorts, minimum=1).loc["a"].tolist()
    [62.5, 0.0, 100.0, 0.25]
    """
    if minimum < 1:
        raise ImportanceError(f"minimum is {minimum}; at least 1 is needed")
    scored = Board.of(sorts, **options | {"scoring": "rescaled"}).points
    fewest = int(scored.notna().sum(axis=1).min())
    tail = next((share for share in TAILS if fewest * share >= minimum), float("nan"))
    table = pd.DataFrame({"score": scored.mean(axis=1), "lower": np.nan, "upper": np.nan})
    if tail == tail:
        values = scored.to_numpy()
        table["lower"] = np.nanquantile(values, tail, axis=1, method="inverted_cdf")
        table["upper"] = -np.nanquantile(-values, tail, axis=1, method="inverted_cdf")
    table = table.assign(outside=tail).rename_axis("card")
    table = table.sort_values("score", ascending=False, kind="stable")
    few = Note("Too few people to show how far they lie apart.")
    table.attrs["note"] = "" if tail == tail else few
    return table


def ballot(
    votes: pd.DataFrame, top: int = 5, n_resamples: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Rank options by votes, with the probability that each would be among the first again.

    Voters are drawn again with replacement, each with all of their votes.

    Parameters
    ----------
    votes : DataFrame, voters x options
        True (or 1) where a voter chose the option.
    top : int
        How many options are to be chosen.
    n_resamples, seed : int

    Returns
    -------
    DataFrame
        Index `crocodile`, most votes first: `votes`, `low` and `high` (percentile interval of the
        number of votes), `rank` (ties share the best), `p_top`.

    Raises
    ------
    ImportanceError
        With fewer than two voters, or nothing to choose from.

    Examples
    --------
    >>> votes = pd.DataFrame({"k01": [1, 1, 1, 1], "k02": [1, 1, 0, 0], "k03": [0, 0, 0, 0]})
    >>> ballot(votes, top=1)["p_top"].to_dict()["k03"]
    0.0
    """
    if votes.shape[1] < 1:
        raise ImportanceError("there is no option to vote for")
    cast = votes.to_numpy(dtype=float).T
    drawn, _ = weights(votes.index, None, n_resamples, np.random.default_rng(seed))
    resampled = means(cast, drawn) * len(votes)
    places = stats.rankdata(-resampled, method="min", axis=0)
    low, high = np.quantile(resampled, [LOWER, UPPER], axis=1)
    table = pd.DataFrame(
        {
            "votes": cast.sum(axis=1).astype(int),
            "low": low,
            "high": high,
            "rank": stats.rankdata(-cast.sum(axis=1), method="min").astype(int),
            "p_top": (places <= top).mean(axis=1),
        },
        index=votes.columns.rename("crocodile"),
    )
    return table.sort_values(["votes"], ascending=False, kind="stable")


PSEUDO = 0.5  # how often each card wins from and loses to an imagined average card
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
BATCH = 4_000_000  # numbers held in memory at a time


def worths(sorts: Sorted, top: int = 12, **options: Any) -> pd.DataFrame:
    """Cards in order of their worth in the Plackett-Luce model, with intervals.

    The model reads a sort as choices: who lays a card higher chose it before those lower. Piles
    are ties that the grid asks for, so each pile counts as all orders of its cards; where a
    person did not place a card, it was not among the choices. No scale is put on the columns.

    Parameters
    ----------
    sorts : DataFrame (cards x sorts) or Board
        Only the order of grid values counts, forced or free.
    top
        As in `rank`.
    **options
        Those of `Board`; no rule for scores is needed.

    Returns
    -------
    DataFrame, index card
        score, low, high: chance in per cent to be chosen before an average card; rank, rank_low,
        rank_high, p_top as in `rank`; worth, worth_low, worth_high: logarithm of the worth, 0 for
        the average card.

    Notes
    -----
    A pile S laid above the cards R has the probability of integral_0^1 prod_S (1 - u^(w_i / W)) du
    with W the sum of w over R: the sum over all orders within S (Luce 1959; Plackett 1975; ties as
    in DeLong, Guirguis & So 1994), by Gauss-Legendre quadrature; the likelihood is log-concave and
    Newton's method finds its maximum. Half a win and half a loss against an imagined average card
    keep worths finite (Turner et al. 2020). score = 100 / (1 + exp(-worth)). Each resample takes
    one Newton step from the estimate with its own gradient and Hessian (Andrews 2002).

    Examples
    --------
    >>> sorts = pd.DataFrame({"p": [2, 1, 0], "q": [2, 0, 1], "r": [1, 2, 0]}, index=[*"abc"])
    >>> worths(sorts, top=1)["score"].round(0).to_dict()
    {'a': 71.0, 'b': 47.0, 'c': 31.0}
    """
    board = Board.of(sorts, **options)
    estimate, slopes, bends = fit(piles_of(checked(board.sorts)))
    drawn, df = board.drawn()
    slope, bend = _pseudo(estimate)
    cards, steps = len(estimate), []
    size = max(1, BATCH // cards**2)
    for weight in (drawn.T[start : start + size] for start in range(0, drawn.shape[1], size)):
        matrices = (weight @ bends.reshape(len(bends), -1)).reshape(-1, cards, cards) + bend
        steps.append(np.linalg.solve(matrices, (weight @ slopes + slope)[..., None])[..., 0])
    theta = estimate - np.vstack(steps)
    resampled = (theta - theta.mean(axis=1, keepdims=True)).T
    centred = estimate - estimate.mean()
    index = board.sorts.index.rename("card")
    table = placed(centred, np.round(resampled, 9), df, index, top)
    for name, column in (("worth", "score"), ("worth_low", "low"), ("worth_high", "high")):
        table[name] = table[column]
        table[column] = 100 * special.expit(table[column])
    return table


def fit(piles: np.ndarray) -> tuple[Array, Array, Array]:
    """Logarithms of the worths, and each person's gradient and Hessian of the likelihood there."""
    theta = np.zeros(piles.shape[1])
    for _ in range(100):
        slopes, bends = _derivatives(theta, piles)
        slope, bend = _pseudo(theta)
        step = np.linalg.solve(bends.sum(axis=0) + bend, slopes.sum(axis=0) + slope)
        theta = theta - step * min(1.0, 2.0 / np.abs(step).max(initial=1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return theta, *_derivatives(theta, piles)


def redraw(theta: Array, sorts: Array, times: int, rng: np.random.Generator) -> Array:
    """Draw everybody's sort again from the model; times x cards x people.

    Each person keeps his own piles and the cards he did not place.
    """
    luck = rng.gumbel(size=(times, *sorts.shape)) + theta[:, None]
    luck[:, np.isnan(sorts)] = np.inf  # NaN sorts last, and so does infinity
    drawn = np.empty_like(luck)
    own = np.broadcast_to(np.sort(sorts, axis=0), luck.shape)
    np.put_along_axis(drawn, luck.argsort(axis=1), own, axis=1)
    return drawn


def piles_of(sorts: pd.DataFrame) -> np.ndarray:
    """Number of each card's pile from the top, people x cards; -1 where not placed."""
    numbers = sorts.rank(ascending=False, method="dense").fillna(0) - 1
    return numbers.to_numpy(dtype=np.int64).T


def _pseudo(theta: Array) -> tuple[Array, Array]:
    chance = special.expit(theta)
    return PSEUDO * (1 - 2 * chance), np.diag(-2 * PSEUDO * chance * (1 - chance))


def _derivatives(theta: Array, piles: np.ndarray) -> tuple[Array, Array]:
    """First and second derivatives of each person's log-likelihood to theta."""
    cards, steps = piles.shape[1], max(1, int(piles.max()))
    size = max(1, BATCH // (cards * steps * len(NODES)))
    parts = [
        _batch(np.exp(theta), piles[start : start + size], steps)
        for start in range(0, len(piles), size)
    ]
    slopes, bends = zip(*parts, strict=True)
    return np.concatenate(slopes), np.concatenate(bends)


def _batch(w: Array, piles: np.ndarray, steps: int) -> tuple[Array, Array]:
    # axes: people, piles, nodes, cards
    order = np.arange(steps)[:, None]
    chosen, left = piles[:, None, :] == order, piles[:, None, :] > order
    total = left @ w
    some = (total > 0) & chosen.any(axis=-1)
    total = np.where(some, total, 1.0)
    mean = np.where(some, chosen @ w, 1.0) / np.maximum(chosen.sum(axis=-1), 1)
    power = np.maximum(total / mean, 4.0)[..., None]  # u = v^power spreads the integrand over v
    log_v = np.log((1 + NODES) / 2)
    x = (-power * log_v / total[..., None])[..., None] * w
    fall = np.expm1(-x)
    with np.errstate(divide="ignore"):
        mass = np.where(chosen[:, :, None], np.log(-fall), 0.0).sum(axis=-1)
    mass += np.log(NODE_WEIGHTS) + power * log_v - log_v
    mass = special.softmax(mass, axis=-1)[..., None] * some[..., None, None]
    rest = np.where(left, w / total[..., None], 0.0)
    won = -x * (1 + fall) / fall  # x / (exp(x) - 1)
    d = np.where(chosen[:, :, None], won, np.where(left[:, :, None], rest[:, :, None] - x, 0.0))
    d2 = np.where(chosen[:, :, None], won * (1 - x - won), d)
    slope = (mass * d).sum(axis=2)
    root = (np.sqrt(mass) * d).reshape(len(piles), -1, len(w))
    rest = rest * some[..., None]
    bend = root.mT @ root - slope.mT @ slope - rest.mT @ rest
    bend[:, np.arange(len(w)), np.arange(len(w))] += (mass * d2).sum(axis=(1, 2))
    return slope.sum(axis=1), bend
