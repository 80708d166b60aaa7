"""The instrument: scales, factors, weights, missing answers, shares, small groups."""

from cxlib.inference import effective_n
from cxlib.survey.answers import SurveyError, impute, pool
from cxlib.survey.confirmatory import Confirmed, confirm
from cxlib.survey.factors import Efa, adequacy, efa, parallel_analysis
from cxlib.survey.instrument import (
    alpha_leads,
    answered,
    compared,
    correlations,
    quality,
    reliability,
    value_means,
    value_scores,
)
from cxlib.survey.linked import Part, audit
from cxlib.survey.mix import change_parts
from cxlib.survey.privacy import (
    FLOOR,
    UNKNOWN,
    blank,
    large,
    masked,
    revealed,
    suppress,
    unreported,
)
from cxlib.survey.response import completeness, gaps, means_by, response
from cxlib.survey.scales import Reliability, alpha, discriminant, invariance, item_quality, omega
from cxlib.survey.shares import (
    Estimate,
    change,
    mean,
    nps,
    share,
    shares,
    shares_by,
    shares_of,
    spread,
)
from cxlib.survey.weighting import Raking, design_effect, rake, raking
