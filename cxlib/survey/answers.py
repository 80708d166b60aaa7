"""Answers as numbers: what every analysis checks first, and what to do where they are missing."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxlib import inference
from cxlib.inference import CONSTANT, UNANSWERED, UPPER, Array, Covariance, Weights, covariance
from cxlib.language import Note

ROUNDS = 5  # before the first copy; the next ones are a round apart
DONORS = 5  # respondents with the nearest predictions, one of whom lends an answer


class SurveyError(ValueError):
    """Input that no analysis of a survey can start from; says which column and what to do.

    All of them refuse a column that is not numeric.
    """


numeric = partial(inference.numeric, what="item", error=SurveyError)
floats = partial(inference.floats, error=SurveyError)
weights_of = partial(inference.weighing, error=SurveyError)


def moments(items: pd.DataFrame) -> Covariance:
    """Covariances of the items that vary, from all answers given; notes say what was left out."""
    answers = numeric(items)
    spread = answers.nunique()
    notes = [Note(UNANSWERED, name=name) for name in spread.index[spread == 0]]
    notes += [Note(CONSTANT, name=name) for name in spread.index[spread == 1]]
    found = covariance(answers[spread.index[spread > 1]])
    return replace(found, notes=(*notes, *found.notes))


def averages(frame: pd.DataFrame, weights: Weights = None) -> tuple[pd.Series, pd.DataFrame]:
    """Weighted mean of what each column holds, and what each respondent moves it by.

    The squares of the latter sum to the variance of the mean, as of a sample with unequal
    weights (linearised: Binder 1983); their products to the covariance of two.
    """
    w = pd.Series(weights_of(weights, len(frame)), frame.index)
    known = frame.notna().mul(w, axis=0)
    whole = known.sum().where(known.sum() > 0)
    mean = (frame * known).sum() / whole
    n = (known > 0).sum()
    moved = (frame - mean) * known / whole * np.sqrt(n / (n - 1).where(n > 1))
    return mean, moved


def impute(frame: pd.DataFrame, n_imputations: int = 10, seed: int = 1) -> list[pd.DataFrame]:
    """Fill the gaps several times over, by chained equations.

    Each question in turn is regressed on all others; parameters are drawn from their
    distribution, and a gap takes the answer of one of the five respondents whose predictions
    are nearest. So an imputed grade is always a grade that somebody gave.

    Parameters
    ----------
    frame : DataFrame (respondents x questions)
        Include the outcome: a model that is fitted later must not know more than the imputer.
    n_imputations : int
        Filled-in copies to return.
    seed : int

    Returns
    -------
    list of DataFrame
        Copies without gaps, except in questions that nobody and respondents that nothing
        answered. A question to which all gave the same answer is filled with that answer.

    Raises
    ------
    SurveyError
        When a column is not numeric, or a question has too few answers to predict it.

    References
    ----------
    Van Buuren (2018); Little (1988) on matching predictions.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame(rng.integers(5, 9, (40, 2)).astype(float), columns=["a", "b"])
    >>> frame.loc[3, "a"] = np.nan
    >>> [bool(copy.notna().all(axis=None)) for copy in impute(frame, n_imputations=2)]
    [True, True]
    """
    answers = numeric(frame)
    spread = answers.nunique()
    alike = {name: answers[name].dropna().iloc[0] for name in spread.index[spread == 1]}
    filled = answers.fillna(alike)
    varied = answers[spread.index[spread > 1]].dropna(how="all")
    needed, answered = varied.shape[1] + DONORS, varied.notna().sum()
    for name in answered.index[(answered < needed) & varied.isna().any()]:
        raise SurveyError(
            f"item {name!r} has {answered[name]} answers; to fill its gaps from "
            f"{varied.shape[1] - 1} other items takes {needed}"
        )
    if not varied.isna().any(axis=None):
        return [filled.copy() for _ in range(n_imputations)]
    names = [f"q{i}" for i in range(varied.shape[1])]
    plain = varied.set_axis(names, axis="columns").reset_index(drop=True)
    chain = _chain(plain, seed)
    copies = []
    for rounds in [ROUNDS] + [1] * (n_imputations - 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # questions that repeat each other are no obstacle
            chain.update_all(rounds)
        copies.append(filled.copy())
        copies[-1].loc[varied.index, varied.columns] = chain.data[names].to_numpy()
    return copies


def _chain(plain: pd.DataFrame, seed: int) -> Any:
    """The chained equations of statsmodels, without a formula to be read at every step."""
    from statsmodels.imputation.mice import MICEData  # takes a second to import

    class Chain(MICEData):
        step: tuple[Array, Array]  # answers to a question, and to the others, as it was fitted

        def get_fitting_data(self, name: str) -> tuple:
            whole, place = self.data.to_numpy(), self.data.columns.get_loc(name)
            others = np.delete(whole, place, axis=1)
            self.step = whole[:, place], np.column_stack([np.ones(len(others)), others])
            (y, X), rows = self.step, self.ix_obs[name]
            return y[rows], X[rows], {}, {}

        def get_split_data(self, name: str) -> tuple:
            (y, X), rows = self.step, self.ix_obs[name]
            return y[rows], X[rows], X[self.ix_miss[name]], {}, {}

    return Chain(plain, k_pmm=DONORS, rng=np.random.default_rng(seed))


def pool(fits: Sequence[pd.DataFrame], freedom: float = np.inf) -> pd.DataFrame:
    """Combine the estimates from imputed copies by Rubin's rules.

    The estimate is the mean; its variance the mean variance U plus (1 + 1/m) times the variance
    B between the copies. Student's interval, with Barnard and Rubin's degrees of freedom.

    Parameters
    ----------
    fits : sequence of DataFrame
        From each copy, a table of the same terms with columns `estimate` and `se`.
    freedom : float
        Degrees of freedom had there been no gaps (n - k); infinite for a large sample.

    Returns
    -------
    DataFrame
        Index as given; `estimate`, `se`, `low`, `high`, `p`, `df`, and `missing_information`:
        part of the information on each term that the gaps took.

    Raises
    ------
    SurveyError
        With fewer than two fits, or with different terms.

    References
    ----------
    Rubin (1987); Barnard and Rubin (1999).

    Examples
    --------
    >>> fits = [pd.DataFrame({"estimate": [b], "se": 0.1}, ["ease"]) for b in (0.4, 0.5, 0.6)]
    >>> pool(fits).round(3).loc["ease", ["estimate", "se"]].tolist()
    [0.5, 0.153]
    """
    if len(fits) < 2:
        raise SurveyError("pooling takes the fits of at least two imputed copies")
    terms = fits[0].index
    if any(not fit.index.equals(terms) for fit in fits):
        raise SurveyError("the fits have different terms; fit the same model to each copy")
    estimates = np.array([fit["estimate"].to_numpy(dtype=float) for fit in fits])
    within = np.mean([fit["se"].to_numpy(dtype=float) ** 2 for fit in fits], axis=0)
    between = (1 + 1 / len(fits)) * estimates.var(axis=0, ddof=1)
    total = within + between
    lost = between / np.where(total > 0, total, np.nan)  # part of the variance between copies
    with np.errstate(divide="ignore"):
        df = (len(fits) - 1) / lost**2
        if np.isfinite(freedom):
            df = 1 / (1 / df + 1 / ((freedom + 1) / (freedom + 3) * freedom * (1 - lost)))
    estimate, se = estimates.mean(axis=0), np.sqrt(total)
    reach = stats.t.ppf(UPPER, df) * se
    more = between / np.where(within > 0, within, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(estimate / se), df)
    columns = {
        **{"estimate": estimate, "se": se, "low": estimate - reach, "high": estimate + reach},
        **{"p": p, "df": df, "missing_information": (more + 2 / (df + 3)) / (more + 1)},
    }
    return pd.DataFrame(columns, index=terms)
