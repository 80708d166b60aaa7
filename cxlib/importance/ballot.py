"""A vote in which everybody may choose several options: the ranking, and how firm it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.resampling import means, weights
from cxlib.importance.scoring import ImportanceError


def ballot(
    votes: pd.DataFrame,
    top: int = 5,
    n_resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
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
    level : float

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
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2], axis=1)
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
