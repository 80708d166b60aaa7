"""Where the wings meet: what may be claimed of their results, decided once."""

from cxlib.report.verdicts import Lead, lead, side

__all__ = ["Lead", "lead", "side"]
