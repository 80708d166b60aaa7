"""What if the grades of one value moved: predicted shares of fails, 6-7 and 8+."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.drivers.cumulative import Fit, fit, probabilities
from cxlib.drivers.sample import Array, DriverError, Sample, complete, independent, numbers

BANDS = ("fail", "middle", "top")


def move(
    X: pd.DataFrame,
    driver: str,
    by: float,
    among: tuple[float, float] = (-np.inf, np.inf),
    scale: tuple[float, float] = (1, 10),
) -> pd.DataFrame:
    """The same answers, with one driver's grades moved and kept on the scale.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    driver : str
    by : float
        Grades to add.
    among : (lowest, highest)
        Only grades from lowest up to and including highest move; (1, 5) moves the fails.
    scale : (lowest, highest)

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> X = pd.DataFrame({"ease": [4, 7, 10]})
    >>> move(X, "ease", by=1, among=(1, 5))["ease"].tolist()
    [5.0, 7.0, 10.0]
    """
    if driver not in X.columns:
        raise DriverError(f"{driver!r} is no column of X")
    grades = numbers(X)[driver]
    moved = (grades + by).clip(*scale)
    return X.assign(**{driver: grades.mask(grades.between(*among), moved)})


def what_if(
    X: pd.DataFrame,
    y: pd.Series,
    moves: Mapping[str, pd.DataFrame],
    fail: float = 5,
    top: float = 8,
    weights: pd.Series | Array | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Predicted shares of the outcome when drivers' grades move.

    A proportional-odds model of the three bands (<= fail, between, >= top) predicts each
    respondent's chances with the grades as they are and as moved; the shares are weighted means.
    Each driver enters with its grade and, where ten respondents or more are on that side, with
    a jump at `fail` and one at `top`: leaving the fails behind may matter more than a point.
    The model describes how answers go together: it predicts what an improvement would bring
    only as far as the driver causes the outcome.

    Parameters
    ----------
    X : DataFrame (respondents x drivers)
    y : Series (respondents)
    moves : mapping of name to DataFrame
        For each scenario the moved X, as `move` returns it.
    fail, top : float
        Highest grade that fails, lowest that counts as top.
    weights : Series (respondents), optional
    level : float

    Returns
    -------
    DataFrame
        Index (`scenario`, `band`), bands "fail", "middle", "top"; columns `now` and `then`
        (shares), `change`, `low`, `high` (interval of the change). NaN where no model can be
        fitted.

    Raises
    ------
    DriverError
        When a scenario's columns differ from X, or as in `relative_importance`.

    Notes
    -----
    The interval is first-order: each respondent's influence on the change, through the shares
    and through the model's parameters, is squared and summed. So it allows for the sample of
    respondents, for their weights, and for the parameters.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame({"ease": rng.integers(4, 10, 300)})
    >>> y = (X["ease"] + rng.normal(0, 1.5, 300)).round().clip(1, 10)
    >>> table = what_if(X, y, {"ease + 1": move(X, "ease", by=1)})
    >>> bool(table.loc[("ease + 1", "top"), "low"] > 0)
    True
    """
    sample = complete(X, y, weights)
    if not moves:
        raise DriverError("moves is empty; give at least one scenario")
    codes = (sample.y > fail).astype(int) + (sample.y >= top)
    terms, _ = independent(replace(sample, X=_terms(sample.X, fail, top)))
    model = _model(codes, terms, sample)
    frames = {}
    for name, moved in moves.items():
        if list(moved.columns) != list(X.columns) or len(moved) != len(X):
            raise DriverError(f"scenario {name!r} has other columns or rows than X")
        then = _terms(numbers(moved)[sample.rows], fail, top)[terms.columns]
        frames[name] = _NOTHING if model is None else _change(model, codes, terms, then, sample)
    table = pd.concat(frames, names=["scenario", "band"])
    reach = stats.norm.ppf((1 + level) / 2) * table.pop("se")
    return table.assign(low=table["change"] - reach, high=table["change"] + reach)


_NOTHING = pd.DataFrame(np.nan, index=list(BANDS), columns=["now", "then", "change", "se"])


def _terms(X: pd.DataFrame, fail: float, top: float) -> pd.DataFrame:
    """Each driver's grade, and whether it is a fail and whether it reaches the top."""
    low, high = (X <= fail).add_suffix(" low"), (X >= top).add_suffix(" high")
    return pd.concat([X, low, high], axis=1).astype(float)


def _model(codes: np.ndarray, terms: pd.DataFrame, sample: Sample) -> Fit | None:
    bands, seen = np.unique(codes, return_inverse=True)
    if sample.obstacle or len(bands) < 2 or sample.n <= terms.shape[1] + len(bands):
        return None
    model = fit(seen, terms.to_numpy(), sample.weights * (sample.n / sample.weights.sum()))
    return model if model.converged else None


def _change(
    model: Fit, codes: np.ndarray, before: pd.DataFrame, after: pd.DataFrame, sample: Sample
) -> pd.DataFrame:
    """Shares now and then, their change and its standard error, a row a band."""
    part = sample.weights / sample.weights.sum()
    X, moved = before.to_numpy(), after.to_numpy()
    now, then = probabilities(model.parameters, X), probabilities(model.parameters, moved)
    change = part @ (then - now)
    slope = _gradient(model.parameters, moved, part) - _gradient(model.parameters, X, part)
    influence = (then - now - change) + sample.n * model.scores @ model.inverse @ slope
    se = np.sqrt(((part[:, None] * influence) ** 2).sum(axis=0))
    values = np.column_stack([part @ now, part @ then, change, se])
    bands = [BANDS[band] for band in np.unique(codes)]
    found = pd.DataFrame(values, index=bands, columns=_NOTHING.columns)
    return found.reindex(list(BANDS)).fillna({"now": 0.0, "then": 0.0})


def _gradient(parameters: Array, X: Array, part: Array) -> Array:
    """Derivative of the mean chance of each category to each parameter."""
    cuts = len(parameters) - X.shape[1]
    below = np.cumsum(probabilities(parameters, X), axis=1)[:, :-1]
    slope = below * (1 - below) * part[:, None]
    to_cut = np.zeros((len(parameters), cuts))
    to_cut[:cuts] = np.diag(slope.sum(axis=0))
    to_cut[cuts:] = -X.T @ slope
    return np.diff(to_cut, axis=1, prepend=0.0, append=0.0)
