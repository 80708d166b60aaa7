"""Where the wings meet: what may be claimed of their results, decided once, and in words."""

from cxlib.report.imputed import beside_imputed
from cxlib.report.intake import most_open, unanswered
from cxlib.report.monitor import (
    Course,
    Followed,
    comparable,
    course,
    follow,
    kpi_closing,
    kpi_verdicts,
    tell_closing,
    tell_fewest,
    tell_kpis,
    tell_nps,
    told_apart,
)
from cxlib.report.scales import (
    closest_pair,
    conclusion,
    ends,
    fit_verdict,
    left_open,
    lowest_value,
    opposed,
    scale_uses,
    scale_words,
    weakest_scale,
)
from cxlib.report.verdicts import Lead, lead, lead_apart, lead_drawn, side
from cxlib.report.weights import weigh

__all__ = [
    "Course",
    "Followed",
    "Lead",
    "beside_imputed",
    "closest_pair",
    "comparable",
    "conclusion",
    "course",
    "ends",
    "fit_verdict",
    "follow",
    "kpi_closing",
    "kpi_verdicts",
    "lead",
    "lead_apart",
    "lead_drawn",
    "left_open",
    "lowest_value",
    "most_open",
    "opposed",
    "scale_uses",
    "scale_words",
    "side",
    "tell_closing",
    "tell_fewest",
    "tell_kpis",
    "tell_nps",
    "told_apart",
    "unanswered",
    "weakest_scale",
    "weigh",
]
