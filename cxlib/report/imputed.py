"""The outcome model on complete answers, and on answers filled in many times over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxlib import drivers, survey
from cxlib.language import Note, Speaker

LONG = 10_000  # respondents above which fewer copies are made
FEWER = 5
OUTCOME = "the overall grade"


@dataclass(frozen=True)
class Compared:
    """Estimates on complete cases beside pooled ones.

    Attributes
    ----------
    table : DataFrame
        Index `term`; `n_complete` respondents who answered every question and `complete`,
        `complete_low`, `complete_high` on these; `n` respondents, `pooled`, `pooled_low`,
        `pooled_high` on all, and `missing_information`.
    notes : tuple of str
        Why something could not be estimated.
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def said(self, speaker: Speaker) -> str:
        """In words: how many estimates agree, and what the filled-in answers gain."""
        both = self.table.dropna().drop(index="intercept", errors="ignore")
        if "pooled" not in both or both.empty:
            return speaker.say("Complete and filled-in answers can't be compared.")
        if (both["n_complete"] == both["n"]).all():
            return speaker.say("Every question was answered: there was nothing to fill in.")
        inside = both["pooled"].between(both["complete_low"], both["complete_high"])
        width = {n: (both[f"{n}_high"] - both[f"{n}_low"]).mean() for n in ("complete", "pooled")}
        return speaker.say(
            "**{inside} of {all}** pooled estimates lie within the interval of the complete cases "
            "({complete} of {n} answers). Intervals are {width} as wide. At most {missing} of the "
            "information on a term is missing.",
            inside=speaker.number(inside.sum()),
            all=speaker.number(len(both)),
            complete=speaker.number(both["n_complete"].iloc[0]),
            n=speaker.number(both["n"].iloc[0]),
            width=speaker.percent(width["pooled"] / width["complete"]),
            missing=speaker.percent(both["missing_information"].max()),
        )


def beside_imputed(
    scales: Mapping[str, pd.DataFrame],
    overall: pd.Series,
    about: pd.DataFrame | None = None,
    weights: pd.Series | None = None,
    n_imputations: int = 10,
    seed: int = 1,
    minimum: int = 10,
) -> Compared:
    """Least squares of the overall grade on complete cases, beside its pooled estimates.

    The gaps are filled question by question from all other questions, the overall grade and what
    is known of the respondent; each copy is scored and fitted, and the fits are pooled by Rubin's
    rules. The difference shows what leaving incomplete answers out does to the model.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
        Items that enough people answered; see `survey.answered`.
    overall : Series (respondents)
        Those without an overall grade are left out of both.
    about : DataFrame (respondents x characteristics), optional
        Groups such as mode and district, on which answers may depend. With the characteristics
        behind the weights among them, the copies suit the weighted model.
    weights : Series (respondents), optional
    n_imputations : int
        Copies; at most 5 with more than 10,000 respondents.
    seed : int
    minimum : int
        Complete cases that it takes to show their estimates.

    Returns
    -------
    Compared

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> answers = study.survey[:400]
    >>> scales = {value: answers[items] for value, items in study.value_items.items()}
    >>> table = beside_imputed(scales, answers["overall"], n_imputations=3).table
    >>> bool(table.loc["ease", "n_complete"] < table.loc["ease", "n"])
    True
    """
    given = overall.notna()
    items = pd.concat(scales.values(), axis=1)[given].astype(float)
    whole = items.assign(**{OUTCOME: overall[given].astype(float)})
    complete = _fit(whole.dropna(), scales, weights)
    few = complete.n < minimum
    notes = [Note("fewer than {n} people answered every question", n=minimum)] if few else []
    table = _columns(complete.coefficients, "complete", complete.n)
    table = table * np.nan if few else table
    copies = min(n_imputations, FEWER) if len(whole) > LONG else n_imputations
    try:
        filled = survey.impute(whole.join(_dummies(about, given)), copies, seed)
    except survey.SurveyError as error:
        return Compared(table, (*notes, Note("gaps could not be filled: {why}", why=error.args[0])))
    fits = [_fit(copy[list(whole)], scales, weights) for copy in filled]
    pooled = survey.pool([f.coefficients for f in fits], max(fits[0].n - len(scales) - 1, 1))
    rest = _columns(pooled, "pooled", fits[0].n).assign(
        missing_information=pooled["missing_information"]
    )
    return Compared(table.join(rest.rename(columns={"n_pooled": "n"})), tuple(notes))


def _columns(coefficients: pd.DataFrame, name: str, n: int) -> pd.DataFrame:
    heads = {"estimate": name, "low": f"{name}_low", "high": f"{name}_high"}
    table = coefficients[list(heads)].rename(columns=heads)
    table.insert(0, f"n_{name}", n)
    return table


def _fit(
    frame: pd.DataFrame, scales: Mapping[str, pd.DataFrame], weights: pd.Series | None
) -> drivers.Regression:
    scores = survey.value_scores({value: frame[list(items)] for value, items in scales.items()})
    own = None if weights is None else weights[frame.index]
    return drivers.least_squares(scores, frame[OUTCOME], own)


def _dummies(about: pd.DataFrame | None, given: pd.Series) -> pd.DataFrame:
    """A column of 0 and 1 for every category but the first that ten people or more are in."""
    if about is None or about.empty:
        return pd.DataFrame(index=given.index[given])
    found = pd.get_dummies(about[given].astype(object), drop_first=True, dtype=float)
    return found.loc[:, found.sum() >= 10]
