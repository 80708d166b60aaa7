"""Where the wings meet: what may be claimed of their results, decided once, and in words."""

from cxlib.report import importance, verdicts
from cxlib.report.intake import unanswered
from cxlib.report.scales import (
    conclusion,
    left_open,
    lowest_grade,
    opposed,
    other_modes,
    scale_words,
    weakest_scale,
)
from cxlib.report.verdicts import (
    Course,
    Lead,
    closest_pair,
    comparable,
    course,
    ends,
    fit_verdict,
    lead,
    lead_apart,
    lead_drawn,
    lowest_value,
    most_open,
    scale_uses,
    side,
    told_apart,
)

__all__ = [
    "Course",
    "Lead",
    "closest_pair",
    "comparable",
    "conclusion",
    "course",
    "ends",
    "fit_verdict",
    "importance",
    "lead",
    "lead_apart",
    "lead_drawn",
    "left_open",
    "lowest_grade",
    "lowest_value",
    "most_open",
    "opposed",
    "other_modes",
    "scale_uses",
    "scale_words",
    "side",
    "told_apart",
    "unanswered",
    "verdicts",
    "weakest_scale",
]
