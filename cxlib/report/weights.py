"""The weights of a study's answers: what stands in its survey, raked to its known margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cxlib import survey
from cxlib.language import Note, Speaker

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

    def said(self, speaker: Speaker, minimum: int = 10) -> str:
        """What the weights are and what they cost, in words."""
        if self.values is None:
            parts = [speaker.say("**All count alike.**")]
        elif self.reweight is None:
            parts = [speaker.say("**Weighted as the survey says.**")]
        else:
            each = speaker.listed([speaker.say(margin.name) for margin in self.reweight.margins])
            parts = [speaker.say("**Raked to the known numbers by {each}.**", each=each)]
        if self.values is not None:
            effect, effective, largest = self.summary(minimum)["estimate"]
            cost = speaker.say(
                "Design effect {effect}: {n} answers tell as much as {effective} that count alike. "
                "The largest weight is {largest} times the mean.",
                effect=speaker.number(effect, 3),
                n=speaker.number(self.n),
                effective=speaker.number(effective),
                largest=speaker.number(largest, 2),
            )
            parts.append(cost)
        told = [speaker.told(note) for note in self.notes]
        return " ".join([*parts, *(f"{note[0].upper()}{note[1:]}." for note in told)])

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
    void = (Note("all weights in the survey are 0"),) if given and base is None else ()
    start = None if base is None else base / base[base > 0].mean()
    n = len(answers) if base is None else int((base > 0).sum())
    margins = {name: known for name, known in settings.margins.items() if name in answers}
    if not margins:
        return Weights(n, start, notes=void)
    try:
        raked = survey.raking(answers, margins, start, settings.trim)
    except survey.SurveyError as error:
        why = Note("not weighted to the margins: {why}", why=error.args[0])
        return Weights(n, start, notes=(*void, why))
    return Weights(n, raked.weights, raked, (*void, *raked.notes))
