"""Estimates as a table with standard error, interval and p-value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.sample import Array
from cxlib.inference import holm


def coefficient_table(
    estimate: Array,
    covariance: Array,
    names: pd.Index | Sequence[Any],
    freedom: float,
    level: float,
) -> pd.DataFrame:
    """A row an estimate: `estimate`, `se`, `low`, `high`, `p` from Student's t.

    `freedom` is the degrees of freedom; infinite gives the normal distribution.
    """
    se = np.sqrt(np.diagonal(covariance))
    reach = stats.t.ppf((1 + level) / 2, freedom) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate / se), freedom)
    columns = {"estimate": estimate, "se": se, "low": estimate - reach, "high": estimate + reach}
    return pd.DataFrame({**columns, "p": p}, index=pd.Index(names), dtype=float)


def corrected(table: pd.DataFrame) -> pd.DataFrame:
    """The same with `p_adjusted`: Holm's correction over all rows but "intercept"."""
    return table.assign(p_adjusted=holm(table["p"].where(table.index != "intercept")))


def no_coefficients(names: pd.Index) -> pd.DataFrame:
    """The same table without estimates."""
    return pd.DataFrame(np.nan, index=names, columns=["estimate", "se", "low", "high", "p"])
