"""Importance of domains and customer values: the cards taken together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxlib.importance.ranking import placed
from cxlib.importance.resampling import means, weights
from cxlib.importance.scoring import Grid, ImportanceError, Rule, points


def parts(
    sorts: pd.DataFrame,
    kinds: pd.Series,
    scoring: str | Rule = "rescaled",
    n_resamples: int = 2000,
    seed: int = 0,
    strata: pd.Series | None = None,
    grid: Grid | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Score of each domain or customer value: the mean of its cards, with intervals.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        Grid values.
    kinds : Series, card -> domain or customer value
        Empty where a card belongs to none. Its name becomes that of the index.
    scoring, n_resamples, seed, strata, grid, level
        As in `rank`.

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
    >>> import pandas as pd
    >>> sorts = pd.DataFrame({"p": [2, 0, 1], "q": [2, 1, 0], "r": [2, 0, 1]}, index=[*"abc"])
    >>> kinds = pd.Series({"a": "home", "b": "service", "c": "service"}, name="domain")
    >>> parts(sorts, kinds)[["score", "cards", "best"]].to_numpy().tolist()
    [[100.0, 1, 'a'], [25.0, 2, 'c']]
    """
    scored = points(sorts, scoring, grid)
    kind = pd.Categorical(kinds.reindex(sorts.index))
    if not len(kind.categories):
        raise ImportanceError("parts: no card of the sorts has a kind")
    shares = (kind.codes == np.arange(len(kind.categories))[:, None]).astype(float)
    counts = shares.sum(axis=1)
    shares /= counts[:, None]
    drawn, df = weights(sorts.columns, strata, n_resamples, np.random.default_rng(seed))
    estimate = scored.mean(axis=1)
    resampled = np.round(shares @ means(scored.to_numpy(), drawn), 9)
    index = pd.Index(kind.categories, name=kinds.name or "kind")
    table = placed(shares @ estimate.to_numpy(), resampled, df, index, 1, level)
    table["cards"] = pd.Series(counts.astype(int), index)
    table["best"] = estimate.groupby(kinds.reindex(sorts.index)).idxmax().reindex(table.index)
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
    >>> import pandas as pd
    >>> coverage(pd.Series({"c1": "home", "c2": None}), ["home", "ease"]).to_numpy().tolist()
    [[1, 0], [0, 0]]
    """
    for card, name in kinds[kinds.notna() & ~kinds.isin(list(names))].items():
        raise ImportanceError(f"coverage: {name} of card {card} is none of {', '.join(names)}")
    hits = pd.DataFrame({name: (kinds == name).astype(int) for name in names}, kinds.index)
    return hits.groupby(level=0, sort=False).max().rename_axis("card")
