"""Which sorts define a factor: the automatic rule, hand-made flags, and what stands out."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from .errors import OptionError

CRITICAL = {0.05: 1.960, 0.01: 2.576, 0.001: 3.291}


def critical(level: float) -> float:
    """The two-sided normal value of a level, as the field rounds it: 1.960, 2.576, 3.291."""
    if not 0 < level < 1:
        raise OptionError(f"level={level!r} must lie between 0 and 1")
    return CRITICAL.get(level) or float(norm.isf(level / 2))


def automatic(
    loadings: np.ndarray, n_cards: int, level: float = 0.05, majority: float = 0.5
) -> np.ndarray:
    """Flag a sort on a factor when its loading is significant and outweighs the others.

    |L| > c / sqrt(cards), and L squared more than `majority` of the sum of the sort's squared
    loadings (strictly). Negative loadings are flagged too. Brown (1980), Zabala (2014).

    Parameters
    ----------
    loadings : array, ... x sorts x factors
    n_cards : int
    level : float
        Two-sided significance level of a loading.
    majority : float
        Share of the communality that one factor must exceed; 0 switches the rule off.

    Returns
    -------
    bool array of the same shape

    Examples
    --------
    >>> automatic(np.array([[0.8, 0.1], [0.5, 0.5], [-0.6, 0.2]]), n_cards=33).tolist()
    [[True, False], [False, False], [True, False]]
    """
    if not 0 <= majority < 1:
        raise OptionError(f"majority={majority!r} must be at least 0 and below 1")
    squares = loadings**2
    others = squares.sum(axis=-1, keepdims=True) - squares
    significant = np.abs(loadings) > critical(level) / np.sqrt(n_cards)
    # Equal shares differ by rounding only; that must not decide.
    return significant & (squares * (1 - majority) > others * majority + 1e-14)


def given(flags: pd.DataFrame, names: pd.Index, factors: pd.Index) -> np.ndarray:
    """Hand-made flags, put in the order of the sorts and factors, or an error that names both."""
    if not isinstance(flags, pd.DataFrame):
        raise OptionError("flags must be a DataFrame of sorts x factors")
    strange = [f"sort {s!r}" for s in flags.index.difference(names)]
    strange += [f"factor {f!r}" for f in flags.columns.difference(factors)]
    lacking = [f"sort {s!r}" for s in names.difference(flags.index)]
    lacking += [f"factor {f!r}" for f in factors.difference(flags.columns)]
    if strange or lacking or flags.index.has_duplicates or flags.columns.has_duplicates:
        faults = [f"unknown {x}" for x in strange] + [f"missing {x}" for x in lacking]
        raise OptionError(f"flags: {', '.join(faults[:10]) or 'a sort or factor is there twice'}")
    values = flags.loc[names, factors]
    if not values.isin([0, 1]).all(axis=None):
        raise OptionError("flags must be True or False (1 or 0) in every cell")
    return values.to_numpy().astype(bool)


def edit_flags(flags: pd.DataFrame, changes: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Flags after recorded changes by hand, each {"sort": ..., "factor": ..., "flag": ...}.

    Examples
    --------
    >>> flags = pd.DataFrame({"f1": [True, False]}, index=["s1", "s2"])
    >>> edit_flags(flags, [{"sort": "s2", "factor": "f1", "flag": True}])["f1"].tolist()
    [True, True]
    """
    changed = flags.copy()
    for record in changes:
        sort, factor, flag = (record.get(key) for key in ("sort", "factor", "flag"))
        if sort not in flags.index or factor not in flags.columns or flag not in (True, False):
            raise OptionError(f"flags: {dict(record)!r} does not name a sort, a factor and a flag")
        changed.loc[sort, factor] = bool(flag)
    return changed


def describe(
    loadings: np.ndarray, flags: np.ndarray, communality: np.ndarray, threshold: float
) -> dict[str, np.ndarray]:
    """Per sort: the factor that it loads on most, how high, and how it was taken.

    "defining" and "negative" sorts are flagged once, "several" more than once; of the others
    "confounded" ones are significant on two or more factors, "mixed" on one, "unexplained" on
    none.
    """
    highest = np.abs(loadings).argmax(axis=1)
    flagged = flags.sum(axis=1)
    on = np.where(flagged > 0, flags.argmax(axis=1), highest)
    loading = np.take_along_axis(loadings, on[:, None], axis=1)[:, 0]
    significant = (np.abs(loadings) > threshold).sum(axis=1)
    status = np.select(
        [
            flagged > 1,
            (flagged == 1) & (loading < 0),
            flagged == 1,
            significant > 1,
            significant > 0,
        ],
        ["several", "negative", "defining", "confounded", "mixed"],
        "unexplained",
    )
    return {"factor": on, "loading": loading, "communality": communality, "status": status}
