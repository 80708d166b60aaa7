"""Is a driver's effect the same at every grade? Brant's test behind the ordinal model."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.cumulative import fit
from cxlib.drivers.sample import Array

FEW = 10  # answers needed on each side of a threshold for a logit of its own


def parallel_lines(
    X: pd.DataFrame, codes: np.ndarray, weights: Array, weighted: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the slopes of the separate logits of y > k.

    The slopes b_k have covariances (X'V_kX)^-1 X'V_klX (X'V_lX)^-1 with V_k = p_k (1 - p_k) and
    V_kl = p_l (1 - p_k) for k <= l, p_k = P(y > k). With survey weights X'V_klX gives way to
    sum w^2 r_k r_l xx', r_k the residuals of y > k. The statistic is Wald's for b_1 = b_2 = ….

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    codes : int array
        Categories 0, 1, ….
    weights : array
    weighted : bool
        Whether these are survey weights.

    Returns
    -------
    DataFrame
        Row "omnibus" and a row a driver; columns `statistic`, `df`, `p`.
    tuple of str
        What was left out.

    References
    ----------
    Brant (1990).
    """
    design = np.column_stack([np.ones(len(X)), X.to_numpy()])
    slopes: list[Array] = []
    events: list[np.ndarray] = []
    for cut in range(int(codes.max())):
        above = (codes > cut).astype(int)
        if np.bincount(above).min() >= FEW:
            logit = fit(above, X.to_numpy(), weights)
            if logit.finite:
                slopes.append(np.concatenate([-logit.parameters[:1], logit.parameters[1:]]))
                events.append(above)
    spread = _joint_covariance(design, slopes, weights, events if weighted else None)
    rows = {"omnibus": list(X.columns)} | {name: [name] for name in X.columns}
    tests = [_wald(slopes, spread, X.columns.get_indexer(pd.Index(of))) for of in rows.values()]
    index = pd.Index(rows, name="term")
    table = pd.DataFrame(tests, index=index, columns=["statistic", "df", "p"])
    skipped = int(codes.max()) - len(slopes)
    doubt = f"parallel lines: {skipped} thresholds with too few answers beyond them left out"
    return table, (doubt,) if skipped else ()


def _joint_covariance(
    design: Array, slopes: list[Array], weights: Array, events: list[np.ndarray] | None
) -> Array:
    """Covariance of all slopes; from the events themselves where respondents are weighted."""
    chances = [1 / (1 + np.exp(-design @ slope)) for slope in slopes]
    bread = [np.linalg.inv((design * (weights * p * (1 - p))[:, None]).T @ design) for p in chances]
    size = design.shape[1]
    joint = np.zeros((len(slopes), size, len(slopes), size))
    for k, low in enumerate(chances):
        for m, high in enumerate(chances[k:], start=k):
            product = weights * high * (1 - low)
            if events is not None:
                product = weights**2 * (events[k] - low) * (events[m] - high)
            shared = (design * product[:, None]).T @ design
            joint[k, :, m] = bread[k] @ shared @ bread[m]
            joint[m, :, k] = joint[k, :, m].T
    return joint


def _wald(slopes: list[Array], joint: Array, drivers: np.ndarray) -> tuple[float, int, float]:
    """Test that the chosen slopes are the same in all logits."""
    places = drivers + 1
    freedom = max(len(slopes) - 1, 0) * len(drivers)
    if freedom == 0:
        return np.nan, 0, np.nan
    values = np.array(slopes)[:, places]
    spread = joint[:, places][..., places].reshape((values.size,) * 2)
    contrast = np.kron(np.diff(np.eye(len(slopes)), axis=0), np.eye(len(drivers)))
    difference, spread = contrast @ values.ravel(), contrast @ spread @ contrast.T
    if np.linalg.eigvalsh(spread)[0] <= 1e-12 * np.trace(spread):
        return np.nan, freedom, np.nan
    statistic = float(difference @ np.linalg.solve(spread, difference))
    return statistic, freedom, float(stats.chi2.sf(statistic, freedom))
