"""What a change in a mean is made of: who answered, how they were asked, and what is left."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import UPPER, Weights, effective_n
from cxlib.survey.answers import Array, floats, weights_of

COLUMNS = ["change", "low", "high", "n_before", "n"]
FEWEST = 3  # unchanged questions: fewer don't tell how their changes spread


class _Split(NamedTuple):
    """A change: the total, the part of each grouping and the rest.

    `moved` holds what each respondent moves each of them by: the squares sum to its variance.
    """

    parts: pd.Series
    moved: pd.DataFrame
    sure: bool  # whether every grouping could be told from time
    freedom: float


def change_parts(
    outcome: pd.Series,
    groups: pd.DataFrame,
    later: pd.Series,
    unchanged: pd.DataFrame | None = None,
    minimum: int = 10,
    weights: Weights = None,
) -> pd.DataFrame:
    """Split the change of a mean, or of a share, into who answered and what is left.

    The part of a grouping is sum d_g b_g: d_g is how far the share of group g moved, b_g the mean
    over both times of how far that group is from the others, all groupings held equal. For one
    grouping this is Kitagawa's split with symmetric weights; for several it is Oaxaca and
    Blinder's with the coefficients halfway between those of the two times, so that parts add up.
    A group with too few people at one of the two times has its distance from the other.

    Where the wording of the question changed, its own change and that of the wording can't be
    told apart. Questions that stayed the same then stand for it: `real` is the mean of what is
    left of their changes, `wording` what the outcome's own rest differs from it. The interval of
    both holds that a question may move otherwise than the mean of those, as they do among each
    other.

    Parameters
    ----------
    outcome : Series (respondents)
        Grades, or 0 and 1 for a share; empty is no answer.
    groups : DataFrame (respondents x groupings)
        Such as journey, district and survey mode. Groups below `minimum` at both times are taken
        together.
    later : Series of bool (respondents)
        Who answered at the later of the two times; other people than at the earlier.
    unchanged : DataFrame (respondents x questions), optional
        Only where the question of the outcome was changed: answers to others that were not, in
        the same unit.
    minimum : int
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index `part`: "total", each grouping of two groups or more, and "real"; or beside it
        "wording"; or in place of both "open", where a grouping changed altogether (all by
        telephone, then all by internet) or fewer than three questions stayed the same. `change`,
        `low`, `high`, `n_before`, `n`; empty with fewer than `minimum` answers at one of the two
        times.

    Raises
    ------
    SurveyError
        When an answer or a weight is no number.

    Notes
    -----
    Variances by the delta method from what each respondent moves an estimate by, which counts
    that the shares of groups are estimates as well (Jann 2005). The variance of `real` adds
    (1 + 1/k) times that between the k unchanged questions beyond sampling, with Satterthwaite's
    degrees of freedom.

    References
    ----------
    Kitagawa (1955); Oaxaca (1973); Blinder (1973); Reimers (1983); Jann (2005, 2008);
    Van den Brakel, Smith and Compton (2008) on discontinuities after a redesign.

    Examples
    --------
    >>> mode = pd.DataFrame({"mode": ["internet", "telephone"] * 20 + ["telephone"] * 20})
    >>> mode.loc[40:45, "mode"] = "internet"
    >>> later = pd.Series([False] * 20 + [True] * 40)
    >>> grade = mode["mode"].map({"internet": 7.0, "telephone": 8.0}) + 0.5 * later
    >>> change_parts(grade, mode, later)["change"].round(3).to_dict()
    {'total': 0.6, 'mode': 0.1, 'real': 0.5}
    """
    w = weights_of(weights, len(outcome))
    given = outcome, groups, later.to_numpy(dtype=bool), w, minimum
    found = _split(*given)
    if found is None:
        return pd.DataFrame(columns=["part", *COLUMNS]).set_index("part")
    parts, moved = found.parts, found.moved
    variance = (moved**2).sum()
    freedom = pd.Series(found.freedom, parts.index)
    others = {} if unchanged is None else {name: unchanged[name] for name in unchanged}
    splits = [s for own in others.values() if (s := _split(own, *given[1:])) and s.sure]
    if not found.sure or (unchanged is not None and len(splits) < FEWEST):
        parts, variance, freedom = (s.rename({"real": "open"}) for s in (parts, variance, freedom))
    elif unchanged is not None:
        rests = pd.Series([s.parts["real"] for s in splits])
        moves = pd.concat([s.moved["real"] for s in splits], axis=1).to_numpy()
        middle, shared, k = float(rests.mean()), moves.mean(axis=1), len(splits)
        chance = float(((moves - shared[:, None]) ** 2).sum() / (k - 1))
        spread = max(float(rests.var()) - chance, 0.0) * (1 + 1 / k)
        for name, own in (("wording", moved["real"] - shared), ("real", pd.Series(shared))):
            sampled = float((own**2).sum())
            variance[name], freedom[name] = sampled + spread, found.freedom
            if spread > 0:
                loose = (float(rests.var()) * (1 + 1 / k)) ** 2 / (k - 1)
                freedom[name] = variance[name] ** 2 / (loose + sampled**2 / found.freedom)
        parts["wording"], parts["real"] = parts["real"] - middle, middle
    reach = np.sqrt(variance) * stats.t.ppf(UPPER, freedom)
    table = pd.DataFrame({"change": parts, "low": parts - reach, "high": parts + reach})
    known = pd.Series(outcome).notna().to_numpy() & (w > 0)
    counts = {"n_before": (known & ~given[2]).sum(), "n": (known & given[2]).sum()}
    return table.assign(**counts).rename_axis("part")


def _split(
    outcome: pd.Series, groups: pd.DataFrame, late: np.ndarray, w: Array, minimum: int
) -> _Split | None:
    """Total, parts and rest of the change, from one regression on groups, time and their products.

    Time is -1/2 and 1/2, so that a group's own coefficient is the mean of those of both times.
    """
    values = floats(outcome, "outcome")
    kept = ~np.isnan(values) & (w > 0)
    y, late, w = values[kept], late[kept], w[kept]
    if min(late.sum(), (~late).sum()) < minimum:
        return None
    share = w / np.where(late, w[late].sum(), w[~late].sum())
    turn = np.where(late, share, -share)  # summed with it, anything gives its change
    X, whose, twice, sure = _dummies(groups[kept], late, minimum)
    time = late - 0.5
    Z = np.column_stack([np.ones(len(y)), time, X, X[:, twice] * time[:, None]])
    if np.linalg.matrix_rank(Z) < Z.shape[1]:  # groupings that can't be told from each other
        X, whose, sure, Z = X[:, :0], whose[:0], False, Z[:, :2]
    inverse = np.linalg.inv(Z.T @ (Z * share[:, None]))
    b = inverse @ (Z.T @ (y * share))
    pulled = ((y - Z @ b) * share)[:, None] * Z @ inverse
    own, apart = slice(2, 2 + X.shape[1]), turn @ X
    moves = turn[:, None] * _centred(X, share, late) * b[own] + pulled[:, own] * apart
    parts, moved = {"total": turn @ y}, {"total": turn * _centred(y, share, late)}
    told = list(dict.fromkeys(whose))
    for name in told:
        parts[name] = (apart * b[own])[whose == name].sum()
        moved[name] = moves[:, whose == name].sum(axis=1)
    for table in (parts, moved):
        table["real"] = table["total"] - sum(table[name] for name in told)
    people = np.where(late, late.sum(), (~late).sum())
    spare = np.sqrt(people / np.maximum(people - Z.shape[1] / 2, 1))
    known = pd.DataFrame(moved, np.flatnonzero(kept)).mul(spare, axis=0)
    freedom = effective_n(w[late]) + effective_n(w[~late]) - Z.shape[1]
    every = known.reindex(range(len(kept)), fill_value=0.0)
    return _Split(pd.Series(parts), every, sure, max(freedom, 1.0))


def _centred(values: Array, share: Array, late: np.ndarray) -> Array:
    """Distances from the mean of the same time."""
    means = np.array([share[side] @ values[side] for side in (~late, late)])
    return np.asarray(values - means[late.astype(int)])


def _dummies(
    groups: pd.DataFrame, late: np.ndarray, minimum: int
) -> tuple[Array, np.ndarray, np.ndarray, bool]:
    """Columns of groups but the first; whose, which are large twice, and whether all can be told.

    A grouping with no group that is large at both times can't be told from time; one with a
    single group has no columns.
    """
    columns, whose, twice, sure = [np.empty((len(late), 0))], [], [], True
    for name in map(str, groups):
        codes, found = pd.factorize(groups[name].astype(str), sort=True)
        tell = partial(np.bincount, minlength=len(found) + 1)
        counts = np.array([tell(codes[~late]), tell(codes[late])])
        few = counts.max(axis=0) < minimum
        enough = counts[:, few].sum(axis=1).max() >= minimum
        codes = np.where(few[codes], len(found) if enough else counts.min(axis=0).argmax(), codes)
        counts = np.array([tell(codes[~late]), tell(codes[late])])
        least = counts.min(axis=0)
        sure = sure and bool(least.max() >= minimum)
        for group in np.flatnonzero(counts.any(axis=0)):
            if group != least.argmax() and least.max() >= minimum:
                columns.append((codes == group).astype(float)[:, None])
                whose.append(name)
                twice.append(least[group] >= minimum)
    return np.hstack(columns), np.array(whose, object), np.array(twice, bool), sure
