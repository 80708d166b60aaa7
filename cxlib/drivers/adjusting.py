"""Drivers beside something that is no driver but may colour all answers, such as survey mode."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxlib.drivers.sample import numbers


def beside(
    X: pd.DataFrame, y: pd.Series, given: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series, float]:
    """Take out of outcome and drivers what covariates explain of them.

    With M = I - Z(Z'Z)^-1 Z' for covariates and constant Z, returns MX and My. After Frisch,
    Waugh and Lovell a regression of My on MX has the coefficients of y on X and Z, and the gain
    in R2 of any drivers is that beside Z, as part of what Z leaves: shares of MX in My are those
    of orders in which Z enters first.

    Parameters
    ----------
    X : DataFrame (rows x drivers)
    y : Series (rows)
    given : DataFrame (rows x covariates)
        Numbers, on the same row labels.

    Returns
    -------
    DataFrame, Series, float
        Drivers and outcome without the covariates, missing where anything is; and R2 of the
        outcome on the covariates alone (NaN with fewer complete rows than covariates).

    Raises
    ------
    DriverError
        When something is not numeric.

    Examples
    --------
    >>> X = pd.DataFrame({"repairs": [60.0, 70.0, 75.0, 85.0]})
    >>> y, mode = pd.Series([60.0, 64.0, 76.0, 80.0]), pd.DataFrame({"telephone": [0, 0, 1, 1]})
    >>> left, outcome, r2 = beside(X, y, mode)
    >>> left["repairs"].round(9).tolist(), outcome.round(9).tolist(), round(r2, 3)
    ([-5.0, 5.0, -5.0, 5.0], [-2.0, 2.0, -2.0, 2.0], 0.941)
    """
    names = [("outcome", ""), *(("driver", name) for name in X)]
    both = pd.concat([y.rename("y"), X, given], axis=1).set_axis(
        [*names, *(("given", name) for name in given)], axis=1
    )
    table = numbers(both)
    rows = table.notna().all(axis=1)
    known = table[rows].to_numpy()
    held = np.column_stack([np.ones(len(known)), known[:, len(names) :]])
    if len(held) <= held.shape[1]:
        return X * np.nan, y * np.nan, np.nan
    data = known[:, : len(names)]
    left = data - held @ np.linalg.lstsq(held, data, rcond=None)[0]
    full = pd.DataFrame(left, index=table.index[rows]).reindex(table.index)
    total = float(((data[:, 0] - data[:, 0].mean()) ** 2).sum())
    r2 = 1 - float((left[:, 0] ** 2).sum()) / total if total > 0 else np.nan
    return (
        full[range(1, len(names))].set_axis(X.columns, axis=1),
        pd.Series(full[0], name=y.name),
        r2,
    )
