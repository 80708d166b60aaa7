"""The instrument: scales, factors, weights, missing answers, shares, small groups."""

from cxlib.survey.answers import SurveyError
from cxlib.survey.bands import shares_by, shares_of
from cxlib.survey.change import change
from cxlib.survey.confirmatory import Confirmed, confirm
from cxlib.survey.discriminant import discriminant
from cxlib.survey.factors import (
    Adequacy,
    Efa,
    Sphericity,
    bartlett,
    efa,
    kmo,
    parallel_analysis,
)
from cxlib.survey.instrument import (
    adequacy,
    alpha_leads,
    answered,
    compared,
    correlations,
    quality,
    reliability,
    value_means,
    value_scores,
)
from cxlib.survey.invariance import invariance
from cxlib.survey.levels import spread
from cxlib.survey.missing import impute, listwise, pool
from cxlib.survey.privacy import FLOOR, blank, large, masked, revealed, suppress
from cxlib.survey.response import completeness, gaps, means_by, response
from cxlib.survey.scales import Reliability, alpha, item_quality, omega
from cxlib.survey.shares import Estimate, mean, share, shares
from cxlib.survey.weighting import Raking, design_effect, effective_n, rake, raking

__all__ = [
    "FLOOR",
    "Adequacy",
    "Confirmed",
    "Efa",
    "Estimate",
    "Raking",
    "Reliability",
    "Sphericity",
    "SurveyError",
    "adequacy",
    "alpha",
    "alpha_leads",
    "answered",
    "bartlett",
    "blank",
    "change",
    "compared",
    "completeness",
    "confirm",
    "correlations",
    "design_effect",
    "discriminant",
    "efa",
    "effective_n",
    "gaps",
    "impute",
    "invariance",
    "item_quality",
    "kmo",
    "large",
    "listwise",
    "masked",
    "mean",
    "means_by",
    "omega",
    "parallel_analysis",
    "pool",
    "quality",
    "rake",
    "raking",
    "reliability",
    "response",
    "revealed",
    "share",
    "shares",
    "shares_by",
    "shares_of",
    "spread",
    "suppress",
    "value_means",
    "value_scores",
]
