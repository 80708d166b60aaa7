"""Q methodology: sorts in, viewpoints out.

`analyse` gives a `Solution`; `retention` helps to choose how many factors; `bootstrap` tells how
sure the scores are; `compare`, `change`, `second_order` and `project` set solutions side by side.

Where these differ from the established programs, and why:

================  =========================================  =====================================
subject           R qmethod 1.8.4, KADE, PQMethod            here
================  =========================================  =====================================
varimax           R stops at 1e-5, up to .008 short          to the optimum (1e-12); with
                                                             tolerance=1e-5 where R stops, for
                                                             every rotation
order of factors  R: by variance for components only;        always by explained variance, loadings
                  KADE: as extracted                         with a positive sum
centroid          R stops when identical sorts tie; KADE     fixed order of reflection, identical
                  rounds at every step                       sorts together
arrays            R breaks the grid at ties                  always the grid, ties in the order of
                                                             the cards (as KADE) and in the notes
unforced sorts    R weights them as they are, KADE           both, standardised by default
                  standardises
weights           KADE prints them wrongly scaled from the   L / (1 - L squared)
                  second factor on
significance      KADE rounds before it compares             full precision
ten factors       R mixes up f1 and f10 in its labels        names are compared whole
empty factors     R: an error or a column of zeros           NaN and a note, the rest goes on
negative loaders  R warns                                    named, with split and invert
bootstrap         R matches greedily, drops steps in         optimal assignment on congruence, no
                  silence, and ignores the rotation          step dropped, any rotation;
                                                             matching="correlation" as R
interval of z     R: over the steps left                     over all, with n
================  =========================================  =====================================
"""

from .before_after import Change, change
from .bootstrap import Bootstrap, bootstrap
from .comparison import Comparison, compare, project, second_order
from .contrasts import Contrasts
from .errors import OptionError, QMethodError, SortsError
from .flagging import edit_flags
from .retention import Retention, retention
from .solution import Solution, analyse, interpret

__all__ = [
    "Bootstrap",
    "Change",
    "Comparison",
    "Contrasts",
    "OptionError",
    "QMethodError",
    "Retention",
    "Solution",
    "SortsError",
    "analyse",
    "bootstrap",
    "change",
    "compare",
    "edit_flags",
    "interpret",
    "project",
    "retention",
    "second_order",
]
