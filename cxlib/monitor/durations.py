"""How many cases were dealt with within the norm time."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.monitor.errors import MonitorError


class Share(NamedTuple):
    """A share with its interval, and the number of cases it rests on."""

    estimate: float
    low: float
    high: float
    n: int


def judged(durations: pd.Series, norm: float, waited: pd.Series | None = None) -> pd.Series:
    """Whether each case was within the norm: 1 yes, 0 no, NaN still open and not yet too late.

    Parameters
    ----------
    durations : Series of numbers (days) or timedeltas
        From opening to closing; empty where the case is still open.
    norm
        The most that is within the norm, in days.
    waited : Series, same index
        How long each open case has been waiting. One that waits longer than the norm is too late,
        whenever it will be closed. Without it, open cases are left out.

    Raises
    ------
    MonitorError
        A case that was closed before it was opened; a norm below 0.

    Examples
    --------
    >>> import pandas as pd
    >>> judged(pd.Series([1, 12, None]), 10, pd.Series([1, 12, 30])).tolist()
    [1.0, 0.0, 0.0]
    """
    if not norm >= 0:
        raise MonitorError(f"norm is {norm} days")
    days = _days(durations)
    for case in days.index[days < 0]:
        raise MonitorError(f"case {case} was closed {-days[case]:g} days before it was opened")
    within = (days <= norm).astype(float).where(days.notna())
    if waited is not None:
        within = within.mask(days.isna() & (_days(waited).reindex(days.index) > norm), 0.0)
    return within


def share_within(
    durations: pd.Series, norm: float, waited: pd.Series | None = None, level: float = 0.95
) -> Share:
    """Share of cases within the norm, with Wilson's (1927) interval.

    Parameters and errors as `judged`; NaN where no case can be judged.

    Examples
    --------
    >>> import pandas as pd
    >>> share_within(pd.Series([0, 1, 1, 4]), norm=1).estimate
    0.75
    """
    within = judged(durations, norm, waited).dropna()
    n, share = len(within), float(within.mean()) if len(within) else np.nan
    if not n:
        return Share(np.nan, np.nan, np.nan, 0)
    z = float(stats.norm.ppf((1 + level) / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return Share(share, max(float(centre - half), 0.0), min(float(centre + half), 1.0), n)


def _days(durations: pd.Series) -> pd.Series:
    if pd.api.types.is_timedelta64_dtype(durations):
        return durations.dt.total_seconds() / 86_400
    return durations.astype(float)
