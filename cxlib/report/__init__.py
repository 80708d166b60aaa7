"""Where the wings meet: what may be claimed of their results, decided once, and in words."""

from cxlib.report.imputed import beside_imputed
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
    most_open,
    opposed,
    scale_uses,
    scale_words,
    unanswered,
    weakest_scale,
)
from cxlib.report.verdicts import Lead, lead, lead_apart, lead_drawn, side
from cxlib.report.weights import weigh
