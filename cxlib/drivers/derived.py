"""Importance as answers betray it: each driver's part of what is explained."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxlib.drivers.relative import RANDOM, Importance


def derived_importance(result: Importance, level: float = 0.95) -> pd.DataFrame:
    """Each driver's share as a percentage of all that the drivers explain together.

    Parameters
    ----------
    result : Importance
        From `bootstrap_importance`.
    level : float

    Returns
    -------
    DataFrame
        Index `driver`; `importance` (0-100, adding up to 100), `importance_low`,
        `importance_high` (percentiles of the resamples, each scaled to 100).

    Examples
    --------
    >>> from cxlib.drivers import bootstrap_importance
    >>> X = pd.DataFrame({"ease": [6, 7, 8, 9, 5, 7], "safe": [7, 5, 8, 8, 6, 9]})
    >>> found = bootstrap_importance(X, pd.Series([6, 6, 8, 9, 5, 8]), n_resamples=50)
    >>> derived_importance(found)["importance"].round().to_dict()
    {'ease': 61.0, 'safe': 39.0}
    """
    shares = result.shares["share"].drop(index=RANDOM)
    draws = result.draws.drop(columns=RANDOM)
    parts = draws.div(draws.sum(axis=1).replace(0, np.nan), axis=0)
    tails = parts.quantile([(1 - level) / 2, (1 + level) / 2]).T.reindex(shares.index)
    table = pd.DataFrame({"importance": shares / (shares.sum() or np.nan)})
    table["importance_low"], table["importance_high"] = tails.iloc[:, 0], tails.iloc[:, 1]
    return table * 100
