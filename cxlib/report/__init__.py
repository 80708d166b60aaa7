"""Where the wings meet: what may be claimed of their results, decided once."""

from cxlib.report.verdicts import (
    Course,
    Lead,
    comparable,
    course,
    lead,
    lead_apart,
    lead_drawn,
    side,
    told_apart,
)

__all__ = [
    "Course",
    "Lead",
    "comparable",
    "course",
    "lead",
    "lead_apart",
    "lead_drawn",
    "side",
    "told_apart",
]
