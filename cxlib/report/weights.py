"""The weights of a study's answers: what stands in its survey, raked to its known margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cxlib import survey

if TYPE_CHECKING:
    from cxlib.study import Study


@dataclass(frozen=True)
class Weights:
    """Weights for some answers of a survey.

    Attributes
    ----------
    n : int
        Respondents that count.
    values : Series (respondents), optional
        Mean 1; None where the study has neither weights nor margins.
    reweight : Raking, optional
        What rakes a resample of these answers again; None without margins.
    notes : tuple of str
        Why answers could not be weighted, or to which categories not.
    """

    n: int
    values: pd.Series | None = None
    reweight: survey.Raking | None = None
    notes: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """What the weights are, in words."""
        if self.reweight is not None:
            names = [margin.name for margin in self.reweight.margins]
            return f"Raked to the known numbers of each {' and '.join(names)}"
        return "All count alike" if self.values is None else "Weighted as the survey says"

    def said(self, minimum: int = 10) -> str:
        """What the weights are and what they cost, in words."""
        notes = " ".join(f"{note[0].upper()}{note[1:]}." for note in self.notes)
        if self.values is None:
            return f"**{self.how}.** {notes}".strip()
        effect, effective, largest = self.summary(minimum)["estimate"]
        return (
            f"**{self.how}.** Design effect {effect:.3f}: {self.n:,} answers tell as much as "
            f"{effective:,.0f} that count alike; the largest weight is {largest:.2f} times the "
            f"mean. {notes}"
        ).strip()

    def summary(self, minimum: int = 10) -> pd.DataFrame:
        """How unequal the weights are.

        Parameters
        ----------
        minimum : int
            People that the largest weight must have: that of fewer would tell how many they are.

        Returns
        -------
        DataFrame
            Index `measure` ("design_effect", "effective_n", "largest_weight"); `estimate`.
        """
        w = pd.Series(1.0, range(self.n)) if self.values is None else self.values[self.values > 0]
        numbers = {
            "design_effect": survey.design_effect(w),
            "effective_n": survey.effective_n(w),
            "largest_weight": w.nlargest(minimum).min(),
        }
        return pd.DataFrame({"estimate": numbers}).rename_axis("measure")


def weigh(study: Study, answers: pd.DataFrame) -> Weights:
    """Weight answers to the known margins of the study.

    Parameters
    ----------
    study : Study
    answers : DataFrame
        Rows of its survey: those that an analysis uses, so that these (and each resample of them)
        have the make-up of all tenants. For a part such as one journey take its rows from the
        weights of the whole.

    Returns
    -------
    Weights
        Where no weights meet the margins, those of the survey, with a note that says why.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> weights = weigh(study, study.survey)
    >>> found = weights.values.groupby(study.survey["district"]).sum() / len(study.survey)
    >>> found.round(3).to_dict()
    {'east': 0.224, 'north': 0.271, 'south': 0.281, 'west': 0.224}
    """
    settings = study.config.survey
    given = "weight" in answers and answers["weight"].notna().any()
    base = answers["weight"] if given and answers["weight"].any() else None
    void = ("all weights in the survey are 0",) if given and base is None else ()
    start = None if base is None else base / base[base > 0].mean()
    n = len(answers) if base is None else int((base > 0).sum())
    margins = {name: known for name, known in settings.margins.items() if name in answers}
    if not margins:
        return Weights(n, start, notes=void)
    try:
        raked = survey.raking(answers, margins, start, settings.trim)
    except survey.SurveyError as error:
        return Weights(n, start, notes=(*void, f"not weighted to the margins: {error}"))
    return Weights(n, raked.weights, raked, (*void, *raked.notes))
