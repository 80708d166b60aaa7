"""Q methodology: sorts in, viewpoints out.

`analyse` gives a `Solution`; `retention` helps to choose how many factors; `bootstrap` tells how
sure the scores are; `compare`, `change`, `subgroups`, `second_order` and `project` set solutions,
groups and new sorts side by side.

Where these differ from the established programs, and why:

================  =========================================  =====================================
subject           R qmethod 1.8.4, KADE, PQMethod            here
================  =========================================  =====================================
varimax           R stops at 1e-5, up to .008 short          to the optimum (1e-12)
other rotations   R stops quartimax, promax and oblimin at   to the optimum; tolerance=1e-5 stops
                  1e-5 too: up to .0023 short in loadings    any rotation where R does
order of factors  R: by variance for components only;        always by explained variance, loadings
                  KADE: as extracted                         with a positive sum
centroid          R stops when identical sorts tie; KADE     fixed order of reflection, identical
                  rounds at every step                       sorts together
scree             R and KADE draw it                         read off as well: the bend is where
                                                             the curve is furthest below its chord
number            R and KADE leave it to the reader          advice of six criteria and a picture
                                                             of every candidate
flags             KADE and R: .05 and the majority rule      level, majority and hand-made flags;
                                                             a tie of shares flags neither factor
arrays            R breaks the grid at ties                  always the grid, ties in the order of
                                                             the cards (as KADE) and in the notes
unforced sorts    R weights them as they are, KADE           both, standardised by default
                  standardises
missing cells     none of them takes any                     pairwise correlation, on request
weights           KADE prints them wrongly scaled from the   L / (1 - L squared)
                  second factor on
oblique rotation  R takes the factors to be uncorrelated     communality and projection use the
                                                             correlations of the factors
significance      KADE rounds before it compares             full precision
effect size       none                                       Cohen's d beside each difference
ten factors       R mixes up f1 and f10 in its labels        names are compared whole
empty factors     R: an error or a column of zeros           NaN and a note, the rest goes on
negative loaders  R warns                                    named, with split and invert
bootstrap         R matches greedily, drops steps in         optimal assignment on congruence, no
                  silence, and ignores the rotation          step dropped, any rotation;
                                                             matching="correlation" as R
interval of z     R: over the steps left                     over all, with n
groups            none                                       subgroups, compare, change
================  =========================================  =====================================
"""

from cxlib.qmethod.bootstrap import Bootstrap, bootstrap
from cxlib.qmethod.comparison import (
    Change,
    Comparison,
    Subgroups,
    change,
    compare,
    project,
    second_order,
    subgroups,
)
from cxlib.qmethod.retention import Retention, retention
from cxlib.qmethod.scoring import Contrasts, edit_flags
from cxlib.qmethod.solution import Solution, analyse, interpret
from cxlib.qmethod.sorts import OptionError, QMethodError, SortsError
