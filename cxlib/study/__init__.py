"""A study folder: read, checked, and opened as one object."""

from cxlib.problems import Problem, StudyError
from cxlib.study.checked import against
from cxlib.study.config import StudyConfig
from cxlib.study.decisions import choices, factors, recorded, subject
from cxlib.study.parts import grades, groups, inventory, texts, viewpoints
from cxlib.study.periods import Period, PeriodError, earlier, spanned, turned, window
from cxlib.study.reading import check
from cxlib.study.study import Study
from cxlib.study.text import Text
from cxlib.study.vision import Facts, Vision
