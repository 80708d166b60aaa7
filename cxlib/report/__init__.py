"""Where the wings meet: what may be claimed of their results, decided once."""

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
    Lead,
    closest_pair,
    ends_apart,
    fit_verdict,
    lead,
    lowest_value,
    most_open,
    scale_uses,
    side,
)

__all__ = [
    "Lead",
    "closest_pair",
    "conclusion",
    "ends_apart",
    "fit_verdict",
    "lead",
    "left_open",
    "lowest_grade",
    "lowest_value",
    "most_open",
    "opposed",
    "other_modes",
    "scale_uses",
    "scale_words",
    "side",
    "unanswered",
    "weakest_scale",
]
