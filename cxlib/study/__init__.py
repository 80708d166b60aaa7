"""A study folder: read, checked, and opened as one object."""

from cxlib.study import landlords
from cxlib.study.config import StudyConfig
from cxlib.study.decided import choices, design, factors, recorded, subject
from cxlib.study.facts import Facts
from cxlib.study.inventory import inventory
from cxlib.study.items import against
from cxlib.study.names import texts
from cxlib.study.periods import Period, PeriodError
from cxlib.study.problems import Problem, StudyError
from cxlib.study.reading import check
from cxlib.study.stories import viewpoints
from cxlib.study.study import Study
from cxlib.study.text import Text
from cxlib.study.vision import Vision
from cxlib.study.window import earlier, grades, groups, window

__all__ = [
    "Facts",
    "Period",
    "PeriodError",
    "Problem",
    "Study",
    "StudyConfig",
    "StudyError",
    "Text",
    "Vision",
    "against",
    "check",
    "choices",
    "design",
    "earlier",
    "factors",
    "grades",
    "groups",
    "inventory",
    "landlords",
    "recorded",
    "subject",
    "texts",
    "viewpoints",
    "window",
]
