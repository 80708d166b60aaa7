"""Where the wings meet: what may be claimed of their results, decided once, and in words."""

from cxlib.report import importance, verdicts
from cxlib.report.verdicts import Lead, lead, side

__all__ = ["Lead", "importance", "lead", "side", "verdicts"]
